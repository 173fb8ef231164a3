"""Goods that go out first in, first out, per item; and what a document says that goods cost which it did not bring."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In words, because a check comes with the column: SQLite adds none afterwards.
    known = "constraint ck_item_valuation_known check (valuation in ('average', 'fifo'))"
    op.execute(f"alter table item add column valuation text not null default 'average' {known}")
    named = "constraint ck_stock_movement_restatement_is_revaluation check (not is_restatement or kind = 'revaluation')"
    op.execute(f"alter table stock_movement add column is_restatement boolean not null default false {named}")
    op.add_column("stock_balance", sa.Column("layers", sa.Text(), nullable=True))
