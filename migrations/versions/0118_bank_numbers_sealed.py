"""Numbers at the bank are kept sealed: a mark to look for them by, and the last four signs for lists.

What is sealed needs the machine's keys, which a migration has not: the numbers that are there get their last four signs here, and are
sealed by the first chore of the day after the program has started (webapp.ledger.bank_numbers); both are read until then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("bank_mark", "bank_last_four"):
        op.add_column("account_detail", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    bind = op.get_bind()
    detail = sa.table("account_detail", *(sa.column(name) for name in ("company_id", "bank_account", "bank_last_four")))
    last = sa.func.substr(detail.c.bank_account, -4) if bind.dialect.name == "sqlite" else sa.func.right(detail.c.bank_account, 4)
    of_each_company(bind, sa.update(detail).where(detail.c.bank_account != "").values(bank_last_four=last))
    op.create_index("ix_account_detail_bank_mark", "account_detail", ["company_id", "bank_mark"])
    create_guards(bind)


def of_each_company(bind: sa.Connection, statement: sa.Update) -> None:
    """On PostgreSQL the row policies show one company at a time."""
    if bind.dialect.name != "postgresql":
        bind.execute(statement)
        return
    for company_id in bind.scalars(sa.text("select id from company")).all():
        bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        bind.execute(statement)
