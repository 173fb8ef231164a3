"""Memory at rest: every process that `python -m webapp serve` starts, a few seconds after it says that it is ready."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from webapp.bench.ground import PATIENCE_SECONDS, clean_environment, free_port, resident_mb, wait_until_answered
from webapp.bench.run import Row
from webapp.kernel.errors import keep_promise
from webapp.platform.settings import Settings

CALM_SECONDS, LONGEST_SECONDS, LOOK_SECONDS = 5, 600, 0.1


def measure(folder: Path, scale: int) -> list[Row]:
    """The row of everything at rest. The program has one size; a smaller `scale` only waits less."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'munim.sqlite3'}", var_dir=folder, secret_key=secrets.token_hex(32), port=free_port()
    )
    environment = clean_environment(settings)
    subprocess.run([sys.executable, "-m", "webapp", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    with (folder / "serve.log").open("wb") as log:
        parent = subprocess.Popen(
            [sys.executable, "-m", "webapp", "serve"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_until_answered(settings.port, "/readyz")
            family = calm(parent.pid, CALM_SECONDS * min(scale, 100) / 100)
            keep_promise(len(family) >= 4, f"web, worker and scheduler run beneath their parent: {len(family)} processes")
            held = sum(resident_mb(one) for one in family)
        finally:
            parent.send_signal(signal.SIGINT)
            parent.wait(PATIENCE_SECONDS)
    return [Row("idle_rss_mb", held, "MB", len(family))]


def calm(root: int, seconds: float) -> list[int]:
    """Those beneath `root` once none has come or gone for so long: the worker takes each of the first chores in a child of its own."""
    ends = time.monotonic() + LONGEST_SECONDS
    family, since = processes_under(root), time.monotonic()
    while time.monotonic() - since < seconds:
        keep_promise(time.monotonic() < ends, "the first chores end")
        time.sleep(LOOK_SECONDS)
        found = processes_under(root)
        if set(found) != set(family):
            family, since = found, time.monotonic()
    return family


def processes_under(root: int) -> list[int]:
    """A process and all that descend from it, as /proc tells."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile
                # The name stands in brackets and may hold any sign; the parent is the second word after them.
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found
