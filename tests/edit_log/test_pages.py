"""The edit log on screen: filters, versions side by side, what an auditor takes away and how it is checked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import company
from webapp.edit_log import queries
from webapp.edit_log.queries import Change, Wanted
from webapp.platform.tenancy import open_books, read_books

Browse = Callable[[Shop], FlaskClient]


@pytest.fixture
def written(sharma: Shop, clock: Clock) -> None:
    """A change of the profile on the 20th, a locked month on the 21st, at half past one in the night: 20th in London."""
    with open_books(sharma.actor) as books:
        company.change_profile(books, {"city": "Pune <b>", "upi_id": "sharma@okbank"})
    clock.advance(hours=11)
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "GSTR-1 filed")


def test_filters_by_who_what_and_when(sharma: Shop, written: None) -> None:
    def found(**wanted: object) -> list[tuple[str, str]]:
        with read_books(sharma.actor) as books:
            return [(row.action, row.entity) for row in queries.entries(books, Wanted(**wanted))[0]][:2]

    with read_books(sharma.actor) as books:
        day = books.today
    assert found() == [("lock", "period"), ("change", "company")]
    assert found(action="lock") == found(entity="period") == found(first_day=day) == [("lock", "period")]
    assert found(who="%") == found(who="nobody") == []
    assert len(found(who=sharma.actor.name.upper())) == 2
    assert ("lock", "period") not in found(last_day=day.replace(day=20))


def test_a_page_ends_where_the_next_begins(sharma: Shop, written: None) -> None:
    with read_books(sharma.actor) as books:
        whole = [row.seq for row in queries.every_entry(books, Wanted())]
        seen, before = [], None
        while True:
            rows, before = queries.entries(books, Wanted(), before=before, most=1)
            seen += [row.seq for row in rows]
            if before is None:
                break
    assert seen == whole == sorted(whole, reverse=True)


def test_before_and_after_stand_side_by_side(sharma: Shop, iyer: Shop, browse: Browse, written: None) -> None:
    with read_books(sharma.actor) as books:
        row = queries.versions(books, "company", str(sharma.company_id))[-1]
        assert row.changes == (Change("city", "", "Pune <b>"), Change("upi_id", "", "sharma@okbank"))
    client = browse(sharma)
    address = f"/edit-log/versions?entity=company&id={sharma.company_id}"
    shown = client.get(address).text
    assert "Pune &lt;b&gt;" in shown
    assert browse(iyer).get(address).status_code == 404
    assert client.get("/edit-log/versions").status_code == 404
    assert "sharma@okbank" in client.get("/edit-log").text
    assert client.get("/edit-log?before=x&from=y&action=z&entity=%00").status_code in {200, 422}
    assert "GSTR-1 filed" in client.get("/edit-log?format=csv&action=lock").text


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [("amount_paise", 118050, "₹1,180.50"), ("is", True, "✓"), ("codes", ["a", 1], "a, 1"), ("x", None, ""), ("x", {"a": 1}, '{"a": 1}')],
)
def test_values_are_words(field: str, value: object, shown: str) -> None:
    assert queries.words(field, value) == shown


def test_an_auditor_checks_it_with_python_alone(sharma: Shop, browse: Browse, written: None, tmp_path: Path) -> None:
    client = browse(sharma)
    program = client.get("/edit-log/check.py").data
    log = client.get("/edit-log/export.jsonl").data
    assert b'"export"' in log.splitlines()[-1], "that it was taken away is its last entry"

    def checked(content: bytes) -> str:
        (tmp_path / "log.jsonl").write_bytes(content)
        done = subprocess.run([sys.executable, "-I", "-", "log.jsonl"], input=program, capture_output=True, cwd=tmp_path, check=False)
        return (done.stdout + done.stderr).decode()

    assert f"{len(log.splitlines())} entries are whole" in checked(log)
    assert f"{len(log.splitlines())} entries are whole" in checked(log.replace(b"\n", b"\r\n"))
    for place in [*range(0, len(log), max(len(log) // 25, 1)), len(log) - 1, log.index(b", "), log.index(b": "), log.index(b"\n")]:
        altered = log[:place] + bytes([log[place] ^ 1]) + log[place + 1 :]
        assert "whole" not in checked(altered), f"byte {place}, {log[place - 5 : place + 5]!r}, was changed and not found"
    assert "missing" in checked(b"".join(log.splitlines(keepends=True)[1:]))
