"""Tax that others deducted (TDS, s.51) or collected (TCS, s.52) and the portal credited to our cash ledger: a journal, and lines of the
ledger; and what operators told held against what was sold through them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import and_, or_, select

from webapp import company, gst_returns, ledger, parties
from webapp.gst_returns import Registration, ReturnPeriod
from webapp.gstr3b import challans, law, ledgers
from webapp.gstr3b.ledgers import CASH, TAX
from webapp.gstr3b.models import GstTaxCredited, GstTaxCreditedCancellation
from webapp.input_tax import Tax
from webapp.kernel.dates import FinancialYear, month_name, written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.money import MOST_PAISE, rounded
from webapp.kernel.places import Cursor
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one
from webapp.tax.rules import check_gstin

CREDITED = "gst_tax_credited"
KINDS = TDS, TCS = ("tds", "tcs")
PAGE = 50
_REVERSALS = UUID("6d756e69-6d00-5000-8000-746473746373")  # the reversal of such a credit's voucher, by the credit's id


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit as typed: `month` of the other's return (202610), the net value it is on, its tax. It lowers what `customer` owes, by name,
    or is credited to an account. `id` is made by the form."""

    id: UUID
    gstin: str
    kind: str
    other_gstin: str
    other_name: str
    month: int
    accepted_on: date
    value: int
    tax: Tax
    customer: str
    account_id: UUID | None

    @property
    def sha256(self) -> str:
        said = [self.gstin, self.kind, self.other_gstin, self.other_name, self.month, str(self.accepted_on), self.value]
        return hashlib.sha256(json.dumps([*said, list(self.tax), self.customer, str(self.account_id)]).encode()).hexdigest()


class CreditedRow(NamedTuple):
    """A credit, and why it was cancelled where it was."""

    id: UUID
    gstin: str
    number: str
    kind: str
    other_gstin: str
    other_name: str
    month: int
    accepted_on: date
    value: int
    igst: int
    cgst: int
    sgst: int
    account_id: UUID
    party_id: UUID | None
    body_sha256: str
    entered_by: str
    reason: str | None

    @property
    def stands(self) -> bool:
        return self.reason is None

    @property
    def tax(self) -> Tax:
        return Tax(self.igst, self.cgst, self.sgst, 0)

    @property
    def expected(self) -> int:
        """What the law's rate makes of the value, all heads together."""
        return expected(self.kind, self.value, ReturnPeriod("month", self.month).days.last_day)

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.accepted_on, self.id)


class Held(NamedTuple):
    """An operator and a month: what was sold through it by our bills (s.52), the value it told, and the tax it collected."""

    operator: str
    sold: int
    told: int
    expected: int
    collected: int


def enter_credit(books: Books, asked: Credited) -> CreditedRow:
    """Enter a credit that was accepted on the portal: Dr the electronic cash ledger, Cr the customer or the account. The same again gives
    the first answer.

    InvalidInput by field; Conflict for other content under one id, or a month that the other's credit was entered for; NotFound for
    another's GSTIN; the ledger's own refusals.
    """
    write_one(books, asked.id)
    write_alone(books)
    if earlier := credited_or_none(books, asked.id):
        if earlier.body_sha256 != asked.sha256:
            raise Conflict(problem=f"{earlier.number} was entered under this id, with other content.", fix="Open the form anew.")
        return earlier
    of = gst_returns.registration(books, asked.gstin)
    party_id = _require(books, asked)
    company.require_backdate(books, asked.accepted_on, CREDITED, asked.id)
    same = _of_month(books, asked)
    if live := next((row for row in same if row.stands), None):
        words = f"{asked.other_gstin} is entered for {month_name(asked.month)} already: {live.number}."
        raise Conflict(problem=words, fix="Where its return was amended, cancel that one and enter the whole anew.")
    number = _next_number(books, asked.accepted_on)
    account_id = asked.account_id or ledger.heads(books)["debtors"]
    row = {
        **{name: getattr(asked, name) for name in ("id", "gstin", "kind", "other_gstin", "other_name", "month", "accepted_on")},
        "number": number,
        "round": 1 + len(same),
        "value_paise": asked.value,
        **{f"{head}_paise": getattr(asked.tax, head) for head in ("igst", "cgst", "sgst")},
        "account_id": account_id,
        "party_id": party_id,
        "body_sha256": asked.sha256,
        "entered_by": books.actor.name,
        "entered_at": books.now,
    }
    if not insert_once(books, GstTaxCredited, row):
        raise Conflict(problem="It was entered by somebody else just now.", fix="Open the list again.")
    said = f"{asked.kind.upper()} of GST by {asked.other_name or asked.other_gstin}, {month_name(asked.month)}"
    heading = ledger.Heading("journal", number, asked.accepted_on, challans.store_of(books, of), CREDITED, asked.id, said)
    slip = Slip((debit(ledger.heads(books)["gst-cash-ledger"], asked.tax.total), credit(account_id, asked.tax.total, party_id)))
    ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
    ledgers.write(books, asked.gstin, asked.accepted_on, ("credited", asked.id), number, [(CASH, TAX, asked.tax)])
    audit.record(books, "create", CREDITED, asked.id, new={"number": number, "gstin": asked.gstin, "total": asked.tax.total})
    return credited(books, asked.id)


def cancel_credit(books: Books, credited_id: UUID, reason: str) -> CreditedRow:
    """Take a credit back that was entered by mistake: its voucher is reversed today. A second time gives the first answer. Conflict where
    a filed return has used it."""
    write_one(books, credited_id)
    write_alone(books)
    own = credited(books, credited_id)
    if not own.stands:
        return own
    why = clean_text(reason)
    if not 3 <= len(why) <= 300:
        raise InvalidInput({"reason": "Say in a few words why it is cancelled."})
    held = ledgers.least(books, own.gstin, own.accepted_on, date.max)
    if any(moved and left < moved for left, moved in zip(held, own.tax, strict=True)):
        raise Conflict(problem="A filed return has used this credit.", fix="Take that filing back first, if the credit is wrong.")
    on = max(books.today, own.accepted_on)
    ledger.reverse(books, voucher_id=credited_id, reversal_id=uuid5(_REVERSALS, credited_id.hex), on=on, reason=why)
    kept = {"credited_id": credited_id, "reason": why, "cancelled_by": books.actor.name, "cancelled_at": books.now}
    insert_once(books, GstTaxCreditedCancellation, kept)
    ledgers.undo(books, credited_id)
    audit.record(books, "cancel", CREDITED, credited_id, old={"number": own.number}, new={"reason": why})
    return credited(books, credited_id)


def credits_of(
    books: Books, gstin: str, *, kind: str = "", words: str = "", month: int = 0, older_than: Cursor | None = None, most: int = PAGE
) -> list[CreditedRow]:
    """Credits of a registration, the newest first; cancelled ones too."""
    own = GstTaxCredited
    query = _select().where(own.gstin == gstin).order_by(own.accepted_on.desc(), own.id.desc()).limit(most)
    if kind:
        query = query.where(own.kind == kind)
    if month:
        query = query.where(own.month == month)
    if words:
        query = query.where(or_(*(one.icontains(words, autoescape=True) for one in (own.number, own.other_gstin, own.other_name))))
    if older_than is not None:
        day, id_ = older_than
        query = query.where(or_(own.accepted_on < day, and_(own.accepted_on == day, own.id < id_)))
    return [CreditedRow._make(row) for row in books.session.execute(query)]


def credited(books: Books, credited_id: UUID) -> CreditedRow:
    """One credit. NotFound when this company has none by that id."""
    found = credited_or_none(books, credited_id)
    if found is None:
        raise NotFound("TDS or TCS credit")
    return found


def credited_or_none(books: Books, credited_id: UUID) -> CreditedRow | None:
    row = books.session.execute(_select().where(GstTaxCredited.id == credited_id)).first()
    return CreditedRow._make(row) if row else None


def held_against(books: Books, of: Registration, month: int) -> list[Held]:
    """Operators of a month: what our bills say was sold through each (less what came back), beside what each told and collected."""
    days = ReturnPeriod("month", month).days
    sold = {row.gstin: row.taxes.taxable for row in gst_returns.sold_through(books, of.gstin, days) if not row.pays}
    told = {row.other_gstin: row for row in credits_of(books, of.gstin, kind=TCS, month=month, most=1000) if row.stands}
    found = []
    for operator in sorted({*sold, *told}):
        own, value = told.get(operator), sold.get(operator, 0)
        due = expected(TCS, max(value, 0), days.last_day)
        found.append(Held(operator, value, own.value if own else 0, due, own.tax.total if own else 0))
    return found


def expected(kind: str, value: int, day: date) -> int:
    """What is deducted or collected of a value, by the law's rate of a day."""
    return rounded(value * law.withheld_rate(kind, day), 10_000)


def credit_accounts(books: Books) -> list[tuple[UUID, str]]:
    """What may be credited where no customer is: accounts of current assets and liabilities, such as an operator's settlements."""
    chart = ledger.chart_of_accounts(books)
    groups = {row.id: (row.parent_id, row.code) for row in chart.groups}
    own = {id_ for code, id_ in ledger.heads(books).items() if code.startswith(("output", "input", "gst-cash", "reverse", "composition"))}

    def is_current(group_id: UUID | None) -> bool:
        while group_id is not None:
            group_id, code = groups[group_id]
            if code in ("current-assets", "current-liabilities"):
                return True
        return False

    rows = [row for row in chart.accounts if not row.wants_party and not row.is_archived and row.id not in own]
    return [(row.id, row.name) for row in rows if is_current(row.group_id)]


def _select() -> Any:
    own = GstTaxCredited
    taken_back = and_(GstTaxCreditedCancellation.company_id == own.company_id, GstTaxCreditedCancellation.credited_id == own.id)
    names = ("id", "gstin", "number", "kind", "other_gstin", "other_name", "month", "accepted_on", "value_paise", "igst_paise")
    more = ("cgst_paise", "sgst_paise", "account_id", "party_id", "body_sha256", "entered_by")
    columns = [getattr(own, name) for name in (*names, *more)]
    return select(*columns, GstTaxCreditedCancellation.reason).outerjoin(GstTaxCreditedCancellation, taken_back)


def _of_month(books: Books, asked: Credited) -> list[CreditedRow]:
    own = GstTaxCredited
    same = (own.gstin == asked.gstin, own.kind == asked.kind, own.other_gstin == asked.other_gstin, own.month == asked.month)
    return [CreditedRow._make(row) for row in books.session.execute(_select().where(*same))]


def _require(books: Books, asked: Credited) -> UUID | None:
    """The customer whose due it lowers, if it does. InvalidInput by field."""
    errors = dict(_problems(asked, books.today))
    party_id = None
    if asked.customer:
        found = [one for one in parties.search_parties(books, asked.customer, 50) if folded(one.name) == folded(asked.customer)]
        party_id = found[0].id if len(found) == 1 else None
        if party_id is None:
            errors["customer"] = "There is no such customer, or more than one: type the name as it stands under Customers."
        elif asked.account_id is not None:
            errors["account_id"] = "Choose a customer or an account, not both."
    elif asked.account_id not in {id_ for id_, _name in credit_accounts(books)}:
        errors["account_id"] = "Type the customer it was withheld from, or choose the account of their settlements."
    if errors:
        raise InvalidInput(errors)
    return party_id


def _problems(asked: Credited, today: date) -> Iterable[tuple[str, str]]:
    if asked.kind not in KINDS:
        yield "kind", "Choose TDS or TCS."
    try:
        check_gstin(asked.other_gstin)
    except ValueError as error:
        yield "other_gstin", str(error)
    if asked.other_gstin == asked.gstin:
        yield "other_gstin", "This is your own GSTIN. Type that of who deducted or collected."
    if asked.month < law.WITHHELD_FROM or gst_returns.read_period(f"month-{asked.month}") is None:
        yield "month", "Choose the month of their return, October 2018 or later."
    elif asked.accepted_on <= ReturnPeriod("month", asked.month).days.last_day:
        yield "accepted_on", f"It is accepted after the month is over: after {written(ReturnPeriod('month', asked.month).days.last_day)}."
    if asked.accepted_on > today:
        yield "accepted_on", f"{written(asked.accepted_on)} has not come yet."
    if not 0 < asked.value <= MOST_PAISE:
        yield "value", "Type the net value that it is on."
    if not 0 < asked.tax.total <= MOST_PAISE or min(asked.tax) < 0 or max(asked.tax) > MOST_PAISE:
        yield "igst", "Type what was credited, under at least one head."
    if asked.tax.cgst != asked.tax.sgst:
        yield "sgst", "CGST and SGST are the same."
    if asked.tax.total > asked.value:
        yield "value", "The tax is more than the value it is on. Check both."


def _next_number(books: Books, day: date) -> str:
    """The next number of these credits (GT) in the financial year of a day."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00GT"
    open_series(books, prefix, document_kind=CREDITED, year=year)
    return str(take_number(books, prefix))
