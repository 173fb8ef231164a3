"""Pages of the annual return: the years, one in its lines, a line month by month, the reconciliation, its files and its filing."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import gst_returns
from webapp.gst_annual import facts, forms, service
from webapp.gst_annual.blueprint import bp, number_of, year_name
from webapp.gst_returns import YEAR, ReturnPeriod, money
from webapp.kernel.dates import FinancialYear
from webapp.kernel.ids import new_id
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp"]
YEARS = 4


@bp.get("/gst-annual")
@needs(Permission.RETURN_READ)
def list_years() -> Response:
    with read_books(current_actor()) as books:
        known = gst_returns.registrations(books)
        gstin = request.args.get("gstin", "") or (known[0].gstin if known else "")
        of = next((one for one in known if one.gstin == gstin), None)
        filed = {row.period: row for row in gst_returns.filings_of(books, service.FORM, gstin) if row.stands} if of else {}
        this, today = FinancialYear.of(books.today), books.today
    starts = [year for year in range(this.start_year, this.start_year - YEARS, -1) if year >= facts.FIRST_YEAR]
    periods = [ReturnPeriod(YEAR, FinancialYear(year).last_month) for year in starts]
    rows = [(period, facts.due_on(start), filed.get(period)) for start, period in zip(starts, periods, strict=True)]
    return page("gst_annual/years.html", known=known, of=of, rows=rows, today=today)


@bp.get("/gst-annual/<gstin>/<period_key>")
@needs(Permission.RETURN_READ)
def show_year(gstin: str, period_key: str) -> Response:
    period = forms.period_of(period_key)
    if wanted := sheets.asked_format():
        from webapp.gst_annual import lists  # the files are needed by few

        gst_returns.require_reader()
        with read_books(current_actor()) as books:
            gst_returns.registration(books, gstin)
        return sheets.send(lists.return_sheet(gstin, period), wanted)
    return year_page(gstin=gstin, period_key=period_key)


def year_page(*, gstin: str, period_key: str, typed: Any = None, errors: Any = None) -> Response:
    """The return in its lines, with how it was filed."""
    from webapp.gst_annual import building, reconciling, writing  # what puts it together reads three rooms, and is needed by few
    from webapp.gst_annual.told import TYPED

    period = forms.period_of(period_key)
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        told = building.gstr9(books, of, period)
        filings = gst_returns.filings_of(books, service.FORM, gstin, period)
        turnover, today = reconciling.turnover_of_business(books, period), books.today
    digest = sha256(writing.as_text(told).encode()).hexdigest()
    filed = next((row for row in filings if row.stands), None)
    # What is in the fields of the typed figures: as they were sent, or as they stand.
    given = {f"{line}_{head}": money(amount) for line, one in told.typed.items() for head, amount in one.taxes._asdict().items() if amount}
    given |= {name: text for name, text in (typed or {}).items() if name.partition("_")[0] in (*TYPED, gst_returns.TURNOVER)}
    limits = [facts.limit_of(form, told.start_year) for form in ("GSTR-9", "GSTR-9C")]
    return page(
        "gst_annual/year.html",
        of=of,
        period=period,
        told=told,
        tables=_by_table(told.lines),
        number_of=number_of,
        typed_lines=TYPED,
        given=given,
        due_on=facts.due_on(told.start_year),
        turnover=turnover,
        limits=[(row, turnover > row.limit_paise) for row in limits],
        filings=filings,
        filed=filed,
        is_as_filed=filed is not None and filed.sha256 == digest,
        shown=digest,
        today=today,
        new_id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/gst-annual/<gstin>/<period_key>/lines/<section>")
@needs(Permission.RETURN_READ)
def show_line(gstin: str, period_key: str, section: str) -> Response:
    from webapp.gst_annual import building  # as above
    from webapp.gst_annual.told import SPECS

    period, key = forms.period_of(period_key), forms.line_of(section)
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        rows = building.by_month(books, of, period, key)
    return page("gst_annual/line.html", of=of, period=period, spec=SPECS[key], rows=rows, number=number_of(SPECS[key]))


@bp.get("/gst-annual/<gstin>/<period_key>/reconciliation")
@needs(Permission.RETURN_READ)
def show_reconciliation(gstin: str, period_key: str) -> Response:
    from webapp.gst_annual import building, lists, reconciling  # as above

    period = forms.period_of(period_key)
    if wanted := sheets.asked_format():
        gst_returns.require_reader()
        with read_books(current_actor()) as books:
            gst_returns.registration(books, gstin)
        return sheets.send(lists.reconciliation_sheet(gstin, period), wanted)
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        told = building.gstr9(books, of, period)
        found = reconciling.reconcile(books, of, told)
    days = period.days
    return page("gst_annual/reconciliation.html", of=of, period=period, told=told, found=found, days=days)


@bp.post("/gst-annual/<gstin>/<period_key>/filing")
@needs(Permission.RETURN_FILE)
@form_again(year_page)
def create_filing(gstin: str, period_key: str) -> BaseResponse:
    period = forms.period_of(period_key)
    with open_books(current_actor()) as books:
        service.file_annual(books, gst_returns.parse_filing(request.form, gstin, period))
    flash(_("%(period)s is filed.", period=year_name(period)), "success")
    return see_other(url_for("gst_annual.show_year", gstin=gstin, period_key=period_key))


@bp.post("/gst-annual/<gstin>/<period_key>/figures")
@needs(Permission.RETURN_FILE)
@form_again(year_page)
def save_figures(gstin: str, period_key: str) -> BaseResponse:
    """What no paper of the books tells of the year, typed."""
    with open_books(current_actor()) as books:
        service.type_figures(books, gstin, forms.period_of(period_key), forms.read_typed(request.form))
    flash(_("The figures are kept."), "success")
    return see_other(url_for("gst_annual.show_year", gstin=gstin, period_key=period_key) + "#figures")


def reopening_again(*, filing_id: UUID, typed: Any, errors: Any) -> Response:
    with read_books(current_actor()) as books:
        row = gst_returns.filing_of(books, service.FORM, filing_id)
    return year_page(gstin=row.gstin, period_key=row.period.key, typed=typed, errors=errors)


@bp.post("/gst-annual/filings/<uuid:filing_id>/reopening")
@needs(Permission.RETURN_REOPEN)
@form_again(reopening_again)
def create_reopening(filing_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        row = service.reopen_annual(books, filing_id, request.form.get("reopen_reason", ""))
    flash(_("The filing of %(period)s is taken back.", period=year_name(row.period)), "success")
    return see_other(url_for("gst_annual.show_year", gstin=row.gstin, period_key=row.period.key))


@bp.get("/gst-annual/filings/<uuid:filing_id>/json")
@needs(Permission.REPORT_EXPORT)
def download_filing(filing_id: UUID) -> Response:
    gst_returns.require_reader()
    with open_books(current_actor()) as books:
        return gst_returns.filed_file(books, gst_returns.filing_of(books, service.FORM, filing_id))


def _by_table(lines: Any) -> list[tuple[str, list[Any]]]:
    """The lines under the number of their table; 10 to 14 are one part of the form."""
    found: dict[str, list[Any]] = {}
    for line in lines:
        number = "".join(sign for sign in number_of(line.spec)[:2] if sign.isdigit())
        found.setdefault("10" if number in ("11", "12", "13", "14") else number, []).append(line)
    return list(found.items())
