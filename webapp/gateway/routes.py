"""Pages of online payments: the list, one payment and what is done with it, what does not fit, demands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, links, parties
from webapp.gateway import (
    asking,
    forms,
    inbox,
    queries,
    refunding,
    routes_public,
    routes_settlements,
    taking,
)
from webapp.gateway.blueprint import bp
from webapp.gateway.queries import PAGE, Wanted
from webapp.gateway.words import words
from webapp.kernel.dates import read_instant
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import Cursor, read_cursor, write_cursor
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import by_htmx, current_actor, form_again, page, partial, safe_next, see_other

__all__ = ["bp", "routes_public", "routes_settlements"]

links.use_online(lambda books: bool((kept := queries.account_or_none(books)) and kept.is_on))


@bp.context_processor
def called() -> dict[str, Any]:
    """For templates: states and reasons in words."""
    return words()


# Payments -------------------------------------------------------------------------------------------------------------


@bp.get("/online-payments")
@needs(Permission.ONLINE_PAYMENT_READ)
def list_payments() -> Response:
    wanted = forms.parse_wanted(request.args)
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = queries.payments(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        kept = queries.account_or_none(books)
        waits, amount = queries.kept_sum(books)
    shown = found[:PAGE]
    older = write_cursor(Cursor(shown[-1].paid_on, shown[-1].id)) if len(found) > PAGE else None
    values: dict[str, Any] = {"shown": shown, "wanted": wanted, "address": forms.address_of(wanted), "older": older}
    return page("gateway/payments.html", **values, account=kept, waits=waits, waiting_paise=amount)


def _sheet(wanted: Wanted) -> Sheet:
    said = words()
    columns = (
        Column(_("Date"), "day", 11),
        Column(_("Payment"), "code", 18),
        Column(_("Customer"), "text", 20),
        Column(_("For"), "text", 16),
        Column(_("By"), "text", 10),
        Column(_("Bank reference"), "code", 15),
        Column(_("Status"), "text", 14),
        Column(_("Books"), "text", 14),
        Column(_("Fee"), "amount", 11),
        Column(_("Amount"), "amount", 13),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in queries.all_payments(books, wanted):
            way = said["method_words"].get(one.method, one.method)
            told = (one.paid_on, one.remote_id, one.party_name, one.title, way, one.bank_reference)
            yield *told, said["status_words"][one.status], said["books_words"][one.books], one.fee_paise, one.amount_paise

    return Sheet("online-payments", _("Online payments"), (), columns, rows, is_wide=True)


def payment_page(online_payment_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One payment, and what can be done with it."""
    with read_books(current_actor()) as books:
        row = queries.payment(books, online_payment_id)
        company.require_mine(books, row.store_id)
        party = parties.party_or_none(books, row.party_id) if row.party_id else None
        asked = queries.request(books, row.request_id) if row.request_id else None
        back = queries.refunds_of(books, row.id)
        left = queries.left_to_refund(books, row)
    values: dict[str, Any] = {"row": row, "party": party, "asked": asked, "refunds": back, "left": left, "new_id": new_id()}
    return page("gateway/payment.html", **values, typed=typed or {}, errors=errors or {})


@bp.get("/online-payments/<uuid:online_payment_id>")
@needs(Permission.ONLINE_PAYMENT_READ)
def show_payment(online_payment_id: UUID) -> Response:
    return payment_page(online_payment_id)


@bp.post("/online-payments/<uuid:online_payment_id>/entry")
@needs(Permission.ONLINE_PAYMENT_WRITE)
@form_again(payment_page)
def create_entry(online_payment_id: UUID) -> BaseResponse:
    form = request.form
    with open_books(current_actor()) as books:
        taking.enter(books, online_payment_id, _chosen_party(books, form.get("party", "")), form.get("use", ""), note=form.get("note", ""))
    flash(_("The payment is in the books."), "success")
    return see_other(url_for("gateway.show_payment", online_payment_id=online_payment_id))


def _chosen_party(books: Books, typed: str) -> UUID | None:
    """The customer that was typed by name or phone. InvalidInput unless there is exactly one."""
    if not typed.strip():
        return None
    found = parties.search_parties(books, typed[:200], 6)
    same = [one for one in found if one.name.casefold() == typed.strip().casefold()]
    fitting = same if len(same) == 1 else found
    if not fitting:
        raise InvalidInput({"party": _("No customer is called so. Type the name or phone as it stands among your customers.")})
    if len(fitting) > 1:
        names = ", ".join(one.name for one in fitting[:5])
        raise InvalidInput({"party": _("Several customers fit: %(names)s. Type more of the name, or the phone.", names=names)})
    return fitting[0].id


@bp.post("/online-payments/<uuid:online_payment_id>/putting-aside")
@needs(Permission.ONLINE_PAYMENT_WRITE)
@form_again(payment_page)
def create_putting_aside(online_payment_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        taking.ignore(books, online_payment_id, request.form.get("reason", ""))
    flash(_("It is put aside. Nothing was written into the books."), "success")
    return see_other(url_for("gateway.show_payment", online_payment_id=online_payment_id))


@bp.post("/online-payments/<uuid:online_payment_id>/refunds")
@needs(Permission.ONLINE_PAYMENT_WRITE)
@form_again(payment_page)
def create_refund(online_payment_id: UUID) -> BaseResponse:
    form = request.form
    refund_id = read_id(form.get("id")) or new_id()
    amount = forms.parse_amount(form, "refund")
    with open_books(current_actor()) as books:
        try:
            refunding.ask_refund(books, refund_id, online_payment_id, amount, reason=form.get("refund_reason", ""))
        except InvalidInput as wrong:
            beside = {"amount": "refund", "reason": "refund_reason"}
            raise InvalidInput({beside.get(name, name): said for name, said in wrong.errors.items()}) from None
    flash(_("The refund is on its way to the gateway."), "success")
    return see_other(url_for("gateway.show_payment", online_payment_id=online_payment_id))


# What does not fit -----------------------------------------------------------------------------------------------------


@bp.get("/online-payments/reconciliation")
@needs(Permission.ONLINE_PAYMENT_READ)
def show_reconciliation() -> Response:
    with read_books(current_actor()) as books:
        kept = queries.payments(books, Wanted(state="kept"), older_than=read_cursor(request.args.get("older", "")))
        odd = queries.odd_messages(books)
        settlements = queries.settlements(books, Wanted(), only_odd=True)
        refunds = queries.odd_refunds(books)
    shown = kept[:PAGE]
    older = write_cursor(Cursor(shown[-1].paid_on, shown[-1].id)) if len(kept) > PAGE else None
    return page("gateway/reconciliation.html", kept=shown, older=older, odd=odd, settlements=settlements[:PAGE], refunds=refunds)


@bp.post("/online-payments/messages/<uuid:gateway_message_id>/trial")
@needs(Permission.ONLINE_PAYMENT_WRITE)
def create_trial(gateway_message_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        inbox.try_again(books, gateway_message_id)
    return see_other(url_for("gateway.show_reconciliation"))


@bp.post("/online-payments/messages/<uuid:gateway_message_id>/putting-aside")
@needs(Permission.ONLINE_PAYMENT_WRITE)
def create_message_aside(gateway_message_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        inbox.put_aside(books, gateway_message_id, _("Looked at, of no matter"))
    return see_other(url_for("gateway.show_reconciliation"))


# Demands ---------------------------------------------------------------------------------------------------------------


@bp.get("/online-payments/requests")
@needs(Permission.ONLINE_PAYMENT_READ)
def list_requests() -> Response:
    wanted = forms.parse_wanted(request.args, forms.REQUEST_STATES)
    if wanted_format := sheets.asked_format():
        return sheets.send(_requests_sheet(wanted), wanted_format)
    instant, _sign, id_ = request.args.get("after", "").partition("_")
    at, last = read_instant(instant), read_id(id_)
    with read_books(current_actor()) as books:
        found = queries.requests(books, wanted, before=(at, last) if at and last else None)
    shown = found[:PAGE]
    after = f"{shown[-1].made_at.isoformat()}_{shown[-1].id.hex}" if len(found) > PAGE else None
    return page("gateway/requests.html", shown=shown, wanted=wanted, address=forms.address_of(wanted), after=after)


def _requests_sheet(wanted: Wanted) -> Sheet:
    said = words()
    columns = (
        Column(_("Document"), "text", 18),
        Column(_("Customer"), "text", 22),
        Column(_("Kind"), "text", 12),
        Column(_("Status"), "text", 14),
        Column(_("Address"), "text", 26),
        Column(_("Paid"), "amount", 13),
        Column(_("Amount"), "amount", 13),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place = None
        while found := queries.requests(books, wanted, before=place, most=500):
            for one in found[:500]:
                told = (one.title, one.party_name, said["kind_words"][one.kind], said["request_words"][one.state], one.url)
                yield *told, one.paid_paise, one.amount_paise
            if len(found) <= 500:
                return
            place = (found[499].made_at, found[499].id)

    return Sheet("online-demands", _("Payment links"), (), columns, rows)


@bp.get("/online-payments/of/<shared>/<uuid:document_id>")
@needs(Permission.RECEIPT_WRITE)
def show_beside(shared: str, document_id: UUID) -> Response:
    """The demands for one document: a piece of its page, or a page of its own for who has no scripts."""
    return beside_page(shared, document_id)


def beside_page(shared: str, document_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """What is asked for one document, with the form that asks."""
    with read_books(current_actor()) as books:
        payer = links.payable_of(shared).payer(books, document_id, 0)  # refuses as the document's own page does
        found = queries.requests_of(books, document_id)
        kept = queries.account_or_none(books)
    values: dict[str, Any] = {"rows": found, "payer": payer, "shared": shared, "document_id": document_id, "account": kept}
    values |= {"typed": typed or {}, "errors": errors or {}}
    return partial("gateway/_beside.html", **values) if by_htmx() and not errors else page("gateway/beside.html", **values)


@bp.post("/online-payments/of/<shared>/<uuid:document_id>")
@needs(Permission.RECEIPT_WRITE)
@form_again(beside_page)
def create_request(shared: str, document_id: UUID) -> BaseResponse:
    form = request.form
    amount = forms.parse_amount(form) if form.get("amount") else None
    with open_books(current_actor()) as books:
        kind, in_parts = form.get("kind", "link"), form.get("in_parts") == "1"
        asking.ask(books, shared, document_id, kind=kind, amount=amount, accepts_partial=in_parts)
    return see_other(safe_next(form.get("next")) or url_for("gateway.show_beside", shared=shared, document_id=document_id))


@bp.post("/online-payments/requests/<uuid:request_id>/cancellation")
@needs(Permission.RECEIPT_WRITE)
def create_cancellation(request_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        asking.cancel(books, request_id)
    return see_other(safe_next(request.form.get("next")) or url_for("gateway.list_requests"))
