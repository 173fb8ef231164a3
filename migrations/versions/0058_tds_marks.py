"""Suppliers and accounts of whose payments tax is deducted at source: what a voucher proposes its row by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id

revision = "0058"
down_revision = "0052"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tds_mark",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("head_id", Id(), nullable=False),
        sa.Column("is_party", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "payee")),
        sa.CheckConstraint("payee in ('individual', 'other', 'no_pan')", name=op.f("ck_tds_mark_payee_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tds_mark_company"),
        sa.PrimaryKeyConstraint("company_id", "head_id", name=op.f("pk_tds_mark")),
    )
    create_guards(op.get_bind())
