"""The paper that goes with goods from one store to another: a delivery challan (Rule 55), or a tax invoice (Rule 46)."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response

from webapp import transfers
from webapp.company import profile
from webapp.platform import audit
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books
from webapp.platform.web import current_actor
from webapp.printing import drawing
from webapp.printing.blueprint import bp
from webapp.printing.labels import labels


def draw_transfer(books: Books, transfer_id: UUID) -> bytes:
    """The PDF of a transfer. NotFound when this company has none by that id."""
    found = transfers.transfer(books, transfer_id)
    language = profile(books).bill_language
    return drawing.draw("transfer_a4.html", "voucher.css", found=found, row=found.row, language=language, word=labels(language))


@bp.get("/transfers/<uuid:transfer_id>/paper.pdf")
@needs(Permission.STOCK_READ)
def transfer_pdf(transfer_id: UUID) -> Response:
    with open_books(current_actor()) as books:
        pdf = draw_transfer(books, transfer_id)
        audit.record(books, "print", "transfer", transfer_id)
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    return response
