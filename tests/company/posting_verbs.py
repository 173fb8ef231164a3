"""Which verbs of the program post a voucher, and which of them ask how far back the actor's role may date: read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "webapp"
ASKS = "webapp.company.limits.require_backdate"
POSTS = "webapp.ledger.service.post"


def posting_verbs() -> dict[str, bool]:
    """Every public function that takes books and comes to `ledger.post`, by "room.module.name"; whether it comes to `require_backdate` too."""
    calls = _calls()
    return {
        name.removeprefix("webapp."): ASKS in _reached(name)
        for name, is_verb in _functions().items()
        if is_verb and name in calls and POSTS in _reached(name) and name != POSTS
    }


@cache
def _reached(name: str) -> frozenset[str]:
    """Every function that `name` may call, itself or through others."""
    calls, found, waiting = _calls(), set[str](), [name]
    while waiting:
        for one in calls.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


@cache
def _trees() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text())
    return found


@cache
def _functions() -> dict[str, bool]:
    """Every function of a module by its whole name, and whether it is a verb: public, `books` first."""
    return {
        f"{module}.{part.name}": not part.name.startswith("_") and bool(part.args.args) and part.args.args[0].arg == "books"
        for module, tree in _trees().items()
        for part in tree.body
        if isinstance(part, ast.FunctionDef)
    }


@cache
def _names(module: str) -> dict[str, str]:
    """What the names of a module stand for: its imports, its functions."""
    found = {}
    for part in ast.walk(_trees()[module]):
        if isinstance(part, ast.ImportFrom) and part.module and part.level == 0:
            found |= {alias.asname or alias.name: f"{part.module}.{alias.name}" for alias in part.names}
    return found | {name.rsplit(".", 1)[1]: name for name in _functions() if name.rsplit(".", 1)[0] == module}


@cache
def _where(name: str) -> str:
    """The function itself behind a name that a room's door hands on."""
    module, _, last = name.rpartition(".")
    if name in _functions() or module not in _trees():
        return name
    there = _names(module).get(last, name)
    return there if there == name else _where(there)


@cache
def _calls() -> dict[str, frozenset[str]]:
    """Whom each function names: called, or handed on to be called."""
    return {
        f"{module}.{part.name}": frozenset(_named(module, part))
        for module, tree in _trees().items()
        for part in tree.body
        if isinstance(part, ast.FunctionDef)
    }


def _named(module: str, function: ast.FunctionDef) -> Iterator[str]:
    names = _names(module)
    for part in ast.walk(function):
        if isinstance(part, ast.Name) and part.id in names:
            yield _where(names[part.id])
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in names:
            yield _where(f"{names[part.value.id]}.{part.attr}")
