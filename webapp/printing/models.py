"""Papers made from documents, and where they are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
from webapp.platform.db import Base
from webapp.platform.reach import Stores, StoreScoped, not_elsewhere
from webapp.platform.tenancy import CompanyScoped


class Paper(CompanyScoped, StoreScoped, Base):
    """A PDF asked for, being made, ready, or failed. `storage_key` names the file; `sha256` is its hash."""

    __tablename__ = "paper"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_kind: Mapped[str]
    document_id: Mapped[UUID]
    layout: Mapped[str]  # a4, thermal80, thermal58
    state: Mapped[str]
    storage_key: Mapped[str | None]
    sha256: Mapped[str | None]
    size_bytes: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    made_at: Mapped[datetime | None]
    printed_count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_paper_document", "company_id", "document_id", "layout"),
        CheckConstraint("state in ('waiting', 'ready', 'failed')", name="state_known"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return not_elsewhere(cls.document_id, stores)


class SigningCertificate(CompanyScoped, Base):
    """The certificate that signs a business's A4 bills. `sealed` is its PKCS#12 file with its password (webapp.platform.sealing); the
    rest is what the certificate says, to be shown without opening it. `fingerprint` is its SHA-256."""

    __tablename__ = "signing_certificate"

    sealed: Mapped[str] = mapped_column(info=sealing.kept_for("signing certificate {company_id}"))
    subject: Mapped[str]
    issuer: Mapped[str]
    serial: Mapped[str]
    fingerprint: Mapped[str]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    version: Mapped[int]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
