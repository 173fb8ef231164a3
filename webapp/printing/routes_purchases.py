"""The pages that print a purchase order and a debit note."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, page, see_other
from webapp.printing import asking, purchase_papers
from webapp.printing.blueprint import bp, paper_address


@bp.get("/purchases/orders/<uuid:purchase_order_id>/print")
@needs(Permission.PURCHASE_READ)
def purchase_order(purchase_order_id: UUID) -> Response:
    return _page(purchase_papers.ORDER, purchase_order_id)


@bp.post("/purchases/orders/<uuid:purchase_order_id>/papers")
@needs(Permission.PURCHASE_READ)
def create_order_paper(purchase_order_id: UUID) -> BaseResponse:
    _ask(purchase_papers.ORDER, purchase_order_id)
    return see_other(url_for("printing.purchase_order", purchase_order_id=purchase_order_id))


@bp.get("/purchases/bills/<uuid:purchase_id>/print")
@needs(Permission.PURCHASE_READ)
def purchase_note(purchase_id: UUID) -> Response:
    return _page(purchase_papers.NOTE, purchase_id)


@bp.post("/purchases/bills/<uuid:purchase_id>/papers")
@needs(Permission.PURCHASE_READ)
def create_note_paper(purchase_id: UUID) -> BaseResponse:
    _ask(purchase_papers.NOTE, purchase_id)
    return see_other(url_for("printing.purchase_note", purchase_id=purchase_id))


def _page(kind: str, document_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        shown = purchase_papers.purchase_paper(books, kind, document_id)
        paper = asking.newest(books, document_id, shown.changed_at)
    return page("printing/purchase.html", shown=shown, document_id=document_id, paper=paper, paper_address=paper_address)


def _ask(kind: str, document_id: UUID) -> None:
    with open_books(current_actor()) as books:
        purchase_papers.ask_purchase_paper(books, kind, document_id)
