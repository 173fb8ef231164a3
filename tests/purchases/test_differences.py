"""Goods received at one price and billed at another: what went out since costs what the bill says, whatever became of the bill."""

from __future__ import annotations

from datetime import date

import pytest

from tests.purchases.conftest import TODAY, Buyer
from tests.purchases.test_chain import billed
from webapp import ledger, stock
from webapp.company import lock_month, unlock_month
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.tenancy import open_books
from webapp.purchases import CannotCancel

CAME, SOLD = date(2026, 10, 5), date(2026, 10, 6)


def books_of(buyer: Buyer) -> tuple[tuple[float, float], float, float, float]:
    """What is there and worth, its cost of goods, what is received and not billed, and what hangs between receipt and bill."""
    codes = ("cost-of-goods", "goods-received", "price-differences")
    return (buyer.on_hand("Soap"), *(buyer.balance(code) for code in codes))  # type: ignore[return-value]


def as_of(buyer: Buyer, day: date) -> tuple[float, float]:
    """Stock in hand and cost of goods at the end of a day."""

    def ask(books: ledger.Books) -> tuple[float, float]:  # type: ignore[name-defined]
        rows = ledger.account_totals(books, date(2026, 4, 1), day)
        heads = ledger.heads(books)
        found = [rows[heads[code]].closing / 100 if heads[code] in rows else 0 for code in ("stock-in-hand", "cost-of-goods")]
        return found[0], found[1]

    return buyer.read(ask)  # type: ignore[no-any-return]


@pytest.fixture(params=["average", "fifo"])
def desk(buyer: Buyer, request: pytest.FixtureRequest) -> Buyer:
    """Soap is valued in either way; with one price on the shelf both say the same."""
    buyer.item("Soap " + request.param, valuation=request.param)
    buyer.items["Soap"] = buyer.items["Soap " + request.param]
    return buyer


def test_the_ledger_follows_on_the_days_of_the_goods(desk: Buyer) -> None:
    receipt = desk.receive(desk.goods("Soap", 10, 10), received_on=CAME)
    desk.sell("Soap", 4, SOLD)
    desk.sell("Soap", 1)
    desk.buy(billed(desk, receipt, 10, 12), desk.charge("Freight", 10))
    assert books_of(desk) == ((5, 65), 65, 0, 0)
    assert [as_of(desk, day) for day in (CAME, SOLD, TODAY)] == [(130, 0), (78, 52), (65, 65)]
    desk.assert_true()


def test_two_bills_on_one_receipt_and_one_of_them_cancelled(desk: Buyer) -> None:
    receipt = desk.receive(desk.goods("Soap", 10, 10), received_on=CAME)
    desk.sell("Soap", 5, SOLD)
    first = desk.buy(billed(desk, receipt, 4, 12), number="1")
    second = desk.buy(billed(desk, receipt, 6, 11), number="2")
    assert books_of(desk) == ((5, 57), 57, 0, 0)
    desk.cancel(first.id)
    assert books_of(desk) == ((5, 53), 53, -40, 0)
    assert desk.cancel(first.id) == first
    desk.cancel(second.id)
    assert books_of(desk) == ((5, 50), 50, -100, 0)
    assert as_of(desk, SOLD) == (50, 50), "as if nobody had billed them"
    desk.buy(billed(desk, receipt, 10, 9), number="3")
    assert books_of(desk) == ((5, 45), 45, 0, 0)
    desk.assert_true()


def test_a_debit_note_and_a_return_after_the_difference(desk: Buyer) -> None:
    receipt = desk.receive(desk.goods("Soap", 10, 10), received_on=CAME)
    desk.sell("Soap", 5, SOLD)
    bill = desk.buy(billed(desk, receipt, 10, 12))
    note = desk.give_back(bill, (1, 2))
    assert books_of(desk) == ((3, 36), 60, 0, 0)
    with pytest.raises(CannotCancel, match="Debit notes stand"):
        desk.cancel(bill.id)
    desk.cancel(note.id)
    desk.cancel(bill.id)
    assert books_of(desk) == ((5, 50), 50, -100, 0)
    desk.assert_true()


def test_goods_owed_when_they_came_and_all_gone_when_they_are_billed(desk: Buyer) -> None:
    desk.sell("Soap", 3, date(2026, 10, 1))
    receipt = desk.receive(desk.goods("Soap", 10, 10), received_on=CAME)
    desk.sell("Soap", 7, SOLD)
    bill = desk.buy(billed(desk, receipt, 10, 12))
    assert books_of(desk) == ((0, 0), 120, 0, 0)
    desk.cancel(bill.id)
    assert books_of(desk) == ((0, 0), 100, -100, 0)
    desk.assert_true()


def test_a_locked_month_is_left_as_it_was(desk: Buyer) -> None:
    """What belongs to it is in the books today, and goes back today."""
    receipt = desk.receive(desk.goods("Soap", 10, 10), received_on=CAME)
    desk.sell("Soap", 4, SOLD)
    with open_books(desk.actor) as books:
        lock_month(books, 202610, "Filed")
    before = as_of(desk, date(2026, 10, 31))
    bill = desk.buy(billed(desk, receipt, 10, 12))
    assert books_of(desk) == ((6, 72), 48, 0, 0)
    desk.cancel(bill.id)
    assert books_of(desk) == ((6, 60), 40, -100, 0)
    assert as_of(desk, date(2026, 10, 31)) == before == (60, 40)
    with open_books(desk.actor) as books:
        unlock_month(books, 202610, "One more bill")
    desk.buy(billed(desk, receipt, 10, 11), number="2")
    assert (books_of(desk), as_of(desk, SOLD)) == (((6, 66), 44, 0, 0), (66, 44))
    desk.assert_true()


def test_the_first_in_goes_first_also_when_it_is_billed_last(buyer: Buyer) -> None:
    buyer.items["Soap"] = buyer.item("Soap in layers", valuation="fifo")
    early = buyer.receive(buyer.goods("Soap", 10, 10), received_on=CAME)
    late = buyer.buy(buyer.line("Soap", 10, 20))
    buyer.sell("Soap", 12)
    buyer.buy(billed(buyer, early, 10, 13), number="2")
    assert books_of(buyer) == ((8, 160), 170, 0, 0)
    buyer.give_back(late, (1, 3))
    assert books_of(buyer) == ((5, 100), 170, 0, 0)
    buyer.assert_true()


def test_a_debit_note_takes_the_goods_of_its_own_bill(buyer: Buyer) -> None:
    """The oldest stay on the shelf, and their cost is nobody's gain."""
    buyer.items["Soap"] = buyer.item("Soap in layers", valuation="fifo")
    buyer.buy(buyer.line("Soap", 10, 10))
    late = buyer.buy(buyer.line("Soap", 10, 20), number="2")
    note = buyer.give_back(late, (1, 4))
    assert books_of(buyer) == ((16, 220), 0, 0, 0)
    buyer.sell("Soap", 10)
    assert books_of(buyer) == ((6, 120), 100, 0, 0)
    buyer.cancel(note.id)
    assert books_of(buyer) == ((10, 200), 100, 0, 0)
    buyer.assert_true()


def test_a_bill_of_the_time_before_receipts_were_restated_is_cancelled(buyer: Buyer) -> None:
    """Its goods had been written in at the new cost and out at the old one; the same goes back."""
    receipt = buyer.receive(buyer.goods("Soap", 10, 10), received_on=CAME)
    bill = buyer.buy(billed(buyer, receipt, 10, 12))
    with open_books(buyer.actor) as books:
        heads = ledger.heads(books)
        undone = [stock.Restatement(new_id(), CAME, receipt.id, 1, -20_00)]
        stock.restate(books, undone)
        (first,) = [one for one in ledger.vouchers_of(books, bill.id) if one.id != bill.id]
        ledger.reverse(books, voucher_id=first.id, reversal_id=undone[0].document_id, on=CAME, reason="as it was done before")
        pair = StockSlip(
            (
                Movement(11, buyer.items["Soap"], buyer.store_id, Qty(10_000), 120_00),  # type: ignore[arg-type]
                Movement(12, buyer.items["Soap"], buyer.store_id, Qty(-10_000), -100_00),  # type: ignore[arg-type]
            )
        )
        stock.record(books, document_id=bill.difference_id, kind="price_difference", moved_on=CAME, slip=pair)  # type: ignore[arg-type]
        heading = ledger.Heading("stock", bill.number, CAME, buyer.store_id, "purchase_bill", bill.id)
        slip = Slip((debit(heads["stock-in-hand"], 20_00), credit(heads["price-differences"], 20_00)))
        ledger.post(books, voucher_id=new_id(), heading=heading, slip=slip)
    assert books_of(buyer) == ((10, 120), 0, 0, 0)
    buyer.cancel(bill.id)
    assert books_of(buyer) == ((10, 100), 0, -100, 0)
    buyer.assert_true()
