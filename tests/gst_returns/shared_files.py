"""The portal's own files, which are kept beside the repository (../shared) and never in it; and a check of a file against their shape."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

STATUTORY = Path(__file__).parents[2].parent / "shared" / "statutory"
SAMPLES = STATUTORY / "samples" / "gstr1"
_FILES = {
    "nil": "exemp",
    "doc_issue": "docs",
    "txpd": "atadj",
    "txpda": "atadja",
    "hsn_b2b": "hsn-b2b",
    "hsn_b2c": "hsn-b2c",
    "data": "hsn",
}


def needed() -> Path:
    """The folder, or the test is skipped where it is not there."""
    if not SAMPLES.is_dir():
        pytest.skip("the portal's samples are kept beside the repository (../shared/statutory) and are not there")
    return STATUTORY


def require_shape(text: str) -> dict[str, Any]:
    """Hold a file against the portal's specifications: its keys and their order, the patterns of its fields, its rates, no float."""
    payload: dict[str, Any] = json.loads(text, parse_float=Decimal)
    envelope = _read("upload-envelope")
    order = [one["key"] for one in envelope["keys"]]
    assert [key for key in order if key in payload] == list(payload), "the order of the sections"
    assert (payload["version"], payload["hash"]) == (envelope["version"], envelope["hash"])
    for section, content in payload.items():
        if isinstance(content, list):
            _section(section, content)
        elif section == "nil":
            _section("nil", content["inv"])
        elif section == "doc_issue":
            _section("doc_issue", content["doc_det"])
        elif section == "hsn":
            for member, rows in content.items():
                _section(member, rows)
        elif section in ("ecom", "ecoma"):
            for member, rows in content.items():
                _section(f"eco{'a' if section == 'ecoma' else ''}{member.removesuffix('a')}", rows)
    return payload


def _section(name: str, entries: list[dict[str, Any]]) -> None:
    assert entries, f"{name} is empty and should not be there"
    spec = _read(_FILES.get(name, name))
    fields = {one["id"]: one for one in spec["fields"]}
    output = spec["output"]
    for entry in entries:
        if "record" in output:
            _object(entry, output["record"]["keys"], fields, name)
            continue
        held = [entry]
        if "envelope" in output:
            _object(entry, output["envelope"]["keys"], fields, name)
            inner = next(one["key"] for one in output["envelope"]["keys"] if one["from"].startswith("nested"))
            held = entry[inner]
        for one in held:
            _object(one, output["invoice"]["keys"], fields, name)
            nested = [key["key"] for key in output["invoice"]["keys"] if key["from"].startswith("nested")]
            for item in one[nested[0]] if nested else ():
                flat = (
                    {"num": item["num"], **{f"itm_det.{key}": value for key, value in item["itm_det"].items()}}
                    if "itm_det" in item
                    else item
                )
                _object(flat, output["item"]["keys"], fields, name)


def _object(found: dict[str, Any], keys: list[dict[str, Any]], fields: dict[str, Any], name: str) -> None:
    wanted = [one["key"] for one in keys]
    assert [key for key in wanted if key in found] == list(found), f"{name}: {list(found)} are not of {wanted}"
    for one in keys:
        if one["key"] not in found:
            assert one.get("omit_when_empty") or "only_when_value" in one or one["key"] in ("desc", "user_desc"), (
                f"{name} lacks {one['key']}"
            )
            continue
        field = fields.get(one["from"].removeprefix("field:"), {}) if one["from"].startswith("field:") else {}
        value = found[one["key"]]
        if (pattern := field.get("pattern")) and one["key"] != "uqc":
            assert re.fullmatch(pattern, str(value)), f"{name}: {one['key']} {value}"
        if field.get("enum_ref", "").endswith("tax-rates.json#/item"):
            assert Decimal(str(value)) in {Decimal(str(rate)) for rate in _codes("tax-rates")["item"]}, f"{name}: {value} is no rate"


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STATUTORY / "schemas" / "gstr1" / f"{name}.json").read_text())
    return found


def _codes(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STATUTORY / "codes" / "gstn-offline-tool" / f"{name}.json").read_text())
    return found
