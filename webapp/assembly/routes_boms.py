"""Pages of bills of materials: the list, the form, one bill, its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import stock
from webapp.assembly import bom_queries, bom_service, forms
from webapp.assembly.blueprint import bp
from webapp.assembly.bom_queries import Bom, WantedBoms
from webapp.assembly.finding import finder
from webapp.company import store_bar
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


@bp.get("/bills-of-materials")
@needs(Permission.STOCK_READ)
def list_boms() -> Response:
    wanted = forms.parse_wanted_boms(request.args)
    with read_books(current_actor()) as books:
        found = bom_queries.boms(books, wanted, older_than=read_cursor(request.args.get("older", "")))
    address = {"q": wanted.text or None, "state": wanted.state or None}
    return page("assembly/boms.html", found=found, wanted=wanted, address=address, older=write_cursor(found.older))


@bp.get("/bills-of-materials/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_boms(format: str) -> Response:  # noqa: A002 - the word in the address
    wanted = forms.parse_wanted_boms(request.args)
    with open_books(current_actor()) as books:
        audit.record(books, "export", "bill_of_materials", "list", new={"format": format})
    headings = [_("Item"), _("From"), _("Makes"), _("Unit"), _("Component"), _("Quantity"), _("Unit"), _("Wastage %")]
    return exports.WAYS[format]("bills-of-materials", headings, _export_rows(current_actor(), wanted))


def _export_rows(actor: Actor, wanted: WantedBoms) -> Iterator[tuple[Any, ...]]:
    cursor = None
    with read_books(actor) as books:
        while True:
            found = bom_queries.boms(books, wanted, older_than=cursor)
            for bill in bom_queries.with_lines(books, found.rows):
                row = bill.row
                for line in bill.lines:
                    made, part = plain_decimal(row.output_qty, 3), plain_decimal(line.qty, 3)
                    yield row.name, row.valid_from, made, row.unit, line.name, part, line.unit, plain_decimal(line.wastage_bp, 2)
            if (cursor := found.older) is None:
                return


def bom_form(bom_id: UUID | None = None, *, typed: Any = None, errors: Any = None) -> Response:
    """The form of a bill: blank, of a bill that is changed or copied for a new day, or again with what was typed."""
    copied = read_id(request.args.get("copy", ""))
    with read_books(current_actor()) as books:
        today = books.today
        if typed is None and (source := bom_id or copied):
            typed = _typed_of(bom_queries.bom(books, source), is_copy=bom_id is None, today=today.isoformat())
    form: MultiDict[str, str] = MultiDict() if typed is None else typed
    return page(
        "assembly/bom_form.html",
        bom_id=bom_id,
        typed=form,
        rows=forms.rows_of(form, forms.BOM_COLUMNS),
        blank=dict.fromkeys(forms.BOM_COLUMNS, ""),
        id=bom_id or form.get("id") or new_id(),
        today=today,
        errors=errors or {},
    )


@bp.get("/bills-of-materials/new")
@needs(Permission.ITEM_WRITE)
def new_bom() -> Response:
    return bom_form()


@bp.post("/bills-of-materials")
@needs(Permission.ITEM_WRITE)
@form_again(bom_form)
def create_bom() -> BaseResponse:
    return _saved(None)


@bp.post("/bills-of-materials/rows")
@needs(Permission.ITEM_WRITE)
def create_bom_rows() -> Response:
    return bom_form(typed=request.form)


@bp.get("/bills-of-materials/<uuid:bom_id>/edit")
@needs(Permission.ITEM_WRITE)
def edit_bom(bom_id: UUID) -> Response:
    return bom_form(bom_id)


@bp.post("/bills-of-materials/<uuid:bom_id>")
@needs(Permission.ITEM_WRITE)
@form_again(bom_form)
def change_bom(bom_id: UUID) -> BaseResponse:
    return _saved(bom_id)


def bom_page(bom_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One bill, how much could be made of what is there, and the form that makes it or takes it apart."""
    with read_books(current_actor()) as books:
        found, bar = bom_queries.bom(books, bom_id), store_bar(books)
        kept = stock.on_hand(books, {found.row.item_id, *(line.item_id for line in found.lines)}, bar.chosen.id)
        others = [one for one in bom_queries.versions(books, found.row.item_id) if one.id != bom_id]
    return page(
        "assembly/bom.html", found=found, row=found.row, kept=kept, bar=bar, others=others, typed=typed or MultiDict(), errors=errors or {}
    )


@bp.get("/bills-of-materials/<uuid:bom_id>")
@needs(Permission.STOCK_READ)
def show_bom(bom_id: UUID) -> Response:
    return bom_page(bom_id)


@bp.post("/bills-of-materials/<uuid:bom_id>/end")
@needs(Permission.ITEM_WRITE)
def create_end(bom_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        bom_service.end_bom(books, bom_id)
    return see_other(url_for("assembly.show_bom", bom_id=bom_id))


def _saved(bom_id: UUID | None) -> BaseResponse:
    with open_books(current_actor()) as books:
        if bom_id is not None:
            bom_queries.bom(books, bom_id)
        draft = forms.parse_bom(request.form, finder(books), bom_id)
        bom_service.save_bom(books, draft)
    return see_other(url_for("assembly.show_bom", bom_id=draft.id))


def _typed_of(found: Bom, *, is_copy: bool, today: str) -> MultiDict[str, str]:
    row = found.row
    typed: MultiDict[str, str] = MultiDict(
        {
            "name": row.name,
            "item_id": str(row.item_id),
            "valid_from": today if is_copy else row.valid_from.isoformat(),
            "output_qty": plain_decimal(row.output_qty, 3),
            "note": row.note,
            "version": "" if is_copy else str(row.version),
        }
    )
    for line in found.lines:
        typed.add("what", line.name)
        typed.add("item", str(line.item_id))
        typed.add("qty", plain_decimal(line.qty, 3))
        typed.add("wastage", plain_decimal(line.wastage_bp, 2) if line.wastage_bp else "")
        typed.add("share", plain_decimal(line.share, 2) if line.share else "")
    return typed
