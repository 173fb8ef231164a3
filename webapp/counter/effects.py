"""What each command does to the books: one verb of another room each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from webapp import catalogue, parties, payments, sales, stock
from webapp.counter import shifts
from webapp.counter.commands import (
    BillCancel,
    BillIssue,
    CashMoved,
    Command,
    CustomerAdd,
    ItemAdd,
    ReceiptTake,
    ReturnIssue,
    ShiftClose,
    ShiftOpen,
)
from webapp.counter.rules import TillFacts
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import Conflict, InvalidInput, NotFound, keep_promise
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Effect:
    """What was done: the number of the document, what a person should look at, and the till's clock."""

    at: datetime
    number: str = ""
    flags: tuple[str, ...] = ()
    clock_flag: str | None = None
    invoice_id: UUID | None = None


def carry_out(books: Books, till: TillFacts, command: Command) -> Effect:
    """Do what a command says. BooksError when it cannot be done; nothing is written then (the caller's savepoint)."""
    act: Callable[..., Effect] | None = _ACTS.get(type(command.payload))
    keep_promise(act is not None, "every payload has its effect")
    assert act is not None  # noqa: S101 - for the type checker
    return act(books, till, command.payload, command.envelope.sha256)


def flag_clock(books: Books, effect: Effect, previous_at: datetime | None) -> Effect:
    """Say on the document that its time cannot be right."""
    if effect.invoice_id is None:
        return replace(effect, flags=(*effect.flags, sales.FlagKind.CLOCK_SET_BACK.value))
    detail = {"at": effect.at.isoformat(), "previous": previous_at.isoformat() if previous_at else None}
    sales.add_flags(books, effect.invoice_id, [sales.Flag(sales.FlagKind.CLOCK_SET_BACK, detail)])
    return replace(effect, flags=(*effect.flags, sales.FlagKind.CLOCK_SET_BACK.value))


def _bill(books: Books, _till: TillFacts, bill: BillIssue, _sha256: str) -> Effect:
    issued = sales.issue(books, bill.sale)
    stock.release(books, issued.invoice_id)  # what was set aside for it is sold now
    return Effect(bill.at, issued.number, tuple(flag.kind.value for flag in issued.flags), bill.clock_flag, issued.invoice_id)


def _return(books: Books, _till: TillFacts, back: ReturnIssue, _sha256: str) -> Effect:
    issued = sales.issue_return(books, back.sale_return)
    return Effect(back.at, issued.number, tuple(flag.kind.value for flag in issued.flags), back.clock_flag, issued.invoice_id)


def _cancel(books: Books, till: TillFacts, cancel: BillCancel, _sha256: str) -> Effect:
    """A till may cancel its own bill on the bill's day; anything else is an owner's to do in the office."""
    bill = sales.header_or_none(books, cancel.bill_id)
    if bill is None:
        raise Conflict(problem="The bill to cancel is not in the books.", fix="Settle that bill first, then try this again.")
    if bill.till_id not in till.family:
        raise Conflict(problem=f"{bill.number} was made at another counter.", fix="Cancel it in the list of bills.")
    if ist_day(cancel.at) != bill.invoice_date:
        raise Conflict(problem=f"{bill.number} is of another day.", fix="Cancel it in the list of bills, or make a return against it.")
    if sales.invoice(books, cancel.bill_id).cancellation is not None:
        return Effect(cancel.at, bill.number, ("already_cancelled",))
    reason = cancel.reason if len(cancel.reason) >= 3 else "Cancelled at the counter"
    sales.cancel(books, cancel.bill_id, reason=reason, at=cancel.at)
    return Effect(cancel.at, bill.number)


def _receipt(books: Books, till: TillFacts, receipt: ReceiptTake, sha256: str) -> Effect:
    taken: Any = payments.take_receipt(
        books,
        payments.ReceiptCommand(
            id=receipt.id,
            number=receipt.number,
            party_id=receipt.customer_id,
            received_on=receipt.date,
            store_id=till.store_id,
            mode=receipt.mode,
            amount=receipt.amount,
            reference=receipt.reference,
            note=receipt.note,
            till_id=till.id,
            shift_id=receipt.shift_id,
            body_sha256=sha256,
            bills=tuple(payments.PaidBill(*bill) for bill in receipt.bills),
        ),
    )
    return Effect(receipt.at, taken.number, (), receipt.clock_flag)


def _customer(books: Books, _till: TillFacts, customer: CustomerAdd, _sha256: str) -> Effect:
    """Add a customer. A GSTIN or phone that cannot be is left out: bills that name the customer must not wait for it."""
    draft = parties.PartyDraft(
        name=customer.name,
        phone=customer.phone,
        gstin=customer.gstin or None,
        state_code=customer.state_code,
        address=customer.address,
    )
    try:
        with books.savepoint():
            parties.create_party(books, draft, id=customer.id)
    except InvalidInput as refusal:
        if "name" in refusal.errors:
            raise
        parties.quick_party(books, customer.name, id=customer.id)
        return Effect(customer.at, flags=("details_dropped",))
    return Effect(customer.at)


def _item(books: Books, _till: TillFacts, item: ItemAdd, _sha256: str) -> Effect:
    """Add an item. A barcode that another item has by now, or that cannot be one, is left out."""
    tax_class_id = catalogue.tax_class_ids(books).get(item.tax_class)
    if tax_class_id is None:
        raise NotFound("tax class")
    if item.code:
        try:
            with books.savepoint():
                catalogue.quick_item(books, item.name, item.price, tax_class_id, code=item.code, id=item.id)
        except InvalidInput as refusal:
            if not any(field.startswith("code") for field in refusal.errors):
                raise
        else:
            return Effect(item.at)
    catalogue.quick_item(books, item.name, item.price, tax_class_id, id=item.id)
    return Effect(item.at, flags=("code_taken",) if item.code else ())


def _open(books: Books, till: TillFacts, opening: ShiftOpen, _sha256: str) -> Effect:
    shifts.open_shift(books, till, opening)
    return Effect(opening.at)


def _move(books: Books, till: TillFacts, move: CashMoved, _sha256: str) -> Effect:
    shifts.move_cash(books, till, move)
    return Effect(move.at)


def _close(books: Books, till: TillFacts, closing: ShiftClose, _sha256: str) -> Effect:
    shifts.close_shift(books, till, closing)
    return Effect(closing.at)


_ACTS: dict[type, Callable[..., Effect]] = {
    BillIssue: _bill,
    ReturnIssue: _return,
    BillCancel: _cancel,
    ReceiptTake: _receipt,
    CustomerAdd: _customer,
    ItemAdd: _item,
    ShiftOpen: _open,
    CashMoved: _move,
    ShiftClose: _close,
}
