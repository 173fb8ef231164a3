"""Documents to report: one made by hand, and those of the portal's samples read back into what they were made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from webapp.einvoice.values import Before, DocType, Document, Export, Line, Person, Place, Site, SupplyType
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty

SELLER = Person("27AABCS1234D1ZV", "Sharma Stores", "Sharma Stores", Place("12 MG Road", "Pune", "411001", "27"), "+919812345678")
BUYER = Person("27AAPFU0939F1ZV", "Umbrella Traders", "Umbrella Traders", Place("4 Station Road", "Pune", "411002", "27"))


def line(number: int = 1, taxable: int = 1_000_00, bp: int = 1800, **more: Any) -> Line:
    """A line of ten pieces within the state."""
    half = taxable * bp // 20_000
    given = {"cgst": half, "sgst": half, "hsn": "340111", "unit": "NOS", "discount": 0} | more
    return Line(
        number=number,
        name=f"Soap {number}",
        qty=Qty(10_000),
        unit_price=MilliPaise(taxable * 100),
        gross=Paise(taxable + given["discount"]),
        taxable=Paise(taxable),
        rate_bp=BasisPoints(bp),
        **given,
    )


def paper(*lines: Line, **more: Any) -> Document:
    """A tax invoice within the state."""
    lines = lines or (line(),)
    found = Document(
        doc_type=DocType.INVOICE,
        number="26A1/000123",
        day=date(2026, 11, 20),
        supply_type=SupplyType.B2B,
        seller=SELLER,
        buyer=BUYER,
        place_of_supply="27",
        lines=lines,
        round_off=Paise(0),
        total=Paise(sum(one.total for one in lines)),
    )
    found = replace(found, due=found.total)
    return replace(found, **more)


def igst(number: int = 1, taxable: int = 1_000_00, bp: int = 1800, **more: Any) -> Line:
    """The same to another state, or out of the country."""
    return line(number, taxable, bp, **({"cgst": 0, "sgst": 0, "igst": taxable * bp // 10_000} | more))


def abroad(lut: bool = True) -> Document:
    """An export."""
    sold = igst(igst=0) if lut else igst()
    buyer = Person("URP", "Acme Inc", "Acme Inc", Place("5 Main Street", "Springfield", "999999", "96"))
    return paper(sold, buyer=buyer, place_of_supply="96", supply_type=SupplyType.EXPORT_LUT if lut else SupplyType.EXPORT_PAID)


def read_sample(told: dict[str, Any], nil: int = 0) -> Document:
    """The document that a sample payload was made of. `nil` paise of it bear no GST and are no item of the sample."""
    lines = [_line(item) for item in told["ItemList"]]
    if nil:
        free = line(1, nil, 0, cgst=0, sgst=0, is_taxable=False)
        lines.insert(0, free)
    values, pay = told["ValDtls"], told["PayDtls"]
    export = told.get("ExpDtls")
    return Document(
        doc_type=DocType(told["DocDtls"]["Typ"]),
        number=told["DocDtls"]["No"],
        day=_day(told["DocDtls"]["Dt"]),
        supply_type=SupplyType(told["TranDtls"]["SupTyp"]),
        seller=_person(told["SellerDtls"]),
        buyer=_person(told["BuyerDtls"]),
        place_of_supply=told["BuyerDtls"]["Pos"],
        lines=tuple(lines),
        round_off=paise(values["RndOffAmt"]),
        total=paise(values["TotInvVal"]),
        paid=paise(pay["PaidAmt"]),
        due=paise(pay["PaymtDue"]),
        credit_days=pay["CrDay"],
        before=tuple(Before(one["InvNo"], _day(one["InvDt"])) for one in told.get("RefDtls", {}).get("PrecDocDtls", ())),
        from_site=site(told["DispDtls"]) if "DispDtls" in told else None,
        export=Export(export["ShipBNo"], date.fromisoformat(export["ShipBDt"]), export["Port"], export["CntCode"]) if export else None,
    )


def site(told: dict[str, Any]) -> Site:
    return Site(told["Nm"], _place(told))


def _line(item: dict[str, Any]) -> Line:
    return Line(
        number=int(item["SlNo"]),
        name=item["PrdDesc"],
        hsn=item["HsnCd"],
        qty=Qty(int(Decimal(item["Qty"]) * 1000)),
        unit=item["Unit"],
        unit_price=MilliPaise(int(Decimal(item["UnitPrice"]) * 100_000)),
        gross=paise(item["TotAmt"]),
        discount=paise(item["Discount"]),
        taxable=paise(item["AssAmt"]),
        rate_bp=BasisPoints(paise(item["GstRt"])),
        igst=paise(item["IgstAmt"]),
        cgst=paise(item["CgstAmt"]),
        sgst=paise(item["SgstAmt"]),
    )


def _person(told: dict[str, Any]) -> Person:
    return Person(told["Gstin"], told["LglNm"], told.get("TrdNm", ""), _place(told))


def _place(told: dict[str, Any]) -> Place:
    return Place(told["Addr1"], told["Loc"], str(told["Pin"]), told["Stcd"])


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day of a paper


def paise(rupees: Any) -> Paise:
    return Paise(int(Decimal(rupees) * 100))
