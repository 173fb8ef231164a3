"""Custom reports: what was defined, when it is prepared by the clock, and each file of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "custom_report",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("owner_id", Id(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_custom_report_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_custom_report")),
    )
    op.create_index("ix_custom_report_name", "custom_report", ["company_id", "name", "id"], unique=False)
    report_schedule()
    report_run()
    create_guards(op.get_bind())


def report_schedule() -> None:
    op.create_table(
        "report_schedule",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("day", Whole, nullable=False),
        sa.Column("minute", Whole, nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("recipients", Json, nullable=False),
        sa.Column("headings", Json, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("next_due_at", Instant(), nullable=False),
        sa.CheckConstraint("every in ('day', 'week', 'month')", name=op.f("ck_report_schedule_every_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "report_id"],
            ["custom_report.company_id", "custom_report.id"],
            name=op.f("fk_report_schedule_company_id_report_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_report_schedule_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_report_schedule")),
    )
    op.create_index("ix_report_schedule_report", "report_schedule", ["company_id", "report_id"], unique=False)


def report_run() -> None:
    op.create_table(
        "report_run",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("schedule_id", Id(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("event_id", Id(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("headings", Json, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("recipients", Json, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "report_id"], ["custom_report.company_id", "custom_report.id"], name=op.f("fk_report_run_company_id_report_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_report_run_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_report_run")),
    )
    op.create_index("uq_report_run_due", "report_run", ["company_id", "schedule_id", "due_at"], unique=True)
    op.create_index("ix_report_run_report", "report_run", ["company_id", "report_id", "asked_at"], unique=False)
