"""The late fee of GSTR-1 (s.47): worked out from the day of its filing, and told with GSTR-3B of the period as far as a person says so.

How the portal asks for it was not seen, so nothing is told of itself: what it shows is typed, beside what the law comes to.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from webapp import gst_returns
from webapp.gst_returns import ReturnPeriod, Taxes
from webapp.gstr3b import law, ledgers
from webapp.input_tax import Tax
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.money import MOST_PAISE
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone

_HEAD = {"gstin", "fp", "version", "hash"}  # of a file that tells nothing


class LateGstr1(NamedTuple):
    """By how many days the GSTR-1 of a period was filed late, and what that costs under each of CGST and SGST, in paise."""

    due_on: date
    filed_on: date
    days: int
    fee: int


def late_gstr1(books: Books, gstin: str, period: ReturnPeriod, turnover: str) -> LateGstr1 | None:
    """The lateness of the GSTR-1 that stands; None where none is filed, or in time. `turnover` is the slab of the fee's most."""
    filed = next((row for row in gst_returns.filings_of(books, gst_returns.GSTR1, gstin, period) if row.stands), None)
    days = (filed.filed_on - period.due_on).days if filed else 0
    if filed is None or days <= 0:
        return None
    is_nil = set(gst_returns.read_own(gst_returns.text_of(books, filed.id))) <= _HEAD
    fee = law.late_fee(days, period.month, turnover, is_nil=is_nil, fees=law.GSTR1_LATE_FEES)
    return LateGstr1(period.due_on, filed.filed_on, days, law.to_rupee(fee))


def told_fee(books: Books, gstin: str, period: ReturnPeriod) -> Tax:
    """What a person said is told of it with GSTR-3B of a period."""
    found = gst_returns.typed_figures(books, gstin, _year(period)).get(_line(period))
    return Tax(0, found.taxes.cgst, found.taxes.sgst, 0) if found else Tax()


def tell_fee(books: Books, gstin: str, period: ReturnPeriod, fee: int) -> None:
    """Say what is told of it with GSTR-3B of a period, under each of CGST and SGST, in whole rupees; 0 takes it out. InvalidInput for what
    is no such amount; Conflict where that return is filed; NotFound for another's GSTIN."""
    gst_returns.registration(books, gstin)
    if fee % 100 or not 0 <= fee <= MOST_PAISE:
        raise InvalidInput({"gstr1_fee": "Type whole rupees, 0 or more."})
    write_alone(books)  # a filing of it that is being made just now is seen
    if any(row.period == period for row in ledgers.standing(books, gstin)):
        raise Conflict(problem=f"GSTR-3B of {period.name} is filed.", fix="Take that filing back first, if the fee was told wrongly.")
    figure = {_line(period): Taxes(0, fee, fee) if fee else None}
    gst_returns.type_figures(books, gstin, _year(period), figure)


def _line(period: ReturnPeriod) -> str:
    return f"gstr1_fee.{period.key}"


def _year(period: ReturnPeriod) -> int:
    return FinancialYear.of(period.days.last_day).start_year
