"""The page that prints the paper of a stock journal. It shows what goods cost, so it asks for the right to see that."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import assembly
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, page, see_other
from webapp.printing import asking, journal_papers
from webapp.printing.blueprint import bp, paper_address


@bp.get("/stock-journals/<uuid:journal_id>/print")
@needs(Permission.ITEM_COST_READ)
def stock_journal(journal_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        found = assembly.journal(books, journal_id)
        paper = asking.newest(books, journal_id, journal_papers.changed_at(found))
    return page("printing/journal.html", row=found.row, paper=paper, paper_address=paper_address)


@bp.post("/stock-journals/<uuid:journal_id>/papers")
@needs(Permission.ITEM_COST_READ)
def create_journal_paper(journal_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        journal_papers.ask_journal_paper(books, journal_id)
    return see_other(url_for("printing.stock_journal", journal_id=journal_id))
