"""The page that prints the paper of a transfer."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import transfers
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, page, see_other
from webapp.printing import asking, transfer_papers
from webapp.printing.blueprint import bp, paper_address


@bp.get("/transfers/<uuid:transfer_id>/print")
@needs(Permission.STOCK_READ)
def transfer(transfer_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        found = transfers.transfer(books, transfer_id)
        paper = asking.newest(books, transfer_id, transfer_papers.changed_at(found))
    return page("printing/transfer.html", row=found.row, paper=paper, paper_address=paper_address)


@bp.post("/transfers/<uuid:transfer_id>/papers")
@needs(Permission.STOCK_READ)
def create_transfer_paper(transfer_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        transfer_papers.ask_transfer_paper(books, transfer_id)
    return see_other(url_for("printing.transfer", transfer_id=transfer_id))
