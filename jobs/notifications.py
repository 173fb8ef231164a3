"""Messages: sent, and made of facts that other rooms announce."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jobs.once import AlreadyDone, actor_of, once
from webapp.platform import tracker
from webapp.platform.logging import log
from webapp.platform.outbox import Job
from webapp.platform.tenancy import Actor, read_books


def send_messages(job: Job) -> None:
    """Send what is due, one chunk. Each message is claimed, so a repeat sends none of them again."""
    from webapp import notifications

    notifications.send_due(actor_of(job, "send_messages"), int(job.payload["part"]))


def tell_of_return(job: Job) -> None:
    """A return or a deposit of tax is due soon, or was due yesterday."""
    from webapp.notifications import watching

    told = job.payload
    with once(job, tell_of_return) as books:
        due_on = date.fromisoformat(told["due_on"])
        watching.return_due(books, told["form"], told["title"], (told["who"], told["period"]), due_on, told["lead"])


def tell_customers(actor: Actor) -> int:
    """Tell customers of their bills and of money received, where that is wanted; returns of how many it was looked into."""
    from webapp.notifications import watching

    with read_books(actor) as books:
        waiting = watching.untold(books)
    for event_id, kind, payload in waiting:
        try:
            _NEWS[kind](Job(actor.company_id, event_id, payload))
        except AlreadyDone:
            continue
        except Exception as error:  # one's trouble is not another's
            tracker.tell(error, company_id=actor.company_id, chore="tell_customers")
            log.exception("a customer was not told", company_id=actor.company_id, event_id=str(event_id))
    return len(waiting)


def tell_of_bill(job: Job) -> None:
    """A customer is told of its bill, where that is wanted."""
    from webapp.notifications import watching

    with once(job, tell_of_bill) as books:
        watching.bill_posted(books, UUID(job.payload["invoice_id"]))


def tell_of_receipt(job: Job) -> None:
    """A customer is told that its money was received, where that is wanted."""
    from webapp.notifications import watching

    with once(job, tell_of_receipt) as books:
        watching.payment_received(books, UUID(job.payload["receipt_id"]))


_NEWS = {"InvoicePosted": tell_of_bill, "ReceiptPosted": tell_of_receipt}


def tell_of_stated_payment(job: Job) -> None:
    """Who enters money is told that a customer says it has paid."""
    from webapp.notifications import watching

    with once(job, tell_of_stated_payment) as books:
        watching.payment_stated(books, UUID(job.payload["notice_id"]))


def tell_of_report(job: Job) -> None:
    """A scheduled report fell due: its file is made, and sent to whom the schedule names; none, when who made the schedule may not have
    it any more."""
    from webapp import custom_reports
    from webapp.notifications import watching

    run_id, actor = UUID(job.payload["run_id"]), actor_of(job, "tell_of_report")
    is_there = custom_reports.make_file(actor, run_id)  # one that is there whole is left alone
    with once(job, tell_of_report) as books:
        if is_there:
            watching.report_ready(books, run_id)
