"""Each way in which purchases and transfers can be false is planted once, behind the program's back; the check names it in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.conftest import NOON, Clock, Ground
from tests.ground.databases import Nest, nest_on
from tests.ground.shops import Shop
from tests.invariants.test_planted_faults import OF_GOODS, Fault, _behind_the_back
from tests.purchases.conftest import TODAY, open_buyer, paise
from webapp import company, ledger, orders, parties, purchases, sales, transfers
from webapp.books_check import verify_books
from webapp.company import StoreDraft
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform import clock as clock_of_the_program
from webapp.platform import db, storage
from webapp.platform.tenancy import open_books
from webapp.purchases import LineRef, Payment, TaxBy
from webapp.transfers import Receive, ReceivedLine, Send, SendLine

BILL = "(select id from purchase_bill where number = '2600PB/000001')"
VOUCHER_OF_RECEIPT = "(select id from goods_receipt where number = '2600GR/000001')"
SENT = "(select id from transfer where number = '26-TC/000001')"

FAULTS = {
    "a total": Fault(
        (f"update purchase_bill set total_paise = total_paise + 100, round_off_paise = round_off_paise + 100 where id = {BILL}",),
        "purchase 2600PB/000001 comes to",
    ),
    "a tax": Fault((f"update purchase_bill_line set cgst_paise = cgst_paise + 1 where bill_id = {BILL}",), "does not equal its lines"),
    "a claim": Fault((f"update purchase_bill set claimed_paise = claimed_paise + 1 where id = {BILL}",), "of input tax"),
    "a cost": Fault((f"update purchase_bill_line set cost_paise = cost_paise + 1 where bill_id = {BILL}",), "purchase 2600PB/000001 puts"),
    "a quantity": Fault((f"update purchase_bill_line set qty = qty + 1000 where bill_id = {BILL}",), "purchase 2600PB/000001 puts"),
    "a receipt": Fault(("update goods_receipt_line set value_paise = value_paise + 1",), "goods receipt 2600GR/000001 is worth"),
    "a receipt and its lines": Fault(
        (
            "update goods_receipt_line set value_paise = value_paise + 1 where line_no = 1",
            "update goods_receipt set value_paise = value_paise + 1",
        ),
        "goods receipt 2600GR/000001 puts",
    ),
    "billed beyond what was received": Fault(
        ("update goods_receipt_line set qty = 1000",), "of goods receipt 2600GR/000001, line 1: 1 received, 2 billed"
    ),
    "what was received and not billed": Fault(
        ("update purchase_bill_line set received_paise = received_paise + 5 where receipt_id is not null",),
        "the account Goods received not billed stands at",
    ),
    "given back beyond what was bought": Fault(
        (f"update purchase_bill_line set qty = 1000 where bill_id = {BILL}",), "of purchase 2600PB/000001, line 1: 1 bought, 3 given back"
    ),
    "a supplier's number gone": Fault(
        (f"delete from supplier_number where bill_id = {BILL}",), "purchase 2600PB/000001 does not hold its number"
    ),
    "a supplier's number of another": Fault(
        (f"update supplier_number set folded = 'x' where bill_id = {BILL}",), "purchase 2600PB/000001 does not hold its number"
    ),
    "a payment": Fault(("update reverse_charge_payment set amount_paise = amount_paise + 1",), "payment 2600RP/000001 is"),
    "cancelled in name": Fault(
        (f"update purchase_cancellation set voucher_id = {VOUCHER_OF_RECEIPT}",), "is cancelled, but its voucher was not reversed"
    ),
    "cancelled without a reversal": Fault(
        ("update purchase_cancellation set voucher_id = null",), "is cancelled, but its voucher was not reversed"
    ),
    "an order": Fault(("update purchase_order set taxable_paise = taxable_paise + 1",), "order 2600PO/000001 does not equal its lines"),
    "what was sent": Fault(
        (f"update transfer set cost_paise = cost_paise + 1 where id = {SENT}",), "transfer 26-TC/000001 does not equal its lines"
    ),
    "a line that was sent": Fault((f"update transfer_line set qty = qty + 1000 where transfer_id = {SENT}",), "transfer 26-TC/000001 sent"),
    "what arrived": Fault(("update transfer_receipt_line set qty = qty - 1000",), "transfer 26-TC/000001 received"),
    "what arrived is worth": Fault(("update transfer_receipt_line set value_paise = value_paise + 1",), "transfer 26-TC/000001 received"),
    "an arrival in name": Fault(
        (
            (
                "insert into transfer_receipt (company_id, transfer_id, id, received_on, reason, body_sha256, received_by, created_at)"
                " select company_id, id, id, sent_on, '', '', '', created_at from transfer where number = '26-TC/000002'"
            ),
        ),
        "the account Goods in transit stands at",
    ),
    "a recall in name": Fault(
        (f"update transfer_recall set reversal_id = {SENT}",), "transfer 26-TC/000003 was recalled, but its goods did not come back"
    ),
    "what is with others": Fault(("update order_line set cost_paise = cost_paise + 1",), "the account Goods delivered stands at"),
    "a consignor's goods": Fault(
        ("update stock_balance set value_paise = 5 where item_id in (select item_id from consigned_item)",),
        "Fan is a consignor's and stands in stock at",
    ),
    "a price difference": Fault(
        (
            "update journal_line set amount_paise = amount_paise + 1 where amount_paise > 0 and account_id in (select id from account where code = 'price-differences')",
        ),
        "the account Price differences on purchases stands at",
    ),
}


@pytest.fixture(scope="module")
def _nest(_ground: Ground, var_dir: Path) -> Iterator[Nest]:
    """The shop, built once: each test starts from it, and takes away only what it did itself."""
    with nest_on(_ground.engine) as nest:
        db.use(nest.engine)
        storage.use(var_dir)
        clock_of_the_program.use(lambda: NOON)
        _trade(_ground.sharma)
        clock_of_the_program.use(None)
        yield nest


@pytest.fixture
def engine(_nest: Nest, var_dir: Path, clock: Clock) -> Iterator[Engine]:
    """In the place of the ground's: with the trade of the shop in it."""
    with _nest.one_test() as made:
        db.use(made)
        storage.use(var_dir)
        yield made


@pytest.fixture
def shop(sharma: Shop) -> Shop:
    return sharma


def _trade(sharma: Shop) -> None:
    """An order received and billed at another price, a bill with a debit note, one cancelled, a payment, three transfers."""
    buyer = open_buyer(sharma)
    bill = buyer.buy(buyer.line("Soap", 9, 10))
    buyer.give_back(bill, (1, 3))
    buyer.cancel(buyer.buy(buyer.line("Soap", 1, 10), number="G-2").id)
    order = buyer.order(("Rice", 5, 10))
    receipt = buyer.receive(buyer.goods("Rice", 5, 10, order_line_no=1), order_id=order.id)
    buyer.buy(buyer.line("Rice", 2, 12, receipt=LineRef(receipt.id, 1)), number="G-3")
    buyer.supplier("Ramu", gstin=None)
    owed = buyer.buy(buyer.expense("expenses", 50, tax=18), of="Ramu", number="R-1", tax_by=TaxBy.REVERSE_CHARGE)
    buyer.item("Pill", tracking="batch")
    buyer.item("Phone", tracking="serial")
    buyer.receive(buyer.goods("Pill", 1, 1, batch="B1"), buyer.goods("Phone", 1, 1, serials=("S1",)))
    with open_books(buyer.actor) as books:
        cash = ledger.heads(books)["cash"]
        payment = Payment(id=new_id(), bill_id=owed.id, paid_on=TODAY, amount=paise(20), account_id=cash, body_sha256="")
        purchases.pay(books, payment)
        store = company.create_store(books, StoreDraft(name="Godown", code="GOD"))
        lines = (SendLine(buyer.items["Soap"], Qty(2000)),)
        first, _second, third = sends = [Send(new_id(), buyer.store_id, store, TODAY, lines, "0") for _ in range(3)]
        for one in sends:
            transfers.send(books, one)
        transfers.receive(books, Receive(first.id, new_id(), TODAY, (ReceivedLine(1, Qty(1000)),), "0", "one broke"))
        transfers.recall(books, third.id, "not wanted")
        customer = parties.create_party(books, parties.PartyDraft(name="Ravi Kumar")).id
        lent = sales.read_sheet({"item-1": "Soap", "qty-1": "1", "rate-1": "10", "party_id": str(customer)})
        orders.create(books, orders.NewDocument("challan", lent, purpose="approval"))
    buyer.item("Fan")
    buyer.receive(buyer.goods("Fan", 2, 10), is_consignment=True)


def test_true_books_have_no_breach(shop: Shop) -> None:
    with open_books(shop.actor) as books:
        report = verify_books(books)
        assert [str(breach) for breach in report.breaches] == []
        assert {check.promise for check in report.checks if check.looked_at} >= OF_GOODS


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named(shop: Shop, iyer: Shop, name: str) -> None:
    fault = FAULTS[name]
    _behind_the_back(shop, lambda connection: [connection.execute(text(statement)) for statement in fault.statements])
    with open_books(shop.actor) as books:
        breaches = [str(breach) for breach in verify_books(books).breaches]
    assert any(fault.words in words for words in breaches), "\n".join(breaches) or "nothing was found"
    with open_books(iyer.actor) as books:
        assert verify_books(books).breaches == []
