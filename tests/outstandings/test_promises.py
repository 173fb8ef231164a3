"""Whatever parties buy, pay, settle, undo and take back: what is open adds up to the ledger, on every day there was."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from tests.outstandings.khata import DAY, Khata, days, slow_balance, slow_open
from webapp import outstandings
from webapp.books_check import verify_books
from webapp.company import default_store
from webapp.outstandings import Asked, CannotSettle, LineKey, OpenItem
from webapp.outstandings.ages import Narrowed, aged, all_bills, bills, netted_items
from webapp.platform.tenancy import open_books, read_books

FIRST = date(2026, 9, 1)
EDGES = (0, 15, 30, 45)


@pytest.fixture(params=range(4))
def chance(request: pytest.FixtureRequest) -> Random:
    return Random(request.param)


def live(khata: Khata, chance: Random, steps: int = 45) -> list[UUID]:
    """Three parties go through anything at all, on days in any order."""
    parties = [khata.customer(name, credit_days=days_) for name, days_ in (("Ravi", 0), ("Meera", 20), ("Asha", 45))]
    standing: list[tuple[UUID, LineKey, date]] = []
    made: list[UUID] = []
    for _ in range(steps):
        party, day = chance.choice(parties), FIRST + timedelta(days=chance.randrange(80))
        what = chance.random()
        if what < 0.4:
            standing.append((party, khata.bill(party, chance.randrange(1, 300), day), day))
        elif what < 0.6:
            standing.append((party, khata.money(party, chance.randrange(1, 300), day), day))
        elif what < 0.85:
            mine = [line for owner, line, _ in standing if owner == party]
            if len(mine) >= 2:
                source, *others = chance.sample(mine, min(len(mine), 3))
                try:
                    made += khata.settle(party, source, *((one, chance.randrange(1, 150)) for one in others), on=day)
                except CannotSettle:
                    continue
        elif what < 0.93 and made:
            khata.undo(made.pop(chance.randrange(len(made))))
        elif standing:
            _owner, line, posted = standing.pop(chance.randrange(len(standing)))
            khata.take_back(line.voucher_id, posted + timedelta(days=chance.randrange(20)))
            with read_books(khata.actor) as books:
                made = [one for one in made if outstandings.queries.allocation(books, one).released_on is None]
    return parties


def slow_netted(items: list[OpenItem]) -> dict[LineKey, int]:
    """What stays open of bills when money pays the oldest first, paisa pile by paisa pile."""
    money = -sum(item.open for item in items if item.open < 0)
    left = {}
    for bill in sorted((item for item in items if item.open > 0), key=lambda item: (item.due_on, item.day, item.key)):
        taken = min(money, bill.open)
        money -= taken
        if bill.open - taken:
            left[bill.key] = bill.open - taken
    return left


def test_what_is_open_is_the_balance_on_every_day(khata: Khata, chance: Random) -> None:
    parties = live(khata, chance)
    for on in days(FIRST - timedelta(days=1), 18, 6):
        summary = khata.ageing(on, edges=EDGES)
        by_date = khata.ageing(on, edges=EDGES, by_due=False)
        netted = khata.ageing(on, edges=EDGES, netted=True)
        for party in parties:
            items = khata.open(party, on)
            assert {item.key: item.open for item in items} == slow_open(khata, party, on)
            balance = slow_balance(khata, party, on)
            assert sum(item.open for item in items) == balance
            for found, by_due in ((summary, True), (by_date, False)):
                foot = aged(items, Asked(on, by_due=by_due), EDGES)
                assert found.get(party, ((0,) * len(foot.buckets), 0)) == (foot.buckets, foot.on_account)
            foot = aged(netted_items(items, "receivable"), Asked(on), EDGES)
            buckets, money = netted.get(party, ((0,) * 5, 0))
            assert (buckets, money) == (foot.buckets, foot.on_account)
            assert sum(buckets) - money == balance
            assert 0 in (sum(buckets), money), "netted, a party owes or is owed"
            assert {item.key: item.open for item in netted_items(items, "receivable") if item.open > 0} == slow_netted(items)
    with read_books(khata.actor) as books:
        assert verify_books(books).breaches == []


def test_the_list_of_bills_is_every_partys_own(khata: Khata, chance: Random) -> None:
    parties = live(khata, chance)
    for on in (FIRST + timedelta(days=40), DAY):
        for is_netted in (False, True):
            expected = {}
            for party in parties:
                items = khata.open(party, on)
                mine = netted_items(items, "receivable") if is_netted else items
                expected |= {item.key: item.open for item in mine if item.open > 0}
            with read_books(khata.actor) as books:
                narrowed = Narrowed(is_netted=is_netted)
                found = list(all_bills(books, Asked(on), narrowed))
                assert {row.item.key: row.left for row in found} == expected
                assert [row.place for row in found] == sorted(row.place for row in found)
                paged, after = [], None
                while True:
                    page = bills(books, Asked(on), narrowed, after=after, most=4)
                    assert (page.count, page.left) == (len(found), sum(expected.values()))
                    paged += page.rows
                    if (after := page.after) is None:
                        break
                assert paged == found
                late = all_bills(books, Asked(on), Narrowed(overdue_only=True, is_netted=is_netted))
                assert [row.item.key for row in late] == [row.item.key for row in found if row.item.due_on < on]
                parting = (0, 15, 30, 45)
                cut = [
                    [row.item.key for row in all_bills(books, Asked(on), Narrowed(bucket=place, parting=parting, is_netted=is_netted))]
                    for place in range(5)
                ]
                assert sorted(key for keys in cut for key in keys) == sorted(expected)
                assert all(row.item.key in cut[sum(row.item.days_over(on) > bound for bound in parting)] for row in found)


def test_stores_and_words_cut_the_same_whole(khata: Khata, chance: Random) -> None:
    live(khata, chance, steps=25)
    with read_books(khata.actor) as books:
        store = default_store(books)
    assert khata.ageing(store_id=store) == khata.ageing()
    assert khata.ageing(store_id=UUID(int=1)) == {}
    whole = khata.ageing()
    cut = [khata.ageing(words=word) for word in ("ravi", "MEERA", "asha")]
    assert {party: figures for one in cut for party, figures in one.items()} == whole
    assert khata.ageing(words="nobody % _") == {}
    party = next(iter(whole))
    assert khata.ageing(party_id=party) == {party: whole[party]}


def test_what_suggest_gives_can_be_settled(khata: Khata, chance: Random) -> None:
    for party in live(khata, chance, steps=30):
        items = khata.open(party)
        for money in [item for item in items if item.open < 0]:
            open_bills = [item for item in khata.open(party) if item.open > 0]
            parts = outstandings.suggest(open_bills, -money.open)
            assert sum(part.amount for part in parts) == min(-money.open, sum(item.open for item in open_bills))
            if parts:
                with open_books(khata.actor) as books:
                    outstandings.allocate(books, party, money.key, parts)
        left = khata.open(party)
        assert {item.key: item.open for item in left if item.open > 0} == slow_netted(items), "settled so, as netted showed"
        assert outstandings.suggest(left, 0) == ()
