"""Cost centres: what they are, and what they bear of a journal line. Apart from the lines, for few lines have any."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    cost_centre()
    cost_allocation()
    create_guards(op.get_bind())


def cost_centre() -> None:
    op.create_table(
        "cost_centre",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", Id(), nullable=True),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "parent_id"], ["cost_centre.company_id", "cost_centre.id"], name=op.f("fk_cost_centre_company_id_parent_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_cost_centre_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_cost_centre")),
    )
    op.create_index("uq_cost_centre_name", "cost_centre", ["company_id", "name"], unique=True)


def cost_allocation() -> None:
    op.create_table(
        "cost_allocation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("voucher_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("cost_centre_id", Id(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("voucher_date", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_paise <> 0", name=op.f("ck_cost_allocation_not_zero")),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id", "line_no"],
            ["journal_line.company_id", "journal_line.voucher_id", "journal_line.line_no"],
            name=op.f("fk_cost_allocation_company_id_voucher_id_line_no"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "cost_centre_id"],
            ["cost_centre.company_id", "cost_centre.id"],
            name=op.f("fk_cost_allocation_company_id_cost_centre_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_cost_allocation_company"),
        sa.PrimaryKeyConstraint("company_id", "voucher_id", "line_no", "cost_centre_id", name=op.f("pk_cost_allocation")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_cost_allocation_centre",
        "cost_allocation",
        ["company_id", "cost_centre_id", "voucher_date", "account_id", "amount_paise"],
        unique=False,
    )
