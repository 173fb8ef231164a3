"""Purchase documents as frozen rows: one of each kind with its lines, and what of it is left."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select

from webapp.company import require_mine
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseBill,
    PurchaseBillLine,
    PurchaseCancellation,
    PurchaseOrder,
    PurchaseOrderLine,
    ReverseChargePayment,
)


@dataclass(frozen=True, slots=True)
class CancellationRow:
    """That a document was cancelled: why, when, by whom; `voucher_id` is the reversal."""

    document_id: UUID
    kind: str
    voucher_id: UUID | None
    reason: str
    cancelled_at: datetime
    cancelled_by: str


@dataclass(frozen=True, slots=True)
class BillRow:
    """A supplier's bill or a debit note, see models.PurchaseBill."""

    id: UUID
    kind: str
    number: str
    supplier_number: str
    bill_date: date
    voucher_date: date
    due_on: date | None
    store_id: UUID
    party_id: UUID
    party: dict[str, Any]
    buyer: dict[str, Any]
    supply: str
    place_of_supply: str
    tax_by: str
    against_id: UUID | None
    difference_id: UUID | None
    self_invoice_number: str
    entry_number: str
    entry_date: date | None
    port_code: str
    assessable_paise: int
    duty_paise: int
    customs_account_id: UUID | None
    gross_paise: int
    discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    claimed_paise: int
    tax_difference_paise: int
    charges_paise: int
    round_off_paise: int
    total_paise: int
    irn: str
    currency: str
    exchange_rate_micro: int | None
    foreign_total: int | None
    note: str
    body_sha256: str
    entered_by: str
    recorded_at: datetime

    @property
    def tax_paise(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise + self.cess_paise

    @property
    def customs_paise(self) -> int:
        """What was paid to customs: duty, IGST and cess."""
        return self.duty_paise + self.tax_paise if self.tax_by == "import" else 0


@dataclass(frozen=True, slots=True)
class BillLineRow:
    """A line of a bill or a debit note, see models.PurchaseBillLine."""

    bill_id: UUID
    line_no: int
    kind: str
    item_id: UUID | None
    account_id: UUID | None
    name: str
    hsn: str
    unit: str
    qty: int
    rate_millipaise: int
    rate_bp: int
    cess_bp: int
    gross_paise: int
    discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    is_claimed: bool
    charge_paise: int
    duty_paise: int
    cost_paise: int
    is_stock: bool
    batch: str
    expires_on: date | None
    mrp_paise: int | None
    receipt_id: UUID | None
    receipt_line_no: int | None
    received_paise: int
    order_id: UUID | None
    order_line_no: int | None
    against_line_no: int | None
    is_price_only: bool
    is_sold: bool

    @property
    def tax_paise(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise + self.cess_paise


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A goods receipt, see models.GoodsReceipt."""

    id: UUID
    number: str
    party_id: UUID
    party: dict[str, Any]
    store_id: UUID
    received_on: date
    order_id: UUID | None
    reference: str
    note: str
    value_paise: int
    is_consignment: bool
    body_sha256: str
    entered_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptLineRow:
    """A line of a goods receipt, see models.GoodsReceiptLine."""

    receipt_id: UUID
    line_no: int
    item_id: UUID
    name: str
    hsn: str
    unit: str
    qty: int
    rate_millipaise: int
    discount_paise: int
    value_paise: int
    batch: str
    expires_on: date | None
    mrp_paise: int | None
    order_line_no: int | None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A purchase order, see models.PurchaseOrder."""

    id: UUID
    number: str
    party_id: UUID
    party: dict[str, Any]
    store_id: UUID
    order_date: date
    expected_on: date | None
    taxable_paise: int
    tax_paise: int
    total_paise: int
    note: str
    state: str
    state_reason: str
    approved_by: str
    approved_at: datetime | None
    version: int
    body_sha256: str
    entered_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line of an order, see models.PurchaseOrderLine."""

    order_id: UUID
    line_no: int
    item_id: UUID
    name: str
    hsn: str
    unit: str
    qty: int
    rate_millipaise: int
    discount_paise: int
    rate_bp: int
    cess_bp: int
    taxable_paise: int
    tax_paise: int


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of a bill under reverse charge, see models.ReverseChargePayment."""

    id: UUID
    number: str
    bill_id: UUID
    party_id: UUID
    paid_on: date
    amount_paise: int
    account_id: UUID
    reference: str
    body_sha256: str
    paid_by: str
    recorded_at: datetime


Row = TypeVar("Row")


def columns_of(model: Any, row: Any) -> list[Any]:
    """The columns of a table that a frozen row has."""
    return [getattr(model, field.name) for field in fields(row)]


def is_standing(document_id: Any) -> ColumnElement[bool]:
    """A condition: the document was not cancelled."""
    return ~exists().where(
        PurchaseCancellation.company_id == document_id.class_.company_id, PurchaseCancellation.document_id == document_id
    )


def _select(model: Any, row: Any) -> Select[Any]:
    return select(*columns_of(model, row))


def _one(books: Books, model: Any, row: type[Row], id_: UUID, *, to_change: bool = False) -> Row | None:
    query = _select(model, row).where(model.id == id_)
    found = books.session.execute(query.with_for_update() if to_change else query).first()
    return row(*found) if found else None


# One document ----------------------------------------------------------------------------------------------------------


def bill_or_none(books: Books, bill_id: UUID) -> BillRow | None:
    """A bill or a debit note, or None when this company has none by that id."""
    return _one(books, PurchaseBill, BillRow, bill_id)


def bill(books: Books, bill_id: UUID, *, to_change: bool = False) -> BillRow:
    """A bill or a debit note. NotFound when there is none, NotYourStore. `to_change` holds it until this transaction ends."""
    found = _one(books, PurchaseBill, BillRow, bill_id, to_change=to_change)
    if found is None:
        raise NotFound("purchase bill")
    require_mine(books, found.store_id)
    return found


def bill_lines(books: Books, bill_id: UUID) -> list[BillLineRow]:
    """Its lines, in their order."""
    query = _select(PurchaseBillLine, BillLineRow).where(PurchaseBillLine.bill_id == bill_id).order_by(PurchaseBillLine.line_no)
    return [BillLineRow(*row) for row in books.session.execute(query)]


def notes_of(books: Books, bill_id: UUID) -> list[BillRow]:
    """The debit notes against a bill that stand, oldest first."""
    query = _select(PurchaseBill, BillRow).where(PurchaseBill.against_id == bill_id, is_standing(PurchaseBill.id))
    return [BillRow(*row) for row in books.session.execute(query.order_by(PurchaseBill.recorded_at, PurchaseBill.id))]


def receipt_or_none(books: Books, receipt_id: UUID) -> ReceiptRow | None:
    """A goods receipt, or None when this company has none by that id."""
    return _one(books, GoodsReceipt, ReceiptRow, receipt_id)


def receipt(books: Books, receipt_id: UUID, *, to_change: bool = False) -> ReceiptRow:
    """A goods receipt. NotFound when there is none, NotYourStore. `to_change` holds it until this transaction ends."""
    found = _one(books, GoodsReceipt, ReceiptRow, receipt_id, to_change=to_change)
    if found is None:
        raise NotFound("goods receipt")
    require_mine(books, found.store_id)
    return found


def receipt_lines(books: Books, receipt_id: UUID) -> list[ReceiptLineRow]:
    """Its lines, in their order."""
    query = _select(GoodsReceiptLine, ReceiptLineRow).where(GoodsReceiptLine.receipt_id == receipt_id)
    return [ReceiptLineRow(*row) for row in books.session.execute(query.order_by(GoodsReceiptLine.line_no))]


def order_or_none(books: Books, order_id: UUID) -> OrderRow | None:
    """An order, or None when this company has none by that id."""
    return _one(books, PurchaseOrder, OrderRow, order_id)


def order(books: Books, order_id: UUID, *, to_change: bool = False) -> OrderRow:
    """An order. NotFound when there is none, NotYourStore. `to_change` holds it until this transaction ends."""
    found = _one(books, PurchaseOrder, OrderRow, order_id, to_change=to_change)
    if found is None:
        raise NotFound("purchase order")
    require_mine(books, found.store_id)
    return found


def order_lines(books: Books, order_id: UUID) -> list[OrderLineRow]:
    """Its lines, in their order."""
    query = _select(PurchaseOrderLine, OrderLineRow).where(PurchaseOrderLine.order_id == order_id).order_by(PurchaseOrderLine.line_no)
    return [OrderLineRow(*row) for row in books.session.execute(query)]


def payment_or_none(books: Books, payment_id: UUID) -> PaymentRow | None:
    """A payment under reverse charge, or None."""
    return _one(books, ReverseChargePayment, PaymentRow, payment_id)


def payments_of(books: Books, bill_id: UUID) -> list[PaymentRow]:
    """The payments of a bill under reverse charge that stand, oldest first."""
    query = _select(ReverseChargePayment, PaymentRow).where(ReverseChargePayment.bill_id == bill_id, is_standing(ReverseChargePayment.id))
    return [PaymentRow(*row) for row in books.session.execute(query.order_by(ReverseChargePayment.recorded_at, ReverseChargePayment.id))]


def cancellation_of(books: Books, document_id: UUID) -> CancellationRow | None:
    """How a document was cancelled, or None while it stands."""
    query = _select(PurchaseCancellation, CancellationRow).where(PurchaseCancellation.document_id == document_id)
    row = books.session.execute(query).first()
    return CancellationRow(*row) if row else None
