"""GSTIN and PAN as typed by a person. ValueError carries words for the user."""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.in_ import pan

from webapp.tax.states import OTHER_COUNTRY, RETIRED_STATES, STATES

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# 99 is the centre's: sellers of online services from abroad.
_PREFIXES = (frozenset(STATES) | frozenset(RETIRED_STATES) | {"99"}) - {OTHER_COUNTRY}
# A registered person: PAN, number of the registration in the state, Z (D deducts, C collects tax at source; other
# letters and digits are kept for later), check digit. Then: a government office (by its TAN), an embassy or UN
# body (UIN), a non-resident, a seller of online services from abroad.
_SHAPES = re.compile(
    r"[0-9]{2}(?:[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][1-9A-JZ]"
    r"|[A-Z]{4}[0-9]{5}[A-Z][0-9]Z"
    r"|[0-9]{2}[A-Z]{3}[0-9]{5}(?:[UO]N|NR|OS))[0-9A-Z]"
)
# What the portals' sandbox calls a GSTIN: no Z, and a last character that fits nothing (01AMBPG7773M002).
_OF_THE_SANDBOX = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]{3}")
_takes_sandbox = False


def use(*, takes_sandbox: bool) -> None:
    """Whether this installation works with the portals' sandbox, whose numbers are no real ones. Its owner says so, never a form."""
    global _takes_sandbox
    _takes_sandbox = takes_sandbox


def check_gstin(text: str) -> str:
    """The GSTIN in capitals without spaces. ValueError for a wrong length, character, state, shape or check digit."""
    number = _compact(text)
    if len(number) != 15:
        raise ValueError(f"A GSTIN has 15 characters; this has {len(number)}.")
    _require_plain(number, "GSTIN")
    if number[:2] not in _PREFIXES:
        raise ValueError(f"A GSTIN begins with the code of a state, such as 27 for Maharashtra; {number[:2]} is none.")
    if _takes_sandbox and _OF_THE_SANDBOX.fullmatch(number):
        return number
    if not _SHAPES.fullmatch(number):
        raise ValueError("After the state's two digits a GSTIN has the PAN and three more characters. Check each one.")
    if not luhn.is_valid(number, _ALPHABET):
        raise ValueError("The last character does not fit the others: one character of this GSTIN is mistyped.")
    return number


def check_pan(text: str) -> str:
    """The PAN in capitals without spaces. ValueError for a wrong length, character, shape or kind of holder."""
    number = _compact(text)
    if len(number) != 10:
        raise ValueError(f"A PAN has 10 characters; this has {len(number)}.")
    _require_plain(number, "PAN")
    try:
        return pan.validate(number)
    except ValidationError:
        raise ValueError(
            "A PAN has five letters, four digits and a letter, such as AAPFU0939F; "
            "its fourth letter tells the kind of holder. Check each character."
        ) from None


def state_of_gstin(gstin: str) -> str | None:
    """The present state code of a checked GSTIN; None for the centre's 99, which is no state."""
    code = RETIRED_STATES.get(gstin[:2], gstin[:2])
    return code if code in STATES else None


def _compact(text: str) -> str:
    return text.replace(" ", "").replace("-", "").strip().upper()


def _require_plain(number: str, what: str) -> None:
    # Full-width and other scripts' letters look alike; they are refused, not guessed at.
    if not all(sign in _ALPHABET for sign in number):
        raise ValueError(f"A {what} has only the letters A to Z and the digits 0 to 9.")
