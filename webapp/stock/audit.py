"""The register checked against itself: each cost, each running quantity, from the first movement on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy import select

from webapp import catalogue
from webapp.kernel.money import plain_decimal, rupees
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock import layers, making, queries, rules
from webapp.stock.models import StockMovement
from webapp.stock.rules import NOTHING, Holding, MovementRow, StockKey

_ALL = Lookup(
    select(*queries.MOVEMENT, StockMovement.is_below_zero_allowed)
    .where(StockMovement.kind != "revaluation")
    .order_by(StockMovement.item_id, StockMovement.store_id, StockMovement.batch, StockMovement.moved_on, StockMovement.seq)
)
_REVALUATIONS = Lookup(
    select(*queries.REVALUED).where(StockMovement.kind == "revaluation").group_by(StockMovement.about_id, StockMovement.about_line_no)
)
_KEPT = Lookup(select(*queries.KEPT))


@dataclass(frozen=True, slots=True)
class StockAudit:
    """What a replay of the whole register found. `replayed` is each holding at the end, `kept` what stands beside."""

    movements: int
    replayed: dict[StockKey, Holding]
    kept: dict[StockKey, Holding]
    faults: tuple[tuple[StockKey, str], ...]


def audit(books: Books) -> StockAudit:
    """Replay every item: what it should have cost, whether it ever went below zero without leave."""
    rows = _ALL.rows(books)
    revalued = {(about, line): (int(value), int(restated)) for about, line, value, restated in _REVALUATIONS.rows(books)}
    in_layers = catalogue.items_first_in_first_out(books)
    may_be_short = {(row.document_id, row.line_no) for row in rows if row.is_below_zero_allowed}
    movements = [queries.movement_row(row, *revalued.get((row.document_id, row.line_no), (0, 0))) for row in rows]
    originals = {(one.document_id, one.line_no): one for one in movements}
    worth = making.worth_of_all(books, movements)
    replayed, faults = {}, []
    for key, own in groupby(movements, key=lambda one: one.key):
        mine = list(own)
        orphans = [one for one in mine if one.about_id is not None and (one.about_id, one.about_line_no) not in originals]
        if orphans:
            faults.append((key, "a movement takes back one that does not exist"))
            continue
        replayed[key], wrong = layers.replay(mine, worth) if key.item_id in in_layers else rules.replay(NOTHING, mine, {}, worth)
        faults += [(key, f"{one.kind} of {one.moved_on} should have moved {rupees(one.amount)} more of value than it did") for one in wrong]
        faults += [(key, words) for words in _below_zero(mine, may_be_short)]
    faults += [
        (one.key, f"the reversal of {one.moved_on} does not equal what it takes back")
        for one in movements
        if one.is_reversal and one.about_id is not None and not _is_exact(one, originals.get((one.about_id, one.about_line_no or 0)))
    ]
    kept = {StockKey(row[0], row[1], row[2]): queries.holding_of(row) for row in _KEPT.rows(books)}
    return StockAudit(len(movements), replayed, kept, tuple(faults))


def _is_exact(reversal: MovementRow, original: MovementRow | None) -> bool:
    return original is not None and (original.key, original.qty, original.value) == (reversal.key, -reversal.qty, -reversal.value)


def _below_zero(movements: Iterable[MovementRow], may_be_short: set[tuple[object, int]]) -> Iterator[str]:
    """In the order of recording, for that is what was known when each was allowed."""
    on_hand = 0
    for one in sorted(movements, key=lambda one: one.seq):
        on_hand += one.qty
        if one.qty < 0 and on_hand < 0 and (one.document_id, one.line_no) not in may_be_short:
            yield f"{one.kind} of {one.moved_on} left {plain_decimal(on_hand, 3)} on hand, and nobody had allowed it"
