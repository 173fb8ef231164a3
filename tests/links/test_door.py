"""Who knocks too often, counted across processes; whose address it is behind a proxy; what every public answer says in its headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.conftest import Clock
from tests.every_route.test_url_map import PUBLIC, TOKENS
from tests.ground.redis import Running, running_redis
from tests.ground.shops import Shop
from tests.links.test_answers import BROWSER, bill_of, share
from tests.orders.conftest import Desk, open_desk
from webapp import links, printing
from webapp.links.rules import MOST_A_MINUTE
from webapp.platform import counting, db
from webapp.platform import links as signed
from webapp.platform.counting import SharedCounts
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books
from webapp.printing import Layout

Make = Callable[..., Flask]


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Its own for each test, one of which kills it; and waited for as long as a busy machine needs."""
    monkeypatch.setattr(counting, "_PATIENCE_SECONDS", 300)
    with running_redis(tmp_path) as running:
        yield running


@pytest.fixture
def another(app: Flask, engine: Engine, var_dir: Path) -> Make:
    """Another process of the same program, as far as it counts and believes."""
    from webapp.app import create_app

    def make(**more: object) -> Flask:
        kept: Settings = app.extensions["munim.settings"]
        made = create_app(Settings(kept.database_url, var_dir, kept.secret_key, is_testing=True, **more))  # type: ignore[arg-type]
        db.use(engine)
        return made

    return make


@pytest.fixture
def desk(sharma: Shop) -> Desk:
    return open_desk(sharma)


def tried(client: FlaskClient, times: int, **more: object) -> list[int]:
    return [client.get("/b/guess", **more).status_code for _ in range(times)]  # type: ignore[arg-type]


def test_processes_count_together_and_by_themselves_while_redis_is_away(another: Make, redis: Running, clock: Clock) -> None:
    server, process = redis
    one, two = (another(redis_url=server.url).test_client() for _ in range(2))
    assert set(tried(one, MOST_A_MINUTE - 1) + tried(two, 1)) == {404}
    assert tried(one, 1) + tried(two, 1) == [429, 429]
    clock.advance(minutes=1)
    assert tried(two, 1) == [404]
    process.kill()
    process.wait()
    clock.advance(minutes=1)
    assert set(tried(one, MOST_A_MINUTE)) == {404}, "the pages open although nobody counts for all"
    assert tried(one, 1) == [429]
    assert tried(two, 1) == [404], "each counts for itself"
    assert SharedCounts("").one_more("x", 1, 60) is None


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "198.51.100.7"),
        (0, None, "198.51.100.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # the first was sent by the customer himself
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.7"),  # fewer than our proxies would have said: none of it is believed
        (1, None, "198.51.100.7"),
    ],
)
def test_a_forwarded_address_is_believed_of_our_own_proxies_alone(proxies: int, forwarded: str | None, seen: str) -> None:
    from flask import request

    from webapp.app import _believe_proxies

    app = Flask("asked")
    app.add_url_rule("/", "who", lambda: f"{request.remote_addr} {request.host} {request.scheme}")
    _believe_proxies(app, proxies)
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", **({"X-Forwarded-For": forwarded} if forwarded else {})}
    answer = app.test_client().get("/", headers=headers, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert answer.text == f"{seen} localhost http"


@pytest.mark.database
def test_a_limit_is_of_who_asks_behind_a_proxy_and_is_not_evaded_without_one(app: Flask, another: Make, clock: Clock) -> None:
    clock.advance(minutes=3)
    behind, alone = another(trusted_proxies=1).test_client(), app.test_client()
    assert tried(alone, MOST_A_MINUTE, headers={"X-Forwarded-For": "203.0.113.1"})[-1] == 404
    assert tried(alone, 1, headers={"X-Forwarded-For": "203.0.113.2"}) == [429], "a forged header makes nobody another"
    assert set(tried(behind, MOST_A_MINUTE, headers={"X-Forwarded-For": "203.0.113.1"})) == {404}
    assert tried(behind, 1, headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.1"}) == [429]
    assert tried(behind, 1, headers={"X-Forwarded-For": "203.0.113.2"}) == [404]
    assert behind.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 404


@pytest.mark.database
def test_every_public_answer_says_what_it_must(app: Flask, desk: Desk, clock: Clock) -> None:
    clock.advance(minutes=4)
    bill, order = bill_of(desk, ("Soap", "1")), desk.make("quotation", ("Soap", "1"))
    with open_books(desk.trade.actor) as books:
        paper = printing.ask_paper(books, bill, Layout.A4)
    printing.draw_paper(desk.trade.actor, paper)
    kept = app.extensions["munim.settings"].secret_key
    paper_url = f"/p/{signed.sign(kept, signed.Link('paper', desk.trade.actor.company_id, paper, clock.now + timedelta(hours=1)))}"
    with app.test_request_context():
        inside = {rule.endpoint: rule for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC}
    signed_urls = [
        paper_url,
        share(app, desk, "bill", bill),
        share(app, desk, "order", order.id),
        share(app, desk, "statement", desk.party),
    ]
    plain = [rule.rule for rule in inside.values() if not rule.arguments and "GET" in (rule.methods or ())]
    client = app.test_client()
    asked = [
        *plain,
        "/s/x/css/bundle.css",
        *signed_urls,
        *(f"{url[:-6]}zzzzzz" for url in signed_urls),
        *(f"{url}?format=pdf" for url in signed_urls),
    ]
    wrong = []
    for url in asked:
        with client.get(url, headers=BROWSER) as answer:
            headers, endpoint = answer.headers, url.split("?")[0]
            policy = headers.get("Content-Security-Policy", "")
            good = {
                "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
                "frames": "frame-ancestors 'none'" in policy and headers.get("X-Frame-Options") == "DENY",
                "referrer": headers.get("Referrer-Policy") == "same-origin",
            }
            if endpoint in {one.split("?")[0] for one in signed_urls} | {f"{one[:-6]}zzzzzz" for one in signed_urls}:
                good["store"] = headers.get("Cache-Control") == "private, no-store" and "ETag" not in headers
                good["robots"] = headers.get("X-Robots-Tag") == "noindex"
                if answer.mimetype == "application/pdf":
                    good["name"] = re.fullmatch(r'inline; filename="?[a-z0-9-]+\.pdf"?', headers["Content-Disposition"]) is not None
            elif not url.startswith(("/s/", "/counter", "/sw.js", "/offline")):  # what a browser keeps, to work without the network
                good["store"] = "no-store" in headers.get("Cache-Control", "")
            wrong += [(url, what) for what, is_so in good.items() if not is_so]
    assert wrong == []
    assert {one for one in PUBLIC if "token" in inside[one].arguments} == set(TOKENS)


@pytest.mark.database
def test_what_opens_nothing_is_answered_alike(app: Flask, desk: Desk, iyer: Shop, clock: Clock) -> None:
    """Ended, past its day, tampered with, of another company, of another kind, never made: one answer, byte for byte."""
    clock.advance(minutes=6)
    client, key, company_id = app.test_client(), app.extensions["munim.settings"].secret_key, desk.trade.actor.company_id
    bill = bill_of(desk, ("Soap", "1"))
    good, ended = (share(app, desk, "bill", bill) for _ in range(2))
    with open_books(desk.trade.actor) as books:
        newest, oldest = links.links_of(books, "bill", bill)
        short = links.make(books, "bill", bill, "short", days=0)
    with app.test_request_context():
        was_ended = next(one for one in (newest, oldest) if links.address(company_id, one).endswith(ended.rsplit("/", 1)[1]))
        past = links.address(company_id, short).split("/b/")[1]
    with open_books(desk.trade.actor) as books:
        links.revoke(books, was_ended.id)
    token, later = good.rsplit("/", 1)[1], clock.now + timedelta(days=1)

    def made(purpose: str = "bill", company: int = company_id, id_: object = was_ended.id, secret: str = key) -> str:
        return signed.sign(secret, signed.Link(purpose, company, id_, later))  # type: ignore[arg-type]

    closed = [ended.rsplit("/", 1)[1], past, token[:-1], token + "A", "A" + token, token.swapcase(), made(), made("order"), made("paper")]
    closed += [
        made(company=iyer.company_id),
        made(company=2**31 - 1),
        made(id_=bill),
        made(id_=uuid4()),
        made(secret="x"),
        ".",
        "x",
        "न",
        "%2e%2e",
    ]
    answers = [client.get(f"/b/{one}", headers=BROWSER) for one in closed]
    told = {(one.status_code, re.sub(r"[0-9a-f]{16,}", "", one.text), str(sorted(name for name, _ in one.headers))) for one in answers}
    assert len(told) == 1, [one.status_code for one in answers]
    assert answers[0].status_code == 404
    assert client.get(good, headers=BROWSER).status_code == 200
