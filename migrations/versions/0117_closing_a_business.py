"""A business is closed: when it was asked for, until when the law has its books kept, and that they are deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp.platform.db import Instant

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("closes_at", "deleted_at"):
        op.add_column("company", sa.Column(name, Instant(), nullable=True))
    op.add_column("company", sa.Column("kept_until", sa.Date(), nullable=True))
