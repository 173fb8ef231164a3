"""What plan a business was granted, with its limits of that day, and which other one it has asked for. Empty where nobody hosts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "company_plan",
        sa.Column("seq", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("plan_key", "name", "name_hi")),
        *(sa.Column(name, Whole, nullable=True) for name in ("members", "stores", "bills")),
        sa.Column("grace_percent", Whole, nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("how", "why", "set_by")),
        sa.Column("set_at", Instant(), nullable=False),
        *_of_company("company_plan", "seq"),
        sa.CheckConstraint("members >= 0 and stores >= 0 and bills >= 0 and grace_percent >= 0", name=op.f("ck_company_plan_not_negative")),
        sa.CheckConstraint("until >= since", name=op.f("ck_company_plan_until_after_since")),
    )
    op.create_table(
        "plan_request",
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("plan_key", "paid_by", "note")),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=False),
        *_of_company("plan_request", "id"),
    )
    waits = sa.text("ended_at is null")
    op.create_index("uq_plan_request_open", "plan_request", ["company_id"], unique=True, sqlite_where=waits, postgresql_where=waits)
    op.create_index("ix_plan_request_asked_at", "plan_request", ["company_id", "asked_at"])
    create_guards(op.get_bind())


def _of_company(table: str, *key: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every table of a company has: its number, first in the key."""
    return (
        sa.Column("company_id", Whole, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id")),
        sa.PrimaryKeyConstraint("company_id", *key, name=op.f(f"pk_{table}")),
    )
