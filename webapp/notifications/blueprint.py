"""The blueprint of notifications, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from webapp import messaging
from webapp.notifications import bell, queries, rules
from webapp.notifications.sending import take_report
from webapp.platform import clock, machine
from webapp.platform.tenancy import Actor, read_books

bp = Blueprint("notifications", __name__)
bp.record_once(lambda _state: messaging.use_reports(take_report))  # providers tell the web, and no other process


@bp.app_context_processor
def frame() -> dict[str, Any]:
    """For the frame of every page: where notices are, and how many are new."""
    return {"notices_url": url_for("notifications.list_notices"), "unread_notices": unread_notices}


def unread_notices() -> int:
    """How many notices of the person signed in are new. Asked by whole pages alone; a page that tells of trouble asks nothing more."""
    actor: Actor = g.actor
    if actor.user_id is None:
        return 0
    now = clock.now()
    count = bell.known(actor.company_id, actor.user_id, now)
    if count is None:
        try:
            with read_books(actor) as books:
                count = queries.unread(books, actor.user_id)
        except SQLAlchemyError:
            return 0
        bell.keep(actor.company_id, actor.user_id, now, count)
    return count


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: what events, channels and states are called."""
    words = event_words()
    told = [pair for pair in words.items() if pair[0] in rules.CHOSEN or machine.plans_file()]  # of the host's: where there is one
    return {"event_words": words, "event_choices": told, "channel_words": channel_words(), "message_states": state_words()}


def event_words() -> dict[str, str]:
    return {
        "invoice_posted": _("A bill was made"),
        "invoice_link": _("A link to a bill is sent"),
        "payment_received": _("A payment was received"),
        "invoice_due_soon": _("A bill falls due soon"),
        "invoice_overdue": _("A bill is overdue"),
        "overdue_reminder": _("A bill is overdue: reminder"),
        "overdue_firm": _("A bill is overdue: firm reminder"),
        "overdue_final": _("A bill is overdue: last notice"),
        "statement": _("A statement is sent"),
        "low_stock": _("Goods run low"),
        "expiry_near": _("Goods expire soon"),
        "payment_stated": _("A customer says that it has paid"),
        "credit_limit": _("A bill passes the credit limit"),
        "return_due": _("A GST return is due"),
        "tax_due": _("TDS or TCS is due"),
        "backup_failed": _("A backup failed"),
        "drill_failed": _("A backup could not be restored"),
        "sync_conflict": _("Counter bills wait for a person"),
        "till_silent": _("A counter is silent"),
        "new_sign_in": _("A new sign-in to the account"),
        "token_made": _("A token of a program is made"),
        "token_misused": _("A token may be in other hands"),
        "alert_guessing": _("Somebody guesses at a password"),
        "alert_stuffing": _("Many accounts are tried from one network"),
        "alert_two_networks": _("Two new devices at once"),
        "alert_mass_export": _("Much is sent out at once"),
        "alert_often_refused": _("Refused again and again"),
        "report_ready": _("A scheduled report is ready"),
        "job_given_up": _("A job was given up"),
        "plan_changed": _("The plan of the business changed"),
        "plan_ends": _("The plan of the business ends soon"),
        "plan_over": _("The plan of the business has ended"),
        "plan_bills": _("A month has many bills for its plan"),
        "budget_spent": _("The budget for messages is spent"),
    }


def channel_words() -> dict[str, str]:
    return {"notice": _("In Munim"), "email": _("E-mail"), "sms": "SMS", "whatsapp": "WhatsApp", "push": _("Push")}


def state_words() -> dict[str, tuple[str, str]]:
    """Each state's word and tone."""
    return {
        "waiting": (_("Waiting"), "pending"),
        "sending": (_("On its way"), "pending"),
        "sent": (_("Sent"), "info"),
        "delivered": (_("Delivered"), "ok"),
        "read": (_("Read"), "ok"),
        "refused": (_("Refused"), "danger"),
        "failed": (_("Not delivered"), "danger"),
        "unknown": (_("May have arrived"), "warn"),
        "stopped": (_("Stopped"), "warn"),
    }
