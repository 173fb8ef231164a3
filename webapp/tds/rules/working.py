"""What is deducted of a sum: from which sum on, at which rate, of how much. Pure.

Sections 194A to 194T speak of the whole where a year's (rent: a month's) sum goes above the threshold, so the deduction that crosses
it is due of what went before too; 194Q and 206C(1H) speak of the excess. The base is without GST that is shown apart (CBDT
Circular 23/2017). Each deduction is rounded to the nearest rupee, for a challan takes whole rupees only; section 288B (ten rupees)
speaks of what an assessee pays in the end. Without a PAN the rate is 20 % (194Q: 5 %) or the rate in force if that is higher
(206AA; of collection 206CC: twice, at least 5 %, at most 20 %); who had filed no return paid twice, at least 5 % (206AB, 206CCA).
"""

from __future__ import annotations

from datetime import date

from webapp.kernel.money import BasisPoints, Paise, rounded, rupees
from webapp.kernel.records import dataclass
from webapp.tds.rules import law
from webapp.tds.rules.law import Kind, Terms

MOST_RATE = BasisPoints(2000)
LEAST_HIGHER = BasisPoints(500)


@dataclass(frozen=True, slots=True)
class Before:
    """What went before this sum with the same payee and kind, in paise: in the financial year and in the calendar month of it, and how
    much of each was taxed already."""

    year: int = 0
    year_taxed: int = 0
    month: int = 0
    month_taxed: int = 0


@dataclass(frozen=True, slots=True)
class Relief:
    """A certificate of lower or no deduction (section 197; 395 of the Act of 2025): its rate, and what is left of its sum in paise."""

    rate_bp: BasisPoints
    left: Paise


@dataclass(frozen=True, slots=True)
class Case:
    """A sum paid or credited, in paise without GST. `is_specified`: section 206AB applied to the payee. `is_above_single`: the sum is
    a part of one that is above the threshold of a single payment, as the rest of the price of a car after its advance."""

    kind: str
    payee: str
    day: date
    base: Paise
    before: Before = Before()
    is_specified: bool = False
    relief: Relief | None = None
    is_above_single: bool = False


@dataclass(frozen=True, slots=True)
class Deduction:
    """What is to be deducted in paise. `taxed` is the sum it is of, `arrears` what of that went before this payment, `certified` what of
    it is at the certificate's rate. `why` says it in words; `is_in_force` is False where the law of the day knows no such deduction."""

    amount: Paise
    taxed: Paise
    arrears: Paise
    certified: Paise
    rate_bp: BasisPoints
    why: str
    is_in_force: bool = True


def work_out(case: Case) -> Deduction:
    """What is to be deducted of a sum, with the reason; nought below the thresholds and where no such law is in force."""
    kind = law.KINDS[case.kind]
    terms = kind.at(case.day)
    cited = law.law_of(case.kind, case.payee, case.day)
    if terms is None or case.base <= 0:
        why = "Nothing is paid." if terms else f"{cited}: not in force on {case.day:%d-%b-%Y}."
        return _nothing(why, is_in_force=terms is not None)
    taxed, threshold = _taxed(kind, terms, case)
    if taxed <= 0:
        return _nothing(f"{cited}: {threshold}")
    rate, why_rate = _rate(kind, terms, case)
    certified = min(taxed, case.relief.left) if case.relief and case.payee != law.NO_PAN and case.relief.left > 0 else 0
    lower = case.relief.rate_bp if case.relief and certified else BasisPoints(0)
    amount = rounded(certified * lower + (taxed - certified) * rate, 10_000 * 100) * 100
    arrears = max(taxed - case.base, 0)
    words = [f"{cited}: {threshold}", f"{_percent(rate)} of {rupees(Paise(taxed - certified))}{why_rate}." if taxed > certified else ""]
    if certified:
        words.append(f"{_percent(lower)} of {rupees(Paise(certified))} by the certificate.")
    if arrears:
        words.append(f"{rupees(Paise(arrears))} of it went before and was not taxed yet.")
    rate_said = rate if taxed > certified else lower
    said = " ".join(one for one in words if one)
    return Deduction(Paise(amount), Paise(taxed), Paise(arrears), Paise(certified), rate_said, said)


def _nothing(why: str, *, is_in_force: bool = True) -> Deduction:
    none = Paise(0)
    return Deduction(none, none, none, none, BasisPoints(0), why, is_in_force)


def _taxed(kind: Kind, terms: Terms, case: Case) -> tuple[int, str]:
    """The sum that is taxed now, and which threshold says so (or not)."""
    year, month = case.before.year + case.base, case.before.month + case.base
    if terms.year is not None and year > terms.year:
        above = year - terms.year if kind.is_excess else year
        said = "of what is above" if kind.is_excess else "of the whole, above"
        return max(above - case.before.year_taxed, 0), f"{rupees(Paise(year))} in the year, {said} {rupees(terms.year)}."
    if terms.month is not None and month > terms.month:
        taxed = max(month - case.before.month_taxed, 0)
        return taxed, f"{rupees(Paise(month))} in the month, above {rupees(terms.month)}."
    if terms.single is not None and case.is_above_single:
        return case.base, f"of what is worth more than {rupees(terms.single)}."
    if terms.single is not None and case.base > terms.single:
        return case.base, f"{rupees(case.base)} at once, above {rupees(terms.single)}."
    limits = (("in the year", terms.year, year), ("in the month", terms.month, month), ("at once", terms.single, case.base))
    below = [f"{rupees(Paise(sum_))} {of} is not above {rupees(limit)}" for of, limit, sum_ in limits if limit is not None]
    return (0, "; ".join(below) + ".") if below else (case.base, "there is no threshold.")


def _rate(kind: Kind, terms: Terms, case: Case) -> tuple[BasisPoints, str]:
    own = terms.individual_bp if case.payee == law.INDIVIDUAL else terms.other_bp
    rate, why = own, ""
    if case.is_specified and law.SPECIFIED_FROM <= case.day <= law.SPECIFIED_TO:
        rate, why = max(BasisPoints(2 * own), LEAST_HIGHER), ", no return was filed (206AB)"
    if case.payee == law.NO_PAN:
        without = max(min(max(2 * own, kind.no_pan_bp), MOST_RATE), own) if kind.is_collected else max(kind.no_pan_bp, own)
        if without >= rate:
            rate, why = BasisPoints(without), ", without a PAN"
    return rate, why


def _percent(rate: int) -> str:
    whole, part = divmod(rate, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + " %" if part else f"{whole} %"
