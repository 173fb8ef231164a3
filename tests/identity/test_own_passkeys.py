"""One's own passkeys: made, named and removed after a proof; the second step, and the proof asked again; and what is told of them."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

from flask import Flask

from jobs.people_mails import send_people_mails
from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from tests.identity.authenticator import ENROL, HEADERS, PROOF, SECOND, SIGN_IN, Authenticator, Lies, add, drawn, kept_of, log_of, text
from tests.identity.test_fresh import carried
from tests.identity.test_passwords import Sent, post  # noqa: F401 - a fixture
from tests.identity.test_second_step import app_of, first_step, second, user_of
from tests.identity.test_second_step import enrol as enrol_app
from tests.identity.test_sign_ins import enter, strict  # noqa: F401 - a fixture
from webapp import identity
from webapp.identity import passkeys
from webapp.identity.models import Passkey, UserAccount
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory


def test_it_stands_for_the_code_after_the_password(strict: Flask, sharma: Shop, iyer: Shop, clock: Clock) -> None:  # noqa: F811
    enrol_app(sharma, clock)
    tab = first_step(strict, sharma)
    assert second(tab, app_of(sharma).at(clock.now)) == 303
    key, theirs = add(tab), add(enter(strict, iyer))
    client = first_step(strict, sharma)
    assert "Use a passkey" in strict.test_client().post("/sign-in", data={"email": sharma.email, "password": PASSWORD}).text
    assert [one["id"] for one in drawn(client, SECOND)["allowCredentials"]] == [text(key.credential_id)]
    for other in (theirs.used(drawn(client, SECOND)), theirs.used(drawn(client, SECOND), Lies(handle=key.handle)), ""):
        assert client.post(SECOND, data={"passkey": other}).status_code == 422
    assert client.get("/items").status_code == 303
    stale = key.used(drawn(client, SECOND))
    assert client.post(SECOND, data={"passkey": key.used(drawn(client, SECOND)), "next": "/items"}).status_code == 303
    assert client.get("/items").status_code == 200
    assert log_of(sharma)[-1]["by"] == "password and passkey"
    assert client.post(SECOND, data={"passkey": stale}).status_code == 410, "that sign-in is over"
    assert strict.test_client().post(f"{SECOND}/challenge", data="{}", headers=HEADERS).status_code == 410, "without a first step"
    tired = first_step(strict, sharma)
    assert [tired.post(SECOND, data={"passkey": "{}"}).status_code for _ in range(5)][:4] == [422] * 4
    assert tired.post(SECOND, data={"passkey": "{}"}).status_code == 410


def test_a_business_that_asks_a_second_step_takes_a_passkey_as_one(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    owner = enter(strict, sharma)
    assert owner.post("/account/second-step/of-all", data={"is_asked": "1"}).status_code == 403
    with open_directory() as directory:
        asked = identity.NewUser(email="mina@example.in", password=PASSWORD)
        identity.add_member(directory, sharma.company_id, identity.create_user(directory, asked).id, Role.ACCOUNTANT)
    add(owner)
    assert owner.post("/account/second-step/of-all", data={"is_asked": "1"}).status_code == 303
    assert owner.get("/items").status_code == 200
    mina = enter(strict, replace(sharma, email="mina@example.in"))
    assert mina.get("/items").headers["Location"] == "/account/second-step"
    key = add(mina)
    assert mina.get("/items").status_code == 200
    later = strict.test_client()
    page = later.post("/sign-in", data={"email": "mina@example.in", "password": PASSWORD})
    assert page.status_code == 200, "a password alone is too little of who has a passkey for it"
    assert 'name="code"' not in page.text
    assert second(later, "000000") == 422
    assert later.post(SECOND, data={"passkey": key.used(drawn(later, SECOND))}).status_code == 303
    assert later.get("/items").status_code == 200
    clock.advance(minutes=11)
    which = next(iter(re.findall(r'name="which" value="([^"]+)"', later.get(ENROL).text)))
    asks = later.post(f"{ENROL}/removal", data={"which": which})
    assert asks.status_code == 401
    assert 'name="proof_password"' not in asks.text
    assert later.post(f"{ENROL}/removal", data={"which": which, "proof_password": PASSWORD}).status_code == 422
    proof = {"proof_passkey": key.used(drawn(later, PROOF))}
    assert later.post(f"{ENROL}/removal", data={**carried(asks.text), **proof}).status_code == 303
    assert later.get("/items").headers["Location"] == "/account/second-step"
    with open_directory() as directory:
        identity.turn_second_step_off(directory, sharma.email, by="console")
    assert kept_of(sharma) == [], "who has lost everything has lost his passkeys"
    assert [entry["passkey"] for entry in log_of(sharma) if "passkey" in entry] == ["added", "added", "removed", "removed"]


def test_it_is_a_proof_when_one_is_asked_again(strict: Flask, sharma: Shop, iyer: Shop, clock: Clock) -> None:  # noqa: F811
    tab, theirs = enter(strict, sharma), add(enter(strict, iyer))
    key = add(tab)
    clock.advance(minutes=11)
    act, sent = "/account/second-step/of-all", {"is_asked": "0", "note": 'Mina "M" <b>'}
    asks = tab.post(act, data=sent)
    assert asks.status_code == 401
    fields = carried(asks.text)
    assert fields["note"] == sent["note"]
    before = tab.get_cookie("munim")
    for wrong in (theirs.used(drawn(tab, PROOF)), key.used(drawn(tab, SIGN_IN)), "{}"):
        again = tab.post(act, data={**fields, "proof_password": "", "proof_passkey": wrong})
        assert again.status_code == 422
        assert carried(again.text)["note"] == sent["note"]
    answer = key.used(drawn(tab, PROOF))
    assert tab.post(act, data={**fields, "proof_password": "", "proof_passkey": answer}).status_code == 303
    assert tab.post(act, data=sent).status_code == 303, "proved just now"
    copied = strict.test_client()
    assert before
    copied.set_cookie("munim", before.value)
    assert copied.get("/items").status_code == 303, "a token copied before opens nothing"


def test_it_is_made_and_removed_after_a_fresh_proof_and_told_of(
    post: Sent,  # noqa: F811
    app: Flask,
    sharma: Shop,
    iyer: Shop,
    clock: Clock,
) -> None:
    tab, stranger = enter(app, sharma), enter(app, iyer)
    add(tab)
    clock.advance(minutes=11)
    assert tab.post(f"{ENROL}/challenge", data="{}", headers=HEADERS).status_code == 401
    asks = tab.post(ENROL, data={"name": "The <key>", "passkey": ""})
    assert asks.status_code == 401
    shown = tab.post(ENROL, data={**carried(asks.text), "proof_password": PASSWORD})
    assert shown.status_code == 200
    assert 'value="The &lt;key&gt;"' in shown.text
    add(tab, name="The <key>")
    first, other = kept_of(sharma)
    assert [one.transports for one in (first, other)] == ["internal"] * 2
    assert tab.post(f"{ENROL}/name", data={"which": str(first.id), "new_name": " Old\u202e phone "}).status_code == 303
    assert "Old phone" in tab.get(ENROL).text
    assert tab.post(f"{ENROL}/name", data={"which": str(first.id), "new_name": " "}).status_code == 422
    for which in (str(first.id), str(uuid4()), "", "x" * 500):
        assert stranger.post(f"{ENROL}/name", data={"which": which, "new_name": "x"}).status_code == 404
        clock.advance(minutes=0)
        proof = {"proof_password": PASSWORD} if which == str(first.id) else {}
        assert stranger.post(f"{ENROL}/removal", data={"which": which, **proof}).status_code == 404
    assert tab.post(f"{ENROL}/removal", data={"which": str(first.id)}).status_code == 303
    assert [one.name for one in kept_of(sharma)] == ["The <key>"]
    assert {"passkey": "removed", "name": "Old phone"} in log_of(sharma)
    send_people_mails()
    assert [(to, subject) for to, subject, _ in post] == [
        (sharma.email, "A passkey was added to your account"),
        (sharma.email, "A passkey was added to your account"),
        (sharma.email, "A passkey was removed from your account"),
    ]
    assert "“Old phone” was removed" in post[2][2]


def test_the_last_way_in_is_not_removed(strict: Flask, sharma: Shop) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    add(tab)
    with open_directory() as directory:
        directory.get_one(UserAccount, user_of(sharma)).password_hash = "!"
    which = str(kept_of(sharma)[0].id)
    assert tab.post(f"{ENROL}/removal", data={"which": which}).status_code == 409
    add(tab)
    assert tab.post(f"{ENROL}/removal", data={"which": which}).status_code == 303


def test_one_authenticator_keeps_one_and_a_person_has_so_many(strict: Flask, sharma: Shop, iyer: Shop) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    key = add(tab)
    assert [one["id"] for one in drawn(tab, ENROL)["excludeCredentials"]] == [text(key.credential_id)]
    for client in (tab, enter(strict, iyer)):
        again = client.post(ENROL, data={"name": "x", "passkey": key.made(drawn(client, ENROL))})
        assert again.status_code == 422
        assert "kept already" in again.text
    with open_directory() as directory:
        for number in range(passkeys.MOST_PASSKEYS - 1):
            old = kept_of(sharma)[0]
            columns = {
                name: getattr(old, name) for name in ("user_id", "rp_id", "public_key", "sign_count", "transports", "name", "made_at")
            }
            directory.add(Passkey(id=uuid4(), credential_id=f"{number}", is_backed_up=False, **columns))
    assert "as many as one person may have" in tab.get(ENROL).text
    assert tab.post(ENROL, data={"name": "x", "passkey": Authenticator().made(drawn(tab, ENROL))}).status_code == 409


def test_a_change_of_the_second_step_is_told_by_mail(post: Sent, app: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    first, *_ = enrol_app(sharma, clock)
    tab = first_step(app, sharma)
    assert second(tab, app_of(sharma).at(clock.now)) == 303
    assert tab.post("/account/second-step/codes", data={"password": PASSWORD, "code": first}).status_code == 200
    clock.advance(minutes=1)
    assert tab.post("/account/second-step/end", data={"password": PASSWORD, "code": app_of(sharma).at(clock.now)}).status_code == 303
    with open_directory() as directory:
        directory.get_one(UserAccount, user_of(sharma)).language = "hi"
        identity.turn_second_step_off(directory, sharma.email, by="console")
    send_people_mails()
    subjects = [subject for _, subject, _ in post]
    assert subjects == ["दूसरा चरण चालू हुआ", "काग़ज़ के नए कोड", "दूसरा चरण बंद हुआ", "दूसरा चरण बंद हुआ"]


def test_where_there_is_no_name_nothing_is_offered(strict: Flask, sharma: Shop) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    key = add(tab)
    by_number = {"base_url": "http://127.0.0.1"}
    assert "data-passkey=" in strict.test_client().get("/sign-in").text
    assert "data-passkey=" not in strict.test_client().get("/sign-in", **by_number).text
    assert strict.test_client().post(f"{SIGN_IN}/challenge", data="{}", headers=HEADERS, **by_number).status_code == 409
    client = strict.test_client()
    options = drawn(client, SIGN_IN)
    with open_directory() as directory:
        directory.get_one(Passkey, kept_of(sharma)[0].id).rp_id = "munim.example"
    assert client.post(SIGN_IN, data={"passkey": key.used(options)}).status_code == 422, "made for another name of this machine"
    assert "works at munim.example only" in tab.get(ENROL).text
    assert drawn(tab, PROOF)["allowCredentials"] == []
