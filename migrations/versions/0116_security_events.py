"""What happened to the safety of a business, its own thresholds of alerts, and how far its edit log was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "security_event",
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("key", "kind")),
        *(sa.Column(name, Instant(), nullable=False) for name in ("at", "last_at")),
        sa.Column("user_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("user_name", "detail", "place", "entity", "entity_id")),
        sa.Column("count", Whole, nullable=False),
        *_of_company("security_event", "id"),
        sa.CheckConstraint("count > 0", name=op.f("ck_security_event_count_positive")),
    )
    op.create_index("uq_security_event_key", "security_event", ["company_id", "key"], unique=True)
    op.create_index("ix_security_event_last_at", "security_event", ["company_id", "last_at"])
    op.create_table(
        "security_threshold",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("most", Whole, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        *_of_company("security_threshold", "rule", "since"),
        sa.CheckConstraint("most between 1 and 1000", name=op.f("ck_security_threshold_most_within_bounds")),
    )
    op.create_table(
        "security_mark",
        sa.Column("only", Whole, nullable=False),
        sa.Column("seq", Whole, nullable=False),
        *_of_company("security_mark", "only"),
    )
    create_guards(op.get_bind())


def _of_company(table: str, *key: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every table of a company has: its number, first in the key."""
    return (
        sa.Column("company_id", Whole, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id")),
        sa.PrimaryKeyConstraint("company_id", *key, name=op.f(f"pk_{table}")),
    )
