"""E-way bills: found, made, asked for and changed at the portal, after the document stands in the books."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job
from webapp.platform.tenancy import open_books


def make_ewaybill(job: Job) -> None:
    """Have an e-way bill made, or the portal told what was asked about one. One that stands and is asked nothing is left alone."""
    from webapp import ewaybills

    ewaybills.send(actor_of(job, "make_ewaybill"), UUID(job.payload["document_id"]))


def tell_trip(job: Job) -> None:
    """Have a consolidated e-way bill made, or its vehicle changed. One that stands and is asked nothing is left alone."""
    from webapp import ewaybills

    ewaybills.send_trip(actor_of(job, "tell_trip"), UUID(job.payload["trip_id"]))


def enlist_ewaybills(job: Job) -> None:
    """A registration was switched on, or a person looks: documents that stand already and need one are enlisted."""
    from webapp import ewaybills

    ewaybills.enlist_since(actor_of(job, "enlist_ewaybills"), job.payload["gstin"])


def withdraw_ewaybill(job: Job) -> None:
    """A document was cancelled: its e-way bill is withdrawn, or cancelled on the portal by a job of its own."""
    from webapp import ewaybills

    told = job.payload
    document_id = UUID(told.get("invoice_id") or told.get("transfer_id") or told["document_id"])
    with open_books(actor_of(job, "withdraw_ewaybill")) as books:
        ewaybills.withdraw(books, document_id)
