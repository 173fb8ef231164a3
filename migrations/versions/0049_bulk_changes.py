"""One change of many items: what was asked, how far it has come, what was refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0049"
down_revision = "0038"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "item_bulk_run",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("action", "value", "round_to")),
        sa.Column("item_ids", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", Whole, nullable=False),
        sa.Column("changed", Whole, nullable=False),
        sa.Column("refused", Json, nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("role", "asked_by")),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'done')", name=op.f("ck_item_bulk_run_state_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_bulk_run_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_item_bulk_run")),
    )
    create_guards(op.get_bind())
