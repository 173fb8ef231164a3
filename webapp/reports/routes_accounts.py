"""Screens of the accounts: the chart with balances, an account's ledger, the trial balance, the journal for another program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp.kernel.dates import Period
from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page
from webapp.reports import books_of_account, forms, journal
from webapp.reports.blueprint import bp, span_words
from webapp.reports.forms import this_year


@bp.get("/accounts")
@needs(Permission.REPORT_READ)
def accounts() -> Response:
    wanted_format = sheets.asked_format()
    words, state = forms.read_words(request.args), forms.read_choice(request.args, "state", ("archived", "all"))
    with read_books(current_actor()) as books:
        period = this_year(books.today)
        found = books_of_account.balances(books, period, words=words, with_nil=True, state=state)
    if wanted_format:
        return sheets.send(_balances_sheet("accounts", _("Ledgers"), period, found), wanted_format)
    rows, earlier, later = forms.read_piece(request.args, found.rows)
    return page("reports/accounts.html", found=found, rows=rows, earlier=earlier, later=later, words=words, state=state, period=period)


def _balances_sheet(name: str, title: str, period: Period, found: books_of_account.Balances) -> Sheet:
    """Accounts alone, each with its group: a spreadsheet adds up what it is given, and groups would be counted twice."""
    columns = (
        Column(_("Account"), "text", 30),
        Column(_("Group"), "text", 22),
        Column(_("Opening Dr"), "amount", 15),
        Column(_("Opening Cr"), "amount", 15),
        Column(_("Debit"), "amount", 15),
        Column(_("Credit"), "amount", 15),
        Column(_("Closing Dr"), "amount", 15),
        Column(_("Closing Cr"), "amount", 15),
    )

    def rows(_books: Books) -> Iterator[tuple[Any, ...]]:
        for row in found.rows:
            if row.account_id:
                one = row.figures
                yield row.name, row.group, *_sides(one.opening), one.debit, one.credit, *_sides(one.closing)

    def totals(_books: Books) -> tuple[Any, ...]:
        sums = (found.opening_debit, found.opening_credit, found.debit, found.credit, found.closing_debit, found.closing_credit)
        return (_("Total"), "", *sums)

    return Sheet(name, title, (span_words(period),), columns, rows, totals, is_wide=True)


def _sides(amount: int) -> tuple[int, int]:
    return max(amount, 0), max(-amount, 0)


@bp.get("/ledger-export")
@needs(Permission.REPORT_EXPORT)
def ledger_export() -> Response:
    """The journal of the days asked for, this financial year by default, streamed."""
    actor = current_actor()
    with open_books(actor) as books:
        period = forms.read_period(request.args, otherwise=this_year(books.today))
        audit.record(books, "export", "report", "journal", new={"format": "csv", "from": period.first_day, "to": period.last_day})

    def pieces() -> Iterator[str]:
        with read_books(actor) as books:
            yield from journal.as_csv_text(books, period)

    response = Response(pieces(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="journal-{period.first_day}-{period.last_day}.csv"'
    return response
