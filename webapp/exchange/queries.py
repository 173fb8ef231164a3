"""The register as an export reads it: by a cursor, so that memory stays flat whatever the number of vouchers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, type_coerce
from sqlalchemy.types import NullType

from webapp.exchange.rules import Span
from webapp.ledger.models import Account, JournalLine, PartyBalance, Voucher
from webapp.parties.models import Party
from webapp.platform import storage
from webapp.platform.audit import EditLogEntry
from webapp.platform.outbox import JobFailure
from webapp.platform.progress import Standing, standing
from webapp.platform.tenancy import Books

_AT_ONCE = 2000
# Who asked for which file is in the edit log anyway: that is the list of them.
FILE = "ledger_file"
_JOB = "make_ledger_file"  # as jobs/wiring.py names it
_OF_A_FILE = EditLogEntry.entity == FILE
_ASKED = EditLogEntry.action == "export"
REFUSED = "refuse"  # the act of the edit log on a file that who asked might not have any more
_JOB_RUNS = "started, not ended"


class PartyHead(NamedTuple):
    """A party in an account that is kept by party."""

    account_id: UUID
    party_id: UUID
    name: str
    gstin: str | None


class LedgerFile(NamedTuple):
    """A file somebody asked for, its days as ISO words or None. `state` is waiting, ready, failed or refused; `standing` how far its job
    is, where it has told."""

    id: UUID
    format: str
    first_day: str | None
    last_day: str | None
    state: str
    size_bytes: int
    standing: Standing | None


def parties(books: Books) -> list[PartyHead]:
    """Each party that has ever stood in an account, by account and age."""
    query = (
        select(PartyBalance.account_id, PartyBalance.party_id, Party.name, Party.gstin)
        .join(Party, (Party.company_id == PartyBalance.company_id) & (Party.id == PartyBalance.party_id))
        .distinct()
        .order_by(PartyBalance.account_id, PartyBalance.party_id)
    )
    return [PartyHead(*row) for row in books.session.execute(query)]


def brought_forward(books: Books, before: date) -> list[tuple[UUID, UUID | None, int]]:
    """What each account, and each party in it, had come to before a day; those at nil are left out."""
    total = func.sum(JournalLine.amount_paise)
    query = (
        select(JournalLine.account_id, JournalLine.party_id, total)
        .where(JournalLine.voucher_date < before)
        .group_by(JournalLine.account_id, JournalLine.party_id)
        .having(total != 0)
        .order_by(JournalLine.account_id, JournalLine.party_id)
    )
    return [(account, party, int(amount)) for account, party, amount in books.session.execute(query)]


def first_day(books: Books, span: Span) -> date | None:
    """The day of the first voucher in the span, or None when it holds none."""
    found: date | None = books.session.scalar(select(func.min(Voucher.voucher_date)).where(*_within(span)))
    return found


def count_vouchers(books: Books, span: Span, most: int) -> int:
    """How many vouchers the span holds; counting stops at `most`."""
    some = select(Voucher.id).where(*_within(span)).limit(most).subquery()
    return books.session.scalar(select(func.count()).select_from(some)) or 0


def lines(books: Books, span: Span) -> Iterator[Any]:
    """Every line with its voucher's heading, in the order of the books. Ids are as the database hands them over."""
    query = (
        select(
            _raw(Voucher.id),
            _raw(JournalLine.account_id),
            _raw(JournalLine.party_id),
            JournalLine.amount_paise,
            Voucher.voucher_date,
            Voucher.kind,
            Voucher.number,
            Voucher.narration,
            _raw(Voucher.reverses_id),
        )
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .where(*_within(span))
        .order_by(Voucher.voucher_date, Voucher.id, JournalLine.line_no)
    )
    with books.session.execute(query, execution_options={"yield_per": _AT_ONCE}) as found:
        yield from found


def raw_ids(books: Books, model: type[Account] | type[Party]) -> dict[UUID, Any]:
    """Ids as the database hands them over: they are looked up once for each line of a year."""
    return {read_raw(raw): raw for raw in books.session.scalars(select(_raw(model.id)))}


def read_raw(raw: Any) -> UUID:
    """The id that the database hands over."""
    return UUID(bytes=raw) if isinstance(raw, bytes) else UUID(str(raw))


def asked_file(books: Books, file_id: UUID) -> LedgerFile | None:
    """A file that was asked for, and whether it is there. None when this company asked for none by that id."""
    asked = books.session.scalar(select(EditLogEntry.new).where(_OF_A_FILE, _ASKED, EditLogEntry.entity_id == str(file_id)))
    return _file(books, file_id, asked or {}) if asked else None


def asker_of(books: Books, file_id: UUID) -> tuple[UUID | None, str]:
    """Who asked for a file that was asked for: the person, if it was one, and the name."""
    query = select(EditLogEntry.user_id, EditLogEntry.user_name)
    row = books.session.execute(query.where(_OF_A_FILE, _ASKED, EditLogEntry.entity_id == str(file_id))).one()
    return row.user_id, row.user_name


def newest_files(books: Books, most: int = 5) -> list[LedgerFile]:
    """The files asked for last, the newest first."""
    query = select(EditLogEntry.entity_id, EditLogEntry.new).where(_OF_A_FILE, _ASKED).order_by(EditLogEntry.seq.desc())
    return [_file(books, UUID(id_), asked or {}) for id_, asked in books.session.execute(query.limit(most))]


def _file(books: Books, file_id: UUID, asked: Mapping[str, Any]) -> LedgerFile:
    path = storage.path_of(books.company_id, storage_key(file_id, asked["format"]))
    size = path.stat().st_size if path.exists() else 0
    state = "ready" if size else _state_of_missing(books, file_id)
    return LedgerFile(file_id, asked["format"], asked["from"], asked["to"], state, size, None if size else standing(books, file_id, _JOB))


def _state_of_missing(books: Books, file_id: UUID) -> str:
    refused = select(EditLogEntry.seq).where(_OF_A_FILE, EditLogEntry.action == REFUSED, EditLogEntry.entity_id == str(file_id))
    if books.session.scalar(refused.limit(1)):
        return "refused"
    failure = books.session.scalar(select(JobFailure.error).where(JobFailure.event_id == file_id))
    return "failed" if failure and failure != _JOB_RUNS else "waiting"


def storage_key(file_id: UUID, format_: str) -> str:
    """The name a file is kept under: that of the fact, so that a repeated job makes no second one."""
    return f"{file_id.hex}.{format_}"


def _raw(column: Any) -> Any:
    return type_coerce(column, NullType())


def _within(span: Span) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if span.first_day:
        found.append(Voucher.voucher_date >= span.first_day)
    if span.last_day:
        found.append(Voucher.voucher_date <= span.last_day)
    return found
