"""Pages of schemes: the list, one scheme with what it gives, its form with a preview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal, rupees
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.schemes import forms, queries, service
from webapp.schemes.rules import Kind, Scheme

bp = Blueprint("schemes", __name__, url_prefix="/schemes")
PAGE = 50


def kind_words() -> dict[str, str]:
    """What the kinds are called."""
    return {
        "free": _("Buy some, get some"),
        "bundle": _("A set at one price"),
        "off": _("Off on goods"),
        "bill": _("Off on the bill"),
    }


def state_words() -> dict[str, str]:
    """Where a scheme may stand."""
    return {"now": _("Running"), "later": _("Not yet begun"), "ended": _("Ended"), "archived": _("Archived")}


def day_words() -> tuple[str, ...]:
    """The days of the week, Monday first."""
    return _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: the names of kinds, states and days."""
    return {"kind_words": kind_words(), "state_words": state_words(), "day_words": day_words(), "same_report": same_list}


def same_list(**changes: object) -> str:
    """This page with its search and place, and with `changes` to them. None takes one out."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("q", "kind", "state", "at") if request.args.get(name)}
    values = {**(request.view_args or {}), **kept, **changes}
    return url_for(str(request.endpoint), **{name: value for name, value in values.items() if value is not None})


@bp.get("")
@needs(Permission.ITEM_READ)
def list_schemes() -> Response:
    wanted_format = sheets.asked_format()
    asked: dict[str, Any] = {
        "words": request.args.get("q", "").strip()[:100],
        "kind": _one_of("kind", kind_words()),
        "state": _one_of("state", state_words()),
    }
    if wanted_format:
        return sheets.send(_sheet(asked), wanted_format)
    place = request.args.get("at", "")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 6 else 0
    with read_books(current_actor()) as books:
        found = queries.all_schemes(books, **asked)
        any_at_all = bool(found) or bool(queries.all_schemes(books)) or bool(queries.all_schemes(books, state="archived"))
    return page(
        "schemes/schemes.html",
        found=found[at : at + PAGE],
        has_more=len(found) > at + PAGE,
        at=at,
        size=PAGE,
        any_at_all=any_at_all,
        **asked,
    )


def _one_of(name: str, known: Any) -> str:
    return request.args.get(name, "") if request.args.get(name, "") in known else ""


def _sheet(asked: dict[str, str]) -> Sheet:
    columns = (
        Column(_("Scheme"), "text", 30),
        Column(_("Kind"), "text", 20),
        Column(_("From day"), "text", 12),
        Column(_("Until day"), "text", 12),
        Column(_("Rank"), "number", 8),
        Column(_("Status"), "text", 14),
    )

    kinds, states = kind_words(), state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in queries.all_schemes(books, **asked):
            scheme = one.scheme
            yield scheme.name, kinds[scheme.kind.value], scheme.starts_on, scheme.ends_on or "", scheme.priority, states[one.state]

    return Sheet("schemes", _("Schemes"), (), columns, rows)


@bp.get("/<uuid:scheme_id>")
@needs(Permission.ITEM_READ)
def show_scheme(scheme_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        card = queries.scheme_card(books, scheme_id)
        shown = _shown(books, card.scheme)
        names = _names(books, card.scheme)
        stores = queries.store_names(books)
        lists = catalogue.list_names(books, archived=True) if card.scheme.lists else {}
    return page(
        "schemes/scheme.html", card=card, scheme=card.scheme, names=names, stores=stores, lists=lists, steps=_steps(card.scheme), **shown
    )


def scheme_form(*, scheme_id: UUID | None = None, typed: Any = None, errors: Any = None, shown: Any = None) -> Response:
    """The form of a scheme, new or one there is; with what was typed."""
    with read_books(current_actor()) as books:
        card = queries.scheme_card(books, scheme_id) if scheme_id else None
        kind = card.scheme.kind if card else forms.parse_kind((typed or request.args).get("kind", ""))
        if kind is None:
            return page("schemes/kinds.html")
        own = forms.values_of(card.scheme, _names(books, card.scheme)) if card else forms.blank_values(kind, books.today.isoformat())
        categories, brands = catalogue.choices(books)
        stores = queries.store_names(books)
        lists = list(catalogue.list_names(books).items())
    return page(
        "schemes/scheme_form.html",
        card=card,
        kind=kind.value,
        values=typed if typed is not None else own,
        errors=errors or {},
        categories=[(one, one) for one in categories],
        brands=[(one, one) for one in brands],
        stores=list(stores.items()) if len(stores) > 1 else [],
        lists=lists,
        rows=range(1, forms.ROWS + 1),
        id=(typed or {}).get("id") or new_id(),
        **(shown or {"examples": [], "warnings": [], "is_preview": False}),
    )


@bp.get("/new")
@needs(Permission.ITEM_WRITE)
def new_scheme() -> Response:
    return scheme_form()


@bp.get("/<uuid:scheme_id>/edit")
@needs(Permission.ITEM_WRITE)
def show_scheme_form(scheme_id: UUID) -> Response:
    return scheme_form(scheme_id=scheme_id)


@bp.post("")
@needs(Permission.ITEM_WRITE)
@form_again(scheme_form)
def create_scheme() -> BaseResponse:
    kind = forms.parse_kind(request.form.get("kind", ""))
    if kind is None:
        raise NotFound("kind of scheme")
    with open_books(current_actor()) as books:
        scheme = _read(books, read_id(request.form.get("id", "")) or new_id(), kind)
        if request.form.get("act") != "preview":
            made = service.create_scheme(books, scheme)
            flash(_("%(name)s is saved.", name=scheme.name), "success")
            return see_other(url_for("schemes.show_scheme", scheme_id=made))
        service.check_scheme(books, scheme)
        shown = _shown(books, scheme)
    return scheme_form(typed=request.form, shown={**shown, "is_preview": True})


@bp.post("/<uuid:scheme_id>")
@needs(Permission.ITEM_WRITE)
@form_again(scheme_form)
def change_scheme(scheme_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        scheme = _read(books, scheme_id, queries.scheme_card(books, scheme_id).scheme.kind)
        if request.form.get("act") != "preview":
            service.change_scheme(books, scheme, forms.parse_version(request.form))
            flash(_("%(name)s is saved.", name=scheme.name), "success")
            return see_other(url_for("schemes.show_scheme", scheme_id=scheme_id))
        service.check_scheme(books, scheme)
        shown = _shown(books, scheme)
    return scheme_form(scheme_id=scheme_id, typed=request.form, shown={**shown, "is_preview": True})


@bp.post("/<uuid:scheme_id>/archival")
@needs(Permission.ITEM_WRITE)
def create_scheme_archival(scheme_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.put_scheme_away(books, scheme_id, forms.parse_version(request.form), away=True)
    return see_other(url_for("schemes.list_schemes"))


@bp.post("/<uuid:scheme_id>/restoration")
@needs(Permission.ITEM_WRITE)
def create_scheme_restoration(scheme_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.put_scheme_away(books, scheme_id, forms.parse_version(request.form), away=False)
    return see_other(url_for("schemes.show_scheme", scheme_id=scheme_id))


def _read(books: Books, scheme_id: UUID, kind: Kind) -> Scheme:
    known = catalogue.items_named(books, forms.texts_of(request.form))
    stores, lists = set(queries.store_names(books)), set(catalogue.list_names(books, archived=True))
    return forms.read_scheme(request.form, scheme_id, kind, known, stores=stores, lists=lists).required()


def _names(books: Books, scheme: Scheme) -> dict[str, str]:
    gives = scheme.gives.items if scheme.gives else frozenset()
    ids = [UUID(one) for one in {*scheme.goods.items, *gives, *(item for item, _qty in scheme.parts)}]
    return {str(one.id): one.name for one in catalogue.sold_like(books, ids=ids, most=len(ids))} if ids else {}


def _shown(books: Books, scheme: Scheme) -> dict[str, Any]:
    """What it gives, in words, and what should be thought of."""
    found = queries.examples(books, scheme)
    told = [
        _("%(goods)s → %(after)s instead of %(before)s", goods=_basket(one), after=rupees(one.after), before=rupees(one.before))
        for one in found
    ]
    warnings = []
    if found and all(one.before == one.after for one in found):
        warnings.append(_("At today's prices it takes nothing off: the goods cost no more apart. Check the figures."))
    if queries.tax_differs(books, scheme):
        # CGST Act s.2(74), s.8(b): goods sold together for a single price are a mixed supply, taxed at the highest of their rates.
        warnings.append(
            _("These goods are taxed at different rates, and each is billed at its own. Sold for one price they may be a mixed supply, "
              "taxed at the highest of their rates (CGST Act, section 8(b)). Ask your accountant.")
        )  # fmt: skip
    return {"examples": told, "warnings": warnings, "is_preview": False}


def _basket(one: queries.Example) -> str:
    return " + ".join(f"{plain_decimal(qty, 3)} × {name}" for qty, name in one.parts) or _(
        "A bill of %(amount)s", amount=rupees(one.before)
    )


def _steps(scheme: Scheme) -> list[tuple[str, str]]:
    """Each step in words: from what on, and what is taken off."""
    is_bill = scheme.kind is Kind.BILL
    return [
        (
            (rupees(step.least) if is_bill else plain_decimal(step.least, 3)) if step.least else "–",
            f"{plain_decimal(step.off_bp, 2)} %" if step.off_bp else rupees(step.off_paise),
        )
        for step in scheme.steps
    ]
