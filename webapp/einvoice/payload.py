"""INV-01 version 1.1: a document as the portal's JSON. Pure; figures are exact decimals, and text is made what the schema takes.

Source of the fields: the schema of the National Informatics Centre (einv-apisandbox.nic.in, Generate IRN, version 1.03), read 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from webapp.einvoice.values import Document, Export, Line, Person, Place, Site
from webapp.kernel.money import rounded
from webapp.kernel.text import clean_text

VERSION = "1.1"
Payload = dict[str, Any]
# Of these fields a value shorter than the schema's least is left out: they may be absent, but not short.
_SHORTEST = 3


def payload_of(document: Document) -> Payload:
    """The payload, without an `Irn`: the portal makes that by itself. Refuses nothing; `checks.problems` says what is wrong."""
    taxable = [line for line in document.lines if line.is_taxable]
    parts: Payload = {
        "Version": VERSION,
        "TranDtls": {"TaxSch": "GST", "SupTyp": document.supply_type.value, "RegRev": "Y" if document.is_reverse_charge else "N"},
        "DocDtls": {"Typ": document.doc_type.value, "No": document.number, "Dt": _day(document.day)},
        "SellerDtls": _person(document.seller, town_most=50),
        "BuyerDtls": _person(document.buyer, town_most=100) | {"Pos": document.place_of_supply},
        "ItemList": [_item(line, is_charged=not document.is_reverse_charge) for line in taxable],
        "ValDtls": _values(document, taxable),
        "PayDtls": {"CrDay": document.credit_days, "PaidAmt": _money(document.paid), "PaymtDue": _money(document.due)},
    }
    if document.operator_gstin:
        parts["TranDtls"]["EcmGstin"] = document.operator_gstin
    if document.igst_on_intra:
        parts["TranDtls"]["IgstOnIntra"] = "Y"
    if document.from_site:
        parts["DispDtls"] = {"Nm": _words(document.from_site.name, 100), **_place(document.from_site.place, 100)}
    if document.to_site:
        parts["ShipDtls"] = _ship_to(document.to_site)
    if document.before:
        parts["RefDtls"] = {"PrecDocDtls": [{"InvNo": one.number, "InvDt": _day(one.day)} for one in document.before]}
    if document.export and (told := _export(document.export)):
        parts["ExpDtls"] = told
    return parts


def as_json(value: Any) -> str:
    """The payload as JSON text: a Decimal is written as the number it is, digit for digit. No float is made on the way."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(name)}:{as_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _person(person: Person, *, town_most: int) -> Payload:
    found = {"Gstin": person.gstin, "LglNm": _words(person.legal_name, 100)}
    if len(trade := _words(person.trade_name, 100)) >= _SHORTEST:
        found["TrdNm"] = trade
    found |= _place(person.place, town_most)
    phone = "".join(sign for sign in person.phone if sign in "0123456789")
    if 6 <= len(phone) <= 12:
        found["Ph"] = phone
    if 6 <= len(person.email) <= 100 and person.email.isascii() and person.email.count("@") == 1:
        found["Em"] = person.email
    return found


def _place(place: Place, town_most: int) -> Payload:
    """An address. What is longer than one line of the schema goes on in the second."""
    address = _words(place.address or place.town, 203)
    first = address[:100]
    if len(address) > 100 and " " in first:
        first = first[: first.rindex(" ")]
    rest = address[len(first) :].strip()[:100]
    found: Payload = {"Addr1": first}
    if len(rest) >= _SHORTEST:
        found["Addr2"] = rest
    found["Loc"] = _words(place.town, town_most)
    if place.pin.isdecimal() and place.pin.isascii():
        found["Pin"] = int(place.pin)
    return found | {"Stcd": place.state_code}


def _ship_to(site: Site) -> Payload:
    found: Payload = {"LglNm": _words(site.name, 100), **_place(site.place, 100)}
    return ({"Gstin": site.gstin} if site.gstin else {}) | found


def _item(line: Line, *, is_charged: bool) -> Payload:
    """A line. Where the buyer pays the tax, the line says it and comes to its value alone, as the bill does; the portal takes both."""
    found: Payload = {"SlNo": str(line.number), "IsServc": "Y" if line.is_service else "N", "HsnCd": line.hsn}
    if len(name := _words(line.name, 300)) >= _SHORTEST:
        found["PrdDesc"] = name
    if line.qty:
        found["Qty"] = Decimal(line.qty).scaleb(-3)
    if line.unit and line.unit != "NA":
        found["Unit"] = line.unit
    found |= {
        # Three decimals of a rupee are what the schema takes; the amounts below say what it comes to.
        "UnitPrice": Decimal(rounded(line.unit_price, 100)).scaleb(-3),
        "TotAmt": _money(line.gross),
        "Discount": _money(line.discount),
        "AssAmt": _money(line.taxable),
        "GstRt": _rate(line.rate_bp),
        "IgstAmt": _money(line.igst),
        "CgstAmt": _money(line.cgst),
        "SgstAmt": _money(line.sgst),
        "CesRt": _rate(line.cess_bp),
        "CesAmt": _money(line.cess),
        "CesNonAdvlAmt": _money(0),
        "TotItemVal": _money(line.total if is_charged else line.taxable),
    }
    if _SHORTEST <= len(batch := _words(line.batch, 300)) <= 20:
        found["BchDtls"] = {"Nm": batch}
    return found


def _values(document: Document, taxable: list[Line]) -> Payload:
    """The totals. What bears no GST is in the other charges, as other programs of the trade tell the portal."""
    return {
        "AssVal": _money(sum(line.taxable for line in taxable)),
        "CgstVal": _money(sum(line.cgst for line in taxable)),
        "SgstVal": _money(sum(line.sgst for line in taxable)),
        "IgstVal": _money(sum(line.igst for line in taxable)),
        "CesVal": _money(sum(line.cess for line in taxable)),
        "Discount": _money(0),  # every discount is in its line already
        "OthChrg": _money(sum(line.total for line in document.lines if not line.is_taxable) + document.collected),
        "RndOffAmt": _money(document.round_off),
        "TotInvVal": _money(document.total),
    }


def _export(export: Export) -> Payload:
    told = {
        "ShipBNo": _words(export.bill_number, 20),
        "ShipBDt": _day(export.bill_day) if export.bill_day else "",
        "Port": export.port,
        "CntCode": export.country,
    }
    return {name: value for name, value in told.items() if value}


def _words(text: str, most: int) -> str:
    """One line of text. The schema takes neither a double quote nor a backslash."""
    return clean_text(text).replace('"', "'").replace("\\", "/")[:most].strip()


def _money(paise: int) -> Decimal:
    return Decimal(paise).scaleb(-2)


def _rate(bp: int) -> Decimal:
    return Decimal(bp).scaleb(-2)


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
