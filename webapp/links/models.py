"""The table of public links."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class PublicLink(CompanyScoped, Base):
    """A link to one document: who made it and until when it opens. Its token is signed, not kept; `title` is how the document
    was called when it was shared; `views` counts how often it was opened."""

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

    __table_args__ = (
        Index("ix_public_link_document", "company_id", "kind", "document_id"),
        Index("ix_public_link_made", "company_id", "made_at", "id"),
        CheckConstraint("views >= 0", name="views_counted"),
    )
