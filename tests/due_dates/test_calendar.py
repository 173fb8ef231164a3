"""The calendar of two shops: what stands filed, moved days, notes by hand, reminders once, pages and files."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from jobs import chores
from tests.bad_days.test_last_unit import at_once
from tests.counter.device import signed_in
from tests.ground.shops import Shop, found_sharma
from tests.gst_returns.month import Month
from tests.tds.conftest import office_of
from webapp import gst_returns
from webapp.app import connect_rooms
from webapp.due_dates import Obligation, announce_due, obligations, service
from webapp.due_dates.rules.law import CRORE, Filer, Payer
from webapp.due_dates.service import Moved
from webapp.gst_returns import ReturnPeriod
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise
from webapp.platform.outbox import OutboxEvent
from webapp.platform.tenancy import open_books, read_books

FIRST, LAST = date(2026, 10, 1), date(2027, 3, 31)
OCTOBER = "m202610"


def due(shop: Shop, first: date = FIRST, last: date = LAST) -> dict[tuple[str, str], Obligation]:
    with read_books(shop.actor) as books:
        return {(one.duty.form, one.duty.period): one for one in obligations(books, first, last)}


def facts(shop: Shop) -> list[tuple[str, str, int]]:
    with read_books(shop.actor) as books:
        rows = books.session.scalars(select(OutboxEvent.payload).where(OutboxEvent.kind == "ReturnDue"))
        return sorted((row["form"], row["period"], row["lead"]) for row in rows)


def test_states_and_moved_days(sharma: Shop, iyer: Shop) -> None:
    found = due(sharma)
    assert (found["gstr1", OCTOBER].state, found["gstr1", OCTOBER].days_late, found["gstr1", OCTOBER].cost.fee) == ("late", 9, 450_00)
    assert (found["gstr3b", OCTOBER].state, found["gstr3b", "m202611"].state) == ("open", "not_yet")
    with open_books(sharma.actor) as books:
        moved = service.move_day(books, Moved("gstr1", OCTOBER, "27", date(2026, 11, 25), "Notification 99/2026-Central Tax"))
        with pytest.raises(Conflict):
            service.move_day(books, Moved("gstr1", OCTOBER, "27", date(2026, 11, 26), "Notification 100/2026"))
        service.move_day(books, Moved("gstr3b", OCTOBER, "33", date(2026, 11, 30), "for another state"))
    found = due(sharma)
    assert (found["gstr1", OCTOBER].state, found["gstr1", OCTOBER].due_on) == ("open", date(2026, 11, 25))
    assert found["gstr3b", OCTOBER].due_on == date(2026, 11, 20)
    assert due(iyer)["gstr1", OCTOBER].due_on == date(2026, 11, 11), "theirs was not moved"
    with pytest.raises(NotFound), open_books(iyer.actor) as books:
        service.end_move(books, moved)
    with open_books(sharma.actor) as books:
        service.end_move(books, moved)
    assert due(sharma)["gstr1", OCTOBER].state == "late"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Moved("gstr99", OCTOBER, "", date(2026, 11, 25), "Notification"), "form"),
        (Moved("gstr1", "m202613", "", date(2026, 11, 25), "Notification"), "period"),
        (Moved("gstr1", OCTOBER, "98", date(2026, 11, 25), "Notification"), "state_code"),
        (Moved("gstr1", OCTOBER, "", date(2026, 10, 31), "Notification"), "due_on"),
        (Moved("gstr1", OCTOBER, "", date(2026, 11, 25), " \u200b "), "source"),
    ],
)
def test_a_moved_day_that_cannot_be(sharma: Shop, asked: Moved, field: str) -> None:
    with pytest.raises(InvalidInput) as refused, open_books(sharma.actor) as books:
        service.move_day(books, asked)
    assert list(refused.value.errors) == [field]


def test_how_a_registration_files(sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        service.set_up_filer(books, Filer(sharma.gstin, "", is_quarterly=True, turnover=Paise(CRORE)))
    assert ("pmt06", OCTOBER) in due(sharma)
    assert ("gstr1", "q202612") in due(sharma)
    assert ("gstr1", OCTOBER) in due(iyer), "theirs stays monthly"
    for asked, refusal in (
        (Filer(iyer.gstin, ""), NotFound),
        (Filer(sharma.gstin, "", is_quarterly=True, turnover=Paise(5 * CRORE + 1)), InvalidInput),
        (Filer(sharma.gstin, "", turnover=Paise(MOST_PAISE + 1)), InvalidInput),
        (Filer(sharma.gstin, "", turnover=Paise(-1)), InvalidInput),
    ):
        with pytest.raises(refusal), open_books(sharma.actor) as books:
            service.set_up_filer(books, asked)
    with pytest.raises(InvalidInput), open_books(sharma.actor) as books:
        service.set_up_payer(books, Payer(advance="weekly"))


def test_what_was_filed_here_stands_filed_and_cannot_be_noted_beside(month: Month, sharma: Shop, iyer: Shop) -> None:
    period = ReturnPeriod("month", 202610)
    with open_books(sharma.actor) as books:
        made = gst_returns.as_text(gst_returns.gstr1(books, gst_returns.registration(books, sharma.gstin), period))
        gst_returns.file_return(
            books,
            gst_returns.File(new_id(), sharma.gstin, period, date(2026, 11, 20), "AA271026000001A", sha256(made.encode()).hexdigest()),
        )
    own = due(sharma)["gstr1", OCTOBER]
    assert (own.state, own.filed_on, own.days_late, own.is_noted, own.reference) == (
        "filed",
        date(2026, 11, 20),
        9,
        False,
        "AA271026000001A",
    )
    assert due(iyer)["gstr1", OCTOBER].state == "late"
    with pytest.raises(Conflict), open_books(sharma.actor) as books:
        service.note_filed(books, (sharma.gstin, "gstr1", OCTOBER), date(2026, 11, 19), "")


def test_what_was_filed_elsewhere_is_noted_and_forgotten(sharma: Shop, iyer: Shop) -> None:
    key = (sharma.gstin, "gstr3b", OCTOBER)
    for wrong, day in (
        ((iyer.gstin, "gstr3b", OCTOBER), date(2026, 11, 19)),
        ((sharma.gstin, "gstr3b", "q202612"), date(2026, 11, 19)),
        ((sharma.gstin, "gstr3b", "m999999"), date(2026, 11, 19)),
        ((sharma.gstin, "gstr3b", ""), date(2026, 11, 19)),
        (key, date(2026, 11, 21)),
        (key, date(2026, 10, 31)),
    ):
        with pytest.raises(BooksError), open_books(sharma.actor) as books:
            service.note_filed(books, wrong, day, "x")
    for _again in range(2):
        with open_books(sharma.actor) as books:
            service.note_filed(books, key, date(2026, 11, 19), "  AA27\u200b11 " + "x" * 500)
    own = due(sharma)["gstr3b", OCTOBER]
    assert (own.state, own.filed_on, own.days_late, len(own.reference), own.is_noted) == ("filed", date(2026, 11, 19), 0, 60, True)
    assert due(iyer)["gstr3b", OCTOBER].state == "open"
    with pytest.raises(NotFound), open_books(iyer.actor) as books:
        service.forget_filed(books, key)
    with open_books(sharma.actor) as books:
        service.forget_filed(books, key)
    assert due(sharma)["gstr3b", OCTOBER].state == "open"


def test_a_deposit_follows_the_register_of_deductions(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        service.set_up_payer(books, Payer(deducts=True))
    assert due(sharma)["tds_deposit", OCTOBER].state == "nothing"
    assert due(sharma)["tds_deposit", "m202611"].state == "not_yet", "November still runs"
    office = office_of(sharma)
    office.supplier("Mehta", "professional")
    office.bill(80_000, bill_date=date(2026, 10, 5), voucher_date=date(2026, 10, 5))
    own = due(sharma)["tds_deposit", OCTOBER]
    assert (own.state, own.days_late, own.interest) == ("late", 13, 240_00), "1.5 % a month, of two months touched"
    office.enter_challan(office.challan(office.deductions()))
    own = due(sharma)["tds_deposit", OCTOBER]
    assert (own.state, own.filed_on, own.interest) == ("filed", date(2026, 11, 20), 0)
    assert due(sharma)["26q", "q202609"].state == "nothing", "nothing was deducted in July to September"
    assert due(sharma)["26q", "q202612"].state == "not_yet"


def test_reminders_go_out_once_however_many_ask(sharma: Shop, iyer: Shop, clock: Any) -> None:
    # 20 November: GSTR-3B is due today; GSTR-1 of the 11th has been late for longer than is still news.
    for _try in range(2):
        chores.run_chore("announce_due_dates")
    assert facts(sharma) == facts(iyer) == [("gstr3b", OCTOBER, 1)]
    clock.advance(days=1)
    chores.run_chore("announce_due_dates")
    assert facts(sharma) == [("gstr3b", OCTOBER, -1), ("gstr3b", OCTOBER, 1)]
    with open_books(sharma.actor) as books:
        service.move_day(books, Moved("gstr3b", OCTOBER, "", date(2026, 11, 27), "Notification 99/2026"))
        assert announce_due(books) == 1, "another day is another reminder"
        assert announce_due(books) == 0
        service.note_filed(books, (sharma.gstin, "gstr3b", OCTOBER), date(2026, 11, 21), "")
    clock.advance(days=5)
    chores.run_chore("announce_due_dates")
    assert facts(sharma) == [("gstr3b", OCTOBER, -1), ("gstr3b", OCTOBER, 1), ("gstr3b", OCTOBER, 7)], "what is filed is not reminded of"


def test_two_schedulers_at_once_announce_once(real_engine: Engine) -> None:
    connect_rooms()
    shop, made = found_sharma(), []

    def work() -> None:
        with open_books(shop.actor) as books:
            made.append(announce_due(books))

    at_once([work, work])
    assert sorted(made) == [0, 1]
    assert len(facts(shop)) == 1


def test_the_pages(
    app: Flask, sharma: Shop, iyer: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]], database_name: str
) -> None:
    client = signed_in(app, sharma)
    with max_queries(9 if database_name == "sqlite" else 11):  # PostgreSQL is told first whose rows are asked for
        html = client.get("/due-dates").get_data(as_text=True)
    assert "GSTR-3B" in html
    assert iyer.gstin not in html
    for address in (
        "/due-dates?from=x&to=9999-99-99&month=999999&at=-1&who=%27&state=zz&q=%25_",
        "/due-dates?from=1990-01-01&to=2099-12-31&at=99999",
        "/due-dates?who=-", "/due-dates/next", "/due-dates/extensions", "/due-dates/settings",
        "/due-dates?format=csv", "/due-dates?format=xlsx", "/due-dates?month=202703", "/today",
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
    told = client.get("/due-dates/calendar.ics")
    assert told.headers["Content-Type"].startswith("text/calendar")
    assert told.get_data(as_text=True).count("BEGIN:VEVENT") > 3
    assert "GSTR-3B" in client.get("/due-dates/next").get_data(as_text=True)

    token = re.findall(r'name="csrf_token" value="([^"]*)"', html)[0]

    def send(address: str, **values: str) -> Any:
        return client.post(address, data={"csrf_token": token, **values})

    wrong = send("/due-dates/filed", who=sharma.gstin, form="gstr3b", period=OCTOBER, filed_on="2026-11-21", reference="<b>AA</b>")
    assert wrong.status_code == 422
    assert "&lt;b&gt;AA&lt;/b&gt;" in wrong.get_data(as_text=True), "what was typed is kept"
    assert "Choose a day from 01-Nov-2026 to today." in wrong.get_data(as_text=True)
    assert send("/due-dates/filed", who=sharma.gstin, form="gstr3b", period=OCTOBER, filed_on="2026-11-19").status_code == 303
    assert due(sharma)["gstr3b", OCTOBER].state == "filed"
    assert send("/due-dates/filed/ending", who=sharma.gstin, form="gstr3b", period=OCTOBER).status_code == 303
    bad = send("/due-dates/extensions", form="gstr1", span="quarter", period="2026-10", due_on="", source="")
    assert bad.status_code == 422
    assert "A quarter ends with March, June, September or December." in bad.get_data(as_text=True)
    good = {"form": "gstr1", "span": "month", "period": "2026-10", "due_on": "2026-11-25", "source": "Notification 99/2026"}
    assert send("/due-dates/extensions", **good).status_code == 303
    assert "Notification 99/2026" in client.get("/due-dates/extensions").get_data(as_text=True)
    assert send(f"/due-dates/settings/registrations/{sharma.gstin}", filing="quarterly", turnover="1e5").status_code == 422
    assert send(f"/due-dates/settings/registrations/{sharma.gstin}", filing="quarterly", turnover="1,00,00,000").status_code == 303
    assert send(f"/due-dates/settings/registrations/{iyer.gstin}", filing="quarterly").status_code == 404
    assert send("/due-dates/settings/business", deducts="1", advance="four").status_code == 303
    assert ("advance", "m202612") in due(sharma)


@pytest.fixture
def month(sharma: Shop) -> Month:
    return Month.of(sharma)
