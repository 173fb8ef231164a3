"""E-invoices: documents reported to the Invoice Registration Portal, what it signed, and how each stands (CGST Rule 48(4), (5)).

Promises: billing never waits for the portal and is never refused by it; what the portal would refuse is found before it is asked;
a document whose fate is not known is asked for before it is sent again; what was signed is kept as it came.
"""

from webapp.einvoice.commands import Cancel, SetUp
from webapp.einvoice.events import EinvoiceAsked, EinvoiceCancelAsked, EinvoiceSettled, EinvoicesSwitchedOn
from webapp.einvoice.law import pin_fits
from webapp.einvoice.payload import as_json
from webapp.einvoice.queries import EinvoiceRow, Unreported, einvoice_or_none, einvoices_of, registrations, unreported
from webapp.einvoice.rules import Reason, Road, State
from webapp.einvoice.sending import cancel, enlist_all, enlist_since, keep_session, road_of, send, send_due
from webapp.einvoice.service import ask, ask_cancel, enlist, set_up, withdraw

__all__ = [
    "Cancel",
    "EinvoiceAsked",
    "EinvoiceCancelAsked",
    "EinvoiceRow",
    "EinvoiceSettled",
    "EinvoicesSwitchedOn",
    "Reason",
    "Road",
    "SetUp",
    "State",
    "Unreported",
    "as_json",
    "ask",
    "ask_cancel",
    "cancel",
    "einvoice_or_none",
    "einvoices_of",
    "enlist",
    "enlist_all",
    "enlist_since",
    "keep_session",
    "pin_fits",
    "registrations",
    "road_of",
    "send",
    "send_due",
    "set_up",
    "unreported",
    "withdraw",
]
