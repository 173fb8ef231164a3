"""The portal's JSON of a GSTR-3B against the books, figure by figure. What comes from outside is hostile until it is read. Pure.

Read by its shape: keys nobody knows are passed over, absent ones are nothing, amounts may stand as text, lists may come in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from webapp.gst_returns import ReturnPeriod, paise_of_file, read_fp
from webapp.gstr3b import writing
from webapp.gstr3b.told import Gstr3b
from webapp.kernel.errors import BooksError, InvalidInput

MOST_ROWS = 500  # a place of supply has one row; the portal knows forty places
MOST_NAME = 60
_TAXES = ("txval", "iamt", "camt", "samt", "csamt")


class Difference(NamedTuple):
    """A figure that is not the same: where it stands, which amount, what the books and what the portal say, in paise."""

    cell: str
    amount: str
    here: int
    there: int


def require_of(payload: Mapping[str, Any], gstin: str, period: ReturnPeriod) -> Mapping[str, Any]:
    """The return in a file, which the portal may have wrapped in `data`. InvalidInput for another registration, period or kind."""
    inner = payload.get("data")
    found = inner if isinstance(inner, dict) and "gstin" in inner else payload
    theirs = found.get("gstin")
    if theirs != gstin:
        named = theirs if isinstance(theirs, str) and 0 < len(theirs) <= 20 else "no GSTIN"
        raise InvalidInput({"file": f"The file is of {named}; this return is of {gstin}."})
    month = read_fp(found.get("ret_period"))
    if month != period.month:
        named = f"{month % 100:02d}-{month // 100}" if month else "no period"
        raise InvalidInput({"file": f"The file is of {named}; this return is of {period.month % 100:02d}-{period.month // 100}."})
    if not any(name in found for name in ("sup_details", "itc_elg", "inward_sup")):
        raise InvalidInput({"file": "This JSON has no table of GSTR-3B. Choose the file of GSTR-3B."})
    return found


def differences(told: Gstr3b, payload: Mapping[str, Any]) -> list[Difference]:
    """Every amount that is not the same, in the order of the form. InvalidInput for what is no amount."""
    here, there = flat(writing.body(told)), flat(payload, is_text=True)
    if "inter_sup" not in payload:
        here = {key: amount for key, amount in here.items() if not key[0].endswith("_details")}
    keys = [*here, *(key for key in there if key not in here)]
    return [Difference(*key, here.get(key, 0), there.get(key, 0)) for key in keys if here.get(key, 0) != there.get(key, 0)]


def flat(payload: Mapping[str, Any], *, is_text: bool = False) -> dict[tuple[str, str], int]:
    """(cell, amount) → paise. `is_text`: as the portal writes it, in rupees; else our own, in paise."""
    read = _rupees if is_text else _paise
    found: dict[tuple[str, str], int] = {}
    for cell, row in _object(payload, "sup_details").items():
        _take(found, cell, row, _TAXES, read)
    for cell, row in _object(payload, "eco_dtls").items():
        _take(found, cell, row, _TAXES, read)
    credit = _object(payload, "itc_elg")
    for name, prefix in (("itc_avl", ""), ("itc_rev", "rev_"), ("itc_inelg", "inelg_")):
        for row in _rows(credit, name):
            _take(found, f"{prefix}{_word(row, 'ty')}", row, _TAXES[1:], read)
    _take(found, "itc_net", _object(credit, "itc_net"), _TAXES[1:], read)
    for row in _rows(_object(payload, "inward_sup"), "isup_details"):
        for where in ("inter", "intra"):
            _take(found, f"{_word(row, 'ty').lower()}_{where}", {"txval": row.get(where, 0)}, ("txval",), read)
    late = _object(payload, "intr_ltfee")
    _take(found, "interest", _object(late, "intr_details"), _TAXES[1:], read)
    _take(found, "fee", _object(late, "ltfee_details"), ("camt", "samt"), read)
    for cell in ("unreg_details", "comp_details", "uin_details"):
        for row in _rows(_object(payload, "inter_sup"), cell):
            _take(found, f"{cell} {_word(row, 'pos')}", row, ("txval", "iamt"), read)
    return found


def _take(found: dict[tuple[str, str], int], cell: str, row: object, names: tuple[str, ...], read: Any) -> None:
    if not isinstance(row, Mapping) or len(cell) > MOST_NAME:
        raise InvalidInput({"file": f"{cell[:40]} is not of the right kind. Download the file again."})
    for name in names:
        if name in row and (amount := read(row[name], cell)):
            found[cell, name] = found.get((cell, name), 0) + amount


def _paise(value: int, _where: str) -> int:
    return value


def _rupees(value: object, where: str) -> int:
    if value is None or value == "":
        return 0
    try:
        number = Decimal(value.strip()) if isinstance(value, str) and len(value) <= 30 else value
        return paise_of_file(number, where)
    except (BooksError, InvalidOperation):
        raise InvalidInput({"file": f"{where[:40]} is no amount in rupees and paise. Download the file again."}) from None


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict) or len(found) > MOST_ROWS:
        raise InvalidInput({"file": f"{name} is not of the right kind. Download the file again."})
    return found


def _rows(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = holder.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or len(found) > MOST_ROWS or not all(isinstance(one, dict) for one in found):
        raise InvalidInput({"file": f"{name} is no list of rows. Download the file again."})
    return found


def _word(row: Mapping[str, Any], name: str) -> str:
    found = row.get(name)
    if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 100:
        return f"{found:02d}"
    if not isinstance(found, str) or not 0 < len(found) <= 20:
        raise InvalidInput({"file": f"A row has no {name}. Download the file again."})
    return found
