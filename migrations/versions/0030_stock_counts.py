"""Stock counts by scan: a count, what was entered in it, how it ended, and what it found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    count()
    entry()
    end()
    line()
    create_guards(op.get_bind())


def count() -> None:
    op.create_table(
        "stock_count",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scope", "scope_name", "basis")),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.CheckConstraint("scope in ('store', 'category', 'bin')", name=op.f("ck_stock_count_scope_known")),
        sa.CheckConstraint("(scope = 'store') = (scope_name = '')", name=op.f("ck_stock_count_scope_named")),
        sa.CheckConstraint("basis in ('start', 'counted')", name=op.f("ck_stock_count_basis_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_stock_count_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_stock_count_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_stock_count")),
    )
    op.create_index("ix_stock_count_started", "stock_count", ["company_id", "started_on", "id"], unique=False)


def entry() -> None:
    op.create_table(
        "stock_count_entry",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("count_id", Id(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("batch", "serial")),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("undoes", Whole, nullable=True),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.CheckConstraint("kind in ('scan', 'set', 'undo', 'unknown')", name=op.f("ck_stock_count_entry_kind_known")),
        sa.CheckConstraint("(item_id is not null) = (kind in ('scan', 'set'))", name=op.f("ck_stock_count_entry_counts_an_item")),
        sa.CheckConstraint("(undoes is not null) = (kind = 'undo')", name=op.f("ck_stock_count_entry_undo_names_an_entry")),
        sa.CheckConstraint("kind <> 'scan' or qty > 0", name=op.f("ck_stock_count_entry_scan_adds")),
        sa.CheckConstraint("qty >= 0", name=op.f("ck_stock_count_entry_not_negative")),
        *_of_count("stock_count_entry"),
        _of_item("stock_count_entry"),
        sa.PrimaryKeyConstraint("company_id", "count_id", "seq", name=op.f("pk_stock_count_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_stock_count_entry_id", "stock_count_entry", ["company_id", "id"], unique=True)
    op.create_index("ix_stock_count_entry_item", "stock_count_entry", ["company_id", "count_id", "item_id"], unique=False)
    op.create_index(
        "uq_stock_count_entry_undoes",
        "stock_count_entry",
        ["company_id", "count_id", "undoes"],
        unique=True,
        sqlite_where=sa.text("undoes is not null"),
        postgresql_where=sa.text("undoes is not null"),
    )


def end() -> None:
    op.create_table(
        "stock_count_end",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("count_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("ended_as", "uncounted", "reason")),
        sa.Column("adjustment_id", Id(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.CheckConstraint("ended_as in ('posted', 'cancelled')", name=op.f("ck_stock_count_end_end_known")),
        sa.CheckConstraint("(ended_as = 'posted') = (uncounted in ('left', 'nought'))", name=op.f("ck_stock_count_end_uncounted_decided")),
        *_of_count("stock_count_end"),
        sa.ForeignKeyConstraint(
            ["company_id", "adjustment_id"],
            ["stock_adjustment.company_id", "stock_adjustment.id"],
            name=op.f("fk_stock_count_end_company_id_adjustment_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "count_id", name=op.f("pk_stock_count_end")),
    )


def line() -> None:
    op.create_table(
        "stock_count_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("count_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("expected_qty", Whole, nullable=False),
        sa.Column("counted_qty", Whole, nullable=True),
        *(sa.Column(name, Whole, nullable=False) for name in ("difference_qty", "value_paise")),
        sa.Column("pieces", sa.Text(), nullable=False),
        *_of_count("stock_count_line"),
        _of_item("stock_count_line"),
        sa.PrimaryKeyConstraint("company_id", "count_id", "line_no", name=op.f("pk_stock_count_line")),
        sqlite_with_rowid=False,
    )


def _of_count(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(
            ["company_id", "count_id"], ["stock_count.company_id", "stock_count.id"], name=op.f(f"fk_{table}_company_id_count_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company"),
    )


def _of_item(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f(f"fk_{table}_company_id_item_id"))
