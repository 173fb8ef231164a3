"""A calendar of due dates: how each registration files, days that were moved, what was filed elsewhere, reminders that went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0082"
down_revision = "0080"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    how_each_files()
    op.create_table(
        "due_entry",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "form", "period", "whose")),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("words", "entered_by")),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('moved', 'filed')", name=op.f("ck_due_entry_kind_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_due_entry_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_due_entry")),
    )
    op.create_index("uq_due_entry", "due_entry", ["company_id", "kind", "form", "period", "whose"], unique=True)
    op.create_table(
        "due_notice",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "form", "period")),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("lead", Whole, nullable=False),
        sa.Column("announced_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_due_notice_company"),
        sa.PrimaryKeyConstraint("company_id", "who", "form", "period", "due_on", "lead", name=op.f("pk_due_notice")),
    )
    create_guards(op.get_bind())


def how_each_files() -> None:
    op.create_table(
        "due_filer",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("is_quarterly", sa.Boolean(), nullable=False),
        sa.Column("turnover_paise", Whole, nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("deducts", "collects", "pays_salaries")),
        sa.Column("advance", sa.Text(), nullable=False),
        sa.CheckConstraint("turnover_paise is null or turnover_paise >= 0", name=op.f("ck_due_filer_turnover_not_negative")),
        sa.CheckConstraint("advance in ('', 'one', 'four')", name=op.f("ck_due_filer_advance_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_due_filer_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", name=op.f("pk_due_filer")),
    )
