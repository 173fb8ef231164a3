"""What settles what, and what a party line is called; an index that what is open is added up from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINE = ["journal_line.company_id", "journal_line.voucher_id", "journal_line.line_no"]


def upgrade() -> None:
    op.create_index(
        "ix_journal_line_open",
        "journal_line",
        ["company_id", "account_id", "party_id", "voucher_date", "amount_paise", "voucher_id", "line_no"],
        unique=False,
        sqlite_where=sa.text("party_id is not null"),
        postgresql_where=sa.text("party_id is not null"),
    )
    allocation()
    allocation_indexes()
    line_reference()
    create_guards(op.get_bind())


def allocation() -> None:
    op.create_table(
        "allocation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("credit_voucher_id", Id(), nullable=False),
        sa.Column("credit_line_no", Whole, nullable=False),
        sa.Column("credit_date", sa.Date(), nullable=False),
        sa.Column("debit_voucher_id", Id(), nullable=False),
        sa.Column("debit_line_no", Whole, nullable=False),
        sa.Column("debit_date", sa.Date(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("allocated_on", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("released_at", Instant(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_why", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_allocation_positive")),
        sa.CheckConstraint("allocated_on >= credit_date and allocated_on >= debit_date", name=op.f("ck_allocation_not_before_its_lines")),
        sa.CheckConstraint("(released_on is null) = (released_at is null)", name=op.f("ck_allocation_released_wholly")),
        sa.ForeignKeyConstraint(
            ["company_id", "credit_voucher_id", "credit_line_no"],
            LINE,
            name=op.f("fk_allocation_company_id_credit_voucher_id_credit_line_no"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "debit_voucher_id", "debit_line_no"],
            LINE,
            name=op.f("fk_allocation_company_id_debit_voucher_id_debit_line_no"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_allocation_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_allocation_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_allocation")),
    )


def allocation_indexes() -> None:
    for side in ("credit", "debit"):
        columns = ["company_id", f"{side}_voucher_id", f"{side}_line_no", "allocated_on", "released_on", "amount_paise"]
        op.create_index(f"ix_allocation_{side}", "allocation", columns, unique=False)
    op.create_index(
        "ix_allocation_party",
        "allocation",
        [
            "company_id",
            "account_id",
            "party_id",
            "debit_date",
            "credit_date",
            "allocated_on",
            "released_on",
            "amount_paise",
            "debit_voucher_id",
            "debit_line_no",
            "credit_voucher_id",
            "credit_line_no",
        ],
        unique=False,
    )


def line_reference() -> None:
    op.create_table(
        "line_reference",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("voucher_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind in ('new', 'advance', 'on_account')", name=op.f("ck_line_reference_kind_known")),
        sa.CheckConstraint("kind = 'new' or due_on is null", name=op.f("ck_line_reference_only_bills_fall_due")),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id", "line_no"], LINE, name=op.f("fk_line_reference_company_id_voucher_id_line_no")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_line_reference_company"),
        sa.PrimaryKeyConstraint("company_id", "voucher_id", "line_no", name=op.f("pk_line_reference")),
        sqlite_with_rowid=False,
    )
