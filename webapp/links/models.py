"""The tables of public links, and of payments that those who hold one say they have made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import Stores, StoreScoped, not_elsewhere
from webapp.platform.tenancy import CompanyScoped

OF_EVERY_STORE = ("statement",)  # kinds whose pages show a party's account over all stores, whoever opens them


class PublicLink(CompanyScoped, StoreScoped, Base):
    """A link to one document: who made it and until when it opens. Its token is signed, not kept; `title` is how the document
    was called when it was shared; `views` counts how often it was opened; `advance_paise` is what it asks for in advance."""

    __tablename__ = "public_link"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    document_id: Mapped[UUID]
    title: Mapped[str]
    made_by: Mapped[str]
    made_by_id: Mapped[UUID | None]  # who may end it besides those who manage links; none for a till's
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    views: Mapped[int] = mapped_column(default=0)
    advance_paise: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        Index("ix_public_link_document", "company_id", "kind", "document_id"),
        Index("ix_public_link_made", "company_id", "made_at", "id"),
        CheckConstraint("views >= 0", name="views_counted"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return not_elsewhere(cls.document_id, stores) & cls.kind.not_in(OF_EVERY_STORE)


class PaymentNotice(CompanyScoped, StoreScoped, Base):
    """Who holds a link says that so much was paid by UPI, with the payment's own number (UTR). Nothing of the books rests on it: it
    waits until somebody has entered the money (`entered_id`, a receipt or an advance) or put it aside. `title`, `party_id` and
    `party_name` are the document's when it was said."""

    __tablename__ = "payment_notice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    link_id: Mapped[UUID]
    kind: Mapped[str]
    document_id: Mapped[UUID]
    title: Mapped[str]
    party_id: Mapped[UUID]
    party_name: Mapped[str]
    amount_paise: Mapped[int]
    utr: Mapped[str]
    said_at: Mapped[datetime]
    address_hash: Mapped[str]
    state: Mapped[str]
    entered_id: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "link_id"], ["public_link.company_id", "public_link.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        Index("uq_payment_notice_once", "company_id", "kind", "document_id", "utr", unique=True),
        Index("ix_payment_notice_utr", "company_id", "utr"),
        Index("ix_payment_notice_state", "company_id", "state", "said_at", "id"),
        Index("ix_payment_notice_entered", "company_id", "entered_id"),
        CheckConstraint("amount_paise > 0", name="positive"),
        CheckConstraint("length(utr) = 12", name="utr_whole"),
        CheckConstraint("state in ('waiting', 'entered', 'aside')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (settled_at is null)", name="settled_whole"),
        CheckConstraint("(state = 'entered') = (entered_id is not null)", name="entered_by_a_document"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return not_elsewhere(cls.document_id, stores)
