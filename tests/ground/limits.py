"""A role that may date back so many days, and what it is refused further back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from webapp import company
from webapp.kernel.errors import InvalidInput
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books


def held_to_days_back(owner: Actor, days: int, act: Callable[[Books], object]) -> None:
    """Whether an accountant who may date back `days` is refused what `act` dates further back, and goes through with a reason."""
    with open_books(owner) as books:
        company.change_limits(books, {"accountant": company.Limits(backdate_days=days)})
    accountant = replace(owner, role=Role.ACCOUNTANT)
    with pytest.raises(InvalidInput) as refusal, open_books(accountant) as books:
        act(books)
    assert list(refusal.value.errors) == ["limit_reason"]
    with open_books(replace(accountant, why="It came by post")) as books:
        act(books)
