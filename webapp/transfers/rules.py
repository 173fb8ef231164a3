"""What a transfer may be, what it is worth, and what it asks the two registers to write. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import MilliPaise, Paise, Qty, plain_decimal, rounded
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass

MOST_LINES = 500
MOST_TEXT = 300
TAXES = ("cgst", "sgst", "igst", "cess")
ONE = 10_000  # 100 % in basis points


class TransferRefused(BooksError):
    """It cannot be sent, received or recalled as asked."""

    status = 409


@dataclass(frozen=True, slots=True)
class SendLine:
    """One item to send: thousandths. No batch named: the first to expire. `unit_price` is its value on the paper before tax, in
    thousandths of a paisa; None: its price today."""

    item_id: UUID
    qty: Qty
    batch: str = ""
    serials: tuple[str, ...] = ()
    unit_price: MilliPaise | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """Goods to send. The id is made by whoever asks; `body_sha256` is the hash of what was asked."""

    id: UUID
    from_store_id: UUID
    to_store_id: UUID
    sent_on: date
    lines: tuple[SendLine, ...]
    body_sha256: str
    vehicle: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What arrived of a line: thousandths; nought where nothing did. `serials` where not all pieces arrived."""

    line_no: int
    qty: Qty
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receive:
    """A transfer that arrived. `id` is that of the receipt; a difference needs its reason."""

    transfer_id: UUID
    id: UUID
    received_on: date
    lines: tuple[ReceivedLine, ...]
    body_sha256: str
    reason: str = ""


class Sent(Protocol):
    """A line as sent, as far as it matters here."""

    @property
    def line_no(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def qty(self) -> int: ...
    @property
    def cost_paise(self) -> int: ...
    @property
    def serials(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line that arrived: how much, worth what, which pieces."""

    line_no: int
    qty: Qty
    value: Paise
    serials: tuple[str, ...]


def require_same(number: str, earlier: str, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier != now:
        raise Conflict(
            problem=f"Transfer {number} was already recorded under this id, with other content.",
            fix="Nothing was written. Open a new transfer for what is different.",
        )


def require_send(asked: Send, today: date) -> None:
    """InvalidInput by field for what cannot be sent."""
    errors: dict[str, str] = {}
    if asked.from_store_id == asked.to_store_id:
        errors["to_store"] = "A store sends nothing to itself: choose another."
    if asked.sent_on > today:
        errors["sent_on"] = "Choose a day, today or earlier."
    if not asked.lines:
        errors["lines"] = "Add at least one item."
    elif len(asked.lines) > MOST_LINES:
        errors["lines"] = f"{len(asked.lines)} lines are too many; send at most {MOST_LINES} at once."
    for number, line in enumerate(asked.lines, start=1):
        if line.qty <= 0:
            errors[f"qty_{number}"] = "Type how much is sent, above nought."
        if line.unit_price is not None and line.unit_price < 0:
            errors[f"price_{number}"] = "A value is not below nought."
    for field, text in (("vehicle", asked.vehicle), ("note", asked.note)):
        if len(text) > MOST_TEXT:
            errors[field] = f"Use at most {MOST_TEXT} characters."
    if errors:
        raise InvalidInput(errors)


def market_value(price: int, *, includes_tax: bool, rate_bp: int, cess_bp: int) -> MilliPaise:
    """What one unit sells for without its tax. Rule 28(1)(a), CGST Rules: between two registrations of one person goods are
    worth their open market value; where the receiver claims all the tax, whatever the invoice says is that value."""
    return MilliPaise(rounded(price * ONE, ONE + rate_bp + cess_bp) if includes_tax else price)


def arrivals(sent: Sequence[Sent], asked: Receive) -> list[Arrival]:
    """What arrived, line by line, worth what was sent: short of it the share, beyond it the same cost for each unit more.

    InvalidInput for lines that are not those sent, and without a reason for a difference; TransferRefused where it is not
    said which pieces arrived."""
    wanted = {line.line_no: line for line in asked.lines}
    if len(wanted) != len(asked.lines) or set(wanted) != {line.line_no for line in sent}:
        raise InvalidInput({"lines": "Say for each line once how much arrived."})
    errors = {f"qty_{line.line_no}": "What arrived is not below nought." for line in asked.lines if line.qty < 0}
    if any(wanted[line.line_no].qty != line.qty for line in sent) and len(asked.reason) < 3:
        errors["reason"] = "Say in a few words why more or less arrived than was sent."
    if len(asked.reason) > MOST_TEXT:
        errors["reason"] = f"Use at most {MOST_TEXT} characters."
    if errors:
        raise InvalidInput(errors)
    found = []
    for line in sent:
        want = wanted[line.line_no]
        value = Paise(rounded(line.cost_paise * want.qty, line.qty))
        found.append(Arrival(line.line_no, want.qty, value, _pieces(line, want)))
    return found


def require_receivable(number: str, sent_on: date, received_on: date, today: date) -> None:
    """InvalidInput when goods would arrive before they left, or tomorrow."""
    if received_on < sent_on:
        raise InvalidInput({"received_on": f"{number} was sent on {written(sent_on)}: choose that day or later."})
    if received_on > today:
        raise InvalidInput({"received_on": "Choose a day, today or earlier."})


def sent_slip(cost: int, taxes: Mapping[str, int], heads: Mapping[str, UUID]) -> Slip | None:
    """Dr goods in transit, Cr stock; with a tax invoice Dr branch control, Cr output tax. None where nothing has a value."""
    lines: list[Line] = []
    if cost:
        lines += [debit(heads["goods-in-transit"], cost), credit(heads["stock-in-hand"], cost)]
    if total := sum(taxes.values()):
        lines.append(debit(heads["branch-control"], total))
        lines += [credit(heads[f"output-{name}"], tax) for name, tax in taxes.items() if tax]
    return Slip(tuple(lines)) if lines else None


def received_slip(
    cost: int, value: int, taxes: Mapping[str, int], claimed: Mapping[str, int], heads: Mapping[str, UUID], *, lost: int
) -> Slip | None:
    """Dr stock by what arrived, Dr wastage by what was `lost` on the way, Cr goods in transit by all that was sent; what arrived
    beyond it is Cr stock adjustment. Dr input tax, Cr branch control; the tax of what was lost is not claimed: CGST Act
    s.17(5)(h)."""
    lines: list[Line] = []
    found = value + lost - cost
    for account, amount in (("stock-in-hand", value), ("wastage", lost), ("goods-in-transit", -cost), ("stock-adjustment", -found)):
        if amount:
            lines.append(Line(heads[account], Paise(amount)))
    if total := sum(taxes.values()):
        lines += [debit(heads[f"input-{name}"], tax) for name, tax in claimed.items() if tax]
        if rest := total - sum(claimed.values()):
            lines.append(debit(heads["gst-not-claimed"], rest))
        lines.append(credit(heads["branch-control"], total))
    return Slip(tuple(lines)) if lines else None


def claimed_part(tax: int, sent: int, arrived: int) -> int:
    """The tax of what arrived."""
    return rounded(tax * min(arrived, sent), sent)


def _pieces(line: Sent, want: ReceivedLine) -> tuple[str, ...]:
    names = tuple(name for name in line.serials.split(", ") if name)
    if not names:
        return ()
    if want.qty == line.qty:
        return names
    if want.qty > line.qty:
        raise TransferRefused(
            problem=f"{line.name}: {plain_decimal(line.qty, 3)} pieces were sent, more cannot arrive.",
            fix="Receive those, and enter the others as found, with their serial numbers.",
        )
    if len(want.serials) * 1000 != want.qty or set(want.serials) - set(names):
        raise TransferRefused(
            problem=f"{line.name}: of {', '.join(names)} it is not said which {plain_decimal(want.qty, 3)} arrived.",
            fix="Type the serial numbers that arrived.",
        )
    return want.serials
