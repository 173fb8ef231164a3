"""What the payer's form sends, and what the list of stated payments asks, as values."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.text import clean_text
from webapp.links.notices import STATES, Wanted
from webapp.links.rules import Stated, read_utr


def parse_statement(form: Mapping[str, str], address_hash: str) -> Stated:
    """What the payer states. InvalidInput by field."""
    errors: dict[str, str] = {}
    utr, amount = "", Paise(0)
    try:
        utr = read_utr(form.get("utr", "")[:100])
    except ValueError as words:
        errors["utr"] = str(words)
    try:
        amount = read_paise(form.get("amount", ""))
        if amount <= 0:
            errors["amount"] = "Type an amount above 0."
    except ValueError as words:
        errors["amount"] = str(words)
    if errors:
        raise InvalidInput(errors)
    return Stated(utr, amount, address_hash)


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The list that the address asks for; what it does not know is left out."""
    state = args.get("state", "")
    return Wanted(state=state if state in (*STATES, "all") else "waiting", words=clean_text(args.get("q", ""))[:100])
