"""The end of a business: closed when an owner says so, its books kept for the time of the law, then deleted to the last row.

Promises: for thirty days it can be taken back; from its closing on nobody comes in, and what opens a door of somebody else is gone; no
row and no file of it is left afterwards, and no figure of another business has moved. docs/leaving.md says why.
"""

from webapp.winding_up.doors import company_verbs
from webapp.winding_up.service import Asked, ask_closing, close, close_due, delete_books, delete_due, keep_until, take_back

__all__ = ["Asked", "ask_closing", "close", "close_due", "company_verbs", "delete_books", "delete_due", "keep_until", "take_back"]
