"""Price lists: for everybody or for named customers, by quantity and by days, with the past of each price."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "price_list",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("store_id", Id(), nullable=True),
        sa.Column("version", Whole, nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_price_list_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_price_list_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_price_list")),
    )
    op.create_index("uq_price_list_name", "price_list", ["company_id", "name"], unique=True)
    op.create_table(
        "price_list_party",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("price_list_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_price_list_party_company_id_party_id")
        ),
        _to_list("price_list_party"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_price_list_party_company"),
        sa.PrimaryKeyConstraint("company_id", "party_id", name=op.f("pk_price_list_party")),
    )
    op.create_index("ix_price_list_party_list", "price_list_party", ["company_id", "price_list_id"], unique=False)
    list_price()
    price_change()
    create_guards(op.get_bind())


def list_price() -> None:
    op.create_table(
        "list_price",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("price_list_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("min_qty", Whole, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("price_millipaise", Whole, nullable=False),
        sa.CheckConstraint("price_millipaise >= 0 and min_qty >= 0", name=op.f("ck_list_price_not_negative")),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_list_price_ends_after_start")),
        _to_list("list_price"),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_list_price_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_list_price_company"),
        sa.PrimaryKeyConstraint("company_id", "price_list_id", "item_id", "min_qty", "starts_on", name=op.f("pk_list_price")),
    )
    op.create_index("ix_list_price_item", "list_price", ["company_id", "item_id"], unique=False)


def price_change() -> None:
    op.create_table(
        "price_change",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("price_list_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("min_qty", Whole, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("old_millipaise", Whole, nullable=True),
        sa.Column("new_millipaise", Whole, nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        _to_list("price_change"),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_price_change_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_price_change_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_price_change")),
    )
    op.create_index("ix_price_change_item", "price_change", ["company_id", "item_id", "changed_at"], unique=False)
    op.create_index("ix_price_change_list", "price_change", ["company_id", "price_list_id", "changed_at"], unique=False)


def _to_list(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "price_list_id"],
        ["price_list.company_id", "price_list.id"],
        name=op.f(f"fk_{table}_company_id_price_list_id"),
    )


def downgrade() -> None:
    for table in ("price_change", "list_price", "price_list_party", "price_list"):
        op.drop_table(table)
