"""The carrier by which a machine sends codes: asked as it wants to be, and refused at the start where it cannot work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from flask import Flask

from tests.identity.test_phones import ASHA, use_road
from tests.messaging.conftest import StandIn, stand_in  # noqa: F401 - a fixture
from webapp.identity import rules
from webapp.messaging import Outcome, to_people
from webapp.platform import outside
from webapp.platform.settings import BadSetting
from webapp.platform.sms_road import sms_road


@pytest.fixture
def here() -> Iterator[None]:
    outside.use({"127.0.0.1"})
    yield
    outside.use(())


def of_stand_in(stand: StandIn, url: str) -> str:
    return url.replace("HERE", stand.url.removeprefix("http://"))


def test_msg91_is_asked_as_its_flows_want(here: None, stand_in: StandIn, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    use_road(app, monkeypatch, of_stand_in(stand_in, "msg91://k%40ey@HERE/?template=flow-7"))
    stand_in.answers(200, {"type": "success", "message": "req-1"})
    assert to_people.text_person(UUID(int=1), ASHA, "012345", "en").outcome is Outcome.SENT
    path, headers, body = stand_in.asked[0]
    assert (path, headers["authkey"]) == ("/api/v5/flow", "k@ey")
    assert json.loads(body) == {"template_id": "flow-7", "short_url": "0", "recipients": [{"mobiles": "919876543210", "VAR1": "012345"}]}
    stand_in.answers(401, {"type": "error", "message": "invalid authkey"})
    assert to_people.text_person(UUID(int=2), ASHA, "012345", "en").outcome is Outcome.LATER
    stand_in.answers(0, b"")
    assert to_people.text_person(UUID(int=3), ASHA, "012345", "en").outcome is Outcome.UNKNOWN
    outside.use(())
    assert to_people.text_person(UUID(int=4), ASHA, "012345", "en").outcome is Outcome.LATER, "a host that the machine does not call"


def test_twilio_is_given_the_registered_words(here: None, stand_in: StandIn, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    url = "twilio://ACabc:to%2Fken@HERE/?sender=+15005550006&text=%7Bcode%7D%20is your code for Munim 100%25.&to=91,+1212"
    road = use_road(app, monkeypatch, of_stand_in(stand_in, url))
    assert road.prefixes == ("+91", "+1212")
    stand_in.answers(201, {"sid": "SM1", "status": "queued"})
    assert to_people.text_person(UUID(int=1), ASHA, "012345", "hi").outcome is Outcome.SENT
    path, _headers, body = stand_in.asked[0]
    assert path == "/2010-04-01/Accounts/ACabc/Messages.json"
    assert parse_qs(body.decode()) == {"To": [ASHA], "From": ["+15005550006"], "Body": ["012345 is your code for Munim 100%."]}
    stand_in.answers(400, {"code": 21211, "message": f"The 'To' number {ASHA} is not valid"})
    refused = to_people.text_person(UUID(int=2), ASHA, "012345", "en")
    assert refused.outcome is Outcome.REFUSED
    assert "98765" not in rules.without_digits(refused.words)


def test_words_of_ours_are_one_sms() -> None:
    lengths = {language: len(words.replace("{code}", "123456")) for language, words in to_people._WORDS.items()}
    assert lengths["en"] <= 160
    assert to_people._WORDS["en"].isascii()
    assert lengths["hi"] <= 70


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://x.example", "cannot be used"),
        ("msg91://", "account"),
        ("msg91://key%0A@control.msg91.com/?template=x", "account"),
        ("msg91://k%C4%97y@control.msg91.com/?template=x", "account"),
        ("msg91://key@control.msg91.com", "template is missing"),
        ("msg91://key@control.msg91.com/?template=x&form=y", "form"),
        ("msg91://key@control.msg91.com:99999/?template=x", "cannot be used"),
        ("msg91://key@control.msg91.com/?template=x&to=", "beginnings"),
        ("msg91://key@control.msg91.com/?template=x&to=0", "beginnings"),
        ("msg91://key@control.msg91.com/?template=x&most=0", "a day"),
        ("twilio://sid:token@/?text=%7Bcode%7D", "sender"),
        ("twilio://sid@/?sender=MG1&text=%7Bcode%7D", "account"),
        ("twilio://sid:token@/?sender=MG1", "registered"),
        ("twilio://sid:token@/?sender=MG1&text=hello", "one {code}"),
        ("twilio://sid:token@/?sender=MG1&text=%7Bcode%7D%0Ax", "one {code}"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_the_start(url: str, words: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        sms_road(url)
    assert words in refusal.value.problem
    assert "token" not in refusal.value.problem


def test_what_a_setting_leaves_out() -> None:
    assert sms_road("") is None
    road = sms_road("twilio://sid:tok@/?sender=MG1&to=971")
    assert road
    assert (road.base_url, road.prefixes, road.text) == ("", ("+971",), "")
    hindi = sms_road("twilio://sid:tok@/?sender=MG1&text={code} अक्\u200dसर")
    assert hindi
    assert hindi.text == "{code} अक्\u200dसर", "as it is registered"
    assert "tok" not in repr(road)
