"""The reports on screen and as files: who may, which stores, filters, drill-down, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.purchases.conftest import Buyer
from tests.sales.trade import Trade, open_trade, stock_up
from webapp import company, purchases
from webapp.identity.service import NewUser, add_member, create_user
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.stock import BatchFacts
from webapp.stock_reports import forms, reading
from webapp.stock_reports.declared import REPORTS
from webapp.stocktaking import Adjustment, Change, adjust_stock

Enter = Callable[[Shop], FlaskClient]


def receive_batches(trade: Trade, item_id: object, *facts: BatchFacts) -> None:
    with open_books(trade.actor) as books:
        changes = tuple(Change(item_id, Qty(5000), Paise(10000), one) for one in facts)  # type: ignore[arg-type]  # an id
        adjust_stock(books, Adjustment(new_id(), books.today, trade.store_id, "Opening stock", changes, "opening"))


@pytest.mark.parametrize("code", REPORTS)
def test_every_report_says_when_there_is_nothing_and_shows_only_its_own(browse: Enter, sharma: Shop, iyer: Shop, code: str) -> None:
    owner, stranger, trade = browse(sharma), browse(iyer), open_trade(sharma.actor)
    by = REPORTS[code].bys[0]
    assert str(REPORTS[code].empty) in owner.get(f"/stock-reports/{code}").text.replace("&#39;", "'")
    trade.item("Dal <b>", 100, stock_of=5, cost=60, reorder_level_qty=Qty(9000))
    trade.sell(trade.line("Dal <b>", 1), total=100)
    tonic = trade.item("Tonic", 50, stock_of=0, tracking="batch")
    receive_batches(trade, tonic, BatchFacts("B1", date(2026, 12, 1)))
    name = "Tonic" if code == "expiry" else "Dal &lt;b&gt;"
    page = owner.get(f"/stock-reports/{code}").text
    assert (name in page, "Dal <b>" in page, "/stock/" in page) == (True, False, True)
    assert name not in stranger.get(f"/stock-reports/{code}").text
    assert "Nothing matches these filters" in owner.get(f"/stock-reports/{code}?q=nothing").text
    assert "Nothing matches these filters" in owner.get(f"/stock-reports/{code}?category=Nowhere&by={by}").text
    for format_ in ("csv", "xlsx", "pdf"):
        assert owner.get(f"/stock-reports/{code}?format={format_}").status_code == 200
    for choice in REPORTS[code].bys:
        assert owner.get(f"/stock-reports/{code}?by={choice}&format=csv").status_code == 200
        assert owner.get(f"/stock-reports/{code}?by={choice}").status_code == 200


def test_margin_is_a_part_of_sales_less_returns(browse: Enter, sharma: Shop) -> None:
    owner, trade = browse(sharma), open_trade(sharma.actor)
    trade.item("Dal", 118, stock_of=10, cost=75)
    bill = trade.sell(trade.line("Dal", 4), total=472)
    trade.take_back(bill, (1, 1))
    answer = owner.get("/stock-reports/margin?format=csv").text
    assert answer.splitlines()[1] == "Dal,NOS,3.000,300.00,225.00,75.00,25.000"
    page = owner.get("/stock-reports/margin?by=party").text
    assert ("Counter sale" in page, "25%" in page) == (True, True)
    assert "Asha" in owner.get("/stock-reports/margin?by=cashier").text


def test_expired_and_soon_are_told_apart(browse: Enter, sharma: Shop) -> None:
    owner, trade = browse(sharma), open_trade(sharma.actor)
    tonic = trade.item("Tonic", 50, stock_of=0, tracking="batch")
    receive_batches(
        trade, tonic, BatchFacts("OLD", date(2026, 11, 19)), BatchFacts("NOW", date(2026, 11, 20)), BatchFacts("FAR", date(2027, 1, 19))
    )

    def batches(query: str) -> list[str]:
        return [line.split(",")[1] for line in owner.get(f"/stock-reports/expiry?format=csv{query}").text.splitlines()[1:]]

    assert batches("") == ["OLD", "NOW"]
    assert batches("&days=60") == ["OLD", "NOW", "FAR"]
    assert batches("&state=expired&days=60") == ["OLD"]
    assert batches("&state=soon&days=0") == ["NOW"]


def test_reorder_stands_under_the_last_supplier_and_counts_what_is_on_order(browse: Enter, sharma: Shop) -> None:
    owner, trade = browse(sharma), open_trade(sharma.actor)
    buyer = Buyer(trade.actor, trade.store_id, trade.items)
    buyer.supplier("Gupta Traders")
    buyer.supplier("Anand and Sons", gstin=None)
    for name in ("Dal", "Ghee", "Salt"):
        trade.item(name, 100, stock_of=0, reorder_level_qty=Qty(10_000))
    buyer.buy(buyer.line("Dal", 2, 60), number="G-1")
    buyer.buy(buyer.line("Dal", 2, 62), of="Anand and Sons", number="A-1")
    buyer.cancel(buyer.buy(buyer.line("Dal", 1, 99), number="G-2").id)
    buyer.buy(buyer.line("Ghee", 1, 500), number="G-3")
    trade.sell(trade.line("Dal", 1), total=100)
    order = buyer.order(("Ghee", 5, 500))
    buyer.receive(buyer.goods("Ghee", 2, 500, order_line_no=1), order_id=order.id)
    rows = owner.get("/stock-reports/reorder?format=csv").text.splitlines()[1:]
    assert rows == [
        "Anand and Sons,Dal,NOS,3.000,0.000,10.000,1.000,8.000,62.00,496.00",
        "Gupta Traders,Ghee,NOS,3.000,3.000,10.000,0.000,4.000,500.00,2000.00",
        ",Salt,NOS,0.000,0.000,10.000,0.000,10.000,0.00,0.00",
    ]
    page = owner.get("/stock-reports/reorder").text
    assert page.index("Anand and Sons") < page.index("Dal") < page.index("Gupta Traders") < page.index("Never bought")
    buyer.order(("Ghee", 5, 500))
    assert "Ghee" not in owner.get("/stock-reports/reorder?format=csv").text


def test_a_suggestion_becomes_one_draft_order(browse: Enter, sharma: Shop, iyer: Shop) -> None:
    owner, trade = browse(sharma), open_trade(sharma.actor)
    buyer = Buyer(trade.actor, trade.store_id, trade.items)
    gupta = buyer.supplier("Gupta Traders")
    trade.item("Dal", 100, stock_of=0, reorder_level_qty=Qty(10_000))
    trade.item("Salt", 20, stock_of=0, reorder_level_qty=Qty(5_000))
    buyer.buy(buyer.line("Dal", 3, 60.125), number="G-1")
    form = {"party_id": str(gupta), "order_id": str(new_id()), "days": "7"}
    assert "Make a purchase order" in owner.get("/stock-reports/reorder").text
    first, again = (owner.post("/stock-reports/reorder/orders", data=form) for _ in range(2))
    assert (first.status_code, again.location) == (303, first.location)
    assert "Draft" in owner.get(first.location).text
    with read_books(sharma.actor) as books:
        (line,) = purchases.order_lines(books, UUID(form["order_id"]))
    assert (line.name, line.qty, line.rate_millipaise) == ("Dal", 7000, 6_012_500)
    assert owner.post("/stock-reports/reorder/orders", data={**form, "order_id": str(new_id()), "q": "Salt"}).status_code == 409
    assert owner.post("/stock-reports/reorder/orders", data={}).status_code == 404
    assert browse(iyer).post("/stock-reports/reorder/orders", data={**form, "order_id": str(new_id())}).status_code == 409


def test_who_is_held_to_a_store_sees_its_goods_alone(sharma: Shop) -> None:
    trade = open_trade(sharma.actor)
    trade.item("Dal", 100, stock_of=5, cost=60)
    with open_directory() as directory:
        user = create_user(directory, NewUser(name="Ravi", email="ravi@sharma.example", password=sharma.password))
        directory.flush()
        add_member(directory, sharma.company_id, user.id, Role.ACCOUNTANT)
        directory.flush()
        held = replace(sharma.actor, role=Role.ACCOUNTANT, user_id=user.id)
    with open_books(sharma.actor) as books:
        second = company.create_store(books, company.StoreDraft(name="Godown", code="GD"))
        stock_up(books, second, trade.items["Dal"], Qty(3000), Paise(300_00))
        company.limit_member(books, held.user_id or second, [second])
    report = REPORTS["movement"]
    with read_books(held) as books:
        stores, is_held = reading.my_stores(books)
        mine = [one.id for one in stores]
        asked = forms.read_asked({}, report, books.today, mine, is_held=is_held)
        assert reading.read(books, report, asked).rows[0].cells[-2:] == (3000, 300_00)
        with pytest.raises(NotFound):
            forms.read_asked({"store": str(trade.store_id)}, report, books.today, mine, is_held=is_held)


def test_what_is_asked_wrongly_is_answered(browse: Enter, sharma: Shop, iyer: Shop) -> None:
    owner = browse(sharma)
    assert owner.get("/stock-reports/nothing").status_code == 404
    assert owner.get(f"/stock-reports/margin?store={open_trade(iyer.actor).store_id}").status_code == 404
    assert "is not a day" in owner.get("/stock-reports/margin?from=32-13-2026").text
    assert owner.get("/stock-reports/margin?by=evil&state=evil&days=evil&at=-1&store=evil").status_code == 200
