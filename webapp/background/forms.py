"""What the address of the list asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from webapp.background.queries import Place, Wanted
from webapp.background.rules import NAMES, State
from webapp.kernel.dates import IST, read_day
from webapp.kernel.ids import read_id
from webapp.kernel.text import clean_text


def parse_wanted(args: Mapping[str, str], called: Mapping[str, str]) -> Wanted:
    """The filters; what cannot be read filters nothing. `called` are the jobs' names in the reader's words, which are searched."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    words, state = clean_text(args.get("q", ""))[:100], args.get("state", "")
    found = tuple(name for name in called if words.casefold() in called[name].casefold()) if words else None
    return Wanted(
        words=words,
        names=found,
        state=state if state in set(State) else "",
        first=datetime.combine(first, time(), IST) if first else None,
        until=datetime.combine(last, time(), IST) + timedelta(days=1) if last and last.year < 9999 else None,
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same as an address carries them."""
    given = {
        "q": wanted.words,
        "state": wanted.state,
        "from": wanted.first.date().isoformat() if wanted.first else "",
        "to": (wanted.until - timedelta(days=1)).date().isoformat() if wanted.until else "",
    }
    return {name: value for name, value in given.items() if value}


def read_place(text: str) -> Place | None:
    """Where the page before ended; None: the list's beginning."""
    hex_id, _, name = text.partition("_")
    found = read_id(hex_id)
    return Place(found, name) if found and name in NAMES else None


def write_place(place: Place) -> str:
    return f"{place.event_id.hex}_{place.name}"
