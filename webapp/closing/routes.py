"""Pages of the year's close: the years, one year's checklist, what a close has kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.closing import queries, service
from webapp.closing.checklist import checklist
from webapp.closing.queries import CloseRow
from webapp.closing.rules import Figure
from webapp.kernel.dates import FinancialYear
from webapp.kernel.text import clean_text
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("closing", __name__)


@bp.get("/year-close")
@needs(Permission.YEAR_CLOSE)
def list_years() -> Response:
    with read_books(current_actor()) as books:
        rows = queries.year_rows(books)
    return page("closing/years.html", rows=rows)


def year_form(*, start_year: int, typed: Any = None, errors: Any = None) -> Response:
    """A year's checklist, and its closes until now with what moved between them."""
    year = queries.year_of(start_year)
    with read_books(current_actor()) as books:
        findings = checklist(books, year)
        closes = queries.close_rows(books, start_year)
        standing = next((one for one in closes if one.stands), None)
        moved = queries.differences(books, closes[0].id) if closes else []
        between = [(one, queries.differences_between(books, one.id, later.id)) for later, one in pairwise(closes)]
    return page(
        "closing/year.html",
        year=year,
        findings=findings,
        words=finding_words(),
        screens=SCREENS,
        closes=closes,
        standing=standing,
        moved=moved,
        between=between,
        is_sound=all(one.is_well or not one.is_hard for one in findings),
        is_all_well=all(one.is_well for one in findings),
        typed=typed or {},
        errors=errors or {},
    )


# Where each line of the checklist is put right.
SCREENS = {
    "openings": "ledger.show_openings",
    "unsent": "counter.list_tills",
    "missing": "counter.list_tills",
    "flags": "sales.list_reviews",
    "drafts": "vouchers.list_vouchers",
    "negative_cash": "reports.accounts",
    "negative_stock": "reports.stock_summary",
    "clearing": "reports.accounts",
}


def finding_words() -> dict[str, tuple[str, str]]:
    """Each line of the checklist: what it says when all is well, and when something is open."""
    return {
        "year_over": (_("The year is over"), _("The year is not over")),
        "trial_balance": (
            _("The trial balance agrees with a replay of the books"),
            _("The trial balance does not agree with a replay of the books"),
        ),
        "openings": (_("The opening balances agree"), _("The opening balances differ")),
        "unsent": (_("Counters have sent all their bills"), _("Counters have bills that were not sent or not read")),
        "missing": (_("No bill's number is missing"), _("Bill numbers are missing")),
        "flags": (_("Every flagged bill is settled"), _("Flagged bills are not settled")),
        "negative_cash": (_("Cash was never below nothing"), _("Cash was below nothing")),
        "negative_stock": (_("No stock is below nothing"), _("Stock is below nothing")),
        "drafts": (_("No voucher waits as a draft"), _("Vouchers wait as drafts, optional or post-dated")),
        "clearing": (_("UPI and card receipts have all reached the bank"), _("UPI or card receipts are still in transit")),
    }


@bp.get("/year-close/<int:start_year>")
@needs(Permission.YEAR_CLOSE)
def show_year(start_year: int) -> Response:
    return year_form(start_year=start_year)


@bp.post("/year-close/<int:start_year>/closing")
@needs(Permission.YEAR_CLOSE)
@form_again(year_form)
def create_close(start_year: int) -> BaseResponse:
    year = queries.year_of(start_year)
    with open_books(current_actor()) as books:
        service.close_year(books, year, clean_text(request.form.get("reason", "")))
    flash(_("%(year)s is closed.", year=str(year)), "success")
    return see_other(url_for("closing.show_year", start_year=start_year))


@bp.get("/year-close/rounds/<uuid:close_id>")
@needs(Permission.YEAR_CLOSE)
def show_close(close_id: UUID) -> Response:
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        close = queries.close_row(books, close_id)
        figures, is_whole = queries.frozen(books, close_id)
        moved = queries.differences(books, close_id)
    if wanted_format:
        return sheets.send(_sheet(close, figures), wanted_format)
    return page("closing/close.html", close=close, year=FinancialYear(close.start_year), figures=figures, is_whole=is_whole, moved=moved)


def _sheet(close: CloseRow, figures: list[Figure]) -> Sheet:
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
        for one in sorted(figures, key=lambda figure: figure.name):
            yield one.name, one.group, *_sides(one.opening), one.debit, one.credit, *_sides(one.closing)

    year = str(FinancialYear(close.start_year))
    return Sheet(
        f"closing-{year}", _("Closing trial balance %(year)s", year=year), (f"SHA-256 {close.sha256}",), columns, rows, is_wide=True
    )


def _sides(amount: int) -> tuple[int, int]:
    return max(amount, 0), max(-amount, 0)


def close_form(*, close_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """The year's page again, with what was wrong."""
    with read_books(current_actor()) as books:
        start_year = queries.close_row(books, close_id).start_year
    return year_form(start_year=start_year, typed=typed, errors=errors)


@bp.post("/year-close/rounds/<uuid:close_id>/reopening")
@needs(Permission.YEAR_REOPEN)
@form_again(close_form)
def create_reopening(close_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        close = queries.close_row(books, close_id)
        service.reopen_year(books, close_id, clean_text(request.form.get("reopen_reason", "")))
    return see_other(url_for("closing.show_year", start_year=close.start_year))


@bp.post("/year-close/rounds/<uuid:close_id>/final-lock")
@needs(Permission.YEAR_REOPEN)
def create_final_lock(close_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        close = queries.close_row(books, close_id)
        service.make_final(books, close_id)
    return see_other(url_for("closing.show_year", start_year=close.start_year))
