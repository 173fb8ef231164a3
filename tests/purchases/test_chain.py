"""From the order to the debit note: what is left of each, what it costs, and what may not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.company.test_stores import cashier, make_store
from tests.ground.shops import Shop
from tests.purchases.conftest import TODAY, Buyer, paise
from webapp import ledger, outstandings, purchases, stock
from webapp.company import StoreClosed, lock_month
from webapp.company.models import Store
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import BillLine, CannotCancel, LineRef, Note, NoteLine, Payment, ReceiptRow, TaxBy, TooMuch
from webapp.purchases.screen import bill_of_order

EARLY = date(2026, 11, 1)


def billed(buyer: Buyer, receipt: ReceiptRow, qty: float, rate: float, line_no: int = 1, **more: Any) -> BillLine:
    return buyer.line("Soap", qty, rate, receipt=LineRef(receipt.id, line_no), **more)


def test_a_debit_note_takes_goods_out_at_their_cost_and_input_tax_back(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100), buyer.charge("Freight", 50))
    note = buyer.give_back(bill, (1, 4))
    assert buyer.posted(note.id) == (
        "Freight and other costs of purchase 20.00 Dr / Input CGST 36.00 Cr / Input SGST 36.00 Cr / Stock-in-hand 420.00 Cr / Suppliers 472.00 Dr"
    )
    assert (buyer.on_hand("Soap"), note.number, note.total_paise) == ((6, 630), "2600PD/000001", 47_200)
    (item,) = buyer.read(lambda books: outstandings.open_items(books, bill.party_id))
    assert item.open == -(bill.total_paise - note.total_paise)
    buyer.assert_true()


def test_the_parts_that_go_back_add_up_to_the_line(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 3, 33.33), buyer.charge("Freight", 10))
    notes = [buyer.give_back(bill, (1, 1)) for _ in range(3)]
    assert sum(note.tax_paise for note in notes) == bill.tax_paise
    assert (buyer.on_hand("Soap"), buyer.balance("input-cgst")) == ((0, 0), 0)
    with pytest.raises(TooMuch, match="Soap: 3 NOS bought, 3 done, 1 wanted: 1 too much"):
        buyer.give_back(bill, (1, 1))
    buyer.cancel(notes[1].id)
    buyer.give_back(bill, (1, 1))
    buyer.assert_true()


def test_what_may_not_go_back(buyer: Buyer, other: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100), buyer.charge("Freight", 50))
    buyer.sell("Soap", 8)
    with pytest.raises(TooMuch, match="Soap: 2 on hand, 5 would go"):
        buyer.give_back(bill, (1, 5))
    for wrong in ((2, 1), (9, 1)):
        with pytest.raises(NotFound):
            buyer.give_back(bill, wrong)
    for line in ((1, 0), (1, -1)):
        with pytest.raises(InvalidInput):
            buyer.give_back(bill, line)
    with pytest.raises(InvalidInput):
        buyer.give_back(bill, (1, 1), note_date=date(2026, 11, 19))
    with pytest.raises(NotFound):
        other.give_back(bill, (1, 1))
    note = buyer.give_back(bill, (1, 1))
    with pytest.raises(NotFound):
        buyer.give_back(note, (1, 1))
    with pytest.raises(CannotCancel, match="Debit notes stand against this bill: 2600PD/000001"):
        buyer.cancel(bill.id)


def test_reverse_charge_goes_back_to_the_government(buyer: Buyer) -> None:
    buyer.supplier("Ramu", gstin=None)
    bill = buyer.buy(buyer.line("Soap", 10, 100), of="Ramu", tax_by=TaxBy.REVERSE_CHARGE)
    buyer.give_back(bill, (1, 10))
    assert [buyer.balance(code) for code in ("input-cgst", "reverse-charge-cgst", "creditors", "stock-in-hand")] == [0, 0, 0, 0]
    buyer.assert_true()


def test_goods_come_before_their_bill(buyer: Buyer) -> None:
    receipt = buyer.receive(buyer.goods("Soap", 10, 100))
    assert buyer.posted(receipt.id) == "Goods received, not yet billed 1,000.00 Cr / Stock-in-hand 1,000.00 Dr"
    bill = buyer.buy(billed(buyer, receipt, 10, 100))
    assert (
        buyer.posted(bill.id)
        == "Goods received, not yet billed 1,000.00 Dr / Input CGST 90.00 Dr / Input SGST 90.00 Dr / Suppliers 1,180.00 Cr"
    )
    assert (buyer.on_hand("Soap"), buyer.balance("goods-received"), bill.difference_id) == ((10, 1000), 0, None)
    buyer.assert_true()


def test_another_price_corrects_the_cost_and_what_was_sold(buyer: Buyer) -> None:
    receipt = buyer.receive(buyer.goods("Soap", 10, 100), received_on=EARLY)
    buyer.sell("Soap", 4, date(2026, 11, 5))
    bill = buyer.buy(billed(buyer, receipt, 10, 120), buyer.charge("Freight", 50))
    assert (buyer.on_hand("Soap"), buyer.balance("cost-of-goods")) == ((6, 750), 500)
    assert [buyer.balance(code) for code in ("goods-received", "price-differences")] == [0, 0]
    buyer.assert_true()
    buyer.cancel(bill.id)
    assert [buyer.balance(code) for code in ("goods-received", "price-differences", "creditors")] == [-1000, 0, 0]
    buyer.assert_true()


def test_another_price_after_a_sale_of_the_same_day_is_the_price_of_what_was_sold(buyer: Buyer) -> None:
    """The goods had come at the bill's price: what was sold since cost that too, also on the very day."""
    receipt = buyer.receive(buyer.goods("Soap", 10, 10))
    buyer.sell("Soap", 4)
    buyer.buy(billed(buyer, receipt, 10, 12))
    assert (buyer.on_hand("Soap"), buyer.balance("cost-of-goods")) == ((6, 72), 48)
    buyer.sell("Soap", 6)
    assert (buyer.on_hand("Soap"), buyer.balance("cost-of-goods"), buyer.balance("price-differences")) == ((0, 0), 120, 0)
    buyer.assert_true()


def test_another_price_when_all_is_sold_and_its_month_locked(buyer: Buyer) -> None:
    receipt = buyer.receive(buyer.goods("Soap", 10, 100), received_on=date(2026, 10, 5))
    buyer.sell("Soap", 10, date(2026, 10, 6))
    with open_books(buyer.actor) as books:
        lock_month(books, 202610, "Filed")
    buyer.buy(billed(buyer, receipt, 10, 90))
    assert (buyer.on_hand("Soap"), buyer.balance("cost-of-goods"), buyer.balance("price-differences")) == ((0, 0), 900, 0)
    buyer.assert_true()


def test_a_receipt_is_billed_in_parts_and_no_more(buyer: Buyer, other: Buyer) -> None:
    receipt = buyer.receive(buyer.goods("Soap", 3, 33.335))
    buyer.buy(billed(buyer, receipt, 1, 33.335), number="1")
    buyer.buy(billed(buyer, receipt, 1, 33.335), number="2")
    with pytest.raises(TooMuch, match="Soap: 3 NOS received, 2 done, 2 wanted: 1 too much"):
        buyer.buy(billed(buyer, receipt, 2, 33.335), number="3")
    buyer.buy(billed(buyer, receipt, 1, 33.335), number="3")
    assert buyer.balance("goods-received") == 0
    with pytest.raises(CannotCancel, match="This receipt is billed: 3 of Soap"), open_books(buyer.actor) as books:
        purchases.cancel_receipt(books, receipt.id, reason="Wrong lorry")
    theirs = other.receive(other.goods("Soap", 3, 10))
    with pytest.raises(NotFound):
        buyer.buy(billed(buyer, theirs, 1, 10), number="4")
    buyer.supplier("Ramu", gstin=None)
    second = buyer.receive(buyer.goods("Rice", 1, 10))
    with pytest.raises(BooksError, match="another supplier or store"):
        buyer.buy(billed(buyer, second, 1, 10), number="5", of="Ramu")
    with pytest.raises(BooksError, match="does not bill what was received"):
        buyer.buy(billed(buyer, second, 1, 10), number="5")
    buyer.assert_true()


def test_a_receipt_is_cancelled_while_its_goods_are_here(buyer: Buyer) -> None:
    receipt = buyer.receive(buyer.goods("Soap", 10, 100))
    buyer.sell("Soap", 1)

    def undo() -> ReceiptRow:
        with open_books(buyer.actor) as books:
            return purchases.cancel_receipt(books, receipt.id, reason="Wrong lorry")

    with pytest.raises(CannotCancel, match="Soap: 9 on hand, 10 would go"):
        undo()
    buyer.buy(buyer.line("Soap", 1, 100))
    assert undo() == undo()
    assert buyer.balance("goods-received") == 0
    with pytest.raises(BooksError, match="was cancelled"):
        buyer.buy(billed(buyer, receipt, 1, 100), number="2")
    buyer.assert_true()


def test_an_order_comes_in_parts_and_no_more(buyer: Buyer) -> None:
    order = buyer.order(("Soap", 10, 100), ("Rice", 5, 50))
    assert (order.number, order.state, order.total_paise) == ("2600PO/000001", "approved", 118_000 + 26_250)
    receipt = buyer.receive(buyer.goods("Soap", 6, 100, order_line_no=1), order_id=order.id)
    assert buyer.done(order) == {1: (6, 0)}
    with pytest.raises(TooMuch, match="Soap: 10 NOS ordered, 6 done, 5 wanted: 1 too much"):
        buyer.receive(buyer.goods("Soap", 5, 100, order_line_no=1), order_id=order.id)
    with pytest.raises(TooMuch):
        buyer.buy(buyer.line("Soap", 5, 100, order=LineRef(order.id, 1)))
    buyer.buy(billed(buyer, receipt, 6, 100), buyer.line("Rice", 5, 50, order=LineRef(order.id, 2)))
    assert buyer.done(order) == {1: (6, 6), 2: (5, 5)}
    with pytest.raises(BooksError, match="is not what was ordered"):
        buyer.receive(buyer.goods("Rice", 1, 100, order_line_no=1), order_id=order.id)
    with pytest.raises(NotFound):
        buyer.receive(buyer.goods("Rice", 1, 100, order_line_no=7), order_id=order.id)
    buyer.assert_true()


def test_what_came_of_an_order_into_another_store_came(buyer: Buyer, sharma: Shop) -> None:
    order, pune = buyer.order(("Soap", 10, 100)), make_store(sharma, "Pune", "PUN")
    buyer.receive(buyer.goods("Soap", 4, 100, order_line_no=1), order_id=order.id, store_id=pune)
    for actor in (sharma.actor, cashier(sharma, buyer.store_id)):
        with read_books(actor) as books:
            assert purchases.order_done(books, order.id)[1].received == 4000
            assert [row["qty"] for row in bill_of_order(books, order.id).rows] == ["6"]
            assert books.own_stores == (frozenset() if actor is sharma.actor else {buyer.store_id})


def test_an_order_is_drafted_approved_and_closed(buyer: Buyer, other: Buyer) -> None:
    draft = buyer.order(("Soap", 10, 100), approved=False)
    with pytest.raises(BooksError, match="is not approved yet"):
        buyer.receive(buyer.goods("Soap", 1, 100, order_line_no=1), order_id=draft.id)
    changed = buyer.order(("Soap", 12, 100), approved=False, id=draft.id, version=draft.version)
    assert (changed.number, changed.total_paise, changed.version) == (draft.number, 141_600, 2)
    with pytest.raises(Conflict, match="changed by somebody else"):
        buyer.order(("Soap", 13, 100), approved=False, id=draft.id, version=1)
    with open_books(buyer.actor) as books:
        assert purchases.approve(books, draft.id) == purchases.approve(books, draft.id)
    with pytest.raises(Conflict, match="is no draft any more"):
        buyer.order(("Soap", 13, 100), approved=False, id=draft.id, version=3)
    receipt = buyer.receive(buyer.goods("Soap", 2, 100, order_line_no=1), order_id=draft.id)
    with open_books(buyer.actor) as books, pytest.raises(CannotCancel, match="have come: 2 of Soap"):
        purchases.cancel_order(books, draft.id, reason="Too dear")
    with open_books(buyer.actor) as books:
        assert purchases.close(books, draft.id, reason="No more to be had").state == "closed"
    with pytest.raises(BooksError, match="was closed"):
        buyer.receive(buyer.goods("Soap", 1, 100, order_line_no=1), order_id=draft.id)
    buyer.buy(billed(buyer, receipt, 2, 100))  # what has come may still be billed
    with open_books(other.actor) as books, pytest.raises(NotFound):
        purchases.approve(books, draft.id)
    buyer.assert_true()


def test_documents_that_cannot_be(buyer: Buyer, other: Buyer) -> None:
    for lines in ((), (buyer.goods("Soap", 0, 1),), (buyer.goods("Soap", -1, 1),), (buyer.goods("Soap", 1, -1),)):
        with pytest.raises(InvalidInput):
            buyer.receive(*lines)
    with pytest.raises(InvalidInput):
        buyer.receive(buyer.goods("Soap", 1, 1), received_on=date(2026, 11, 21))
    with pytest.raises(InvalidInput):
        buyer.receive(buyer.goods("Soap", 1, 1, discount=paise(2)))
    with pytest.raises(InvalidInput):
        buyer.order()
    with pytest.raises(InvalidInput):
        buyer.order(("Soap", 1, 1), expected_on=EARLY)
    for more in ({"store_id": other.store_id}, {"party_id": other.suppliers["Gupta Traders"]}):
        with pytest.raises(NotFound):
            buyer.receive(buyer.goods("Soap", 1, 1), **more)
        with pytest.raises(NotFound):
            buyer.order(("Soap", 1, 1), **more)
    buyer.item("Delivery", kind="service", is_stocked=False)
    with pytest.raises(InvalidInput) as refusal:
        buyer.receive(buyer.goods("Delivery", 1, 1))
    assert "No stock is kept of Delivery" in refusal.value.errors["what-1"]
    assert buyer.on_hand("Soap") == (0, 0)


def test_each_document_twice_is_once(buyer: Buyer) -> None:
    first = buyer.receive(buyer.goods("Soap", 1, 1), id=new_id(), body_sha256="a")
    assert buyer.receive(buyer.goods("Soap", 1, 1), id=first.id, body_sha256="a") == first
    with pytest.raises(Conflict):
        buyer.receive(buyer.goods("Soap", 1, 1), id=first.id, body_sha256="b")
    bill = buyer.buy(billed(buyer, first, 1, 1))
    note = buyer.give_back(bill, (1, 1), body_sha256="a")
    assert buyer.give_back(bill, (1, 1), id=note.id, body_sha256="a") == note
    with pytest.raises(Conflict):
        buyer.give_back(bill, (1, 1), id=note.id, body_sha256="b")


def test_a_payment_under_reverse_charge_has_its_voucher(buyer: Buyer, other: Buyer) -> None:
    buyer.supplier("Ramu", gstin=None)
    bill = buyer.buy(buyer.expense("expenses", 1000, tax=5), of="Ramu", tax_by=TaxBy.REVERSE_CHARGE)
    cash = buyer.read(lambda books: ledger.heads(books)["cash"])
    asked = Payment(id=new_id(), bill_id=bill.id, paid_on=TODAY, amount=paise(400), account_id=cash, body_sha256="a")
    with open_books(buyer.actor) as books:
        paid = purchases.pay(books, asked)
        assert purchases.pay(books, asked) == paid
        assert (paid.number, outstandings.open_items(books, bill.party_id)[0].open) == ("2600RP/000001", -60_000)
        for wrong in ({"amount": paise(601)}, {"amount": paise(0)}, {"paid_on": date(2026, 11, 21)}, {"account_id": new_id()}):
            with pytest.raises(InvalidInput):
                purchases.pay(books, replace(asked, id=new_id(), **wrong))
    with open_books(other.actor) as books, pytest.raises(NotFound):
        purchases.pay(books, asked)
    with pytest.raises(CannotCancel, match=r"₹400\.00 of this bill is settled"):
        buyer.cancel(bill.id)
    with open_books(buyer.actor) as books:
        purchases.cancel_payment(books, bill.id, paid.id, reason="Wrong man")
        assert purchases.cancel_payment(books, bill.id, paid.id, reason="Wrong man") == paid
    buyer.cancel(bill.id)
    plain = buyer.buy(buyer.line("Soap", 1, 1))
    with open_books(buyer.actor) as books, pytest.raises(BooksError, match="not under reverse charge"):
        purchases.pay(books, replace(asked, id=new_id(), bill_id=plain.id))
    buyer.assert_true()


def test_batches_of_a_receipt_keep_their_name(buyer: Buyer) -> None:
    buyer.item("Syrup", tracking="batch")
    receipt = buyer.receive(buyer.goods("Syrup", 5, 100, batch="A1"))
    with pytest.raises(BooksError, match="does not bill what was received"):
        buyer.buy(buyer.line("Syrup", 5, 100, batch="A2", receipt=LineRef(receipt.id, 1)))
    bill = buyer.buy(buyer.line("Syrup", 5, 110, batch="A1", receipt=LineRef(receipt.id, 1)))
    assert buyer.on_hand("Syrup") == (5, 550)
    buyer.give_back(bill, (1, 2))
    buyer.assert_true()


def test_pieces_come_and_go_by_their_serial_numbers(buyer: Buyer) -> None:
    buyer.item("Phone", tracking="serial")
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Phone", 2, 100, serials=("S1",)))
    assert "one serial number for each piece" in refusal.value.errors["serials-1"]
    bill = buyer.buy(buyer.line("Phone", 2, 100, serials=("S1", "S2")))
    with pytest.raises(BooksError):
        buyer.buy(buyer.line("Phone", 1, 100, serials=("S1",)), number="2")
    with open_books(buyer.actor) as books:
        back = Note(
            id=new_id(), against_id=bill.id, note_date=TODAY, reason="Broken", lines=(NoteLine(1, Qty(1000), ("S2",)),), body_sha256="x"
        )
        purchases.give_back(books, back)
    assert buyer.read(lambda books: stock.serials_here(books, [buyer.items["Phone"]], buyer.store_id))[buyer.items["Phone"]] == ["S1"]
    buyer.assert_true()


def test_a_closed_store_takes_no_goods(buyer: Buyer) -> None:
    with open_books(buyer.actor) as books:
        store = Store(id=new_id(), name="Old godown", code="OLD", state_code="27", closed_at=books.now)
        books.session.add(store)
        books.session.flush()
    for act in (
        lambda: buyer.receive(buyer.goods("Soap", 1, 1), store_id=store.id),
        lambda: buyer.buy(buyer.line("Soap", 1, 1), store_id=store.id),
    ):
        with pytest.raises(StoreClosed):
            act()
    assert buyer.on_hand("Soap") == (0, 0)
