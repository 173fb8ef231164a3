"""Documents before a bill as lists: searched, filtered, paged by key, exported; and what of orders is pending."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, tuple_

from webapp.kernel.money import read_paise, rounded
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.orders.models import OrderDocument, OrderLine
from webapp.orders.queries import HEAD_COLUMNS, HeadRow
from webapp.platform.tenancy import Books

PAGE = 50
# What a list may be narrowed to, besides the states a document is in.
SHOWN_STATES = ("pending", "overdue", "open", "accepted", "declined", "replaced", "done", "closed", "cancelled")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. Empty means: whatever it is."""

    text: str = ""
    kind: str = ""
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A line of an order that is not wholly delivered. Quantities in thousandths, value in paise."""

    order_id: UUID
    number: str
    document_date: date
    ends_on: date | None
    party: str
    item: str
    unit: str
    ordered: int
    delivered: int
    pending: int
    value_paise: int


def documents(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> tuple[list[HeadRow], Cursor | None]:
    """A page of documents, newest first, and where the next one begins."""
    query = select(*HEAD_COLUMNS).where(*_conditions(books, wanted))
    if older_than is not None:
        place = (OrderDocument.document_date, OrderDocument.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    ordered = query.order_by(OrderDocument.document_date.desc(), OrderDocument.id.desc()).limit(most + 1)
    rows = [HeadRow(*row) for row in books.session.execute(ordered)]
    more = Cursor(rows[most - 1].document_date, rows[most - 1].id) if len(rows) > most else None
    return rows[:most], more


def all_documents(books: Books, wanted: Wanted) -> Iterator[HeadRow]:
    """Every document of a list, newest first, read in pages so that memory stays flat."""
    cursor: Cursor | None = None
    while True:
        rows, cursor = documents(books, wanted, older_than=cursor, most=500)
        yield from rows
        if cursor is None:
            return


def pending(books: Books, *, overdue_only: bool = False, text: str = "") -> list[PendingRow]:
    """What of standing orders is not delivered, the oldest promise first."""
    left = OrderLine.qty - OrderLine.used_qty - OrderLine.returned_qty - OrderLine.closed_qty
    columns = (OrderDocument.id, OrderDocument.number, OrderDocument.document_date, OrderDocument.ends_on, OrderDocument.party)
    of_line = (OrderLine.name, OrderLine.unit, OrderLine.qty, OrderLine.used_qty, left.label("pending"), OrderLine.total_paise)
    query = (
        select(*columns, *of_line)
        .join(OrderLine, (OrderLine.company_id == OrderDocument.company_id) & (OrderLine.document_id == OrderDocument.id))
        .where(OrderDocument.kind == "order", OrderDocument.state.in_(("open", "accepted")), left > 0)
        .order_by(OrderDocument.ends_on.is_(None), OrderDocument.ends_on, OrderDocument.document_date, OrderDocument.id, OrderLine.line_no)
        .limit(2000)
    )
    if overdue_only:
        query = query.where(OrderDocument.ends_on < books.today)
    if text:
        name = OrderDocument.party["name"].as_string().icontains(text, autoescape=True)
        query = query.where(
            or_(name, OrderLine.name.icontains(text, autoescape=True), OrderDocument.number.icontains(text, autoescape=True))
        )
    return [
        PendingRow(
            row.id, row.number, row.document_date, row.ends_on, row.party.get("name", ""), row.name, row.unit, row.qty, row.used_qty,
            row.pending, rounded(row.total_paise * row.pending, row.qty),
        )
        for row in books.session.execute(query)
    ]  # fmt: skip


def _conditions(books: Books, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(OrderDocument.kind == wanted.kind)
    if wanted.first_day:
        found.append(OrderDocument.document_date >= wanted.first_day)
    if wanted.last_day:
        found.append(OrderDocument.document_date <= wanted.last_day)
    if wanted.party_id:
        found.append(OrderDocument.party_id == wanted.party_id)
    if wanted.state in ("pending", "overdue"):
        left = OrderLine.qty - OrderLine.used_qty - OrderLine.returned_qty - OrderLine.closed_qty
        own = (OrderLine.company_id == OrderDocument.company_id) & (OrderLine.document_id == OrderDocument.id)
        found += [OrderDocument.state.in_(("open", "accepted")), exists().where(own, left > 0)]
        if wanted.state == "overdue":
            found.append(OrderDocument.ends_on < books.today)
    elif wanted.state:
        found.append(OrderDocument.state == wanted.state)
    if wanted.text:
        found.append(_has_text(wanted.text))
    return found


def _has_text(text: str) -> ColumnElement[bool]:
    either: list[Any] = [OrderDocument.number.icontains(text, autoescape=True), OrderDocument.reference.icontains(text, autoescape=True)]
    either += [OrderDocument.party[name].as_string().icontains(text, autoescape=True) for name in ("name", "phone", "gstin")]
    with suppress(ValueError):
        either.append(OrderDocument.total_paise == read_paise(text))
    return or_(*either)
