"""A list of codes as the portal or anybody else writes it (JSON, CSV, XLSX) → codes and words. By shape: unknown keys and columns are let
by, codes may be numbers that lost their first nought. Nothing in a file is believed.

The portal's own files: HSN.json of the offline tool (`c`, `n`), HSN_SAC.xlsx and its CSVs (`HSN_CD`, `HSN_Description`, `SAC_CD`, …).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from webapp.catalogue.sheets import UnreadableSheet, read_sheet
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass

MOST_BYTES = 20_000_000
MOST_CODES = 60_000
MOST_WORDS = 4_000
SHOWN_REFUSED = 20
_CODE_KEYS = ("c", "code", "hsn", "hsncode", "hsncd", "hsnsc", "saccd", "sac", "saccode", "hsnsaccode", "hsnsac", "port", "portcode", "icd")
_WORD_KEYS = ("n", "name", "description", "desc", "hsndescription", "sacdescription", "hsndesc", "words", "portname", "location")
_PORT = re.compile(r"IN[A-Z0-9]{4}")


class UnreadableList(BooksError):
    """The file is no list of codes."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes with their official words as written. `refused` are the first rows that hold no code: their number and what stood there."""

    words: Mapping[str, str]
    refused_rows: int
    refused: tuple[tuple[int, str], ...]


def read_hsn(path: Path) -> CodeList:
    """A list of HSN and SAC codes. UnreadableList when it is none, or has more rows without a code than with one."""
    return _read(path, hsn_of, "Send a list with a column of codes and one of descriptions: an HSN code has 2, 4, 6 or 8 digits.")


def read_ports(path: Path) -> CodeList:
    """A list of ports as customs names them (INNSA1). UnreadableList as above."""
    return _read(
        path, _port_of, "Send a list with a column of codes and one of names: a port has six signs and begins with IN, such as INNSA1."
    )


def hsn_of(cell: Any) -> str | None:
    """The code that a cell holds: digits, blanks aside; a nought that a spreadsheet took from the front is put back. None for no code."""
    text = "".join(str(cell).split()).removesuffix(".0")
    if not (text.isascii() and text.isdigit() and len(text) <= 8) or isinstance(cell, bool):
        return None
    return text if len(text) % 2 == 0 else f"0{text}"


def _port_of(cell: Any) -> str | None:
    text = str(cell).strip().upper()
    return text if _PORT.fullmatch(text) else None


def _read(path: Path, code_of: Callable[[Any], str | None], fix: str) -> CodeList:
    words: dict[str, str] = {}
    mended: set[str] = set()
    refused: list[tuple[int, str]] = []
    refused_rows = 0
    for number, cell, said in _rows(path):
        code = code_of(cell)
        if code is None or len(said) > MOST_WORDS:
            refused_rows += 1
            if len(refused) < SHOWN_REFUSED:
                refused.append((number, f"{cell} {said}"[:80]))
            continue
        if len(words) == MOST_CODES and code not in words:
            raise UnreadableList(problem=f"The file has more than {MOST_CODES:,} codes.", fix="Send the portal's own list, as it is.")
        # A code that stands twice keeps its first words; written as it should be it goes before one that was mended.
        if code not in words or (code in mended and code == cell):
            words[code] = said
            (mended.discard if code == cell else mended.add)(code)
    if not words or refused_rows > len(words):
        example = refused[0][1] if refused else ""
        raise UnreadableList(
            problem=f"Of this file {len(words):,} rows hold a code and {refused_rows:,} do not, such as “{example}”.", fix=fix
        )
    return CodeList(words, refused_rows, tuple(refused))


def _rows(path: Path) -> Iterator[tuple[int, Any, str]]:
    """Row number, what stands for the code, and the words of each row of a file of any of the three kinds."""
    with path.open("rb") as file:
        start = file.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        yield from _json_rows(path)
        return
    try:
        sheet = read_sheet(path)
    except UnreadableSheet as refusal:
        raise UnreadableList(problem=refusal.problem, fix=refusal.fix) from None
    headings = [_plain(heading) for heading in sheet.headings]
    pairs = _columns(headings)
    for number, cells in sheet.rows:
        for code, said in pairs:
            if code < len(cells) and cells[code]:
                yield number, cells[code], cells[said] if said is not None and said < len(cells) else ""


def _columns(headings: list[str]) -> list[tuple[int, int | None]]:
    """Pairs of a column of codes and its column of words: the portal's sheet may have goods and services side by side."""
    codes = [place for place, heading in enumerate(headings) if heading in _CODE_KEYS]
    words = [place for place, heading in enumerate(headings) if heading in _WORD_KEYS]
    if not codes:
        raise UnreadableList(
            problem="None of the headings is that of a column of codes.",
            fix="Call the columns “HSN Code” and “Description” (ports: “Code” and “Name”), then send the file again.",
        )
    return [(code, next((place for place in words if place > code), words[0] if words else None)) for code in codes]


def _json_rows(path: Path) -> Iterator[tuple[int, Any, str]]:
    try:
        found = json.loads(path.read_bytes(), parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise UnreadableList(
            problem="The JSON breaks off or is nested too deep.", fix="Take the file from the portal again and send it unchanged."
        ) from None
    if isinstance(found, dict) and found and all(isinstance(value, str) for value in found.values()) and hsn_or_port(found):
        yield from ((number, code, words) for number, (code, words) in enumerate(found.items(), start=1))
        return
    number = 0
    for rows in _lists(found, depth=0):
        keys = _keys(rows)
        if keys is None:
            continue
        for row in rows:
            number += 1
            said = row.get(keys[1]) if isinstance(row, dict) else None
            yield number, row.get(keys[0], "") if isinstance(row, dict) else row, said if isinstance(said, str) else ""
    if not number:
        raise UnreadableList(
            problem="The JSON has no list of codes with descriptions.", fix="Send the portal's HSN.json, or a CSV with the two columns."
        )


def hsn_or_port(keys: Iterable[Any]) -> bool:
    """Whether every key is a code: a JSON object of code → words."""
    return all(hsn_of(key) or _port_of(key) for key in keys)


def _lists(value: Any, depth: int) -> Iterator[list[Any]]:
    """The lists in what JSON holds, from the outside in, four objects deep."""
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict) and depth < 4:
        for held in value.values():
            yield from _lists(held, depth + 1)


def _keys(rows: list[Any]) -> tuple[str, str] | None:
    """The keys of code and words in a list of objects; None where it is no such list."""
    first = next((row for row in rows if isinstance(row, dict)), None)
    if first is None:
        return None
    named = {_plain(str(key)): str(key) for row in rows[:50] if isinstance(row, dict) for key in row}
    code = next((named[name] for name in _CODE_KEYS if name in named), None)
    words = next((named[name] for name in _WORD_KEYS if name in named), None)
    return (code, words or "") if code is not None else None


def _plain(heading: str) -> str:
    return "".join(sign for sign in heading.casefold() if sign.isalnum())
