"""Pages of documents before a bill: their list, the sheet, one document with what became of it, what is done to it, its trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import parties, sales
from webapp.catalogue import sold_items
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.orders import (
    advance_reads,
    answering,
    chain,
    converting,
    delivered,
    forms,
    lists,
    one_supply,
    queries,
    routes_advances,
    routes_recurring,
    service,
)
from webapp.orders.blueprint import bp, kind_words, state_words
from webapp.orders.kinds import INVOICE, KINDS
from webapp.orders.rules import NotLeft, WrongState
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.sales import TypedSheet, read_sheet

__all__ = ["bp", "routes_advances", "routes_recurring"]

# About what the sheet is made of, which has a page of its own.
OF_ANOTHER = (NotLeft, WrongState)


@bp.get("/orders")
@needs(Permission.ORDER_READ)
def list_documents() -> Response:
    wanted = forms.parse_wanted(request.args)
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        rows, older = lists.documents(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        answers = answering.answers_of(books, [row.id for row in rows if row.shape.is_decided])
        today = books.today
    return page(
        "orders/documents.html",
        rows=rows,
        answers=answers,
        wanted=wanted,
        address=forms.address_of(wanted),
        older=write_cursor(older),
        today=today,
    )


def _sheet(wanted: lists.Wanted) -> Sheet:
    columns = (
        Column(_("Date"), "day", 11),
        Column(_("Number"), "code", 16),
        Column(_("Kind"), "text", 14),
        Column(_("Customer"), "text", 26),
        Column(_("Until"), "day", 11),
        Column(_("Status"), "text", 12),
        Column(_("Amount"), "amount", 14),
    )
    kinds, states = kind_words(), state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in lists.all_documents(books, wanted):
            state = states[row.state_on(books.today)]
            yield row.document_date, row.shown_number, kinds[row.kind], row.party.get("name", ""), row.ends_on, state, row.total_paise

    about = [one for one in (kinds.get(wanted.kind), states.get(wanted.state), wanted.text) if one]
    return Sheet("orders", _("Orders and quotations"), tuple(about), columns, rows)


@bp.get("/orders/pending")
@needs(Permission.ORDER_READ)
def show_pending() -> Response:
    overdue, text = request.args.get("state") == "overdue", request.args.get("q", "").strip()[:100]
    if wanted_format := sheets.asked_format():
        return sheets.send(_pending_sheet(text, overdue=overdue), wanted_format)
    with read_books(current_actor()) as books:
        rows = lists.pending(books, overdue_only=overdue, text=text)
        today = books.today
    return page("orders/pending.html", rows=rows, overdue=overdue, text=text, today=today, value=sum(row.value_paise for row in rows))


def _pending_sheet(text: str, *, overdue: bool) -> Sheet:
    columns = (
        Column(_("Order"), "code", 14),
        Column(_("Customer"), "text", 22),
        Column(_("Item"), "text", 22),
        Column(_("Promised"), "day", 11),
        Column(_("Ordered"), "qty", 10),
        Column(_("Delivered"), "qty", 10),
        Column(_("Pending"), "qty", 10),
        Column(_("Value"), "amount", 13),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in lists.pending(books, overdue_only=overdue, text=text):
            yield row.number, row.party, row.item, row.ends_on, row.ordered, row.delivered, row.pending, row.value_paise

    return Sheet("pending-orders", _("Pending orders"), (text,) if text else (), columns, rows)


# The sheet ------------------------------------------------------------------------------------------------------------


def document_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sheet: with what was typed, of a document that is converted or revised, or blank."""
    source = typed if typed is not None else request.args
    kind = forms.read_kind(source.get("kind", "")) if source.get("kind") != INVOICE else INVOICE
    with read_books(current_actor()) as books:
        shown, revised = _shown(books, kind, typed)
        values = sales.sheet_values(books, shown)
        alone = _alone(books, kind, values["draft"])
        today = books.today
    more = {name: source.get(name, "") for name in ("ends_on", "purpose", "carrier", "vehicle", "document", "distance")}
    return page(
        "orders/document_form.html",
        kind=kind,
        shape=KINDS.get(kind),
        revised=revised,
        more=more,
        errors=errors or {},
        today=today,
        alone=alone,
        has_together=True,
        **values,
    )


def _alone(books: Books, kind: str, draft: Any) -> list[one_supply.Alone]:
    """The rows that bear another tax than they were promised at. Goods may go apart: a challan asks for none."""
    if draft is None or draft.worked is None or (kind in KINDS and KINDS[kind].moves_goods):
        return []
    return one_supply.alone(books, draft.understood.sheet.lines, draft.worked)


def _shown(books: Books, kind: str, typed: Any) -> tuple[TypedSheet, queries.HeadRow | None]:
    from_id, revises = read_id(request.args.get("from")), read_id((typed or request.args).get("revises"))
    revised = queries.document(books, revises).head if revises else None
    if typed is not None:
        return read_sheet(typed), revised
    if from_id is not None:
        view = queries.document(books, from_id)
        views = (converting.delivered_by(books, view) if kind == INVOICE else []) or [view]
        return _named(books, converting.sheet_of(views, new_id(), books.today)), None
    if revised is not None:
        view = queries.document(books, revised.id)
        lines = tuple(replace(line, source="") for line in converting.sheet_of([view], new_id(), books.today).lines)
        return _named(books, replace(converting.sheet_of([view], new_id(), books.today), lines=lines)), revised
    return read_sheet(request.args), None


def _named(books: Books, shown: TypedSheet) -> TypedSheet:
    """The sheet with the names a person reads beside the ids it holds."""
    party = parties.party_or_none(books, read_id(shown.party_id) or UUID(int=0))
    items = sold_items(books, [id_ for line in shown.lines if (id_ := read_id(line.item_id))])
    lines = tuple(replace(line, item=items[id_].name) if (id_ := read_id(line.item_id)) in items else line for line in shown.lines)  # type: ignore[index]
    return replace(shown, party=party.name if party else "", lines=lines)


@bp.get("/orders/new")
@needs(Permission.ORDER_WRITE)
def new_document() -> Response:
    return document_form()


@bp.post("/orders")
@needs(Permission.ORDER_WRITE)
@form_again(document_form)
def create_document() -> BaseResponse:
    with open_books(current_actor()) as books, sales.beside_fields(*OF_ANOTHER):
        made = service.create(books, forms.parse_document(request.form))
    return see_other(url_for("orders.show_document", order_id=made.id))


@bp.post("/orders/bills")
@needs(Permission.BILL_ISSUE)
@form_again(document_form)
def create_bill() -> BaseResponse:
    """A bill whose rows come of documents, as they stand on the sheet."""
    with open_books(current_actor()) as books, sales.beside_fields(*OF_ANOTHER):
        issued = converting.issue(books, read_sheet(request.form))
    return see_other(url_for("sales.show_bill", invoice_id=issued.invoice_id))


# One document ---------------------------------------------------------------------------------------------------------


def document_page(order_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One document with what of it is left, its trail, and what may be done; the forms keep what was typed."""
    with read_books(current_actor()) as books:
        view = delivered.named(books, queries.document(books, order_id))
        trail = chain.chain_of(books, order_id)
        revisions = queries.revisions_of(books, view.head)
        to_bill = converting.delivered_by(books, view)
        paid = advance_reads.advances_of(books, order_id) if view.head.kind == "order" else []
        answer = answering.answers_of(books, [order_id]).get(order_id) if view.head.shape.is_decided else None
        today = books.today
    return page(
        "orders/document.html",
        view=view,
        head=view.head,
        together=one_supply.taxed_as(view.head.body),
        trail=trail,
        revisions=revisions,
        delivered=to_bill,
        paid=paid,
        answer=answer,
        today=today,
        next_id=new_id,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/orders/<uuid:order_id>")
@needs(Permission.ORDER_READ)
def show_document(order_id: UUID) -> Response:
    return document_page(order_id)


@bp.get("/orders/<uuid:order_id>/comparison")
@needs(Permission.ORDER_READ)
def compare_revisions(order_id: UUID) -> Response:
    """A revision beside the one it took the place of, line by line."""
    with read_books(current_actor()) as books:
        after = queries.document(books, order_id)
        before = queries.document(books, after.head.revises_id) if after.head.revises_id else after
    names = list(dict.fromkeys(line.name for line in (*before.lines, *after.lines)))
    rows = [
        (
            name,
            next((line for line in before.lines if line.name == name), None),
            next((line for line in after.lines if line.name == name), None),
        )
        for name in names
    ]
    return page("orders/comparison.html", before=before.head, after=after.head, rows=rows)


@bp.post("/orders/<uuid:order_id>/conversions")
@needs(Permission.ORDER_WRITE)
def create_conversion(order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        kind = forms.read_kind(request.form.get("kind", ""))
        made = converting.convert(books, order_id, kind, id_=read_id(request.form.get("id")) or new_id())
    return see_other(url_for("orders.show_document", order_id=made.id))


@bp.post("/orders/<uuid:order_id>/invoice")
@needs(Permission.BILL_ISSUE)
@form_again(document_page)
def create_invoice(order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        issued = converting.invoice_from(books, order_id, id_=read_id(request.form.get("id")) or new_id())
    return see_other(url_for("sales.show_bill", invoice_id=issued.invoice_id))


@bp.post("/orders/<uuid:order_id>/decision")
@needs(Permission.ORDER_WRITE)
@form_again(document_page)
def create_decision(order_id: UUID) -> BaseResponse:
    form = request.form
    with open_books(current_actor()) as books:
        accepts = form.get("decision") == "accept"
        service.decide(books, order_id, accepts=accepts, version=forms.read_version(form), reason=form.get("reason", ""))
    return see_other(url_for("orders.show_document", order_id=order_id))


@bp.post("/orders/<uuid:order_id>/closing")
@needs(Permission.ORDER_WRITE)
@form_again(document_page)
def create_closing(order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.close_short(books, order_id, version=forms.read_version(request.form), reason=request.form.get("reason", ""))
    return see_other(url_for("orders.show_document", order_id=order_id))


@bp.post("/orders/<uuid:order_id>/cancellation")
@needs(Permission.ORDER_WRITE)
@form_again(document_page)
def create_cancellation(order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel(books, order_id, version=forms.read_version(request.form), reason=request.form.get("reason", ""))
    return see_other(url_for("orders.show_document", order_id=order_id))


def back_form(order_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """How much of each line of a challan comes back."""
    with read_books(current_actor()) as books:
        view = queries.document(books, order_id)
        outs = delivered.still_out(books, view) if view.head.shape.goods < 0 else {}
    batches = {line_no: [(one.batch, one.batch) for one in out if one.left] for line_no, out in outs.items()}
    next_id = (typed or {}).get("id") or new_id()
    return page("orders/back_form.html", view=view, outs=outs, batches=batches, id=next_id, typed=typed or {}, errors=errors or {})


@bp.get("/orders/<uuid:order_id>/returns/new")
@needs(Permission.ORDER_WRITE)
def new_return(order_id: UUID) -> Response:
    return back_form(order_id)


@bp.post("/orders/<uuid:order_id>/returns")
@needs(Permission.ORDER_WRITE)
@form_again(back_form)
def create_return(order_id: UUID) -> BaseResponse:
    form = request.form
    with open_books(current_actor()) as books:
        queries.document(books, order_id)
        id_ = read_id(form.get("id")) or new_id()
        quantities, named = forms.parse_back(form), forms.parse_named(form)
        made = service.take_back(books, order_id, quantities, id_=id_, reason=form.get("reason", ""), named=named)
    return see_other(url_for("orders.show_document", order_id=made.id))


@bp.get("/bills/<uuid:invoice_id>/chain")
@needs(Permission.BILL_READ)
def show_chain(invoice_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        bill = sales.invoice(books, invoice_id).header
        trail = chain.chain_of_invoice(books, invoice_id)
    return page("orders/chain.html", trail=trail, title=bill.number, back_url=url_for("sales.show_bill", invoice_id=invoice_id))


@bp.get("/orders/<uuid:order_id>/chain")
@needs(Permission.ORDER_READ)
def show_document_chain(order_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        head = queries.document(books, order_id).head
        trail = chain.chain_of(books, order_id)
    return page("orders/chain.html", trail=trail, title=head.shown_number, back_url=url_for("orders.show_document", order_id=order_id))
