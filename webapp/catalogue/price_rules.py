"""Which price holds: pure, from the prices that might to the one that does.

The most specific wins, in this order:

1. a price of the customer's own list before one for everybody;
2. of a list of this store before one of every store;
3. of the greatest quantity that is reached ("from 12" before "from 1");
4. of an offer that ends before one that does not;
5. the one that began last; then the lower one, in the customer's favour.

With none, the item's own price holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.money import BasisPoints, MilliPaise, Qty, rounded

MOST_BREAKS = 50  # of one item on one list
_WHOLE = 10_000


class Offered(NamedTuple):
    """A price of a list that the customer and the store may buy by."""

    price_millipaise: MilliPaise
    min_qty: Qty
    starts_on: date
    ends_on: date | None
    is_own: bool  # of the customer's list
    is_of_store: bool
    list_id: UUID
    list_name: str


def holding_price(offered: Iterable[Offered], qty: Qty, on: date) -> Offered | None:
    """The price for `qty` on a day, or None when no list has one: then the item's own price holds."""
    standing = [one for one in offered if one.min_qty <= qty and one.starts_on <= on and (one.ends_on is None or on <= one.ends_on)]
    return max(standing, key=_rank, default=None)


def _rank(one: Offered) -> tuple[bool, bool, int, bool, int, int, int]:
    return (
        one.is_own,
        one.is_of_store,
        one.min_qty,
        one.ends_on is not None,
        one.starts_on.toordinal(),
        -one.price_millipaise,
        one.list_id.int,  # two alike in everything: always the same of them
    )


def moved_price(price: MilliPaise, percent: BasisPoints, step_paise: int) -> MilliPaise:
    """A price raised (or, below nought, lowered) by a percentage, rounded to whole steps of `step_paise`, half away from nought.

    A price that was more than nought stays at least one step.
    """
    step = step_paise * 1000
    moved = rounded(price * (_WHOLE + percent), _WHOLE * step) * step
    return MilliPaise(max(moved, step) if price else 0)
