"""Reminders that send themselves: once, to whom they belong, while money is owed, on working days, whoever is killed on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from jobs import chores
from tests.conftest import Clock
from tests.dunning.conftest import Dunner
from tests.notifications.conftest import Carrier
from tests.outstandings.khata import DAY
from webapp import catalogue, dunning, links, notifications, outstandings, parties
from webapp.catalogue.price_lists import ListDraft, give_list
from webapp.dunning import queries, sending
from webapp.dunning.models import DunningStep
from webapp.final_accounts import doubts
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.links.rules import Payer, Stated
from webapp.notifications import service as wishes
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import open_books, read_books


def test_each_customer_is_written_to_once_a_day_and_once_for_a_rule(
    shop: Dunner, theirs: Dunner, ravi: UUID, carrier: Carrier, clock: Clock
) -> None:
    meera = shop.customer("Meera", phone="+919822010024")
    shop.late(ravi, 100, 16)
    shop.late(ravi, 10, 2)
    shop.late(meera, 70, 1)
    paid = shop.customer("Asha", phone="+919822010025")
    shop.late(paid, 50, 20)
    shop.money(paid, 50)
    for _pass in range(3):
        chores.send_reminders()
        chores.send_messages()
    assert shop.sent() == [("Meera", "polite", 70), ("Ravi Rao", "firm", 110)]
    assert sorted(message.to for message in carrier.sent) == ["+919822010023", "+919822010024"]
    (text,) = [message.text for message in carrier.sent if message.to.endswith("23")]
    assert text.startswith("Dear Ravi Rao, Rs 110.00 is still overdue at Sharma Stores since 04-Nov-2026 (16 days), bill J/00001, J/00002.")
    assert theirs.log() == []
    clock.advance(days=3)  # Monday: nothing new of either
    assert shop.run() == 0
    clock.advance(days=2)  # Wednesday: Meera's bill is six days late, Ravi's second seven
    assert shop.run() == 1
    assert shop.sent()[-1] == ("Ravi Rao", "reminder", 110)
    assert shop.run() == 0


def test_off_it_does_nothing_and_says_whom_it_would_write_to(shop: Dunner, theirs: Dunner, ravi: UUID, carrier: Carrier) -> None:
    shop.switch(is_on=False)
    shop.late(ravi, 100, 3)
    theirs.late(theirs.customer("Murugan", phone="+919822010033"), 40, 3)
    assert shop.decided() == {"Ravi Rao": ""}
    chores.send_reminders()
    assert (shop.log(), shop.mail()) == ([], [])
    assert theirs.sent() == [("Murugan", "polite", 40)]
    with pytest.raises(NotFound), open_books(theirs.actor) as books:
        dunning.exempt(books, ravi, is_exempt=True)


def test_what_holds_a_reminder_back_is_kept_once(shop: Dunner, ravi: UUID, carrier: Carrier, clock: Clock) -> None:
    names = ("Archived", "Disputes", "Ended", "Exempt", "No phone", "Promised", "Says paid")
    people = {name: shop.customer(name, phone="" if name == "No phone" else f"+9198220101{n:02d}") for n, name in enumerate(names)}
    for party in people.values():
        shop.late(party, 100, 3)
    shop.promise(people["Promised"], DAY + timedelta(days=3))
    with open_books(shop.actor) as books:
        dunning.exempt(books, people["Exempt"], is_exempt=True)
        wishes.end_messages(books, f"party:{people['Ended']}", "", via="link")
        doubts.mark_dues(books, doubts.MarkDraft(new_id(), "Disputes", "", doubts.Standing(is_disputed=True), DAY, "A letter"))
        link = links.make(books, outstandings.STATEMENT, people["Says paid"], "Says paid", days=7)
        opened = links.Opened(link.id, outstandings.STATEMENT, people["Says paid"], shop.actor)
        links.state_payment(books, opened, Payer(people["Says paid"], "Says paid", "-", 100_00), Stated("123456789012", Paise(100_00)))
        parties.archive_party(books, people["Archived"])
    reasons = ("archived", "disputed", "ended", "exempt", "unreachable", "promised", "says_paid")
    assert shop.decided() == dict(zip(names, reasons, strict=True))
    for _day in range(3):
        assert shop.run() == 0
        clock.advance(days=1)
    assert shop.skipped() == list(zip(names, reasons, strict=True))  # each once, not every day anew
    assert shop.mail() == []


def test_a_promise_kept_ends_it_and_a_broken_one_brings_the_next_rule(shop: Dunner, ravi: UUID, carrier: Carrier, clock: Clock) -> None:
    meera = shop.customer("Meera", phone="+919822010024")
    shop.late(ravi, 100, 1)
    shop.late(meera, 70, 1)
    assert shop.run() == 2
    clock.advance(days=3)  # Monday, 23 November
    for party in (ravi, meera):
        shop.promise(party, date(2026, 11, 25))
    clock.advance(days=2)  # the promised day
    assert shop.run() == 0
    shop.money(meera, 70)
    clock.advance(days=1)  # it is over; Ravi's bill is seven days late by now, so the rule after that one
    assert shop.decided() == {"Ravi Rao": ""}
    assert shop.run() == 1
    assert shop.sent()[-1] == ("Ravi Rao", "reminder", 100)


@pytest.mark.parametrize("how", ["paid", "a part", "exempt", "says paid"])
def test_what_changes_before_it_leaves_stops_it(shop: Dunner, ravi: UUID, carrier: Carrier, how: str) -> None:
    shop.late(ravi, 100, 3)
    assert shop.run() == 1
    with open_books(shop.actor) as books:
        if how == "exempt":
            dunning.exempt(books, ravi, is_exempt=True)
        elif how == "says paid":
            link = links.make(books, outstandings.STATEMENT, ravi, "Ravi", days=7)
            opened = links.Opened(link.id, outstandings.STATEMENT, ravi, shop.actor)
            links.state_payment(books, opened, Payer(ravi, "Ravi", "-", 100_00), Stated("123456789012", Paise(100_00)))
    if how in ("paid", "a part"):
        shop.money(ravi, 100 if how == "paid" else 1)
    shop.deliver()
    assert carrier.sent == []
    assert [row.state for row in shop.mail()] == ["stopped"]


def test_a_bill_that_falls_due_is_told_before_and_stopped_when_it_alone_is_paid(shop: Dunner, ravi: UUID, carrier: Carrier) -> None:
    shop.rule(-3)
    shop.late(ravi, 500, 30)
    assert shop.run() == 1
    meera = shop.customer("Meera", phone="+919822010024", credit_days=10)
    soon = shop.bill(meera, 70, DAY - timedelta(days=8))
    shop.bill(meera, 30, DAY)
    with open_books(shop.actor) as books:
        (decision,) = queries.decisions(books, meera)
    assert (decision.rule.event if decision.rule else "", decision.amount) == ("invoice_due_soon", 70_00)
    assert sending._one(shop.actor, decision) == 1
    payment = shop.money(meera, 70)
    shop.settle(meera, payment, (soon, 70))
    shop.deliver()
    assert [message.to for message in carrier.sent] == ["+919822010023"]


@pytest.mark.parametrize(("at", "made"), [(3, 0), (8, 0), (9, 1), (20, 1), (21, 0), (23, 0)])
def test_only_within_the_hours_of_sending(shop: Dunner, ravi: UUID, carrier: Carrier, clock: Clock, at: int, made: int) -> None:
    shop.late(ravi, 100, 3)
    clock.now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=at) - timedelta(hours=5, minutes=30)
    assert shop.run() == made


@pytest.mark.parametrize(
    ("days", "changed", "made"),
    [(2, {}, 0), (2, {"on_sundays": True}, 1), (3, {}, 1), (4, {}, 0), (4, {"own": "work"}, 1), (3, {"own": "rest"}, 0)],
    ids=["Sunday", "on Sundays too", "Monday", "festival", "festival worked", "own day"],
)
def test_days_of_rest(
    shop: Dunner, theirs: Dunner, ravi: UUID, carrier: Carrier, clock: Clock, days: int, changed: dict[str, Any], made: int
) -> None:
    own = changed.get("own")
    shop.switch(on_sundays="on_sundays" in changed)
    shop.late(ravi, 100, 0)
    clock.advance(days=days)
    with open_books(shop.actor) as books:
        if own == "rest":
            dunning.rest_on(books, books.today, "Village fair")
        elif own == "work":
            dunning.work_on(books, books.today)
    assert shop.run() == made
    assert theirs.log() == []


def test_killed_between_the_claim_and_the_message_it_is_sent_once(
    shop: Dunner, ravi: UUID, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    meera = shop.customer("Meera", phone="+919822010024")
    shop.late(ravi, 100, 3)
    shop.late(meera, 70, 3)
    told: list[UUID] = []
    notify = notifications.notify

    def dies(*more: Any, **about: Any) -> int:
        told.append(about["party_id"])
        if len(told) == 1:
            raise MemoryError
        return notify(*more, **about)

    with monkeypatch.context() as planted:
        planted.setattr(notifications, "notify", dies)
        with pytest.raises(RuntimeError, match="1 customers were not reminded"):
            shop.run()
    # The claim of the first went with its message; the second was not hindered by it.
    assert len(shop.sent()) == len(shop.mail()) == 1
    for _again in range(2):
        shop.run()
    shop.deliver()
    assert shop.sent() == [("Meera", "polite", 70), ("Ravi Rao", "polite", 100)]
    assert len(carrier.sent) == 2


def test_who_lost_the_turn_writes_nothing(shop: Dunner, ravi: UUID, carrier: Carrier) -> None:
    """Another process decided the same a moment ago: its claim stands, whatever this one had seen."""
    shop.late(ravi, 100, 3)
    with read_books(shop.actor) as books:
        (seen,) = queries.decisions(books)
    assert sending._one(shop.actor, seen) == 1
    with open_books(shop.actor) as books:
        assert not sending._note_sent(books, seen)
    assert sending._one(shop.actor, seen) == 0
    assert len(shop.mail()) == 1


def test_the_statement_goes_along_and_its_link_is_used_again(shop: Dunner, ravi: UUID, carrier: Carrier, clock: Clock) -> None:
    shop.rule(3, "polite", has_link=True)
    shop.late(ravi, 100, 3)
    shop.run()
    with read_books(shop.actor) as books:
        (link,) = links.links_of(books, outstandings.STATEMENT, ravi)
    (row,) = shop.mail()
    assert row.link == row.values["link"]
    assert row.link.startswith("https://munim.example/statements/")
    assert link.views == 0
    with open_books(shop.actor) as books:
        assert sending.statement_link(books, ravi, "Ravi Rao") == row.link
    clock.advance(days=25)
    with open_books(shop.actor) as books:
        assert sending.statement_link(books, ravi, "Ravi Rao") != row.link


def test_a_price_list_has_rules_of_its_own_and_old_bills_can_be_left_out(shop: Dunner, ravi: UUID, carrier: Carrier) -> None:
    with open_books(shop.actor) as books:
        list_id = catalogue.create_price_list(books, ListDraft("Wholesale", is_for_all=False, store_id=None))
        give_list(books, ravi, list_id)
    shop.rule(1, "polite", price_list_id=list_id, least_paise=100_00)
    shop.late(ravi, 60, 5)
    shop.late(ravi, 50, 90)
    shop.switch(bills_from=DAY - timedelta(days=30))
    assert shop.decided() == {"Ravi Rao": "too_little"}
    shop.switch(bills_from=None)
    assert shop.run() == 1
    assert shop.sent() == [("Ravi Rao", "polite", 110)]


def test_hostile_choices(shop: Dunner, theirs: Dunner, ravi: UUID) -> None:
    with read_books(shop.actor) as books:
        kept, (first, *_rest) = queries.policy(books), queries.every_rule(books)
    with pytest.raises(Conflict), open_books(shop.actor) as books:
        dunning.set_policy(books, queries.Policy(is_on=True, version=kept.version - 1))
    with pytest.raises(NotFound), open_books(theirs.actor) as books:
        dunning.end_rule(books, first.id)
    with open_books(shop.actor) as books:
        assert dunning.take_usual(books) == 0
        for rule in queries.every_rule(books):
            dunning.end_rule(books, rule.id)
        with pytest.raises(NotFound):
            dunning.end_rule(books, first.id)
    with pytest.raises(InvalidInput), open_books(shop.actor) as books:
        dunning.set_policy(books, queries.Policy(is_on=True, version=kept.version))
    with open_books(shop.actor) as books:
        assert dunning.take_usual(books) == 5
    shop.late(ravi, 100, 3)
    with open_books(shop.actor) as books:
        (decision,) = queries.decisions(books)
        rule_id, (voucher_id, line_no) = decision.steps[0]
        step = {"rule_id": rule_id, "voucher_id": voucher_id, "line_no": line_no, "party_id": ravi, "sent_on": DAY}
        assert insert_once(books, DunningStep, step)
        assert not insert_once(books, DunningStep, step)
    with pytest.raises(NotFound), open_books(shop.actor) as books:
        dunning.work_on(books, DAY)  # no holiday


def test_many_customers_cost_no_statement_more(shop: Dunner, ravi: UUID, max_queries: Callable[[int], Any]) -> None:
    for number in range(12):
        shop.late(shop.customer(f"Customer {number}", phone=f"+9198220102{number:02d}"), 100, number)
    with read_books(shop.actor) as books, max_queries(18):
        assert len(queries.decisions(books)) == 12
