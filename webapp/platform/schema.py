"""Whether a SQLite file has the newest schema, told without Alembic: it is asked at every start, and the answer is nearly always yes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def newest_revision(versions: Path = VERSIONS) -> str | None:
    """The one migration that no other follows; None when there is not exactly one."""
    named = [_NAMED.findall(one.read_text()) for one in versions.glob("*.py")]
    revisions = {name for found in named for word, name in found if word == "revision"}
    followed = {name for found in named for word, name in found if word == "down_revision"}
    newest = revisions - followed
    return newest.pop() if len(newest) == 1 else None


def is_newest(database_url: str) -> bool:
    """Whether this is a SQLite file with the newest schema. False leaves the question to Alembic."""
    if not database_url.startswith("sqlite:///"):
        return False
    path = Path(database_url.removeprefix("sqlite:///"))
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            kept = connection.execute("select version_num from alembic_version").fetchall()
    except sqlite3.Error:
        return False
    return [(newest_revision(),)] == kept


def is_known(revision: str, versions: Path = VERSIONS) -> bool:
    """Whether this program knows a revision, so that it can bring a database of it to the newest."""
    return any(f'revision = "{revision}"' in one.read_text().splitlines() for one in versions.glob("*.py"))
