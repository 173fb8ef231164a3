"""Files of the portal taken in behind the pages: received and checked for kind and size, read part by part, then compared in one go.

Safe to repeat and to kill: a part is staged with the note that it is, and the documents of all parts enter the books in the transaction
that says the upload is done. What is refused, or cancelled before that, leaves nothing in the books.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import IO, Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from webapp import gst_returns
from webapp.gst_inward import archives, importing
from webapp.gst_inward.archives import Part
from webapp.gst_inward.events import PortalFilesSent
from webapp.gst_inward.importing import Import
from webapp.gst_inward.models import InwardStaged, InwardUpload
from webapp.gst_inward.reading import MOST_DOCUMENTS, TheirFile
from webapp.gst_inward.reconciling import reconcile
from webapp.gst_inward.staging import CHUNK, from_plain, to_plain
from webapp.gst_inward.upload_reads import CANCELLED, COMPARING, DONE, FAILED, OPEN, READING, WAITING
from webapp.kernel.dates import month_of
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform import audit, progress, storage
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Actor, Books, open_books, read_books

MOST_FILES = 20
MOST_OPEN = 5  # uploads of a business that wait or are worked on
_READ = 1 << 20


class Sent(NamedTuple):
    """A file as a form brings it: what it is called, and its bytes, which can be read again from the beginning."""

    name: str
    stream: IO[bytes]


def receive(actor: Actor, gstin: str, month: int, sent: Sequence[Sent]) -> UUID:
    """Keep files and have them read in the background; answers with the upload. The same files again, while they wait, are that upload.

    InvalidInput beside `file` for what is no file of the portal by its kind and size (and by all it says, where it is small); Conflict
    while many uploads wait; NotFound for a GSTIN that is not this company's. Nothing is kept then.
    """
    if not sent:
        raise InvalidInput({"file": "Choose the JSON or ZIP file that you downloaded from the portal."})
    if len(sent) > MOST_FILES:
        raise InvalidInput({"file": f"Choose at most {MOST_FILES} files at once."})
    looked = [(one, _size(one.stream)) for one in sent]
    parts = [(one, archives.parts_of(one.name, size, one.stream)) for one, size in looked]
    if sum(len(some) for _one, some in parts) > archives.MOST_PARTS:
        raise InvalidInput({"file": f"These are more than {archives.MOST_PARTS} files. Import fewer months at once."})
    archives.total([part for _one, some in parts for part in some])
    with read_books(actor) as books:
        gst_returns.registration(books, gstin)
        now = month_of(books.today)
    for (one, size), (_same, some) in zip(looked, parts, strict=True):
        if size <= archives.LOOKED_INTO and not some[0].member:
            importing.require_month(importing.read_file(gstin, month, one.name, _whole(one.stream)), now)
    kept: list[str] = []
    try:
        rows = [_keep(actor, one, some, kept) for one, some in parts]
        upload_id, is_new = _write(actor, gstin, month, rows)
    except BaseException:
        _forget(actor.company_id, kept)
        raise
    if not is_new:
        _forget(actor.company_id, kept)
    return upload_id


def cancel(books: Books, gstin: str, upload_id: UUID) -> None:
    """Let an upload be: nothing of it enters the books. Conflict when it is over; NotFound for none of this registration."""
    row = _locked(books, upload_id)
    if row is None or row.gstin != gstin:
        raise NotFound("import")
    if row.state == CANCELLED:
        return
    if row.state not in OPEN:
        raise Conflict(problem="This import is over.", fix="Open it to see what came of it.")
    _end(books, row, CANCELLED)


def run(actor: Actor, upload_id: UUID) -> None:
    """Read and compare an upload. Does nothing for one that is over, but for taking away the files of one."""
    with open_books(actor) as books:
        row = _locked(books, upload_id)
        if row is None:
            return
        if row.state == WAITING:
            row.state, row.started_at = READING, books.now
        actor, parts = replace(actor, name=row.created_by or actor.name), len(row.parts)
    try:
        read = 0
        while _read_next(actor, upload_id):
            read += 1
            progress.tell(read, parts)
        _compare(actor, upload_id)
    except BooksError as refusal:
        _fail(actor, upload_id, refusal)
    with read_books(actor) as books:
        over = books.session.execute(select(InwardUpload.state, InwardUpload.parts).where(InwardUpload.id == upload_id)).one()
    if over.state not in OPEN:
        _forget(actor.company_id, [part[3] for part in over.parts])


# Receiving ---------------------------------------------------------------------------------------------------------------


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _whole(stream: IO[bytes]) -> bytes:
    content = stream.read()
    stream.seek(0)
    return content


def _keep(actor: Actor, one: Sent, parts: Sequence[Part], kept: list[str]) -> tuple[str, list[list[Any]]]:
    """A file kept, noted in `kept`: its digest, and its parts as the row says them."""
    one.stream.seek(0)
    stored = storage.put(actor.company_id, iter(lambda: one.stream.read(_READ), b""))
    kept.append(stored.key)
    return stored.sha256, [[part.name, part.member, part.bytes, stored.key] for part in parts]


def _write(actor: Actor, gstin: str, month: int, rows: Sequence[tuple[str, list[list[Any]]]]) -> tuple[UUID, bool]:
    """The upload that stands for these files, and whether it is new."""
    parts = [part for _digest, some in rows for part in some]
    together = sha256(" ".join(sorted(digest for digest, _some in rows)).encode()).hexdigest()
    u = InwardUpload
    with open_books(actor) as books:
        importing.turn(books, gstin)
        waiting = books.session.execute(select(u.id, u.gstin, u.month, u.sha256).where(u.state.in_(OPEN))).all()
        for one in waiting:
            if one[1:] == (gstin, month, together):
                return one[0], False
        if len(waiting) >= MOST_OPEN:
            raise Conflict(problem=f"{MOST_OPEN} imports wait or are being read.", fix="Wait until one is over, or cancel one.")
        row: dict[str, Any] = {"id": new_id(), "gstin": gstin, "month": month, "sha256": together, "state": WAITING, "parts": parts}
        row |= {"heads": [], "bytes": sum(part[2] for part in parts), "bytes_read": 0, "documents": 0, "result": {}, "error": ""}
        row |= {"created_by": actor.name, "created_at": books.now, "started_at": None, "compared_from": None, "finished_at": None}
        books.insert(u, [row])
        told = {"gstin": gstin, "files": [part[0] for part in parts], "bytes": row["bytes"], "sha256": together}
        audit.record(books, "upload", "gst_inward_upload", row["id"], new=told)
        announce(books, PortalFilesSent(row["id"]))
    return row["id"], True


# Reading -----------------------------------------------------------------------------------------------------------------


def _read_next(actor: Actor, upload_id: UUID) -> bool:
    """Read and stage the first part that is not staged yet; False when there is none, or when the upload is over."""
    with read_books(actor) as books:
        u = InwardUpload
        query = select(u.state, u.parts, u.heads, u.gstin, u.month, u.documents).where(u.id == upload_id)
        state, parts, heads, gstin, month, before = books.session.execute(query).one()
    if state != READING or len(heads) >= len(parts):
        return False
    name, member, size, key = parts[len(heads)]
    try:
        with storage.open_file(actor.company_id, key) as stream:
            content = archives.open_part(stream, Part(name, member, size))
    except NotFound:  # cancelled meanwhile, or its disk has lost it
        raise Conflict(problem=f"File {name} is not here any more.", fix="Send it again.") from None
    asked = importing.read_file(gstin, month, name, content)
    if before + len(asked.file.documents) > MOST_DOCUMENTS:
        words = f"File {name}. These files have more than {MOST_DOCUMENTS} documents together. Import fewer at once."
        raise InvalidInput({"file": words})
    with open_books(actor) as books:
        _stage(books, upload_id, len(heads), asked)
    return True


def _stage(books: Books, upload_id: UUID, part: int, asked: Import) -> None:
    """Keep what a part said, unless the upload is over or another worker has come this far."""
    row = _locked(books, upload_id)
    if row is None or row.state != READING or len(row.heads) != part:
        return
    found = asked.file.documents
    for chunk, at in enumerate(range(0, len(found), CHUNK)):
        some = [to_plain(one) for one in found[at : at + CHUNK]]
        books.insert(InwardStaged, [{"upload_id": upload_id, "part": part, "chunk": chunk, "documents": some}])
    made = asked.file.generated_on
    head = {"name": asked.name, "digest": asked.digest, "size": asked.size, "source": asked.file.source, "shape": asked.file.shape}
    head |= {"gstin": asked.file.gstin, "month": asked.file.month, "generated_on": made.isoformat() if made else None}
    row.heads = [*row.heads, head]
    row.bytes_read, row.documents = row.bytes_read + row.parts[part][2], row.documents + len(found)
    if len(row.heads) == len(row.parts):
        row.state, row.compared_from = COMPARING, books.now
    books.session.flush()


# Comparing ---------------------------------------------------------------------------------------------------------------


def _compare(actor: Actor, upload_id: UUID) -> None:
    """All the documents into the books and compared, and the note that they are: one transaction."""
    with open_books(actor) as books:
        gstin = books.session.scalar(select(InwardUpload.gstin).where(InwardUpload.id == upload_id))
        importing.turn(books, gstin or "")
        row = _locked(books, upload_id)
        if row is None or row.state != COMPARING:
            return
        months, changed, new, replaced = set(), set(), 0, 0
        for part in range(len(row.parts)):
            asked = _staged(books, row, part)
            done = importing.import_file(books, asked, matches=False)
            months.add(done.row.month)
            if not done.is_known:
                changed.add(done.row.month)
                new, replaced = new + done.row.documents, replaced + done.replaced
        for month in sorted(changed):
            reconcile(books, row.gstin, month)
        row.result = {"months": sorted(months), "new": new, "replaced": replaced}
        _end(books, row, DONE)


def _staged(books: Books, row: InwardUpload, part: int) -> Import:
    """A part as it was read."""
    s, head = InwardStaged, row.heads[part]
    query = select(s.documents).where(s.upload_id == row.id, s.part == part).order_by(s.chunk)
    documents = tuple(from_plain(one) for some in books.session.scalars(query) for one in some)
    made = date.fromisoformat(head["generated_on"]) if head["generated_on"] else None
    file = TheirFile(head["source"], head["shape"], head["gstin"], head["month"], made, documents)
    return Import(row.gstin, row.month, head["name"], head["digest"], head["size"], file)


def _fail(actor: Actor, upload_id: UUID, refusal: BooksError) -> None:
    words = " ".join(refusal.errors.values()) if isinstance(refusal, InvalidInput) else f"{refusal.problem} {refusal.fix}"
    with open_books(actor) as books:
        row = _locked(books, upload_id)
        if row is not None and row.state in OPEN:
            row.error = words[:500]
            _end(books, row, FAILED)


def _end(books: Books, row: InwardUpload, state: str) -> None:
    row.state, row.finished_at = state, books.now
    books.session.flush()
    books.session.execute(delete(InwardStaged).where(InwardStaged.upload_id == row.id))
    told = {"state": state, "documents": row.documents, **({"error": row.error} if row.error else {})}
    audit.record(books, "end", "gst_inward_upload", row.id, new=told)


def _locked(books: Books, upload_id: UUID) -> InwardUpload | None:
    """The upload, for one worker or canceller at a time."""
    query = select(InwardUpload).where(InwardUpload.id == upload_id).with_for_update().execution_options(populate_existing=True)
    return books.session.scalars(query).one_or_none()


def _forget(company_id: int, keys: Sequence[str]) -> None:
    for key in set(keys):
        storage.delete(company_id, key)
