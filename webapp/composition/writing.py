"""Both forms as files. Pure.

The portal takes no file of CMP-08: it is typed there, and ours is a record of what was typed. GSTR-4 has an offline tool, whose file nobody
here has seen: the keys below are those of the portal's interface as far as they are known, and the screens say "check".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from webapp.composition import facts
from webapp.composition.told import Cmp08, Credit, Gstr4, Inward, RateRow, Turnover
from webapp.gst_returns import ReturnPeriod, Taxes
from webapp.kernel.rupee_json import InRupees, as_json, paise_of

_KEYS = ("txval", "camt", "samt", "iamt", "csamt")


def cmp08_text(told: Cmp08) -> str:
    """The statement of a quarter: its rows, and what they were worked out of."""
    return as_json(
        {
            "gstin": told.gstin,
            "fp": told.period.fp,
            "isnil": "Y" if told.is_nil else "N",
            "out_sup": _taxes(told.outward),
            "rc_sup": _taxes(told.inward),
            "tax_pay": _taxes(told.due),
            "intr_pay": _taxes(told.interest),
            "paid_on": told.paid_on.isoformat() if told.paid_on else "",
            "kind": told.rate.kind if told.rate else "",
            "turnover": {name: InRupees(amount) for name, amount in zip(Turnover._fields, told.turnover, strict=True)},
        }
    )


def read_cmp08(text: str, period: ReturnPeriod) -> Cmp08:
    """A statement that was kept, as it was filed."""
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    kind, paid_on = str(found["kind"]), str(found["paid_on"])
    return Cmp08(
        gstin=str(found["gstin"]),
        period=period,
        rate=facts.rate_of(kind, period.months[0]) if kind else None,
        turnover=Turnover(*(paise_of(found["turnover"][name]) for name in Turnover._fields)),
        outward=_read(found["out_sup"]),
        inward=_read(found["rc_sup"]),
        interest=_read(found["intr_pay"]),
        paid_on=date.fromisoformat(paid_on) if paid_on else None,
    )


def gstr4_text(told: Gstr4) -> str:
    """The return of a year. Sections without rows are left out."""
    sections: dict[str, list[dict[str, object]]] = {
        "b2bor": _of_suppliers(row for row in told.inward if row.table == "4A"),
        "b2br": _of_suppliers(row for row in told.inward if row.table == "4B"),
        "b2bur": [_inward(row) for row in told.inward if row.table == "4C"],
        "imps": [_inward(row) for row in told.inward if row.table == "4D"],
        "cmp08": [
            {"fp": one.books.period.fp, **_taxes(one.filed.due), "intr": InRupees(one.filed.interest.tax)}
            for one in told.quarters
            if one.filed is not None
        ],
        "txos": [_rate(row) for row in told.rates if not row.is_inward],
        "txis": [_rate(row) for row in told.rates if row.is_inward],
        "tdstcs": [_credit(row) for row in told.credits],
    }
    head: dict[str, object] = {"gstin": told.gstin, "fp": told.period.fp, "isnil": "Y" if told.is_nil else "N"}
    return as_json(head | {name: rows for name, rows in sections.items() if rows})


def _of_suppliers(rows: Iterable[Inward]) -> list[dict[str, object]]:
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault((row.ctin, row.place), []).append(_figures(row))
    return [{"ctin": ctin, "pos": place, "itms": items} for (ctin, place), items in found.items()]


def _inward(row: Inward) -> dict[str, object]:
    return {"trdnm": row.name, "pos": row.place, "rchrg": "Y" if row.is_reverse_charge else "N", **_figures(row)}


def _figures(row: Inward) -> dict[str, object]:
    return {"rt": InRupees(row.rate_bp), "sply_ty": "INTER" if row.is_inter else "INTRA", **_taxes(row.taxes)}


def _rate(row: RateRow) -> dict[str, object]:
    return {"rt": InRupees(row.rate_bp), **_taxes(row.taxes)}


def _credit(row: Credit) -> dict[str, object]:
    amounts = {"grsval": row.gross, "iamt": row.igst, "camt": row.cgst, "samt": row.sgst}
    return {"typ": row.kind.upper(), "ctin": row.ctin, **{name: InRupees(amount) for name, amount in amounts.items()}}


def _taxes(taxes: Taxes) -> dict[str, InRupees]:
    return {name: InRupees(amount) for name, amount in zip(_KEYS, taxes, strict=True)}


def _read(row: dict[str, Any]) -> Taxes:
    return Taxes(*(paise_of(row[name]) for name in _KEYS))
