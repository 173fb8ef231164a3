"""Who listens to which fact. The one place to look, and to change.

A listener is named like its function, and that name is kept in the database: renaming one makes it run again. It imports the
room it calls inside its function: the scheduler reads this table too, and must stay small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jobs.bills import draw_pdf, redraw_shared
from jobs.einvoices import cancel_einvoice, enlist_einvoices, register_einvoice, withdraw_einvoice
from jobs.ewaybills import enlist_ewaybills, make_ewaybill, withdraw_ewaybill
from jobs.exports import make_account_file, make_ledger_file, make_report_file
from jobs.imports import change_items, import_items, undo_item_import
from jobs.once import Listener
from jobs.statements import make_statements

LISTENERS: Mapping[str, Sequence[Listener]] = {
    "AccountFileAsked": [make_account_file],
    "BulkChangeRequested": [change_items],
    "EinvoiceAsked": [register_einvoice],
    "EinvoiceCancelAsked": [cancel_einvoice],
    "EinvoiceSettled": [redraw_shared],
    "EinvoicesSwitchedOn": [enlist_einvoices],
    "EwaybillAsked": [make_ewaybill],
    "EwaybillsSwitchedOn": [enlist_ewaybills],
    "ImportRequested": [import_items],
    "ImportUndoRequested": [undo_item_import],
    "InvoiceCancelled": [redraw_shared, withdraw_ewaybill, withdraw_einvoice],
    "InvoiceToRegister": [register_einvoice],
    "LedgerFileAsked": [make_ledger_file],
    "OrderDocumentCancelled": [withdraw_ewaybill],
    "PaperAsked": [draw_pdf],
    "PurchaseCancelled": [withdraw_ewaybill],
    "ReportFileAsked": [make_report_file],
    "ScheduledReportDue": [make_report_file],
    "StatementsAsked": [make_statements],
    "TransferRecalled": [withdraw_ewaybill],
}

# Heavy modules a listener draws with, by its name. The worker imports them once, before it forks for the first such job.
WARM_UP: Mapping[str, Sequence[str]] = {"draw_pdf": ["weasyprint", "webapp.printing.drawing"]}


def listeners_of(kind: str) -> Sequence[Listener]:
    """Everyone who wants to know about facts of this kind; nobody, for a kind no one asked for."""
    return LISTENERS.get(kind, ())


def listener_named(kind: str, name: str) -> Listener | None:
    """The listener the queue means, or None when this version of the program has it no more."""
    return next((listener for listener in listeners_of(kind) if listener.__name__ == name), None)
