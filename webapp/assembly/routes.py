"""Pages of stock journals: the list, the sheet, one journal, its cancellation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue
from webapp.assembly import forms, queries, routes_boms, service, sheet
from webapp.assembly.blueprint import bp, kind_words
from webapp.company import stores
from webapp.kernel.errors import InvalidInput
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

__all__ = ["bp", "routes_boms"]


@bp.get("/stock-journals")
@needs(Permission.STOCK_READ)
def list_journals() -> Response:
    wanted = forms.parse_wanted(request.args)
    with read_books(current_actor()) as books:
        found = queries.journals(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        names = {one.id: one.name for one in stores(books, with_closed=True)}
    return page(
        "assembly/journals.html",
        found=found,
        wanted=wanted,
        names=names,
        kinds=kind_words(),
        address=_address(wanted),
        older=write_cursor(found.older),
    )


@bp.get("/stock-journals/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_journals(format: str) -> Response:  # noqa: A002 - the word in the address
    wanted = forms.parse_wanted(request.args)
    with open_books(current_actor()) as books:
        audit.record(books, "export", "stock_journal", "list", new={"format": format})
    headings = [
        _("Number"),
        _("Day"),
        _("Kind"),
        _("Made"),
        _("Status"),
        _("Used"),
        _("Other costs"),
        _("By-products"),
        _("Cost of what was made"),
    ]
    return exports.WAYS[format]("stock-journals", headings, _export_rows(current_actor(), wanted, kind_words()))


def _export_rows(actor: Actor, wanted: queries.Wanted, kinds: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    cursor = None
    with read_books(actor) as books:
        while True:
            found = queries.journals(books, wanted, older_than=cursor)
            for one in found.rows:
                row = one.row
                figures = (row.used_paise, row.costs_paise, row.by_products_paise, row.made_paise)
                state = "cancelled" if one.is_cancelled else "posted"
                yield row.number, row.made_on, kinds[row.kind], one.made, state, *(exports.Rupees(paise) for paise in figures)
            if (cursor := found.older) is None:
                return


def journal_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sheet of a journal: blank, filled from a bill of materials, or again with what was typed."""
    with read_books(current_actor()) as books:
        context = sheet.context(books, typed)
    return page("assembly/journal_form.html", **context, errors=errors or {})


@bp.get("/stock-journals/new")
@needs(Permission.STOCK_WRITE)
def new_journal() -> Response:
    if not (bom_id := sheet.asked_bom()):
        return journal_form()
    try:
        with read_books(current_actor()) as books:
            typed = sheet.filled(books, bom_id)
    except InvalidInput as refusal:
        response = routes_boms.bom_page(bom_id, typed=request.args, errors=refusal.errors)
        response.status_code = 422
        return response
    return journal_form(typed=typed)


@bp.get("/stock-journals/items")
@needs(Permission.STOCK_WRITE)
def find_items() -> Response:
    text = next((request.args[name] for name in ("used_what", "made_what", "by_what", "what", "name") if name in request.args), "")
    with read_books(current_actor()) as books:
        found = catalogue.find_sold_items(books, text[:100]) if text.strip() else []
    return partial("assembly/_item_names.html", found=found)


@bp.post("/stock-journals")
@needs(Permission.STOCK_WRITE)
@form_again(journal_form)
def create_journal() -> BaseResponse:
    with open_books(current_actor()) as books:
        asked = forms.parse_journal(request.form, sheet.finder(books))
        service.post(books, asked)
    return see_other(url_for("assembly.show_journal", journal_id=asked.id))


@bp.post("/stock-journals/rows")
@needs(Permission.STOCK_WRITE)
def create_rows() -> Response:
    return journal_form(typed=request.form)


def journal_page(journal_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One journal; the form that takes it back keeps what was typed."""
    with read_books(current_actor()) as books:
        found = queries.journal(books, journal_id)
        stands = sheet.costs_now(books, found)
        store = next(one.name for one in stores(books, with_closed=True) if one.id == found.row.store_id)
    return page(
        "assembly/journal.html",
        found=found,
        row=found.row,
        stands=stands,
        store=store,
        kinds=kind_words(),
        typed=typed or MultiDict(),
        errors=errors or {},
    )


@bp.get("/stock-journals/<uuid:journal_id>")
@needs(Permission.STOCK_READ)
def show_journal(journal_id: UUID) -> Response:
    return journal_page(journal_id)


@bp.post("/stock-journals/<uuid:journal_id>/cancellation")
@needs(Permission.STOCK_WRITE)
@form_again(journal_page)
def create_cancellation(journal_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel(books, journal_id, request.form.get("reason", ""))
    return see_other(url_for("assembly.show_journal", journal_id=journal_id))


def _address(wanted: queries.Wanted) -> dict[str, Any]:
    return {
        "q": wanted.text or None,
        "kind": wanted.kind or None,
        "state": wanted.state or None,
        "store": wanted.store_id,
        "from": wanted.first_day,
        "to": wanted.last_day,
    }
