"""Purchases: orders, goods receipts, suppliers' bills, debit notes, and payments under reverse charge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0015"
down_revision = "0017"
branch_labels = None
depends_on = None

ADDS_UP = (
    "taxable_paise + (case when tax_by = 'supplier' then cgst_paise + sgst_paise + igst_paise + cess_paise else 0 end)"
    " + round_off_paise = total_paise"
)
Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    purchase_order()
    purchase_order_line()
    goods_receipt()
    goods_receipt_line()
    purchase_bill()
    purchase_bill_line()
    supplier_number()
    reverse_charge_payment()
    purchase_cancellation()
    create_guards(op.get_bind())


def purchase_order() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("party", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("tax_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("version", Whole, nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("state in ('draft', 'approved', 'closed', 'cancelled')", name=op.f("ck_purchase_order_state_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_purchase_order_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_purchase_order_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_purchase_order_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_purchase_order")),
    )
    op.create_index("ix_purchase_order_date", "purchase_order", ["company_id", "order_date", "id"], unique=False)
    op.create_index("ix_purchase_order_party", "purchase_order", ["company_id", "party_id", "order_date"], unique=False)
    op.create_index("uq_purchase_order_number", "purchase_order", ["company_id", "number"], unique=True)


def purchase_order_line() -> None:
    op.create_table(
        "purchase_order_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hsn", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("rate_millipaise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("rate_bp", Whole, nullable=False),
        sa.Column("cess_bp", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("tax_paise", Whole, nullable=False),
        sa.CheckConstraint("qty > 0", name=op.f("ck_purchase_order_line_orders_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_purchase_order_line_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "order_id"],
            ["purchase_order.company_id", "purchase_order.id"],
            name=op.f("fk_purchase_order_line_company_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_purchase_order_line_company"),
        sa.PrimaryKeyConstraint("company_id", "order_id", "line_no", name=op.f("pk_purchase_order_line")),
    )


def goods_receipt() -> None:
    op.create_table(
        "goods_receipt",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("party", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("value_paise", Whole, nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "order_id"],
            ["purchase_order.company_id", "purchase_order.id"],
            name=op.f("fk_goods_receipt_company_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_goods_receipt_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_goods_receipt_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_goods_receipt_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_goods_receipt")),
    )
    op.create_index("ix_goods_receipt_date", "goods_receipt", ["company_id", "received_on", "id"], unique=False)
    op.create_index("ix_goods_receipt_order", "goods_receipt", ["company_id", "order_id"], unique=False)
    op.create_index("ix_goods_receipt_party", "goods_receipt", ["company_id", "party_id", "received_on"], unique=False)
    op.create_index("uq_goods_receipt_number", "goods_receipt", ["company_id", "number"], unique=True)


def goods_receipt_line() -> None:
    op.create_table(
        "goods_receipt_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("receipt_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hsn", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("rate_millipaise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("value_paise", Whole, nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=True),
        sa.Column("order_line_no", Whole, nullable=True),
        sa.CheckConstraint("qty > 0", name=op.f("ck_goods_receipt_line_receives_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_goods_receipt_line_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "receipt_id"],
            ["goods_receipt.company_id", "goods_receipt.id"],
            name=op.f("fk_goods_receipt_line_company_id_receipt_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_goods_receipt_line_company"),
        sa.PrimaryKeyConstraint("company_id", "receipt_id", "line_no", name=op.f("pk_goods_receipt_line")),
    )


# long: a table, one column a line
def purchase_bill() -> None:
    op.create_table(
        "purchase_bill",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("supplier_number", sa.Text(), nullable=False),
        sa.Column("bill_date", sa.Date(), nullable=False),
        sa.Column("voucher_date", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("party", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("buyer", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("supply", sa.Text(), nullable=False),
        sa.Column("place_of_supply", sa.Text(), nullable=False),
        sa.Column("tax_by", sa.Text(), nullable=False),
        sa.Column("against_id", Id(), nullable=True),
        sa.Column("difference_id", Id(), nullable=True),
        sa.Column("self_invoice_number", sa.Text(), nullable=False),
        sa.Column("entry_number", sa.Text(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=True),
        sa.Column("port_code", sa.Text(), nullable=False),
        sa.Column("assessable_paise", Whole, nullable=False),
        sa.Column("duty_paise", Whole, nullable=False),
        sa.Column("customs_account_id", Id(), nullable=True),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("cess_paise", Whole, nullable=False),
        sa.Column("claimed_paise", Whole, nullable=False),
        sa.Column("tax_difference_paise", Whole, nullable=False),
        sa.Column("charges_paise", Whole, nullable=False),
        sa.Column("round_off_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("irn", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('bill', 'debit_note')", name=op.f("ck_purchase_bill_kind_known")),
        sa.CheckConstraint("tax_by in ('supplier', 'reverse_charge', 'import')", name=op.f("ck_purchase_bill_tax_by_known")),
        sa.CheckConstraint(ADDS_UP, name=op.f("ck_purchase_bill_adds_up")),
        sa.CheckConstraint("total_paise >= 0 and taxable_paise >= 0 and duty_paise >= 0", name=op.f("ck_purchase_bill_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "against_id"],
            ["purchase_bill.company_id", "purchase_bill.id"],
            name=op.f("fk_purchase_bill_company_id_against_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "customs_account_id"],
            ["account.company_id", "account.id"],
            name=op.f("fk_purchase_bill_company_id_customs_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_purchase_bill_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_purchase_bill_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_purchase_bill_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_purchase_bill")),
    )
    op.create_index("ix_purchase_bill_against", "purchase_bill", ["company_id", "against_id"], unique=False)
    op.create_index("ix_purchase_bill_date", "purchase_bill", ["company_id", "voucher_date", "id"], unique=False)
    op.create_index("ix_purchase_bill_party", "purchase_bill", ["company_id", "party_id", "voucher_date"], unique=False)
    op.create_index("uq_purchase_bill_number", "purchase_bill", ["company_id", "number"], unique=True)


# long: a table, one column a line
def purchase_bill_line() -> None:
    op.create_table(
        "purchase_bill_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hsn", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("rate_millipaise", Whole, nullable=False),
        sa.Column("rate_bp", Whole, nullable=False),
        sa.Column("cess_bp", Whole, nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("cess_paise", Whole, nullable=False),
        sa.Column("is_claimed", sa.Boolean(), nullable=False),
        sa.Column("charge_paise", Whole, nullable=False),
        sa.Column("duty_paise", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("is_stock", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=True),
        sa.Column("receipt_id", Id(), nullable=True),
        sa.Column("receipt_line_no", Whole, nullable=True),
        sa.Column("received_paise", Whole, nullable=False),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("order_line_no", Whole, nullable=True),
        sa.Column("against_line_no", Whole, nullable=True),
        sa.CheckConstraint(
            "(kind = 'item') = (item_id is not null) and (kind = 'expense') = (account_id is not null)",
            name=op.f("ck_purchase_bill_line_names_one"),
        ),
        sa.CheckConstraint("qty > 0", name=op.f("ck_purchase_bill_line_buys_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_purchase_bill_line_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"],
            ["purchase_bill.company_id", "purchase_bill.id"],
            name=op.f("fk_purchase_bill_line_company_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_purchase_bill_line_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "order_id"],
            ["purchase_order.company_id", "purchase_order.id"],
            name=op.f("fk_purchase_bill_line_company_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "receipt_id", "receipt_line_no"],
            ["goods_receipt_line.company_id", "goods_receipt_line.receipt_id", "goods_receipt_line.line_no"],
            name=op.f("fk_purchase_bill_line_company_id_receipt_id_receipt_line_no"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_purchase_bill_line_company"),
        sa.PrimaryKeyConstraint("company_id", "bill_id", "line_no", name=op.f("pk_purchase_bill_line")),
    )
    op.create_index("ix_purchase_bill_line_item", "purchase_bill_line", ["company_id", "item_id", "bill_id"], unique=False)
    op.create_index("ix_purchase_bill_line_order", "purchase_bill_line", ["company_id", "order_id", "order_line_no"], unique=False)
    op.create_index("ix_purchase_bill_line_receipt", "purchase_bill_line", ["company_id", "receipt_id", "receipt_line_no"], unique=False)


def supplier_number() -> None:
    op.create_table(
        "supplier_number",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("start_year", Whole, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_supplier_number_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_supplier_number_company"),
        sa.PrimaryKeyConstraint("company_id", "party_id", "start_year", "folded", name=op.f("pk_supplier_number")),
    )
    op.create_index("ix_supplier_number_bill", "supplier_number", ["company_id", "bill_id"], unique=False)


def reverse_charge_payment() -> None:
    op.create_table(
        "reverse_charge_payment",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("paid_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_reverse_charge_payment_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_reverse_charge_payment_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"],
            ["purchase_bill.company_id", "purchase_bill.id"],
            name=op.f("fk_reverse_charge_payment_company_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_reverse_charge_payment_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_reverse_charge_payment_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_reverse_charge_payment")),
    )
    op.create_index("ix_reverse_charge_payment_bill", "reverse_charge_payment", ["company_id", "bill_id"], unique=False)
    op.create_index("uq_reverse_charge_payment_number", "reverse_charge_payment", ["company_id", "number"], unique=True)


def purchase_cancellation() -> None:
    op.create_table(
        "purchase_cancellation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("voucher_id", Id(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=False),
        sa.Column("cancelled_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_purchase_cancellation_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_purchase_cancellation_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", name=op.f("pk_purchase_cancellation")),
    )
