"""Bills of materials, stock journals with their two sides, and what was made out of what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0036"
down_revision = "0040"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    making()
    bill_of_materials()
    journal()
    journal_parts()
    create_guards(op.get_bind())


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _wholes(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, Whole, nullable=False) for name in names]


def _ids(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, Id(), nullable=False) for name in names]


def _of(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", column], [f"{other}.company_id", f"{other}.{key}"], name=op.f(f"fk_{table}_company_id_{column}")
    )


def _own(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("company_id", *columns, name=op.f(f"pk_{table}"))


def making() -> None:
    op.create_table(
        "stock_making",
        *_wholes("company_id"),
        *_ids("document_id"),
        *_wholes("added_paise"),
        sa.Column("shares", Json, nullable=False),
        _own("stock_making"),
        _key("stock_making", "document_id"),
        sqlite_with_rowid=False,
    )


def bill_of_materials() -> None:
    own, line = "bill_of_materials", "bill_of_materials_line"
    op.create_table(
        own,
        *_wholes("company_id"),
        *_ids("id", "item_id"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *_wholes("output_qty"),
        *_texts("note"),
        *_wholes("version"),
        sa.Column("ended_at", Instant(), nullable=True),
        *_texts("created_by"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("output_qty > 0", name=op.f("ck_bill_of_materials_makes_something")),
        _of(own, "item_id", "item"),
        _own(own),
        _key(own, "id"),
    )
    op.create_index("ix_bill_of_materials_item", own, ["company_id", "item_id", "valid_from"], unique=False)
    op.create_table(
        line,
        *_wholes("company_id"),
        *_ids("bom_id"),
        *_wholes("line_no"),
        *_ids("item_id"),
        *_wholes("qty", "wastage_bp", "share"),
        sa.CheckConstraint("qty > 0 and wastage_bp >= 0 and share >= 0", name=op.f("ck_bill_of_materials_line_positive")),
        _of(line, "bom_id", own),
        _of(line, "item_id", "item"),
        _own(line),
        _key(line, "bom_id", "line_no"),
    )
    op.create_index("ix_bill_of_materials_line_item", line, ["company_id", "item_id"], unique=False)


def journal() -> None:
    own = "stock_journal"
    op.create_table(
        own,
        *_wholes("company_id"),
        *_ids("id"),
        *_texts("kind", "number"),
        sa.Column("made_on", sa.Date(), nullable=False),
        *_ids("store_id"),
        *_texts("share_by"),
        sa.Column("bom_id", Id(), nullable=True),
        *_texts("note"),
        *_wholes("used_paise", "costs_paise", "by_products_paise", "made_paise"),
        *_texts("body_sha256", "created_by"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('journal', 'assembly', 'disassembly')", name=op.f("ck_stock_journal_kind_known")),
        sa.CheckConstraint("made_paise + by_products_paise = used_paise + costs_paise", name=op.f("ck_stock_journal_nothing_lost")),
        sa.CheckConstraint(
            "used_paise >= 0 and costs_paise >= 0 and by_products_paise >= 0 and made_paise >= 0",
            name=op.f("ck_stock_journal_not_negative"),
        ),
        _of(own, "store_id", "store"),
        _of(own, "bom_id", "bill_of_materials"),
        _own(own),
        _key(own, "id"),
    )
    op.create_index("uq_stock_journal_number", own, ["company_id", "number"], unique=True)
    op.create_index("ix_stock_journal_made", own, ["company_id", "made_on", "id"], unique=False)


def journal_parts() -> None:
    line, cost, cancelled = "stock_journal_line", "stock_journal_cost", "stock_journal_cancellation"
    op.create_table(
        line,
        *_wholes("company_id"),
        *_ids("journal_id"),
        *_wholes("line_no"),
        *_texts("side"),
        *_ids("item_id"),
        *_texts("name", "unit"),
        *_wholes("qty"),
        *_texts("batch", "serials"),
        *_wholes("cost_paise"),
        sa.CheckConstraint("side in ('used', 'made', 'by_product')", name=op.f("ck_stock_journal_line_side_known")),
        sa.CheckConstraint("qty > 0 and cost_paise >= 0", name=op.f("ck_stock_journal_line_positive")),
        _of(line, "journal_id", "stock_journal"),
        _of(line, "item_id", "item"),
        _own(line),
        _key(line, "journal_id", "line_no"),
    )
    op.create_index("ix_stock_journal_line_item", line, ["company_id", "item_id"], unique=False)
    op.create_table(
        cost,
        *_wholes("company_id"),
        *_ids("journal_id"),
        *_wholes("line_no"),
        *_ids("account_id"),
        *_texts("name"),
        *_wholes("amount_paise"),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_stock_journal_cost_positive")),
        _of(cost, "journal_id", "stock_journal"),
        _of(cost, "account_id", "account"),
        _own(cost),
        _key(cost, "journal_id", "line_no"),
    )
    op.create_table(
        cancelled,
        *_wholes("company_id"),
        *_ids("journal_id", "reversal_id"),
        sa.Column("cancelled_on", sa.Date(), nullable=False),
        *_texts("reason", "cancelled_by"),
        sa.Column("created_at", Instant(), nullable=False),
        _of(cancelled, "journal_id", "stock_journal"),
        _own(cancelled),
        _key(cancelled, "journal_id"),
    )
