"""Money taken against dues."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.sales.trade import CREDIT, Trade
from webapp import company, payments, sales
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.payments import ReceiptCommand, ReceiptRow
from webapp.payments.rules import Malformed
from webapp.platform import clock
from webapp.platform.tenancy import open_books


def receipt(trade: Trade, party: UUID, rupees: float, **more: object) -> ReceiptCommand:
    asked = ReceiptCommand(
        id=new_id(),
        party_id=party,
        received_on=date(2026, 11, 20),
        store_id=trade.store_id,
        mode="cash",
        amount=Paise(round(rupees * 100)),
        body_sha256=new_id().hex,
    )
    return replace(asked, **more)


def take(trade: Trade, asked: ReceiptCommand) -> ReceiptRow:
    with open_books(trade.actor) as books:
        return payments.take_receipt(books, asked)


def cancel(trade: Trade, receipt_id: UUID, reason: str = "Wrong customer") -> ReceiptRow:
    with open_books(trade.actor) as books:
        return payments.cancel_receipt(books, receipt_id, reason=reason, at=clock.now())


def owing(trade: Trade, rupees: float = 118) -> UUID:
    if "Soap" not in trade.items:
        trade.item("Soap", 118)
    ravi = trade.customer("Ravi")
    trade.sell(trade.line("Soap", rupees / 118), total=rupees, paid=CREDIT, party_id=ravi)
    return ravi


@pytest.mark.parametrize(
    ("mode", "account"),
    [("cash", "Cash"), ("upi", "UPI receipts in transit"), ("card", "Card receipts in transit"), ("bank", "Bank")],
)
def test_a_receipt_credits_the_customer(trade: Trade, mode: str, account: str) -> None:
    ravi = owing(trade)
    taken = take(trade, receipt(trade, ravi, 50, mode=mode))
    assert taken.number == "2600P/000001"
    assert trade.posted(taken.id) == f"{account} 50.00 Dr / Customers 50.00 Cr"
    left = trade.read(lambda books: sales.dues(books, ravi))
    assert (left.due_paise, [bill.open_paise for bill in left.bills]) == (68_00, [68_00])


def test_payments_pay_the_oldest_bill_first(trade: Trade) -> None:
    ravi = owing(trade)
    second = trade.sell(trade.line("Soap", 2), total=236, paid=CREDIT, party_id=ravi)
    take(trade, receipt(trade, ravi, 150))
    left = trade.read(lambda books: sales.dues(books, ravi))
    assert [(bill.number, bill.open_paise) for bill in left.bills] == [(second.number, 204_00)]


def test_an_advance_is_due_to_the_customer(trade: Trade) -> None:
    ravi = owing(trade)
    take(trade, receipt(trade, ravi, 200))
    assert trade.read(lambda books: sales.dues(books, ravi)) == sales.Dues(Paise(-82_00), (), 0)


def test_the_same_receipt_sent_twice_is_taken_once(trade: Trade) -> None:
    asked = receipt(trade, owing(trade), 50)
    assert take(trade, asked) == take(trade, asked)
    assert trade.balance("cash") == 50_00
    with pytest.raises(Conflict):
        take(trade, replace(asked, body_sha256="other"))


def test_a_till_brings_its_own_number(trade: Trade) -> None:
    ravi = owing(trade)
    till = uuid4()
    assert take(trade, receipt(trade, ravi, 10, number="26A1P/000001", till_id=till)).number == "26A1P/000001"
    with pytest.raises(Conflict, match="26A1P/000001"):
        take(trade, receipt(trade, ravi, 20, number="26A1P/000001", till_id=till))


@pytest.mark.parametrize("rupees", [0, -1, 10**13])
def test_an_amount_that_cannot_be(trade: Trade, rupees: float) -> None:
    with pytest.raises(Malformed):
        take(trade, receipt(trade, owing(trade), rupees))


def test_a_mode_nobody_has_and_a_day_to_come(trade: Trade) -> None:
    ravi = owing(trade)
    with pytest.raises(Malformed):
        take(trade, receipt(trade, ravi, 10, mode="cowrie"))
    with pytest.raises(InvalidInput):
        take(trade, receipt(trade, ravi, 10, received_on=date(2026, 11, 21)))


def test_another_companys_customer_does_not_exist(trade: Trade, other: Trade) -> None:
    theirs = other.customer("Their customer")
    with pytest.raises(NotFound):
        take(trade, receipt(trade, theirs, 10))


def test_a_receipt_of_a_locked_month(trade: Trade) -> None:
    ravi = owing(trade)
    with open_books(trade.actor) as books:
        company.lock_month(books, 202610, "Filed")
    with pytest.raises(company.PeriodLocked):
        take(trade, receipt(trade, ravi, 10, received_on=date(2026, 10, 31)))
    taken = take(trade, receipt(trade, ravi, 10, received_on=date(2026, 10, 31), till_id=uuid4(), number="26A1P/000001"))
    assert taken.received_on == date(2026, 10, 31)
    assert trade.balance("cash") == 10_00


def test_a_cancelled_receipt_is_reversed_and_keeps_its_number(trade: Trade) -> None:
    ravi = owing(trade)
    taken = take(trade, receipt(trade, ravi, 50, shift_id=uuid4()))
    assert trade.read(lambda books: payments.receipts_of_shift(books, taken.shift_id)) == {"cash": (1, 50_00)}
    gone = cancel(trade, taken.id)
    assert gone.cancelled_at is not None
    assert cancel(trade, taken.id, "Once more") == gone
    assert trade.balance("cash") == 0
    assert trade.read(lambda books: payments.receipts_of_shift(books, taken.shift_id)) == {}
    assert take(trade, receipt(trade, ravi, 10)).number == "2600P/000002"
    with pytest.raises(InvalidInput):
        cancel(trade, take(trade, receipt(trade, ravi, 1)).id, " ")
    with pytest.raises(NotFound):
        cancel(trade, uuid4())


def test_receipts_page_by_key(trade: Trade) -> None:
    ravi = owing(trade)
    for _ in range(53):
        take(trade, receipt(trade, ravi, 1))
    first = trade.read(lambda books: payments.receipts(books, payments.Wanted()))
    rest = trade.read(lambda books: payments.receipts(books, payments.Wanted(), older_than=first.older))
    assert (len(first.rows), len(rest.rows), rest.older) == (50, 3, None)
    assert len({row.number for row in (*first.rows, *rest.rows)}) == 53
