"""The second step: a code is good once, however many try it at once; nobody is signed in before it; a lost phone is no lost shop."""

from __future__ import annotations

import re
from dataclasses import replace
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from jobs.people_mails import send_people_mails
from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop, found_shop
from tests.identity.test_passwords import Sent, post  # noqa: F401 - a fixture
from tests.identity.test_sign_ins import enter, strict  # noqa: F401 - a fixture
from webapp import identity
from webapp.identity import factors
from webapp.identity.models import BackupCode, TotpSecret, UserAccount
from webapp.platform import db, sealing
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory

ROUNDS, AT_ONCE = 25, 8


def user_of(shop: Shop) -> UUID:
    assert shop.actor.user_id
    return shop.actor.user_id


def app_of(shop: Shop) -> pyotp.TOTP:
    with open_directory() as directory:
        kept = directory.get_one(TotpSecret, user_of(shop))
        return pyotp.TOTP(factors.secret_of(kept))


def enrol(shop: Shop, clock: Clock) -> list[str]:
    """The second step turned on; the codes on paper. The code used for it is a minute old afterwards."""
    with open_directory() as directory:
        factors.begin_totp(directory, user_of(shop))
        kept = directory.get_one(TotpSecret, user_of(shop))
        codes = factors.confirm_totp(directory, user_of(shop), pyotp.TOTP(factors.secret_of(kept)).at(clock.now), by="test")
    clock.advance(minutes=2)
    return codes


def first_step(app: Flask, shop: Shop, **more: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": shop.email, "password": PASSWORD, **more})
    assert answer.status_code == 200
    assert 'action="/sign-in/second-step"' in answer.text
    return client


def second(client: FlaskClient, code: str, **more: str) -> int:
    return client.post("/sign-in/second-step", data={"code": code, **more}).status_code


def test_it_is_set_up_with_a_code_and_asked_for_from_then_on(strict: Flask, sharma: Shop, iyer: Shop, clock: Clock) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    assert tab.post("/account/second-step", data={"password": "wrong"}).status_code == 422
    assert tab.post("/account/second-step", data={"password": PASSWORD}).status_code == 303
    page = tab.get("/account/second-step").text
    key = re.sub(r"\s", "", re.search(r'Key: <b class="code">([A-Z2-7 ]+)</b>', page)[1])  # type: ignore[index]
    assert "data:image/svg+xml" in page
    assert enter(strict, sharma), "nothing is asked for before a code was typed"
    assert tab.post("/account/second-step/confirmation", data={"code": "000000"}).status_code == 422
    shown = tab.post("/account/second-step/confirmation", data={"code": pyotp.TOTP(key).at(clock.now)})
    codes = re.findall(r'<b class="code">([a-z2-9]{5}-[a-z2-9]{5})</b>', shown.text)
    assert len(set(codes)) == factors.BACKUP_CODES
    assert key not in tab.get("/account/second-step").text
    with open_directory() as directory:
        kept = directory.get_one(TotpSecret, user_of(sharma))
        marks = directory.scalars(select(BackupCode.code_mark)).all()
    assert key not in kept.sealed
    assert not {code.replace("-", "") for code in codes} & set(marks)
    client = first_step(strict, sharma)
    assert client.get("/settings").status_code == 303, "no session before the second step"
    assert second(client, pyotp.TOTP(key).at(clock.now)) == 422, "the code that turned it on is used up"
    clock.advance(seconds=30)
    assert second(client, f" {pyotp.TOTP(key).at(clock.now)} ", next="/settings") == 303
    assert client.get("/settings").status_code == 200
    assert enter(strict, iyer).get("/settings").status_code == 200


@pytest.mark.parametrize(("seconds", "code"), [(-60, 422), (-30, 303), (0, 303), (30, 303), (60, 422), (3600, 422)])
def test_a_code_is_of_now_or_half_a_minute_away(strict: Flask, sharma: Shop, clock: Clock, seconds: int, code: int) -> None:  # noqa: F811
    enrol(sharma, clock)
    assert second(first_step(strict, sharma), app_of(sharma).at(int(clock.now.timestamp()) + seconds)) == code


def test_a_code_is_refused_again_and_so_is_an_older_one(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    enrol(sharma, clock)
    now = int(clock.now.timestamp())
    used, older = app_of(sharma).at(now + 30), app_of(sharma).at(now)
    assert second(first_step(strict, sharma), used) == 303
    assert [second(first_step(strict, sharma), code) for code in (used, older)] == [422, 422]


def test_of_many_at_once_with_one_code_one_is_right(real_engine: Engine, app: Flask, clock: Clock) -> None:
    """A thousand pairs and more: 25 codes, each tried by 8 threads at once (28 pairs), and as many codes on paper."""
    db.use(real_engine)
    sealing.use("a secret of the tests alone")
    shop = found_shop("Rao", email=f"{uuid4().hex}@rao.example", state_code="29")
    paper = enrol(shop, clock)
    totp = app_of(shop)
    for turn in range(ROUNDS):
        clock.advance(seconds=30)
        code = totp.at(clock.now) if turn % 5 else paper.pop()
        right: list[bool] = []
        start = Barrier(AT_ONCE)

        def use(code: str = code, right: list[bool] = right, start: Barrier = start) -> None:
            start.wait()
            with open_directory() as directory:
                right.append(factors.is_right(directory, user_of(shop), code))

        threads = [Thread(target=use) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(right) == [False] * (AT_ONCE - 1) + [True], f"turn {turn}"


def test_codes_on_paper_work_once_and_new_ones_end_them(strict: Flask, sharma: Shop, iyer: Shop, clock: Clock) -> None:  # noqa: F811
    first, other, third, *_ = enrol(sharma, clock)
    theirs, *_ = enrol(iyer, clock)
    assert second(first_step(strict, sharma), theirs) == 422, "another person's"
    tab = first_step(strict, sharma)
    assert second(tab, first.upper().replace("-", " ")) == 303
    assert second(first_step(strict, sharma), first) == 422
    assert tab.post("/account/second-step/codes", data={"password": PASSWORD, "code": "000000"}).status_code == 422
    assert "9 codes on paper are left" in tab.get("/account/second-step").text
    assert tab.post("/account/second-step/codes", data={"password": PASSWORD, "code": other}).status_code == 200
    assert second(first_step(strict, sharma), third) == 422


def test_five_wrong_codes_end_it_and_a_right_one_comes_too_late(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    enrol(sharma, clock)
    client = first_step(strict, sharma)
    tried = [second(client, code) for code in ("000000", "", "'", "9" * 5000, "१२३४५६")]
    assert tried == [422] * 4 + [410]
    assert second(client, app_of(sharma).at(clock.now)) in {410, 429}
    assert second(strict.test_client(), "000000") == 410, "without a first step"
    clock.advance(hours=1)
    slow = first_step(strict, sharma)
    clock.advance(minutes=factors.PENDING_MINUTES, seconds=1)
    assert second(slow, app_of(sharma).at(clock.now)) == 410


def test_it_is_turned_off_with_both_or_by_whoever_runs_the_machine(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    enrol(sharma, clock)
    tab = first_step(strict, sharma)
    assert second(tab, app_of(sharma).at(clock.now)) == 303
    clock.advance(minutes=1)
    both = {"password": PASSWORD, "code": app_of(sharma).at(clock.now)}
    for lacking in ({"password": PASSWORD}, {"code": both["code"]}, {}):
        assert tab.post("/account/second-step/end", data=lacking).status_code == 422
    assert tab.post("/account/second-step/end", data=both).status_code == 303
    assert enter(strict, sharma)
    enrol(sharma, clock)
    with open_directory() as directory:
        identity.turn_second_step_off(directory, sharma.email.upper(), by="console")
    assert tab.get("/settings").status_code == 303
    assert enter(strict, sharma)


def test_a_code_by_mail_for_an_address_that_is_shown_to_be_his(post: Sent, app: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    enrol(sharma, clock)
    client = first_step(app, sharma)
    assert client.post("/sign-in/second-step/mail").status_code == 200
    send_people_mails()
    assert [subject for _, subject, _ in post] == ["The second step is on"], "no code: nobody has shown that it is his"
    post.clear()
    with open_directory() as directory:
        directory.get_one(UserAccount, user_of(sharma)).email_verified_at = clock.now
    assert client.post("/sign-in/second-step/mail", data={"next": "//evil.example"}).status_code == 200
    send_people_mails()
    code = post[0][1][:6]
    assert second(first_step(app, sharma), code) == 422, "of another sign-in"
    assert second(client, code) == 303
    assert second(client, code) in {410, 303}
    late = first_step(app, sharma)
    late.post("/sign-in/second-step/mail")
    send_people_mails()
    clock.advance(minutes=factors.MAILED_MINUTES)
    assert second(late, post[1][1][:6]) == 410


def test_what_was_typed_passes_the_second_step(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    from webapp.identity import typed

    enrol(sharma, clock)
    kept = typed.keep(user_of(sharma), "/items", sharma.company_id, [("name", "Ghee")])
    client = first_step(strict, sharma, kept=kept)
    answer = client.post("/sign-in/second-step", data={"code": app_of(sharma).at(clock.now), "kept": kept})
    assert 'name="name" value="Ghee"' in answer.text


def test_a_business_may_ask_it_of_all_and_its_counter_goes_on(strict: Flask, sharma: Shop, iyer: Shop, clock: Clock) -> None:  # noqa: F811
    owner = enter(strict, sharma)
    assert owner.post("/account/second-step/of-all", data={"is_asked": "1"}).status_code == 403, "he has none himself"
    enrol(sharma, clock)
    with open_directory() as directory:
        asked = identity.NewUser(email="mina@example.in", password=PASSWORD)
        identity.add_member(directory, sharma.company_id, identity.create_user(directory, asked).id, Role.CASHIER)
    mina = replace(sharma, email="mina@example.in")
    cashier = enter(strict, mina)
    assert cashier.post("/account/second-step/of-all", data={"is_asked": "1"}).status_code == 403
    assert cashier.get("/items").status_code == 200
    assert owner.post("/account/second-step/of-all", data={"is_asked": "1"}).status_code == 303
    answer = cashier.get("/items")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-step")
    assert "asks a second step of everybody" in cashier.get("/account/second-step").text
    assert cashier.get("/items", headers={"Accept": "application/json"}).status_code == 403
    assert [cashier.get(url).status_code for url in ("/counter", "/sync/ping")] == [200, strict.test_client().get("/sync/ping").status_code]
    assert owner.get("/items").status_code == 200
    assert enter(strict, iyer).get("/items").status_code == 200
    assert owner.post("/account/second-step/of-all", data={"is_asked": "0"}).status_code == 303
    assert cashier.get("/items").status_code == 200
