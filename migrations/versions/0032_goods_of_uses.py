"""What is billed of a delivery challan, or comes back of it, names its batches and serial numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp.platform.db import Json

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_use", sa.Column("goods", Json, nullable=False, server_default="[]"))
