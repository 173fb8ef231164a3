"""Reads of what is kept: reports, their schedules, their files."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from webapp import company
from webapp.custom_reports import running
from webapp.custom_reports.models import CustomReport, ReportRun, ReportSchedule
from webapp.custom_reports.rules import Definition
from webapp.custom_reports.sources import SOURCES
from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.platform import storage
from webapp.platform.outbox import JobFailure
from webapp.platform.tenancy import Books

PAGE, RUNS = 50, 20
_JOB_RUNS = "started, not ended"


class ReportCard(NamedTuple):
    """A kept report, as its reader sees it."""

    id: UUID
    name: str
    definition: Definition
    owner_name: str
    is_own: bool
    is_shared: bool
    version: int


class RunCard(NamedTuple):
    """A file of a report. `state` is waiting, ready, failed or refused; `recipients` is whom a schedule prepared it for."""

    row: ReportRun
    state: str


def reports(books: Books, *, words: str = "", start: int = 0, most: int = PAGE) -> tuple[list[ReportCard], bool]:
    """The reader's own and those shared that are made of what he may see, by name; whether there are more."""
    query = select(CustomReport).where(_mine(books)).order_by(CustomReport.name, CustomReport.id)
    wanted = folded(words).split()
    cards = [_card(books, row) for row in books.session.scalars(query)]
    found = [
        one
        for one in cards
        if all(word in folded(one.name) for word in wanted)
        and (source := SOURCES.get(one.definition.source)) is not None
        and books.actor.may(source.needs)
    ]
    return found[start : start + most], len(found) > start + most


def report_card(books: Books, report_id: UUID) -> ReportCard:
    """One report. NotFound: none by that id in this company, or somebody else's that is not shared."""
    row = books.session.scalars(select(CustomReport).where(CustomReport.id == report_id, _mine(books))).first()
    if row is None:
        raise NotFound("report")
    return _card(books, row)


def schedules_of(books: Books, report_id: UUID) -> list[ReportSchedule]:
    """The schedules of a report, the next one due first."""
    query = select(ReportSchedule).where(ReportSchedule.report_id == report_id)
    found = list(books.session.scalars(query.order_by(ReportSchedule.next_due_at, ReportSchedule.id)))
    for one in found:
        books.session.expunge(one)  # read when the books are closed
    return found


def runs_of(books: Books, report_id: UUID) -> list[RunCard]:
    """The newest files of a report, of those whose every row and column the reader may have."""
    allowed = company.allowed_stores(books)
    query = select(ReportRun).where(ReportRun.report_id == report_id).order_by(ReportRun.asked_at.desc(), ReportRun.id.desc())
    return [_run(books, row) for row in books.session.scalars(query.limit(RUNS)) if _is_for(books, row, allowed)]


def stores_of(books: Books) -> list[str]:
    """The stores a file is of that this actor asks for, as a run keeps them; none: of every store."""
    return sorted(str(one) for one in company.allowed_stores(books) or ())


def _is_for(books: Books, row: ReportRun, allowed: frozenset[UUID] | None) -> bool:
    """Whether the reader, who is held to `allowed` (None: to none), may have all that is in a file."""
    try:
        shaped = running.shape(Definition.kept(row.definition), books.actor)
    except BooksError:  # of a list, or by a column, that is not his or is no more
        return False
    return not shaped.left_out and company.covers(allowed, [UUID(one) for one in row.stores])


def run_card(books: Books, run_id: UUID) -> RunCard:
    """One file of a report whose every row and column the reader may have. NotFound otherwise."""
    row = books.session.scalars(select(ReportRun).where(ReportRun.id == run_id)).first()
    if row is None or not _is_for(books, row, company.allowed_stores(books)):
        raise NotFound("file")
    report_card(books, row.report_id)
    return _run(books, row)


def storage_key(run: ReportRun) -> str:
    """The name a file is kept under: a repeated job makes no second one."""
    return f"{run.id.hex}.{run.format}"


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """What a schedule prepared, for whoever delivers it: the file by its name and where it is kept, its days, for whom."""

    report_id: UUID
    name: str
    format: str
    key: str
    first_day: date | None
    last_day: date | None
    recipients: tuple[str, ...]


def prepared(books: Books, run_id: UUID) -> PreparedRun:
    """What was prepared under this id. NotFound when this company has none."""
    row = books.session.scalars(select(ReportRun).where(ReportRun.id == run_id)).first()
    if row is None:
        raise NotFound("file")
    return PreparedRun(row.report_id, row.name, row.format, storage_key(row), row.first_day, row.last_day, tuple(row.recipients))


def _run(books: Books, row: ReportRun) -> RunCard:
    books.session.expunge(row)
    if storage.path_of(books.company_id, storage_key(row)).exists():
        return RunCard(row, "ready")
    if row.is_refused:
        return RunCard(row, "refused")
    failure = books.session.scalar(select(JobFailure.error).where(JobFailure.event_id == row.event_id))
    return RunCard(row, "failed" if failure and failure != _JOB_RUNS else "waiting")


def _mine(books: Books) -> ColumnElement[bool]:
    return or_(CustomReport.is_shared.is_(True), CustomReport.owner_id == books.actor.user_id)


def _card(books: Books, row: CustomReport) -> ReportCard:
    is_own = row.owner_id == books.actor.user_id
    return ReportCard(row.id, row.name, Definition.kept(row.definition), row.owner_name, is_own, row.is_shared, row.version)
