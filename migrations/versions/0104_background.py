"""What a person cancels of the background work, how far long work is, when the next try may begin; and the last run of each chore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0104"
down_revision = "0095"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("job_failure", sa.Column("next_at", Instant(), nullable=True))
    op.create_table(
        "job_cancellation",
        *_job(),
        sa.Column("cancelled_by", sa.Text(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=False),
        *_keys("job_cancellation"),
    )
    op.create_table(
        "job_progress",
        *_job(),
        sa.Column("done", Whole, nullable=False),
        sa.Column("total", Whole, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.CheckConstraint("done >= 0 and total >= 0", name=op.f("ck_job_progress_figures_not_negative")),
        *_keys("job_progress"),
    )
    op.create_table(
        "chore_run",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("succeeded_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore_run")),
    )
    create_guards(op.get_bind())


def _job() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
    )


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    own = sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company")
    return own, sa.PrimaryKeyConstraint("company_id", "event_id", "job", name=op.f(f"pk_{table}"))
