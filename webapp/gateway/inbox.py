"""What the gateway tells us by itself. The bytes are kept and answered for at once; what they mean is a job's work.

A message is dropped when its own id or its very bytes were kept before; what it does is keyed by the payment, so a message that comes
twice under two ids does nothing the second time.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update

from webapp.gateway import accounts, asking, queries, refunding, rules, taking
from webapp.gateway.adapter import Gateway, Message, PaymentSeen, Refused, Unreadable
from webapp.gateway.events import GatewayMessageKept
from webapp.gateway.models import GatewayMessage
from webapp.gateway.queries import AccountRow
from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.ids import new_id
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.outside import HostNotAllowed, Unanswered
from webapp.platform.permissions import Role
from webapp.platform.rows import Lookup, insert_once, update_count
from webapp.platform.tenancy import Actor, Books, open_books, read_books

MOST_BYTES = 1_000_000
_KEPT_BEFORE = Lookup(
    select(GatewayMessage.id).where(
        GatewayMessage.provider == bindparam("provider"),
        or_(GatewayMessage.event_key == bindparam("event_key"), GatewayMessage.sha256 == bindparam("sha256")),
    )
)


class NotSigned(BooksError):
    """The message is not the gateway's, or it was changed on its way."""

    status = 400

    def __init__(self) -> None:
        super().__init__(problem="The signature does not fit.", fix="Sign the very bytes that are sent with the secret of this webhook.")


def gateway_actor(company_id: int, name: str = "gateway") -> Actor:
    """Who acts for a company when its gateway does."""
    return Actor(company_id=company_id, role=Role.OWNER, name=name, via="job")


def keep(company_id: int, hook_id: UUID, body: bytes, signature: str, event_id: str) -> bool:
    """Keep a message for a job to understand; says whether it is a new one. NotFound for an address that is nobody's, and for a gateway
    that is not connected; NotSigned for a forged or changed message, and nothing of it is kept."""
    actor = gateway_actor(company_id)
    with read_books(actor) as books:
        kept = queries.account_or_none(books)
        if kept is None or kept.hook_id != hook_id:
            raise NotFound("address")
        text = _as_text(body)
        if len(body) > MOST_BYTES or not accounts.gateway_of(books, kept).is_signed(body, signature) or text is None:
            raise NotSigned
        sha256 = hashlib.sha256(body).hexdigest()
        key = event_id if event_id.isascii() and event_id.isprintable() and 0 < len(event_id) <= 100 else f"sha256 {sha256}"
        if _KEPT_BEFORE.first(books, provider=kept.provider, event_key=key, sha256=sha256) is not None:
            return False  # a storm of copies never waits for, nor holds up, those who write
    with open_books(actor) as books:
        message_id = new_id()
        row = {
            "id": message_id,
            "provider": kept.provider,
            "event_key": key,
            "sha256": sha256,
            "body": text,
            "state": "waiting",
            "problem": "",
            "received_at": books.now,
            "done_at": None,
        }
        is_new = insert_once(books, GatewayMessage, row)
        if is_new:
            announce(books, GatewayMessageKept(message_id))
    return is_new


def _as_text(body: bytes) -> str | None:
    """The bytes as the column keeps them, exactly; None for what no gateway sends."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def apply(actor: Actor, message_id: UUID) -> None:
    """Do what a message says: its effect and the note that it was done are one transaction. Safe to repeat and to run twice at once.

    One that cannot be used is kept with the reason; where the gateway must be asked first and does not answer, it waits.
    """
    with read_books(actor) as books:
        body, kept = queries.message_body(books, message_id), queries.account_or_none(books)
        if body is None or kept is None:
            return
        gateway = accounts.gateway_of(books, kept)
    try:
        said = gateway.read(body.encode())
        payments = [*said.payments, *_unknown(actor, kept, gateway, said)]
    except Unreadable as trouble:
        _set_aside(actor, message_id, str(trouble))
        return
    except Refused as refused:
        if refused.code not in {401, 403}:
            _set_aside(actor, message_id, f"The gateway does not know its payment: {refused.words}")
        return
    except (Unanswered, HostNotAllowed):
        return  # it waits for the next look
    try:
        with open_books(actor) as books:
            if not _end(books, message_id, "done"):
                return
            for seen in payments:
                taking.note_payment(books, kept, seen)
            for refund in said.refunds:
                refunding.note_refund(books, kept, refund)
            for demand in said.demands:
                asking.note_demand_told(books, demand)
    except BooksError as refusal:
        _set_aside(actor, message_id, f"{refusal.problem} {refusal.fix}")


def _unknown(actor: Actor, kept: AccountRow, gateway: Gateway, said: Message) -> list[PaymentSeen]:
    """The payments of its refunds that nobody has told us of: a refund may be told before its payment."""
    told = {one.remote_id for one in said.payments}
    wanted = [one.payment_remote_id for one in said.refunds if one.payment_remote_id not in told]
    with read_books(actor) as books:
        missing = []
        for remote_id in wanted:
            try:
                queries.payment(books, rules.row_id(books.company_id, kept.provider, remote_id))
            except NotFound:
                missing.append(remote_id)
    return [gateway.payment(remote_id) for remote_id in missing]


def _end(books: Books, message_id: UUID, state: str, problem: str = "") -> bool:
    same = (GatewayMessage.id == message_id, GatewayMessage.state == "waiting")
    values = {"state": state, "problem": problem[:500], "done_at": books.now}
    return bool(update_count(books, update(GatewayMessage).where(*same).values(**values)))


def _set_aside(actor: Actor, message_id: UUID, problem: str) -> None:
    with open_books(actor) as books:
        _end(books, message_id, "odd", problem)


def try_again(books: Books, message_id: UUID) -> None:
    """Have a message that could not be used looked at once more."""
    same = (GatewayMessage.id == message_id, GatewayMessage.state == "odd")
    if not update_count(books, update(GatewayMessage).where(*same).values(state="waiting", problem="", done_at=None)):
        raise NotFound("message")
    announce(books, GatewayMessageKept(message_id))


def put_aside(books: Books, message_id: UUID, reason: str) -> None:
    """A message that could not be used is of no matter, with a word why."""
    reason = rules.require_reason(reason)
    same = (GatewayMessage.id == message_id, GatewayMessage.state == "odd")
    if not update_count(books, update(GatewayMessage).where(*same).values(state="aside", problem=reason)):
        raise NotFound("message")
    audit.record(books, "put-aside", "gateway_message", message_id, new={"reason": reason})
