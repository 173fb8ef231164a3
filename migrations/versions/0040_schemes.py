"""Schemes: what a shop takes off by itself; and what each took off the lines of a bill."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0040"
down_revision = "0044"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scheme",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("days", Whole, nullable=False),
        sa.Column("stores", Json, nullable=False),
        sa.Column("lists", Json, nullable=False),
        sa.Column("priority", Whole, nullable=False),
        sa.Column("is_alone", sa.Boolean(), nullable=False),
        sa.Column("most", Whole, nullable=False),
        sa.Column("terms", Json, nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.CheckConstraint("kind in ('free', 'bundle', 'off', 'bill')", name=op.f("ck_scheme_kind_known")),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_scheme_ends_after_start")),
        sa.CheckConstraint("days between 1 and 127 and most >= 0", name=op.f("ck_scheme_in_bounds")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_scheme_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_scheme")),
    )
    op.create_index("uq_scheme_name", "scheme", ["company_id", "name"], unique=True)
    op.create_table(
        "invoice_offer",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("scheme_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("off_paise", Whole, nullable=False),
        sa.CheckConstraint("off_paise > 0", name=op.f("ck_invoice_offer_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_offer_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_offer_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "line_no", "scheme_id", name=op.f("pk_invoice_offer")),
    )
    op.create_index("ix_invoice_offer_scheme", "invoice_offer", ["company_id", "scheme_id", "invoice_id"], unique=False)
    create_guards(op.get_bind())


def downgrade() -> None:
    for table in ("invoice_offer", "scheme"):
        op.drop_table(table)
