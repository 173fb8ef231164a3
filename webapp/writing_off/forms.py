"""What pages send, as the commands of this room."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp import outstandings
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_text
from webapp.writing_off.queries import Wanted
from webapp.writing_off.rules import BAD_DEBT, DISCOUNT, KINDS, LET_OFF_KINDS, SMALL_LIMIT, LetOff, WriteOffCommand

TYPED_KINDS = (BAD_DEBT, DISCOUNT)  # what a person writes off by hand; odd paise and small balances have their own ways


def parse_let_off(form: Mapping[str, str]) -> LetOff:
    """What was typed beside each bill as `off_<line>`, and of which kind. InvalidInput by field."""
    kind = form.get("off_kind", DISCOUNT)
    parts = outstandings.parse_parts({name: value for name, value in form.items() if name != "off_kind"}, "off_")
    return LetOff(kind if kind in LET_OFF_KINDS else DISCOUNT, parts)


def parse_write_off(form: Mapping[str, str], party_id: UUID, store_id: UUID) -> WriteOffCommand:
    """The form that writes bills off. InvalidInput by field."""
    errors: dict[str, str] = {}
    parts: tuple[outstandings.Part, ...] = ()
    try:
        parts = outstandings.parse_parts(form)
    except InvalidInput as refusal:
        errors |= refusal.errors
    kind, day, reason = form.get("kind", ""), read_day(form.get("written_on", "")), clean_text(form.get("reason", ""))
    if kind not in TYPED_KINDS:
        errors["kind"] = "Choose what it is."
    if day is None:
        errors["written_on"] = "Choose the day."
    if errors or day is None:
        raise InvalidInput(errors)
    sent = [str(party_id), kind, day.isoformat(), reason, *([*map(str, part)] for part in parts)]
    body = hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode()).hexdigest()
    return WriteOffCommand(read_id(form.get("id", "")) or new_id(), kind, party_id, store_id, day, parts, reason, body)


def read_limit(text: str) -> int:
    """A limit of small balances in paise; ₹1.00 where it cannot be read."""
    try:
        found = int(read_paise(text)) if text.strip() else 1_00
    except ValueError:
        return 1_00
    return min(max(found, 1), SMALL_LIMIT)


def parse_chosen(form: MultiDict[str, str]) -> list[tuple[UUID, int]]:
    """The parties ticked, each with the balance that was shown: "<id>:<paise>". InvalidInput when none can be read."""
    found = []
    for one in form.getlist("party"):
        id_, _, amount = one.partition(":")
        party_id = read_id(id_)
        if party_id is not None and amount.removeprefix("-").isdigit() and len(amount) < 10 and amount.isascii():
            found.append((party_id, int(amount)))
    if not found:
        raise InvalidInput({"parties": "Tick at least one balance."})
    return found


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    kind = args.get("kind", "")
    return Wanted(clean_text(args.get("q", ""))[:100], kind if kind in KINDS else "")


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    return {name: value for name, value in {"q": wanted.text, "kind": wanted.kind}.items() if value}
