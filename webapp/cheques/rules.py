"""What a cheque may be, which step follows which, and what each asks of the ledger. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

RECEIVED, ISSUED = "received", "issued"
DIRECTIONS = (RECEIVED, ISSUED)
IN_HAND, DEPOSITED, CLEARED, BOUNCED, STOPPED, CANCELLED = "in_hand", "deposited", "cleared", "bounced", "stopped", "cancelled"
OUT = "issued"  # the state of one that is with the supplier
STATES = (IN_HAND, OUT, DEPOSITED, CLEARED, BOUNCED, STOPPED, CANCELLED)
# (direction, act) → from which states, to which state.
STEPS: Mapping[tuple[str, str], tuple[tuple[str, ...], str]] = {
    (RECEIVED, "deposit"): ((IN_HAND,), DEPOSITED),
    (RECEIVED, "undeposit"): ((DEPOSITED,), IN_HAND),
    (RECEIVED, "clear"): ((DEPOSITED,), CLEARED),
    (RECEIVED, "bounce"): ((DEPOSITED, CLEARED), BOUNCED),
    (RECEIVED, "again"): ((BOUNCED,), IN_HAND),
    (RECEIVED, "cancel"): ((IN_HAND,), CANCELLED),
    (ISSUED, "clear"): ((OUT,), CLEARED),
    (ISSUED, "bounce"): ((OUT,), BOUNCED),
    (ISSUED, "stop"): ((OUT,), STOPPED),
    (ISSUED, "again"): ((BOUNCED, STOPPED), OUT),
    (ISSUED, "cancel"): ((OUT,), CANCELLED),
}
# What to do about one that is elsewhere.
_REMEDIES = {
    IN_HAND: "It is in hand: deposit it first.",
    OUT: "It is with the supplier: say what became of it there.",
    DEPOSITED: "It is at the bank: record that the bank returned it, or cancel its deposit slip first.",
    CLEARED: "The bank has paid it: if it was returned after all, record that.",
    BOUNCED: "Its bills are open again: take it again to present it once more, or take other money.",
    STOPPED: "Its bills are open again: issue it again, or pay otherwise.",
    CANCELLED: "Enter a new one.",
}
VALID_MONTHS = 3
MOST_AHEAD = timedelta(days=3 * 366)
DIGITS = 6
MOST_TEXT = 100
MOST_REASON = 300
MOST_ON_A_SLIP = 200


class ChequeRefused(BooksError):
    """The cheque is not where this step could be taken."""

    status = 409


class PaidBill(NamedTuple):
    """A bill that a cheque pays: its line in the register, and paise."""

    voucher_id: UUID
    line_no: int
    amount: int


@dataclass(frozen=True, slots=True)
class ChequeCommand:
    """A cheque received or issued (`direction`). `id` is made by whoever draws the form; `bank` is the one it is drawn on, `account_id`
    the shop's own account that an issued one is drawn on."""

    id: UUID
    direction: str
    party_id: UUID
    store_id: UUID
    taken_on: date
    cheque_no: str
    bank: str
    cheque_date: date
    amount: Paise
    body_sha256: str
    bills: tuple[PaidBill, ...] = ()
    account_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MoveCommand:
    """A step of one cheque. `id` is the step's own, so that a form sent twice is one step. `charges` in paise are what the bank
    takes for it; `from_party` asks them of the customer."""

    id: UUID
    cheque_id: UUID
    on: date
    reason: str = ""
    charges: int = 0
    from_party: bool = False


@dataclass(frozen=True, slots=True)
class DepositCommand:
    """Cheques that go to the bank together, on one slip, into one account."""

    id: UUID
    deposited_on: date
    account_id: UUID
    cheque_ids: tuple[UUID, ...]
    body_sha256: str


class Cheque(Protocol):
    """A cheque, as far as a step asks."""

    @property
    def number(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def taken_on(self) -> date: ...
    @property
    def cheque_date(self) -> date: ...
    @property
    def valid_until(self) -> date: ...
    @property
    def moved_on(self) -> date: ...


def valid_until(cheque_date: date) -> date:
    """The last day a bank pays a cheque: three months from its date. Reserve Bank of India, DBOD.AML BC.No.47/14.01.001/2011-12 of
    4 November 2011, under section 35A of the Banking Regulation Act 1949, from 1 April 2012 on."""
    year, month = cheque_date.year + (cheque_date.month + VALID_MONTHS - 1) // 12, (cheque_date.month + VALID_MONTHS - 1) % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month, min(cheque_date.day, last))


def require_cheque(asked: ChequeCommand, today: date) -> ChequeCommand:
    """The cheque as kept. InvalidInput by field."""
    errors: dict[str, str] = {}
    kept = replace(asked, bank=clean_text(asked.bank), note=clean_text(asked.note))
    if len(asked.cheque_no) != DIGITS or not (asked.cheque_no.isascii() and asked.cheque_no.isdigit()):
        errors["cheque_no"] = f"A cheque number has {DIGITS} digits, the first {DIGITS} at the foot of the cheque. Type digits only."
    if not 0 < asked.amount <= MOST_PAISE:
        errors["amount"] = "Type an amount above 0."
    if asked.taken_on > today:
        errors["taken_on"] = f"{written(asked.taken_on)} has not come yet."
    if asked.cheque_date > asked.taken_on + MOST_AHEAD:
        errors["cheque_date"] = f"{written(asked.cheque_date)} is more than three years ahead. Look at the date again."
    elif valid_until(asked.cheque_date) < asked.taken_on:
        errors["cheque_date"] = (
            f"A cheque of {written(asked.cheque_date)} is stale since {written(valid_until(asked.cheque_date))}. Ask for a new one."
        )
    if asked.direction == RECEIVED and not kept.bank:
        errors["bank"] = "Type the bank the cheque is drawn on."
    for field, text in (("bank", kept.bank), ("note", kept.note)):
        if len(text) > MOST_TEXT:
            errors[field] = f"Use at most {MOST_TEXT} characters."
    named = sum(bill.amount for bill in asked.bills)
    if named > asked.amount:
        errors["bills"] = (
            f"The bills below come to {rupees(Paise(named))}, more than {rupees(asked.amount)}. Lower them, or the cheque is more."
        )
    if errors:
        raise InvalidInput(errors)
    return kept


def next_state(cheque: Cheque, act: str) -> str:
    """The state after a step. ChequeRefused when the cheque is not where it could be taken, with what to do instead."""
    froms, to = STEPS.get((cheque.direction, act), ((), ""))
    if cheque.state not in froms:
        words = {IN_HAND: "in hand", OUT: "with the supplier"}.get(cheque.state, cheque.state)
        raise ChequeRefused(problem=f"Cheque {cheque.number} is {words} since {written(cheque.moved_on)}.", fix=_REMEDIES[cheque.state])
    return to


def require_day(cheque: Cheque, on: date, today: date, *, field: str, is_banked: bool) -> None:
    """InvalidInput for a step before the cheque was there or its last step, or tomorrow; where the bank pays on it (`is_banked`) also
    before the cheque's date and when it is stale."""
    if on > today:
        raise InvalidInput({field: f"{written(on)} has not come yet."})
    if on < cheque.taken_on:
        raise InvalidInput({field: f"{cheque.number} was taken on {written(cheque.taken_on)}: choose that day or later."})
    if on < cheque.moved_on:
        raise InvalidInput({field: f"The last step of {cheque.number} was on {written(cheque.moved_on)}: choose that day or later."})
    if is_banked and on < cheque.cheque_date:
        words = f"{cheque.number} is post-dated: no bank pays it before {written(cheque.cheque_date)}."
        raise InvalidInput({field: words})
    if is_banked and on > cheque.valid_until:
        words = f"{cheque.number} is stale since {written(cheque.valid_until)}: ask for a new cheque, and cancel this one."
        raise InvalidInput({field: words})


def require_move(asked: MoveCommand, *, wants_reason: bool) -> MoveCommand:
    """The step as kept. InvalidInput by field."""
    reason, errors = clean_text(asked.reason), {}
    if wants_reason and not 3 <= len(reason) <= MOST_REASON:
        errors["reason"] = "Say in a few words why, as the bank's memo has it."
    if not 0 <= asked.charges <= MOST_PAISE:
        errors["charges"] = "Charges are not less than 0."
    if errors:
        raise InvalidInput(errors)
    return replace(asked, reason=reason)


def require_same(number: str, earlier: str, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier != now:
        raise Conflict(problem=f"{number} was entered under this id, with other content.", fix="Nothing was written. Open the form anew.")


def taken_slip(direction: str, amount: int, party_id: UUID, heads: Mapping[str, UUID]) -> Slip:
    """Dr cheques in hand, Cr the customer; or Dr the supplier, Cr cheques issued."""
    if direction == RECEIVED:
        return Slip((debit(heads["cheques-in-hand"], amount), credit(heads["debtors"], amount, party_id)))
    return Slip((debit(heads["creditors"], amount, party_id), credit(heads["cheques-issued"], amount)))


def deposit_slip(amounts: Sequence[int], account_id: UUID, heads: Mapping[str, UUID]) -> Slip:
    """Dr the bank by the slip's total, Cr cheques in hand."""
    return Slip((debit(account_id, sum(amounts)), credit(heads["cheques-in-hand"], sum(amounts))))


def paid_slip(amount: int, account_id: UUID, heads: Mapping[str, UUID]) -> Slip:
    """An issued cheque was paid by the bank: Dr cheques issued, Cr the bank."""
    return Slip((debit(heads["cheques-issued"], amount), credit(account_id, amount)))


def returned_slip(amount: int, charges: int, account_id: UUID, heads: Mapping[str, UUID], *, party_id: UUID | None) -> Slip | None:
    """What the bank takes back and asks for it: Dr cheques in hand; Dr expenses by the charges, or the customer who bears them, as
    line 1; Cr the bank. None where it took nothing.

    No GST on charges passed on: a cheque that is dishonoured is a fault, not something the shop has agreed to bear for a price
    (CBIC Circular 178/10/2022-GST of 3 August 2022, para 7.2).
    """
    lines = []
    if charges:
        lines.append(debit(heads["debtors"], charges, party_id) if party_id else debit(heads["expenses"], charges))
    if amount:
        lines.append(debit(heads["cheques-in-hand"], amount))
    return Slip((*lines, credit(account_id, amount + charges))) if lines else None
