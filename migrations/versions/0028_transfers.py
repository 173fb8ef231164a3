"""Transfers between stores: as sent, received, recalled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TAXES = ("cgst_paise", "sgst_paise", "igst_paise", "cess_paise")


def upgrade() -> None:
    transfer()
    transfer_line()
    receipt()
    recall()
    create_guards(op.get_bind())


def transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "number")),
        sa.Column("sent_on", sa.Date(), nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("from_store_id", "to_store_id")),
        *(sa.Column(name, Json, nullable=False) for name in ("sender", "receiver")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("supply", "vehicle", "note")),
        *(sa.Column(name, Whole, nullable=False) for name in ("cost_paise", "taxable_paise", *TAXES)),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("body_sha256", "sent_by")),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('challan', 'tax_invoice')", name=op.f("ck_transfer_kind_known")),
        sa.CheckConstraint("from_store_id <> to_store_id", name=op.f("ck_transfer_to_another")),
        sa.CheckConstraint(
            "kind = 'tax_invoice' or cgst_paise + sgst_paise + igst_paise + cess_paise = 0", name=op.f("ck_transfer_challan_has_no_tax")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "from_store_id"], ["store.company_id", "store.id"], name=op.f("fk_transfer_company_id_from_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "to_store_id"], ["store.company_id", "store.id"], name=op.f("fk_transfer_company_id_to_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_transfer_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_transfer")),
    )
    op.create_index("uq_transfer_number", "transfer", ["company_id", "number"], unique=True)
    op.create_index("ix_transfer_sent", "transfer", ["company_id", "sent_on", "id"], unique=False)


def transfer_line() -> None:
    op.create_table(
        "transfer_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("transfer_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "hsn", "unit")),
        sa.Column("qty", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("batch", "serials")),
        *(
            sa.Column(name, Whole, nullable=False)
            for name in ("unit_price_millipaise", "rate_bp", "cess_bp", "cost_paise", "taxable_paise", *TAXES)
        ),
        sa.CheckConstraint("qty > 0", name=op.f("ck_transfer_line_sends_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "transfer_id"], ["transfer.company_id", "transfer.id"], name=op.f("fk_transfer_line_company_id_transfer_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_transfer_line_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_transfer_line_company"),
        sa.PrimaryKeyConstraint("company_id", "transfer_id", "line_no", name=op.f("pk_transfer_line")),
    )


def receipt() -> None:
    op.create_table(
        "transfer_receipt",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("transfer_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "body_sha256", "received_by")),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "transfer_id"], ["transfer.company_id", "transfer.id"], name=op.f("fk_transfer_receipt_company_id_transfer_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_transfer_receipt_company"),
        sa.PrimaryKeyConstraint("company_id", "transfer_id", name=op.f("pk_transfer_receipt")),
    )
    op.create_index("uq_transfer_receipt_id", "transfer_receipt", ["company_id", "id"], unique=True)
    op.create_table(
        "transfer_receipt_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("transfer_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("value_paise", Whole, nullable=False),
        sa.CheckConstraint("qty >= 0 and value_paise >= 0", name=op.f("ck_transfer_receipt_line_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "transfer_id", "line_no"],
            ["transfer_line.company_id", "transfer_line.transfer_id", "transfer_line.line_no"],
            name=op.f("fk_transfer_receipt_line_company_id_transfer_id_line_no"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_transfer_receipt_line_company"),
        sa.PrimaryKeyConstraint("company_id", "transfer_id", "line_no", name=op.f("pk_transfer_receipt_line")),
    )


def recall() -> None:
    op.create_table(
        "transfer_recall",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("transfer_id", Id(), nullable=False),
        sa.Column("reversal_id", Id(), nullable=False),
        sa.Column("recalled_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "recalled_by")),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "transfer_id"], ["transfer.company_id", "transfer.id"], name=op.f("fk_transfer_recall_company_id_transfer_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_transfer_recall_company"),
        sa.PrimaryKeyConstraint("company_id", "transfer_id", name=op.f("pk_transfer_recall")),
    )
