"""What an office invoice says besides its figures, and when credit ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id

revision = "0016"
down_revision = "0020"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    invoice_supply()
    credit_policy()
    create_guards(op.get_bind())


def invoice_supply() -> None:
    op.create_table(
        "invoice_supply",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("lut_number", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "destination in ('home', 'export_lut', 'export_paid', 'sez_lut', 'sez_paid')", name=op.f("ck_invoice_supply_destination_known")
        ),
        sa.CheckConstraint("destination not in ('export_lut', 'sez_lut') or lut_number <> ''", name=op.f("ck_invoice_supply_lut_named")),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_supply_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_supply_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", name=op.f("pk_invoice_supply")),
    )


def credit_policy() -> None:
    """As it was until now: credit past a customer's limit is refused, how old a bill is was not looked at."""
    op.add_column("company_profile", sa.Column("credit_policy", sa.Text(), nullable=False, server_default="block"))
    op.add_column("company_profile", sa.Column("credit_overdue_days", Whole, nullable=True))
