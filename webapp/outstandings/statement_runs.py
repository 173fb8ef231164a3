"""Statements of many parties as one zip: asked for, made by a job, taken away; and a link to each of them.

A run is made whole or not at all: a job that was killed begins again, and what it had drawn is drawn anew as the books then stand.
Whoever asked is asked again, before and while it is made and when it is fetched, whether he still may: his role, and the stores he is
held to.
"""

from __future__ import annotations

import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import IO, NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from webapp import company, links, parties
from webapp.company import asker_still
from webapp.kernel.dates import Period
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.links import LinkRow
from webapp.outstandings import statements
from webapp.outstandings.events import StatementsAsked
from webapp.outstandings.forms import LINK_DAYS, STATEMENT
from webapp.outstandings.models import StatementRun
from webapp.outstandings.statements import Words
from webapp.parties import Filters
from webapp.platform import audit, progress, storage
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission, Role
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Actor, Books, open_books, read_books

MOST = 500
TOLD_EVERY = 10  # parties drawn between two looks at how far it is and whether the asker still may
_NEEDS = (Permission.REPORT_READ, Permission.REPORT_EXPORT)
_CHUNK = 1 << 16


class RunRow(NamedTuple):
    """A run as its page shows it; `state` is "waiting", "done" or "refused"."""

    id: UUID
    party_ids: tuple[UUID, ...]
    period: Period
    state: str
    done: int
    refused: list[list[str]]
    storage_key: str | None
    asked_by: str


def chosen(books: Books, filters: Filters, ids: Sequence[UUID] | None) -> list[UUID]:
    """The parties meant: those that are ticked and here, or (None) all that match. InvalidInput for none, and beyond MOST."""
    if ids is None:
        found = parties.matching_ids(books, filters, MOST + 1)
    else:
        here = parties.parties_by_id(books, ids[: MOST + 1])
        found = sorted(here, key=lambda id_: (here[id_].name, id_))
    if not found:
        raise InvalidInput({"party": "Tick the customers first."})
    if len(found) > MOST:
        raise InvalidInput({"party": f"These are more than {MOST} customers. Narrow the filter."})
    return found


def ask_statements(books: Books, id: UUID, ids: Sequence[UUID], period: Period, words: Words) -> None:  # noqa: A002 - the form's own id for it
    """Have the statements of these parties made. The same `id` again is the run that stands."""
    row = {"id": id, "party_ids": [one.hex for one in ids], "first_day": period.first_day, "last_day": period.last_day}
    asker = {"asked_by": books.actor.name, "user_id": books.actor.user_id, "asked_at": books.now}
    stores = sorted(str(one) for one in company.allowed_stores(books) or ())
    start = {"state": "waiting", "done": 0, "refused": [], "storage_key": None, "words": asdict(words), "stores": stores}
    if insert_once(books, StatementRun, {**row, **asker, **start}):
        told = {"parties": len(ids), "from": period.first_day, "to": period.last_day}
        audit.record(books, "export", "statement_run", id, new=told)
        announce(books, StatementsAsked(id))


def statement_run(books: Books, run_id: UUID) -> RunRow:
    """A run; to a reader who may not have all that is in its zip, it is refused. NotFound when this company has none by that id, and for
    who neither asked for it nor owns the business."""
    row = books.session.scalars(select(StatementRun).where(StatementRun.id == run_id)).first()
    if row is None or (books.actor.role is not Role.OWNER and row.user_id != books.actor.user_id):
        raise NotFound("run")
    ids = tuple(UUID(hex=one) for one in row.party_ids)
    state, refused, key = row.state, row.refused, row.storage_key
    if key is not None and not _may_have(books, row):
        state, refused, key = "refused", [["", _WITHHELD]], None
    return RunRow(row.id, ids, Period(row.first_day, row.last_day), state, row.done, refused, key, row.asked_by)


def _may_have(books: Books, row: StatementRun) -> bool:
    return all(books.actor.may(one) for one in _NEEDS) and company.sees_all_of(books, _stores(row))


def _stores(row: StatementRun) -> list[UUID]:
    return [UUID(one) for one in row.stores]


def make_statements(job: Actor, run_id: UUID) -> None:
    """Draw the statements of a run and keep their zip. One that is made or refused is left alone, so a repeat does nothing."""
    with read_books(job) as books:
        row = books.session.scalars(select(StatementRun).where(StatementRun.id == run_id)).first()
        if row is None or row.state != "waiting":
            return
        books.session.expunge(row)
    with tempfile.TemporaryFile() as kept:
        refused = _drawn(job, row, kept)
        if refused is None:
            _end(job, run_id, state="refused", refused=[["", _TAKEN_AWAY]])
            return
        kept.seek(0)
        # Named for the run, so that a try that was killed after keeping the file leaves none that nobody knows.
        stored = storage.put(job.company_id, _chunks(kept), name=run_id.hex, suffix=".zip")
    _end(job, run_id, state="done", done=len(row.party_ids), refused=refused, storage_key=stored.key)


_TAKEN_AWAY = "Who asked for these statements may not have them any more. Nothing was made."
_WITHHELD = "These statements hold more than you may see now. Ask for them anew."


def open_zip(books: Books, run_id: UUID) -> IO[bytes]:
    """The zip of a run; that it leaves is in the edit log. NotFound while there is none."""
    row = statement_run(books, run_id)
    if row.storage_key is None:
        raise NotFound("file")
    audit.record(books, "export", "statement_run", run_id, new={"parties": len(row.party_ids)})
    return storage.open_file(books.company_id, row.storage_key)


def share_all(books: Books, run: RunRow) -> dict[UUID, LinkRow]:
    """A link to each statement: the one that still opens, or one made now."""
    found = links.links_of_many(books, STATEMENT, run.party_ids)
    for party in parties.parties_by_id(books, [id_ for id_ in run.party_ids if id_ not in found]).values():
        found[party.id] = links.make(books, STATEMENT, party.id, party.name, days=LINK_DAYS)
    return found


def note_links_taken(books: Books, run: RunRow) -> None:
    """The list of the links of a run leaves the program: the edit log says who took it."""
    audit.record(books, "export", "statement_run", run.id, new={"links": len(run.party_ids)})


def _drawn(job: Actor, row: StatementRun, out: IO[bytes]) -> list[list[str]] | None:
    """The zip of a run's statements, and who could not be drawn, with the words for it. None when who asked may not have them."""
    refused: list[list[str]] = []
    words, period = Words(**row.words), Period(row.first_day, row.last_day)
    names: set[str] = set()
    asker: Actor | None = None
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, hex_id in enumerate(row.party_ids):
            if place % TOLD_EVERY == 0:
                asker = asker_still(job, row.user_id, row.asked_by, _stores(row), *_NEEDS)
                _tell(job, row.id, place)
            if asker is None:
                return None
            progress.tell(place, len(row.party_ids))
            with read_books(asker) as books:
                who = parties.party_row(books, UUID(hex=hex_id))
                try:
                    paper = statements.draw(books, who, period, words)
                except BooksError as refusal:  # one with more rows than a paper takes stops no other
                    refused.append([who.name, refusal.problem])
                    continue
            archive.writestr(_file_name(who.name, period.last_day, names), paper)
    return refused


def _file_name(name: str, day: date, taken: set[str]) -> str:
    """A name in the zip that is a file's on any machine, and nobody else's in it: letters and digits of the party's."""
    plain = (
        "-".join("".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in name).split())[:60] or "party"
    )
    found = whole = f"{plain}-{day.isoformat()}"
    number = 1
    while found.casefold() in taken:
        number += 1
        found = f"{whole}-{number}"
    taken.add(found.casefold())
    return f"{found}.pdf"


def _tell(job: Actor, run_id: UUID, done: int) -> None:
    with open_books(job) as books:
        update_count(books, update(StatementRun).where(StatementRun.id == run_id, StatementRun.state == "waiting").values(done=done))


def _end(job: Actor, run_id: UUID, **values: object) -> None:
    with open_books(job) as books:
        update_count(books, update(StatementRun).where(StatementRun.id == run_id, StatementRun.state == "waiting").values(**values))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
