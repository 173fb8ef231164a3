"""The lists of codes that a company has brought in: keeping them, finding in them, and which items' codes do not stand there.

Kept by company, not for the installation: whoever may change one company's items must not be able to put words into another's returns,
and the portal's list weighs two megabytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select

from webapp.catalogue.master_models import GstMaster, GstMasterPart
from webapp.catalogue.master_reading import MOST_BYTES, CodeList, read_hsn, read_ports
from webapp.catalogue.models import Item
from webapp.company import profile
from webapp.kernel.text import folded
from webapp.platform import audit, storage
from webapp.platform.tenancy import Actor, Books, open_books
from webapp.tax.rules import hsn_digits_required

HSN, PORT = "hsn", "port"
_READERS = {HSN: read_hsn, PORT: read_ports}
SERVICES = "99"  # the chapter of SAC codes
MOST_TYPED_WORDS = 6
MOST_RANKED = 400


class MasterRow(NamedTuple):
    """A list as it was last brought in."""

    kind: str
    file_name: str
    codes: int
    imported_by: str
    imported_at: datetime


class Brought(NamedTuple):
    """What came of a file: how many codes the list holds now, and the rows without one."""

    codes: int
    refused_rows: int
    refused: tuple[tuple[int, str], ...]


class Doubts(NamedTuple):
    """Codes of items that want a look, each with why ("missing", "short", "unknown"); and how many items each has."""

    why: Mapping[str, str]
    items: Mapping[str, int]
    digits: int

    def count(self, why: str) -> int:
        return sum(self.items[code] for code, found in self.why.items() if found == why)


def bring_in(actor: Actor, kind: str, file_name: str, chunks: Iterable[bytes]) -> Brought:
    """Take a list in. It replaces the goods, the services, or both, by what it holds; ports wholly.

    UnreadableList and storage.TooLarge leave the list as it was. The file is read before any transaction is open: tills wait for nothing.
    """
    stored = storage.put(actor.company_id, chunks, most_bytes=MOST_BYTES)
    try:
        found = _READERS[kind](storage.path_of(actor.company_id, stored.key))
    finally:
        storage.delete(actor.company_id, stored.key)
    bodies = _bodies(found)
    with open_books(actor) as books:
        total = _replace(books, kind, file_name, stored.sha256, bodies)
        told = {"file": file_name[-120:], "sha256": stored.sha256, "codes": len(found.words), "refused": found.refused_rows}
        audit.record(books, "import", "gst_master", kind, new=told)
    return Brought(total, found.refused_rows, found.refused)


def masters(books: Books) -> dict[str, MasterRow]:
    """The lists that were brought in, by kind."""
    columns = (GstMaster.kind, GstMaster.file_name, GstMaster.codes, GstMaster.imported_by, GstMaster.imported_at)
    return {row.kind: MasterRow(*row) for row in books.session.execute(select(*columns))}


def official_words(books: Books, codes: Iterable[str], kind: str = HSN) -> dict[str, str]:
    """The official words of codes, letter by letter as the list has them; those it has not are absent."""
    wanted = frozenset(codes)
    found = _entries(books, kind, {code[:2] for code in wanted})
    return {code: json.loads(words) for code, words in found if code in wanted}


def search_master(books: Books, text: str, most: int, kind: str = HSN) -> list[tuple[str, str]]:
    """Codes that begin with what is typed, or whose words have every word typed in any order; whole words and short codes first."""
    wanted = folded(text)
    digits = wanted.replace(" ", "").upper()
    if not digits:
        return []
    if digits.isascii() and (digits.isdigit() or (kind == PORT and len(digits) <= 6 and digits.startswith("IN"))):
        begins = (row for row in _entries(books, kind, {digits[:2]}) if row[0].startswith(digits)) if len(digits) > 1 else ()
        return [(code, json.loads(words)) for code, words in sorted(begins, key=lambda row: (len(row[0]), row[0]))[:most]]
    return _by_words(books, kind, wanted.split()[:MOST_TYPED_WORDS], most)


def doubts(books: Books, digits: int | None = None) -> Doubts:
    """The codes of items in use that are missing, shorter than the law wants of this turnover (or than `digits`), or not in the list that
    was brought in. A bill of an unregistered or small seller may carry none; table 12 of GSTR-1 wants one of every item."""
    needed = digits or hsn_digits_required(aato_over_5_crore=profile(books).turnover_over_5_crore)
    in_use = select(Item.hsn, func.count()).where(Item.archived_at.is_(None)).group_by(Item.hsn)
    counted = {code: int(count) for code, count in books.session.execute(in_use)}
    known = set(official_words(books, counted)) if has_master(books) else None
    return Doubts({code: why for code in counted if (why := _why(code, needed, known))}, counted, needed)


def doubt_of(books: Books, code: str) -> str:
    """Why a code of an item wants a look: "missing", "short", "unknown", or "" for none."""
    needed = hsn_digits_required(aato_over_5_crore=profile(books).turnover_over_5_crore)
    return _why(code, needed, set(official_words(books, [code])) if code and has_master(books) else None)


def has_master(books: Books, kind: str = HSN) -> bool:
    """Whether a list was brought in."""
    return books.session.scalar(select(GstMaster.kind).where(GstMaster.kind == kind)) is not None


def _why(code: str, needed: int, known: set[str] | None) -> str:
    if not code:
        return "missing"
    if len(code) < needed:
        return "short"
    return "unknown" if known is not None and code not in known else ""


def _bodies(found: CodeList) -> dict[str, str]:
    """The lines of each part; as JSON, the words are ASCII without a line's end or a tab."""
    lines: dict[str, list[str]] = {}
    for code in sorted(found.words):
        lines.setdefault(code[:2], []).append(f"{code}\t{json.dumps(found.words[code])}")
    return {part: "\n".join(held) for part, held in lines.items()}


def _replace(books: Books, kind: str, file_name: str, sha256: str, bodies: Mapping[str, str]) -> int:
    """Write the parts that the file holds: goods, services or both, never a half of either. Returns how many codes there are now."""
    row = books.session.get(GstMaster, (books.company_id, kind), with_for_update=True)
    gone = delete(GstMasterPart).where(GstMasterPart.kind == kind)
    if SERVICES not in bodies:
        gone = gone.where(GstMasterPart.part != SERVICES)
    elif len(bodies) == 1:
        gone = gone.where(GstMasterPart.part == SERVICES)
    books.session.execute(gone)
    total = sum(body.count("\n") + 1 for body in bodies.values())
    total += sum(body.count("\n") + 1 for body in books.session.scalars(select(GstMasterPart.body).where(GstMasterPart.kind == kind)))
    told = {"file_name": file_name[-120:], "sha256": sha256, "codes": total, "imported_by": books.actor.name, "imported_at": books.now}
    if row is None:
        books.session.add(GstMaster(kind=kind, **told))
    else:
        for name, value in told.items():
            setattr(row, name, value)
    books.session.flush()
    books.insert(GstMasterPart, [{"kind": kind, "part": part, "body": body} for part, body in bodies.items()])
    return total


def _entries(books: Books, kind: str, parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Codes of some parts, with their words as they are kept."""
    query = select(GstMasterPart.body).where(GstMasterPart.kind == kind, GstMasterPart.part.in_(sorted(parts)))
    for body in books.session.scalars(query):
        for line in body.split("\n"):
            code, _tab, words = line.partition("\t")
            yield code, words


def _by_words(books: Books, kind: str, words: Sequence[str], most: int) -> list[tuple[str, str]]:
    # Words are looked for as they are kept: JSON has other scripts' letters as \uXXXX.
    kept = [json.dumps(word)[1:-1] for word in words]
    lines: list[tuple[int, str]] = []
    for body in books.session.scalars(select(GstMasterPart.body).where(GstMasterPart.kind == kind)):
        text = body.casefold()
        if all(word in text for word in kept):
            pairs = zip(text.split("\n"), body.split("\n"), strict=True)
            lines += [(line.index("\t"), line) for low, line in pairs if all(word in low for word in kept)]
    # Shorter codes are headings: of a word that thousands have, they are what is meant.
    found = [(_parts_only(line, words), size, line) for size, line in sorted(lines)[:MOST_RANKED]]
    return [(line[:size], json.loads(line[size + 1 :])) for _parts, size, line in sorted(found)[:most]]


def _parts_only(line: str, words: Sequence[str]) -> int:
    """How many of the words stand in a line as a part of another word only."""
    whole = folded(line).split()
    return sum(word not in whole for word in words)
