"""Papers of bills."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job
from webapp.platform.tenancy import open_books


def draw_pdf(job: Job) -> None:
    """Draw a paper that was asked for. One that is ready is left alone, so a repeat does nothing."""
    from webapp import printing

    printing.draw_paper(actor_of(job, "draw_pdf"), UUID(job.payload["paper_id"]))


def redraw_shared(job: Job) -> None:
    """A bill was cancelled: what its public links open is drawn again, with the cancellation on it."""
    from webapp import printing

    with open_books(actor_of(job, "redraw_shared")) as books:
        printing.redraw_shared(books, UUID(job.payload["invoice_id"]))
