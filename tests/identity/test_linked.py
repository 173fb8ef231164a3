"""Identities at issuers: linked and unlinked by their own person, and by an address only where both were shown that it is his."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop, found_shop
from tests.identity.issuers import (
    SUBJECT,
    Liar,
    come_back,
    confirm_address,
    go,
    have_linked,
    is_in,
    rows,
    user_of,
    who,
)
from tests.identity.test_passwords import NEW, Sent, post  # noqa: F401 - a fixture
from tests.identity.test_second_step import app_of, enrol
from tests.identity.test_sign_ins import enter
from webapp import identity
from webapp.identity import linked, oidc
from webapp.identity.issuer_trouble import TripOver
from webapp.identity.models import HeldIdentity, IssuerTrip, LinkedIdentity, SignIn, UserAccount
from webapp.identity.oidc import Assertion
from webapp.identity.sessions import token_hash
from webapp.platform import db
from webapp.platform.tenancy import open_directory

# Whose it is ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "theirs", "is_ours", "has_other", "is_linked"),
    [
        ("owner@sharma.example", True, True, False, True),
        ("Owner@Sharma.example", True, True, False, True),
        ("owner@sharma.example", True, False, False, False),
        ("owner@sharma.example", False, True, False, False),
        ("owner@sharma.example", "true", True, False, False),
        ("owner@sharma.example", None, True, False, False),
        ("owner@sharma.example", True, True, True, False),
        ("other@sharma.example", True, True, False, False),
    ],
)
def test_an_address_links_only_where_both_were_shown_that_it_is_his(
    app: Flask, liar: Liar, sharma: Shop, *, email: str, theirs: object, is_ours: bool, has_other: bool, is_linked: bool
) -> None:
    if is_ours:
        confirm_address(sharma)
    if has_other:  # an address that its mail server gave to a successor
        with open_directory() as directory:
            linked.link(directory, user_of(sharma), who(liar, subject="before him"), by="test")
    liar.claims = {"email": email, "email_verified": theirs}
    client = app.test_client()
    assert come_back(client, go(client, liar)).status_code == 303
    assert is_in(client) is is_linked
    assert rows(LinkedIdentity) == is_linked + has_other
    assert rows(HeldIdentity) == (not is_linked)


def test_the_address_is_not_who_he_is(app: Flask, liar: Liar, sharma: Shop, iyer: Shop) -> None:
    have_linked(liar, sharma)
    confirm_address(iyer)
    liar.claims = {"email": iyer.email, "email_verified": True}
    client = app.test_client()
    assert come_back(client, go(client, liar)).status_code == 303
    assert sharma.name in client.get("/businesses").text


def test_who_is_unknown_signs_up_and_is_linked(app: Flask, liar: Liar) -> None:
    liar.claims = {"name": "Meera <b>Rao</b>", "email": "meera@rao.example"}
    client = app.test_client()
    answer = come_back(client, go(client, liar))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-up")
    assert (rows(UserAccount), rows(LinkedIdentity)) == (2, 0), "no account is made in silence"
    shown = client.get("/sign-up").text
    assert 'value="meera@rao.example"' in shown
    assert "Nobody here is linked" in shown
    assert "Nobody here is linked" not in app.test_client().get("/sign-up").text
    form = {"business_name": "Rao Traders", "state_code": "29", "shop_kind": "kirana", "email": "other@rao.example"}
    assert client.post("/sign-up", data={**form, "password": "password1234"}).status_code == 422
    assert client.post("/sign-up", data={**form, "password": NEW}).status_code == 303
    with open_directory() as directory:
        kept = directory.scalars(select(LinkedIdentity)).one()
        user = directory.get_one(UserAccount, kept.user_id)
        assert (kept.subject, user.email, user.name, user.email_verified_at) == (SUBJECT, "other@rao.example", "Meera <b>Rao</b>", None)
    assert rows(HeldIdentity) == 0
    again = app.test_client()
    assert come_back(again, go(again, liar)).headers["Location"] == "/"
    assert is_in(again)


def test_what_is_held_ends_and_is_of_one_browser(app: Flask, liar: Liar, clock: Clock, sharma: Shop) -> None:
    client = app.test_client()
    come_back(client, go(client, liar))
    clock.advance(minutes=30)
    assert "Nobody here is linked" not in client.get("/sign-up").text
    have_linked(liar, sharma)
    form = {"business_name": "Rao Traders", "state_code": "29", "shop_kind": "kirana", "email": "rao@rao.example", "password": NEW}
    assert client.post("/sign-up", data=form).status_code == 303
    with open_directory() as directory:
        assert directory.scalars(select(LinkedIdentity.user_id)).one() == user_of(sharma)


def test_what_was_linked_meanwhile_stays_whose_it_is(app: Flask, liar: Liar, sharma: Shop) -> None:
    client = app.test_client()
    come_back(client, go(client, liar))
    have_linked(liar, sharma)
    form = {"business_name": "Rao Traders", "state_code": "29", "shop_kind": "kirana", "email": "rao@rao.example", "password": NEW}
    assert client.post("/sign-up", data=form).status_code == 303
    with open_directory() as directory:
        assert directory.scalars(select(LinkedIdentity.user_id)).one() == user_of(sharma)


def test_one_links_and_unlinks_ones_own_after_a_proof(
    post: Sent,  # noqa: F811
    app: Flask,
    liar: Liar,
    sharma: Shop,
    iyer: Shop,
    clock: Clock,
) -> None:
    tab, other = enter(app, sharma), enter(app, iyer)
    assert "Nothing is linked yet" in tab.get("/account/identities").text
    clock.advance(minutes=11)
    assert tab.post("/account/identities/with/liar").status_code == 401
    sent = go(tab, liar, "/account/identities/with/liar", proof_password=PASSWORD)
    foreign = go(other, liar, "/account/identities/with/liar", proof_password=PASSWORD)
    liar.nonce = sent["nonce"]
    assert come_back(tab, sent).headers["Location"] == "/account/identities"
    shown = tab.get("/account/identities").text
    assert "It is linked" in shown
    assert "asha@example.in" in shown
    liar.nonce = foreign["nonce"]
    assert come_back(other, foreign).headers["Location"] == "/account/identities"
    assert "opens another account here" in other.get("/account/identities").text
    which = re.search(r'name="which" value="([0-9a-f-]{36})"', shown)
    assert which
    assert other.post("/account/identities/removal", data={"which": which[1]}).status_code == 404
    assert tab.post("/account/identities/removal", data={"which": "x" * 5000}).status_code == 404
    clock.advance(minutes=11)
    assert tab.post("/account/identities/removal", data={"which": which[1]}).status_code == 401
    assert rows(LinkedIdentity) == 1
    assert tab.post("/account/identities/removal", data={"which": which[1], "proof_password": PASSWORD}).status_code == 303
    assert rows(LinkedIdentity) == 0
    assert enter(app, sharma), "the password is a way in that is always left"


def test_a_link_is_of_the_one_who_asked_for_it(app: Flask, liar: Liar, sharma: Shop, iyer: Shop) -> None:
    client = enter(app, sharma)
    sent = go(client, liar, "/account/identities/with/liar")
    assert client.post("/sign-in", data={"email": iyer.email, "password": PASSWORD}).status_code == 303
    assert come_back(client, sent).status_code == 410, "what the browser was known by went with the sign-in"
    client = enter(app, sharma)
    sent = go(client, liar, "/account/identities/with/liar")
    with open_directory() as directory:
        trip = directory.scalars(select(IssuerTrip).where(IssuerTrip.state_hash == token_hash(sent["state"]))).one()
        trip.user_id = user_of(iyer)
    come_back(client, sent)
    assert rows(LinkedIdentity) == 0


def test_the_second_step_is_asked_for_as_after_a_password(app: Flask, liar: Liar, sharma: Shop, clock: Clock) -> None:
    have_linked(liar, sharma)
    enrol(sharma, clock)
    client = app.test_client()
    answer = come_back(client, go(client, liar, next="/items"))
    assert 'action="/sign-in/second-step"' in answer.text
    assert not is_in(client)
    assert client.post("/sign-in/second-step", data={"code": "000000"}).status_code == 422
    done = client.post("/sign-in/second-step", data={"code": app_of(sharma).at(clock.now), "next": "/items"})
    assert (done.status_code, done.headers["Location"]) == (303, "/items")
    with open_directory() as directory:
        assert "liar" in directory.scalars(select(SignIn.by_issuer).where(SignIn.user_id == user_of(sharma))).all()


@pytest.mark.parametrize(("ago", "status"), [(None, 401), (599, 303), (601, 401), (-30, 303)])
def test_an_issuers_word_is_a_fresh_proof_only_where_it_says_when(
    app: Flask, liar: Liar, sharma: Shop, clock: Clock, ago: int | None, status: int
) -> None:
    have_linked(liar, sharma)
    liar.claims = {"auth_time": None if ago is None else int(clock.now.timestamp()) - ago}
    client = app.test_client()
    assert come_back(client, go(client, liar)).status_code == 303
    answer = client.post("/account/identities/removal", data={"which": str(_identity_id())})
    assert answer.status_code == status


def _identity_id() -> UUID:
    with open_directory() as directory:
        return directory.scalars(select(LinkedIdentity.id)).one()


def test_who_is_not_let_in_by_a_password_is_not_let_in_by_an_issuer(app: Flask, liar: Liar, sharma: Shop) -> None:
    have_linked(liar, sharma)
    with open_directory() as directory:
        user = directory.get_one(UserAccount, user_of(sharma))
        user.deactivated_at = user.created_at
    client = app.test_client()
    answer = come_back(client, go(client, liar))
    assert (answer.status_code, "This account is closed" in answer.text) == (403, True)
    assert not is_in(client)


def test_signing_out_ends_ours_and_shows_the_way_to_end_theirs(app: Flask, liar: Liar, sharma: Shop) -> None:
    have_linked(liar, sharma)
    client = app.test_client()
    come_back(client, go(client, liar))
    out = client.post("/sign-out")
    assert out.headers["Location"] == "/sign-in?left=liar"
    assert not is_in(client)
    shown = client.get("/sign-in?left=liar").text
    assert "At Liar &amp; Sons you may still be signed in" in shown
    assert 'href="/sign-in/with/liar/end"' in shown
    there = client.get("/sign-in/with/liar/end")
    assert (there.status_code, there.headers["Location"]) == (303, f"{liar.url}/end?of=session&client_id=munim")
    liar.discovery["end_session_endpoint"] = None
    oidc.forget()
    assert client.get("/sign-in/with/liar/end").headers["Location"] == "/sign-in"
    assert 'href="/sign-in/with/liar/end"' not in client.get("/sign-in?left=liar").text
    assert enter(app, sharma).post("/sign-out").headers["Location"] == "/sign-in"


def test_no_other_page_begins_or_ends_it(app: Flask, liar: Liar, sharma: Shop) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    assert client.post("/sign-in/with/liar").status_code == 403
    assert client.get("/sign-in/with/liar").status_code == 405
    assert client.post("/sign-in/with/liar", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert rows(IssuerTrip) == 0


# Races ------------------------------------------------------------------------------------------------------------------


def at_once(how_many: int, act: Any) -> list[Any]:
    ends: list[Any] = []

    def run(turn: int) -> None:
        try:
            ends.append(act(turn))
        except (TripOver, identity.TooManyTries) as refusal:
            ends.append(type(refusal).__name__)

    threads = [Thread(target=run, args=(turn,)) for turn in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_of_many_at_once_one_links_and_one_ends_a_trip(real_engine: Engine, app: Flask) -> None:
    db.use(real_engine)
    shops = [found_shop("Rao", email=f"{uuid4().hex}@rao.example", state_code="29") for _ in range(2)]
    for shop in shops:
        confirm_address(shop)
    subject = uuid4().hex

    def come(turn: int) -> UUID | None:
        shop = shops[turn % 2]
        said = Assertion("liar", "https://issuer.example", subject, shop.email, is_email_verified=True, name="", authenticated_at=None)
        with open_directory() as directory:
            user = linked.person_of(directory, said)
            return user.id if user else None

    found = at_once(8, come)
    with open_directory() as directory:
        kept = directory.scalars(select(LinkedIdentity.user_id).where(LinkedIdentity.subject == subject)).all()
        assert len(kept) == 1
        assert set(found) == set(kept)
        state = linked.begin_trip(directory, "liar", "a browser")

    def end(_turn: int) -> str:
        with open_directory() as directory:
            linked.end_trip(directory, "liar", "a browser", state)
        return "ended"

    assert sorted(at_once(8, end)) == ["TripOver"] * 7 + ["ended"]
    assert timedelta(minutes=10) == linked.TRIP_LASTS
