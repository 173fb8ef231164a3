"""Figures of a year that stand in no paper of the books: lines of GSTR-9, and the turnover that chooses the most of a late fee."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Instant

revision = "0093"
down_revision = "0090"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gst_typed_figure",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("start_year", Whole, nullable=False, autoincrement=False),
        sa.Column("line", sa.Text(), nullable=False),
        *(sa.Column(f"{name}_paise", Whole, nullable=False) for name in ("taxable", "cgst", "sgst", "igst", "cess")),
        sa.Column("typed_by", sa.Text(), nullable=False),
        sa.Column("typed_at", Instant(), nullable=False),
        sa.CheckConstraint("start_year between 2017 and 2098", name=op.f("ck_gst_typed_figure_year_of_gst")),
        sa.CheckConstraint(
            "taxable_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0 and igst_paise >= 0 and cess_paise >= 0",
            name=op.f("ck_gst_typed_figure_not_negative"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_typed_figure_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", "start_year", "line", name=op.f("pk_gst_typed_figure")),
    )
    create_guards(op.get_bind())
