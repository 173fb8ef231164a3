"""What a purchase document may be, and what is refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import MOST_PAISE, Qty, plain_decimal, rounded, rupees
from webapp.kernel.text import clean_text
from webapp.purchases.commands import ONE, Bill, ConsignmentBack, Foreign, Heads, Note, Order, Payment, Receipt, TaxBy
from webapp.tax.rates import GST_BEGAN

MOST_LINES = 500
MOST_NUMBER = 40  # CGST Rule 46(b) gives sixteen; sellers abroad and unregistered ones keep to no rule
MOST_TEXT = 1000
MOST_REASON = 300
MOST_BATCH = 60
# A bill of entry has seven digits, an Indian port six characters (ICEGATE: INMAA4).
_ENTRY = re.compile(r"[0-9]{1,7}")
_PORT = re.compile(r"[A-Z0-9]{6}")
_CURRENCY = re.compile(r"[A-Z]{3}")  # ISO 4217
MOST_RATE = 100_000 * ONE  # rupees for one unit of foreign money, in millionths


class DuplicateBill(Conflict):
    """The supplier's number stands on another bill of this financial year. `first_id` is that bill."""

    def __init__(self, supplier: str, number: str, first: str, on: date, first_id: UUID) -> None:
        super().__init__(
            problem=f"Bill {number} of {supplier} was entered before, as {first} on {written(on)}.",
            fix="Nothing was written. Open the first one and compare; cancel it there if it is wrong.",
        )
        self.first_id = first_id


class TooMuch(BooksError):
    """More than is left of an earlier document: of an order, a receipt or a bill."""

    status = 409


class CannotCancel(BooksError):
    """The document must stand, for something else stands on it."""

    status = 409


def folded_number(text: str) -> str:
    """A supplier's number as it is compared: INV-001, inv/001 and INV 001 are one."""
    return "/".join(re.findall(r"[^\W_]+", text.casefold()))


def require_same(number: str, earlier: str, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier != now:
        raise Conflict(
            problem=f"{number} was entered under this id before, with other content.",
            fix="Nothing was written. Open a new form for what is different.",
        )


def require_bill(asked: Bill, today: date) -> None:
    """InvalidInput by field unless it can be a supplier's bill."""
    errors = {**_paper_errors(asked), **_date_errors(asked, today), **_head_errors(asked.taxes), **_customs_errors(asked, today)}
    if not asked.lines:
        errors["lines"] = "Add at least one line: an item, or an account for an expense."
    elif len(asked.lines) > MOST_LINES:
        errors["lines"] = f"The bill has {len(asked.lines)} lines; {MOST_LINES} are the most. Enter it in parts."
    for number, line in enumerate(asked.lines, 1):
        errors |= _line_errors(number, line.qty, line.rate, line.discount, line.batch, line.mrp)
    if asked.tax_by is TaxBy.REVERSE_CHARGE and any(paise for _head, paise in asked.taxes.each()):
        errors["tax_by"] = "Under reverse charge no tax stands on the supplier's bill: leave the taxes empty, they are worked out."
    if asked.paper_total is not None and not 0 <= asked.paper_total <= MOST_PAISE:
        errors["total"] = f"{rupees(asked.paper_total)} cannot be the total of a bill."
    if len(asked.note) > MOST_TEXT:
        errors["note"] = f"Use at most {MOST_TEXT} characters."
    if asked.foreign is not None:
        errors |= _foreign_errors(asked.foreign)
    if errors:
        raise InvalidInput(errors)


def require_no_tax(taxes: Heads, supplier: str, *, is_composition: bool) -> None:
    """InvalidInput by head for tax on the paper of a supplier who may charge none.

    One who is not registered: CGST Act s.32(1), nobody else collects tax, and s.16(2)(a), no credit is taken on such a paper. A
    composition dealer: s.10(4), who pays under that section shall not collect tax from the recipient.
    """
    if is_composition:
        words = f"{supplier} is a composition dealer, and may not charge tax. Leave it empty, or correct the supplier's page."
    else:
        words = f"{supplier} has no GSTIN, and may not charge tax. Leave it empty, or write the GSTIN on the supplier's page."
    errors = {head: words for head, paise in taxes.each() if paise}
    if errors:
        raise InvalidInput(errors)


def require_receipt(asked: Receipt, today: date) -> None:
    """InvalidInput by field unless it can be a goods receipt."""
    errors: dict[str, str] = {}
    if not GST_BEGAN <= asked.received_on <= today:
        errors["received_on"] = "Choose the day the goods came, today or earlier."
    errors |= _lines_errors([(line.qty, line.rate, line.discount, line.batch, line.mrp) for line in asked.lines])
    errors |= _text_errors(asked.reference, asked.note)
    if errors:
        raise InvalidInput(errors)


def require_back(asked: ConsignmentBack, came_on: date, today: date) -> None:
    """InvalidInput by field unless it can be a return to a consignor of goods that came on that day."""
    errors: dict[str, str] = {}
    if not asked.lines:
        errors["lines"] = "Say of at least one line how much goes back."
    errors |= {f"qty-{line.line_no}": "Type how much goes back, above 0." for line in asked.lines if line.qty <= 0}
    numbers = [line.line_no for line in asked.lines]
    errors |= {f"qty-{one}": "This line stands here twice: say once how much goes back." for one in numbers if numbers.count(one) > 1}
    if not came_on <= asked.returned_on <= today:
        errors["returned_on"] = f"Choose a day from {written(came_on)} to today."
    if errors:
        raise InvalidInput(errors)
    require_reason(asked.reason)


def require_order(asked: Order, today: date) -> None:
    """InvalidInput by field unless it can be an order."""
    errors: dict[str, str] = {}
    if not GST_BEGAN <= asked.order_date <= today + timedelta(days=366):
        errors["order_date"] = "Choose the day of the order."
    if asked.expected_on is not None and asked.expected_on < asked.order_date:
        errors["expected_on"] = "The goods cannot come before they are ordered."
    errors |= _lines_errors([(line.qty, line.rate, line.discount, "", None) for line in asked.lines])
    errors |= _text_errors("", asked.note)
    if errors:
        raise InvalidInput(errors)


def require_note(asked: Note, bill_date: date, today: date) -> None:
    """InvalidInput by field unless it can be a debit note against a bill of that day."""
    errors: dict[str, str] = {}
    if not asked.lines:
        errors["lines"] = "Say of at least one line how much goes back, or by how much its price is lower."
    for line in asked.lines:
        if line.off < 0:
            errors[f"off-{line.line_no}"] = "Type an amount above 0."
        elif line.off and line.qty:
            errors[f"off-{line.line_no}"] = "Goods go back at their price. Make a second note for a lower price of the others."
        elif line.qty <= 0 and not line.off:
            errors[f"qty-{line.line_no}"] = "Type how much goes back, above 0."
    numbers = [line.line_no for line in asked.lines]
    errors |= {f"qty-{one}": "This line stands here twice: say once how much goes back." for one in numbers if numbers.count(one) > 1}
    if not bill_date <= asked.note_date <= today:
        errors["note_date"] = f"Choose a day from {written(bill_date)} to today."
    if errors:
        raise InvalidInput(errors)
    require_reason(asked.reason)


def require_payment(asked: Payment, open_paise: int, bill_date: date, today: date) -> None:
    """InvalidInput by field unless it can be a payment of that much of a bill of that day."""
    errors: dict[str, str] = {}
    if asked.amount <= 0:
        errors["amount"] = "Type an amount above 0."
    elif asked.amount > open_paise:
        errors["amount"] = (
            f"{rupees(open_paise)} of this bill is open; {rupees(asked.amount)} is {rupees(asked.amount - open_paise)} too much."
        )
    if not bill_date <= asked.paid_on <= today:
        errors["paid_on"] = f"Choose a day from {written(bill_date)} to today."
    if len(asked.reference) > MOST_REASON:
        errors["reference"] = f"Use at most {MOST_REASON} characters."
    if errors:
        raise InvalidInput(errors)


def require_left(what: str, name: str, unit: str, *, whole: int, used: int, wanted: int) -> None:
    """TooMuch, with the figures, when `wanted` is more than what is left. `what` says of which document: "ordered" …"""
    if used + wanted > whole:
        over = used + wanted - whole
        figures = f"{shown_qty(whole)} {unit} {what}, {shown_qty(used)} done, {shown_qty(wanted)} wanted: {shown_qty(over)} too much"
        raise TooMuch(problem=f"{name}: {figures}.", fix=f"Lower the quantity to {shown_qty(max(whole - used, 0))} or less.")


def part_of(whole: int, total_qty: int, used_qty: int, used: int, qty: int) -> int:
    """The part of `whole` paise that `qty` of a line bears, when `used_qty` of it has borne `used`. The parts of all add up."""
    return rounded(whole * (used_qty + qty), total_qty) - used


def require_reason(text: str) -> str:
    """The reason of a cancellation, a closing or a debit note, as kept."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({"reason": "Say in a few words why."})
    return kept


def short_words(names: Mapping[UUID, str], shortages: Sequence[tuple[UUID, str, Qty]]) -> str:
    """What of which item is not there any more, or not free: what there is of it in words, and how much would go."""
    return "; ".join(f"{names.get(item, 'An item')}: {there}, {shown_qty(wanted)} would go" for item, there, wanted in shortages)


def shown_qty(thousandths: int) -> str:
    """A quantity as a person reads it: 1500 is 1.5."""
    return plain_decimal(thousandths, 3)


def _foreign_errors(foreign: Foreign) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not _CURRENCY.fullmatch(foreign.currency) or foreign.currency == "INR":
        errors["currency"] = "A currency has three letters, such as USD."
    if not 0 < foreign.rate_micro <= MOST_RATE:
        errors["exchange_rate"] = "Type how many rupees one unit is, for example 83.125."
    if foreign.total <= 0:
        errors["total"] = "Type the total of the bill, above 0."
    return errors


def _paper_errors(asked: Bill) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not folded_number(asked.supplier_number):
        errors["supplier_number"] = "Type the number that stands on the supplier's bill."
    elif len(asked.supplier_number) > MOST_NUMBER:
        errors["supplier_number"] = f"A bill's number has at most {MOST_NUMBER} characters."
    return errors


def _date_errors(asked: Bill, today: date) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not GST_BEGAN <= asked.bill_date <= today:
        errors["bill_date"] = "Choose the day that stands on the supplier's bill, today or earlier."
    elif not asked.bill_date <= asked.voucher_date <= today:
        errors["voucher_date"] = f"A bill enters the books from its own day, {written(asked.bill_date)}, to today."
    if asked.due_on is not None and asked.due_on < asked.bill_date:
        errors["due_on"] = "A bill is not due before its own day."
    return errors


def _head_errors(taxes: Heads) -> dict[str, str]:
    return {head: "A tax is not less than 0." for head, paise in taxes.each() if paise is not None and not 0 <= paise <= MOST_PAISE}


def _customs_errors(asked: Bill, today: date) -> dict[str, str]:
    customs = asked.customs
    if (customs is not None) != (asked.tax_by is TaxBy.IMPORT):
        return {"tax_by": "The bill of entry belongs to goods from abroad, and to them alone."}
    if customs is None:
        return {}
    errors: dict[str, str] = {}
    if not _ENTRY.fullmatch(customs.entry_number):
        errors["entry_number"] = "A bill of entry has a number of up to seven digits."
    if not GST_BEGAN <= customs.entry_date <= today:
        errors["entry_date"] = "Choose the day of the bill of entry."
    if not _PORT.fullmatch(customs.port_code):
        errors["port_code"] = "A port has six letters and digits, such as INNSA1."
    for field in ("assessable", "duty", "igst", "cess"):
        if not 0 <= getattr(customs, field) <= MOST_PAISE:
            errors[f"customs_{field}"] = "Type an amount of 0 or more."
    return errors


def _lines_errors(lines: Sequence[tuple[int, int, int, str, int | None]]) -> dict[str, str]:
    if not lines:
        return {"lines": "Add at least one item."}
    if len(lines) > MOST_LINES:
        return {"lines": f"There are {len(lines)} lines; {MOST_LINES} are the most. Enter it in parts."}
    errors: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        errors |= _line_errors(number, *line)
    return errors


def _line_errors(number: int, qty: int, rate: int, discount: int, batch: str, mrp: int | None) -> dict[str, str]:
    errors: dict[str, str] = {}
    if qty <= 0:
        errors[f"qty-{number}"] = "Type a quantity above 0. For goods that go back, make a debit note."
    if rate < 0:
        errors[f"rate-{number}"] = "A rate is not less than 0."
    if discount < 0:
        errors[f"discount-{number}"] = "A discount is not less than 0."
    if len(batch) > MOST_BATCH:
        errors[f"batch-{number}"] = f"A batch has at most {MOST_BATCH} characters."
    if mrp is not None and mrp <= 0:
        errors[f"mrp-{number}"] = "An MRP is more than 0. Leave it empty when there is none."
    return errors


def _text_errors(reference: str, note: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if len(reference) > MOST_REASON:
        errors["reference"] = f"Use at most {MOST_REASON} characters."
    if len(note) > MOST_TEXT:
        errors["note"] = f"Use at most {MOST_TEXT} characters."
    return errors
