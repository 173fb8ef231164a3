"""Papers as frozen rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.printing.models import Paper


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


def newest_of(books: Books, document_ids: Sequence[UUID], layout: str) -> dict[UUID, PaperRow]:
    """The newest paper of each document in one layout."""
    wanted = (Paper.document_id.in_(document_ids), Paper.layout == layout)
    query = select(*_columns(Paper, PaperRow)).where(*wanted).order_by(Paper.asked_at, Paper.id)
    return {row.document_id: PaperRow(*row) for row in books.session.execute(query)}
