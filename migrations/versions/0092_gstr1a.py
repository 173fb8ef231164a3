"""GSTR-1A is a form of its own among the filings: it amends the GSTR-1 of the same period and is paid with GSTR-3B.

A check cannot be changed in place on SQLite: the table of filings is made anew there with every row it had, and is guarded again; rows
of other tables that name a filing stand aside meanwhile.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0092"
down_revision = "0098"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FORMS = "form in ('gstr1', 'gstr1a', 'gstr3b', 'cmp08', 'gstr4', 'gstr9')"
_KINDS = "kind in ('month', 'quarter', 'iff', 'year')"
_FILING = (
    *("company_id", "id", "form", "gstin", "kind", "month", "round", "filed_on", "arn", "payload", "sha256"),
    *("tax_paise", "filed_by", "filed_at"),
)
_ASIDE = (
    "create temporary table kept_gst_reopening as select * from gst_reopening",
    "create temporary table kept_gst_settlement as select * from gst_settlement",
    "drop trigger if exists gst_reopening_no_delete",
    "drop trigger if exists gst_settlement_no_delete",
    "delete from gst_reopening",
    "delete from gst_settlement",
)
_BACK = (
    "insert into gst_reopening select * from kept_gst_reopening",
    "insert into gst_settlement select * from kept_gst_settlement",
    *(f"drop table kept_{name}" for name in ("gst_reopening", "gst_settlement", "gst_filing")),
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_gst_filing_form_known"), "gst_filing", type_="check")
        op.create_check_constraint(op.f("ck_gst_filing_form_known"), "gst_filing", _FORMS)
    else:
        make_filings_anew()
    create_guards(bind)


def make_filings_anew() -> None:
    """Rows aside, table anew, rows back; a dropped table's guards go with it, and `create_guards` puts all of them back."""
    for words in _ASIDE:
        op.execute(words)
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
    for words in _BACK:
        op.execute(words)
