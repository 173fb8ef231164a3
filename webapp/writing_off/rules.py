"""What may be written off, and what it asks of the ledger. Pure.

GST stays as it is. A discount agreed after the sale lowers the value of supply only under CGST Act s.15(3)(b), by a credit note
that the buyer answers with less credit: that is a return without goods, not this. For a debt that went bad the Act knows no
refund of the tax at all: s.34(1) allows a credit note where goods come back or too much was charged, not where nobody paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import Paise, rupees
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

DISCOUNT, ROUND_OFF, SMALL_BALANCE, BAD_DEBT = "discount", "round_off", "small_balance", "bad_debt"
KINDS = (DISCOUNT, ROUND_OFF, SMALL_BALANCE, BAD_DEBT)
LET_OFF_KINDS = (DISCOUNT, ROUND_OFF)  # what may come with a receipt or a cheque
MOST_ROUND_OFF = 10_00  # paise of one bill; more than that is a discount
SMALL_LIMIT = 100_00  # paise; what is larger is looked at by itself
MOST_PARTS = 200
MOST_REASON = 300


class WriteOffRefused(BooksError):
    """It cannot be written off, or not so."""

    status = 409


class Line(Protocol):
    """A line of the register, as outstandings names it."""

    @property
    def voucher_id(self) -> UUID: ...
    @property
    def line_no(self) -> int: ...


class Part(Protocol):
    """What of a line is closed, in paise (outstandings.Part)."""

    @property
    def to(self) -> Line: ...
    @property
    def amount(self) -> int: ...


class Open(Protocol):
    """An open line, as far as it matters here (outstandings.OpenItem)."""

    @property
    def account_id(self) -> UUID: ...
    @property
    def open(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class LetOff:
    """What a party is let off in the same breath as it pays: per bill, in paise."""

    kind: str = DISCOUNT
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteOffCommand:
    """Bills to be closed without money, each by so many paise. `id` is made by whoever draws the form; `came_with` is the
    document that brought it, a receipt or a cheque."""

    id: UUID
    kind: str
    party_id: UUID
    store_id: UUID
    written_on: date
    parts: tuple[Part, ...]
    reason: str
    body_sha256: str
    came_with: UUID | None = None


def require_write_off(asked: WriteOffCommand, today: date) -> None:
    """InvalidInput by field unless it can be one at all."""
    errors: dict[str, str] = {}
    if asked.kind not in KINDS:
        errors["kind"] = "Choose what it is."
    if asked.written_on > today:
        errors["written_on"] = f"{written(asked.written_on)} has not come yet."
    if not asked.parts:
        errors["bills"] = "Type an amount beside a bill."
    if len(asked.parts) > MOST_PARTS:
        errors["bills"] = f"{len(asked.parts)} bills are too many for one document; take at most {MOST_PARTS}."
    if len({part.to for part in asked.parts}) != len(asked.parts):
        errors["bills"] = "One bill was named twice. Give each bill one amount."
    if not 3 <= len(asked.reason) <= MOST_REASON:
        errors["reason"] = "Say in a few words why it is written off."
    if errors:
        raise InvalidInput(errors)


def require_open(asked: WriteOffCommand, items: Mapping[Any, Open], heads: Mapping[str, UUID], *, prefix: str) -> None:
    """InvalidInput beside each bill of which less is open, or that is not of this kind; the figures are in the words."""
    errors: dict[str, str] = {}
    for part in asked.parts:
        item = items[part.to]
        field = f"{prefix}{part.to.voucher_id.hex}.{part.to.line_no}"
        if part.amount <= 0:
            errors[field] = "Type an amount above 0."
        elif part.amount > abs(item.open):
            errors[field] = (
                f"{rupees(Paise(abs(item.open)))} of {item.name} is open, {rupees(Paise(part.amount))} would be written off. Type less."
            )
        elif asked.kind == ROUND_OFF and part.amount > MOST_ROUND_OFF:
            errors[field] = f"{rupees(Paise(part.amount))} is more than a round-off; up to {rupees(Paise(MOST_ROUND_OFF))} is one."
        elif asked.kind == SMALL_BALANCE and part.amount > SMALL_LIMIT:
            errors[field] = f"{rupees(Paise(part.amount))} is not small; up to {rupees(Paise(SMALL_LIMIT))} is."
        elif asked.kind == BAD_DEBT and (item.open < 0 or item.account_id != heads["debtors"]):
            errors[field] = f"{item.name} is not a bill that a customer owes."
    if errors:
        raise InvalidInput(errors)
    if len({(items[part.to].account_id, items[part.to].open > 0) for part in asked.parts}) > 1:
        raise WriteOffRefused(
            problem="Bills and money on account stand on different sides.", fix="Write them off one after the other, in two documents."
        )


def slip_of(kind: str, party_id: UUID, items: Sequence[Open], parts: Sequence[Part], heads: Mapping[str, UUID]) -> Slip:
    """Line 1 is the party's; it closes what is open. Line 2 is what it costs the shop, or brings it."""
    amount = sum(part.amount for part in parts)
    account, is_owed = items[0].account_id, items[0].open > 0
    other = {BAD_DEBT: "bad-debts", ROUND_OFF: "round-off", SMALL_BALANCE: "round-off"}.get(kind)
    if other is None:
        other = "discount-allowed" if is_owed else "discount-received"
    if is_owed:
        return Slip((credit(account, amount, party_id), debit(heads[other], amount)))
    return Slip((debit(account, amount, party_id), credit(heads[other], amount)))


def require_same(number: str, earlier: str, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier != now:
        raise Conflict(problem=f"{number} was written under this id, with other content.", fix="Nothing was written. Open the form anew.")


def require_reason(text: str) -> str:
    """Why it is cancelled, as kept. InvalidInput beside the field."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({"reason": "Say in a few words why it is cancelled."})
    return kept


def require_alone(number: str, came_with: UUID | None) -> None:
    """WriteOffRefused for one that came with a receipt or a cheque: it goes with that."""
    if came_with is not None:
        raise WriteOffRefused(
            problem=f"{number} came with a receipt or a cheque.", fix="Cancel that document: what was let off with it is cancelled too."
        )
