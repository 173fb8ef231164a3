"""Pages of purchase documents, newest first, and the way of one document: what came before it and what after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, literal, or_, select, tuple_

from webapp import outstandings, parties
from webapp.company import allowed_stores
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.purchases import queries
from webapp.purchases.models import ConsignmentReturn, GoodsReceipt, PurchaseBill, PurchaseBillLine, PurchaseOrder
from webapp.purchases.queries import is_standing

PAGE = 50
KINDS = {
    "bills": ("", "bill", "debit_note", "cancelled"),
    "receipts": ("", "cancelled"),
    "orders": ("", "draft", "approved", "closed", "cancelled"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. Empty means: whatever it is. `state` is one of KINDS of the list."""

    text: str = ""
    first_day: date | None = None
    last_day: date | None = None
    state: str = ""
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ListRow:
    """A document of a list. `reference` is the supplier's number or challan; amounts in paise."""

    id: UUID
    kind: str
    number: str
    day: date
    party: dict[str, Any]
    reference: str
    due_on: date | None
    amount_paise: int
    state: str

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.day, self.id)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page, and where the next begins. `total_paise` is of the rows that stand; a debit note takes away."""

    rows: tuple[ListRow, ...]
    older: Cursor | None
    total_paise: int


@dataclass(frozen=True, slots=True)
class Step:
    """A document on the way from order to payment."""

    kind: str
    id: UUID
    number: str
    day: date
    amount_paise: int
    is_cancelled: bool = False


def documents(books: Books, which: str, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> ListPage:
    """A page of "bills" (and debit notes), "receipts" or "orders"."""
    model, day, query = _SOURCES[which]()
    query = query.where(*_conditions(books, which, wanted, model, day)).order_by(day.desc(), model.id.desc()).limit(most + 1)
    if older_than is not None:
        place = (day, model.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    found = [ListRow(*row) for row in books.session.execute(query)]
    rows = tuple(found[:most])
    total = sum(-row.amount_paise if row.kind == "debit_note" else row.amount_paise for row in rows if row.state != "cancelled")
    return ListPage(rows, rows[-1].cursor if len(found) > most else None, total)


def _bills() -> tuple[Any, Any, Any]:
    b = PurchaseBill
    return (
        b,
        b.voucher_date,
        select(b.id, b.kind, b.number, b.voucher_date, b.party, b.supplier_number, b.due_on, b.total_paise, _state(b.id)),
    )


def _receipts() -> tuple[Any, Any, Any]:
    r = GoodsReceipt
    columns = (r.id, literal("receipt"), r.number, r.received_on, r.party, r.reference, literal(None), r.value_paise, _state(r.id))
    return r, r.received_on, select(*columns)


def _orders() -> tuple[Any, Any, Any]:
    o = PurchaseOrder
    return (
        o,
        o.order_date,
        select(o.id, literal("order"), o.number, o.order_date, o.party, literal(""), o.expected_on, o.total_paise, o.state),
    )


def _state(document_id: Any) -> Any:
    return case((~is_standing(document_id), "cancelled"), else_="posted")


_SOURCES = {"bills": _bills, "receipts": _receipts, "orders": _orders}


def _conditions(books: Books, which: str, wanted: Wanted, model: Any, day: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if (allowed := allowed_stores(books)) is not None:
        found.append(model.store_id.in_(allowed))
    if wanted.first_day:
        found.append(day >= wanted.first_day)
    if wanted.last_day:
        found.append(day <= wanted.last_day)
    if wanted.party_id:
        found.append(model.party_id == wanted.party_id)
    if wanted.state in ("bill", "debit_note"):
        found += [model.kind == wanted.state, is_standing(model.id)]
    elif wanted.state and which == "orders":
        found.append(model.state == wanted.state)
    elif wanted.state == "cancelled":
        found.append(~is_standing(model.id))
    if wanted.text:
        known = [row.id for row in parties.search_parties(books, wanted.text, most=100)]
        columns = [model.number, *([model.supplier_number] if which == "bills" else [model.reference] if which == "receipts" else [])]
        found.append(or_(model.party_id.in_(known), *(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return found


def way_of(books: Books, *, order_ids: Iterable[UUID] = (), receipt_ids: Iterable[UUID] = (), bill_ids: Iterable[UUID] = ()) -> list[Step]:
    """Every document that hangs together with these: orders, their receipts, bills, debit notes, and what paid the bills."""
    orders, receipts, bills = set(order_ids), set(receipt_ids), set(bill_ids)
    line = PurchaseBillLine
    for order_id, receipt_id in books.session.execute(select(line.order_id, line.receipt_id).where(line.bill_id.in_(bills)).distinct()):
        orders |= {order_id} if order_id else set()
        receipts |= {receipt_id} if receipt_id else set()
    orders |= {id_ for id_ in books.session.scalars(select(GoodsReceipt.order_id).where(GoodsReceipt.id.in_(receipts))) if id_}
    receipts |= set(books.session.scalars(select(GoodsReceipt.id).where(GoodsReceipt.order_id.in_(orders))))
    bills |= set(books.session.scalars(select(line.bill_id).where(line.order_id.in_(orders) | line.receipt_id.in_(receipts))))
    steps = [Step("order", row.id, row.number, row.day, row.amount_paise, row.state == "cancelled") for row in _of(books, "orders", orders)]
    steps += [
        Step("receipt", row.id, row.number, row.day, row.amount_paise, row.state == "cancelled") for row in _of(books, "receipts", receipts)
    ]
    steps += _back_steps(books, receipts)
    steps += _bill_steps(books, bills)
    return steps


def _back_steps(books: Books, receipts: set[UUID]) -> list[Step]:
    """What of goods on consignment went back; the amount is nothing, for they are worth nothing here."""
    r = ConsignmentReturn
    query = select(r.id, r.number, r.returned_on, _state(r.id)).where(r.receipt_id.in_(receipts)).order_by(r.returned_on, r.number)
    rows = books.session.execute(query) if receipts else ()
    return [Step("consignment_return", id_, number, day, 0, state == "cancelled") for id_, number, day, state in rows]


def _of(books: Books, which: str, ids: set[UUID]) -> list[ListRow]:
    if not ids:
        return []
    model, day, query = _SOURCES[which]()
    conditions = _conditions(books, which, Wanted(), model, day)
    return [ListRow(*row) for row in books.session.execute(query.where(model.id.in_(ids), *conditions).order_by(day, model.number))]


def _bill_steps(books: Books, bills: set[UUID]) -> list[Step]:
    notes = set(books.session.scalars(select(PurchaseBill.id).where(PurchaseBill.against_id.in_(bills)))) if bills else set()
    steps = [
        Step(row.kind, row.id, row.number, row.day, row.amount_paise, row.state == "cancelled")
        for row in _of(books, "bills", bills | notes)
    ]
    steps.sort(key=lambda step: step.kind != "bill")
    numbers = {step.number for step in steps}
    for bill_id in sorted(bills):
        paid = [row for row in outstandings.allocations_of(books, bill_id) if row.released_on is None and row.debit_number not in numbers]
        steps += [Step("payment", row.debit_voucher_id, row.debit_number, row.allocated_on, row.amount_paise) for row in paid]
    return steps


def last_rates(books: Books, item_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Item → the rate of its newest bill that stands, in thousandths of a paisa."""
    line = PurchaseBillLine
    query = (
        select(line.item_id, line.rate_millipaise)
        .join(PurchaseBill, (PurchaseBill.company_id == line.company_id) & (PurchaseBill.id == line.bill_id))
        .where(line.item_id.in_(list(item_ids)), PurchaseBill.kind == "bill", queries.is_standing(PurchaseBill.id))
        .order_by(PurchaseBill.voucher_date, PurchaseBill.recorded_at)
    )
    rows: Any = books.session.execute(query)
    return {item_id: int(rate) for item_id, rate in rows}
