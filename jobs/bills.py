"""Papers of bills."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job


def draw_pdf(job: Job) -> None:
    """Draw a paper that was asked for. One that is ready is left alone, so a repeat does nothing."""
    from webapp import printing

    printing.draw_paper(actor_of(job, "draw_pdf"), UUID(job.payload["paper_id"]))
