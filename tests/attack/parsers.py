"""Every reader of bytes that come from outside, as one call each: it reads, or refuses in words of its own. Anything else is a find."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from webapp.attachments.rules import type_of
from webapp.backups.company_file import check_company
from webapp.catalogue.sheets import read_sheet
from webapp.counter.forms import read_enrolment, read_push, read_reservation
from webapp.counter.rules import FORMAT
from webapp.gateway.report_files import read_report
from webapp.gst_inward.archives import open_part, parts_of
from webapp.gst_inward.importing import read_file
from webapp.identity import passkeys
from webapp.kernel.errors import BooksError
from webapp.kernel.money import read_basis_points, read_millipaise, read_paise, read_qty
from webapp.ledger.csv_rows import read_rows
from webapp.messaging.forms import parse_subscription
from webapp.platform import sealing
from webapp.platform.sealing import SealBroken
from webapp.tax.signed_qr import read_qr

SHARED = Path(__file__).parents[2].parent / "shared"


class Parser(NamedTuple):
    """How it is called, what it may raise besides a refusal in words, and something of each kind it reads, to begin with."""

    reads: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    refuses: tuple[type[Exception], ...] = ()


def _through_file(suffix: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    def reads(data: bytes) -> object:
        handle, name = tempfile.mkstemp(suffix=suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            return read(Path(name))
        finally:
            Path(name).unlink()

    return reads


def _sheet() -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (("Name", "MRP", "Barcode"), ("Soap", 32.5, "8901234567894")):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in members.items():
            packed.writestr(name.replace("_", "."), content)
    return out.getvalue()


def _later(packed: bytes) -> bytes:
    """The same zip, whose list of contents says that version 8 of the format is needed."""
    at = packed.index(b"PK\x01\x02") + 6
    return packed[:at] + b"P" + packed[at + 1 :]


def _samples(folder: str, pattern: str) -> tuple[bytes, ...]:
    """Some files that nobody here wrote, where they are at hand: small ones, so that a search through them is quick."""
    found = sorted((SHARED / folder).rglob(pattern)) if SHARED.is_dir() else []
    return tuple(path.read_bytes() for path in found if path.stat().st_size < 20_000)[:6]


def _opened(data: bytes) -> object:
    stream = io.BytesIO(data)
    return [open_part(stream, part) for part in parts_of("2b.zip", len(data), stream)]


# Its one member has a name of no letters.
_NAMELESS = bytes.fromhex(
    "504b03041400612e6a736f6e7b7d504b01021403140000000000c649765d43bfa6a30200000002000080060000000000"
    "00000000000080010000000000800100006e504b0506000000000100010034000000260000000000"
)
_ID = "01a2027b-1b7d-7d48-bdb3-b3f5621de978"
_PUSH = {
    "format": FORMAT,
    "device": _ID,
    "lease": "a",
    "build": "b",
    "report": {"pending": 1, "oldest": "2026-11-20T08:45:00Z", "clock": "2026-11-20T08:46:00Z", "last": {"26A1": 7}},
    "commands": [{"id": _ID, "type": "bill", "series": "26A1", "seq": 1, "sha256": "0" * 64, "body": "{}"}],
}
_TWO_B = {"chksum": "A", "data": {"gstin": "27AABCS1234D1ZV", "rtnprd": "102026", "version": "1.0", "gendt": "14-11-2026", "docdata": {}}}
_REPORT = "entity_id,type,debit,credit,amount,fee,tax,settlement_id,settled_at\npay_1,payment,0,97.64,100,2,0.36,setl_1,20/11/2026\n"
_DEVICE = {"endpoint": "https://push.example/1", "keys": {"p256dh": "BPjKx", "auth": "c2VjcmV0"}}


def _reads_numbers(data: bytes) -> object:
    text, found = data.decode("utf-8", "surrogatepass"), []
    for read in (read_paise, read_millipaise, read_qty, read_basis_points):
        try:
            found.append(read(text))
        except ValueError:
            found.append(None)
    return found


PARSERS: dict[str, Parser] = {
    "inward": Parser(
        lambda data: read_file("27AABCS1234D1ZV", 0, "2b.json", data),
        (json.dumps(_TWO_B).encode(), *_samples("statutory", "*2[aAbB]*.json")),
    ),
    "sheet": Parser(_through_file(".xlsx", read_sheet), (_sheet(), _zip(a_xml=b"<a/>"), _later(_sheet()))),
    "attachment": Parser(
        lambda data: type_of(data, "a.csv"), (_sheet(), _later(_sheet()), b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n%%EOF", b"a,b\n")
    ),
    "portal zip": Parser(_opened, (_zip(a_json=b"{}"), _later(_zip(a_json=b"{}")), _NAMELESS, b"{}")),
    "csv": Parser(
        _through_file(".csv", read_sheet), (b"Name,MRP\nSoap,32.50\n", "नाम;दाम\nसाबुन;३२\n".encode("utf-16"), *_samples("samples", "*.csv"))
    ),
    "accounts": Parser(
        lambda data: read_rows(data, {"name": ("Name",), "group": ("Group", "Under")}, ("name",)), (b"Name,Group\nRent,Expenses\n",)
    ),
    "push": Parser(read_push, (json.dumps(_PUSH).encode(),)),
    "enrolment": Parser(read_enrolment, (json.dumps({"name": "Till 1", "store": _ID, "shared": False}).encode(),)),
    "reservation": Parser(read_reservation, (json.dumps({"bill": _ID, "lines": [{"item": _ID, "qty": 1000}]}).encode(),)),
    "settlement": Parser(read_report, (_REPORT.encode(), *_samples("samples/payments", "*settle*"))),
    "subscription": Parser(lambda data: parse_subscription(json.loads(data), "phone"), (json.dumps(_DEVICE).encode(),), (ValueError,)),
    "qr": Parser(
        lambda data: read_qr(data.decode("utf-8", "surrogatepass"), ()),
        (b"eyJhbGciOiJSUzI1NiJ9.eyJkYXRhIjoie30ifQ.c2ln",),
        (UnicodeDecodeError,),
    ),
    "envelope": Parser(
        lambda data: sealing.unseal("a", data.decode("utf-8", "surrogatepass")),
        (b"m1.k-1.AAAA.BBBB", b"gAAAAABh"),
        (SealBroken, UnicodeDecodeError),
    ),
    "passkey": Parser(
        lambda data: passkeys.read(data.decode("utf-8", "surrogatepass")),
        (b'{"id":"AA","type":"public-key","response":{}}',),
        (UnicodeDecodeError,),
    ),
    "numbers": Parser(_reads_numbers, (b"1,23,456.78", "₹ १२".encode(), b"12.5%", b"-0.001"), (UnicodeDecodeError,)),
    "company file": Parser(_through_file(".zip", check_company), (_zip(manifest_json=b'{"format": 1}', people_json=b"{}"),)),
}


def tried(parser: Parser, data: bytes) -> bool:
    """Whether it read them. Whatever is neither read nor refused in words comes out as it was raised."""
    try:
        parser.reads(data)
    except (BooksError, *parser.refuses):
        return False
    return True
