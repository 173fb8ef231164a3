"""Accounts with those who carry messages, what was handed to them, what they told of it, and devices that want pushes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0098"
down_revision = "0078"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    accounts()
    sent()
    reports()
    pushes()
    create_guards(op.get_bind())


def company_key(table: str, *columns: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company"),
        sa.PrimaryKeyConstraint("company_id", *columns, name=op.f(f"pk_{table}")),
    )


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def company_column() -> sa.Column[int]:
    return sa.Column("company_id", Whole, nullable=False, autoincrement=False)


def accounts() -> None:
    op.create_table(
        "messaging_account",
        company_column(),
        *texts("provider", "channel"),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("settings", Json(), nullable=False),
        *texts("secrets"),
        sa.Column("last_four", Json(), nullable=False),
        sa.Column("hook_id", Id(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        *texts("changed_by"),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("provider in ('smtp', 'msg91', 'twilio', 'whatsapp')", name=op.f("ck_messaging_account_provider_known")),
        sa.CheckConstraint("channel in ('email', 'sms', 'whatsapp')", name=op.f("ck_messaging_account_channel_known")),
        *company_key("messaging_account", "provider"),
    )
    op.create_index(
        "uq_messaging_account_channel",
        "messaging_account",
        ["company_id", "channel"],
        unique=True,
        sqlite_where=sa.text("is_on"),
        postgresql_where=sa.text("is_on"),
    )
    op.create_table(
        "messaging_template",
        company_column(),
        *texts("provider", "name", "approved_as", "language", "text", "changed_by"),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("approved_as <> ''", name=op.f("ck_messaging_template_approved")),
        sa.ForeignKeyConstraint(
            ["company_id", "provider"],
            ["messaging_account.company_id", "messaging_account.provider"],
            name=op.f("fk_messaging_template_company_id_provider"),
        ),
        *company_key("messaging_template", "provider", "name"),
    )
    op.create_table(
        "provider_health",
        company_column(),
        *texts("provider"),
        sa.Column("failures", Whole, nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("open_until", "last_sent_at")),
        *texts("last_error"),
        sa.Column("last_error_at", Instant(), nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_provider_health_counted")),
        *company_key("provider_health", "provider"),
    )


def sent() -> None:
    op.create_table(
        "sent_message",
        company_column(),
        sa.Column("message_id", Id(), nullable=False),
        *texts("channel", "provider", "fingerprint", "state", "provider_id", "words"),
        *(sa.Column(name, Whole, nullable=False) for name in ("cost_paise", "tries")),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("state in ('sending', 'sent', 'refused', 'later', 'unknown')", name=op.f("ck_sent_message_state_known")),
        sa.CheckConstraint("(state = 'sending') = (ended_at is null)", name=op.f("ck_sent_message_ended_when_known")),
        *company_key("sent_message", "message_id"),
    )
    op.create_index("ix_sent_message_provider_id", "sent_message", ["company_id", "provider", "provider_id"], unique=False)
    op.create_index("ix_sent_message_began", "sent_message", ["company_id", "began_at", "message_id"], unique=False)


def reports() -> None:
    op.create_table(
        "provider_report",
        company_column(),
        *texts("provider", "provider_id", "state", "words"),
        *(sa.Column(name, Instant(), nullable=False) for name in ("said_at", "received_at")),
        *texts("digest"),
        sa.CheckConstraint("state in ('delivered', 'read', 'failed')", name=op.f("ck_provider_report_state_known")),
        *company_key("provider_report", "provider", "provider_id", "state"),
    )
    op.create_table(
        "provider_payload",
        company_column(),
        *texts("digest", "provider"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        *company_key("provider_payload", "digest"),
    )
    op.create_index("ix_provider_payload_received", "provider_payload", ["company_id", "received_at"], unique=False)


def pushes() -> None:
    op.create_table(
        "push_key",
        company_column(),
        *texts("public_key", "private_key"),
        sa.Column("made_at", Instant(), nullable=False),
        *company_key("push_key"),
    )
    op.create_table(
        "push_subscription",
        company_column(),
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "user_id")),
        *texts("endpoint", "endpoint_digest", "p256dh", "auth", "device"),
        sa.Column("made_at", Instant(), nullable=False),
        *company_key("push_subscription", "id"),
    )
    op.create_index("uq_push_subscription_endpoint", "push_subscription", ["company_id", "endpoint_digest"], unique=True)
    op.create_index("ix_push_subscription_user", "push_subscription", ["company_id", "user_id"], unique=False)
