"""The blueprint of the returns, and what their templates may call: the words of sections and of what is wrong."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from webapp.gst_returns.periods import IFF, MONTH, QUARTER, ReturnPeriod
from webapp.kernel.dates import month_name
from webapp.platform.permissions import permission_of
from webapp.platform.web import current_actor
from webapp.tax.rules import place_name

bp = Blueprint("gst_returns", __name__)
KEPT = ("q", "place", "rate", "kind", "hsn", "unit", "side", "operator")


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: words, and the way from a document to its screen."""
    return {
        "section_words": section_words(),
        "period_name": period_name,
        "place_name": place_name,
        "paper_url": paper_url,
        "same_page": same_page,
        "month_name": month_name,
        "what_words": {"value": _("value"), "taxes": _("tax"), "rates": _("rates"), "details": _("details")},
        "kind_names": {MONTH: _("Month"), QUARTER: _("Quarter"), IFF: _("IFF")},
    }


def same_page(**changes: object) -> str:
    """This page with its filters, and with `changes` to them. None takes one out."""
    kept: dict[str, object] = {name: request.args[name] for name in KEPT if name in request.args}
    values = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    everything: dict[str, Any] = {**(request.view_args or {}), **values}
    return url_for(str(request.endpoint), **everything)


def paper_url(source: str, id_: object) -> str | None:
    """Where a document, or an item, is shown, for those who may see it."""
    screens = {
        "invoice": ("sales.show_bill", "invoice_id"),
        "transfer": ("transfers.show_transfer", "transfer_id"),
        "interest_note": ("interest.show_note", "note_id"),
        "item": ("catalogue.show_item", "item_id"),
        "operator_supply": ("operator_supplies.show_supply", "supply_id"),
    }
    if id_ is None or source not in screens:
        return None
    endpoint, argument = screens[source]
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    values: dict[str, Any] = {argument: id_}
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None


def period_name(period: ReturnPeriod) -> str:
    """A period as a person says it."""
    if period.kind == QUARTER:
        words: str = _("%(first)s to %(last)s", first=month_name(period.months[0]), last=month_name(period.month))
        return words
    name = month_name(period.month)
    return _("%(month)s, IFF", month=name) if period.kind == IFF else name


def untaxed_words() -> dict[str, str]:
    """The rows of table 8."""
    return {
        "INTRB2B": _("Registered buyers of other states"),
        "INTRAB2B": _("Registered buyers of this state"),
        "INTRB2C": _("Unregistered buyers of other states"),
        "INTRAB2C": _("Unregistered buyers of this state"),
    }


def nature_words() -> list[str]:
    """The natures of table 13, in the portal's order."""
    return [
        _("Invoices for outward supply"),
        _("Invoices for inward supply from unregistered person"),
        _("Revised invoices"),
        _("Debit notes"),
        _("Credit notes"),
        _("Receipt vouchers"),
        _("Payment vouchers"),
        _("Refund vouchers"),
        _("Delivery challans for job work"),
        _("Delivery challans for supply on approval"),
        _("Delivery challans of liquid gas"),
        _("Other delivery challans"),
    ]


def section_words() -> dict[str, str]:
    """What each section is called, with its table of the form."""
    return {
        "b2b": _("B2B invoices (4, 6B, 6C)"),
        "b2ba": _("B2B invoices amended (9A)"),
        "b2cl": _("Large sales to unregistered buyers (5)"),
        "b2cla": _("Large sales amended (9A)"),
        "b2cs": _("Other sales to unregistered buyers (7)"),
        "b2csa": _("Other sales amended (10)"),
        "nil": _("Nil-rated, exempt, outside GST (8)"),
        "exp": _("Exports (6A)"),
        "expa": _("Exports amended (9A)"),
        "cdnr": _("Notes to registered buyers (9B)"),
        "cdnra": _("Notes to registered buyers amended (9C)"),
        "cdnur": _("Notes to unregistered buyers (9B)"),
        "cdnura": _("Notes to unregistered buyers amended (9C)"),
        "at": _("Advances received (11A)"),
        "ata": _("Advances received amended (11A)"),
        "txpd": _("Advances adjusted (11B)"),
        "txpda": _("Advances adjusted amended (11B)"),
        "supeco": _("Sales through e-commerce operators (14)"),
        "supecoa": _("Sales through operators amended (14A)"),
        "ecomb2b": _("As operator: registered to registered (15)"),
        "ecomb2c": _("As operator: registered to unregistered (15)"),
        "ecomurp2b": _("As operator: unregistered to registered (15)"),
        "ecomurp2c": _("As operator: unregistered to unregistered (15)"),
        "ecomab2b": _("As operator: registered to registered, amended (15A)"),
        "ecomab2c": _("As operator: registered to unregistered, amended (15A)"),
        "ecomaurp2b": _("As operator: unregistered to registered, amended (15A)"),
        "ecomaurp2c": _("As operator: unregistered to unregistered, amended (15A)"),
        "hsn": _("Summary by HSN (12)"),
        "doc_issue": _("Documents issued (13)"),
    }


def problem_words(digits: int) -> dict[str, tuple[str, str]]:
    """What is wrong, and what to do."""
    return {
        **_of_numbers_and_days(),
        **_of_buyers(),
        "rate": (
            _("The portal does not know this rate"),
            _("Correct the rate of the tax class; then return the goods and bill them anew."),
        ),
        "zero_note": (
            _("A note of nothing: the portal refuses it in a file"),
            _("Take it out of the file and amend the note on the portal itself: type what was told, then nothing for value and tax."),
        ),
        "hsn_missing": (_("The item has no HSN code"), _("Open the item and type its code: the summary then takes it.")),
        "hsn_short": (
            _("The item's HSN code has fewer than %(digits)s digits", digits=digits),
            _("Open the item and type the longer code: the summary then takes it."),
        ),
        "table_12_differs": (
            _("The summary by HSN comes to another value than the other tables"),
            _("The portal warns of it and takes the return. Amendments of earlier periods are in the tables and not in the summary."),
        ),
        "less_than_nothing": (
            _("More came back than was sold at this rate and place"),
            _("The portal takes a figure below nothing here. Nothing needs doing."),
        ),
        "gap": (
            _("Numbers that no standing document has"),
            _("Cancelled ones belong there. If a bill is missing, look at Exceptions, and send it from its counter."),
        ),
    }


def _of_numbers_and_days() -> dict[str, tuple[str, str]]:
    return {
        "number_long": (
            _("The number has more than 16 characters"),
            _("The portal takes 16. Cancel the document in its month and make it again in a shorter series."),
        ),
        "number_signs": (
            _("The number has a character that the portal does not take"),
            _("Letters, digits, hyphen and slash are taken. Cancel the document in its month and make it again in another series."),
        ),
        "number_nought": (_("The number is nothing but noughts"), _("Cancel the document in its month and make it again.")),
        "too_early": (_("The date is before 1 July 2017"), _("GST began then. Cancel the document and date it rightly.")),
        "too_late": (_("The date is after the period"), _("Cancel the document and date it rightly.")),
        "not_registered_yet": (
            _("The document is dated before the registration began"),
            _("Cancel it in its month and date it rightly, or correct the day of the registration under GST returns."),
        ),
        "not_registered_any_more": (
            _("The document is dated after the registration was cancelled"),
            _("Cancel it in its month and bill it under another registration, or correct the day under GST returns."),
        ),
        "late": (
            _("The document is dated before the period"),
            _("It came when its month was locked. It is told here under its own date; nothing needs doing."),
        ),
    }


def _of_buyers() -> dict[str, tuple[str, str]]:
    return {
        "gstin": (
            _("The buyer's GSTIN is not valid"),
            _("Correct the GSTIN of the customer; then cancel the document and make it again, or return the goods and bill them anew."),
        ),
        "own_gstin": (
            _("The buyer has the GSTIN of the seller"),
            _("Goods within one registration go by challan. Cancel the invoice and send a transfer."),
        ),
        "abroad": (
            _("The place of supply is another country, but the sale is not an export"),
            _("Choose Export when the invoice is made: cancel it in its month and make it again."),
        ),
        "other_territory": (
            _("The place of supply is Other Territory (97)"),
            _("That is the sea beyond the states. If a state was meant, cancel the document in its month and make it again."),
        ),
        "unknown_place": (_("The place of supply is no state"), _("Correct the state of the customer and make the document again.")),
    }
