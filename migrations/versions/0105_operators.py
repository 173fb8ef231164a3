"""A business that is an e-commerce operator: the supplies it pays the tax of; and tax that operators and deductors credited to a business.

What came into the cash ledger names one cause more. A check cannot be changed in place on SQLite: the table of the ledgers' lines, which
no other names, is made anew there with every row it had.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0105"
down_revision = "0099"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CAUSES = "cause in ('challan', 'filing', 'opening', 'credited')"
_LINE = (
    "company_id",
    "id",
    "gstin",
    "book",
    "day",
    "head",
    "minor",
    "amount_paise",
    "cause",
    "cause_id",
    "is_undone",
    "reference",
    "entered_at",
)


def upgrade() -> None:
    bind = op.get_bind()
    registrations()
    supplies()
    credited()
    if bind.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_gst_ledger_entry_cause_known"), "gst_ledger_entry", type_="check")
        op.create_check_constraint(op.f("ck_gst_ledger_entry_cause_known"), "gst_ledger_entry", _CAUSES)
    else:
        make_ledger_anew()
    create_guards(bind)


def registrations() -> None:
    op.create_table(
        "operator_registration",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_operator_registration_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_operator_registration_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", name=op.f("pk_operator_registration")),
    )


def supplies() -> None:
    op.create_table(
        "operator_supply",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("gstin", "number")),
        *(sa.Column(name, Whole, nullable=False) for name in ("start_year", "rate_bp", "round")),
        sa.Column("supply_date", sa.Date(), nullable=False),
        *(sa.Column(f"{side}_{what}", sa.Text(), nullable=False) for side in ("supplier", "recipient") for what in ("gstin", "name")),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("is_inter", sa.Boolean(), nullable=False),
        *(sa.Column(f"{name}_paise", Whole, nullable=False) for name in ("taxable", "cgst", "sgst", "igst", "cess")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("voucher_number", "body_sha256", "entered_by")),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.CheckConstraint("taxable_paise > 0 and rate_bp > 0 and cess_paise >= 0", name=op.f("ck_operator_supply_sums")),
        sa.CheckConstraint(
            "cgst_paise = sgst_paise and (cgst_paise = 0 or igst_paise = 0) and cgst_paise >= 0 and igst_paise >= 0",
            name=op.f("ck_operator_supply_one_tax"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_operator_supply_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_operator_supply")),
    )
    op.create_index("ix_operator_supply_day", "operator_supply", ["company_id", "gstin", "supply_date", "id"], unique=False)
    numbered = ["company_id", "gstin", "start_year", "number", "rate_bp", "round"]
    op.create_index("uq_operator_supply_number", "operator_supply", numbered, unique=True)
    op.create_table(
        "operator_supply_reversal",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("supply_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "reversed_by")),
        sa.Column("reversed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "supply_id"],
            ["operator_supply.company_id", "operator_supply.id"],
            name=op.f("fk_operator_supply_reversal_company_id_supply_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_operator_supply_reversal_company"),
        sa.PrimaryKeyConstraint("company_id", "supply_id", name=op.f("pk_operator_supply_reversal")),
    )


def credited() -> None:
    op.create_table(
        "gst_tax_credited",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("gstin", "number", "kind", "other_gstin", "other_name")),
        *(sa.Column(name, Whole, nullable=False) for name in ("month", "round")),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        *(sa.Column(f"{name}_paise", Whole, nullable=False) for name in ("value", "igst", "cgst", "sgst")),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("body_sha256", "entered_by")),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('tds', 'tcs')", name=op.f("ck_gst_tax_credited_kind_known")),
        sa.CheckConstraint(
            "igst_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0 and igst_paise + cgst_paise + sgst_paise > 0 and value_paise >= 0",
            name=op.f("ck_gst_tax_credited_sums"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_gst_tax_credited_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_gst_tax_credited_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_tax_credited_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_tax_credited")),
    )
    op.create_index("ix_gst_tax_credited_day", "gst_tax_credited", ["company_id", "gstin", "accepted_on", "id"], unique=False)
    told = ["company_id", "gstin", "kind", "other_gstin", "month", "round"]
    op.create_index("uq_gst_tax_credited_month", "gst_tax_credited", told, unique=True)
    op.create_table(
        "gst_tax_credited_cancellation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("credited_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "cancelled_by")),
        sa.Column("cancelled_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "credited_id"],
            ["gst_tax_credited.company_id", "gst_tax_credited.id"],
            name=op.f("fk_gst_tax_credited_cancellation_company_id_credited_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_tax_credited_cancellation_company"),
        sa.PrimaryKeyConstraint("company_id", "credited_id", name=op.f("pk_gst_tax_credited_cancellation")),
    )


def make_ledger_anew() -> None:
    """Rows aside, table anew, rows back; the dropped table's guards go with it, and `create_guards` puts them back."""
    op.execute("create temporary table kept_gst_ledger_entry as select * from gst_ledger_entry")
    op.execute("drop trigger if exists gst_ledger_entry_no_delete")
    op.drop_table("gst_ledger_entry")
    op.create_table(
        "gst_ledger_entry",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("gstin", "book")),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("head", "minor")),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("cause_id", Id(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.CheckConstraint("book in ('cash', 'credit', 'liability')", name=op.f("ck_gst_ledger_entry_book_known")),
        sa.CheckConstraint("head in ('igst', 'cgst', 'sgst', 'cess')", name=op.f("ck_gst_ledger_entry_head_known")),
        sa.CheckConstraint("minor in ('tax', 'reverse', 'interest', 'fee')", name=op.f("ck_gst_ledger_entry_minor_known")),
        sa.CheckConstraint(_CAUSES, name=op.f("ck_gst_ledger_entry_cause_known")),
        sa.CheckConstraint("amount_paise <> 0", name=op.f("ck_gst_ledger_entry_amount_not_nought")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_ledger_entry_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_ledger_entry")),
    )
    op.create_index("ix_gst_ledger_entry_day", "gst_ledger_entry", ["company_id", "gstin", "book", "day", "id"])
    op.create_index("ix_gst_ledger_entry_cause", "gst_ledger_entry", ["company_id", "cause_id"])
    kept, made = (sa.table(name, *(sa.column(one) for one in _LINE)) for name in ("kept_gst_ledger_entry", "gst_ledger_entry"))
    op.execute(made.insert().from_select(list(_LINE), sa.select(kept)))
    op.execute("drop table kept_gst_ledger_entry")
