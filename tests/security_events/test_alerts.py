"""Alerts: each rule fires at its threshold and not just below, once for its cause, for the business it is about and for no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import identity, security_events
from webapp.identity.models import FailedSignIn
from webapp.kernel.errors import Forbidden, InvalidInput, NotFound
from webapp.notifications.models import Notice, QueuedMessage
from webapp.platform import audit
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books
from webapp.security_events import counting, queries, rules, service
from webapp.security_events.models import SecurityEvent
from webapp.security_events.queries import EventRow, Wanted

Browse = Callable[[Shop], FlaskClient]


@pytest.fixture(autouse=True)
def _counted_anew() -> Iterator[None]:
    counting.forget()
    yield
    counting.forget()


@pytest.fixture
def ravi(sharma: Shop) -> Actor:
    """A cashier at Sharma's."""
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser("ravi@sharma.example", "a long enough password", "Ravi"))
        identity.add_member(directory, sharma.company_id, user.id, Role.CASHIER)
    return Actor(sharma.company_id, Role.CASHIER, user.id, name="Ravi")


def fail(email: str, network: str, tries: int, clock: Clock) -> None:
    """So many failed sign-ins, as webapp.identity.trying counts them."""
    with open_directory() as directory:
        directory.add(FailedSignIn(key=f"pair:{email}|{network}", tries=tries, last_at=clock.now))


def watch(shop: Shop) -> int:
    return security_events.watch(Actor(shop.company_id, Role.OWNER, name="watch_security", via="job"))


def alerts(shop: Shop) -> list[EventRow]:
    with read_books(shop.actor) as books:
        return queries.events(books, Wanted(kind="alerts"), None, 100)


def told(shop: Shop) -> list[str]:
    with read_books(shop.actor) as books:
        return list(
            books.session.scalars(select(Notice.event).where(Notice.event.startswith("alert_"), Notice.user_id == shop.actor.user_id))
        )


def act(actor: Actor, action: str, entity: str, times: int = 1, **new: object) -> None:
    with open_books(actor) as books:
        for number in range(times):
            audit.record(books, action, entity, f"{entity}-{number}", new=new)


def test_guessing_at_one_person(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    fail(sharma.email, "203.0.113.5", 5, clock)
    fail(sharma.email, "198.51.100.7", 4, clock)
    assert (watch(sharma), told(sharma)) == (0, [])
    fail(sharma.email, "192.0.2.9", 1, clock)
    assert (watch(sharma), watch(sharma), watch(iyer)) == (1, 0, 0)
    (alert,) = alerts(sharma)
    assert (alert.kind, alert.user_id, alert.count) == ("guessing", sharma.actor.user_id, 10)
    assert "203.0.113.5" in alert.place
    assert (told(sharma), told(iyer), alerts(iyer)) == (["alert_guessing"], [], [])
    clock.advance(days=2)
    fail(sharma.email, "203.0.113.6", 10, clock)
    assert watch(sharma) == 1  # another day is another cause


def test_stuffing_from_one_network(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    for number in range(8):
        fail(f"nobody{number}@elsewhere.example", "203.0.113.5", 1, clock)
    fail(sharma.email, "203.0.113.5", 1, clock)
    assert watch(sharma) == 0
    fail("one-more@elsewhere.example", "203.0.113.5", 1, clock)
    assert (watch(sharma), watch(sharma)) == (1, 0)
    assert [(one.kind, one.place, one.count) for one in alerts(sharma)] == [("stuffing", "203.0.113.5", 10)]
    assert (watch(iyer), alerts(iyer)) == (0, [])  # none of its people was tried


def test_tries_of_days_ago_are_over(sharma: Shop, clock: Clock) -> None:
    fail(sharma.email, "203.0.113.5", 50, clock)
    clock.advance(days=1, seconds=1)
    assert (watch(sharma), alerts(sharma)) == (0, [])


@pytest.mark.parametrize(("minutes", "place", "is_alert"), [(15, "2.2.2.2", True), (16, "2.2.2.2", False), (5, "1.1.1.1", False)])
def test_two_new_devices_in_two_networks(sharma: Shop, ravi: Actor, clock: Clock, minutes: int, place: str, *, is_alert: bool) -> None:
    act(ravi, "login", "user", address="1.1.1.1", new_device=True)
    clock.advance(minutes=minutes)
    act(ravi, "login", "user", address="9.9.9.9")  # a browser that is known
    act(ravi, "login", "user", address=place, new_device=True)
    assert watch(sharma) == int(is_alert)
    assert [(one.kind, one.user_id) for one in alerts(sharma)] == ([("two_networks", ravi.user_id)] if is_alert else [])


def test_much_sent_out_against_ones_own_habit(sharma: Shop, ravi: Actor, clock: Clock) -> None:
    act(ravi, "export", "report", 15)
    clock.advance(days=1)
    act(ravi, "print", "invoice", 44)
    assert watch(sharma) == 0  # more than thirty, less than three times his most
    act(ravi, "export", "report")
    assert (watch(sharma), watch(sharma)) == (1, 0)
    assert [(one.kind, one.user_name, one.count) for one in alerts(sharma)] == [("mass_export", "Ravi", 45)]


def test_much_sent_out_by_who_never_did(sharma: Shop, ravi: Actor) -> None:
    act(ravi, "export", "report", 29)
    assert watch(sharma) == 0
    act(ravi, "export", "report")
    assert watch(sharma) == 1


def test_refused_again_and_again(sharma: Shop, ravi: Actor, clock: Clock) -> None:
    for _ in range(19):
        security_events.note_refusal(ravi, 403)
    assert watch(sharma) == 0
    security_events.note_refusal(ravi, 403)
    assert (watch(sharma), watch(sharma)) == (1, 0)
    assert [(one.kind, one.count) for one in alerts(sharma)] == [("often_refused", 20)]


def test_ten_thousand_refusals_are_few_writes(sharma: Shop, ravi: Actor, max_queries: Callable[[int], object]) -> None:
    with max_queries(400):  # type: ignore[attr-defined]
        for _ in range(10_000):
            security_events.note_refusal(ravi, 403)
    with read_books(sharma.actor) as books:
        (one,) = queries.events(books, Wanted(kind="refused"), None, 10)
    assert one.count == 8192  # the rest is written with the next doubling


def test_ten_thousand_failed_sign_ins_write_and_tell_of_one_or_two(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    tried = [{"key": f"pair:nobody{n}@elsewhere.example|203.0.113.5", "tries": 1, "last_at": clock.now} for n in range(5_000)]
    tried += [{"key": f"pair:{sharma.email}|10.{n >> 8}.{n & 255}.1", "tries": 1, "last_at": clock.now} for n in range(5_000)]
    tried.append({"key": f"pair:{sharma.email}|203.0.113.5", "tries": 1, "last_at": clock.now})
    with open_directory() as directory:
        directory.connection().execute(insert(FailedSignIn), tried)
    for _ in range(3):
        watch(sharma)
        watch(iyer)
    assert sorted(one.kind for one in alerts(sharma)) == ["guessing", "stuffing"]
    with read_books(sharma.actor) as books:
        assert (books.session.scalar(select(func.count()).select_from(SecurityEvent)) or 0) < 20
        mails = select(func.count()).select_from(QueuedMessage).where(QueuedMessage.event.startswith("alert_"))
        assert (books.session.scalar(mails) or 0) <= 2
        (failed,) = queries.events(books, Wanted(kind="failed"), None, 10)
    assert failed.count == 5_001
    assert alerts(iyer) == []
    clock.advance(days=3)
    with open_directory() as directory:
        identity.forget_old_failures(directory)
        assert directory.scalar(select(func.count()).select_from(FailedSignIn)) == 0


def test_a_quiet_business_writes_nothing(sharma: Shop, clock: Clock, max_queries: Callable[[int], object]) -> None:
    watch(sharma)
    clock.advance(hours=3)
    with max_queries(12) as sent:  # type: ignore[attr-defined]
        assert watch(sharma) == 0
    assert [one for one in sent if one.split()[0].lower() in {"insert", "update", "delete"}] == []


def test_a_threshold_holds_from_its_day_on(sharma: Shop, ravi: Actor, clock: Clock) -> None:
    with open_books(sharma.actor) as books:
        service.set_threshold(books, rules.OFTEN_REFUSED, 3, books.today + timedelta(days=1))
        for rule, most, since in (("nothing", 5, books.today), (rules.GUESSING, 0, books.today), (rules.GUESSING, 5, date(2026, 11, 19))):
            with pytest.raises(InvalidInput):
                service.set_threshold(books, rule, most, since)
    for _ in range(3):
        security_events.note_refusal(ravi, 403)
    assert watch(sharma) == 0
    clock.advance(days=1)
    for _ in range(3):
        security_events.note_refusal(ravi, 403)
    assert watch(sharma) == 1


def test_ending_sign_ins_ends_those_of_this_business_alone(sharma: Shop, iyer: Shop, ravi: Actor, app: Flask) -> None:
    assert ravi.user_id
    with open_directory() as directory:
        token = identity.open_sign_in(directory, ravi.user_id, user_agent="", address="")
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        service.end_sign_ins(books, ravi.user_id)
    with open_books(ravi) as books, pytest.raises(Forbidden):
        service.end_sign_ins(books, _owner(sharma))
    with open_directory() as directory:
        assert identity.signed_in(directory, token) is not None
    with open_books(sharma.actor) as books:
        service.end_sign_ins(books, ravi.user_id)
    with open_directory() as directory:
        assert identity.signed_in(directory, token) is None


def _owner(shop: Shop) -> UUID:
    assert shop.actor.user_id
    return shop.actor.user_id


# The page ---------------------------------------------------------------------------------------------------------------


def test_the_list_is_searched_filtered_paged_and_sent_out(sharma: Shop, iyer: Shop, ravi: Actor, browse: Browse, clock: Clock) -> None:
    client = browse(sharma)
    assert "Nothing has been noted yet" in client.get("/security-events").text
    act(ravi, "change", "member", 60, role="accountant <b>")
    act(ravi, "login", "user", address="203.0.113.77")
    act(iyer.actor, "login", "user", address="198.51.100.99")
    watch(sharma)
    watch(iyer)
    page = client.get("/security-events").text
    assert "203.0.113.77" in page
    assert "198.51.100.99" not in page
    assert "accountant &lt;b&gt;" in page
    assert "before=" in page
    assert "203.0.113.77" in client.get("/security-events?q=0.113.77").text
    assert "No event matches" in client.get("/security-events?q=nothing-like-it").text
    assert "accountant" not in client.get("/security-events?kind=sign_in").text
    assert "203.0.113.77" in client.get(f"/security-events?person={ravi.user_id}&from=2026-11-20&to=2026-11-20").text
    assert "203.0.113.77" in client.get("/security-events?format=csv").text
    assert client.get("/security-events?before=x&kind=y&person=z&from=q").status_code == 200


def test_an_alert_has_its_remedy_beside_it(sharma: Shop, ravi: Actor, browse: Browse) -> None:
    act(ravi, "export", "report", 30)
    watch(sharma)
    client = browse(sharma)
    page = client.get("/security-events?kind=alerts").text
    assert f"/security-events/people/{ravi.user_id}/end-of-sign-ins" in page
    assert f"/settings/members/{ravi.user_id}" in page
    assert client.post(f"/security-events/people/{ravi.user_id}/end-of-sign-ins").status_code == 303


def test_a_refusal_over_http_is_counted(app: Flask, sharma: Shop, ravi: Actor) -> None:
    assert ravi.user_id
    client = app.test_client()
    with open_directory() as directory:
        token = identity.open_sign_in(directory, ravi.user_id, user_agent="", address="")
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    assert [client.get("/security-events").status_code for _ in range(3)] == [403] * 3
    with read_books(sharma.actor) as books:
        (one,) = queries.events(books, Wanted(kind="refused"), None, 10)
    assert (one.user_id, one.count) == (ravi.user_id, 3)


def test_thresholds_are_kept_by_the_owner(sharma: Shop, browse: Browse) -> None:
    client = browse(sharma)
    wrong = client.post("/security-events/thresholds", data={"rule": "guessing", "most": "many", "since": "2026-11-20"})
    assert wrong.status_code == 422
    assert "many" in wrong.text
    kept = client.post("/security-events/thresholds", data={"rule": "guessing", "most": "7", "since": "2026-11-20"})
    assert kept.status_code == 303
    with read_books(sharma.actor) as books:
        assert rules.thresholds(books.today, queries.own_thresholds(books))["guessing"] == 7
