"""The card of an item: every movement of it in one store, with what was on hand after each.

What was on hand before a page is what is on hand now less what has moved since: nothing is added up from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from webapp.kernel.dates import Period
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.reports.places import beyond, short_of
from webapp.sales.models import Invoice
from webapp.stock.models import StockBalance, StockMovement
from webapp.stocktaking.models import StockAdjustment

PAGE = 50


class CardKey(NamedTuple):
    """A movement's place on a card: its day, and its number in the store."""

    day: date
    seq: int


class Shelf(NamedTuple):
    """Where goods of an item are kept apart, and what is on hand there."""

    store_id: UUID
    batch: str
    qty: int
    value: int


@dataclass(frozen=True, slots=True)
class CardRow:
    """A movement, with what is on hand after it. A correction of cost moves value alone. `number` is its document's."""

    key: CardKey
    kind: str
    document_id: UUID
    about_id: UUID | None
    number: str
    came_in: int
    went_out: int
    value: int
    qty_after: int
    value_after: int


@dataclass(frozen=True, slots=True)
class CardPage:
    """Rows, oldest first; what was on hand before them; where the pages on either side go on."""

    qty_before: int
    value_before: int
    rows: tuple[CardRow, ...]
    earlier: CardKey | None
    later: CardKey | None

    @property
    def qty_after(self) -> int:
        return self.rows[-1].qty_after if self.rows else self.qty_before

    @property
    def value_after(self) -> int:
        return self.rows[-1].value_after if self.rows else self.value_before


def shelves(books: Books, item_id: UUID) -> list[Shelf]:
    """Where the item is kept: each store and batch it ever moved in."""
    query = (
        select(StockBalance.store_id, StockBalance.batch, StockBalance.qty, StockBalance.value_paise)
        .where(StockBalance.item_id == item_id)
        .order_by(StockBalance.store_id, StockBalance.batch)
    )
    return [Shelf(*row) for row in books.session.execute(query)]


def card_page(
    books: Books,
    item_id: UUID,
    shelf: Shelf,
    period: Period,
    *,
    after: CardKey | None = None,
    before: CardKey | None = None,
    most: int = PAGE,
) -> CardPage:
    """One page of the card; without a key the newest."""
    place = (StockMovement.moved_on, StockMovement.seq)
    # The days are cut where the key stands: an index is entered at one bound, and it must be the nearer.
    first_day = max(period.first_day, after.day) if after else period.first_day
    last_day = min(period.last_day, before.day) if before else period.last_day
    days = StockMovement.moved_on.between(first_day, last_day)
    query = select(*_COLUMNS).where(*_mine(item_id, shelf), days).limit(most + 1)
    if after:
        found = books.session.execute(query.where(beyond(place, after)).order_by(StockMovement.moved_on, StockMovement.seq)).all()
        rows = list(found[:most])
    else:
        if before:
            query = query.where(short_of(place, before))
        found = books.session.execute(query.order_by(StockMovement.moved_on.desc(), StockMovement.seq.desc())).all()
        rows = list(reversed(found[:most]))
    has_more = len(found) > most
    start = CardKey(rows[0].moved_on, rows[0].seq) if rows else None
    qty, value = _on_hand_before(books, item_id, shelf, start, period)
    drawn = _draw(books, rows, qty, value)
    has_earlier, has_later = (True, has_more) if after else (has_more, before is not None)
    return CardPage(qty, value, drawn, drawn[0].key if drawn and has_earlier else None, drawn[-1].key if drawn and has_later else None)


def whole_card(books: Books, item_id: UUID, shelf: Shelf, period: Period) -> Iterator[CardRow]:
    """Every movement of these days, oldest first, in pieces so that memory stays flat."""
    after: CardKey | None = CardKey(period.first_day, 0)
    while after:
        page = card_page(books, item_id, shelf, period, after=after, most=1000)
        yield from page.rows
        after = page.later


_COLUMNS = (
    StockMovement.moved_on,
    StockMovement.seq,
    case((StockMovement.is_restatement, "price_difference"), else_=StockMovement.kind).label("kind"),
    StockMovement.document_id,
    StockMovement.about_id,
    StockMovement.qty,
    StockMovement.value_paise,
)


def _mine(item_id: UUID, shelf: Shelf) -> list[ColumnElement[bool]]:
    return [StockMovement.item_id == item_id, StockMovement.store_id == shelf.store_id, StockMovement.batch == shelf.batch]


def _on_hand_before(books: Books, item_id: UUID, shelf: Shelf, start: CardKey | None, period: Period) -> tuple[int, int]:
    """What was on hand before a movement; with no movement on the page, after the last day asked for."""
    place = (StockMovement.moved_on, StockMovement.seq)
    since = beyond(place, (start.day, start.seq - 1)) if start else StockMovement.moved_on > period.last_day
    moved = select(func.sum(StockMovement.qty), func.sum(StockMovement.value_paise)).where(*_mine(item_id, shelf), since)
    qty, value = books.session.execute(moved).one()
    return shelf.qty - int(qty or 0), shelf.value - int(value or 0)


def _draw(books: Books, rows: Sequence[Any], qty: int, value: int) -> tuple[CardRow, ...]:
    numbers = _numbers(books, {id_ for row in rows for id_ in (row.document_id, row.about_id) if id_})
    drawn = []
    for row in rows:
        qty += row.qty
        value += row.value_paise
        drawn.append(
            CardRow(
                key=CardKey(row.moved_on, row.seq),
                kind=row.kind,
                document_id=row.document_id,
                about_id=row.about_id,
                number=numbers.get(row.document_id) or (numbers.get(row.about_id, "") if row.about_id else ""),
                came_in=max(row.qty, 0),
                went_out=max(-row.qty, 0),
                value=row.value_paise,
                qty_after=qty,
                value_after=value,
            )
        )
    return tuple(drawn)


def _numbers(books: Books, ids: set[UUID]) -> dict[UUID, str]:
    """The numbers of documents that move stock: bills, credit notes, adjustments."""
    if not ids:
        return {}
    bills = books.session.execute(select(Invoice.id, Invoice.number).where(Invoice.id.in_(ids)))
    adjustments = books.session.execute(select(StockAdjustment.id, StockAdjustment.number).where(StockAdjustment.id.in_(ids)))
    return {id_: number for found in (bills, adjustments) for id_, number in found}
