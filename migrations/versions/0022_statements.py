"""What a company's statements need: whether a supplier is a small enterprise, heads of Schedule III, a year's notes, Profit & Loss A/c."""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id

revision = "0022"
down_revision = "0013"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")  # webapp.ledger.chart: ids follow from the company and the code
NAME = "Profit & Loss A/c"


def upgrade() -> None:
    op.add_column("party", sa.Column("msme", sa.Text(), nullable=False, server_default=""))
    op.add_column("account_detail", sa.Column("schedule_head", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "year_note",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("start_year", Whole, nullable=False),
        sa.Column("shares", Whole, nullable=False),
        sa.Column("face_value_paise", Whole, nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.CheckConstraint("shares >= 0", name=op.f("ck_year_note_shares_counted")),
        sa.CheckConstraint("face_value_paise >= 0", name=op.f("ck_year_note_face_value")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_year_note_company"),
        sa.PrimaryKeyConstraint("company_id", "start_year", name=op.f("pk_year_note")),
    )
    op.create_table(
        "loan_maturity",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("start_year", Whole, nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_loan_maturity_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_loan_maturity_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_loan_maturity_company"),
        sa.PrimaryKeyConstraint("company_id", "start_year", "account_id", name=op.f("pk_loan_maturity")),
    )
    profit_and_loss_accounts()
    create_guards(op.get_bind())


def profit_and_loss_accounts() -> None:
    """The account that appropriations and drawings of profit are posted to, for every company that is there already."""
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
        row = {
            "company_id": company_id,
            "id": uuid5(_CHART, f"{company_id}/account/profit-loss"),
            "code": "profit-loss",
            "name": f"{NAME} (Munim)" if NAME.casefold() in taken else NAME,
            "group_id": uuid5(_CHART, f"{company_id}/group/reserves-surplus"),
            "wants_party": False,
            "version": 1,
        }
        bind.execute(sa.insert(account), [row])
