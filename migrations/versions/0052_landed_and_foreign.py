"""Freight billed by a carrier reaches the goods, notes lower a price alone, bills stand in foreign money; who is a composition dealer."""

from __future__ import annotations

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0052"
down_revision = "0034"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# As it was when this change was made: code, name, group.
ACCOUNT = ("exchange-difference", "Exchange gain or loss", "indirect-expenses")
_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")  # webapp.ledger.chart: ids follow from the company and the code


def upgrade() -> None:
    op.add_column("party", sa.Column("is_composition", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("purchase_bill_line", sa.Column("is_price_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("purchase_bill", sa.Column("currency", sa.Text(), nullable=False, server_default="INR"))
    op.add_column("purchase_bill", sa.Column("exchange_rate_micro", Whole, nullable=True))
    op.add_column("purchase_bill", sa.Column("foreign_total", Whole, nullable=True))
    landed()
    landed_line()
    foreign_payment()
    add_account()
    create_guards(op.get_bind())


def landed() -> None:
    op.create_table(
        "landed_cost",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("landed_on", sa.Date(), nullable=False),
        sa.Column("shared_by", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("shared_by in ('value', 'qty', 'weight')", name=op.f("ck_landed_cost_share_known")),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_landed_cost_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"], name=op.f("fk_landed_cost_company_id_bill_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_landed_cost_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_landed_cost")),
    )
    op.create_index("uq_landed_cost_number", "landed_cost", ["company_id", "number"], unique=True)
    op.create_index("ix_landed_cost_bill", "landed_cost", ["company_id", "bill_id"], unique=False)


def landed_line() -> None:
    op.create_table(
        "landed_cost_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("landed_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("document_line_no", Whole, nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("qty", "weight", "cost_paise", "amount_paise")),
        sa.CheckConstraint("qty > 0 and weight >= 0 and amount_paise >= 0", name=op.f("ck_landed_cost_line_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "landed_id"], ["landed_cost.company_id", "landed_cost.id"], name=op.f("fk_landed_cost_line_company_id_landed_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_landed_cost_line_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_landed_cost_line_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_landed_cost_line_company"),
        sa.PrimaryKeyConstraint("company_id", "landed_id", "line_no", name=op.f("pk_landed_cost_line")),
    )
    op.create_index("ix_landed_cost_line_document", "landed_cost_line", ["company_id", "document_id"], unique=False)


def foreign_payment() -> None:
    op.create_table(
        "foreign_payment",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("foreign_amount", "rate_micro", "paid_paise", "settled_paise")),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("paid_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "foreign_amount > 0 and rate_micro > 0 and paid_paise > 0 and settled_paise > 0", name=op.f("ck_foreign_payment_positive")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"], name=op.f("fk_foreign_payment_company_id_bill_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_foreign_payment_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_foreign_payment_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_foreign_payment_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_foreign_payment")),
    )
    op.create_index("uq_foreign_payment_number", "foreign_payment", ["company_id", "number"], unique=True)
    op.create_index("ix_foreign_payment_bill", "foreign_payment", ["company_id", "bill_id"], unique=False)


def add_account() -> None:
    """The account of exchange differences, for every company that is there already."""
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
