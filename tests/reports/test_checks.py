"""What stands out, and the registers of sales and purchases: against each thing planted once, and every paper added up."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.company.test_stores import make_store
from tests.ground.shops import Shop
from tests.payments.test_receipts import receipt, take
from tests.reports.ledgers import Ledgers
from tests.sales.trade import CASH, CREDIT, Trade
from webapp import company, ledger
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Line, Slip
from webapp.ledger import Heading
from webapp.payments import PaidBill
from webapp.platform.tenancy import open_books, read_books

DAY = date(2026, 11, 20)


def rows(client: FlaskClient, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(address).text.removeprefix("\ufeff"))))


def kinds(client: FlaskClient, query: str = "") -> dict[str, list[str]]:
    """What is exceptional: its name → what it names."""
    found: dict[str, list[str]] = {}
    for kind, name, *_rest in rows(client, f"/exceptions?format=csv{query}")[1:]:
        found.setdefault(kind, []).append(name)
    return found


@pytest.fixture
def ravi(trade: Trade) -> UUID:
    trade.item("Soap", 118)
    return trade.customer("Ravi")


def test_a_clean_shop_has_none(owner: FlaskClient, trade: Trade, ravi: UUID) -> None:
    trade.sell(trade.line("Soap"), total=118, paid=CASH)
    assert "Nothing stands out" in owner.get("/exceptions").text
    assert kinds(owner) == {}


def test_each_is_found(owner: FlaskClient, trade: Trade, ledgers: Ledgers, ravi: UUID, sharma: Shop) -> None:
    pune = make_store(sharma, "Pune", "PUN")
    ledgers.post(DAY - timedelta(days=3), ("expenses", 500_00), ("cash", -500_00))
    ledgers.post(DAY - timedelta(days=2), ("cash", 700_00), ("capital", -700_00))
    trade.settings(allows_negative_stock=True)
    trade.item("Oil", 10, stock_of=0)
    bill = trade.sell(trade.line("Oil", 2), total=20, paid=CREDIT, party_id=ravi)
    take(trade, receipt(trade, ravi, 300, mode="upi", received_on=DAY - timedelta(days=40)))
    take(trade, receipt(trade, ravi, 20, mode="cash", bills=(PaidBill(bill.invoice_id, 20_00),)))
    with open_books(trade.actor) as books:
        books.connection.execute(text("update number_series set last = last + 1 where prefix = '2600P'"))
    assert kinds(owner) == {
        "Days with less than no cash": ["Cash"],
        "Stock below zero": ["Oil"],
        "Numbers that no document has": ["2600P/000003"],
        "Receipts without a reference": ["2600P/000001"],
        "Money long on account": ["2600P/000001"],
        "Customers whom the shop owes": ["Ravi"],
    }
    assert "Money long on account" not in kinds(owner, "&days=41")
    assert "Money long on account" in kinds(owner, "&days=39")
    with read_books(trade.actor) as books:
        main = company.default_store(books)
    assert kinds(owner, f"&store={main}") == kinds(owner)
    assert kinds(owner, f"&store={pune}") == {}, "nothing of it is of the other store"
    assert owner.get(f"/exceptions?store={UUID(int=1)}").status_code == 404
    page = owner.get("/exceptions?days=x").text
    assert page.count("<section") == 6
    assert owner.get("/exceptions?format=pdf").data[:4] == b"%PDF"


def test_the_states_share_is_called_as_its_stores_state_calls_it(owner: FlaskClient, trade: Trade, sharma: Shop) -> None:
    pune = make_store(sharma, "Pune", "PUN")
    with open_books(trade.actor) as books:
        main = company.default_store(books)
        books.connection.execute(text("update store set state_code = '35' where code <> 'PUN'"))  # the Andaman and Nicobar Islands
    for address, name in (("", "SGST/UTGST"), (f"&store={pune}", "SGST"), (f"&store={main}", "UTGST")):
        for register in ("/sales-register", "/purchase-register"):
            assert rows(owner, f"{register}?format=csv{address}")[0][4] == name
    assert ">SGST/UTGST" in owner.get("/purchases/bills/new").text


def test_the_sales_register_is_every_bill(owner: FlaskClient, trade: Trade, ledgers: Ledgers, ravi: UUID) -> None:
    assert "Nothing was sold" in owner.get("/sales-register").text
    trade.sell(trade.line("Soap", 2), total=236, paid=CASH)
    bill = trade.sell(trade.line("Soap"), total=118, paid=CASH, invoice_date=DAY - timedelta(days=30))
    trade.cancel(trade.sell(trade.line("Soap"), total=118, paid=CASH))
    trade.take_back(bill, (1, 1))
    ledgers.post(DAY, ("cash", 118_00), ("sales", -100_00), ("output-igst", -18_00), kind="sales")
    ledgers.reverse(ledgers.post(DAY, ("cash", 50_00), ("sales", -50_00), kind="sales"), DAY)
    ledgers.post(DAY, ("cash", 50_00), ("capital", -50_00))
    head, *body, total = [*rows(owner, "/sales-register?format=csv"), []]
    assert head == ["Period", "Documents", "Taxable value", "CGST", "SGST", "IGST", "Cess", "Round off", "Total"]
    assert total == []
    assert body == [
        ["Oct 2026", "1", "100.00", "9.00", "9.00", "0.00", "0.00", "0.00", "118.00"],
        ["Nov 2026", "3", "200.00", "9.00", "9.00", "18.00", "0.00", "0.00", "236.00"],
    ]
    assert len(rows(owner, "/sales-register?format=csv&step=day")) == 3
    fine = rows(owner, "/sales-register?format=csv&step=document&from=2026-11-20&to=2026-11-20")
    assert [row[-1] for row in fine[1:]] == ["236.00", "-118.00", "118.00"]
    page = owner.get("/sales-register?step=document").text
    assert page.count('<tr role="row">') >= 4
    assert "from=2026-10-01" in owner.get("/sales-register").text
    assert owner.get("/sales-register?format=pdf").data[:4] == b"%PDF"
    assert owner.get("/sales-register?step=nonsense").status_code == 200
    assert owner.get("/sales-register?store=x").status_code == 404
    assert owner.get(f"/sales-register?format=csv&store={UUID(int=1)}").status_code == 404


@pytest.mark.parametrize(("side", "kind", "sign"), [("sales", "sales", -1), ("purchase", "purchase", 1)])
def test_a_register_of_a_cost_centre_is_of_the_vouchers_that_name_it(
    owner: FlaskClient, sharma: Shop, iyer: Shop, trade: Trade, ledgers: Ledgers, side: str, kind: str, sign: int
) -> None:
    trade.item("Soap", 118)
    trade.sell(trade.line("Soap"), total=118, paid=CASH)  # a bill names no centre
    own, tax = ("sales", "output-igst") if sign < 0 else ("stock-in-hand", "input-igst")
    ledgers.post(DAY, ("cash", -sign * 11_80), (own, sign * 10_00), (tax, sign * 1_80), kind=kind)
    with open_books(sharma.actor) as books:
        heads, van = ledger.heads(books), ledger.create_cost_centre(books, "Van").id
        road, other = ledger.create_cost_centre(books, "Road", van).id, ledger.create_cost_centre(books, "Shop").id
        for number, (centre, amount) in enumerate(((van, 200_00), (road, 50_00))):
            shares = (CostShare(centre, Paise(amount // 2)), CostShare(other, Paise(amount // 2)))
            value = Line(heads[own], Paise(sign * amount), None, shares)
            taxed = Line(heads[tax], Paise(sign * amount * 18 // 100), None)
            paid = Line(heads["cash"], Paise(-sign * amount * 118 // 100), None)
            heading = Heading(kind, f"C/{number}", DAY, company.default_store(books), "journal", new_id())
            ledger.post(books, voucher_id=new_id(), heading=heading, slip=Slip((value, taxed, paid)))
    with open_books(iyer.actor) as books:
        theirs = ledger.create_cost_centre(books, "Van").id
    path = f"/{side}-register?format=csv"
    for centre, count, value, tax_of_it in ((van, 2, "250.00", "45.00"), (road, 1, "50.00", "9.00")):
        (row,) = rows(owner, f"{path}&centre={centre}")[1:]
        assert (row[1], row[2], row[5]) == (str(count), value, tax_of_it), "whole, not the half that it bears"
        assert len(rows(owner, f"{path}&centre={centre}&step=document")) == 1 + count
    assert owner.get(f"{path}&centre={theirs}").status_code == 404
    page = owner.get(f"/{side}-register?centre={van}&from=2026-09-01&to=2026-09-30").text
    assert "No voucher of these days names this cost centre" in page


def test_the_purchase_register_is_of_vouchers(owner: FlaskClient, ledgers: Ledgers) -> None:
    assert "No purchase was posted" in owner.get("/purchase-register").text
    mill = ledgers.customer("Mill", is_supplier=True)
    ledgers.post(DAY, ("stock-in-hand", 100_00), ("input-cgst", 9_00), ("input-sgst", 9_00), ("creditors", -118_00, mill), kind="purchase")
    ledgers.post(DAY, ("stock-in-hand", -10_00), ("creditors", 10_00, mill), kind="debit_note")
    assert rows(owner, "/purchase-register?format=csv")[1:] == [
        ["Nov 2026", "2", "90.00", "9.00", "9.00", "0.00", "0.00", "0.00", "108.00"]
    ]
    assert len(rows(owner, "/purchase-register?format=csv&step=document")) == 3
