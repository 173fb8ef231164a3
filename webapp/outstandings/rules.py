"""What may settle what, in which order, and how old an open bill is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import Paise, rupees
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

MOST_EDGES = 8
MOST_DAYS = 3650
MOST_NAME = 60
MOST_REASON = 300
USUAL_EDGES = (0, 30, 60, 90, 120)
REFERENCE_KINDS = ("new", "advance", "on_account")


class CannotSettle(BooksError):
    """These two lines do not settle each other, or not by that much."""

    status = 409


class LineKey(NamedTuple):
    """A line of a voucher."""

    voucher_id: UUID
    line_no: int


class Part(NamedTuple):
    """What of an amount goes to which line, in paise."""

    to: LineKey
    amount: int


@dataclass(frozen=True, slots=True)
class Reference:
    """What a party line is called (see models.LineReference)."""

    kind: str
    name: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A party line that is not wholly settled. `amount` and `open` are signed like the line, debit positive, in paise.

    `name` is its reference's, or its voucher's number. `due_on` of a bill is its own, or its day and the party's credit days.
    """

    key: LineKey
    account_id: UUID
    party_id: UUID
    day: date
    due_on: date
    amount: int
    open: int
    name: str
    number: str
    kind: str
    reference: str
    document_kind: str
    document_id: UUID
    store_id: UUID

    @property
    def settled(self) -> int:
        """How much of it is settled, signed like the line."""
        return self.amount - self.open

    def days_over(self, on: date) -> int:
        """Days past its due date; less than nothing when it has not come."""
        return (on - self.due_on).days


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A party line as settling asks for it: `free` is what no allocation holds, unsigned; `free_from` the day since which
    so much is free: its own, or that of the newest release, for what was settled until then was settled then."""

    key: LineKey
    account_id: UUID
    party_id: UUID
    day: date
    amount: int
    free: int
    free_from: date
    number: str
    is_reversed: bool
    is_reversal: bool


def suggest(items: Iterable[OpenItem], amount: int) -> tuple[Part, ...]:
    """How `amount` paise (unsigned) would settle `items`, oldest due first; what is left over stays on account."""
    found, left = [], amount
    for item in sorted(items, key=oldest_first):
        if left <= 0:
            break
        part = min(left, abs(item.open))
        found.append(Part(item.key, part))
        left -= part
    return tuple(found)


def oldest_first(item: OpenItem) -> tuple[date, date, UUID, int]:
    """The order in which money that names no bill pays."""
    return (item.due_on, item.day, *item.key)


def netted(items: Sequence[OpenItem], sign: int) -> list[OpenItem]:
    """The bills of one party that stay open when what is on account pays the oldest first, and what money is left over.

    `sign` says which side the bills stand on: 1 for what customers owe, -1 for what is owed to suppliers.
    """
    bills = [item for item in items if item.open * sign > 0]
    money = sum(abs(item.open) for item in items) - sum(abs(item.open) for item in bills)
    paid = {part.to: part.amount for part in suggest(bills, money)}
    kept = [replace(bill, open=bill.open - sign * paid.get(bill.key, 0)) for bill in sorted(bills, key=oldest_first)]
    over = money - sum(paid.values())
    rest = []
    for item in sorted((item for item in items if item.open * sign < 0), key=oldest_first, reverse=True):
        if over > 0:
            part = min(over, abs(item.open))
            rest.append(replace(item, open=-sign * part))
            over -= part
    return [bill for bill in kept if bill.open] + rest[::-1]


def require_parts(source: LineFacts, parts: Sequence[Part], others: Sequence[LineFacts]) -> None:
    """CannotSettle unless every part may go to its line. `others` are the lines of the parts, in their order."""
    if not parts:
        raise CannotSettle(problem="Nothing was chosen to settle.", fix="Tick a bill and type an amount.")
    if len({part.to for part in parts}) != len(parts):
        raise CannotSettle(problem="One bill was named twice.", fix="Give each bill one amount.")
    for line in (source, *others):
        if line.is_reversed or line.is_reversal:
            raise CannotSettle(problem=f"{line.number} was taken back.", fix="Reload the list: it settles nothing any more.")
    for part, other in zip(parts, others, strict=True):
        if part.amount <= 0:
            raise CannotSettle(problem=f"{rupees(Paise(part.amount))} cannot settle {other.number}.", fix="Type an amount above 0.")
        if (other.party_id, other.account_id) != (source.party_id, source.account_id):
            raise CannotSettle(
                problem=f"{other.number} and {source.number} are not of one party and account.", fix="Choose lines of the same party."
            )
        if (other.amount > 0) == (source.amount > 0):
            raise CannotSettle(
                problem=f"{other.number} and {source.number} stand on the same side.", fix="A payment settles a bill, not another payment."
            )
        if part.amount > other.free:
            raise CannotSettle(
                problem=f"{rupees(Paise(other.free))} of {other.number} is open, {rupees(Paise(part.amount))} would be settled.",
                fix="Reload the list, then choose again: somebody may have settled it meanwhile.",
            )
    wanted = sum(part.amount for part in parts)
    if wanted > source.free:
        raise CannotSettle(
            problem=f"{rupees(Paise(source.free))} of {source.number} is free, {rupees(Paise(wanted))} would be used.",
            fix="Lower the amounts, or use another payment for the rest.",
        )


def too_much_words(line: LineFacts, amount: int) -> str:
    """What is said beside a bill that would be paid more than is open of it."""
    return (
        f"{rupees(Paise(line.free))} of {line.number} is open, {rupees(Paise(amount))} would be paid. Lower it; the rest stays on account."
    )


def require_reference(reference: Reference) -> Reference:
    """The reference as kept. InvalidInput by field."""
    name = clean_text(reference.name)
    errors = {}
    if reference.kind not in REFERENCE_KINDS:
        errors["reference"] = "Choose what the line is: a new bill, an advance, or on account."
    if len(name) > MOST_NAME:
        errors["name"] = f"Use at most {MOST_NAME} characters."
    if reference.kind == "new" and not name:
        errors["name"] = "Type the number of the bill."
    if reference.due_on is not None and reference.kind != "new":
        errors["due_on"] = "Only a bill falls due."
    if errors:
        raise InvalidInput(errors)
    return replace(reference, name=name)


def require_reason(text: str) -> str:
    """Why an allocation is undone, as kept."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({"reason": "Say in a few words why it is undone."})
    return kept


def require_standing(number: str, released_by: str | None, released_on: date | None) -> None:
    """Conflict when an allocation was released before."""
    if released_on is not None:
        raise Conflict(
            problem=f"{released_by or 'Somebody'} has undone this of {number} on {written(released_on)}.", fix="Reload the list."
        )


def read_edges(text: str) -> tuple[int, ...]:
    """Edges of the buckets as typed, "0-30-60": days in rising order. The usual ones where it cannot be read."""
    parts = [part for part in text.replace(",", "-").replace(" ", "-").split("-") if part]
    if not parts or len(parts) > MOST_EDGES or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        return USUAL_EDGES
    days = sorted({int(part) for part in parts})
    return tuple(days) if days[-1] <= MOST_DAYS else USUAL_EDGES


def bounds(edges: Sequence[int], *, by_due: bool) -> tuple[int, ...]:
    """The days that part the buckets. Due dates have one bucket more in front: what is not due yet."""
    rising = [days for days in edges if days > 0]
    return (0, *rising) if by_due else tuple(rising)


def bucket_of(days: int, parting: Sequence[int]) -> int:
    """The bucket of an age: 0 is the youngest, len(parting) the oldest."""
    return sum(days > bound for bound in parting)


def spread_oldest_first(buckets: Sequence[int], money: int) -> tuple[tuple[int, ...], int]:
    """Money taken off the oldest bucket first; returns the buckets left and the money left."""
    left, kept = money, list(buckets)
    for place in range(len(kept) - 1, -1, -1):
        part = min(left, kept[place])
        kept[place] -= part
        left -= part
    return tuple(kept), left


def due_date(day: date, credit_days: int) -> date:
    """A bill's due date after the party's terms."""
    return day + timedelta(days=credit_days)
