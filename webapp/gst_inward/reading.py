"""GSTR-2B (rate-wise and by totals), GSTR-2A and IMS files, told apart by their shape. Pure.

[2B]  GSTN's GSTR-2B JSON: `data.docdata` by section; rates in `items` until version 3, the document's totals from version 4, which also
      has `docRejdata` (rejected in the IMS) and `itcrev`. The number in `version` says 1.0 in both, so it is not asked.
[2A]  GSTR-2A JSON: `gstin`, `fp`, sections b2b, b2ba, cdn, cdna, isd, impg, impgsez with GSTR-1's names of fields; of a supplier
      `cfs3b`, Y or N: whether his GSTR-3B of the period is filed (check: no file of the portal with it was seen).
[IMS] Rows of the Invoice Management System: `stin`, `action`, sections b2b, b2bdn, b2bcn and their amendments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from webapp.gst_inward import documents
from webapp.gst_inward.documents import CREDIT_NOTE, DEBIT_NOTE, ENTRY, INVOICE, ISD, ISD_CREDIT, Document, Row
from webapp.gst_inward.values import Action
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

GSTR2B, GSTR2A, IMS = "gstr2b", "gstr2a", "ims"
SOURCES = (GSTR2B, GSTR2A, IMS)
MOST_DOCUMENTS = 60_000
INNER = ("inv", "nt", "doclist", "boe")
_OF_INVOICES = ("b2b", "b2ba", "ecom", "ecoma", "eco", "ecoa")
_OF_NOTES = ("cdnr", "cdnra", "cdn", "cdna")
_OF_SHARES = ("isd", "isda")
_OF_CUSTOMS = ("impg", "impgsez", "impga", "impgasez")
_OF_IMS = ("b2bdn", "b2bdna", "b2bcn", "b2bcna")
SECTIONS = (*_OF_INVOICES, *_OF_NOTES, *_OF_SHARES, *_OF_CUSTOMS, *_OF_IMS)


@dataclass(frozen=True, slots=True)
class TheirFile:
    """What a file says: whose it is (`gstin` "" and `month` 0 where it does not say), and its documents. `shape`: 3, 4, 2a, ims."""

    source: str
    shape: str
    gstin: str
    month: int
    generated_on: date | None
    documents: tuple[Document, ...]


def read(payload: Mapping[str, Any]) -> TheirFile:
    """A file of the portal. InvalidInput beside `file`, with section, row and field, for what is none or is malformed."""
    data = payload.get("data") if isinstance(payload.get("data"), dict) else payload
    assert isinstance(data, dict) or data is payload  # noqa: S101 - for the type checker: one or the other
    if isinstance(data.get("docdata"), dict) or isinstance(data.get("docRejdata"), dict):
        return _read_2b(data)
    if not any(isinstance(data.get(section), list) for section in SECTIONS):
        words = "This JSON has no documents of a GSTR-2B, a GSTR-2A or the IMS. Download one of these from the portal."
        if "itcsumm" in data or "cpsumm" in data:
            words = "This GSTR-2B is only a summary. Download the one with the details of all tables."
        raise InvalidInput({"file": words})
    rows = [row for section in SECTIONS for row in _list(data.get(section), section) if isinstance(row, dict)]
    if any("stin" in row or "action" in row for row in rows):
        return _file(IMS, "ims", data, _documents(data))
    if "fp" in data or "ret_period" in data or "rtnprd" in data:
        return _file(GSTR2A, "2a", data, _documents(data))
    raise InvalidInput({"file": "The file does not say which period it is of. Download it from the portal again."})


def _read_2b(data: Mapping[str, Any]) -> TheirFile:
    told, refused = data.get("docdata") or {}, data.get("docRejdata") or {}
    if not isinstance(told, dict) or not isinstance(refused, dict):
        raise InvalidInput({"file": "docdata: this is no list of sections. Download the file from the portal again."})
    found = _documents(told)
    found += [replace(one, section="itcrev") for part in _parts(told.get("itcrev")) for one in _documents(part)]
    found += [replace(one, is_rejected=True) for one in _documents(refused)]
    is_by_rate = any(isinstance(row.get("items"), list) for row in _rows(told))
    return _file(GSTR2B, "3" if is_by_rate else "4", data, found)


def _file(source: str, shape: str, data: Mapping[str, Any], found: list[Document]) -> TheirFile:
    if len(found) > MOST_DOCUMENTS:
        raise InvalidInput({"file": f"The file has more than {MOST_DOCUMENTS} documents. Import the portal's parts one by one."})
    head = Row("the file", "at its beginning", data, {})
    month = read_month(data.get("rtnprd") or data.get("fp") or data.get("ret_period"))
    if month is None and source != IMS:
        raise head.refuse("rtnprd", "this is no period such as 102026.")
    gstin = head.gstin("gstin", is_needed=source != IMS)
    return TheirFile(source, shape, gstin, month or 0, head.day_or_none("gendt"), tuple(documents.with_twins(found)))


def read_month(text: object) -> int | None:
    """The portal's MMYYYY as 202610, or None when it is no month since GST began."""
    text = str(text) if isinstance(text, int) and not isinstance(text, bool) else text
    if not isinstance(text, str) or not (text.isascii() and text.isdigit() and len(text) in (5, 6)):
        return None
    month, year = int(text[:-4]), int(text[-4:])
    return year * 100 + month if 1 <= month <= 12 and 2017 <= year < 2099 else None


def _list(value: object, section: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise InvalidInput({"file": f"{section}: this is no list of documents. Download the file from the portal again."})
    return value


def _parts(value: object) -> Iterator[Mapping[str, Any]]:
    """`itcrev` is a list of sections, or sections."""
    for one in _list(value, "itcrev"):
        if not isinstance(one, dict):
            raise InvalidInput({"file": "itcrev: a row is no object. Download the file from the portal again."})
        yield one


def _rows(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for section in SECTIONS:
        for entry in _list(data.get(section), section):
            if isinstance(entry, dict):
                inner = next((name for name in INNER if name in entry), "")
                yield from (row for row in (_list(entry[inner], section) if inner else [entry]) if isinstance(row, dict))


def _documents(data: Mapping[str, Any]) -> list[Document]:
    found: list[Document] = []
    for section in SECTIONS:
        for at, entry in enumerate(_list(data.get(section), section), start=1):
            if not isinstance(entry, dict):
                raise InvalidInput({"file": f"{section}, entry {at}: this is no object. Download the file from the portal again."})
            inner = next((name for name in INNER if name in entry), "")
            for place, own in enumerate(_list(entry[inner], section) if inner else [entry], start=1):
                where = f"supplier {at}, row {place}" if inner else f"row {at}"
                if not isinstance(own, dict):
                    raise InvalidInput({"file": f"{section}, {where}: this is no object. Download the file from the portal again."})
                about = {name: value for name, value in entry.items() if name != inner} if inner else {}
                found.append(_document(Row(section, where, own, about)))
    return found


def _document(row: Row) -> Document:
    if row.section in _OF_CUSTOMS:
        return _entry(row)
    if row.section in _OF_SHARES:
        return _share(row)
    is_note = row.section in _OF_NOTES or row.section in _OF_IMS
    is_amended = row.section in documents.AMENDMENTS
    about = _about(row)
    number = row.number("ntnum", "nt_num") if is_note else row.number("inum")
    day = row.day("dt", "nt_dt", "idt") if is_note else row.day("dt", "idt")
    original = ("ontnum", "ont_num", "oinum"), ("ontdt", "ont_dt", "oidt")
    return Document(
        kind=_note_kind(row) if is_note else INVOICE,
        number=number,
        day=day,
        type=row.text("suptyp", "inv_typ", most=8) if is_note else row.text("typ", "inv_typ", most=8),
        original_number=row.text(*original[0], most=documents.MOST_NUMBER) if is_amended else "",
        original_day=row.day_or_none(*original[1]) if is_amended else None,
        taxes=row.taxes(),
        value=row.paise("val"),
        place=row.text("pos", most=2).zfill(2) if row.text("pos") else "",
        is_reverse_charge=row.flag("rev", "rchrg", usual=False),
        is_available=row.flag("itcavl", usual=True),
        reason=row.text("rsn", most=1).upper(),
        irn=row.text("irn"),
        **about,
        **(_ims(row) if "stin" in row.own or "action" in row.own else {}),
    )


def _about(row: Row) -> dict[str, Any]:
    return {
        "section": row.section,
        "gstin": row.gstin("ctin", "stin"),
        "name": row.text("trdnm", "trdname", "lglnm"),
        "supplier_month": read_month(row.text("supprd", "fldtr1_prd", "rtnprd")) or 0,
        "is_return_filed": {"Y": True, "N": False}.get(row.text("cfs3b", most=1).upper()),
        "filed_on": documents.read_day(row.text("supfildt", "fldtr1")),
    }


def _ims(row: Row) -> dict[str, Any]:
    action = row.text("action", most=1).upper() or "N"
    if action not in set(Action):
        raise row.refuse("action", f"“{action}” is none of A, R, P and N.")
    kept = {name: value for name, value in row.own.items() if isinstance(value, str | int) or hasattr(value, "as_tuple")}
    raw = {clean_text(name)[:40]: clean_text(str(value))[:200] for name, value in list(kept.items())[:60]}
    return {"action": Action(action), "is_pending_blocked": row.flag("ispendactblocked", usual=False), "raw": raw}


def _note_kind(row: Row) -> str:
    if row.section in _OF_IMS:
        return CREDIT_NOTE if row.section.startswith("b2bcn") else DEBIT_NOTE
    told = row.text("typ", "ntty", "nttyp", most=1).upper()
    if told not in ("C", "D"):
        raise row.refuse("typ", f"“{told}” is neither C (credit note) nor D (debit note).")
    return CREDIT_NOTE if told == "C" else DEBIT_NOTE


def _share(row: Row) -> Document:
    told = row.text("doctyp", "isd_docty", most=8).upper()
    return Document(
        kind=ISD_CREDIT if told in ("ISDC", "ISDCN", "ISDCNUR") else ISD,
        number=row.number("docnum"),
        day=row.day("docdt"),
        type=told,
        original_number=row.text("odocnum", most=documents.MOST_NUMBER),
        original_day=row.day_or_none("odocdt"),
        taxes=row.taxes(),
        is_available=row.flag("itcelg", "itc_elg", usual=True),
        **_about(row),
    )


def _entry(row: Row) -> Document:
    """A bill of entry. `ctin` stands only where the goods came out of an SEZ."""
    taxes = row.taxes()
    return Document(
        section=row.section,
        kind=ENTRY,
        gstin=row.gstin("ctin", "sgstin", "stin", is_needed=False),
        name=row.text("trdnm", "trdname", "tdname"),
        number=row.number("boenum", "benum"),
        day=row.day("boedt", "bedt"),
        taxes=taxes,
        value=taxes.taxable + taxes.tax,
        port=row.text("portcode", "portcd", most=10).upper(),
        filed_on=row.day_or_none("recdt", "refdt"),
        original_number=row.text("oboenum", most=documents.MOST_NUMBER),
        **(_ims(row) if "action" in row.own else {}),
    )
