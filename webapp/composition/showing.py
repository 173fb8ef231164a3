"""A form as its page shows it: what it tells now, what is wrong with it, and whether it still tells what was filed."""

from __future__ import annotations

from hashlib import sha256

from webapp import gst_returns
from webapp.composition import building, checking, lists, service, writing
from webapp.composition.checking import Problem
from webapp.composition.lists import Line
from webapp.composition.told import Cmp08, Gstr4
from webapp.gst_returns import Registration, ReturnPeriod
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Shown:
    """`digest` is what a filing must name; `told` of a filed quarter is with the interest it was filed with."""

    told: Cmp08 | Gstr4
    lines: list[Line]
    problems: list[Problem]
    digest: str
    is_as_filed: bool


def quarter(books: Books, of: Registration, period: ReturnPeriod) -> Shown:
    """A statement; before it is filed, with the interest there would be if it were paid today."""
    rows = gst_returns.filings_of(books, service.QUARTERLY, of.gstin, period)
    filed = next((row for row in rows if row.stands), None)
    over = books.today > period.days.last_day
    told = building.cmp08(books, of.gstin, period, filed.filed_on if filed else books.today if over else None)
    is_as_filed = filed is not None and filed.sha256 == sha256(writing.cmp08_text(told).encode()).hexdigest()
    return Shown(told, lists.quarter_lines(told), checking.of_quarter(books, of, told), service.digest_of(told), is_as_filed)


def year(books: Books, of: Registration, period: ReturnPeriod) -> Shown:
    """The return of a year."""
    told = building.gstr4(books, of.gstin, period)
    digest = sha256(writing.gstr4_text(told).encode()).hexdigest()
    rows = gst_returns.filings_of(books, service.YEARLY, of.gstin, period)
    filed = next((row for row in rows if row.stands), None)
    return Shown(told, lists.year_lines(told), checking.of_year(books, of, told), digest, filed is not None and filed.sha256 == digest)
