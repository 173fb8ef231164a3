"""Returns that were filed, with their files, and filings taken back; bills posted on another day than their own are found by that day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0066"
down_revision = "0058"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gst_filing",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("form", "gstin", "kind")),
        *(sa.Column(name, Whole, nullable=False) for name in ("month", "round")),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("arn", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("tax_paise", Whole, nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("filed_at", Instant(), nullable=False),
        sa.CheckConstraint("form = 'gstr1'", name=op.f("ck_gst_filing_form_known")),
        sa.CheckConstraint("kind in ('month', 'quarter', 'iff')", name=op.f("ck_gst_filing_kind_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_filing_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_filing")),
    )
    columns = ["company_id", "form", "gstin", "kind", "month", "round"]
    op.create_index("uq_gst_filing_round", "gst_filing", columns, unique=True)
    op.create_table(
        "gst_reopening",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("filing_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "reopened_by")),
        sa.Column("reopened_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "filing_id"], ["gst_filing.company_id", "gst_filing.id"], name=op.f("fk_gst_reopening_company_id_gst_filing")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_reopening_company"),
        sa.PrimaryKeyConstraint("company_id", "filing_id", name=op.f("pk_gst_reopening")),
    )
    op.create_index(
        "ix_invoice_posted_later",
        "invoice",
        ["company_id", "posted_on"],
        sqlite_where=sa.text("posted_on <> invoice_date"),
        postgresql_where=sa.text("posted_on <> invoice_date"),
    )
    create_guards(op.get_bind())
