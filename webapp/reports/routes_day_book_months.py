"""The day book month by month on screen and as a file: its comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _

from webapp.kernel.dates import month_name, month_of
from webapp.kernel.money import rupees
from webapp.platform import sheets
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.web import page
from webapp.reports.blueprint import same_report, span_words
from webapp.reports.day_book_months import BookMonth, BookMonths
from webapp.reports.narrowing import Narrowing
from webapp.reports.registers import Wanted


def by_month(
    wanted: Wanted, found: BookMonths, how: str, narrowing: Narrowing, filters: Sequence[str], shared: dict[str, Any], wanted_format: str
) -> Response:
    """The page of the day book compared, or its file. `shared` is what the day book's own page is drawn with too."""
    if wanted_format:
        return sheets.send(_sheet(found, filters), wanted_format)
    return page(
        "reports/day_book_months.html",
        wanted=wanted, found=found, compare=how, narrowing=narrowing, month_words=_words, book_url=_book_url,
        chart=_chart(found), columns=[span_words(one) for one in found.periods], **shared,
    )  # fmt: skip


def _words(one: BookMonth | None) -> str:
    return month_name(month_of(one.span.first_day)) if one else ""


def _book_url(one: BookMonth) -> str:
    days = {"from": one.span.first_day.isoformat(), "to": one.span.last_day.isoformat()}
    return same_report(compare=None, **days)


def _chart(found: BookMonths) -> dict[str, Any]:
    """Debits of each month, beside those it is held against."""
    bars = []
    for own, other in found.rows:
        pair = tuple(one.debits if one else 0 for one in (own, other))
        bars.append({"label": _words(own or other), "values": pair, "texts": tuple(rupees(figure) for figure in pair)})
    return {"title": _("Debits by month"), "names": tuple(span_words(one) for one in found.periods), "bars": bars}


def _sheet(found: BookMonths, filters: Sequence[str]) -> Sheet:
    own = (Column(_("Month"), "text", 12), Column(_("Vouchers"), "number", 10), Column(_("Debits"), "amount", 16))
    other = (Column(_("Compared with"), "text", 12), *own[1:], Column(_("Change"), "amount", 16))

    def cells(one: BookMonth | None) -> tuple[Any, ...]:
        return (_words(one), one.vouchers, one.debits) if one else ("", None, None)

    every: list[tuple[Any, ...]] = []
    for first, second in found.rows:
        change = (first.debits if first else 0) - (second.debits if second else 0)
        every.append((*cells(first), *((*cells(second), change) if found.is_beside else ())))
    sums, others = found.totals(0), found.totals(1)
    total = (_("Total"), *sums, *(("", *others, sums[1] - others[1]) if found.is_beside else ()))
    columns = (*own, *(other if found.is_beside else ()))
    about = (*(span_words(one) for one in found.periods), *filters)
    return Sheet("day-book-months", _("Day book by month"), about, columns, lambda _books: iter(every), lambda _books: total)
