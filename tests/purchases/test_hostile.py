"""Purchases in hostile hands: absurd figures, other stores, two at once, papers that the law does not allow."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.company.test_stores import cashier
from tests.ground.shops import Shop, found_sharma
from tests.purchases.conftest import FAR_GSTIN, TODAY, Buyer, open_buyer, paise
from tests.purchases.test_pages import bill_of
from webapp import company, ledger, purchases, transfers
from webapp.company import NotYourStore, StoreDraft
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import Heads, LineRef, Note, NoteLine, Order, OrderLine, Payment, TaxBy
from webapp.purchases.lists import Wanted, documents, way_of
from webapp.transfers import Receive, ReceivedLine, Send, SendLine

Browse = Callable[[Shop], FlaskClient]
ABSURD = ("1e400", "-5", "１０", "₹", "9" * 20, "\x00", "x" * 10_000, "1.2.3")
SHEET = ("qty-1", "discount-1", "tax-1", "mrp-1", "expires-1", "cgst", "total", "due_on", "charge_amount-1", "receipt-1", "order-1")
SHEET += ("batch-1", "serials-1", "note", "supplier", "what-1", "key-1", "tax_by", "place_of_supply", "store_id", "supplier_number", "id")
BATCH_LABELS: list[tuple[str, dict[str, Any]]] = [
    ("batch-1", {"batch": "b" * 50}),
    ("batch-1", {"batch": "a,b"}),
    ("mrp-1", {"batch": "B1", "mrp": paise(-4)}),
]


@pytest.fixture
def desk(buyer: Buyer, sharma: Shop, browse: Browse) -> FlaskClient:
    return browse(sharma)


def store_in(buyer: Buyer, name: str = "Godown", code: str = "GOD", **more: str) -> UUID:
    with open_books(buyer.actor) as books:
        return company.create_store(books, StoreDraft(name=name, code=code, **more))


@pytest.mark.parametrize("typed", ABSURD)
def test_nothing_that_is_typed_breaks_a_sheet(desk: FlaskClient, buyer: Buyer, typed: str) -> None:
    for field, page in itertools.product(SHEET, ("bills", "receipts", "orders")):
        days = {"received_on": "2026-11-20", "order_date": "2026-11-20", "charge-1": "Freight", "charge_amount-1": "5"}
        answer = desk.post(f"/purchases/{page}", data=bill_of(supplier_number=new_id().hex, **days) | {field: typed})
        assert answer.status_code < 500, (page, field)
    buyer.assert_true()


def test_a_line_of_a_debit_note_stands_there_once(desk: FlaskClient, buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 5, 10))
    with pytest.raises(InvalidInput) as refusal:
        buyer.give_back(bill, (1, 3), (1, 3))
    assert "twice" in refusal.value.errors["qty-1"]
    typed = {"id": str(new_id()), "note_date": "2026-11-20", "reason": "Broken", "qty-1": "3", "qty-01": "3"}
    assert desk.post(f"/purchases/bills/{bill.id}/debit-notes", data=typed).status_code == 422
    assert buyer.on_hand("Soap") == (5, 50)


def test_nobody_without_a_gstin_charges_tax(buyer: Buyer) -> None:
    buyer.supplier("Ramu", gstin=None)
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Soap", 1, 100), of="Ramu", taxes=Heads(cgst=paise(9), sgst=paise(9)), taxes_confirmed=True)
    assert sorted(refusal.value.errors) == ["cgst", "sgst"]
    assert buyer.balance("input-cgst") == 0


@pytest.mark.parametrize(("field", "label"), BATCH_LABELS)
def test_a_label_that_cannot_be_is_told_beside_its_field(buyer: Buyer, field: str, label: dict[str, Any]) -> None:
    buyer.item("Pill", tracking="batch")
    for act in (lambda: buyer.buy(buyer.line("Pill", 1, 10, **label)), lambda: buyer.receive(buyer.goods("Pill", 1, 10, **label))):
        with pytest.raises(InvalidInput) as refusal:
            act()
        assert list(refusal.value.errors) == [field]


def test_an_mrp_is_above_nought_and_a_serial_number_is_short_and_there_once(buyer: Buyer) -> None:
    buyer.item("Phone", tracking="serial")
    for field, line in (
        ("mrp-1", buyer.line("Soap", 1, 10, mrp=paise(-4))),
        ("serials-1", buyer.line("Phone", 1, 10, serials=("A" * 61,))),
        ("serials-1", buyer.line("Phone", 2, 10, serials=("A", "A"))),
        ("serials-1", buyer.line("Phone", 2, 10, serials=("a", "A"))),
    ):
        with pytest.raises(InvalidInput) as refusal:
            buyer.buy(line)
        assert list(refusal.value.errors) == [field]


# Stores ---------------------------------------------------------------------------------------------------------------


def test_the_state_of_the_store_decides_the_tax(buyer: Buyer) -> None:
    bangalore = store_in(buyer, "Bangalore", "BLR", gstin="29AABCS1234D1ZR", address="MG Road")
    buyer.supplier("Far", gstin=FAR_GSTIN)
    near = buyer.buy(buyer.line("Soap", 1, 100), of="Far", store_id=bangalore)
    far = buyer.buy(buyer.line("Soap", 1, 100), number="G-2", store_id=bangalore)
    assert [(one.supply, one.cgst_paise, one.igst_paise, one.place_of_supply) for one in (near, far)] == [
        ("intra", 900, 0, "29"),
        ("inter", 0, 1800, "29"),
    ]
    assert near.buyer["gstin"] == "29AABCS1234D1ZR"
    assert buyer.give_back(near, (1, 1)).buyer["gstin"] == "29AABCS1234D1ZR"
    assert buyer.order(("Soap", 1, 100), of="Far", store_id=bangalore).tax_paise == 1800
    buyer.assert_true()


def test_the_sheet_leaves_the_place_to_the_store(desk: FlaskClient, buyer: Buyer) -> None:
    """What a page offers is what a form sends: no state chosen, unless a person chooses one."""
    shown = desk.get("/purchases/bills/new").text
    choice = shown.split('name="place_of_supply"')[1].split("</select>")[0]
    assert "selected" not in choice.replace('value="" selected', "")


def test_a_member_reaches_no_purchase_of_another_store(buyer: Buyer, sharma: Shop) -> None:
    mine = store_in(buyer)
    buyer.supplier("Ramu", gstin=None)
    order, receipt, bill = buyer.order(("Soap", 9, 10)), buyer.receive(buyer.goods("Soap", 5, 10)), buyer.buy(buyer.expense("expenses", 10))
    draft = buyer.order(("Soap", 9, 10), approved=False)
    owed = buyer.buy(buyer.expense("expenses", 50, tax=18), of="Ramu", number="R-1", tax_by=TaxBy.REVERSE_CHARGE)
    cash = buyer.read(lambda books: ledger.heads(books)["cash"])
    with open_books(buyer.actor) as books:
        paid = purchases.pay(books, payment_of(owed, cash))
    ravi = cashier(sharma, mine)
    note = Note(id=new_id(), against_id=bill.id, note_date=TODAY, reason="Broken", lines=(NoteLine(1, Qty(1000)),), body_sha256="0")
    payment = payment_of(owed, cash)
    acts: list[Callable[[Any], Any]] = [
        lambda books: purchases.bill(books, bill.id),
        lambda books: purchases.receipt(books, receipt.id),
        lambda books: purchases.order(books, order.id),
        lambda books: purchases.approve(books, draft.id),
        lambda books: purchases.close(books, order.id, reason="not wanted"),
        lambda books: purchases.cancel_order(books, order.id, reason="not wanted"),
        lambda books: purchases.cancel_receipt(books, receipt.id, reason="not wanted"),
        lambda books: purchases.cancel(books, bill.id, reason="not wanted"),
        lambda books: purchases.give_back(books, note),
        lambda books: purchases.pay(books, payment),
        lambda books: purchases.cancel_payment(books, owed.id, paid.id, reason="not wanted"),
        lambda books: purchases.enter_bill(books, buyer.bill(buyer.line("Soap", 1, 10), number="X")),
        lambda books: purchases.enter_bill(
            books, buyer.bill(buyer.line("Soap", 1, 10, receipt=LineRef(receipt.id, 1)), number="X", store_id=mine)
        ),
        lambda books: purchases.receive(books, receipt_of(buyer, buyer.store_id)),
        lambda books: purchases.receive(books, receipt_of(buyer, mine, order_id=order.id)),
    ]
    for act in acts:
        with open_books(ravi) as books, pytest.raises(NotYourStore):
            act(books)
    with read_books(ravi) as books:
        assert [documents(books, which, Wanted()).rows for which in ("bills", "receipts", "orders")] == [(), (), ()]
        assert way_of(books, bill_ids=[bill.id]) == []


def payment_of(bill: purchases.BillRow, cash: UUID) -> Payment:
    return Payment(id=new_id(), bill_id=bill.id, paid_on=TODAY, amount=paise(20), account_id=cash, body_sha256=new_id().hex)


def receipt_of(buyer: Buyer, store_id: UUID, order_id: UUID | None = None) -> purchases.Receipt:
    lines = (buyer.goods("Soap", 1, 10, order_line_no=1 if order_id else None),)
    given: dict[str, Any] = {"id": new_id(), "party_id": buyer.suppliers["Gupta Traders"], "received_on": TODAY, "store_id": store_id}
    return purchases.Receipt(**given, lines=lines, body_sha256=new_id().hex, order_id=order_id)


# Two at once ----------------------------------------------------------------------------------------------------------


def do(buyer: Buyer, verb: Callable[..., Any], *asked: Any, **more: Any) -> Callable[[], Any]:
    def act() -> Any:
        with open_books(buyer.actor) as books:
            return verb(books, *asked, **more)

    return act


def test_what_is_done_by_two_at_once_is_done_once(real_engine: Engine) -> None:
    buyer = open_buyer(found_sharma())
    bill, receipt = buyer.bill(buyer.line("Soap", 3, 10)), receipt_of(buyer, buyer.store_id)
    first, same = at_once([do(buyer, purchases.enter_bill, bill)] * 2)
    assert first == same
    assert len({one.number for one in at_once([do(buyer, purchases.receive, receipt)] * 2)}) == 1
    given = {"against_id": bill.id, "note_date": TODAY, "reason": "Broken", "lines": (NoteLine(1, Qty(2000)),)}
    note = Note(id=new_id(), body_sha256="0", **given)
    assert len({one.number for one in at_once([do(buyer, purchases.give_back, note)] * 2)}) == 1
    draft = Order(
        id=new_id(),
        party_id=bill.party_id,
        order_date=TODAY,
        store_id=buyer.store_id,
        lines=(OrderLine(item_id=receipt.lines[0].item_id, qty=Qty(1000), rate=MilliPaise(1)),),
        body_sha256="0",
    )
    assert len({one.number for one in at_once([do(buyer, purchases.save_order, draft)] * 2)}) == 1
    send = Send(new_id(), buyer.store_id, store_in(buyer), TODAY, (SendLine(receipt.lines[0].item_id, Qty(1000)),), "0")
    assert len(set(at_once([do(buyer, transfers.send, send)] * 2))) == 1
    arrived = Receive(send.id, new_id(), TODAY, (ReceivedLine(1, Qty(1000)),), "0")
    assert took([one or 0 for one in at_once([do(buyer, transfers.receive, arrived)] * 2)]) == 2
    again = [Receive(send.id, new_id(), TODAY, (ReceivedLine(1, Qty(1000)),), "0") for _ in range(2)]
    assert took([one or 0 for one in at_once([do(buyer, transfers.receive, one) for one in again])]) == 0
    assert buyer.on_hand("Soap") == (2, 20)
    buyer.assert_true()


def test_of_two_who_want_the_same_goods_one_has_them(real_engine: Engine) -> None:
    buyer = open_buyer(found_sharma())
    order, receipt = buyer.order(("Soap", 5, 10)), buyer.receive(buyer.goods("Soap", 4, 10))
    bill = buyer.buy(buyer.line("Soap", 3, 10))
    receive = [receipt_of(buyer, buyer.store_id, order.id) for _ in range(6)]
    assert took(at_once([do(buyer, purchases.receive, one) for one in receive])) == 5
    line = buyer.line("Soap", 4, 12, receipt=LineRef(receipt.id, 1))
    bills = [buyer.bill(line, number=f"N-{n}") for n in range(3)]
    assert took(at_once([do(buyer, purchases.enter_bill, one) for one in bills])) == 1
    given = {"against_id": bill.id, "note_date": TODAY, "reason": "Broken", "lines": (NoteLine(1, Qty(2000)),)}
    notes = [Note(id=new_id(), body_sha256="0", **given) for _ in range(3)]
    cancel = do(buyer, purchases.cancel, bill.id, reason="not wanted")
    assert took(at_once([*(do(buyer, purchases.give_back, one) for one in notes), cancel])) == 1
    buyer.assert_true()


def test_cancelled_by_two_at_once_is_cancelled_once(real_engine: Engine) -> None:
    buyer = open_buyer(found_sharma())
    receipt, bill = buyer.receive(buyer.goods("Soap", 4, 10)), buyer.buy(buyer.line("Soap", 3, 10))
    buyer.supplier("Ramu", gstin=None)
    owed = buyer.buy(buyer.expense("expenses", 50, tax=18), of="Ramu", number="R-1", tax_by=TaxBy.REVERSE_CHARGE)
    paid = do(buyer, purchases.pay, payment_of(owed, buyer.read(lambda books: ledger.heads(books)["cash"])))()
    for act in (
        do(buyer, purchases.cancel, bill.id, reason="not wanted"),
        do(buyer, purchases.cancel_receipt, receipt.id, reason="not wanted"),
        do(buyer, purchases.cancel_payment, owed.id, paid.id, reason="not wanted"),
    ):
        assert took(at_once([act, act])) == 2
    assert buyer.on_hand("Soap") == (0, 0)
    buyer.assert_true()


def took(answers: list[Any]) -> int:
    assert None not in answers, "an act ended in an error of ours"
    return sum(not isinstance(one, BooksError) for one in answers)
