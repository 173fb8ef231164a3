"""A year is closed, re-opened, closed again and locked for good; what was frozen stays as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import closing, company, ledger
from webapp.closing import queries
from webapp.closing.checklist import CODES, checklist
from webapp.closing.models import YearClose
from webapp.closing.rules import Figure, compared
from webapp.company import OpeningDraft, PeriodLocked
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import Heading
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import Books, open_books, read_books

Browse = Callable[[Shop], FlaskClient]
YEAR = FinancialYear(2026)
DAY = date(2026, 12, 1)


@pytest.fixture
def after(clock: Clock) -> None:
    """It is May 2027: the year in which the shops signed up is over."""
    clock.now = datetime(2027, 5, 3, 6, tzinfo=UTC)


def post(books: Books, debited: str, credited: str, amount: int, day: date = DAY) -> UUID:
    heads = ledger.heads(books)
    heading = Heading("journal", "J/1", day, company.default_store(books), "voucher", new_id())
    slip = Slip((debit(heads[debited], amount), credit(heads[credited], amount)))
    return ledger.post(books, voucher_id=new_id(), heading=heading, slip=slip).id


def closed(shop: Shop, reason: str = "") -> UUID:
    with open_books(shop.actor) as books:
        return closing.close_year(books, YEAR, reason)


def open_codes(books: Books, year: FinancialYear = YEAR) -> set[str]:
    return {one.code for one in checklist(books, year) if not one.is_well}


def test_a_close_freezes_locks_and_is_written_down(sharma: Shop, after: None) -> None:
    with open_books(sharma.actor) as books:
        post(books, "cash", "capital", 500_00, date(2026, 4, 1))
        post(books, "expenses", "cash", 120_00)
        assert [one.code for one in checklist(books, YEAR)] == list(CODES)
        assert open_codes(books) == set()
    close_id = closed(sharma)
    with read_books(sharma.actor) as books:
        figures, is_whole = closing.frozen(books, close_id)
        assert is_whole
        assert {one.code: one.closing for one in figures} == {"cash": 380_00, "capital": -500_00, "expenses": 120_00}
        assert closing.differences(books, close_id) == []
        assert all(
            company.is_locked(books, date(2026 + (month < 4), month, 1), scope) for month in range(1, 13) for scope in company.SCOPES
        )
        assert not company.is_locked(books, date(2027, 4, 1))
        entry = books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity == "year")).one()
        assert entry.action == "close"
        row = books.session.scalars(select(YearClose)).one()
        canonical = json.dumps(row.figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert row.sha256 == sha256(canonical.encode()).hexdigest() == entry.new["sha256"]


def test_the_next_year_begins_with_what_the_year_left(sharma: Shop, after: None) -> None:
    with open_books(sharma.actor) as books:
        post(books, "cash", "sales", 500_00)
        post(books, "expenses", "cash", 120_00)
    closed(sharma)
    with open_books(sharma.actor) as books:
        post(books, "cash", "sales", 30_00, date(2027, 4, 2))
        figures = closing.closing_figures(books, FinancialYear(2027))
        assert {one.code: (one.opening, one.closing) for one in figures} == {
            "cash": (380_00, 410_00),
            "sales": (0, -30_00),
            queries.BROUGHT_FORWARD: (-380_00, -380_00),
        }
        assert sum(one.closing for one in figures) == 0


def test_what_is_open_needs_a_reason(sharma: Shop, after: None) -> None:
    with open_books(sharma.actor) as books:
        post(books, "upi-clearing", "sales", 100_00)
        post(books, "expenses", "cash", 50_00)
        assert open_codes(books) == {"negative_cash", "clearing"}
        below = next(one for one in checklist(books, YEAR) if one.code == "negative_cash")
        assert "01-Dec-2026" in below.detail
        with pytest.raises(InvalidInput):
            closing.close_year(books, YEAR)
        with pytest.raises(InvalidInput):
            closing.close_year(books, YEAR, "x" * 501)
    close_id = closed(sharma, "The bank has confirmed both")
    with read_books(sharma.actor) as books:
        assert queries.close_row(books, close_id).findings == ("negative_cash", "clearing")


def test_openings_that_differ_are_seen(sharma: Shop, after: None) -> None:
    with open_books(sharma.actor) as books:
        post(books, "cash", "opening-difference", 100_00, date(2026, 4, 1))
        assert open_codes(books) == {"openings"}


def test_a_year_that_runs_is_not_closed(sharma: Shop) -> None:
    for year in (YEAR, FinancialYear(2030)):
        with open_books(sharma.actor) as books, pytest.raises(Conflict, match="31-Mar"):
            closing.close_year(books, year, "now")


def test_totals_that_do_not_agree_stop_it(sharma: Shop, after: None, engine: Engine) -> None:
    with open_books(sharma.actor) as books:
        post(books, "cash", "sales", 100_00)
    with open_books(sharma.actor) as books:
        books.session.execute(text("update account_balance set debit_paise = debit_paise + 1 where debit_paise > 0"))
    with open_books(sharma.actor) as books, pytest.raises(Conflict, match="replay"):
        closing.close_year(books, YEAR, "nevertheless")


def test_a_year_is_closed_once_at_a_time(sharma: Shop, iyer: Shop, after: None) -> None:
    close_id = closed(sharma)
    with open_books(sharma.actor) as books, pytest.raises(Conflict, match="closed already"):
        closing.close_year(books, YEAR)
    for act in (lambda books: closing.reopen_year(books, close_id, "x"), lambda books: closing.make_final(books, close_id)):
        with open_books(iyer.actor) as books, pytest.raises(NotFound):
            act(books)
    with read_books(iyer.actor) as books, pytest.raises(NotFound):
        closing.frozen(books, close_id)


def test_reopened_and_closed_again_it_shows_what_moved(sharma: Shop, after: None) -> None:
    with open_books(sharma.actor) as books:
        post(books, "cash", "sales", 100_00)
    first = closed(sharma)
    with open_books(sharma.actor) as books:
        with pytest.raises(PeriodLocked):
            post(books, "cash", "sales", 7_00)
        with pytest.raises(InvalidInput):
            closing.reopen_year(books, first, "")
        closing.reopen_year(books, first, "A bill was found")
        post(books, "cash", "sales", 7_00)
        assert [(one.name, one.before, one.after) for one in closing.differences(books, first)] == [
            ("Cash", 100_00, 107_00),
            ("Sales", -100_00, -107_00),
        ]
        with pytest.raises(Conflict):
            closing.reopen_year(books, first, "again")
    second = closed(sharma)
    with read_books(sharma.actor) as books:
        assert [row.round for row in queries.close_rows(books, 2026)] == [2, 1]
        assert len(queries.differences_between(books, first, second)) == 2
        assert closing.differences(books, second) == []
        assert {one.code: one.closing for one in closing.frozen(books, first)[0]} == {"cash": 100_00, "sales": -100_00}


def test_a_month_locked_before_stays_locked_by_the_close(sharma: Shop, after: None) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202612, "GSTR filed")
    close_id = closed(sharma)
    with open_books(sharma.actor) as books:
        with pytest.raises(Conflict):
            company.unlock_month(books, 202612, "", "all")
        closing.reopen_year(books, close_id, "A bill was found")
        assert company.is_locked(books, DAY), "the lock of the return is another's"


def test_the_final_lock_is_final(sharma: Shop, after: None) -> None:
    close_id = closed(sharma)
    with open_books(sharma.actor) as books:
        closing.make_final(books, close_id)
        closing.make_final(books, close_id)
        with pytest.raises(Conflict, match="for good"):
            closing.reopen_year(books, close_id, "please")
        with pytest.raises(PeriodLocked):
            post(books, "cash", "sales", 1)
        with pytest.raises(Conflict, match="for good"):
            company.unlock_month(books, 202612, "")


def test_a_year_that_moved_is_not_locked_for_good(sharma: Shop, after: None, clock: Clock) -> None:
    close_id = closed(sharma)
    with open_books(sharma.actor) as books:
        company.open_days(books, OpeningDraft(DAY, DAY, ("journal",), "One entry", YEAR.last_day - YEAR.last_day.replace(day=30)))
        post(books, "cash", "sales", 1)
        with pytest.raises(Conflict, match="has moved"):
            closing.make_final(books, close_id)


def test_frozen_figures_cannot_be_changed(sharma: Shop, after: None) -> None:
    closed(sharma)
    for act in ("update year_close set sha256 = 'x'", "delete from year_close"):
        with pytest.raises(DBAPIError, match="never changed"), open_books(sharma.actor) as books:
            books.session.execute(text(act))


def test_figures_are_compared_by_sides() -> None:
    one = Figure("a", "", "Cash", "", 0, 100, 0)
    two = replace(one, debit=150, credit=50)
    assert compared([one], [one]) == []
    assert [(row.before, row.after) for row in compared([one], [two])] == [(100, 100)], "it moved and came back"
    assert [(row.before, row.after) for row in compared([], [one])] == [(0, 100)]
    assert [(row.before, row.after) for row in compared([one], [])] == [(100, 0)]


def test_the_pages(sharma: Shop, browse: Browse, after: None) -> None:
    client = browse(sharma)
    with open_books(sharma.actor) as books:
        post(books, "cash", "sales", 100_00)
        post(books, "upi-clearing", "sales", 5_00)
    assert "2026-27" in client.get("/year-close").text
    assert client.get("/year-close/1200").status_code == 404
    assert client.get("/year-close/99999999999999999999").status_code == 404
    assert client.get("/year-close/2027").status_code == 200
    assert client.post("/year-close/2027/closing").status_code == 409
    assert client.post("/year-close/2026/closing").status_code == 422
    assert client.post("/year-close/2026/closing", data={"reason": "In transit"}).status_code == 303
    with read_books(sharma.actor) as books:
        (close,) = queries.close_rows(books, 2026)
    shown = client.get(f"/year-close/rounds/{close.id}")
    assert close.sha256 in shown.text
    assert "100.00" in client.get(f"/year-close/rounds/{close.id}?format=csv").text
    assert client.post(f"/year-close/rounds/{close.id}/reopening").status_code == 422
    assert client.post(f"/year-close/rounds/{close.id}/reopening", data={"reopen_reason": "A bill"}).status_code == 303
    assert client.post("/year-close/2026/closing", data={"reason": "In transit"}).status_code == 303
    assert "Close 2" in client.get("/year-close/2026").text
    with read_books(sharma.actor) as books:
        close = queries.close_rows(books, 2026)[0]
    assert client.post(f"/year-close/rounds/{close.id}/final-lock").status_code == 303
    assert "Locked for good" in client.get("/year-close").text
