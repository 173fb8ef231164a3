"""The return as the portal's utility writes it: every key of the fixed blocks, also where nothing stands, in its order. Pure.

Source of keys and order: GSTR-3B Excel utility V5.8. Money is printed from whole paise as the shortest exact decimal; no float is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.gst_returns import money
from webapp.gstr3b import law
from webapp.gstr3b.told import AVAILABLE, INTER_STATE, Figure, Gstr3b
from webapp.input_tax import Tax

_MONTHS = (
    *("April", "May", "June", "July", "August", "September", "October", "November", "December"),
    *("January", "February", "March"),
)


def file_name(told: Gstr3b) -> str:
    """As the utility names it: the month in words and the year its financial year began in."""
    year, month = divmod(told.period.month, 100)
    start = year if month >= 4 else year - 1
    return f"{_MONTHS[(month - 4) % 12]}_{start}-GSTR3B{told.gstin}-Details.json"


def as_text(told: Gstr3b) -> str:
    """The whole return in one text."""
    return _written(body(told))


def body(told: Gstr3b) -> dict[str, Any]:
    """The return as the file holds it; amounts are paise."""
    found: dict[str, Any] = {"gstin": told.gstin, "ret_period": told.period.fp}
    found["sup_details"] = {cell: _valued(told.of(cell)) for cell in ("osup_det", "osup_zero", "osup_nil_exmp", "isup_rev", "osup_nongst")}
    if told.period.month >= law.OPERATORS_FROM:
        found["eco_dtls"] = {"eco_sup": _valued(told.of("eco_sup")), "eco_reg_sup": {"txval": told.of("eco_reg_sup").value}}
    found["itc_elg"] = {
        "itc_avl": [{"ty": cell, **_taxes(told.of(cell).tax)} for cell in AVAILABLE],
        "itc_rev": [{"ty": cell.removeprefix("rev_"), **_taxes(told.of(cell).tax)} for cell in ("rev_RUL", "rev_OTH")],
        "itc_net": _taxes(told.net_credit),
        "itc_inelg": [{"ty": cell.removeprefix("inelg_"), **_taxes(told.of(cell).tax)} for cell in ("inelg_RUL", "inelg_OTH")],
    }
    rows = (("GST", "gst"), ("NONGST", "nongst"))
    found["inward_sup"] = {
        "isup_details": [{"ty": ty, "inter": told.of(f"{word}_inter").value, "intra": told.of(f"{word}_intra").value} for ty, word in rows]
    }
    fee = {"camt": told.fee.cgst, "samt": told.fee.sgst} if any(told.fee) else {}
    found["intr_ltfee"] = {"intr_details": _taxes(told.interest), "ltfee_details": fee}
    if told.period.month < law.INTER_STATE_DROPPED_FROM:
        found["inter_sup"] = {cell: _places(told.of(cell)) for cell in INTER_STATE}
    return found


def _valued(figure: Figure) -> dict[str, int]:
    return {"txval": figure.value, **_taxes(figure.tax)}


def _taxes(tax: Tax) -> dict[str, int]:
    return {"iamt": tax.igst, "camt": tax.cgst, "samt": tax.sgst, "csamt": tax.cess}


def _places(figure: Figure) -> list[dict[str, Any]]:
    places = figure.by_place()
    return [{"pos": place, "txval": one.value, "iamt": one.tax.igst} for place, one in places.items() if one.value or one.tax.igst]


def _written(value: object) -> str:
    """Words in quotation marks, paise as rupees. All words are codes of ours: none needs an escape."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f'"{key}":{_written(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return money(value) if isinstance(value, int) else f'"{value}"'
