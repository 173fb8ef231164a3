"""The accounts that purchases, deliveries, transfers, cheques and advances post to, for every company that is there already."""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from webapp.platform.db import Id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# As they were when this change was made: code, name, group, whether each line names a party.
ACCOUNTS = (
    ("cheques-in-hand", "Cheques in hand", "bank-accounts", False),
    ("cheques-issued", "Cheques issued, not yet presented", "bank-accounts", False),
    ("customer-advances", "Advances from customers", "current-liabilities", True),
    ("supplier-advances", "Advances to suppliers", "loans-advances", True),
    ("goods-in-transit", "Goods in transit between stores", "stock-in-hand", False),
    ("goods-delivered", "Goods delivered, not yet billed", "stock-in-hand", False),
    ("goods-received", "Goods received, not yet billed", "current-liabilities", False),
    ("branch-control", "Branch control", "branch-divisions", False),
    ("discount-received", "Discount received", "indirect-incomes", False),
    ("interest-received", "Interest on overdue bills", "indirect-incomes", False),
    ("advance-gst", "GST on advances received", "current-assets", False),
    ("reverse-charge-cgst", "CGST payable under reverse charge", "duties-taxes", False),
    ("reverse-charge-sgst", "SGST payable under reverse charge", "duties-taxes", False),
    ("reverse-charge-igst", "IGST payable under reverse charge", "duties-taxes", False),
    ("reverse-charge-cess", "Cess payable under reverse charge", "duties-taxes", False),
    ("tds-payable", "TDS payable", "duties-taxes", False),
    ("tds-receivable", "TDS receivable", "duties-taxes", False),
    ("purchase-costs", "Freight and other costs of purchase", "direct-expenses", False),
    ("price-differences", "Price differences on purchases", "direct-expenses", False),
    ("wastage", "Wastage", "direct-expenses", False),
    ("bad-debts", "Bad debts written off", "indirect-expenses", False),
    ("gst-not-claimed", "GST that cannot be claimed", "indirect-expenses", False),
)
_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")  # webapp.ledger.chart: ids follow from the company and the code


def upgrade() -> None:
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
        taken = set(bind.scalars(sa.select(account.c.name).where(account.c.company_id == company_id)))
        rows = [
            {
                "company_id": company_id,
                "id": uuid5(_CHART, f"{company_id}/account/{code}"),
                "code": code,
                "name": _free(name, taken),
                "group_id": uuid5(_CHART, f"{company_id}/group/{group}"),
                "wants_party": wants_party,
                "version": 1,
            }
            for code, name, group, wants_party in ACCOUNTS
        ]
        bind.execute(sa.insert(account), rows)


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a mark where the shop has made an account of that name itself."""
    folded = {one.casefold() for one in taken}
    while name.casefold() in folded:
        name += " (Munim)"
    return name


def downgrade() -> None:
    """Nothing: a line may name them, and a chart with more accounts is whole."""
