"""Input tax reversed, claimed again, or in capital goods of common use; an account for what is reversed for the time being."""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0074"
down_revision = "0076"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# As it was when this change was made: code, name, group.
ACCOUNT = ("itc-reversed", "Input tax reversed, to claim again", "current-assets")
_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")  # webapp.ledger.chart: ids follow from the company and the code
HEADS = ("igst_paise", "cgst_paise", "sgst_paise", "cess_paise")
NOT_NEGATIVE = "igst_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0 and cess_paise >= 0"
SOMETHING = "igst_paise + cgst_paise + sgst_paise + cess_paise > 0"


def upgrade() -> None:
    reversals()
    reversal_lines()
    capital_goods()
    op.create_table(
        "itc_standing",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("is_bank", sa.Boolean(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in (*HEADS, "version")),
        sa.CheckConstraint(NOT_NEGATIVE, name=op.f("ck_itc_standing_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_itc_standing_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", name=op.f("pk_itc_standing")),
    )
    op.create_table(
        "itc_mark",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("voucher_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("told_as", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_itc_mark_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_itc_mark_company"),
        sa.PrimaryKeyConstraint("company_id", "voucher_id", "line_no", name=op.f("pk_itc_mark")),
    )
    add_account()
    create_guards(op.get_bind())


def reversals() -> None:
    op.create_table(
        "itc_reversal",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("number", "gstin")),
        sa.Column("month", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("rule", "cell")),
        sa.Column("posted_on", sa.Date(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in (*HEADS, "interest_paise")),
        sa.Column("working", Json, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "body_sha256", "entered_by")),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("reversal_id", Id(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("live_key", sa.Text(), nullable=True),
        sa.CheckConstraint("cell in ('rules', 'temporary', 'reclaim', 'extra')", name=op.f("ck_itc_reversal_cell_known")),
        sa.CheckConstraint(f"{NOT_NEGATIVE} and {SOMETHING} and interest_paise >= 0", name=op.f("ck_itc_reversal_sums")),
        sa.CheckConstraint("(reversal_id is null) = (live_key is not null)", name=op.f("ck_itc_reversal_live_unless_cancelled")),
        sa.CheckConstraint("(reversal_id is null) = (cancelled_on is null)", name=op.f("ck_itc_reversal_cancelled_on_a_day")),
        sa.ForeignKeyConstraint(
            ["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_itc_reversal_company_id_reversal_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_itc_reversal_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_itc_reversal")),
    )
    op.create_index("uq_itc_reversal_number", "itc_reversal", ["company_id", "number"], unique=True)
    op.create_index("uq_itc_reversal_live", "itc_reversal", ["company_id", "live_key"], unique=True)
    op.create_index("ix_itc_reversal_month", "itc_reversal", ["company_id", "gstin", "month", "id"], unique=False)


def reversal_lines() -> None:
    op.create_table(
        "itc_reversal_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("reversal_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("about_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("number", "name")),
        *(sa.Column(name, Whole, nullable=False) for name in HEADS),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("interest_paise", Whole, nullable=False),
        sa.CheckConstraint(f"{NOT_NEGATIVE} and interest_paise >= 0", name=op.f("ck_itc_reversal_line_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "reversal_id"],
            ["itc_reversal.company_id", "itc_reversal.id"],
            name=op.f("fk_itc_reversal_line_company_id_reversal_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_itc_reversal_line_company"),
        sa.PrimaryKeyConstraint("company_id", "reversal_id", "line_no", name=op.f("pk_itc_reversal_line")),
    )
    op.create_index("ix_itc_reversal_line_about", "itc_reversal_line", ["company_id", "about_id"], unique=False)


def capital_goods() -> None:
    op.create_table(
        "itc_capital_good",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("gstin", "name", "paper_number")),
        sa.Column("paper_date", sa.Date(), nullable=False),
        sa.Column("bill_id", Id(), nullable=True),
        *(sa.Column(name, Whole, nullable=False) for name in HEADS),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", Whole, nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(f"{NOT_NEGATIVE} and {SOMETHING}", name=op.f("ck_itc_capital_good_sums")),
        sa.CheckConstraint("use in ('common', 'taxable', 'exempt')", name=op.f("ck_itc_capital_good_use_known")),
        sa.CheckConstraint("ended_on is null or ended_on >= paper_date", name=op.f("ck_itc_capital_good_ends_after_it_came")),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"], name=op.f("fk_itc_capital_good_company_id_bill_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_itc_capital_good_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_itc_capital_good")),
    )
    op.create_index("ix_itc_capital_good_gstin", "itc_capital_good", ["company_id", "gstin", "paper_date", "id"], unique=False)


def add_account() -> None:
    """The account of what is reversed for the time being, for every company that is there already."""
    bind = op.get_bind()
    account = sa.table(
        "account",
        sa.column("company_id", sa.BigInteger),
        sa.column("id", Id()),
        sa.column("code", sa.Text),
        sa.column("name", sa.Text),
        sa.column("group_id", Id()),
        sa.column("wants_party", sa.Boolean),
        sa.column("version", sa.Integer),
    )
    code, name, group = ACCOUNT
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        taken = {one.casefold() for one in bind.scalars(sa.select(account.c.name).where(account.c.company_id == company_id))}
        row = {
            "company_id": company_id,
            "id": uuid5(_CHART, f"{company_id}/account/{code}"),
            "code": code,
            "name": name if name.casefold() not in taken else f"{name} (Munim)",
            "group_id": uuid5(_CHART, f"{company_id}/group/{group}"),
            "wants_party": False,
            "version": 1,
        }
        bind.execute(sa.insert(account), [row])
