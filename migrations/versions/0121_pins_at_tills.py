"""PINs of members at tills, what a business asks for there, and what managers approved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


# long: three tables, each column on a line of its own
def upgrade() -> None:
    op.create_table(
        "member_pin",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("generation", Whole, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("rounds", "digits")),
        sa.Column("stretched", sa.Text(), nullable=True),
        sa.Column("is_once", sa.Boolean(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("tried_at", Instant(), nullable=True),
        *_of_company("member_pin", "user_id"),
        sa.CheckConstraint("generation > 0", name=op.f("ck_member_pin_generation_counts")),
        sa.CheckConstraint("digits between 0 and 8", name=op.f("ck_member_pin_digits_few")),
    )
    op.create_table(
        "till_rules",
        sa.Column("only", Whole, nullable=False),
        sa.Column("signs_on", sa.Boolean(), nullable=False),
        sa.Column("idle_minutes", Whole, nullable=False),
        sa.Column("asks", Json(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        *_of_company("till_rules", "only"),
        sa.CheckConstraint('"only" = 1', name=op.f("ck_till_rules_one_row")),
        sa.CheckConstraint("idle_minutes between 0 and 240", name=op.f("ck_till_rules_idle_within_bounds")),
    )
    op.create_table(
        "till_approval",
        *(sa.Column(name, Id(), nullable=False) for name in ("id", "command_id", "till_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "state")),
        sa.Column("approver_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("approver_name", "cashier", "reason")),
        sa.Column("figures", Json(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        *(sa.Column(name, Instant(), nullable=False) for name in ("at", "received_at")),
        sa.Column("seen_at", Instant(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("seen_by", "seen_note")),
        *_of_company("till_approval", "id"),
        *(
            sa.ForeignKeyConstraint(
                ["company_id", column], [f"{table}.company_id", f"{table}.id"], name=op.f(f"fk_till_approval_company_id_{column}")
            )
            for column, table in (("command_id", "sync_command"), ("till_id", "till"))
        ),
    )
    op.create_index("uq_till_approval_command", "till_approval", ["company_id", "command_id", "kind"], unique=True)
    op.create_index("ix_till_approval_document", "till_approval", ["company_id", "document_id"])
    op.create_index("ix_till_approval_open", "till_approval", ["company_id", "seen_at", "received_at"])
    create_guards(op.get_bind())


def _of_company(table: str, *key: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every table of a company has: its number, first in the key."""
    return (
        sa.Column("company_id", Whole, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id")),
        sa.PrimaryKeyConstraint("company_id", *key, name=op.f(f"pk_{table}")),
    )
