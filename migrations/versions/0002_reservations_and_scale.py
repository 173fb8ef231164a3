"""Goods set aside for a bill being paid, so that two counters do not sell the last unit; how the shop's scale prints its labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    stock_reservation()
    scale_labels()
    create_guards(op.get_bind())


def stock_reservation() -> None:
    op.create_table(
        "stock_reservation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.CheckConstraint("qty > 0", name=op.f("ck_stock_reservation_reserves_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_stock_reservation_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_stock_reservation_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_stock_reservation_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", "item_id", "store_id", name=op.f("pk_stock_reservation")),
        sqlite_with_rowid=False,
    )


def scale_labels() -> None:
    """The defaults are what every counter has read until now: 20 to 24 a weight in grams, 25 to 29 a price in paise."""
    for name, kind, default in (
        ("scale_weight_prefixes", sa.Text(), "20-24"),
        ("scale_price_prefixes", sa.Text(), "25-29"),
        ("scale_item_digits", Whole, "5"),
        ("scale_value_digits", Whole, "5"),
        ("scale_price_unit", sa.Text(), "paise"),
    ):
        op.add_column("company_profile", sa.Column(name, kind, nullable=False, server_default=default))
