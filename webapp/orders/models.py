"""Documents before a bill, what of each has become what, advances with their tax, and invoices that come again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base, Json
from webapp.platform.reach import Stores, StoreScoped, through
from webapp.platform.tenancy import CompanyScoped


class OrderDocument(CompanyScoped, StoreScoped, Base):
    """A quotation, sales order, delivery challan, return on a challan, or proforma (webapp.orders.kinds). Figures in paise.

    Its figures never change: a quotation is revised by another with its number and the next revision, and the old one is
    `replaced`. `state` alone moves. `body` is what was typed, so that it can be typed again. `cost_paise` is what the goods that
    moved with it cost; a voucher of its id stands in the ledger where that is not nought.
    """

    __tablename__ = "order_document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    series: Mapped[str]
    seq: Mapped[int]
    number: Mapped[str]
    revision: Mapped[int]
    revises_id: Mapped[UUID | None]
    source_id: Mapped[UUID | None]  # the document it was made from
    document_date: Mapped[date]
    ends_on: Mapped[date | None]
    store_id: Mapped[UUID]
    party_id: Mapped[UUID]
    party: Mapped[dict[str, Any]]  # who it was on that day, as on a bill
    seller: Mapped[dict[str, Any]]
    scheme: Mapped[str]
    destination: Mapped[str]
    supply: Mapped[str]
    place_of_supply: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    transport: Mapped[dict[str, Any]]
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    bill_discount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    round_off_paise: Mapped[int]
    total_paise: Mapped[int]
    cost_paise: Mapped[int]
    reference: Mapped[str]
    terms: Mapped[str]
    note: Mapped[str]
    body: Mapped[dict[str, Any]]
    body_sha256: Mapped[str]
    state: Mapped[str]
    state_reason: Mapped[str] = mapped_column(default="")
    state_at: Mapped[datetime]
    state_by: Mapped[str]
    version: Mapped[int]  # raised by each change of state; a stale page is refused
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "revises_id"], ["order_document.company_id", "order_document.id"]),
        ForeignKeyConstraint(["company_id", "source_id"], ["order_document.company_id", "order_document.id"]),
        Index("uq_order_document_number", "company_id", "series", "seq", "revision", unique=True),
        Index("ix_order_document_date", "company_id", "document_date", "id"),
        Index("ix_order_document_party", "company_id", "party_id", "document_date"),
        Index("ix_order_document_source", "company_id", "source_id"),
        Index("ix_order_document_revises", "company_id", "revises_id"),
        CheckConstraint("kind in ('quotation', 'order', 'challan', 'return', 'proforma')", name="kind_known"),
        CheckConstraint("state in ('open', 'accepted', 'declined', 'replaced', 'done', 'closed', 'cancelled')", name="state_known"),
        CheckConstraint("purpose in ('', 'supply', 'approval', 'job_work', 'other')", name="purpose_known"),
        CheckConstraint("total_paise >= 0 and cost_paise >= 0", name="not_negative"),
        CheckConstraint(
            "taxable_paise + cgst_paise + sgst_paise + igst_paise + cess_paise + round_off_paise = total_paise", name="adds_up"
        ),
    )


class OrderLine(CompanyScoped, Base):
    """One line, as it stood on its day. Quantities in thousandths of the base unit.

    `used_qty` has become something else (delivered, billed, ordered), `returned_qty` came back from a challan, `closed_qty` was
    given up; what is left of `qty` is pending. `used_cost_paise` is the part of the cost that left with what was used or returned.
    """

    __tablename__ = "order_line"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    name: Mapped[str]
    local_name: Mapped[str] = mapped_column(default="")
    hsn: Mapped[str]
    unit: Mapped[str]
    qty: Mapped[int]
    unit_price_millipaise: Mapped[int]
    price_includes_tax: Mapped[bool]
    treatment: Mapped[str]
    rate_bp: Mapped[int]
    cess_bp: Mapped[int]
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    bill_discount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    total_paise: Mapped[int]
    cost_paise: Mapped[int]
    moves_stock: Mapped[bool]
    source_id: Mapped[UUID | None]
    source_line_no: Mapped[int | None]
    used_qty: Mapped[int]
    returned_qty: Mapped[int]
    closed_qty: Mapped[int]
    used_cost_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "document_id"], ["order_document.company_id", "order_document.id"]),
        ForeignKeyConstraint(
            ["company_id", "source_id", "source_line_no"], ["order_line.company_id", "order_line.document_id", "order_line.line_no"]
        ),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_order_line_item", "company_id", "item_id"),
        CheckConstraint("qty > 0 and used_qty >= 0 and returned_qty >= 0 and closed_qty >= 0", name="not_negative"),
        CheckConstraint("used_qty + returned_qty + closed_qty <= qty", name="never_more_than_there_is"),
        CheckConstraint("used_cost_paise between 0 and cost_paise", name="cost_within"),
    )


class CustomerAnswer(CompanyScoped, Base):
    """What a customer said to a document through a public link: once. `address_hash` is keyed: it tells two senders apart and nobody
    where they are."""

    __tablename__ = "customer_answer"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    link_id: Mapped[UUID]
    accepts: Mapped[bool]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    address_hash: Mapped[str]
    answered_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "document_id"], ["order_document.company_id", "order_document.id"]),
        ForeignKeyConstraint(["company_id", "link_id"], ["public_link.company_id", "public_link.id"]),
    )


class OrderUse(CompanyScoped, Base):
    """So much of a line has become a line of another document (`to_kind` a kind of this room, or `invoice`). Undone when that one
    is cancelled, never deleted."""

    __tablename__ = "order_use"

    from_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_line_no: Mapped[int] = mapped_column(primary_key=True)
    to_id: Mapped[UUID] = mapped_column(primary_key=True)
    to_line_no: Mapped[int] = mapped_column(primary_key=True)
    to_kind: Mapped[str]
    qty: Mapped[int]
    cost_paise: Mapped[int]
    goods: Mapped[list[Any]] = mapped_column(
        Json, default=list
    )  # of a challan's line kept by batch or serial number: [batch, quantity, cost, serial numbers], …
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "from_id", "from_line_no"], ["order_line.company_id", "order_line.document_id", "order_line.line_no"]
        ),
        Index("ix_order_use_to", "company_id", "to_id"),
        CheckConstraint("qty > 0 and cost_paise >= 0", name="positive"),
    )


class Advance(CompanyScoped, StoreScoped, Base):
    """Money taken before a supply (receipt voucher, CGST Act s.31(3)(d), Rule 50) or given back (refund voucher, s.31(3)(e), Rule 51).

    `amount_paise` includes the tax, which is due on services when the money comes (s.13) and not on goods (Notification
    66/2017-Central Tax). A refund names its receipt in `against_id`. `used_*` is what bills and refunds have taken of a receipt.
    """

    __tablename__ = "advance"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    series: Mapped[str]
    seq: Mapped[int]
    number: Mapped[str]
    advance_date: Mapped[date]
    store_id: Mapped[UUID]
    party_id: Mapped[UUID]
    party: Mapped[dict[str, Any]]
    seller: Mapped[dict[str, Any]]
    order_id: Mapped[UUID | None]
    against_id: Mapped[UUID | None]
    is_service: Mapped[bool]
    description: Mapped[str]
    supply: Mapped[str]
    place_of_supply: Mapped[str]
    rate_bp: Mapped[int]
    amount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    used_paise: Mapped[int]
    used_cgst_paise: Mapped[int]
    used_igst_paise: Mapped[int]
    mode: Mapped[str]
    reference: Mapped[str]
    note: Mapped[str]
    body_sha256: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "order_id"], ["order_document.company_id", "order_document.id"]),
        ForeignKeyConstraint(["company_id", "against_id"], ["advance.company_id", "advance.id"]),
        Index("uq_advance_number", "company_id", "series", "seq", unique=True),
        Index("ix_advance_date", "company_id", "advance_date", "id"),
        Index("ix_advance_party", "company_id", "party_id", "advance_date"),
        Index("ix_advance_order", "company_id", "order_id"),
        Index("ix_advance_against", "company_id", "against_id"),
        CheckConstraint("kind in ('receipt', 'refund')", name="kind_known"),
        CheckConstraint("(kind = 'refund') = (against_id is not null)", name="refund_of_a_receipt"),
        CheckConstraint("amount_paise > 0 and used_paise between 0 and amount_paise", name="used_within"),
        CheckConstraint("taxable_paise + cgst_paise + sgst_paise + igst_paise = amount_paise", name="adds_up"),
        CheckConstraint("mode in ('cash', 'upi', 'card', 'bank')", name="mode_known"),
    )


class AdvanceUse(CompanyScoped, Base):
    """So much of an advance was set against a bill: the voucher of that day has this row's id."""

    __tablename__ = "advance_use"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    advance_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    used_on: Mapped[date]
    amount_paise: Mapped[int]
    cgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "advance_id"], ["advance.company_id", "advance.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        Index("ix_advance_use_advance", "company_id", "advance_id"),
        Index("ix_advance_use_invoice", "company_id", "invoice_id"),
        CheckConstraint("amount_paise > 0", name="positive"),
    )


class RecurringInvoice(CompanyScoped, StoreScoped, Base):
    """A bill that comes again: every week, month, quarter or year on a day, as a proforma for a person to look at or issued by itself.

    `body` is the sheet; `on_day` is 1 to 31 (a month without it: its last), in a week 1 Monday to 7. `trouble` says why the newest
    could not be issued.
    """

    __tablename__ = "recurring_invoice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    party_id: Mapped[UUID]
    source_id: Mapped[UUID]  # the document it was made of
    body: Mapped[dict[str, Any]]
    every: Mapped[str]
    on_day: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    issues: Mapped[bool]
    next_on: Mapped[date]
    newest_id: Mapped[UUID | None]
    newest_kind: Mapped[str] = mapped_column(default="")
    trouble: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "source_id"], ["order_document.company_id", "order_document.id"]),
        Index("ix_recurring_invoice_next", "company_id", "next_on"),
        CheckConstraint("every in ('week', 'month', 'quarter', 'year')", name="every_known"),
        CheckConstraint("on_day between 1 and 31", name="on_day_of_month"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.source_id, OrderDocument, stores)
