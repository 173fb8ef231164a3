"""What was uploaded, told apart at once: one JSON of the portal, or the ZIP it delivers a large month in. Nothing is unpacked to a disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from webapp.gst_inward.opening import MOST_BYTES
from webapp.kernel.errors import InvalidInput
from webapp.kernel.text import clean_text

MOST_PARTS = 60
MOST_UNPACKED = 200_000_000  # of all parts of an upload; the portal's own parts are below 25 MB each
MOST_RATIO = 200  # JSON of the portal packs to a tenth; what packs to less than a two-hundredth is no list of documents
LOOKED_INTO = 1_000_000  # bytes: what is smaller is read at once, so that a wrong file is told beside its field
_ENCRYPTED = 0x1
_MARK = b"\xef\xbb\xbf"
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error)
_AGAIN = "Download it from the portal again."


class Part(NamedTuple):
    """One JSON of an upload: how it is called, its name inside the ZIP ("" for a file by itself), and its size unpacked."""

    name: str
    member: str
    bytes: int


def parts_of(name: str, size: int, stream: IO[bytes]) -> list[Part]:
    """The JSON files of what was uploaded under `name`, by its first bytes and its directory alone. InvalidInput beside `file` for what is
    neither a JSON nor a ZIP of such, for a bomb, a ZIP in a ZIP, a locked one, and for what is too large."""
    name = clean_text(name)[:100]
    head = stream.read(64)
    stream.seek(0)
    if head.startswith(b"PK"):
        return _packed(name, stream)
    if size > MOST_BYTES:
        raise _refuse(name, f"The file is larger than {MOST_BYTES // 1_000_000} MB. Import the portal's parts one by one, or their ZIP.")
    if size > LOOKED_INTO and not head.removeprefix(_MARK).lstrip().startswith(b"{"):
        raise _refuse(name, "This is neither a JSON nor a ZIP of the portal: those begin with a brace, or with PK.")
    return [Part(name, "", size)]


def open_part(stream: IO[bytes], part: Part) -> bytes:
    """The bytes of a part; never more than its directory said. InvalidInput for a ZIP that is damaged or whose sizes are not true."""
    if not part.member:
        return stream.read(MOST_BYTES + 1)
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(part.member) as packed:
            content = packed.read(part.bytes + 1)
    except (*_BROKEN, KeyError):
        raise _refuse(part.name, f"The ZIP is damaged. {_AGAIN}") from None
    if len(content) != part.bytes:
        raise _refuse(part.name, f"The ZIP says another size than it holds. {_AGAIN}")
    return content


def _packed(name: str, stream: IO[bytes]) -> list[Part]:
    try:
        with zipfile.ZipFile(stream) as archive:
            inside = [
                one for one in archive.infolist() if not one.filename.endswith("/")
            ]  # a name may be empty, which is_dir() does not bear
    except _BROKEN:
        raise _refuse(name, f"The ZIP is damaged. {_AGAIN}") from None
    if not inside:
        raise _refuse(name, "The ZIP is empty.")
    if len(inside) > MOST_PARTS:
        raise _refuse(name, f"The ZIP holds more than {MOST_PARTS} files. A month of the portal has fewer.")
    parts = [_member(name, one) for one in sorted(inside, key=lambda one: one.filename)]
    if len({part.member for part in parts}) != len(parts):
        raise _refuse(name, f"Two files of the ZIP have one name. {_AGAIN}")
    return parts


def _member(name: str, one: zipfile.ZipInfo) -> Part:
    own = clean_text(one.filename)[-60:]
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refuse(name, f"{own} is packed in a way that the portal does not use. Unpack it, and send the JSON files inside.")
    if one.flag_bits & _ENCRYPTED:
        raise _refuse(name, "The ZIP is locked with a password. Unlock it, and send the JSON files inside.")
    if not one.filename.lower().endswith(".json"):
        words = (
            "Unpack it, and send the JSON files inside." if one.filename.lower().endswith(".zip") else "Send the portal's JSON files alone."
        )
        raise _refuse(name, f"It holds {own}, which is no JSON. {words}")
    if one.file_size > MOST_BYTES:
        raise _refuse(name, f"{own} is larger than {MOST_BYTES // 1_000_000} MB unpacked.")
    if one.file_size > MOST_RATIO * max(one.compress_size, 1) + 10_000:
        raise _refuse(name, f"{own} is packed tighter than any list of documents. {_AGAIN}")
    return Part(f"{name}: {own}"[:100] if name else own, one.filename, one.file_size)


def total(parts: Iterator[Part] | list[Part]) -> int:
    """What the parts of an upload are together, in bytes. InvalidInput beside `file` above the bound."""
    found = sum(part.bytes for part in parts)
    if found > MOST_UNPACKED:
        raise _refuse("", f"These are more than {MOST_UNPACKED // 1_000_000} MB unpacked. Import fewer months at once.")
    return found


def _refuse(name: str, words: str) -> InvalidInput:
    return InvalidInput({"file": f"File {name}. {words}" if name else words})
