"""Bills in foreign money: typed as they stand, kept in rupees at the rate of their day, paid at the rate of another.

The difference of the two rates is an exchange gain or loss (AS 11, paragraph 13). Rates are in millionths of a rupee for one unit, amounts
of foreign money in hundredths of a unit; what is paid of a bill bears its share of the rupees, so that the parts add up to the bill.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from webapp import ledger, outstandings
from webapp.company import require_backdate
from webapp.kernel.dates import read_day, written
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import MilliPaise, Paise, plain_decimal, read_paise, rounded, rupees
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import gathering, queries, rules, writing
from webapp.purchases.commands import ONE, BillLine, Foreign
from webapp.purchases.models import ForeignPayment
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import BillRow, columns_of, is_standing

_RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPaid:
    """Foreign money paid for a bill, at the rate of that day, from an account of ours."""

    id: UUID
    bill_id: UUID
    paid_on: date
    amount: int
    rate_micro: int
    account_id: UUID
    body_sha256: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ForeignPaymentRow:
    """A payment of a foreign bill. `paid_paise` left the account, `settled_paise` of the bill is settled."""

    id: UUID
    number: str
    bill_id: UUID
    paid_on: date
    foreign_amount: int
    rate_micro: int
    paid_paise: int
    settled_paise: int
    account_id: UUID
    reference: str
    body_sha256: str
    recorded_at: datetime

    @property
    def lost_paise(self) -> int:
        """The exchange loss; less than nothing is a gain."""
        return self.paid_paise - self.settled_paise


def read_exchange_rate(text: str) -> int:
    """Rupees for one unit as millionths: "83.125" is 83125000. ValueError, with words, for more than six decimals and for no rate."""
    typed = text.replace(",", "").removeprefix("₹").strip()
    if not (typed.isascii() and _RATE.fullmatch(typed)):
        raise ValueError("Type how many rupees one unit is, with at most six decimals.")
    found = int(Decimal(typed).scaleb(6))
    if not 0 < found <= rules.MOST_RATE:
        raise ValueError("Type a rate above 0 and up to 1,00,000.")
    return found


def in_rupees(line: BillLine, foreign: Foreign) -> BillLine:
    """A line typed in foreign money, in rupees at the bill's rate. The total of the paper stands; what lines differ is its rounding."""
    rate, discount = rounded(line.rate * foreign.rate_micro, ONE), rounded(line.discount * foreign.rate_micro, ONE)
    return replace(line, rate=MilliPaise(rate), discount=Paise(discount))


def pay_foreign(books: Books, asked: ForeignPaid) -> ForeignPaymentRow:
    """Pay a foreign bill, wholly or in part. Once under one id.

    BooksError for a bill in rupees; InvalidInput by field, with what is open in its own money.
    """
    write_one(books, asked.id)
    if earlier := payment_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    bill = queries.bill(books, asked.bill_id, to_change=True)
    if bill.kind != "bill" or bill.foreign_total is None:
        raise BooksError(problem=f"{bill.number} is in rupees.", fix="Pay it with a payment voucher of the money menu.")
    gathering.require_standing(queries.cancellation_of(books, bill.id) is not None, bill.number)
    before = payments_of(books, bill.id)
    gone, settled_before = sum(one.foreign_amount for one in before), sum(one.settled_paise for one in before)
    _require(asked, bill, bill.foreign_total - gone, books.today)
    require_backdate(books, asked.paid_on, "foreign_payment", asked.id)
    account = gathering.require_account(gathering.money_accounts(books), asked.account_id, "account_id")
    settled = rules.part_of(bill.total_paise, bill.foreign_total, gone, settled_before, asked.amount)
    paid = rounded(asked.amount * asked.rate_micro, ONE)
    _require_open(books, bill, settled, paid)

    number = next_number(books, "foreign_payment", asked.paid_on, bill.store_id)
    row = {name: getattr(asked, name) for name in ("id", "bill_id", "paid_on", "rate_micro", "reference", "body_sha256")}
    row |= {"number": number, "party_id": bill.party_id, "foreign_amount": asked.amount, "account_id": account.id}
    stamp = {"paid_paise": paid, "settled_paise": settled, "paid_by": books.actor.name, "recorded_at": books.now}
    books.insert(ForeignPayment, [row | stamp])
    narration = f"Paid {plain_decimal(asked.amount, 2)} {bill.currency} to {bill.party['name']} for {bill.supplier_number}"
    heading = ledger.Heading("payment", number, asked.paid_on, bill.store_id, "purchase_payment", bill.id, narration)
    slip = payment_slip(ledger.heads(books), account.id, bill.party_id, settled=settled, paid=paid)
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    outstandings.settle_against(books, bill.party_id, asked.id, bill.id, on=asked.paid_on)
    writing.say_entered(books, "foreign_payment", asked.id, number, {"bill": bill.number, "amount": paid, "lost": paid - settled})
    return payment(books, asked.id)


def payment_slip(heads: Mapping[str, UUID], account_id: UUID, party_id: UUID, *, settled: int, paid: int) -> Slip:
    """Dr the supplier by what is settled, Cr where the money was by what it cost; the difference is an exchange loss or gain."""
    lines: list[Line] = [debit(heads["creditors"], Paise(settled), party_id), credit(account_id, Paise(paid))]
    if paid > settled:
        lines.append(debit(heads["exchange-difference"], Paise(paid - settled)))
    elif settled > paid:
        lines.append(credit(heads["exchange-difference"], Paise(settled - paid)))
    return Slip(tuple(lines))


def cancel_foreign_payment(books: Books, bill_id: UUID, payment_id: UUID, *, reason: str) -> ForeignPaymentRow:
    """Cancel a payment of a foreign bill today: reversed, and the bill is open again. A second cancel gives the first answer."""
    queries.bill(books, bill_id, to_change=True)
    kept = payment(books, payment_id)
    if kept.bill_id != bill_id:
        raise NotFound("payment")
    if queries.cancellation_of(books, payment_id):
        return kept
    reason, reversal_id = rules.require_reason(reason), new_id()
    ledger.reverse(books, voucher_id=payment_id, reversal_id=reversal_id, on=books.today, reason=reason)
    outstandings.release_all_of(books, payment_id, why=reason)
    writing.write_cancellation(books, "foreign_payment", payment_id, kept.number, voucher_id=reversal_id, reason=reason)
    return kept


def payments_of(books: Books, bill_id: UUID) -> list[ForeignPaymentRow]:
    """The payments of a foreign bill that stand, oldest first."""
    query = select(*columns_of(ForeignPayment, ForeignPaymentRow)).where(ForeignPayment.bill_id == bill_id, is_standing(ForeignPayment.id))
    return [ForeignPaymentRow(*row) for row in books.session.execute(query.order_by(ForeignPayment.recorded_at, ForeignPayment.id))]


def payment(books: Books, payment_id: UUID) -> ForeignPaymentRow:
    """One payment. NotFound when this company has none by that id."""
    found = payment_or_none(books, payment_id)
    if found is None:
        raise NotFound("payment")
    return found


def payment_or_none(books: Books, payment_id: UUID) -> ForeignPaymentRow | None:
    row = books.session.execute(select(*columns_of(ForeignPayment, ForeignPaymentRow)).where(ForeignPayment.id == payment_id)).first()
    return ForeignPaymentRow(*row) if row else None


def parse_foreign_payment(form: Mapping[str, str], bill_id: UUID) -> ForeignPaid:
    """The form of a payment in foreign money. InvalidInput by field."""
    errors: dict[str, str] = {}
    amount = rate = 0
    try:
        amount = int(read_paise(form.get("amount", "")))
    except ValueError as refusal:
        errors["amount"] = str(refusal)
    try:
        rate = read_exchange_rate(form.get("exchange_rate", ""))
    except ValueError as refusal:
        errors["exchange_rate"] = str(refusal)
    day, account = read_day(form.get("paid_on", "")), read_id(form.get("account_id"))
    if day is None:
        errors["paid_on"] = "Choose the day of the payment."
    if account is None:
        errors["account_id"] = "Choose an account from the list."
    if errors or day is None or account is None:
        raise InvalidInput(errors)
    reference = clean_text(form.get("reference", ""))[:300]
    sent = json.dumps([str(bill_id), day.isoformat(), str(account), amount, rate, reference]).encode()
    return ForeignPaid(
        id=read_id(form.get("id")) or new_id(),
        bill_id=bill_id,
        paid_on=day,
        amount=amount,
        rate_micro=rate,
        account_id=account,
        body_sha256=hashlib.sha256(sent).hexdigest(),
        reference=reference,
    )


def _require(asked: ForeignPaid, bill: BillRow, left: int, today: date) -> None:
    errors: dict[str, str] = {}
    if asked.amount <= 0:
        errors["amount"] = "Type an amount above 0."
    elif asked.amount > left:
        errors["amount"] = f"{plain_decimal(left, 2)} {bill.currency} of this bill is open. Type that or less."
    if not 0 < asked.rate_micro <= rules.MOST_RATE:
        errors["exchange_rate"] = "Type how many rupees one unit is, for example 83.125."
    if not bill.voucher_date <= asked.paid_on <= today:
        errors["paid_on"] = f"Choose a day from {written(bill.voucher_date)} to today."
    if errors:
        raise InvalidInput(errors)


def _require_open(books: Books, bill: BillRow, settled: int, paid: int) -> None:
    """InvalidInput where the part is settled otherwise already (by a debit note, or money in rupees), or comes to no paisa."""
    open_ = bill.total_paise - sum(row.amount_paise for row in outstandings.allocations_of(books, bill.id) if row.released_on is None)
    if settled > open_:
        raise InvalidInput({"amount": f"{rupees(open_)} of this bill is open in the books; this would settle {rupees(settled)}."})
    if settled <= 0 or paid <= 0:
        raise InvalidInput({"amount": "This comes to less than a paisa."})
