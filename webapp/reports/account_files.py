"""A long account as a file that a job makes: what was asked for stands in the edit log, how far it is with the job.

No row is held in memory, and no writing transaction is open while the file is made: on SQLite that is the one writer. It is made with
the rights that who asked has then, and given to whoever may have all that is in it when he fetches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from webapp import company, ledger
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform import audit, exports, progress, storage, tables_pdf
from webapp.platform.audit import EditLogEntry
from webapp.platform.exports import Rupees
from webapp.platform.outbox import JobFailure, announce
from webapp.platform.permissions import Permission
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.reports import books_of_account
from webapp.reports.events import AccountFileAsked

# More lines than this are not written while a browser waits.
MOST_AT_ONCE = 5_000
FILE = "account_file"
KEPT, _LOOKED_AT = 5, 50  # files of a company
KINDS = ("day", "text", "text", "code", "amount", "amount", "amount")
WIDTHS = (12, 30, 12, 15, 14, 14, 15)
_JOB = "make_account_file"  # as jobs/wiring.py names it
_JOB_RUNS = "started, not ended"
_NEEDS = (Permission.REPORT_READ, Permission.REPORT_EXPORT)
_ASKED, _REFUSED = "export", "refuse"  # acts of the edit log on a file


@dataclass(frozen=True, slots=True)
class FileAsked:
    """An account as a file: which days of which account, as what, and the words above and inside it in the reader's language.

    `labels` are the headings of the columns; `words` are "opening", "total" and one for each kind of voucher.
    """

    account_id: UUID
    period: Period
    store_id: UUID | None
    format: str
    title: str
    about: tuple[str, ...]
    labels: tuple[str, ...]
    words: Mapping[str, str]
    centre_id: UUID | None = None


class AccountFile(NamedTuple):
    """A file that was asked for: `state` is waiting, ready, failed, or refused when who asked might not have it any more; `done` of
    `lines` are written, `seconds_left` where it is known."""

    id: UUID
    title: str
    about: str
    format: str
    state: str
    done: int
    lines: int
    seconds_left: int | None


def count_lines(
    books: Books,
    account_id: UUID,
    period: Period,
    store_id: UUID | None = None,
    most: int | None = None,
    part: ledger.CentrePart | None = None,
) -> int:
    """How many lines an account has in these days, or as far as cost centres are concerned (`part`); counting stops at `most`."""
    if part is not None:
        return ledger.centre_account_count(books, part, period.first_day, period.last_day, most)
    query = select(JournalLine.line_no).where(
        JournalLine.account_id == account_id, JournalLine.voucher_date.between(period.first_day, period.last_day)
    )
    if store_id is not None:
        query = query.join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        query = query.where(Voucher.store_id == store_id)
    return int(books.session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0)


def ask_file(books: Books, asked: FileAsked) -> UUID:
    """Ask a job for the file; returns its id. That it leaves, and who took it, is in the edit log at once."""
    file_id = announce(books, AccountFileAsked(asked_by=books.actor.name))
    with books.narrowed():
        head = books_of_account.account_head(books, asked.account_id, asked.period, store_id=asked.store_id, centre_id=asked.centre_id)
        lines = count_lines(books, asked.account_id, asked.period, asked.store_id, part=head.part)
    kept = {
        "account": str(asked.account_id),
        "from": asked.period.first_day,
        "to": asked.period.last_day,
        "store": str(asked.store_id) if asked.store_id else None,
        "centre": str(asked.centre_id) if asked.centre_id else None,
        "format": asked.format,
        "title": asked.title,
        "about": list(asked.about),
        "labels": list(asked.labels),
        "words": dict(asked.words),
        "held_to": sorted(str(one) for one in company.allowed_stores(books) or ()),
        "lines": lines,
    }
    audit.record(books, _ASKED, FILE, file_id, new=kept)
    return file_id


def make_account_file(actor: Actor, file_id: UUID) -> None:
    """Make a file that was asked for and keep it, then drop all but the newest few; or note that who asked may not have it any more.
    Safe to repeat. NotFound for no such file."""
    with read_books(actor) as books:
        entry = _entry(books, file_id)
        kept = entry.new
        if _file(books, file_id, kept).state in ("ready", "refused"):
            return
    asker = company.asker_still(actor, entry.user_id, entry.user_name, _stores(kept), *_NEEDS)
    if asker is None:
        with open_books(actor) as books:
            audit.record(books, _REFUSED, FILE, file_id, new={"asked_by": entry.user_name})
        return
    with read_books(asker) as books:
        pieces = _content(books, _read(kept), partial(progress.counted, total=kept["lines"]))
        storage.put(actor.company_id, pieces, name=file_id.hex, suffix=f".{kept['format']}")
    with read_books(actor) as books:
        # By when they were asked for, as the list shows them: a file that is made late drops none that stands there.
        old = [one for one in newest_files(books, most=_LOOKED_AT)[KEPT:] if one.state == "ready" and one.id != file_id]
    for one in old:
        storage.delete(actor.company_id, storage_key(one.id, one.format))


def account_file(books: Books, file_id: UUID) -> AccountFile:
    """A file that was asked for. NotFound when this company asked for none by that id, or when this actor may not have what is in it."""
    kept = _entry(books, file_id).new
    if not all(books.actor.may(one) for one in _NEEDS) or not company.sees_all_of(books, _stores(kept)):
        raise NotFound("file")
    return _file(books, file_id, kept)


def newest_files(books: Books, most: int = KEPT) -> list[AccountFile]:
    """The files asked for last, the newest first; of a member who is held to stores, those of these."""
    query = select(EditLogEntry.entity_id, EditLogEntry.new).where(EditLogEntry.entity == FILE, EditLogEntry.action == _ASKED)
    found = books.session.execute(query.order_by(EditLogEntry.seq.desc()).limit(_LOOKED_AT))
    allowed = company.allowed_stores(books)
    mine = [(UUID(id_), kept or {}) for id_, kept in found if company.covers(allowed, _stores(kept or {}))]
    return [_file(books, id_, kept) for id_, kept in mine[:most]]


def storage_key(file_id: UUID, format_: str) -> str:
    """The name a file is kept under: that of the fact, so that a repeated job makes no second one."""
    return f"{file_id.hex}.{format_}"


def _stores(kept: Mapping[str, Any]) -> list[UUID]:
    """The stores that a file is of; none: of every store."""
    return [UUID(kept["store"])] if kept.get("store") else [UUID(one) for one in kept.get("held_to", ())]


class _Entry(NamedTuple):
    """What was asked for, and by whom."""

    new: Mapping[str, Any]
    user_id: UUID | None
    user_name: str


def _entry(books: Books, file_id: UUID) -> _Entry:
    query = select(EditLogEntry.new, EditLogEntry.user_id, EditLogEntry.user_name)
    row = books.session.execute(query.where(*_acts(file_id, _ASKED))).first()
    if row is None:
        raise NotFound("file")
    return _Entry(row.new, row.user_id, row.user_name)


def _acts(file_id: UUID, action: str) -> tuple[ColumnElement[bool], ...]:
    return EditLogEntry.entity == FILE, EditLogEntry.entity_id == str(file_id), EditLogEntry.action == action


def _file(books: Books, file_id: UUID, kept: Mapping[str, Any]) -> AccountFile:
    is_there = storage.path_of(books.company_id, storage_key(file_id, kept["format"])).exists()
    state = "ready" if is_there else _state_of_missing(books, file_id)
    told = None if is_there else progress.standing(books, file_id, _JOB)
    done = kept["lines"] if is_there else told.done if told else 0
    left = told.seconds_left if told else None
    return AccountFile(file_id, kept["title"], " · ".join(kept["about"]), kept["format"], state, done, kept["lines"], left)


def _state_of_missing(books: Books, file_id: UUID) -> str:
    if books.session.scalar(select(EditLogEntry.seq).where(*_acts(file_id, _REFUSED)).limit(1)):
        return "refused"
    failure = books.session.scalar(select(JobFailure.error).where(JobFailure.event_id == file_id))
    return "failed" if failure and failure != _JOB_RUNS else "waiting"


def _read(kept: Mapping[str, Any]) -> FileAsked:
    return FileAsked(
        account_id=UUID(kept["account"]),
        period=Period(date.fromisoformat(kept["from"]), date.fromisoformat(kept["to"])),
        store_id=UUID(kept["store"]) if kept["store"] else None,
        format=kept["format"],
        title=kept["title"],
        about=tuple(kept["about"]),
        labels=tuple(kept["labels"]),
        words=kept["words"],
        centre_id=UUID(kept["centre"]) if kept.get("centre") else None,
    )


def _content(books: Books, asked: FileAsked, counted: Any) -> Iterator[bytes]:
    head = books_of_account.account_head(books, asked.account_id, asked.period, store_id=asked.store_id, centre_id=asked.centre_id)
    rows = counted(lines_of(books, head, asked.period, asked.words))
    if asked.format == "pdf":
        columns = tuple(Column(*one) for one in zip(asked.labels, KINDS, WIDTHS, strict=True))
        paper = tables_pdf.Paper(company.profile(books).name, asked.title, asked.about, columns, total_of(head, asked.words))
        yield tables_pdf.draw(paper, rows)
        return
    typed = ([Rupees(cell) if kind == "amount" else cell for cell, kind in zip(row, KINDS, strict=True)] for row in rows)
    yield from exports.WAYS[asked.format]("account", asked.labels, typed).iter_encoded()


def lines_of(books: Books, head: books_of_account.AccountHead, period: Period, words: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """An account as rows of a file: what was brought forward, then line by line with the balance after it."""
    yield period.first_day, words["opening"], "", "", 0, 0, head.figures.opening
    for row in books_of_account.whole_account(books, head, period):
        about = f"{row.against} – {row.narration}" if row.narration else row.against
        yield row.key.day, about, words.get(row.kind, row.kind), row.number, row.debit, row.credit, row.balance


def total_of(head: books_of_account.AccountHead, words: Mapping[str, str]) -> tuple[Any, ...]:
    """The last row on paper."""
    return (words["total"], "", "", "", head.figures.debit, head.figures.credit, head.figures.closing)
