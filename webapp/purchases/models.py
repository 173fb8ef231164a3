"""Purchase documents as entered: orders, goods receipts, suppliers' bills and debit notes. What is posted is never changed."""

# long: every table of the room, each with its keys and checks

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import Stores, StoreScoped, through
from webapp.platform.tenancy import CompanyScoped


class PurchaseOrder(CompanyScoped, StoreScoped, Base):
    """What was ordered. A draft may be changed; an approved one is received and billed in parts until it is closed.

    What has come and what was billed of it is never kept here: it is added up from the receipts and bills that stand.
    """

    __tablename__ = "purchase_order"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    party_id: Mapped[UUID]
    party: Mapped[dict[str, Any]]
    store_id: Mapped[UUID]
    order_date: Mapped[date]
    expected_on: Mapped[date | None]
    taxable_paise: Mapped[int]
    tax_paise: Mapped[int]
    total_paise: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str]  # draft, approved, closed, cancelled
    state_reason: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    version: Mapped[int]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_purchase_order_number", "company_id", "number", unique=True),
        Index("ix_purchase_order_date", "company_id", "order_date", "id"),
        Index("ix_purchase_order_party", "company_id", "party_id", "order_date"),
        CheckConstraint("state in ('draft', 'approved', 'closed', 'cancelled')", name="state_known"),
    )


class PurchaseOrderLine(CompanyScoped, Base):
    """A line of an order, as the item was called that day. Rate in thousandths of a paisa for a unit, without tax."""

    __tablename__ = "purchase_order_line"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    name: Mapped[str]
    hsn: Mapped[str]
    unit: Mapped[str]
    qty: Mapped[int]
    rate_millipaise: Mapped[int]
    discount_paise: Mapped[int]
    rate_bp: Mapped[int]
    cess_bp: Mapped[int]
    taxable_paise: Mapped[int]
    tax_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "order_id"], ["purchase_order.company_id", "purchase_order.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        CheckConstraint("qty > 0", name="orders_something"),
    )


class GoodsReceipt(CompanyScoped, StoreScoped, Base):
    """Goods that came before their bill. Its voucher (Dr stock, Cr goods received) and its movements have its id."""

    __tablename__ = "goods_receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    party_id: Mapped[UUID]
    party: Mapped[dict[str, Any]]
    store_id: Mapped[UUID]
    received_on: Mapped[date]
    order_id: Mapped[UUID | None]
    reference: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    value_paise: Mapped[int]
    is_consignment: Mapped[bool] = mapped_column(default=False)  # the goods stay the supplier's until they are sold: worth nothing here
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "order_id"], ["purchase_order.company_id", "purchase_order.id"]),
        Index("uq_goods_receipt_number", "company_id", "number", unique=True),
        Index("ix_goods_receipt_date", "company_id", "received_on", "id"),
        Index("ix_goods_receipt_order", "company_id", "order_id"),
        Index("ix_goods_receipt_party", "company_id", "party_id", "received_on"),
    )


class GoodsReceiptLine(CompanyScoped, Base):
    """A line of a goods receipt. `value_paise` is what it put into stock, at the order's price; nothing for goods on consignment, whose
    agreed price the rate is."""

    __tablename__ = "goods_receipt_line"

    receipt_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    name: Mapped[str]
    hsn: Mapped[str]
    unit: Mapped[str]
    qty: Mapped[int]
    rate_millipaise: Mapped[int]
    discount_paise: Mapped[int]
    value_paise: Mapped[int]
    batch: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    mrp_paise: Mapped[int | None]
    order_line_no: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "receipt_id"], ["goods_receipt.company_id", "goods_receipt.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        CheckConstraint("qty > 0", name="receives_something"),
    )


class PurchaseBill(CompanyScoped, StoreScoped, Base):
    """A supplier's bill, or a debit note against one; its kind says which way its figures run. All in paise.

    Its id is its idempotency key and its voucher's. The taxes are the supplier's own; `claimed_paise` is the part taken as input
    tax credit, `tax_difference_paise` the paper's less our working. `difference_id` names the restatements of
    receipts whose goods it bills at another price.
    """

    __tablename__ = "purchase_bill"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # bill, debit_note
    number: Mapped[str]
    supplier_number: Mapped[str]
    bill_date: Mapped[date]
    voucher_date: Mapped[date]
    due_on: Mapped[date | None]
    store_id: Mapped[UUID]
    party_id: Mapped[UUID]
    party: Mapped[dict[str, Any]]  # who it was on that day: name, gstin, address, state_code
    buyer: Mapped[dict[str, Any]]  # who we were on that day
    supply: Mapped[str]  # webapp.tax Supply
    place_of_supply: Mapped[str]
    tax_by: Mapped[str]  # commands.TaxBy
    against_id: Mapped[UUID | None]  # a debit note's bill
    difference_id: Mapped[UUID | None]
    self_invoice_number: Mapped[str] = mapped_column(default="")
    entry_number: Mapped[str] = mapped_column(default="")  # of the bill of entry
    entry_date: Mapped[date | None]
    port_code: Mapped[str] = mapped_column(default="")
    assessable_paise: Mapped[int]
    duty_paise: Mapped[int]
    customs_account_id: Mapped[UUID | None]
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    claimed_paise: Mapped[int]
    tax_difference_paise: Mapped[int]
    charges_paise: Mapped[int]
    round_off_paise: Mapped[int]
    total_paise: Mapped[int]
    irn: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(default="INR")  # of the paper; every other figure is in rupees
    exchange_rate_micro: Mapped[int | None]  # millionths of a rupee for one unit of it
    foreign_total: Mapped[int | None]  # the paper's total in hundredths of that unit
    note: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "against_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        ForeignKeyConstraint(["company_id", "customs_account_id"], ["account.company_id", "account.id"]),
        Index("uq_purchase_bill_number", "company_id", "number", unique=True),
        Index("ix_purchase_bill_date", "company_id", "voucher_date", "id"),
        Index("ix_purchase_bill_party", "company_id", "party_id", "voucher_date"),
        Index("ix_purchase_bill_against", "company_id", "against_id"),
        CheckConstraint("kind in ('bill', 'debit_note')", name="kind_known"),
        CheckConstraint("tax_by in ('supplier', 'reverse_charge', 'import')", name="tax_by_known"),
        CheckConstraint("total_paise >= 0 and taxable_paise >= 0 and duty_paise >= 0", name="not_negative"),
        CheckConstraint(
            "taxable_paise + (case when tax_by = 'supplier' then cgst_paise + sgst_paise + igst_paise + cess_paise else 0 end)"
            " + round_off_paise = total_paise",
            name="adds_up",
        ),
    )


class PurchaseBillLine(CompanyScoped, Base):
    """One line: an item, an expense of an account, or a charge that the goods bear. `cost_paise` is what it put into stock."""

    __tablename__ = "purchase_bill_line"

    bill_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    item_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    name: Mapped[str]
    hsn: Mapped[str]
    unit: Mapped[str]
    qty: Mapped[int]
    rate_millipaise: Mapped[int]
    rate_bp: Mapped[int]
    cess_bp: Mapped[int]
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    is_claimed: Mapped[bool]
    charge_paise: Mapped[int]
    duty_paise: Mapped[int]
    cost_paise: Mapped[int]
    is_stock: Mapped[bool]
    batch: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    mrp_paise: Mapped[int | None]
    receipt_id: Mapped[UUID | None]
    receipt_line_no: Mapped[int | None]
    received_paise: Mapped[int]  # what the goods receipt had put into stock for this quantity
    order_id: Mapped[UUID | None]
    order_line_no: Mapped[int | None]
    against_line_no: Mapped[int | None]
    is_price_only: Mapped[bool] = mapped_column(default=False)  # of a debit note: the price is lower, no goods go back
    is_sold: Mapped[bool] = mapped_column(default=False)  # a consignor's goods, sold before they were billed

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(
            ["company_id", "receipt_id", "receipt_line_no"],
            ["goods_receipt_line.company_id", "goods_receipt_line.receipt_id", "goods_receipt_line.line_no"],
        ),
        ForeignKeyConstraint(["company_id", "order_id"], ["purchase_order.company_id", "purchase_order.id"]),
        CheckConstraint("qty > 0", name="buys_something"),
        CheckConstraint("(kind = 'item') = (item_id is not null) and (kind = 'expense') = (account_id is not null)", name="names_one"),
        Index("ix_purchase_bill_line_item", "company_id", "item_id", "bill_id"),
        Index("ix_purchase_bill_line_receipt", "company_id", "receipt_id", "receipt_line_no"),
        Index("ix_purchase_bill_line_order", "company_id", "order_id", "order_line_no"),
    )


class SupplierNumber(CompanyScoped, Base):
    """A supplier's own bill number is taken for a financial year, by the bill that stands. Cancelling that bill frees it."""

    __tablename__ = "supplier_number"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    start_year: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        Index("ix_supplier_number_bill", "company_id", "bill_id"),
    )


class ReverseChargePayment(CompanyScoped, StoreScoped, Base):
    """A payment for a bill under reverse charge, numbered in its own series (CGST Act s.31(3)(g), Rule 52). Its voucher has its id."""

    __tablename__ = "reverse_charge_payment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    bill_id: Mapped[UUID]
    party_id: Mapped[UUID]
    paid_on: Mapped[date]
    amount_paise: Mapped[int]
    account_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]
    paid_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        Index("uq_reverse_charge_payment_number", "company_id", "number", unique=True),
        Index("ix_reverse_charge_payment_bill", "company_id", "bill_id"),
        CheckConstraint("amount_paise > 0", name="positive"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.bill_id, PurchaseBill, stores)


class PurchaseCancellation(CompanyScoped, Base):
    """A receipt, bill, debit note or payment of this room was cancelled. Its number stays used; `voucher_id` is the reversal."""

    __tablename__ = "purchase_cancellation"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    voucher_id: Mapped[UUID | None]
    reason: Mapped[str]
    cancelled_at: Mapped[datetime]
    cancelled_by: Mapped[str]

    __table_args__ = (ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),)


class LandedCost(CompanyScoped, StoreScoped, Base):
    """Freight of one bill put on goods that came before: shared by value, quantity or weight, to the paisa. `amount_paise` left the
    account of purchase costs and is in the goods."""

    __tablename__ = "landed_cost"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    bill_id: Mapped[UUID]
    landed_on: Mapped[date]
    shared_by: Mapped[str]
    amount_paise: Mapped[int]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        Index("uq_landed_cost_number", "company_id", "number", unique=True),
        Index("ix_landed_cost_bill", "company_id", "bill_id"),
        CheckConstraint("shared_by in ('value', 'qty', 'weight')", name="share_known"),
        CheckConstraint("amount_paise > 0", name="positive"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.bill_id, PurchaseBill, stores)


class LandedCostLine(CompanyScoped, Base):
    """What one line of a goods receipt, or of a bill with its goods, bears of it. `cost_paise` is what those goods had cost before."""

    __tablename__ = "landed_cost_line"

    landed_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID]
    document_line_no: Mapped[int]
    store_id: Mapped[UUID]
    item_id: Mapped[UUID]
    name: Mapped[str]
    batch: Mapped[str] = mapped_column(default="")
    qty: Mapped[int]
    weight: Mapped[int]
    cost_paise: Mapped[int]
    amount_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "landed_id"], ["landed_cost.company_id", "landed_cost.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_landed_cost_line_document", "company_id", "document_id"),
        CheckConstraint("qty > 0 and weight >= 0 and amount_paise >= 0", name="not_negative"),
    )


class ForeignPayment(CompanyScoped, StoreScoped, Base):
    """A bill in foreign money is paid, wholly or in part, at the rate of that day. `settled_paise` is that part at the bill's own rate,
    `paid_paise` what left our account; the difference is an exchange gain or loss. Its voucher has its id."""

    __tablename__ = "foreign_payment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    bill_id: Mapped[UUID]
    party_id: Mapped[UUID]
    paid_on: Mapped[date]
    foreign_amount: Mapped[int]
    rate_micro: Mapped[int]
    paid_paise: Mapped[int]
    settled_paise: Mapped[int]
    account_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]
    paid_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        Index("uq_foreign_payment_number", "company_id", "number", unique=True),
        Index("ix_foreign_payment_bill", "company_id", "bill_id"),
        CheckConstraint("foreign_amount > 0 and rate_micro > 0 and paid_paise > 0 and settled_paise > 0", name="positive"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.bill_id, PurchaseBill, stores)


class RateRestatement(CompanyScoped, StoreScoped, Base):
    """Open bills in foreign money at the closing rate of a day (webapp.purchases.restating). Its voucher has its id and is of that day;
    `reversal_id` is its reversal on the next. `loss_paise` below nothing is a gain."""

    __tablename__ = "rate_restatement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    store_id: Mapped[UUID]
    restated_on: Mapped[date]
    loss_paise: Mapped[int]
    reversal_id: Mapped[UUID]
    body_sha256: Mapped[str]
    made_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"]),
        Index("uq_rate_restatement_number", "company_id", "number", unique=True),
        Index("ix_rate_restatement_day", "company_id", "store_id", "restated_on"),
    )


class RateRestatementLine(CompanyScoped, Base):
    """A bill of a restatement: what was open of it in its own money (hundredths) and in the books, and what that was at `rate_micro`."""

    __tablename__ = "rate_restatement_line"

    restatement_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID]
    bill_number: Mapped[str]
    party: Mapped[str]
    currency: Mapped[str]
    foreign_open: Mapped[int]
    rate_micro: Mapped[int]
    book_paise: Mapped[int]
    closing_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "restatement_id"], ["rate_restatement.company_id", "rate_restatement.id"]),
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        CheckConstraint("foreign_open > 0 and rate_micro > 0 and book_paise > 0 and closing_paise >= 0", name="positive"),
    )


class ConsignedItem(CompanyScoped, Base):
    """An item all of whose goods are a consignor's: they lie in the stock register at nothing, and become ours, and owed, as they are
    sold. Written with the first goods that come so, for an item that never moved; then it stays so."""

    __tablename__ = "consigned_item"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    since: Mapped[date]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        Index("ix_consigned_item_party", "company_id", "party_id"),
    )


class ConsignmentReturn(CompanyScoped, StoreScoped, Base):
    """Goods of a consignor that were not sold go back to him. Its movements have its id; it posts nothing, for they are worth nothing."""

    __tablename__ = "consignment_return"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    receipt_id: Mapped[UUID]
    party_id: Mapped[UUID]
    store_id: Mapped[UUID]
    returned_on: Mapped[date]
    reason: Mapped[str]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "receipt_id"], ["goods_receipt.company_id", "goods_receipt.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_consignment_return_number", "company_id", "number", unique=True),
        Index("ix_consignment_return_receipt", "company_id", "receipt_id"),
        Index("ix_consignment_return_party", "company_id", "party_id", "returned_on"),
    )


class ConsignmentReturnLine(CompanyScoped, Base):
    """How much of a line of a goods receipt goes back, in thousandths. `serials` are its pieces, where the item is kept by them."""

    __tablename__ = "consignment_return_line"

    return_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID]
    receipt_line_no: Mapped[int]
    qty: Mapped[int]
    serials: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "return_id"], ["consignment_return.company_id", "consignment_return.id"]),
        ForeignKeyConstraint(
            ["company_id", "receipt_id", "receipt_line_no"],
            ["goods_receipt_line.company_id", "goods_receipt_line.receipt_id", "goods_receipt_line.line_no"],
        ),
        Index("ix_consignment_return_line_receipt", "company_id", "receipt_id", "receipt_line_no"),
        CheckConstraint("qty > 0", name="gives_something_back"),
    )
