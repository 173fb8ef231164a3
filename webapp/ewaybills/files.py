"""E-way bills that go by hand: a JSON file for the portal's bulk upload, and the file it gives back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any
from uuid import UUID

from webapp import company, einvoice
from webapp.ewaybills import queries, sending, service
from webapp.ewaybills.law import MOST_ITEMS
from webapp.ewaybills.payload import BULK_VERSION, bulk_of, day_of
from webapp.ewaybills.portal import Made, read_end, read_time
from webapp.ewaybills.queries import EwaybillRow
from webapp.ewaybills.rules import MAY_LEAVE, State
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

MOST_IN_A_FILE = MOST_ITEMS
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")
_MAY_STAND_THERE = (*MAY_LEAVE, State.SENT, State.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for the portal. `failed` documents are not in it: what is wrong stands at each."""

    text: str
    count: int
    failed: int


@dataclass(slots=True)
class ReadBack:
    """What a file of the portal told us. `odd` are words about entries that could not be used."""

    made: int = 0
    known: int = 0
    odd: list[str] = field(default_factory=list)


def upload_file(books: Books, document_ids: Sequence[UUID]) -> Upload:
    """Documents of one registration as the portal's bulk upload takes them. NotFound for a stranger's.

    One that the portal would refuse fails here, also one that is made by its IRN only. BooksError for none, too many, or several
    registrations.
    """
    rows = [service.mine(books, one) for one in dict.fromkeys(document_ids)]
    sends = {gstin for gstin, kept in queries.registrations(books).items() if kept.sends}
    # What was sent by an interface that is switched off now goes by hand too: the portal says if it has it.
    rows = [row for row in rows if row.state in MAY_LEAVE or (row.state == State.SENT and row.gstin not in sends)]
    if not rows:
        raise BooksError(problem="None of these waits for its e-way bill.", fix="Choose documents that wait or were refused.")
    if len(rows) > MOST_IN_A_FILE:
        raise BooksError(problem=f"A file holds at most {MOST_IN_A_FILE} e-way bills.", fix="Choose fewer, or filter the list by days.")
    if len({row.gstin for row in rows}) > 1:
        raise BooksError(problem="These documents are of several GSTINs.", fix="Choose documents of one GSTIN: each has its own login.")
    good, failed = [], 0
    for row in rows:
        made, problems = sending.checked(books, row)
        if problems or service.irn_of(books, row):
            code, problem, fix = (problems[0].code, problems[0].problem, problems[0].fix) if problems else _BY_IRN
            service.move(books, row, State.FAILED, code=code, problem=problem[:300], fix=fix)
            failed += 1
        else:
            if row.state in (State.FAILED, State.SENT):
                service.move(books, row, State.WAITING, next_at=None, **service.NO_TROUBLE)
            service.keep_total(books, row, made)
            good.append(bulk_of(made))
    return Upload(einvoice.as_json({"version": BULK_VERSION, "billLists": good}) + "\n", len(good), failed)


_BY_IRN = (
    "irn",
    "The portal makes the e-way bill of this bill by its IRN only.",
    "Make it on the e-invoice portal, and note its number here.",
)


def read_back(books: Books, raw: bytes) -> ReadBack:
    """Take the numbers out of a file that the portal gave. Safe to repeat. InvalidInput for a file that is none of the portal's.

    An entry belongs to the document whose number it names. One that names no document of ours, or another number than is kept, is not used.
    """
    entries = _entries(raw)
    numbers = [str(_any(entry, "docno", "documentno", "docnumber", "userdocno") or "") for entry in entries]
    rows = queries.by_paper(books, [one for one in dict.fromkeys(numbers) if one])
    found = ReadBack()
    for place, (entry, number) in enumerate(zip(entries, numbers, strict=True), 1):
        same = [row for row in rows if row.number == number and _fits(entry, row)]
        if not number or not same:
            found.odd.append(f"Entry {place}: no document here has the number {number[:30] or '–'}.")
        elif len(same) > 1:
            found.odd.append(f"Entry {place}: several documents here have the number {number[:30]}.")
        else:
            _take(books, same[0], entry, found)
    return found


def _fits(entry: Mapping[str, Any], row: EwaybillRow) -> bool:
    """Whether an entry may be of a document: its kind, its day and whose it is, where it says them."""
    whose = [_any(entry, "usergstin", "gstin"), _any(entry, "fromgstin" if row.is_outward else "togstin")]
    day = str(_any(entry, "docdate", "documentdate") or "")
    if _DAY.fullmatch(day) and day != day_of(row.day):
        return False
    return str(_any(entry, "doctype") or row.doc_type) == row.doc_type and all(str(one or row.gstin) == row.gstin for one in whose)


def _take(books: Books, row: EwaybillRow, entry: Mapping[str, Any], found: ReadBack) -> None:
    company.require_mine(books, row.store_id)
    row = queries.ewaybill(books, row.document_id)  # an entry may stand twice in a file
    made = _made(entry)
    if made is None:
        said = str(_any(entry, "errormessage", "error", "errors", "remarks", "status") or "")[:200]
        found.odd.append(f"{row.number}: the portal gave no number. {said}".strip())
    elif row.ewb_no == made.number:
        found.known += 1
    elif holder := queries.holder_of(books, made.number, but=row.document_id):
        found.odd.append(f"{row.number}: the e-way bill {made.number} is of {holder} already.")
    elif row.state in _MAY_STAND_THERE:
        service.settle_made(books, row, made.number, made.made_at, made.valid_until)
        found.made += 1
    else:
        found.odd.append(f"{row.number}: it has the e-way bill {row.ewb_no}, the file says {made.number}.")


def _made(entry: Mapping[str, Any]) -> Made | None:
    number = str(_any(entry, "ewaybillno", "ewbno", "ewaybillnumber") or "").replace(" ", "")
    if not service.is_number(number):
        return None
    try:
        made_at = read_time(_any(entry, "ewaybilldate", "ewbdate", "ewbdt"))
        return Made(number, made_at, read_end(_any(entry, "validupto", "validtill", "ewbvalidtill", "validuntil")))
    except ValueError:
        return None


def _any(entry: Mapping[str, Any], *names: str) -> Any:
    return next((entry[name] for name in names if entry.get(name) not in (None, "")), None)


def _entries(raw: bytes) -> list[dict[str, Any]]:
    """The objects in a file: one, a list, or a list inside; their names in small letters, without spaces, dots and lines."""
    try:
        told = json.loads(raw.decode("utf-8-sig"), parse_float=str)
    except (ValueError, RecursionError):
        raise _no_file() from None
    for name in ("result", "data", "Data", "billLists", "ewbList"):
        if isinstance(told, Mapping) and isinstance(told.get(name), list | Mapping):
            told = told[name]
    entries = told if isinstance(told, list) else [told]
    found = [_in_small(one) for one in entries if isinstance(one, Mapping)]
    if not found or len(found) > 10 * MOST_IN_A_FILE:
        raise _no_file()
    return found


def _in_small(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in entry.items() if not isinstance(value, dict | list)}
    return {"".join(sign for sign in str(name).lower() if sign.isalnum()): value for name, value in kept.items()}


def _no_file() -> InvalidInput:
    return InvalidInput(
        {"file": "This is no file of the portal. Download the JSON or the answer of the bulk upload there and choose that."}
    )
