"""Months locked for everything or for a part of the books; locked days opened for a while; tries that were refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import company, ledger
from webapp.company import OpeningDraft, PeriodLocked
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import Heading
from webapp.ledger.rules import KINDS
from webapp.platform.audit import EditLogEntry, broken_links
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books, read_books

Browse = Callable[[Shop], FlaskClient]
OCTOBER = date(2026, 10, 15)


def post(books: Books, kind: str, day: date = OCTOBER) -> None:
    heads = ledger.heads(books)
    slip = Slip((debit(heads["expenses"], 100), credit(heads["cash"], 100)))
    heading = Heading(kind, "X/1", day, company.default_store(books), "voucher", new_id())
    ledger.post(books, voucher_id=new_id(), heading=heading, slip=slip)


def opening(*scopes: str, first: date = OCTOBER, last: date = OCTOBER, hours: int = 4, reason: str = "A late bill") -> OpeningDraft:
    return OpeningDraft(first, last, scopes, reason, timedelta(hours=hours))


def cashier(shop: Shop) -> Actor:
    return replace(shop.actor, role=Role.CASHIER, name="Asha")


@pytest.mark.parametrize(
    ("scope", "kinds"),
    [
        ("sales", {"sales", "credit_note"}),
        ("purchases", {"purchase", "debit_note"}),
        ("money", {"receipt", "payment", "contra"}),
        ("journal", {"journal"}),
        ("stock", {"stock"}),
        ("all", set(KINDS)),
    ],
)
def test_a_lock_of_one_part_leaves_the_others_open(sharma: Shop, scope: str, kinds: set[str]) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "", scope)
    refused = set()
    for kind in KINDS:
        try:
            with open_books(sharma.actor) as books:
                post(books, kind)
        except PeriodLocked:
            refused.add(kind)
    assert refused == kinds


def test_a_refusal_is_kept_although_nothing_else_is(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "", "money")

    def refused() -> None:
        with open_books(cashier(sharma)) as books:
            company.change_profile(books, {"city": "Nashik"})
            post(books, "payment")

    with pytest.raises(PeriodLocked):
        refused()
    with read_books(sharma.actor) as books:
        entry = books.session.scalars(select(EditLogEntry).where(EditLogEntry.action == "refuse")).one()
        assert (entry.entity, entry.entity_id, entry.user_name) == ("period", "202610", "Asha")
        assert entry.new == {"scope": "money", "day": "2026-10-15", "locked_by": sharma.actor.name}
        assert company.profile(books).city != "Nashik"
        assert list(broken_links(books)) == []


def test_a_refusal_in_a_batch_is_kept_once(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "")
    with open_books(sharma.actor) as books:
        for _ in range(2):
            with pytest.raises(PeriodLocked), books.savepoint(), books.savepoint():
                post(books, "journal")
        company.change_profile(books, {"city": "Nashik"})
    with pytest.raises(PeriodLocked), open_books(sharma.actor) as books, books.savepoint():
        post(books, "journal")
    with read_books(sharma.actor) as books:
        kept = books.session.scalars(select(EditLogEntry).where(EditLogEntry.action == "refuse").order_by(EditLogEntry.seq)).all()
        assert len(kept) == 3
        assert company.profile(books).city == "Nashik"


def test_opened_days_let_in_who_may_and_nobody_else(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "GSTR-3B filed")
        company.open_days(books, opening("journal"))
    with open_books(sharma.actor) as books:
        post(books, "journal")
        assert not company.is_locked(books, OCTOBER, "journal")
        assert company.is_locked(books, OCTOBER, "sales")
    for actor, kind, day in (
        (cashier(sharma), "journal", OCTOBER),
        (sharma.actor, "payment", OCTOBER),
        (sharma.actor, "journal", OCTOBER + timedelta(days=1)),
    ):
        with pytest.raises(PeriodLocked), open_books(actor) as books:
            post(books, kind, day)
    clock.advance(hours=4)
    with pytest.raises(PeriodLocked), open_books(sharma.actor) as books:
        post(books, "journal")


def test_an_opening_is_ended_before_its_time(sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "")
        one = company.open_days(books, opening("all"))
    with pytest.raises(NotFound), open_books(iyer.actor) as books:
        company.close_opening(books, one)
    with open_books(sharma.actor) as books:
        company.close_opening(books, one)
        company.close_opening(books, one)
        with pytest.raises(PeriodLocked):
            post(books, "journal")


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (opening("all", first=date(2026, 10, 16)), "last_day"),
        (opening("all", last=date(2026, 11, 21)), "last_day"),
        (opening(), "scope"),
        (opening("everything"), "scope"),
        (opening("all", reason=""), "opening_reason"),
        (opening("all", hours=0), "lasts"),
        (opening("all", hours=24 * 32), "lasts"),
    ],
)
def test_what_cannot_be_opened(sharma: Shop, draft: OpeningDraft, field: str) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "")
        with pytest.raises(InvalidInput) as refusal:
            company.open_days(books, draft)
        assert set(refusal.value.errors) == {field}


def test_days_that_are_not_locked_need_no_opening(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "", "sales")
        with pytest.raises(Conflict):
            company.open_days(books, opening("money"))


def test_a_month_to_come_is_not_locked(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        for first, last in ((202612, 202612), (202611, 202612)):
            with pytest.raises(Conflict, match="has not begun"), books.savepoint():
                company.lock_months(books, first, last, ["all"], "")
        assert company.period_locks(books) == [], "all of them or none"


def test_months_are_locked_together_once(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        assert company.lock_months(books, 202512, 202602, ["sales", "money", "nonsense"], "") == 6
        assert company.lock_months(books, 202602, 202512, ["all"], "") == 3
        with pytest.raises(Conflict):
            company.lock_months(books, 202601, 202601, ["stock"], "")
        company.unlock_month(books, 202601, "", "all")
        assert company.is_locked(books, date(2026, 1, 5), "sales")
        assert not company.is_locked(books, date(2026, 1, 5), "stock")


def test_a_final_lock_stays(sharma: Shop) -> None:
    cause = new_id()
    with open_books(sharma.actor) as books:
        company.lock_month(books, 202610, "", cause_id=cause)
        with pytest.raises(Conflict, match="close of its year"):
            company.unlock_month(books, 202610, "")
        company.open_days(books, opening("all"))
        company.make_locks_final(books, cause)
        with pytest.raises(PeriodLocked):
            post(books, "journal")
        with pytest.raises(Conflict, match="for good"):
            company.unlock_month(books, 202610, "")
        with pytest.raises(Conflict, match="for good"):
            company.open_days(books, opening("all"))


def test_an_open_month_costs_one_read(sharma: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]]) -> None:
    with read_books(sharma.actor) as books, max_queries(1):
        company.require_open_period(books, OCTOBER, "sales")


def test_the_pages(sharma: Shop, browse: Browse) -> None:
    client = browse(sharma)
    form = {"month": "2026-09", "last_month": "2026-10", "scope": ["sales", "money"], "reason": "Filed"}
    assert client.post("/settings/period-locks", data=form).status_code == 303
    assert client.post("/settings/period-locks", data=form).status_code == 409
    for month in ("2026-13", "soon", "２０２６-10", "202699"):
        assert client.post("/settings/period-locks", data={"month": month}).status_code == 422
    assert client.post("/settings/period-locks", data={"month": "2027-01"}).status_code == 409
    opened = {
        "first_day": "2026-10-01",
        "last_day": "2026-10-31",
        "opening_scope": ["sales"],
        "lasts": "4",
        "opening_reason": "A late bill",
    }
    assert client.post("/settings/period-openings", data=opened | {"lasts": "5000"}).status_code == 422
    assert client.post("/settings/period-openings", data=opened | {"first_day": "then"}).status_code == 422
    assert client.post("/settings/period-openings", data=opened).status_code == 303
    shown = client.get("/settings/period-locks").text
    assert "A late bill" in shown
    assert "Open until" in shown
    assert client.post("/settings/period-locks/202610/release", data={"scope": "sales"}).status_code == 303
    assert client.post("/settings/period-locks/202610/release", data={"scope": "sales"}).status_code == 404
