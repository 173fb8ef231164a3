"""Bills of five lines posted by two processes at once, through the whole of `sales.issue`; then every promise is checked.

`BILLS=10000 pytest tests/invariants/test_two_posters.py -s` is the run whose figures stand in a release note.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from webapp.bench.ground import SERIES, prepare
from webapp.books_check import replay, verify_books
from webapp.ledger.models import JournalLine
from webapp.platform import db
from webapp.platform.numbering import last_number
from webapp.platform.tenancy import read_books
from webapp.sales.models import Invoice, InvoiceLine, InvoiceTender

BILLS = int(os.environ.get("BILLS", "300"))
WARM_UP = 10  # that each poster writes before it says that it is ready


@pytest.mark.slow
def test_two_processes_at_once_and_then_the_books(tmp_path: Path) -> None:
    ground = prepare(tmp_path)
    posters = [
        subprocess.Popen(
            [sys.executable, "-m", "webapp.bench.poster", ground.database_url, str(ground.actor.company_id), str(BILLS // 2), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for seed in range(2)
    ]
    for poster in posters:
        assert poster.stdout
        assert poster.stdout.readline() == b"warm\n"
    began = time.monotonic()
    for poster in posters:
        poster.communicate()
    seconds = time.monotonic() - began
    assert [poster.returncode for poster in posters] == [0, 0]

    expected = BILLS // 2 * 2 + 2 * WARM_UP
    began = time.monotonic()
    with read_books(ground.actor) as books:
        count, total, cost = books.session.execute(
            select(func.count(), func.sum(Invoice.total_paise), func.sum(Invoice.cost_paise)).where(Invoice.series == SERIES)
        ).one()
        assert count == last_number(books, SERIES) == expected, "no bill is lost and no number is left out"
        assert books.session.scalar(select(func.count()).select_from(InvoiceLine)) == 5 * expected
        assert books.session.scalar(select(func.sum(InvoiceTender.amount_paise))) == total
        assert books.session.scalar(select(func.sum(JournalLine.amount_paise))) == 0
        report = verify_books(books)
        assert [str(breach) for breach in report.breaches] == []
        assert replay(books) == []
    db.engine().dispose()
    say = sys.stdout.write  # shown by pytest -s
    say(f"\n{expected:,} bills, {5 * expected:,} lines, ₹{total / 100:,.2f} sold at a cost of ₹{cost / 100:,.2f}\n")
    say(f"posted by two processes in {seconds:.1f} s, {BILLS / seconds:.0f} bills a second; checked in {time.monotonic() - began:.1f} s\n")
    for check in report.checks:
        say(f"  {check.looked_at:>9,}  {check.promise}: {len(check.faults)} faults\n")
