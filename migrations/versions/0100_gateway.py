"""The account at a payment gateway, what it told, what was asked, came, went back and was settled through it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0100"
down_revision = "0094"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    messages()
    settlements()
    requests()
    settlement_lines()
    accounts()
    payments()
    refunds()
    create_guards(op.get_bind())


def messages() -> None:
    op.create_table(
        "gateway_message",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (done_at is null)", name=op.f("ck_gateway_message_done_whole")),
        sa.CheckConstraint("state in ('waiting', 'done', 'odd', 'aside')", name=op.f("ck_gateway_message_state_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gateway_message_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gateway_message")),
    )
    op.create_index("ix_gateway_message_state", "gateway_message", ["company_id", "state", "received_at"], unique=False)
    op.create_index("uq_gateway_message_bytes", "gateway_message", ["company_id", "provider", "sha256"], unique=True)
    op.create_index("uq_gateway_message_event", "gateway_message", ["company_id", "provider", "event_key"], unique=True)


def settlements() -> None:
    op.create_table(
        "gateway_settlement",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("utr", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("net_paise", Whole, nullable=False),
        sa.Column("fee_paise", Whole, nullable=False),
        sa.Column("tax_paise", Whole, nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("source in ('api', 'file')", name=op.f("ck_gateway_settlement_source_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gateway_settlement_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gateway_settlement")),
    )
    op.create_index("ix_gateway_settlement_day", "gateway_settlement", ["company_id", "settled_on", "id"], unique=False)
    op.create_index("ix_gateway_settlement_utr", "gateway_settlement", ["company_id", "utr"], unique=False)
    op.create_index("uq_gateway_settlement_remote", "gateway_settlement", ["company_id", "provider", "remote_id"], unique=True)


def requests() -> None:
    op.create_table(
        "gateway_request",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("accepts_partial", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("live_key", sa.Text(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paid_paise", Whole, nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("kind in ('link', 'qr')", name=op.f("ck_gateway_request_kind_known")),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'open', 'partly', 'paid', 'cancelling', 'cancelled', 'expired', 'failed')",
            name=op.f("ck_gateway_request_state_known"),
        ),
        sa.CheckConstraint("amount_paise > 0 and paid_paise >= 0", name=op.f("ck_gateway_request_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_gateway_request_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_gateway_request_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gateway_request_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gateway_request")),
    )
    op.create_index("ix_gateway_request_document", "gateway_request", ["company_id", "document_id"], unique=False)
    op.create_index("ix_gateway_request_made", "gateway_request", ["company_id", "made_at", "id"], unique=False)
    op.create_index("ix_gateway_request_state", "gateway_request", ["company_id", "state", "made_at", "id"], unique=False)
    op.create_index("uq_gateway_request_live", "gateway_request", ["company_id", "live_key"], unique=True)
    op.create_index("uq_gateway_request_reference", "gateway_request", ["company_id", "reference"], unique=True)


def settlement_lines() -> None:
    op.create_table(
        "gateway_settlement_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("settlement_id", Id(), nullable=False),
        sa.Column("line_no", Whole, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("fee_paise", Whole, nullable=False),
        sa.Column("tax_paise", Whole, nullable=False),
        sa.Column("debit_paise", Whole, nullable=False),
        sa.Column("credit_paise", Whole, nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "settlement_id"],
            ["gateway_settlement.company_id", "gateway_settlement.id"],
            name=op.f("fk_gateway_settlement_line_company_id_settlement_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gateway_settlement_line_company"),
        sa.PrimaryKeyConstraint("company_id", "settlement_id", "line_no", name=op.f("pk_gateway_settlement_line")),
    )
    op.create_index("ix_gateway_settlement_line_remote", "gateway_settlement_line", ["company_id", "remote_id"], unique=False)


def accounts() -> None:
    op.create_table(
        "gateway_account",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("hook_id", Id(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("merchant_id", sa.Text(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("old_secret_until", Instant(), nullable=True),
        sa.Column("bank_id", Id(), nullable=False),
        sa.Column("clearing_id", Id(), nullable=False),
        sa.Column("charges_id", Id(), nullable=False),
        sa.Column("tax_kind", sa.Text(), nullable=False),
        sa.Column("link_days", Whole, nullable=False),
        sa.Column("polled_until", Instant(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("provider in ('razorpay')", name=op.f("ck_gateway_account_provider_known")),
        sa.CheckConstraint("tax_kind in ('igst', 'cgst_sgst', 'cost')", name=op.f("ck_gateway_account_tax_kind_known")),
        sa.CheckConstraint("link_days between 1 and 180", name=op.f("ck_gateway_account_days_in_bounds")),
        sa.ForeignKeyConstraint(
            ["company_id", "bank_id"], ["account.company_id", "account.id"], name=op.f("fk_gateway_account_company_id_bank_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "charges_id"], ["account.company_id", "account.id"], name=op.f("fk_gateway_account_company_id_charges_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "clearing_id"], ["account.company_id", "account.id"], name=op.f("fk_gateway_account_company_id_clearing_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gateway_account_company"),
        sa.PrimaryKeyConstraint("company_id", "provider", name=op.f("pk_gateway_account")),
    )


# long: one column after the other
def payments() -> None:
    op.create_table(
        "gateway_payment",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("request_id", Id(), nullable=True),
        sa.Column("party_id", Id(), nullable=True),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fee_paise", Whole, nullable=False),
        sa.Column("tax_paise", Whole, nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("books", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("known_at", Instant(), nullable=False),
        sa.CheckConstraint("(books = 'posted') = (posted_on is not null)", name=op.f("ck_gateway_payment_posted_whole")),
        sa.CheckConstraint("books <> 'kept' or why <> ''", name=op.f("ck_gateway_payment_kept_says_why")),
        sa.CheckConstraint(
            "books <> 'posted' or (party_id is not null and currency = 'INR')", name=op.f("ck_gateway_payment_posted_of_a_party")
        ),
        sa.CheckConstraint("books in ('none', 'posted', 'kept', 'ignored')", name=op.f("ck_gateway_payment_books_known")),
        sa.CheckConstraint("amount_paise > 0 and fee_paise >= 0 and tax_paise >= 0", name=op.f("ck_gateway_payment_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_gateway_payment_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "request_id"],
            ["gateway_request.company_id", "gateway_request.id"],
            name=op.f("fk_gateway_payment_company_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_gateway_payment_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gateway_payment_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gateway_payment")),
    )
    op.create_index("ix_gateway_payment_books", "gateway_payment", ["company_id", "books", "paid_on", "id"], unique=False)
    op.create_index("ix_gateway_payment_day", "gateway_payment", ["company_id", "paid_on", "id"], unique=False)
    op.create_index("ix_gateway_payment_request", "gateway_payment", ["company_id", "request_id"], unique=False)
    op.create_index("uq_gateway_payment_remote", "gateway_payment", ["company_id", "provider", "remote_id"], unique=True)


def refunds() -> None:
    op.create_table(
        "gateway_refund",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("credit_note_id", Id(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voucher_id", Id(), nullable=True),
        sa.Column("reversal_id", Id(), nullable=True),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'sent', 'pending', 'processed', 'failed')", name=op.f("ck_gateway_refund_state_known")),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_gateway_refund_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "payment_id"],
            ["gateway_payment.company_id", "gateway_payment.id"],
            name=op.f("fk_gateway_refund_company_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_gateway_refund_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_gateway_refund")),
    )
    op.create_index("ix_gateway_refund_payment", "gateway_refund", ["company_id", "payment_id"], unique=False)
    op.create_index("ix_gateway_refund_state", "gateway_refund", ["company_id", "state", "made_at"], unique=False)
    op.create_index("uq_gateway_refund_remote", "gateway_refund", ["company_id", "provider", "remote_id"], unique=True)
