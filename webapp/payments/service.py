"""The verbs of payments: take a receipt, cancel one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from webapp import ledger, links, outstandings, parties, writing_off
from webapp.company import is_locked, require_backdate
from webapp.kernel.dates import FinancialYear, ist_day
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.outstandings import LineKey
from webapp.payments import queries, rules
from webapp.payments.events import ReceiptCancelled, ReceiptPosted
from webapp.payments.models import Receipt, ReceiptCancellation
from webapp.payments.queries import ReceiptRow
from webapp.payments.rules import ReceiptCommand
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.writing_off import LetOff


def take_receipt(books: Books, asked: ReceiptCommand) -> ReceiptRow:
    """Take money from a customer: receipt, voucher, fact and log. The same receipt again gives the first answer.

    What the customer is let off goes with it (`writing_off`). NotFound for no such customer or bill; Malformed, Conflict,
    PeriodLocked, CannotSettle (only for one that a till has not taken already).
    """
    if earlier := queries.receipt_or_none(books, asked.id):
        rules.require_same(earlier.body_sha256, asked.body_sha256)
        return earlier
    rules.require_receipt(asked, books.today)
    if not asked.has_happened:
        require_backdate(books, asked.received_on, "receipt", asked.id)
    customer = parties.party_row(books, asked.party_id)
    posted_on = _posting_day(books, asked)

    if asked.let_off and asked.let_off.parts:
        write_alone(books)
    number = asked.number or _office_number(books, asked.received_on)
    if not insert_once(books, Receipt, _row(books, asked, number)):
        raise Conflict(problem=f"The number {number} is on another receipt already.", fix="Nothing was changed. Compare the two papers.")
    heading = ledger.Heading(
        kind="receipt",
        number=number,
        voucher_date=posted_on,
        store_id=asked.store_id,
        document_kind="receipt",
        document_id=asked.id,
        narration=f"Received from {customer.name}" + (f" ({asked.reference})" if asked.reference else ""),
    )
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=rules.receipt_slip(asked, ledger.heads(books)))
    if asked.bills:
        _settle(books, asked, posted_on)
    if asked.let_off:
        let_off = LetOff(asked.let_off.kind, asked.let_off.parts)
        writing_off.let_off(books, asked.party_id, let_off, came_with=asked.id, number=number, on=posted_on, store_id=asked.store_id)
    audit.record(
        books, "create", "receipt", asked.id, new={"number": number, "party": asked.party_id, "amount": asked.amount, "mode": asked.mode}
    )
    announce(books, ReceiptPosted(receipt_id=asked.id, number=number, party_id=asked.party_id))
    return queries.receipt(books, asked.id)


def take_typed_receipt(books: Books, asked: ReceiptCommand) -> ReceiptRow:
    """`take_receipt` for a form, whose bills name their lines: of which less is open than would be paid is said beside it, with both
    figures (InvalidInput, `bill_…`)."""
    if queries.receipt_or_none(books, asked.id) is None:
        rules.require_receipt(asked, books.today)
        if asked.let_off and asked.let_off.parts:
            write_alone(books)  # before its bills are held: others hold them last
        parts = [(LineKey(bill.voucher_id, bill.line_no or 0), bill.amount) for bill in asked.bills]
        outstandings.require_open(books, asked.party_id, parts)
    return take_receipt(books, asked)


def cancel_receipt(books: Books, receipt_id: UUID, *, reason: str, at: datetime) -> ReceiptRow:
    """Cancel a receipt: its voucher is reversed on the day of `at`. A second cancel gives the first answer."""
    taken = queries.receipt(books, receipt_id)
    if taken.cancelled_at is not None:
        return taken
    reason = rules.require_reason(reason)
    if writing_off.came_with(books, receipt_id):
        write_alone(books)
    reversal_id = new_id()
    ledger.reverse(books, voucher_id=receipt_id, reversal_id=reversal_id, on=ist_day(at), reason=reason)
    row = {"receipt_id": receipt_id, "voucher_id": reversal_id, "reason": reason, "cancelled_at": at, "cancelled_by": books.actor.name}
    books.insert(ReceiptCancellation, [row])
    outstandings.release_all_of(books, receipt_id, why=reason)
    writing_off.cancel_with(books, receipt_id, reason=reason, on=ist_day(at))
    links.free_notice(books, receipt_id)
    old = {"number": taken.number, "amount": taken.amount_paise}
    audit.record(books, "cancel", "receipt", receipt_id, old=old, new={"reason": reason})
    announce(books, ReceiptCancelled(receipt_id=receipt_id, number=taken.number))
    return queries.receipt(books, receipt_id)


def _row(books: Books, asked: ReceiptCommand, number: str) -> dict[str, Any]:
    return {
        "id": asked.id,
        "number": number,
        "party_id": asked.party_id,
        "received_on": asked.received_on,
        "store_id": asked.store_id,
        "till_id": asked.till_id,
        "shift_id": asked.shift_id,
        "mode": asked.mode,
        "amount_paise": asked.amount,
        "reference": asked.reference,
        "note": asked.note,
        "body_sha256": asked.body_sha256,
        "received_by": books.actor.name,
        "recorded_at": books.now,
    }


def _settle(books: Books, asked: ReceiptCommand, on: date) -> None:
    """Give the money to the bills it names: all of it as asked, or of a till's as much as can be."""
    account = ledger.heads(books)["debtors"]
    (own,) = outstandings.party_lines_of(books, asked.id, account_id=account)
    parts = []
    for bill in asked.bills:
        found = outstandings.party_lines_of(books, bill.voucher_id, account_id=account)
        parts += [(key, bill.amount) for key in found if bill.line_no in {None, key.line_no}]
    if len(parts) != len(asked.bills) and not asked.has_happened:
        raise NotFound("bill")
    settle = outstandings.settle_what_can_be if asked.has_happened else outstandings.allocate
    settle(books, asked.party_id, own, parts, on=on)


def _posting_day(books: Books, asked: ReceiptCommand) -> date:
    day = asked.received_on
    if asked.has_happened:
        while day < books.today and is_locked(books, day, "money"):
            day = min(rules.first_of_next_month(day), books.today)
    return day


def _office_number(books: Books, day: date) -> str:
    """The next number of the office's own series: the till code 00 belongs to no till."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00P"
    open_series(books, prefix, document_kind="receipt", year=year)
    return str(take_number(books, prefix))
