"""A consignor's goods: worth nothing, sold like any other, billed for exactly what was sold, given back unsold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.company.test_stores import cashier
from tests.consignment.conftest import FAN, House, refused
from tests.ground.shops import Shop
from tests.purchases.conftest import TODAY
from tests.transfers.test_transfers import asked_for, godown, receive, send
from webapp import purchases, stock
from webapp.company import lock_month
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import CannotCancel, NoteLine
from webapp.purchases.screen import bill_of_consignor, bill_of_receipt
from webapp.transfers import SendLine


def test_goods_come_for_nothing_are_sold_and_billed_for_what_was_sold(house: House) -> None:
    receipt = house.came(10)
    assert (receipt.value_paise, house.desk.trade.posted(receipt.id)) == (0, "")
    assert house.buyer.on_hand(FAN) == (10, 0)
    sold = house.sell(4)
    assert "Cost of goods" not in house.desk.trade.posted(sold.invoice_id)
    assert house.holding() == purchases.Holding(10_000, 0, 6_000, 0, 0)
    bill = house.bill(receipt, 4)
    posted = house.buyer.posted(bill.id)
    assert "Cost of goods sold 240.00 Dr" in posted
    assert "Stock" not in posted
    assert house.holding().unbilled == 0
    assert house.buyer.on_hand(FAN) == (6, 0), "the bill moves no goods and gives those that stay no value"
    house.true()


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_comes_back_from_a_customer_is_the_consignors_again(house: House, cancelled: bool) -> None:
    receipt = house.came(10)
    sold = house.sell(4)
    bill = house.bill(receipt, 4)
    house.desk.trade.take_back(sold, (1, 1))
    assert house.holding().unbilled == -1_000
    assert "0 were sold" in refused(lambda: house.bill(receipt, 1))
    note = house.buyer.give_back(bill, (1, 1))
    assert "Cost of goods sold 60.00 Cr" in house.buyer.posted(note.id)
    assert house.holding().unbilled == 0
    if cancelled:
        house.buyer.cancel(note.id)
        house.buyer.cancel(bill.id)
        assert house.holding().unbilled == 3_000
        assert house.buyer.balance("cost-of-goods") == 0
    assert house.buyer.on_hand(FAN) == (7, 0)
    house.true()


def test_all_that_came_is_billed_again_after_a_part_was_credited(house: House) -> None:
    receipt = house.came(4)
    sold = house.sell(4)
    bill = house.bill(receipt, 4)
    house.desk.trade.take_back(sold, (1, 1))
    house.buyer.give_back(bill, (1, 1))
    house.true()
    house.sell(1)
    house.bill(receipt, 1)
    assert house.holding() == purchases.Holding(4_000, 0, 0, 0, 4_000)
    house.true()


def test_own_goods_keep_their_cost_beside_a_consignors(house: House) -> None:
    receipt = house.came(10)
    house.sell(3)
    house.sell(5, "Soap")
    house.bill(receipt, 3)
    assert house.buyer.on_hand("Soap") == (95, 5700)
    assert house.buyer.balance("cost-of-goods") == 5 * 60 + 3 * 60
    house.true()


def test_goods_on_a_challan_or_on_their_way_are_not_sold(house: House, sharma: Shop) -> None:
    house.came(10)
    challan = house.desk.make("challan", (FAN, "4"))
    assert house.holding() == purchases.Holding(10_000, 0, 6_000, 4_000, 0)
    house.desk.back(challan, 1)
    house.desk.bill(challan)
    assert house.holding().sold == 3_000
    sent = asked_for(house.desk.trade, godown(sharma), SendLine(house.fan, Qty(2000)))
    send(house.desk.trade, sent)
    assert house.holding() == purchases.Holding(10_000, 0, 5_000, 2_000, 0)
    receive(house.desk.trade, sent.id, 1000, reason="One was lost on the way")
    assert house.holding() == purchases.Holding(10_000, 0, 6_000, 0, 0), "what is lost is owed to the consignor as what is sold"
    house.true()


def test_who_is_held_to_a_store_is_offered_what_may_be_billed(house: House, sharma: Shop) -> None:
    receipt, pune = house.came(10), godown(sharma)
    beside = house.came(5, store_id=pune)
    sent = asked_for(house.desk.trade, pune, SendLine(house.fan, Qty(6000)))
    send(house.desk.trade, sent)
    receive(house.desk.trade, sent.id, 6000)
    house.sell(3)
    for actor, of in ((cashier(sharma, house.desk.trade.store_id), receipt), (cashier(sharma, pune), beside), (sharma.actor, receipt)):
        with read_books(actor) as books:
            offered = [bill_of_receipt(books, of.id), bill_of_consignor(books, of.party_id, of.store_id)]
            assert [[row["qty"] for row in sheet.rows] for sheet in offered] == [["3"], ["3"]]
    first = house.bill(receipt, 2)
    assert "1 were sold" in refused(lambda: house.bill(beside, 2, store_id=pune))
    house.bill(beside, 1, store_id=pune)
    assert "0 were sold" in refused(lambda: house.bill(receipt, 1))
    assert "not here to go back" in refused(lambda: house.send_back(receipt, 2))
    house.buyer.cancel(first.id)
    assert house.holding().unbilled == 2000
    house.true()


def test_unsold_goods_go_back_and_are_here_again_when_that_is_cancelled(house: House) -> None:
    receipt = house.came(10)
    house.sell(4)
    back = house.send_back(receipt, 5)
    assert back.number.startswith("2600CR/")
    assert house.buyer.on_hand(FAN) == (1, 0)
    with pytest.raises(CannotCancel, match=back.number):
        cancel_receipt(house, receipt)
    with open_books(house.desk.trade.actor) as books:
        first = purchases.cancel_back(books, back.id, reason="Came by mistake")
        assert purchases.cancel_back(books, back.id, reason="Twice") == first
    assert house.holding() == purchases.Holding(10_000, 0, 6_000, 0, 0)
    house.true()


def cancel_receipt(house: House, receipt: Any) -> None:
    with open_books(house.desk.trade.actor) as books:
        purchases.cancel_receipt(books, receipt.id, reason="Wrong paper")


def test_a_receipt_is_cancelled_while_its_goods_are_here(house: House) -> None:
    receipt = house.came(10)
    house.sell(1)
    with pytest.raises(CannotCancel, match="gone already"):
        cancel_receipt(house, receipt)
    second = house.came(5)
    cancel_receipt(house, second)
    assert house.holding() == purchases.Holding(10_000, 0, 9_000, 0, 0)
    house.true()


# Of ten that came four are sold: what is asked, and what is said.
CANNOT: tuple[tuple[Any, str], ...] = (
    (lambda house, receipt: house.bill(receipt, 5), "4 were sold and are not billed yet; 5 are wanted"),
    (lambda house, receipt: house.bill(receipt, 11), "10 NOS received"),
    (lambda house, receipt: house.bill(receipt, 4, voucher_date=receipt.received_on - timedelta(days=1)), "came on|from its own day"),
    (lambda house, receipt: house.send_back(receipt, 7), "are not here to go back"),
    (lambda house, receipt: house.send_back(receipt, 11), "10 NOS received"),
    (lambda house, receipt: house.send_back(receipt, 0), "above 0"),
    (lambda house, receipt: house.send_back(receipt, -1), "above 0"),
    (lambda house, receipt: house.send_back(receipt, 1, lines=(NoteLine(1, Qty(1000)), NoteLine(1, Qty(1000)))), "twice"),
    (lambda house, receipt: house.send_back(receipt, 1, lines=(NoteLine(7, Qty(1000)),)), "goods receipt"),
    (lambda house, receipt: house.send_back(receipt, 1, returned_on=receipt.received_on - timedelta(days=1)), "Choose a day from"),
    (lambda house, receipt: house.send_back(receipt, 1, returned_on=date(2027, 1, 1)), "Choose a day from"),
    (lambda house, receipt: house.send_back(receipt, 1, reason=" "), "why"),
    (lambda house, _receipt: house.came(1, -1), "not less than 0"),
    (lambda house, _receipt: house.came(1, item="Soap"), "has goods of your own"),
    (lambda house, _receipt: house.came(1, of="Mehta"), "is held for Gupta Traders"),
    (lambda house, _receipt: house.buyer.buy(house.buyer.line(FAN, 1, 60)), "is held for Gupta Traders on consignment"),
    (lambda house, _receipt: house.buyer.receive(house.buyer.goods(FAN, 1, 60)), "is held for Gupta Traders on consignment"),
    (lambda house, _receipt: worth_something(house), "worth nothing in the books"),
)


def test_what_cannot_be_is_refused_with_the_figures_and_nothing_is_written(house: House) -> None:
    house.buyer.supplier("Mehta", gstin=None)
    receipt = house.came(10)
    house.sell(4)
    before = house.holding()
    for wanted, words in CANNOT:
        found = refused(lambda wanted=wanted: wanted(house, receipt))
        assert any(part in found for part in words.split("|")), (words, found)
        assert house.holding() == before
    house.true()


def worth_something(house: House) -> None:
    """Goods of the item with a cost, as an adjustment or opening stock would bring them."""
    slip = StockSlip((Movement(1, house.fan, house.desk.trade.store_id, Qty(1000), Paise(100)),))
    with open_books(house.desk.trade.actor) as books:
        stock.record(books, document_id=new_id(), kind="opening", moved_on=TODAY, slip=slip)


def test_the_same_again_is_the_first_answer_and_other_content_is_refused(house: House) -> None:
    receipt = house.came(10)
    id_ = new_id()
    first = house.send_back(receipt, 2, id=id_, body_sha256="a")
    assert house.send_back(receipt, 2, id=id_, body_sha256="a") == first
    with pytest.raises(Conflict):
        house.send_back(receipt, 3, id=id_, body_sha256="b")
    assert house.holding().back == 2_000


def test_batches_and_pieces_go_back_as_they_came(house: House) -> None:
    trade = house.desk.trade
    trade.item("Pills (Gupta)", 118, stock_of=0, tracking="batch")
    trade.item("Phone (Gupta)", 118, stock_of=0, tracking="serial")
    house.buyer.items |= trade.items
    pills = house.came(5, item="Pills (Gupta)", goods={"batch": "B1", "expires_on": date(2027, 6, 30)})
    phones = house.came(2, item="Phone (Gupta)", goods={"serials": ("P1", "P2")})
    house.send_back(pills, 2)
    for serials, words in (((), "one serial number for each piece"), (("P9",), "P9"), (("P1", "P1"), "")):
        assert words in refused(lambda serials=serials: house.send_back(phones, max(len(serials), 1), *serials))
    house.send_back(phones, 1, "P1")
    assert refused(lambda: house.send_back(phones, 1, "P1"))
    trade.sell(trade.line("Pills (Gupta)", 1), total=118)
    house.bill(pills, 1, item="Pills (Gupta)", batch="B1")
    assert house.holding("Pills (Gupta)") == purchases.Holding(5_000, 2_000, 2_000, 0, 1_000)
    house.true()


def test_a_locked_month_takes_no_goods_and_gives_none_back(house: House) -> None:
    receipt = house.came(10, received_on=date(2026, 10, 5))
    with open_books(house.desk.trade.actor) as books:
        lock_month(books, 202610, "Filed")
    assert "locked" in refused(lambda: house.came(1, received_on=date(2026, 10, 6)))
    assert "locked" in refused(lambda: house.send_back(receipt, 1))
    house.true()


def test_another_companys_goods_are_not_found(house: House, other: House) -> None:
    receipt = house.came(10)
    with pytest.raises(NotFound):
        other.send_back(receipt, 1)
    with pytest.raises(NotFound):
        other.bill(receipt, 1)
    assert other.desk.trade.read(lambda books: purchases.consignors_of(books, [house.fan])) == {}
