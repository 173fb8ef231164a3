"""Files kept beside the database: VAR_DIR/files/<company>/<first two of the key>/<key>. A key is ours, never a user's name."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from webapp.kernel.errors import BooksError, NotFound, keep_promise
from webapp.kernel.records import dataclass

DRAFT_KEPT = timedelta(days=1)  # no upload lasts so long: its writer was killed
_root: Path | None = None


class TooLarge(BooksError):
    """The file is larger than is accepted here."""

    status = 413


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is on the disk whole."""

    key: str
    sha256: str
    size_bytes: int


def use(root: Path) -> None:
    """Keep files below `root`."""
    global _root
    _root = root


def folder() -> Path:
    """VAR_DIR: where files of the machine itself lie, such as the portal's keys."""
    keep_promise(_root is not None, "storage has a place")
    assert _root is not None  # noqa: S101 - for the type checker; the promise above is what guards
    return _root


def put(company_id: int, chunks: Iterable[bytes], *, suffix: str = "", most_bytes: int | None = None, name: str = "") -> Stored:
    """Keep a file. It appears under its key only once it is whole and on the disk.

    `name` is for a file that is made again when its maker was killed: its key is the same each time, what a killed try
    left half-done is taken away, and one that is there whole already stands.
    TooLarge when it passes `most_bytes`; nothing is left behind then.
    """
    key = (name or secrets.token_hex(16)) + suffix
    path = _path(company_id, key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if name:
        _forget_killed(path)
        if path.exists():
            return Stored(key, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    draft = path.with_name(f"{key}.{secrets.token_hex(4)}.part")
    digest, size = hashlib.sha256(), 0
    try:
        with _held(draft) as file:
            for chunk in chunks:
                size += len(chunk)
                if most_bytes is not None and size > most_bytes:
                    raise TooLarge(
                        problem=f"The file is larger than {most_bytes // 1_000_000} MB.",
                        fix="Split it into smaller files and send them one by one.",
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    return Stored(key, digest.hexdigest(), size)


def _held(draft: Path) -> BinaryIO:
    """A draft open for writing and locked, so that another writer of the same key sees that its writer lives."""
    while True:
        file = draft.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # taken for a killed writer's between its making and its lock


def _forget_killed(path: Path) -> None:
    """Take away the drafts of a key whose writers were killed: a lock ends with its process, and one that lives keeps its draft."""
    for left in path.parent.glob(f"{path.name}.*.part"):
        try:
            with left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink(missing_ok=True)
        except (BlockingIOError, FileNotFoundError):
            continue  # it is being written, or has just become whole


def keys_before(company_id: int, suffix: str, instant: datetime) -> list[str]:
    """The keys of a company's files with this ending that were put there before an instant: for whoever knows which are listed."""
    keep_promise(_root is not None, "storage has a place")
    assert _root is not None  # noqa: S101 - for the type checker; the promise above is what guards
    found, oldest = [], instant.timestamp()
    for path in (_root / "files" / str(company_id)).glob(f"*/*{suffix}"):
        try:
            if path.stat().st_mtime < oldest:
                found.append(path.name)
        except FileNotFoundError:
            continue  # somebody else has swept it
    return found


def sweep_drafts(now: datetime) -> int:
    """Take away what killed writers left half-done more than a day ago; how many files that were."""
    keep_promise(_root is not None, "storage has a place")
    assert _root is not None  # noqa: S101 - for the type checker; the promise above is what guards
    oldest = (now - DRAFT_KEPT).timestamp()
    swept = 0
    for draft in (_root / "files").glob("*/*/*.part"):
        try:
            if draft.stat().st_mtime < oldest:
                draft.unlink()
                swept += 1
        except FileNotFoundError:
            continue  # its writer was alive after all, and has just finished
    return swept


def open_file(company_id: int, key: str) -> BinaryIO:
    """Open a kept file for reading. NotFound when it is not there."""
    try:
        return _path(company_id, key).open("rb")
    except FileNotFoundError:
        raise NotFound("file") from None


def path_of(company_id: int, key: str) -> Path:
    """Where a kept file is, for libraries that want a path."""
    return _path(company_id, key)


def delete(company_id: int, key: str) -> None:
    """Remove a file; it is no error when it is gone already."""
    _path(company_id, key).unlink(missing_ok=True)


def delete_all(company_id: int) -> None:
    """Remove every file of a company; it is no error when there is none. Safe to repeat."""
    shutil.rmtree(folder() / "files" / str(int(company_id)), ignore_errors=True)


def _path(company_id: int, key: str) -> Path:
    keep_promise(_root is not None, "storage has a place")
    keep_promise("/" not in key and ".." not in key and bool(key), "a storage key is one plain name")
    assert _root is not None  # noqa: S101 - for the type checker; the promise above is what guards
    return _root / "files" / str(company_id) / key[:2] / key
