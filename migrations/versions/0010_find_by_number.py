"""A voucher is found by its number and a bill by its total, among a hundred thousand, without reading them all."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_voucher_number", "voucher", ["company_id", "number"])
    op.create_index("ix_invoice_total", "invoice", ["company_id", "total_paise", "invoice_date"])


def downgrade() -> None:
    op.drop_index("ix_invoice_total", table_name="invoice")
    op.drop_index("ix_voucher_number", table_name="voucher")
