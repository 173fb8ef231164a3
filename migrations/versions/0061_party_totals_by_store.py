"""What a member held to some stores sees: what a party stands at is kept by store, as an account's is; a report's file knows its stores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Json

revision = "0061"
down_revision = "0063"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Kept totals are worked out from the lines at any time (`replay`), so the table is made anew.
    op.drop_table("party_balance")
    op.create_table(
        "party_balance",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("debit_paise", Whole, nullable=False),
        sa.Column("credit_paise", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_party_balance_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_party_balance_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_party_balance_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_party_balance_company"),
        sa.PrimaryKeyConstraint("company_id", "party_id", "account_id", "month", "store_id", name=op.f("pk_party_balance")),
        sqlite_with_rowid=False,
    )
    for table in ("report_run", "report_schedule"):
        op.add_column(table, sa.Column("stores", Json, nullable=False, server_default="[]"))
    create_guards(op.get_bind())
    add_up()


def add_up() -> None:
    """The totals of every party, from its lines."""
    bind = op.get_bind()
    is_postgresql = bind.dialect.name == "postgresql"
    month = "to_char(line.voucher_date, 'YYYYMM')" if is_postgresql else "strftime('%Y%m', line.voucher_date)"
    for company_id in bind.scalars(sa.text("select id from company")).all():
        if is_postgresql:
            bind.execute(sa.text("select set_config('app.company', :own, true)"), {"own": str(company_id)})
        bind.execute(
            sa.text(
                "insert into party_balance (company_id, party_id, account_id, month, store_id, debit_paise, credit_paise) "  # noqa: S608 - `month` is one of two
                f"select line.company_id, line.party_id, line.account_id, cast({month} as integer), voucher.store_id, "
                "sum(case when line.amount_paise > 0 then line.amount_paise else 0 end), "
                "sum(case when line.amount_paise < 0 then -line.amount_paise else 0 end) "
                "from journal_line as line "
                "join voucher on voucher.company_id = line.company_id and voucher.id = line.voucher_id "
                "where line.company_id = :own and line.party_id is not null "
                f"group by line.company_id, line.party_id, line.account_id, cast({month} as integer), voucher.store_id"
            ),
            {"own": company_id},
        )
