"""What states, reasons, modes and the portal's codes are called on screens and papers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _


def all_words() -> dict[str, Any]:
    """For templates."""
    return {
        "state_words": state_words(),
        "reason_words": reason_words(),
        "kind_words": kind_words(),
        "mode_words": {"1": _("Road"), "2": _("Rail"), "3": _("Air"), "4": _("Ship"), "5": _("In transit")},
        "sub_words": sub_words(),
        "doc_words": {
            "INV": _("Tax invoice"),
            "BIL": _("Bill of supply"),
            "BOE": _("Bill of entry"),
            "CHL": _("Delivery challan"),
            "OTH": _("Other paper"),
        },
        "cancel_words": {"1": _("Duplicate"), "2": _("Order cancelled"), "3": _("Data entry mistake"), "4": _("Other reason")},
        "vehicle_words": {"4": _("First vehicle"), "1": _("Breakdown"), "2": _("Transshipment"), "3": _("Other reason")},
        "extension_words": {
            "1": _("Natural calamity"),
            "2": _("Law and order"),
            "4": _("Transshipment"),
            "5": _("Accident"),
            "99": _("Other reason"),
        },
        "stands_words": {"R": _("On the road"), "W": _("In a warehouse"), "O": _("Elsewhere")},
        "ewb_road_words": {"file": _("By hand, as files"), "nic": _("The portal's own interface (NIC)"), "gsp": _("A GSP")},
        "trip_words": trip_words(),
        "asked_words": {
            "vehicle": _("The portal is being told of the vehicle."),
            "transporter": _("The portal is being told of the transporter."),
            "extend": _("The portal is being asked for more days."),
            "cancel": _("The portal is being asked to cancel it."),
            "details": _("The portal is being asked how it stands."),
            "split": _("The portal is being told that the goods go on in several vehicles."),
            "load": _("The portal is being told of one more vehicle."),
            "reload": _("The portal is being told of another vehicle."),
        },
    }


def state_words() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "sent": _("Sent, answer not known"),
        "failed": _("Refused"),
        "part_a": _("Part A, no vehicle yet"),
        "active": _("Active"),
        "extended": _("Extended"),
        "expired": _("Ended"),
        "cancelled": _("Cancelled"),
        "closed": _("Arrived"),
        "not_needed": _("Not needed"),
    }


def trip_words() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "sent": _("Sent, answer not known"),
        "failed": _("Refused"),
        "made": _("Made"),
        "withdrawn": _("Taken back"),
    }


def reason_words() -> dict[str, str]:
    return {
        "needed": _("It needs an e-way bill."),
        "check": _("Check: it stays within the state, and the state's own amount may be higher than the rule's ₹50,000."),
        "below": _("It is worth no more than the amount from which goods need one."),
        "no_goods": _("It has no goods: services need none."),
        "exempt": _("Check: all its goods are exempt, and most of those travel without one."),
        "others_make_it": _("The supplier is registered: he makes it."),
        "too_old": _("It is older than the first day, or than the portal's 180 days."),
        "cancelled": _("The document was cancelled."),
        "switched_off": _("E-way bills are switched off for this GSTIN."),
    }


def kind_words() -> dict[str, str]:
    return {
        "invoice": _("Bill"),
        "order_document": _("Challan"),
        "transfer": _("Transfer"),
        "purchase_bill": _("Purchase"),
        "consignment_return": _("Consignment return"),
    }


def sub_words() -> dict[str, str]:
    return {
        "1": _("Supply"),
        "2": _("Import"),
        "3": _("Export"),
        "4": _("Job work"),
        "5": _("For own use"),
        "6": _("Job work returns"),
        "7": _("Sales return"),
        "8": _("Others"),
        "9": _("Knocked-down goods (SKD/CKD), in lots"),
        "10": _("Line sales"),
        "11": _("Recipient not known"),
        "12": _("Exhibition or fair"),
    }
