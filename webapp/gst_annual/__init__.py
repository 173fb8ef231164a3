"""The annual return of a registration: the figures of GSTR-9, side by side as its filed returns tell them and as the books do, and those of
GSTR-9C, the books against the return.

Promises: what a line says is the sum of what the returns of its months told, or of what the books hold, to the paisa; what a source cannot
tell is left open and is not nought; the return is not marked as filed while a month of it is not. It decides nothing about tax.
"""

from webapp.gst_annual.building import gstr9
from webapp.gst_annual.facts import due_on
from webapp.gst_annual.reconciling import Reconciled, reconcile
from webapp.gst_annual.service import FORM, file_annual, reopen_annual
from webapp.gst_annual.told import Gstr9, Line, Side

__all__ = ["FORM", "Gstr9", "Line", "Reconciled", "Side", "due_on", "file_annual", "gstr9", "reconcile", "reopen_annual"]
