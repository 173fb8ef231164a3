"""Statements of many parties."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job


def make_statements(job: Job) -> None:
    """Draw the statements that were asked for. A run that is made or refused is left alone, so a repeat does nothing."""
    from webapp import outstandings

    outstandings.make_statements(actor_of(job, "make_statements"), UUID(job.payload["run_id"]))
