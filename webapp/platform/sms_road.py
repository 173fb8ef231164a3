"""The carrier by which this machine itself sends an SMS to a person (SMS_URL): a code that shows that a number is his."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from urllib.parse import unquote, urlsplit

from webapp.kernel.records import dataclass
from webapp.platform.settings import HERE, BadSetting

GAP = "{code}"
INDIA = "+91"
MOST_A_DAY = 500
_MOST = 100_000
_JOINERS = dict.fromkeys((0x200C, 0x200D))  # unseen, and part of how words of India are spelt
_SAID = {"msg91": frozenset({"template", "to", "most"}), "twilio": frozenset({"sender", "text", "to", "most"})}
_FIX = (
    "Write msg91://AUTHKEY@control.msg91.com/?template=FLOW, or twilio://SID:TOKEN@api.twilio.com/?sender=SENDER&text=WORDS "
    "with {code} where the code stands."
)


@dataclass(frozen=True, slots=True)
class SmsRoad:
    """An account with a carrier. `template` is the flow of MSG91 that holds the words registered with the DLT; `text` those words
    themselves, for Twilio. `prefixes` are the beginnings of the numbers that are sent to, and `most_a_day` how many codes at most: who
    makes a machine send to dear numbers is paid for them by their carrier."""

    provider: str
    base_url: str
    account: str
    secret: str = field(repr=False)
    sender: str = ""
    template: str = ""
    text: str = ""
    prefixes: tuple[str, ...] = (INDIA,)
    most_a_day: int = MOST_A_DAY


def sms_road(url: str) -> SmsRoad | None:
    """The carrier of an address, or None for none. BadSetting for what is no such address, says what we do not know, or lacks what the
    carrier wants: MSG91 a template; Twilio a sender, and for numbers of India the words that are registered."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise _unusable("") from None
    known = _SAID.get(parts.scheme)
    if known is None or parts.fragment or parts.path.strip("/"):
        raise _unusable("")
    said = _query(parts.query)
    if strange := sorted(said.keys() - known):
        raise _unusable(f" It says {strange[0]}, which is unknown.")
    account, secret = unquote(parts.username or ""), unquote(parts.password or "")
    if not account or (parts.scheme == "twilio") != bool(secret):
        raise _unusable(" The account is missing.")
    if not all(sign.isascii() and sign.isprintable() for sign in account + secret):  # it stands in a header of HTTP
        raise _unusable(" The account holds signs that none has.")
    at = f"[{host}]" if ":" in host else host
    base_url = f"{'http' if host in HERE else 'https'}://{at}{f':{port}' if port else ''}" if host else ""
    if parts.scheme == "msg91":
        account, secret = "", account
    made = SmsRoad(
        parts.scheme, base_url, account, secret, said.get("sender", ""), said.get("template", ""), said.get("text", ""), *_bounds(said)
    )
    _require_words(made)
    return made


def _query(text: str) -> dict[str, str]:
    """Its words, in which a plus is a plus: numbers begin with it."""
    pairs = (one.partition("=") for one in text.split("&") if one)
    return {unquote(name): unquote(value).strip() for name, _is, value in pairs}


def _bounds(said: Mapping[str, str]) -> tuple[tuple[str, ...], int]:
    words = said.get("to", INDIA).replace(",", " ").split()
    prefixes = tuple(f"+{one.removeprefix('+')}" for one in words)
    most = said.get("most", str(MOST_A_DAY))
    is_plain = all(one[1:].isascii() and one[1:].isdigit() and one[1] != "0" and len(one) <= 12 for one in prefixes)
    if not prefixes or not is_plain:
        raise _unusable(" After to= stand the beginnings of numbers, such as 91,971.")
    if not (most.isascii() and most.isdigit() and len(most) < 7 and 0 < int(most) <= _MOST):
        raise _unusable(f" After most= stands how many codes a day may leave, 1 to {_MOST}.")
    return prefixes, int(most)


def _require_words(road: SmsRoad) -> None:
    if road.provider == "msg91" and not road.template:
        raise _unusable(" The template is missing: the flow that holds the words registered with the DLT.")
    if road.provider == "twilio" and not road.sender:
        raise _unusable(" The sender is missing.")
    is_for_india = any(one.startswith(INDIA) or INDIA.startswith(one) for one in road.prefixes)
    if road.provider == "twilio" and is_for_india and not road.text:
        raise _unusable(" The text is missing: operators of India drop what is not registered with the DLT word by word.")
    if road.text and (road.text.count(GAP) != 1 or len(road.text) > 300 or not road.text.translate(_JOINERS).isprintable()):
        raise _unusable(" The text has one {code} and 300 signs at most, on one line.")


def _unusable(why: str) -> BadSetting:
    return BadSetting(problem=f"SMS_URL cannot be used.{why}", fix=_FIX)
