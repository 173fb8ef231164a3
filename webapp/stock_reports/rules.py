"""What a report is asked, what a row of it holds, and the arithmetic of its figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from webapp.kernel.dates import Period
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass

# A stock that lasts no longer is fast, one that lasts longer is slow. In days of cover.
FAST_UNTIL, SLOW_AFTER = 30, 90
# The oldest day of each layer of the ageing, in days before the day asked; what is older is the last layer.
LAYERS = (30, 60, 90, 180)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one report is to show. `store_ids` None: every store. `days`: how far an expiry looks ahead, or the supplier's lead."""

    period: Period
    today: date
    by: str = "item"
    store_ids: frozenset[UUID] | None = None
    store_id: UUID | None = None  # the one chosen on the page, if any
    category: str = ""
    words: str = ""
    state: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its cells in the order of the report's columns, whose it is (the id of an item, party or store), under which heading."""

    cells: tuple[Any, ...]
    id: UUID | None = None
    group: str = ""
    group_id: UUID | None = None


def margin_bp(margin: int, net: int) -> int | None:
    """The margin as a part of net sales in basis points; None where nothing was sold on balance."""
    return rounded(margin * 10_000, net) if net > 0 else None


def layers(on_hand: int, received: Sequence[int]) -> list[int]:
    """First in, first out: what is on hand is what came last. `received` by layer, the newest first; the last layer takes what
    no receipt explains. Nothing on hand, or less: no layers."""
    left, found = max(on_hand, 0), []
    for qty in received[:-1]:
        part = min(left, max(qty, 0))
        found.append(part)
        left -= part
    return [*found, left]


def shares(value: int, parts: Sequence[int]) -> list[int]:
    """Paise shared by quantities; the shares add up to `value`. Without quantities, the last one takes it."""
    whole, taken, running, found = sum(parts), 0, 0, []
    for part in parts[:-1]:
        running += part
        upto = rounded(value * running, whole) if whole > 0 else 0
        found.append(upto - taken)
        taken = upto
    return [*found, value - taken]


def suggested(level: int, sold: int, window: int, lead: int, there: int, *, whole: bool) -> int:
    """How much to order, in thousandths: up to the level and the sales of the lead days, less what is there or on its way.
    `whole`: rounded up to whole units."""
    wanted = level - (-max(sold, 0) * lead // window) - there
    if whole:
        wanted = -(-wanted // 1000) * 1000
    return max(wanted, 0)


def pace(on_hand: int, sold: int, days: int) -> tuple[int, int | None, str]:
    """(sold per day in thousandths, days of cover or None, "fast", "steady", "slow" or "dead")."""
    if sold <= 0:
        return 0, None, "dead"
    cover = max(on_hand, 0) * days // sold
    return rounded(sold, days), cover, "fast" if cover <= FAST_UNTIL else "slow" if cover > SLOW_AFTER else "steady"
