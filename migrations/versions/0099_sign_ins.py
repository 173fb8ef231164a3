"""A sign-in knows when its person last proved who he is; browsers known of a person; links and mails to people, of no company."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0099"
down_revision = "0097"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("proved_at", Instant(), nullable=True))
    op.add_column("user_account", sa.Column("email_verified_at", Instant(), nullable=True))
    op.create_table(
        "known_device",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_known_device_user_id")),
        sa.PrimaryKeyConstraint("token_hash", "user_id", name=op.f("pk_known_device")),
    )
    op.create_index("ix_known_device_user", "known_device", ["user_id"])
    op.create_table(
        "mailed_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.CheckConstraint("purpose in ('reset', 'verify')", name=op.f("ck_mailed_link_purpose_known")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mailed_link_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mailed_link")),
    )
    op.create_index("ix_mailed_link_user", "mailed_link", ["user_id"])
    op.create_table(
        "person_mail",
        sa.Column("id", Id(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_mail")),
    )
    op.create_index("ix_person_mail_waiting", "person_mail", ["ended_at", "next_at"])
    create_guards(op.get_bind())
