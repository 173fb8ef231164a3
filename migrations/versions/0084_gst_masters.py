"""Lists of codes that a company brings in (HSN and SAC, ports); rates that are taken of the retail sale price on the pack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Instant

revision = "0084"
down_revision = "0074"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gst_master",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "file_name", "sha256")),
        sa.Column("codes", Whole, nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('hsn', 'port')", name=op.f("ck_gst_master_kind_known")),
        sa.CheckConstraint("codes > 0", name=op.f("ck_gst_master_codes_positive")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_master_company"),
        sa.PrimaryKeyConstraint("company_id", "kind", name=op.f("pk_gst_master")),
    )
    op.create_table(
        "gst_master_part",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "part", "body")),
        sa.ForeignKeyConstraint(
            ["company_id", "kind"], ["gst_master.company_id", "gst_master.kind"], name=op.f("fk_gst_master_part_company_id_kind")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gst_master_part_company"),
        sa.PrimaryKeyConstraint("company_id", "kind", "part", name=op.f("pk_gst_master_part")),
    )
    op.add_column("tax_rate", sa.Column("on_retail_price", sa.Boolean(), nullable=False, server_default=sa.false()))
    create_guards(op.get_bind())
