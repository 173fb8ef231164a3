"""The goods of one e-way bill may go on in several vehicles, each with its part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0091"
down_revision = "0093"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ewaybill_group",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("group_no", Whole, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("mode", "from_place", "from_state", "to_place", "to_state")),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("qty > 0 and group_no > 0", name=op.f("ck_ewaybill_group_something_moves")),
        sa.ForeignKeyConstraint(
            ["company_id", "document_id"],
            ["ewaybill.company_id", "ewaybill.document_id"],
            name=op.f("fk_ewaybill_group_company_id_document_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_ewaybill_group_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", "group_no", name=op.f("pk_ewaybill_group")),
    )
    op.create_table(
        "ewaybill_group_vehicle",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        *(sa.Column(name, Whole, nullable=False, autoincrement=False) for name in ("group_no", "line_no")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("vehicle", "trans_doc_no")),
        sa.Column("qty", Whole, nullable=False),
        sa.CheckConstraint("qty > 0", name=op.f("ck_ewaybill_group_vehicle_takes_something")),
        sa.CheckConstraint("vehicle <> '' or trans_doc_no <> ''", name=op.f("ck_ewaybill_group_vehicle_carried")),
        sa.ForeignKeyConstraint(
            ["company_id", "document_id", "group_no"],
            ["ewaybill_group.company_id", "ewaybill_group.document_id", "ewaybill_group.group_no"],
            name=op.f("fk_ewaybill_group_vehicle_company_id_document_id_group_no"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_ewaybill_group_vehicle_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", "group_no", "line_no", name=op.f("pk_ewaybill_group_vehicle")),
    )
    create_guards(op.get_bind())
