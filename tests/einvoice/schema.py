"""As much of JSON Schema (draft 7) as the portal's INV-01 schema uses: a second reader of a payload, apart from the program's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

STATUTORY = Path(__file__).resolve().parents[3] / "shared" / "statutory"


def statutory(path: str) -> Any:
    """A file of the statutory data that is kept beside the repository, numbers exact."""
    if not (STATUTORY / path).is_file():
        pytest.skip("the statutory data is kept beside the repository (../shared/statutory) and is not there")
    return json.loads((STATUTORY / path).read_text(), parse_float=Decimal)


@cache
def inv01() -> Any:
    return statutory("schemas/einvoice/inv01-v1.1.normalised.schema.json")


def errors(value: Any, schema: Any, path: str = "") -> Iterator[str]:
    """Where `value` is not what `schema` says."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{path}: {value!r} is no {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str):
        yield from _text(value, schema, path)
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        if not Decimal(str(schema.get("minimum", "-1e30"))) <= value <= Decimal(str(schema.get("maximum", "1e30"))):
            yield f"{path}: {value} is out of range"
    elif isinstance(value, dict):
        yield from _object(value, schema, path)
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9):
            yield f"{path}: {len(value)} entries"
        for number, one in enumerate(value):
            yield from errors(one, schema["items"], f"{path}[{number}]")


def _text(value: str, schema: Any, path: str) -> Iterator[str]:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9):
        yield f"{path}: {value!r} has {len(value)} characters"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: {value!r} does not fit {schema['pattern']}"


def _object(value: dict[str, Any], schema: Any, path: str) -> Iterator[str]:
    yield from (f"{path}.{name} is missing" for name in schema.get("required", []) if name not in value)
    for name, inside in value.items():
        if name not in schema.get("properties", {}):
            yield f"{path}.{name} is unknown"
        else:
            yield from errors(inside, schema["properties"][name], f"{path}.{name}")


def _is(value: Any, kind: str) -> bool:
    if kind == "null":
        return value is None
    if kind == "number":
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    return isinstance(value, {"string": str, "object": dict, "array": list}[kind])
