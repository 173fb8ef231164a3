"""Make a backup, send its copy, see that it is whole, take away what the policy does not keep."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from webapp import VERSION
from webapp.backups import state
from webapp.backups.keys import FILE as KEY_FILE
from webapp.backups.keys import backup_key
from webapp.backups.places import DATABASE, FILES, MANIFEST, Chosen, Place
from webapp.backups.refusals import DamagedBackup, NoBackup, NoRoom, PlaceAway, WrongKey
from webapp.backups.rules import Kind, Name, kept, next_id, read_name
from webapp.backups.sealed import seal, unseal
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.platform import clock, copies, db
from webapp.platform.logging import log

FORMAT = 1
_PART = re.compile(rf"^{FILES}/[0-9a-f]{{2}}/[0-9a-f]{{64}}$")  # whatever else lies there is not ours to take away
_READ = 1 << 18
# Of VAR_DIR, what is not in a backup: what is one, what is the key to it, what the program makes again, and its locks.
_LEFT_OUT = frozenset({"backups", KEY_FILE, state.FILE, "redis", "metrics", "chores", "translations"})
_LEFT_OUT_ENDINGS = (".lock", ".part", ".sock", ".pid", ".log", "-wal", "-shm", "-journal")
_LEFT_OUT_BEGINNINGS = (".", "restoring-", "before-restore-", "drill-")

Step = Callable[[str, int, int], None]


def _silent(_words: str, _done: int, _of: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made. `copy` is where its copy lies, `trouble` why there is none although storage is set."""

    name: Name
    size_bytes: int
    copy: str
    trouble: str


def make_backup(choice: Chosen, kind: Kind, step: Step = _silent) -> Made:
    """Make one, read it back, send its copy and take away what is no longer kept.

    UnderWay when another process does so; NoRoom, or Unsound for a database that is not whole, leave nothing behind. When the storage
    outside does not answer, the local backup stands and the trouble is noted.
    """
    with state.one_at_a_time(choice.var_dir):
        began = time.monotonic()
        try:
            choice.folder.sweep()
            name, size = _write(choice, kind, step)
        except (OSError, copies.Unsound, SQLAlchemyError, BooksError) as trouble:
            why = _why(trouble)
            with suppress(OSError):  # a full or a lost disk: the words below are said all the same
                choice.folder.sweep()
                state.note(choice.var_dir, failed={"at": clock.now().isoformat(), "words": why}, working=None)
            if isinstance(trouble, BooksError):
                raise
            raise NoRoom(why) from trouble
        trouble_words = send_copies(choice, step)
        last = {"id": name.id, "at": name.made_at.isoformat(), "size": size, "took": int(time.monotonic() - began)}
        state.note(choice.var_dir, **{"snapshot" if kind is Kind.SNAPSHOT else "good": last}, newest=last, failed=None, working=None)
        prune(choice)
        return Made(name, size, "" if trouble_words or not choice.bucket else choice.bucket.bucket, trouble_words)


def _why(trouble: Exception) -> str:
    if isinstance(trouble, copies.Unsound):
        return f"the database itself is damaged ({trouble})"
    if isinstance(trouble, BooksError):
        return f"{trouble.problem} {trouble.fix}"
    if isinstance(trouble, OSError):
        return trouble.strerror or str(trouble)
    return "the database did not answer"


def _write(choice: Chosen, kind: Kind, step: Step) -> tuple[Name, int]:
    key = backup_key(choice.var_dir)
    folder = choice.folder
    (folder.root / ".making").mkdir(mode=0o700, exist_ok=True)
    taken = {*folder.ids(), *state.read_state(choice.var_dir).get("copied", [])}
    name = read_name(next_id(taken, kind, clock.now()))
    assert name is not None  # noqa: S101 - for the type checker: a made name reads
    step("database", 0, 3)
    manifest: dict[str, Any] = {"format": FORMAT, "id": name.id, "made_at": name.made_at.isoformat(), "program": VERSION}
    manifest |= _write_database(choice, key, name)
    step("files", 1, 3)
    manifest["files"] = [_write_file(choice, key, kind, *one) for one in kept_files(choice)]
    step("check", 2, 3)
    for part in (f"{name.id}/{DATABASE}", *{one["part"] for one in manifest["files"] if one["is_new"]}):
        _read_back(folder, key, part, manifest)
    with folder.draft(MANIFEST) as file:
        for piece in seal(key, f"{name.id}/{MANIFEST}", [json.dumps(manifest, sort_keys=True).encode()]):
            file.write(piece)
    folder.put(f"{name.id}/{MANIFEST}", folder.drafted(MANIFEST))
    try:
        read_manifest(folder, key, name.id)
    except BooksError:
        folder.remove(folder.below(f"{name.id}/"))
        raise
    shutil.rmtree(folder.root / ".making", ignore_errors=True)
    size = sum(folder.has(part) or 0 for part in parts_of(manifest))
    return name, size


def _write_database(choice: Chosen, key: bytes, name: Name) -> dict[str, Any]:
    part = f"{name.id}/{DATABASE}"
    live = choice.database_file
    if live is None:
        engine = db.make_engine(choice.database_url)
        try:
            with copies.steady_view(engine) as connection:
                digest = _seal_into(choice, key, part, copies.dump(connection))
                found = copies.figures(connection)
        finally:
            engine.dispose()
        return {"database": "postgresql", **found, **digest}
    copy = choice.folder.drafted("copy.sqlite3")
    copies.copy_sqlite(live, copy)
    engine = db.make_engine(f"sqlite:///{copy}")
    try:
        with copies.steady_view(engine) as connection:
            found = copies.figures(connection)
    finally:
        engine.dispose()
    # Figured through an engine of ours it is in WAL mode again; the file itself was not written to.
    digest = _seal_into(choice, key, part, _pieces(copy))
    copy.unlink()
    return {"database": "sqlite", **found, **digest}


def _seal_into(choice: Chosen, key: bytes, part: str, clear: Iterable[bytes]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in clear:
            digest.update(piece)
            size += len(piece)
            yield piece

    with choice.folder.draft(part) as file:
        for piece in seal(key, part, counted()):
            file.write(piece)
    choice.folder.put(part, choice.folder.drafted(part))
    return {"sha256": digest.hexdigest(), "size": size}


def kept_files(choice: Chosen) -> list[tuple[str, Path]]:
    """The files of VAR_DIR that belong into a backup, by their path in it."""
    database = choice.database_file
    found: list[tuple[str, Path]] = []
    for top in sorted(choice.var_dir.iterdir()):
        if top.name in _LEFT_OUT or top.name.startswith(_LEFT_OUT_BEGINNINGS) or top == choice.folder.root or top == database:
            continue
        inside = [top] if top.is_file() else sorted(path for path in top.rglob("*") if choice.folder.root not in path.parents)
        plain = (path for path in inside if path.is_file() and not path.is_symlink() and not path.name.endswith(_LEFT_OUT_ENDINGS))
        found += [(str(path.relative_to(choice.var_dir)), path) for path in plain]
    return found


def _write_file(choice: Chosen, key: bytes, kind: Kind, inside: str, path: Path) -> dict[str, Any]:
    """Keep one file under the name of its content: what was kept before is not written again. By night all of it is read, and what was
    damaged since is written anew."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except FileNotFoundError:
        return {"path": inside, "part": "", "sha256": "", "size": 0, "is_new": False}  # taken away since the list was made
    content = hmac.digest(key, f"file {digest}".encode(), "sha256").hex()
    part = f"{FILES}/{content[:2]}/{content}"
    is_new = choice.folder.has(part) is None or (kind is not Kind.SNAPSHOT and not _is_sound(choice.folder, key, part, digest))
    if is_new:
        _seal_into(choice, key, part, _pieces(path))
    return {"path": inside, "part": part, "sha256": digest, "size": size, "is_new": is_new}


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ):
            yield piece


def _read_back(place: Place, key: bytes, part: str, manifest: dict[str, Any]) -> None:
    wanted = (
        manifest["sha256"] if part.endswith(f"/{DATABASE}") else next(one["sha256"] for one in manifest["files"] if one["part"] == part)
    )
    digest = hashlib.sha256()
    with place.open(part) as file:
        for piece in unseal(key, part, file):
            digest.update(piece)
    if digest.hexdigest() != wanted:
        raise DamagedBackup(f"The part {part} of the backup", "its content is not what the manifest says")


def _is_sound(place: Place, key: bytes, part: str, wanted: str) -> bool:
    try:
        return _digest(place, key, part) == wanted
    except BooksError:
        return False


def _digest(place: Place, key: bytes, part: str) -> str:
    digest = hashlib.sha256()
    with place.open(part) as file:
        for piece in unseal(key, part, file):
            digest.update(piece)
    return digest.hexdigest()


def parts_of(manifest: dict[str, Any]) -> list[str]:
    """The names of all its parts, the manifest last."""
    files = {one["part"] for one in manifest["files"] if one["part"]}
    return [f"{manifest['id']}/{DATABASE}", *sorted(files), f"{manifest['id']}/{MANIFEST}"]


def read_manifest(place: Place, key: bytes, backup_id: str) -> dict[str, Any]:
    """What a backup says of itself. WrongKey; DamagedBackup when it does not open or is of another format or name."""
    with place.open(f"{backup_id}/{MANIFEST}") as file:
        text = b"".join(unseal(key, f"{backup_id}/{MANIFEST}", file))
    found: dict[str, Any] = json.loads(text)
    if found.get("format") != FORMAT or found.get("id") != backup_id:
        raise DamagedBackup(f"The backup {backup_id}", f"its format {found.get('format')} is not one that this program reads")
    return found


def verify(place: Place, key: bytes, backup_id: str, step: Step = _silent) -> dict[str, Any]:
    """Read every byte of a backup and compare it with the manifest; returns that. DamagedBackup, WrongKey or NoBackup otherwise."""
    manifest = read_manifest(place, key, backup_id)
    parts = parts_of(manifest)[:-1]
    for done, part in enumerate(parts):
        step("check", done, len(parts))
        if place.has(part) is None:
            raise DamagedBackup(f"The backup {backup_id}", f"its part {part} is missing")
        _read_back(place, key, part, manifest)
    return manifest


def outer_place(choice: Chosen) -> Place | None:
    """The storage outside, or None when none is set."""
    if choice.bucket is None:
        return None
    from webapp.backups.bucket import Bucket  # boto3: thirty megabytes, for whoever sends or fetches

    return Bucket(choice.bucket)


def places(choice: Chosen) -> list[Place]:
    """All places, the near one first."""
    outer = outer_place(choice)
    return [choice.folder, *([outer] if outer else [])]


def place_with(choice: Chosen, backup_id: str, *, from_outside: bool = False) -> Place:
    """A place that has this backup: the near one, unless the other is wanted. NoBackup."""
    for place in places(choice)[1:] if from_outside else places(choice):
        if backup_id in place.ids():
            return place
    raise NoBackup(backup_id)


def send_copies(choice: Chosen, step: Step = _silent) -> str:
    """Send what the storage outside has not; returns the trouble in words, or nothing. Safe to repeat."""
    try:
        outer = outer_place(choice)
        if outer is None:
            return ""
        key, there = backup_key(choice.var_dir), set(outer.ids())
        stay = kept([name for one in choice.folder.ids() if (name := read_name(one))])
        missing = [one for one in choice.folder.ids() if one not in there and one in stay]
        known, lacking = set(outer.below(f"{FILES}/")), ""
        for done, backup_id in enumerate(missing):
            step("copy", done, len(missing))
            try:
                parts = parts_of(read_manifest(choice.folder, key, backup_id))
                for part in parts:
                    if part not in known:
                        outer.put(part, choice.folder.root / part)
            except (DamagedBackup, WrongKey, FileNotFoundError) as trouble:
                # One that cannot be sent must not keep the newer ones back.
                lacking = _why(trouble)
                log.warning("a backup could not be copied", backup=backup_id, why=lacking)
        outer.sweep()
        copied = outer.ids()
    except (BooksError, OSError) as trouble:
        lacking, copied = _why(trouble), state.read_state(choice.var_dir).get("copied", [])
    failed = {"at": clock.now().isoformat(), "words": lacking} if lacking else None
    state.note(choice.var_dir, copy_failed=failed, copied=copied)
    return lacking


def prune(choice: Chosen) -> list[str]:
    """Take away what the policy does not keep, in each place by itself; returns what went. A place that is away is left for next time."""
    gone: list[str] = []
    bad = frozenset(state.read_state(choice.var_dir).get("bad", {}))
    key = backup_key(choice.var_dir)
    with suppress(PlaceAway):
        for place in places(choice):
            names = [name for one in place.ids() if (name := read_name(one))]
            stays = kept(names, bad)
            goes = [name.id for name in names if name.id not in stays]
            place.remove(part for one in goes for part in place.below(f"{one}/"))
            if goes:
                _drop_unused_files(place, key, stays)
            gone += goes
    return gone


def _drop_unused_files(place: Place, key: bytes, stays: set[str]) -> None:
    """Take away files that no backup names any more. When one manifest cannot be read, all files stay: it may name any of them."""
    used: set[str] = set()
    try:
        for backup_id in stays:
            used |= set(parts_of(read_manifest(place, key, backup_id)))
    except BooksError as trouble:
        log.warning("files of backups were not swept", why=trouble.problem)
        return
    place.remove({part for part in place.below(f"{FILES}/") if _PART.match(part)} - used)
