"""What providers tell afterwards: believed by its signature, counted once, in whatever order it comes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.ground.shops import Shop
from tests.messaging.conftest import SAMPLES
from webapp import messaging
from webapp.messaging import Provider, Report, ReportState, hooks, queries, receiving, service, statuses
from webapp.messaging.commands import SaveAccount
from webapp.messaging.models import ProviderPayload
from webapp.platform.tenancy import Books, open_books, read_books

AUTH, APP = "twilio-auth-token-of-sharma", "0123456789abcdef0123456789abcdef"
PYWA = json.loads((SAMPLES / "pywa_whatsapp_webhook_message_status.json").read_text())


@dataclass
class Doors:
    """A shop's accounts, and posts to their addresses."""

    client: FlaskClient
    shop: Shop
    secret: str
    keys: dict[str, str] = field(default_factory=dict)

    def set_up(self) -> None:
        kept: list[tuple[Provider, dict[str, str], dict[str, str]]] = [
            (Provider.TWILIO, {"account_sid": "AC1", "sender": "+1"}, {"auth_token": AUTH + self.secret}),
            (Provider.WHATSAPP, {"phone_number_id": "1122334455667"}, {"app_secret": APP + self.secret, "access_token": "t" * 20}),
            (Provider.MSG91, {}, {"authkey": "k" * 20}),
        ]
        with open_books(self.shop.actor) as books:
            for provider, settings, secrets in kept:
                service.save_account(books, SaveAccount(provider, 0, True, settings, secrets))
            self.keys = {name: hooks.key(books.company_id, row) for name, row in queries.accounts(books).items()}

    def post(self, provider: str, *, key: str | None = None, **sent: Any) -> int:
        query = {} if provider == "whatsapp" else {"key": self.keys[provider] if key is None else key}
        return self.client.post(hooks.path(self.shop.company_id, provider), query_string=query, **sent).status_code

    def twilio(self, *, secret: str | None = None, change: dict[str, str] | None = None, **form: str) -> int:
        url = f"https://books.example{hooks.path(self.shop.company_id, 'twilio')}?key={self.keys['twilio']}"
        signed = url + "".join(name + form[name] for name in sorted(form))
        mark = hmac.new((secret or AUTH + self.secret).encode(), signed.encode(), hashlib.sha1).digest()
        headers = {"X-Twilio-Signature": base64.b64encode(mark).decode()}
        # What stands before us calls itself otherwise: the address that was signed is ours all the same.
        return self.post("twilio", data={**form, **(change or {})}, headers=headers, base_url="http://10.0.0.7:8000")

    def meta(self, told: Any, *, secret: str | None = None) -> int:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        mark = hmac.new((secret or APP + self.secret).encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={mark}"}
        return self.post("whatsapp", data=body, headers=headers, content_type="application/json")


@pytest.fixture
def told() -> Iterator[list[Report]]:
    found: list[Report] = []
    before = receiving._handlers[:]
    receiving._handlers[:] = [lambda _books, report: found.append(report)]
    yield found
    receiving._handlers[:] = before


@pytest.fixture
def doors(app: Flask, client: FlaskClient, sharma: Shop, here: None) -> Doors:
    made = Doors(client, sharma, "sharma")
    made.set_up()
    return made


@pytest.fixture
def others(app: Flask, client: FlaskClient, iyer: Shop, here: None) -> Doors:
    made = Doors(client, iyer, "iyer")
    made.set_up()
    return made


def payloads(shop: Shop) -> int:
    with read_books(shop.actor) as books:
        return books.session.scalar(select(func.count()).select_from(ProviderPayload)) or 0


def test_twilio_is_believed_by_its_signature_and_each_state_counts_once(doors: Doors, told: list[Report]) -> None:
    for state in ("read", "delivered", "delivered", "sent", "read"):  # out of order, and again
        assert doors.twilio(MessageSid="SM1", MessageStatus=state, Body=" kept  as it came ") == 200
    assert doors.twilio(MessageSid="SM2", MessageStatus="undelivered", ErrorCode="30003") == 200
    assert [(one.provider_id, one.state.value, one.words) for one in told] == [
        ("SM1", "read", ""),
        ("SM1", "delivered", ""),
        ("SM2", "failed", "Twilio's error 30003"),
    ]
    with read_books(doors.shop.actor) as books:
        assert {one.state for one in messaging.known_reports(books, "twilio", "SM1")} == {ReportState.READ, ReportState.DELIVERED}


def test_meta_is_believed_by_its_signature_and_pywas_recorded_posts_are_read(doors: Doors, told: list[Report]) -> None:
    for post in PYWA.values():
        for _ in range(2):
            assert doors.meta(post) == 200
    for other in ("callback_button", "template_status_update", "template_quality_update"):
        for post in json.loads((SAMPLES / f"pywa_whatsapp_webhook_{other}.json").read_text()).values():
            assert doors.meta(post) == 200
    assert {(one.provider_id, one.state.value) for one in told} == {("wamid.xyzxyz", each) for each in ("delivered", "read", "failed")}
    assert len(told) == 3
    failed = next(one for one in told if one.state is ReportState.FAILED)
    assert "(" in failed.words
    assert failed.at < NOON
    challenge = {"hub.mode": "subscribe", "hub.challenge": "11 <b>58</b>", "hub.verify_token": doors.keys["whatsapp"]}
    answer = doors.client.get(hooks.path(doors.shop.company_id, "whatsapp"), query_string=challenge)
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "11 <b>58</b>", "text/plain")
    for word in ("", "x", doors.keys["twilio"]):
        refused = doors.client.get(hooks.path(doors.shop.company_id, "whatsapp"), query_string={**challenge, "hub.verify_token": word})
        assert refused.status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"data": json.dumps([{"requestId": "r1", "report": [{"number": "91987", "status": "1", "desc": "DELIVERED"}]}])}},
        {"json": {"requestId": "r1", "status": "Delivered", "number": "91987"}},
    ],
    ids=["version 2", "version 3"],
)
def test_msg91_is_believed_by_its_key(doors: Doors, told: list[Report], sent: dict[str, Any]) -> None:
    for key in ("", "x" * 40, doors.keys["twilio"], "é"):
        assert doors.post("msg91", key=key, **sent) == 404
    assert doors.post("msg91", **sent) == 200
    assert [(one.provider_id, one.state) for one in told] == [("r1", ReportState.DELIVERED)]


def test_forged_and_foreign_posts_are_answered_as_if_nobody_lived_there(doors: Doors, others: Doors, told: list[Report]) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "failed"}
    assert doors.twilio(secret="guess", **form) == 404
    assert doors.twilio(secret=AUTH + "iyer", **form) == 404  # the other business's own, right for its own address alone
    assert doors.twilio(change={"MessageStatus": "delivered"}, **form) == 404
    assert doors.twilio(change={"More": "x"}, **form) == 404
    assert doors.post("twilio", data=form) == 404  # a key and no signature
    assert doors.meta(PYWA["read"], secret=APP + "iyer") == 404
    assert doors.post("whatsapp", json=PYWA["read"]) == 404
    for company in (999_999, 2**63, 2**70):
        assert doors.client.post(hooks.path(company, "twilio"), data=form).status_code == 404
    for provider in ("smtp", "push", "machine", "nobody"):
        assert doors.client.post(hooks.path(doors.shop.company_id, provider), data=form).status_code == 404
    assert (told, payloads(doors.shop), payloads(others.shop)) == ([], 0, 0)
    assert others.twilio(**form) == 200
    assert [(one.company_id, one.provider_id) for one in told] == [(others.shop.company_id, "SM1")]
    assert (payloads(doors.shop), payloads(others.shop)) == (0, 1)


def test_what_is_too_large_or_no_json_does_no_harm(doors: Doors, told: list[Report]) -> None:
    assert doors.meta(b'{"entry": "' + b"x" * 1_000_000 + b'"}') == 413
    deep: Callable[[], bytes] = lambda: b'{"entry":' + b"[" * 200_000  # noqa: E731 - a name for what it is
    for body in (b"", b"\xff\xfe", b"[]", b"null", b'{"entry": {"changes": 1}}', b'{"entry": [{"changes": [{"value": []}]}]}', deep()):
        assert doors.meta(body) == 200
    long = {"id": "w" * 300, "status": "read", "timestamp": "9" * 400}
    odd = [{"id": 7, "status": "read"}, {"id": "\x00", "status": []}, long, {"id": "w2", "status": "read", "timestamp": "99999999999"}]
    value = {"metadata": {"phone_number_id": "1122334455667"}, "statuses": odd}
    assert doors.meta({"entry": [{"changes": [{"value": value}]}]}) == 200
    other_number = {**value, "metadata": {"phone_number_id": "5"}}
    assert doors.meta({"entry": [{"changes": [{"value": other_number}]}]}) == 200
    assert [(one.provider_id, one.at) for one in told] == [("w2", NOON)]


def test_a_report_whose_taking_broke_off_is_not_lost(doors: Doors, told: list[Report]) -> None:
    def breaks(books: Books, _report: Report) -> None:
        assert messaging.known_reports(books, "twilio", "SM1"), "the effect is in the transaction that notes the report"
        raise RuntimeError("the disk is gone")

    receiving._handlers.insert(0, breaks)
    assert doors.twilio(MessageSid="SM1", MessageStatus="delivered") == 500
    with read_books(doors.shop.actor) as books:
        assert messaging.known_reports(books, "twilio", "SM1") == []
    receiving._handlers.remove(breaks)
    assert doors.twilio(MessageSid="SM1", MessageStatus="delivered") == 200
    assert len(told) == 1


@pytest.mark.parametrize(
    ("one", "state"),
    [
        ({"status": "2", "failedReason": "DLT template mismatch"}, ReportState.FAILED),
        ({"status": "9", "desc": "NDNC"}, ReportState.FAILED),
        ({"desc": "Pending", "status": "5"}, None),
    ],
)
def test_what_msg91_says_of_a_number(one: dict[str, str], state: ReportState | None) -> None:
    form = {"data": json.dumps([{"requestId": "r", "report": [one]}])}
    assert [each.state for each in statuses.of_msg91(form, b"", NOON)] == ([state] if state else [])
