"""Pages of what was deducted: dues by month, the register, sums by section and party, the figures of a certificate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import FinancialYear, month_name, read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.tds import forms, queries, routes_challans, routes_marks, routes_statement, routes_tcs, service
from webapp.tds.blueprint import TCS, TDS, Side, bp
from webapp.tds.rules import law

__all__ = ["bp", "routes_challans", "routes_marks", "routes_statement", "routes_tcs"]


def dues_page(side: Side = TDS, *, again: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """What was deducted of a year by month and section; what was not deducted though it is due; what the books say against the
    register."""
    from webapp.tds import telling  # the rules of the statement are needed by few, and a till's process keeps what it loads

    with read_books(current_actor()) as books:
        year = forms.read_year(request.args.get("year", ""), books.today)
        found = telling.dues(books, year, is_collected=side.is_collected)
        lacking = queries.lacking(books, year.first_day, year.last_day, is_collected=side.is_collected)
        in_books = queries.payable_balance(books, is_collected=side.is_collected)
        in_register = queries.register_balance(books, is_collected=side.is_collected)
        today = books.today
    years = [FinancialYear(one) for one in range(FinancialYear.of(today).start_year, 2022, -1)]
    return page(
        "tds/dues.html",
        side=side,
        found=found,
        lacking=lacking,
        year=year,
        years=years,
        today=today,
        month_name=month_name,
        in_books=in_books,
        in_register=in_register,
        again=again,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/tds")
@needs(Permission.RETURN_READ)
def show_dues() -> Response:
    return dues_view(TDS)


@bp.get("/tcs")
@needs(Permission.RETURN_READ)
def show_tcs_dues() -> Response:
    return dues_view(TCS)


def dues_view(side: Side) -> Response:
    """The dues of a side, as a page or a file."""
    if wanted_format := sheets.asked_format():
        from webapp.tds import lists  # as above

        with read_books(current_actor()) as books:
            year = forms.read_year(request.args.get("year", ""), books.today)
        return sheets.send(lists.dues_sheet(year, is_collected=side.is_collected), wanted_format)
    return dues_page(side)


@bp.get("/tds/events/<uuid:event_id>")
@needs(Permission.RETURN_READ)
def show_event(event_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        own = queries.event(books, event_id, with_undone=True)
        rows = queries.deductions(books, queries.Wanted(event_id=event_id), newest_first=False)
    return page("tds/event.html", own=own, rows=rows, is_collected=law.KINDS[own.kind].is_collected)


@bp.post("/tds/events/<uuid:event_id>/deduction")
@needs(Permission.RETURN_FILE)
@form_again(lambda event_id, **more: dues_page(again=event_id, **more))
def create_deduction(event_id: UUID) -> BaseResponse:
    day = read_day(request.form.get("on", ""))
    with open_books(current_actor()) as books:
        queries.event(books, event_id)
        if day is None:
            raise InvalidInput({"on": _("Choose the day.")})
        made = service.deduct(books, event_id, on=day)
    flash(_("Deducted.") if made else _("Nothing was left to deduct."), "success")
    return see_other(url_for("tds.show_dues", year=FinancialYear.of(day).start_year))


@bp.get("/tds/deductions")
@needs(Permission.RETURN_READ)
def list_deductions() -> Response:
    return register_view(TDS)


@bp.get("/tcs/collections")
@needs(Permission.RETURN_READ)
def list_collections() -> Response:
    return register_view(TCS)


def register_view(side: Side) -> Response:
    """The register of a side, as a page or a file."""
    wanted = forms.parse_wanted(request.args, is_collected=side.is_collected)
    if wanted_format := sheets.asked_format():
        from webapp.tds import lists  # as above

        return sheets.send(lists.register_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        older_than = read_cursor(request.args.get("older", ""))
        found = queries.deductions(books, wanted, older_than=older_than, most=queries.PAGE + 1)
    rows = found[: queries.PAGE]
    older = write_cursor(rows[-1].cursor) if len(found) > queries.PAGE else None
    return page("tds/deductions.html", side=side, rows=rows, wanted=wanted, address=forms.address_of(wanted), older=older)


@bp.get("/tds/summary")
@needs(Permission.RETURN_READ)
def show_summary() -> Response:
    return summary_view(TDS)


@bp.get("/tcs/summary")
@needs(Permission.RETURN_READ)
def show_tcs_summary() -> Response:
    return summary_view(TCS)


def summary_view(side: Side) -> Response:
    """The sums of a side by section and party, as a page or a file."""
    from webapp.tds import lists, telling  # as above

    with read_books(current_actor()) as books:
        year = forms.read_year(request.args.get("year", ""), books.today)
        today = books.today
        if not (wanted_format := sheets.asked_format()):
            asked = queries.Wanted(first_day=year.first_day, last_day=year.last_day, is_collected=side.is_collected)
            found = telling.sums(queries.deductions(books, asked))
    if wanted_format:
        return sheets.send(lists.summary_sheet(year, is_collected=side.is_collected), wanted_format)
    years = [FinancialYear(one) for one in range(FinancialYear.of(today).start_year, 2022, -1)]
    return page("tds/summary.html", side=side, found=found, year=year, years=years)


@bp.get("/tds/certificates/of/<uuid:party_id>")
@needs(Permission.BOOKS_TAKE)
def show_certificate(party_id: UUID) -> Response:
    return certificate_view(TDS, party_id)


@bp.get("/tcs/certificates/of/<uuid:party_id>")
@needs(Permission.BOOKS_TAKE)
def show_tcs_certificate(party_id: UUID) -> Response:
    return certificate_view(TCS, party_id)


def certificate_view(side: Side, party_id: UUID) -> Response:
    """The figures of Form 16A (from April 2026: 131), or of 27D, of a party and quarter, as a PDF. The certificate itself comes from
    TRACES."""
    from webapp.tds import lists  # as above

    with read_books(current_actor()) as books:
        quarter = forms.read_quarter(request.args.get("quarter", ""), books.today)
        sheet = lists.certificate_sheet(books, party_id, quarter, is_collected=side.is_collected)
    return sheets.send(sheet, sheets.asked_format() or "pdf")
