"""What the portal would refuse, found before it is asked: the shape of the schema, then the portal's own rules. Pure.

The portal stops listening to a program that sends it too much it must refuse, so nothing leaves that fails here.
Source of the rules: its list of validations and error codes, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from webapp.einvoice import codes, law
from webapp.kernel.dates import written
from webapp.kernel.records import dataclass
from webapp.tax.retail import is_taxed_on_retail_price
from webapp.tax.states import OTHER_COUNTRY, RETIRED_STATES, STATES

# The portal lets computed figures differ by one rupee (2189, 2194, 2234, 2235): ours are exact to the paisa, and this catches the rest.
_ONE_RUPEE = Decimal(1)
_CENT = Decimal("0.01")
_HEADS = (
    ("AssVal", "AssAmt", "2182"),
    ("SgstVal", "SgstAmt", "2183"),
    ("CgstVal", "CgstAmt", "2184"),
    ("IgstVal", "IgstAmt", "2185"),
    ("CesVal", "CesAmt", "2186"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document cannot be sent: the field of the payload, the portal's code (or "schema"), the words, and what to do."""

    field: str
    code: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of the rules depends on the day and on the seller."""

    today: date
    day: date
    turnover_crore: int


def problems(payload: Mapping[str, Any], about: Circumstances) -> tuple[Problem, ...]:
    """Everything the portal would refuse. Rules are looked at only when the shape is right: they read its fields."""
    from webapp.einvoice.shape import misfits  # some forty patterns, near a megabyte, for the process that checks a document

    wrong = tuple(Problem(path, "schema", f"{_named(path)} {words}.", _fix(path)) for path, words in misfits(payload))
    if wrong:
        return wrong
    found = (*_of_the_day(about), *_of_the_parties(payload), *_of_the_lines(payload, about), *_of_the_totals(payload))
    return tuple(found)


def _refused(field: str, code: str, detail: str = "") -> Problem:
    said = codes.meaning(code)
    return Problem(field, code, f"{said.problem} {detail}".strip(), said.fix)


def _of_the_day(about: Circumstances) -> Iterator[Problem]:
    if about.day > about.today:
        yield _refused("DocDtls.Dt", "2163")
    elif law.holds(law.WINDOW, about.turnover_crore, about.today) and about.today > law.last_day(about.day):
        last = written(law.last_day(about.day))
        yield Problem(
            "DocDtls.Dt",
            "window",
            f"The last day to report this document was {last}: {law.WINDOW_DAYS} days from its own.",
            "Cancel it and issue it anew with today's date; ask your accountant about the tax of the month it was in.",
        )


def _of_the_parties(payload: Mapping[str, Any]) -> Iterator[Problem]:
    seller, buyer, kind = payload["SellerDtls"], payload["BuyerDtls"], payload["TranDtls"]["SupTyp"]
    is_export = kind in ("EXPWP", "EXPWOP")
    if seller["Gstin"] == buyer["Gstin"]:
        yield _refused("BuyerDtls.Gstin", "2211")
    if _state(seller["Gstin"][:2]) != seller["Stcd"]:
        yield _refused("SellerDtls.Stcd", "2258")
    if payload["TranDtls"].get("RegRev") == "Y" and kind != "B2B":
        yield _refused("TranDtls.RegRev", "2162")
    if is_export:
        wanted = (("Gstin", "URP", "2248"), ("Pos", OTHER_COUNTRY, "2229"), ("Stcd", OTHER_COUNTRY, "2261"))
        yield from (_refused(f"BuyerDtls.{name}", code) for name, value, code in wanted if buyer[name] != value)
    else:
        yield from _of_a_buyer_here(buyer, kind)
    for part in ("SellerDtls", "BuyerDtls", "DispDtls", "ShipDtls"):
        place = payload.get(part)
        abroad = is_export and part in ("BuyerDtls",)
        if place and not abroad and "Pin" in place and not law.pin_fits(int(place["Pin"]), place["Stcd"]):
            yield _refused(f"{part}.Pin", "2178", f"{place['Pin']} is not in {STATES.get(place['Stcd'], place['Stcd'])}.")


def _of_a_buyer_here(buyer: Mapping[str, Any], kind: str) -> Iterator[Problem]:
    if buyer["Gstin"] == "URP":
        yield _refused("BuyerDtls.Gstin", "2171" if kind == "DEXP" else "2212")
    elif buyer["Gstin"][:2].isdigit() and _state(buyer["Gstin"][:2]) not in (buyer["Stcd"], "99"):
        yield _refused("BuyerDtls.Stcd", "2265")
    if "Pin" not in buyer:
        yield _refused("BuyerDtls.Pin", "2244")
    if buyer["Stcd"] not in STATES or buyer["Stcd"] == OTHER_COUNTRY:
        yield _refused("BuyerDtls.Stcd", "2260")
    if buyer["Pos"] == OTHER_COUNTRY:
        yield _refused("BuyerDtls.Pos", "2242")
    elif buyer["Pos"] not in STATES:
        yield _refused("BuyerDtls.Pos", "2243")


def _of_the_lines(payload: Mapping[str, Any], about: Circumstances) -> Iterator[Problem]:
    items = payload["ItemList"]
    if len(items) > law.MOST_ITEMS:
        yield _refused("ItemList", "2173", f"It has {len(items)}, the portal takes {law.MOST_ITEMS}.")
    if len({item["SlNo"] for item in items}) < len(items):
        yield _refused("ItemList.SlNo", "2233")
    taxes = _taxes_wanted(payload)
    for number, item in enumerate(items, 1):
        for name, code, detail in _of_a_line(item, payload, about, taxes):
            yield _refused(f"ItemList[{number}].{name}", code, f"Line {item['SlNo']}. {detail}".strip())


Found = Iterator[tuple[str, str, str]]


def _of_a_line(item: Mapping[str, Any], payload: Mapping[str, Any], about: Circumstances, taxes: Callable[..., Found]) -> Found:
    is_service = item["IsServc"] == "Y"
    if item["HsnCd"].startswith("99") != is_service:
        yield "IsServc", "2176", "Chapter 99 is services, every other is goods."
    if about.turnover_crore >= law.SIX_DIGITS_CRORE and len(item["HsnCd"]) < 6:
        yield "HsnCd", "2176", f"{item['HsnCd']} has four digits; a turnover above 5 crore rupees needs six."
    if not is_service and "Qty" not in item:
        yield "Qty", "2238", ""
    if not is_service and "Unit" not in item:
        yield "Unit", "2239", ""
    if int(item["GstRt"] * 100) not in law.RATES_BP:
        yield "GstRt", "2179", f"It is {item['GstRt']} %."
    if item["TotAmt"] - item.get("Discount", 0) != item["AssAmt"]:
        yield "AssAmt", "2193", ""
    if item["CgstAmt"] != item["SgstAmt"]:
        yield "SgstAmt", "2227", ""
    worth = sum(item[name] for name in ("AssAmt", "IgstAmt", "CgstAmt", "SgstAmt", "CesAmt", "CesNonAdvlAmt"))
    # Under reverse charge the total may be told with or without the tax.
    without = item["AssAmt"] if payload["TranDtls"].get("RegRev") == "Y" else worth
    if item["TotItemVal"] not in (worth, without):
        yield "TotItemVal", "2194", ""
    yield from taxes(item)
    # The portal does not hold the taxes of a note against its rate.
    is_at_rate = payload["DocDtls"]["Typ"] == "INV" and payload["TranDtls"]["SupTyp"] not in ("SEZWOP", "EXPWOP")
    if is_at_rate and not is_taxed_on_retail_price(item["HsnCd"], about.day):
        yield from _at_its_rate(item)


def _taxes_wanted(payload: Mapping[str, Any]) -> Callable[..., Found]:
    """Which heads a line may bear (IGST Act s.7, s.8)."""
    seller, buyer, kind = payload["SellerDtls"], payload["BuyerDtls"], payload["TranDtls"]["SupTyp"]
    on_intra = payload["TranDtls"].get("IgstOnIntra") == "Y"
    is_intra = seller["Stcd"] == buyer["Pos"] and not on_intra

    def of(item: Mapping[str, Any]) -> Found:
        if kind.startswith(("EXP", "SEZ")):
            if item["CgstAmt"] or item["SgstAmt"]:
                yield "CgstAmt", "2180" if kind.startswith("EXP") else "2237", ""
        elif is_intra and item["IgstAmt"]:
            yield "IgstAmt", "2172", ""
        elif not is_intra and (item["CgstAmt"] or item["SgstAmt"]):
            yield "CgstAmt", "2174", ""
        if on_intra and seller["Stcd"] != buyer["Pos"]:
            yield "IgstAmt", "2262", ""

    return of


def _at_its_rate(item: Mapping[str, Any]) -> Found:
    tax = item["AssAmt"] * item["GstRt"] / 100
    if item["CgstAmt"] or item["SgstAmt"]:
        half = (tax / 2).quantize(_CENT, ROUND_HALF_UP)
        if abs(item["CgstAmt"] - half) > _ONE_RUPEE:
            yield "CgstAmt", "2234", f"{item['GstRt']} % of {item['AssAmt']} gives {half} each."
    elif abs(item["IgstAmt"] - tax) > _ONE_RUPEE:
        yield "IgstAmt", "2235", f"{item['GstRt']} % of {item['AssAmt']} gives {tax.quantize(_CENT, ROUND_HALF_UP)}."


def _of_the_totals(payload: Mapping[str, Any]) -> Iterator[Problem]:
    totals, items = payload["ValDtls"], payload["ItemList"]
    for name, of_line, code in _HEADS:
        if totals[name] != sum(item[of_line] for item in items):
            yield _refused(f"ValDtls.{name}", code)
    taxes = sum(totals[name] for name in ("CgstVal", "SgstVal", "IgstVal", "CesVal"))
    worth = totals["AssVal"] + taxes + totals["OthChrg"] + totals["RndOffAmt"] - totals["Discount"]
    without = worth - taxes if payload["TranDtls"].get("RegRev") == "Y" else worth
    if totals["TotInvVal"] not in (worth, without):
        yield _refused("ValDtls.TotInvVal", "2189", f"Its parts come to {worth}, the document says {totals['TotInvVal']}.")


def _state(code: str) -> str:
    return RETIRED_STATES.get(code, code)


# What a person calls the fields that are most often wrong, and where they are put right.
_NAMES = {
    "SellerDtls": "Our",
    "BuyerDtls": "The customer's",
    "DocDtls": "The document's",
}
_FIELDS = {
    "Pin": "PIN code",
    "Loc": "city",
    "Addr1": "address",
    "LglNm": "name",
    "HsnCd": "HSN code",
    "Unit": "unit",
    "No": "number",
    "Gstin": "GSTIN",
    "Stcd": "state",
}


def _named(path: str) -> str:
    part, _dot, rest = path.partition(".")
    name, (_list, bracket, number) = rest.rpartition(".")[-1], part.partition("[")
    whose = f"Line {number.rstrip(']')}: the" if bracket else _NAMES.get(part, part)
    return f"{whose} {_FIELDS.get(name, name)}".strip()


def _fix(path: str) -> str:
    if path.startswith("SellerDtls"):
        return "Fill it in under Settings, or at the store, then send again."
    if path.startswith("BuyerDtls"):
        return "Fill it in at the customer, then send again."
    if path.startswith("ItemList"):
        return "Correct the item, then cancel the document and issue it anew."
    return "Cancel the document and issue it anew."
