"""Tax deducted at source on payments to residents: what is deducted of which payment, from which sum on, by date. Pure.

Rates and thresholds are those of the financial year 2025-26 (Income-tax Act 1961, sections 194A to 194J as amended by the Finance
Act 2025). From 1 April 2026 the Income-tax Act 2025 applies to payments and credits: section 393(1), with codes of payments
instead of sections; the figures are unchanged as far as sources to August 2026 tell, and codes are said only where they
agree. Without a PAN 20 % is deducted (section 206AA). Before 1 April 2025 nothing is proposed: other thresholds were in force.
The base is without GST that is shown apart (CBDT Circular 23/2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from webapp.kernel.money import BasisPoints, Paise, rounded

ACT_OF_2025 = date(2026, 4, 1)
_RATES_OF_2025 = date(2025, 4, 1)
_LAKH = 1_00_000_00  # paise
WITHOUT_PAN = BasisPoints(2000)
INDIVIDUAL, OTHER, NO_PAN = "individual", "other", "no_pan"
PAYEES = (INDIVIDUAL, OTHER, NO_PAN)


@dataclass(frozen=True, slots=True)
class Terms:
    """From a day on: the rate for individuals and Hindu undivided families, that for others, and above which sum it is
    deducted: one bill, a month, a year (None: that sum does not matter)."""

    since: date
    individual_bp: BasisPoints
    other_bp: BasisPoints
    single: Paise | None = None
    month: Paise | None = None
    year: Paise | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of payment: its section in the Act of 1961, its code under that of 2025 ("" where sources differ), its terms, the
    newest first."""

    section: str
    code: str
    terms: tuple[Terms, ...]


def _terms(individual: int, other: int, **limits: int) -> tuple[Terms, ...]:
    sums = {name: Paise(amount) for name, amount in limits.items()}
    return (Terms(_RATES_OF_2025, BasisPoints(individual), BasisPoints(other), **sums),)


KINDS: Mapping[str, Kind] = {
    "contractor": Kind("194C", "", _terms(100, 200, single=30_000_00, year=_LAKH)),
    "professional": Kind("194J", "1027", _terms(1000, 1000, year=50_000_00)),
    "technical": Kind("194J", "1026", _terms(200, 200, year=50_000_00)),
    "commission": Kind("194H", "1006", _terms(200, 200, year=20_000_00)),
    "rent": Kind("194-I", "", _terms(1000, 1000, month=50_000_00)),
    "rent_of_machinery": Kind("194-I", "", _terms(200, 200, month=50_000_00)),
    "interest": Kind("194A", "", _terms(1000, 1000, year=10_000_00)),
}


@dataclass(frozen=True, slots=True)
class Deduction:
    """What is to be deducted of a sum, in paise. `untaxed` is what went before in the year while it was below the threshold that
    this sum crosses: where nothing was deducted of it, the deduction is due of it too (sections 194A to 194J speak of the whole)."""

    amount: Paise
    rate_bp: BasisPoints
    untaxed: Paise


def deduction(kind: str, payee: str, day: date, base: Paise, earlier: Paise, this_month: Paise) -> Deduction | None:
    """What is to be deducted of `base` paid or credited on a day, `earlier` having gone before in the financial year and
    `this_month` of it in the calendar month; None below the thresholds, for no sum, and on days whose rates are not known here."""
    terms = next((one for one in KINDS[kind].terms if one.since <= day), None)
    if terms is None or base <= 0:
        return None
    limits = ((terms.single, base), (terms.month, base + this_month), (terms.year, base + earlier))
    if not any(limit is not None and amount > limit for limit, amount in limits):
        return None
    rate = WITHOUT_PAN if payee == NO_PAN else terms.individual_bp if payee == INDIVIDUAL else terms.other_bp
    is_crossed = any(most is not None and gone <= most < base + gone for most, gone in ((terms.year, earlier), (terms.month, this_month)))
    untaxed = (earlier if terms.year is not None else this_month) if is_crossed else 0
    return Deduction(Paise(rounded(base * rate, 10_000)), rate, Paise(untaxed))


def law_of(kind: str, day: date) -> str:
    """The section that applies on a day, as a voucher's narration cites it."""
    own = KINDS[kind]
    if day < ACT_OF_2025:
        return own.section
    return f"393(1), {own.code}" if own.code else "393(1)"


def payee_of(pan: str) -> str:
    """What a PAN says of whom is paid: its fourth letter is P for a person, H for a Hindu undivided family; no PAN, no_pan."""
    return NO_PAN if len(pan) != 10 else INDIVIDUAL if pan[3] in "PH" else OTHER
