"""Papers: PDFs of bills drawn by jobs, kept in storage, opened by signed links. Its failure cannot touch the books."""

from webapp.printing.events import PaperAsked
from webapp.printing.queries import LinkRow, PaperRow, links_of, newest_papers, open_link, paper
from webapp.printing.rules import Layout
from webapp.printing.service import ask_paper, draw_bill, draw_paper, note_failure, redraw_shared, revoke_link, share

__all__ = [
    "Layout",
    "LinkRow",
    "PaperAsked",
    "PaperRow",
    "ask_paper",
    "draw_bill",
    "draw_paper",
    "links_of",
    "newest_papers",
    "note_failure",
    "open_link",
    "paper",
    "redraw_shared",
    "revoke_link",
    "share",
]
