"""What pages send, as the commands of this room."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.einvoice.commands import Cancel, SetUp
from webapp.einvoice.queries import Wanted
from webapp.einvoice.rules import Road, State
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.text import clean_text

MOST_OF_A_KEY = 20_000


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    state = args.get("state", "")
    return Wanted(
        clean_text(args.get("q", ""))[:100],
        state if state in list(State) else "",
        read_day(args.get("from", "")),
        read_day(args.get("to", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    told = {
        "q": wanted.text,
        "state": wanted.state,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
    }
    return {name: value for name, value in told.items() if value}


def parse_chosen(form: MultiDict[str, str]) -> list[UUID]:
    """The documents that were ticked. InvalidInput for none."""
    found = [one for one in (read_id(text) for text in form.getlist("bill")) if one is not None]
    if not found:
        raise InvalidInput({"bill": "Tick the documents first, or use the button for all that match."})
    return found


def parse_cancel(form: Mapping[str, str]) -> Cancel:
    """The cancellation of an e-invoice."""
    return Cancel(form.get("reason", ""), form.get("remark", ""), is_done=form.get("is_done") == "1")


def parse_set_up(form: Mapping[str, str]) -> SetUp:
    """How a registration reports. InvalidInput by field."""
    errors: dict[str, str] = {}
    is_on = form.get("is_on") == "1"
    begins_on = read_day(form.get("begins_on", "")) if is_on else None
    if is_on and begins_on is None:
        errors["begins_on"] = "Choose the day of the first document to report."
    road = form.get("road", Road.FILE.value)
    if road not in list(Road):
        errors["road"] = "Choose how documents reach the portal."
    turnover, version = form.get("turnover_crore", ""), form.get("version", "")
    if not (turnover.isascii() and turnover.isdigit() and len(turnover) < 6):
        errors["turnover_crore"] = "Choose the step your turnover is in."
    if errors:
        raise InvalidInput(errors)
    return SetUp(
        gstin=form.get("gstin", "")[:15],
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        begins_on=begins_on,
        turnover_crore=int(turnover),
        road=Road(road),
        base_url=form.get("base_url", "").strip().rstrip("/")[:300],
        client_id=clean_text(form.get("client_id", ""))[:200],
        client_secret=form.get("client_secret", "").strip()[:200],
        user_name=clean_text(form.get("user_name", ""))[:200],
        password=form.get("password", "").strip()[:200],
        portal_key=form.get("portal_key", "").strip()[:MOST_OF_A_KEY],
    )
