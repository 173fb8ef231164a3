"""Books as files for other programs."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job


def make_ledger_file(job: Job) -> None:
    """Make the file that was asked for. One that is there whole is left alone, so a repeat does nothing."""
    from webapp import exchange

    exchange.make_file(actor_of(job, "make_ledger_file"), job.event_id)


def make_report_file(job: Job) -> None:
    """Make the file of a custom report, asked for or due by the clock. One that is there whole is left alone."""
    from webapp import custom_reports

    custom_reports.make_file(actor_of(job, "make_report_file"), UUID(job.payload["run_id"]))


def make_account_file(job: Job) -> None:
    """Make the file of a long account. One that is there whole is left alone, so a repeat does nothing."""
    from webapp import reports

    reports.make_account_file(actor_of(job, "make_account_file"), job.event_id)
