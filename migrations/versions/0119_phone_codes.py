"""A phone number can be shown to be its person's own, by a code sent to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0119"
down_revision = "0118"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("user_account", sa.Column("phone_verified_at", Instant(), nullable=True))
    op.create_table(
        "phone_code",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("state in ('waits', 'left', 'failed')", name=op.f("ck_phone_code_state_known")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_phone_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_code")),
    )
    op.create_index("ix_phone_code_user", "phone_code", ["user_id", "asked_at"])
    op.create_index("ix_phone_code_phone", "phone_code", ["phone", "asked_at"])
    op.create_index("ix_phone_code_network", "phone_code", ["network", "asked_at"])
    op.create_index("ix_phone_code_asked", "phone_code", ["asked_at"])
    create_guards(op.get_bind())
