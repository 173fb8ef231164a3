"""What pages send, as the commands of this room."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.gateway.accounts import SetUp
from webapp.gateway.queries import Wanted
from webapp.gateway.rules import DECIDED, RANK, Request
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_text

PAYMENT_STATES = (*DECIDED, *RANK)
REQUEST_STATES = tuple(Request)


def parse_wanted(args: Mapping[str, str], states: tuple[str, ...] = PAYMENT_STATES) -> Wanted:
    """The filters of a list. What cannot be read is as if it had not been asked."""
    state = args.get("state", "")
    return Wanted(
        clean_text(args.get("q", ""))[:100],
        state if state in states else "",
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


def parse_amount(form: Mapping[str, str], name: str = "amount") -> int:
    """An amount in rupees. InvalidInput beside its field."""
    try:
        return int(read_paise(form.get(name, "")))
    except ValueError as refusal:
        raise InvalidInput({name: str(refusal)}) from None


def parse_set_up(form: Mapping[str, str]) -> SetUp:
    """How the gateway is reached."""
    version, days = form.get("version", ""), form.get("link_days", "")
    return SetUp(
        version=int(version) if _is_whole(version) else 0,
        is_on=form.get("is_on") == "1",
        base_url=form.get("base_url", "").strip().rstrip("/")[:300],
        key_id=form.get("key_id", "").strip()[:100],
        key_secret=form.get("key_secret", "").strip()[:200],
        hook_secret=form.get("hook_secret", "").strip()[:200],
        merchant_id=form.get("merchant_id", "").strip()[:100],
        bank_id=read_id(form.get("bank_id")),
        tax_kind=form.get("tax_kind", ""),
        link_days=int(days) if _is_whole(days) else 0,
    )


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9
