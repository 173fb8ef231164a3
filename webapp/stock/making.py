"""Goods made out of other goods: what the one cost follows what the other cost, also when that turns out otherwise later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.kernel.errors import keep_promise
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock import queries, rules
from webapp.stock.models import StockMaking, StockMovement
from webapp.stock.rules import MADE, USED, Correction, MovementRow, NotEnoughStock, Shortage, StockKey, Unsettled

Place = tuple[UUID, int]  # a movement: its document and its number

_THESE = Lookup(
    select(StockMaking.document_id, StockMaking.added_paise, StockMaking.shares).where(
        StockMaking.document_id.in_(bindparam("ids", expanding=True))
    )
)
_EVERY = Lookup(select(StockMaking.document_id, StockMaking.added_paise, StockMaking.shares))
_USED_OF = Lookup(
    select(StockMovement.document_id)
    .where(
        StockMovement.item_id == bindparam("item"),
        StockMovement.store_id == bindparam("store"),
        StockMovement.batch == bindparam("batch"),
        StockMovement.moved_on >= bindparam("day"),
        StockMovement.kind == USED,
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Made:
    """One thing that is made: thousandths, into a batch or with its pieces named. `weight` is its part of the cost; a by-product
    has its `value` instead, in paise."""

    line_no: int
    item_id: UUID
    qty: Qty
    batch: str = ""
    serials: tuple[str, ...] = ()
    weight: int = 0
    value: Paise | None = None


@dataclass(frozen=True, slots=True)
class _Making:
    """A document that made something: its movements as they stand, and who shares the cost."""

    added: int
    weights: Mapping[int, int]
    used: tuple[MovementRow, ...]
    made: tuple[MovementRow, ...]

    def worth(self, corrected: Mapping[Place, int]) -> dict[Place, int]:
        """What each thing is worth, with the cost of what was used put right by `corrected`."""
        cost = -sum(one.stands + corrected.get((one.document_id, one.line_no), 0) for one in self.used)
        values = dict(zip(self.weights, rules.made_values(cost, self.added, list(self.weights.values())), strict=True))
        return {(one.document_id, one.line_no): values[one.line_no] for one in self.made}


@dataclass(slots=True)
class Makings:
    """What documents have made, while costs are being put right: each correction of what one used moves what it made."""

    books: Books
    _known: dict[UUID, _Making] = field(default_factory=dict)
    _corrected: dict[Place, int] = field(default_factory=dict)

    def worth(self, rows: Iterable[MovementRow]) -> dict[Place, int]:
        """What those of `rows` that were made out of other goods are worth, by all that is known so far."""
        found: dict[Place, int] = {}
        for making in self._of({one.document_id for one in rows if one.kind == MADE}):
            found |= making.worth(self._corrected)
        return found

    def learn(self, rows: Iterable[MovementRow], corrections: Iterable[Correction]) -> dict[StockKey, date]:
        """What a replay of `rows` found. Answers what was made out of them and is worth something else now: replay that, from
        which day on."""
        amounts = {(one.about_id, one.about_line_no): one.amount for one in corrections}
        places = [(one.document_id, one.line_no) for one in rows if one.kind == USED]
        now = {place: amounts.get(place, 0) for place in places}
        moved = {place[0] for place in places if now[place] != self._corrected.get(place, 0)}
        follow: dict[StockKey, date] = {}
        makings = self._of(moved)
        before = [making.worth(self._corrected) for making in makings]
        self._corrected |= now
        for making, earlier in zip(makings, before, strict=True):
            after = making.worth(self._corrected)
            for one in making.made:
                place = (one.document_id, one.line_no)
                if after[place] != earlier[place]:
                    follow[one.key] = min(one.moved_on, follow.get(one.key, one.moved_on))
        return follow

    def cost_before(self, key: StockKey, day: date) -> int:
        """The newest known cost of one unit before `day`, in thousandths of a paisa; 0 when none was known."""
        row = queries.taught_before(self.books, key, day)
        if row is None:
            return 0
        taught = [one for one in queries.movements_of(self.books, row.document_id) if one.line_no == row.line_no]
        worth = self.worth(taught) if row.kind == MADE else {}
        return sum(rules.unit_cost(worth.get((one.document_id, one.line_no), one.given or 0), one.qty) for one in taught)

    def _of(self, ids: Collection[UUID]) -> list[_Making]:
        missing = [id_ for id_ in ids if id_ not in self._known]
        if missing:
            moved = queries.movements_of_all(self.books, missing)
            for row in _THESE.rows(self.books, ids=missing):
                weights = dict(row.shares)
                own = [one for one in moved if one.document_id == row.document_id]
                used = tuple(one for one in own if one.kind == USED)
                made = tuple(one for one in own if one.line_no in weights)
                self._known[row.document_id] = _Making(row.added_paise, weights, used, made)
        return [self._known[id_] for id_ in sorted(ids) if id_ in self._known]


def making_row(document_id: UUID, made: Sequence[Made], added: int) -> dict[str, object]:
    """What is kept of it: who shares the cost, and what else there is to share."""
    given = sum(one.value for one in made if one.value is not None)
    shares = [[one.line_no, one.weight] for one in made if one.value is None]
    return {"document_id": document_id, "added_paise": added - given, "shares": shares}


def worth_of_all(books: Books, movements: Iterable[MovementRow]) -> dict[Place, int]:
    """What everything that was ever made is worth, at what was used for it costs as it stands."""
    used: dict[UUID, int] = {}
    for one in movements:
        if one.kind == USED:
            used[one.document_id] = used.get(one.document_id, 0) - one.stands
    found: dict[Place, int] = {}
    for row in _EVERY.rows(books):
        weights = dict(row.shares)
        values = rules.made_values(used.get(row.document_id, 0), row.added_paise, list(weights.values()))
        found |= {(row.document_id, line_no): value for line_no, value in zip(weights, values, strict=True)}
    return found


def followers(books: Books, unsettled: Iterable[Unsettled]) -> set[StockKey]:
    """Where goods lie that were made, at any remove, out of those whose costs change."""
    found: dict[StockKey, date] = {}
    due = [(one.key, one.from_day) for one in unsettled]
    while due:
        key, day = due.pop()
        rows = _USED_OF.rows(books, item=key.item_id, store=key.store_id, batch=key.batch, day=day)
        for one in queries.movements_of_all(books, [row.document_id for row in rows]):
            if one.kind == MADE and one.moved_on < found.get(one.key, date.max):
                found[one.key] = one.moved_on
                due.append((one.key, one.moved_on))
    return set(found)


def require_there(books: Books, wanted: Mapping[StockKey, int], on: date, last_moved: Mapping[StockKey, tuple[date, int]]) -> None:
    """NotEnoughStock when what a document of an earlier day uses was not there that day, or has gone since. `last_moved` has the
    newest day and what is on hand of each."""
    short = []
    for key, qty in wanted.items():
        newest, free = last_moved[key]
        if on >= newest:
            continue
        there = free
        for one in reversed(queries.since(books, key, on + timedelta(days=1))):
            there -= one.qty
            free = min(free, there)
        if free < qty:
            short.append(Shortage(key.item_id, Qty(max(free, 0)), Qty(qty)))
    if short:
        raise NotEnoughStock(tuple(short))


def movements_made(store_id: UUID, made: Sequence[Made], values: Mapping[int, int]) -> StockSlip:
    """The movements that bring in what was made."""
    return StockSlip(
        tuple(Movement(one.line_no, one.item_id, store_id, one.qty, Paise(values[one.line_no]), one.batch, one.serials) for one in made)
    )


def used_by_key(used: Sequence[Movement]) -> dict[StockKey, int]:
    """How much goes out of each place, in thousandths."""
    found: dict[StockKey, int] = {}
    for one in used:
        key = StockKey(one.item_id, one.store_id, one.batch)
        found[key] = found.get(key, 0) - one.qty
    keep_promise(all(qty > 0 for qty in found.values()), "what is used goes out")
    return found
