"""Papers: PDFs of bills drawn by jobs, kept in storage, opened by signed links. Its failure cannot touch the books."""

from webapp.printing.events import PaperAsked
from webapp.printing.queries import PaperRow, newest_papers, paper
from webapp.printing.rules import Layout
from webapp.printing.service import ask_paper, draw_bill, draw_paper, note_failure, redraw_shared, share

__all__ = [
    "Layout",
    "PaperAsked",
    "PaperRow",
    "ask_paper",
    "draw_bill",
    "draw_paper",
    "newest_papers",
    "note_failure",
    "paper",
    "redraw_shared",
    "share",
]
