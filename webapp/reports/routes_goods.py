"""Screens of the goods: the stock summary and an item's card. Costs are for those who may read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from webapp import company, orders
from webapp.kernel.dates import Period
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page
from webapp.reports import forms, goods, item_cards
from webapp.reports.blueprint import bp, movement_words, span_words
from webapp.reports.forms import this_year
from webapp.reports.item_cards import CardKey, Shelf


def sees_cost() -> bool:
    """Whether this person may know what goods cost."""
    return current_actor().may(Permission.ITEM_COST_READ)


@bp.get("/stock")
@needs(Permission.STOCK_READ)
def stock_summary() -> Response:
    wanted_format = sheets.asked_format()
    wanted = goods.Wanted(
        forms.read_words(request.args), forms.read_choice(request.args, "state", goods.STATES), forms.read_words(request.args, "category")
    )
    if wanted_format:
        return sheets.send(_stock_sheet(wanted, with_cost=sees_cost()), wanted_format)
    if request.args.get("group") == "family":
        return _by_family(wanted)
    with read_books(current_actor()) as books:
        found = goods.stock_page(
            books,
            wanted,
            after=forms.read_word_key(request.args.get("after", "")),
            before=forms.read_word_key(request.args.get("before", "")),
        )
        sums = goods.stock_sums(books, wanted)
        categories = goods.categories(books)
        with_others = orders.standing_cost(books, orders.WantedStanding()) if sees_cost() else 0
    return page(
        "reports/stock.html",
        with_others=with_others,
        found=found,
        sums=sums,
        wanted=wanted,
        categories=[(name, name) for name in categories],
        with_cost=sees_cost(),
        states=state_words(),
        before=forms.write_word_key(*found.before) if found.before else None,
        after=forms.write_word_key(*found.after) if found.after else None,
    )


def _by_family(wanted: goods.Wanted) -> Response:
    with read_books(current_actor()) as books:
        rows = goods.stock_by_family(books, wanted)
    return page("reports/stock_families.html", rows=rows, wanted=wanted, with_cost=sees_cost(), states=state_words())


def _stock_sheet(wanted: goods.Wanted, *, with_cost: bool) -> Sheet:
    columns = [
        Column(_("Item"), "text", 34),
        Column(_("Category"), "text", 18),
        Column(_("Unit"), "code", 7),
        Column(_("Reorder at"), "qty", 10),
        Column(_("On hand"), "qty", 12),
    ]
    if with_cost:
        columns += [Column(_("Average cost"), "amount", 13), Column(_("Value"), "amount", 15)]

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in goods.whole_stock(books, wanted):
            costs = (row.average, row.value) if with_cost else ()
            yield row.name, row.category, row.unit, row.reorder_level, row.qty, *costs

    def totals(books: Books) -> tuple[Any, ...]:
        sums = goods.stock_sums(books, wanted)
        return _("%(count)s items", count=sums.items), "", "", None, None, None, sums.value

    filters = tuple(word for word in (wanted.words, state_words().get(wanted.state, ""), wanted.category) if word)
    about = (_("All items") if wanted.is_everything else ", ".join(filters),)
    return Sheet("stock", _("Stock summary"), about, tuple(columns), rows, totals if with_cost else None)


def state_words() -> dict[str, str]:
    """What each state of the stock is called."""
    return {
        "low": _("Low stock"),
        "reorder": _("At or below reorder level"),
        "below-zero": _("Below zero"),
        "on-hand": _("On hand"),
        "nil": _("Nothing on hand"),
    }


@bp.get("/stock/<uuid:item_id>")
@needs(Permission.STOCK_READ)
def item_card(item_id: UUID) -> Response:
    wanted_format = sheets.asked_format()
    after, before = (forms.read_day_number(request.args.get(name, "")) for name in ("after", "before"))
    with read_books(current_actor()) as books:
        period = forms.read_period(request.args, otherwise=this_year(books.today))
        item = goods.item_row(books, item_id)
        kept = item_cards.shelves(books, item_id)
        stores = {store.id: store.name for store in company.stores(books)}  # the default one first
        shelf = _chosen(kept, next(iter(stores)))
        if not wanted_format:
            found = item_cards.card_page(books, item_id, shelf, period, after=_card_key(after), before=_card_key(before))
    if wanted_format:
        return sheets.send(_card_sheet(item, shelf, period, with_cost=sees_cost()), wanted_format)
    return page(
        "reports/item_card.html",
        item=item,
        found=found,
        period=period,
        shelf=shelf,
        batches=[(one.batch, one.batch or "–") for one in kept if one.store_id == shelf.store_id],
        stores=stores,
        with_cost=sees_cost(),
        movements=movement_words(),
        earlier=forms.write_day_number(*found.earlier) if found.earlier else None,
        later=forms.write_day_number(*found.later) if found.later else None,
    )


def _chosen(kept: list[Shelf], default_store: UUID) -> Shelf:
    """The store and batch asked for, or where most of the item is, or an empty shelf of the first store."""
    asked = (request.args.get("store", ""), request.args.get("batch", ""))
    for shelf in kept:
        if (str(shelf.store_id), shelf.batch) == asked:
            return shelf
    return max(kept, key=lambda shelf: shelf.qty, default=Shelf(default_store, "", 0, 0))


def _card_key(found: tuple[Any, int] | None) -> CardKey | None:
    return CardKey(*found) if found else None


def _card_sheet(item: goods.StockRow, shelf: Shelf, period: Period, *, with_cost: bool) -> Sheet:
    words = movement_words()
    columns = [
        Column(_("Date"), "day", 12),
        Column(_("Movement"), "text", 18),
        Column(_("Number"), "code", 16),
        Column(_("In"), "qty", 11),
        Column(_("Out"), "qty", 11),
        Column(_("On hand"), "qty", 12),
    ]
    if with_cost:
        columns += [Column(_("Cost"), "amount", 13), Column(_("Value after"), "amount", 14)]

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        before = item_cards.card_page(books, item.id, shelf, period, after=CardKey(period.first_day, 0), most=1)
        costs: tuple[Any, ...] = (None, before.value_before) if with_cost else ()
        yield period.first_day, _("Brought forward"), "", None, None, before.qty_before, *costs
        for row in item_cards.whole_card(books, item.id, shelf, period):
            costs = (row.value, row.value_after) if with_cost else ()
            moved = (row.came_in or None, row.went_out or None)
            yield row.key.day, words.get(row.kind, row.kind), row.number, *moved, row.qty_after, *costs

    return Sheet("item-card", item.name, (span_words(period),), tuple(columns), rows)
