"""Pages of transfers: the list, the form that sends, one transfer, its receipt and its recall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue
from webapp.company import store_bar, stores
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.transfers import forms, queries, service

bp = Blueprint("transfers", __name__)


@bp.get("/transfers")
@needs(Permission.STOCK_READ)
def list_transfers() -> Response:
    wanted = forms.parse_wanted(request.args)
    with read_books(current_actor()) as books:
        found = queries.transfers(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        names = {one.id: one.name for one in stores(books, with_closed=True)}
    address = {"q": wanted.text or None, "state": wanted.state or None, "store": wanted.store_id}
    return page("transfers/transfers.html", found=found, wanted=wanted, names=names, address=address, older=write_cursor(found.older))


@bp.get("/transfers/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_transfers(format: str) -> Response:  # noqa: A002 - the word in the address
    wanted = forms.parse_wanted(request.args)
    with open_books(current_actor()) as books:
        audit.record(books, "export", "transfer", "list", new={"format": format})
    headings = [_("Number"), _("Day"), _("From"), _("To"), _("Status"), _("Value"), _("Tax")]
    return exports.WAYS[format]("transfers", headings, _export_rows(current_actor(), wanted))


def _export_rows(actor: Actor, wanted: queries.Wanted) -> Iterator[tuple[Any, ...]]:
    cursor = None
    with read_books(actor) as books:
        while True:
            found = queries.transfers(books, wanted, older_than=cursor)
            for one in found.rows:
                row = one.row
                value, tax = exports.Rupees(row.taxable_paise), exports.Rupees(row.tax_paise)
                yield row.number, row.sent_on, row.sender["store"], row.receiver["store"], one.state, value, tax
            if (cursor := found.older) is None:
                return


def send_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form that sends, with what was typed."""
    with read_books(current_actor()) as books:
        bar, every, today = store_bar(books), stores(books), books.today
    return page(
        "transfers/send_form.html",
        bar=bar,
        others=[(str(one.id), one.name) for one in every if one.id != bar.chosen.id],
        rows=forms.typed_rows(typed if typed is not None else request.args),
        today=today,
        id=(typed or {}).get("id") or new_id(),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/transfers/new")
@needs(Permission.STOCK_WRITE)
def new_transfer() -> Response:
    return send_form()


@bp.post("/transfers")
@needs(Permission.STOCK_WRITE)
@form_again(send_form)
def create_transfer() -> BaseResponse:
    with open_books(current_actor()) as books, forms.beside("lines"):
        asked = forms.parse_send(request.form, lambda text: _item_of(books, text))
        service.send(books, asked)
    return see_other(url_for("transfers.show_transfer", transfer_id=asked.id))


def transfer_page(transfer_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One transfer; the form that receives keeps what was typed."""
    with read_books(current_actor()) as books:
        found, today = queries.transfer(books, transfer_id), books.today
    return page(
        "transfers/transfer.html", found=found, today=today, id=(typed or {}).get("id") or new_id(), typed=typed, errors=errors or {}
    )


@bp.get("/transfers/<uuid:transfer_id>")
@needs(Permission.STOCK_READ)
def show_transfer(transfer_id: UUID) -> Response:
    return transfer_page(transfer_id)


@bp.post("/transfers/<uuid:transfer_id>/receipt")
@needs(Permission.STOCK_WRITE)
@form_again(transfer_page)
def create_receipt(transfer_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        lines = queries.transfer(books, transfer_id).lines
        service.receive(books, forms.parse_receive(request.form, transfer_id, lines))
    return see_other(url_for("transfers.show_transfer", transfer_id=transfer_id))


@bp.post("/transfers/<uuid:transfer_id>/recall")
@needs(Permission.STOCK_WRITE)
@form_again(transfer_page)
def create_recall(transfer_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.recall(books, transfer_id, request.form.get("reason", ""))
    return see_other(url_for("transfers.show_transfer", transfer_id=transfer_id))


def _item_of(books: Books, text: str) -> UUID | None:
    """The one item that is meant: by its whole name, else the only one found."""
    if not text:
        return None
    found = catalogue.list_items(books, catalogue.Filters(text=text[:100]), most=20).rows
    exact = [row for row in found if text.casefold() in (row.name.casefold(), (row.sku or "").casefold())]
    meant = exact if len(exact) == 1 else found
    return meant[0].id if len(meant) == 1 else None
