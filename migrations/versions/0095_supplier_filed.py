"""Whether the supplier's GSTR-3B is filed, as GSTR-2A says it of a document: Rule 37A is worked out from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gst_inward_document", sa.Column("is_return_filed", sa.Boolean(), nullable=True))
