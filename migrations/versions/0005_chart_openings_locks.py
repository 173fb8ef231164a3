"""What a person notes of an account, the bills that were unpaid when the books began, and locks of one part of the books."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    versions()
    account_detail()
    opening_bill()
    locks()
    period_opening()
    books_begin()
    create_guards(op.get_bind())


def versions() -> None:
    for table in ("account_group", "account", "cost_centre"):
        op.add_column(table, sa.Column("version", Whole, nullable=False, server_default="1"))


def account_detail() -> None:
    op.create_table(
        "account_detail",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("bank_branch", sa.Text(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=False),
        sa.Column("ifsc", sa.Text(), nullable=False),
        sa.Column("merged_into_id", Id(), nullable=True),
        sa.CheckConstraint("account_id <> merged_into_id", name=op.f("ck_account_detail_not_into_itself")),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_account_detail_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "merged_into_id"],
            ["account.company_id", "account.id"],
            name=op.f("fk_account_detail_company_id_merged_into_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_account_detail_company"),
        sa.PrimaryKeyConstraint("company_id", "account_id", name=op.f("pk_account_detail")),
    )
    op.create_index("uq_account_detail_number", "account_detail", ["company_id", "number"], unique=True)


def opening_bill() -> None:
    op.create_table(
        "opening_bill",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("voucher_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("bill_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("replaced_by_id", Id(), nullable=True),
        sa.CheckConstraint("amount_paise <> 0", name=op.f("ck_opening_bill_not_zero")),
        sa.CheckConstraint("due_date >= bill_date", name=op.f("ck_opening_bill_due_after_bill")),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_opening_bill_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_opening_bill_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_opening_bill_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_opening_bill_company"),
        sa.PrimaryKeyConstraint("company_id", "voucher_id", name=op.f("pk_opening_bill")),
    )
    op.create_index("ix_opening_bill_party", "opening_bill", ["company_id", "party_id", "bill_date"], unique=False)


def locks() -> None:
    """Every lock until now was of everything."""
    op.add_column("period_lock", sa.Column("scope", sa.Text(), nullable=False, server_default="all"))
    op.add_column("period_lock", sa.Column("is_final", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("period_lock", sa.Column("cause_id", Id(), nullable=True))
    op.create_index("ix_period_lock_month", "period_lock", ["company_id", "month", "scope"], unique=False)


def period_opening() -> None:
    op.create_table(
        "period_opening",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_period_opening_days_in_order")),
        sa.CheckConstraint("opened_at < closes_at", name=op.f("ck_period_opening_closes_later")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_period_opening_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_period_opening")),
    )
    op.create_index("ix_period_opening_closes", "period_opening", ["company_id", "closes_at"], unique=False)


def books_begin() -> None:
    """The first of April before a company signed up, or before its first voucher where that is earlier."""
    op.add_column("company_profile", sa.Column("books_begin", sa.Date(), nullable=False, server_default="2000-04-01"))
    connection = op.get_bind()
    profile = sa.table("company_profile", sa.column("company_id", Whole), sa.column("books_begin", sa.Date()))
    voucher = sa.table("voucher", sa.column("company_id", Whole), sa.column("voucher_date", sa.Date()))
    company = sa.table("company", sa.column("id", Whole), sa.column("created_at", Instant()))
    for own, created_at in connection.execute(sa.select(company.c.id, company.c.created_at)).all():
        if connection.dialect.name == "postgresql":  # the row policy binds this role too
            connection.execute(sa.select(sa.func.set_config("app.company", str(own), sa.true())))
        first = connection.scalar(sa.select(sa.func.min(voucher.c.voucher_date)).where(voucher.c.company_id == own))
        day = min(created_at.date(), first) if first else created_at.date()
        begin = date(day.year if day.month >= 4 else day.year - 1, 4, 1)
        connection.execute(sa.update(profile).where(profile.c.company_id == own).values(books_begin=begin))
