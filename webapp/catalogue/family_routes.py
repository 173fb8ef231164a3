"""Pages of families: the list, a family with the grid of its variants, its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.catalogue import families, family_forms, forms, lists
from webapp.catalogue.shop_kinds import shop_kind
from webapp.catalogue.units import UNITS
from webapp.company import profile
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("families", __name__, url_prefix="/items/families")


@bp.get("")
@needs(Permission.ITEM_READ)
def list_families() -> Response:
    text = request.args.get("q", "")[:200]
    with read_books(current_actor()) as books:
        found = families.families(books, text)
    return page("catalogue/families.html", found=found, text=text)


def new_family_form(*, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The form of a new family."""
    with read_books(current_actor()) as books:
        held = profile(books)
        choices = _choices(books)
    kind = shop_kind(held.shop_kind)
    first = next((row.id for row in choices["classes"] if row.code == kind.tax_class), None)
    start = {
        "price_includes_tax": "1" if held.prices_include_tax else "0",
        "unit": kind.units[0],
        "tax_class": str(first or ""),
        "is_stocked": "1",
        "attribute_1": _("Size"),
    }
    return page("catalogue/family_form.html", view=None, values=typed if typed is not None else start, errors=errors or {}, **choices)


@bp.get("/new")
@needs(Permission.ITEM_WRITE)
def show_new_family() -> Response:
    return new_family_form()


@bp.post("")
@needs(Permission.ITEM_WRITE)
@form_again(new_family_form)
def create_family() -> BaseResponse:
    draft = family_forms.parse_family(request.form)
    with open_books(current_actor()) as books:
        family_id = families.create_family(books, draft)
    return see_other(url_for("catalogue.families.show_family", family_id=family_id))


def family_page(*, family_id: UUID, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """A family: its variants, and those it could have with boxes to tick and prices to type."""
    with read_books(current_actor()) as books:
        view = families.family(books, family_id)
    return page("catalogue/family.html", view=view, grid=family_forms.grid(view, typed), typed=typed or {}, errors=errors or {})


@bp.get("/<uuid:family_id>")
@needs(Permission.ITEM_READ)
def show_family(family_id: UUID) -> Response:
    return family_page(family_id=family_id)


@bp.post("/<uuid:family_id>/variants")
@needs(Permission.ITEM_WRITE)
@form_again(family_page)
def create_variants(family_id: UUID) -> BaseResponse:
    """Show what would be made (`then=preview`), or make it."""
    with open_books(current_actor()) as books:
        wanted = family_forms.parse_grid(request.form, families.family(books, family_id))
        made = 0 if request.form.get("then") == "preview" else families.make_variants(books, family_id, wanted)
    if request.form.get("then") == "preview":
        return family_page(family_id=family_id, typed=request.form)
    flash(ngettext("%(num)s variant is made.", "%(num)s variants are made.", made), "success")
    return see_other(url_for("catalogue.families.show_family", family_id=family_id))


def family_form(*, family_id: UUID, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """The form of a family there is."""
    with read_books(current_actor()) as books:
        view = families.family(books, family_id)
        choices = _choices(books)
    values = family_forms.shown(view) if typed is None else typed
    return page("catalogue/family_form.html", view=view, values=values, errors=errors or {}, **choices)


@bp.get("/<uuid:family_id>/edit")
@needs(Permission.ITEM_WRITE)
def show_family_form(family_id: UUID) -> Response:
    return family_form(family_id=family_id)


@bp.post("/<uuid:family_id>")
@needs(Permission.ITEM_WRITE)
@form_again(family_form)
def change_family(family_id: UUID) -> BaseResponse:
    draft, version = family_forms.parse_family(request.form), forms.parse_version(request.form)
    with open_books(current_actor()) as books:
        families.change_family(books, family_id, draft, version)
    return see_other(url_for("catalogue.families.show_family", family_id=family_id))


def _choices(books: Books) -> dict[str, Any]:
    first = [UNITS[code] for code in shop_kind(profile(books).shop_kind).units]
    units = [*first, *(unit for unit in UNITS.values() if unit not in first)]
    categories, brands = lists.choices(books)
    return {"units": units, "classes": lists.rates_for_form(books, books.today), "categories": categories, "brands": brands}
