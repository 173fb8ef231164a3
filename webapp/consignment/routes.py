"""Pages of consignment: what stands with others, what is held for others, one consignor's statement, an agent's account sale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger, orders, parties, purchases, sales
from webapp.company import stores
from webapp.consignment import forms, queries, service
from webapp.consignment.blueprint import bp, purpose_words, state_words
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.orders import NotLeft, WrongState
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp"]


@bp.get("/consignment")
@needs(Permission.STOCK_READ)
def list_out() -> Response:
    """What stands with others: the oldest first, with the last day of its invoice where it went on approval."""
    wanted = forms.parse_wanted(request.args)
    if wanted_format := sheets.asked_format():
        return sheets.send(_out_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        rows, older = orders.standing(books, wanted, after=read_cursor(request.args.get("after", "")))
        cost = orders.standing_cost(books, wanted)
        today = books.today
    shown: dict[str, Any] = {"rows": rows, "cost": cost, "today": today, "after": write_cursor(older)}
    return page("consignment/out.html", wanted=wanted, address=forms.address_of(wanted), **shown)


def _out_sheet(wanted: orders.WantedStanding) -> Sheet:
    columns = (
        Column(_("Party"), "text", 24),
        Column(_("Delivery challan"), "code", 16),
        Column(_("Date"), "day", 11),
        Column(_("Days"), "number", 7),
        Column(_("Why the goods left"), "text", 18),
        Column(_("Item"), "text", 24),
        Column(_("Sent"), "qty", 10),
        Column(_("Billed"), "qty", 10),
        Column(_("Came back"), "qty", 10),
        Column(_("With the party"), "qty", 10),
        Column(_("Cost"), "amount", 13),
        Column(_("Invoice by"), "day", 11),
    )
    purposes, states = purpose_words(), state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in orders.all_standing(books, wanted):
            head = row.head
            about = (head.party.get("name", ""), head.number, head.document_date, row.days_on(books.today), purposes[head.purpose])
            yield (*about, row.name, row.sent, row.billed, row.back, row.out, row.cost_paise, row.due_on)

    said = [one for one in (wanted.text, purposes.get(wanted.purpose, ""), states.get(wanted.state, "")) if one]
    return Sheet("with-others", _("Goods with others"), tuple(said), columns, rows, is_wide=True)


@bp.get("/consignment/held")
@needs(Permission.STOCK_READ)
def list_held() -> Response:
    """Consignors' goods: what came, was sold, is billed, went back and is here."""
    text = forms.parse_wanted(request.args).text
    if wanted_format := sheets.asked_format():
        return sheets.send(_held_sheet(text), wanted_format)
    with read_books(current_actor()) as books:
        queries.require_all_stores(books)
        rows, place = queries.held(books, text, after=forms.read_place(request.args.get("after", "")))
    return page("consignment/held.html", rows=rows, text=text, after=forms.write_place(place))


def _held_sheet(text: str) -> Sheet:
    columns = (
        Column(_("Item"), "text", 26),
        Column(_("Consignor"), "text", 24),
        Column(_("Came"), "qty", 11),
        Column(_("Sent back"), "qty", 11),
        Column(_("Sold"), "qty", 11),
        Column(_("Billed"), "qty", 11),
        Column(_("To be billed"), "qty", 11),
        Column(_("Held"), "qty", 11),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        queries.require_all_stores(books)
        for row in queries.all_held(books, text):
            one = row.holding
            yield row.name, row.party, one.came, one.back, one.sold, one.billed, one.unbilled, one.here + one.away

    return Sheet("held-for-others", _("Goods held for others"), (text,) if text else (), columns, rows)


@bp.get("/consignment/consignors/<uuid:consignor_id>")
@needs(Permission.PURCHASE_READ)
def show_consignor(consignor_id: UUID) -> Response:
    """The statement of one consignor: each line that came, what of it is billed, went back, and is to be billed now."""
    if wanted_format := sheets.asked_format():
        return sheets.send(_consignor_sheet(consignor_id), wanted_format)
    with read_books(current_actor()) as books:
        queries.require_all_stores(books)
        party = parties.party_row(books, consignor_id)
        lines = queries.lines_of_consignor(books, consignor_id)
        names = {one.id: one.name for one in stores(books, with_closed=True)}
    to_bill = {one.receipt.store_id: names[one.receipt.store_id] for one in lines if one.to_bill}
    return page("consignment/consignor.html", party=party, lines=lines, to_bill=to_bill, value=sum(one.value_paise for one in lines))


def _consignor_sheet(consignor_id: UUID) -> Sheet:
    columns = (
        Column(_("Goods receipt"), "code", 16),
        Column(_("Date"), "day", 11),
        Column(_("Item"), "text", 26),
        Column(_("Batch"), "code", 12),
        Column(_("Came"), "qty", 11),
        Column(_("Sent back"), "qty", 11),
        Column(_("Billed"), "qty", 11),
        Column(_("To be billed"), "qty", 11),
        Column(_("Value"), "amount", 13),
    )
    with read_books(current_actor()) as books:
        name = parties.party_row(books, consignor_id).name

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        queries.require_all_stores(books)
        for one in queries.lines_of_consignor(books, consignor_id):
            about = (one.receipt.number, one.receipt.received_on, one.line.name, one.line.batch)
            yield (*about, one.line.qty, one.back, one.billed, one.to_bill, one.value_paise)

    return Sheet("consignor", _("Statement of consignment"), (name,), columns, rows)


def account_sale_form(order_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """What of a challan the agent says he sold, and what he keeps."""
    with read_books(current_actor()) as books:
        view = orders.document(books, order_id)
        accounts = sorted((row.name, str(row.id)) for row in purchases.expense_accounts(books).values())
        usual = str(ledger.heads(books)["purchase-costs"])
        today = books.today
    lines = [line for line in view.lines if line.left] if view.head.kind == "challan" and view.head.is_live else []
    id_ = (typed or {}).get("id") or new_id()
    shown: dict[str, Any] = {"view": view, "lines": lines, "accounts": [(key, name) for name, key in accounts], "usual": usual}
    return page("consignment/account_sale_form.html", **shown, today=today, id=id_, typed=typed or {}, errors=errors or {})


@bp.get("/consignment/challans/<uuid:order_id>/account-sale")
@needs(Permission.PURCHASE_WRITE)
def new_account_sale(order_id: UUID) -> Response:
    return account_sale_form(order_id)


@bp.post("/consignment/challans/<uuid:order_id>/account-sales")
@needs(Permission.PURCHASE_WRITE)
@form_again(account_sale_form)
def create_account_sale(order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books, sales.beside_fields(NotLeft, WrongState):
        orders.document(books, order_id)
        asked = forms.parse_account_sale(request.form, order_id, ledger.heads(books)["purchase-costs"])
        issued = service.enter_account_sale(books, asked)
    return see_other(url_for("sales.show_bill", invoice_id=issued.invoice_id))
