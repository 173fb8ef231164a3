"""One row: both papers side by side, what differs, and what may be done: link, unlink, accept, reject, give back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from webapp import purchases
from webapp.gst_inward import deciding, forms, lists, queries
from webapp.gst_inward.blueprint import bp
from webapp.gst_inward.ims import Decided
from webapp.gst_inward.models import InwardDocument
from webapp.gst_inward.queries import DocumentRow
from webapp.gst_inward.values import Action
from webapp.gst_returns import registration
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def decided(books: Books, gstin: str, month: int) -> Iterator[Decided]:
    """Documents of a month of which a person decided, with what an IMS file said of each."""
    query = select(InwardDocument).where(InwardDocument.gstin == gstin, InwardDocument.month == month, ~InwardDocument.is_rejected)
    rows = {row.key: row for row in books.session.scalars(query.order_by(InwardDocument.source.desc(), InwardDocument.key))}
    known = queries.decisions(books, gstin, list(rows))
    for key, row in rows.items():
        if key in known:
            told = DocumentRow(*(getattr(row, name) for name in DocumentRow.__dataclass_fields__))
            action = deciding.action_of(row.month, row.kind, Action.NONE, known[key])
            yield Decided(told, action, row.raw)


def row_page(*, gstin: str, inward_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """Both papers side by side."""
    with read_books(current_actor()) as books:
        of, row = registration(books, gstin), queries.match(books, gstin, inward_id)
        told = queries.document(books, row.document_id) if row.document_id else None
        bill = purchases.inward_bills_by_id(books, [row.bill_id]).get(row.bill_id) if row.bill_id else None
        decision = queries.decision(books, gstin, row.key)
        free = lists.free_bills(books, gstin, row) if row.state == "only_told" else []
    action = deciding.action_of(told.month, told.kind, told.told_action, decision) if told else Action.NONE
    values: dict[str, Any] = {"of": of, "row": row, "told": told, "bill": bill, "decision": decision, "free": free, "action": action}
    declares = told is not None and deciding.waits_once(told.month, told.kind) and told.kind == "cn" and not told.is_rejected
    return page("gst_inward/row.html", declares=declares, typed=typed or {}, errors=errors or {}, **values)


@bp.get("/gst-inward/<gstin>/rows/<uuid:inward_id>")
@needs(Permission.RETURN_READ)
def show_row(gstin: str, inward_id: UUID) -> Response:
    return row_page(gstin=gstin, inward_id=inward_id)


def _back(gstin: str, inward_id: UUID) -> BaseResponse:
    return see_other(url_for("gst_inward.show_row", gstin=gstin, inward_id=inward_id))


@bp.post("/gst-inward/<gstin>/rows/<uuid:inward_id>/link")
@needs(Permission.RETURN_FILE)
@form_again(row_page)
def create_link(gstin: str, inward_id: UUID) -> BaseResponse:
    from webapp.gst_inward import service  # what matches and decides is loaded by who does it

    bill_id = forms.read_link(request.form)
    with open_books(current_actor()) as books:
        service.link(books, gstin, inward_id, bill_id, forms.read_version(request.form.get("version", "")))
    flash(_("The two are linked."), "success")
    return _back(gstin, inward_id)


@bp.post("/gst-inward/<gstin>/rows/<uuid:inward_id>/unlinking")
@needs(Permission.RETURN_FILE)
def create_unlinking(gstin: str, inward_id: UUID) -> BaseResponse:
    from webapp.gst_inward import service  # as above

    with open_books(current_actor()) as books:
        service.unlink(books, gstin, inward_id, forms.read_version(request.form.get("version", "")))
    flash(_("The two are taken apart and will not be matched again by themselves."), "success")
    return _back(gstin, inward_id)


@bp.post("/gst-inward/<gstin>/rows/<uuid:inward_id>/decision")
@needs(Permission.RETURN_FILE)
@form_again(row_page)
def create_decision(gstin: str, inward_id: UUID) -> BaseResponse:
    from webapp.gst_inward import service  # as above

    act, versions = request.form.get("act", ""), {inward_id: forms.read_version(request.form.get("version", ""))}
    with open_books(current_actor()) as books:
        if act in ("ignore", "notice"):
            service.set_aside(books, gstin, [inward_id], is_ignored=act == "ignore", versions=versions)
        else:
            service.decide(books, gstin, [inward_id], forms.action_of(act), request.form.get("remark", ""), versions=versions)
    flash(_("It is decided."), "success")
    return _back(gstin, inward_id)


@bp.post("/gst-inward/<gstin>/rows/<uuid:inward_id>/reversal")
@needs(Permission.RETURN_FILE)
@form_again(row_page)
def create_reversal(gstin: str, inward_id: UUID) -> BaseResponse:
    from webapp.gst_inward import service  # as above

    typed, version = forms.read_reversal(request.form), forms.read_version(request.form.get("version", ""))
    with open_books(current_actor()) as books:
        service.declare_reversal(books, gstin, inward_id, typed, request.form.get("remark", ""), version)
    flash(_("The credit note is accepted with these sums."), "success")
    return _back(gstin, inward_id)
