"""What suppliers told of us: files of the portal, their documents, how they were matched with bills, and what people decided of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0072"
down_revision = "0082"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIGURES = ("taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise", "value_paise")


def upgrade() -> None:
    files()
    documents()
    matches()
    decisions()
    runs()
    create_guards(op.get_bind())


def files() -> None:
    op.create_table(
        "gst_inward_file",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "shape")),
        *(sa.Column(name, Whole, nullable=False) for name in ("generation", "part")),
        sa.Column("generated_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "sha256")),
        *(sa.Column(name, Whole, nullable=False) for name in ("bytes", "documents")),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.CheckConstraint("source in ('gstr2b', 'gstr2a', 'ims')", name=op.f("ck_gst_inward_file_source_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_file_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_inward_file")),
    )
    columns = ["company_id", "gstin", "month", "source", "generation", "part"]
    op.create_index("uq_gst_inward_file_part", "gst_inward_file", columns, unique=True)


def documents() -> None:
    op.create_table(
        "gst_inward_document",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "file_id")),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "key", "section", "kind", "credit_kind")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("supplier_gstin", "supplier_name", "number")),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in FIGURES),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("place", "type")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_reverse_charge", "is_available")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_rejected", sa.Boolean(), nullable=False),
        sa.Column("told_action", sa.Text(), nullable=False),
        sa.Column("is_pending_blocked", sa.Boolean(), nullable=False),
        sa.Column("original_number", sa.Text(), nullable=False),
        sa.Column("original_day", sa.Date(), nullable=True),
        sa.Column("supplier_month", Whole, nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("irn", "port")),
        sa.Column("raw", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "file_id"],
            ["gst_inward_file.company_id", "gst_inward_file.id"],
            name=op.f("fk_gst_inward_document_company_id_file_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_document_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_inward_document")),
    )
    columns = ["company_id", "gstin", "month", "source", "key"]
    op.create_index("uq_gst_inward_document_key", "gst_inward_document", columns, unique=True)
    op.create_index("ix_gst_inward_document_of_key", "gst_inward_document", ["company_id", "gstin", "key"], unique=False)


def matches() -> None:
    op.create_table(
        "gst_inward_match",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("month", "first_month")),
        sa.Column("document_id", Id(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("bill_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "stage", "state", "supplier_gstin", "supplier_name", "number")),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("taxable_paise", "tax_paise")),
        sa.Column("differences", Json, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('matched', 'differs', 'only_told', 'only_books', 'amended', 'apart')", name=op.f("ck_gst_inward_match_state_known")
        ),
        sa.CheckConstraint("document_id is not null or bill_id is not null", name=op.f("ck_gst_inward_match_is_of_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"],
            ["purchase_bill.company_id", "purchase_bill.id"],
            name=op.f("fk_gst_inward_match_company_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_match_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_inward_match")),
    )
    op.create_index("uq_gst_inward_match_key", "gst_inward_match", ["company_id", "gstin", "key"], unique=True)
    op.create_index("uq_gst_inward_match_bill", "gst_inward_match", ["company_id", "bill_id"], unique=True)
    op.create_index("ix_gst_inward_match_month", "gst_inward_match", ["company_id", "gstin", "month", "state", "id"], unique=False)
    op.create_index("ix_gst_inward_match_supplier", "gst_inward_match", ["company_id", "gstin", "supplier_gstin"], unique=False)


def decisions() -> None:
    op.create_table(
        "gst_inward_decision",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("gstin", "key", "action")),
        sa.Column("is_ignored", sa.Boolean(), nullable=False),
        sa.Column("bill_id", Id(), nullable=True),
        sa.Column("apart", Json, nullable=False),
        sa.Column("binds", sa.Boolean(), nullable=False),
        sa.Column("reversal", Json, nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("pending_month", "version")),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.CheckConstraint("action in ('N', 'A', 'R', 'P')", name=op.f("ck_gst_inward_decision_action_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"],
            ["purchase_bill.company_id", "purchase_bill.id"],
            name=op.f("fk_gst_inward_decision_company_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_decision_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", "key", name=op.f("pk_gst_inward_decision")),
    )
    op.create_index("uq_gst_inward_decision_bill", "gst_inward_decision", ["company_id", "bill_id"], unique=True)


def runs() -> None:
    op.create_table(
        "gst_inward_run",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        sa.Column("ran_at", Instant(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("tolerance_paise", "tolerance_days")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_run_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", "month", name=op.f("pk_gst_inward_run")),
    )
    op.create_table(
        "gst_inward_setting",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("tolerance_paise", "tolerance_days")),
        sa.CheckConstraint(
            "tolerance_paise between 0 and 100000 and tolerance_days between 0 and 90", name=op.f("ck_gst_inward_setting_in_bounds")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_setting_company"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_gst_inward_setting")),
    )
