"""The screens, as a browser without scripts uses them: what is typed becomes a document, or comes back with its errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.purchases.conftest import Buyer
from webapp.kernel.ids import new_id
from webapp.platform.permissions import ROLE_PERMISSIONS, Permission, Role

Browse = Callable[[Shop], FlaskClient]


@pytest.fixture
def desk(buyer: Buyer, sharma: Shop, browse: Browse) -> FlaskClient:
    return browse(sharma)


def bill_of(**more: str) -> dict[str, str]:
    return {
        "id": str(new_id()),
        "supplier": "gupta traders",
        "supplier_number": "G-1",
        "bill_date": "2026-11-20",
        "voucher_date": "2026-11-20",
        "what-1": "soap",
        "qty-1": "10",
        "rate-1": "₹1,200.50",
        **more,
    }


def id_in(location: str) -> UUID:
    found = re.search(r"[0-9a-f-]{36}", location)
    assert found
    return UUID(found[0])


def test_a_typed_bill_is_entered_by_name_with_signs_of_currency(desk: FlaskClient, buyer: Buyer) -> None:
    typed = bill_of(
        **{
            "discount-1": "5%",
            "what-4": "Shop expenses",
            "rate-4": "100",
            "charge-501": "Freight",
            "charge_amount-501": "Rs. 50",
            "total": "₹13,608",
        }
    )
    answer = desk.post("/purchases/bills", data=typed)
    assert answer.status_code == 303, answer.text
    shown = desk.get(answer.location).text
    assert all(words in shown for words in ("2600PB/000001", "Freight", "Shop expenses"))
    assert buyer.on_hand("Soap") == (10, 11_454.75)
    again = desk.post("/purchases/bills", data=typed)
    assert again.location == answer.location
    assert buyer.on_hand("Soap") == (10, 11_454.75)
    buyer.assert_true()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("qty-1", "ten", "in plain digits"),
        ("rate-1", "12.345.6", "in plain digits"),
        ("rate-1", "१२", "in plain digits"),
        ("rate-1", "$12", "in plain digits"),
        ("discount-1", "105%", "from 0 to 100"),
        ("cgst", "x", "in plain digits"),
        ("bill_date", "yesterday", "Choose the day that stands"),
        ("supplier", "Nobody", "No supplier is called Nobody"),
        ("what-1", "Nothing", "Choose an item from the list"),
        ("total", "500", "the paper says ₹500.00"),
    ],
)
def test_what_cannot_be_read_comes_back_beside_its_field(desk: FlaskClient, buyer: Buyer, field: str, typed: str, words: str) -> None:
    answer = desk.post("/purchases/bills", data=bill_of(**{field: typed}))
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed}"' in answer.text
    assert buyer.on_hand("Soap") == (0, 0)


def test_a_double_leads_to_the_first(desk: FlaskClient) -> None:
    first = desk.post("/purchases/bills", data=bill_of())
    answer = desk.post("/purchases/bills", data=bill_of())
    assert answer.status_code == 409
    assert f"/purchases/bills/{id_in(first.location)}" in answer.text
    assert "was entered before, as 2600PB/000001" in answer.text


def test_the_working_is_shown_while_one_types(desk: FlaskClient) -> None:
    answer = desk.post("/purchases/bills/working", data=bill_of(cgst="1080.55"))
    assert "₹1,080.55 on the paper, ₹1,080.45 worked out" in answer.text
    assert "₹500.00" in desk.post("/purchases/bills/working", data=bill_of(total="500")).text
    assert desk.post("/purchases/bills/working", data={}).status_code == 200


def test_from_order_to_debit_note(desk: FlaskClient, buyer: Buyer) -> None:
    sheet = {
        "id": str(new_id()),
        "version": "0",
        "supplier": "Gupta Traders",
        "order_date": "2026-11-20",
        "what-1": "Soap",
        "qty-1": "10",
        "rate-1": "100",
    }
    order = id_in(desk.post("/purchases/orders", data=sheet).location)
    assert 'value="10"' in desk.get(f"/purchases/orders/new?change={order}").text
    desk.post(f"/purchases/orders/{order}/approval")
    filled = desk.get(f"/purchases/receipts/new?order={order}").text
    assert f'value="{order.hex}.1"' in filled
    common = {"supplier": "Gupta Traders", "what-1": "Soap", "rate-1": "100"}
    took = {**common, "id": str(new_id()), "order_id": str(order), "received_on": "2026-11-20", "qty-1": "6", "order-1": f"{order.hex}.1"}
    receipt = id_in(desk.post("/purchases/receipts", data=took).location)
    over = desk.post("/purchases/receipts", data={**took, "id": str(new_id()), "qty-1": "5"})
    assert over.status_code == 409
    assert "10 NOS ordered, 6 done, 5 wanted: 1 too much" in over.text
    assert f'value="{receipt.hex}.1"' in desk.get(f"/purchases/bills/new?receipt={receipt}").text
    assert 'value="4"' in desk.get(f"/purchases/bills/new?order={order}").text
    bill = id_in(desk.post("/purchases/bills", data=bill_of(**{"rate-1": "110", "qty-1": "6", "receipt-1": f"{receipt.hex}.1"})).location)
    assert "6 of 6 may go back" in desk.get(f"/purchases/bills/{bill}/debit-note").text
    note = desk.post(
        f"/purchases/bills/{bill}/debit-notes", data={"id": str(new_id()), "qty-1": "2", "note_date": "2026-11-20", "reason": "Broken"}
    )
    shown = desk.get(note.location).text
    for number in ("2600PO/000001", "2600GR/000001", "2600PB/000001", "2600PD/000001"):
        assert number in shown
    assert desk.post(f"/purchases/bills/{bill}/cancellation", data={"reason": "Wrong"}).status_code == 409
    assert "Say in a few words why" in desk.post(f"/purchases/orders/{order}/closing", data={"reason": ""}).text
    assert desk.post(f"/purchases/orders/{order}/closing", data={"reason": "No more to be had"}).status_code == 303
    assert buyer.on_hand("Soap") == (4, 440)
    register = desk.get("/purchase-register?step=document&from=2026-11-01&to=2026-11-30").text
    assert f"/purchases/bills/{bill}" in register
    assert "2600GR/000001" not in register
    buyer.assert_true()


def test_a_supplier_is_made_in_place(desk: FlaskClient) -> None:
    made = desk.post(
        "/purchases/suppliers", data={"id": str(new_id()), "name": "Mehta Mills", "gstin": ""}, headers={"Accept": "application/json"}
    )
    assert made.json["found"][0][1] == "Mehta Mills"
    assert [row[1] for row in desk.get("/purchases/suppliers?q=meh").json["found"]] == ["Mehta Mills"]
    wrong = desk.post("/purchases/suppliers", data={"name": "", "gstin": "27X"}, headers={"Accept": "application/json"})
    assert wrong.status_code == 422
    assert set(wrong.json["errors"]) == {"name", "gstin"}


def test_lists_search_and_leave_as_files(desk: FlaskClient, buyer: Buyer) -> None:
    for path in ("bills", "receipts", "orders"):
        assert "yet" in desk.get(f"/purchases/{path}").text
    desk.post("/purchases/bills", data=bill_of())
    buyer.receive(buyer.goods("Soap", 1, 10))
    buyer.order(("Soap", 1, 10))
    for path, number in (("bills", "2600PB/000001"), ("receipts", "2600GR/000001"), ("orders", "2600PO/000001")):
        assert number in desk.get(f"/purchases/{path}").text
        assert number in desk.get(f"/purchases/{path}?q=gupta").text
        assert "Nothing matches" in desk.get(f"/purchases/{path}?q=zzz").text
        assert "Nothing matches" in desk.get(f"/purchases/{path}?state=cancelled").text
        assert number in desk.get(f"/purchases/{path}?format=csv").text
    assert "G-1" in desk.get("/purchases/bills?q=g-1").text


def test_a_list_asks_no_more_for_more_rows(desk: FlaskClient, buyer: Buyer, max_queries: Any) -> None:
    for number in range(3):
        buyer.buy(buyer.line("Soap", 1, 10), number=str(number))
    with max_queries(6):
        desk.get("/purchases/bills")


def test_a_cashier_sees_no_purchases(app: Flask) -> None:
    assert not {Permission.PURCHASE_READ, Permission.PURCHASE_WRITE} & ROLE_PERMISSIONS[Role.CASHIER]
    assert {Permission.PURCHASE_READ, Permission.PURCHASE_WRITE} <= ROLE_PERMISSIONS[Role.ACCOUNTANT]


def test_another_companys_documents_are_not_there(desk: FlaskClient, other: Buyer) -> None:
    bill, order, receipt = other.buy(other.line("Soap", 1, 10)), other.order(("Soap", 1, 10)), other.receive(other.goods("Soap", 1, 10))
    for path in (
        f"bills/{bill.id}",
        f"orders/{order.id}",
        f"receipts/{receipt.id}",
        f"bills/{bill.id}/debit-note",
        f"orders/{order.id}/print",
    ):
        assert desk.get(f"/purchases/{path}").status_code == 404
    for path in (f"bills/new?receipt={receipt.id}", f"bills/new?order={order.id}", f"receipts/new?order={order.id}"):
        assert desk.get(f"/purchases/{path}").status_code == 404
