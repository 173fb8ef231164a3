"""Money given back through the gateway: asked for once, told by webhook or found by asking, in the books once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import company, ledger, outstandings, sales
from webapp.gateway import accounts, queries, rules
from webapp.gateway.adapter import Gateway, RefundSeen, Refused, Unreadable
from webapp.gateway.events import GatewayRefundAsked
from webapp.gateway.models import GatewayPayment, GatewayRefund
from webapp.gateway.queries import AccountRow, PaymentRow, RefundRow
from webapp.gateway.rules import Refund
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.outside import HostNotAllowed, Unanswered
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Actor, Books, open_books
from webapp.platform.turns import write_alone

_RANK = {"waiting": 0, "sent": 1, "pending": 2, "processed": 3, "failed": 4}


def ask_refund(
    books: Books, refund_id: UUID, payment_id: UUID, amount: int, *, reason: str, credit_note_id: UUID | None = None
) -> RefundRow:
    """Give back a payment, whole or in part, for a credit note or by hand. `refund_id` is the form's own: the second click is the first.

    InvalidInput by field for more than is left, and for a credit note that is not of this customer; Conflict for a payment that is not
    captured.
    """
    paid = queries.payment(books, payment_id, to_change=True)  # held: two who refund the same payment take turns
    company.require_mine(books, paid.store_id)
    accounts.account(books)
    if earlier := queries.refund(books, refund_id):
        if (earlier.payment_id, earlier.amount_paise) != (payment_id, amount):
            raise Conflict(problem="Another refund was asked for by this form.", fix="Reload the page to see how it stands.")
        return earlier
    if paid.status not in {"captured", "refunded"}:
        raise Conflict(problem="Only a captured payment can be given back.", fix="Wait until the gateway has captured it.")
    rules.require_amount(amount, queries.left_to_refund(books, paid))
    reason = rules.require_reason(reason)
    if credit_note_id is not None:
        _require_note(books, paid, credit_note_id, amount)
    row = _row(books, paid, refund_id, amount, state=Refund.WAITING.value, reason=reason, credit_note_id=credit_note_id)
    if not insert_once(books, GatewayRefund, row):
        raise Conflict(problem="Another refund was asked for by this form.", fix="Reload the page to see how it stands.")
    audit.record(books, "create", "gateway_refund", refund_id, new={"payment": paid.remote_id, "amount": amount, "reason": reason})
    announce(books, GatewayRefundAsked(refund_id))
    return _known(books, refund_id)


def _require_note(books: Books, paid: PaymentRow, credit_note_id: UUID, amount: int) -> None:
    note = sales.header_or_none(books, credit_note_id)
    if note is None or not note.is_return or note.party_id is None or note.party_id != paid.party_id:
        raise InvalidInput({"credit_note": "Choose a credit note of the customer who paid."})
    items = outstandings.open_items(books, note.party_id)
    free = sum(-item.open for item in items if item.document_id == credit_note_id and item.open < 0)
    rules.require_amount(amount, free)


def _row(books: Books, paid: PaymentRow, refund_id: UUID, amount: int, **more: Any) -> dict[str, Any]:
    return {
        "id": refund_id,
        "provider": paid.provider,
        "payment_id": paid.id,
        "amount_paise": amount,
        "remote_id": None,
        "credit_note_id": None,
        "problem": "",
        "reason": "",
        "voucher_id": None,
        "reversal_id": None,
        "tries": 0,
        "sent_at": None,
        "next_at": None,
        "made_by": books.actor.name,
        "made_at": books.now,
        **more,
    }


def _known(books: Books, refund_id: UUID) -> RefundRow:
    if (found := queries.refund(books, refund_id)) is None:
        raise NotFound("refund")
    return found


def send_refund(actor: Actor, refund_id: UUID) -> None:
    """Ask the gateway for it. Safe to repeat, and to run twice at once: the gateway knows it by our id, and after a first try it is asked
    what became of that."""
    with open_books(actor) as books:
        row = queries.refund(books, refund_id)
        if row is None or row.state not in (Refund.WAITING, Refund.SENT) or not _claimed(books, row):
            return
        paid = queries.payment(books, row.payment_id)
        kept = accounts.account(books)
        gateway = accounts.gateway_of(books, kept)
    try:
        seen = _exchange(gateway, row, paid)
    except Refused as refused:
        values = (
            {"problem": refused.words} if refused.is_ours else {"state": Refund.FAILED.value, "problem": refused.words, "next_at": None}
        )
        _write(actor, refund_id, values)
    except (Unanswered, Unreadable, HostNotAllowed) as trouble:
        _write(actor, refund_id, {"problem": str(trouble)[:300]})
    else:
        with open_books(actor) as books:
            note_refund(books, kept, seen)


def _exchange(gateway: Gateway, row: RefundRow, paid: PaymentRow) -> RefundSeen:
    if row.tries:
        for seen in gateway.refunds(paid.remote_id):
            if seen.our_id == row.id:
                return _same(seen, row, paid)
    return _same(gateway.refund(row.id, paid.remote_id, row.amount_paise), row, paid)


def _same(seen: RefundSeen, row: RefundRow, paid: PaymentRow) -> RefundSeen:
    if (seen.payment_remote_id, seen.amount_paise) != (paid.remote_id, row.amount_paise):
        raise Unreadable("The gateway answered with another refund.")
    return seen


def _claimed(books: Books, row: RefundRow) -> bool:
    if row.sent_at is not None and row.sent_at > books.now - rules.LEASE:
        return False
    same = (GatewayRefund.id == row.id, GatewayRefund.state == row.state, GatewayRefund.tries == row.tries)
    values = {"state": Refund.SENT.value, "tries": row.tries + 1, "sent_at": books.now, "next_at": books.now + rules.pause_after(row.tries)}
    return bool(update_count(books, update(GatewayRefund).where(*same).values(**values)))


def _write(actor: Actor, refund_id: UUID, values: dict[str, Any]) -> None:
    with open_books(actor) as books:
        same = (GatewayRefund.id == refund_id, GatewayRefund.state == Refund.SENT.value)
        if update_count(books, update(GatewayRefund).where(*same).values(**values)) and "state" in values:
            audit.record(books, "refuse", "gateway_refund", refund_id, new=values)


def note_refund(books: Books, kept: AccountRow, seen: RefundSeen) -> None:
    """What the gateway says of a refund, asked for by us or made on its own pages. Safe to repeat; old news changes nothing. NotFound
    while the payment is unknown: whoever tells asks for that first."""
    payment_id = rules.row_id(books.company_id, kept.provider, seen.payment_remote_id)
    write_alone(books)  # before any row is held: a payment and its refunds are several vouchers
    paid = queries.payment(books, payment_id, to_change=True)
    row = _own(books, paid, seen)
    _require_possible(books, paid, row, seen)
    if row is None:
        made = rules.row_id(books.company_id, kept.provider, seen.remote_id)
        insert_once(books, GatewayRefund, _row(books, paid, made, seen.amount_paise, state=seen.state, remote_id=seen.remote_id))
        audit.record(books, "create", "gateway_refund", made, new={"refund": seen.remote_id, "amount": seen.amount_paise})
    elif _RANK[seen.state] > _RANK[row.state] or row.remote_id is None:
        values: dict[str, Any] = {"remote_id": seen.remote_id, "problem": "", "next_at": None}
        if row.state == Refund.FAILED or _RANK[seen.state] > _RANK[row.state]:
            values["state"] = seen.state
        books.session.execute(update(GatewayRefund).where(GatewayRefund.id == row.id).values(**values))
    given_back = sum(one.amount_paise for one in queries.refunds_of(books, paid.id) if one.state == Refund.PROCESSED)
    if given_back >= paid.amount_paise:
        books.session.execute(update(GatewayPayment).where(GatewayPayment.id == paid.id).values(status="refunded"))
    elif seen.state == Refund.FAILED and paid.status == "refunded":  # the money stayed with us after all
        books.session.execute(update(GatewayPayment).where(GatewayPayment.id == paid.id).values(status="captured"))
    post_refunds_of(books, kept, paid.id)


def _require_possible(books: Books, paid: PaymentRow, row: RefundRow | None, seen: RefundSeen) -> None:
    """OtherRefund for another amount than was asked or told before, and for more than the payment, with what was given back of it."""
    if row is not None and row.amount_paise != seen.amount_paise:
        raise rules.OtherRefund(f"The refund {seen.remote_id} is told with another amount than it has here.")
    known = [one for one in queries.refunds_of(books, paid.id) if one.remote_id and one.state != Refund.FAILED]
    others = sum(one.amount_paise for one in known if row is None or one.id != row.id)
    if seen.state != Refund.FAILED and others + seen.amount_paise > paid.amount_paise:
        raise rules.OtherRefund(f"The refund {seen.remote_id} is more than is left of the payment {paid.remote_id}.")


def _own(books: Books, paid: PaymentRow, seen: RefundSeen) -> RefundRow | None:
    for one in queries.refunds_of(books, paid.id):
        if one.remote_id == seen.remote_id or (one.remote_id is None and one.id == seen.our_id):
            return one
    return None


def post_refunds_of(books: Books, kept: AccountRow, payment_id: UUID) -> None:
    """Post what was given back of a payment that stands in the books, and reverse what came back after all. A locked day leaves it for
    the reconciliation."""
    paid = queries.payment(books, payment_id)
    if paid.books != "posted" or paid.party_id is None or company.is_locked(books, books.today, "money", paid.store_id):
        return
    for one in queries.refunds_of(books, payment_id):
        if one.state == Refund.PROCESSED and one.voucher_id is None:
            _post(books, kept, paid, one)
        elif one.state == Refund.FAILED and one.voucher_id is not None and one.reversal_id is None:
            reversal = rules.row_id(books.company_id, one.provider, f"reversal {one.id}")
            ledger.reverse(books, voucher_id=one.voucher_id, reversal_id=reversal, on=books.today, reason="The refund failed")
            outstandings.release_all_of(books, one.voucher_id, why="The refund failed")
            books.session.execute(update(GatewayRefund).where(GatewayRefund.id == one.id).values(reversal_id=reversal))


def _post(books: Books, kept: AccountRow, paid: PaymentRow, one: RefundRow) -> None:
    party_id = paid.party_id
    if party_id is None:
        return
    heading = ledger.Heading(
        kind="payment",
        number=one.remote_id or one.id.hex,
        voucher_date=books.today,
        store_id=paid.store_id,
        document_kind="online_payment",
        document_id=paid.id,
        narration=f"Given back online, of {paid.remote_id}" + (f": {one.reason}" if one.reason else ""),
    )
    debtors = ledger.heads(books)["debtors"]
    slip = rules.refund_slip(kept.clearing_id, debtors, party_id, one.amount_paise)
    ledger.post(books, voucher_id=one.id, heading=heading, slip=slip)
    # It settles the credit note that it pays out; else what of the payment itself was on account.
    (own,) = outstandings.party_lines_of(books, one.id, account_id=debtors)
    against = outstandings.party_lines_of(books, one.credit_note_id or paid.id, account_id=debtors)
    outstandings.settle_what_can_be(books, party_id, own, [(key, one.amount_paise) for key in against], on=books.today)
    books.session.execute(update(GatewayRefund).where(GatewayRefund.id == one.id).values(voucher_id=one.id))


def look_at_refunds(actor: Actor, payment_id: UUID) -> None:
    """Ask the gateway how the refunds of a payment stand."""
    with open_books(actor) as books:
        kept = accounts.account(books)
        gateway, paid = accounts.gateway_of(books, kept), queries.payment(books, payment_id)
    found = gateway.refunds(paid.remote_id)
    for seen in found:
        try:
            with open_books(actor) as books:
                note_refund(books, kept, seen)
        except BooksError:  # one that does not fit is seen on the payment's page; the others go on
            continue
