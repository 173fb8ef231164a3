"""Pages of GSTR-1A: what it tells, a section of it, its file, and what is done with it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.gst_returns import building, checking, facts, forms, queries, same_period, told, writing
from webapp.gst_returns.blueprint import KEPT, bp, nature_words, period_name, untaxed_words
from webapp.gst_returns.handing_out import filed_file, json_file, require_reader
from webapp.gst_returns.papers import PAGE, of_documents
from webapp.gst_returns.queries import GSTR1A
from webapp.gst_returns.told import SUMMED
from webapp.kernel.ids import new_id
from webapp.platform import audit, clock
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def amendment_page(*, gstin: str, period_key: str, typed: Any = None, errors: Any = None) -> Response:
    """GSTR-1A of a period, with what lets it be filed and how it was."""
    with read_books(current_actor()) as books:
        of, period = building.registration(books, gstin), forms.period_of(period_key)
        found, window = same_period.gstr1a(books, of, period), same_period.window(books, gstin, period)
        filings = queries.filings(books, gstin, period, GSTR1A)
        problems = checking.problems(found, [], checking.Circumstances(is_whole=False))
        today = books.today
    digest = sha256(writing.as_text(found).encode()).hexdigest()
    filed = next((row for row in filings if row.stands), None)
    return page(
        "gst_returns/same_period.html",
        of=of,
        period=period,
        window=window,
        totals=told.totals(found),
        due=told.tax_of_period(found),
        filings=filings,
        filed=filed,
        is_as_filed=filed is not None and filed.sha256 == digest,
        refused=[one for one in problems if one.is_refused],
        shown=digest,
        today=today,
        new_id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/gst-returns/<gstin>/<period_key>/gstr-1a")
@needs(Permission.RETURN_READ)
def show_amendment(gstin: str, period_key: str) -> Response:
    return amendment_page(gstin=gstin, period_key=period_key)


@bp.get("/gst-returns/<gstin>/<period_key>/gstr-1a/sections/<section>")
@needs(Permission.RETURN_READ)
def show_amendment_section(gstin: str, period_key: str, section: str) -> BaseResponse:
    wanted = forms.read_wanted(request.args, forms.section_of(section))
    if wanted.place or wanted.kind or wanted.hsn is not None or wanted.operator:
        # The papers behind a row are those of the period.
        kept: dict[str, Any] = {name: request.args[name] for name in KEPT if name in request.args}
        return see_other(url_for("gst_returns.show_section", gstin=gstin, period_key=period_key, section=section, **kept))
    at = forms.read_whole(request.args.get("at", ""), forms.MOST_PLACE) or 0
    with read_books(current_actor()) as books:
        of, period = building.registration(books, gstin), forms.period_of(period_key)
        found = same_period.gstr1a(books, of, period)
    shown, has_more = ([], False) if section in SUMMED else of_documents(found, wanted, at)
    way: dict[str, Any] = {"gstin": gstin, "period_key": period_key}
    return page(
        "gst_returns/section.html",
        of=of,
        period=period,
        section=section,
        told=found,
        is_of_sums=section in SUMMED,
        is_split=period.month >= facts.HSN_SPLIT_FROM,
        kind_words=untaxed_words(),
        natures=nature_words(),
        kept_filters={},
        wanted=wanted,
        papers=shown,
        at=at,
        step=PAGE,
        has_more=has_more,
        here_url=url_for("gst_returns.show_amendment_section", section=section, **way),
        back_to_url=url_for("gst_returns.show_amendment", **way),
        back_words=_("GSTR-1A of %(period)s", period=period_name(period)),
    )


@bp.get("/gst-returns/<gstin>/<period_key>/gstr-1a/json")
@needs(Permission.REPORT_EXPORT)
def download_amendment(gstin: str, period_key: str) -> Response:
    require_reader()
    period = forms.period_of(period_key)
    with open_books(current_actor()) as books:
        found = same_period.gstr1a(books, building.registration(books, gstin), period)
        audit.record(books, "export", "gst_return", f"{gstin} {period.key}", new={"form": GSTR1A, "format": "json"})
    return json_file(writing.as_text(found), writing.file_name(found, clock.today(), form="R1A"))


@bp.get("/gst-returns/gstr-1a/filings/<uuid:filing_id>/json")
@needs(Permission.REPORT_EXPORT)
def download_amendment_filing(filing_id: UUID) -> Response:
    require_reader()
    with open_books(current_actor()) as books:
        return filed_file(books, queries.filing(books, filing_id, GSTR1A))


@bp.post("/gst-returns/<gstin>/<period_key>/gstr-1a/filing")
@needs(Permission.RETURN_FILE)
@form_again(amendment_page)
def create_amendment_filing(gstin: str, period_key: str) -> BaseResponse:
    period = forms.period_of(period_key)
    with open_books(current_actor()) as books:
        building.registration(books, gstin)
        same_period.file_gstr1a(books, forms.parse_filing(request.form, gstin, period, GSTR1A))
    flash(_("GSTR-1A of %(period)s is filed, and its sales are locked.", period=period_name(period)), "success")
    return see_other(url_for("gst_returns.show_amendment", gstin=gstin, period_key=period_key))


def reopening_again(*, filing_id: UUID, typed: Any, errors: Any) -> Response:
    with read_books(current_actor()) as books:
        row = queries.filing(books, filing_id, GSTR1A)
    return amendment_page(gstin=row.gstin, period_key=row.period.key, typed=typed, errors=errors)


@bp.post("/gst-returns/gstr-1a/filings/<uuid:filing_id>/reopening")
@needs(Permission.RETURN_REOPEN)
@form_again(reopening_again)
def create_amendment_reopening(filing_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        row = same_period.reopen_gstr1a(books, filing_id, request.form.get("reopen_reason", ""))
    flash(_("GSTR-1A of %(period)s is taken back.", period=period_name(row.period)), "success")
    return see_other(url_for("gst_returns.show_amendment", gstin=row.gstin, period_key=row.period.key))
