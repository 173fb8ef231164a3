"""What the portal would refuse, found before it is asked: each by the portal's own code, with the field and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from webapp.einvoice import pin_fits
from webapp.ewaybills import codes, law
from webapp.ewaybills.values import ABROAD_PIN, UNREGISTERED
from webapp.kernel.dates import written
from webapp.kernel.records import dataclass
from webapp.tax.identifiers import check_gstin
from webapp.tax.states import OTHER_COUNTRY, RETIRED_STATES, STATES

_NUMBER = re.compile(r"[A-Za-z0-9/-]{1,16}")
_HSN = re.compile(r"[0-9]{4}(?:[0-9]{2}){0,2}")
_UNIT = re.compile(r"[A-Z]{3,8}")
# As on the plate, a temporary number (TR, TM), the army's, Nepal's and Bhutan's: 7 to 15 letters and digits, with a digit among them.
_VEHICLE = re.compile(r"(?=.*[0-9])[A-Z0-9]{7,15}")
_TRANSPORTER = re.compile(r"[0-9]{2}[A-Z0-9]{13}")
_SANDBOX_GSTIN = re.compile(r"[0-9]{2}[A-Z0-9]{13}")
_TWO_RUPEES = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong. `field` is the payload's own name; `code` the portal's, or a word of ours where it has none."""

    field: str
    code: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a payload does not say itself. `is_sandbox`: the portal's test GSTINs, which fail their check digit, pass."""

    today: date
    day: date
    trans_doc_date: date | None = None
    is_sandbox: bool = False
    is_sez: bool = False  # to or from a special economic zone, which bears IGST within a state too


def problems(payload: Mapping[str, Any], about: Circumstances) -> tuple[Problem, ...]:
    """Everything the portal would refuse."""
    return (
        *_of_the_document(payload, about),
        *_of_the_ends(payload, about),
        *_of_the_lines(payload, about),
        *_of_the_totals(payload),
        *part_b_problems(payload, about),
    )


def refused(field: str, code: str, detail: str = "") -> Problem:
    """The problem of a code, with its words."""
    said = codes.meaning(code)
    return Problem(field, code, f"{said.problem} {detail}".strip(), said.fix)


def is_gstin(gstin: str, *, is_sandbox: bool = False) -> bool:
    """Whether it is one: by its check digit, or only by its shape where the portal's sandbox is used."""
    if is_sandbox:
        return bool(_SANDBOX_GSTIN.fullmatch(gstin))
    try:
        return check_gstin(gstin) == gstin
    except ValueError:
        return False


def is_vehicle(text: str) -> bool:
    return bool(_VEHICLE.fullmatch(text))


def is_transporter(text: str) -> bool:
    """Whether it may be a transporter's id: a GSTIN, or the portal's TRANSIN of the same length."""
    return bool(_TRANSPORTER.fullmatch(text))


def _of_the_document(payload: Mapping[str, Any], about: Circumstances) -> Iterator[Problem]:
    allowed = (law.OUTWARD if payload["supplyType"] == "O" else law.INWARD).get(str(payload["subSupplyType"]))
    if allowed is None:
        yield refused("subSupplyType", "203")
    elif payload["docType"] not in allowed:
        yield refused("docType", "205")
    if str(payload["subSupplyType"]) == "8" and not payload.get("subSupplyDesc"):
        yield refused("subSupplyDesc", "377")
    if not _NUMBER.fullmatch(payload["docNo"]):
        yield refused("docNo", "206", f"This is {payload['docNo']}.")
    if about.day > about.today:
        yield refused("docDate", "207", "It is in the future.")
    elif about.today >= law.LIMITS_SINCE and about.today - about.day > law.OLDEST:
        yield refused("docDate", "207", f"It was too old after {written(about.day + law.OLDEST)}.")
    if payload["transactionType"] not in (1, 2, 3, 4):
        yield refused("transactionType", "612")
    own = "fromGstin" if payload["supplyType"] == "O" else "toGstin"
    if payload["userGstin"] != payload[own]:
        yield refused(own, "359" if own == "fromGstin" else "360")


def _of_the_ends(payload: Mapping[str, Any], about: Circumstances) -> Iterator[Problem]:
    sub, kind = payload["subSupplyType"], payload["transactionType"]
    for side, acts, gstin_code, pin_code, state_code in (
        ("from", "actFromStateCode", "208", "210", "211"),
        ("to", "actToStateCode", "212", "214", "215"),
    ):
        gstin, pin, state = payload[f"{side}Gstin"], payload[f"{side}Pincode"], f"{payload[f'{side}StateCode']:02}"
        at = f"{payload[acts]:02}"
        if gstin != UNREGISTERED and not is_gstin(gstin, is_sandbox=about.is_sandbox):
            yield refused(f"{side}Gstin", gstin_code, f"This is {gstin}.")
        if (side, sub) in (("to", 3), ("from", 2)):
            if at == OTHER_COUNTRY and str(pin) != ABROAD_PIN:
                yield refused(f"{side}Pincode", "374" if side == "to" else "376")
        elif not 100_000 <= pin <= 999_999 or not pin_fits(pin, at):
            yield refused(f"{side}Pincode", pin_code, f"{pin or 'None'} is not in {STATES.get(at, at)}.")
        if state not in STATES or at not in STATES:
            yield refused(f"{side}StateCode", state_code)
        elif gstin != UNREGISTERED and not about.is_sandbox and _state_of(gstin) not in (state, "99"):
            yield refused(f"{side}StateCode", state_code, f"{gstin} is of another state than {STATES[state]}.")
        if not payload[f"{side}Place"]:
            yield Problem(
                f"{side}Place",
                "place",
                "The town where the goods leave is missing." if side == "from" else "The town where the goods go is missing.",
                codes.CORRECT_ADDRESS,
            )
        # Types 2 and 4 name another place of delivery, 3 and 4 another of dispatch.
        if state != at and kind not in ((3, 4) if side == "from" else (2, 4)) and (side, sub) not in (("to", 3), ("from", 2)):
            yield refused(acts, "643" if side == "from" else "644")


def _state_of(gstin: str) -> str:
    return RETIRED_STATES.get(gstin[:2], gstin[:2])


def _of_the_lines(payload: Mapping[str, Any], about: Circumstances) -> Iterator[Problem]:
    items = payload["itemList"]
    if not items or all(str(item["hsnCode"]).startswith("99") for item in items):
        yield refused("itemList", "233")
    if len(items) > law.MOST_ITEMS:
        yield Problem(
            "itemList", "items", f"It has {len(items)} lines, the portal takes {law.MOST_ITEMS}.", "Issue it as several documents."
        )
    is_between = payload["fromStateCode"] != payload["toStateCode"] or payload["subSupplyType"] in (2, 3) or about.is_sez
    for item in items:
        where, said = f"itemList[{item['itemNo']}]", f"Line {item['itemNo']}."
        if not _HSN.fullmatch(str(item["hsnCode"])):
            yield refused(f"{where}.hsnCode", "216", said)
        if "quantity" in item and not _UNIT.fullmatch(item["qtyUnit"] or ""):
            yield refused(f"{where}.qtyUnit", "217", said)
        if item["cgstRate"] != item["sgstRate"]:
            yield refused(f"{where}.sgstRate", "251", said)
        if int((item["cgstRate"] + item["sgstRate"]) * 100) not in law.RATES_BP:
            yield refused(f"{where}.cgstRate", "218", said)
        if int(item["igstRate"] * 100) not in law.RATES_BP:
            yield refused(f"{where}.igstRate", "219", said)
        if item["igstRate"] and not is_between:
            yield refused(f"{where}.igstRate", "623", said)
        if item["cgstRate"] and is_between:
            yield refused(f"{where}.cgstRate", "378" if about.is_sez else "624", said)


def _of_the_totals(payload: Mapping[str, Any]) -> Iterator[Problem]:
    names = ("totalValue", "cgstValue", "sgstValue", "igstValue", "cessValue", "cessNonAdvolValue")
    worth = sum(payload[name] for name in names)
    if worth - payload["totInvValue"] > _TWO_RUPEES and payload["otherValue"] >= 0:
        yield refused("totInvValue", "620", f"Its parts come to {worth}, the document says {payload['totInvValue']}.")
    if any(payload[name] < 0 for name in (*names, "totInvValue")):
        yield refused("totInvValue", "640")


def part_b_problems(payload: Mapping[str, Any], about: Circumstances) -> Iterator[Problem]:
    """What is wrong with how the goods travel."""
    km, mode = payload["transDistance"], str(payload.get("transMode", ""))
    vehicle, document = payload.get("vehicleNo", ""), payload.get("transDocNo", "")
    is_same_pin = payload["fromPincode"] == payload["toPincode"]
    if not 0 <= km <= law.MOST_KM:
        yield refused("transDistance", "221", f"At most {law.MOST_KM} km.")
    elif is_same_pin and not 1 <= km <= law.MOST_KM_WITHIN_A_PIN:
        yield refused("transDistance", "221", f"Within one PIN code it is 1 to {law.MOST_KM_WITHIN_A_PIN} km.")
    if mode and mode not in law.MODES:
        yield refused("transMode", "220")
    if vehicle and not is_vehicle(vehicle):
        yield refused("vehicleNo", "225", f"This is {vehicle}.")
    if (vehicle or document) and not mode:
        yield refused("transMode", "621" if vehicle else "638")
    if mode == law.ROAD and not vehicle:
        yield refused("vehicleNo", "303")
    elif mode and mode != law.IN_TRANSIT and not (vehicle or document):
        yield refused("transDocNo", "226")
    transporter = payload.get("transporterId", "")
    if transporter and not is_transporter(transporter):
        yield refused("transporterId", "222")
    if not mode and not transporter:
        yield refused("transporterId", "619")
    if about.trans_doc_date and about.trans_doc_date < about.day:
        yield refused("transDocDate", "362")
