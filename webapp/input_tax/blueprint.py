"""The blueprint of this room, and what its templates share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, url_for
from flask_babel import gettext as _

from webapp.input_tax import words
from webapp.kernel.dates import month_name
from webapp.platform.permissions import permission_of
from webapp.platform.web import current_actor

bp = Blueprint("input_tax", __name__)


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: words, the views of this room, the way from a voucher to its document."""
    return {
        "cells": words.cell_words(),
        "reasons": words.reason_words(),
        "rules": words.rule_words(),
        "natures": words.nature_words(),
        "uses": words.use_words(),
        "heads": words.head_words(),
        "month_name": month_name,
        "input_tax_views": views,
        "paper_url": paper_url,
    }


def views(active: str, gstin: str, month: int) -> list[dict[str, Any]]:
    """The pages of this room, one of them open."""
    pages = [
        (_("Register"), "input_tax.show_register"),
        (_("Reversals"), "input_tax.show_month"),
        (_("Reclaim statement"), "input_tax.show_statement"),
        (_("Capital goods"), "input_tax.list_assets"),
    ]
    return [{"label": label, "url": url_for(endpoint, gstin=gstin, month=month), "active": endpoint == active} for label, endpoint in pages]


def paper_url(source: str, id_: UUID | None) -> str | None:
    """Where a document is shown, for those who may see it."""
    screens = {
        "purchase_bill": ("purchases.show_bill", "purchase_id"),
        "transfer": ("transfers.show_transfer", "transfer_id"),
        "voucher": ("vouchers.show_voucher", "document_id"),
        "itc_reversal": ("input_tax.show_reversal", "reversal_id"),
    }
    if id_ is None or source not in screens:
        return None
    endpoint, argument = screens[source]
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    values: dict[str, Any] = {argument: id_}
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None
