"""Screens of batches and pieces: what is on hand and when it expires; where one came from and who bought it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from webapp.company import allowed_stores, stores
from webapp.kernel.ids import read_id
from webapp.kernel.text import clean_text
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page
from webapp.reports import forms, traces
from webapp.reports.blueprint import bp, movement_words


@bp.get("/stock/batches")
@needs(Permission.STOCK_READ)
def list_batches() -> Response:
    words, state, store_id = _asked()
    with read_books(current_actor()) as books:
        found, today = traces.batches(books, words, state, store_id), books.today
        allowed = allowed_stores(books)
        shops = [(str(one.id), one.name) for one in stores(books, with_closed=True) if allowed is None or one.id in allowed]
    sees_cost = current_actor().may(Permission.ITEM_COST_READ)
    asked = {"q": words or None, "state": state or None, "store": store_id}
    shown: dict[str, Any] = {"found": found, "words": words, "state": state, "store_id": store_id, "shops": shops, "today": today}
    return page("reports/batches.html", asked=asked, sees_cost=sees_cost, **shown)


@bp.get("/stock/batches/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_batches(format: str) -> Response:  # noqa: A002 - the word in the address
    words, state, store_id = _asked()
    with open_books(current_actor()) as books:
        audit.record(books, "export", "batch", "list", new={"format": format})
        found = traces.batches(books, words, state, store_id, most=None)
    headings = [_("Item"), _("Batch"), _("Expires on"), _("MRP"), _("On hand"), _("Unit"), _("Value"), _("Made on")]
    return exports.WAYS[format]("batches", headings, map(_batch_cells, found))


def _batch_cells(one: traces.BatchRow) -> tuple[Any, ...]:
    mrp = None if one.mrp_paise is None else exports.Rupees(one.mrp_paise)
    return one.item, one.batch, one.expires_on, mrp, exports.Quantity(one.qty), one.unit, exports.Rupees(one.value), one.made_on


@bp.get("/stock/serials")
@needs(Permission.STOCK_READ)
def find_serials() -> Response:
    text = clean_text(request.args.get("q", ""))[:60]
    with read_books(current_actor()) as books:
        found = traces.find_serials(books, text)
    return page("reports/serials.html", found=found, text=text)


@bp.get("/stock/trace/<uuid:item_id>")
@needs(Permission.STOCK_READ)
def show_trace(item_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        found = _trace(books, item_id)
    return page("reports/trace.html", found=found, words=movement_words())


@bp.get("/stock/trace/<uuid:item_id>/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_trace(item_id: UUID, format: str) -> Response:  # noqa: A002 - the word in the address
    with open_books(current_actor()) as books:
        found = _trace(books, item_id)
        audit.record(books, "export", "trace", item_id, new={"format": format, "batch": found.batch, "serial": found.serial})
    words = movement_words()

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in found.rows:
            yield row.moved_on, words.get(row.kind, row.kind), row.number, row.store, exports.Quantity(row.qty), row.buyer, row.phone

    headings = [_("Day"), _("What"), _("Number"), _("Store"), _("Quantity"), _("Customer"), _("Phone")]
    return exports.WAYS[format]("trace", headings, rows())


def _trace(books: Books, item_id: UUID) -> traces.Trace:
    serial = request.args.get("serial", "")[:60]
    return traces.trace_serial(books, item_id, serial) if serial else traces.trace_batch(books, item_id, request.args.get("batch", "")[:40])


def _asked() -> tuple[str, str, UUID | None]:
    return forms.read_words(request.args), forms.read_choice(request.args, "state", traces.STATES), read_id(request.args.get("store", ""))
