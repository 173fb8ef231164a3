"""Pages of GSTR-3B: which are due, one with its payment, what stands behind a figure, what is wrong, its files, what is done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import gst_returns, identity
from webapp.gstr3b import building, forms, ledgers, routes_credited, routes_ledgers, service
from webapp.gstr3b.blueprint import bp, period_name
from webapp.gstr3b.building import FORM, KINDS, period_of
from webapp.gstr3b.law import due_on
from webapp.gstr3b.pages import return_page
from webapp.gstr3b.told import VALUE_ONLY
from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_credited", "routes_ledgers"]
PAGE = 50


@bp.get("/gstr3b")
@needs(Permission.RETURN_READ)
def list_returns() -> Response:
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    with read_books(current_actor()) as books:
        known = gst_returns.registrations(books)
        gstin = request.args.get("gstin", "") or (known[0].gstin if known else "")
        of = next((one for one in known if one.gstin == gstin), None)
        filed = {row.period: row for row in ledgers.standing(books, gstin)} if of else {}
        some = [period for period in gst_returns.choices(books.today) if period.kind == kind]
        some = gst_returns.regular_periods(books, gstin, some, filed) if of else []
        rows = [(period, filed.get(period), due_on(period, of.state_code)) for period in some] if of else []
        today = books.today
    return page("gstr3b/returns.html", known=known, of=of, kind=kind, kinds=KINDS, rows=rows, today=today)


@bp.get("/gstr3b/<gstin>/<period_key>")
@needs(Permission.RETURN_READ)
def show_return(gstin: str, period_key: str) -> Response:
    if wanted := sheets.asked_format():
        from webapp.gstr3b import lists  # needed by nobody else

        with read_books(current_actor()) as books:
            gst_returns.registration(books, gstin)
        return sheets.send(lists.return_sheet(gstin, period_of(period_key)), wanted)
    return return_page(gstin=gstin, period_key=period_key)


@bp.get("/gstr3b/<gstin>/<period_key>/problems")
@needs(Permission.RETURN_READ)
def list_problems(gstin: str, period_key: str) -> Response:
    from webapp.gstr3b import checking, words  # needed by this page alone

    with read_books(current_actor()) as books:
        of, period = gst_returns.registration(books, gstin), period_of(period_key)
        told = building.gstr3b(books, of, period)
        is_filed = any(row.period == period for row in ledgers.standing(books, gstin))
        found = [] if is_filed else checking.problems(told, service.payment(books, told))
    return page("gstr3b/problems.html", of=of, period=period, problems=found, words=words.problem_words())


@bp.get("/gstr3b/<gstin>/<period_key>/figures/<cell>")
@needs(Permission.RETURN_READ)
def show_figure(gstin: str, period_key: str, cell: str) -> Response:
    cell, period = forms.cell_of(cell), period_of(period_key)
    if wanted := sheets.asked_format():
        from webapp.gstr3b import lists  # as above

        with read_books(current_actor()) as books:
            gst_returns.registration(books, gstin)
        return sheets.send(lists.figure_sheet(gstin, period, cell), wanted)
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        figure = building.gstr3b(books, of, period).of(cell)
    at, sought = forms.read_whole(request.args.get("at", "")), request.args.get("q", "").strip()[:60]
    words = sought.casefold()
    rows = [row for row in figure.rows if not words or words in f"{row.number} {row.who}".casefold()]
    return page(
        "gstr3b/figure.html",
        of=of,
        period=period,
        cell=cell,
        figure=figure,
        rows=rows[at : at + PAGE],
        at=at,
        step=PAGE,
        has_more=len(rows) > at + PAGE,
        sought=sought,
        has_tax=cell not in VALUE_ONLY,
    )


@bp.get("/gstr3b/<gstin>/<period_key>/json")
@needs(Permission.REPORT_EXPORT)
def download_json(gstin: str, period_key: str) -> Response:
    from webapp.gstr3b import writing  # as above

    gst_returns.require_reader()
    period = period_of(period_key)
    with open_books(current_actor()) as books:
        told = building.gstr3b(books, gst_returns.registration(books, gstin), period)
        audit.record(books, "export", "gst_return", f"{gstin} {period.key}", new={"form": FORM, "format": "json"})
    return gst_returns.json_file(writing.as_text(told), writing.file_name(told))


@bp.get("/gstr3b/filings/<uuid:filing_id>")
@needs(Permission.RETURN_READ)
def show_filing(filing_id: UUID) -> BaseResponse:
    """Where a line of a ledger, or the voucher of a set-off, leads to."""
    with read_books(current_actor()) as books:
        row = gst_returns.filing_of(books, FORM, filing_id)
    return see_other(url_for("gstr3b.show_return", gstin=row.gstin, period_key=row.period.key))


@bp.get("/gstr3b/filings/<uuid:filing_id>/json")
@needs(Permission.REPORT_EXPORT)
def download_filing(filing_id: UUID) -> Response:
    gst_returns.require_reader()
    with open_books(current_actor()) as books:
        return gst_returns.filed_file(books, gst_returns.filing_of(books, FORM, filing_id))


@bp.post("/gstr3b/<gstin>/<period_key>/gstr1-fee")
@needs(Permission.RETURN_FILE)
@form_again(return_page)
def change_gstr1_fee(gstin: str, period_key: str) -> BaseResponse:
    """What is told of the late fee of GSTR-1."""
    from webapp.gstr3b import late_gstr1  # as above

    with open_books(current_actor()) as books:
        late_gstr1.tell_fee(books, gstin, period_of(period_key), forms.parse_fee(request.form))
    flash(_("Saved."), "success")
    return see_other(url_for("gstr3b.show_return", gstin=gstin, period_key=period_key))


@bp.post("/gstr3b/<gstin>/<period_key>/filing")
@needs(Permission.RETURN_FILE)
@identity.require_fresh
@form_again(return_page)
def create_filing(gstin: str, period_key: str) -> BaseResponse:
    period = period_of(period_key)
    with open_books(current_actor()) as books:
        gst_returns.registration(books, gstin)
        row = service.file_3b(books, gst_returns.parse_filing(request.form, gstin, period, FORM))
        if request.form.get("with_set_off") == "1" and service.has_set_off(books, row.id):
            service.post_set_off(books, row.id)
    flash(_("%(period)s is filed, and its purchases are locked.", period=period_name(period)), "success")
    return see_other(url_for("gstr3b.show_return", gstin=gstin, period_key=period_key))


@bp.post("/gstr3b/filings/<uuid:filing_id>/set-off")
@needs(Permission.RETURN_FILE)
def create_set_off(filing_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        row = gst_returns.filing_of(books, FORM, filing_id)
        posted = service.post_set_off(books, filing_id)
    flash(_("The set-off is posted as %(number)s.", number=posted.number), "success")
    return see_other(url_for("gstr3b.show_return", gstin=row.gstin, period_key=row.period.key))


def reopening_again(*, filing_id: UUID, typed: Any, errors: Any) -> Response:
    with read_books(current_actor()) as books:
        row = gst_returns.filing_of(books, FORM, filing_id)
    return return_page(gstin=row.gstin, period_key=row.period.key, typed=typed, errors=errors)


@bp.post("/gstr3b/filings/<uuid:filing_id>/reopening")
@needs(Permission.RETURN_REOPEN)
@form_again(reopening_again)
def create_reopening(filing_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        row = service.reopen_3b(books, filing_id, request.form.get("reopen_reason", ""))
    flash(_("The filing of %(period)s is taken back, and its purchases are open again.", period=period_name(row.period)), "success")
    return see_other(url_for("gstr3b.show_return", gstin=row.gstin, period_key=row.period.key))


def comparison_page(*, gstin: str, period_key: str, typed: Any = None, errors: Any = None, **found: Any) -> Response:
    """The form for the portal's file, and what differs once it was read. `typed` has no file: a browser does not give it back."""
    with read_books(current_actor()) as books:
        of, period = gst_returns.registration(books, gstin), period_of(period_key)
    return page("gstr3b/comparison.html", of=of, period=period, errors=errors or {}, **{"differences": None, **found})


@bp.get("/gstr3b/<gstin>/<period_key>/comparison")
@needs(Permission.RETURN_READ)
def show_comparison(gstin: str, period_key: str) -> Response:
    return comparison_page(gstin=gstin, period_key=period_key)


@bp.post("/gstr3b/<gstin>/<period_key>/comparison")
@needs(Permission.RETURN_READ)
@form_again(comparison_page)
def create_comparison(gstin: str, period_key: str) -> Response:
    from webapp.gstr3b import comparing  # as above

    period, sent = period_of(period_key), request.files.get("file")
    with open_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        payload = gst_returns.read_file(sent.read(gst_returns.MOST_BYTES + 1) if sent else b"")
        found = comparing.differences(building.gstr3b(books, of, period), comparing.require_of(payload, gstin, period))
        audit.record(books, "compare", "gst_return", f"{gstin} {period.key}", new={"form": FORM, "differences": len(found)})
    return comparison_page(gstin=gstin, period_key=period_key, differences=found)
