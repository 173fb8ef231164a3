"""Goods come on consignment: they stay the supplier's until they are sold, are billed as they are sold, and go back unsold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0062"
down_revision = "0068"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("goods_receipt", sa.Column("is_consignment", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("purchase_bill_line", sa.Column("is_sold", sa.Boolean(), nullable=False, server_default=sa.false()))
    consigned_item()
    consignment_return()
    consignment_return_line()
    create_guards(op.get_bind())


def consigned_item() -> None:
    op.create_table(
        "consigned_item",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_consigned_item_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_consigned_item_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_consigned_item_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", name=op.f("pk_consigned_item")),
    )
    op.create_index("ix_consigned_item_party", "consigned_item", ["company_id", "party_id"], unique=False)


def consignment_return() -> None:
    table = "consignment_return"
    op.create_table(
        table,
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        *(sa.Column(name, Id(), nullable=False) for name in ("receipt_id", "party_id", "store_id")),
        sa.Column("returned_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "body_sha256", "entered_by")),
        sa.Column("recorded_at", Instant(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["company_id", column], [f"{other}.company_id", f"{other}.id"], name=op.f(f"fk_{table}_company_id_{column}")
            )
            for column, other in (("receipt_id", "goods_receipt"), ("party_id", "party"), ("store_id", "store"))
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f(f"pk_{table}")),
    )
    op.create_index("uq_consignment_return_number", table, ["company_id", "number"], unique=True)
    op.create_index("ix_consignment_return_receipt", table, ["company_id", "receipt_id"], unique=False)
    op.create_index("ix_consignment_return_party", table, ["company_id", "party_id", "returned_on"], unique=False)


def consignment_return_line() -> None:
    table = "consignment_return_line"
    op.create_table(
        table,
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("return_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("receipt_id", Id(), nullable=False),
        *(sa.Column(name, Whole, nullable=False) for name in ("receipt_line_no", "qty")),
        sa.Column("serials", sa.Text(), nullable=False),
        sa.CheckConstraint("qty > 0", name=op.f(f"ck_{table}_gives_something_back")),
        sa.ForeignKeyConstraint(
            ["company_id", "return_id"],
            ["consignment_return.company_id", "consignment_return.id"],
            name=op.f(f"fk_{table}_company_id_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "receipt_id", "receipt_line_no"],
            ["goods_receipt_line.company_id", "goods_receipt_line.receipt_id", "goods_receipt_line.line_no"],
            name=op.f(f"fk_{table}_company_id_receipt_id_receipt_line_no"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company"),
        sa.PrimaryKeyConstraint("company_id", "return_id", "line_no", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_consignment_return_line_receipt", table, ["company_id", "receipt_id", "receipt_line_no"], unique=False)
