"""Who holds a link states a payment; a link asks for an advance; statements of many parties are made together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0063"
down_revision = "0064"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("public_link", sa.Column("advance_paise", Whole, nullable=False, server_default="0"))
    op.create_index("ix_receipt_reference", "receipt", ["company_id", "reference"], unique=False)
    _stated()
    _statements()
    create_guards(op.get_bind())


def _stated() -> None:
    op.create_table(
        "payment_notice",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("link_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("utr", sa.Text(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("address_hash", "state")),
        sa.Column("entered_id", Id(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_payment_notice_positive")),
        sa.CheckConstraint("length(utr) = 12", name=op.f("ck_payment_notice_utr_whole")),
        sa.CheckConstraint("state in ('waiting', 'entered', 'aside')", name=op.f("ck_payment_notice_state_known")),
        sa.CheckConstraint("(state = 'waiting') = (settled_at is null)", name=op.f("ck_payment_notice_settled_whole")),
        sa.CheckConstraint("(state = 'entered') = (entered_id is not null)", name=op.f("ck_payment_notice_entered_by_a_document")),
        sa.ForeignKeyConstraint(
            ["company_id", "link_id"], ["public_link.company_id", "public_link.id"], name=op.f("fk_payment_notice_company_id_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_payment_notice_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_payment_notice_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_payment_notice")),
    )
    op.create_index("uq_payment_notice_once", "payment_notice", ["company_id", "kind", "document_id", "utr"], unique=True)
    op.create_index("ix_payment_notice_utr", "payment_notice", ["company_id", "utr"], unique=False)
    op.create_index("ix_payment_notice_state", "payment_notice", ["company_id", "state", "said_at", "id"], unique=False)
    op.create_index("ix_payment_notice_entered", "payment_notice", ["company_id", "entered_id"], unique=False)


def _statements() -> None:
    op.create_table(
        "statement_run",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("party_ids", Json, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", Whole, nullable=False),
        sa.Column("refused", Json, nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'done', 'refused')", name=op.f("ck_statement_run_state_known")),
        sa.CheckConstraint("(state = 'done') = (storage_key is not null)", name=op.f("ck_statement_run_done_has_a_file")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_statement_run_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_statement_run")),
    )
