"""Where backups lie: a folder of this machine, best on another disk, and storage outside that speaks S3. Names are paths with slashes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, Protocol

from webapp.backups.refusals import NoBackup, NoRoom
from webapp.backups.rules import read_name
from webapp.kernel.records import dataclass
from webapp.platform.settings import BadSetting, make_private_dir

MANIFEST, DATABASE, FILES = "manifest", "database", "files"
MAKING = ".making"


def wanted_file(var_dir: Path) -> Path:
    """Where the page leaves which prepared backup is to be put in its place, for the supervisor. Its name keeps it out of backups."""
    return var_dir / ".restore-wanted"


def read_wanted(var_dir: Path) -> str:
    """The backup that is named there; "" for none, or for what is no backup's name."""
    try:
        named = wanted_file(var_dir).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return named if read_name(named) else ""


class Place(Protocol):
    """A place for backups. A backup is there when its manifest is, which is written last."""

    @property
    def words(self) -> str: ...
    def ids(self) -> list[str]: ...
    def has(self, name: str) -> int | None: ...
    def put(self, name: str, source: Path) -> None: ...
    def open(self, name: str) -> BinaryIO: ...
    def remove(self, names: Iterable[str]) -> None: ...
    def below(self, folder: str) -> list[str]: ...
    def sweep(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine."""

    root: Path

    @property
    def words(self) -> str:
        return str(self.root)

    def ids(self) -> list[str]:
        """The backups that are whole, the oldest first."""
        if not self.root.is_dir():
            return []
        return sorted(path.name for path in self.root.iterdir() if read_name(path.name) and (path / MANIFEST).is_file())

    def has(self, name: str) -> int | None:
        """The size of a part, or None when it is not there."""
        path = self.root / name
        return path.stat().st_size if path.is_file() else None

    def put(self, name: str, source: Path) -> None:
        """Keep a part: it appears under its name only when it is whole and on the disk. The source is moved."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def open(self, name: str) -> BinaryIO:
        """Open a part for reading. NoBackup when it is not there."""
        try:
            return (self.root / name).open("rb")
        except FileNotFoundError:
            raise NoBackup(name) from None

    def remove(self, names: Iterable[str]) -> None:
        """Take parts away; a manifest goes first, so that no half backup looks whole."""
        for name in sorted(names, key=lambda one: not one.endswith(f"/{MANIFEST}")):
            path = self.root / name
            path.unlink(missing_ok=True)
            if path.parent != self.root and not any(path.parent.iterdir()):
                path.parent.rmdir()

    def below(self, folder: str) -> list[str]:
        """The names of all parts in a folder of it."""
        return sorted(str(path.relative_to(self.root)) for path in (self.root / folder).rglob("*") if path.is_file())

    def sweep(self) -> int:
        """Take away what a killed process left: only while no other makes a backup. How many things that were."""
        left = [path for path in self.root.iterdir() if path.name == MAKING or (read_name(path.name) and not (path / MANIFEST).exists())]
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return len(left)

    @contextmanager
    def draft(self, name: str) -> Iterator[BinaryIO]:
        """A file to write a part into, on the same disk; on it for good at the end of the block. `put` moves it."""
        path = self.drafted(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def drafted(self, name: str) -> Path:
        """Where the draft of a part is."""
        return self.root / MAKING / name.replace("/", "-")


@dataclass(frozen=True, slots=True)
class BucketSettings:
    """Storage that speaks S3, from the environment."""

    endpoint: str
    bucket: str
    prefix: str
    region: str
    key_id: str
    is_path_style: bool
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What this machine says about its backups. `every_minutes` of snapshots; none when 0. `is_beside`: on the disk of the data."""

    folder: Folder
    bucket: BucketSettings | None
    every_minutes: int
    var_dir: Path
    database_url: str = field(repr=False)

    @property
    def is_beside(self) -> bool:
        return self.folder.root.stat().st_dev == self.var_dir.stat().st_dev

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None with PostgreSQL."""
        return Path(self.database_url.removeprefix("sqlite:///")).absolute() if self.database_url.startswith("sqlite:///") else None


def chosen(var_dir: Path, database_url: str, env: Mapping[str, str] = os.environ) -> Chosen:
    """Read the environment. NoRoom when the folder cannot be made, BadSetting for settings of storage that are not whole."""
    root = Path(env.get("BACKUP_DIR") or var_dir / "backups")
    if root.absolute() in (var_dir.absolute(), *var_dir.absolute().parents):
        raise BadSetting(
            problem=f"BACKUP_DIR is {str(root)!r}: the data lies in it.", fix="Name a folder of its own, best on another disk."
        )
    try:
        make_private_dir(root)
    except BadSetting as trouble:
        raise NoRoom(trouble.problem) from trouble
    minutes = env.get("BACKUP_EVERY", "15").strip()
    if not (minutes.isascii() and minutes.isdigit() and int(minutes) <= 1440):
        raise BadSetting(problem=f"BACKUP_EVERY is {minutes!r}.", fix="Set it to minutes between snapshots, 0 to 1440; 0 makes none.")
    return Chosen(Folder(root.absolute()), _bucket(env), int(minutes), var_dir, database_url)


def _bucket(env: Mapping[str, str]) -> BucketSettings | None:
    names = ("BACKUP_S3_BUCKET", "BACKUP_S3_KEY_ID", "BACKUP_S3_SECRET")
    given = {name: env.get(name, "").strip() for name in names}
    if not any(given.values()):
        return None
    if missing := [name for name in names if not given[name]]:
        raise BadSetting(problem=f"{', '.join(missing)} is not set.", fix="Storage for copies needs all of " + ", ".join(names) + ".")
    endpoint = env.get("BACKUP_S3_ENDPOINT", "").strip()
    if endpoint:
        host = endpoint.partition("://")[2].partition("/")[0].rpartition(":")[0] or endpoint.partition("://")[2].partition("/")[0]
        is_here = host in {"127.0.0.1", "localhost", "[::1]"}
        if not (endpoint.startswith("https://") or (is_here and endpoint.startswith("http://"))):
            raise BadSetting(problem=f"BACKUP_S3_ENDPOINT is {endpoint!r}.", fix="Use an address that begins with https://.")
    style = env.get("BACKUP_S3_STYLE", "path").strip()
    if style not in {"path", "host"}:
        raise BadSetting(problem=f"BACKUP_S3_STYLE is {style!r}.", fix="Set it to path or host.")
    prefix = env.get("BACKUP_S3_PREFIX", "munim").strip("/ ")
    region = env.get("BACKUP_S3_REGION", "ap-south-1").strip()
    return BucketSettings(endpoint, given[names[0]], prefix, region, given[names[1]], style == "path", given[names[2]])
