"""The second step of signing in: an app's secret, codes on paper, who is between the steps; a business that asks it of its members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0101"
down_revision = "0103"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("user_account", sa.Column("second_factor_since", Instant(), nullable=True))
    op.add_column("company", sa.Column("asks_second_factor_since", Instant(), nullable=True))
    op.create_table(
        "totp_secret",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("last_step", Whole, nullable=False),
        _own("totp_secret"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_secret")),
    )
    op.create_table(
        "backup_code",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("code_mark", sa.Text(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        _own("backup_code"),
        sa.PrimaryKeyConstraint("user_id", "code_mark", name=op.f("pk_backup_code")),
    )
    op.create_table(
        "pending_sign_in",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("mailed_mark", sa.Text(), nullable=True),
        sa.Column("mailed_until", Instant(), nullable=True),
        _own("pending_sign_in"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_pending_sign_in")),
    )
    create_guards(op.get_bind())


def _own(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id"))
