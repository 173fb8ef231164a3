"""Invoices and credit notes as issued. A posted one is never changed; cancelling adds, it does not erase."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base, rows_where
from webapp.platform.reach import Stores, StoreScoped, through
from webapp.platform.tenancy import CompanyScoped


class Invoice(CompanyScoped, StoreScoped, Base):
    """A bill: tax invoice, bill of supply, plain bill, or a credit note against one. All figures in paise.

    Its id is made by the till and is also the idempotency key; `body_sha256` is the hash of what the till sent.
    Its voucher has the same id. A credit note's figures are positive; its kind says which way they run.
    """

    __tablename__ = "invoice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # webapp.tax DocumentKind
    series: Mapped[str]
    seq: Mapped[int]
    number: Mapped[str]
    invoice_date: Mapped[date]
    posted_on: Mapped[date]  # the day in the books: later than invoice_date where its month was locked by then
    issued_at: Mapped[datetime]  # the till's own clock
    received_at: Mapped[datetime]
    store_id: Mapped[UUID]
    till_id: Mapped[UUID | None]
    shift_id: Mapped[UUID | None]
    cashier: Mapped[str]
    party_id: Mapped[UUID | None]
    party: Mapped[dict[str, Any] | None]  # who it was on that day: name, phone, gstin, address, state_code
    seller: Mapped[dict[str, Any]]  # who we were on that day, for reprints: name, gstin, address …
    scheme: Mapped[str]
    supply: Mapped[str]  # webapp.tax Supply
    place_of_supply: Mapped[str]
    against_id: Mapped[UUID | None]  # a credit note's bill
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    bill_discount_paise: Mapped[int]  # the part of discount_paise given on the whole bill
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    round_off_paise: Mapped[int]
    total_paise: Mapped[int]
    cost_paise: Mapped[int]
    rules_v: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "against_id"], ["invoice.company_id", "invoice.id"]),
        Index("uq_invoice_number", "company_id", "series", "seq", unique=True),
        Index("ix_invoice_date", "company_id", "invoice_date", "id"),
        # The few that stand in the books on another day than their own, so that a month of the books is found whole.
        Index(
            "ix_invoice_posted_later",
            "company_id",
            "posted_on",
            **rows_where("posted_on <> invoice_date"),
        ),
        Index("ix_invoice_total", "company_id", "total_paise", "invoice_date"),
        Index("ix_invoice_party", "company_id", "party_id", "invoice_date"),
        Index("ix_invoice_shift", "company_id", "shift_id"),
        Index("ix_invoice_against", "company_id", "against_id"),
        CheckConstraint("total_paise >= 0 and taxable_paise >= 0", name="not_negative"),
        CheckConstraint(
            "taxable_paise + cgst_paise + sgst_paise + igst_paise + cess_paise + round_off_paise = total_paise", name="adds_up"
        ),
    )


class InvoiceLine(CompanyScoped, Base):
    """One line as issued: it repeats what the item was called and cost that day, so a reprint is the same for ever."""

    __tablename__ = "invoice_line"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    name: Mapped[str]
    local_name: Mapped[str] = mapped_column(default="")
    hsn: Mapped[str]
    unit: Mapped[str]
    qty: Mapped[int]
    unit_price_millipaise: Mapped[int]
    price_includes_tax: Mapped[bool]
    mrp_paise: Mapped[int | None]
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
    batch: Mapped[str] = mapped_column(default="")  # the batches it came out of, and its serial numbers, as the paper says them
    serials: Mapped[str] = mapped_column(default="")
    moves_stock: Mapped[bool]
    against_line_no: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_invoice_line_item", "company_id", "item_id", "invoice_id"),
    )


class InvoiceOffer(CompanyScoped, Base):
    """What a scheme took off a line of a bill, in paise: a part of the line's discount; on a credit note, what of it came back. It names
    the scheme as it was called that day, and stands when the scheme is changed."""

    __tablename__ = "invoice_offer"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    off_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        Index("ix_invoice_offer_scheme", "company_id", "scheme_id", "invoice_id"),
        CheckConstraint("off_paise > 0", name="positive"),
    )


class InvoiceTogether(CompanyScoped, Base):
    """That a line is one supply with others of its bill (CGST Act s.8): composite or mixed, which line's tax all of them bear, and what
    this one would bear alone."""

    __tablename__ = "invoice_together"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    is_composite: Mapped[bool]
    taxed_as_line_no: Mapped[int]
    own_treatment: Mapped[str]
    own_rate_bp: Mapped[int]
    own_cess_bp: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "invoice_id", "line_no"], ["invoice_line.company_id", "invoice_line.invoice_id", "invoice_line.line_no"]
        ),
        ForeignKeyConstraint(
            ["company_id", "invoice_id", "taxed_as_line_no"],
            ["invoice_line.company_id", "invoice_line.invoice_id", "invoice_line.line_no"],
        ),
    )


class InvoiceTender(CompanyScoped, Base):
    """How a bill was paid (or a return refunded): cash, upi, card, credit. Σ tenders = total. Cash is net of change."""

    __tablename__ = "invoice_tender"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    tender_no: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str]
    amount_paise: Mapped[int]
    reference: Mapped[str] = mapped_column(default="")
    given_paise: Mapped[int | None]  # cash handed over, before change

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("amount_paise > 0", name="positive"),
        CheckConstraint("mode in ('cash', 'upi', 'card', 'credit')", name="mode_known"),
    )


class InvoiceSupply(CompanyScoped, Base):
    """What an office invoice says besides its figures: where the supply goes (webapp.sales Destination), under which letter of
    undertaking, until when it is to be paid, the buyer's own order, terms. A bill of a counter has none."""

    __tablename__ = "invoice_supply"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    destination: Mapped[str]
    lut_number: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(default="")
    terms: Mapped[str] = mapped_column(default="")
    nature: Mapped[str] = mapped_column(default="")  # of a service (webapp.tax.place); "" for goods and what nobody said
    performed_in: Mapped[str] = mapped_column(default="")  # the state in which it happens, as it was said
    place_section: Mapped[str] = mapped_column(default="")  # of the IGST Act, which decided the place; "" where a person did

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("destination in ('home', 'export_lut', 'export_paid', 'sez_lut', 'sez_paid')", name="destination_known"),
        CheckConstraint("destination not in ('export_lut', 'sez_lut') or lut_number <> ''", name="lut_named"),
    )


class InvoiceParticular(CompanyScoped, Base):
    """What few office invoices say of their tax: who pays it (webapp.sales TaxPayer), that the goods are deemed to be exported, and the
    operator through whose platform they were sold. A bill without is the seller's own, and so is any bill of a counter."""

    __tablename__ = "invoice_particular"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    tax_payer: Mapped[str]
    is_deemed_export: Mapped[bool]
    operator_gstin: Mapped[str]
    operator_name: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("tax_payer in ('seller', 'buyer', 'operator')", name="tax_payer_known"),
        CheckConstraint("tax_payer <> 'operator' or operator_gstin <> ''", name="operator_named"),
    )


class InvoiceShipping(CompanyScoped, Base):
    """The shipping bill of an export, as the customs gave it: it comes after the bill, and is entered then. The edit log keeps what stood
    before. `version` is raised by each change; a stale form is refused."""

    __tablename__ = "invoice_shipping"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    port: Mapped[str]
    number: Mapped[str]
    day: Mapped[date | None]
    version: Mapped[int]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("(number = '') = (day is null)", name="number_and_day"),
    )


class InvoiceCancellation(CompanyScoped, Base):
    """A bill was cancelled: when, by whom, why. Its number stays used; its voucher and movements are reversed."""

    __tablename__ = "invoice_cancellation"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID | None]  # the reversal; None where the bill had posted nothing
    reason: Mapped[str]
    cancelled_at: Mapped[datetime]
    cancelled_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
    )


class InvoiceFlag(CompanyScoped, StoreScoped, Base):
    """Something a person should look at on a bill that stands: sold below zero, above MRP, over the credit limit …"""

    __tablename__ = "invoice_flag"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    detail: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    settlement: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        Index("ix_invoice_flag_open", "company_id", "settled_at"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.invoice_id, Invoice, stores)
