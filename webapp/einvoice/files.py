"""Documents that go by hand: a JSON file for the portal's bulk upload, and the file it gives back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any
from uuid import UUID

from webapp import company, sales
from webapp.einvoice import queries, sending, service, signing
from webapp.einvoice.payload import as_json
from webapp.einvoice.portal import Signed, read_signed
from webapp.einvoice.queries import EinvoiceRow
from webapp.einvoice.rules import State
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform.outside import Unanswered
from webapp.platform.tenancy import Books

MOST_IN_A_FILE = service.MOST_AT_ONCE
_MAY_LEAVE = (State.WAITING, State.FAILED)
# A bill may be cancelled between the file that left and the one that came back: what the portal says is kept, with what is to be done.
_MAY_STAND_THERE = (*_MAY_LEAVE, State.SENT, State.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for the portal. `failed` documents are not in it: what is wrong stands at each."""

    text: str
    count: int
    failed: int


@dataclass(slots=True)
class ReadBack:
    """What a file of the portal told us. `odd` are words about entries that could not be used."""

    registered: int = 0
    cancelled: int = 0
    known: int = 0
    odd: list[str] = field(default_factory=list)


def upload_file(books: Books, invoice_ids: Sequence[UUID]) -> Upload:
    """Documents of one registration as the portal's bulk upload takes them: a list of payloads. NotFound for a stranger's.

    One that the portal would refuse fails here. BooksError for none, too many, or several registrations.
    """
    rows = [queries.einvoice(books, one) for one in dict.fromkeys(invoice_ids)]
    for store_id in {row.store_id for row in rows}:
        company.require_mine(books, store_id)
    sends = {gstin for gstin, kept in queries.registrations(books).items() if kept.sends}
    # What was sent by an interface that is switched off now goes by hand too: the portal says if it has it.
    rows = [row for row in rows if row.state in _MAY_LEAVE or (row.state == State.SENT and row.gstin not in sends)]
    if not rows:
        raise BooksError(problem="None of these documents waits to be reported.", fix="Choose documents that wait or have failed.")
    if len(rows) > MOST_IN_A_FILE:
        raise BooksError(problem=f"A file holds at most {MOST_IN_A_FILE} documents.", fix="Choose fewer, or filter the list by days.")
    if len({row.gstin for row in rows}) > 1:
        raise BooksError(problem="These documents are of several GSTINs.", fix="Choose documents of one GSTIN: each has its own login.")
    kept = queries.registrations(books)[rows[0].gstin]
    good, failed = [], 0
    for row in rows:
        payload, problems = sending.checked(books, sales.invoice(books, row.invoice_id), kept.turnover_crore)
        if problems:
            first = problems[0]
            service.move(books, row, State.FAILED, code=first.code, problem=first.problem, fix=first.fix)
            failed += 1
        else:
            if row.state in (State.FAILED, State.SENT):
                service.move(books, row, State.WAITING, code="", problem="", fix="")
            good.append(as_json(payload))
    return Upload("[" + ",\n".join(good) + "]\n", len(good), failed)


def read_back(books: Books, raw: bytes) -> ReadBack:
    """Take what the portal signed out of a file that it gave. Safe to repeat. InvalidInput for a file that is none of the portal's.

    An entry is held against its document; where this machine knows the portal's keys, it must also bear their signature.
    """
    entries = _entries(raw)
    found = ReadBack()
    read: list[Signed] = []
    for number, entry in enumerate(entries, 1):
        try:
            read.append(read_signed(entry))
        except Unanswered:
            found.odd.append(f"Entry {number} has no number, acknowledgement and QR of the portal.")
    rows = queries.by_irn(books, [one.irn for one in read])
    for signed in read:
        row = rows.get(signed.irn)
        if row is None:
            found.odd.append(f"No document here has the IRN {signed.irn[:12]}….")
        else:
            company.require_mine(books, row.store_id)
            _take(books, row, signed, found)
    return found


def _take(books: Books, row: EinvoiceRow, signed: Signed, found: ReadBack) -> None:
    row = queries.einvoice(books, row.invoice_id)  # an entry may stand twice in a file
    looked = signing.look(row, Signed(signed.irn, signed.ack_no, signed.ack_at, signed.signed_qr, signed.signed_invoice))
    if looked.trouble is not None:
        found.odd.append(f"{row.number}: {looked.trouble['problem']}")
    elif signing.has_keys() and not looked.is_verified:
        found.odd.append(f"{row.number}: the portal's signature does not fit.")
    elif not signed.is_active and row.state == State.REGISTERED:
        service.settle_cancelled(books, row, books.now)
        found.cancelled += 1
    elif row.state in _MAY_STAND_THERE and signed.is_active:
        service.settle_signed(books, row, signed)
        found.registered += 1
    else:
        found.known += 1


def _entries(raw: bytes) -> list[Mapping[str, Any]]:
    """The objects in a file: one, a list, or a list inside `result` or `data`; their names in the portal's own writing."""
    try:
        told = json.loads(raw.decode("utf-8-sig"), parse_float=str)
    except (ValueError, RecursionError):
        raise _no_file() from None
    for name in ("result", "data", "Data"):
        if isinstance(told, Mapping) and isinstance(told.get(name), list | Mapping):
            told = told[name]
    entries = told if isinstance(told, list) else [told]
    found: list[Mapping[str, Any]] = [_in_its_writing(one) for one in entries if isinstance(one, Mapping)]
    if not found or len(found) > 10 * MOST_IN_A_FILE:
        raise _no_file()
    return found


_WRITING = {name.lower(): name for name in ("Irn", "AckNo", "AckDt", "SignedQRCode", "SignedInvoice", "Status")}


def _in_its_writing(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {_WRITING.get(str(name).replace(" ", "").lower(), str(name)): value for name, value in entry.items()}


def _no_file() -> InvalidInput:
    return InvalidInput({"file": "This is no file of the portal. Download the JSON of the generated IRNs there and choose that."})
