"""Money asked for through the gateway: made once for a document and an amount, taken back when it is paid otherwise or cancelled.

Nothing is sent twice blindly: a demand is marked as sent and committed before the gateway is asked, and one that was sent is looked for
by its reference before it is made again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import company, links, orders, sales
from webapp.gateway import accounts, queries, taking
from webapp.gateway.adapter import Demand, DemandSeen, Gateway, Refused, Unreadable
from webapp.gateway.events import GatewayRequestAsked
from webapp.gateway.models import GatewayRequest
from webapp.gateway.queries import RequestRow
from webapp.gateway.rules import LEASE, LEAST_LINK, LIVE, Request, pause_after
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, rupees
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.outside import HostNotAllowed, Unanswered
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Actor, Books, open_books

KINDS = ("link", "qr")
_ENDS = (Request.PAID, Request.CANCELLED, Request.EXPIRED, Request.FAILED)


# long: what a demand is, field by field
def ask(
    books: Books,
    shared: str,
    document_id: UUID,
    *,
    kind: str = "link",
    amount: int | None = None,
    accepts_partial: bool = False,
    advance_paise: int = 0,
) -> RequestRow:
    """Ask for what a document owes now (or `amount` of it) through the gateway. The same demand while it lives is the same row; one of
    another amount takes its place. NotFound for a document of nobody; InvalidInput (`amount`, `kind`); NotConnected.
    """
    payer = links.payable_of(shared).payer(books, document_id, advance_paise)
    kept = accounts.account(books)
    store_id = _store_of(books, shared, document_id)
    company.require_mine(books, store_id)
    wanted = payer.due_paise if amount is None else amount
    if kind not in KINDS:
        raise InvalidInput({"kind": "Choose a payment link or a QR code."})
    if payer.due_paise <= 0:
        raise InvalidInput({"amount": "Nothing is owed on it, so nothing is asked for."})
    if not LEAST_LINK <= wanted <= payer.due_paise:
        raise InvalidInput({"amount": f"Type an amount from {rupees(Paise(LEAST_LINK))} to {rupees(Paise(payer.due_paise))}."})
    live_key = f"{shared}/{document_id.hex}/{kind}/{wanted}"
    for earlier in queries.requests_where(books, GatewayRequest.document_id == document_id, GatewayRequest.state.in_(LIVE)):
        if (earlier.shared, earlier.kind, earlier.amount_paise) == (shared, kind, wanted) and earlier.state != Request.CANCELLING:
            return earlier
        take_back(books, earlier)
    id_ = new_id()
    row = {
        "id": id_,
        "provider": kept.provider,
        "kind": kind,
        "shared": shared,
        "document_id": document_id,
        "title": payer.title,
        "party_id": payer.party_id,
        "party_name": payer.party_name,
        "store_id": store_id,
        "amount_paise": wanted,
        "accepts_partial": accepts_partial and kind == "link",
        "reference": id_.hex,
        "live_key": live_key,
        "state": Request.WAITING.value,
        "paid_paise": 0,
        "expires_at": books.now + timedelta(days=kept.link_days),
        "tries": 0,
        "made_by": books.actor.name,
        "made_at": books.now,
        **dict.fromkeys(("remote_id", "url", "problem"), ""),
        **dict.fromkeys(("sent_at", "next_at")),
    }
    if not insert_once(books, GatewayRequest, row):
        return queries.requests_where(books, GatewayRequest.live_key == live_key, most=1)[0]
    audit.record(books, "create", "gateway_request", id_, new={"title": payer.title, "amount": wanted, "kind": kind})
    announce(books, GatewayRequestAsked(id_))
    return queries.request(books, id_)


def _store_of(books: Books, shared: str, document_id: UUID) -> UUID:
    if shared == "bill" and (head := sales.header_or_none(books, document_id)):
        return head.store_id
    if shared == "order":
        return orders.document(books, document_id).head.store_id
    return company.default_store(books)


def take_back(books: Books, row: RequestRow) -> None:
    """A demand is not to be paid any more. One that never left ends here; the gateway is asked to end any other."""
    row = queries.request(books, row.id, to_change=True)  # as it stands now: a job may send it, or a payment end it, at this moment
    if not row.is_live or row.state == Request.CANCELLING:
        return
    if row.state == Request.WAITING and row.tries == 0:
        _move(books, row, {"state": Request.CANCELLED.value, "live_key": None, "next_at": None})
    else:
        _move(books, row, {"state": Request.CANCELLING.value, "live_key": None, "next_at": None, "sent_at": None})
        announce(books, GatewayRequestAsked(row.id))
    audit.record(books, "cancel", "gateway_request", row.id, new={"title": row.title, "amount": row.amount_paise})


def cancel(books: Books, request_id: UUID) -> RequestRow:
    """The same, by a person. Conflict for one that has ended."""
    row = queries.request(books, request_id, to_change=True)
    company.require_mine(books, row.store_id)
    if not row.is_live:
        raise Conflict(problem="This is not open any more.", fix="Reload the page to see how it stands.")
    take_back(books, row)
    return queries.request(books, request_id)


def withdraw(books: Books, document_id: UUID) -> int:
    """A document was cancelled: nothing of it is asked for any more. Says how many demands there were. Safe to repeat."""
    found = queries.requests_where(books, GatewayRequest.document_id == document_id, GatewayRequest.state.in_(LIVE))
    for row in found:
        take_back(books, row)
    return len(found)


def withdraw_paid(books: Books) -> int:
    """Take back the demands for bills that were paid otherwise, or cancelled. Says how many."""
    open_ones = (Request.WAITING, Request.SENT, Request.OPEN, Request.PARTLY)
    count = 0
    for row in queries.requests_where(books, GatewayRequest.state.in_(open_ones), GatewayRequest.shared == "bill", most=500):
        left, is_cancelled = taking.document_left(books, row)
        if is_cancelled or (left is not None and left < row.left_paise):
            take_back(books, row)
            count += 1
    return count


# Out and back ---------------------------------------------------------------------------------------------------------


def send(actor: Actor, request_id: UUID) -> None:
    """Make a demand at the gateway, find out what became of one that was sent, or end one there. Safe to repeat and to run twice at once.

    Nothing is raised for what the gateway says or does not say: the row says it.
    """
    with open_books(actor) as books:
        row = queries.request(books, request_id)
        if row.state not in (Request.WAITING, Request.SENT, Request.CANCELLING) or not _claimed(books, row):
            return
        gateway = accounts.gateway_of(books, accounts.account(books))
    try:
        seen = _end(gateway, row) if row.state == Request.CANCELLING else _make(gateway, row)
    except Refused as refused:
        with open_books(actor) as books:
            if row.state == Request.CANCELLING or refused.is_ours:
                _move(books, row, {"problem": refused.words})
            else:
                _move(books, row, {"state": Request.FAILED.value, "problem": refused.words, "live_key": None, "next_at": None})
    except (Unanswered, Unreadable, HostNotAllowed) as trouble:
        with open_books(actor) as books:
            _move(books, row, {"problem": str(trouble)[:300]})
    else:
        with open_books(actor) as books:
            note_demand(books, row.id, seen)


def _claimed(books: Books, row: RequestRow) -> bool:
    if row.state != Request.WAITING and row.sent_at is not None and row.sent_at > books.now - LEASE:
        return False
    state = Request.CANCELLING if row.state == Request.CANCELLING else Request.SENT
    same = (GatewayRequest.id == row.id, GatewayRequest.state == row.state, GatewayRequest.tries == row.tries)
    values = {"state": state.value, "tries": row.tries + 1, "sent_at": books.now, "next_at": books.now + pause_after(row.tries)}
    return bool(update_count(books, update(GatewayRequest).where(*same).values(**values)))


def _make(gateway: Gateway, row: RequestRow) -> DemandSeen:
    if row.tries and (found := gateway.find(row.kind, row.reference, row.made_at)):
        return found
    demand = Demand(row.kind, row.reference, row.amount_paise, row.accepts_partial, row.title, row.party_name, row.expires_at)
    try:
        return gateway.make(demand)
    except Refused:
        # A reference is taken once: what was made by a try whose answer was lost is ours.
        if found := gateway.find(row.kind, row.reference, row.made_at):
            return found
        raise


def _end(gateway: Gateway, row: RequestRow) -> DemandSeen:
    remote_id = row.remote_id
    if not remote_id:
        found = gateway.find(row.kind, row.reference, row.made_at)
        if found is None:
            return DemandSeen("", row.reference, Request.CANCELLED.value, "")
        remote_id = found.remote_id
    try:
        return gateway.cancel(row.kind, remote_id)
    except Refused:
        return gateway.look(row.kind, remote_id)  # it has ended by itself: paid, or past its day


def note_demand(books: Books, request_id: UUID, seen: DemandSeen) -> None:
    """What the gateway says of a demand. What was paid is counted by its payments, never by this. Old news changes nothing."""
    row = queries.request(books, request_id, to_change=True)
    values: dict[str, Any] = {}
    if seen.remote_id and not row.remote_id:
        values |= {"remote_id": seen.remote_id, "url": seen.url}
        if row.state == Request.CANCELLED and seen.state in (Request.OPEN, Request.PARTLY):
            # It was taken back while it was being made, and could not be found there yet: it is ended now.
            values |= {"state": Request.CANCELLING.value, "sent_at": None, "next_at": None}
            announce(books, GatewayRequestAsked(row.id))
    if row.state in LIVE:
        if seen.state in _ENDS:
            values |= {"state": seen.state, "live_key": None, "next_at": None, "problem": ""}
        elif row.state in (Request.WAITING, Request.SENT) or (row.state, seen.state) == (Request.OPEN, Request.PARTLY):
            values |= {"state": seen.state, "next_at": None, "problem": ""}
    if values:
        _move(books, row, values)


def note_demand_told(books: Books, seen: DemandSeen) -> None:
    """The same by the gateway's own words, where the demand is one of ours."""
    conditions = GatewayRequest.reference == seen.reference if seen.reference else GatewayRequest.remote_id == seen.remote_id
    for row in queries.requests_where(books, conditions, most=1):
        note_demand(books, row.id, seen)


def _move(books: Books, row: RequestRow, values: dict[str, Any]) -> None:
    books.session.execute(update(GatewayRequest).where(GatewayRequest.id == row.id).values(**values))
