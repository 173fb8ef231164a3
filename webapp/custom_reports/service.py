"""Verbs of custom reports: kept, changed, duplicated, taken away; files asked for."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select

from webapp.custom_reports import queries, rules, running
from webapp.custom_reports.events import ReportFileAsked
from webapp.custom_reports.models import CustomReport, ReportRun, ReportSchedule
from webapp.custom_reports.rules import Definition
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput
from webapp.kernel.ids import new_id
from webapp.platform import audit, storage
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books


def save_report(
    books: Books, name: str, asked: Definition, *, is_shared: bool = False, report_id: UUID | None = None, version: int | None = None
) -> UUID:
    """Keep a report: a new one (the same id again makes nothing new), or with `version` one there is. InvalidInput by field;
    Forbidden for what the role may not see and for somebody else's; Conflict when it was changed meanwhile."""
    if not name or len(name) > rules.MOST_NAME:
        raise InvalidInput({"name": f"Give the report a name of at most {rules.MOST_NAME} characters."})
    shaped = running.shape(asked, books.actor)
    if shaped.left_out:
        raise Forbidden(problem="Your role does not allow some of these columns.", fix="Leave them out, or ask the owner.")
    new = {"name": name, "is_shared": is_shared, "definition": asked.plain()}
    if version is None:
        if report_id is not None and books.session.scalars(select(CustomReport).where(CustomReport.id == report_id)).first():
            return queries.report_card(books, report_id).id
        row = CustomReport(id=report_id or new_id(), owner_id=books.actor.user_id, owner_name=books.actor.name, changed_at=books.now, **new)
        books.session.add(row)
        books.session.flush()
        audit.record(books, "create", "custom_report", row.id, new=new)
        return row.id
    row = _own(books, report_id or UUID(int=0), version)
    old = {"name": row.name, "is_shared": row.is_shared, "definition": row.definition}
    if audit.record_change(books, "custom_report", row.id, old, new):
        row.name, row.is_shared, row.definition, row.changed_at = name, is_shared, asked.plain(), books.now
        row.version += 1
        books.session.flush()
    return row.id


def duplicate(books: Books, report_id: UUID) -> UUID:
    """A copy of a report, the reader's own, not shared."""
    card = queries.report_card(books, report_id)
    return save_report(books, f"{card.name[: rules.MOST_NAME - 4]} (2)", card.definition)


def remove_report(books: Books, report_id: UUID, version: int) -> None:
    """Take a report away with its schedules and its files. That it was there stays in the edit log."""
    row = _own(books, report_id, version)
    for run in books.session.scalars(select(ReportRun).where(ReportRun.report_id == report_id)):
        storage.delete(books.company_id, queries.storage_key(run))
    for table in (ReportRun, ReportSchedule):
        books.session.execute(delete(table).where(table.report_id == report_id), execution_options={"synchronize_session": False})
    books.session.execute(delete(CustomReport).where(CustomReport.id == report_id), execution_options={"synchronize_session": False})
    audit.record(books, "remove", "custom_report", report_id, old={"name": row.name, "definition": row.definition})


def ask_file(books: Books, report_id: UUID, format_: str, headings: Mapping[str, str]) -> UUID:
    """Ask a job for the report as a file; returns its id. The days are those of today."""
    card = queries.report_card(books, report_id)
    running.shape(card.definition, books.actor)
    if format_ not in rules.FORMATS:
        raise InvalidInput({"format": "Choose CSV, Excel or PDF."})
    period = rules.days_of(card.definition.period, books.today)
    run_id = new_id()
    event_id = announce(books, ReportFileAsked(run_id, report_id))
    books.session.add(
        ReportRun(
            id=run_id,
            report_id=report_id,
            event_id=event_id,
            name=card.name,
            definition=card.definition.plain(),
            headings=dict(headings),
            first_day=period.first_day if period else None,
            last_day=period.last_day if period else None,
            format=format_,
            user_id=books.actor.user_id,
            stores=queries.stores_of(books),
            recipients=[],
            is_refused=False,
            asked_by=books.actor.name,
            asked_at=books.now,
        )
    )
    audit.record(books, "export", "custom_report", report_id, new={"format": format_, "name": card.name})
    return run_id


def _own(books: Books, report_id: UUID, version: int) -> CustomReport:
    card = queries.report_card(books, report_id)
    if not card.is_own:
        raise Forbidden(problem=f"This report is {card.owner_name}'s.", fix="Duplicate it and change your own copy.")
    row = books.session.scalars(select(CustomReport).where(CustomReport.id == report_id)).one()
    if row.version != version:
        raise Conflict(
            problem=f"{row.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    return row
