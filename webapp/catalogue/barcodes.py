"""Barcodes as typed or scanned. GTINs (EAN-13, EAN-8, UPC-A) carry a check digit; a shop's own codes do not.

A code of digits alone in the length of a GTIN is taken to be one, unless it begins with 20 to 29 and has 13 digits:
GS1 leaves those to the shop (GS1 General Specifications 2.1, "restricted circulation"), where the last digit may be a weight's.
"""

from __future__ import annotations

from stdnum import ean

GTIN_LENGTHS = frozenset({8, 12, 13})
SHORTEST, LONGEST = 2, 40
_OWN_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./_$+%:#")


def check_barcode(text: str) -> str:
    """The code as it is kept: no spaces, letters in capitals.

    ValueError, with words for the user, for a sign a scanner does not send, a wrong length, or a check digit that does
    not fit (the words name the one that would).
    """
    code = "".join(text.split()).upper()
    if not SHORTEST <= len(code) <= LONGEST:
        raise ValueError(f"A barcode has {SHORTEST} to {LONGEST} signs; this has {len(code)}.")
    strange = next((sign for sign in code if sign not in _OWN_SIGNS), None)
    if strange is not None:
        raise ValueError(f"“{strange}” does not stand in a barcode. Use plain letters, digits and - . / _ $ + % : #")
    if is_gtin(code):
        _require_check_digit(code)
    return code


def is_gtin(code: str) -> bool:
    """Whether the code claims to be a GTIN, and so must have a right check digit."""
    return code.isdigit() and len(code) in GTIN_LENGTHS and not is_in_store(code)


def is_in_store(code: str) -> bool:
    """Whether the code is of the shop's own range: 13 digits beginning with 20 to 29."""
    return len(code) == 13 and code.isdigit() and code[0] == "2"


def _require_check_digit(code: str) -> None:
    right = str(ean.calc_check_digit(code[:-1]))
    if right != code[-1]:
        raise ValueError(
            f"The last digit of {code} should be {right}, not {code[-1]}. One digit is mistyped: scan it, or check each digit on the pack."
        )
