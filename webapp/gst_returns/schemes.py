"""Which months a registration was under the regular scheme, as its papers say: a business may go to composition and come back.

CGST Act s.10, Rules 3 and 6 (CMP-02, CMP-04): the months before a switch are told by GSTR-1 and GSTR-3B, those after it by CMP-08 and
GSTR-4, or the other way round. Each bill keeps the scheme it was made under; a month of both is told by both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import exists, or_, select

from webapp.company import profile
from webapp.gst_returns.models import GstFiling
from webapp.gst_returns.periods import ReturnPeriod
from webapp.gst_returns.queries import GSTR1
from webapp.gst_returns.reading import posted_within
from webapp.kernel.dates import Period
from webapp.kernel.errors import Conflict
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice
from webapp.tax.rules import Scheme

REGULAR, COMPOSITION = Scheme.REGULAR.value, Scheme.COMPOSITION.value
_OF_COMPOSITION = ("cmp08", "gstr4")


def was_regular(books: Books) -> bool:
    """Whether a business that is under another scheme now has papers or returns of the regular one."""
    has_papers = exists().where(Invoice.scheme == REGULAR)
    has_filed = exists().where(GstFiling.form == GSTR1)
    return bool(books.session.scalar(select(or_(has_filed, has_papers))))


def months_under(books: Books, gstin: str, months: Sequence[int], scheme: str, *, was_both: bool = False) -> set[int]:
    """Those of some months, in order, in which a registration was under a scheme. A month without papers is like the one before it, and
    after the last paper like the settings. Unless `was_both` is known, or a statement of composition was ever filed, a business of the
    regular scheme was always under it: its papers, which may be many, are not looked through.
    """
    now = profile(books).scheme
    if now == REGULAR and not was_both and not books.session.scalar(select(exists().where(GstFiling.form.in_(_OF_COMPOSITION)))):
        return set(months) if scheme == REGULAR else set()
    of_papers = _of_papers(books, gstin, months)
    found, last = set(), _first_known(of_papers, months, now)
    latest = max(of_papers, default=0)
    for month in months:
        known = of_papers.get(month, {last} if month < latest else {now})
        if scheme in known:
            found.add(month)
        if month in of_papers:
            last = now if now in known else next(iter(known))
    return found


def regular_periods(books: Books, gstin: str, some: Sequence[ReturnPeriod], filed: Collection[ReturnPeriod]) -> list[ReturnPeriod]:
    """Those of some periods that the regular scheme has returns of, and those that were filed."""
    if not some:
        return []
    months = months_under(books, gstin, sorted({month for period in some for month in period.months}), REGULAR)
    return [period for period in some if period in filed or months & set(period.months)]


def require_regular(books: Books, gstin: str, period: ReturnPeriod) -> None:
    """Conflict for a period of which no month was under the regular scheme."""
    if not months_under(books, gstin, period.months, REGULAR):
        raise Conflict(
            problem=f"The business was not under the regular scheme in {period.name}.",
            fix="File what its scheme asks for: CMP-08 of the quarter under composition.",
        )


def _of_papers(books: Books, gstin: str, months: Sequence[int]) -> dict[int, set[str]]:
    span = Period(ReturnPeriod("month", months[0]).days.first_day, ReturnPeriod("month", months[-1]).days.last_day)
    query = select(Invoice.posted_on, Invoice.scheme).where(posted_within(span), Invoice.seller["gstin"].as_string() == gstin)
    found: dict[int, set[str]] = {}
    for day, scheme in books.session.execute(query.distinct()):
        found.setdefault(_month(day), set()).add(scheme)
    return found


def _first_known(of_papers: Mapping[int, set[str]], months: Sequence[int], now: str) -> str:
    """The scheme before the first paper: that of the paper, else that of the settings."""
    known = next((of_papers[month] for month in months if month in of_papers), {now})
    return REGULAR if REGULAR in known else next(iter(known))


def _month(day: date) -> int:
    return day.year * 100 + day.month
