"""What a process that performs jobs loads when it starts, and what it loads before it may matter."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

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


_THROUGH_ALL = """
import sys
from jobs.grounds import connect_rooms
connect_rooms()
from webapp.platform import company_rows, erasing, kept_secrets
asked = {"erasing": erasing.company_tables, "rows": company_rows.tables, "secrets": kept_secrets.columns}[sys.argv[1]]
before = asked()
from webapp import models
assert len(before) == len(asked()) and before == asked(), len(before)
"""


@pytest.mark.parametrize("what", ["erasing", "rows", "secrets"])
def test_what_goes_through_all_rows_of_a_business_has_every_table(what: str) -> None:
    """A worker begins with some rooms: what it deleted, took away or sealed anew by those alone would leave the rest."""
    ran = subprocess.run(
        [sys.executable, "-c", _THROUGH_ALL, what], env={**os.environ, "PYTHONPATH": "."}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_who_is_held_to_stores_is_held_by_every_table() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _WORKER], env={**os.environ, "PYTHONPATH": "."}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
