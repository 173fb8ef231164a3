"""Other returns than GSTR-1 are filed too; how a GSTR-3B was paid, deposits, and the three ledgers that the portal keeps of a registration.

A check cannot be changed in place on SQLite: the table of filings is made anew there with every row it had, and is guarded again.
"""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0076"
down_revision = "0086"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACCOUNT = ("gst-cash-ledger", "GST electronic cash ledger", "current-assets")
_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")  # webapp.ledger.chart: ids follow from the company and the code
_FORMS = "form in ('gstr1', 'gstr3b', 'cmp08', 'gstr4', 'gstr9')"
_KINDS = "kind in ('month', 'quarter', 'iff', 'year')"
_FILING = (
    *("company_id", "id", "form", "gstin", "kind", "month", "round", "filed_on", "arn", "payload", "sha256"),
    *("tax_paise", "filed_by", "filed_at"),
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        for name, rule in (("form_known", _FORMS), ("kind_known", _KINDS)):
            op.drop_constraint(op.f(f"ck_gst_filing_{name}"), "gst_filing", type_="check")
            op.create_check_constraint(op.f(f"ck_gst_filing_{name}"), "gst_filing", rule)
    else:
        make_filings_anew()
    settlements()
    challans()
    ledgers()
    accounts()
    create_guards(bind)


def make_filings_anew() -> None:
    """Rows aside, table anew, rows back, and with them the filings taken back, which name them; a dropped table's guards go with it, and
    `create_guards` puts them back."""
    op.execute("create temporary table kept_gst_reopening as select * from gst_reopening")
    op.execute("drop trigger if exists gst_reopening_no_delete")
    op.execute("delete from gst_reopening")
    op.execute("create temporary table kept_gst_filing as select * from gst_filing")
    op.drop_table("gst_filing")
    op.create_table(
        "gst_filing",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("form", "gstin", "kind")),
        *(sa.Column(name, Whole, nullable=False) for name in ("month", "round")),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("arn", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("tax_paise", Whole, nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("filed_at", Instant(), nullable=False),
        sa.CheckConstraint(_FORMS, name=op.f("ck_gst_filing_form_known")),
        sa.CheckConstraint(_KINDS, name=op.f("ck_gst_filing_kind_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_filing_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_filing")),
    )
    op.create_index("uq_gst_filing_round", "gst_filing", ["company_id", "form", "gstin", "kind", "month", "round"], unique=True)
    kept, made = (sa.table(name, *(sa.column(one) for one in _FILING)) for name in ("kept_gst_filing", "gst_filing"))
    op.execute(made.insert().from_select(list(_FILING), sa.select(kept)))
    op.execute("drop table kept_gst_filing")
    op.execute("insert into gst_reopening select * from kept_gst_reopening")
    op.execute("drop table kept_gst_reopening")


def settlements() -> None:
    op.create_table(
        "gst_settlement",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("filing_id", Id(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "filing_id"], ["gst_filing.company_id", "gst_filing.id"], name=op.f("fk_gst_settlement_company_id_gst_filing")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_settlement_company"),
        sa.PrimaryKeyConstraint("company_id", "filing_id", name=op.f("pk_gst_settlement")),
    )


def challans() -> None:
    op.create_table(
        "gst_challan",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("gstin", "number")),
        sa.Column("month", Whole, nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("cpin", sa.Text(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("amounts", Json, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("body_sha256", "entered_by")),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.CheckConstraint("total_paise > 0", name=op.f("ck_gst_challan_total_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_gst_challan_company_id_account")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_challan_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_challan")),
    )
    op.create_index("ix_gst_challan_day", "gst_challan", ["company_id", "gstin", "paid_on", "id"])
    op.create_table(
        "gst_challan_cancellation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("challan_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "cancelled_by")),
        sa.Column("cancelled_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "challan_id"],
            ["gst_challan.company_id", "gst_challan.id"],
            name=op.f("fk_gst_challan_cancellation_company_id_gst_challan"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_challan_cancellation_company"),
        sa.PrimaryKeyConstraint("company_id", "challan_id", name=op.f("pk_gst_challan_cancellation")),
    )


def ledgers() -> None:
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
        sa.CheckConstraint("cause in ('challan', 'filing', 'opening')", name=op.f("ck_gst_ledger_entry_cause_known")),
        sa.CheckConstraint("amount_paise <> 0", name=op.f("ck_gst_ledger_entry_amount_not_nought")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_ledger_entry_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_ledger_entry")),
    )
    op.create_index("ix_gst_ledger_entry_day", "gst_ledger_entry", ["company_id", "gstin", "book", "day", "id"])
    op.create_index("ix_gst_ledger_entry_cause", "gst_ledger_entry", ["company_id", "cause_id"])


def accounts() -> None:
    """The account of what is deposited with the portal, for every company that is there already."""
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
