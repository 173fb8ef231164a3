"""The page that prints a voucher."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import vouchers
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, page, see_other
from webapp.printing import asking, voucher_papers
from webapp.printing.blueprint import bp, paper_address


@bp.get("/vouchers/documents/<uuid:document_id>/print")
@needs(Permission.VOUCHER_READ)
def voucher(document_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        kept = vouchers.document(books, document_id)
        shown = voucher_papers.voucher_paper(books, document_id)
        changed_at = vouchers.versions(books, document_id)[-1].recorded_at
        paper = asking.newest(books, document_id, changed_at)
    return page("printing/voucher.html", kept=kept, shown=shown, paper=paper, paper_address=paper_address)


@bp.post("/vouchers/documents/<uuid:document_id>/papers")
@needs(Permission.VOUCHER_READ)
def create_voucher_paper(document_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        voucher_papers.ask_voucher_paper(books, document_id)
    return see_other(url_for("printing.voucher", document_id=document_id))
