"""Pages of the stock room: the list of its documents, one of them, and the form that adjusts stock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue, stock
from webapp.company import my_stores, store_bar
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.stocktaking import forms, queries, routes_counts, service
from webapp.stocktaking.blueprint import bp

__all__ = ["bp", "routes_counts"]


@bp.get("/stock/adjustments")
@needs(Permission.STOCK_WRITE)
def list_adjustments() -> Response:
    kind = forms.parse_kind(request.args.get("kind", ""))
    with read_books(current_actor()) as books:
        found = queries.adjustments(books, kind=kind, older_than=read_cursor(request.args.get("older", "")))
    return page("stocktaking/adjustments.html", found=found, kind=kind, older=write_cursor(found.older))


@bp.get("/stock/adjustments/<uuid:adjustment_id>")
@needs(Permission.STOCK_WRITE)
def show_adjustment(adjustment_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        found, moved = queries.adjustment(books, adjustment_id)
        items = catalogue.items_for_bill(books, {one.key.item_id for one in moved})
    return page("stocktaking/adjustment.html", found=found, moved=moved, items=items)


def adjustment_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The adjustment form, for the item of the address or of what was typed."""
    item_id = read_id((typed or request.args).get("item_id"))
    with read_books(current_actor()) as books:
        item = catalogue.items_for_bill(books, [item_id]).get(item_id) if item_id else None
        bar = store_bar(books)
        on_hand = stock.on_hand(books, [item.id], bar.chosen.id)[item.id] if item else None
        batches = stock.batches_of(books, [item.id], bar.chosen.id) if item and item.tracking == "batch" else []
        pieces = stock.serials_here(books, [item.id], bar.chosen.id)[item.id] if item and item.tracking == "serial" else []
        today = books.today
    return page(
        "stocktaking/adjustment_form.html",
        item=item,
        on_hand=on_hand,
        bar=bar,
        batches=batches,
        pieces=pieces,
        today=today,
        id=(typed or {}).get("id") or new_id(),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/stock/adjustments/new")
@needs(Permission.STOCK_WRITE)
def new_adjustment() -> Response:
    return adjustment_form()


@bp.get("/stock/adjustments/items")
@needs(Permission.STOCK_WRITE)
def find_items() -> Response:
    with read_books(current_actor()) as books:
        found = catalogue.list_items(books, catalogue.Filters(text=request.args.get("item", "")[:100]), most=10).rows
        on_hand = stock.on_hand(books, [row.id for row in found], store_bar(books).chosen.id)
    return partial("stocktaking/_items.html", found=found, on_hand=on_hand)


@bp.post("/stock/adjustments")
@needs(Permission.STOCK_WRITE)
@form_again(adjustment_form)
def create_adjustment() -> BaseResponse:
    with open_books(current_actor()) as books, forms.beside("qty"):
        asked = forms.parse_adjustment(request.form, store_bar(books).chosen.id, books.today)
        service.adjust_stock(books, asked)
    return see_other(url_for("stocktaking.show_adjustment", adjustment_id=asked.id))


def bins_form(*, item_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """Where an item lies in each store."""
    with read_books(current_actor()) as books:
        item = catalogue.listed_item(books, item_id)
        shops, bins = my_stores(books), stock.bins_of(books, item_id)
    return page("stocktaking/bins.html", item=item, shops=shops, bins=bins, typed=typed, errors=errors or {})


@bp.get("/stock/items/<uuid:item_id>/bins")
@needs(Permission.STOCK_WRITE)
def show_bins(item_id: UUID) -> Response:
    return bins_form(item_id=item_id)


@bp.post("/stock/items/<uuid:item_id>/bins")
@needs(Permission.STOCK_WRITE)
@form_again(bins_form)
def change_bins(item_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        catalogue.listed_item(books, item_id)
        for shop in my_stores(books):
            if f"bin_{shop.id}" in request.form:
                stock.put_in_bin(books, item_id, shop.id, request.form[f"bin_{shop.id}"])
    return see_other(url_for("stocktaking.show_bins", item_id=item_id))
