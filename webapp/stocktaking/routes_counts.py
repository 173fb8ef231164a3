"""Pages of stock counts: the list, the one where goods are scanned, and the variance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue, stock
from webapp.company import store, store_bar
from webapp.kernel.dates import written
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.stocktaking import count_forms, count_queries, count_rules, counting
from webapp.stocktaking.blueprint import bp

LINES_SHOWN = 300


@bp.get("/stock/counts")
@needs(Permission.STOCK_COUNT)
def list_counts() -> Response:
    state, text = request.args.get("state", ""), request.args.get("q", "")[:100].strip()
    state = state if state in count_queries.STATES else ""
    with read_books(current_actor()) as books:
        found = count_queries.counts(books, state=state, text=text, older_than=read_cursor(request.args.get("older", "")))
        names = {row.row.store_id: store(books, row.row.store_id).name for row in found.rows}
    return page("stocktaking/counts.html", found=found, names=names, state=state, text=text, older=write_cursor(found.older))


def count_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form that starts a count."""
    with read_books(current_actor()) as books:
        bar = store_bar(books)
        categories, bins = catalogue.item_categories(books), stock.bins_in(books, bar.chosen.id)
    choices: dict[str, Any] = {"category_choices": [(name, name) for name in categories], "bin_choices": [(name, name) for name in bins]}
    id_ = (typed or {}).get("id") or new_id()
    return page("stocktaking/count_form.html", bar=bar, id=id_, typed=typed or {}, errors=errors or {}, **choices)


@bp.get("/stock/counts/new")
@needs(Permission.STOCK_WRITE)
def new_count() -> Response:
    return count_form()


@bp.post("/stock/counts")
@needs(Permission.STOCK_WRITE)
@form_again(count_form)
def create_count() -> BaseResponse:
    with open_books(current_actor()) as books:
        chosen = store_bar(books).chosen
        count_id = counting.start_count(books, count_forms.parse_start(request.form, chosen.id, f"{chosen.name} · {written(books.today)}"))
    return see_other(url_for("stocktaking.show_count", count_id=count_id))


def count_page(*, count_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """Where goods are scanned: what was heard last, what is asked about it, and the newest entries."""
    asked = typed if typed is not None else request.args
    with read_books(current_actor()) as books:
        view = count_queries.count(books, count_id)
        heard = count_queries.entry_by_id(books, said) if (said := read_id(request.args.get("heard"))) else None
        entry = heard[0] if heard and heard[1] == count_id else None
        item_id = read_id(asked.get("item_id")) or (entry.item_id if entry else None)
        item = catalogue.counted_items(books, ids=[item_id]).get(item_id) if item_id else None
        values = _live(books, count_id) | {"store": store(books, view.row.store_id), "unknown": count_queries.unknown(books, count_id)}
        values |= {"batches": stock.batches_of(books, [item.id], view.row.store_id) if item and item.tracking == "batch" else []}
        if entry and entry.item_id:
            sums = count_rules.counted(count_queries.entries_of_item(books, count_id, entry.item_id))
            values["sum_now"] = sums[entry.item_id, entry.batch].qty if (entry.item_id, entry.batch) in sums else 0
        if entry and entry.kind == "unknown":
            values["alike"] = catalogue.find_sold_items(books, entry.code, 8)
    wants = request.args.get("wants", "") if typed is None else ""
    values |= {"wants": wants, "typed": typed or {}, "errors": errors or {}, "id": new_id()}
    return page("stocktaking/count.html", view=view, entry=entry, item=item, **values)


@bp.get("/stock/counts/<uuid:count_id>")
@needs(Permission.STOCK_COUNT)
def show_count(count_id: UUID) -> Response:
    return count_page(count_id=count_id)


@bp.get("/stock/counts/<uuid:count_id>/newest")
@needs(Permission.STOCK_COUNT)
def show_newest(count_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        view = count_queries.count(books, count_id)
        values = _live(books, count_id)
    return partial("stocktaking/_newest.html", view=view, **values)


@bp.post("/stock/counts/<uuid:count_id>/entries")
@needs(Permission.STOCK_COUNT)
@form_again(count_page)
def create_entry(count_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        asked = count_forms.parse_entry(request.form, count_id)
        heard = counting.enter(books, asked)
    if heard.entry is not None:
        return see_other(url_for("stocktaking.show_count", count_id=count_id, heard=heard.entry.id))
    item_id = heard.item.id if heard.item else None
    kept: dict[str, Any] = {"qty": request.form.get("qty") or None, "code": asked.code if heard.wants == "batch" else None}
    return see_other(url_for("stocktaking.show_count", count_id=count_id, item_id=item_id, wants=heard.wants, **kept))


@bp.post("/stock/counts/<uuid:count_id>/entries/<int:seq>/undo")
@needs(Permission.STOCK_COUNT)
def create_undo(count_id: UUID, seq: int) -> BaseResponse:
    with open_books(current_actor()) as books:
        undone = counting.take_back(books, count_id, seq, read_id(request.form.get("id", "")) or new_id())
    return see_other(url_for("stocktaking.show_count", count_id=count_id, heard=undone.id))


def variance_page(*, count_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """Expected, counted and the difference; with the form that posts the count or cancels it."""
    show, text = count_forms.parse_show(request.args.get("show", "")), request.args.get("q", "")[:100].strip()
    with read_books(current_actor()) as books:
        view = count_queries.count(books, count_id)
        lines = count_queries.shown_lines(books, view, show=show, text=text)
        waiting = len(count_queries.unknown(books, count_id))
        place = store(books, view.row.store_id)
    total = sum(line.value_paise for line in lines)
    values: dict[str, Any] = {"show": show, "text": text, "waiting": waiting, "store": place, "total": total, "most": LINES_SHOWN}
    return page("stocktaking/variance.html", view=view, lines=lines, typed=typed or {}, errors=errors or {}, **values)


@bp.get("/stock/counts/<uuid:count_id>/variance")
@needs(Permission.STOCK_WRITE)
def show_variance(count_id: UUID) -> Response:
    return variance_page(count_id=count_id)


@bp.get("/stock/counts/<uuid:count_id>/variance.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_variance(count_id: UUID, format: str) -> Response:  # noqa: A002 - the word in the address
    show, text = count_forms.parse_show(request.args.get("show", "")), request.args.get("q", "")[:100].strip()
    with open_books(current_actor()) as books:
        view = count_queries.count(books, count_id)
        lines = count_queries.shown_lines(books, view, show=show, text=text)
        audit.record(books, "export", "stock_count", count_id, new={"format": format})
    headings = [_("Item"), _("SKU"), _("Batch"), _("Unit"), _("Expected"), _("Counted"), _("Difference"), _("Value"), _("Serial numbers")]
    return exports.WAYS[format]("stock-count", headings, _export_rows(lines))


@bp.post("/stock/counts/<uuid:count_id>/posting")
@needs(Permission.STOCK_WRITE)
@form_again(variance_page)
def create_posting(count_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        counting.post_count(books, count_id, uncounted=request.form.get("uncounted", ""), reason=request.form.get("reason", ""))
    flash(_("The count is posted."), "success")
    return see_other(url_for("stocktaking.show_variance", count_id=count_id))


@bp.post("/stock/counts/<uuid:count_id>/cancellation")
@needs(Permission.STOCK_WRITE)
@form_again(variance_page)
def create_cancellation(count_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        counting.cancel_count(books, count_id, request.form.get("reason", ""))
    flash(_("The count is cancelled. Stock stays as it was."), "success")
    return see_other(url_for("stocktaking.list_counts"))


def _live(books: Books, count_id: UUID) -> dict[str, Any]:
    newest = count_queries.newest(books, count_id)
    return {"newest": newest, "items": catalogue.counted_items(books, ids={one.item_id for one in newest if one.item_id})}


def _export_rows(lines: list[count_queries.ShownLine]) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        named = (line.item.name, line.item.sku or "", line.batch, line.item.unit) if line.item else ("", "", line.batch, "")
        counted = None if line.counted_qty is None else exports.Quantity(line.counted_qty)
        figures = exports.Quantity(line.expected_qty), counted, exports.Quantity(line.difference_qty), exports.Rupees(line.value_paise)
        yield *named, *figures, line.pieces
