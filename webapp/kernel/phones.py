"""Phone numbers in the international form."""

from __future__ import annotations

import re

_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)  # ITU-T E.164: fifteen digits at most
_MOBILE_OF_INDIA = re.compile(r"\+91[6-9][0-9]{9}", re.ASCII)


def phone(text: str) -> str | None:
    """A number in the international form (E.164); ten digits are India's. None when it is none."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"0?[6-9][0-9]{9}", digits, re.ASCII):
        digits = "+91" + digits[-10:]
    elif re.fullmatch(r"91[6-9][0-9]{9}", digits, re.ASCII):
        digits = "+" + digits
    return digits if _INTERNATIONAL.fullmatch(digits) else None


def mobile(text: str) -> str | None:
    """The same of a number that may take an SMS: one of India must be a mobile's. None when it is none."""
    found = phone(text)
    return None if found is None or (found.startswith("+91") and not _MOBILE_OF_INDIA.fullmatch(found)) else found
