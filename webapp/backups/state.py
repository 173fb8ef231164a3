"""What this machine knows of its backups, in one small file of VAR_DIR: it belongs to no company, and a restore must not bring back an
older one. Replaced whole, so that a reader never sees half of it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from webapp.backups.refusals import UnderWay

FILE, LOCK, NOTES_LOCK = "backups.json", "backup.lock", "backups.json.lock"


def read_state(var_dir: Path) -> dict[str, Any]:
    """All that is known; nothing yet, or a file that cannot be read, is an empty dictionary."""
    try:
        found = json.loads((var_dir / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(var_dir: Path, **changes: Any) -> None:
    """Change some of it. None takes a note away."""
    with (var_dir / NOTES_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = {name: value for name, value in {**read_state(var_dir), **changes}.items() if value is not None}
        draft = var_dir / f".{FILE}.{os.getpid()}"
        try:
            draft.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            draft.replace(var_dir / FILE)
        finally:
            draft.unlink(missing_ok=True)


def instant(state: dict[str, Any], *path: str) -> datetime | None:
    """An instant that is noted somewhere in it."""
    found: Any = state
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    try:
        return datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None


@contextmanager
def one_at_a_time(var_dir: Path) -> Iterator[None]:
    """Hold the lock of backups; UnderWay when another process does. It ends with its process, however that ends."""
    with (var_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnderWay from None
        yield
