"""What a file is, told by its content alone; how its name is shown. Pure."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

MOST_BYTES = 10_000_000
MOST_FILES = 20  # beside one document, those withdrawn not counted
MOST_NAME = 120
MOST_PARTS = 5_000  # in a workbook: more is a bomb


class NotKept(BooksError):
    """A file of a kind that is not kept, empty, or one too many."""


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is kept: its word in the database, what it is sent as, the endings its name may have."""

    code: str
    mime: str
    endings: tuple[str, ...]

    @property
    def is_picture(self) -> bool:
        """Whether a browser may draw it in a page."""
        return self.mime.startswith("image/")


FILE_TYPES = {
    one.code: one
    for one in (
        FileType("pdf", "application/pdf", (".pdf",)),
        FileType("jpeg", "image/jpeg", (".jpg", ".jpeg")),
        FileType("png", "image/png", (".png",)),
        FileType("webp", "image/webp", (".webp",)),
        FileType("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
        FileType("csv", "text/csv; charset=utf-8", (".csv",)),
        FileType("txt", "text/plain; charset=utf-8", (".txt",)),
    )
}
# What a file chooser offers; the server looks at the content whatever was chosen.
ACCEPTED = ",".join(ending for one in FILE_TYPES.values() for ending in one.endings)


def type_of(content: bytes, name: str) -> FileType:
    """What a file is. NotKept, naming the file, for one that is empty or of no kind that is kept.

    The name decides only between CSV and plain text, which no content tells apart.
    """
    shown = clean_name(name, None)
    if not content:
        raise NotKept(problem=f"{shown} is empty.", fix="Choose the file again.")
    code = _code_of(content, name)
    if code is None:
        raise NotKept(
            problem=f"{shown} is of a kind that is not kept here.",
            fix="Add a PDF, a photo (JPEG, PNG, WebP), an Excel workbook without macros (.xlsx), a CSV or a plain text.",
        )
    return FILE_TYPES[code]


def clean_name(name: str, kind: FileType | None) -> str:
    """The name as it is shown and sent: no folders, no unseen signs, and the ending of what the file is."""
    last = PurePosixPath(clean_text(name.replace("\\", "/"))).name.strip(". ") or "file"
    last = "".join("_" if sign in '<>:"|?*;' else sign for sign in last)
    if kind is None:
        return last[:MOST_NAME]
    stem, ending = PurePosixPath(last).stem, PurePosixPath(last).suffix.casefold()
    kept = ending if ending in kind.endings else kind.endings[0]
    whole = stem if ending in kind.endings else last
    return whole[: MOST_NAME - len(kept)].rstrip(". ") + kept


def _code_of(content: bytes, name: str) -> str | None:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return "xlsx" if _is_workbook(content) else None
    if not _is_plain_text(content):
        return None
    return "csv" if name.casefold().endswith(".csv") else "txt"


def _is_workbook(content: bytes) -> bool:
    """Whether a zip holds a workbook and no macros. Only its list of names is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            listed = packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    names = {name.casefold() for name in listed}
    if len(listed) > MOST_PARTS or any(name.endswith("vbaproject.bin") for name in names):
        return False
    return {"[content_types].xml", "xl/workbook.xml"} <= names


def _is_plain_text(content: bytes) -> bool:
    """Whether it is words: UTF-8, no control signs, and no markup that a browser would take for a page or a drawing."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in words):
        return False
    start = words.lstrip()[:400].casefold()
    return not start.startswith("<") and not any(mark in start for mark in ("<html", "<svg", "<script", "<!doctype", "<?xml"))
