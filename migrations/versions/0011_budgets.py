"""Budgets: what a year is meant to bring and to cost, by line and month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("start_year", Whole, nullable=False),
        sa.Column("store_id", Id(), nullable=True),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("version", Whole, nullable=False),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_budget_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_budget_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_budget")),
    )
    op.create_index("uq_budget_name", "budget", ["company_id", "start_year", "name"], unique=True)
    budget_line()
    budget_amount()
    create_guards(op.get_bind())


def budget_line() -> None:
    op.create_table(
        "budget_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("budget_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("group_id", Id(), nullable=True),
        sa.Column("cost_centre_id", Id(), nullable=True),
        sa.CheckConstraint("(account_id is null) <> (group_id is null)", name=op.f("ck_budget_line_account_or_group")),
        sa.ForeignKeyConstraint(
            ["company_id", "budget_id"], ["budget.company_id", "budget.id"], name=op.f("fk_budget_line_company_id_budget_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_budget_line_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "cost_centre_id"],
            ["cost_centre.company_id", "cost_centre.id"],
            name=op.f("fk_budget_line_company_id_cost_centre_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_budget_line_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_budget_line")),
    )
    op.create_index("ix_budget_line_budget", "budget_line", ["company_id", "budget_id"], unique=False)


def budget_amount() -> None:
    op.create_table(
        "budget_amount",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("line_id", Id(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.CheckConstraint("amount_paise <> 0", name=op.f("ck_budget_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["company_id", "line_id"], ["budget_line.company_id", "budget_line.id"], name=op.f("fk_budget_amount_company_id_line_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_budget_amount_company"),
        sa.PrimaryKeyConstraint("company_id", "line_id", "month", name=op.f("pk_budget_amount")),
        sqlite_with_rowid=False,
    )
