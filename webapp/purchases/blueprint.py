"""The blueprint of this room, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from webapp.kernel.ids import new_id
from webapp.kernel.money import plain_decimal
from webapp.platform.permissions import Permission
from webapp.platform.web import current_actor, page
from webapp.purchases import forms, screen
from webapp.purchases.lists import Step

bp = Blueprint("purchases", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: what kinds and states are called, where a document is shown, a figure of so many places."""
    return {"kinds": kind_words(), "states": state_words(), "step_url": step_url, "decimal": plain_decimal}


def kind_words() -> dict[str, str]:
    """What each kind of document is called."""
    return {
        "order": _("Purchase order"),
        "receipt": _("Goods receipt"),
        "bill": _("Purchase bill"),
        "debit_note": _("Debit note"),
        "payment": _("Payment"),
        "consignment_return": _("Back to the consignor"),
    }


def state_words() -> dict[str, str]:
    """What each state is called."""
    return {
        "draft": _("Draft"),
        "approved": _("Approved"),
        "closed": _("Closed"),
        "cancelled": _("Cancelled"),
        "posted": _("Posted"),
    }


def step_url(step: Step) -> str | None:
    """Where a document of the way is shown, for who may see it."""
    if step.kind == "payment":
        return url_for("reports.voucher", voucher_id=step.id) if current_actor().may(Permission.REPORT_READ) else None
    endpoint, name = {
        "order": ("purchases.show_order", "purchase_order_id"),
        "receipt": ("purchases.show_receipt", "goods_receipt_id"),
        "bill": ("purchases.show_bill", "purchase_id"),
        "debit_note": ("purchases.show_bill", "purchase_id"),
        "consignment_return": ("purchases.show_consignment_return", "consignment_return_id"),
    }[step.kind]
    return url_for(endpoint, **{name: step.id})  # type: ignore[arg-type]  # the one value is the document's id


def sheet_page(kind: str, sheet: forms.Sheet, choices: screen.Offered, errors: Any, scanned: tuple[str, bool] | None = None) -> Response:
    """A sheet with room for more rows. `scanned`: what there is to say of the QR that filled it, and whether it is verified."""
    rows = (*sheet.rows, *({} for _spare in range(screen.SPARE_ROWS)))
    charges = (*sheet.charges, *({} for _spare in range(max(screen.CHARGE_ROWS - len(sheet.charges), 1))))
    return page(
        "purchases/sheet.html",
        kind=kind,
        sheet=sheet,
        rows=rows,
        charges=charges,
        typed=sheet.fields,
        choices=choices,
        errors=errors,
        scanned=scanned,
        party_id=new_id(),
    )
