"""Passkeys: one signs in its own person alone, here, now and once; whatever else is sent opens nothing and says nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import cbor2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from jobs.people_mails import send_people_mails
from tests.conftest import Clock
from tests.ground.shops import Shop, found_shop
from tests.identity.authenticator import (
    ENROL,
    HONEST,
    IS_COPIED,
    MAY_BE_COPIED,
    ORIGIN,
    PRESENT,
    PROOF,
    RP_ID,
    SIGN_IN,
    VERIFIED,
    Authenticator,
    Lies,
    add,
    come_in,
    drawn,
    kept_of,
    log_of,
    raw,
    text,
)
from tests.identity.test_passwords import Sent, post  # noqa: F401 - a fixture
from tests.identity.test_second_step import app_of, first_step, second, user_of
from tests.identity.test_second_step import enrol as enrol_app
from tests.identity.test_sign_ins import enter, strict  # noqa: F401 - a fixture
from webapp.identity import passkeys, rules
from webapp.identity.models import PasskeyChallenge, UserAccount
from webapp.identity.passkey_site import Site, site_of
from webapp.identity.passkeys import Purpose
from webapp.kernel.errors import InvalidInput
from webapp.platform import db, sealing
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_directory

UNKNOWN = "This passkey is not known here"


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
def test_one_is_made_and_signs_in_alone_without_an_address(strict: Flask, sharma: Shop, clock: Clock, algorithm: str) -> None:  # noqa: F811
    enrol_app(sharma, clock)
    tab = first_step(strict, sharma)
    assert second(tab, app_of(sharma).at(clock.now)) == 303
    key = add(tab, Authenticator(algorithm))
    assert "last used" not in tab.get(ENROL).text
    clock.advance(minutes=1)
    client = strict.test_client()
    assert drawn(client, SIGN_IN)["allowCredentials"] == [], "whoever has one chooses it himself"
    assert come_in(client, key, next="/items") == 303, "both steps at once: no code is asked for"
    assert client.get("/items").status_code == 200
    shown = client.get(ENROL).text
    assert "last used" in shown
    assert "Asha&#39;s phone" in shown
    assert log_of(sharma)[-1]["by"] == "passkey"
    assert {"passkey": "added", "name": "Asha's phone"} in log_of(sharma)
    assert come_in(client, key) == 303, "and again"


LIES = [
    Lies(origin="https://munim.evil.example"),
    Lies(origin="http://localhost:8000"),
    Lies(origin="https://localhost"),
    Lies(rp_id="evil.example"),
    Lies(challenge=text(b"x" * 32)),
    Lies(challenge=""),
    Lies(flags=PRESENT),
    Lies(flags=VERIFIED),
    Lies(flags=0),
    Lies(kind="webauthn.create"),
    Lies(kind="payment.get"),
    Lies(handle=text(b"somebody else's!")),
    Lies(more={"crossOrigin": True}),
    Lies(more={"challenge": 5}),
]


@pytest.mark.parametrize("lies", [lies for lies in LIES if lies != HONEST], ids=repr)
def test_what_is_not_of_here_and_now_opens_nothing(strict: Flask, sharma: Shop, lies: Lies) -> None:  # noqa: F811
    key = add(enter(strict, sharma))
    client = strict.test_client()
    assert come_in(client, key, lies) == 422
    assert client.get("/items").status_code == 303
    assert come_in(client, key) == 303


@pytest.mark.parametrize("lies", [*LIES[:5], *LIES[6:8], *LIES[9:11], *LIES[12:]], ids=repr)
def test_what_is_not_of_here_and_now_is_not_kept(strict: Flask, sharma: Shop, lies: Lies) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    made = Authenticator().made(drawn(tab, ENROL), replace(lies, kind="webauthn.get" if lies.kind else ""))
    assert tab.post(ENROL, data={"name": "x", "passkey": made}).status_code == 422
    assert kept_of(sharma) == []


def test_an_answer_is_good_once_in_its_browser_for_its_purpose_and_for_five_minutes(
    strict: Flask,  # noqa: F811
    sharma: Shop,
    clock: Clock,
) -> None:
    tab = enter(strict, sharma)
    key = add(tab)
    client = strict.test_client()
    answer = key.used(drawn(client, SIGN_IN))
    assert strict.test_client().post(SIGN_IN, data={"passkey": answer}).status_code == 422, "of another browser, which has no challenge"
    other = strict.test_client()
    drawn(other, SIGN_IN)
    assert other.post(SIGN_IN, data={"passkey": answer}).status_code == 422, "nor of one that was given another"
    assert client.post(SIGN_IN, data={"passkey": answer}).status_code == 303
    assert client.post("/sign-out").status_code == 303
    assert client.post(SIGN_IN, data={"passkey": answer}).status_code == 422, "replayed"
    options = drawn(client, SIGN_IN)
    assert client.post(SIGN_IN, data={"passkey": "{}"}).status_code == 422
    wrong = Authenticator(handle=key.handle, credential_id=key.credential_id).used(options)
    assert client.post(SIGN_IN, data={"passkey": wrong}).status_code == 422
    assert client.post(SIGN_IN, data={"passkey": key.used(options)}).status_code == 422, "what failed is used up, too"
    late = drawn(client, SIGN_IN)
    clock.advance(minutes=5)
    assert client.post(SIGN_IN, data={"passkey": key.used(late)}).status_code == 422
    of_proof = drawn(tab, PROOF)
    assert tab.post(SIGN_IN, data={"passkey": key.used(of_proof)}).status_code == 422, "drawn for another purpose"
    assert come_in(strict.test_client(), key) == 303
    with open_directory() as directory:
        assert directory.scalar(select(PasskeyChallenge.purpose).where(PasskeyChallenge.expires_at <= clock.now)) is None, "forgotten"


def test_challenges_are_long_new_and_not_kept_themselves(strict: Flask, sharma: Shop) -> None:  # noqa: F811
    client = strict.test_client()
    found = {drawn(client, SIGN_IN)["challenge"] for _ in range(20)}
    assert len(found) == 20
    assert {len(raw(one)) for one in found} == {passkeys.CHALLENGE_BYTES}
    with open_directory() as directory:
        kept = directory.scalars(select(PasskeyChallenge.challenge_hash)).all()
    assert not found & set(kept)


def test_a_copy_is_refused_and_its_person_is_told(post: Sent, app: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    tab = enter(app, sharma)
    key = add(tab)
    assert come_in(app.test_client(), key) == 303
    copy = key.copied()
    assert come_in(app.test_client(), key) == 303
    stolen = app.test_client()
    refused = stolen.post(SIGN_IN, data={"passkey": copy.used(drawn(stolen, SIGN_IN))})
    assert refused.status_code == 403
    assert "as a copy would" in refused.text
    assert stolen.get("/items").status_code == 303
    assert {"passkey": "refused: it counted less than before", "name": "Asha's phone"} in log_of(sharma)
    assert "as a copy would" in tab.get(ENROL).text
    send_people_mails()
    assert [subject for _, subject, _ in post] == ["A passkey was added to your account", "A passkey of yours was refused"]
    assert all(to == sharma.email for to, _, _ in post)
    assert "Asha's phone" in post[1][2]


def test_one_that_is_copied_to_other_devices_counts_nothing(strict: Flask, sharma: Shop) -> None:  # noqa: F811
    copied = replace(HONEST, flags=PRESENT | VERIFIED | MAY_BE_COPIED | IS_COPIED)
    tab = enter(strict, sharma)
    key = add(tab, Authenticator(counts=False), lies=copied)
    assert kept_of(sharma)[0].is_backed_up
    assert "Copied to your devices" in tab.get(ENROL).text
    assert [come_in(strict.test_client(), key, copied) for _ in range(2)] == [303, 303]
    only_here = replace(copied, flags=PRESENT | VERIFIED | MAY_BE_COPIED)
    assert come_in(strict.test_client(), key, only_here) == 303
    assert not kept_of(sharma)[0].is_backed_up


def tampered(answer: str, name: str, change: Callable[[bytes], bytes]) -> str:
    said = json.loads(answer)
    said["response"][name] = text(change(raw(said["response"][name])))
    return json.dumps(said)


def test_nobody_elses_and_nothing_changed_opens_anything(strict: Flask, sharma: Shop, iyer: Shop) -> None:  # noqa: F811
    mine, theirs = add(enter(strict, sharma)), add(enter(strict, iyer))
    client = strict.test_client()
    assert come_in(client, theirs, Lies(handle=mine.handle)) == 422, "a passkey of another, under my name"
    forged = Authenticator(handle=mine.handle, credential_id=mine.credential_id)
    assert come_in(client, forged) == 422
    for name in ("signature", "authenticatorData", "clientDataJSON"):
        for change in (lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), lambda raw: raw[:-1], lambda raw: b"", lambda raw: raw + b"\0"):
            answer = tampered(mine.used(drawn(client, SIGN_IN)), name, change)
            assert client.post(SIGN_IN, data={"passkey": answer}, environ_base={"REMOTE_ADDR": uuid4().hex}).status_code == 422
    up = mine.used(drawn(client, SIGN_IN))
    at = tampered(up, "authenticatorData", lambda raw: raw[:33] + (9_999).to_bytes(4, "big"))
    assert client.post(SIGN_IN, data={"passkey": at}, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 422
    assert client.get("/items").status_code == 303
    assert [one.sign_count for one in kept_of(sharma)] == [0], "nothing of what was refused is believed"


MALFORMED = [
    "", "null", "[]", "{", '"x"', "1e999", "[" * 15_000, "x" * 30_000, '{"id":"AA"}', '{"id":1,"response":{}}', '{"id":"AA","response":[]}',
    '{"id":"é","rawId":"é","type":"public-key","response":{"clientDataJSON":"e30"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"W10"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":5}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"!!!!"}}',
]  # fmt: skip


def test_what_is_no_answer_is_refused_as_bad_input(strict: Flask, sharma: Shop) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    for number, answer in enumerate(MALFORMED):
        client = strict.test_client()
        drawn(client, SIGN_IN)
        refused = client.post(SIGN_IN, data={"passkey": answer}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        assert refused.status_code == 422, answer[:80]
        if answer:
            drawn(tab, ENROL)
            assert tab.post(ENROL, data={"name": "x", "passkey": answer}).status_code == 422, answer[:80]
    assert kept_of(sharma) == []


@given(
    st.dictionaries(st.sampled_from(["fmt", "attStmt", "authData"]), st.none() | st.binary(max_size=80) | st.text(max_size=8)), st.data()
)
def test_whatever_an_authenticator_says_is_taken_or_refused(statement: dict[str, Any], data: st.DataObject) -> None:
    key, site = Authenticator(key="unused"), Site(RP_ID, ORIGIN)
    client = json.dumps({"type": "webauthn.create", "challenge": text(b"c" * 32), "origin": ORIGIN}).encode()
    about = raw_of_site() + data.draw(st.binary(max_size=200))
    whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about, **statement})
    said = {"clientDataJSON": text(client), "attestationObject": text(data.draw(st.sampled_from([whole, whole[:-1], whole + b"x"])))}
    answer = passkeys.read(key._said({**said, "transports": data.draw(st.none() | st.just(5) | st.just([5, "usb"]))}))
    assert passkeys._made(answer, site) is None or statement == {}
    used = passkeys.read(key._said({**said, "authenticatorData": text(about), "signature": text(data.draw(st.binary(max_size=80)))}))
    assert (
        passkeys._signed(used, site, data.draw(st.binary(max_size=80) | st.just(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: "x", -3: 5})))) is None
    )


def raw_of_site() -> bytes:
    return Authenticator(key="unused")._about(HONEST)[:32]


@pytest.mark.parametrize(
    ("public", "words"),
    [
        ({1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\1" * 32}, "a point that is on no curve"),
        ({1: 3, 3: -257, -1: b"", -2: b"\1\0\1"}, "no modulus"),
        ({1: 2, 3: -47, -1: 8, -2: b"\1" * 32, -3: b"\1" * 32}, "an algorithm that was not asked for"),
    ],
)
def test_a_key_that_is_none_is_not_kept(
    strict: Flask,  # noqa: F811
    sharma: Shop,
    public: dict[int, Any],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tab, made = enter(strict, sharma), Authenticator()
    monkeypatch.setattr(made, "_public", lambda: public)
    assert tab.post(ENROL, data={"name": words, "passkey": made.made(drawn(tab, ENROL))}).status_code == 422
    assert kept_of(sharma) == []


def test_of_many_at_once_with_one_challenge_one_passes(real_engine: Engine, app: Flask, clock: Clock) -> None:
    """Both what was drawn is used up once, and what was counted is counted up once."""
    db.use(real_engine)
    sealing.use("a secret of the tests alone")
    shop = found_shop("Rao", email=f"{uuid4().hex}@rao.example", state_code="29")
    site, key, browser = Site(RP_ID, ORIGIN), Authenticator(), "b" * 43
    with open_directory() as directory:
        user = directory.get_one(UserAccount, user_of(shop))
        options = passkeys.to_make_one(directory, user, site, passkeys.draw(directory, Purpose.ENROL, browser, user.id))
    with open_directory() as directory:
        passkeys.enrol(directory, user.id, passkeys.read(key.made(options)), site, "phone", by="test")
    for turn in range(6):
        with open_directory() as directory:
            options = passkeys.to_use_one(directory, None, site, passkeys.draw(directory, Purpose.SIGN_IN, browser))
        answer = passkeys.read(key.used(options))
        used: list[bool] = []
        counted: list[bool] = []
        start = Barrier(6)

        def use(answer: passkeys.Answer = answer, used: list[bool] = used, counted: list[bool] = counted, start: Barrier = start) -> None:
            start.wait()
            for ends, step in ((used, passkeys.use_up), (counted, passkeys.proved)):
                try:
                    with open_directory() as directory:
                        step(directory, answer, *((Purpose.SIGN_IN, browser) if step is passkeys.use_up else (site,)))  # type: ignore[operator]
                    ends.append(True)
                except (InvalidInput, passkeys.CounterWentBack):
                    ends.append(False)

        threads = [Thread(target=use) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (sorted(used), sorted(counted)) == ([False] * 5 + [True], [False] * 5 + [True]), f"turn {turn}"


def test_one_that_nobody_has_is_the_same_work_and_says_the_same(
    strict: Flask,  # noqa: F811
    sharma: Shop,
    max_queries: Callable[[int], AbstractContextManager[list[str]]],
) -> None:
    key = add(enter(strict, sharma))
    client = strict.test_client()

    def refused(passkey: Authenticator) -> tuple[list[str], list[str]]:
        answer = passkey.used(drawn(client, SIGN_IN))
        with max_queries(40) as sent:
            shown = client.post(SIGN_IN, data={"passkey": answer})
        assert shown.status_code == 422
        return [one.split("VALUES")[0] for one in sent], re.findall(r"<li><a href=\"#f-passkey\">.*?</li>", shown.text)

    wrong = Authenticator(handle=key.handle, credential_id=key.credential_id)
    refused(wrong)  # the network's count is there from now on
    known, unknown = refused(wrong), refused(Authenticator(handle=key.handle))
    assert known == unknown
    assert UNKNOWN in known[1][0]
    with open_directory() as directory:
        directory.get_one(UserAccount, user_of(sharma)).deactivated_at = directory.get_one(UserAccount, user_of(sharma)).created_at
    assert refused(key) == unknown, "one of somebody who was deactivated"


def test_who_fails_often_waits_and_keeps_nobody_out(strict: Flask, sharma: Shop, iyer: Shop) -> None:  # noqa: F811
    mine = enter(strict, sharma)
    key = add(mine)
    mine.post("/sign-out")
    stranger = strict.test_client()
    tries = [stranger.post(SIGN_IN, data={"passkey": "{}"}).status_code for _ in range(rules.FREE_TRIES + rules.MORE_OF_A_NETWORK + 1)]
    assert tries == [422] * (len(tries) - 1) + [429]
    assert come_in(mine, key) == 303, "behind the same address, from a browser that is known"
    mine.post("/sign-out")
    assert [mine.post(SIGN_IN, data={"passkey": "{}"}).status_code for _ in range(rules.FREE_TRIES + 1)][-1] == 429


@pytest.mark.parametrize(
    ("public_url", "host", "site"),
    [
        ("https://munim.example", "munim.example", ("munim.example", "https://munim.example")),
        ("https://munim.example", "munim.example:443", ("munim.example", "https://munim.example")),
        ("https://Munim.example:8443", "munim.example", ("munim.example", "https://munim.example:8443")),
        ("https://munim.example", "other.example", ("other.example", "https://other.example")),
        ("https://munim.example", "localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", "localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://localhost:8000", "localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", None),
        ("https://192.0.2.1", "192.0.2.1", None),
        ("https://munim.example", "[::1]:8000", None),
        ("http://munim.lan", "munim.lan", None),
        ("https://munim.example", "munim.example:x", None),
        ("https://munim.example", "", None),
    ],
)
def test_a_passkey_is_made_for_our_name(public_url: str, host: str, site: tuple[str, str] | None) -> None:
    settings = Settings(database_url="sqlite://", var_dir=Path("var"), secret_key="x", public_url=public_url)
    assert site_of(host, settings) == (Site(*site) if site else None)


def test_the_library_is_loaded_by_an_answer_to_what_was_drawn(strict: Flask, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """It takes 14 MB: whoever only looks at the page, or makes answers up, costs none of them."""
    monkeypatch.setitem(__import__("sys").modules, "webauthn", None)
    client = strict.test_client()
    key, options = Authenticator(handle=text(b"h" * 16)), drawn(client, SIGN_IN)
    made_up = key.used({"challenge": text(b"x" * 32)})
    assert client.post(SIGN_IN, data={"passkey": made_up}).status_code == 422
    assert client.post(SIGN_IN, data={"passkey": key.used(options)}).status_code == 500, "here it was to be loaded"
