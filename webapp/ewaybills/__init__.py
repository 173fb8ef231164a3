"""E-way bills: documents whose goods travel, told to the e-way bill portal, and how each stands there (CGST Rule 138).

Promises: billing never waits for the portal and is never refused by it; what the portal would refuse is found before it is asked; what
was sent and not answered is asked for before it is sent again; where a state's amount is not known for sure, the screen says "check".
"""

from webapp.ewaybills.commands import Cancel, Details, Extension, Noted, PutTogether, SetUp, Vehicle
from webapp.ewaybills.events import EwaybillAsked, EwaybillsSwitchedOn, EwaybillTripAsked
from webapp.ewaybills.queries import Ending, EwaybillRow, ewaybill_or_none, ewaybills_of, expiring, registrations
from webapp.ewaybills.rules import Reason, Road, State, TripState
from webapp.ewaybills.sending import enlist_all, enlist_since, send, send_due, send_trip
from webapp.ewaybills.service import ask, close, enlist, leave_out, make_again, note_by_hand, say_details, withdraw
from webapp.ewaybills.setting_up import keep_transporter, set_up, take_transporter_away
from webapp.ewaybills.telling import ask_cancel, ask_details, ask_extension, ask_transporter, ask_vehicle
from webapp.ewaybills.values import Carriage, Kind, Place, Site

__all__ = [
    "Cancel",
    "Carriage",
    "Details",
    "Ending",
    "EwaybillAsked",
    "EwaybillRow",
    "EwaybillTripAsked",
    "EwaybillsSwitchedOn",
    "Extension",
    "Kind",
    "Noted",
    "Place",
    "PutTogether",
    "Reason",
    "Road",
    "SetUp",
    "Site",
    "State",
    "TripState",
    "Vehicle",
    "ask",
    "ask_cancel",
    "ask_details",
    "ask_extension",
    "ask_transporter",
    "ask_vehicle",
    "close",
    "enlist",
    "enlist_all",
    "enlist_since",
    "ewaybill_or_none",
    "ewaybills_of",
    "expiring",
    "keep_transporter",
    "leave_out",
    "make_again",
    "note_by_hand",
    "registrations",
    "say_details",
    "send",
    "send_due",
    "send_trip",
    "set_up",
    "take_transporter_away",
    "withdraw",
]
