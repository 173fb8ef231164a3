"""Families of items: what variants have in common, and which item is which of its family. Ordinary items are not touched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0044"
down_revision = "0050"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "item_family",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sku_prefix", sa.Text(), nullable=False),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("tax_class_id", Id(), nullable=False),
        sa.Column("price_millipaise", Whole, nullable=False),
        sa.Column("price_includes_tax", sa.Boolean(), nullable=False),
        sa.Column("mrp_paise", Whole, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("unit", "hsn", "category", "brand")),
        sa.Column("is_stocked", sa.Boolean(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "price_millipaise >= 0 and (mrp_paise is null or mrp_paise >= 0)", name=op.f("ck_item_family_price_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "tax_class_id"], ["tax_class.company_id", "tax_class.id"], name=op.f("fk_item_family_company_id_tax_class_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_family_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_item_family")),
    )
    op.create_index("uq_item_family_name", "item_family", ["company_id", "name"], unique=True)
    op.create_table(
        "item_variant",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("family_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("value_1", "value_2", "value_3")),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_item_variant_company_id_item_id")),
        sa.ForeignKeyConstraint(
            ["company_id", "family_id"], ["item_family.company_id", "item_family.id"], name=op.f("fk_item_variant_company_id_family_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_variant_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", name=op.f("pk_item_variant")),
    )
    op.create_index("uq_item_variant_values", "item_variant", ["company_id", "family_id", "value_1", "value_2", "value_3"], unique=True)
    create_guards(op.get_bind())
