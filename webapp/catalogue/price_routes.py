"""Pages of price lists: the lists, one with its prices and customers, many prices at once, the past of prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.catalogue import lists, price_forms, price_lists, price_moves, price_reads
from webapp.catalogue.price_reads import ListCard
from webapp.company import stores
from webapp.kernel.dates import ist_day, written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal
from webapp.parties import search_parties
from webapp.platform import audit, exports, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

bp = Blueprint("prices", __name__, url_prefix="/price-lists")
STATES = {"": False, "archived": True, "all": None}


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: this page with other choices."""
    return {"same_report": same_report}


def same_report(**changes: object) -> str:
    """This page with its search and place, and with `changes` to them. None takes one out."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("q", "state", "at") if request.args.get(name)}
    values = {**(request.view_args or {}), **kept, **changes}
    return url_for(str(request.endpoint), **{name: value for name, value in values.items() if value is not None})


@bp.get("")
@needs(Permission.ITEM_READ)
def list_price_lists() -> Response:
    wanted_format, words = sheets.asked_format(), request.args.get("q", "").strip()[:100]
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    if wanted_format:
        return sheets.send(_lists_sheet(words, state), wanted_format)
    with read_books(current_actor()) as books:
        found = price_reads.price_lists(books, words=words, archived=STATES[state])
        any_at_all = bool(found) or bool(price_reads.price_lists(books, archived=None))
    return page("catalogue/price_lists.html", found=found, any_at_all=any_at_all, words=words, state=state)


def _lists_sheet(words: str, state: str) -> Sheet:
    columns = (
        Column(_("Price list"), "text", 30),
        Column(_("For"), "text", 20),
        Column(_("Store"), "text", 20),
        Column(_("Prices"), "number", 8),
    )
    whom, everywhere = (_("Named customers"), _("Everybody")), _("All stores")

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in price_reads.price_lists(books, words=words, archived=STATES[state]):
            yield one.name, whom[one.is_for_all], one.store or everywhere, one.prices

    return Sheet("price-lists", _("Price lists"), (), columns, rows)


def list_form(*, price_list_id: UUID | None = None, typed: Any = None, errors: Any = None) -> Response:
    """The form of a list, new or one there is."""
    with read_books(current_actor()) as books:
        card = price_reads.list_card(books, price_list_id) if price_list_id else None
        shops = stores(books)
    own = {"name": card.name, "whom": "all" if card.is_for_all else "named", "store_id": card.store_id} if card else {"whom": "all"}
    return page(
        "catalogue/price_list_form.html",
        card=card,
        values=typed or own,
        errors=errors or {},
        stores=[(one.id, one.name) for one in shops] if len(shops) > 1 else [],
        id=(typed or {}).get("id") or new_id(),
    )


@bp.get("/new")
@needs(Permission.ITEM_WRITE)
def new_price_list() -> Response:
    return list_form()


@bp.post("")
@needs(Permission.ITEM_WRITE)
@form_again(list_form)
def create_price_list() -> BaseResponse:
    with open_books(current_actor()) as books:
        made = price_lists.create_price_list(books, price_forms.parse_list(request.form), read_id(request.form.get("id", "")))
    return _see(made)


@bp.get("/<uuid:price_list_id>/edit")
@needs(Permission.ITEM_WRITE)
def show_list_form(price_list_id: UUID) -> Response:
    return list_form(price_list_id=price_list_id)


@bp.post("/<uuid:price_list_id>")
@needs(Permission.ITEM_WRITE)
@form_again(list_form)
def change_price_list(price_list_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        draft = price_forms.parse_list(request.form)
        price_lists.change_price_list(books, price_list_id, draft, price_forms.parse_version(request.form))
    return _see(price_list_id)


@bp.post("/<uuid:price_list_id>/archival")
@needs(Permission.ITEM_WRITE)
def create_list_archival(price_list_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        price_lists.put_list_away(books, price_list_id, price_forms.parse_version(request.form), away=True)
    return see_other(url_for("catalogue.prices.list_price_lists"))


@bp.post("/<uuid:price_list_id>/restoration")
@needs(Permission.ITEM_WRITE)
def create_list_restoration(price_list_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        price_lists.put_list_away(books, price_list_id, price_forms.parse_version(request.form), away=False)
    return _see(price_list_id)


def draw_list(*, price_list_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """A list with its prices and customers; with what was typed into one of its forms."""
    words, at = request.args.get("q", "").strip()[:100], _place()
    with read_books(current_actor()) as books:
        card = price_reads.list_card(books, price_list_id)
        found, has_more = price_reads.prices(books, price_list_id, words=words, start=at)
        named = [] if card.is_for_all else price_reads.customers(books, price_list_id)
        categories, brands = lists.choices(books)
        today = books.today
    return page(
        "catalogue/price_list.html",
        card=card,
        found=found,
        has_more=has_more,
        at=at,
        size=price_reads.PAGE,
        words=words,
        named=named,
        categories=[(one, one) for one in categories],
        brands=[(one, one) for one in brands],
        steps=_steps(),
        today=today,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/<uuid:price_list_id>")
@needs(Permission.ITEM_READ)
def show_price_list(price_list_id: UUID) -> Response:
    return draw_list(price_list_id=price_list_id)


@bp.post("/<uuid:price_list_id>/prices")
@needs(Permission.ITEM_WRITE)
@form_again(draw_list)
def create_price(price_list_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        price_lists.required_list(books, price_list_id)
        draft = price_forms.parse_price(request.form, lambda text: price_reads.items_named(books, {text}))
        try:
            price_lists.set_prices(books, price_list_id, [draft], price_forms.parse_version(request.form))
        except InvalidInput as refusal:
            raise InvalidInput({"price": refusal.errors["price_0"]}) from None
    flash(_("The price is on the list."), "success")
    return _see(price_list_id)


@bp.post("/<uuid:price_list_id>/price-removal")
@needs(Permission.ITEM_WRITE)
def create_price_removal(price_list_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        price_lists.required_list(books, price_list_id)
        item_id, min_qty, starts_on = price_forms.parse_key(request.form)
        price_lists.remove_price(books, price_list_id, item_id, min_qty, starts_on, price_forms.parse_version(request.form))
    return _see(price_list_id)


@bp.post("/<uuid:price_list_id>/customers")
@needs(Permission.ITEM_WRITE)
@form_again(draw_list)
def create_list_customer(price_list_id: UUID) -> BaseResponse:
    """Who is meant is told by name, phone or GSTIN; it must be one."""
    text = request.form.get("party", "").strip()[:100]
    with open_books(current_actor()) as books:
        price_lists.required_list(books, price_list_id)
        found = search_parties(books, text, most=2) if text else []
        exact = [one for one in found if one.name == text]
        if len(exact or found) != 1:
            words = _("Several are called so. Give the phone number.") if found else _("There is no customer of this name or phone number.")
            raise InvalidInput({"party": words})
        price_lists.give_list(books, (exact or found)[0].id, price_list_id)
    return _see(price_list_id)


@bp.post("/<uuid:price_list_id>/customers/<uuid:party_id>/removal")
@needs(Permission.ITEM_WRITE)
def create_list_customer_removal(price_list_id: UUID, party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        price_lists.required_list(books, price_list_id)
        price_lists.give_list(books, party_id, None)
    return _see(price_list_id)


# Many prices at once --------------------------------------------------------------------------------------------------


@bp.post("/<uuid:price_list_id>/moves")
@needs(Permission.ITEM_WRITE)
@form_again(draw_list)
def create_move(price_list_id: UUID) -> BaseResponse:
    """Show what a change would write; with `act=apply`, write what was shown."""
    version = price_forms.parse_version(request.form)
    with open_books(current_actor()) as books:
        price_lists.required_list(books, price_list_id, version)
        move = price_forms.parse_move(request.form)
        if request.form.get("act") == "apply":
            count = price_moves.move_prices(books, price_list_id, move, version)
        else:
            card, rows = price_reads.list_card(books, price_list_id), price_moves.moved(books, price_list_id, move)
            return page(
                "catalogue/price_move.html", card=card, rows=rows, typed=request.form, refused=sum(bool(one.refused) for one in rows)
            )
    flash(_("%(count)s prices were changed.", count=count), "success")
    return _see(price_list_id)


@bp.get("/<uuid:price_list_id>/prices.csv")
@needs(Permission.REPORT_EXPORT)
def export_prices(price_list_id: UUID) -> Response:
    actor = current_actor()
    with open_books(actor) as books:
        card = price_reads.list_card(books, price_list_id)
        audit.record(books, "export", "price_list", price_list_id, new={"format": "csv", "name": card.name})

    def rows() -> Iterator[tuple[Any, ...]]:
        with read_books(actor) as books:
            yield from price_moves.file_rows(books, price_list_id)

    return exports.as_csv("price-list", price_moves.HEADINGS, rows())


@bp.post("/<uuid:price_list_id>/prices-file")
@needs(Permission.ITEM_WRITE)
@form_again(draw_list)
def create_prices_import(price_list_id: UUID) -> BaseResponse:
    sent = request.files.get("file")
    content = sent.stream.read(price_moves.MOST_BYTES + 1) if sent is not None and sent.filename else b""
    with open_books(current_actor()) as books:
        price_lists.required_list(books, price_list_id)
        if not content:
            raise InvalidInput({"file": "Choose a CSV file first."})
        drafts = price_moves.read_file(books, content)
        count = price_lists.set_prices(books, price_list_id, drafts, price_forms.parse_version(request.form))
    flash(_("%(count)s prices were changed.", count=count), "success")
    return _see(price_list_id)


@bp.get("/<uuid:price_list_id>/history")
@needs(Permission.ITEM_READ)
def show_price_history(price_list_id: UUID) -> Response:
    wanted_format, words, at = sheets.asked_format(), request.args.get("q", "").strip()[:100], _place()
    with read_books(current_actor()) as books:
        card = price_reads.list_card(books, price_list_id)
        found, has_more = price_reads.past(books, price_list_id, words=words, start=at)
    if wanted_format:
        return sheets.send(_history_sheet(card, words), wanted_format)
    return page("catalogue/price_history.html", card=card, found=found, has_more=has_more, at=at, size=price_reads.PAGE, words=words)


def _history_sheet(card: ListCard, words: str) -> Sheet:
    columns = (
        Column(_("Day"), "day", 12),
        Column(_("Item"), "text", 30),
        Column(_("From quantity"), "text", 10),
        Column(_("From day"), "text", 12),
        Column(_("Before"), "text", 12),
        Column(_("After"), "text", 12),
        Column(_("By"), "text", 16),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        start, has_more = 0, True
        while has_more:
            found, has_more = price_reads.past(books, card.id, words=words, start=start, most=500)
            start += len(found)
            for one in found:
                prices = ("" if value is None else plain_decimal(value, 5) for value in (one.old_millipaise, one.new_millipaise))
                yield ist_day(one.changed_at), one.name, plain_decimal(one.min_qty, 3), written(one.starts_on), *prices, one.changed_by

    return Sheet("price-history", _("Past prices of %(name)s", name=card.name), (), columns, rows, is_wide=True)


def _place() -> int:
    text = request.args.get("at", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _steps() -> list[tuple[int, str]]:
    return [(step, f"₹{plain_decimal(step, 2)}") for step in price_moves.STEPS]


def _see(price_list_id: UUID) -> BaseResponse:
    return see_other(url_for("catalogue.prices.show_price_list", price_list_id=price_list_id))
