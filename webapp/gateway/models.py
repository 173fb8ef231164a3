"""The account at a gateway, what it told us, what was asked through it, what came, went back and was settled. Amounts in paise."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class GatewayAccount(CompanyScoped, Base):
    """How a business is known at a gateway. `secrets` is sealed: the key's secret, the webhook's, and the webhook's before, which is
    taken until `old_secret_until`. `hook_id` stands in the address that the gateway calls. Until `polled_until` payments were asked for."""

    __tablename__ = "gateway_account"

    provider: Mapped[str] = mapped_column(primary_key=True)
    hook_id: Mapped[UUID]
    is_on: Mapped[bool]
    base_url: Mapped[str]
    key_id: Mapped[str]
    merchant_id: Mapped[str]
    secrets: Mapped[str] = mapped_column(info=sealing.kept_for("gateway {company_id} {provider}"))
    old_secret_until: Mapped[datetime | None]
    bank_id: Mapped[UUID]
    clearing_id: Mapped[UUID]
    charges_id: Mapped[UUID]
    tax_kind: Mapped[str]
    link_days: Mapped[int]
    polled_until: Mapped[datetime | None]
    trouble: Mapped[str]  # why the gateway could not be asked last; empty: it could
    version: Mapped[int]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        *(
            ForeignKeyConstraint(["company_id", name], ["account.company_id", "account.id"])
            for name in ("bank_id", "clearing_id", "charges_id")
        ),
        CheckConstraint("provider in ('razorpay')", name="provider_known"),
        CheckConstraint("tax_kind in ('igst', 'cgst_sgst', 'cost')", name="tax_kind_known"),
        CheckConstraint("link_days between 1 and 180", name="days_in_bounds"),
    )


class GatewayMessage(CompanyScoped, Base):
    """A message of the gateway, its signature seen to be right: the bytes as they came. `event_key` is the gateway's own id of it, or its
    hash. One that cannot be used says why in `problem`."""

    __tablename__ = "gateway_message"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    event_key: Mapped[str]
    sha256: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    problem: Mapped[str]
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_gateway_message_event", "company_id", "provider", "event_key", unique=True),
        Index("uq_gateway_message_bytes", "company_id", "provider", "sha256", unique=True),
        Index("ix_gateway_message_state", "company_id", "state", "received_at"),
        CheckConstraint("state in ('waiting', 'done', 'odd', 'aside')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (done_at is null)", name="done_whole"),
    )


class GatewayRequest(CompanyScoped, StoreScoped, Base):
    """Money asked for through the gateway: a payment link or a QR code for a document. `reference` is ours and known there; `live_key`
    holds the place of one demand for a document and amount while it lives. `paid_paise` is what came by it."""

    __tablename__ = "gateway_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    kind: Mapped[str]
    shared: Mapped[str]
    document_id: Mapped[UUID]
    title: Mapped[str]
    party_id: Mapped[UUID]
    party_name: Mapped[str]
    store_id: Mapped[UUID]
    amount_paise: Mapped[int]
    accepts_partial: Mapped[bool]
    reference: Mapped[str]
    live_key: Mapped[str | None]
    remote_id: Mapped[str]
    url: Mapped[str]
    state: Mapped[str]
    paid_paise: Mapped[int]
    expires_at: Mapped[datetime]
    problem: Mapped[str]
    tries: Mapped[int]
    sent_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_gateway_request_reference", "company_id", "reference", unique=True),
        Index("uq_gateway_request_live", "company_id", "live_key", unique=True),
        Index("ix_gateway_request_document", "company_id", "document_id"),
        Index("ix_gateway_request_state", "company_id", "state", "made_at", "id"),
        Index("ix_gateway_request_made", "company_id", "made_at", "id"),
        CheckConstraint("amount_paise > 0 and paid_paise >= 0", name="positive"),
        CheckConstraint("kind in ('link', 'qr')", name="kind_known"),
        CheckConstraint(
            "state in ('waiting', 'sent', 'open', 'partly', 'paid', 'cancelling', 'cancelled', 'expired', 'failed')", name="state_known"
        ),
    )


class GatewayPayment(CompanyScoped, StoreScoped, Base):
    """A payment at the gateway, and how it stands in the books. Its voucher has the same id. `fee_paise` includes `tax_paise`.
    `books`: none (not captured, so there is no money), posted, kept (there is money that does not fit: a person decides) or ignored."""

    __tablename__ = "gateway_payment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    remote_id: Mapped[str]
    request_id: Mapped[UUID | None]
    party_id: Mapped[UUID | None]
    store_id: Mapped[UUID]
    amount_paise: Mapped[int]
    currency: Mapped[str]
    method: Mapped[str]
    bank_reference: Mapped[str]
    status: Mapped[str]
    fee_paise: Mapped[int]
    tax_paise: Mapped[int]
    paid_on: Mapped[date]
    books: Mapped[str]
    why: Mapped[str]
    note: Mapped[str]
    posted_on: Mapped[date | None]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    known_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "request_id"], ["gateway_request.company_id", "gateway_request.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_gateway_payment_remote", "company_id", "provider", "remote_id", unique=True),
        Index("ix_gateway_payment_day", "company_id", "paid_on", "id"),
        Index("ix_gateway_payment_books", "company_id", "books", "paid_on", "id"),
        Index("ix_gateway_payment_request", "company_id", "request_id"),
        CheckConstraint("amount_paise > 0 and fee_paise >= 0 and tax_paise >= 0", name="positive"),
        CheckConstraint("books in ('none', 'posted', 'kept', 'ignored')", name="books_known"),
        CheckConstraint("(books = 'posted') = (posted_on is not null)", name="posted_whole"),
        CheckConstraint("books <> 'posted' or (party_id is not null and currency = 'INR')", name="posted_of_a_party"),
        CheckConstraint("books <> 'kept' or why <> ''", name="kept_says_why"),
    )


class GatewayRefund(CompanyScoped, Base):
    """Money given back through the gateway. Ours are known there by `id`; those made on the gateway's own pages have their remote id
    from the start. The voucher, where one was posted, is `voucher_id`; of one that failed after all, `reversal_id`."""

    __tablename__ = "gateway_refund"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    payment_id: Mapped[UUID]
    credit_note_id: Mapped[UUID | None]
    remote_id: Mapped[str | None]
    amount_paise: Mapped[int]
    state: Mapped[str]
    problem: Mapped[str]
    reason: Mapped[str]
    voucher_id: Mapped[UUID | None]
    reversal_id: Mapped[UUID | None]
    tries: Mapped[int]
    sent_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "payment_id"], ["gateway_payment.company_id", "gateway_payment.id"]),
        Index("uq_gateway_refund_remote", "company_id", "provider", "remote_id", unique=True),
        Index("ix_gateway_refund_payment", "company_id", "payment_id"),
        Index("ix_gateway_refund_state", "company_id", "state", "made_at"),
        CheckConstraint("amount_paise > 0", name="positive"),
        CheckConstraint("state in ('waiting', 'sent', 'pending', 'processed', 'failed')", name="state_known"),
    )


class GatewaySettlement(CompanyScoped, Base):
    """What the gateway paid into the bank. Its voucher has the same id. `difference` says in words what does not fit."""

    __tablename__ = "gateway_settlement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    remote_id: Mapped[str]
    utr: Mapped[str]
    settled_on: Mapped[date]
    net_paise: Mapped[int]
    fee_paise: Mapped[int]
    tax_paise: Mapped[int]
    posted_on: Mapped[date | None]
    why: Mapped[str]
    difference: Mapped[str]
    source: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_gateway_settlement_remote", "company_id", "provider", "remote_id", unique=True),
        Index("ix_gateway_settlement_day", "company_id", "settled_on", "id"),
        Index("ix_gateway_settlement_utr", "company_id", "utr"),
        CheckConstraint("source in ('api', 'file')", name="source_known"),
    )


class GatewaySettlementLine(CompanyScoped, Base):
    """A line of a settlement. `is_known`: the payment or refund stands in our books with the same amount."""

    __tablename__ = "gateway_settlement_line"

    settlement_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    remote_id: Mapped[str]
    amount_paise: Mapped[int]
    fee_paise: Mapped[int]
    tax_paise: Mapped[int]
    debit_paise: Mapped[int]
    credit_paise: Mapped[int]
    is_known: Mapped[bool]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "settlement_id"], ["gateway_settlement.company_id", "gateway_settlement.id"]),
        Index("ix_gateway_settlement_line_remote", "company_id", "remote_id"),
    )
