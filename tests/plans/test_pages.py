"""The page of the plan, as owners use it and as others try to: asked for, given, refused, warned of, told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from jobs.people_mails import send_people_mails
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.plans.conftest import PLANS, Browse, Hosting, as_host, give
from tests.sales.trade import Trade, open_trade
from webapp import company, messaging
from webapp.company import StoreDraft
from webapp.messaging import Outcome
from webapp.notifications.models import Notice
from webapp.plans import queries, routes, service
from webapp.platform.audit import EditLogEntry
from webapp.platform.people_mail import PersonMail
from webapp.platform.permissions import Permission, Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

PAGE, ASK, BACK = "/settings/plan", "/settings/plan/request", "/settings/plan/request/withdrawal"
Hire = Callable[..., Actor]
MAIL = {"mail_url": "smtp://127.0.0.1:1", "mail_from": "post@munim.example"}


@pytest.fixture
def owner(browse: Browse, sharma: Shop) -> FlaskClient:
    return browse(sharma.actor)


def stands(shop: Shop) -> str:
    with read_books(shop.actor) as books:
        return queries.stands_on(books).key


def asked(shop: Shop) -> queries.Asked | None:
    with read_books(shop.actor) as books:
        return queries.waiting(books)


def told(shop: Shop) -> list[str]:
    with read_books(shop.actor) as books:
        found = books.session.scalars(select(Notice).where(Notice.event.like("plan%")).order_by(Notice.id))
        return [f"{one.event}: {one.title}" for one in found]


def log(shop: Shop) -> list[str]:
    with read_books(shop.actor) as books:
        found = books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity.like("plan%")).order_by(EditLogEntry.seq))
        return [f"{one.action} {one.entity} by {one.user_name}" for one in found]


def test_the_page_says_what_is_had_and_used_in_both_languages(owner: FlaskClient, sharma: Shop, hire: Hire, clock: Clock) -> None:
    give(sharma, "shop", until=clock.now.date())
    hire(sharma)
    page = owner.get(PAGE).text
    for words in ("Shop", "Last day", "20-Nov-2026", "₹499.00 a month", "₹4,990.00 a year", "Free", "Chain", "plans@host.example"):
        assert words in page, words
    assert "The plan ends on" in page
    assert "After 24 bills in a month" in page
    with owner.session_transaction() as session:
        session["language"] = "hi"
    hindi = owner.get(PAGE).text
    for words in ("दुकान", "शृंखला", "मुफ़्त"):
        assert words in hindi, words
    assert "What is used" not in hindi
    assert "राज्य" not in hindi, "that state is one of India"
    assert "Ask for another plan" not in hindi


def test_a_plan_with_a_price_is_asked_for_and_told_to_the_host(
    hosting_app: Flask, hosting: Hosting, owner: FlaskClient, sharma: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosting(**MAIL)
    give(sharma, "free")
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(messaging, "mail_person", lambda _id, to, subject, words: sent.append((to, subject, words)) or Outcome.SENT)
    note = "Second shop\r\nBcc: everybody@example.in"
    assert owner.post(ASK, data={"plan": "shop", "paid_by": "year", "note": note}).status_code == 303
    assert stands(sharma) == "free", "until the host says so"
    waiting = asked(sharma)
    assert waiting is not None
    assert (waiting.plan_key, waiting.paid_by, "\n" in waiting.note) == ("shop", "year", False)
    send_people_mails()
    [(to, subject, words)] = sent
    assert to == "plans@host.example"
    assert "asks for the plan shop" in subject
    assert "\n" not in subject
    assert "plan set SHAR" in words
    assert "Their note: Second shop Bcc: everybody@example.in" in words
    page = owner.get(PAGE).text
    assert "Asked for" in page
    assert "https://host.example/pay" in page
    give(sharma, "shop")
    assert asked(sharma) is None
    assert told(sharma)[-1] == "plan_changed: The plan of Sharma Stores is Shop / दुकान"
    assert log(sharma)[-2:] == ["change plan by console", "end plan_request by console"]


def test_a_plan_that_costs_nothing_counts_at_once(owner: FlaskClient, sharma: Shop) -> None:
    give(sharma, "chain")
    assert owner.post(ASK, data={"plan": "free", "paid_by": "month"}).status_code == 303
    assert (stands(sharma), asked(sharma)) == ("free", None)


def test_all_count_at_once_where_the_file_says_so(hosting: Hosting, owner: FlaskClient, sharma: Shop) -> None:
    hosting("self_service = true\n" + PLANS)
    give(sharma, "free")
    assert owner.post(ASK, data={"plan": "chain", "paid_by": "month"}).status_code == 303
    assert stands(sharma) == "chain"


def test_what_was_paid_through_a_day_is_not_given_up_by_a_click(owner: FlaskClient, sharma: Shop, clock: Clock) -> None:
    give(sharma, "shop", until=clock.now.date().replace(year=2027))
    assert owner.post(ASK, data={"plan": "free"}).status_code == 303
    assert stands(sharma) == "shop"
    assert asked(sharma) is not None


def test_a_plan_with_a_last_day_is_asked_for_again_before_it_ends(owner: FlaskClient, sharma: Shop, clock: Clock) -> None:
    """Whoever pays from year to year does not wait until his invoices are refused."""
    last = clock.now.date()
    give(sharma, "shop", until=last)
    assert '<option value="shop"' in owner.get(PAGE).text
    assert owner.post(ASK, data={"plan": "shop", "paid_by": "month"}).status_code == 303
    waiting = asked(sharma)
    assert waiting is not None
    assert waiting.plan_key == "shop"
    service.extend(as_host(sharma), last.replace(year=2027))
    assert asked(sharma) is None, "a longer time is the answer"
    owner.post(ASK, data={"plan": "chain", "paid_by": "month"})
    service.extend(as_host(sharma), last.replace(year=2028))
    assert asked(sharma) is not None, "but none for who waits for another plan"


def test_nothing_used_is_not_too_much_of_nothing(browse: Browse, sharma: Shop, hosting: Hosting, clock: Clock) -> None:
    hosting(PLANS.replace('afterwards = "free"\n', ""))
    give(sharma, "shop", until=clock.now.date())
    clock.advance(days=1)
    page = browse(sharma.actor).get(PAGE).text
    assert "The plan has ended." in page
    assert page.count("More than the plan has") == 2, "people and stores; no bill was made"


def test_a_smaller_plan_that_would_not_fit_says_what_is_over(owner: FlaskClient, sharma: Shop, hire: Hire) -> None:
    give(sharma, "chain")
    for code in ("PUN", "GOD"):
        with open_books(sharma.actor) as books:
            company.create_store(books, StoreDraft(name=code, code=code))
    hire(sharma)
    hire(sharma, name="Mina")
    answer = owner.post(ASK, data={"plan": "free", "paid_by": "month", "note": "too dear"})
    assert answer.status_code == 422
    assert (
        "People, with those invited: 3 of 2, so 1 must be removed or deactivated. Open stores: 3 of 1, so 2 must be closed." in answer.text
    )
    assert "too dear" in answer.text, "what was typed is kept"
    assert (stands(sharma), asked(sharma)) == ("chain", None)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"plan": "gold"}, "plan"),
        ({"plan": ""}, "plan"),
        ({"plan": "free"}, "plan"),
        ({"plan": "shop", "paid_by": "century"}, "paid_by"),
        ({"plan": "chain", "paid_by": "year"}, "paid_by"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(owner: FlaskClient, sharma: Shop, form: dict[str, str], field: str) -> None:
    give(sharma, "free")
    answer = owner.post(ASK, data=form)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert asked(sharma) is None


def test_a_business_asks_for_one_plan_and_not_all_day_long(owner: FlaskClient, sharma: Shop, hosting: Hosting) -> None:
    hosting(**MAIL)
    give(sharma, "free")
    for number in range(service.MOST_ASKED):
        assert owner.post(ASK, data={"plan": ("shop", "chain")[number % 2], "paid_by": "month"}).status_code == 303
    assert owner.post(ASK, data={"plan": "chain", "paid_by": "month"}).status_code == 409
    with open_directory(writes=False) as directory:
        assert len(directory.scalars(select(PersonMail).where(PersonMail.purpose == "plan_asked")).all()) == service.MOST_ASKED
    assert asked(sharma) is not None
    assert owner.post(BACK).status_code == 303
    assert asked(sharma) is None
    assert owner.post(BACK).status_code == 303, "safe to repeat"


def test_a_trial_is_had_once(owner: FlaskClient, sharma: Shop, clock: Clock) -> None:
    """To go to the free plan and back brings no second trial, nor does waiting."""
    service.set_plan(sharma.actor, "free")
    assert owner.post(ASK, data={"plan": "shop", "paid_by": "month"}).status_code == 303
    clock.advance(days=400)
    with read_books(sharma.actor) as books:
        assert (queries.stands_on(books).key, queries.stands_on(books).is_trial) == ("free", False)


def test_who_may_and_who_may_not(hosting_app: Flask, browse: Browse, sharma: Shop, iyer: Shop, hire: Hire) -> None:
    give(sharma, "free")
    give(iyer, "free")
    for role in Role:
        if role in (Role.OWNER, Role.CUSTOM):
            continue
        actor = hire(sharma, role, name=role.value.title())
        client = browse(actor)
        may = actor.may(Permission.COMPANY_WRITE)
        assert client.get(PAGE).status_code == (200 if may else 403), role
        assert ("/settings/plan" in client.get("/account/sign-ins").text) == may, "the menu offers what may be opened"
        if not may:
            assert client.post(ASK, data={"plan": "shop", "paid_by": "month"}).status_code == 403
            assert client.post(BACK).status_code == 403
    assert asked(sharma) is None
    assert hosting_app.test_client().get(PAGE).status_code == 303
    browse(sharma.actor).post(ASK, data={"plan": "shop", "paid_by": "month"})
    assert "Asked for" not in browse(iyer.actor).get(PAGE).text
    assert asked(iyer) is None


def test_who_found_a_screen_open_changes_nothing(owner: FlaskClient, sharma: Shop, clock: Clock) -> None:
    give(sharma, "chain")
    clock.advance(minutes=11)
    for path in (ASK, BACK):
        answer = owner.post(path, data={"plan": "free", "paid_by": "month"})
        assert answer.status_code == 401
        assert "proof_password" in answer.text
    assert stands(sharma) == "chain"
    assert owner.post(ASK, data={"plan": "free", "proof_password": sharma.password}).status_code == 303
    assert stands(sharma) == "free"


def test_where_nobody_hosts_there_is_no_page_and_no_word_of_it(app: Flask, sharma: Shop) -> None:
    from tests.counter.device import signed_in

    client = signed_in(app, sharma)
    assert client.get(PAGE).status_code == 404
    assert client.post(ASK).status_code == 404
    for path in ("/settings", "/bills", "/settings/messages", "/notices/choices", "/message-log", "/edit-log"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert "settings/plan" not in page.text, path
        assert "plan_changed" not in page.text, path
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("plans.")]


def test_the_menu_of_one_machine_is_not_that_of_another(app: Flask, hosting_app: Flask, sharma: Shop, owner: FlaskClient) -> None:
    from tests.counter.device import signed_in

    plain = signed_in(app, sharma)
    for _twice in range(2):
        assert "/settings/plan" in owner.get("/bills").text
        assert "/settings/plan" not in plain.get("/bills").text


def test_pages_of_bills_warn_whoever_keeps_the_business(browse: Browse, owner: FlaskClient, sharma: Shop, hire: Hire, clock: Clock) -> None:
    trade: Trade = open_trade(sharma.actor)
    trade.item("Soap", 100, stock_of=1_000)
    give(sharma, "free")
    cashier = browse(hire(sharma))

    def seen(client: FlaskClient, path: str = "/bills") -> str:
        clock.advance(minutes=2)  # longer than a count is kept
        return client.get(path).text

    assert "bills of this month" not in seen(owner)
    for _one in range(8):
        trade.sell(trade.line("Soap"), total=100)
    assert "8 of 10 bills of this month are made." in seen(owner)
    assert "8 of 10 bills" in seen(owner, "/bills/new")
    assert "8 of 10 bills" in seen(owner, "/counter/tills")
    assert "8 of 10 bills" not in seen(owner, "/items"), "where no bills are made"
    assert "8 of 10 bills" not in seen(cashier), "whoever can do nothing about it"
    for _one in range(3):
        trade.sell(trade.line("Soap"), total=100)
    assert "This month has 11 bills; your plan has 10." in seen(owner)
    trade.sell(trade.line("Soap"), total=100)
    assert "The office issues no more." in seen(owner)
    refused = owner.post("/bills", data={"item-1": "Soap", "qty-1": "1", "pay": "cash"})
    assert refused.status_code == 422
    assert "limit of 10 bills a month is passed: Nov 2026 has 12 of them. Counters go on billing." in refused.text


def test_a_warning_is_counted_once_a_minute(owner: FlaskClient, sharma: Shop, max_queries: Callable[..., object]) -> None:
    give(sharma, "free")
    routes.forget(sharma.company_id)
    with max_queries(100) as first:  # type: ignore[attr-defined]
        owner.get("/bills")
    with max_queries(100) as second:  # type: ignore[attr-defined]
        owner.get("/bills")
    assert [statement for statement in first if "company_plan" in statement]
    assert not [statement for statement in second if "company_plan" in statement]


def test_people_and_stores_refuse_on_their_own_pages(owner: FlaskClient, sharma: Shop, hire: Hire) -> None:
    ravi = hire(sharma)
    give(sharma, "free")
    invited = owner.post("/settings/invitations", data={"email": "mina@example.in", "role": "cashier", "which": "all"})
    assert invited.status_code == 422
    assert 'id="f-email-error"' in invited.text
    assert "mina@example.in" in invited.text
    made = owner.post("/settings/stores", data={"name": "Godown", "code": "GOD"})
    assert made.status_code == 422
    assert 'id="f-name-error"' in made.text
    assert "Close one that is not used any more" in made.text
    owner.post(f"/settings/members/{ravi.user_id}/deactivation")
    owner.post("/settings/invitations", data={"email": "mina@example.in", "role": "cashier", "which": "all"})
    again = owner.post(f"/settings/members/{ravi.user_id}/reactivation")
    assert again.status_code == 409
    assert "limit of 2 people" in again.text


def test_refusals_are_told_in_hindi(owner: FlaskClient, sharma: Shop, hire: Hire, hosting: Hosting) -> None:
    hosting(PLANS + '[plans.tiny]\nname = "Tiny"\norder = 0\nmembers = 1\nstores = 1\nprice_month_paise = 0\n')
    hire(sharma)
    hire(sharma, name="Mina")
    give(sharma, "chain")
    with open_books(sharma.actor) as books:
        company.create_store(books, StoreDraft(name="Pune", code="PUN"))
    give(sharma, "free")
    with owner.session_transaction() as session:
        session["language"] = "hi"
    for path, form in (
        ("/settings/invitations", {"email": "mina@example.in", "role": "cashier", "which": "all"}),
        ("/settings/stores", {"name": "Godown", "code": "GOD"}),
        (ASK, {"plan": "free"}),
        (ASK, {"plan": "tiny", "paid_by": "month"}),
    ):
        answer = owner.post(path, data=form)
        assert answer.status_code == 422
        for english in ("limit of", "Deactivate somebody", "Close one", "This is the plan", "must be"):
            assert english not in answer.text, path


@pytest.mark.parametrize("statement", ["update company_plan set members = 999", "delete from company_plan"])
def test_the_database_itself_keeps_what_was_granted(sharma: Shop, hosted: Path, statement: str) -> None:
    give(sharma, "free")
    with pytest.raises(DatabaseError, match="never changed or deleted"), open_books(sharma.actor) as books:
        books.connection.execute(text(statement))
