"""What is done with a return: filed, taken back, and held against the portal's file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.gst_returns import building, comparing, forms, queries, service, writing
from webapp.gst_returns.blueprint import bp, period_name
from webapp.gst_returns.handing_out import filed_file, require_reader
from webapp.gst_returns.pages import return_page
from webapp.platform import audit
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

MOST_DIFFERENCES = 200
MOST_PARTS = 20  # of one large return


def reopening_again(*, filing_id: UUID, typed: Any, errors: Any) -> Response:
    with read_books(current_actor()) as books:
        row = queries.filing(books, filing_id)
    return return_page(gstin=row.gstin, period_key=row.period.key, typed=typed, errors=errors)


@bp.post("/gst-returns/<gstin>/<period_key>/filing")
@needs(Permission.RETURN_FILE)
@identity.require_fresh
@form_again(return_page)
def create_filing(gstin: str, period_key: str) -> BaseResponse:
    period = forms.period_of(period_key)
    with open_books(current_actor()) as books:
        building.registration(books, gstin)
        service.file_return(books, forms.parse_filing(request.form, gstin, period))
    flash(_("%(period)s is filed, and its sales are locked.", period=period_name(period)), "success")
    return see_other(url_for("gst_returns.show_return", gstin=gstin, period_key=period_key))


@bp.post("/gst-returns/filings/<uuid:filing_id>/reopening")
@needs(Permission.RETURN_REOPEN)
@form_again(reopening_again)
def create_reopening(filing_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        row = queries.filing(books, filing_id)
        service.reopen_return(books, filing_id, request.form.get("reopen_reason", ""))
    flash(_("The filing of %(period)s is taken back, and its sales are open again.", period=period_name(row.period)), "success")
    return see_other(url_for("gst_returns.show_return", gstin=row.gstin, period_key=row.period.key))


@bp.get("/gst-returns/filings/<uuid:filing_id>/json")
@needs(Permission.REPORT_EXPORT)
def download_filing(filing_id: UUID) -> Response:
    require_reader()
    with open_books(current_actor()) as books:
        return filed_file(books, queries.filing(books, filing_id))


def comparison_page(*, gstin: str, period_key: str, typed: Any = None, errors: Any = None, **found: Any) -> Response:
    """The form for the portal's file, and what differs once it was read. `typed` has no file: a browser does not give it back."""
    with read_books(current_actor()) as books:
        of, period = building.registration(books, gstin), forms.period_of(period_key)
        filed = next((row for row in queries.filings(books, gstin, period) if row.stands), None)
    values = {"differences": None, "count": 0, "rows": 0, "is_of_filing": False, **found}
    return page("gst_returns/comparison.html", of=of, period=period, filed=filed, errors=errors or {}, **values)


@bp.get("/gst-returns/<gstin>/<period_key>/comparison")
@needs(Permission.RETURN_READ)
def show_comparison(gstin: str, period_key: str) -> Response:
    return comparison_page(gstin=gstin, period_key=period_key)


@bp.get("/gst-returns/<gstin>/<period_key>/changes")
@needs(Permission.RETURN_READ)
def show_changes(gstin: str, period_key: str) -> Response:
    """What was filed against what the books tell now."""
    with read_books(current_actor()) as books:
        of, period = building.registration(books, gstin), forms.period_of(period_key)
        row = next((row for row in queries.filings(books, gstin, period) if row.stands), None)
        there = comparing.facts_of(queries.read_own(queries.text_of(books, row.id))) if row else {}
        here = comparing.facts_of(queries.read_own(writing.as_text(building.gstr1(books, of, period)))) if row else {}
    found = comparing.differences(here, there)
    return comparison_page(
        gstin=gstin, period_key=period_key, differences=found[:MOST_DIFFERENCES], count=len(found), rows=len(there), is_of_filing=True
    )


@bp.post("/gst-returns/<gstin>/<period_key>/comparison")
@needs(Permission.RETURN_READ)
@form_again(comparison_page)
def create_comparison(gstin: str, period_key: str) -> Response:
    period, sent = forms.period_of(period_key), request.files.getlist("file")[:MOST_PARTS]
    with open_books(current_actor()) as books:
        of = building.registration(books, gstin)
        payloads = [comparing.read_file(one.read(comparing.MOST_BYTES + 1)) for one in sent] or [comparing.read_file(b"")]
        for payload in payloads:
            comparing.require_of(payload, gstin, period)
        there = comparing.together([comparing.facts_of(payload) for payload in payloads])
        here = comparing.facts_of(queries.read_own(writing.as_text(building.gstr1(books, of, period))))
        found = comparing.differences(here, there)
        audit.record(books, "compare", "gst_return", f"{gstin} {period.key}", new={"rows": len(there), "differences": len(found)})
    return comparison_page(
        gstin=gstin, period_key=period_key, differences=found[:MOST_DIFFERENCES], count=len(found), rows=len(there), is_of_filing=False
    )
