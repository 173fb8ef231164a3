"""Goods that are not the company's own are worth nothing in the register. Who says which those are is a storey above: it is handed in
when the program starts (webapp.app.connect_rooms)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from webapp.platform.tenancy import Books

RequireOwn = Callable[[Books, Collection[UUID]], None]
_require_own: RequireOwn | None = None


def use_require_own(step: RequireOwn | None) -> None:
    """Have `step` look before goods come in that are worth something; what it raises refuses."""
    global _require_own
    _require_own = step


def require_own(books: Books, item_ids: Collection[UUID]) -> None:
    """Ask it. Costs nothing for documents that bring nothing of value: bills ask nothing."""
    if _require_own is not None and item_ids:
        _require_own(books, item_ids)
