"""A long account as a file that a job makes: what was asked for stands in the edit log, how far it is with the job.

No row is held in memory, and no writing transaction is open while the file is made: on SQLite that is the one writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from webapp import company, ledger
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform import audit, exports, progress, storage, tables_pdf
from webapp.platform.audit import EditLogEntry
from webapp.platform.exports import Rupees
from webapp.platform.outbox import JobFailure, announce
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Actor, Books, read_books
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
    """A file that was asked for: `state` is waiting, ready or failed; `done` of `lines` are written, `seconds_left` where it is known."""

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
    head = books_of_account.account_head(books, asked.account_id, asked.period, store_id=asked.store_id, centre_id=asked.centre_id)
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
        "lines": count_lines(books, asked.account_id, asked.period, asked.store_id, part=head.part),
    }
    audit.record(books, "export", FILE, file_id, new=kept)
    return file_id


def make_account_file(actor: Actor, file_id: UUID) -> None:
    """Make a file that was asked for and keep it, then drop all but the newest few. Safe to repeat. NotFound for no such file."""
    with read_books(actor) as books:
        kept = _kept(books, file_id)
        pieces = _content(books, _read(kept), partial(progress.counted, total=kept["lines"]))
        storage.put(actor.company_id, pieces, name=file_id.hex, suffix=f".{kept['format']}")
        # By when they were asked for, as the list shows them: a file that is made late drops none that stands there.
        old = [one for one in newest_files(books, most=_LOOKED_AT)[KEPT:] if one.state == "ready" and one.id != file_id]
    for one in old:
        storage.delete(actor.company_id, storage_key(one.id, one.format))


def account_file(books: Books, file_id: UUID) -> AccountFile:
    """A file that was asked for. NotFound when this company asked for none by that id, or for none of the member's stores."""
    kept = _kept(books, file_id)
    if not _is_mine(kept, company.allowed_stores(books)):
        raise NotFound("file")
    return _file(books, file_id, kept)


def newest_files(books: Books, most: int = KEPT) -> list[AccountFile]:
    """The files asked for last, the newest first; of a member who is held to stores, those of these."""
    allowed = company.allowed_stores(books)
    query = select(EditLogEntry.entity_id, EditLogEntry.new).where(EditLogEntry.entity == FILE).order_by(EditLogEntry.seq.desc())
    found = books.session.execute(query.limit(most if allowed is None else _LOOKED_AT))
    mine = [(UUID(id_), kept or {}) for id_, kept in found if _is_mine(kept or {}, allowed)]
    return [_file(books, id_, kept) for id_, kept in mine[:most]]


def storage_key(file_id: UUID, format_: str) -> str:
    """The name a file is kept under: that of the fact, so that a repeated job makes no second one."""
    return f"{file_id.hex}.{format_}"


def _is_mine(kept: Mapping[str, Any], allowed: frozenset[UUID] | None) -> bool:
    return allowed is None or (bool(kept.get("store")) and UUID(kept["store"]) in allowed)


def _kept(books: Books, file_id: UUID) -> Mapping[str, Any]:
    kept = books.session.scalar(select(EditLogEntry.new).where(EditLogEntry.entity == FILE, EditLogEntry.entity_id == str(file_id)))
    if not kept:
        raise NotFound("file")
    found: Mapping[str, Any] = kept
    return found


def _file(books: Books, file_id: UUID, kept: Mapping[str, Any]) -> AccountFile:
    is_there = storage.path_of(books.company_id, storage_key(file_id, kept["format"])).exists()
    failure = None if is_there else books.session.scalar(select(JobFailure.error).where(JobFailure.event_id == file_id))
    state = "ready" if is_there else "failed" if failure and failure != _JOB_RUNS else "waiting"
    told = None if is_there else progress.standing(books, file_id, _JOB)
    done = kept["lines"] if is_there else told.done if told else 0
    left = told.seconds_left if told else None
    return AccountFile(file_id, kept["title"], " · ".join(kept["about"]), kept["format"], state, done, kept["lines"], left)


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
