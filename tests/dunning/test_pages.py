"""The pages of dunning: what a person sees, types and is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.dunning.conftest import Dunner
from tests.ground.shops import Shop
from tests.notifications.conftest import Carrier
from webapp.dunning import queries
from webapp.dunning.rules import Rule
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books


@pytest.fixture
def owner(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


def rules_of(shop: Any) -> list[Rule]:
    with read_books(shop.actor) as books:
        return queries.every_rule(books)


def test_from_nothing_to_switched_on(owner: FlaskClient, sharma: Shop, iyer: Shop, carrier: Carrier) -> None:
    assert "Nobody has been written to yet" in owner.get("/dunning").text
    assert "There is no rule yet" in owner.get("/dunning/settings").text
    refused = owner.post("/dunning/settings", data={"is_on": "1", "version": "0", "bills_from": "2026-10-01"})
    assert refused.status_code == 422
    assert "There is no rule to go by" in refused.text
    assert 'value="2026-10-01"' in refused.text
    for _double_click in range(2):
        assert owner.post("/dunning/rules/usual").status_code == 303
    assert [(rule.days, rule.tone) for rule in rules_of(sharma)] == [
        (-3, "polite"),
        (1, "polite"),
        (7, "reminder"),
        (15, "firm"),
        (30, "last"),
    ]
    assert rules_of(iyer) == []
    assert owner.post("/dunning/settings", data={"is_on": "1", "version": "0"}).status_code == 303
    assert owner.post("/dunning/settings", data={"is_on": "", "version": "0"}).status_code == 409  # somebody was quicker
    assert "switched off" not in owner.get("/dunning").text


def test_a_rule_is_typed_refused_changed_and_taken_away(owner: FlaskClient, sharma: Shop) -> None:
    typed = {"id": str(new_id()), "days": "4", "when": "after", "tone": "reminder", "least": "1,500.50", "is_active": "1", "version": "1"}
    for wrong, field in (
        ({"days": "x"}, "days"),
        ({"days": "99999999999999999999"}, "days"),
        ({"days": "40", "when": "before"}, "days"),
        ({"tone": "rude"}, "tone"),
        ({"least": "92233720368547758.08"}, "least"),
        ({"price_list": str(new_id())}, "price_list"),
    ):
        refused = owner.post("/dunning/rules", data=typed | wrong)
        assert refused.status_code == 422
        assert f'id="f-{field}-error"' in refused.text
        assert 'value="1,500.50"' in refused.text or "least" in wrong
    for _double_click in range(2):
        assert owner.post("/dunning/rules", data=typed).status_code == 303
    (rule,) = rules_of(sharma)
    assert (rule.days, rule.least_paise, rule.has_link, rule.is_active) == (4, 1_500_50, False, True)
    assert owner.post(f"/dunning/rules/{rule.id}", data=typed | {"days": "5"}).status_code == 303
    assert owner.post(f"/dunning/rules/{rule.id}", data=typed | {"days": "6"}).status_code == 409  # of the version before
    assert owner.post(f"/dunning/rules/{new_id()}", data=typed | {"days": "6"}).status_code == 404
    assert owner.post(f"/dunning/rules/{rule.id}/ending").status_code == 303
    assert owner.get(f"/dunning/rules/{rule.id}").status_code == 404
    assert owner.post("/dunning/rules", data=typed).status_code == 404  # it was taken away


def test_what_was_done_is_listed_searched_and_sent_out(
    owner: FlaskClient, shop: Dunner, theirs: Dunner, ravi: UUID, carrier: Carrier, max_queries: Callable[[int], Any]
) -> None:
    shop.late(ravi, 100, 3)
    silent = shop.customer("No phone")
    shop.late(silent, 70, 8)
    theirs.late(theirs.customer("Murugan", phone="+919822010033"), 40, 3)
    assert shop.run() == 1
    assert theirs.run() == 1
    with max_queries(9):
        listed = owner.get("/dunning").text
    assert "Ravi Rao" in listed
    assert "No phone, e-mail or channel by which it can be reached" in listed
    assert "Murugan" not in listed
    assert "Written to: Waiting" in listed
    shop.money(ravi, 100)
    shop.deliver()
    listed = owner.get("/dunning").text
    assert "Written to: Stopped" in listed
    assert "It was paid meanwhile, or a part of it." in listed
    assert "Ravi Rao" not in owner.get("/dunning?outcome=skipped").text.partition('id="notices"')[2]
    assert "Nothing of this was done" in owner.get("/dunning?tone=last").text
    assert "Ravi Rao" in owner.get("/dunning?q=ravi&from=2026-11-20&to=2026-11-20&after=junk").text
    rows = owner.get("/dunning?format=csv").text.splitlines()
    assert len(rows) == 3
    assert any("Ravi Rao" in row and "Written to" in row and "100.00" in row for row in rows)


def test_the_preview_says_whom_and_why_not(owner: FlaskClient, shop: Dunner, ravi: UUID, carrier: Carrier) -> None:
    shop.late(ravi, 100, 3)
    promised = shop.customer("Promised", phone="+919822010026")
    shop.late(promised, 70, 3)
    with read_books(shop.actor) as books:
        today = books.today
    shop.promise(promised, today + timedelta(days=4))
    shop.switch(is_on=False)
    writes = owner.get("/dunning/today").text.partition('id="decisions"')[2]
    assert "Ravi Rao" in writes
    assert "Promised" not in writes
    held = owner.get("/dunning/today?reason=promised").text.partition('id="decisions"')[2]
    assert "Has promised for a later day" in held
    assert "Ravi Rao" not in held
    assert "This is what would be done" in owner.get("/dunning/today?reason=all&q=rao").text
    assert shop.log() == []  # looking does nothing
    assert owner.post(f"/dunning/of/{ravi}/exemption", data={"never": "1"}).status_code == 303
    assert shop.decided()["Ravi Rao"] == "exempt"
    assert "Ravi Rao" in owner.get("/dunning/settings").text
    assert owner.post(f"/dunning/of/{ravi}/exemption", data={"never": ""}).status_code == 303
    assert shop.decided()["Ravi Rao"] == ""


def test_days_of_rest(owner: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    assert "Republic Day" in owner.get("/dunning/holidays").text
    assert "not known here" in owner.get("/dunning/holidays?year=2027").text
    refused = owner.post("/dunning/holidays", data={"day": "2026-13-01", "name": ""})
    assert refused.status_code == 422
    assert {"f-day-error", "f-name-error"} <= {part.partition('"')[0] for part in refused.text.split('id="')}
    assert owner.post("/dunning/holidays", data={"day": "2026-11-25", "name": "Village fair"}).status_code == 303
    assert owner.post("/dunning/holidays/2026-01-26/working").status_code == 303
    assert owner.post("/dunning/holidays/2026-01-27/working").status_code == 404
    assert owner.post("/dunning/holidays/yesterday/ending").status_code == 404
    with open_books(sharma.actor) as books:
        assert [(one.day.day, one.is_open) for one in queries.own_days(books)] == [(26, True), (25, False)]
    with open_books(iyer.actor) as books:
        assert queries.own_days(books) == []
    assert owner.post("/dunning/holidays/2026-11-25/ending").status_code == 303
    assert owner.get("/dunning/holidays?year=99999999999999999999").status_code == 200


def test_a_day_of_ones_own_is_entered_once_changed_searched_and_sent_out(owner: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    for _double_click in range(2):
        assert owner.post("/dunning/holidays", data={"day": "2027-03-22", "name": "Holi"}).status_code == 303
    for day, words in (("2027-03-22", "in the list already: Holi"), ("2027-01-26", "is a listed day of rest already")):
        refused = owner.post("/dunning/holidays?year=2027", data={"day": day, "name": "Village fair"})
        assert (refused.status_code, words in refused.text, 'value="Village fair"' in refused.text) == (422, True, True)
        assert 'id="f-day-error"' in refused.text
        assert "Days of rest 2027" in refused.text, "the year that was looked at stays"
    assert owner.post("/dunning/holidays", data={"day": "2027-11-10", "name": "भाई दूज"}).status_code == 303

    form = owner.get("/dunning/holidays/2027-03-22").text
    assert ('value="2027-03-22"' in form, 'value="Holi"' in form) == (True, True)
    for typed, field in (
        ({"day": "", "name": "Holi"}, "day"),
        ({"day": "2027-03-23", "name": " "}, "name"),
        ({"day": "2027-11-10", "name": "x"}, "day"),
    ):
        refused = owner.post("/dunning/holidays/2027-03-22", data=typed)
        assert (refused.status_code, f'id="f-{field}-error"' in refused.text) == (422, True)
    changed = owner.post("/dunning/holidays/2027-03-22", data={"day": "2028-03-11", "name": "Holi (Rangpanchami)"})
    assert changed.location.endswith("year=2028")
    with read_books(sharma.actor) as books:
        assert [(one.day.isoformat(), one.name) for one in queries.own_days(books)] == [
            ("2027-11-10", "भाई दूज"),
            ("2028-03-11", "Holi (Rangpanchami)"),
        ]
        is_closed = queries.closed_days(queries.own_days(books), on_sundays=True)
        assert [is_closed(date(2027, 3, 22)), is_closed(date(2028, 3, 11))] == [False, True]
    for gone in ("2027-03-22", "2027-01-26", "yesterday"):
        assert owner.get(f"/dunning/holidays/{gone}").status_code == 404
        assert owner.post(f"/dunning/holidays/{gone}", data={"day": "2027-05-01", "name": "x"}).status_code == 404
    with read_books(iyer.actor) as books:
        assert queries.own_days(books) == []

    found = owner.get("/dunning/holidays?year=2027&q=भाई").text
    assert ("भाई दूज" in found, "Republic Day" in found) == (True, False)
    assert "No day of rest of this year is called so" in owner.get("/dunning/holidays?year=2027&q=zzz").text
    rows = owner.get("/dunning/holidays?year=2027&q=day&format=csv").get_data(as_text=True).splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["Republic Day", "Independence Day", "Mahatma Gandhi's Birthday", "Christmas Day"]


def test_many_days_of_rest_are_paged(owner: FlaskClient, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    first, last = owner.get("/dunning/holidays?year=2027").text, owner.get("/dunning/holidays?year=2027&at=3").text
    assert ("Christmas Day" in first, "at=3" in first) == (False, True)
    assert ("Christmas Day" in last, "at=0" in last) == (True, True)


def test_a_year_whose_festivals_nobody_told_is_warned_of_before_it_begins(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, clock: Clock
) -> None:
    words = "The festivals of 2027 are not known here, and no day of rest"

    def warned(year: int, month: int, day: int) -> set[bool]:
        clock.now = datetime(year, month, day, 6, tzinfo=UTC)
        owner = browse(sharma)
        pages = [owner.get(address).text for address in ("/dunning", "/dunning/settings")]
        return {words in shown and 'href="/dunning/holidays?year=2027"' in shown for shown in pages}

    assert warned(2026, 12, 1) == {False}, "nothing is sent anyway"
    owner = browse(sharma)
    owner.post("/dunning/rules/usual")
    assert owner.post("/dunning/settings", data={"is_on": "1", "version": "0"}).status_code == 303
    assert [warned(*day) for day in ((2026, 11, 30), (2026, 12, 1), (2027, 2, 1))] == [{False}, {True}, {True}]
    owner = browse(sharma)
    assert "No day of your own is entered for 2027 yet" in owner.get("/dunning/holidays?year=2027").text
    owner.post("/dunning/holidays", data={"day": "2027-03-22", "name": "Holi"})
    assert words not in owner.get("/dunning").text
