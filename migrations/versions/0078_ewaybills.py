"""How each registration makes its e-way bills, how each stands at the portal, and who carries the goods."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0078"
down_revision = "0088"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    registrations()
    documents()
    transporters()
    create_guards(op.get_bind())


def registrations() -> None:
    texts = ("base_url", "client_id", "user_name", "secrets", "portal_key", "session")
    op.create_table(
        "ewaybill_registration",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("own_paise", Whole, nullable=True),
        sa.Column("road", sa.Text(), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("session_until", Instant(), nullable=True),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("road in ('file', 'nic', 'gsp')", name=op.f("ck_ewaybill_registration_road_known")),
        sa.CheckConstraint(
            "road = 'file' or (base_url <> '' and client_id <> '' and user_name <> '')", name=op.f("ck_ewaybill_registration_road_complete")
        ),
        sa.CheckConstraint("own_paise is null or own_paise >= 0", name=op.f("ck_ewaybill_registration_own_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_ewaybill_registration_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", name=op.f("pk_ewaybill_registration")),
    )


def documents() -> None:
    op.create_table(
        "ewaybill",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "gstin")),
        sa.Column("store_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("doc_type", "number")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("is_outward", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "state", "ewb_no")),
        *(sa.Column(name, Instant(), nullable=True) for name in ("made_at", "valid_until")),
        sa.Column("extended", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("sub_supply", "sub_words")),
        sa.Column("distance_km", Whole, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("mode", "vehicle", "vehicle_type", "transporter_id", "transporter_name", "trans_doc_no")
        ),
        sa.Column("trans_doc_date", sa.Date(), nullable=True),
        *(sa.Column(name, Json, nullable=False) for name in ("dispatch", "ship", "asked")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "problem", "fix")),
        sa.Column("tries", Whole, nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("sent_at", "next_at", "cancelled_at")),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        *checks(),
        sa.ForeignKeyConstraint(
            ["company_id", "gstin"],
            ["ewaybill_registration.company_id", "ewaybill_registration.gstin"],
            name=op.f("fk_ewaybill_company_id_gstin"),
        ),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_ewaybill_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_ewaybill_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", name=op.f("pk_ewaybill")),
    )
    op.create_index("ix_ewaybill_day", "ewaybill", ["company_id", "day", "document_id"], unique=False)
    op.create_index("ix_ewaybill_state", "ewaybill", ["company_id", "state", "day"], unique=False)
    op.create_index("ix_ewaybill_number", "ewaybill", ["company_id", "ewb_no"], unique=False)


def checks() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'failed', 'part_a', 'active', 'cancelled', 'closed', 'not_needed')",
            name=op.f("ck_ewaybill_state_known"),
        ),
        sa.CheckConstraint(
            "kind in ('invoice', 'order_document', 'transfer', 'purchase_bill', 'consignment_return')", name=op.f("ck_ewaybill_kind_known")
        ),
        sa.CheckConstraint(
            "(state in ('part_a', 'active', 'cancelled', 'closed')) = (ewb_no <> '' and made_at is not null)",
            name=op.f("ck_ewaybill_numbered_when_made"),
        ),
        sa.CheckConstraint("state <> 'active' or valid_until is not null", name=op.f("ck_ewaybill_active_has_its_end")),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at is not null)", name=op.f("ck_ewaybill_cancelled_has_its_time")),
        sa.CheckConstraint("state <> 'failed' or (problem <> '' and fix <> '')", name=op.f("ck_ewaybill_failed_says_why")),
        sa.CheckConstraint("distance_km between 0 and 4000", name=op.f("ck_ewaybill_distance_known")),
    )


def transporters() -> None:
    op.create_table(
        "ewaybill_transporter",
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("transporter_id", "name", "changed_by")),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("length(transporter_id) = 15 and name <> ''", name=op.f("ck_ewaybill_transporter_named")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_ewaybill_transporter_company"),
        sa.PrimaryKeyConstraint("company_id", "transporter_id", name=op.f("pk_ewaybill_transporter")),
    )
