"""What a token is exchanged for, over HTTP, and who is then there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.api_access.programs import EVERYTHING, READS, Program, hire, make, make_service, refused, user_of
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import api_access, company, identity
from webapp.api_access import Draft, access_tokens, rules
from webapp.api_access.models import ApiGrant, ApiToken
from webapp.company import StoreDraft
from webapp.identity.models import Membership, UserAccount
from webapp.platform.audit import EditLogEntry
from webapp.platform.outbox import OutboxEvent
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, open_directory, read_books


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


def test_a_token_opens_what_its_member_may(program: Program, sharma: Shop, clock: Clock) -> None:
    given = program.exchange(make(sharma).text)
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 600, "company:read bills:read")
    answer = program.get("auth/me", given["access_token"])
    me = answer.get_json()
    assert (me["kind"], me["business"]["name"], me["role"]) == ("personal", "Sharma Stores", "owner")
    assert me["permissions"] == ["bill:read", "company:read"]
    assert datetime.fromisoformat(me["access_expires_at"]) == clock.now + timedelta(minutes=10)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert program.get("bills", given["access_token"]).status_code == 200


def test_without_a_token_it_says_how_to_get_one(program: Program, sharma: Shop) -> None:
    answer = program.get("auth/me")
    assert refused(answer) == (401, "")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="munim"'
    assert "/api/v1/auth/token" in answer.get_json()["fix"]
    # A token is for being exchanged, and opens nothing by itself.
    answer = program.get("auth/me", make(sharma).text)
    assert refused(answer) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b", "Bearer a,Bearer b", "Bearer \x7f", "Bearer=x", f"Bearer {'é' * 3}"])
def test_a_header_that_is_no_bearer_token_is_malformed(program: Program, sharma: Shop, header: str) -> None:
    answer = program.client.get("/api/v1/auth/me", headers={"Authorization": header})
    assert refused(answer) == (400, "invalid_request")


def test_another_scheme_is_nobody(program: Program, sharma: Shop) -> None:
    answer = program.client.get("/api/v1/auth/me", headers={"Authorization": "Basic b3duZXI6eA=="})
    assert refused(answer) == (401, "")


def test_a_browsers_cookie_says_nothing_here_and_a_bearer_token_nothing_on_pages(app: Flask, sharma: Shop, program: Program) -> None:
    browser = app.test_client()
    assert sharma.actor.user_id
    with open_directory() as directory:
        token = identity.open_sign_in(directory, sharma.actor.user_id, user_agent="", address="")
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    assert browser.get("/bills").status_code == 200
    assert refused(browser.get("/api/v1/bills")) == (401, "")
    heads = {"Authorization": f"Bearer {program.exchange(make(sharma).text)['access_token']}"}
    assert program.client.get("/bills", headers=heads).status_code == 303
    assert program.client.get("/bills", headers={**heads, "Accept": "application/json"}).status_code == 401
    assert browser.get("/api/v1/bills", headers=heads).status_code == 200


def test_no_form_token_is_asked_and_nothing_else_is_taken(
    app: Flask, sharma: Shop, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    text = make(sharma).text
    assert program.post("token", token=text).status_code == 200
    sent = [{"json": {"token": text}}, {"data": {"token": [text, text]}}, {"data": {}}, {"data": {"token": "x" * 3_000}}]
    for body in sent:
        assert refused(program.client.post("/api/v1/auth/token", **body)) == (400, "invalid_request")


def test_scopes_narrow_what_may_be_done(program: Program, sharma: Shop) -> None:
    made = make(sharma, "company:read", "bills:read", "items:read")
    given = program.exchange(made.text, scope="items:read")
    assert given["scope"] == "company:read items:read"
    answer = program.get("bills", given["access_token"])
    assert refused(answer) == (403, "insufficient_scope")
    assert 'error="insufficient_scope", scope="bills:read"' in answer.headers["WWW-Authenticate"]
    assert refused(program.post("token", token=made.text, scope="bills:write")) == (400, "invalid_scope")
    again = program.post("refresh", refresh_token=given["refresh_token"]).get_json()
    assert again["scope"] == "company:read items:read"


def test_it_never_does_more_than_its_member_may_now(program: Program, sharma: Shop) -> None:
    ravi = hire(sharma, Role.ACCOUNTANT)
    made = api_access.make_personal(ravi, Draft("Sync", EVERYTHING))
    access = program.exchange(made.text)["access_token"]
    assert "voucher:write" in program.get("auth/me", access).get_json()["permissions"]
    with open_directory() as directory:
        directory.execute(update(Membership).where(Membership.user_id == ravi.user_id).values(role=Role.CASHIER))
    told = program.get("auth/me", access).get_json()
    assert told["role"] == "cashier"
    assert "voucher:write" not in told["permissions"]
    assert "bill:read" in told["permissions"]


def test_it_ends_with_its_members_place(program: Program, sharma: Shop, clock: Clock) -> None:
    for leave in ("leaves", "is deactivated", "is deactivated everywhere"):
        ravi = hire(sharma)
        made = api_access.make_personal(ravi, Draft("Sync", READS))
        given = program.exchange(made.text)
        with open_directory() as directory:
            if leave == "leaves":
                identity.end_membership(directory, sharma.actor, user_of(ravi))
            elif leave == "is deactivated":
                directory.execute(update(Membership).where(Membership.user_id == ravi.user_id).values(deactivated_at=clock.now))
            else:
                directory.execute(update(UserAccount).where(UserAccount.id == ravi.user_id).values(deactivated_at=clock.now))
        assert refused(program.get("auth/me", given["access_token"])) == (401, "invalid_token"), leave
        assert refused(program.post("refresh", refresh_token=given["refresh_token"])) == (401, "invalid_grant")
        assert refused(program.post("token", token=made.text)) == (401, "invalid_grant")
        if leave == "leaves":  # who comes back makes new ones
            with open_directory() as directory:
                identity.add_member(directory, sharma.company_id, user_of(ravi), Role.CASHIER)
            assert refused(program.post("token", token=made.text)) == (401, "invalid_grant")


def test_a_service_token_has_a_role_and_stores_and_no_person(program: Program, sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        annexe = company.create_store(books, StoreDraft(name="Annexe", code="ANX"))
    made = make_service(sharma, *EVERYTHING, role=Role.ACCOUNTANT, stores=(annexe,))
    told = program.get("auth/me", program.exchange(made.text)["access_token"]).get_json()
    assert (told["kind"], told["user_id"], told["role"], told["stores"]) == ("service", None, "accountant", [str(annexe)])
    assert "return:read" not in told["permissions"], "of the whole business"
    assert "voucher:write" in told["permissions"]
    found = api_access.program_of(program.exchange(made.text)["access_token"], "")
    assert found is not None
    with open_books(found[0].actor) as books:
        assert company.allowed_stores(books) == {annexe}
    with read_books(found[0].actor) as books:
        assert books.own_stores == {annexe}


def test_no_program_is_given_more_than_its_maker_has(sharma: Shop, iyer: Shop) -> None:
    ravi = hire(sharma, Role.ACCOUNTANT)
    for maker, role in ((sharma.actor, Role.OWNER), (sharma.actor, Role.CUSTOM), (ravi, Role.ADMIN)):
        with pytest.raises(Exception, match="fields need"):
            api_access.make_service(maker, Draft("x", READS, role=role))
    with open_books(iyer.actor) as books:
        theirs = company.default_store(books)
    with pytest.raises(Exception, match="fields need"):
        make_service(sharma, stores=(theirs,))


def test_wrong_ended_and_revoked_tokens_are_told_apart_by_nobody(
    program: Program, sharma: Shop, clock: Clock, max_queries: object, app: Flask
) -> None:
    unknown, expired, revoked = rules.new_text(rules.Kind.PERSONAL), make(sharma, days=7), make(sharma)
    elsewhere = make(sharma, networks=("198.51.100.0/24",))
    api_access.revoke(sharma.actor, revoked.id)
    clock.advance(days=8)
    gone = api_access.make_personal(ravi := hire(sharma), Draft("Sync", READS))
    with open_directory() as directory:
        directory.execute(update(Membership).where(Membership.user_id == ravi.user_id).values(deactivated_at=clock.now))
    answers, works = set(), set()
    for text in (unknown, expired.text, revoked.text, gone.text):
        with max_queries(20) as sent:  # type: ignore[operator]
            answer = program.post("token", token=text)
        answers.add((answer.status_code, answer.text))
        works.add(tuple(one for one in sent if one.split()[0].lower() == "select"))
    answers.add((program.post("token", token=elsewhere.text).status_code, answer.text))
    assert len(answers) == 1
    assert len(works) == 1, works
    assert refused(program.post("token", token=unknown[:-1] + "x")) == (401, "invalid_grant")
    assert "whole token" in program.post("token", token="owner@sharma.example").get_json()["detail"]


def test_a_refresh_token_is_good_once_and_shown_twice_ends_the_family(program: Program, sharma: Shop) -> None:
    made = make(sharma)
    first, beside = program.exchange(made.text), program.exchange(made.text)
    second = program.post("refresh", refresh_token=first["refresh_token"]).get_json()
    third = program.post("refresh", refresh_token=second["refresh_token"]).get_json()
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3
    assert refused(program.post("refresh", refresh_token=first["refresh_token"])) == (401, "invalid_grant")
    for one in (second, third):
        assert refused(program.post("refresh", refresh_token=one["refresh_token"])) == (401, "invalid_grant")
        assert refused(program.get("auth/me", one["access_token"])) == (401, "invalid_token")
    assert program.get("auth/me", beside["access_token"]).status_code == 200, "another exchange of the same token goes on"
    assert program.post("token", token=made.text).status_code == 200, "who lost an answer exchanges again"
    with open_books(sharma.actor) as books:
        (fact,) = books.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "ApiTokenMisused"))
        (entry,) = books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity == "api_token", EditLogEntry.action == "refuse"))
    assert fact.payload["address"] == program.address
    assert entry.via == "api"


def test_idle_and_whole_lives(program: Program, sharma: Shop, clock: Clock) -> None:
    token = make(sharma, days=365).text
    given = program.exchange(token)
    clock.advance(minutes=10)
    assert refused(program.get("auth/me", given["access_token"])) == (401, "invalid_token")
    for _month in range(3):
        clock.advance(days=29, hours=23)
        given = program.post("refresh", refresh_token=given["refresh_token"]).get_json()
    assert datetime.fromisoformat(given["refresh_expires_at"]) <= clock.now + timedelta(days=1)
    clock.advance(days=1)
    assert refused(program.post("refresh", refresh_token=given["refresh_token"])) == (401, "invalid_grant")
    idle = program.exchange(token)
    clock.advance(days=30)
    assert refused(program.post("refresh", refresh_token=idle["refresh_token"])) == (401, "invalid_grant")
    assert program.post("token", token=token).status_code == 200


def test_of_many_exchanges_the_one_longest_unused_ends(program: Program, sharma: Shop, clock: Clock) -> None:
    token = make(sharma).text
    given = []
    for _turn in range(rules.MOST_GRANTS + 1):
        clock.advance(minutes=1)
        given.append(program.exchange(token))
    assert refused(program.post("refresh", refresh_token=given[0]["refresh_token"])) == (401, "invalid_grant")
    assert program.post("refresh", refresh_token=given[1]["refresh_token"]).status_code == 200
    clock.advance(days=200)
    with open_directory(writes=False) as directory:
        kept = directory.scalars(select(ApiGrant)).all()
    assert len(kept) == rules.MOST_GRANTS + 1


def test_giving_up_ends_what_is_shown_and_says_nothing(program: Program, sharma: Shop) -> None:
    made = make(sharma)
    by_refresh, by_access, left = (program.exchange(made.text) for _one in range(3))
    shown = (
        by_refresh["refresh_token"],
        by_access["access_token"],
        "no token",
        rules.new_text(rules.Kind.SERVICE),
        by_refresh["refresh_token"],
    )
    assert [(one.status_code, one.get_json()) for one in (program.post("revoke", token=text) for text in shown)] == [(200, {})] * 5
    for one, status in ((by_refresh, 401), (by_access, 401), (left, 200)):
        assert program.get("auth/me", one["access_token"]).status_code == status
    assert program.post("revoke", token=made.text, token_type_hint="whatever").status_code == 200
    assert program.get("auth/me", left["access_token"]).status_code == 401
    assert program.post("token", token=made.text).status_code == 401
    assert refused(program.post("revoke")) == (400, "invalid_request")


def test_from_other_addresses_it_opens_nothing_and_its_owner_sees_that(app: Flask, sharma: Shop) -> None:
    made = make(sharma, networks=("203.0.113.0/24", "2001:db8::/48"))
    given = Program(app).exchange(made.text)
    for address in ("203.0.113.255", "::ffff:203.0.113.9", "2001:db8:0:ffff::1"):
        assert Program(app, address).get("auth/me", given["access_token"]).status_code == 200, address
    for address in ("203.0.114.1", "2001:db8:1::1", "::1", "not an address"):
        thief = Program(app, address)
        assert refused(thief.get("auth/me", given["access_token"])) == (401, "invalid_token"), address
        assert refused(thief.post("refresh", refresh_token=given["refresh_token"])) == (401, "invalid_grant")
        assert refused(thief.post("token", token=made.text)) == (401, "invalid_grant")
    with open_directory(writes=False) as directory:
        row = directory.get_one(ApiToken, made.id)
    assert row.refused_address == "203.0.114.1"
    assert Program(app).post("refresh", refresh_token=given["refresh_token"]).status_code == 200, "the thief used nothing up"


def test_what_it_was_last_used_for_is_written_now_and_then(program: Program, sharma: Shop, clock: Clock) -> None:
    made = make(sharma)
    access = program.exchange(made.text)["access_token"]

    def last() -> datetime | None:
        with open_directory(writes=False) as directory:
            return directory.get_one(ApiToken, made.id).last_used_at

    began = clock.now
    clock.advance(minutes=4)
    program.get("auth/me", access)
    assert last() == began
    clock.advance(minutes=1)
    program.get("auth/me", access)
    assert last() == clock.now


# Web tokens that are not ours -------------------------------------------------------------------------------------------


def forged(good: str, sharma: Shop) -> dict[str, str]:
    """Every way to change a good token."""
    claims = jwt.decode(good, options={"verify_signature": False})
    head = jwt.get_unverified_header(good)
    period = int(head["kid"].partition("-")[0])
    key, before = access_tokens._key(period), access_tokens._key(period - 2)
    start, middle, end = good.split(".")

    def signed(with_key: bytes = key, alg: str = "HS256", kid: str = head["kid"], typ: str = "at+jwt", **changed: object) -> str:
        return jwt.encode({**claims, **changed}, with_key, algorithm=alg, headers={"kid": kid, "typ": typ})

    assert access_tokens.read(signed(), datetime.fromtimestamp(claims["iat"], UTC)) is not None
    bare = {**claims}
    del bare["exp"]
    return {
        "none": jwt.encode(claims, None, algorithm="none", headers={"kid": head["kid"], "typ": "at+jwt"}),  # type: ignore[arg-type]
        "none with a signature": f"{jwt.encode(claims, None, algorithm='none', headers={'kid': head['kid']}).rpartition('.')[0]}.{end}",  # type: ignore[arg-type]
        "another algorithm": signed(with_key=key + key, alg="HS512"),
        "another type": signed(typ="JWT"),
        "no type": signed(typ=""),
        "another key": signed(with_key=b"k" * 32),
        "another key's name": signed(kid="1-abcdefabcdef"),
        "a key of long ago": signed(with_key=before, kid=access_tokens._kid(period - 2)),
        "for another": signed(aud="https://elsewhere.example/api/v1"),
        "for several": signed(aud=[claims["aud"], "https://elsewhere.example"]),
        "from another": signed(iss="https://elsewhere.example"),
        "another's business": signed(company=claims["company"] + 1),
        "another person": signed(sub=f"user:{uuid4()}"),
        "a service": signed(sub=f"service:{uuid4()}"),
        "another grant": signed(grant=uuid4().hex),
        "no grant": signed(grant="x"),
        "over": signed(exp=claims["iat"]),
        "not yet": signed(nbf=claims["iat"] + 3_600),
        "words for a time": signed(exp="tomorrow"),
        "no end": jwt.encode(bare, key, algorithm="HS256", headers={"kid": head["kid"], "typ": "at+jwt"}),
        "a sign changed": f"{start}.{middle}.{'A' if end[0] != 'A' else 'B'}{end[1:]}",
        "parts in another order": f"{middle}.{start}.{end}",
        "a part too many": f"{good}.{end}",
        "cut off": good[:-1],
        "oversized": f"{start}.{'A' * 100_000}.{end}"[:20_000],
        "brackets": "W1tb" * 200 + ".e30." + end,
    }


def test_no_web_token_but_ours_opens_anything(program: Program, sharma: Shop) -> None:
    good = program.exchange(make(sharma).text)["access_token"]
    opened = {
        name: answer
        for name, text in forged(good, sharma).items()
        if (answer := refused(program.get("auth/me", text))) != (401, "invalid_token")
    }
    assert opened == {}
    assert program.get("auth/me", good).status_code == 200


def test_a_change_of_the_programs_secret_ends_access_tokens(program: Program, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    given = program.exchange(make(sharma).text)
    monkeypatch.setattr("webapp.platform.machine.secret_key", lambda: "another secret")
    assert program.get("auth/me", given["access_token"]).status_code == 401
    assert program.post("refresh", refresh_token=given["refresh_token"]).status_code == 401


def test_keys_change_by_themselves_and_the_last_one_still_reads(program: Program, sharma: Shop, clock: Clock) -> None:
    token, kids = make(sharma, days=365).text, set()
    for _turn in range(40):
        access = program.exchange(token)["access_token"]
        kids.add(jwt.get_unverified_header(access)["kid"])
        clock.advance(minutes=9)
        assert program.get("auth/me", access).status_code == 200
        clock.advance(days=3)
    assert len(kids) in {4, 5}
