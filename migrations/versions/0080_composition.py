"""A dealer under composition: what kind it is, what was deducted for it, and the accounts of the tax that it bears itself."""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0080"
down_revision = "0084"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# As they were when this change was made: code, name, group.
ACCOUNTS = (
    ("composition-cgst", "CGST payable under composition", "duties-taxes"),
    ("composition-sgst", "SGST payable under composition", "duties-taxes"),
    ("composition-tax", "GST under composition", "indirect-expenses"),
)
_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")  # webapp.ledger.chart: ids follow from the company and the code


def upgrade() -> None:
    op.create_table(
        "composition_kind",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("from_month", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "said_by")),
        sa.Column("said_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('trader', 'manufacturer', 'restaurant', 'services')", name=op.f("ck_composition_kind_kind_known")),
        sa.CheckConstraint("from_month % 100 in (1, 4, 7, 10)", name=op.f("ck_composition_kind_begins_a_quarter")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_composition_kind_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", "from_month", name=op.f("pk_composition_kind")),
    )
    op.create_table(
        "composition_credit",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("start_year", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "ctin")),
        *(sa.Column(f"{name}_paise", Whole, nullable=False) for name in ("gross", "igst", "cgst", "sgst")),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('tds', 'tcs')", name=op.f("ck_composition_credit_kind_known")),
        sa.CheckConstraint(
            "gross_paise > 0 and igst_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0", name=op.f("ck_composition_credit_not_negative")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_composition_credit_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_composition_credit")),
    )
    columns = ["company_id", "gstin", "start_year", "kind", "ctin"]
    op.create_index("uq_composition_credit_of", "composition_credit", columns, unique=True)
    add_accounts()
    create_guards(op.get_bind())


def add_accounts() -> None:
    """The accounts, for every company that is there already."""
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
            for code, name, group in ACCOUNTS
        ]
        bind.execute(sa.insert(account), rows)
