"""The type of a document of table 15: regular, to an SEZ on payment of tax or without it under a letter of undertaking, deemed export.

Each check comes with a column, which both databases take in place: nothing of an append-only table is written anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0101"
branch_labels = None
depends_on = None

_KNOWN = "document_type in ('R', 'SEWP', 'SEWOP', 'DE') and (document_type = 'R' or recipient_gstin <> '')"
_TAX = (
    "(document_type not in ('SEWP', 'SEWOP') or (cgst_paise = 0 and is_inter))"
    " and (document_type <> 'SEWOP' or (igst_paise = 0 and cess_paise = 0 and lut_number <> '' and voucher_number = ''))"
)


def upgrade() -> None:
    type_known = sa.CheckConstraint(_KNOWN, name=op.f("ck_operator_supply_type_known"))
    op.add_column("operator_supply", sa.Column("document_type", sa.Text(), type_known, nullable=False, server_default="R"))
    tax_of_type = sa.CheckConstraint(_TAX, name=op.f("ck_operator_supply_tax_of_type"))
    op.add_column("operator_supply", sa.Column("lut_number", sa.Text(), tax_of_type, nullable=False, server_default=""))
