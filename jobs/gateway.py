"""The payment gateway: what it told us, what is asked of it."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job
from webapp.platform.tenancy import open_books


def apply_gateway_message(job: Job) -> None:
    """Do what a message of the gateway says. One that was done is left alone."""
    from webapp import gateway

    gateway.apply_message(actor_of(job, "apply_gateway_message"), UUID(job.payload["message_id"]))


def send_gateway_request(job: Job) -> None:
    """Make a demand at the gateway, or end one there."""
    from webapp import gateway

    gateway.send_request(actor_of(job, "send_gateway_request"), UUID(job.payload["request_id"]))


def send_gateway_refund(job: Job) -> None:
    """Give money back through the gateway."""
    from webapp import gateway

    gateway.send_refund(actor_of(job, "send_gateway_refund"), UUID(job.payload["refund_id"]))


def withdraw_gateway_requests(job: Job) -> None:
    """A bill was cancelled: nothing of it is asked for online any more."""
    from webapp import gateway

    with open_books(actor_of(job, "withdraw_gateway_requests")) as books:
        gateway.withdraw(books, UUID(job.payload["invoice_id"]))
