"""The tables of attachments: what is kept, and beside which document."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base, rows_where
from webapp.platform.reach import Stores, StoreScoped, not_elsewhere
from webapp.platform.tenancy import CompanyScoped


class AttachmentBlob(CompanyScoped, Base):
    """A content that is kept in storage, once in a company. `file_type` is a code of rules.FILE_TYPES."""

    __tablename__ = "attachment_blob"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    file_type: Mapped[str]
    size_bytes: Mapped[int]
    has_thumbnail: Mapped[bool]
    kept_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("size_bytes > 0", name="not_empty"),)


class Attachment(CompanyScoped, StoreScoped, Base):
    """A file beside a document: `subject` is the document's kind (webapp.attachments.kinds). Withdrawn, never deleted."""

    __tablename__ = "attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str]
    document_id: Mapped[UUID]
    sha256: Mapped[str]
    name: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_why: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "sha256"], ["attachment_blob.company_id", "attachment_blob.sha256"]),
        Index("ix_attachment_document", "company_id", "subject", "document_id", "added_at"),
        Index(
            "uq_attachment_once",
            "company_id",
            "subject",
            "document_id",
            "sha256",
            unique=True,
            **rows_where("withdrawn_at is null"),
        ),
        CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_why is null) and (withdrawn_at is null) = (withdrawn_by is null)", name="withdrawn_whole"
        ),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return not_elsewhere(cls.document_id, stores)
