"""Who listens to which fact. The one place to look, and to change.

A listener is named like its function, and that name is kept in the database: renaming one makes it run again. It imports the
room it calls inside its function: the scheduler reads this table too, and must stay small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jobs.backups import back_up_now, check_backup, make_company_file, prepare_restore, tell_of_failed_backup, tell_of_failed_drill
from jobs.bills import draw_pdf, redraw_shared
from jobs.einvoices import cancel_einvoice, enlist_einvoices, register_einvoice, withdraw_einvoice
from jobs.ewaybills import enlist_ewaybills, make_ewaybill, tell_trip, withdraw_ewaybill
from jobs.exports import make_account_file, make_ledger_file, make_report_file
from jobs.gateway import apply_gateway_message, send_gateway_refund, send_gateway_request, withdraw_gateway_requests
from jobs.imports import change_items, import_items, undo_item_import
from jobs.inward import take_in_portal_files
from jobs.notifications import send_messages, tell_of_report, tell_of_return, tell_of_stated_payment
from jobs.once import Listener
from jobs.queue import SLOW, TIMEOUT_SECONDS, URGENT, USUAL
from jobs.sign_ins import tell_of_new_sign_in
from jobs.statements import make_statements
from jobs.tokens import tell_of_misused_token, tell_of_new_token

LISTENERS: Mapping[str, Sequence[Listener]] = {
    "AccountFileAsked": [make_account_file],
    "ApiTokenMade": [tell_of_new_token],
    "ApiTokenMisused": [tell_of_misused_token],
    "BackupAsked": [back_up_now],
    "BackupCheckAsked": [check_backup],
    "BackupFailed": [tell_of_failed_backup],
    "BulkChangeRequested": [change_items],
    "CompanyFileAsked": [make_company_file],
    "DrillFailed": [tell_of_failed_drill],
    "EinvoiceAsked": [register_einvoice],
    "EinvoiceCancelAsked": [cancel_einvoice],
    "EinvoiceSettled": [redraw_shared],
    "EinvoicesSwitchedOn": [enlist_einvoices],
    "EwaybillAsked": [make_ewaybill],
    "EwaybillTripAsked": [tell_trip],
    "EwaybillsSwitchedOn": [enlist_ewaybills],
    "GatewayMessageKept": [apply_gateway_message],
    "GatewayRefundAsked": [send_gateway_refund],
    "GatewayRequestAsked": [send_gateway_request],
    "ImportRequested": [import_items],
    "ImportUndoRequested": [undo_item_import],
    "InvoiceCancelled": [redraw_shared, withdraw_ewaybill, withdraw_einvoice, withdraw_gateway_requests],
    "InvoiceToRegister": [register_einvoice],
    "LedgerFileAsked": [make_ledger_file],
    "MessagesQueued": [send_messages],
    "OrderDocumentCancelled": [withdraw_ewaybill],
    "PaperAsked": [draw_pdf],
    "PaymentStated": [tell_of_stated_payment],
    "PortalFilesSent": [take_in_portal_files],
    "PurchaseCancelled": [withdraw_ewaybill],
    "ReportFileAsked": [make_report_file],
    "RestoreAsked": [prepare_restore],
    "ReturnDue": [tell_of_return],
    "ScheduledReportDue": [make_report_file, tell_of_report],
    "SignedInAnew": [tell_of_new_sign_in],
    "StatementsAsked": [make_statements],
    "TransferRecalled": [withdraw_ewaybill],
}


class Manner(NamedTuple):
    """How a listener's jobs are taken: from which queue, and after how many seconds one of them hangs and is ended."""

    queue: str = USUAL
    seconds: int = TIMEOUT_SECONDS


_HOUR = 3_600
# By the listener's name; who is not here is of the usual manner.
MANNERS: Mapping[str, Manner] = {
    "draw_pdf": Manner(URGENT, 120),
    "make_account_file": Manner(URGENT),
    "make_ledger_file": Manner(URGENT),
    "make_report_file": Manner(URGENT),
    "change_items": Manner(SLOW, _HOUR),
    "import_items": Manner(SLOW, _HOUR),
    "make_statements": Manner(SLOW, _HOUR),
    "take_in_portal_files": Manner(SLOW, _HOUR),
    "undo_item_import": Manner(SLOW, _HOUR),
    "enlist_einvoices": Manner(SLOW),
    "enlist_ewaybills": Manner(SLOW),
    "redraw_shared": Manner(SLOW),
    # A whole machine's or a whole business's copy.
    "back_up_now": Manner(SLOW, _HOUR),
    "check_backup": Manner(SLOW, _HOUR),
    "make_company_file": Manner(SLOW, _HOUR),
    "prepare_restore": Manner(SLOW, _HOUR),
}

# Heavy modules a listener draws with, by its name. The worker imports them once, before it forks for the first such job.
WARM_UP: Mapping[str, Sequence[str]] = {"draw_pdf": ["weasyprint", "webapp.printing.drawing", "webapp.printing.warm"]}


def listeners_of(kind: str) -> Sequence[Listener]:
    """Everyone who wants to know about facts of this kind; nobody, for a kind no one asked for."""
    return LISTENERS.get(kind, ())


def listener_named(kind: str, name: str) -> Listener | None:
    """The listener the queue means, or None when this version of the program has it no more."""
    return next((listener for listener in listeners_of(kind) if listener.__name__ == name), None)


def manner_of(name: str) -> Manner:
    """The queue and the time of the listener called `name`."""
    return MANNERS.get(name, Manner())
