"""Messages leave once, at their time, by the channel that works, and not to who wants none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.notifications.conftest import WORDS, Carrier, make_party
from webapp import notifications, parties
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.messaging import Delivery, Outcome, Report, ReportState
from webapp.messaging.models import ProviderReport
from webapp.notifications import queries, service
from webapp.notifications.models import QueuedMessage
from webapp.notifications.queries import MessageRow, Policy, Wanted
from webapp.notifications.sending import CHUNK, LEASE, send
from webapp.notifications.service import PartyWishes
from webapp.platform.outbox import OutboxEvent
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import open_books, read_books

AGREED = PartyWishes(None, "", "Said yes at the counter", has_ended=False)


def tell(shop: Shop, party: UUID, key: str = "bill 1", **more: Any) -> int:
    with open_books(shop.actor) as books:
        return notifications.notify(books, "invoice_overdue", key=key, words=WORDS | more, link="/s/x", party_id=party)


def log(shop: Shop, **wanted: str) -> list[MessageRow]:
    with read_books(shop.actor) as books:
        return queries.messages(books, Wanted(**wanted), None, None)


def states(shop: Shop) -> list[tuple[str, str]]:
    """Channel and state of each message, in the order in which they were made."""
    return [(one.channel, one.state) for one in reversed(log(shop))]


def set_policy(shop: Shop, **changed: Any) -> None:
    with open_books(shop.actor) as books:
        service.set_policy(books, Policy(**changed))


def test_a_party_is_told_once_by_the_first_channel_that_works(sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID) -> None:
    assert tell(sharma, asha) == 1
    assert tell(sharma, asha) == 0
    with pytest.raises(NotFound):
        tell(iyer, asha)  # another company's party
    assert notifications.send_due(iyer.actor) == 0
    assert notifications.send_due(sharma.actor) == 1
    assert notifications.send_due(sharma.actor) == 0
    (sent,) = carrier.sent
    assert (sent.channel, sent.to, sent.template) == ("sms", "+919812345670", "invoice_overdue.en")  # it never agreed to WhatsApp
    assert sent.text.startswith("Dear Asha Rao, Rs 1,180.00 is overdue at Sharma Stores")
    assert [name for name, _ in sent.variables] == ["party", "amount", "shop", "day", "days", "link"]
    assert states(sharma) == [("sms", "sent")]
    assert log(iyer) == []


def test_one_fact_for_all_messages_of_a_transaction(sharma: Shop, carrier: Carrier) -> None:
    party_ids = [make_party(sharma, f"Party {n}", phone=f"+9198123400{n:02d}", email="") for n in range(3)]
    with open_books(sharma.actor) as books:
        for party_id in party_ids:
            notifications.notify(books, "invoice_overdue", key="a", words=WORDS, party_id=party_id)
    with read_books(sharma.actor) as books:
        assert len(books.session.scalars(select(OutboxEvent.id).where(OutboxEvent.kind == "MessagesQueued")).all()) == 1


def test_a_long_queue_goes_in_chunks(sharma: Shop, carrier: Carrier, asha: UUID) -> None:
    """Ten thousand recipients: each job sends one chunk and leaves the next to another job."""
    tell(sharma, asha)
    with open_books(sharma.actor) as books:
        (first,) = queries.messages(books, Wanted(), None, None)
        row = {name: getattr(first, name) for name in MessageRow.__slots__} | {"changed_at": books.now}
        rows = [row | {"id": new_id(), "recipient": f"mail:{n}@example.com", "channel": "email"} for n in range(10_000)]
        books.insert(QueuedMessage, rows)
    assert notifications.send_due(sharma.actor) == CHUNK
    assert len(carrier.sent) == CHUNK
    with read_books(sharma.actor) as books:
        query = select(OutboxEvent.payload).where(OutboxEvent.kind == "MessagesQueued").order_by(OutboxEvent.id)
        assert [told["part"] for told in books.session.scalars(query)] == [0, 1]


def test_refused_goes_to_the_next_channel_and_not_delivered_in_time_too(sharma: Shop, carrier: Carrier, asha: UUID, clock: Clock) -> None:
    with open_books(sharma.actor) as books:
        service.set_party(books, asha, AGREED)
    tell(sharma, asha)
    carrier.answers = [Delivery(Outcome.REFUSED, "fake", words="No WhatsApp there")]
    notifications.send_due(sharma.actor)
    assert states(sharma) == [("whatsapp", "refused"), ("sms", "waiting")]
    notifications.send_due(sharma.actor)
    notifications.send_due(sharma.actor)
    assert states(sharma)[-1] == ("sms", "sent")
    clock.advance(minutes=121)
    notifications.send_due(sharma.actor)
    assert states(sharma) == [("whatsapp", "refused"), ("sms", "sent"), ("email", "sent")]
    assert "https://munim.example/unsubscribe/" in carrier.sent[-1].text
    assert carrier.sent[-1].link.startswith("https://munim.example/unsubscribe/")
    clock.advance(days=1)
    notifications.send_due(sharma.actor)
    assert len(carrier.sent) == 3


def test_what_providers_tell_afterwards(sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID, clock: Clock) -> None:
    tell(sharma, asha)
    notifications.send_due(sharma.actor)
    known = carrier.sent[0].id.hex

    def told(state: ReportState, shop: Shop = sharma, provider: str = "fake") -> list[tuple[str, str]]:
        with open_books(shop.actor) as books:
            notifications.take_report(books, Report(shop.company_id, provider, known, state, "", clock()))
        return states(sharma)

    assert told(ReportState.READ, iyer) == told(ReportState.READ, provider="other") == [("sms", "sent")]
    assert told(ReportState.FAILED) == told(ReportState.FAILED) == [("sms", "failed"), ("email", "waiting")]
    assert told(ReportState.READ) == told(ReportState.DELIVERED) == told(ReportState.FAILED) == [("sms", "read"), ("email", "waiting")]


def test_an_unknown_end_is_never_sent_again_but_by_a_person(sharma: Shop, carrier: Carrier, asha: UUID, clock: Clock) -> None:
    tell(sharma, asha)
    carrier.answers = [TimeoutError("no answer")]
    notifications.send_due(sharma.actor)
    clock.advance(days=1)
    notifications.send_due(sharma.actor)
    assert len(carrier.sent) == 1
    (row,) = log(sharma)
    assert (row.state, row.words) == ("unknown", "TimeoutError")
    again = new_id()
    for _double_click in range(2):
        with open_books(sharma.actor) as books:
            assert service.send_again(books, row.id, again) == again
    notifications.send_due(sharma.actor)
    assert [one.id for one in carrier.sent] == [row.id, again]
    assert states(sharma) == [("sms", "unknown"), ("sms", "sent")]
    with open_books(sharma.actor) as books:
        service.settle_unknown(books, row.id, has_arrived=True)
    with pytest.raises(Conflict), open_books(sharma.actor) as books:
        service.settle_unknown(books, row.id, has_arrived=False)
    with pytest.raises(Conflict), open_books(sharma.actor) as books:
        service.send_again(books, row.id, new_id())  # it has arrived
    with pytest.raises(NotFound), open_books(sharma.actor) as books:
        service.send_again(books, new_id(), new_id())


def test_a_killed_process_leaves_a_message_that_may_have_arrived(sharma: Shop, carrier: Carrier, asha: UUID, clock: Clock) -> None:
    class Killed(BaseException):
        """What a process cannot catch."""

    tell(sharma, asha)

    def die() -> Delivery:
        raise Killed

    carrier.answers = [die]
    with pytest.raises(Killed):
        notifications.send_due(sharma.actor)
    assert states(sharma) == [("sms", "sending")]
    notifications.send_due(sharma.actor)  # meanwhile it may still be answered
    assert len(carrier.sent) == 1
    clock.now += LEASE + timedelta(seconds=1)
    notifications.send_due(sharma.actor)
    assert states(sharma) == [("sms", "unknown")]
    assert len(carrier.sent) == 1
    with read_books(sharma.actor) as books:
        (one,) = queries.tries_of(books, carrier.sent[0].id)
    assert (one.try_no, one.outcome, one.ended_at) == (1, "", None)


def test_what_is_told_to_come_later_comes_later_and_is_given_up_at_last(sharma: Shop, carrier: Carrier, clock: Clock) -> None:
    party = make_party(sharma, email="")
    tell(sharma, party)
    carrier.answers = [Delivery(Outcome.LATER, "fake", words="busy", retry_after=3600)] + [Delivery(Outcome.LATER, "fake")] * 9
    notifications.send_due(sharma.actor)
    clock.advance(minutes=59)
    notifications.send_due(sharma.actor)
    assert len(carrier.sent) == 1
    clock.advance(minutes=1)
    notifications.send_due(sharma.actor)
    assert len(carrier.sent) == 2
    for _hours in range(30):
        clock.advance(hours=2)
        notifications.send_due(sharma.actor)
    assert len(carrier.sent) == 6
    assert states(sharma) == [("sms", "refused")]


@pytest.mark.parametrize("how", ["opt-out", "archived", "not ready", "old"])
def test_what_hinders_after_it_was_queued(sharma: Shop, carrier: Carrier, clock: Clock, how: str) -> None:
    party = make_party(sharma, email="")
    tell(sharma, party)
    with open_books(sharma.actor) as books:
        if how == "opt-out":
            service.end_messages(books, f"party:{party}", "", via="link")
        elif how == "archived":
            parties.archive_party(books, party)
        elif how == "not ready":
            carrier.ready = {"email"}
        else:
            clock.advance(days=4)
    notifications.send_due(sharma.actor)
    assert (states(sharma), carrier.sent) == ([("sms", "stopped")], [])


def test_hours_of_rest_and_a_days_most(sharma: Shop, carrier: Carrier, clock: Clock) -> None:
    party = make_party(sharma, email="")
    set_policy(sharma, most_per_day=2)
    clock.now = clock.now.replace(hour=16, minute=0)  # half past nine in the evening, in India
    for key in ("a", "b", "c"):
        tell(sharma, party, key)
    assert notifications.send_due(sharma.actor) == 0
    clock.now += timedelta(hours=11, minutes=30)
    assert notifications.send_due(sharma.actor) == 3
    assert len(carrier.sent) == 2
    clock.advance(hours=5)
    assert notifications.send_due(sharma.actor) == 0
    clock.advance(hours=19)
    notifications.send_due(sharma.actor)
    assert len(carrier.sent) == 3


def test_a_spent_budget_stops_what_is_paid_for_and_says_so_once(sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID) -> None:
    set_policy(sharma, budget_paise=30)
    carrier.answers = [Delivery(Outcome.SENT, "fake", "1", cost_paise=30)]
    for key in ("a", "b", "c"):
        tell(sharma, asha, key)
    for _job in range(2):
        notifications.send_due(sharma.actor)
    # Mail costs nothing, so it takes over; the notice of the budget is mailed to the owner too.
    by_sms = [state for channel, state in states(sharma) if channel == "sms"]
    assert sorted(by_sms) == ["sent", "stopped", "stopped"]
    assert [state for channel, state in states(sharma) if channel == "email"] == ["sent"] * 3
    with read_books(sharma.actor) as books:
        assert queries.cost_of_month(books) == 30
        mine = queries.notices(books, sharma.actor.user_id or new_id(), is_new=True, before=None, most=10)
    assert [one.event for one in mine] == ["budget_spent"]
    with read_books(iyer.actor) as books:
        assert queries.cost_of_month(books) == 0


def test_a_claimed_message_is_nobody_elses(sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID) -> None:
    """While one process waits for the provider's answer, another is asked to send the same."""
    tell(sharma, asha)
    (row,) = log(sharma)

    def meanwhile() -> Delivery:
        send(sharma.actor, row.id)
        send(iyer.actor, row.id)
        return Delivery(Outcome.SENT, "fake", "1")

    carrier.answers = [meanwhile]
    send(sharma.actor, row.id)
    assert len(carrier.sent) == 1
    assert states(sharma) == [("sms", "sent")]


@pytest.mark.parametrize("value", ["{__class__}", "{amount}", "a\r\nBcc: x@example.com", "\u202egpj.exe"])
def test_a_hostile_value_stays_a_value(sharma: Shop, carrier: Carrier, value: str) -> None:
    party = make_party(sharma, phone="")
    tell(sharma, party, amount=value)
    notifications.send_due(sharma.actor)
    (sent,) = carrier.sent
    assert not any(sign in sent.subject for sign in "\r\n\u202e")
    assert "\r" not in sent.text
    if value.startswith("{"):
        assert sent.subject == f"{value} is overdue at Sharma Stores"


@pytest.mark.parametrize("state", [ReportState.DELIVERED, ReportState.FAILED])
def test_a_report_that_is_quicker_than_the_answer_counts(
    sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID, state: ReportState
) -> None:
    """The provider tells how it ended before our own call has said what the provider calls it."""
    tell(sharma, asha)

    def reports_first() -> Delivery:
        row = {"provider": "twilio", "provider_id": "SM1", "state": state.value, "words": "", "digest": ""}
        for shop in (sharma, iyer):
            with open_books(shop.actor) as books:
                told = row if shop is sharma else row | {"state": "read"}  # another business's word is not of this message
                insert_once(books, ProviderReport, told | {"said_at": books.now, "received_at": books.now})
        return Delivery(Outcome.SENT, "twilio", "SM1")

    carrier.answers = [reports_first]
    notifications.send_due(sharma.actor)
    ended = {ReportState.DELIVERED: [("sms", "delivered")], ReportState.FAILED: [("sms", "failed"), ("email", "waiting")]}
    assert states(sharma) == ended[state]
