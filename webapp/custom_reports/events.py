"""Facts of custom reports."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class ReportFileAsked:
    """Somebody asked for a report as a file that is made in the background."""

    run_id: UUID
    report_id: UUID


@dataclass(frozen=True, slots=True)
class ScheduledReportDue:
    """The time of a schedule has come. Whoever delivers finds here what was asked, for which days, and for whom."""

    run_id: UUID
    report_id: UUID
    schedule_id: UUID
    due_at: datetime
    first_day: date | None
    last_day: date | None
    format: str
    recipients: tuple[str, ...]
