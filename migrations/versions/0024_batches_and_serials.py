"""Items kept by batch or by serial number: what a lot's label says, every move of a piece, bins; a bill's line names them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0024"
down_revision = "0015"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # In words, because a check comes with the column: SQLite adds none afterwards.
    known = "constraint ck_item_tracking_known check (tracking in ('none', 'batch', 'serial'))"
    op.execute(f"alter table item add column tracking text not null default 'none' {known}")
    op.add_column("stock_movement", sa.Column("document_line_no", Whole, nullable=True))
    for name in ("batch", "serials"):
        op.add_column("invoice_line", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    batch()
    serial_number()
    serial_move()
    item_bin()
    create_guards(op.get_bind())


def batch() -> None:
    op.create_table(
        "batch",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("batch <> ''", name=op.f("ck_batch_named")),
        sa.CheckConstraint("made_on is null or expires_on is null or made_on <= expires_on", name=op.f("ck_batch_made_before_it_expires")),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_batch_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_batch_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", "batch", name=op.f("pk_batch")),
    )
    op.create_index("ix_batch_expires", "batch", ["company_id", "expires_on", "item_id"], unique=False)


def serial_number() -> None:
    op.create_table(
        "serial_number",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("store_id", Id(), nullable=True),
        sa.Column("step", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_serial_number_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_serial_number_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_serial_number_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", "serial", name=op.f("pk_serial_number")),
    )
    op.create_index("ix_serial_number_store", "serial_number", ["company_id", "item_id", "store_id", "moved_on", "serial"], unique=False)
    op.create_index("ix_serial_number_serial", "serial_number", ["company_id", "serial"], unique=False)


def serial_move() -> None:
    op.create_table(
        "serial_move",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("step", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("is_in", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "document_id", "line_no"],
            ["stock_movement.company_id", "stock_movement.document_id", "stock_movement.line_no"],
            name=op.f("fk_serial_move_company_id_document_id_line_no"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_serial_move_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", "serial", "step", name=op.f("pk_serial_move")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_serial_move_document", "serial_move", ["company_id", "document_id", "line_no"], unique=False)


def item_bin() -> None:
    op.create_table(
        "item_bin",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("bin", sa.Text(), nullable=False),
        sa.CheckConstraint("bin <> ''", name=op.f("ck_item_bin_named")),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_item_bin_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_item_bin_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_bin_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", "store_id", name=op.f("pk_item_bin")),
    )
