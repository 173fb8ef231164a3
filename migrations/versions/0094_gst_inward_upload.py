"""Files of the GST portal are read in the background: what was uploaded, how far it is, and what is read but not yet compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0094"
down_revision = "0096"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gst_inward_upload",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("sha256", "state")),
        *(sa.Column(name, Json, nullable=False) for name in ("parts", "heads")),
        *(sa.Column(name, Whole, nullable=False) for name in ("bytes", "bytes_read", "documents")),
        sa.Column("result", Json, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("error", "created_by")),
        sa.Column("created_at", Instant(), nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("started_at", "compared_from", "finished_at")),
        sa.CheckConstraint(
            "state in ('waiting', 'reading', 'comparing', 'done', 'failed', 'cancelled')", name=op.f("ck_gst_inward_upload_state_known")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_upload_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gst_inward_upload")),
    )
    op.create_index("ix_gst_inward_upload_gstin", "gst_inward_upload", ["company_id", "gstin", "created_at"], unique=False)
    op.create_table(
        "gst_inward_staged",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("upload_id", Id(), nullable=False),
        *(sa.Column(name, Whole, nullable=False, autoincrement=False) for name in ("part", "chunk")),
        sa.Column("documents", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "upload_id"],
            ["gst_inward_upload.company_id", "gst_inward_upload.id"],
            name=op.f("fk_gst_inward_staged_company_id_upload_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_inward_staged_company"),
        sa.PrimaryKeyConstraint("company_id", "upload_id", "part", "chunk", name=op.f("pk_gst_inward_staged")),
    )
    create_guards(op.get_bind())
