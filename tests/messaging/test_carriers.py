"""What providers answer, and which of the four ends it is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from tests.messaging.conftest import StandIn
from webapp.messaging import Channel, Message, Outcome, Provider, msg91, twilio, whatsapp
from webapp.messaging.carrier import Carrier, End, Health, Template, seconds_of
from webapp.platform import clock

ID = UUID(int=9)
TEXT = "Dear Asha, ₹1,180.00 is due to Sharma."
DLT = "Dear {#var#}, {#var#} is due to Sharma."
SMS = Message(ID, Channel.SMS, "+919876543210", "", TEXT, "invoice_overdue.en", (("party", "Asha"), ("due", "₹1,180.00")))
TEMPLATE = Template("invoice_overdue.en", "flow-1", "en", DLT)


def send(provider: Provider, url: str, message: Message = SMS, template: Template | None = TEMPLATE) -> End:
    match provider:
        case Provider.MSG91:
            return msg91.send(Carrier(provider, {"base_url": url}, {"authkey": "k" * 20}, template=template), message)
        case Provider.TWILIO:
            settings = {"base_url": url, "account_sid": "AC" + "a" * 32, "sender": "MG" + "b" * 32}
            return twilio.send(
                Carrier(provider, settings, {"auth_token": "t" * 32}, report_url="https://x.example/r", template=template), message
            )
        case _:
            carrier = Carrier(provider, {"base_url": url, "phone_number_id": "112233"}, {"access_token": "t" * 40}, template=template)
            return whatsapp.send(carrier, message)


def error(code: int, **more: Any) -> dict[str, Any]:
    return {"error": {"message": "no", "type": "OAuthException", "code": code, "fbtrace_id": "x", **more}}


P = Provider
CASES: list[tuple[Provider, int, Any, Outcome, Health]] = [
    (P.MSG91, 200, {"type": "success", "message": "req-1"}, Outcome.SENT, Health.FINE),
    (P.MSG91, 200, {"type": "error", "message": "template not approved", "code": "400"}, Outcome.REFUSED, Health.FINE),
    (P.MSG91, 200, {"type": "error", "message": "invalid authkey", "code": "207"}, Outcome.LATER, Health.ACCOUNT),
    (P.MSG91, 401, {"message": "unauthorized"}, Outcome.LATER, Health.ACCOUNT),
    (P.MSG91, 200, b"<html>welcome", Outcome.UNKNOWN, Health.TROUBLE),
    (P.MSG91, 200, {"type": "success"}, Outcome.UNKNOWN, Health.TROUBLE),
    (P.MSG91, 502, {"type": "error", "message": "gateway"}, Outcome.UNKNOWN, Health.TROUBLE),
    (P.MSG91, 200, b"[" * 100_000, Outcome.UNKNOWN, Health.TROUBLE),
    (P.TWILIO, 201, {"sid": "SM1", "status": "queued"}, Outcome.SENT, Health.FINE),
    (P.TWILIO, 201, {"status": "queued"}, Outcome.UNKNOWN, Health.TROUBLE),
    (P.TWILIO, 400, {"code": 21211, "message": "Invalid 'To'", "status": 400}, Outcome.REFUSED, Health.FINE),
    (P.TWILIO, 400, {"code": [21211], "message": "no"}, Outcome.REFUSED, Health.FINE),
    (P.TWILIO, 401, {"code": 20003, "message": "Authenticate"}, Outcome.LATER, Health.ACCOUNT),
    (P.TWILIO, 400, {"code": 14107, "message": "rate"}, Outcome.LATER, Health.PAUSE),
    (P.TWILIO, 503, {"code": 20503, "message": "unavailable"}, Outcome.UNKNOWN, Health.TROUBLE),
    (P.WHATSAPP, 200, {"messages": [{"id": "wamid.1"}]}, Outcome.SENT, Health.FINE),
    (P.WHATSAPP, 200, {"messages": []}, Outcome.UNKNOWN, Health.TROUBLE),
    (P.WHATSAPP, 400, error(131047, error_data={"details": "24 hours"}), Outcome.REFUSED, Health.FINE),
    (P.WHATSAPP, 400, error(131056), Outcome.LATER, Health.PAUSE),
    (P.WHATSAPP, 400, error(190), Outcome.LATER, Health.ACCOUNT),
    (P.WHATSAPP, 500, error(131016), Outcome.LATER, Health.PAUSE),
    (P.WHATSAPP, 500, b"", Outcome.UNKNOWN, Health.TROUBLE),
    (P.WHATSAPP, 400, {"error": "not an object"}, Outcome.REFUSED, Health.FINE),
    *((each, 429, {}, Outcome.LATER, Health.PAUSE) for each in (P.MSG91, P.TWILIO, P.WHATSAPP)),
    *((each, 0, b"", Outcome.UNKNOWN, Health.TROUBLE) for each in (P.MSG91, P.TWILIO, P.WHATSAPP)),
]


@pytest.mark.parametrize(("provider", "status", "body", "outcome", "health"), CASES)
def test_each_answer_is_one_end(stand_in: StandIn, provider: Provider, status: int, body: Any, outcome: Outcome, health: Health) -> None:
    stand_in.answers(status, body, Retry_After="120")
    end = send(provider, stand_in.url)
    assert (end.outcome, end.health, len(stand_in.asked)) == (outcome, health, 1), end.words
    assert bool(end.provider_id) is (outcome is Outcome.SENT)
    if status == 429:
        assert end.retry_after == 120


@pytest.mark.parametrize("provider", [P.MSG91, P.TWILIO, P.WHATSAPP])
def test_where_nobody_listens_nothing_left_and_a_strange_host_is_not_called(provider: Provider) -> None:
    assert send(provider, "http://127.0.0.1:1").outcome is Outcome.LATER
    for url in ("http://control.msg91.com", "https://169.254.169.254", "https://api.twilio.com.evil.example", "ftp://127.0.0.1"):
        assert (send(provider, url).outcome, send(provider, url).health) == (Outcome.LATER, Health.ACCOUNT)


def test_what_msg91_is_sent(stand_in: StandIn) -> None:
    stand_in.answers(200, {"type": "success", "message": "r"})
    send(P.MSG91, stand_in.url)
    [(path, headers, body)] = stand_in.asked
    assert (path, headers["authkey"]) == ("/api/v5/flow", "k" * 20)
    gaps = {"mobiles": "919876543210", "VAR1": "Asha", "VAR2": "₹1,180.00"}
    assert json.loads(body) == {"template_id": "flow-1", "short_url": "0", "recipients": [gaps]}


def test_what_twilio_is_sent(stand_in: StandIn) -> None:
    stand_in.answers(201, {"sid": "SM1"})
    send(P.TWILIO, stand_in.url)
    [(path, _headers, body)] = stand_in.asked
    assert path == f"/2010-04-01/Accounts/AC{'a' * 32}/Messages.json"
    asked = parse_qs(body.decode())
    assert asked == {
        "To": ["+919876543210"],
        "MessagingServiceSid": ["MG" + "b" * 32],
        "Body": [TEXT],
        "StatusCallback": ["https://x.example/r"],
    }


@pytest.mark.parametrize("provider", [P.MSG91, P.TWILIO])
def test_a_text_that_the_register_does_not_have_never_leaves(stand_in: StandIn, provider: Provider) -> None:
    for text in ("Dear {#var#}, pay {#var#} to Sharma.", "Dear {#var#}.", "Dear {#var#}, {#var#} is due to Sharma. {#var#}"):
        assert send(provider, stand_in.url, template=Template("invoice_overdue.en", "flow-1", "", text)).outcome is Outcome.REFUSED
    assert stand_in.asked == []


@pytest.mark.parametrize("provider", [P.MSG91, P.WHATSAPP])
def test_words_that_no_provider_approved_never_leave(stand_in: StandIn, provider: Provider) -> None:
    assert (send(provider, stand_in.url, template=None).outcome, stand_in.asked) == (Outcome.REFUSED, [])


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("0", 1), ("99999", 3600), ("", 60), ("soon", 60), ("-5", 60), ("Wed, 21 Oct 2015 07:28:00 GMT", 1), ("²", 60)],
)
def test_how_long_to_wait(said: str, seconds: int) -> None:
    assert seconds_of(said, clock.now()) == seconds
