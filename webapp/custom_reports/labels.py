"""What sources, columns, comparisons and days are called, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _


def source_labels() -> dict[str, str]:
    """By the name of the source."""
    return {
        "voucher-lines": _("Lines of vouchers"),
        "bills": _("Bills"),
        "bill-lines": _("Lines of bills"),
        "items": _("Items with stock"),
        "customers": _("Customers with dues"),
        "receipts": _("Receipts"),
    }


def field_labels() -> dict[str, str]:
    """By the code of the column; the same code is called the same in every source."""
    return {
        **_of_documents(),
        **_of_goods(),
        "debit": _("Debit"),
        "credit": _("Credit"),
        "net": _("Debit less credit"),
        "gross": _("Gross"),
        "discount": _("Discount"),
        "taxable": _("Taxable value"),
        "cgst": _("CGST"),
        "sgst": _("SGST"),
        "igst": _("IGST"),
        "cess": _("Cess"),
        "total": _("Total"),
        "cost": _("Cost"),
        "amount": _("Amount"),
        "due": _("Due"),
    }


def _of_documents() -> dict[str, str]:
    return {
        "date": _("Date"),
        "number": _("Number"),
        "kind": _("Kind"),
        "account": _("Account"),
        "group": _("Group"),
        "party": _("Customer or supplier"),
        "store": _("Store"),
        "narration": _("Narration"),
        "cashier": _("Cashier"),
        "place_of_supply": _("Place of supply"),
        "mode": _("Paid by"),
        "reference": _("Reference"),
        "phone": _("Phone"),
        "city": _("City"),
        "gstin": _("GSTIN"),
        "credit_days": _("Credit days"),
    }


def _of_goods() -> dict[str, str]:
    return {
        "item": _("Item"),
        "sku": _("SKU"),
        "category": _("Category"),
        "brand": _("Brand"),
        "hsn": _("HSN"),
        "unit": _("Unit"),
        "qty": _("Quantity"),
        "on_hand": _("On hand"),
        "stock_value": _("Stock value"),
    }


def operator_labels() -> dict[str, str]:
    """By the name of the comparison."""
    return {
        "is": _("is"),
        "is-not": _("is not"),
        "contains": _("contains"),
        "begins": _("begins with"),
        "over": _("is more than"),
        "under": _("is less than"),
        "from": _("from"),
        "to": _("until"),
    }


def period_labels() -> dict[str, str]:
    """By the word of the days."""
    return {
        "": _("All days"),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "week": _("The last seven days"),
        "month": _("This month"),
        "last-month": _("Last month"),
        "year": _("This year"),
        "last-year": _("Last year"),
    }


def every_labels() -> dict[str, str]:
    """By the rhythm of a schedule."""
    return {"day": _("Every day"), "week": _("Every week"), "month": _("Every month")}


def weekday_labels() -> list[str]:
    """Monday first."""
    return [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
