"""Text of forms and addresses to commands, or errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from webapp.kernel.dates import IST, read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_text
from webapp.notifications import rules
from webapp.notifications.queries import Policy, Wanted
from webapp.notifications.service import PartyWishes


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the log; what cannot be read filters nothing."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    state, event, channel = args.get("state", ""), args.get("event", ""), args.get("channel", "")
    return Wanted(
        words=clean_text(args.get("q", ""))[:100],
        event=event if event in rules.EVENTS else "",
        channel=channel if channel in rules.CHANNELS else "",
        state=state if state in set(rules.State) else "",
        first=datetime.combine(first, time(), IST) if first else None,
        until=datetime.combine(last, time(), IST) + timedelta(days=1) if last else None,
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same as an address carries them."""
    days = {
        "from": wanted.first.date().isoformat() if wanted.first else "",
        "to": (wanted.until - timedelta(days=1)).date().isoformat() if wanted.until else "",
    }
    given = {"q": wanted.words, "event": wanted.event, "channel": wanted.channel, "state": wanted.state, **days}
    return {name: value for name, value in given.items() if value}


def parse_policy(form: Mapping[str, str]) -> Policy:
    """The rules of a business as typed."""
    errors: dict[str, str] = {}
    rest = {name: _minute_of(form.get(name, ""), name, errors) for name in ("rest_from", "rest_until")}
    whole = {name: _whole(form.get(name, ""), name, errors) for name in ("most_per_day", "fallback_minutes", "version")}
    budget = None
    if text := form.get("budget", "").strip():
        try:
            budget = read_paise(text)
        except ValueError:
            errors["budget"] = "Type an amount in rupees, or leave it empty."
    if errors:
        raise InvalidInput(errors)
    return Policy(**rest, **whole, budget_paise=budget, language=form.get("language", ""))


def parse_choices(form: Any, names: Mapping[str, rules.Event]) -> dict[str, tuple[str, ...] | None]:
    """For each event the channels that are ticked; None where "as usual" is."""
    return {name: None if form.get(f"{name}-usual") == "1" else tuple(form.getlist(name)) for name in names}


def parse_wishes(form: Any) -> PartyWishes:
    """How a party wants to be told. The channels in the order in which they are tried."""
    channels = None if form.get("usual") == "1" else tuple(way for way in rules.FOR_PARTIES if way in form.getlist("channels"))
    told_of = {event: {"yes": True, "no": False}.get(form.get(event, "")) for event in rules.OF_EACH_PARTY}
    agreed, has_ended = clean_text(form.get("agreed", "")), form.get("ended") == "1"
    return PartyWishes(channels, form.get("language", ""), agreed, has_ended=has_ended, told_of=told_of)


def parse_place(event: str, language: str, channel: str) -> tuple[str, str, str]:
    """Which words are meant. NotFound for none of ours."""
    if event not in rules.CHOSEN or language not in rules.LANGUAGES or channel not in rules.CHANNELS:
        raise NotFound("words")
    known = rules.FOR_PARTIES if rules.EVENTS[event].told is rules.Told.PARTY else rules.FOR_MEMBERS
    if channel not in known:
        raise NotFound("words")
    return event, language, channel


def _minute_of(text: str, name: str, errors: dict[str, str]) -> int:
    hours, _colon, minutes = text.strip().partition(":")
    if all(part.isascii() and part.isdigit() and len(part) < 3 for part in (hours, minutes)) and int(hours) < 24 and int(minutes) < 60:
        return int(hours) * 60 + int(minutes)
    errors[name] = "Type a time of the day, such as 21:00."
    return 0


def _whole(text: str, name: str, errors: dict[str, str]) -> int:
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    errors[name] = "Type a whole number."
    return 0
