"""Each way in which books can be false is planted once, behind the program's back; the check names it in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Connection, Engine, text

from migrations.triggers import APPEND_ONLY, drop_guards
from tests.ground.shops import Shop
from tests.payments.test_receipts import receipt, take
from tests.sales.trade import CREDIT, open_trade
from tests.support import UNIT, make_items
from tests.support import Trade as Goods
from webapp import assembly, ledger, vouchers
from webapp.books_check import replay, verify_books
from webapp.company import default_store
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.posting import CostShare, Slip, credit, debit
from webapp.ledger import Heading
from webapp.payments import PaidBill
from webapp.platform.tenancy import open_books
from webapp.stocktaking import Adjustment, Change, adjust_stock
from webapp.vouchers import Entry, VoucherCommand

DAY = date(2026, 11, 20)

# What the shop of test_planted_in_purchases.py has, and this one has not.
OF_GOODS = {
    "goods kept by batch lie in batches",
    "each serial number is where its moves say",
    "goods in transit are those on the way",
    "goods delivered are those on challans",
    "purchases equal their lines and are posted",
    "papers of goods say what the registers wrote",
}


# What is planted, and found, in tests/gateway/test_settling.py.
OF_A_GATEWAY = {"the gateway's clearing account holds payments less refunds and settlements"}


@dataclass(frozen=True)
class Fault:
    """What is done to the rows, and the words the check must find for it."""

    statements: tuple[str, ...]
    words: str


VOUCHER = "(select id from voucher where number = '26TST/000001' and reverses_id is null)"
REVERSAL = "(select id from voucher where number = '26TST/000003' and reverses_id is not null)"
CASH = "(select id from account where code = 'cash' and company_id = (select max(company_id) from invoice))"
SOLD_OUT = "(select item_id from stock_balance where qty = 0)"

FAULTS = {
    "a line altered": Fault(
        (f"update journal_line set amount_paise = amount_paise + 1 where line_no = 1 and voucher_id = {VOUCHER}",),
        "voucher 26TST/000001 has 6 lines, and debits less credits are ₹0.01",
    ),
    "lines gone": Fault(
        ("delete from allocation", f"delete from journal_line where voucher_id = {VOUCHER}"), "voucher 26TST/000001 has 0 lines"
    ),
    "a line on another day": Fault(
        (f"update journal_line set voucher_date = '2026-11-19' where line_no = 2 and voucher_id = {VOUCHER}",),
        "voucher 26TST/000001 is of 2026-11-20, its line 2 of 2026-11-19",
    ),
    "an account's total": Fault(
        (f"update account_balance set debit_paise = debit_paise + 100 where account_id = {CASH}",), "Cash in Nov 2026 is kept as"
    ),
    "both sides of a total": Fault(
        (f"update account_balance set debit_paise = debit_paise + 7, credit_paise = credit_paise + 7 where account_id = {CASH}",),
        "Cash in Nov 2026 is kept as",
    ),
    "a total gone": Fault((f"delete from account_balance where account_id = {CASH}",), "Cash in Nov 2026 is kept as ₹0.00 Dr"),
    "a party's total": Fault(("update party_balance set credit_paise = credit_paise + 1",), "Meera in Nov 2026 is kept as"),
    "stock on hand": Fault((f"update stock_balance set qty = qty + 500 where item_id = {SOLD_OUT}",), "is kept as 0.5 worth"),
    "value without goods": Fault(
        (f"update stock_balance set value_paise = 5 where item_id = {SOLD_OUT}",), "nothing on hand, and yet worth ₹0.05"
    ),
    "goods of the other sign": Fault(
        ("update stock_balance set value_paise = -1 where qty > 0",), "quantity and value have different signs"
    ),
    "the newest cost": Fault(("update stock_balance set last_cost_millipaise = 1",), "the newest cost is kept as 1, a replay gives"),
    "layers": Fault(
        ("update stock_balance set layers = '[[2000,2000]]' where layers is not null",),
        "its goods are kept as 2 for ₹20.00, a replay gives 1 for ₹5.00, 1 for ₹15.00",
    ),
    "no layers": Fault(
        ("update stock_balance set layers = null",), "are kept as weighted average, a replay gives 1 for ₹5.00, 1 for ₹15.00"
    ),
    "a cost": Fault(("update stock_movement set value_paise = value_paise - 3 where kind = 'sale'",), "more of value than it did"),
    "a movement gone": Fault(("delete from stock_movement where kind = 'sale'",), "its movements give"),
    "sold below zero without leave": Fault(
        ("update stock_movement set is_below_zero_allowed = false",), "left -1 on hand, and nobody had allowed it"
    ),
    "goods taken back otherwise": Fault(
        ("update stock_movement set value_paise = value_paise + 1 where kind = 'cancel'",), "does not equal what it takes back"
    ),
    "a reversal of other lines": Fault(
        (f"update journal_line set amount_paise = amount_paise * 2 where voucher_id = {REVERSAL}",),
        "the reversal of 26TST/000003 is not its exact opposite",
    ),
    "tenders": Fault(
        ("update invoice_tender set amount_paise = amount_paise + 1 where tender_no = 1",),
        "bill 26TST/000001 comes to ₹118.00, its payments to ₹118.01",
    ),
    "a line of a bill": Fault(
        ("update invoice_line set taxable_paise = taxable_paise + 1",),
        "bill 26TST/000001 does not equal its lines: taxable ₹100.00, ",
    ),
    "tax on paper": Fault(
        ("update invoice set cgst_paise = cgst_paise + 1, sgst_paise = sgst_paise - 1",), "has ₹9.01 of CGST, ₹9.00 was posted"
    ),
    "a voucher gone": Fault(
        ("delete from allocation", f"delete from journal_line where voucher_id = {VOUCHER}", f"delete from voucher where id = {VOUCHER}"),
        "bill 26TST/000001 was not posted",
    ),
    "cancelled in name": Fault(
        (f"update invoice_cancellation set voucher_id = {VOUCHER}",), "bill 26TST/000003 is cancelled, but its voucher was not reversed"
    ),
    "a number missing": Fault(("update number_series set last = last + 1 where prefix = '26TST'",), "26TST/000004 is missing"),
    "a number too many": Fault(
        ("update number_series set last = last - 1 where prefix = '26TST'",), "26TST/000003 was used, though the series has reached 2 only"
    ),
    "no series": Fault(("delete from number_series where prefix = '26TST'",), "numbers of 26TST were used, but there is no such series"),
    "settled by more than there is": Fault(
        ("update allocation set amount_paise = 11900",), "line 1 of voucher 26TST/000001 is ₹118.00, ₹119.00 of it is settled"
    ),
    "settled in another account": Fault(
        (f"update allocation set account_id = {CASH}",), "the settlement of 26TST/000001 with 2600P/000001 is not of one party and account"
    ),
    "settled though taken back": Fault(
        ("update allocation set debit_voucher_id = (select id from voucher where number = '26TST/000003' and reverses_id is null)",),
        "26TST/000003 was taken back on 2026-11-20, and still settles ₹50.00",
    ),
    "settled on the wrong side": Fault(
        ("update allocation set credit_voucher_id = debit_voucher_id, credit_line_no = debit_line_no",), "is not of a credit with a debit"
    ),
    "settled of other days": Fault(("update allocation set debit_date = '2026-11-01'",), "is of other days than its vouchers"),
    "undone by halves": Fault(
        ("update allocation set released_on = '2026-11-20', released_at = '2026-11-20 00:00:00+00:00'",), "is undone by halves"
    ),
    "borne in part": Fault(("update cost_allocation set amount_paise = 400",), "is ₹5.00, its cost centres bear ₹4.00"),
    "typed and then not": Fault(
        ("update voucher_document set state = 'cancelled', voucher_id = null",), "is cancelled, and yet it stands in the books"
    ),
    "typed of another day": Fault(("update voucher_document set voucher_date = '2026-11-19'",), "of 2026-11-19 was posted as payment"),
    "the log altered": Fault(
        ("update edit_log set user_name = 'nobody' where seq = 2 and company_id = (select max(company_id) from invoice)",),
        "entry 2 was altered",
    ),
    "a journal otherwise": Fault(
        ("update stock_journal_line set cost_paise = cost_paise + 1 where side = 'made'",),
        "stock journal 26-SM/000001 does not equal its lines",
    ),
    "the log cut": Fault(
        ("delete from edit_log where seq = 2 and company_id = (select max(company_id) from invoice)",), "entry 2 is missing"
    ),
}


@pytest.fixture
def shop(sharma: Shop) -> Shop:
    """Bills, a khata, a sale below zero, a cancelled bill, an adjustment: something of each promise."""
    counter = open_trade(sharma.actor)
    counter.item("Soap", 100, incl=False, stock_of=10, cost=7)
    layered = counter.item("Ghee", 100, stock_of=0, valuation="fifo")
    gift = counter.item("Gift", 100, stock_of=0)
    meera = counter.customer("Meera", state_code="27")
    bills = [counter.sell(counter.line("Soap"), total=118, paid=CREDIT, party_id=meera) for _ in range(3)]
    counter.cancel(bills[2])
    take(counter, receipt(counter, meera, 50, bills=(PaidBill(bills[0].invoice_id, 50_00),)))
    with open_books(sharma.actor) as books:
        goods, items = Goods.of(books), make_items(books, 3)
        for item in items:
            goods.receive(item, 3 * UNIT, 1000, DAY)
        goods.sell(items[0], 3 * UNIT, DAY)
        goods.sell(items[1], 4 * UNIT, DAY)
        goods.receive(layered, 2 * UNIT, 1000, DAY)
        goods.receive(layered, UNIT, 1500, DAY)
        goods.sell(layered, UNIT, DAY)
        heads, id_ = ledger.heads(books), new_id()
        costs = (CostShare(ledger.create_cost_centre(books, "Van").id, Paise(500)),)
        rows = (Entry(heads["expenses"], Paise(500), None, costs), Entry(heads["cash"], Paise(-500)))
        vouchers.save(books, VoucherCommand(id=id_, save_id=new_id(), kind="payment", voucher_date=DAY, entries=rows))
        adjust_stock(books, Adjustment(new_id(), DAY, goods.store_id, "damaged", (Change(items[2], Qty(-UNIT)),)))
        made = assembly.MakeLine(gift, Qty(UNIT))
        used = assembly.UseLine(items[2], Qty(UNIT))
        asked = assembly.Journal(id=new_id(), store_id=goods.store_id, made_on=DAY, used=(used,), made=(made,), body_sha256="0")
        assembly.post(books, asked)
    return sharma


def test_true_books_have_no_breach(shop: Shop) -> None:
    with open_books(shop.actor) as books:
        report = verify_books(books)
        assert [str(breach) for breach in report.breaches] == []
        nothing = {check.promise for check in report.checks if not check.looked_at}
        assert nothing <= OF_GOODS | OF_A_GATEWAY, "a check that looked at nothing proves nothing"
        assert replay(books) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named(shop: Shop, iyer: Shop, engine: Engine, name: str) -> None:
    fault = FAULTS[name]
    _behind_the_back(shop, lambda connection: [connection.execute(text(statement)) for statement in fault.statements])
    with open_books(shop.actor) as books:
        breaches = [str(breach) for breach in verify_books(books).breaches]
    assert any(fault.words in words for words in breaches), "\n".join(breaches) or "nothing was found"
    with open_books(iyer.actor) as books:
        assert verify_books(books).breaches == [], "the other shop's books are as true as before"


def test_the_ledger_and_stock_are_compared(shop: Shop) -> None:
    with open_books(shop.actor) as books:
        heads, id_ = ledger.heads(books), new_id()
        slip = Slip((debit(heads["stock-in-hand"], 500), credit(heads["capital"], 500)))
        heading = Heading("journal", "J/1", DAY, default_store(books), "journal", id_)
        ledger.post(books, voucher_id=id_, heading=heading, slip=slip)
        words = [str(breach) for breach in verify_books(books).breaches]
    assert len(words) == 1
    assert "the account Stock-in-hand stands at" in words[0]


def test_a_replay_repairs_what_is_kept(shop: Shop) -> None:
    spoil = (
        "update account_balance set debit_paise = debit_paise + 3",
        "update stock_balance set qty = qty + 1",
        "update stock_balance set layers = '[]' where layers is not null",
        "delete from party_balance",
    )
    _behind_the_back(shop, lambda connection: [connection.execute(text(statement)) for statement in spoil])
    with open_books(shop.actor) as books:
        found = replay(books)
        assert len(found) > 5
        assert replay(books, repair=True) == found
        assert replay(books) == []
    with open_books(shop.actor) as books:
        assert verify_books(books).breaches == []


def _behind_the_back(shop: Shop, act: Callable[[Connection], object]) -> None:
    with open_books(shop.actor) as books:
        connection = books.session.connection()
        for table in APPEND_ONLY:
            drop_guards(connection, table)
        if connection.dialect.name == "sqlite":
            connection.execute(text("pragma defer_foreign_keys = on"))
        act(connection)
