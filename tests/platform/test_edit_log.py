"""The recipe of docs/edit-log.md, as it stands there, on a log and on altered ones."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.ground.shops import Shop
from webapp.platform import audit
from webapp.platform.tenancy import open_books, read_books

RECIPE = re.findall(r"```python\n(.+?)```", (ROOT / "docs" / "edit-log.md").read_text(), re.DOTALL)[0]


@pytest.fixture
def lines(sharma: Shop) -> list[str]:
    with open_books(sharma.actor) as books:
        audit.record(
            books, "create", "item", 1, new={"name": 'हल्दी "1 kg"', "price": 4000, "codes": ["8901"], "by": {"z": None, "a": True}}
        )
        audit.record_change(books, "item", 1, {"name": "a", "mrp": 1}, {"name": "b\n", "mrp": 1})
    with read_books(sharma.actor) as books:
        assert list(audit.broken_links(books)) == []
        return list(audit.exported(books))


def checked(folder: Path, lines: list[str]) -> str:
    (folder / "log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", "-c", RECIPE, str(folder / "log.jsonl")], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def test_a_whole_log_is_whole(lines: list[str], tmp_path: Path) -> None:
    assert checked(tmp_path, lines) == f"{len(lines)} entries are whole; the last hash is {json.loads(lines[-1])['hash']}"


def test_what_was_altered_taken_out_or_moved_is_named(lines: list[str], tmp_path: Path) -> None:
    entry = json.loads(lines[-1])
    assert checked(tmp_path, [*lines[:-1], json.dumps({**entry, "new": {"name": "c"}})]) == f"entry {entry['seq']} was altered"
    assert checked(tmp_path, [*lines[:-2], lines[-1]]) == f"entry {entry['seq'] - 1} is missing"
    assert checked(tmp_path, [*lines[:-2], lines[-1], lines[-2]]) == f"entry {entry['seq'] - 1} is missing"
