"""Receipts that name bills, goods that come back, bills and receipts that are cancelled: each frees or settles as it should."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.payments.test_receipts import cancel, receipt, take
from tests.sales.trade import CASH, CREDIT, Trade
from webapp import outstandings
from webapp.books_check import verify_books
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.money import Paise
from webapp.outstandings import CannotSettle
from webapp.payments import PaidBill
from webapp.platform.tenancy import open_books
from webapp.sales import Tender


@pytest.fixture
def ravi(trade: Trade) -> UUID:
    trade.item("Soap", 118)
    return trade.customer("Ravi", credit_days=15)


def sell(trade: Trade, party: UUID, qty: int = 1) -> UUID:
    return trade.sell(trade.line("Soap", qty), total=118 * qty, paid=CREDIT, party_id=party).invoice_id


def left(trade: Trade, party: UUID) -> dict[str, int]:
    """Number → paise open."""
    return {item.number: item.open for item in trade.read(lambda books: outstandings.open_items(books, party))}


def test_a_receipt_names_the_newer_bill(trade: Trade, ravi: UUID) -> None:
    first, second = sell(trade, ravi), sell(trade, ravi)
    paid = receipt(trade, ravi, 150, bills=(PaidBill(second, 118_00, 1), PaidBill(first, 20_00)))
    taken = take(trade, paid)
    assert left(trade, ravi) == {"26TST/000001": 98_00, "2600P/000001": -12_00}
    assert take(trade, paid) == taken, "sent twice, taken once"
    assert left(trade, ravi) == {"26TST/000001": 98_00, "2600P/000001": -12_00}
    cancel(trade, taken.id)
    assert left(trade, ravi) == {"26TST/000001": 118_00, "26TST/000002": 118_00}
    assert trade.read(verify_books).breaches == []


def test_an_office_receipt_for_what_cannot_be_is_no_receipt(trade: Trade, ravi: UUID, other: Trade) -> None:
    bill, meera = sell(trade, ravi), trade.customer("Meera")
    hers = sell(trade, meera)
    other.item("Soap", 118)
    foreign = sell(other, other.customer("Stranger"))
    for bills, kind in (
        ((PaidBill(bill, 118_01),), CannotSettle),
        ((PaidBill(bill, 100_00), PaidBill(bill, 10_00)), CannotSettle),
        ((PaidBill(bill, 0),), CannotSettle),
        ((PaidBill(bill, -1),), CannotSettle),
        ((PaidBill(hers, 10_00),), CannotSettle),
        ((PaidBill(foreign, 10_00),), NotFound),
        ((PaidBill(uuid4(), 10_00),), NotFound),
        ((PaidBill(bill, 10_00, 2),), NotFound),
        ((PaidBill(bill, 500_00),), InvalidInput),
    ):
        with pytest.raises(kind):
            take(trade, receipt(trade, ravi, 200, bills=bills))
    assert left(trade, ravi) == {"26TST/000001": 118_00}


def test_a_tills_receipt_settles_what_can_be(trade: Trade, ravi: UUID) -> None:
    bill, till = sell(trade, ravi), uuid4()
    take(trade, receipt(trade, ravi, 100, bills=(PaidBill(bill, 100_00),)))
    late = receipt(trade, ravi, 118, till_id=till, number="26A1P/000001", bills=(PaidBill(bill, 118_00), PaidBill(uuid4(), 5_00)))
    take(trade, late)
    assert left(trade, ravi) == {"26A1P/000001": -100_00}
    take(trade, replace(late, id=uuid4(), number="26A1P/000002", amount=Paise(10_00), body_sha256="x"))
    assert left(trade, ravi) == {"26A1P/000001": -100_00, "26A1P/000002": -10_00}


def test_goods_that_come_back_take_their_bill_down(trade: Trade, ravi: UUID) -> None:
    older, bill = sell(trade, ravi), sell(trade, ravi, 3)
    assert older
    note = trade.take_back(bill, (1, 1), mode=CREDIT)
    assert left(trade, ravi) == {"26TST/000001": 118_00, "26TST/000002": 236_00}
    trade.cancel(note)
    assert left(trade, ravi) == {"26TST/000001": 118_00, "26TST/000002": 354_00}
    take(trade, receipt(trade, ravi, 300, bills=(PaidBill(bill, 300_00),)))
    trade.take_back(bill, (1, 1), mode=CREDIT)
    assert left(trade, ravi) == {"26TST/000001": 118_00, "26TSTR/000002": -64_00}, "more came back than was open"
    trade.take_back(bill, (1, 1), mode=CASH)
    assert trade.read(verify_books).breaches == []


def test_a_return_of_a_cash_bill_stays_on_account(trade: Trade, ravi: UUID) -> None:
    bill = trade.sell(trade.line("Soap"), total=118, paid=CASH, party_id=ravi)
    trade.take_back(bill, (1, 1), mode=CREDIT)
    assert left(trade, ravi) == {"26TSTR/000001": -118_00}


def test_a_cancelled_bill_frees_its_money(trade: Trade, ravi: UUID) -> None:
    bill = sell(trade, ravi)
    take(trade, receipt(trade, ravi, 50, bills=(PaidBill(bill, 50_00),)))
    trade.cancel(bill)
    assert left(trade, ravi) == {"2600P/000001": -50_00}
    assert trade.read(verify_books).breaches == []


def test_a_bill_partly_on_credit(trade: Trade, ravi: UUID) -> None:
    tenders = (Tender(CASH, Paise(18_00)), Tender(CREDIT, Paise(100_00)))
    bill = trade.sell(trade.line("Soap"), total=118, paid=tenders, party_id=ravi)
    assert left(trade, ravi) == {bill.number: 100_00}


def test_a_credit_bill_and_a_receipt_on_account_cost_no_statement_more(
    trade: Trade, ravi: UUID, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    sell(trade, ravi)
    with open_books(trade.actor) as books, max_queries(100) as sent:
        trade_sale = trade.sale(trade.line("Soap"), total=118, paid=CREDIT, party_id=ravi)
        from webapp import payments, sales

        sales.issue(books, trade_sale)
        payments.take_receipt(books, receipt(trade, ravi, 10))
    assert not [statement for statement in sent if "allocation" in statement or "line_reference" in statement]


def test_an_opening_bill_is_old_from_its_own_day_and_frees_its_money(trade: Trade, ravi: UUID) -> None:
    from datetime import date

    from webapp.ledger.openings import BillDraft, add_bill, change_bill

    draft = BillDraft(ravi, "receivable", number="OLD/9", bill_date=date(2026, 1, 5), due_date=date(2026, 2, 4), amount=500_00)
    with open_books(trade.actor) as books:
        old = add_bill(books, draft)
    (item,) = trade.read(lambda books: outstandings.open_items(books, ravi))
    assert (item.name, item.day, item.due_on, item.open) == ("OLD/9", date(2026, 1, 5), date(2026, 2, 4), 500_00)
    take(trade, receipt(trade, ravi, 300, bills=(PaidBill(old, 300_00),)))
    assert left(trade, ravi) == {"OLD/9": 200_00}
    with open_books(trade.actor) as books:
        change_bill(books, old, replace(draft, amount=450_00))
    assert left(trade, ravi) == {"OLD/9": 450_00, "2600P/000001": -300_00}
    assert trade.read(verify_books).breaches == []
