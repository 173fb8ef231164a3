"""The stock register's verbs: record, reverse, revalue. Nothing else writes to it.

A document's month is checked by the ledger, which posts beside it; here only when nothing of it has a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from webapp.company import require_open_period, require_store
from webapp.kernel.errors import NotFound, keep_promise
from webapp.kernel.money import Paise
from webapp.kernel.movement import Movement, StockSlip
from webapp.platform.rows import insert_missing, put
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.stock import making, queries, rules, serials
from webapp.stock.making import Made, Makings
from webapp.stock.models import StockBalance, StockMaking, StockMovement
from webapp.stock.rules import NOTHING, Correction, Holding, MovementRow, NotEnoughStock, Policy, Recorded, Shortage, StockKey, Unsettled


@dataclass(slots=True)
class _Shelf:
    """A kept balance while a document is being written: the holding, the newest day, the newest number."""

    holding: Holding
    last_moved_on: date
    last_seq: int
    is_unsettled: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A movement about to be written. `stands` is the value that a reversal takes back: written and revalued since."""

    line_no: int
    key: StockKey
    qty: int
    given: int | None
    about_id: UUID | None = None
    stands: int | None = None
    of_line: int | None = None
    serials: tuple[str, ...] = ()


def record(
    books: Books,
    *,
    document_id: UUID,
    kind: str,
    moved_on: date,
    slip: StockSlip,
    policy: Policy = Policy.REFUSE,
    has_happened: bool = False,
) -> Recorded:
    """Write a document's movements and what they cost. NotEnoughStock when one would take what is on hand below zero
    and `policy` refuses; nothing is written then. Goods sold below zero are valued at the newest known cost.

    SerialTrouble: a serial number comes in that is here already, or goes out that is not. StoreClosed, NotYourStore: unless
    it `has_happened`, nothing moves in a store that is closed or not this actor's.
    """
    if not has_happened:
        for store_id in {one.store_id for one in slip.movements}:
            require_store(books, store_id)
    entries = [
        _Entry(
            one.line_no,
            StockKey(one.item_id, one.store_id, one.batch),
            one.qty,
            one.value,
            of_line=one.of_line,
            serials=one.serials,
        )
        for one in slip.movements
    ]
    return _write(books, document_id, kind, moved_on, entries, policy)


def reverse(
    books: Books, *, document_id: UUID, reversal_id: UUID, on: date, kind: str = "cancel", policy: Policy = Policy.REFUSE
) -> Recorded:
    """Write the exact opposite of a document's movements as they were written, line by line. NotFound when it moved
    nothing, StoreClosed and NotYourStore as `record`. Taking back what came in may run short: `policy` decides as for `record`."""
    written = queries.movements_of(books, document_id)
    if not written:
        raise NotFound("stock document")
    rules.require_later(written, on)
    for store_id in {one.key.store_id for one in written}:
        require_store(books, store_id)
    named = serials.moved_by(books, document_id)
    entries = [
        _Entry(
            one.line_no,
            one.key,
            -one.qty,
            -one.value,
            about_id=document_id,
            stands=-one.stands,
            of_line=one.document_line_no,
            serials=named.get(one.line_no, ()),
        )
        for one in written
    ]
    return _write(books, reversal_id, kind, on, entries, policy)


def revalue(books: Books, *, document_id: UUID, on: date, corrections: Sequence[Correction]) -> None:
    """Write corrections of cost as movements of value alone, under the document that explains them."""
    shelves = _lock(books, {one.key for one in corrections})
    rows = []
    for line_no, one in enumerate(corrections, start=1):
        shelf = shelves[one.key]
        shelf.last_seq += 1
        shelf.holding = Holding(shelf.holding.qty, shelf.holding.value + one.amount, shelf.holding.last_cost)
        row = _row(books, document_id, "revaluation", on, _Entry(line_no, one.key, 0, one.amount, one.about_id), shelf.last_seq)
        rows.append(row | {"value_paise": one.amount, "about_line_no": one.about_line_no})
    books.insert(StockMovement, rows)
    _keep(books, shelves)


def make(
    books: Books, *, document_id: UUID, moved_on: date, store_id: UUID, used: Sequence[Movement], made: Sequence[Made], added: int
) -> Recorded:
    """Use goods up and make others out of them, in one store: what is made shares what was used costs, with `added` paise besides
    (wages), less what by-products are worth. It goes on doing so when those costs turn out otherwise.

    NotEnoughStock for what is not there, whatever the company allows: what is not there has no cost to hand on. A document of an
    earlier day uses only what was there that day and has not gone since. MadeOfNothing when by-products are worth more than all.
    """
    out = making.used_by_key(used)
    shelves = _lock(books, {*out, *(StockKey(one.item_id, store_id, one.batch) for one in made)})
    making.require_there(books, out, moved_on, {key: (shelf.last_moved_on, shelf.holding.qty) for key, shelf in shelves.items()})
    gone = record(books, document_id=document_id, kind=rules.USED, moved_on=moved_on, slip=StockSlip(tuple(used)))
    row = making.making_row(document_id, made, added)
    values = rules.require_made(gone.cost, made, added)
    came = record(books, document_id=document_id, kind=rules.MADE, moved_on=moved_on, slip=making.movements_made(store_id, made, values))
    books.insert(StockMaking, [row])
    return Recorded({**gone.costs, **came.costs}, (), (*gone.unsettled, *came.unsettled))


def corrections(books: Books, unsettled: Iterable[Unsettled]) -> list[Correction]:
    """Replay each item from its day on, and what was made out of it: what `revalue` must write for every cost to be right. Notes
    the newest known cost where a back-dated receipt is now the newest of its day."""
    first_days: dict[StockKey, date] = {}
    for one in unsettled:
        first_days[one.key] = min(one.from_day, first_days.get(one.key, one.from_day))
    makings = Makings(books)
    shelves: dict[StockKey, _Shelf] = {}
    found: dict[StockKey, list[Correction]] = {}
    # What a document makes comes after what it uses, by day and by commit: so each round settles documents for good, and it ends.
    due = set(first_days)
    while due:
        shelves |= _lock(books, due - shelves.keys()) if due - shelves.keys() else {}
        follow: set[StockKey] = set()
        for key in sorted(due):
            rows, found[key] = _replayed(books, key, first_days[key], shelves[key], makings)
            for made, day in makings.learn(rows, found[key]).items():
                first_days[made] = min(day, first_days.get(made, day))
                follow.add(made)
        due = follow
    _keep(books, shelves)
    return [one for key in sorted(found) for one in found[key]]


def _replayed(books: Books, key: StockKey, day: date, shelf: _Shelf, makings: Makings) -> tuple[Sequence[MovementRow], list[Correction]]:
    """The movements of one item from a day on, and what of them has to be put right; its shelf learns the newest known cost."""
    rows, kept = queries.since(books, key, day), shelf.holding
    start = Holding(kept.qty - sum(row.qty for row in rows), kept.value - sum(row.stands for row in rows), makings.cost_before(key, day))
    holding, wrong = rules.replay(start, rows, _rights_before(books, rows), makings.worth(rows))
    keep_promise(holding.qty == kept.qty, "a replay ends with what is on hand")
    shelf.holding = Holding(kept.qty, kept.value, holding.last_cost)
    return rows, wrong


def _rights_before(books: Books, rows: Sequence[MovementRow]) -> dict[tuple[UUID, int], int]:
    """What the originals of reversals among `rows` cost as they stand, for those that are not among `rows` themselves."""
    here = {row.document_id for row in rows}
    originals = {row.about_id for row in rows if row.about_id is not None} - here
    return {(one.document_id, one.line_no): one.stands for id_ in originals for one in queries.movements_of(books, id_)}


def _write(books: Books, document_id: UUID, kind: str, on: date, entries: Sequence[_Entry], policy: Policy) -> Recorded:
    shelves = _lock(books, {one.key for one in entries})
    on_hand = {key: shelf.holding.qty for key, shelf in shelves.items()}
    rows, short = [], []
    costs: dict[int, Paise] = {}
    for entry in entries:
        shelf = shelves[entry.key]
        value, runs_short = _step(shelf, entry, on)
        if runs_short:
            short.append(entry.key)
        row = _row(books, document_id, kind, on, entry, shelf.last_seq)
        rows.append(row | {"value_paise": value, "is_below_zero_allowed": runs_short})
        line = entry.of_line or entry.line_no
        costs[line] = Paise(costs.get(line, 0) + abs(value))

    shortages = _shortages(entries, on_hand, short) if short else ()
    if shortages and policy is Policy.REFUSE:
        raise NotEnoughStock(shortages)
    if not any(costs.values()):
        require_open_period(books, on, "sales" if kind in ("sale", "return", "cancel") else "stock")
    books.insert(StockMovement, rows)
    _keep(books, shelves, moved_on=on)
    moves = [serials.Move(one.key.item_id, name, one.key.store_id, one.line_no, one.qty > 0) for one in entries for name in one.serials]
    if moves:
        serials.move(books, document_id, kind, on, moves)
    unsettled = tuple(Unsettled(key, on) for key, shelf in shelves.items() if shelf.is_unsettled)
    if unsettled:
        if books.connection.dialect.name == "postgresql" and (others := making.followers(books, unsettled) - shelves.keys()):
            _lock(books, others)  # before the turn, as every document takes its locks
        write_alone(books)  # its own voucher is not the last: costs are put right by others, of other days and accounts
    return Recorded(costs, shortages, unsettled)


def _step(shelf: _Shelf, entry: _Entry, on: date) -> tuple[int, bool]:
    """Move one entry on its shelf: (the value to write, whether it ran short)."""
    is_reversal = entry.about_id is not None
    before = shelf.holding
    after, change = rules.move(before, entry.qty, entry.given if not is_reversal else entry.stands, teaches_cost=not is_reversal)
    value = change if entry.given is None else entry.given
    shelf.holding = Holding(after.qty, before.value + value, after.last_cost)
    shelf.last_seq += 1
    if value != change or (on < shelf.last_moved_on):
        shelf.is_unsettled = True
    return value, entry.qty < 0 and after.qty < 0


def _shortages(entries: Iterable[_Entry], on_hand: dict[StockKey, int], short: Iterable[StockKey]) -> tuple[Shortage, ...]:
    wanted: dict[StockKey, int] = {}
    for entry in entries:
        if entry.qty < 0:
            wanted[entry.key] = wanted.get(entry.key, 0) - entry.qty
    return rules.shortages_of(on_hand, short, wanted)


def _lock(books: Books, keys: set[StockKey]) -> dict[StockKey, _Shelf]:
    """The kept balances of `keys`, held until the transaction ends. In key order, so that two documents do not deadlock."""
    found = queries.balances(books, keys)
    missing = keys - found.keys()
    if missing and books.connection.dialect.name == "postgresql":
        # A row that is not there cannot be locked: make it, then ask again; another document may have been faster.
        insert_missing(books, StockBalance, [_balance_row(key, _Shelf(NOTHING, date.min, 0)) for key in sorted(missing)])
        found = queries.balances(books, keys)
        missing = keys - found.keys()
    shelves = {key: _Shelf(Holding(qty, value, cost), day, seq) for key, (qty, value, cost, day, seq) in found.items()}
    shelves.update({key: _Shelf(NOTHING, date.min, 0) for key in missing})
    return shelves


def _keep(books: Books, shelves: dict[StockKey, _Shelf], *, moved_on: date = date.min) -> None:
    for shelf in shelves.values():
        shelf.last_moved_on = max(shelf.last_moved_on, moved_on)
    put(books, StockBalance, [_balance_row(key, shelves[key]) for key in sorted(shelves)])


def _balance_row(key: StockKey, shelf: _Shelf) -> dict[str, Any]:
    return {
        "item_id": key.item_id,
        "store_id": key.store_id,
        "batch": key.batch,
        "qty": shelf.holding.qty,
        "value_paise": shelf.holding.value,
        "last_cost_millipaise": shelf.holding.last_cost,
        "last_moved_on": shelf.last_moved_on,
        "last_seq": shelf.last_seq,
    }


def _row(books: Books, document_id: UUID, kind: str, on: date, entry: _Entry, seq: int) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "line_no": entry.line_no,
        "kind": kind,
        "item_id": entry.key.item_id,
        "store_id": entry.key.store_id,
        "batch": entry.key.batch,
        "moved_on": on,
        "seq": seq,
        "qty": entry.qty,
        "is_value_given": entry.given is not None,
        "is_below_zero_allowed": False,
        "document_line_no": entry.of_line,
        "about_id": entry.about_id,
        "about_line_no": entry.line_no if entry.about_id is not None else None,
        "recorded_at": books.now,
    }
