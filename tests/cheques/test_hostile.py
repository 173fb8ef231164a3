"""Cheques whose bills were dealt with otherwise, months that are locked, and two who do the same at the same instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.cheques.drawer import Drawer
from tests.ground.shops import Shop, found_sharma
from tests.outstandings.khata import DAY, slow_balance, slow_open
from tests.sales.trade import CREDIT, open_trade
from webapp import cheques, interest, outstandings, writing_off
from webapp.cheques.queries import bank_accounts
from webapp.company import lock_month
from webapp.company.locks import PeriodLocked
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.outstandings import LineKey
from webapp.platform.tenancy import open_books, read_books


def agrees(drawer: Drawer, party: UUID) -> None:
    """The khata, the ageing and the books say the same."""
    items = {item.key: item.open for item in drawer.open(party)}
    assert items == slow_open(drawer, party, DAY)
    with read_books(drawer.actor) as books:
        ages = outstandings.ageing(books, outstandings.Asked(DAY, party_id=party))
    assert sum(items.values()) == slow_balance(drawer, party, DAY) == drawer.due(party) == ages.totals.balance
    assert drawer.breaches() == ()


def test_a_bill_paid_otherwise_is_not_opened_twice(drawer: Drawer, ravi: UUID) -> None:
    bill = drawer.bill(ravi, 1000)
    one = drawer.cheque(ravi, 1000, (bill, 1000))
    drawer.deposit(one)
    with read_books(drawer.actor) as books:
        (settled,) = outstandings.allocations_of(books, one)
    drawer.undo(settled.id)
    drawer.settle(ravi, drawer.money(ravi, 600), (bill, 600))
    drawer.write_off(ravi, (bill, 400))
    drawer.move(cheques.bounce, one)
    assert (drawer.left(ravi), drawer.due(ravi)) == ({}, 0)
    agrees(drawer, ravi)
    # Presented again it pays nothing, for nothing is open: it is money on account.
    drawer.move(cheques.again, one)
    assert drawer.due(ravi) == -1000_00
    agrees(drawer, ravi)


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_bill_cancelled_or_credited_before_its_cheque_comes_back(sharma: Shop, is_cancelled: bool) -> None:
    trade, drawer = open_trade(sharma.actor), Drawer(sharma.actor)
    trade.item("Lamp", 1180)
    ravi = trade.customer("Ravi")
    bill = trade.sell(trade.line("Lamp"), total=1180, paid=CREDIT, party_id=ravi)
    ((line, _open),) = drawer.left(ravi).items()
    one = drawer.cheque(ravi, 1180, (line, 1180))
    drawer.deposit(one)
    if is_cancelled:
        trade.cancel(bill)
    else:
        trade.take_back(bill, (1, 1), mode=CREDIT)
    assert drawer.due(ravi) == -1180_00
    agrees(drawer, ravi)
    drawer.move(cheques.bounce, one, charges=118_00, from_party=True)
    assert drawer.due(ravi) == 118_00
    agrees(drawer, ravi)
    drawer.move(cheques.again, one)
    assert drawer.due(ravi) == -1062_00
    agrees(drawer, ravi)


def test_in_a_locked_month_nothing_is_posted(drawer: Drawer, ravi: UUID) -> None:
    bill = drawer.bill(ravi, 36_500, date(2026, 9, 1))
    drawer.terms(18)
    at_bank, in_hand = (drawer.cheque(ravi, 10, taken_on=date(2026, 10, 20), cheque_date=date(2026, 10, 20)) for _ in range(2))
    drawer.deposit(at_bank, on=date(2026, 10, 21))
    october = date(2026, 10, 25)
    with open_books(drawer.actor) as books:
        lock_month(books, 202610, "GSTR filed")
    due, taken = drawer.due(ravi), (at_bank, in_hand)
    acts: tuple[Callable[[], Any], ...] = (
        lambda: drawer.move(cheques.bounce, at_bank, on=october),
        lambda: drawer.move(cheques.cancel, in_hand, on=october),
        lambda: drawer.deposit(in_hand, on=october),
        lambda: drawer.cheque(ravi, 5, taken_on=october, cheque_date=october),
        lambda: drawer.write_off(ravi, (bill, 1), written_on=october),
    )
    for act in acts:
        with pytest.raises(PeriodLocked):
            act()
    with read_books(drawer.actor) as books:
        assert [cheques.cheque(books, id_).row.state for id_ in taken] == ["deposited", "in_hand"]
    assert drawer.due(ravi) == due
    drawer.move(cheques.bounce, at_bank, on=date(2026, 11, 2))
    drawer.move(cheques.cancel, in_hand, on=date(2026, 11, 2))
    assert drawer.due(ravi) == 36_500_00
    with pytest.raises(PeriodLocked):
        drawer.charge(ravi, date(2026, 10, 31))
    drawer.charge(ravi)
    agrees(drawer, ravi)


def test_interest_of_what_was_cancelled_credited_or_charged_at_another_rate(sharma: Shop) -> None:
    from webapp.platform import clock

    trade, drawer = open_trade(sharma.actor), Drawer(sharma.actor)
    trade.item("Lamp", 36_500)
    ravi = trade.customer("Ravi")
    first, second = (trade.sell(trade.line("Lamp"), total=36_500, paid=CREDIT, party_id=ravi) for _ in range(2))
    drawer.terms(18, tax=False)
    start = clock.now()

    def after(days: int) -> int:
        """So many days go by; the interest then."""
        clock.use(lambda: start + timedelta(days=days))
        return drawer.accrued(ravi, DAY + timedelta(days=days))

    after(5)
    drawer.charge(ravi, DAY + timedelta(days=5))
    drawer.terms(36, tax=False)
    assert after(10) == 2 * 5 * 36_00, "what was charged stays at its own rate"
    trade.cancel(first)
    assert after(10) == 5 * 36_00
    trade.take_back(second, (1, 1), mode=CREDIT)
    assert after(20) == 5 * 36_00, "from the credit note on nothing is open"
    assert drawer.breaches() == ()


def test_two_at_once(real_engine: Engine) -> None:
    """Each step once, whoever of two comes first; the other is told."""
    from webapp.app import connect_rooms

    connect_rooms()
    drawer = Drawer(found_sharma().actor)
    ravi, meera, asha = (drawer.customer(name) for name in ("Ravi", "Meera", "Asha"))
    bill = drawer.bill(ravi, 1000)
    one = drawer.cheque(ravi, 1000, (bill, 1000))
    drawer.bill(meera, 3)
    drawer.bill(asha, 36_500, DAY - timedelta(days=30))
    drawer.terms(18, party=asha)
    shown = drawer.accrued(asha)
    with read_books(drawer.actor) as books:
        bank = bank_accounts(books)[0][0]
    runs = (new_id(), new_id())

    def small(number: int) -> Callable[[Any], Any]:
        return lambda books: writing_off.write_off_small(books, runs[number], [(meera, 3_00)], limit=5_00, on=DAY, reason="Odd rupees")

    def deposit(_number: int) -> Callable[[Any], Any]:
        return lambda books: cheques.deposit(books, cheques.DepositCommand(new_id(), DAY, bank, (one,), new_id().hex))

    def bounce(_number: int) -> Callable[[Any], Any]:
        return lambda books: cheques.bounce(books, cheques.MoveCommand(new_id(), one, DAY, "Funds insufficient"))

    def charge(_number: int) -> Callable[[Any], Any]:
        return lambda books: interest.charge(books, interest.ChargeCommand(new_id(), asha, DAY, shown, "x"))

    def close(_number: int) -> Callable[[Any], Any]:
        amount, line = 1000_00, LineKey(bill.voucher_id, bill.line_no)
        command = writing_off.WriteOffCommand
        with read_books(drawer.actor) as books:
            store = cheques.cheque(books, one).row.store_id
        asked = command(new_id(), "bad_debt", ravi, store, DAY, (outstandings.Part(line, amount),), "Shop closed down", "x")
        return lambda books: writing_off.post_write_off(books, asked)

    for verb in (deposit, bounce, small, charge, close):
        said = at_once(drawer, verb(0), verb(1))
        assert sorted(said) == ["", "refused"], (verb.__name__, said)
    assert (drawer.balance("bank"), drawer.balance("cheques-in-hand"), drawer.left(ravi), drawer.left(meera)) == (0, 0, {}, {})
    assert drawer.accrued(asha) == 0
    for party in (ravi, meera, asha):
        agrees(drawer, party)


def at_once(drawer: Drawer, *verbs: Callable[[Any], Any]) -> list[str]:
    """What each of several at the same instant was told: "", or that it was refused."""
    said: list[str] = []
    start = Barrier(len(verbs))

    def run(verb: Callable[[Any], Any]) -> None:
        start.wait()
        try:
            with open_books(drawer.actor) as books:
                verb(books)
            said.append("")
        except BooksError:
            said.append("refused")
        except Exception as fault:
            said.append(repr(fault))

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
