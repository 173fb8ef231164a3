"""The stock register's verbs: record, reverse, restate, revalue. Nothing else writes to it.

A document's month is checked by the ledger, which posts beside it; here only when nothing of it has a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from webapp import catalogue
from webapp.company import require_open_period, require_store
from webapp.kernel.errors import NotFound, keep_promise
from webapp.kernel.money import Paise
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.records import dataclass
from webapp.platform.rows import insert_missing, put
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.stock import layers, making, owning, queries, rules, serials
from webapp.stock.making import Made, Makings
from webapp.stock.models import StockBalance, StockMaking, StockMovement
from webapp.stock.rules import (
    NO_LAYERS,
    NOTHING,
    Correction,
    Holding,
    MovementRow,
    NotEnoughStock,
    Policy,
    Recorded,
    Restatement,
    Shortage,
    StockKey,
    Unsettled,
)


@dataclass(slots=True)
class _Shelf:
    """A kept balance while a document is being written: the holding, the newest day, the newest number."""

    holding: Holding
    last_moved_on: date
    last_seq: int
    is_unsettled: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A movement about to be written. `stands`: of a reversal alone, the value that it takes back, written and revalued since."""

    line_no: int
    key: StockKey
    qty: int
    given: int | None
    about_id: UUID | None = None
    about_line_no: int | None = None
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
            one.source[0] if one.source else None,
            one.source[1] if one.source else None,
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
            about_line_no=one.line_no,
            stands=-one.stands,
            of_line=one.document_line_no,
            serials=named.get(one.line_no, ()),
        )
        for one in written
    ]
    return _write(books, reversal_id, kind, on, entries, policy)


def restate(books: Books, restatements: Sequence[Restatement]) -> Recorded:
    """Write what goods truly cost that came in at another value: a movement of value alone for each, under the document that says so.

    It belongs to the movement it names: all that has gone out behind that costs what it would have cost had it come in so. Hand the
    answer to `stocktaking.settle_costs`, which does that. NotFound when such a movement was never written.
    """
    came = {
        (row.document_id, row.line_no): row for id_ in {one.about_id for one in restatements} for row in queries.movements_of(books, id_)
    }
    if any((one.about_id, one.about_line_no) not in came for one in restatements):
        raise NotFound("stock document")
    owning.require_own(books, {came[one.about_id, one.about_line_no].key.item_id for one in restatements if one.amount > 0})
    values: dict[tuple[UUID, date], list[_Value]] = {}
    for one in restatements:
        row = came[one.about_id, one.about_line_no]
        keep_promise(row.given is not None and row.given + one.amount >= 0, "only what came in at a known cost is restated")
        values.setdefault((one.document_id, one.on), []).append(_Value(row.key, one.about_id, one.about_line_no, one.amount))
    unsettled = tuple(
        Unsettled(came[place].key, came[place].moved_on) for place in sorted({(one.about_id, one.about_line_no) for one in restatements})
    )
    shelves = _lock(books, {one.key for one in unsettled})
    _write_alone(books, unsettled, shelves)
    for (document_id, on), own in values.items():
        _write_values(books, shelves, document_id, on, own, is_restatement=True)
    return Recorded({}, unsettled=unsettled)


def revalue(books: Books, *, document_id: UUID, on: date, corrections: Sequence[Correction]) -> None:
    """Write corrections of cost as movements of value alone, under the document that explains them."""
    values = [_Value(one.key, one.about_id, one.about_line_no, one.amount) for one in corrections]
    _write_values(books, _lock(books, {one.key for one in values}), document_id, on, values)


class _Value(NamedTuple):
    """A movement of value alone, about another."""

    key: StockKey
    about_id: UUID
    about_line_no: int
    amount: int


def _write_values(
    books: Books, shelves: dict[StockKey, _Shelf], document_id: UUID, on: date, values: Sequence[_Value], *, is_restatement: bool = False
) -> None:
    rows = []
    for line_no, one in enumerate(values, start=1):
        shelf = shelves[one.key]
        shelf.last_seq += 1
        shelf.holding = replace(shelf.holding, value=shelf.holding.value + one.amount)
        entry = _Entry(line_no, one.key, 0, one.amount, one.about_id, one.about_line_no)
        row = _row(books, document_id, "revaluation", on, entry, shelf.last_seq)
        rows.append(row | {"value_paise": one.amount, "is_restatement": is_restatement})
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
    owning.require_own(books, {one.item_id for one in made})
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
    kept = shelf.holding
    if kept.layers is None:
        rows = queries.since(books, key, day)
        start = Holding(
            kept.qty - sum(row.qty for row in rows), kept.value - sum(row.stands for row in rows), makings.cost_before(key, day)
        )
        holding, wrong = rules.replay(start, rows, _rights_before(books, rows), makings.worth(rows))
    else:
        rows = queries.since(books, key, date.min)
        holding, wrong = layers.replay(rows, makings.worth(rows))
    keep_promise(holding.qty == kept.qty, "a replay ends with what is on hand")
    shelf.holding = replace(holding, value=kept.value)
    return rows, wrong


def put_layers_right(books: Books) -> list[tuple[StockKey, Holding, Holding]]:
    """Keep the layers, and the newest cost, of goods that go out first in, first out as a replay of the register gives them; returns
    (where, as kept, as replayed) for each that was otherwise. For the repair of kept totals alone."""
    wrong = mislaid(books)
    shelves = _lock(books, {key for key, _kept, _right in wrong})
    for key, _kept, right in wrong:
        shelves[key].holding = replace(shelves[key].holding, layers=right.layers, last_cost=right.last_cost)
    _keep(books, shelves)
    return wrong


def mislaid(books: Books) -> list[tuple[StockKey, Holding, Holding]]:
    """Where the layers kept beside a balance are not those that a replay gives: (where, as kept, as replayed)."""
    in_layers = catalogue.items_first_in_first_out(books)
    found = []
    for key, kept in queries.layered(books, in_layers):
        rows = queries.since(books, key, date.min) if key.item_id in in_layers else []
        right = layers.replay(rows, Makings(books).worth(rows))[0] if key.item_id in in_layers else replace(kept, layers=None)
        if right.layers != kept.layers:
            found.append((key, kept, right))
    return found


def _rights_before(books: Books, rows: Sequence[MovementRow]) -> dict[tuple[UUID, int], int]:
    """What the originals of reversals among `rows` cost as they stand, for those that are not among `rows` themselves."""
    here = {row.document_id for row in rows}
    originals = {row.about_id for row in rows if row.is_reversal and row.about_id is not None} - here
    return {(one.document_id, one.line_no): one.stands for id_ in originals for one in queries.movements_of(books, id_)}


def _write(books: Books, document_id: UUID, kind: str, on: date, entries: Sequence[_Entry], policy: Policy) -> Recorded:
    shelves = _lock(books, {one.key for one in entries})
    owning.require_own(books, {one.key.item_id for one in entries if one.qty > 0 and one.given and one.stands is None})
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
    if entries and not any(costs.values()):
        require_open_period(books, on, "sales" if kind in ("sale", "return", "cancel") else "stock", entries[0].key.store_id)
    books.insert(StockMovement, rows)
    _keep(books, shelves, moved_on=on)
    moves = [serials.Move(one.key.item_id, name, one.key.store_id, one.line_no, one.qty > 0) for one in entries for name in one.serials]
    if moves:
        serials.move(books, document_id, kind, on, moves)
    unsettled = tuple(Unsettled(key, on) for key, shelf in shelves.items() if shelf.is_unsettled)
    if unsettled:
        _write_alone(books, unsettled, shelves)
    return Recorded(costs, shortages, unsettled)


def _write_alone(books: Books, unsettled: Sequence[Unsettled], shelves: dict[StockKey, _Shelf]) -> None:
    """The document's own voucher is not the last: costs are put right by others, of other days and accounts."""
    if books.connection.dialect.name == "postgresql" and (others := making.followers(books, unsettled) - shelves.keys()):
        _lock(books, others)  # before the turn, as every document takes its locks
    write_alone(books)


def _step(shelf: _Shelf, entry: _Entry, on: date) -> tuple[int, bool]:
    """Move one entry on its shelf: (the value to write, whether it ran short)."""
    is_reversal = entry.stands is not None
    before, given = shelf.holding, entry.given if entry.stands is None else entry.stands
    move = rules.move if before.layers is None else layers.move
    after, change = move(before, entry.qty, given, teaches_cost=not is_reversal)
    value = change if entry.given is None else entry.given
    shelf.holding = Holding(after.qty, before.value + value, after.last_cost, after.layers)
    shelf.last_seq += 1
    is_known = before.layers is None or layers.is_in_turn(entry.qty, given, is_reversal=is_reversal)
    if value != change or on < shelf.last_moved_on or not is_known:
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
    new = _new_shelves(books, missing) if missing else {}
    if new and books.connection.dialect.name == "postgresql":
        # A row that is not there cannot be locked: make it, then ask again; another document may have been faster.
        insert_missing(books, StockBalance, [_balance_row(key, new[key]) for key in sorted(new)])
        found = queries.balances(books, keys)
    shelves = {key: _Shelf(*kept) for key, kept in found.items()}
    return shelves | {key: shelf for key, shelf in new.items() if key not in found}


def _new_shelves(books: Books, keys: set[StockKey]) -> dict[StockKey, _Shelf]:
    """Shelves on which nothing has moved yet, as their items are valued: that stays so from now on."""
    in_layers = catalogue.items_first_in_first_out(books, {key.item_id for key in keys})
    return {key: _Shelf(NO_LAYERS if key.item_id in in_layers else NOTHING, date.min, 0) for key in keys}


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
        "layers": None if shelf.holding.layers is None else layers.written_layers(shelf.holding.layers),
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
        "about_line_no": entry.about_line_no,
        "is_restatement": False,
        "recorded_at": books.now,
    }
