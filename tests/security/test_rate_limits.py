"""Storms: who is held, for how long, by which count; and that a shop bills on whatever happens to Redis."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.conftest import Clock
from tests.ground.redis import Running, running_redis
from tests.ground.shops import Shop
from tests.security.conftest import browser_of
from webapp.platform import db
from webapp.platform import rate_limits as counted
from webapp.platform.rate_limits import Bucket, Counts, OwnCounts, kind_of
from webapp.platform.settings import BadSetting, Limit, Settings, rate_limits

Make = Callable[..., Flask]
COUNTED = ("sign-in", "export", "upload", "search", "billing")
FEW: Mapping[str, Limit] = dict.fromkeys(COUNTED, Limit(3, 60))
# Redis forgets by its own clock, and not by that of the tests: what it is asked of is counted in hours, in which no test stands still.
FEW_OF_REDIS: Mapping[str, Limit] = dict.fromkeys(COUNTED, Limit(3, 36_000))


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Its own for each test, one of which kills it; and waited for as long as a busy machine needs."""
    monkeypatch.setattr(counted, "_PATIENCE_SECONDS", 300)
    with running_redis(tmp_path) as running:
        yield running


@pytest.fixture
def another(app: Flask, engine: Engine, var_dir: Path) -> Make:
    """A process of the same program."""
    from webapp.app import create_app

    def make(**more: object) -> Flask:
        kept: Settings = app.extensions["munim.settings"]
        given = {"rate_limits": FEW, **more}
        made = create_app(Settings(kept.database_url, var_dir, kept.secret_key, is_testing=True, **given))  # type: ignore[arg-type]
        made.config["WTF_CSRF_ENABLED"] = False
        db.use(engine)
        return made

    return make


def tried(client: FlaskClient, times: int, url: str = "/sign-in", method: str = "POST", **more: object) -> list[int]:
    return [client.open(url, method=method, **more).status_code for _ in range(times)]  # type: ignore[arg-type]


@pytest.mark.parametrize("has_redis", [True, False])
def test_both_ways_of_counting_say_the_same(redis: Running, *, has_redis: bool) -> None:
    """Never more than the bucket holds plus what came back; who was told to wait so long finds room then, and not a moment before."""
    chance, counts, own = random.Random(7), Counts(redis[0].url if has_redis else ""), OwnCounts()
    now, each = 1_790_000_000_000, 10_000_000  # milliseconds: as with `FEW_OF_REDIS`
    buckets = [Bucket("a", 5, 2 * each), Bucket("b", 7, 5 * each)]
    for _ in range(300):
        now += chance.choice([0, 1, each, 2 * each - 1, 2 * each, 2 * each + 1, 7 * each])
        some = chance.sample(buckets, chance.choice([1, 2]))
        waits = counts.wait(some, now), own.wait(some, now)
        assert waits[0] == waits[1]
        if waits[0] > 1:
            now += waits[0] - 1
            assert counts.wait(some, now) == own.wait(some, now) == 1
            now += 1
            assert counts.wait(some, now) == own.wait(some, now) == 0


def test_what_one_process_knows_is_bounded() -> None:
    own = OwnCounts()
    for number in range(10_050):
        assert own.wait([Bucket(str(number), 1, 1000)], 0) == 0
    assert len(own.full_at) == 10_000
    assert own.wait([Bucket("10049", 1, 1000)], 0) == 1000


def test_a_storm_is_told_when_to_come_again_and_others_are_not_held(another: Make, clock: Clock, sharma: Shop) -> None:
    client = another().test_client()
    assert tried(client, 5) == [422, 422, 422, 429, 429]
    told = client.post("/sign-in")
    assert (told.status_code, told.headers["Retry-After"]) == (429, "20")
    assert "Wait 20 seconds" in told.text
    assert tried(client, 1, headers={"X-Forwarded-For": "203.0.113.9"}) == [429], "nobody becomes another by a header"
    elsewhere = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    assert tried(client, 1, **elsewhere) == [422]
    assert tried(client, 1, url="/password-reset", **elsewhere) == [422]
    assert tried(client, 3, method="GET") == [200] * 3, "the page itself is not counted"
    clock.advance(seconds=20)
    assert tried(client, 2) == [422, 429]
    clock.advance(minutes=1)
    assert tried(client, 4, data={"email": sharma.email, "password": sharma.password}) == [303, 303, 303, 429]


def test_an_ipv6_network_is_one(another: Make, clock: Clock) -> None:
    client = another().test_client()
    clock.advance(minutes=1)
    tries = [tried(client, 1, environ_base={"REMOTE_ADDR": f"2001:db8::{number}"})[0] for number in range(4)]
    assert tries == [422, 422, 422, 429]


def test_behind_a_proxy_of_ours_who_asks_is_counted(another: Make, clock: Clock) -> None:
    client = another(trusted_proxies=1).test_client()
    assert tried(client, 4, headers={"X-Forwarded-For": "203.0.113.1"})[-1] == 429
    assert tried(client, 1, headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.1"}) == [429]
    assert tried(client, 1, headers={"X-Forwarded-For": "203.0.113.2"}) == [422]


def test_members_and_businesses_are_counted_apart(another: Make, sharma: Shop, iyer: Shop, clock: Clock) -> None:
    app = another()
    ours, theirs = browser_of(app, sharma.actor.user_id), browser_of(app, iyer.actor.user_id)
    assert tried(ours, 4, url="/bills/export.csv", method="GET") == [200, 200, 200, 429]
    assert tried(ours, 1, url="/day-book?format=csv", method="GET") == [429]
    assert tried(ours, 2, url="/bills", method="GET") == [200, 200], "a page of a list is not counted"
    assert tried(ours, 4, url="/receipts/customers?q=a", method="GET")[2:] == [200, 429], "searching has a count of its own"
    assert tried(theirs, 1, url="/bills/export.csv", method="GET") == [200]
    uploads = [tried(ours, 1, url="/accounts/import", content_type="multipart/form-data", data={"a": "b"})[0] for _ in range(4)]
    assert uploads[3] == 429
    assert 429 not in uploads[:3]


def test_processes_count_together_then_alone_while_bills_are_counted_by_nobody(another: Make, redis: Running, clock: Clock) -> None:
    server, process = redis
    one, two = (another(redis_url=server.url, rate_limits=FEW_OF_REDIS).test_client() for _ in range(2))
    sign_up = {"url": "/sign-up"}  # failed passwords have a count of their own, too
    push = {"url": "/sync/push", "headers": {"X-Munim-Sync": "1"}, "json": {}}
    assert tried(one, 2, **sign_up) + tried(two, 1, **sign_up) == [422, 422, 422]
    assert tried(one, 1, **sign_up) + tried(two, 1, **sign_up) == [429, 429]
    assert (tried(one, 2, **push) + tried(two, 2, **push))[-1] == 429
    process.kill()
    process.wait()
    clock.advance(hours=20)
    assert tried(one, 4, **sign_up) == [422, 422, 422, 429], "a sign-in is counted all the same"
    assert tried(two, 1, **sign_up) == [422], "each counts for itself"
    assert 429 not in tried(one, 9, **push)
    assert 429 not in tried(another(redis_url="").test_client(), 9, **push)


def test_what_each_view_counts_as(app: Flask) -> None:
    """By names and permissions, so that a door that is added tomorrow is counted."""
    from webapp.platform.permissions import permission_of

    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"GET", "POST"}:
            with app.test_request_context():
                kind = kind_of(rule.endpoint, method, is_public=permission_of(app.view_functions[rule.endpoint]) is None)
            found.setdefault(kind or "none", set()).add(f"{method} {rule.endpoint}")
    assert found["billing"] == {"POST counter.create_push", "POST sales.create_invoice"}
    doors = {"sign_in", "reset", "new_password", "verified"}
    assert {f"POST identity.create_{door}" for door in doors} | {"POST onboarding.create_sign_up"} <= found["sign-in"]
    programs = {f"POST api_access.create_{door}" for door in ("access_token", "refreshed_token", "giving_up")}
    assert programs <= found["sign-in"]
    assert all(one.startswith(("POST identity.", "POST onboarding.")) for one in found["sign-in"] - programs)
    assert {"GET sales.export_bills", "GET gstr3b.download_json", "POST printing.create_paper"} <= found["export"]
    assert {"GET finder.show_finder", "GET sales.find_customers"} <= found["search"]
    assert {"GET sales.list_bills", "GET counter.show_counter", "GET asset"} <= found["none"]


def test_limits_are_settings() -> None:
    assert rate_limits("")["sign-in"] == Limit(60, 60)
    assert rate_limits("export=5/600, upload=1/1")["export"] == Limit(5, 600)
    assert rate_limits(" OFF ") == {}
    for wrong in ("export", "export=0/5", "export=5", "export=5/x", "export=-1/5", "other=1/1", "export=999999999999/1", "export=٣/5"):
        with pytest.raises(BadSetting):
            rate_limits(wrong)
