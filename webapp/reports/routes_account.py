"""Screens of one account: its ledger, and its file, which a job makes when the account is long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period, month_name
from webapp.kernel.errors import Conflict
from webapp.ledger import Asked, RegisterPage
from webapp.platform import sheets, storage, tables_pdf
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page, partial, see_other
from webapp.reports import account_files, books_of_account, forms, months_of_account
from webapp.reports.account_files import FileAsked
from webapp.reports.blueprint import bp, kind_words, span_words
from webapp.reports.forms import month_end, this_year
from webapp.reports.narrowing import Narrowing, read_narrowing
from webapp.reports.routes_account_months import by_month

_MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class NotYet(Conflict):
    """The file is still being made."""

    def __init__(self) -> None:
        super().__init__(problem="This file is still being made.", fix="Wait a moment and open it again.")


@bp.get("/accounts/<uuid:account_id>")
@needs(Permission.REPORT_READ)
def account(account_id: UUID) -> BaseResponse:
    wanted_format = sheets.asked_format()
    after, before = (forms.read_line_key(request.args.get(name, "")) for name in ("after", "before"))
    compare = forms.read_choice(request.args, "compare", periods.COMPARISONS)
    with read_books(current_actor()) as books:
        period = forms.read_period(request.args, otherwise=this_year(books.today))
        narrowing = read_narrowing(books)
        store_id = narrowing.store_id
        head = books_of_account.account_head(books, account_id, period, store_id=store_id, centre_id=narrowing.centre_id)
        if compare:
            months = months_of_account.compared(books, head, period, compare)
            return by_month(head, period, months, compare, narrowing, wanted_format)
        if wanted_format:
            count = account_files.count_lines(books, account_id, period, store_id, most=tables_pdf.MOST_ROWS + 1, part=head.part)
        else:
            asked = Asked(period.first_day, period.last_day, after=after, before=before, at_end=not (after or before))
            found = books_of_account.account_page(books, head, asked)
            count = _lines_shown_or_more(books, head, period, found)
        year = FinancialYear.of(period.first_day)
    is_long = count > account_files.MOST_AT_ONCE
    if wanted_format and is_long and not (wanted_format == "pdf" and count > tables_pdf.MOST_ROWS):
        return _ask_file(head, period, wanted_format, narrowing)
    if wanted_format:
        return sheets.send(_account_sheet(head, period, narrowing), wanted_format)
    shown = [one for one in head.months if year.first_month <= one.month <= year.last_month]
    return page(
        "reports/account.html",
        head=head, found=found, period=period, months=shown, month_name=month_name, month_end=month_end, is_long=is_long,
        narrowing=narrowing,
    )  # fmt: skip


def _lines_shown_or_more(books: Books, head: books_of_account.AccountHead, period: Period, found: RegisterPage) -> int:
    """Whether the account is long is asked only where the page does not show all there is."""
    if found.earlier is None and found.later is None:
        return len(found.rows)
    return account_files.count_lines(books, head.id, period, head.store_id, most=account_files.MOST_AT_ONCE + 1, part=head.part)


def _about(head: books_of_account.AccountHead, period: Period, narrowing: Narrowing) -> tuple[str, ...]:
    return account_name(head.group), span_words(period), *narrowing.names


def _labels() -> tuple[str, ...]:
    return _("Date"), _("Particulars"), _("Kind"), _("Number"), _("Debit"), _("Credit"), _("Balance")


def _words() -> dict[str, str]:
    return {**kind_words(), "opening": _("Opening balance"), "total": _("Total")}


def _account_sheet(head: books_of_account.AccountHead, period: Period, narrowing: Narrowing) -> Sheet:
    words = _words()
    columns = tuple(Column(*one) for one in zip(_labels(), account_files.KINDS, account_files.WIDTHS, strict=True))

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        return account_files.lines_of(books, head, period, words)

    def totals(_books: Books) -> tuple[Any, ...]:
        return account_files.total_of(head, words)

    return Sheet("account", account_name(head.name), _about(head, period, narrowing), columns, rows, totals)


def _ask_file(head: books_of_account.AccountHead, period: Period, wanted_format: str, narrowing: Narrowing) -> BaseResponse:
    labels, words = _labels(), {name: str(word) for name, word in _words().items()}
    about, title = _about(head, period, narrowing), account_name(head.name)
    with open_books(current_actor()) as books:
        asked = FileAsked(head.id, period, head.store_id, wanted_format, title, about, labels, words, narrowing.centre_id)
        account_files.ask_file(books, asked)
    return see_other(url_for("reports.list_account_files"))


@bp.get("/account-files")
@needs(Permission.REPORT_EXPORT)
def list_account_files() -> Response:
    """Files of long accounts: being made, and made before."""
    with read_books(current_actor()) as books:
        files = account_files.newest_files(books)
    return page("reports/account_files.html", files=files)


@bp.get("/account-files/<uuid:file_id>")
@needs(Permission.REPORT_EXPORT)
def show_account_file(file_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        return partial("reports/_account_file.html", file=account_files.account_file(books, file_id))


@bp.get("/account-files/<uuid:file_id>/content")
@needs(Permission.REPORT_EXPORT)
def show_account_content(file_id: UUID) -> BaseResponse:
    with read_books(current_actor()) as books:
        found = account_files.account_file(books, file_id)
        if found.state != "ready":
            raise NotYet
        content = storage.open_file(books.company_id, account_files.storage_key(found.id, found.format))
    return send_file(content, mimetype=_MIMETYPES[found.format], as_attachment=True, download_name=f"account.{found.format}")
