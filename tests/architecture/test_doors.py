"""From outside, a room is its `__init__.py`. What a room does not show there, nobody else may use."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, program

OPEN_ROOMS = {"kernel", "platform", "tax"}  # values and foundations: any of their modules may be named
# Who may name what inside rooms, because putting rooms together is what it is for.
KEYS = {"webapp/app.py": {"routes"}, "webapp/models.py": {"models"}}
# Rooms that read everything and decide nothing may name tables, to read them: a report joins what many rooms keep, and an
# auditor looks at what is written, not at what a room says of it. A bench compares the program with the bare tables. What
# is open (outstandings) is a reading of the register's own lines.
READERS = {
    "reports",
    "stock_reports",
    "custom_reports",
    "books_check",
    "closing",
    "edit_log",
    "bench",
    "exchange",
    "finder",
    "composition",
    "gst_annual",
    "gst_returns",
    "input_tax",
    "outstandings",
}
INNER = {"routes", "forms", "service", "queries", "models", "rules", "events"}
ROOMS = {source.name.split("/")[1] for source in program() if source.name.endswith("/__init__.py") and source.name.count("/") == 2}


def strays(source: Source) -> Iterator[str]:
    """Each import, or use, of another room's inside."""
    imported_rooms: dict[str, str] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from stray_from(source, node)
            if node.module == "webapp":
                imported_rooms |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from past_the_door(source, node.lineno, alias.name.split("."))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in INNER:
            room = imported_rooms.get(node.value.id)
            if room in ROOMS:
                yield from past_the_door(source, node.lineno, ["webapp", str(room), node.attr])


def stray_from(source: Source, node: ast.ImportFrom) -> Iterator[str]:
    parts = (node.module or "").split(".")
    yield from past_the_door(source, node.lineno, parts)
    if parts[0] == "webapp" and len(parts) == 2:
        for alias in node.names:
            if alias.name in INNER:
                yield from past_the_door(source, node.lineno, [*parts, alias.name])


def past_the_door(source: Source, line: int, parts: list[str]) -> Iterator[str]:
    if len(parts) < 3 or parts[0] != "webapp" or parts[1] not in ROOMS:
        return
    room, inner = parts[1], parts[2]
    if room in OPEN_ROOMS or room == source.room or inner in KEYS.get(source.name, set()):
        return
    if source.room in READERS and inner == "models":
        return
    yield f"{source.name}:{line} reaches into {'.'.join(parts)}: import what it needs from webapp.{room}, and show it in its __init__.py"


def test_nobody_reaches_past_a_door() -> None:
    found = [stray for source in program() for stray in strays(source)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("from webapp.ledger import post", 0),
        ("from webapp.kernel.money import Paise", 0),
        ("from webapp.ledger.models import JournalLine", 1),
        ("from webapp.ledger import models", 1),
        ("import webapp.ledger.service", 1),
        ("from webapp import ledger\nledger.service.post()", 1),
        ("from webapp import ledger\nledger.post()", 0),
    ],
)
def test_a_planted_stray_is_found(text: str, count: int) -> None:
    assert len(list(strays(Source("webapp/sales/service.py", text)))) == count


def test_a_room_says_what_it_is() -> None:
    """A room's first line of documentation says what it owns and promises."""
    silent = [source.name for source in program() if source.name.endswith("__init__.py") and not ast.get_docstring(source.tree)]
    assert not silent, f"say in a docstring what these own and promise: {silent}"


def test_a_door_holds_no_logic() -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
    found = [
        f"{source.name}:{node.lineno}: move it to a module of the room"
        for source in program()
        if source.name.endswith("__init__.py")
        for node in source.tree.body
        if not isinstance(node, allowed)
    ]
    assert not found, "\n".join(found)
