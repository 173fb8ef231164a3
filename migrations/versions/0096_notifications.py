"""Notices, messages with their tries, own wordings, choices, ended messages, rules and costs: who is told what, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0096"
down_revision = "0092"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    notices()
    messages()
    wishes()
    rules()
    create_guards(op.get_bind())


def notices() -> None:
    op.create_table(
        "notice",
        sa.Column("company_id", Whole, nullable=False),
        *(_column(name, Id()) for name in ("id", "user_id")),
        *(_column(name, sa.Text()) for name in ("event", "key", "title", "text", "link", "subject_kind")),
        sa.Column("subject_id", Id(), nullable=True),
        _column("is_urgent", sa.Boolean()),
        _column("created_at", Instant()),
        sa.Column("read_at", Instant(), nullable=True),
        *_keys("notice", "id"),
    )
    op.create_index("uq_notice_once", "notice", ["company_id", "user_id", "event", "key"], unique=True)
    op.create_index("ix_notice_unread", "notice", ["company_id", "user_id", "read_at", "id"], unique=False)


def messages() -> None:
    op.create_table(
        "message",
        sa.Column("company_id", Whole, nullable=False),
        _column("id", Id()),
        *(_column(name, sa.Text()) for name in ("event", "key", "recipient", "name", "channel", "address", "language", "subject", "text")),
        _column("variables", Json),
        _column("link", sa.Text()),
        *(_column(name, Json) for name in ("attachment", "values", "after")),
        _column("subject_kind", sa.Text()),
        sa.Column("subject_id", Id(), nullable=True),
        _column("is_urgent", sa.Boolean()),
        *(_column(name, sa.Text()) for name in ("state", "words")),
        _column("tries", Whole),
        *(_column(name, sa.Text()) for name in ("provider", "provider_id")),
        _column("cost_paise", Whole),
        *(_column(name, Instant()) for name in ("created_at", "next_at")),
        *(sa.Column(name, Instant(), nullable=True) for name in ("claimed_at", "sent_at", "fallback_at")),
        _column("changed_at", Instant()),
        sa.CheckConstraint("channel in ('email', 'sms', 'whatsapp', 'push')", name=op.f("ck_message_channel_known")),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'sent', 'delivered', 'read', 'refused', 'failed', 'unknown', 'stopped')",
            name=op.f("ck_message_state_known"),
        ),
        sa.CheckConstraint("cost_paise >= 0", name=op.f("ck_message_cost_not_negative")),
        *_keys("message", "id"),
    )
    once = ["company_id", "event", "key", "recipient", "channel", "address"]
    op.create_index("uq_message_once", "message", once, unique=True)
    op.create_index("ix_message_due", "message", ["company_id", "state", "next_at", "id"], unique=False)
    op.create_index("ix_message_recipient", "message", ["company_id", "recipient", "sent_at"], unique=False)
    op.create_index("ix_message_provider", "message", ["company_id", "provider_id"], unique=False)
    op.create_index("ix_message_fallback", "message", ["company_id", "fallback_at"], unique=False)
    op.create_table(
        "message_try",
        sa.Column("company_id", Whole, nullable=False),
        _column("message_id", Id()),
        sa.Column("try_no", Whole, nullable=False, autoincrement=False),
        _column("began_at", Instant()),
        sa.Column("ended_at", Instant(), nullable=True),
        *(_column(name, sa.Text()) for name in ("outcome", "provider", "provider_id", "words")),
        _column("cost_paise", Whole),
        sa.ForeignKeyConstraint(
            ["company_id", "message_id"], ["message.company_id", "message.id"], name=op.f("fk_message_try_company_id_message_id")
        ),
        *_keys("message_try", "message_id", "try_no"),
    )


def wishes() -> None:
    op.create_table(
        "message_wording",
        sa.Column("company_id", Whole, nullable=False),
        *(_column(name, sa.Text()) for name in ("event", "language", "channel", "subject", "text", "changed_by")),
        _column("changed_at", Instant()),
        *_keys("message_wording", "event", "language", "channel"),
    )
    op.create_table(
        "told_choice",
        sa.Column("company_id", Whole, nullable=False),
        *(_column(name, sa.Text()) for name in ("who", "event")),
        _column("channels", Json),
        _column("language", sa.Text()),
        sa.Column("agreed_at", Instant(), nullable=True),
        _column("agreed_words", sa.Text()),
        *_keys("told_choice", "who", "event"),
    )
    op.create_table(
        "message_opt_out",
        sa.Column("company_id", Whole, nullable=False),
        *(_column(name, sa.Text()) for name in ("who", "event")),
        _column("at", Instant()),
        _column("via", sa.Text()),
        *_keys("message_opt_out", "who", "event"),
    )


def rules() -> None:
    op.create_table(
        "message_policy",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("only", Whole, nullable=False, autoincrement=False),
        *(_column(name, Whole) for name in ("rest_from", "rest_until", "most_per_day", "fallback_minutes")),
        sa.Column("budget_paise", Whole, nullable=True),
        _column("language", sa.Text()),
        _column("version", Whole),
        sa.CheckConstraint(
            "rest_from between 0 and 1439 and rest_until between 0 and 1439", name=op.f("ck_message_policy_rest_within_day")
        ),
        sa.CheckConstraint("most_per_day > 0 and fallback_minutes >= 0", name=op.f("ck_message_policy_figures_positive")),
        sa.CheckConstraint("budget_paise is null or budget_paise >= 0", name=op.f("ck_message_policy_budget_not_negative")),
        *_keys("message_policy", "only"),
    )
    op.create_table(
        "message_cost",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("month", Whole, nullable=False, autoincrement=False),
        _column("channel", sa.Text()),
        *(_column(name, Whole) for name in ("messages", "cost_paise")),
        *_keys("message_cost", "month", "channel"),
    )


def _column(name: str, kind: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, kind, nullable=False)  # type: ignore[call-overload,no-any-return]


def _keys(table: str, *names: str) -> tuple[sa.Constraint, ...]:
    own = sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company")
    return own, sa.PrimaryKeyConstraint("company_id", *names, name=op.f(f"pk_{table}"))
