"""Reminders that send themselves: rules, what was sent by them and what was not, who is never reminded, days of rest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0097"
down_revision = "0106"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    rules()
    what_was_done()
    op.create_table(
        "dunning_exemption",
        _column("company_id", Whole),
        *(_column("party_id", Id()), _column("since", Instant()), _column("made_by", sa.Text())),
        _party("dunning_exemption"),
        *_keys("dunning_exemption", "party_id"),
    )
    op.create_table(
        "dunning_holiday",
        _column("company_id", Whole),
        *(_column("day", sa.Date()), _column("name", sa.Text()), _column("is_open", sa.Boolean())),
        *_keys("dunning_holiday", "day"),
    )
    create_guards(op.get_bind())


def rules() -> None:
    op.create_table(
        "dunning_policy",
        _column("company_id", Whole),
        _column("only", Whole, autoincrement=False),
        *(_column(name, sa.Boolean()) for name in ("is_on", "on_sundays")),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("bills_from", "ran_on")),
        _column("version", Whole),
        *_keys("dunning_policy", "only"),
    )
    op.create_table(
        "dunning_rule",
        _column("company_id", Whole),
        _column("id", Id()),
        _column("days", Whole),
        _column("tone", sa.Text()),
        _column("least_paise", Whole),
        sa.Column("price_list_id", Id(), nullable=True),
        *(_column(name, sa.Boolean()) for name in ("has_link", "is_active")),
        _column("version", Whole),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("tone in ('polite', 'reminder', 'firm', 'last')", name=op.f("ck_dunning_rule_tone_known")),
        sa.CheckConstraint("days between -30 and 365", name=op.f("ck_dunning_rule_days_possible")),
        sa.CheckConstraint("least_paise >= 0", name=op.f("ck_dunning_rule_least_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "price_list_id"],
            ["price_list.company_id", "price_list.id"],
            name=op.f("fk_dunning_rule_company_id_price_list_id"),
        ),
        *_keys("dunning_rule", "id"),
    )


def what_was_done() -> None:
    op.create_table(
        "dunning_step",
        _column("company_id", Whole),
        *(_column(name, Id()) for name in ("rule_id", "voucher_id")),
        _column("line_no", Whole, autoincrement=False),
        _column("party_id", Id()),
        _column("sent_on", sa.Date()),
        *(_rule("dunning_step"), _party("dunning_step")),
        *_keys("dunning_step", "rule_id", "voucher_id", "line_no"),
    )
    op.create_index("ix_dunning_step_party", "dunning_step", ["company_id", "party_id"], unique=False)
    op.create_table(
        "dunning_notice",
        _column("company_id", Whole),
        _column("party_id", Id()),
        _column("day", sa.Date()),
        *(_column(name, sa.Text()) for name in ("outcome", "reason")),
        sa.Column("rule_id", Id(), nullable=True),
        _column("days", Whole),
        _column("tone", sa.Text()),
        *(_column(name, Whole) for name in ("amount_paise", "bills")),
        sa.Column("oldest", sa.Date(), nullable=True),
        _column("at", Instant()),
        sa.CheckConstraint("outcome in ('sent', 'skipped')", name=op.f("ck_dunning_notice_outcome_known")),
        *(_party("dunning_notice"), _rule("dunning_notice")),
        *_keys("dunning_notice", "party_id", "day"),
    )
    op.create_index("ix_dunning_notice_day", "dunning_notice", ["company_id", "day", "party_id"], unique=False)


def _column(name: str, kind: object, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, kind, nullable=False, **more)  # type: ignore[call-overload,no-any-return]


def _party(table: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_company_id_party_id")
    return sa.ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"], name=name)


def _rule(table: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_company_id_rule_id")
    return sa.ForeignKeyConstraint(["company_id", "rule_id"], ["dunning_rule.company_id", "dunning_rule.id"], name=name)


def _keys(table: str, *names: str) -> tuple[sa.Constraint, ...]:
    own = sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company")
    return own, sa.PrimaryKeyConstraint("company_id", *names, name=op.f(f"pk_{table}"))
