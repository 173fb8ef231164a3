"""What stands with others: goods that left on challans and are neither billed nor back. They are ours until then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from webapp.company import allowed_stores
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.orders import queries
from webapp.orders.models import OrderDocument, OrderLine
from webapp.orders.queries import HEAD_COLUMNS, HeadRow
from webapp.orders.rules import approval_due
from webapp.platform.tenancy import Books

PAGE = 50
STATES = ("", "soon", "overdue")
SOON_DAYS = 30
APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows. Empty means: whatever it is. `state` is one of STATES, of goods on approval alone."""

    text: str = ""
    purpose: str = ""
    state: str = ""
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OutRow:
    """A line of a challan that still stands with its party: thousandths, and what it cost in paise."""

    head: HeadRow
    line_no: int
    item_id: UUID
    name: str
    unit: str
    sent: int
    billed: int
    back: int
    out: int
    cost_paise: int

    def days_on(self, day: date) -> int:
        """For how many days it has been away."""
        return (day - self.head.document_date).days

    @property
    def due_on(self) -> date | None:
        """The last day for the invoice of goods sent on approval (CGST Act s.31(7)); None for others."""
        return approval_due(self.head.document_date) if self.head.purpose == APPROVAL else None

    def state_on(self, day: date) -> str:
        """`overdue` past that day, `soon` in the month before it, else nothing."""
        due = self.due_on
        if due is None or due - timedelta(days=SOON_DAYS) > day:
            return ""
        return "overdue" if due < day else "soon"


def standing(books: Books, wanted: Wanted, *, after: Cursor | None = None, most: int = PAGE) -> tuple[list[OutRow], Cursor | None]:
    """What stands with others, a page of challans with their lines, the oldest first; and where the next page begins."""
    place = (OrderDocument.document_date, OrderDocument.id)
    query = select(*HEAD_COLUMNS).where(*_conditions(books, wanted), exists().where(_of_head(), _left() > 0, OrderLine.moves_stock))
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*after, types=[column.type for column in place]))
    heads = [HeadRow(*row) for row in books.session.execute(query.order_by(*place).limit(most + 1))]
    more = Cursor(heads[most - 1].document_date, heads[most - 1].id) if len(heads) > most else None
    lines = queries.lines_of(books, [head.id for head in heads[:most]])
    rows = [
        OutRow(
            head, line.line_no, line.item_id, line.name, line.unit, line.qty, line.used_qty, line.returned_qty, line.left,
            line.cost_paise - line.used_cost_paise,
        )
        for head in heads[:most]
        for line in lines[head.id]
        if line.left and line.moves_stock
    ]  # fmt: skip
    return rows, more


def all_standing(books: Books, wanted: Wanted) -> Iterator[OutRow]:
    """Every row of the list, read in pages so that memory stays flat."""
    cursor: Cursor | None = None
    while True:
        rows, cursor = standing(books, wanted, after=cursor, most=500)
        yield from rows
        if cursor is None:
            return


def standing_cost(books: Books, wanted: Wanted) -> int:
    """What the whole list cost, in paise."""
    cost = func.sum(OrderLine.cost_paise - OrderLine.used_cost_paise)
    query = select(func.coalesce(cost, 0)).join(OrderDocument, _of_head()).where(*_conditions(books, wanted))
    return int(books.session.scalar(query) or 0)


def standing_of_items(books: Books, item_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Item → how much of it stands with others, in every store, in thousandths."""
    query = (
        select(OrderLine.item_id, func.sum(_left()))
        .join(OrderDocument, _of_head())
        .where(OrderLine.item_id.in_(list(item_ids)), OrderLine.moves_stock, *_is_out())
        .group_by(OrderLine.item_id)
    )
    rows: Any = books.session.execute(query)
    return {item_id: int(qty) for item_id, qty in rows}


def overdue_challans(books: Books) -> list[HeadRow]:
    """The challans of goods on approval whose six months are over and that have neither been billed nor come back, the oldest first."""
    query = select(*HEAD_COLUMNS).where(
        *_conditions(books, Wanted(state="overdue")), exists().where(_of_head(), _left() > 0, OrderLine.moves_stock)
    )
    return [HeadRow(*row) for row in books.session.execute(query.order_by(OrderDocument.document_date, OrderDocument.id).limit(10_000))]


def _left() -> ColumnElement[int]:
    return OrderLine.qty - OrderLine.used_qty - OrderLine.returned_qty - OrderLine.closed_qty


def _of_head() -> ColumnElement[bool]:
    return and_(OrderLine.company_id == OrderDocument.company_id, OrderLine.document_id == OrderDocument.id)


def _is_out() -> list[ColumnElement[bool]]:
    return [OrderDocument.kind == "challan", OrderDocument.state != "cancelled"]


def _conditions(books: Books, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _is_out()
    if (allowed := allowed_stores(books)) is not None:
        found.append(OrderDocument.store_id.in_(allowed))
    if wanted.party_id:
        found.append(OrderDocument.party_id == wanted.party_id)
    if wanted.purpose:
        found.append(OrderDocument.purpose == wanted.purpose)
    if wanted.state:
        last = _left_before(books.today if wanted.state == "overdue" else books.today + timedelta(days=SOON_DAYS + 1))
        found += [OrderDocument.purpose == APPROVAL, OrderDocument.document_date <= last]
    if wanted.state == "soon":
        found.append(OrderDocument.document_date > _left_before(books.today))
    if wanted.text:
        name = OrderDocument.party["name"].as_string().icontains(wanted.text, autoescape=True)
        named = aliased(OrderLine)  # the list itself may be of lines
        item = exists().where(
            named.company_id == OrderDocument.company_id,
            named.document_id == OrderDocument.id,
            named.name.icontains(wanted.text, autoescape=True),
        )
        found.append(or_(name, OrderDocument.number.icontains(wanted.text, autoescape=True), item))
    return found


def _left_before(day: date) -> date:
    """The last day of leaving whose six months are over before `day`. Months are not of one length, so it is looked for."""
    first = day - timedelta(days=190)
    return max(one for one in (first + timedelta(days=n) for n in range(12)) if approval_due(one) < day)
