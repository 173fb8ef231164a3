"""Pages of items: the list, an item, its form. Imports and tax classes have their own files beside this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import attachments
from webapp.catalogue import (
    bulk_routes,
    counted,
    families,
    family_routes,
    forms,
    giving_routes,
    hsn,
    import_routes,
    label_routes,
    lists,
    master_routes,
    price_routes,
    rate_routes,
    scale_labels,
    service,
    taxes,
)
from webapp.catalogue.rate_routes import tax_classes_form
from webapp.catalogue.shop_kinds import shop_kind
from webapp.catalogue.units import UNITS
from webapp.company import profile
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

bp = Blueprint("catalogue", __name__)
bp.register_blueprint(bulk_routes.bp)
bp.register_blueprint(family_routes.bp)
bp.register_blueprint(giving_routes.bp)
bp.register_blueprint(import_routes.bp)
bp.register_blueprint(label_routes.bp)
bp.register_blueprint(master_routes.bp)
bp.register_blueprint(price_routes.bp)
bp.register_blueprint(rate_routes.bp)


@bp.get("/items")
@needs(Permission.ITEM_READ)
def list_items() -> Response:
    wanted = forms.parse_filters(request.args)
    is_hindi = str(get_locale()) == "hi"
    with read_books(current_actor()) as books:
        found = lists.list_items(books, wanted, after=request.args.get("after", ""), before=request.args.get("before", ""))
        categories, brands = ([(name, name) for name in names] for names in lists.choices(books))
        classes = [(str(row.id), (is_hindi and row.local_name) or row.name) for row in lists.rates_for_form(books, books.today)]
        has_items = bool(found.rows) or lists.has_items(books)
        pictures = attachments.pictures_of(books, "item", [row.id for row in found.rows])
        of_family = families.families_of(books, [row.id for row in found.rows])
    return page(
        "catalogue/items.html",
        found=found,
        of_family=of_family,
        pictures=pictures,
        wanted=wanted,
        categories=categories,
        brands=brands,
        classes=classes,
        has_items=has_items,
        here=here,
    )


@bp.get("/items/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_items(format: str) -> Response:  # noqa: A002 - the word in the address
    wanted, actor = forms.parse_filters(request.args), current_actor()
    with open_books(actor) as books:
        audit.record(books, "export", "item", "list", new={"format": format, "filters": str(wanted)})

    def rows() -> Iterator[list[Any]]:
        with read_books(actor) as books:
            yield from lists.export_rows(books, wanted)

    return exports.WAYS[format]("items", lists.EXPORT_HEADINGS, rows())


@bp.post("/items/archival")
@needs(Permission.ITEM_WRITE)
def create_archival() -> BaseResponse:
    with open_books(current_actor()) as books:
        count = service.archive_items(books, forms.parse_ids(request.form))
    flash(ngettext("%(num)s item is archived.", "%(num)s items are archived.", count), "success")
    return see_other(url_for("catalogue.list_items"))


def new_item_form(*, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The form of a new item, with what this kind of shop usually sells."""
    with read_books(current_actor()) as books:
        held = profile(books)
        kind = shop_kind(held.shop_kind)
        choices = form_choices(books)
    first = next((row.id for row in choices["classes"] if row.code == kind.tax_class), None)
    start = {
        "price_includes_tax": "1" if held.prices_include_tax else "0",
        "unit": kind.units[0],
        "tax_class": str(first or ""),
        "kind": "service" if kind.sells_services else "goods",
        "is_stocked": "" if kind.sells_services else "1",
        "name": request.args.get("name", "")[:200],
        "codes": request.args.get("code", "")[:40],
    }
    values = forms.typed_again(typed) if typed is not None else start
    return page("catalogue/item_form.html", item=None, values=values, errors=errors or {}, **choices)


@bp.get("/items/new")
@needs(Permission.ITEM_WRITE)
def show_new_item() -> Response:
    return new_item_form()


@bp.post("/items")
@needs(Permission.ITEM_WRITE)
@form_again(new_item_form)
def create_item() -> BaseResponse:
    draft = forms.parse_item(request.form)
    with open_books(current_actor()) as books:
        item = service.create_item(books, draft)
        flash(_("%(name)s is in your items.", name=item.name), "success")
        master_routes.warn_of_code(books, item.hsn)
    return see_other(
        url_for("catalogue.show_new_item") if request.form.get("then") == "new" else url_for("catalogue.show_item", item_id=item.id)
    )


@bp.get("/items/by-code")
@needs(Permission.ITEM_READ)
def open_by_code() -> BaseResponse:
    """The item that was scanned somewhere in the office; a code that none carries leads to the list, which says so."""
    code = request.args.get("code", "")[:100]
    with read_books(current_actor()) as books:
        found = counted.item_of_code(books, code) or scale_labels.item_of_label(books, code)
    if found:
        return see_other(url_for("catalogue.show_item", item_id=found[0].id))
    flash(_("No item carries the code %(code)s.", code=code), "warn")
    return see_other(url_for("catalogue.list_items", q=code))


@bp.get("/items/<uuid:item_id>")
@needs(Permission.ITEM_READ)
def show_item(item_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        card = lists.item_card(books, item_id)
        picture = attachments.pictures_of(books, "item", [item_id]).get(item_id)
        family = families.families_of(books, [item_id]).get(item_id)
    stock_card_url = url_for("reports.item_card", item_id=item_id)
    return page("catalogue/item.html", card=card, picture=picture, family=family, units=UNITS, stock_card_url=stock_card_url)


def item_form(*, item_id: UUID, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The form of an item there is."""
    with read_books(current_actor()) as books:
        draft, version = lists.item_draft(books, item_id)
        choices = form_choices(books)
        item = lists.listed_item(books, item_id)
    values = {**forms.shown(draft), "version": version} if typed is None else forms.typed_again(typed)
    return page("catalogue/item_form.html", item=item, values=values, errors=errors or {}, **choices)


@bp.get("/items/<uuid:item_id>/edit")
@needs(Permission.ITEM_WRITE)
def show_item_form(item_id: UUID) -> Response:
    return item_form(item_id=item_id)


@bp.post("/items/<uuid:item_id>")
@needs(Permission.ITEM_WRITE)
@form_again(item_form)
def change_item(item_id: UUID) -> BaseResponse:
    draft, version = forms.parse_item(request.form), forms.parse_version(request.form)
    with open_books(current_actor()) as books:
        item = service.change_item(books, item_id, draft, version)
        flash(_("%(name)s is saved.", name=item.name), "success")
        master_routes.warn_of_code(books, item.hsn)
    return see_other(url_for("catalogue.show_item", item_id=item_id))


@bp.post("/items/<uuid:item_id>/archival")
@needs(Permission.ITEM_WRITE)
def create_item_archival(item_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.archive_item(books, item_id)
    return see_other(url_for("catalogue.show_item", item_id=item_id))


@bp.post("/items/<uuid:item_id>/restoration")
@needs(Permission.ITEM_WRITE)
def create_item_restoration(item_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.restore_item(books, item_id)
    return see_other(url_for("catalogue.show_item", item_id=item_id))


# Price and MRP in the list's own row ----------------------------------------------------------------------------------


@bp.get("/items/<uuid:item_id>/row")
@needs(Permission.ITEM_READ)
def show_row(item_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        item = lists.listed_item(books, item_id)
        pictures = attachments.pictures_of(books, "item", [item_id])
        of_family = families.families_of(books, [item_id])
    return partial("catalogue/_item_row.html", item=item, pictures=pictures, of_family=of_family)


def row_form(*, item_id: UUID, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The list's row of an item with its price and MRP open for typing."""
    with read_books(current_actor()) as books:
        item = lists.listed_item(books, item_id)
        draft, version = lists.item_draft(books, item_id)
    values = typed if typed is not None else {**forms.shown(draft), "version": version}
    return partial("catalogue/_item_row_form.html", item=item, values=values, errors=errors or {})


@bp.get("/items/<uuid:item_id>/prices")
@needs(Permission.ITEM_WRITE)
def show_row_form(item_id: UUID) -> Response:
    return row_form(item_id=item_id)


@bp.post("/items/<uuid:item_id>/prices")
@needs(Permission.ITEM_WRITE)
@form_again(row_form)
def change_prices(item_id: UUID) -> Response:
    price, mrp = forms.parse_prices(request.form)
    with open_books(current_actor()) as books:
        draft, _version = lists.item_draft(books, item_id)
        service.change_item(books, item_id, replace(draft, price_millipaise=price, mrp_paise=mrp), forms.parse_version(request.form))
        item = lists.listed_item(books, item_id)
        pictures = attachments.pictures_of(books, "item", [item_id])
        of_family = families.families_of(books, [item_id])
    return partial("catalogue/_item_row.html", item=item, pictures=pictures, of_family=of_family)


# HSN and tax classes --------------------------------------------------------------------------------------------------


@bp.get("/items/hsn")
@needs(Permission.ITEM_READ)
def search_hsn() -> Response:
    text = request.args.get("hsn", request.args.get("q", ""))[:100]
    with read_books(current_actor()) as books:
        rows = hsn.search_hsn(books, text)
        classes = {row.code: row for row in lists.rates_for_form(books, books.today)}
    return partial("catalogue/_hsn.html", rows=rows, classes=classes, text=text)


@bp.get("/items/tax-classes")
@needs(Permission.ITEM_READ)
def list_tax_classes() -> Response:
    return tax_classes_form()


@bp.post("/items/tax-classes")
@needs(Permission.ITEM_WRITE)
@form_again(tax_classes_form)
def create_tax_class() -> BaseResponse:
    rate, treatment = forms.parse_rate(request.form, date.fromisoformat), forms.parse_treatment(request.form)
    with open_books(current_actor()) as books:
        taxes.add_tax_class(books, request.form.get("name", ""), request.form.get("local_name", ""), treatment, rate)
    return see_other(url_for("catalogue.list_tax_classes"))


@bp.post("/items/tax-classes/<uuid:tax_class_id>/rates")
@needs(Permission.ITEM_WRITE)
@form_again(tax_classes_form)
def create_rate(tax_class_id: UUID) -> BaseResponse:
    rate = forms.parse_rate(request.form, date.fromisoformat)
    with open_books(current_actor()) as books:
        taxes.add_rate(books, tax_class_id, rate)
    return see_other(url_for("catalogue.list_tax_classes") + f"#class-{tax_class_id}")


# What pages share -----------------------------------------------------------------------------------------------------


def here(**changes: Any) -> str:
    """The address of this list with some of its questions changed; None takes one away. A new question begins at page one."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name not in {"after", "before"} and value}
    kept.update(changes)
    return url_for("catalogue.list_items", **{name: value for name, value in kept.items() if value is not None})


def form_choices(books: Books) -> dict[str, Any]:
    """What an item's form offers: units and HSN codes of this kind of shop first, the classes in force, known words."""
    kind = shop_kind(profile(books).shop_kind)
    first = [UNITS[code] for code in kind.units]
    categories, brands = lists.choices(books)
    return {
        "units_first": first,
        "units_other": [unit for unit in UNITS.values() if unit not in first],
        "classes": lists.rates_for_form(books, books.today),
        "categories": [*categories, *(name for name in kind.categories if name not in categories)],
        "brands": brands,
        "favourites": hsn.described(books, kind.hsn_favourites),
    }
