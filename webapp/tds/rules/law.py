"""Rates, thresholds, sections and payment codes by date: data, each row with its source and how sure it is. Pure.

To 31 March 2026 sections of the Income-tax Act 1961 apply, from 1 April 2026 sections 392 to 394 of the Income-tax Act 2025 with
payment codes, by the day of payment or credit. Payments that have a challan-cum-statement of their own (194-IA, 194-IB, 194M),
salary, payments to non-residents and those of an e-commerce operator are not here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from webapp.kernel.money import BasisPoints, Paise
from webapp.kernel.records import dataclass

PAN = re.compile(r"[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]")
ACT_OF_2025 = date(2026, 4, 1)
FIRST_DAY = date(2023, 4, 1)  # what went before is not known here
INDIVIDUAL, OTHER, NO_PAN = "individual", "other", "no_pan"
PAYEES = (INDIVIDUAL, OTHER, NO_PAN)
# Section 206AB (207CCA of collection: 206CCA): who had filed no return, from 1 July 2021 until the Finance Act 2025 left it out.
SPECIFIED_FROM, SPECIFIED_TO = date(2021, 7, 1), date(2025, 3, 31)
_OCT_2024, _2025, _LUXURY = date(2024, 10, 1), date(2025, 4, 1), date(2025, 4, 22)
WITHOUT_PAN = BasisPoints(2000)
_LAKH = 1_00_000_00  # paise
_ACT = "Income-tax Act 1961 as it stood from April 2023"
_FA_2024 = "Finance (No. 2) Act 2024, from 1 October 2024"
_FA_2025 = "Finance Act 2025, from 1 April 2025"
_NOTIFIED = "Notification 36/2025, from 22 April 2025"
_BILL_2026 = "summaries of the Finance Bill 2026, clause 73, seen in August 2026"


@dataclass(frozen=True, slots=True)
class Terms:
    """From a day on, until `until` where it ended: the rate for individuals and Hindu undivided families and that for others, and
    above which sum it is deducted: of one bill, a month, a year (None: that sum does not matter). `is_sure` is False where the law
    itself was not seen."""

    since: date
    individual_bp: BasisPoints
    other_bp: BasisPoints
    source: str
    single: Paise | None = None
    month: Paise | None = None
    year: Paise | None = None
    until: date | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of payment or sale: its section of 1961 and what the text file calls it, its place and codes (of an individual, of
    others) under the Act of 2025, whether those codes agree in two sources or more, its terms with the newest first, the rate
    without a PAN. `is_excess`: only what is above the threshold is taxed. `is_collected`: tax is collected from who buys, `on_receipt`
    when the money comes if that is before the bill (206C(1): debiting or receipt, whichever is earlier; 206C(1F): receipt)."""

    section: str
    file_code: str
    place: str
    codes: tuple[str, str]
    codes_are_sure: bool
    terms: tuple[Terms, ...]
    no_pan_bp: BasisPoints = WITHOUT_PAN
    is_excess: bool = False
    is_collected: bool = False
    on_receipt: bool = False

    def at(self, day: date) -> Terms | None:
        """The terms of a day; None before what is known here, and after they ended."""
        found = next((one for one in self.terms if one.since <= day), None)
        return found if found and (found.until is None or day <= found.until) else None


def _at(
    since: date, individual: int, other: int, source: str, *, single: int | None = None, month: int | None = None, year: int | None = None
) -> Terms:
    own = Terms(since, BasisPoints(individual), BasisPoints(other), source)
    once, monthly, yearly = (None if one is None else Paise(one) for one in (single, month, year))
    return replace(own, single=once, month=monthly, year=yearly)


def _both(code: str) -> tuple[str, str]:
    return code, code


def _rent(rate: int) -> tuple[Terms, ...]:
    return _at(_2025, rate, rate, _FA_2025, month=50_000_00), _at(FIRST_DAY, rate, rate, _ACT, year=2_40_000_00)


def _fees(rate: int) -> tuple[Terms, ...]:
    return _at(_2025, rate, rate, _FA_2025, year=50_000_00), _at(FIRST_DAY, rate, rate, _ACT, year=30_000_00)


def _sale(now: int, *earlier: Terms, single: int | None = None) -> tuple[Terms, ...]:
    return replace(_at(ACT_OF_2025, now, now, _BILL_2026, single=single), is_sure=False), *earlier


def _sold(section: str, code: str, place: str, terms: tuple[Terms, ...]) -> Kind:
    own = Kind(section, code, place, ("", ""), codes_are_sure=False, terms=terms, no_pan_bp=BasisPoints(500), is_collected=True)
    return replace(own, on_receipt=True)


_NOTIFIED_LUXURY = replace(_at(_LUXURY, 100, 100, _NOTIFIED, single=10 * _LAKH), is_sure=False)
_COMMISSION = (
    _at(_2025, 200, 200, _FA_2025, year=20_000_00),
    _at(_OCT_2024, 200, 200, _FA_2024, year=15_000_00),
    _at(FIRST_DAY, 500, 500, _ACT, year=15_000_00),
)
_INSURANCE = (_at(_2025, 200, 1000, _FA_2025, year=20_000_00), _at(FIRST_DAY, 500, 1000, _ACT, year=15_000_00))
_INTEREST = (_at(_2025, 1000, 1000, _FA_2025, year=10_000_00), _at(FIRST_DAY, 1000, 1000, _ACT, year=5_000_00))
_CONTRACT = (_at(FIRST_DAY, 100, 200, _ACT, single=30_000_00, year=_LAKH),)

KINDS: Mapping[str, Kind] = {
    "contractor": Kind("194C", "94C", "393(1)", ("1023", "1024"), codes_are_sure=True, terms=_CONTRACT),
    # Section 194C(6): who owns ten goods carriages or fewer and gives a PAN.
    "transporter": Kind(
        "194C", "94C", "393(1)", ("1023", "1024"), codes_are_sure=True, terms=(_at(FIRST_DAY, 0, 0, _ACT, single=30_000_00, year=_LAKH),)
    ),
    "professional": Kind("194J", "4JB", "393(1)", _both("1027"), codes_are_sure=True, terms=_fees(1000)),
    "technical": Kind("194J", "4JA", "393(1)", _both("1026"), codes_are_sure=True, terms=_fees(200)),
    "director": Kind("194J", "4JB", "393(1)", _both("1028"), codes_are_sure=False, terms=(_at(FIRST_DAY, 1000, 1000, _ACT),)),
    "commission": Kind("194H", "94H", "393(1)", _both("1006"), codes_are_sure=True, terms=_COMMISSION),
    "insurance_commission": Kind("194D", "94D", "393(1)", _both("1005"), codes_are_sure=True, terms=_INSURANCE),
    "rent": Kind("194-I", "4IB", "393(1)", _both("1009"), codes_are_sure=True, terms=_rent(1000)),
    "rent_of_machinery": Kind("194-I", "4IA", "393(1)", _both("1008"), codes_are_sure=True, terms=_rent(200)),
    "interest": Kind("194A", "94A", "393(1)", _both("1022"), codes_are_sure=False, terms=_INTEREST),
    "dividend": Kind(
        "194",
        "194",
        "393(1)",
        _both("1029"),
        codes_are_sure=False,
        terms=(_at(_2025, 1000, 1000, _FA_2025, year=10_000_00), _at(FIRST_DAY, 1000, 1000, _ACT, year=5_000_00)),
    ),
    # For who had more than ten crore of turnover in the year before (section 194Q(1), Explanation).
    "goods": Kind(
        "194Q",
        "94Q",
        "393(1)",
        _both("1031"),
        codes_are_sure=False,
        terms=(_at(FIRST_DAY, 10, 10, _ACT, year=50 * _LAKH),),
        no_pan_bp=BasisPoints(500),
        is_excess=True,
    ),
    "benefit": Kind(
        "194R", "94R", "393(1)", _both("1033"), codes_are_sure=False, terms=(_at(FIRST_DAY, 1000, 1000, _ACT, year=20_000_00),)
    ),
    "partner": Kind(
        "194T", "94T", "393(3)", _both("1067"), codes_are_sure=False, terms=(_at(_2025, 1000, 1000, _FA_2025, year=20_000_00),)
    ),
    # Collected from who buys.
    "scrap": _sold("206C(1)", "6CE", "394(1) Sl.4", _sale(200, _at(FIRST_DAY, 100, 100, _ACT))),
    "liquor": _sold("206C(1)", "6CA", "394(1) Sl.1", _sale(200, _at(FIRST_DAY, 100, 100, _ACT))),
    "tendu": _sold("206C(1)", "6CI", "394(1) Sl.2", _sale(200, _at(FIRST_DAY, 500, 500, _ACT))),
    "timber": _sold("206C(1)", "6CC", "394(1) Sl.3", _sale(200, _at(_2025, 200, 200, _FA_2025), _at(FIRST_DAY, 250, 250, _ACT))),
    "minerals": _sold("206C(1)", "6CJ", "394(1) Sl.5", _sale(200, _at(FIRST_DAY, 100, 100, _ACT))),
    "vehicle": _sold("206C(1F)", "6CL", "394(1) Sl.6(a)", _sale(100, _at(FIRST_DAY, 100, 100, _ACT, single=10 * _LAKH), single=10 * _LAKH)),
    # Notification 36/2025: watches, art, bags, shoes and others, from 22 April 2025. What the file calls each of them is not known here.
    "luxury": _sold("206C(1F)", "", "394(1) Sl.6(b)", _sale(100, _NOTIFIED_LUXURY, single=10 * _LAKH)),
    # Section 206C(1H) was left out by the Finance Act 2025, and gave way to 194Q before (its second proviso).
    "goods_sold": Kind(
        "206C(1H)",
        "6CR",
        "394(1)",
        ("", ""),
        codes_are_sure=False,
        terms=(Terms(FIRST_DAY, BasisPoints(10), BasisPoints(10), _ACT, year=Paise(50 * _LAKH), until=date(2025, 3, 31)),),
        no_pan_bp=BasisPoints(100),
        is_excess=True,
        is_collected=True,
    ),
}
DEDUCTED = tuple(name for name, kind in KINDS.items() if not kind.is_collected)
COLLECTED = tuple(name for name, kind in KINDS.items() if kind.is_collected)
ON_RECEIPT = tuple(name for name, kind in KINDS.items() if kind.on_receipt)


def code_of(kind: str, payee: str) -> str:
    """The payment code of a kind under the Act of 2025, or "" where none is known."""
    return KINDS[kind].codes[0 if payee == INDIVIDUAL else 1]


def law_of(kind: str, payee: str, day: date, *, with_unsure: bool = True) -> str:
    """The section that applies on a day, with its payment code from 1 April 2026, as a voucher's narration cites it. A code that fewer
    than two sources give is followed by "?", or left out."""
    own = KINDS[kind]
    if day < ACT_OF_2025:
        return own.section
    code = code_of(kind, payee)
    if not code or not (own.codes_are_sure or with_unsure):
        return own.place
    return f"{own.place}, {code}" if own.codes_are_sure else f"{own.place}, {code}?"


def is_sure(kind: str, day: date) -> bool:
    """Whether rate, threshold and code of a kind are confirmed for a day; what is not is shown to be checked."""
    own = KINDS[kind]
    terms = own.at(day)
    return terms is not None and terms.is_sure and (day < ACT_OF_2025 or own.codes_are_sure)


def payee_of(pan: str) -> str:
    """What a PAN says of whom is paid: its fourth letter is P for a person, H for a Hindu undivided family; no PAN, no_pan."""
    return NO_PAN if len(pan) != 10 else INDIVIDUAL if pan[3] in "PH" else OTHER
