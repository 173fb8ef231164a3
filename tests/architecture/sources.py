"""The program's own files, read once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of ours. `name` is its path from the project's root."""

    name: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def tree(self) -> ast.Module:
        return parsed(self.name, self.text)

    @property
    def room(self) -> str:
        """webapp/sales/rules.py → sales; webapp/app.py → app; jobs/relay.py → jobs."""
        parts = Path(self.name).with_suffix("").parts
        return parts[1] if parts[0] == "webapp" and len(parts) > 1 else parts[0]


@cache
def parsed(name: str, text: str) -> ast.Module:
    return ast.parse(text, name)


@cache
def sources(*patterns: str) -> tuple[Source, ...]:
    """Our files under these patterns; vendored ones are not ours."""
    found = sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file() and "vendor" not in path.parts})
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in found)


def program() -> tuple[Source, ...]:
    """The Python of the program: what runs in a shop."""
    return sources("webapp/**/*.py", "jobs/**/*.py", "wsgi.py")
