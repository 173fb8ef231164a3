"""Bring a backup back: into a new place first, proved there, and only then in the place of what is live, which is kept aside."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from webapp.backups import state
from webapp.backups.places import DATABASE, Chosen, Place
from webapp.backups.refusals import DamagedBackup, NewerBackup, NoProof, NotProved, StillServing
from webapp.backups.sealed import unseal
from webapp.backups.service import Step, _silent, kept_files, read_manifest
from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.records import dataclass
from webapp.platform import clock, copies
from webapp.platform.schema import is_known, newest_revision
from webapp.platform.settings import with_driver

SWAP, SERVE_LOCK = "restore-unfinished.json", "serve.lock"
SQLITE_FILE = "munim.sqlite3"
PROOF_SECONDS = 3_600
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup is brought back to: a folder that becomes a VAR_DIR, and the address of its database."""

    folder: Path
    database_url: str


class NotEmpty(Conflict):
    """A place to restore into holds something."""

    def __init__(self, where: str) -> None:
        super().__init__(problem=f"{where} is not empty.", fix="Name a new one: a backup is never written over something.")


class OtherDatabase(BooksError):
    """A backup of one kind of database, to be brought back into the other."""

    def __init__(self, theirs: str) -> None:
        fix = "Leave --url away." if theirs == "sqlite" else "Make an empty database and name it: --url postgresql://… --into DIR"
        super().__init__(problem=f"This is a backup of {'SQLite' if theirs == 'sqlite' else 'PostgreSQL'}.", fix=fix)


class OtherDisk(BooksError):
    """The live database lies on another disk than VAR_DIR: it cannot be put in its place in one step."""

    def __init__(self) -> None:
        fix = "Restore beside it with --into DIR, on the disk you want, and start with VAR_DIR=DIR and the DATABASE_URL in it."
        super().__init__(problem="The database lies on another disk than VAR_DIR.", fix=fix)


def require_known(manifest: dict[str, Any]) -> None:
    """NewerBackup when a newer program made it."""
    revision = str(manifest["revision"])
    if not is_known(revision):
        raise NewerBackup(revision, str(newest_revision()))


def target_of(manifest: dict[str, Any], folder: Path, url: str) -> Target:
    """A target for this kind of backup; OtherDatabase, or NotEmpty for one that holds something already."""
    if (manifest["database"] == "postgresql") != bool(url):
        raise OtherDatabase(manifest["database"])
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(str(folder))
    if url and not copies.is_empty(with_driver(url)):
        raise NotEmpty("The database of --url")
    return Target(folder, with_driver(url) if url else f"sqlite:///{folder / SQLITE_FILE}")


def bring_back(place: Place, key: bytes, backup_id: str, target: Target, step: Step = _silent) -> dict[str, Any]:
    """Bring a backup back into a new place, every byte checked before it is used; returns its manifest. What is not whole is taken away."""
    manifest = read_manifest(place, key, backup_id)
    require_known(manifest)
    is_new = not target.folder.exists()
    target.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        for done, file in enumerate(manifest["files"]):
            step("files", done, len(manifest["files"]) + 1)
            if file["part"]:
                _bring_file(place, key, file["part"], file["sha256"], _inside(target.folder, file["path"]))
        step("database", len(manifest["files"]), len(manifest["files"]) + 1)
        _bring_database(place, key, manifest, target)  # last: no row is written while a part may still be found damaged
    except BaseException:
        _empty(target.folder)
        if is_new:
            shutil.rmtree(target.folder, ignore_errors=True)
        raise
    return manifest


def _empty(folder: Path) -> None:
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)


def _bring_database(place: Place, key: bytes, manifest: dict[str, Any], target: Target) -> None:
    part = f"{manifest['id']}/{DATABASE}"
    if manifest["database"] == "sqlite":
        path = target.folder / SQLITE_FILE
        _bring_file(place, key, part, manifest["sha256"], path)
        try:
            copies.check_sqlite(path)
        except copies.Unsound as trouble:
            raise DamagedBackup(f"The database of {manifest['id']}", str(trouble)) from trouble
        return
    dump = target.folder / ".database.copy"
    _bring_file(place, key, part, manifest["sha256"], dump)  # whole and checked before its first row is written
    with dump.open("rb") as file:
        copies.load(target.database_url, manifest["revision"], iter(lambda: file.read(1 << 18), b""))
    dump.unlink()


def _bring_file(place: Place, key: bytes, part: str, wanted: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with place.open(part) as sealed, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in unseal(key, part, sealed):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != wanted:
        raise DamagedBackup(f"The part {part} of the backup", "its content is not what the manifest says")


def _inside(folder: Path, named: str) -> Path:
    path = PurePosixPath(named)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise DamagedBackup("The backup", f"it names a file {named!r}")
    return folder / path


def prove(manifest: dict[str, Any], target: Target, *, with_breaches: bool = False) -> list[str]:
    """See in a process of its own that what was brought back is what the manifest says and keeps the promises of the books, and bring
    it to this program's schema. Returns breaches that were let pass; NotProved for any other,
    NoProof when the check itself did not run to its end."""
    said = target.folder / ".proof.json"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("BACKUP_", "REDIS_", "PROMETHEUS_"))}
    env |= {"DATABASE_URL": target.database_url, "VAR_DIR": str(target.folder)}
    command = [sys.executable, "-m", "webapp", "prove-copy", str(said)]
    try:
        ended = subprocess.run(command, env=env, cwd=_PROJECT, capture_output=True, timeout=PROOF_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoProof("it took longer than an hour") from None
    if ended.returncode or not said.is_file():
        raise NoProof((ended.stderr.decode(errors="replace").strip().splitlines() or ["it ended without a word"])[-1])
    found = json.loads(said.read_text(encoding="utf-8"))
    said.unlink()
    wrong = differences(manifest, found)
    if wrong or (found["breaches"] and not with_breaches):
        raise NotProved([*wrong, *found["breaches"]], is_another=bool(wrong))
    if manifest["database"] == "sqlite":
        copies.settle_sqlite(target.folder / SQLITE_FILE)
    return list(found["breaches"])


def differences(manifest: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Where what was brought back differs from what the manifest says, in words."""
    before, after = found["before"], found["after"]
    wrong = [] if before["revision"] == manifest["revision"] else [f"Its schema is {before['revision']}, not {manifest['revision']}."]
    for table in sorted({*manifest["rows"], *before["rows"]}):
        then, now = manifest["rows"].get(table, 0), before["rows"].get(table, 0)
        if then != now:
            wrong.append(f"{table} has {now} rows, not {then}.")
    for company_id in sorted({*manifest["companies"], *before["companies"], *after["companies"]}):
        then = manifest["companies"].get(company_id)
        if then != before["companies"].get(company_id):
            wrong.append(f"The trial balance or the edit log of company {company_id} is another.")
        elif after["companies"].get(company_id, {}).get("trial_balance") != then["trial_balance"]:
            wrong.append(f"The newest schema changed the trial balance of company {company_id}.")
    return wrong


@contextmanager
def stopped(var_dir: Path) -> Iterator[None]:
    """Hold the lock of the supervisor, so that the program cannot start meanwhile; StillServing while it runs."""
    with (var_dir / SERVE_LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StillServing from None
        yield


def restore_here(choice: Chosen, place: Place, key: bytes, backup_id: str, step: Step = _silent, *, with_breaches: bool = False) -> Path:
    """Put a backup in the place of what is live (SQLite); returns the folder in which that is kept. StillServing while the program runs;
    nothing live is touched before all is proved."""
    live, _manifest = _live_and_manifest(choice, place, key, backup_id)
    with stopped(choice.var_dir):
        finish_swap(choice.var_dir)  # of a restore that was killed while it swapped
        bring_back_aside(choice, place, key, backup_id, step, with_breaches=with_breaches)
        with state.one_at_a_time(choice.var_dir):
            return swap(choice, live, choice.var_dir / f"restoring-{backup_id}")[0]


def bring_back_aside(
    choice: Chosen, place: Place, key: bytes, backup_id: str, step: Step = _silent, *, with_breaches: bool = False
) -> dict[str, Any]:
    """Bring a backup back into `restoring-ID` of VAR_DIR and prove it there; returns its manifest. What is not whole is taken away."""
    _live, manifest = _live_and_manifest(choice, place, key, backup_id)
    with state.one_at_a_time(choice.var_dir):
        for left in choice.var_dir.glob("restoring-*"):
            shutil.rmtree(left, ignore_errors=True)  # of one that was killed, or never put in its place
        aside = choice.var_dir / f"restoring-{backup_id}"
        target = target_of(manifest, aside, "")
        bring_back(place, key, backup_id, target, step)
        try:
            prove(manifest, target, with_breaches=with_breaches)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        return manifest


def _live_and_manifest(choice: Chosen, place: Place, key: bytes, backup_id: str) -> tuple[Path, dict[str, Any]]:
    """The live database and what the backup says of itself; a refusal when the one cannot take the place of the other."""
    live = choice.database_file
    manifest = read_manifest(place, key, backup_id)
    if live is None or manifest["database"] != "sqlite":
        raise OtherDatabase(manifest["database"])
    require_known(manifest)
    if live.parent.is_dir() and live.parent.stat().st_dev != choice.var_dir.stat().st_dev:
        raise OtherDisk
    return live, manifest


Moves = Sequence[tuple[Path, Path]]


def swap(choice: Chosen, live: Path, restored: Path) -> tuple[Path, Moves]:
    """Put what was restored in the place of what is live: (where that is kept, what was moved). Nothing of ours may run. Written down
    first, then done: when it is killed in between, the next start goes on with it."""
    kept = choice.var_dir / f"before-restore-{clock.now().strftime('%Y%m%dT%H%M%SZ')}"
    while kept.exists():  # the clock was set back
        kept = kept.with_name(f"{kept.name}-again")
    tops = sorted({Path(inside).parts[0] for inside, _path in kept_files(choice)})
    moves = [(live.with_name(live.name + end), kept / f"{SQLITE_FILE}{end}") for end in ("-wal", "-shm", "")]
    moves += [(choice.var_dir / top, kept / top) for top in tops]
    moves += [(path, choice.var_dir / path.name) for path in sorted(restored.iterdir()) if path.name != SQLITE_FILE]
    moves.append((restored / SQLITE_FILE, live))
    plan = choice.var_dir / SWAP
    draft = plan.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        moves = [(source, to) for source, to in moves if source.exists()]
        json.dump([[str(source), str(to)] for source, to in moves], file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(plan)
    try:
        finish_swap(choice.var_dir)
        restored.rmdir()
    except OSError:
        put_back(moves)
        plan.unlink(missing_ok=True)
        raise
    return kept, moves


def put_back(moves: Moves) -> None:
    """Undo as much of a swap as was done, the last step first."""
    for source, to in reversed(moves):
        if to.exists() and not source.exists():
            source.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            to.rename(source)


def finish_swap(var_dir: Path) -> bool:
    """Go on with a restore that was killed while it put things in their places; False when there is none. Safe to repeat: each thing is
    moved once, for its new place is empty only before."""
    plan = var_dir / SWAP
    if not plan.is_file():
        return False
    for source, to in (map(Path, move) for move in json.loads(plan.read_text(encoding="utf-8"))):
        if source.exists() and not to.exists():
            to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            source.rename(to)
    plan.unlink()
    return True
