"""The pages of consignment as a browser without scripts sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.consignment.conftest import FAN, House
from tests.consignment.test_sent import lend, make_agent
from tests.ground.shops import Shop
from webapp import purchases
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import read_books
from webapp.purchases.lists import Wanted, documents


@pytest.fixture
def web(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


def test_what_is_with_others_is_found_billed_by_the_agents_paper_and_kept_when_refused(web: FlaskClient, house: House) -> None:
    assert "Nothing of yours stands with others" in web.get("/consignment").text
    make_agent(house)
    late = lend(house, "10", date(2026, 5, 1))
    challan = f"/orders/{late.id}"
    page = web.get("/consignment").text
    for words in (late.number, "Six months are over", "600.00", "01-Nov-2026", "203"):
        assert words in page, words
    assert "Nothing matches" in web.get("/consignment?state=soon").text
    assert late.number in web.get("/consignment?state=overdue&purpose=approval&q=soa").text
    assert late.number in web.get("/consignment?format=csv").text
    assert web.get("/consignment?format=pdf").data[:4] == b"%PDF"
    assert "stand with others" in web.get("/stock").text
    assert "Goods on approval for more than six months" in web.get("/exceptions").text
    page = web.get(challan).text
    for words in ("their invoice is late", "account sale"):
        assert words in page, words
    form = f"/consignment/challans/{late.id}/account-sale"
    assert "10 stand with the agent" in web.get(form).text
    sent = {
        "id": str(new_id()),
        "number": "AS/1",
        "day": "2026-11-20",
        "qty_1": "4",
        "rate_1": "118",
        "commission": "x",
        "commission_rate": "18",
    }
    answer = web.post(f"{form}s", data=sent)
    assert (answer.status_code, 'value="AS/1"' in answer.text, 'value="4"' in answer.text) == (422, True, True)
    answer = web.post(f"{form}s", data=sent | {"commission": "50"})
    assert answer.status_code == 303
    assert "26-DC/000001" in web.get(f"{answer.location}/chain").text
    assert web.post(f"{form}s", data=sent | {"commission": "50"}).location == answer.location, "pressed twice"
    assert web.post(f"{form}s", data=sent | {"id": str(new_id()), "number": "AS/2", "qty_1": "7"}).status_code == 422
    house.true()


def test_a_consignors_goods_come_by_the_form_are_billed_from_it_and_go_back(web: FlaskClient, house: House) -> None:
    assert "No supplier has left goods" in web.get("/consignment/held").text
    assert 'name="is_consignment" value="1" checked' in web.get("/purchases/receipts/new?consignment=1").text
    sent = {"id": str(new_id()), "supplier": "Gupta Traders", "received_on": "2026-11-01", "reference": "GC/9", "is_consignment": "1"}
    wrong = web.post("/purchases/receipts", data=sent | {"what-1": "Soap", "qty-1": "5", "rate-1": "60"})
    assert (wrong.status_code, "has goods of your own" in wrong.text, 'value="GC/9"' in wrong.text) == (422, True, True)
    made = web.post("/purchases/receipts", data=sent | {"what-1": FAN, "qty-1": "10", "rate-1": "60"})
    receipt = made.location
    assert "On consignment" in web.get(receipt).text
    house.sell(4)
    page = web.get(receipt).text
    assert "Bill what was sold" in page
    consignor = f"/consignment/consignors/{house.buyer.suppliers['Gupta Traders']}"
    for address, words in (
        ("/consignment/held", FAN),
        (consignor, "240.00"),
        (f"{consignor}?format=csv", "240.00"),
    ):
        assert words in web.get(address).text, address
    assert web.get("/consignment/held?format=xlsx").status_code == 200
    form = web.get(f"/purchases/bills/new?receipt={receipt.rsplit('/', 1)[-1]}").text
    assert 'value="4"' in form
    whole = web.get(f"/purchases/bills/new?consignor={consignor.rsplit('/', 1)[-1]}&store={house.desk.trade.store_id}").text
    assert f'value="{FAN}"' in whole
    row = {"what-1": FAN, "qty-1": "4", "rate-1": "60", "receipt-1": f"{receipt.rsplit('/', 1)[-1].replace('-', '')}.1"}
    bill = {
        "id": str(new_id()),
        "supplier": "Gupta Traders",
        "supplier_number": "G-77",
        "bill_date": "2026-11-20",
        "voucher_date": "2026-11-20",
    }
    over = web.post("/purchases/bills", data=bill | row | {"qty-1": "5"})
    assert (over.status_code, "4 were sold and are not billed yet" in over.text) == (422, True)
    assert web.post("/purchases/bills", data=bill | row).status_code == 303
    back = web.post(
        f"{receipt}/consignment-returns", data={"id": str(new_id()), "qty-1": "6", "returned_on": "2026-11-20", "reason": "Unsold"}
    )
    assert back.status_code == 303
    page = web.get(back.location).text
    for words in ("2600CR/000001", "2600GR/000001", "Unsold"):
        assert words in page, words
    assert "All of these goods are billed or went back" in web.get(f"{receipt}/consignment-returns/new").text
    assert web.post(f"{back.location}/cancellation", data={"reason": ""}).status_code == 422
    assert web.post(f"{back.location}/cancellation", data={"reason": "They stay"}).status_code == 303
    with read_books(house.desk.trade.actor) as books:
        assert len(documents(books, "bills", Wanted()).rows) == 1
    assert house.holding() == purchases.Holding(10_000, 0, 6_000, 0, 4_000)
    house.true()
