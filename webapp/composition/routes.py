"""Pages of composition: which forms are due, one in its lines, its papers and its files, and what is done with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import gst_returns
from webapp.composition import building, facts, forms, queries, service
from webapp.composition.blueprint import bp, period_name, table_words
from webapp.gst_returns import QUARTER, YEAR, FilingRow, ReturnPeriod
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp"]


@bp.get("/composition")
@needs(Permission.RETURN_READ)
def list_forms() -> Response:
    return forms_page()


def forms_page(*, gstin: str = "", typed: Any = None, errors: Any = None) -> Response:
    """The quarters and years of a registration, the newest first, and what kind of dealer it is."""
    with read_books(current_actor()) as books:
        known = building.registrations(books)
        asked = gstin or request.args.get("gstin", "") or (known[0].gstin if known else "")
        of = next((one for one in known if one.gstin == asked), None)
        filed = {}
        if of:
            filed = {row.period: row for form in (service.QUARTERLY, service.YEARLY) for row in _standing(books, form, asked)}
        periods = _periods(FinancialYear.of(books.today), books)
        rows = [(period, _due_on(period), filed.get(period)) for period in _own_periods(books, asked, periods, filed)] if of else []
        kinds = queries.kinds(books, asked) if of else []
        today = books.today
    quarters = [period for period in periods if period.kind == QUARTER]
    return page(
        "composition/forms.html",
        known=known,
        of=of,
        rows=rows,
        kinds=kinds,
        quarters=quarters,
        today=today,
        typed=typed or {},
        errors=errors or {},
    )


@bp.post("/composition/<gstin>/kind")
@needs(Permission.RETURN_FILE)
@form_again(forms_page)
def change_kind(gstin: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.say_kind(books, gstin, forms.read_month(request.form.get("from_month", "")), request.form.get("kind", ""))
    flash(_("The kind of dealer is kept."), "success")
    return see_other(url_for("composition.list_forms", gstin=gstin))


@bp.get("/composition/<gstin>/<period_key>")
@needs(Permission.RETURN_READ)
def show_form(gstin: str, period_key: str) -> Response:
    period = forms.period_of(period_key)
    if wanted := sheets.asked_format():
        from webapp.composition import lists  # the lines of a file are needed by few

        gst_returns.require_reader()
        with read_books(current_actor()) as books:
            building.registration(books, gstin)
        if period.kind == YEAR:
            return sheets.send(lists.year_sheet(gstin, period), wanted)
        return sheets.send(lists.quarter_sheet(gstin, period, lambda books: building.cmp08(books, gstin, period)), wanted)
    return form_page(gstin=gstin, period_key=period_key)


def form_page(*, gstin: str, period_key: str, typed: Any = None, errors: Any = None) -> Response:
    """A form in its lines, with how it was filed."""
    from webapp.composition import showing  # as above

    period = forms.period_of(period_key)
    with read_books(current_actor()) as books:
        of = building.registration(books, gstin)
        shown = showing.year(books, of, period) if period.kind == YEAR else showing.quarter(books, of, period)
        filings = gst_returns.filings_of(books, _form_of(period), gstin, period)
        today = books.today
    filed = next((row for row in filings if row.stands), None)
    return page(
        "composition/form.html",
        late_fee=_late_fee(period, filed.filed_on if filed else today, is_nil=not any(shown.told.due)),
        of=of,
        period=period,
        due_on=_due_on(period),
        told=shown.told,
        lines=shown.lines,
        problems=shown.problems,
        shown=shown.digest,
        filings=filings,
        filed=filed,
        is_as_filed=shown.is_as_filed,
        today=today,
        new_id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/composition/<gstin>/<period_key>/papers/<section>")
@needs(Permission.RETURN_READ)
def list_papers(gstin: str, period_key: str, section: str) -> Response:
    from webapp.composition import reading

    period, words, at = forms.period_of(period_key), request.args.get("q", "")[:60], forms.read_place(request.args.get("at", ""))
    if section not in table_words():
        raise NotFound("table")
    with read_books(current_actor()) as books:
        of = building.registration(books, gstin)
        if section == "outward":
            papers, has_more = reading.bills(books, gstin, period.days, words, at)
        else:
            papers, has_more = reading.purchases(books, gstin, period.days, section, words, at)
    return page(
        "composition/papers.html",
        of=of,
        period=period,
        section=section,
        title=table_words()[section],
        papers=papers,
        words=words,
        at=at,
        step=reading.PAGE,
        has_more=has_more,
    )


@bp.get("/composition/<gstin>/<period_key>/json")
@needs(Permission.REPORT_EXPORT)
def download_json(gstin: str, period_key: str) -> Response:
    from webapp.composition import writing

    gst_returns.require_reader()
    period = forms.period_of(period_key)
    with open_books(current_actor()) as books:
        building.registration(books, gstin)
        if period.kind == YEAR:
            text = writing.gstr4_text(building.gstr4(books, gstin, period))
        else:
            text = writing.cmp08_text(building.cmp08(books, gstin, period))
        audit.record(books, "export", "gst_return", f"{gstin} {period.key}", new={"form": _form_of(period), "format": "json"})
    return gst_returns.json_file(text, f"{_form_of(period)}-{gstin}-{period.fp}.json")


@bp.get("/composition/filings/<uuid:filing_id>")
@needs(Permission.RETURN_READ)
def show_filing(filing_id: UUID) -> BaseResponse:
    """Where the voucher of a statement leads: to its quarter."""
    with read_books(current_actor()) as books:
        row = service.filing(books, filing_id)
    return see_other(url_for("composition.show_form", gstin=row.gstin, period_key=row.period.key))


@bp.get("/composition/filings/<uuid:filing_id>/json")
@needs(Permission.REPORT_EXPORT)
def download_filing(filing_id: UUID) -> Response:
    gst_returns.require_reader()
    with open_books(current_actor()) as books:
        return gst_returns.filed_file(books, service.filing(books, filing_id))


@bp.post("/composition/<gstin>/<period_key>/filing")
@needs(Permission.RETURN_FILE)
@form_again(form_page)
def create_filing(gstin: str, period_key: str) -> BaseResponse:
    period = forms.period_of(period_key)
    with open_books(current_actor()) as books:
        asked = gst_returns.parse_filing(request.form, gstin, period)
        verb = service.file_year if period.kind == YEAR else service.file_statement
        verb(books, asked)
    flash(_("%(period)s is filed.", period=period_name(period)), "success")
    return see_other(url_for("composition.show_form", gstin=gstin, period_key=period_key))


def reopening_again(*, filing_id: UUID, typed: Any, errors: Any) -> Response:
    with read_books(current_actor()) as books:
        row = service.filing(books, filing_id)
    return form_page(gstin=row.gstin, period_key=row.period.key, typed=typed, errors=errors)


@bp.post("/composition/filings/<uuid:filing_id>/reopening")
@needs(Permission.RETURN_REOPEN)
@form_again(reopening_again)
def create_reopening(filing_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        row = service.reopen(books, filing_id, request.form.get("reopen_reason", ""))
    flash(_("The filing of %(period)s is taken back.", period=period_name(row.period)), "success")
    return see_other(url_for("composition.show_form", gstin=row.gstin, period_key=row.period.key))


@bp.post("/composition/<gstin>/<period_key>/credits")
@needs(Permission.RETURN_FILE)
@form_again(form_page)
def create_credit(gstin: str, period_key: str) -> BaseResponse:
    period = _year(period_key)
    with open_books(current_actor()) as books:
        service.add_credit(books, gstin, period, forms.parse_credit(request.form))
    return see_other(url_for("composition.show_form", gstin=gstin, period_key=period_key))


@bp.post("/composition/<gstin>/<period_key>/credits/removal")
@needs(Permission.RETURN_FILE)
def remove_credit(gstin: str, period_key: str) -> BaseResponse:
    period, credit_id = _year(period_key), read_id(request.form.get("id"))
    if credit_id is None:
        raise NotFound("row")
    with open_books(current_actor()) as books:
        service.remove_credit(books, gstin, period, credit_id)
    return see_other(url_for("composition.show_form", gstin=gstin, period_key=period_key))


def _year(period_key: str) -> ReturnPeriod:
    period = forms.period_of(period_key)
    if period.kind != YEAR:
        raise NotFound("return period")
    return period


def _periods(year: FinancialYear, books: Books) -> list[ReturnPeriod]:
    """Of this year and the one before, as far as they have begun, the newest first; a year stands after its last quarter."""
    found = []
    for start in (year.start_year - 1, year.start_year):
        months = [start * 100 + month for month in (6, 9, 12)] + [start * 100 + 103]
        found += [ReturnPeriod(QUARTER, month) for month in months]
        found.append(ReturnPeriod(YEAR, months[-1]))
    return [one for one in reversed(found) if one.days.first_day <= books.today and one.months[0] >= facts.BEGAN]


def _own_periods(books: Books, gstin: str, some: Sequence[ReturnPeriod], filed: Collection[ReturnPeriod]) -> list[ReturnPeriod]:
    """The quarters under composition, and the years that hold one of them."""
    quarters = sorted((one for one in some if one.kind == QUARTER), key=lambda one: one.month)
    own = set(building.own_quarters(books, gstin, quarters, filed))
    years = {service.year_of(one) for one in own}
    return [one for one in some if one in own or one in years or one in filed]


def _standing(books: Books, form: str, gstin: str) -> list[FilingRow]:
    return [row for row in gst_returns.filings_of(books, form, gstin) if row.stands]


def _form_of(period: ReturnPeriod) -> str:
    return service.YEARLY if period.kind == YEAR else service.QUARTERLY


def _late_fee(period: ReturnPeriod, on: date, *, is_nil: bool) -> int:
    """What GSTR-4 costs if it is filed on a day, under CGST and SGST each; nothing of a statement, and where no rate is known."""
    if period.kind != YEAR:
        return 0
    start_year = FinancialYear.of(period.days.first_day).start_year
    return facts.late_fee(start_year, (on - facts.year_due(start_year)).days, is_nil=is_nil) or 0


def _due_on(period: ReturnPeriod) -> Any:
    if period.kind == YEAR:
        return facts.year_due(FinancialYear.of(period.days.first_day).start_year)
    return facts.quarter_due(period.days.last_day)
