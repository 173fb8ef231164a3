"""Payments taken into the books: once each, whichever road tells of them, and in whatever order.

A payment has one row, whose id follows from the gateway's own; its voucher has the same id. Both are written in the transaction of
the news, so a process that is killed has written both or neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import company, ledger, orders, outstandings, parties, sales
from webapp.gateway import queries, rules
from webapp.gateway.adapter import PaymentSeen
from webapp.gateway.models import GatewayPayment, GatewayRequest
from webapp.gateway.queries import AccountRow, PaymentRow, RequestRow
from webapp.gateway.rules import LIVE, Asked, NotOpen, Request
from webapp.kernel.errors import InvalidInput
from webapp.outstandings import LineKey, OpenItem
from webapp.platform import audit
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone

MONEY = "money"  # the part of the books that receipts are locked with


def note_payment(books: Books, kept: AccountRow, seen: PaymentSeen) -> PaymentRow:
    """What the gateway says of a payment: kept, and once it is captured posted and put to its bill, or kept for a person with the reason.

    Safe to repeat; old news changes nothing.
    """
    payment_id = rules.row_id(books.company_id, kept.provider, seen.remote_id)
    write_alone(books)  # before any row is held: a payment and its refunds are several vouchers
    row = queries.payment_or_none(books, payment_id)
    asked = _request_of(books, seen.reference)
    if row is None:
        insert_once(books, GatewayPayment, _new_row(books, kept, payment_id, seen, asked))
        audit.record(books, "create", "gateway_payment", payment_id, new={"payment": seen.remote_id, "amount": seen.amount_paise})
    else:
        _learn(books, row, seen, asked)
    row = queries.payment(books, payment_id, to_change=True)
    if row.status in {"captured", "refunded"} and (row.books == "none" or (row.why == "unknown" and row.books == "kept" and asked)):
        _decide(books, kept, row, asked)
        row = queries.payment(books, payment_id)
    return row


def _new_row(books: Books, kept: AccountRow, payment_id: UUID, seen: PaymentSeen, asked: RequestRow | None) -> dict[str, Any]:
    return {
        "id": payment_id,
        "provider": kept.provider,
        "remote_id": seen.remote_id,
        "request_id": asked.id if asked else None,
        "party_id": asked.party_id if asked else None,
        "store_id": asked.store_id if asked else company.default_store(books),
        "amount_paise": seen.amount_paise,
        "currency": seen.currency,
        "method": seen.method,
        "bank_reference": seen.bank_reference,
        "status": seen.status,
        "fee_paise": seen.fee_paise,
        "tax_paise": seen.tax_paise,
        "paid_on": min(seen.paid_on, books.today),
        "books": "none",
        "why": "",
        "note": "",
        "posted_on": None,
        "decided_by": "",
        "decided_at": None,
        "known_at": books.now,
    }


def _learn(books: Books, row: PaymentRow, seen: PaymentSeen, asked: RequestRow | None) -> None:
    """What is newer than what is known. Amount and currency are those of its first telling for ever."""
    values: dict[str, Any] = {}
    if rules.moves_on(row.status, seen.status) or (row.status, seen.status) == ("captured", "refunded"):
        values["status"] = seen.status
    if row.books == "none" and rules.moves_on(row.status, seen.status):
        values |= {"amount_paise": seen.amount_paise, "currency": seen.currency}  # before there is money, it may still change
    told = {"fee_paise": seen.fee_paise, "tax_paise": seen.tax_paise, "bank_reference": seen.bank_reference, "method": seen.method}
    values |= {name: value for name, value in told.items() if value and value != getattr(row, name)}
    if asked and row.request_id is None and row.books in {"none", "kept"}:
        values |= {"request_id": asked.id, "party_id": asked.party_id, "store_id": asked.store_id}
    if values:
        books.session.execute(update(GatewayPayment).where(GatewayPayment.id == row.id).values(**values))


def _request_of(books: Books, reference: str) -> RequestRow | None:
    if not reference:
        return None
    found = queries.requests_where(books, GatewayRequest.reference == reference, most=1)
    return queries.request(books, found[0].id, to_change=True) if found else None


def _decide(books: Books, kept: AccountRow, row: PaymentRow, asked: RequestRow | None) -> None:
    wanted = _asked(books, asked)
    is_locked = company.is_locked(books, row.paid_on, MONEY, row.store_id)
    why = rules.why_kept(wanted, row.amount_paise, row.currency, row.fee_paise, is_locked=is_locked)
    if asked and row.currency == "INR":
        _count(books, asked, row.amount_paise)
    if why:
        _move(books, row, {"books": "kept", "why": why})
        audit.record(books, "keep", "gateway_payment", row.id, new={"payment": row.remote_id, "why": why})
        return
    if asked is not None:
        post(books, kept, row, asked.party_id, row.paid_on, _parts(books, asked, row.amount_paise))


def _asked(books: Books, asked: RequestRow | None) -> Asked | None:
    if asked is None:
        return None
    left, is_cancelled = document_left(books, asked)
    return Asked(asked.amount_paise, asked.left_paise, asked.accepts_partial, left, is_cancelled)


def document_left(books: Books, asked: RequestRow) -> tuple[int | None, bool]:
    """What is open of the document of a demand (None where that cannot be told), and whether it was cancelled."""
    if asked.shared == "bill":
        head = sales.header_or_none(books, asked.document_id)
        is_cancelled = head is None or sales.invoice(books, asked.document_id).cancellation is not None
        pages = _vouchers_of_bill(books, asked.document_id)
        items = outstandings.open_items(books, asked.party_id, side=outstandings.RECEIVABLE)
        return sum(item.open for item in items if item.document_id in pages and item.open > 0), is_cancelled
    if asked.shared == "order":
        return None, orders.document(books, asked.document_id).head.state == "cancelled"
    return None, False


def _vouchers_of_bill(books: Books, invoice_id: UUID) -> set[UUID]:
    return {invoice_id, *(one.page for one in sales.collected_on(books, invoice_id) if one.page)}


def _parts(books: Books, asked: RequestRow, amount: int) -> list[tuple[LineKey, int]]:
    """The lines a payment is put to: its bill's; the oldest of a statement; none of an order, whose money is on account."""
    items = outstandings.open_items(books, asked.party_id, side=outstandings.RECEIVABLE)
    if asked.shared == "bill":
        pages = _vouchers_of_bill(books, asked.document_id)
        items = [item for item in items if item.document_id in pages]
    elif asked.shared != "statement":
        return []
    return _oldest(items, amount)


def _oldest(items: Iterable[OpenItem], amount: int) -> list[tuple[LineKey, int]]:
    return [(part.to, part.amount) for part in outstandings.suggest((item for item in items if item.open > 0), amount)]


def _count(books: Books, asked: RequestRow, amount: int) -> None:
    paid = asked.paid_paise + amount
    values: dict[str, Any] = {"paid_paise": paid}
    if asked.state in LIVE:
        is_whole = paid >= asked.amount_paise
        values |= {"state": (Request.PAID if is_whole else Request.PARTLY).value, "problem": "", "next_at": None}
        if is_whole:
            values["live_key"] = None
    books.session.execute(update(GatewayRequest).where(GatewayRequest.id == asked.id).values(**values))


def post(books: Books, kept: AccountRow, row: PaymentRow, party_id: UUID, on: date, parts: Sequence[tuple[LineKey, int]]) -> None:
    """The receipt voucher of a payment, and what it settles; what settles nothing is on account. Its refunds follow it into the books."""
    from webapp.gateway import refunding  # which posts by this module's rows

    customer = parties.party_row(books, party_id)
    heading = ledger.Heading(
        kind="receipt",
        number=row.remote_id,
        voucher_date=on,
        store_id=row.store_id,
        document_kind="online_payment",
        document_id=row.id,
        narration=f"Received online from {customer.name}" + (f" ({row.bank_reference})" if row.bank_reference else ""),
    )
    debtors = ledger.heads(books)["debtors"]
    ledger.post(books, voucher_id=row.id, heading=heading, slip=rules.receipt_slip(kept.clearing_id, debtors, party_id, row.amount_paise))
    if parts:
        (own,) = outstandings.party_lines_of(books, row.id, account_id=debtors)
        outstandings.settle_what_can_be(books, party_id, own, parts, on=on)
    _move(books, row, {"books": "posted", "party_id": party_id, "posted_on": on, "why": ""})
    audit.record(books, "post", "gateway_payment", row.id, new={"payment": row.remote_id, "party": party_id, "amount": row.amount_paise})
    refunding.post_refunds_of(books, kept, row.id)


def enter(books: Books, payment_id: UUID, party_id: UUID | None, use: str, *, note: str = "") -> PaymentRow:
    """A person enters a payment that did not fit: as money of a party on account ("account"), put to its oldest bills ("bills"), or to
    the document it was asked for ("document"). On its own day, or today where that is locked.

    InvalidInput by field; NotOpen for one that is decided, Conflict for a currency that the books do not hold.
    """
    write_alone(books)
    row = queries.payment(books, payment_id, to_change=True)
    company.require_mine(books, row.store_id)
    if row.books == "posted" and row.party_id == party_id:
        return row
    if row.books not in {"kept", "ignored"}:
        raise NotOpen
    if row.currency != "INR":
        raise InvalidInput({"use": f"It was paid in {row.currency}. Enter what reached the bank by a voucher, and put this payment aside."})
    party = party_id or row.party_id
    if party is None:
        raise InvalidInput({"party": "Choose the customer who paid."})
    asked = queries.request(books, row.request_id) if row.request_id else None
    parts: list[tuple[LineKey, int]] = []
    if use == "document":
        if asked is None or asked.party_id != party:
            raise InvalidInput({"use": "It was not asked for by a document of this customer. Choose another use."})
        parts = _parts(books, asked, row.amount_paise)
    elif use == "bills":
        parts = _oldest(outstandings.open_items(books, party, side=outstandings.RECEIVABLE), row.amount_paise)
    elif use != "account":
        raise InvalidInput({"use": "Choose what the money is put to."})
    account = queries.account_or_none(books)
    if account is None:
        raise rules.NotConnected
    on = books.today if company.is_locked(books, row.paid_on, MONEY, row.store_id) else row.paid_on
    post(books, account, row, party, on, parts)
    _move(books, row, {"note": note[: rules.MOST_REASON], **_by(books)})
    return queries.payment(books, payment_id)


def ignore(books: Books, payment_id: UUID, reason: str) -> PaymentRow:
    """Put a payment aside, with a word. It stays out of the books, and can be entered later all the same."""
    reason = rules.require_reason(reason)
    row = queries.payment(books, payment_id, to_change=True)
    company.require_mine(books, row.store_id)
    if row.books == "ignored":
        return row
    if row.books != "kept":
        raise NotOpen
    _move(books, row, {"books": "ignored", "note": reason, **_by(books)})
    audit.record(books, "put-aside", "gateway_payment", row.id, new={"payment": row.remote_id, "reason": reason})
    return queries.payment(books, payment_id)


def _by(books: Books) -> dict[str, Any]:
    return {"decided_by": books.actor.name, "decided_at": books.now}


def _move(books: Books, row: PaymentRow, values: dict[str, Any]) -> None:
    query = update(GatewayPayment).where(GatewayPayment.id == row.id)
    update_count(books, query.values(**values))
