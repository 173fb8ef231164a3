"""Views of lists under a name: one's own or shared, one of them shown first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0048"
down_revision = "0036"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("made_by", "endpoint", "name", "query")),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_saved_view_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_saved_view")),
    )
    op.create_index("uq_saved_view_name", "saved_view", ["company_id", "user_id", "endpoint", "name"], unique=True)
    op.create_index("ix_saved_view_list", "saved_view", ["company_id", "endpoint"], unique=False)
    op.create_index(
        "uq_saved_view_default",
        "saved_view",
        ["company_id", "user_id", "endpoint"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    create_guards(op.get_bind())
