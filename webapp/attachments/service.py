"""Keep a file, withdraw it, sweep what nobody lists. A content reaches the disk before its row is written, never after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update

from webapp.attachments import kinds, pictures, queries, rules
from webapp.attachments.models import Attachment, AttachmentBlob
from webapp.attachments.rules import MOST_BYTES, MOST_FILES, FileType, NotKept
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.text import clean_text
from webapp.platform import audit, storage
from webapp.platform.rows import insert_missing, insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one

ENDING, SMALL_ENDING = ".attached", ".small"
UNLISTED_KEPT = timedelta(days=1)  # no upload lasts so long
MOST_WHY = 300
_SWEEPING = 0xA77AC4ED << 64


class Prepared(NamedTuple):
    """A file that has been looked at and is on the disk, but beside no document yet."""

    name: str
    type: FileType
    sha256: str
    content: bytes
    small: bytes | None


def prepare(company_id: int, name: str, chunks: Iterable[bytes]) -> Prepared:
    """Look at a file and put it on the disk, before any transaction is open. TooLarge, or NotKept for what is not kept."""
    kept, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise storage.TooLarge(
                problem=f"{rules.clean_name(name, None)} is larger than {MOST_BYTES // 1_000_000} MB.",
                fix="Send a smaller one: a photo taken smaller, or a scan saved with fewer colours.",
            )
        kept.append(chunk)
    content = b"".join(kept)
    kind = rules.type_of(content, name)
    small = pictures.thumbnail(content, name) if kind.is_picture else None
    found = Prepared(rules.clean_name(name, kind), kind, hashlib.sha256(content).hexdigest(), content, small)
    _put(company_id, found)
    return found


def attach(books: Books, subject: str, document_id: UUID, files: Sequence[Prepared]) -> int:
    """Put files beside a document; returns how many were not there yet. The same content again is the file that stands.

    NotFound and Forbidden as `kinds.writable`; NotKept when the document would have more than MOST_FILES.
    """
    kinds.writable(books, subject, document_id)
    write_one(books, document_id)
    write_one(books, _sweeping(books))
    added = 0
    for file in files:
        _put(books.company_id, file)  # there already, unless a sweep came between
        blob = {"sha256": file.sha256, "file_type": file.type.code, "size_bytes": len(file.content)}
        insert_missing(books, AttachmentBlob, [{**blob, "has_thumbnail": file.small is not None, "kept_at": books.now}])
        attachment_id = new_id()
        row = {"id": attachment_id, "subject": subject, "document_id": document_id, "sha256": file.sha256, "name": file.name}
        nobody = {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_why": None}
        if insert_once(books, Attachment, {**row, "added_by": books.actor.name, "added_at": books.now, **nobody}):
            added += 1
            new = {"name": file.name, "subject": subject, "document_id": document_id, "sha256": file.sha256}
            audit.record(books, "attach", "attachment", attachment_id, new=new)
    _require_room(books, subject, document_id)
    return added


def withdraw(books: Books, attachment_id: UUID, why: str) -> queries.AttachedRow:
    """Take a file away from a document; its row stays, with who and why. InvalidInput without a reason, NotFound when it is gone."""
    row = queries.in_use(books, attachment_id)
    kinds.writable(books, row.subject, row.document_id)
    reason = clean_text(why)
    if not reason or len(reason) > MOST_WHY:
        raise InvalidInput({"why": f"Say why it is withdrawn, in at most {MOST_WHY} signs."})
    query = update(Attachment).where(Attachment.id == attachment_id, Attachment.withdrawn_at.is_(None))
    if not update_count(books, query.values(withdrawn_at=books.now, withdrawn_by=books.actor.name, withdrawn_why=reason)):
        raise NotFound("file")
    audit.record(books, "withdraw", "attachment", attachment_id, old={"name": row.name}, new={"why": reason})
    return row


def sweep(books: Books) -> int:
    """Free the disk of contents that no row lists, a day after they were put there; how many files that were."""
    write_one(books, _sweeping(books))
    listed = set(books.session.scalars(select(AttachmentBlob.sha256)))
    swept = 0
    for ending in (ENDING, SMALL_ENDING):
        for key in storage.keys_before(books.company_id, ending, books.now - UNLISTED_KEPT):
            if key.removesuffix(ending) not in listed:
                storage.delete(books.company_id, key)
                swept += 1
    return swept


def _require_room(books: Books, subject: str, document_id: UUID) -> None:
    mine = (Attachment.subject == subject, Attachment.document_id == document_id, Attachment.withdrawn_at.is_(None))
    count = books.session.scalar(select(func.count()).where(*mine)) or 0
    if count > MOST_FILES:
        raise NotKept(
            problem=f"This document would have {count} files; at most {MOST_FILES} stand beside one. Nothing was added.",
            fix="Withdraw some, or put the pages into one PDF.",
        )


def _put(company_id: int, file: Prepared) -> None:
    storage.put(company_id, [file.content], name=file.sha256, suffix=ENDING)
    if file.small is not None:
        storage.put(company_id, [file.small], name=file.sha256, suffix=SMALL_ENDING)


def _sweeping(books: Books) -> UUID:
    # One lock for each company: its last eight bytes are what PostgreSQL is asked for.
    return UUID(int=_SWEEPING | (0xA77AC4ED << 32) | (books.company_id % 2**31))
