"""What scopes, states and roles are called on a page."""

from __future__ import annotations

from flask_babel import gettext as _


def scope_words() -> dict[str, str]:
    return {
        "company:read": _("See the business's name and address"),
        "bills:read": _("Read bills"),
        "bills:write": _("Make and cancel bills"),
        "orders:read": _("Read orders and quotations"),
        "orders:write": _("Write orders and quotations"),
        "items:read": _("Read items and prices"),
        "items:write": _("Write items and prices"),
        "parties:read": _("Read customers and suppliers"),
        "parties:write": _("Write customers and suppliers"),
        "receipts:write": _("Enter receipts"),
        "purchases:read": _("Read purchases"),
        "purchases:write": _("Write purchases"),
        "stock:read": _("Read stock"),
        "stock:write": _("Write stock"),
        "vouchers:read": _("Read vouchers"),
        "vouchers:write": _("Write vouchers"),
        "reports:read": _("Read reports"),
        "returns:read": _("Read tax returns"),
    }


def state_words() -> dict[str, tuple[str, str | None]]:
    """Each state with its tone."""
    return {"active": (_("Works"), "ok"), "expired": (_("Expired"), "warn"), "revoked": (_("Revoked"), None)}


def kind_words() -> dict[str, str]:
    return {"personal": _("Of a member"), "service": _("Of the business")}
