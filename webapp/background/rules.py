"""Which jobs there are, and how one stands by what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    NEXT_TRY = "next_try"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"
    DONE = "done"


MOVING = frozenset({State.WAITING, State.UNDER_WAY, State.NEXT_TRY})
MAY_TRY_AGAIN = frozenset({State.GIVEN_UP, State.NEXT_TRY})
MAY_CANCEL = frozenset({State.WAITING, State.NEXT_TRY, State.GIVEN_UP})

# Who hears of which fact. The jobs themselves are a storey above (jobs/wiring.py), so it is said here again for the page; a test
# holds the two together.
HEARD: Mapping[str, tuple[str, ...]] = {
    "AccountFileAsked": ("make_account_file",),
    "ApiTokenMade": ("tell_of_new_token",),
    "ApiTokenMisused": ("tell_of_misused_token",),
    "BackupAsked": ("back_up_now",),
    "BackupCheckAsked": ("check_backup",),
    "BackupFailed": ("tell_of_failed_backup",),
    "BulkChangeRequested": ("change_items",),
    "CompanyFileAsked": ("make_company_file",),
    "DrillFailed": ("tell_of_failed_drill",),
    "EinvoiceAsked": ("register_einvoice",),
    "EinvoiceCancelAsked": ("cancel_einvoice",),
    "EinvoiceSettled": ("redraw_shared",),
    "EinvoicesSwitchedOn": ("enlist_einvoices",),
    "EwaybillAsked": ("make_ewaybill",),
    "EwaybillTripAsked": ("tell_trip",),
    "EwaybillsSwitchedOn": ("enlist_ewaybills",),
    "GatewayMessageKept": ("apply_gateway_message",),
    "GatewayRefundAsked": ("send_gateway_refund",),
    "GatewayRequestAsked": ("send_gateway_request",),
    "ImportRequested": ("import_items",),
    "ImportUndoRequested": ("undo_item_import",),
    "InvoiceCancelled": ("redraw_shared", "withdraw_ewaybill", "withdraw_einvoice", "withdraw_gateway_requests"),
    "InvoiceToRegister": ("register_einvoice",),
    "LedgerFileAsked": ("make_ledger_file",),
    "MessagesQueued": ("send_messages",),
    "OrderDocumentCancelled": ("withdraw_ewaybill",),
    "PaperAsked": ("draw_pdf",),
    "PaymentStated": ("tell_of_stated_payment",),
    "PortalFilesSent": ("take_in_portal_files",),
    "PurchaseCancelled": ("withdraw_ewaybill",),
    "ReportFileAsked": ("make_report_file",),
    "RestoreAsked": ("prepare_restore",),
    "ReturnDue": ("tell_of_return",),
    "ScheduledReportDue": ("make_report_file", "tell_of_report"),
    "SignedInAnew": ("tell_of_new_sign_in",),
    "StatementsAsked": ("make_statements",),
    "TransferRecalled": ("withdraw_ewaybill",),
}
NAMES = frozenset(name for names in HEARD.values() for name in names)


def error_words(error: str) -> str:
    """The kind of a failure, by the last line of its traceback: disk, database, network, memory, time, killed, or other."""
    last = error.strip().rpartition("\n")[2].lower()
    for kind, signs in _SIGNS.items():
        if any(sign in last for sign in signs):
            return kind
    return "other"


_SIGNS: Mapping[str, tuple[str, ...]] = {
    "killed": ("started, not ended",),
    "disk": ("no space left", "disk is full", "disk i/o"),
    "memory": ("memoryerror",),
    "time": ("jobtimeoutexception", "exceeded maximum timeout"),
    "network": ("unanswered", "unreached", "did not answer", "connection", "timed out"),
    "database": ("database is locked", "operationalerror", "deadlock"),
    "gone": ("notfound",),
}
