"""Papers and links as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import Books
from webapp.printing.models import Paper, SharedLink


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A PDF asked for: waiting, ready or failed."""

    id: UUID
    document_kind: str
    document_id: UUID
    layout: str
    state: str
    storage_key: str | None
    size_bytes: int | None
    error: str
    asked_at: datetime
    asked_by: str
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A public link that was made."""

    id: UUID
    document_id: UUID
    expires_at: datetime
    revoked_at: datetime | None
    made_by: str
    made_at: datetime


def _columns(model: type[Any], row: type[Any]) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]


def paper(books: Books, paper_id: UUID) -> PaperRow:
    """One paper. NotFound when this company has none by that id."""
    row = books.session.execute(select(*_columns(Paper, PaperRow)).where(Paper.id == paper_id)).first()
    if row is None:
        raise NotFound("paper")
    return PaperRow(*row)


def newest_papers(books: Books, document_id: UUID) -> dict[str, PaperRow]:
    """The newest paper of a document in each layout."""
    query = select(*_columns(Paper, PaperRow)).where(Paper.document_id == document_id).order_by(Paper.asked_at, Paper.id)
    return {row.layout: PaperRow(*row) for row in books.session.execute(query)}


def links_of(books: Books, document_id: UUID) -> list[LinkRow]:
    """The links to a document that still open, newest first."""
    query = (
        select(*_columns(SharedLink, LinkRow))
        .where(SharedLink.document_id == document_id, SharedLink.revoked_at.is_(None), SharedLink.expires_at > books.now)
        .order_by(SharedLink.made_at.desc())
    )
    return [LinkRow(*row) for row in books.session.execute(query)]


def open_link(books: Books, link_id: UUID) -> LinkRow:
    """A link that still opens. NotFound for one revoked, past its time or unknown."""
    row = books.session.execute(select(*_columns(SharedLink, LinkRow)).where(SharedLink.id == link_id)).first()
    if row is None or row.revoked_at is not None or row.expires_at <= books.now:
        raise NotFound("link")
    return LinkRow(*row)
