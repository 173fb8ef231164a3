"""A file of what suppliers told, opened: its JSON as plain values, before anybody asks which of the portal's files it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.kernel import portal_json
from webapp.kernel.errors import InvalidInput

MOST_BYTES = 24_000_000  # a request takes 25 MB; some forty thousand documents
_MOST_DEPTH = 14  # a GSTR-2B has seven levels
_TOO_LARGE = f"The file is larger than {MOST_BYTES // 1_000_000} MB. Import the portal's parts one by one."


def read_json(content: bytes) -> Mapping[str, Any]:
    """A file as values. InvalidInput beside the field `file` for what the portal would not have written, and for what is no object."""
    found = portal_json.read(content, portal_json.Bounds(MOST_BYTES, _MOST_DEPTH, _TOO_LARGE))
    if not isinstance(found, dict):
        raise InvalidInput({"file": "This JSON is no GSTR-2B, GSTR-2A or IMS file: those begin with a brace."})
    return found
