"""What suppliers told of us: GSTR-2B, GSTR-2A and IMS as imported, matched with our purchase bills, and what was decided of each document.

Promises: files are read behind the pages, whole or not at all; a newer file takes the place of an older one and no decision is lost by it;
a document is matched with one bill and a bill with one document, the same way each time, and every match says why. It
posts nothing and changes no bill.
"""

from webapp.gst_inward.background import run_upload
from webapp.gst_inward.queries import credit_told, paid_by_suppliers, told_of_bills
from webapp.gst_inward.values import Action, CreditKind, CreditOfKind, CreditTold, Filing, MatchState

__all__ = [
    "Action",
    "CreditKind",
    "CreditOfKind",
    "CreditTold",
    "Filing",
    "MatchState",
    "credit_told",
    "paid_by_suppliers",
    "run_upload",
    "told_of_bills",
]
