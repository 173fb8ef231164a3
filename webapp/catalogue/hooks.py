"""Who writes opening stock, and who says whether there is any, or ever was. The stock register is a storey above: it is handed in when the
program starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.catalogue.models import Item
from webapp.kernel.errors import InvalidInput, keep_promise
from webapp.kernel.money import Paise, Qty
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

_HELD = Lookup(select(Item.id).where(Item.id == bindparam("item")).with_for_update())


class Opening(NamedTuple):
    """What there is of an item on the day it enters the books, and what it cost altogether."""

    item_id: UUID
    qty: Qty
    value_paise: Paise
    on: date


TakeOpenings = Callable[[Books, Sequence[Opening]], None]
_take_openings: TakeOpenings | None = None


def use(take_openings: TakeOpenings | None) -> None:
    """Have `take_openings` write opening stock in this process. Called once, by whoever puts the program together."""
    global _take_openings
    _take_openings = take_openings


def take_openings(books: Books, openings: Sequence[Opening]) -> None:
    """Write opening stock in this transaction. It is never dropped: with nobody to write it, the transaction stops."""
    if not openings:
        return
    keep_promise(_take_openings is not None, "opening stock has somebody to write it")
    assert _take_openings is not None  # noqa: S101 - for the type checker; the promise above is what guards
    _take_openings(books, openings)


BeforeTracking = Callable[[Books, UUID], None]
_before_tracking: BeforeTracking | None = None


def use_before_tracking(step: BeforeTracking | None) -> None:
    """Have `step` look before an item's stock is told apart in another way; what it raises refuses."""
    global _before_tracking
    _before_tracking = step


def before_tracking(books: Books, item_id: UUID) -> None:
    """Ask whether it may be."""
    keep_promise(_before_tracking is not None, "somebody knows whether there is stock")
    assert _before_tracking is not None  # noqa: S101 - for the type checker; the promise above is what guards
    _before_tracking(books, item_id)


BeforeValuation = Callable[[Books, UUID], None]
_before_valuation: BeforeValuation | None = None


def use_before_valuation(step: BeforeValuation | None) -> None:
    """Have `step` look before an item is valued in another way; what it raises refuses."""
    global _before_valuation
    _before_valuation = step


def before_valuation(books: Books, item_id: UUID) -> None:
    """Ask whether it may be. The item is held until the transaction ends, so that its first movement does not pass by."""
    keep_promise(_before_valuation is not None, "somebody knows whether an item has moved")
    assert _before_valuation is not None  # noqa: S101 - for the type checker; the promise above is what guards
    _HELD.first(books, item=item_id)
    _before_valuation(books, item_id)


def valuation_refusal(books: Books, item_id: UUID) -> dict[str, str]:
    """Why an item may not be valued in another way, by field; empty when it may."""
    try:
        before_valuation(books, item_id)
    except InvalidInput as refusal:
        return dict(refusal.errors)
    return {}
