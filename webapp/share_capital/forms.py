"""What the pages of the register of shares send, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_text
from webapp.share_capital.rules import MOST_SHARES, Holder, Move
from webapp.share_capital.service import MOST_HOLDERS, ClassDraft

_MOST_DIGITS = len(str(MOST_SHARES))
NO_COUNT = "Type the number of shares as a whole number."


def parse_class(form: Mapping[str, str]) -> ClassDraft:
    """The form of a class. InvalidInput by field."""
    errors: dict[str, str] = {}
    face_value = 0
    try:
        face_value = int(read_paise(form.get("face_value", "")))
    except ValueError as refusal:
        errors["face_value"] = str(refusal)
    authorised = read_count(form.get("authorised", ""))
    if authorised is None:
        errors["authorised"] = NO_COUNT
    if errors:
        raise InvalidInput(errors)
    return ClassDraft(form.get("name", ""), form.get("kind", "") == "preference", face_value, authorised or 0, form.get("rights", ""))


def parse_move(form: Mapping[str, str]) -> Move:
    """The form of an entry. InvalidInput by field."""
    errors: dict[str, str] = {}
    day, shares = read_day(form.get("day", "")), read_count(form.get("shares", ""))
    if day is None:
        errors["day"] = "Choose the day."
    if shares is None:
        errors["shares"] = NO_COUNT
    if errors:
        raise InvalidInput(errors)
    return Move(day or date.min, form.get("kind", ""), shares or 0)


def parse_holders(form: Mapping[str, str]) -> tuple[tuple[Holder, ...], dict[str, str]]:
    """The rows that say something, and for each of its fields the field of the row it was typed in. InvalidInput by field."""
    holders: list[Holder] = []
    typed_in: dict[str, str] = {}
    errors: dict[str, str] = {}
    for row in range(MOST_HOLDERS + 1):
        name, text = clean_text(form.get(f"name_{row}", "")), form.get(f"shares_{row}", "").strip()
        if not name and not text:
            continue
        shares = read_count(text)
        if shares is None:
            errors[f"shares_{row}"] = NO_COUNT
        typed_in |= {f"{field}_{len(holders)}": f"{field}_{row}" for field in ("name", "shares")}
        holders.append(Holder(name, shares or 0, form.get(f"promoter_{row}") == "1"))
    if errors:
        raise InvalidInput(errors)
    return tuple(holders), typed_in


def read_version(form: Mapping[str, str]) -> int:
    """The version a form was opened with; -1, which none has, where it cannot be read."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def read_count(text: str) -> int | None:
    """A whole number, with or without commas, of up to 10^12; None when it is none."""
    plain = text.replace(",", "").strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _MOST_DIGITS):
        return None
    return int(plain)
