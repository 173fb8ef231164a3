"""What we send, judged by servers that others wrote: Prism on Twilio's and Meta's own OpenAPI files, and a push service that decrypts."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.ground.server import free_port
from tests.messaging.conftest import node, prism
from webapp.messaging import Channel, Message, Outcome, Provider, push, twilio, whatsapp
from webapp.messaging.carrier import Carrier, Template
from webapp.platform import outside

ID = UUID(int=7)
SMS = Message(
    ID, Channel.SMS, "+919876543210", "", "Sharma: ₹1,180.00 is due.", "invoice_overdue.en", (("party", "Asha"), ("due", "₹1,180.00"))
)


@pytest.fixture(scope="module")
def twilio_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prism("twilio_messages.openapi.json.gz", tmp_path_factory.mktemp("twilio")) as url:
        yield url


@pytest.fixture(scope="module")
def meta_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prism("meta_messages.openapi.json.gz", tmp_path_factory.mktemp("meta")) as url:
        yield url


@pytest.fixture(scope="module")
def push_url() -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with node("web-push-testing/src/bin/server.js", str(port), ready=lambda: url):
        yield url


def of_twilio(url: str, sid: str = "AC" + "a" * 32) -> Carrier:
    settings = {"account_sid": sid, "sender": "+15005550006", "base_url": url}
    return Carrier(Provider.TWILIO, settings, {"auth_token": "t" * 32}, report_url="https://books.example/messages/reports/1/twilio?key=k")


def test_twilio_takes_our_message_by_its_own_description(twilio_url: str) -> None:
    end = twilio.send(of_twilio(twilio_url), SMS)
    assert (end.outcome, end.words) == (Outcome.SENT, "queued")
    assert end.provider_id.startswith("SM")


def test_twilios_description_refuses_an_account_that_is_none(twilio_url: str) -> None:
    assert twilio.send(of_twilio(twilio_url, "nonsense"), SMS).outcome is Outcome.REFUSED


@pytest.mark.parametrize("template", [Template("invoice_overdue.en", "overdue", "en", ""), None], ids=["template", "free words"])
def test_meta_takes_our_message_by_its_own_description(meta_url: str, template: Template | None) -> None:
    carrier = Carrier(
        Provider.WHATSAPP, {"phone_number_id": "1122334455667", "base_url": meta_url}, {"access_token": "t" * 40}, template=template
    )
    message = SMS if template else Message(ID, Channel.WHATSAPP, "+919876543210", "", "Namaste")
    end = whatsapp.send(carrier, message)
    assert end.outcome is Outcome.SENT, end.words
    assert end.provider_id


def test_metas_description_refuses_a_template_without_its_policy(meta_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above rests on: the peer does look."""
    carrier = Carrier(
        Provider.WHATSAPP,
        {"phone_number_id": "1122334455667", "base_url": meta_url},
        {"access_token": "t" * 40},
        template=Template("x.en", "overdue", "en", ""),
    )
    whole = whatsapp.payload(carrier, SMS)
    del whole["template"]["language"]["policy"]
    monkeypatch.setattr(whatsapp, "payload", lambda *_: whole)
    assert whatsapp.send(carrier, SMS).outcome is not Outcome.SENT


def ask(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        read = answer.read()
    return json.loads(read)["data"] if read != b"OK" else None


def subscribed(url: str, public: str, private: str) -> tuple[Carrier, str]:
    made = ask(f"{url}/subscribe", {"userVisibleOnly": "true", "applicationServerKey": public})
    settings = {
        **made["keys"],
        "endpoint": made["endpoint"].replace("localhost", "127.0.0.1"),
        "public_key": public,
        "contact": "mailto:a@b.example",
    }
    return Carrier(Provider.PUSH, settings, {"private_key": private}), made["clientHash"]


def test_a_push_is_read_by_the_browser_it_is_for(push_url: str) -> None:
    public, private = push.new_keys()
    carrier, browser = subscribed(push_url, public, private)
    message = Message(ID, Channel.PUSH, "", "बिल", "₹1,180.00 आए", link="https://books.example/sales/bills?day=1")
    assert push.send(carrier, message).outcome is Outcome.SENT
    [said] = ask(f"{push_url}/get-notifications", {"clientHash": browser})["messages"]
    assert json.loads(said) == {"id": ID.hex, "title": "बिल", "body": "₹1,180.00 आए", "link": "/sales/bills?day=1"}


def test_another_businesss_key_sends_nothing_and_one_that_is_gone_says_so(push_url: str) -> None:
    public, private = push.new_keys()
    carrier, browser = subscribed(push_url, public, private)
    stranger = Carrier(Provider.PUSH, {**carrier.settings, "public_key": push.new_keys()[0]}, {"private_key": push.new_keys()[1]})
    message = Message(ID, Channel.PUSH, "", "x", "y")
    assert (push.send(stranger, message).outcome, push.send(stranger, message).is_gone) == (Outcome.REFUSED, False)
    ask(f"{push_url}/expire-subscription/{browser}", {})
    end = push.send(carrier, message)
    assert (end.outcome, end.is_gone) == (Outcome.REFUSED, True)


def test_a_push_leads_to_no_other_site_and_calls_no_host_that_is_not_allowed(push_url: str) -> None:
    public, private = push.new_keys()
    carrier, browser = subscribed(push_url, public, private)
    for link in ("https://evil.example/x", "//evil.example/x", "https://books.example.evil.example/x", "javascript:alert(1)"):
        assert push.send(carrier, Message(ID, Channel.PUSH, "", "x", "y", link=link)).outcome is Outcome.SENT
    assert {json.loads(one)["link"] for one in ask(f"{push_url}/get-notifications", {"clientHash": browser})["messages"]} == {"/"}
    outside.use(())
    assert push.send(carrier, Message(ID, Channel.PUSH, "", "x", "y")).outcome is Outcome.LATER
