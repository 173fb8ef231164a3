"""What was decided, as a file in the shape of the portal's Invoice Management System. Pure.

Shape of GSTN's IMS rows: one list a section, `action` A, R or P. The sums declared for giving credit back are not part of rows that we
have seen: they are typed on the portal.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from webapp.gst_inward.documents import CREDIT_NOTE, DEBIT_NOTE, INVOICE
from webapp.gst_inward.queries import DocumentRow
from webapp.gst_inward.values import Action

_GROUPS = {INVOICE: "b2b", DEBIT_NOTE: "b2bdn", CREDIT_NOTE: "b2bcn"}
_MONEY = (("val", "value_paise"), ("txval", "taxable_paise"), ("iamt", "igst_paise"), ("camt", "cgst_paise"), ("samt", "sgst_paise"))
_THEIRS = ("srcfilstatus", "hash")


class Decided(NamedTuple):
    """A document with what was decided of it, and its row of an IMS file where there was one."""

    document: DocumentRow
    action: Action
    raw: Mapping[str, Any]


def section_of(document: DocumentRow) -> str:
    """The section of the IMS that a document stands in; "" for what is decided of nowhere."""
    base = _GROUPS.get(document.kind, "")
    if document.section.startswith("eco"):
        return "ecoma" if document.original_number else "ecom"
    return f"{base}a" if base and document.original_number else base


def as_text(rows: Iterable[Decided]) -> str:
    """The file: only documents that somebody decided of, for those without an action the portal counts as accepted by itself."""
    mark = secrets.token_hex(8)
    sections: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        if (section := section_of(one.document)) and one.action is not Action.NONE:
            sections.setdefault(section, []).append(_row(one, mark))
    text = json.dumps(dict(sorted(sections.items())), ensure_ascii=False, separators=(",", ":"))
    # Money is written from whole paise, never by way of a float.
    return re.sub(rf'"{mark}(-?[0-9.]+)"', r"\1", text)


def _row(one: Decided, mark: str) -> dict[str, Any]:
    told, is_note = one.document, one.document.kind != INVOICE
    month = told.supplier_month or told.month
    row: dict[str, Any] = {"stin": told.supplier_gstin, "nt_num" if is_note else "inum": told.number, "inv_typ": told.type or "R"}
    row |= {"action": one.action.value, "srcform": str(one.raw.get("srcform", "R1")), "rtnprd": f"{month % 100:02d}{month // 100:04d}"}
    row |= {
        "ispendactblocked": "Y" if told.is_pending_blocked else "N",
        "nt_dt" if is_note else "idt": f"{told.day:%d-%m-%Y}",
        "pos": told.place,
    }
    row |= {name: mark + _rupees(getattr(told, column)) for name, column in (*_MONEY, ("cess", "cess_paise"))}
    return row | {name: str(one.raw[name]) for name in _THEIRS if name in one.raw}


def _rupees(paise: int) -> str:
    sign, whole, part = "-" if paise < 0 else "", abs(paise) // 100, abs(paise) % 100
    return f"{sign}{whole}" + (f".{part:02d}".rstrip("0") if part else "")
