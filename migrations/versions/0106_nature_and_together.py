"""The nature of a service, which decides where it is supplied, on items and office bills; lines of a bill that are one supply."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id

revision = "0106"
down_revision = "0104"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("item", sa.Column("supply_nature", sa.Text(), nullable=False, server_default=""))
    for name in ("nature", "performed_in", "place_section"):
        op.add_column("invoice_supply", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "invoice_together",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("is_composite", sa.Boolean(), nullable=False),
        sa.Column("taxed_as_line_no", Whole, nullable=False),
        sa.Column("own_treatment", sa.Text(), nullable=False),
        sa.Column("own_rate_bp", Whole, nullable=False),
        sa.Column("own_cess_bp", Whole, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_together_company"),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id", "line_no"],
            ["invoice_line.company_id", "invoice_line.invoice_id", "invoice_line.line_no"],
            name=op.f("fk_invoice_together_company_id_invoice_id_line_no"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id", "taxed_as_line_no"],
            ["invoice_line.company_id", "invoice_line.invoice_id", "invoice_line.line_no"],
            name=op.f("fk_invoice_together_company_id_invoice_id_taxed_as_line_no"),
        ),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "line_no", name=op.f("pk_invoice_together")),
    )
    create_guards(op.get_bind())
