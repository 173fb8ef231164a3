"""Schedules: a report prepared by the clock. Each time it is due leaves one fact and one file, however often the clock asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from webapp.custom_reports import queries, rules, running
from webapp.custom_reports.events import ScheduledReportDue
from webapp.custom_reports.models import CustomReport, ReportRun, ReportSchedule
from webapp.custom_reports.rules import Definition
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books

MOST_SCHEDULES = 10
# A machine that slept for weeks prepares the last of what it missed, not all of it.
MOST_MISSED = 7
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """When and for whom: every day, week (`day` 0 is Monday) or month (`day` 1 to 31), at `minute` of the day in IST."""

    every: str
    day: int
    minute: int
    format: str
    recipients: tuple[str, ...]


def create_schedule(books: Books, report_id: UUID, draft: ScheduleDraft, headings: Mapping[str, str]) -> UUID:
    """Have a report prepared by the clock. InvalidInput by field; Forbidden for who may not send lists out."""
    card = queries.report_card(books, report_id)
    running.shape(card.definition, books.actor)
    if not books.actor.may(Permission.REPORT_EXPORT):
        raise Forbidden(problem="Your role does not allow sending lists out.", fix="Ask the owner or the accountant for the file.")
    if errors := _errors(draft):
        raise InvalidInput(errors)
    if len(queries.schedules_of(books, report_id)) >= MOST_SCHEDULES:
        raise InvalidInput({"every": f"A report has at most {MOST_SCHEDULES} schedules."})
    row = ReportSchedule(
        id=new_id(),
        report_id=report_id,
        every=draft.every,
        day=draft.day,
        minute=draft.minute,
        format=draft.format,
        recipients=list(draft.recipients),
        headings=dict(headings),
        user_id=books.actor.user_id,
        made_by=books.actor.name,
        stores=queries.stores_of(books),
        next_due_at=rules.next_due(draft.every, draft.day, draft.minute, books.now),
    )
    books.session.add(row)
    books.session.flush()
    new = {"every": draft.every, "day": draft.day, "minute": draft.minute, "format": draft.format, "recipients": list(draft.recipients)}
    audit.record(books, "schedule", "custom_report", report_id, new=new)
    return row.id


def remove_schedule(books: Books, report_id: UUID, schedule_id: UUID) -> None:
    """End a schedule. What it prepared stays."""
    queries.report_card(books, report_id)
    found = next((one for one in queries.schedules_of(books, report_id) if one.id == schedule_id), None)
    if found is None:
        raise NotFound("schedule")
    books.session.execute(delete(ReportSchedule).where(ReportSchedule.id == schedule_id), execution_options={"synchronize_session": False})
    audit.record(books, "unschedule", "custom_report", report_id, old={"every": found.every, "recipients": list(found.recipients)})


def prepare_due(books: Books) -> int:
    """Leave a fact for each time a schedule of this company was due until now; how many. Asked twice, the second finds none."""
    made = 0
    query = select(ReportSchedule, CustomReport).join(
        CustomReport, (CustomReport.company_id == ReportSchedule.company_id) & (CustomReport.id == ReportSchedule.report_id)
    )
    for schedule, report in books.session.execute(query.where(ReportSchedule.next_due_at <= books.now)):
        missed = []
        while schedule.next_due_at <= books.now:
            missed.append(schedule.next_due_at)
            schedule.next_due_at = rules.next_due(schedule.every, schedule.day, schedule.minute, schedule.next_due_at)
        for due_at in missed[-MOST_MISSED:]:
            made += _prepare(books, schedule, report, due_at)
    books.session.flush()
    return made


def _prepare(books: Books, schedule: ReportSchedule, report: CustomReport, due_at: datetime) -> bool:
    """One time it was due. The unique (schedule, due_at) lets the first of several clocks through, and nobody else."""
    asked = Definition.kept(report.definition)
    period = rules.days_of(asked.period, ist_day(due_at))
    first, last = (period.first_day, period.last_day) if period else (None, None)
    run_id = new_id()
    run = {
        "id": run_id,
        "report_id": report.id,
        "schedule_id": schedule.id,
        "due_at": due_at,
        "event_id": None,
        "name": report.name,
        "definition": report.definition,
        "headings": schedule.headings,
        "first_day": first,
        "last_day": last,
        "format": schedule.format,
        "user_id": schedule.user_id,
        "stores": schedule.stores,
        "recipients": schedule.recipients,
        "is_refused": False,
        "asked_by": schedule.made_by,
        "asked_at": books.now,
    }
    if not insert_once(books, ReportRun, run):
        return False
    fact = ScheduledReportDue(run_id, report.id, schedule.id, due_at, first, last, schedule.format, tuple(schedule.recipients))
    event_id = announce(books, fact)
    books.session.scalars(select(ReportRun).where(ReportRun.id == run_id)).one().event_id = event_id
    return True


def _errors(draft: ScheduleDraft) -> dict[str, str]:
    errors: dict[str, str] = {}
    if draft.every not in rules.EVERY:
        errors["every"] = "Choose how often."
    elif (draft.every == "week" and not 0 <= draft.day <= 6) or (draft.every == "month" and not 1 <= draft.day <= 31):
        errors["day"] = "Choose the day."
    if not 0 <= draft.minute < 24 * 60:
        errors["time"] = "Choose the time of the day."
    if draft.format not in rules.FORMATS:
        errors["format"] = "Choose CSV, Excel or PDF."
    if not draft.recipients or len(draft.recipients) > rules.MOST_RECIPIENTS:
        errors["recipients"] = f"Give 1 to {rules.MOST_RECIPIENTS} e-mail addresses."
    elif wrong := [one for one in draft.recipients if not _ADDRESS.fullmatch(one)]:
        errors["recipients"] = f"“{wrong[0][:60]}” is no e-mail address."
    return errors
