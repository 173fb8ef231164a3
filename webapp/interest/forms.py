"""What pages send, as the commands of this room."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from webapp.interest.rules import ChargeCommand, Terms
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_basis_points


def parse_terms(form: Mapping[str, str]) -> Terms:
    """The form of terms. InvalidInput by field."""
    errors: dict[str, str] = {}
    rate, grace = 0, 0
    try:
        rate = read_basis_points(form.get("rate", ""))
    except ValueError as error:
        errors["rate"] = str(error)
    typed = form.get("grace_days", "").strip() or "0"
    if typed.isascii() and typed.isdigit() and len(typed) < 5:
        grace = int(typed)
    else:
        errors["grace_days"] = "Type a number of days, for example 7."
    since = read_day(form.get("since", ""))
    if since is None:
        errors["since"] = "Choose the day from which bills bear interest."
    if errors or since is None:
        raise InvalidInput(errors)
    return Terms(rate, grace, since, form.get("with_tax") == "1")


def parse_charge(form: Mapping[str, str], party_id: UUID) -> ChargeCommand:
    """The form that charges. InvalidInput by field."""
    upto, shown = read_day(form.get("upto", "")), form.get("shown", "")
    if upto is None:
        raise InvalidInput({"upto": "Choose the day up to which interest is charged."})
    paise = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else 0
    body = hashlib.sha256(json.dumps([str(party_id), upto.isoformat(), paise]).encode()).hexdigest()
    return ChargeCommand(read_id(form.get("id", "")) or new_id(), party_id, upto, paise, body)
