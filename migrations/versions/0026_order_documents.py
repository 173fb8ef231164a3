"""Documents before a bill, what of each became what, advances with their tax, and invoices that come again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    order_document()
    advance()
    order_line()
    recurring_invoice()
    advance_use()
    order_use()
    create_guards(op.get_bind())


# long: a column a line
def order_document() -> None:
    op.create_table(
        "order_document",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("revision", Whole, nullable=False),
        sa.Column("revises_id", Id(), nullable=True),
        sa.Column("source_id", Id(), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("party", Json, nullable=False),
        sa.Column("seller", Json, nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("supply", sa.Text(), nullable=False),
        sa.Column("place_of_supply", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("transport", Json, nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("bill_discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("cess_paise", Whole, nullable=False),
        sa.Column("round_off_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("state_at", Instant(), nullable=False),
        sa.Column("state_by", sa.Text(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('quotation', 'order', 'challan', 'return', 'proforma')", name=op.f("ck_order_document_kind_known")),
        sa.CheckConstraint("purpose in ('', 'supply', 'approval', 'job_work', 'other')", name=op.f("ck_order_document_purpose_known")),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'declined', 'replaced', 'done', 'closed', 'cancelled')",
            name=op.f("ck_order_document_state_known"),
        ),
        sa.CheckConstraint(
            "taxable_paise + cgst_paise + sgst_paise + igst_paise + cess_paise + round_off_paise = total_paise",
            name=op.f("ck_order_document_adds_up"),
        ),
        sa.CheckConstraint("total_paise >= 0 and cost_paise >= 0", name=op.f("ck_order_document_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_order_document_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "revises_id"],
            ["order_document.company_id", "order_document.id"],
            name=op.f("fk_order_document_company_id_revises_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "source_id"],
            ["order_document.company_id", "order_document.id"],
            name=op.f("fk_order_document_company_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_order_document_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_order_document_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_order_document")),
    )
    op.create_index("ix_order_document_date", "order_document", ["company_id", "document_date", "id"], unique=False)
    op.create_index("ix_order_document_party", "order_document", ["company_id", "party_id", "document_date"], unique=False)
    op.create_index("ix_order_document_revises", "order_document", ["company_id", "revises_id"], unique=False)
    op.create_index("ix_order_document_source", "order_document", ["company_id", "source_id"], unique=False)
    op.create_index("uq_order_document_number", "order_document", ["company_id", "series", "seq", "revision"], unique=True)


# long: a column a line
def advance() -> None:
    op.create_table(
        "advance",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("advance_date", sa.Date(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("party", Json, nullable=False),
        sa.Column("seller", Json, nullable=False),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("against_id", Id(), nullable=True),
        sa.Column("is_service", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("supply", sa.Text(), nullable=False),
        sa.Column("place_of_supply", sa.Text(), nullable=False),
        sa.Column("rate_bp", Whole, nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("used_paise", Whole, nullable=False),
        sa.Column("used_cgst_paise", Whole, nullable=False),
        sa.Column("used_igst_paise", Whole, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("(kind = 'refund') = (against_id is not null)", name=op.f("ck_advance_refund_of_a_receipt")),
        sa.CheckConstraint("kind in ('receipt', 'refund')", name=op.f("ck_advance_kind_known")),
        sa.CheckConstraint("mode in ('cash', 'upi', 'card', 'bank')", name=op.f("ck_advance_mode_known")),
        sa.CheckConstraint("amount_paise > 0 and used_paise between 0 and amount_paise", name=op.f("ck_advance_used_within")),
        sa.CheckConstraint("taxable_paise + cgst_paise + sgst_paise + igst_paise = amount_paise", name=op.f("ck_advance_adds_up")),
        sa.ForeignKeyConstraint(
            ["company_id", "against_id"], ["advance.company_id", "advance.id"], name=op.f("fk_advance_company_id_against_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "order_id"], ["order_document.company_id", "order_document.id"], name=op.f("fk_advance_company_id_order_id")
        ),
        sa.ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_advance_company_id_party_id")),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_advance_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_advance_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_advance")),
    )
    op.create_index("ix_advance_against", "advance", ["company_id", "against_id"], unique=False)
    op.create_index("ix_advance_date", "advance", ["company_id", "advance_date", "id"], unique=False)
    op.create_index("ix_advance_order", "advance", ["company_id", "order_id"], unique=False)
    op.create_index("ix_advance_party", "advance", ["company_id", "party_id", "advance_date"], unique=False)
    op.create_index("uq_advance_number", "advance", ["company_id", "series", "seq"], unique=True)


# long: a column a line
def order_line() -> None:
    op.create_table(
        "order_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("local_name", sa.Text(), nullable=False),
        sa.Column("hsn", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("unit_price_millipaise", Whole, nullable=False),
        sa.Column("price_includes_tax", sa.Boolean(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("rate_bp", Whole, nullable=False),
        sa.Column("cess_bp", Whole, nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("bill_discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("cess_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("moves_stock", sa.Boolean(), nullable=False),
        sa.Column("source_id", Id(), nullable=True),
        sa.Column("source_line_no", Whole, nullable=True),
        sa.Column("used_qty", Whole, nullable=False),
        sa.Column("returned_qty", Whole, nullable=False),
        sa.Column("closed_qty", Whole, nullable=False),
        sa.Column("used_cost_paise", Whole, nullable=False),
        sa.CheckConstraint("qty > 0 and used_qty >= 0 and returned_qty >= 0 and closed_qty >= 0", name=op.f("ck_order_line_not_negative")),
        sa.CheckConstraint("used_cost_paise between 0 and cost_paise", name=op.f("ck_order_line_cost_within")),
        sa.CheckConstraint("used_qty + returned_qty + closed_qty <= qty", name=op.f("ck_order_line_never_more_than_there_is")),
        sa.ForeignKeyConstraint(
            ["company_id", "document_id"],
            ["order_document.company_id", "order_document.id"],
            name=op.f("fk_order_line_company_id_document_id"),
        ),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_order_line_company_id_item_id")),
        sa.ForeignKeyConstraint(
            ["company_id", "source_id", "source_line_no"],
            ["order_line.company_id", "order_line.document_id", "order_line.line_no"],
            name=op.f("fk_order_line_company_id_source_id_source_line_no"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_order_line_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", "line_no", name=op.f("pk_order_line")),
    )
    op.create_index("ix_order_line_item", "order_line", ["company_id", "item_id"], unique=False)


# long: a column a line
def recurring_invoice() -> None:
    op.create_table(
        "recurring_invoice",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("source_id", Id(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("on_day", Whole, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("issues", sa.Boolean(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("newest_id", Id(), nullable=True),
        sa.Column("newest_kind", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("every in ('week', 'month', 'quarter', 'year')", name=op.f("ck_recurring_invoice_every_known")),
        sa.CheckConstraint("on_day between 1 and 31", name=op.f("ck_recurring_invoice_on_day_of_month")),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_recurring_invoice_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "source_id"],
            ["order_document.company_id", "order_document.id"],
            name=op.f("fk_recurring_invoice_company_id_source_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_recurring_invoice_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_recurring_invoice")),
    )
    op.create_index("ix_recurring_invoice_next", "recurring_invoice", ["company_id", "next_on"], unique=False)


# long: a column a line
def advance_use() -> None:
    op.create_table(
        "advance_use",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("advance_id", Id(), nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_advance_use_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "advance_id"], ["advance.company_id", "advance.id"], name=op.f("fk_advance_use_company_id_advance_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_advance_use_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_advance_use_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_advance_use")),
    )
    op.create_index("ix_advance_use_advance", "advance_use", ["company_id", "advance_id"], unique=False)
    op.create_index("ix_advance_use_invoice", "advance_use", ["company_id", "invoice_id"], unique=False)


# long: a column a line
def order_use() -> None:
    op.create_table(
        "order_use",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("from_id", Id(), nullable=False),
        sa.Column("from_line_no", Whole, nullable=False),
        sa.Column("to_id", Id(), nullable=False),
        sa.Column("to_line_no", Whole, nullable=False),
        sa.Column("to_kind", sa.Text(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.CheckConstraint("qty > 0 and cost_paise >= 0", name=op.f("ck_order_use_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "from_id", "from_line_no"],
            ["order_line.company_id", "order_line.document_id", "order_line.line_no"],
            name=op.f("fk_order_use_company_id_from_id_from_line_no"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_order_use_company"),
        sa.PrimaryKeyConstraint("company_id", "from_id", "from_line_no", "to_id", "to_line_no", name=op.f("pk_order_use")),
    )
    op.create_index("ix_order_use_to", "order_use", ["company_id", "to_id"], unique=False)
