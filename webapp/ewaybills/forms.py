"""What pages send, as the commands of this room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.ewaybills.checks import is_transporter, is_vehicle
from webapp.ewaybills.codes import meaning
from webapp.ewaybills.commands import Cancel, Details, Extension, Load, Noted, PutTogether, Reload, SetUp, Split, Vehicle
from webapp.ewaybills.gathering import document_number, plate
from webapp.ewaybills.law import MODES, MOST_KM, ROAD
from webapp.ewaybills.queries import Wanted
from webapp.ewaybills.rules import Road, State
from webapp.ewaybills.values import Carriage, Kind, Place, Site, SubSupply
from webapp.kernel.dates import IST, read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_paise, read_qty
from webapp.kernel.text import clean_text
from webapp.tax.identifiers import check_gstin
from webapp.tax.states import STATES

MOST_OF_A_KEY = 20_000
MOST_OF_NUMBERS = 10_000  # signs: more numbers than go together
_MOST_PAISE = 10**13
_SITE_FIELDS = ("name", "address", "town", "pin", "state", "gstin")


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    state, kind = args.get("state", ""), args.get("kind", "")
    return Wanted(
        clean_text(args.get("q", ""))[:100],
        state if state in (*State, "expired") else "",
        kind if kind in list(Kind) else "",
        read_day(args.get("from", "")),
        read_day(args.get("to", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    told = {
        "q": wanted.text,
        "state": wanted.state,
        "kind": wanted.kind,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
    }
    return {name: value for name, value in told.items() if value}


def parse_kind(text: str) -> Kind:
    """Which kind of document; a bill where nothing is said."""
    return Kind(text) if text in list(Kind) else Kind.INVOICE


def parse_chosen(form: MultiDict[str, str]) -> list[UUID]:
    """The documents that were ticked. InvalidInput for none."""
    found = [one for one in (read_id(text) for text in form.getlist("document")) if one is not None]
    if not found:
        raise InvalidInput({"document": "Tick the documents first, or use the button for all that match."})
    return found


def parse_details(form: Mapping[str, str]) -> Details:
    """How goods travel. InvalidInput by field."""
    errors: dict[str, str] = {}
    sub = form.get("sub_supply", "")
    if sub and sub not in list(SubSupply):
        errors["sub_supply"] = "Choose what the goods travel for."
    dispatch, ship = _site(form, "dispatch", errors), _site(form, "ship", errors)
    carriage = _carriage(form, errors)
    if errors:
        raise InvalidInput(errors)
    words = clean_text(form.get("sub_words", ""))[:20].strip() if sub == SubSupply.OTHERS else ""
    return Details(_whole(form.get("version", "")) or 0, carriage, sub, words, dispatch, ship)


def _carriage(form: Mapping[str, str], errors: dict[str, str]) -> Carriage:
    km = _whole(form.get("distance_km", "") or "0")
    if km is None or km > MOST_KM:
        errors["distance_km"] = f"{meaning('221').fix} At most {MOST_KM}."
    vehicle = plate(form.get("vehicle", ""))
    mode = form.get("mode", "") or (ROAD if vehicle else "")  # whoever names a vehicle means the road, unless he says otherwise
    if mode and mode not in MODES:
        errors["mode"] = meaning("220").fix
    if vehicle and not is_vehicle(vehicle):
        errors["vehicle"] = meaning("225").fix
    transporter = form.get("transporter_id", "").replace(" ", "").upper()
    if transporter and not is_transporter(transporter):
        errors["transporter_id"] = meaning("222").fix
    return Carriage(
        distance_km=km or 0,
        mode=mode,
        vehicle=vehicle,
        vehicle_type="O" if form.get("vehicle_type") == "O" else "R",
        transporter_id=transporter,
        transporter_name=clean_text(form.get("transporter_name", ""))[:100],
        trans_doc_no=_document(form, errors),
        trans_doc_date=_day(form, "trans_doc_date", errors),
    )


def _document(form: Mapping[str, str], errors: dict[str, str]) -> str:
    typed = clean_text(form.get("trans_doc_no", "")).replace(" ", "")
    if document_number(typed) != typed:
        errors["trans_doc_no"] = "At most 15 letters, digits, - and /."
    return document_number(typed)


def _day(form: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    typed = form.get(name, "").strip()
    found = read_day(typed)
    if typed and found is None:
        errors[name] = "Choose a day."
    return found


def _site(form: Mapping[str, str], part: str, errors: dict[str, str]) -> Site | None:
    """Another place of dispatch or delivery; None where all its fields are empty."""
    typed = {name: clean_text(form.get(f"{part}_{name}", "")) for name in _SITE_FIELDS}
    if not any(value for name, value in typed.items() if name != "state"):
        return None
    wanted = {"name": "Type the name.", "address": "Type the address.", "town": "Type the town."}
    errors |= {f"{part}_{name}": words for name, words in wanted.items() if not typed[name]}
    if not (typed["pin"].isascii() and typed["pin"].isdecimal() and len(typed["pin"]) == 6):
        errors[f"{part}_pin"] = "A PIN code has six digits."
    if typed["state"] not in STATES:
        errors[f"{part}_state"] = "Choose the state."
    gstin = typed["gstin"].replace(" ", "").upper()
    try:
        gstin = check_gstin(gstin) if gstin and gstin != "URP" else ""
    except ValueError as wrong:
        errors[f"{part}_gstin"] = str(wrong)
    place = Place(typed["address"][:240], typed["town"][:50], typed["pin"], typed["state"])
    return Site(typed["name"][:100], place, gstin)


def parse_together(form: MultiDict[str, str]) -> PutTogether:
    """E-way bills and the vehicle that takes them all. InvalidInput by field."""
    errors: dict[str, str] = {}
    numbers = [part for part in re.split(r"[,;\n]", form.get("numbers", "")[:MOST_OF_NUMBERS]) if part.strip()]
    id_ = read_id(form.get("id", ""))
    asked = PutTogether(
        id=id_ or new_id(),
        document_ids=tuple(dict.fromkeys(one for one in map(read_id, form.getlist("document")) if one is not None)),
        numbers=tuple("".join(part.split())[:30] for part in numbers),
        mode=form.get("mode", "") or ROAD,
        vehicle=plate(form.get("vehicle", ""))[:30],
        place=form.get("place", "")[:200],
        state_code=form.get("state_code", ""),
        trans_doc_no=_document(form, errors),
        trans_doc_date=_day(form, "trans_doc_date", errors),
    )
    if errors:
        raise InvalidInput(errors)
    return asked


def parse_trip_number(form: Mapping[str, str]) -> tuple[str, datetime]:
    """The number of a consolidated e-way bill that was made elsewhere, and when. InvalidInput by field."""
    made_at = _clock(form.get("made_at", ""))
    if made_at is None:
        raise InvalidInput({"made_at": "Choose the day and time at which it was made."})
    return "".join(form.get("number", "").split())[:20], made_at


def parse_vehicle(form: Mapping[str, str]) -> Vehicle:
    errors: dict[str, str] = {}
    asked = Vehicle(
        mode=form.get("mode", ""),
        vehicle=plate(form.get("vehicle", "")),
        place=form.get("place", "")[:200],
        state_code=form.get("state_code", ""),
        reason=form.get("reason", ""),
        remark=form.get("remark", "")[:200],
        trans_doc_no=_document(form, errors),
        trans_doc_date=_day(form, "trans_doc_date", errors),
        vehicle_type="O" if form.get("vehicle_type") == "O" else "R",
    )
    if errors:
        raise InvalidInput(errors)
    return asked


def parse_split(form: Mapping[str, str]) -> Split:
    """Goods that go on in several vehicles. InvalidInput by field."""
    place = {name: form.get(name, "")[:200] for name in ("mode", "place", "state_code", "to_place", "to_state", "unit", "reason", "remark")}
    return Split(qty=_qty(form), **place)


def parse_load(form: Mapping[str, str]) -> Load:
    """One of the vehicles. InvalidInput by field."""
    errors: dict[str, str] = {}
    document, day = _document(form, errors), _day(form, "trans_doc_date", errors)
    if errors:
        raise InvalidInput(errors)
    return Load(_whole(form.get("group_no", "")) or 0, plate(form.get("vehicle", ""))[:30], document, day, _qty(form))


def parse_reload(form: Mapping[str, str]) -> Reload:
    """Another vehicle in the place of one. InvalidInput by field."""
    errors: dict[str, str] = {}
    document = _document(form, errors)
    if errors:
        raise InvalidInput(errors)
    place = {name: form.get(name, "")[:200] for name in ("place", "state_code", "reason", "remark")}
    group_no, line_no = (_whole(form.get(name, "")) or 0 for name in ("group_no", "line_no"))
    return Reload(group_no, line_no, plate(form.get("vehicle", ""))[:30], document, **place)


def _qty(form: Mapping[str, str]) -> int:
    try:
        return read_qty(form.get("qty", ""))
    except ValueError as wrong:
        raise InvalidInput({"qty": str(wrong)}) from None


def parse_extension(form: Mapping[str, str]) -> Extension:
    errors: dict[str, str] = {}
    asked = Extension(
        place=form.get("place", "")[:200],
        state_code=form.get("state_code", ""),
        pin=form.get("pin", "").strip()[:10],
        km_left=_whole(form.get("km_left", "")) or 0,
        reason=form.get("reason", ""),
        remark=form.get("remark", "")[:200],
        mode=form.get("mode", ""),
        vehicle=plate(form.get("vehicle", "")),
        trans_doc_no=_document(form, errors),
        trans_doc_date=_day(form, "trans_doc_date", errors),
        is_moving=form.get("stands") != "1",
        stands_in=form.get("stands_in", ""),
        address=form.get("address", "")[:300],
    )
    if errors:
        raise InvalidInput(errors)
    return asked


def parse_cancel(form: Mapping[str, str]) -> Cancel:
    return Cancel(form.get("reason", ""), form.get("remark", "")[:200], is_done=form.get("is_done") == "1")


def parse_noted(form: Mapping[str, str]) -> Noted:
    """An e-way bill made elsewhere. InvalidInput by field."""
    errors: dict[str, str] = {}
    made_at = _clock(form.get("made_at", ""))
    typed = form.get("valid_until", "").strip()
    until = _clock(typed)
    if made_at is None:
        errors["made_at"] = "Choose the day and time at which it was made."
    if typed and until is None:
        errors["valid_until"] = "Choose the day and time until which it holds, or leave it empty for part A."
    if errors or made_at is None:
        raise InvalidInput(errors)
    return Noted("".join(form.get("number", "").split())[:20], made_at, until)


def _clock(text: str) -> datetime | None:
    """A time of a form, which is India's."""
    try:
        found = datetime.strptime(text.strip()[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=IST)
    except ValueError:
        return None
    return found if 2018 <= found.year <= 2099 else None


def parse_set_up(form: Mapping[str, str]) -> SetUp:
    """How a registration makes its e-way bills. InvalidInput by field."""
    errors: dict[str, str] = {}
    is_on = form.get("is_on") == "1"
    begins_on = read_day(form.get("begins_on", "")) if is_on else None
    if is_on and begins_on is None:
        errors["begins_on"] = "Choose the day of the first document."
    road = form.get("road", Road.FILE.value)
    if road not in list(Road):
        errors["road"] = "Choose how e-way bills reach the portal."
    own = None
    if typed := form.get("own", "").strip():
        try:
            own = read_paise(typed)
        except ValueError as wrong:
            errors["own"] = str(wrong)
        if own is not None and not 0 <= own < _MOST_PAISE:
            errors["own"] = "Type an amount in rupees, such as 100000."
    if errors:
        raise InvalidInput(errors)
    return SetUp(
        gstin=form.get("gstin", "")[:15],
        version=_whole(form.get("version", "")) or 0,
        begins_on=begins_on,
        road=Road(road),
        own_paise=own,
        is_sandbox=form.get("is_sandbox") == "1",
        base_url=form.get("base_url", "").strip().rstrip("/")[:300],
        client_id=clean_text(form.get("client_id", ""))[:200],
        client_secret=form.get("client_secret", "").strip()[:200],
        user_name=clean_text(form.get("user_name", ""))[:200],
        password=form.get("password", "").strip()[:200],
        portal_key=form.get("portal_key", "").strip()[:MOST_OF_A_KEY],
    )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
