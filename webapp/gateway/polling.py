"""What is asked every few minutes, for a webhook may be lost: payments nobody told us of, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import update

from webapp.gateway import accounts, asking, inbox, queries, refunding, settling, taking
from webapp.gateway.adapter import Gateway, PaymentSeen, Refused, Unreadable
from webapp.gateway.models import GatewayAccount, GatewayRefund, GatewayRequest
from webapp.gateway.queries import AccountRow
from webapp.gateway.rules import Refund, Request
from webapp.kernel.errors import BooksError
from webapp.platform.outside import HostNotAllowed, Unanswered
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.turns import write_alone

# Asked for again: payments of the last window that the gateway had not finished writing when it was asked.
OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(days=3)
LATE_AUTHORISATION = timedelta(days=6)  # Razorpay gives back what is not captured within five
SETTLED_WITHIN = 7  # days that are asked for again each day


def ask_gateway(actor: Actor) -> int:
    """Everything of a company whose turn has come. Says how many things were done. Safe to repeat and to run twice at once.

    What the gateway does not answer waits for the next time; the account says why.
    """
    with read_books(actor) as books:
        kept = queries.account_or_none(books)
        if kept is None or not kept.is_on:
            return 0
        waiting = queries.waiting_messages(books)
    for message_id in waiting:
        inbox.apply(actor, message_id)
    count = len(waiting)
    trouble = ""
    steps: tuple[Callable[[Actor, AccountRow], int], ...] = (_send_due, _look_at_late, _fetch_payments)
    for step in steps:
        try:
            count += step(actor, kept)
        except (Refused, Unanswered, Unreadable, HostNotAllowed, BooksError) as refusal:
            trouble = str(refusal)[:300]
    if trouble != kept.trouble:
        with open_books(actor) as books:
            books.session.execute(update(GatewayAccount).where(GatewayAccount.provider == kept.provider).values(trouble=trouble))
    return count


def _send_due(actor: Actor, _kept: AccountRow) -> int:
    with open_books(actor) as books:
        asking.withdraw_paid(books)
    with read_books(actor) as books:
        now = books.now
        moving = (Request.WAITING, Request.SENT, Request.CANCELLING)
        is_due = GatewayRequest.next_at.is_(None) | (GatewayRequest.next_at <= now)
        demands = queries.requests_where(books, GatewayRequest.state.in_(moving), is_due)
        past = queries.requests_where(
            books, GatewayRequest.state.in_((Request.OPEN, Request.PARTLY)), GatewayRequest.expires_at < now, most=50
        )
        may_go = GatewayRefund.next_at.is_(None) | (GatewayRefund.next_at <= now)
        refunds = queries.refunds_where(books, GatewayRefund.state.in_((Refund.WAITING, Refund.SENT)), may_go)
        pending = queries.refunds_where(books, GatewayRefund.state == Refund.PENDING, most=50)
        unposted = queries.refunds_where(books, GatewayRefund.state == Refund.PROCESSED, GatewayRefund.voucher_id.is_(None), most=50)
        gateway = accounts.gateway_of(books, _kept)
    for demand in demands:
        asking.send(actor, demand.id)
    for refund in refunds:
        refunding.send_refund(actor, refund.id)
    for demand in past:
        seen = gateway.look(demand.kind, demand.remote_id)
        with open_books(actor) as books:
            asking.note_demand(books, demand.id, seen)
    for payment_id in dict.fromkeys(one.payment_id for one in pending):
        refunding.look_at_refunds(actor, payment_id)
    for payment_id in dict.fromkeys(one.payment_id for one in unposted):
        with open_books(actor) as books:
            write_alone(books)
            refunding.post_refunds_of(books, _kept, payment_id)
    return len(demands) + len(refunds)


def _look_at_late(actor: Actor, kept: AccountRow) -> int:
    """Payments that were not captured when we heard of them: they may be since."""
    with read_books(actor) as books:
        found = queries.unsettled_states(books, books.today - LATE_AUTHORISATION)
        gateway = accounts.gateway_of(books, kept)
    for remote_id in found:
        _note(actor, kept, gateway.payment(remote_id))
    return 0


def _fetch_payments(actor: Actor, kept: AccountRow) -> int:
    """Payments of the time since the last look, and a little before."""
    with read_books(actor) as books:
        until = books.now
        gateway = accounts.gateway_of(books, kept)
    since = (kept.polled_until or until - FIRST_LOOK) - OVERLAP
    found = gateway.payments(since, until)
    refusals = []
    for seen in found:
        try:
            _note(actor, kept, seen)
        except BooksError as refusal:  # one that is refused keeps nobody else's money out of the books
            refusals.append(refusal)
    if refusals:
        raise refusals[0]  # and the same time is asked for again
    _remember(actor, kept, until)
    return len(found)


def _note(actor: Actor, kept: AccountRow, seen: PaymentSeen) -> None:
    with open_books(actor) as books:
        taking.note_payment(books, kept, seen)


def _remember(actor: Actor, kept: AccountRow, until: datetime) -> None:
    with open_books(actor) as books:
        same = (GatewayAccount.provider == kept.provider, GatewayAccount.version == kept.version)
        books.session.execute(update(GatewayAccount).where(*same).values(polled_until=until))


def fetch_settlements(actor: Actor, day: date | None = None) -> int:
    """Take in what was settled of late, or on one day. Says how many were new."""
    with read_books(actor) as books:
        kept = queries.account_or_none(books)
        if kept is None or not kept.is_on:
            return 0
        gateway: Gateway = accounts.gateway_of(books, kept)
        days = [day] if day else [books.today - timedelta(days=back) for back in range(SETTLED_WITHIN)]
    made = 0
    for one in days:
        for seen in gateway.settlements(one):
            with open_books(actor) as books:
                made += settling.import_settlement(books, kept, seen, "api")
    return made
