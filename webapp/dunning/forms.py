"""Text of forms and addresses to commands, or errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp.dunning import rules
from webapp.dunning.queries import Policy, Wanted
from webapp.dunning.rules import Rule
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.text import clean_text

OUTCOMES = ("sent", "skipped")


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the log; what cannot be read filters nothing."""
    outcome, tone = args.get("outcome", ""), args.get("tone", "")
    return Wanted(
        words=clean_text(args.get("q", ""))[:100],
        outcome=outcome if outcome in OUTCOMES else "",
        tone=tone if tone in rules.TONES else "",
        first=read_day(args.get("from", "")),
        last=read_day(args.get("to", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same as an address carries them."""
    days = {"from": wanted.first.isoformat() if wanted.first else "", "to": wanted.last.isoformat() if wanted.last else ""}
    given = {"q": wanted.words, "outcome": wanted.outcome, "tone": wanted.tone, **days}
    return {name: value for name, value in given.items() if value}


def parse_place(text: str) -> tuple[date, UUID] | None:
    """Where a page of the log begins, as its address says it, or None."""
    day_text, _space, id_text = text.partition("_")
    day, party_id = read_day(day_text), read_id(id_text)
    return (day, party_id) if day and party_id else None


def parse_policy(form: Mapping[str, str]) -> Policy:
    """The choices as typed."""
    errors = {}
    since = form.get("bills_from", "").strip()
    day = read_day(since) if since else None
    if since and day is None:
        errors["bills_from"] = "Choose a day, or leave it empty."
    version = form.get("version", "").strip()
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        errors[""] = "Open the page again and press once more."
    if errors:
        raise InvalidInput(errors)
    return Policy(is_on=form.get("is_on") == "1", on_sundays=form.get("on_sundays") == "1", bills_from=day, version=int(version))


def parse_rule(form: Mapping[str, str], rule_id: UUID | None) -> Rule:
    """A rule as typed; a new one bears the id that its form carried, so that a second click makes no second rule."""
    errors: dict[str, str] = {}
    days = _days(form, errors)
    least = Paise(0)
    if text := form.get("least", "").strip():
        try:
            least = read_paise(text)
        except ValueError:
            errors["least"] = "Type an amount in rupees, or leave it empty."
    chosen = form.get("price_list", "").strip()
    price_list = read_id(chosen) if chosen else None
    if chosen and price_list is None:
        errors["price_list"] = "Choose the price list from the list."
    version = form.get("version", "1")
    if errors:
        raise InvalidInput(errors)
    return Rule(
        id=rule_id or read_id(form.get("id", "")) or new_id(),
        days=days,
        tone=form.get("tone", ""),
        least_paise=least,
        price_list_id=price_list,
        has_link=form.get("has_link") == "1",
        is_active=form.get("is_active") == "1",
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
    )


def parse_holiday(form: Mapping[str, str]) -> tuple[date, str]:
    """A day of one's own and what it is."""
    day = read_day(form.get("day", "").strip())
    errors = {} if day else {"day": "Choose the day."}
    if not clean_text(form.get("name", "")):
        errors["name"] = f"Type what the day is, with at most {rules.MOST_NAME} characters."
    if errors or day is None:
        raise InvalidInput(errors)
    return day, form.get("name", "")


def _days(form: Mapping[str, str], errors: dict[str, str]) -> int:
    text, when = form.get("days", "").strip(), form.get("when", "after")
    if not (text.isascii() and text.isdigit() and len(text) < 4) or when not in ("before", "after"):
        errors["days"] = f"Type days from 0 to {rules.MOST_DAYS_BEFORE} before, or from 1 to {rules.MOST_DAYS_AFTER} after the due date."
        return 0
    return -int(text) if when == "before" else int(text)
