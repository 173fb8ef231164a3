"""How each registration reports its documents to the e-invoice portal, and how each document stands there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0068"
down_revision = "0066"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    registrations()
    documents()
    create_guards(op.get_bind())


def registrations() -> None:
    op.create_table(
        "einvoice_registration",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("turnover_crore", Whole, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("road", "base_url", "client_id", "user_name", "secrets", "portal_key", "session")
        ),
        sa.Column("session_until", Instant(), nullable=True),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("road in ('file', 'nic', 'gsp')", name=op.f("ck_einvoice_registration_road_known")),
        sa.CheckConstraint(
            "road = 'file' or (base_url <> '' and client_id <> '' and user_name <> '')", name=op.f("ck_einvoice_registration_road_complete")
        ),
        sa.CheckConstraint("turnover_crore >= 0", name=op.f("ck_einvoice_registration_turnover_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_einvoice_registration_company"),
        sa.PrimaryKeyConstraint("company_id", "gstin", name=op.f("pk_einvoice_registration")),
    )


def documents() -> None:
    op.create_table(
        "einvoice",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("doc_type", "number")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "irn", "ack_no")),
        sa.Column("ack_at", Instant(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("signed_qr", "signed_invoice")),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "problem", "fix")),
        sa.Column("tries", Whole, nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("sent_at", "next_at")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("cancel_reason", "cancel_remark")),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'registered', 'cancelling', 'cancelled', 'failed', 'not_needed')",
            name=op.f("ck_einvoice_state_known"),
        ),
        sa.CheckConstraint("doc_type in ('INV', 'CRN', 'DBN')", name=op.f("ck_einvoice_doc_type_known")),
        sa.CheckConstraint("length(irn) = 64", name=op.f("ck_einvoice_irn_whole")),
        sa.CheckConstraint(
            "(state in ('registered', 'cancelling', 'cancelled')) = (ack_no <> '' and ack_at is not null and signed_qr <> '')",
            name=op.f("ck_einvoice_signed_when_registered"),
        ),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at is not null)", name=op.f("ck_einvoice_cancelled_has_its_time")),
        sa.CheckConstraint("state <> 'failed' or (problem <> '' and fix <> '')", name=op.f("ck_einvoice_failed_says_why")),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_einvoice_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "gstin"],
            ["einvoice_registration.company_id", "einvoice_registration.gstin"],
            name=op.f("fk_einvoice_company_id_gstin"),
        ),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_einvoice_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_einvoice_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", name=op.f("pk_einvoice")),
    )
    op.create_index("uq_einvoice_irn", "einvoice", ["company_id", "irn"], unique=True)
    op.create_index("ix_einvoice_day", "einvoice", ["company_id", "day", "invoice_id"], unique=False)
    op.create_index("ix_einvoice_state", "einvoice", ["company_id", "state", "day"], unique=False)
