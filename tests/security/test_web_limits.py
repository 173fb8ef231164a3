"""What no browser of ours sends: another's name, too many headers, fields and brackets, and a way out to another site."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.ground.shops import PASSWORD, Shop
from webapp.platform.settings import Settings
from webapp.platform.web import safe_next
from webapp.platform.web_limits import MOST_FIELDS, is_known

HOME = Settings("sqlite://", None, "a secret of the tests alone")  # type: ignore[arg-type]  # it keeps nothing
SHOP = replace(HOME, public_url="https://books.example.in", allowed_hosts=frozenset({"munim.lan"}))


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_machine_knows_itself(host: str) -> None:
    assert is_known(host, HOME)
    assert is_known(host, SHOP)


@pytest.mark.parametrize("host", ["192.168.1.7:8000", "10.0.0.9", "[fe80::1]"])
def test_at_home_a_shop_is_opened_by_number(host: str) -> None:
    assert is_known(host, HOME)
    assert not is_known(host, SHOP), "over TLS it has a name"


@pytest.mark.parametrize("host", ["books.example.in", "BOOKS.example.in:443", "books.example.in:8443", "munim.lan"])
def test_its_own_names_are_known(host: str) -> None:
    assert is_known(host, SHOP)
    assert not is_known(host, HOME)


STRANGE = [
    "evil.example",
    "books.example.in.evil.example",
    "evil.example/books.example.in",
    "books.example.in@evil.example",
    "a,books.example.in",
]
STRANGE += [
    "books.example.in:x",
    "books.example.in:99999",
    "books.example.in#",
    "books.example.in?",
    "",
    ":8000",
    "[::1",
    "localhost.",
    "1",
    "0x7f.1",
]


@pytest.mark.parametrize("host", STRANGE)
@pytest.mark.parametrize("settings", [HOME, SHOP], ids=["home", "shop"])
def test_other_names_are_not(host: str, settings: Settings) -> None:
    assert not is_known(host, settings)


def test_who_asks_for_another_name_is_refused_everywhere_but_where_a_probe_asks(client: FlaskClient) -> None:
    stranger = {"Host": "evil.example"}
    for method, url in (
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("GET", "/nothing"),
        ("GET", "/bills/"),
        ("POST", "/sync/push"),
        ("GET", "/b/x.y"),
    ):
        answer = client.open(url, method=method, headers=stranger)
        assert answer.status_code == 400, url
        assert "evil.example" not in answer.text
        assert "Set-Cookie" not in answer.headers
    assert client.get("/healthz", headers=stranger).status_code == 200
    assert client.get("/sign-in", headers={"X-Forwarded-Host": "evil.example"}).status_code == 200, "that header is not believed"


WAYS_OUT = [
    "//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\t//evil.example",
]
WAYS_OUT += [
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "///evil.example",
]
WAYS_OUT += [
    "//evil.example@localhost/",
    "http:\\\\evil.example",
    "/%5Cevil.example/..//\\",
    "\u2028//evil.example",
    "%2F%2Fevil.example",
    "．．//evil.example",
]
FIELDS = ("next", "back", "url", "return_to", "redirect", "continue", "from", "to")


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_parameter_leads_to_another_site(app: Flask, sharma: Shop, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    assert safe_next(way) in {None, *([way] if way.startswith("/%5C") else [])}
    everything = dict.fromkeys(FIELDS, way)
    client = app.test_client()
    page = client.get("/sign-in", query_string=everything)
    assert not re.search(r'(?:href|action|value|src)="[^"]*evil\.example', page.text.replace('value="/%5C', "")), "nor is it offered"
    entered = client.post("/sign-in", data={**everything, "email": sharma.email, "password": PASSWORD})
    answers = [entered, client.get("/sign-in", query_string=everything), client.post("/language", data={**everything, "language": "en"})]
    answers.append(
        client.post(
            "/language", data={"language": "en"}, headers={"Referer": way if way.isascii() and way.isprintable() else "//evil.example"}
        )
    )
    answers.append(client.post("/company-switch", data={**everything, "company_id": str(sharma.company_id)}))
    for answer in answers:
        where = answer.headers.get("Location", "/")
        assert re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", where), where


def test_a_form_has_so_many_fields_and_an_address_too(client: FlaskClient) -> None:
    fields = "&".join(f"a{number}=" for number in range(MOST_FIELDS + 1))
    too_many = client.post("/sign-in", data=fields, content_type="application/x-www-form-urlencoded")
    assert (too_many.status_code, "larger than Munim accepts" in too_many.text) == (413, True)
    assert client.post("/sign-in", data="a=" + "x" * 2_000_001, content_type="application/x-www-form-urlencoded").status_code == 413
    assert client.get("/sign-in?" + "&".join("a=1" for _ in range(2_001))).status_code == 400
    parts = {f"a{number}": "x" for number in range(1_001)}
    assert client.post("/sign-in", data=parts, content_type="multipart/form-data").status_code == 413
    assert client.post("/sign-in", data={"a": "1"}).status_code == 403, "what fits goes on to the next question"


def test_a_body_that_says_it_is_larger_is_not_waited_for(client: FlaskClient) -> None:
    for content_type in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        said = {"CONTENT_LENGTH": "26000000", "CONTENT_TYPE": content_type}
        assert client.post("/sign-in", environ_overrides=said).status_code == 413


def test_headers_are_bounded(client: FlaskClient) -> None:
    assert client.get("/sign-in", headers={"X-A": "a" * 40_000}).status_code == 431
    assert client.get("/sign-in", headers={f"X-{number}": "a" * 1_000 for number in range(40)}).status_code == 431
    assert client.get("/sign-in", headers={"X-A": "a" * 8_000}).status_code == 200


DEEP = [
    "[" * 100_000,
    "[" * 50_000 + "]" * 50_000,
    '{"a":' * 100_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    '{"commands":' + "[" * 20_000 + "]" * 20_000 + "}",
]


@pytest.mark.parametrize("body", DEEP, ids=range(len(DEEP)))
@pytest.mark.parametrize(
    "url", ["/sync/push", "/sync/reservation", "/sync/links", "/gateway/1/" + str(UUID(int=1)), "/messages/reports/1/msg91"]
)
def test_nesting_is_bad_input_and_no_mistake_of_ours(client: FlaskClient, url: str, body: str) -> None:
    answer = client.post(url, data=body, content_type="application/json", headers={"X-Munim-Sync": "1"})
    assert 400 <= answer.status_code < 500
    assert answer.status_code != 429


def test_json_is_read_by_one_that_minds_its_depth(app: Flask) -> None:
    with pytest.raises(ValueError, match="deeply"):
        app.json.loads("[" * 100_000)
    with app.test_request_context("/", method="POST", data="[" * 100_000, content_type="application/json"):
        from flask import request

        assert request.get_json(silent=True) is None
