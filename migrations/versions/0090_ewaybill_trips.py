"""Several e-way bills that travel in one vehicle are put together, and how that stands at the portal is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0090"
down_revision = "0100"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    trips()
    parts()
    create_guards(op.get_bind())


def trips() -> None:
    """What is put together."""
    op.create_table(
        "ewaybill_trip",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "number")),
        sa.Column("made_at", Instant(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("mode", "vehicle", "trans_doc_no")),
        sa.Column("trans_doc_date", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("place", "state_code")),
        sa.Column("asked", Json(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "problem", "fix")),
        sa.Column("tries", Whole, nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("sent_at", "next_at")),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'sent', 'failed', 'made', 'withdrawn')", name=op.f("ck_ewaybill_trip_state_known")),
        sa.CheckConstraint("(state = 'made') = (number <> '' and made_at is not null)", name=op.f("ck_ewaybill_trip_numbered_when_made")),
        sa.CheckConstraint("state <> 'failed' or (problem <> '' and fix <> '')", name=op.f("ck_ewaybill_trip_failed_says_why")),
        sa.CheckConstraint("vehicle <> '' or trans_doc_no <> ''", name=op.f("ck_ewaybill_trip_carried")),
        sa.ForeignKeyConstraint(
            ["company_id", "gstin"],
            ["ewaybill_registration.company_id", "ewaybill_registration.gstin"],
            name=op.f("fk_ewaybill_trip_company_id_gstin"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_ewaybill_trip_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_ewaybill_trip_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_ewaybill_trip")),
    )
    op.create_index("ix_ewaybill_trip_day", "ewaybill_trip", ["company_id", "day", "id"], unique=False)
    op.create_index(
        "uq_ewaybill_trip_number",
        "ewaybill_trip",
        ["company_id", "number"],
        unique=True,
        sqlite_where=sa.text("number <> ''"),
        postgresql_where=sa.text("number <> ''"),
    )


def parts() -> None:
    """The e-way bills in each."""
    op.create_table(
        "ewaybill_trip_part",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False, autoincrement=False),
        sa.Column("ewb_no", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=True),
        sa.CheckConstraint("length(ewb_no) = 12", name=op.f("ck_ewaybill_trip_part_number_whole")),
        sa.ForeignKeyConstraint(
            ["company_id", "trip_id"],
            ["ewaybill_trip.company_id", "ewaybill_trip.id"],
            name=op.f("fk_ewaybill_trip_part_company_id_trip_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "document_id"],
            ["ewaybill.company_id", "ewaybill.document_id"],
            name=op.f("fk_ewaybill_trip_part_company_id_document_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_ewaybill_trip_part_company"),
        sa.PrimaryKeyConstraint("company_id", "trip_id", "line_no", name=op.f("pk_ewaybill_trip_part")),
    )
    op.create_index("uq_ewaybill_trip_part_once", "ewaybill_trip_part", ["company_id", "trip_id", "ewb_no"], unique=True)
    op.create_index("ix_ewaybill_trip_part_number", "ewaybill_trip_part", ["company_id", "ewb_no"], unique=False)
