"""The pages that print and share documents before a bill, and print advances; what their public links open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import links, orders
from webapp.company import profile
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.printing import order_papers, queries, routes_shared, rules
from webapp.printing.blueprint import bp, paper_address
from webapp.printing.dues import payer_of_document
from webapp.printing.rules import Layout

_paid = links.Payable(payer_of_document, routes_shared.order_page, ("orders.show_document", "order_id"), "orders.new_advance")
links.use_kind(links.Kind(order_papers.LINK, "printing.open_order", lambda: _("Order or quotation"), _paid))


@bp.get("/orders/<uuid:order_id>/print")
@needs(Permission.ORDER_READ)
def order_document(order_id: UUID) -> Response:
    return order_print_page(order_id)


def order_print_page(order_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The papers and the links of a document; the advance that a link is to ask for keeps what was typed."""
    with read_books(current_actor()) as books:
        head = orders.document(books, order_id).head
        papers = queries.newest_papers(books, order_id)
        made = [(link, links.address(books.company_id, link)) for link in links.links_of(books, order_papers.LINK, order_id)]
        name = profile(books).name
    layouts = (Layout.A4, Layout.A4_DUPLICATE, Layout.A4_TRIPLICATE) if head.kind == "challan" else (Layout.A4,)
    names = {
        Layout.A4: _("A4, original"),
        Layout.A4_DUPLICATE: _("A4, duplicate"),
        Layout.A4_TRIPLICATE: _("A4, triplicate"),
    }
    choices = [(layout, names[layout], _still_true(papers.get(layout), head)) for layout in layouts]
    words = _("%(number)s from %(shop)s:", number=head.shown_number, shop=name)
    phone = str(head.party.get("phone") or "")
    shared = [(link, address, rules.whatsapp_link(phone, f"{words} {address}")) for link, address in made]
    shown: dict[str, Any] = {"head": head, "choices": choices, "shared": shared, "paper_address": paper_address}
    return page("printing/order.html", **shown, typed=typed or {}, errors=errors or {})


def _still_true(paper: queries.PaperRow | None, head: orders.HeadRow) -> queries.PaperRow | None:
    return paper if paper is not None and paper.asked_at >= head.state_at else None


@bp.post("/orders/<uuid:order_id>/papers")
@needs(Permission.ORDER_READ)
def create_document_paper(order_id: UUID) -> BaseResponse:
    layout = rules.read_layout(request.form.get("layout", "a4"))
    with open_books(current_actor()) as books:
        order_papers.ask(books, order_papers.DOCUMENT, order_id, layout)
    return see_other(url_for("printing.order_document", order_id=order_id))


@bp.post("/orders/<uuid:order_id>/links")
@needs(Permission.ORDER_READ)
@form_again(order_print_page)
def create_document_link(order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        order_papers.share(books, order_id, advance=rules.read_advance(request.form.get("advance", "")))
    return see_other(url_for("printing.order_document", order_id=order_id))


@bp.get("/advances/<uuid:advance_id>/print")
@needs(Permission.RECEIPT_WRITE)
def advance_paper(advance_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        row = orders.advance(books, advance_id)
        paper = queries.newest_papers(books, advance_id).get(Layout.A4)
    return page("printing/advance.html", row=row, paper=paper, paper_address=paper_address)


@bp.post("/advances/<uuid:advance_id>/papers")
@needs(Permission.RECEIPT_WRITE)
def create_advance_paper(advance_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        order_papers.ask(books, order_papers.ADVANCE, advance_id)
    return see_other(url_for("printing.advance_paper", advance_id=advance_id))
