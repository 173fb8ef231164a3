"""The first schema: every table, the guards of the append-only registers, and the row policies of PostgreSQL."""

from __future__ import annotations

from alembic import op

from webapp import models

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    models.metadata.create_all(op.get_bind())
    try:
        from migrations.triggers import create_guards
    except ImportError:
        return
    create_guards(op.get_bind())
