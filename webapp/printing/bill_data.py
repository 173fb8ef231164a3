"""A bill as data, to be carried inside its paper: the public shape that docs/printing.md describes, no more than the paper says.

Amounts in paise, quantities in thousandths of the unit, prices in thousandths of a paisa, rates in basis points: whole numbers all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from webapp.printing.registered import Mark
from webapp.printing.rules import BillPaper, Layout

FORMAT, VERSION = "munim-bill", 1
_PERSON = ("name", "legal_name", "gstin", "address", "city", "pin_code", "state_code", "phone")
_LINE = ("hsn", "unit", "unit_price_millipaise", "price_includes_tax", "rate_bp", "cess_bp", "batch", "serials")
_AMOUNTS = ("taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise")


def file_name(number: str) -> str:
    """What the file in a paper is called: the bill's number, with a dash for each sign that a name of a file may not have."""
    return f"{''.join(sign if sign.isascii() and sign.isalnum() else '-' for sign in number)}.json"


def bill_data(paper: BillPaper, layout: Layout, mark: Mark | None, collected: Sequence[Any]) -> bytes:
    """The bill as JSON in UTF-8. What it cost the shop, and ids of its database, are nobody else's."""
    head = paper.header
    said = {
        "format": FORMAT,
        "version": VERSION,
        "document": {
            "kind": head.kind,
            "number": head.number,
            "date": head.invoice_date.isoformat(),
            "copy": layout.copy,
            "against": paper.against_number,
            "is_cancelled": paper.is_cancelled,
            "is_reverse_charge": paper.is_reverse_charge,
            "scheme": head.scheme,
            "supply": head.supply,
            "place_of_supply": head.place_of_supply,
            "declaration": paper.declaration,
            "note": head.note,
        },
        "seller": _person(paper.seller),
        "buyer": _person(paper.buyer) if paper.buyer else None,
        "lines": [_line(line) for line in paper.lines],
        "totals": {
            "discount_paise": head.discount_paise,
            **{name: getattr(head, name) for name in _AMOUNTS},
            "round_off_paise": head.round_off_paise,
            "total_paise": head.total_paise,
            "collected_at_source_paise": sum(one.amount for one in collected),
        },
        "payments": [{"mode": one.mode, "amount_paise": one.amount_paise, "reference": one.reference} for one in paper.tenders],
        "einvoice": _einvoice(mark),
        "ewaybill_number": mark.ewb_no if mark else "",
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _person(person: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(person.get(name) or "") for name in _PERSON}


def _line(line: Any) -> dict[str, Any]:
    return {
        "number": line.line_no,
        "name": line.name,
        "local_name": line.local_name,
        "quantity_thousandths": line.qty,
        **{name: getattr(line, name) for name in _LINE},
        "discount_paise": line.discount_paise + line.bill_discount_paise,
        **{name: getattr(line, name) for name in _AMOUNTS},
        "total_paise": line.total_paise,
    }


def _einvoice(mark: Mark | None) -> dict[str, Any] | None:
    """What the e-invoice portal has of it; the signed QR as the portal made it, so that its signature can be checked again."""
    if mark is None or not mark.irn:
        return None
    at = mark.ack_at.isoformat() if mark.ack_at else ""
    return {
        "irn": mark.irn,
        "ack_number": mark.ack_no,
        "ack_at": at,
        "is_cancelled": mark.is_cancelled,
        "signed_qr": mark.signed_qr,
    }
