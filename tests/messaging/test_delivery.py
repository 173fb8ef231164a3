"""A message is handed over once, whoever asks and however often; a provider in trouble is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import messaging
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id
from webapp.messaging import Channel, Delivery, Message, Outcome, Provider, push, queries, sending, service
from webapp.messaging.carrier import Carrier, End, Health, later, refused, unknown
from webapp.messaging.commands import SaveAccount, Subscribe
from webapp.messaging.rules import ACCOUNT_PAUSE, FAILURES_TO_OPEN, Breaker
from webapp.platform import sealing
from webapp.platform.tenancy import open_books, read_books

SENT = End(Outcome.SENT, "taken", provider_id="SM1")
SECRET = "0123456789abcdef0123456789abcdef"


class Road:
    """What the next calls end in; what was handed over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ends: list[End] = []
        self.carried: list[tuple[Carrier, Message]] = []
        self.during: Callable[[], object] = lambda: None
        monkeypatch.setattr(sending, "call", self)

    def __call__(self, carrier: Carrier, message: Message, _company_id: int) -> End:
        self.carried.append((carrier, message))
        self.during()
        return self.ends.pop(0) if self.ends else SENT


@pytest.fixture
def road(monkeypatch: pytest.MonkeyPatch) -> Road:
    return Road(monkeypatch)


def set_up(shop: Shop, provider: Provider = Provider.TWILIO, *, version: int = 0, is_on: bool = True) -> None:
    settings = {"account_sid": "AC" + "a" * 32, "sender": f"+1500555{shop.company_id:04}", "base_url": ""}
    secrets = {"authkey": SECRET} if provider is Provider.MSG91 else {"auth_token": SECRET}
    with open_books(shop.actor) as books:
        service.save_account(books, SaveAccount(provider, version, is_on, settings, secrets))


def sms(id_: UUID | None = None, to: str = "+919876543210") -> Message:
    return Message(id_ or new_id(), Channel.SMS, to, "", "Hello")


def breaker(shop: Shop, clock: Clock) -> Breaker:
    with read_books(shop.actor) as books:
        return queries.health(books)["twilio"].state(clock.now)


def test_a_message_is_handed_over_once_by_its_own_businesss_account(sharma: Shop, iyer: Shop, road: Road) -> None:
    set_up(sharma)
    set_up(iyer)
    message = sms()
    told = [messaging.deliver(sharma.actor, message) for _ in range(3)]
    assert told == [Delivery(Outcome.SENT, "twilio", "SM1", "taken")] * 3
    assert messaging.deliver(iyer.actor, message).outcome is Outcome.SENT  # its number is each business's own
    assert [carrier.settings["sender"] for carrier, _ in road.carried] == [f"+1500555{shop.company_id:04}" for shop in (sharma, iyer)]
    assert road.carried[0][0].secrets == {"auth_token": SECRET}
    with pytest.raises(Conflict):
        messaging.deliver(sharma.actor, replace(message, to="+919876543211"))
    assert len(road.carried) == 2


@pytest.mark.parametrize("first", [unknown("time-out"), refused("no such number")])
def test_what_may_have_left_and_what_is_refused_is_never_sent_again(sharma: Shop, road: Road, clock: Clock, first: End) -> None:
    set_up(sharma)
    road.ends, message = [first], sms()
    for _ in range(3):
        assert messaging.deliver(sharma.actor, message).outcome is first.outcome
        clock.advance(days=1)
    assert len(road.carried) == 1


def test_what_did_not_leave_is_tried_again(sharma: Shop, road: Road) -> None:
    set_up(sharma)
    road.ends, message = [later("busy", Health.FINE, 120)], sms()
    assert messaging.deliver(sharma.actor, message).retry_after == 120
    assert messaging.deliver(sharma.actor, message).outcome is Outcome.SENT


def test_two_at_once_send_one_message(sharma: Shop, road: Road, clock: Clock) -> None:
    """The second asks while the first waits for its answer; one whose process is killed then is not sent again."""
    set_up(sharma)
    message, seen = sms(), []
    road.during = lambda: seen.append(messaging.deliver(sharma.actor, message).outcome)
    assert messaging.deliver(sharma.actor, message).outcome is Outcome.SENT
    assert (seen, len(road.carried)) == ([Outcome.LATER], 1)

    def killed() -> None:
        raise SystemExit

    lost, road.during = sms(), killed
    with pytest.raises(SystemExit):
        messaging.deliver(sharma.actor, lost)
    assert messaging.deliver(sharma.actor, lost).outcome is Outcome.LATER
    clock.now += service.LEASE + timedelta(seconds=1)
    assert [messaging.deliver(sharma.actor, lost).outcome for _ in range(2)] == [Outcome.UNKNOWN] * 2
    assert len(road.carried) == 2


def test_a_provider_in_trouble_is_left_alone_and_then_tried_with_one_message(sharma: Shop, iyer: Shop, road: Road, clock: Clock) -> None:
    set_up(sharma)
    set_up(iyer)
    road.ends = [later("down")] * FAILURES_TO_OPEN
    for _ in range(FAILURES_TO_OPEN):
        assert messaging.deliver(sharma.actor, sms()).outcome is Outcome.LATER
    assert breaker(sharma, clock) is Breaker.OPEN
    waiting = messaging.deliver(sharma.actor, sms())
    assert (waiting.outcome, 0 < waiting.retry_after <= 61, len(road.carried)) == (Outcome.LATER, True, FAILURES_TO_OPEN)
    assert messaging.deliver(iyer.actor, sms()).outcome is Outcome.SENT  # another business's account is not the worse for it
    clock.advance(seconds=waiting.retry_after)
    assert breaker(sharma, clock) is Breaker.HALF_OPEN
    seen: list[Delivery] = []
    road.during = lambda: seen.append(messaging.deliver(sharma.actor, sms()))
    road.ends = [later("still down")]
    assert messaging.deliver(sharma.actor, sms()).outcome is Outcome.LATER
    assert [one.outcome for one in seen] == [Outcome.LATER]  # while one tries, the others wait
    road.during = lambda: None
    clock.advance(seconds=61)
    assert breaker(sharma, clock) is Breaker.OPEN  # twice as long
    clock.advance(seconds=60)
    assert messaging.deliver(sharma.actor, sms()).outcome is Outcome.SENT
    assert breaker(sharma, clock) is Breaker.CLOSED


def test_a_refused_account_opens_the_breaker_and_its_correction_closes_it(sharma: Shop, road: Road, clock: Clock) -> None:
    set_up(sharma)
    road.ends = [later("bad token", Health.ACCOUNT)]
    message = sms()
    assert messaging.deliver(sharma.actor, message).outcome is Outcome.LATER
    assert 0 < messaging.deliver(sharma.actor, message).retry_after <= ACCOUNT_PAUSE.total_seconds() + 1
    set_up(sharma, version=1)
    assert messaging.deliver(sharma.actor, message).outcome is Outcome.SENT


def test_each_channel_uses_one_account_and_a_stale_change_is_refused(sharma: Shop, iyer: Shop, road: Road) -> None:
    set_up(sharma)
    set_up(sharma, Provider.MSG91)
    with read_books(sharma.actor) as books:
        assert {row.provider: row.is_on for row in queries.accounts(books).values()} == {"twilio": False, "msg91": True}
        assert messaging.ready(books) == {Channel.SMS}
    with read_books(iyer.actor) as books:
        assert messaging.ready(books) == frozenset()
    assert messaging.deliver(sharma.actor, sms()).provider == "msg91"
    assert messaging.deliver(iyer.actor, sms()).outcome is Outcome.REFUSED
    with pytest.raises(Conflict):
        set_up(sharma, Provider.MSG91, version=0)


def test_a_secret_of_another_machine_sends_nothing_and_says_so(sharma: Shop, road: Road) -> None:
    set_up(sharma)
    sealing.use("another secret")
    told = messaging.deliver(sharma.actor, sms())
    assert (told.outcome, road.carried) == (Outcome.LATER, [])
    assert "password" in told.words


@pytest.mark.parametrize("to", ["", "98765", "+91987654321012345", "9876543210", "+91 98765 43210", "+९१9876543210", "a@b.example"])
def test_a_number_that_is_none_reaches_no_provider(sharma: Shop, road: Road, to: str) -> None:
    set_up(sharma)
    assert (messaging.deliver(sharma.actor, sms(to=to)).outcome, road.carried) == (Outcome.REFUSED, [])


def test_a_browser_that_is_gone_is_forgotten_and_one_of_another_business_is_not_there(sharma: Shop, iyer: Shop, road: Road) -> None:
    assert sharma.actor.user_id
    asked = Subscribe("https://fcm.googleapis.com/fcm/send/1", push.new_keys()[0], "A" * 22, "Chrome · Android")
    with open_books(sharma.actor) as books:
        browser = service.subscribe(books, sharma.actor.user_id, asked)
        assert service.subscribe(books, sharma.actor.user_id, asked) != browser  # the same one anew: one row
        [kept] = messaging.subscriptions(books, sharma.actor.user_id)
        public, _sealed = service.push_keys(books)
    note = Message(new_id(), Channel.PUSH, str(kept.id), "Stock", "Dal is low", link="/stock")
    assert messaging.deliver(iyer.actor, note).outcome is Outcome.REFUSED
    assert (messaging.deliver(sharma.actor, note).outcome, road.carried[-1][0].settings["public_key"]) == (Outcome.SENT, public)
    road.ends = [unknown("time-out")]
    again = replace(note, id=new_id())
    assert [messaging.deliver(sharma.actor, again).outcome for _ in range(2)] == [Outcome.UNKNOWN, Outcome.SENT]  # harmless twice
    road.ends = [End(Outcome.REFUSED, "gone", is_gone=True)]
    assert messaging.deliver(sharma.actor, replace(note, id=new_id())).outcome is Outcome.REFUSED
    with read_books(sharma.actor) as books:
        assert messaging.subscriptions(books, sharma.actor.user_id) == ()
        assert queries.push_key(books) is not None
