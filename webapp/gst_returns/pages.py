"""A return on one page, and what is wrong with it: what several views show."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Response

from webapp.company import Registered, profile, registered_days
from webapp.gst_returns import building, checking, facts, forms, queries, reading, told, writing
from webapp.gst_returns.building import Registration
from webapp.gst_returns.periods import QUARTER, ReturnPeriod
from webapp.gst_returns.told import Gstr1
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page


def return_page(*, gstin: str, period_key: str, typed: Any = None, errors: Any = None) -> Response:
    """A return in its tables, with how it was filed and what changed since."""
    with read_books(current_actor()) as books:
        of, period = building.registration(books, gstin), forms.period_of(period_key)
        found = building.gstr1(books, of, period)
        text = writing.as_text(found)
        filings = queries.filings(books, gstin, period)
        filed = next((row for row in filings if row.stands), None)
        problems = problems_of(books, of, found)
        today = books.today
    digest = sha256(text.encode()).hexdigest()
    return page(
        "gst_returns/return.html",
        of=of,
        period=period,
        totals=told.totals(found),
        due=told.tax_of_period(found),
        filings=filings,
        filed=filed,
        is_as_filed=filed is not None and filed.sha256 == digest,
        shown=digest,
        parts=len(writing.parts(found)),
        refused=sum(one.is_refused for one in problems),
        others=sum(not one.is_refused for one in problems),
        today=today,
        new_id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )


def digits_of(books: Books, period: ReturnPeriod) -> int:
    return facts.hsn_digits(period.month, is_over_5_crore=profile(books).turnover_over_5_crore)


def problems_of(books: Books, of: Registration, found: Gstr1) -> list[checking.Problem]:
    digits = digits_of(books, found.period)
    items = [checking.CodeOfItem(*row) for row in reading.short_codes(books, of.gstin, found.period.days, digits)] if digits else []
    days = registered_days(books).get(of.gstin, Registered())
    is_whole = found.period.kind != QUARTER or not queries.told_by_iff(books, of.gstin, found.period)
    return checking.problems(found, items, checking.Circumstances(days.began_on, days.ended_on, is_whole))
