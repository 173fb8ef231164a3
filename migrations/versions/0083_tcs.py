"""Tax collected at source: items that bear it, what is known of buyers, the lines it was collected on; an account of its own.

A bill may bear two kinds for one buyer, so an event is one of a voucher, a head and a kind. A challan deposits what was deducted or what
was collected, and says which.
"""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id

revision = "0083"
down_revision = "0072"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")  # webapp.ledger.chart: ids follow from the company and the code


def upgrade() -> None:
    op.add_column("item", sa.Column("tcs_kind", sa.Text(), nullable=False, server_default=""))
    op.add_column("tds_challan", sa.Column("is_collected", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("uq_tds_event_voucher", "tds_event")
    op.create_index("uq_tds_event_voucher", "tds_event", ["company_id", "voucher_id", "head_id", "kind"], unique=True)
    op.create_table(
        "tcs_buyer",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "payee", "pan", "buyer_name")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_specified", "deducts")),
        sa.CheckConstraint("payee in ('individual', 'other', 'no_pan')", name=op.f("ck_tcs_buyer_payee_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_tcs_buyer_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tcs_buyer_company"),
        sa.PrimaryKeyConstraint("company_id", "party_id", name=op.f("pk_tcs_buyer")),
    )
    op.create_table(
        "tcs_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_tcs_line_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tcs_line_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "line_no", name=op.f("pk_tcs_line")),
    )
    add_account()
    create_guards(op.get_bind())


def add_account() -> None:
    """TCS payable, for every company that is there already."""
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
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if bind.dialect.name == "postgresql":
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        taken = {one.casefold() for one in bind.scalars(sa.select(account.c.name).where(account.c.company_id == company_id))}
        rows = [
            {
                "company_id": company_id,
                "id": uuid5(_CHART, f"{company_id}/account/{code}"),
                "code": code,
                "name": name if name.casefold() not in taken else f"{name} (Munim)",
                "group_id": uuid5(_CHART, f"{company_id}/group/{group}"),
                "wants_party": False,
                "version": 1,
            }
            for code, name, group in (("tcs-payable", "TCS payable", "duties-taxes"),)
        ]
        bind.execute(sa.insert(account), rows)
