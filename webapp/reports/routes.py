"""The screens of the reports: parse, open the books for reading, ask one question, show it or send it as a file.

Today, the day book and a voucher are here; the other screens stand beside: accounts, goods, khata.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period, written
from webapp.kernel.money import rupees
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page
from webapp.reports import (
    dashboard,
    forms,
    registers,
    routes_account,
    routes_accounts,
    routes_checks,
    routes_goods,
    routes_khata,
    routes_traces,
)
from webapp.reports.blueprint import bp, kind_words, screen_url, span_words
from webapp.reports.day_book_months import book_months
from webapp.reports.forms import this_year
from webapp.reports.narrowing import read_narrowing
from webapp.reports.routes_day_book_months import by_month

__all__ = ["bp", "routes_account", "routes_accounts", "routes_checks", "routes_goods", "routes_khata", "routes_traces"]


@bp.get("/today")
@needs(Permission.REPORT_READ)
def today() -> Response:
    with read_books(current_actor()) as books:
        figures = dashboard.today(books)
        as_of = books.now
    bars = [{"label": f"{one.day.day} {one.day:%b}", "value": one.value_paise, "text": rupees(one.value_paise)} for one in figures.days]
    tops = [
        {
            "label": one.name,
            "value": one.value_paise,
            "text": rupees(one.value_paise),
            "url": screen_url("reports.item_card", item_id=one.item_id),
        }
        for one in figures.top_items
    ]
    return page("reports/today.html", figures=figures, as_of=as_of, bars=bars, tops=tops)


@bp.get("/day-book")
@needs(Permission.REPORT_READ)
def day_book() -> Response:
    wanted_format = sheets.asked_format()
    compare = forms.read_choice(request.args, "compare", periods.COMPARISONS)
    with read_books(current_actor()) as books:
        today = books.today
        narrowing = read_narrowing(books)
        wanted = registers.Wanted(
            forms.read_period(request.args, otherwise=this_year(today) if compare else Period(today, today)),
            forms.read_choice(request.args, "kind", registers.KINDS),
            forms.read_words(request.args),
            narrowing.store_id,
            narrowing.centre_id,
        )
        shared: dict[str, Any] = {"today": today, "year": FinancialYear.of(today)}
        if compare:
            months = book_months(books, wanted, compare)
            return by_month(wanted, months, compare, narrowing, _filters(wanted, narrowing.names), shared, wanted_format)
        if not wanted_format:
            found = registers.day_book(
                books,
                wanted,
                older_than=forms.read_day_key(request.args.get("older", "")),
                newer_than=forms.read_day_key(request.args.get("newer", "")),
            )
            debits = registers.debits(books, wanted.period, wanted.store_id) if wanted.is_everything else found.debits
    if wanted_format:
        return sheets.send(_day_book_sheet(wanted, narrowing.names), wanted_format)
    return page("reports/day_book.html", found=found, wanted=wanted, debits=debits, narrowing=narrowing, compare="", **shared)


def _filters(wanted: registers.Wanted, names: Sequence[str]) -> list[str]:
    """What narrows the day book besides its days, as paper says it."""
    filters = [*names, *([kind_words()[wanted.kind]] if wanted.kind else [])]
    return filters + ([_("Search: %(words)s", words=wanted.words)] if wanted.words else [])


def _day_book_sheet(wanted: registers.Wanted, names: Sequence[str]) -> Sheet:
    words = kind_words()
    columns = (
        Column(_("Date"), "day", 12),
        Column(_("Particulars"), "text", 26),
        Column(_("Narration"), "text", 24),
        Column(_("Kind"), "text", 12),
        Column(_("Number"), "code", 16),
        Column(_("Amount"), "amount", 14),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in registers.whole_day_book(books, wanted):
            yield row.voucher_date, row.party or row.heads, row.narration, words.get(row.kind, row.kind), row.number, row.amount

    return Sheet("day-book", _("Day book"), (span_words(wanted.period), *_filters(wanted, names)), columns, rows)


@bp.get("/vouchers/<uuid:voucher_id>")
@needs(Permission.VOUCHER_READ)
def voucher(voucher_id: UUID) -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        found = registers.voucher(books, voucher_id)
    if wanted_format:
        return sheets.send(_voucher_sheet(found), wanted_format)
    return page("reports/voucher.html", voucher=found)


def _voucher_sheet(found: registers.VoucherView) -> Sheet:
    columns = (
        Column(_("Account"), "text", 40),
        Column(_("Party"), "text", 30),
        Column(_("Debit"), "amount", 15),
        Column(_("Credit"), "amount", 15),
    )
    title = f"{kind_words().get(found.kind, found.kind)} {found.number}"
    about = (written(found.voucher_date), *([found.narration] if found.narration else []), _("Posted by %(name)s", name=found.posted_by))
    return Sheet(
        "voucher",
        title,
        about,
        columns,
        rows=lambda _books: ((line.account, line.party, line.debit, line.credit) for line in found.lines),
        totals=lambda _books: (_("Total"), "", found.total, found.total),
    )
