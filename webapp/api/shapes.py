"""How things look in JSON: amounts in whole paise, quantities in thousandths, rates in hundredths of a per cent, days and instants as
RFC 3339, ids with their hyphens. What stands here is promised by the OpenAPI document."""

from __future__ import annotations

from typing import Any

from webapp.company import Profile
from webapp.platform.api import instant
from webapp.sales import Header, InvoiceRow, InvoiceView, LineRow


def business_of(company_id: int, one: Profile) -> dict[str, Any]:
    """The business as its bills name it."""
    return {
        "id": company_id,
        "name": one.name,
        "legal_name": one.legal_name,
        "gstin": one.gstin,
        "scheme": one.scheme,
        "state_code": one.state_code,
        "address": one.address,
        "city": one.city,
        "pin_code": one.pin_code,
        "phone": one.phone,
        "email": one.email,
        "books_begin": one.books_begin.isoformat(),
    }


def row_of(one: InvoiceRow) -> dict[str, Any]:
    """A bill of a list. As on the page, a credit note's amounts take away."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "number": one.number,
        "date": one.invoice_date.isoformat(),
        "issued_at": instant(one.issued_at),
        "party_name": one.party_name,
        "party_phone": one.party_phone,
        "taxable_paise": one.taxable_paise,
        "tax_paise": one.tax_paise,
        "total_paise": one.total_paise,
        "paid_by": list(one.modes),
        "is_cancelled": one.is_cancelled,
    }


def bill_of(one: InvoiceView) -> dict[str, Any]:
    """A bill whole, with its lines and how it was paid. A credit note's amounts are positive here, as on its paper."""
    head = one.header
    return {
        **_head(head),
        "is_cancelled": one.cancellation is not None,
        "lines": [_line(line) for line in one.lines],
        "tenders": [{"mode": tender.mode, "amount_paise": tender.amount_paise} for tender in one.tenders],
    }


def _head(head: Header) -> dict[str, Any]:
    amounts = ("taxable", "cgst", "sgst", "igst", "cess", "round_off", "total")
    return {
        "id": str(head.id),
        "kind": head.kind,
        "number": head.number,
        "date": head.invoice_date.isoformat(),
        "issued_at": instant(head.issued_at),
        "store_id": str(head.store_id),
        "party_id": str(head.party_id) if head.party_id else None,
        "party_name": head.party_name,
        "place_of_supply": head.place_of_supply,
        "against_id": str(head.against_id) if head.against_id else None,
        **{f"{name}_paise": getattr(head, f"{name}_paise") for name in amounts},
    }


def _line(line: LineRow) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "item_id": str(line.item_id),
        "name": line.name,
        "hsn": line.hsn,
        "qty_thousandths": line.qty,
        "unit": line.unit,
        "rate_bp": line.rate_bp,
        "taxable_paise": line.taxable_paise,
        "total_paise": line.total_paise,
    }
