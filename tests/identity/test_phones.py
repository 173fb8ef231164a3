"""A phone number is shown to be its person's own by a code sent to it: once, for ten minutes, five tries, and never at anybody's cost."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from structlog.testing import CapturingLogger

from jobs.people_mails import send_people_mails
from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from tests.identity.test_sign_ins import enter
from tests.messaging.conftest import StandIn, stand_in  # noqa: F401 - a fixture
from webapp import messaging, security_events
from webapp.identity import phones
from webapp.identity.models import PhoneCode, UserAccount
from webapp.messaging import Delivery, Outcome
from webapp.platform import audit, machine, sealing
from webapp.platform.people_mail import MOST_TRIES, PersonMail
from webapp.platform.permissions import Role
from webapp.platform.settings import Settings
from webapp.platform.sms_road import SmsRoad, sms_road
from webapp.platform.tenancy import Actor, open_books, open_directory

ASHA, MINA = "+919876543210", "+919812345678"
MSG91 = "msg91://an-auth-key@control.msg91.com/?template=flow-7"


class Carrier:
    """Takes what leaves, and ends each call as a test says."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.outcome, self.words = Outcome.SENT, ""

    def __call__(self, _id: UUID, to: str, code: str, language: str) -> Delivery:
        self.sent.append((to, code, language))
        return Delivery(self.outcome, "msg91", words=self.words)

    @property
    def code(self) -> str:
        return self.sent[-1][1]


@pytest.fixture
def carrier(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """A machine whose SMS leave by a carrier, and whose mails leave too."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    use_road(app, monkeypatch, MSG91)
    made = Carrier()
    monkeypatch.setattr(messaging, "text_person", made)
    monkeypatch.setattr(messaging, "mail_person", lambda *_letter: Outcome.SENT)
    return made


def use_road(app: Flask, monkeypatch: pytest.MonkeyPatch, url: str) -> SmsRoad:
    settings: Settings = app.extensions["munim.settings"]
    road = sms_road(url)
    assert road
    monkeypatch.setattr(machine, "_settings", replace(settings, sms=road, mail_url="smtp://127.0.0.1:1", mail_from="post@munim.example"))
    return road


def give(tab: FlaskClient, phone: str = "98765 43210") -> str:
    """Give a number; the page that follows."""
    answer = tab.post("/account/phone", data={"phone": phone, "proof_password": PASSWORD}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    send_people_mails()
    return answer.text


def confirm(tab: FlaskClient, code: str) -> int:
    return tab.post("/account/phone/confirmation", data={"code": code}).status_code


def another(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def person(shop: Shop) -> UserAccount:
    with open_directory(writes=False) as directory:
        return directory.get_one(UserAccount, shop.actor.user_id)


def logged(shop: Shop) -> list[dict[str, Any]]:
    with open_books(shop.actor) as books:
        return [entry["new"] for line in audit.exported(books) if "phone" in ((entry := json.loads(line))["new"] or {})]


def test_a_number_is_given_and_confirmed_once(carrier: Carrier, app: Flask, sharma: Shop, iyer: Shop, clock: Clock) -> None:
    tab = enter(app, sharma)
    assert "on its way" in give(tab, "\u202a+91\u00a098765-43210\u202c"), "as it is copied out of a list of contacts"
    assert [to for to, _code, _language in carrier.sent] == [ASHA]
    assert person(sharma).phone_verified_at is None
    wrong = tab.post("/account/phone/confirmation", data={"code": another(carrier.code)})
    assert wrong.status_code == 422
    assert f'value="{another(carrier.code)}"' in wrong.text
    assert "This is not the code" in wrong.text
    with open_directory() as directory:
        kept = directory.scalars(select(PhoneCode)).one()
        mail = directory.scalars(select(PersonMail).where(PersonMail.purpose == "phone_code")).one()
    assert carrier.code not in repr((kept.mark, mail.detail, mail.email))
    assert kept.mark != sealing.mark(carrier.code), "bound to its asking, number and person"
    assert confirm(enter(app, iyer), carrier.code) == 422, "another person's"
    assert confirm(tab, f" {carrier.code[:3]} {carrier.code[3:]} ") == 303
    assert person(sharma).phone_verified_at == clock.now
    page = tab.get("/account/phone").text
    assert ASHA in page
    assert "Confirmed" in page
    again = tab.post("/account/phone/confirmation", data={"code": carrier.code})
    assert (again.status_code, "used already" in again.text) == (422, True)
    assert [one["phone"] for one in logged(sharma)] == ["another number", "confirmed"]
    assert "9876543210" not in json.dumps(logged(sharma))
    assert person(iyer).phone is None


def test_it_stands_among_the_security_events(carrier: Carrier, app: Flask, sharma: Shop) -> None:
    tab = enter(app, sharma)
    give(tab)
    assert confirm(tab, carrier.code) == 303
    assert "is your number" in tab.get("/account/phone").text
    security_events.watch(Actor(sharma.company_id, Role.OWNER, name="watch_security", via="job"))
    page = tab.get("/security-events").text
    assert "phone: confirmed" in page
    assert "3210" in page
    assert "9876543210" not in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "no mobile number"),
        ("12345 67890", "no mobile number"),
        ("022 2345 6789", "no mobile number"),
        ("+91 22 2345 6789", "no mobile number"),
        ("९८७६५४३२१०", "plain digits"),
        ("+1 900 555 0100", "begin with +91"),
        ("+882 16 5555 0100", "begin with +91"),
        ("+91 98765 43210; +1 900 555 0100", "no mobile number"),
        ("+919876543210\r\nBcc: x", "no mobile number"),
        ("+9198765432101", "no mobile number"),
        ("<b>9876543210</b>", "no mobile number"),
    ],
)
def test_what_is_no_number_of_ours_is_said_beside_it_and_nothing_leaves(
    carrier: Carrier, app: Flask, sharma: Shop, typed: str, words: str
) -> None:
    answer = enter(app, sharma).post("/account/phone", data={"phone": typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    send_people_mails()
    assert not carrier.sent
    assert person(sharma).phone is None


def test_the_newest_code_alone_for_ten_minutes_and_five_tries(carrier: Carrier, app: Flask, sharma: Shop, clock: Clock) -> None:
    tab = enter(app, sharma)
    give(tab)
    first = carrier.code
    assert tab.post("/account/phone/code").status_code == 303
    assert "has not left yet" in tab.post("/account/phone/confirmation", data={"code": first}).text
    send_people_mails()
    assert first != carrier.code or len(carrier.sent) == 2
    if first != carrier.code:
        assert confirm(tab, first) == 422, "a newer one was sent"
    for odd in ("", "12345", "१२३४५६", "1234567", "-12345", "9" * 5_000):
        assert "six digits" in tab.post("/account/phone/confirmation", data={"code": odd}).text, "and no try is lost"
    clock.advance(minutes=10)
    late = tab.post("/account/phone/confirmation", data={"code": carrier.code})
    assert "older than 10 minutes" in late.text
    tab.post("/account/phone/code")
    send_people_mails()
    wrong = another(carrier.code)
    assert [confirm(tab, wrong) for _ in range(phones.MOST_TRIES)] == [422] * phones.MOST_TRIES
    over = tab.post("/account/phone/confirmation", data={"code": carrier.code})
    assert (over.status_code, "Five codes were wrong" in over.text) == (422, True)
    page = tab.get("/account/phone").text
    assert ("Five codes were wrong" in page, "on its way" in page, 'name="code"' in page) == (True, False, False)
    assert person(sharma).phone_verified_at is None


def test_another_number_asks_who_one_is_and_is_told_of(
    carrier: Carrier, app: Flask, sharma: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[str] = []
    monkeypatch.setattr(messaging, "mail_person", lambda _id, _to, subject, _text: letters.append(subject) or Outcome.SENT)
    tab = enter(app, sharma)
    give(tab)
    assert confirm(tab, carrier.code) == 303
    clock.advance(minutes=11)
    for path, form in (("/account/phone", {"phone": MINA}), ("/account/phone/removal", {})):
        asked = tab.post(path, data=form)
        assert asked.status_code == 401
        assert "Is it you?" in asked.text
    assert person(sharma).phone == ASHA
    assert tab.post("/account/phone", data={"phone": MINA, "proof_password": PASSWORD}).status_code == 303
    assert (person(sharma).phone, person(sharma).phone_verified_at) == (MINA, None)
    assert confirm(tab, carrier.code) == 422, "the code of the number before"
    send_people_mails()
    assert carrier.sent[-1][0] == MINA
    assert confirm(tab, carrier.code) == 303
    assert tab.post("/account/phone", data={"phone": MINA}).status_code == 303
    send_people_mails()
    assert len(carrier.sent) == 2, "what is confirmed is not asked for again"
    assert tab.post("/account/phone/removal").status_code == 303
    send_people_mails()
    assert (person(sharma).phone, person(sharma).phone_verified_at) == (None, None)
    assert letters == ["A phone number was confirmed", "Your phone number was taken out of your account"] * 2


def test_two_may_have_one_number_and_neither_learns_of_the_other(carrier: Carrier, app: Flask, sharma: Shop, iyer: Shop) -> None:
    one, other = enter(app, sharma), enter(app, iyer)
    give(one)
    assert confirm(one, carrier.code) == 303
    pages = [give(other, number).replace(number, "") for number in (MINA, ASHA)]
    token = re.compile(r'(name="csrf_token" value|nonce|content)="[^"]*"')
    assert token.sub("", pages[0]) == token.sub("", pages[1])
    assert confirm(other, carrier.code) == 303
    assert person(sharma).phone == person(iyer).phone == ASHA
    assert person(sharma).phone_verified_at


def test_so_many_leave_and_no_more(carrier: Carrier, app: Flask, sharma: Shop, clock: Clock) -> None:
    tab = enter(app, sharma)
    give(tab)
    hour, day = phones.MOST_OF_A_PERSON.values()
    assert [tab.post("/account/phone/code").status_code for _ in range(hour)] == [303] * (hour - 1) + [422]
    again = tab.post("/account/phone", data={"phone": MINA})
    assert (again.status_code, "Too many codes" in again.text, f'value="{MINA}"' in again.text) == (422, True, True)
    assert person(sharma).phone == ASHA, "nothing is changed"
    send_people_mails()
    assert len(carrier.sent) == 2, "of codes asked for before one left, the newest alone leaves"
    for _ in range(4):
        clock.advance(hours=1, minutes=1)
        for _turn in range(hour):
            tab.post("/account/phone/code")
    with open_directory() as directory:
        assert directory.scalar(select(func.count()).select_from(PhoneCode)) == day
    clock.advance(days=1)
    assert tab.post("/account/phone/code").status_code == 303


def test_a_number_and_a_machine_have_their_most_too(
    carrier: Carrier, app: Flask, sharma: Shop, iyer: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "MOST_OF_A_NUMBER", {phones.HOUR: 1})
    one, other = enter(app, sharma), enter(app, iyer)
    give(one)
    assert "on its way" in give(other)
    assert len(carrier.sent) == 1
    shown = other.get("/account/phone").text
    assert "on its way" in shown, "nobody is told that others asked"
    assert confirm(other, carrier.code) == 422
    monkeypatch.setattr(phones, "MOST_OF_A_NETWORK", {phones.HOUR: 2})
    assert "Too many codes" in other.post("/account/phone/code").text
    clock.advance(hours=2)
    use_road(app, monkeypatch, f"{MSG91}&most=2")
    give(one, MINA)
    assert len(carrier.sent) == 1
    assert "did not leave" in one.get("/account/phone").text


def test_what_the_carrier_says_is_told_and_tried_again_or_given_up(
    carrier: Carrier, app: Flask, sharma: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(phones, "log", log)
    tab = enter(app, sharma)
    carrier.outcome, carrier.words = Outcome.LATER, f"401 for {ASHA}"
    give(tab)
    early = carrier.code
    assert "on its way" in tab.get("/account/phone").text
    clock.advance(minutes=3)
    carrier.outcome = Outcome.SENT
    send_people_mails()
    assert len(carrier.sent) == 2
    if early != carrier.code:
        assert confirm(tab, early) == 422
    assert confirm(tab, carrier.code) == 303
    carrier.outcome = Outcome.REFUSED
    give(tab, MINA)
    assert "did not leave" in tab.get("/account/phone").text
    assert "No code is waited for" in tab.post("/account/phone/confirmation", data={"code": carrier.code}).text
    carrier.outcome = Outcome.LATER
    tab.post("/account/phone/code")
    for _ in range(MOST_TRIES + 2):
        send_people_mails()
        clock.advance(minutes=4)
    assert len(carrier.sent) < 3 + MOST_TRIES, "nobody waits for longer than a code is good"
    assert "did not leave" in tab.get("/account/phone").text
    said = str(log.calls)
    assert "SMS_URL" in said, "whoever runs the machine is told what to do"
    assert ASHA[3:] not in said, "and not to whom, whatever the carrier repeats"
    carrier.outcome = Outcome.UNKNOWN
    tab.post("/account/phone/code")
    sent = len(carrier.sent)
    for _ in range(2):
        send_people_mails()
        clock.advance(minutes=4)
    assert len(carrier.sent) == sent + 1, "what may have left does not leave twice"
    assert confirm(tab, carrier.code) == 303, "it had left"
    send_people_mails()
    with open_directory() as directory:
        assert directory.scalar(select(PersonMail.id).where(PersonMail.ended_at.is_(None))) is None


def test_where_no_sms_leaves_nothing_is_asked(app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    tab = enter(app, sharma)
    page = tab.get("/account/phone").text
    assert "No SMS leaves this machine" in page
    assert 'name="phone"' not in page
    assert tab.post("/account/phone", data={"phone": ASHA}).status_code == 409
    assert 'name="phone"' not in app.test_client().get("/sign-up").text


def test_who_signs_up_may_give_his_number(carrier: Carrier, app: Flask) -> None:
    client, email = app.test_client(), f"{uuid4().hex}@rao.example"
    asked = {
        "business_name": "Rao Traders",
        "state_code": "29",
        "shop_kind": "kirana",
        "email": email,
        "password": "banyan peepal tulsi 772",
    }
    wrong = client.post("/sign-up", data={**asked, "phone": "12345"})
    assert (wrong.status_code, 'value="12345"' in wrong.text) == (422, True)
    both = client.post("/sign-up", data={**asked, "state_code": "", "phone": "12345"}).text
    assert re.findall(r'href="#f-(\w+)"', both) == ["state_code", "phone"], "all that is wrong at once"
    assert client.post("/sign-up", data={**asked, "phone": "98765 43210"}).status_code == 303
    send_people_mails()
    assert not carrier.sent, "nothing leaves for who is not signed in and has not asked"
    page = client.get("/account/phone").text
    assert ASHA in page
    assert "Not confirmed" in page
    assert client.post("/account/phone/code").status_code == 303
    send_people_mails()
    assert confirm(client, carrier.code) == 303


def test_forms_of_other_sites_and_strangers_do_nothing(carrier: Carrier, app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = enter(app, sharma)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    for path in ("/account/phone", "/account/phone/code", "/account/phone/confirmation", "/account/phone/removal"):
        assert tab.post(path, data={"phone": ASHA, "code": "123456"}).status_code in {400, 403}
        assert app.test_client().post(path, data={"phone": ASHA}).status_code != 200
    send_people_mails()
    assert not carrier.sent
    assert person(sharma).phone is None
