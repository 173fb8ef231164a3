"""What a process that performs jobs loads when it starts, and what it loads before it may matter."""

from __future__ import annotations

import os
import subprocess
import sys

_WORKER = """
import sys
from jobs.grounds import connect_rooms
connect_rooms()
from webapp.platform import reach
assert "webapp.models" not in sys.modules, "rooms of returns and reports are loaded at rest"
some = set(reach.StoreScoped.__subclasses__())
reach.narrowing(frozenset())
from webapp import models
assert "webapp.einvoice.models" in sys.modules
assert set(reach.store_tables().values()) == set(reach.StoreScoped.__subclasses__()) > some
"""


def test_who_is_held_to_stores_is_held_by_every_table() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _WORKER], env={**os.environ, "PYTHONPATH": "."}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
