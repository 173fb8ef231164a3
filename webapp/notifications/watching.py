"""What the program itself notices and tells: facts of other rooms, and what nobody announces because nothing happened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, select

from webapp import company, counter, custom_reports, identity, links, payments, sales, stock_reports
from webapp.kernel.dates import IST, month_name, read_day, written
from webapp.kernel.money import Paise, rupees
from webapp.messaging import Attachment
from webapp.notifications import queries, rules
from webapp.notifications.rules import TOO_OLD
from webapp.notifications.telling import notify
from webapp.platform.outbox import JobEffect, JobFailure, OutboxEvent
from webapp.platform.tenancy import Actor, Books, open_books

SILENT_AFTER = timedelta(hours=2)
SILENT_FOR_GOOD = timedelta(hours=14)  # a shop that closed for the night with its shift open
EXPIRES_WITHIN = 15  # days
RECENT = timedelta(days=1)
NEWS_FOR = timedelta(hours=2)  # so that whoever switches it on in the evening does not tell of the whole day
MOST_NAMES = 5
_BILLS_PAGE = "/b/"  # where webapp.printing opens a shared bill
_TAXES = frozenset({"tds_deposit", "tcs_deposit", "26q", "24q", "27eq", "16a", "27d", "advance"})
_MEDIA = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def return_due(books: Books, form: str, title: str, whose: tuple[str, str], due_on: date, lead: int) -> int:
    """A return or a deposit is due in `lead` days, or was due the day before (-1). `whose`: the GSTIN or "", and the period's key."""
    who, period = whose
    words = {"title": title, "period": _period(period) + (f" ({who})" if who else ""), "day": written(due_on)}
    key = f"{who} {form} {period} {due_on.isoformat()} {lead}"
    return notify(books, "tax_due" if form in _TAXES else "return_due", key=key, words=words, link="/due-dates")


def report_ready(books: Books, run_id: UUID) -> int:
    """The file of a schedule is there: mailed to whom the schedule names; a member among them also gets the notice."""
    run = custom_reports.prepared(books, run_id)
    days = f"{written(run.first_day)} – {written(run.last_day)}." if run.first_day and run.last_day else ""
    wanted = {one.lower() for one in run.recipients}
    members = {one.email: one.user_id for one in identity.members(books.session, books.company_id) if one.email in wanted}
    return notify(
        books,
        "report_ready",
        key=run_id.hex,
        words={"report": run.name, "period": days},
        link=f"/custom-reports/{run.report_id}",
        subject_kind="custom_report",
        subject_id=run.report_id,
        user_ids=frozenset(members.values()),
        addresses=sorted(wanted - set(members)),
        attachment=Attachment(f"{run.name[:60]}.{run.format}", _MEDIA[run.format], run.key),
    )


def bill_posted(books: Books, invoice_id: UUID) -> int:
    """A bill was made out to a customer: it is told, with the bill's public link where there is one. Not of a credit note, nor of what was
    cancelled meanwhile or came from a counter days later."""
    view = sales.invoice(books, invoice_id)
    head = view.header
    if head.party_id is None or head.is_return or view.cancellation is not None or books.now - head.issued_at > TOO_OLD:
        return 0
    shared = links.links_of(books, "bill", invoice_id)
    return notify(
        books,
        "invoice_posted",
        key=invoice_id.hex,
        words={"number": head.number, "amount": rupees(Paise(head.total_paise)), "day": written(head.invoice_date)},
        link=links.address_of_path(books.company_id, shared[0], _BILLS_PAGE) if shared else "",
        subject_kind="invoice",
        subject_id=invoice_id,
        party_id=head.party_id,
    )


def payment_received(books: Books, receipt_id: UUID) -> int:
    """Money of a customer was taken. Not of what was cancelled meanwhile or came from a counter days later."""
    taken = payments.receipt(books, receipt_id)
    if taken.cancelled_at is not None or books.now - taken.recorded_at > TOO_OLD:
        return 0
    return notify(
        books,
        "payment_received",
        key=receipt_id.hex,
        words={"number": taken.number, "amount": rupees(Paise(taken.amount_paise)), "day": written(taken.received_on)},
        subject_kind="receipt",
        subject_id=receipt_id,
        party_id=taken.party_id,
    )


# What is told to customers, by the fact that says it happened: the event, and the job that tells it.
NEWS_OF_PARTIES = {"InvoicePosted": ("invoice_posted", "tell_of_bill"), "ReceiptPosted": ("payment_received", "tell_of_receipt")}


def untold(books: Books) -> Sequence[Row[UUID, str, dict[str, Any]]]:
    """Id, kind and content of the bills and receipts of the last two hours that no customer was told of, where somebody wants it; the
    oldest first, 500 at most. Looked for now and then: a job for every bill would be thousands that tell nobody anything."""
    wanted = queries.wanted_of_parties(books)
    jobs = {kind: job for kind, (event, job) in NEWS_OF_PARTIES.items() if event in wanted}
    if not jobs:
        return ()
    told = exists().where(
        JobEffect.company_id == OutboxEvent.company_id, JobEffect.event_id == OutboxEvent.id, JobEffect.job.in_(jobs.values())
    )
    query = select(OutboxEvent.id, OutboxEvent.kind, OutboxEvent.payload).where(OutboxEvent.kind.in_(jobs), ~told)
    return books.session.execute(query.where(OutboxEvent.created_at > books.now - NEWS_FOR).order_by(OutboxEvent.id).limit(500)).all()


def payment_stated(books: Books, notice_id: UUID) -> int:
    """Who holds a link says that a payment was made: who enters money is told, unless somebody has looked at it meanwhile."""
    said = links.notice(books, notice_id)
    if not said.waits:
        return 0
    words = {"party": said.party_name, "number": said.title, "amount": rupees(Paise(said.amount_paise))}
    return notify(books, "payment_stated", key=notice_id.hex, words=words, link="/links/payments")


def watch_often(actor: Actor, *, most_tries: int) -> int:
    """Tell of counters that are silent, of their bills that wait for a person, of bills past a limit of credit, of jobs that were given up
    after `most_tries`. Each once."""
    with open_books(actor) as books:
        made = sum(_till(books, one) for one in counter.watched_tills(books))
        return made + _past_limits(books) + _given_up(books, most_tries)


def watch_daily(actor: Actor) -> int:
    """Tell of goods of each store that are at their level or below, and of batches that expire: again when the list is another."""
    with open_books(actor) as books:
        return sum(_stock_of(books, one.id, one.name) for one in company.stores(books))


def _till(books: Books, till: counter.WatchedTill) -> int:
    seen, made, name = till.last_seen_at, 0, f"{till.code} {till.name}".strip()
    if till.has_open_shift and seen and _is_silent(books, till.id, seen):
        words = {"till": name, "since": f"{seen.astimezone(IST):%H:%M}"}
        made += notify(
            books, "till_silent", key=f"{till.id} {seen.isoformat()}", words=words, link="/counter/tills", store_id=till.store_id
        )
    if till.waiting:
        words = {"till": name, "count": str(till.waiting)}
        key = f"{till.id} {books.today.isoformat()}"
        made += notify(books, "sync_conflict", key=key, words=words, link="/counter/review", store_id=till.store_id)
    return made


def _is_silent(books: Books, till_id: UUID, seen: datetime) -> bool:
    """Whether a till has been silent for two hours of its own: those its shifts were open of late, or the hours in which messages are
    sent where it has closed none yet."""
    if not SILENT_AFTER < books.now - seen < SILENT_FOR_GOOD:
        return False
    hours = counter.usual_hours(books, till_id)
    if hours is None:
        policy = queries.policy(books)
        hours = (policy.rest_until, policy.rest_from) if policy.rest_until < policy.rest_from else (0, rules.DAY_MINUTES)
    return rules.within_hours(seen, books.now, *hours) > SILENT_AFTER


def _past_limits(books: Books) -> int:
    since = (books.now - RECENT, UUID(int=0), "")
    made = 0
    for one in sales.open_flags(books, kind=sales.FlagKind.CREDIT_LIMIT.value, newer_than=since):
        words = {"party": one.party_name, "number": one.number, "amount": rupees(Paise(one.total_paise))}
        made += notify(books, "credit_limit", key=one.flag.invoice_id.hex, words=words, link=f"/bills/{one.flag.invoice_id}")
    return made


def _given_up(books: Books, most_tries: int) -> int:
    recent = (JobFailure.tries >= most_tries, JobFailure.failed_at > books.now - RECENT)
    query = select(JobFailure.job, func.count()).where(*recent).group_by(JobFailure.job)
    made = 0
    for job, count in books.session.execute(query).all():
        # Whoever is to be told that messages do not leave would be told by a message.
        words = {"job": job.replace("_", " "), "count": str(count)}
        made += notify(books, "job_given_up", key=f"{job} {books.today.isoformat()}", words=words, link="/background-work")
    return made


def _stock_of(books: Books, store_id: UUID, store: str) -> int:
    low = stock_reports.running_low(books, store_id)
    old = [f"{item} {batch} ({written(day)})" for item, batch, day in stock_reports.expiring(books, store_id, EXPIRES_WITHIN)]
    made = _list_of(books, "low_stock", (store_id, store), low, "/stock-reports/reorder")
    return made + _list_of(books, "expiry_near", (store_id, store), old, "/stock-reports/expiry")


def _list_of(books: Books, event: str, whose: tuple[UUID, str], names: Sequence[str], link: str) -> int:
    if not names:
        return 0
    store_id, store = whose
    shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    key = f"{store_id} {hashlib.sha256(repr(sorted(names)).encode()).hexdigest()[:32]}"
    words = {"shop": store, "count": str(len(names)), "names": shown}
    return notify(books, event, key=key, words=words, link=f"{link}?store={store_id}", store_id=store_id)


def _period(key: str) -> str:
    """ "m202611" as people read it; a quarter by its last month, a year by its first, a day of documents as it is."""
    letter, number = key[:1], key[1:]
    if letter == "d" and (day := read_day(f"{number[:4]}-{number[4:6]}-{number[6:]}")):
        return written(day)
    if letter == "y":
        return f"{number}-{(int(number) + 1) % 100:02d}"
    return month_name(int(number)) if number.isdigit() and len(number) == 6 else key
