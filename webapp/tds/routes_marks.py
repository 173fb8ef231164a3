"""Pages of the marks and certificates: all of them, a new one, the end of one; and who deducts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger, parties
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.tds import forms, queries, service
from webapp.tds.blueprint import bp
from webapp.tds.rules import law

_MOST_NAMES = 500


def marks_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Every mark and certificate, and the forms of new ones with what was typed."""
    with read_books(current_actor()) as books:
        found = service.marks(books)
        certificates = queries.certificates(books)
        people = parties.parties_by_id(books, {one.party_id for one in certificates})
        suppliers = [row.name for row in parties.search_parties(books, "", most=_MOST_NAMES) if row.is_supplier]
        accounts = [row.name for row in ledger.chart_of_accounts(books).accounts if not row.wants_party and not row.is_archived]
        today = books.today
    sure = {kind: law.is_sure(kind, today) for kind in law.DEDUCTED}
    cited = {mark.head_id: law.law_of(mark.kind, mark.payee, today) for mark, _name in found}
    return page(
        "tds/marks.html",
        marks=found,
        certificates=certificates,
        people=people,
        suppliers=suppliers,
        accounts=accounts,
        sure=sure,
        cited=cited,
        values=typed or {},
        errors=errors or {},
    )


@bp.get("/tds/marks")
@needs(Permission.CHART_WRITE)
def list_marks() -> Response:
    return marks_page()


@bp.post("/tds/marks")
@needs(Permission.CHART_WRITE)
@form_again(marks_page)
def create_mark() -> BaseResponse:
    draft = forms.parse_mark(request.form)
    with open_books(current_actor()) as books:
        service.mark_head(books, draft)
    flash(_("Vouchers now propose the deduction."), "success")
    return see_other(url_for("tds.list_marks"))


@bp.post("/tds/marks/<uuid:head_id>/ending")
@needs(Permission.CHART_WRITE)
def create_mark_ending(head_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.end_mark(books, head_id)
    return see_other(url_for("tds.list_marks"))


@bp.post("/tds/certificates")
@needs(Permission.CHART_WRITE)
@form_again(marks_page)
def create_certificate() -> BaseResponse:
    draft = forms.parse_certificate(request.form)
    with open_books(current_actor()) as books:
        service.add_certificate(books, draft)
    flash(_("The certificate is kept."), "success")
    return see_other(url_for("tds.list_marks"))


@bp.post("/tds/certificates/<uuid:certificate_id>/ending")
@needs(Permission.CHART_WRITE)
def create_certificate_ending(certificate_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.end_certificate(books, certificate_id)
    return see_other(url_for("tds.list_marks"))


def deductor_form(*, typed: Any = None, errors: Any = None) -> Response:
    """Who deducts, as kept or as typed."""
    from webapp.tds.rules import faults  # the rules of the statement are needed by few, and a till's process keeps what it loads

    with read_books(current_actor()) as books:
        values = typed or queries.deductor_body(books)
    return page("tds/deductor.html", values=values, errors=errors or {}, states=faults.STATES, deductor_kinds=faults.DEDUCTOR_KINDS)


@bp.get("/tds/deductor")
@needs(Permission.CHART_WRITE)
def edit_deductor() -> Response:
    return deductor_form()


@bp.post("/tds/deductor")
@needs(Permission.CHART_WRITE)
@form_again(deductor_form)
def change_deductor() -> BaseResponse:
    from webapp.tds import telling  # as above

    with open_books(current_actor()) as books:
        telling.save_deductor(books, request.form.to_dict())
    flash(_("Kept."), "success")
    return see_other(url_for("tds.show_statement"))
