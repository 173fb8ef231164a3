"""What pages send, as the commands of this room."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp.consignment.queries import Place
from webapp.consignment.rules import CHARGES
from webapp.consignment.service import AccountSale, Charge, Sold
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import BasisPoints, MilliPaise, Qty, read_basis_points, read_millipaise, read_paise, read_qty
from webapp.kernel.text import clean_text
from webapp.orders import WantedStanding

PURPOSES = ("supply", "approval", "job_work", "other")
STATES = ("soon", "overdue")
MOST_SEARCH = 100


def parse_wanted(args: Mapping[str, str]) -> WantedStanding:
    """The filters of what stands with others. What cannot be read is as if it had not been asked."""
    purpose, state = args.get("purpose", ""), args.get("state", "")
    return WantedStanding(
        text=clean_text(args.get("q", ""))[:MOST_SEARCH],
        purpose=purpose if purpose in PURPOSES else "",
        state=state if state in STATES else "",
        party_id=read_id(args.get("party", "")),
    )


def address_of(wanted: WantedStanding) -> dict[str, str]:
    """The same filters as an address carries them."""
    party = str(wanted.party_id) if wanted.party_id else ""
    found = {"q": wanted.text, "purpose": wanted.purpose, "state": wanted.state, "party": party}
    return {name: value for name, value in found.items() if value}


def read_place(text: str) -> Place | None:
    """Where a page of items goes on, as its address carries it: the id, a point, the name."""
    hex_id, _, name = text.partition(".")
    id_ = read_id(hex_id)
    return Place(name, id_) if id_ and name else None


def write_place(place: Place | None) -> str:
    """The same as an address carries it."""
    return f"{place.id.hex}.{place.name}" if place else ""


def parse_account_sale(form: Mapping[str, str], challan_id: UUID, account_id: UUID) -> AccountSale:
    """An agent's account sale. `account_id` is where charges go that name no account. InvalidInput by field."""
    errors: dict[str, str] = {}
    sold = [one for name in form if (one := _sold(form, name, errors))]
    charges = [charge for kind in CHARGES if (charge := _charge(form, kind, account_id, errors))]
    day = read_day(form.get("day", ""))
    if day is None:
        errors["day"] = "Choose the day of the account sale."
    if errors or day is None:
        raise InvalidInput(errors)
    return AccountSale(
        id=read_id(form.get("id")) or new_id(),
        challan_id=challan_id,
        number=clean_text(form.get("number", "")),
        day=day,
        sold=tuple(sorted(sold, key=lambda one: one.line_no)),
        charges=tuple(charges),
        credit_reason=clean_text(form.get("credit_reason", "")),
    )


def _sold(form: Mapping[str, str], name: str, errors: dict[str, str]) -> Sold | None:
    line = name.removeprefix("qty_")
    if not (name.startswith("qty_") and line.isascii() and line.isdigit() and len(line) < 6 and form[name].strip()):
        return None
    qty, rate = Qty(0), None
    try:
        qty = read_qty(form[name])
    except ValueError as words:
        errors[name] = str(words)
    try:
        rate = read_millipaise(text) if (text := form.get(f"rate_{line}", "").strip()) else None
    except ValueError as words:
        errors[f"rate_{line}"] = str(words)
    batch, serials = clean_text(form.get(f"batch_{line}", "")).upper(), form.get(f"serials_{line}", "").strip()
    return Sold(int(line), qty, MilliPaise(rate) if rate is not None else None, batch, serials)


def _charge(form: Mapping[str, str], kind: str, account_id: UUID, errors: dict[str, str]) -> Charge | None:
    if not (text := form.get(kind, "").strip()):
        return None
    try:
        amount = read_paise(text)
    except ValueError as words:
        errors[kind] = str(words)
        return None
    try:
        rate = read_basis_points(form.get(f"{kind}_rate", "").strip() or "0")
    except ValueError as words:
        errors[f"{kind}_rate"] = str(words)
        return None
    chosen = read_id(form.get(f"{kind}_account", "")) or account_id
    return Charge(kind, amount, BasisPoints(rate), chosen)
