"""Pages of a change of many items: choose, look, make, and how each row went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp.catalogue import bulk, forms, lists
from webapp.catalogue.bulk_rules import AT_ONCE, GIVE_LIST, BulkChange
from webapp.kernel.ids import new_id, read_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

bp = Blueprint("bulk", __name__, url_prefix="/items/bulk")
FILTERS = ("q", "category", "brand", "tax_class", "state", "family")


def bulk_form(*, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """What to do with the items that were ticked, or with all that match; and, once that is said, what it would make of them."""
    form = typed if typed is not None else request.args
    asked = _asked(form)
    shown: list[bulk.Previewed] = []
    with read_books(current_actor()) as books:
        ids = _chosen(books, form) if form.get("all") == "1" or form.getlist("item") else []
        if ids and form.get("change") and not errors:
            asked, shown = bulk.preview(books, asked, ids)
        classes = lists.rates_for_form(books, books.today)
        categories, brands = lists.choices(books)
    return page(
        "catalogue/bulk.html",
        form=form,
        asked=asked,
        shown=shown,
        count=len(ids),
        is_job=len(ids) > AT_ONCE,
        id=form.get("id") or new_id(),
        kept=[(name, form[name]) for name in FILTERS if form.get(name)],
        classes=classes,
        words=sorted({*categories, *brands}),
        errors=errors or {},
    )


@bp.get("")
@needs(Permission.ITEM_WRITE)
def show_bulk() -> Response:
    return bulk_form()


@bp.post("/preview")
@needs(Permission.ITEM_WRITE)
@form_again(bulk_form)
def show_preview() -> Response:
    return bulk_form(typed=request.form)


@bp.post("")
@needs(Permission.ITEM_WRITE)
@form_again(bulk_form)
def create_run() -> BaseResponse:
    actor, run_id = current_actor(), read_id(request.form.get("id")) or new_id()
    with open_books(actor) as books:
        ids = _chosen(books, request.form)
        if str(len(ids)) != request.form.get("count", ""):
            return bulk_form(typed=request.form)  # others have changed what matches: look again
        is_job = bulk.start_run(books, run_id, _asked(request.form), ids)
    if not is_job and len(ids) <= AT_ONCE:
        bulk.run_bulk_change(actor, run_id)
    return see_other(url_for("catalogue.bulk.show_run", bulk_run_id=run_id))


@bp.get("/<uuid:bulk_run_id>")
@needs(Permission.ITEM_WRITE)
def show_run(bulk_run_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        row = bulk.bulk_run(books, bulk_run_id)
    return page("catalogue/bulk_run.html", row=row, job=_job(row))


@bp.get("/<uuid:bulk_run_id>/progress")
@needs(Permission.ITEM_WRITE)
def show_run_progress(bulk_run_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        row = bulk.bulk_run(books, bulk_run_id)
    return partial("catalogue/_bulk_progress.html", row=row, job=_job(row))


def _asked(form: Mapping[str, str]) -> BulkChange:
    action = form.get("change", "")
    value = form.get("tax_class_to", "") if action == "tax_class" else form.get("value", "")
    return BulkChange(action, value, form.get("round_to", "1"))


def _chosen(books: Books, form: MultiDict[str, str]) -> list[UUID]:
    return bulk.chosen(books, forms.parse_filters(form), None if form.get("all") == "1" else forms.parse_ids(form))


def _job(row: bulk.RunRow) -> dict[str, Any]:
    state = "done" if row.state == bulk.DONE else "working" if row.done else "waiting"
    return {
        "id": row.id.hex,
        "title": _("Giving the price list") if row.action == GIVE_LIST else _("Changing items"),
        "state": state,
        "done": row.done,
        "total": row.total,
        "seconds_left": row.seconds_left,
        "message": None,
    }
