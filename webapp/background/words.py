"""What jobs, states and kinds of trouble are called."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.background.rules import State


def job_words() -> dict[str, str]:
    """Each job in plain words, by its name."""
    return {
        "apply_gateway_message": _("Enter what the payment gateway told"),
        "back_up_now": _("Make a backup"),
        "cancel_einvoice": _("Cancel an e-invoice at the portal"),
        "change_items": _("Change many items"),
        "check_backup": _("Read a backup whole"),
        "draw_pdf": _("Draw a PDF"),
        "enlist_einvoices": _("Find bills that need an e-invoice"),
        "enlist_ewaybills": _("Find goods that need an e-way bill"),
        "import_items": _("Import items from a sheet"),
        "make_account_file": _("Make the file of an account"),
        "make_company_file": _("Make the file of the whole business"),
        "make_ewaybill": _("Make an e-way bill at the portal"),
        "make_ledger_file": _("Make the file of the books"),
        "make_report_file": _("Make the file of a report"),
        "make_statements": _("Draw statements of many parties"),
        "prepare_restore": _("Bring a backup back aside, to restore it"),
        "redraw_shared": _("Draw a shared bill again"),
        "register_einvoice": _("Register an e-invoice at the portal"),
        "send_gateway_refund": _("Give money back by the payment gateway"),
        "send_gateway_request": _("Ask for a payment by the payment gateway"),
        "send_messages": _("Send messages"),
        "take_in_portal_files": _("Read files of the GST portal"),
        "tell_of_failed_backup": _("Tell that a backup failed"),
        "tell_of_failed_drill": _("Tell that a backup is not whole"),
        "tell_of_stated_payment": _("Tell of a payment that a customer states"),
        "tell_of_report": _("Tell that a report is ready"),
        "tell_of_misused_token": _("Tell of a token that two programs hold"),
        "tell_of_new_token": _("Tell of a new token"),
        "tell_of_new_sign_in": _("Tell of a sign-in from a new device"),
        "tell_of_return": _("Remind of a return"),
        "tell_trip": _("Tell the portal of a vehicle"),
        "undo_item_import": _("Take back an import of items"),
        "withdraw_einvoice": _("Withdraw an e-invoice"),
        "withdraw_ewaybill": _("Withdraw an e-way bill"),
        "withdraw_gateway_requests": _("Withdraw requests for payment"),
    }


def state_words() -> dict[str, tuple[str, str | None]]:
    """Each state with its tone."""
    return {
        State.WAITING: (_("Waiting"), "pending"),
        State.UNDER_WAY: (_("Under way"), "info"),
        State.NEXT_TRY: (_("Waits for its next try"), "warn"),
        State.GIVEN_UP: (_("Given up"), "danger"),
        State.CANCELLED: (_("Cancelled"), None),
        State.DONE: (_("Done"), "ok"),
    }


def trouble_words() -> dict[str, str]:
    """What hindered a job, by its kind, and what to do."""
    return {
        "killed": _("It was stopped in the middle, for instance by a restart."),
        "disk": _("The disk is full. Make room on it, then try again."),
        "memory": _("There was not enough memory for it. Ask for less at once."),
        "time": _("It took too long and was ended. Ask for less at once."),
        "network": _("Another machine did not answer. Check the connection, then try again."),
        "database": _("The database was busy or away."),
        "gone": _("What it was to work on is there no more. Cancel it."),
        "other": _("Something in it went wrong. Try again; if it fails once more, send the technical detail to support."),
    }


def time_left(seconds: int) -> str:
    """A time as a person says it: no more exact than it is known."""
    minutes = (seconds + 59) // 60
    words: str = ngettext("about one minute", "about %(num)s minutes", minutes) if seconds >= 60 else _("less than a minute")
    return words


def chore_words() -> dict[str, str]:
    """What the machine does by itself, by the chore's name."""
    return {
        "ask_gateways": _("Ask payment gateways for news"),
        "announce_due_dates": _("Look for returns that are due"),
        "back_up_by_night": _("Backup of the night"),
        "end_businesses": _("Close businesses, and delete what no law keeps any more"),
        "drill_backup": _("Bring a backup back to try it"),
        "enlist_einvoices": _("Find bills that need an e-invoice"),
        "enlist_ewaybills": _("Find goods that need an e-way bill"),
        "enter_vouchers": _("Enter recurring and post-dated vouchers"),
        "fetch_settlements": _("Fetch settlements of payment gateways"),
        "prepare_reports": _("Prepare scheduled reports"),
        "seal_bank_numbers": _("Seal numbers of bank accounts"),
        "send_einvoices": _("Send e-invoices that wait"),
        "send_ewaybills": _("Send e-way bills that wait"),
        "watch_security": _("Look through security events"),
        "send_messages": _("Send messages"),
        "send_reminders": _("Remind customers of what is late"),
        "snapshot": _("Snapshot of the database"),
        "sweep_attachments": _("Remove files that belong to nothing"),
        "sweep_company_files": _("Remove files of whole businesses after their days"),
        "sweep_drafts": _("Remove unfinished files"),
        "verify_books": _("Check the books of every business"),
        "watch_plans": _("Look through the plans of businesses"),
        "watch_stock": _("Look for goods that run out or expire"),
    }
