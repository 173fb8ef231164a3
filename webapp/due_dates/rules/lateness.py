"""What lateness costs, as far as it can be said without the return itself: an estimate in paise. Pure.

Late fee (section 47 as lowered by Notifications 19, 20 and 21/2021 and 07/2023, both halves together): GSTR-1 and GSTR-3B ₹50 a day, at
most ₹2,000 up to 1.5 crore of turnover, ₹5,000 up to five, ₹10,000 above; GSTR-4 ₹50, at most ₹2,000; GSTR-9 ₹50 a day up to five
crore and ₹100 up to twenty, at most 0.04 % of turnover, ₹200 above, at most 0.5 %. Nil returns cost less: what is said is the most. TDS and
TCS statements ₹200 a day (section 234E), never more than the tax. Interest under GST: 18 % a year of the tax paid in cash (section 50).
"""

from __future__ import annotations

from datetime import date

from webapp.due_dates.rules.law import CRORE
from webapp.kernel.money import Paise, rounded
from webapp.kernel.records import dataclass

A_DAY, A_DAY_OF_STATEMENTS = 50_00, 200_00
INTEREST_BP = 1800
_BEARS_INTEREST = frozenset({"gstr3b", "pmt06", "cmp08"})


@dataclass(frozen=True, slots=True)
class Cost:
    """The late fee (None: there is none, or it is not known here), its ceiling (None: the tax itself), and whether the tax bears
    interest besides."""

    fee: Paise | None
    most: Paise | None
    bears_interest: bool


def cost_of(form: str, due_on: date, on: date, turnover: Paise | None) -> Cost:
    """What filing or paying on a day costs besides the tax. Nothing in time."""
    days = max((on - due_on).days, 0)
    bears = form in _BEARS_INTEREST and days > 0
    if form in ("24q", "26q", "27eq"):
        return Cost(Paise(days * A_DAY_OF_STATEMENTS), None, bears)
    a_day, most = _rate(form, turnover)
    return Cost(Paise(min(days * a_day, most)), Paise(most), bears) if a_day else Cost(None, None, bears)


def interest(tax: int, due_on: date, on: date) -> Paise:
    """Interest of section 50(1) on tax paid in cash on a day, in paise."""
    return Paise(rounded(tax * INTEREST_BP * max((on - due_on).days, 0), 10_000 * 365))


def _rate(form: str, turnover: Paise | None) -> tuple[int, int]:
    """Paise a day, and the most of it; noughts where there is no fee."""
    of = turnover if turnover is not None else 5 * CRORE
    if form in ("gstr1", "gstr3b"):
        return A_DAY, 2_000_00 if of <= 3 * CRORE // 2 else 5_000_00 if of <= 5 * CRORE else 10_000_00
    if form == "gstr4":
        return A_DAY, 2_000_00
    if form == "gstr9":
        if of <= 20 * CRORE:
            return (A_DAY if of <= 5 * CRORE else 2 * A_DAY), rounded(of * 4, 10_000)
        return 4 * A_DAY, rounded(of * 50, 10_000)
    return 0, 0
