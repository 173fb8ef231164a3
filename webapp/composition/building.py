"""The statement of a quarter and the return of a year, put together from what the books hold and what was filed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from webapp import gst_returns
from webapp.company import profile, stores
from webapp.composition import facts, queries, reading, writing
from webapp.composition.queries import KindRow
from webapp.composition.told import Cmp08, FiledQuarter, Gstr4, interest_on, tax_on, total
from webapp.gst_returns import Registration, ReturnPeriod
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import Books
from webapp.tax.rules import Scheme, state_of_gstin


def registrations(books: Books) -> list[Registration]:
    """Whose statements there are: of a business under composition now, or that once said what kind it is. The company's own first."""
    own = profile(books)
    if not own.gstin or not (own.scheme == Scheme.COMPOSITION.value or queries.was_ever_said(books)):
        return []
    found: dict[str, list[tuple[str, UUID]]] = {own.gstin: []}
    for one in stores(books, with_closed=True):
        found.setdefault(one.gstin or own.gstin, []).append((one.name, one.id))
    return [
        Registration(gstin, state_of_gstin(gstin) or own.state_code, tuple(name for name, _id in some), tuple(id_ for _name, id_ in some))
        for gstin, some in found.items()
    ]


def registration(books: Books, gstin: str) -> Registration:
    """One of them. NotFound for a GSTIN that is not this company's, or that was never under composition."""
    found = next((one for one in registrations(books) if one.gstin == gstin), None)
    if found is None:
        raise NotFound("registration")
    return found


def cmp08(books: Books, gstin: str, period: ReturnPeriod, paid_on: date | None = None, kinds: Sequence[KindRow] | None = None) -> Cmp08:
    """The statement of a quarter as the books stand; with interest where a day of payment is given. `kinds` spares reading them."""
    kind = queries.kind_in(queries.kinds(books, gstin) if kinds is None else kinds, period.months[0])
    rate = facts.rate_of(kind, period.months[0]) if kind else None
    sold = reading.turnover(books, gstin, period.days)
    bought = total(row.taxes for row in reading.inward(books, gstin, period.days) if row.is_reverse_charge)
    found = Cmp08(gstin, period, rate, sold, tax_on(sold, rate), bought)
    if paid_on is None:
        return found
    return Cmp08(gstin, period, rate, sold, found.outward, bought, interest_on(found.due, period, paid_on), paid_on)


def gstr4(books: Books, gstin: str, period: ReturnPeriod) -> Gstr4:
    """The return of a year: purchases of its days, its quarters as filed and as the books tell them, and what was deducted."""
    kinds = queries.kinds(books, gstin)
    filed = {row.period: row for row in gst_returns.filings_of(books, "cmp08", gstin) if row.stands}
    quarters = []
    for quarter in own_quarters(books, gstin, [ReturnPeriod("quarter", month) for month in period.months[2::3]], filed):
        row = filed.get(quarter)
        was = writing.read_cmp08(gst_returns.text_of(books, row.id), quarter) if row else None
        quarters.append(FiledQuarter(cmp08(books, gstin, quarter, kinds=kinds), was, row.filed_on if row else None))
    year = FinancialYear.of(period.days.first_day)
    # What was bought while another scheme held is told by that scheme's returns.
    spans = [one.books.period.days for one in quarters]
    bought = tuple(reading.inward(books, gstin, Period(spans[0].first_day, spans[-1].last_day))) if spans else ()
    return Gstr4(gstin, period, bought, tuple(quarters), tuple(queries.credits_of(books, gstin, year.start_year)))


def own_quarters(books: Books, gstin: str, some: Sequence[ReturnPeriod], filed: Collection[ReturnPeriod]) -> list[ReturnPeriod]:
    """Those of some quarters in which the registration was under composition, and those that were filed."""
    if not some:
        return []
    months = sorted({month for quarter in some for month in quarter.months})
    under = gst_returns.months_under(books, gstin, months, Scheme.COMPOSITION.value, was_both=True)
    return [quarter for quarter in some if quarter in filed or under & set(quarter.months)]


def turnover_of_year(books: Books, on: date) -> int:
    """What the whole business has sold under composition in the year of a day: its limit is of all registrations."""
    year = FinancialYear.of(on)
    return reading.turnover(books, "", ReturnPeriod("year", year.last_month).days).total
