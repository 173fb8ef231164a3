"""The shape of INV-01 version 1.1 as data: for each field what it holds, how long, and whether it must be there. The part of the
portal's schema that this program fills; its tests hold both against each other.

Source: the schema published with Generate IRN, version 1.03 (einv-apisandbox.nic.in), read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple


class Field(NamedTuple):
    """A value: text of `low` to `high` characters that fits `pattern`, or a number of `low` to `high` with at most `places` decimals."""

    low: Decimal
    high: Decimal
    pattern: re.Pattern[str] | None = None
    is_number: bool = False
    places: int = 0
    needed: bool = False


def _text(low: int, high: int, pattern: str = r'[^"\\]*', *, needed: bool = False) -> Field:
    return Field(Decimal(low), Decimal(high), re.compile(pattern, re.ASCII), needed=needed)


def _number(high: str, places: int, *, low: str = "0", needed: bool = False) -> Field:
    return Field(Decimal(low), Decimal(high), None, is_number=True, places=places, needed=needed)


_GSTIN = r"[0-9]{2}[0-9A-Z]{13}"
_NUMBER = r"[a-zA-Z1-9][a-zA-Z0-9/-]{0,15}"
_DAY = r"[0-3][0-9]/[0-1][0-9]/20[12][0-9]"
_STATE = r"(?!0+$)[0-9]{1,2}"
_AMOUNT, _SUM = "999999999999.99", "99999999999999.98"


def _address(town: int, *, pin: bool) -> dict[str, Field]:
    return {
        "Addr1": _text(1, 100, needed=True),
        "Addr2": _text(3, 100),
        "Loc": _text(3, town, needed=True),
        "Pin": _number("999999", 0, low="100000", needed=pin),
        "Stcd": _text(1, 2, _STATE, needed=True),
    }


_REACHED = {"Ph": _text(6, 12, r"[0-9]{6,12}"), "Em": _text(6, 100, r"[a-zA-Z0-9+_.-]+@[a-zA-Z0-9.-]+")}
_NAMES = {"LglNm": _text(3, 100, needed=True), "TrdNm": _text(3, 100)}

# A mapping is an object, a list of one mapping an array of such objects.
INV01: Mapping[str, Any] = {
    "Version": _text(1, 6, needed=True),
    "TranDtls": {
        "TaxSch": _text(3, 10, "GST", needed=True),
        "SupTyp": _text(3, 10, "B2B|SEZWP|SEZWOP|EXPWP|EXPWOP|DEXP", needed=True),
        "RegRev": _text(1, 1, "[YN]"),
        "EcmGstin": _text(15, 15, "[0-9]{2}[0-9A-Z]{13}"),
        "IgstOnIntra": _text(1, 1, "[YN]"),
    },
    "DocDtls": {
        "Typ": _text(3, 3, "INV|CRN|DBN", needed=True),
        "No": _text(1, 16, _NUMBER, needed=True),
        "Dt": _text(10, 10, _DAY, needed=True),
    },
    "SellerDtls": {"Gstin": _text(15, 15, _GSTIN, needed=True), **_NAMES, **_address(50, pin=True), **_REACHED},
    "BuyerDtls": {
        "Gstin": _text(3, 15, f"{_GSTIN}|URP", needed=True),
        **_NAMES,
        "Pos": _text(1, 2, _STATE, needed=True),
        **_address(100, pin=False),
        **_REACHED,
    },
    "DispDtls": {"Nm": _text(3, 100, needed=True), **_address(100, pin=True)},
    "ShipDtls": {"Gstin": _text(3, 15, f"{_GSTIN}|URP"), **_NAMES, **_address(100, pin=True)},
    "ItemList": [
        {
            "SlNo": _text(1, 6, r"[0-9]{1,6}", needed=True),
            "PrdDesc": _text(3, 300),
            "IsServc": _text(1, 1, "[YN]", needed=True),
            "HsnCd": _text(4, 8, r"(?!0+$)(?:[0-9]{4}|[0-9]{6}|[0-9]{8})", needed=True),
            "Qty": _number("9999999999.999", 3),
            "Unit": _text(3, 8, "[A-Za-z]{3,8}"),
            "UnitPrice": _number("999999999999.999", 3, needed=True),
            "TotAmt": _number(_AMOUNT, 2, needed=True),
            "Discount": _number(_AMOUNT, 2),
            "AssAmt": _number(_AMOUNT, 2, needed=True),
            "GstRt": _number("999.999", 3, needed=True),
            **{name: _number(_AMOUNT, 2) for name in ("IgstAmt", "CgstAmt", "SgstAmt", "CesAmt", "CesNonAdvlAmt")},
            "CesRt": _number("999.999", 3),
            "TotItemVal": _number(_AMOUNT, 2, needed=True),
            "BchDtls": {"Nm": _text(3, 20, needed=True)},
        }
    ],
    "ValDtls": {
        "AssVal": _number(_SUM, 2, needed=True),
        **{name: _number(_SUM, 2) for name in ("CgstVal", "SgstVal", "IgstVal", "CesVal", "Discount", "OthChrg")},
        "RndOffAmt": _number("99.99", 2, low="-99.99"),
        "TotInvVal": _number(_SUM, 2, needed=True),
    },
    "PayDtls": {"CrDay": _number("9999", 0), "PaidAmt": _number(_SUM, 2), "PaymtDue": _number(_SUM, 2)},
    "RefDtls": {"PrecDocDtls": [{"InvNo": _text(1, 16, _NUMBER, needed=True), "InvDt": _text(10, 10, _DAY, needed=True)}]},
    "ExpDtls": {
        "ShipBNo": _text(1, 20),
        "ShipBDt": _text(10, 10, _DAY),
        "Port": _text(2, 10, "[0-9A-Za-z]{2,10}"),
        "CntCode": _text(2, 2, "[A-Z]{2}"),
    },
}
_NEEDED_PARTS = frozenset({"TranDtls", "DocDtls", "SellerDtls", "BuyerDtls", "ItemList", "ValDtls"})


def misfits(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field that the schema would refuse, by its path (ItemList[1].HsnCd, from 1), and what it must be."""
    yield from _object("", payload, INV01, _NEEDED_PARTS)


def _object(path: str, value: Any, shape: Mapping[str, Any], needed: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        yield path, "must be filled in"
        return
    for name, inside in shape.items():
        here = f"{path}.{name}" if path else name
        if name in value:
            yield from _fitted(here, value[name], inside)
        elif name in needed or (isinstance(inside, Field) and inside.needed):
            yield here, "is missing"
    yield from ((f"{path}.{name}" if path else str(name), "is no field of the schema") for name in value if name not in shape)


def _fitted(path: str, value: Any, inside: Any) -> Iterator[tuple[str, str]]:
    if isinstance(inside, Field):
        if (words := _wrong(value, inside)) is not None:
            yield path, words
    elif isinstance(inside, list):
        if not isinstance(value, list) or not value:
            yield path, "needs one entry at least"
            return
        for number, one in enumerate(value, 1):
            yield from _object(f"{path}[{number}]", one, inside[0])
    else:
        yield from _object(path, value, inside)


def _wrong(value: Any, field: Field) -> str | None:
    """What a value must be and is not, or None."""
    if field.is_number:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return "must be a number"
        number = Decimal(value)
        if not number.is_finite() or not field.low <= number <= field.high:
            return f"must be from {field.low} to {field.high}"
        return None if number == number.quantize(Decimal(1).scaleb(-field.places)) else f"has at most {field.places} decimals"
    if not isinstance(value, str) or not field.low <= len(value) <= field.high:
        if value == "":
            return "is missing"
        return f"must have {field.low} characters" if field.low == field.high else f"must have {field.low} to {field.high} characters"
    if field.pattern is not None and not field.pattern.fullmatch(value):
        return "has characters that the portal does not take"
    return None
