"""What the register comes to: dues by month and section, the quarterly statement with what stands against it, sums by section and
party."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from webapp.kernel.dates import FinancialYear, month_of
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import Paise, rounded
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.tds import queries
from webapp.tds.models import TdsDeductor
from webapp.tds.queries import ChallanRow, DeductionRow, EventRow, Wanted
from webapp.tds.rules import days, faults, law, statement
from webapp.tds.rules.days import Quarter
from webapp.tds.rules.faults import Fault, Loose
from webapp.tds.rules.statement import Deductee, Deductor, Deposit, Person

_PERSON = ("name", "line1", "line2", "line3", "line4", "line5", "state", "pin", "email", "std", "phone")
DEDUCTOR_FIELDS = (
    *("tan", "pan", "kind", "branch", "designation", "mobile", "answers_pan", "earlier_token"),
    *(f"own_{one}" for one in _PERSON),
    *(f"answers_{one}" for one in _PERSON),
)
MOST_TEXT = 75


@dataclass(frozen=True, slots=True)
class Due:
    """What was deducted in a month under a section, in paise; `interest` is what the part that is not deposited costs if it is deposited
    today."""

    month: int
    kind: str
    law: str
    deducted: int
    deposited: int
    due_on: date
    interest: int

    @property
    def open(self) -> int:
        return self.deducted - self.deposited


@dataclass(frozen=True, slots=True)
class Told:
    """The statement of a quarter: its deposits, every deduction, and what stands against it."""

    quarter: Quarter
    deductor: Deductor | None
    deposits: tuple[Deposit, ...]
    rows: tuple[DeductionRow, ...]
    faults: tuple[Fault, ...]
    late_fee: Paise
    is_collected: bool = False

    @property
    def form(self) -> str:
        """What the statement is called to March 2026."""
        return "27EQ" if self.is_collected else "26Q"

    @property
    def is_fit(self) -> bool:
        """Whether the text file may be made."""
        return not self.quarter.is_under_2025 and not any(one.is_hard for one in self.faults)


@dataclass(frozen=True, slots=True)
class Sum:
    """Sums of deductions of one section and payee in paise; `paid` is what they were deducted of."""

    kind: str
    law: str
    party_id: UUID | None
    name: str
    pan: str
    count: int
    paid: int
    tax: int
    deposited: int


def dues(books: Books, year: FinancialYear, *, is_collected: bool = False) -> list[Due]:
    """Deductions (or collections) of a financial year by month and section, the newest month first."""
    rows = queries.deductions(books, Wanted(first_day=year.first_day, last_day=year.last_day, is_collected=is_collected))
    groups: dict[tuple[int, str, str], list[DeductionRow]] = {}
    for row in rows:
        cited = law.law_of(row.event.kind, row.event.payee, row.deducted_on)
        groups.setdefault((month_of(row.deducted_on), row.event.kind, cited), []).append(row)
    found = []
    for (month, kind, cited), own in groups.items():
        waiting = [row for row in own if row.challan_id is None]
        found.append(
            Due(
                month=month,
                kind=kind,
                law=cited,
                deducted=sum(row.amount_paise for row in own),
                deposited=sum(row.amount_paise for row in own if row.challan_id is not None),
                due_on=days.deposit_due(own[0].deducted_on, is_collected=is_collected),
                interest=sum(
                    days.interest(row.amount_paise, row.event.paid_on, row.deducted_on, books.today, is_collected=is_collected)
                    for row in waiting
                ),
            )
        )
    return sorted(found, key=lambda one: (-one.month, one.kind, one.law))


def told(books: Books, quarter: Quarter, *, is_collected: bool = False) -> Told:
    """The statement of a quarter as it stands today."""
    first, last = quarter.first_day, quarter.last_day
    rows = queries.deductions(books, Wanted(first_day=first, last_day=last, is_collected=is_collected), newest_first=False)
    challans = sorted(queries.challans(books, [row.challan_id for row in rows if row.challan_id]), key=lambda one: (one.paid_on, one.id))
    by_challan = [(one, [row for row in rows if row.challan_id == one.id]) for one in challans]
    nil = [one for one in queries.reliefs(books, first, last, is_collected=is_collected) if not one.deducted]
    numbers = {one.id: one.number for one in queries.certificates(books)}
    deposits = [_deposit(challan, own, numbers) for challan, own in by_challan]
    if nil:
        deposits.append(Deposit("", "", last, 0, 0, 0, "", "", tuple(_deductee(one, 0, last, numbers) for one in nil)))
    loose = [Loose(row.event.name, row.amount_paise, row.deducted_on, is_deducted=True) for row in rows if row.challan_id is None]
    loose += [
        Loose(one.name, one.lacks, one.paid_on, is_deducted=False) for one in queries.lacking(books, first, last, is_collected=is_collected)
    ]
    own = deductor(books)
    tax = sum(row.amount_paise for row in rows)
    found = faults.faults(own, quarter, deposits, loose, books.today, is_collected=is_collected)
    fee = days.late_fee(quarter, books.today, tax, is_collected=is_collected)
    return Told(quarter, own, tuple(deposits), tuple(rows), tuple(found), fee, is_collected)


def text_file(books: Books, quarter: Quarter, *, is_collected: bool = False) -> str:
    """The text file of a quarter. BooksError while something stands against it, and for quarters of the Act of 2025."""
    found = told(books, quarter, is_collected=is_collected)
    if quarter.is_under_2025:
        raise BooksError(
            problem=f"{quarter} is told on Form {'143' if is_collected else '140'}, whose file layout is not published as far as is known.",
            fix="Take the figures as Excel, and type them into the utility of the department.",
        )
    if not found.is_fit or found.deductor is None:
        raise BooksError(problem="Something stands against the statement.", fix="Put right what is listed on its page, then take the file.")
    return statement.text_of(found.deductor, quarter, found.deposits, made_on=books.today, sequence=1, form=found.form)


def sums(rows: Iterable[DeductionRow]) -> list[Sum]:
    """Deductions summed by section and payee, by section and name."""
    groups: dict[tuple[str, str, UUID | None, str, str], list[DeductionRow]] = {}
    for row in rows:
        event = row.event
        cited = law.law_of(event.kind, event.payee, row.deducted_on)
        groups.setdefault((event.kind, cited, event.party_id, event.name, event.pan), []).append(row)
    found = [
        Sum(
            *key,
            count=len(own),
            paid=sum(amount_of(row.event, row.amount_paise) for row in own),
            tax=sum(row.amount_paise for row in own),
            deposited=sum(row.amount_paise for row in own if row.challan_id is not None),
        )
        for key, own in groups.items()
    ]
    return sorted(found, key=lambda one: (one.law, one.kind, one.name, one.pan))


def amount_of(event: EventRow, tax: int) -> int:
    """What of an event's sum a deduction is of, in paise: all of it, or its share where it was deducted in parts."""
    if not event.due_paise or tax == event.due_paise:
        return event.taxed_paise or event.base_paise
    return rounded(event.taxed_paise * tax, event.due_paise)


def _deposit(own: ChallanRow, rows: Sequence[DeductionRow], numbers: dict[UUID, str]) -> Deposit:
    deductees = tuple(_deductee(row.event, row.amount_paise, row.deducted_on, numbers) for row in rows)
    return Deposit(own.bsr, own.serial, own.paid_on, own.tax_paise, own.interest_paise, own.fee_paise, "0", own.minor_head, deductees)


def _deductee(event: EventRow, tax: int, deducted_on: date, numbers: dict[UUID, str]) -> Deductee:
    amount = amount_of(event, tax) if tax else event.taxed_paise
    is_mixed = bool(event.certified_paise) and event.certified_paise < event.taxed_paise
    remark = "C" if event.payee == law.NO_PAN else "A" if event.certificate_id else "T" if event.kind == "transporter" else ""
    return Deductee(
        pan=event.pan,
        reference=event.number.replace("/", ""),
        name=event.name,
        tax=tax,
        amount=amount,
        paid_on=event.paid_on,
        deducted_on=deducted_on,
        rate_bp=rounded(tax * 10_000, amount) if is_mixed and amount else event.rate_bp,
        section=law.KINDS[event.kind].file_code,
        remark=remark,
        certificate=numbers.get(event.certificate_id, "") if event.certificate_id else "",
    )


# Who deducts ----------------------------------------------------------------------------------------------------------


def deductor(books: Books) -> Deductor | None:
    """Who deducts, or None while nobody has told."""
    body = queries.deductor_body(books)
    if not body:
        return None
    got = {name: body.get(name, "") for name in DEDUCTOR_FIELDS}
    return Deductor(
        tan=got["tan"],
        pan=got["pan"],
        kind=got["kind"],
        branch=got["branch"],
        own=_person(got, "own"),
        answers=_person(got, "answers"),
        designation=got["designation"],
        mobile=got["mobile"],
        answers_pan=got["answers_pan"],
        earlier_token=got["earlier_token"],
    )


def _person(got: dict[str, str], prefix: str) -> Person:
    name, one, two, three, four, five, state, pin, email, std, phone = (got[f"{prefix}_{field}"] for field in _PERSON)
    return Person(name, (one, two, three, four, five), state, pin, email, std, phone)


def save_deductor(books: Books, typed: dict[str, str]) -> None:
    """Keep who deducts. InvalidInput for a TAN or PAN that is none; what else is missing is told with the statement."""
    body = {name: clean_text(typed.get(name, ""))[:MOST_TEXT] for name in DEDUCTOR_FIELDS}
    for name in ("tan", "pan", "answers_pan"):
        body[name] = body[name].upper()
    errors = {}
    if not faults.TAN.fullmatch(body["tan"]):
        errors["tan"] = "A TAN has four letters, five digits and a letter: AAAA12345B."
    for name in ("pan", "answers_pan"):
        if body[name] and not law.PAN.fullmatch(body[name]):
            errors[name] = "A PAN has five letters, four digits and a letter: ABCPK1234F."
    for name in ("own_state", "answers_state"):
        if body[name] and body[name] not in faults.STATES:
            errors[name] = "Choose the state from the list."
    if body["kind"] not in faults.DEDUCTOR_KINDS:
        errors["kind"] = "Choose what kind of business it is."
    for name in ("own_std", "own_phone", "answers_std", "answers_phone", "mobile"):
        if body[name] and not (body[name].isascii() and body[name].isdigit()):
            errors[name] = "Digits only."
    if errors:
        raise InvalidInput(errors)
    before = queries.deductor_body(books)
    books.session.execute(delete(TdsDeductor))
    insert_once(books, TdsDeductor, {"body": body})
    audit.record_change(books, "tds_deductor", books.company_id, before, body)
