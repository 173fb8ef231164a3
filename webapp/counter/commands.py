"""What a till sends, as frozen values. Plain data: read by `bodies`, acted on by `service`."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from webapp.kernel.money import MilliPaise, Paise
from webapp.kernel.records import dataclass
from webapp.sales import Sale, SaleReturn


class CommandType(StrEnum):
    """The kinds of command. Each is one thing that has happened at the counter."""

    BILL_ISSUE = "bill.issue"
    BILL_CANCEL = "bill.cancel"
    RETURN_ISSUE = "return.issue"
    RECEIPT_TAKE = "receipt.take"
    CUSTOMER_ADD = "customer.add"
    ITEM_ADD = "item.add"
    SHIFT_OPEN = "shift.open"
    CASH_MOVE = "cash.move"
    SHIFT_CLOSE = "shift.close"


class Purpose(StrEnum):
    """Why cash went into or came out of a drawer."""

    BANK = "bank"
    EXPENSE = "expense"
    OWNER = "owner"
    FLOAT = "float"


@dataclass(frozen=True, slots=True)
class Cashier:
    """Who stood at the till, as the till says: attribution, not proof."""

    id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class BillIssue:
    """A bill was issued."""

    sale: Sale
    at: datetime
    cashier: Cashier
    clock_flag: str | None


@dataclass(frozen=True, slots=True)
class ReturnIssue:
    """Goods came back against a bill."""

    sale_return: SaleReturn
    at: datetime
    cashier: Cashier
    clock_flag: str | None


@dataclass(frozen=True, slots=True)
class BillCancel:
    """A bill of this till was cancelled on its day."""

    id: UUID
    bill_id: UUID
    reason: str
    at: datetime
    cashier: Cashier


@dataclass(frozen=True, slots=True)
class ReceiptTake:
    """A customer paid dues."""

    id: UUID
    number: str
    date: date
    at: datetime
    cashier: Cashier
    shift_id: UUID | None
    customer_id: UUID
    amount: Paise
    mode: str
    reference: str
    note: str
    clock_flag: str | None
    # Which bills it pays, how much of each, and the line of the voucher where that is known; none: on account.
    bills: tuple[tuple[UUID, Paise, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerAdd:
    """A customer was added while billing."""

    id: UUID
    name: str
    phone: str
    gstin: str
    state_code: str
    address: str
    at: datetime
    cashier: Cashier


@dataclass(frozen=True, slots=True)
class ItemAdd:
    """An item was added while billing."""

    id: UUID
    name: str
    price: MilliPaise
    tax_class: str
    code: str
    at: datetime
    cashier: Cashier


@dataclass(frozen=True, slots=True)
class ShiftOpen:
    """A shift began with some cash in the drawer."""

    id: UUID
    float_paise: Paise
    at: datetime
    cashier: Cashier


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Cash went into the drawer (positive) or came out of it (negative)."""

    id: UUID
    shift_id: UUID
    amount: Paise
    purpose: Purpose
    reason: str
    at: datetime
    cashier: Cashier


@dataclass(frozen=True, slots=True)
class ShiftClose:
    """A shift ended with a count. `unsent` bills were still waiting when an owner overrode the till's refusal."""

    id: UUID
    shift_id: UUID
    denominations: dict[int, int]
    counted: Paise
    unsent: int
    override_by: str
    at: datetime
    cashier: Cashier


@dataclass(frozen=True, slots=True)
class Malformed:
    """A command that cannot be read; `reason` says why, in plain words."""

    reason: str


Payload = BillIssue | ReturnIssue | BillCancel | ReceiptTake | CustomerAdd | ItemAdd | ShiftOpen | CashMoved | ShiftClose | Malformed


@dataclass(frozen=True, slots=True)
class Envelope:
    """A command as it came: its body is still one string. `series` and `seq` repeat the body's number outside it."""

    id: UUID
    type: str
    ref: UUID | None
    series: str | None
    seq: int | None
    body: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command read: what came, and what it means."""

    envelope: Envelope
    payload: Payload


@dataclass(frozen=True, slots=True)
class Push:
    """One push of a till."""

    device: UUID
    lease: str
    build: str
    format: int
    report: dict[str, Any]  # pending, oldest, last, clock: checked
    commands: tuple[Envelope, ...]
