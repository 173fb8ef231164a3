"""What the console is given: its verbs load what no web process needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Group


def company_verbs(connect: Callable[[], object]) -> Group:
    """The console's verbs about the end of a business; `connect` sets the process up."""
    from webapp.winding_up import verbs

    return verbs.company_verbs(connect)
