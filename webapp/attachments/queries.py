"""Files as frozen rows: of one document, one by its id, the pictures of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from webapp.attachments.models import Attachment, AttachmentBlob
from webapp.attachments.rules import FILE_TYPES, FileType
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class AttachedRow:
    """A file beside a document."""

    id: UUID
    subject: str
    document_id: UUID
    sha256: str
    name: str
    added_by: str
    added_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None
    file_type: str
    size_bytes: int
    has_thumbnail: bool

    @property
    def type(self) -> FileType:
        """What it is."""
        return FILE_TYPES[self.file_type]

    @property
    def size_words(self) -> str:
        """Its size as people say it."""
        return f"{self.size_bytes:,} B" if self.size_bytes < 1_000 else f"{-(-self.size_bytes // 1_000):,} kB"


def attached(books: Books, subject: str, document_id: UUID) -> list[AttachedRow]:
    """The files of a document, those in use first, the newest first; then those that were withdrawn."""
    mine = (Attachment.subject == subject, Attachment.document_id == document_id)
    newest = (Attachment.withdrawn_at.is_not(None), Attachment.added_at.desc(), Attachment.id.desc())
    return [AttachedRow(*row) for row in books.session.execute(_joined().where(*mine).order_by(*newest))]


def in_use(books: Books, attachment_id: UUID) -> AttachedRow:
    """A file that is not withdrawn. NotFound when this company has none."""
    row = books.session.execute(_joined().where(Attachment.id == attachment_id, Attachment.withdrawn_at.is_(None))).first()
    if row is None:
        raise NotFound("file")
    return AttachedRow(*row)


def pictures_of(books: Books, subject: str, document_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The picture of each document that has one: its newest photo. In one statement."""
    if not document_ids:
        return {}
    query = (
        select(Attachment.document_id, Attachment.id)
        .join(AttachmentBlob, _same_blob())
        .where(
            Attachment.subject == subject,
            Attachment.document_id.in_(document_ids),
            Attachment.withdrawn_at.is_(None),
            AttachmentBlob.has_thumbnail,
        )
        .order_by(Attachment.added_at, Attachment.id)
    )
    return {row.document_id: row.id for row in books.session.execute(query)}


def _same_blob() -> Any:
    return (AttachmentBlob.company_id == Attachment.company_id) & (AttachmentBlob.sha256 == Attachment.sha256)


def _joined() -> Select[Any]:
    of_blob = ("file_type", "size_bytes", "has_thumbnail")
    columns = [getattr(AttachmentBlob if field.name in of_blob else Attachment, field.name) for field in fields(AttachedRow)]
    return select(*columns).join(AttachmentBlob, _same_blob())
