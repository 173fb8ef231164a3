"""What ISO 19005-3 asks of the structure of a PDF, read from the file itself. No validator: what is drawn is not looked at here."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_SCRIPTED = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState"}


def faults(pdf: bytes) -> list[str]:
    """What speaks against PDF/A-3b, in words; nothing where all is well."""
    reader = PdfReader(io.BytesIO(pdf))
    trailer, catalog = reader.trailer, reader.trailer["/Root"]
    found = []
    if "/Encrypt" in trailer:
        found.append("encrypted")
    if len(trailer.get("/ID", ())) != 2:
        found.append("no identity in the trailer")
    if not re.match(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4}", pdf):
        found.append("no binary mark after the header")
    found += _intents(catalog) + _metadata(catalog) + _attachments(catalog)
    for one in _objects(reader):
        found += _object(one)
    return found


def _intents(catalog: Any) -> list[str]:
    intents = [one.get_object() for one in catalog.get("/OutputIntents", ())]
    if [one["/S"] for one in intents] != ["/GTS_PDFA1"]:
        return ["no output intent"]
    profile = intents[0]["/DestOutputProfile"].get_object()
    content = profile.get_data()
    return [] if profile["/N"] == 3 and content[36:40] == b"acsp" and content[16:20] == b"RGB " else ["its output intent is no RGB profile"]


def _metadata(catalog: Any) -> list[str]:
    if "/Metadata" not in catalog:
        return ["no metadata"]
    said = catalog["/Metadata"].get_object().get_data().decode()
    part = re.search(r'pdfaid:part(?:="|>)(\d)', said)
    conformance = re.search(r'pdfaid:conformance(?:="|>)(\w)', said)
    return [] if part and conformance and (part[1], conformance[1]) == ("3", "B") else ["its metadata do not say PDF/A-3b"]


def _attachments(catalog: Any) -> list[str]:
    found = []
    named = catalog.get("/Names", {}).get("/EmbeddedFiles", {})
    specs = [one.get_object() for one in named.get_object().get("/Names", ())[1::2]] if named else []
    associated = [one.get_object() for one in catalog.get("/AF", ())]
    if not associated or associated != specs:
        found.append("an attached file is not associated")
    for spec in specs:
        if spec.get("/AFRelationship") not in ("/Data", "/Source", "/Alternative", "/Supplement"):
            found.append("an attached file has no relationship")
        if not spec.get("/F") or not spec.get("/UF"):
            found.append("an attached file has no name")
        file = spec["/EF"]["/F"].get_object()
        if "/Subtype" not in file or "/ModDate" not in file.get("/Params", {}):
            found.append("an attached file has no type or day")
    return found


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object that leads from the trailer, once."""
    seen: set[int] = set()
    waiting: list[Any] = [reader.trailer["/Root"]]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(name) for name in one if name != "/Parent"]
        elif isinstance(one, list):
            waiting += list(one)


def _object(one: Any) -> list[str]:
    found = []
    if one.get("/Type") == "/Font" and one.get("/Subtype") != "/Type0":
        descriptor = one.get("/FontDescriptor")
        if descriptor is None or not any(name in descriptor.get_object() for name in _FONT_FILES):
            found.append(f"a font is not embedded: {one.get('/BaseFont')}")
    if one.get("/Type") == "/Font" and "/ToUnicode" not in one and one.get("/Subtype") == "/Type0":
        found.append(f"the text of a font cannot be read: {one.get('/BaseFont')}")
    if one.get("/Interpolate"):
        found.append("a picture is smoothed")
    if one.get("/S") in _SCRIPTED:
        found.append(f"an action: {one['/S']}")
    if isinstance(one, StreamObject) and "/LZWDecode" in str(one.get("/Filter", "")):
        found.append("compressed by LZW")
    if one.get("/Subtype") == "/Widget":
        left, bottom, right, top = one["/Rect"]
        if not int(one.get("/F", 0)) & 4 or int(one.get("/F", 0)) & 0b100011:
            found.append("a field is hidden or not printed")
        if (right != left or top != bottom) and "/N" not in one.get("/AP", {}):
            found.append("a field has no appearance")
    return found
