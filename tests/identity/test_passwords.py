"""Passwords: strong when they are chosen, chosen anew by a link that works once, and guessed by nobody who makes others wait."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from jobs.people_mails import send_people_mails
from jobs.sign_ins import tell_of_new_sign_in
from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop, found_shop
from tests.identity.test_sign_ins import enter
from webapp import messaging
from webapp.identity import devices, letters, rules, strength
from webapp.identity.letters import LinkSpent
from webapp.identity.models import MailedLink, UserAccount
from webapp.kernel.errors import InvalidInput
from webapp.messaging import Outcome
from webapp.notifications.models import Notice
from webapp.platform import machine
from webapp.platform.outbox import Job, OutboxEvent
from webapp.platform.people_mail import MOST_TRIES, PersonMail
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books, open_directory

NEW = "banyan peepal tulsi 772"
Sent = list[tuple[str, str, str]]


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What the machine's mail server was given."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    settings: Settings = app.extensions["munim.settings"]
    monkeypatch.setattr(machine, "_settings", replace(settings, mail_url="smtp://127.0.0.1:1", mail_from="post@munim.example"))
    sent: Sent = []

    def take(_id: object, to: str, subject: str, text: str) -> Outcome:
        sent.append((to, subject, text))
        return Outcome.SENT

    monkeypatch.setattr(messaging, "mail_person", take)
    return sent


def token_in(text: str) -> str:
    found = re.search(r"\?token=([\w-]{43})", text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("sharma stores 2026", "your own name"),
        ("sharma stores 1", "your own name"),
        ("password1234", "many others use"),
        ("qazwsxedcrfv", "many others use"),
        ("20-11-1985", "a day or a year"),
        ("x" * 20, "first that are guessed"),
        ("short", "at least 8"),
        ("a b" * 50, "at most 128"),
    ],
)
def test_what_would_soon_be_guessed_is_refused_with_the_reason(app: Flask, password: str, words: str) -> None:
    with app.test_request_context(), pytest.raises(InvalidInput) as refusal:
        strength.require_strong(password, ("owner@sharma.example", "Sharma Stores"))
    assert words in refusal.value.errors["password"]


@pytest.mark.parametrize("password", [NEW, "कमल का फूल तालाब में", "correct horse battery", "7%fG!q2_zT", "aB3$xY9!" * 16])
def test_what_is_hard_to_guess_is_taken_however_it_is_made(app: Flask, password: str) -> None:
    with app.test_request_context():
        strength.require_strong(password, ("owner@sharma.example", "Sharma Stores", "", "a"))


def test_forms_ask_for_strength_and_never_show_a_password_again(post: Sent, app: Flask, sharma: Shop) -> None:
    client = app.test_client()
    asked = {"business_name": "Rao Traders", "state_code": "29", "shop_kind": "kirana", "email": "rao@example.in"}
    enter(app, sharma).post("/settings/invitations", data={"email": "mina@example.in", "role": "cashier"})
    send_people_mails()
    invited = {"token": token_in(post[-1][2]), "person_name": "Mina", "email": "mina@example.in"}
    for form, url in ((asked, "/sign-up"), (invited, "/invitation")):
        answer = client.post(url, data={**form, "password": "password1234"})
        assert answer.status_code == 422
        assert "many others use" in answer.text
        assert form["email"] in answer.text
        assert "password1234" not in answer.text
    with open_directory() as directory:
        assert directory.scalar(select(UserAccount.id).where(UserAccount.email.in_(["rao@example.in", "mina@example.in"]))) is None
    assert client.post("/sign-up", data={**asked, "password": NEW}).status_code == 303


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(post: Sent, app: Flask, sharma: Shop, iyer: Shop) -> None:
    before = enter(app, sharma)
    client = app.test_client()
    answers = [client.post("/password-reset", data={"email": email}) for email in (sharma.email, "nobody@example.in")]
    shown = [answer.text.replace(email, "") for answer, email in zip(answers, (sharma.email, "nobody@example.in"), strict=True)]
    assert shown[0] == shown[1]
    assert [answer.status_code for answer in answers] == [200, 200]
    send_people_mails()
    assert [to for to, _, _ in post] == [sharma.email]
    token = token_in(post[0][2])
    with open_directory() as directory:
        assert directory.scalar(select(MailedLink.token_hash).where(MailedLink.token_hash == token)) is None, "the token is not kept"
    url = f"/password-reset/new?token={token}"
    assert [client.get(url).status_code for _ in range(2)] == [200, 200], "to look uses nothing up"
    weak = client.post("/password-reset/new", data={"token": token, "new_password": "sharma stores"})
    assert weak.status_code == 422
    assert client.post("/password-reset/new", data={"token": token, "new_password": NEW}).status_code == 303
    assert client.post("/password-reset/new", data={"token": token, "new_password": NEW}).status_code == 410
    assert client.get("/settings").status_code == 303, "it signs nobody in"
    assert before.get("/settings").status_code == 303, "every sign-in has ended"
    assert enter(app, sharma, password=NEW)
    assert enter(app, iyer).get("/settings").status_code == 200
    send_people_mails()
    assert [subject for _, subject, _ in post] == ["Choose a new password", "Your password was changed"]


def test_asking_is_the_same_work_for_an_address_that_nobody_has(post: Sent, client: FlaskClient, sharma: Shop, max_queries: object) -> None:
    def statements(email: str) -> list[str]:
        with max_queries(40) as sent:  # type: ignore[operator]
            client.post("/password-reset", data={"email": email})
        return [one.split("VALUES")[0] for one in sent]

    statements("somebody@example.in")  # the network's count is there from now on
    assert statements("nobody@example.in") == statements(sharma.email)


def test_a_link_ends_and_the_newest_alone_works(post: Sent, app: Flask, sharma: Shop, clock: Clock) -> None:
    client = app.test_client()
    for _ in range(2):
        client.post("/password-reset", data={"email": sharma.email})
        send_people_mails()
    first, second = (token_in(text) for _, _, text in post)
    assert [client.get(f"/password-reset/new?token={token}").status_code for token in (first, second)] == [410, 200]
    clock.advance(minutes=31)
    tried = (second, "", "x" * 5000, "' or 1=1 --", sharma.email)
    assert [client.get("/password-reset/new", query_string={"token": token}).status_code for token in tried] == [410] * len(tried)
    assert client.get(f"/email-verification?token={second}").status_code == 410, "of another purpose"


def test_nobodys_mailbox_is_filled(post: Sent, app: Flask, sharma: Shop) -> None:
    for network in range(letters.MOST_AN_HOUR + 4):
        app.test_client().post("/password-reset", data={"email": sharma.email}, environ_base={"REMOTE_ADDR": f"203.0.113.{network}"})
    send_people_mails()
    assert len(post) == letters.MOST_AN_HOUR


def test_mail_that_does_not_leave_is_tried_again_and_given_up(
    post: Sent, app: Flask, sharma: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(messaging, "mail_person", lambda _id, to, _subject, _text: tried.append(to) or Outcome.LATER)
    app.test_client().post("/password-reset", data={"email": sharma.email})
    for _ in range(MOST_TRIES + 3):
        send_people_mails()
        clock.advance(minutes=15)
    assert len(tried) == MOST_TRIES
    with open_directory() as directory:
        assert directory.scalar(select(PersonMail.id).where(PersonMail.ended_at.is_(None))) is None


def test_where_no_mail_leaves_the_page_says_whom_to_ask(app: Flask, client: FlaskClient) -> None:
    assert "python -m webapp user password" in client.get("/password-reset").text


def test_an_address_is_shown_to_be_ones_own(post: Sent, app: Flask, sharma: Shop, iyer: Shop) -> None:
    tab = enter(app, sharma)
    assert "is not confirmed yet" in tab.get("/account/sign-ins").text
    assert tab.post("/account/email-verification").status_code == 303
    send_people_mails()
    token = token_in(post[0][2])
    assert tab.get(f"/email-verification?token={token}").status_code == 200
    assert tab.post("/email-verification", data={"token": token}).status_code == 303
    assert "is not confirmed yet" not in tab.get("/account/sign-ins").text
    assert "is not confirmed yet" in enter(app, iyer).get("/account/sign-ins").text
    assert tab.post("/email-verification", data={"token": token}).status_code == 410


def test_two_with_one_link_at_once_are_one(real_engine: Engine, app: Flask) -> None:
    from webapp.platform import db

    db.use(real_engine)
    shop = found_shop("Rao", email=f"{uuid4().hex}@rao.example", state_code="29")
    token = "t" * 43
    with open_directory() as directory:
        user = directory.get_one(UserAccount, shop.actor.user_id)
        made = MailedLink(token_hash=devices.token_hash(token), user_id=user.id, purpose="reset", email=user.email)
        made.expires_at = user.created_at + timedelta(days=9_000)
        directory.add(made)
    ends: list[str] = []

    def use() -> None:
        try:
            with open_directory() as directory:
                letters.spend(directory, "reset", token)
            ends.append("spent")
        except LinkSpent:
            ends.append("refused")

    threads = [Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["refused"] * 7 + ["spent"]


def guess(client: FlaskClient, shop: Shop, address: str, password: str = "not this one") -> int:
    answer = client.post("/sign-in", data={"email": shop.email, "password": password}, environ_base={"REMOTE_ADDR": address})
    return answer.status_code


def test_who_fails_elsewhere_keeps_nobody_out(post: Sent, app: Flask, sharma: Shop) -> None:
    stranger = app.test_client()
    codes = [guess(stranger, sharma, "203.0.113.9") for _ in range(rules.FREE_TRIES + 2)]
    assert codes == [422] * rules.FREE_TRIES + [429] * 2
    assert guess(stranger, sharma, "203.0.113.9", PASSWORD) == 429
    assert guess(app.test_client(), sharma, "198.51.100.1", PASSWORD) == 303, "from another network: as if nothing had been"


def test_a_known_browser_waits_for_its_own_tries_alone(post: Sent, app: Flask, sharma: Shop, iyer: Shop) -> None:
    own = app.test_client()
    assert guess(own, sharma, "203.0.113.9", PASSWORD) == 303
    own.post("/sign-out")
    stranger = app.test_client()
    for number in range(rules.FREE_TRIES + rules.MORE_OF_A_NETWORK):
        guess(stranger, replace(sharma, email=f"guessed{number}@example.in"), "203.0.113.9")
    assert guess(stranger, iyer, "203.0.113.9", PASSWORD) == 429, "the network waits, too"
    assert guess(own, sharma, "203.0.113.9", PASSWORD) == 303, "beside the one who guesses, behind the same address"
    own.post("/sign-out")
    assert [guess(own, sharma, "198.51.100.1") for _ in range(rules.FREE_TRIES + 1)][-1] == 429, "it is no way to guess without end"
    stranger.set_cookie("munim-device", "x" * 43)
    assert guess(stranger, sharma, "203.0.113.9", PASSWORD) == 429, "a cookie that we did not give is none"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("", ""),
        ("?", "?"),
    ],
)
def test_a_network_is_what_one_customer_has(address: str, network: str) -> None:
    assert devices.network_of(address) == network


def test_who_comes_from_a_new_browser_is_told_himself(post: Sent, app: Flask, sharma: Shop, iyer: Shop) -> None:
    def facts() -> list[OutboxEvent]:
        with open_books(sharma.actor) as books:
            return list(books.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "SignedInAnew")))

    known = enter(app, sharma)
    known.post("/sign-out")
    known.post("/sign-in", data={"email": sharma.email, "password": PASSWORD})
    assert facts() == [], "his first browser, and the same again"
    enter(app, sharma)
    fact = facts()[0]
    assert (fact.payload["device"], fact.payload["address"]) == ("Chrome, Windows", "127.0.0.1")
    tell_of_new_sign_in(Job(sharma.company_id, fact.id, fact.payload))
    for shop, count in ((sharma, 1), (iyer, 0)):
        with open_books(shop.actor) as books:
            notices = [one for one in books.session.scalars(select(Notice)) if one.event == "new_sign_in"]
            assert len(notices) == count
            assert all(one.user_id == sharma.actor.user_id for one in notices)
