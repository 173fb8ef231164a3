"""What the address of the list asks for, and what the form of a threshold says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from webapp.kernel.dates import IST, read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.text import clean_text
from webapp.security_events import rules
from webapp.security_events.queries import Wanted


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters; what cannot be read filters nothing."""
    first, last, kind = read_day(args.get("from", "")), read_day(args.get("to", "")), args.get("kind", "")
    return Wanted(
        words=clean_text(args.get("q", ""))[:100],
        kind=kind if kind in (*rules.KINDS, "alerts") else "",
        user_id=read_id(args.get("person", "")),
        first=datetime.combine(first, time(), IST) if first else None,
        until=datetime.combine(last, time(), IST) + timedelta(days=1) if last and last.year < 9999 else None,
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same as an address carries them."""
    given = {
        "q": wanted.words,
        "kind": wanted.kind,
        "person": wanted.user_id.hex if wanted.user_id else "",
        "from": wanted.first.date().isoformat() if wanted.first else "",
        "to": (wanted.until - timedelta(days=1)).date().isoformat() if wanted.until else "",
    }
    return {name: value for name, value in given.items() if value}


def parse_threshold(form: Mapping[str, str]) -> tuple[str, int, date]:
    """A rule, from how many on, and since when. InvalidInput by field."""
    most, since = form.get("most", "").strip(), read_day(form.get("since", ""))
    errors = {}
    if not (most.isascii() and most.isdigit() and len(most) < 6):
        errors["most"] = f"Type a number from {rules.LEAST} to {rules.MOST}."
    if since is None:
        errors["since"] = "Choose a day."
    if errors or since is None:
        raise InvalidInput(errors)
    return form.get("rule", ""), int(most), since
