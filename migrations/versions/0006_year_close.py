"""Closes of financial years with their frozen figures, what re-opened them, and what made them final."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0006"
down_revision = "0007"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "year_close",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("start_year", Whole, nullable=False),
        sa.Column("round", Whole, nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("findings", Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_year_close_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_year_close")),
    )
    op.create_index("uq_year_close_round", "year_close", ["company_id", "start_year", "round"], unique=True)
    op.create_table(
        "year_reopening",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("close_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reopened_by", sa.Text(), nullable=False),
        sa.Column("reopened_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "close_id"], ["year_close.company_id", "year_close.id"], name=op.f("fk_year_reopening_company_id_close_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_year_reopening_company"),
        sa.PrimaryKeyConstraint("company_id", "close_id", name=op.f("pk_year_reopening")),
    )
    op.create_table(
        "year_final_lock",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("close_id", Id(), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=False),
        sa.Column("locked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "close_id"], ["year_close.company_id", "year_close.id"], name=op.f("fk_year_final_lock_company_id_close_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_year_final_lock_company"),
        sa.PrimaryKeyConstraint("company_id", "close_id", name=op.f("pk_year_final_lock")),
    )
    create_guards(op.get_bind())
