"""The e-way bill portal's own writing, version 1.03: a consignment as JSON, for its interface and its bulk upload. Pure; exact decimals.

Source of the fields: docs.ewaybillgst.gov.in, Generate E-Way Bill, version 1.03, and the bulk upload's 1.0.0621; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from webapp.ewaybills.values import Carriage, Consignment, End, Line, Site, SubSupply
from webapp.kernel.text import clean_text

Payload = dict[str, Any]
BULK_VERSION = "1.0.0621"
# The bulk upload calls some fields otherwise than the interface.
_BULK_NAMES = {
    "transactionType": "transType",
    "actFromStateCode": "actualFromStateCode",
    "actToStateCode": "actualToStateCode",
    "otherValue": "OthValue",
    "cessNonAdvolValue": "TotNonAdvolVal",
}


def payload_of(goods: Consignment, by: Carriage) -> Payload:
    """The payload. Refuses nothing; `checks.problems` says what is wrong. What is empty is left out."""
    found: Payload = {
        "userGstin": goods.gstin,
        "supplyType": "O" if goods.is_outward else "I",
        "subSupplyType": int(goods.sub_supply),
    }
    if goods.sub_supply is SubSupply.OTHERS:
        found["subSupplyDesc"] = _words(goods.sub_words, 20)
    found |= {
        "docType": goods.doc_type,
        "docNo": goods.number,
        "docDate": day_of(goods.day),
        "transactionType": goods.transaction_type,
        **_end("from", goods.sender),
        **_end("to", goods.taker),
        **_values(goods),
        **_part_b(by),
        "itemList": [_item(line) for line in goods.lines],
    }
    if main := _main_hsn(goods):
        found["mainHsnCode"] = main
    return found


def bulk_of(payload: Mapping[str, Any]) -> Payload:
    """The same as a bill of the file for the bulk upload."""
    return {_BULK_NAMES.get(name, name): value for name, value in payload.items()}


def by_irn(irn: str, by: Carriage, dispatch: Site | None, ship: Site | None) -> Payload:
    """What the e-invoice portal wants for an e-way bill of a document it has registered: part B, and other places where there are."""
    found: Payload = {"Irn": irn, "Distance": by.distance_km}
    told = {
        "TransMode": by.mode,
        "TransId": by.transporter_id,
        "TransName": _words(by.transporter_name, 100),
        "TransDocDt": day_of(by.trans_doc_date) if by.trans_doc_date else "",
        "TransDocNo": by.trans_doc_no,
        "VehNo": by.vehicle,
        "VehType": by.vehicle_type if by.mode else "",
    }
    found |= {name: value for name, value in told.items() if value}
    if ship:
        found["ExpShipDtls"] = {"Gstin": ship.gstin or "URP", "TrdNm": _words(ship.name, 100), **_site(ship)}
    if dispatch:
        found["DispDtls"] = {"Nm": _words(dispatch.name, 100), **_site(dispatch)}
    return found


def day_of(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _site(site: Site) -> Payload:
    address = _words(site.place.address or site.place.town, 100)
    return {"Addr1": address, "Loc": _words(site.place.town, 100), "Pin": _pin(site.place.pin), "Stcd": site.place.state_code}


def _end(side: str, end: End) -> Payload:
    """Address, town and PIN are where the goods are; GSTIN and state are of the paper; the state of the goods stands apart."""
    at = end.goods_at
    address = _words(at.address or at.town, 240)
    found: Payload = {f"{side}TrdName": _words(end.name, 100), f"{side}Gstin": end.gstin, f"{side}Addr1": address[:120].strip()}
    if rest := address[120:].strip():
        found[f"{side}Addr2"] = rest
    state, acts = f"{side}StateCode", f"act{side.title()}StateCode"
    return found | {
        f"{side}Place": _words(at.town, 50),
        f"{side}Pincode": _pin(at.pin),
        state: _code(end.place.state_code),
        acts: _code(at.state_code),
    }


def _values(goods: Consignment) -> Payload:
    """The totals. What the document adds or takes off beside its lines, and its round-off, is the other value."""
    lines = goods.lines
    parts: dict[str, int] = {
        "totalValue": sum(line.taxable for line in lines),
        "cgstValue": sum(line.cgst for line in lines),
        "sgstValue": sum(line.sgst for line in lines),
        "igstValue": sum(line.igst for line in lines),
        "cessValue": sum(line.cess for line in lines),
        "cessNonAdvolValue": 0,
    }
    parts["otherValue"] = goods.total - sum(parts.values())
    parts["totInvValue"] = goods.total
    return {name: _money(value) for name, value in parts.items()}


def _part_b(by: Carriage) -> Payload:
    found: Payload = {"transMode": int(by.mode)} if by.mode else {}
    found["transDistance"] = by.distance_km
    told = {
        "transporterName": _words(by.transporter_name, 100),
        "transporterId": by.transporter_id,
        "transDocNo": by.trans_doc_no,
        "transDocDate": day_of(by.trans_doc_date) if by.trans_doc_date else "",
        "vehicleNo": by.vehicle,
        "vehicleType": by.vehicle_type if by.vehicle else "",
    }
    return found | {name: value for name, value in told.items() if value}


def _item(line: Line) -> Payload:
    found: Payload = {"itemNo": line.number, "productDesc": _words(line.name, 100), "hsnCode": line.hsn}
    if line.qty:
        found |= {"qtyUnit": line.unit, "quantity": Decimal(line.qty).scaleb(-3)}
    is_within, is_between = bool(line.cgst or line.sgst), bool(line.igst)
    return found | {
        "taxableAmount": _money(line.taxable),
        "sgstRate": _rate(line.rate_bp, 2) if is_within else Decimal(0),
        "cgstRate": _rate(line.rate_bp, 2) if is_within else Decimal(0),
        "igstRate": _rate(line.rate_bp) if is_between else Decimal(0),
        "cessRate": _rate(line.cess_bp) if line.cess else Decimal(0),
        "cessNonAdvol": 0,
    }


def _main_hsn(goods: Consignment) -> str:
    """Of the goods worth most."""
    found = [line for line in goods.lines if line.hsn and not line.is_service]
    return max(found, key=lambda line: line.taxable).hsn if found else ""


def _words(text: str, most: int) -> str:
    """One line of text. The portal takes neither a double quote nor a backslash."""
    return clean_text(text).replace('"', "'").replace("\\", "/")[:most].strip()


def _pin(pin: str) -> int:
    return int(pin) if pin.isascii() and pin.isdecimal() and len(pin) == 6 else 0


def _code(state: str) -> int:
    return int(state) if state.isascii() and state.isdecimal() else 0


def _money(paise: int) -> Decimal:
    return Decimal(paise).scaleb(-2)


def _rate(bp: int, parts: int = 1) -> Decimal:
    return Decimal(bp).scaleb(-2) / parts
