"""E-invoices: sent, asked for and cancelled, after the bill stands in the books."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job
from webapp.platform.tenancy import open_books


def register_einvoice(job: Job) -> None:
    """Enlist a bill that the portal wants, and send it where documents leave by themselves. One that is registered is left alone."""
    from webapp import einvoice

    actor, invoice_id = actor_of(job, "register_einvoice"), UUID(job.payload["invoice_id"])
    with open_books(actor) as books:
        found = einvoice.enlist(books, invoice_id)
    if found is not None:
        einvoice.send(actor, invoice_id)


def enlist_einvoices(job: Job) -> None:
    """A registration was switched on: its documents that stand already are enlisted, and sent where they leave by themselves."""
    from webapp import einvoice

    actor = actor_of(job, "enlist_einvoices")
    einvoice.enlist_since(actor, job.payload["gstin"])
    einvoice.send_due(actor)


def withdraw_einvoice(job: Job) -> None:
    """A bill was cancelled: its e-invoice is withdrawn, or cancelled on the portal by a job of its own."""
    from webapp import einvoice

    with open_books(actor_of(job, "withdraw_einvoice")) as books:
        einvoice.withdraw(books, UUID(job.payload["invoice_id"]))


def cancel_einvoice(job: Job) -> None:
    """Cancel on the portal what was asked to be. What is cancelled is left alone."""
    from webapp import einvoice

    einvoice.cancel(actor_of(job, "cancel_einvoice"), UUID(job.payload["invoice_id"]))
