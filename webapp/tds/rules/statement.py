"""The quarterly statement 26Q as the text file that the department's checker reads. Pure.

Records FH, BH, CD, DD; fields parted by ^, records by CR LF, the last one too; upper case, ASCII; amounts with two decimals, rates
with four, days as ddmmyyyy. The order of the fields is that of the utilities of the Act of 1961; the places of later additions
(a fee under section 234E, the GSTN) are not confirmed, so a fee stands among "others" and the GSTN is left empty. The layout of
Form 140, which follows 26Q from April 2026, is not known: no file is made for it. Of 27EQ (file type TC1) only the first record is
confirmed: its other records are those of 26Q, and whoever takes the file is told to have it checked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from webapp.kernel.dates import FinancialYear
from webapp.kernel.records import dataclass
from webapp.tds.rules.days import Quarter

BAR, END = "^", "\r\n"
NO_PAN_WORD = "PANNOTAVBL"
NOTHING = "0.00"
FIELDS = {"FH": 18, "BH": 63, "CD": 41, "DD": 36}


@dataclass(frozen=True, slots=True)
class Person:
    """An address as the statement wants it: five lines, the department's own code of the state, PIN, e-mail, STD code and telephone."""

    name: str
    lines: tuple[str, str, str, str, str]
    state: str
    pin: str
    email: str
    std: str
    phone: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Deductor:
    """Who deducts, and who answers for it."""

    tan: str
    pan: str
    kind: str  # the letter of the annexure, K for a company
    branch: str
    own: Person
    answers: Person
    designation: str
    mobile: str
    answers_pan: str
    earlier_token: str = ""  # of the last regular statement, 15 digits


@dataclass(frozen=True, slots=True)
class Deductee:
    """One deduction: of whom, of which sum, how much. Amounts in paise."""

    pan: str
    reference: str  # ours, where there is no PAN
    name: str
    tax: int
    amount: int
    paid_on: date
    deducted_on: date
    rate_bp: int
    section: str
    remark: str = ""  # A lower by certificate, C no PAN, T transporter
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A challan with what it is for. `serial` is empty where nothing was deposited, for nothing was to be deducted."""

    bsr: str
    serial: str
    day: date
    tax: int
    interest: int
    others: int  # with a fee
    cheque: str
    minor_head: str
    deductees: tuple[Deductee, ...]

    @property
    def total(self) -> int:
        return self.tax + self.interest + self.others


def text_of(deductor: Deductor, quarter: Quarter, deposits: Sequence[Deposit], *, made_on: date, sequence: int, form: str = "26Q") -> str:
    """The whole file."""
    rows = [_file_header(deductor, made_on, sequence, form), _batch_header(deductor, quarter, deposits, form)]
    for number, deposit in enumerate(deposits, 1):
        rows.append(_challan(deposit, number))
        rows += [_deductee(one, number, place) for place, one in enumerate(deposit.deductees, 1)]
    return "".join(BAR.join([str(line), *row]) + END for line, row in enumerate(rows, 1))


def file_name(quarter: Quarter, form: str = "26Q") -> str:
    """At most twelve characters, its extension counted."""
    return f"{form[:3]}{quarter.number}{quarter.start_year % 100:02d}{(quarter.start_year + 1) % 100:02d}.txt"


def plain(text: str) -> str:
    """Text as the file may hold it: upper case, ASCII, without the sign that parts fields."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(ascii_only.replace(BAR, " ").upper().split())


def _file_header(own: Deductor, made_on: date, sequence: int, form: str) -> list[str]:
    return ["FH", "TC1" if form == "27EQ" else "NS1", "R", _day(made_on), str(sequence), "D", own.tan, "1", "MUNIM", *[""] * 8]


def _batch_header(own: Deductor, quarter: Quarter, deposits: Sequence[Deposit], form: str) -> list[str]:
    year = quarter.start_year
    assessed, financial = (f"{one.start_year}{(one.start_year + 1) % 100:02d}" for one in (FinancialYear(year + 1), FinancialYear(year)))
    head = ["BH", "1", str(len(deposits)), form, "", "", "", own.earlier_token, "", "", "", own.tan, "", own.pan, assessed, financial]
    named = [f"Q{quarter.number}", plain(own.own.name), plain(own.branch) or "NA", *_address(own.own)]
    contact = [plain(own.own.email), own.own.std, own.own.phone, _yes(own.own.is_changed), own.kind]
    who = [plain(own.answers.name), plain(own.designation), *_address(own.answers), plain(own.answers.email), own.mobile]
    tail = [own.answers.std, own.answers.phone, _yes(own.answers.is_changed), _rupees(sum(one.total for one in deposits))]
    told = ["", "", "", "N", _yes(bool(own.earlier_token)), "", "", "", "", "", "", own.answers_pan, "", "", "", ""]
    return [*head, *named, *contact, *who, *tail, *told]


def _address(one: Person) -> list[str]:
    return [*(plain(line) for line in one.lines), one.state, one.pin]


def _challan(own: Deposit, number: int) -> list[str]:
    tax = sum(one.tax for one in own.deductees)
    is_nil = not own.serial
    head = ["CD", "1", str(number), str(len(own.deductees)), _yes(is_nil), *[""] * 5]
    paid = [own.serial, "", "", "", own.bsr, "", _day(own.day), "", "", ""]
    deposited = [_rupees(own.tax), NOTHING, NOTHING, _rupees(own.interest), _rupees(own.others), _rupees(own.total), ""]
    sums = [_rupees(tax), _rupees(tax), NOTHING, NOTHING, _rupees(tax), _rupees(own.interest), _rupees(own.others)]
    return [*head, *paid, *deposited, *sums, own.cheque or "0", "N", "", NOTHING, "" if is_nil else own.minor_head, ""]


def _deductee(own: Deductee, challan: int, number: int) -> list[str]:
    code = "01" if own.pan[3:4] == "C" else "02"
    head = ["DD", "1", str(challan), str(number), "O", "", code, "", own.pan or NO_PAN_WORD, "", "" if own.pan else plain(own.reference)]
    tax = [plain(own.name), _rupees(own.tax), NOTHING, NOTHING, _rupees(own.tax), "", _rupees(own.tax), "", ""]
    rate = f"{own.rate_bp // 100}.{own.rate_bp % 100:02d}00" if own.tax else "0.0000"
    when = [_rupees(own.amount), _day(own.paid_on), _day(own.deducted_on) if own.tax else "", "", rate, "", "N", ""]
    return [*head, *tax, *when, own.remark, "", "", own.section, plain(own.certificate), "", ""]


def _rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02d}"


def _day(day: date) -> str:
    return f"{day:%d%m%Y}"


def _yes(is_so: bool) -> str:  # noqa: FBT001 - a letter of the file
    return "Y" if is_so else "N"
