"""The pages of documents before a bill, advances and recurring invoices, as a browser without scripts sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.company.test_stores import cashier, make_store
from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.orders.conftest import Desk
from webapp import orders
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import order_papers
from webapp.printing.rules import Layout
from webapp.sales import read_sheet


@pytest.fixture
def web(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


def place(answer: object) -> str:
    return str(getattr(answer, "location", ""))


def test_the_chain_is_walked_by_its_buttons(web: FlaskClient, desk: Desk) -> None:
    assert "No quotation or order was made yet." in web.get("/orders").text
    made = web.post("/orders", data=desk.sheet(("Soap", "10"), kind="quotation", ends_on="2026-12-31"))
    assert made.status_code == 303
    quotation = place(made)
    for words in ("26-QT/000001", "The customer accepts", "Make order", "31-Dec-2026"):
        assert words in web.get(quotation).text, words
    assert web.post(f"{quotation}/decision", data={"decision": "accept", "version": "1"}).status_code == 303
    order = place(web.post(f"{quotation}/conversions", data={"kind": "order", "id": str(new_id())}))
    part = web.get("/orders/new", query_string={"kind": "challan", "from": order.rsplit("/", 1)[-1]}).text
    assert 'value="Soap"' in part
    assert 'value="Ravi Kumar"' in part
    assert f'value="{order.rsplit("/", 1)[-1]}.1"' in part
    challan = place(web.post(f"{order}/conversions", data={"kind": "challan", "id": str(new_id())}))
    assert web.get(f"{challan}/returns/new").status_code == 200
    bill = place(web.post(f"{order}/invoice", data={"id": str(new_id())}))
    trail = web.get(f"{bill}/chain").text
    for number in ("26-QT/000001", "26-SO/000001", "26-DC/000001", "2600/000001"):
        assert number in trail
    again = web.post(f"{order}/invoice", data={"id": str(new_id())})
    assert again.status_code == 409
    assert "is left" in again.text


def test_a_refused_sheet_keeps_what_was_typed(web: FlaskClient, desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"))
    sent = desk.sheet(("Soap", "eleven"), kind="challan", purpose="job_work", vehicle="MH12AB1234")
    answer = web.post("/orders", data=sent)
    assert answer.status_code == 422
    for words in ('value="eleven"', 'value="MH12AB1234"', "job_work"):
        assert words in answer.text
    assert web.post("/orders", data=desk.sheet(("Soap", "11", "", f"{order.id}.1"), kind="challan", purpose="supply")).status_code == 409
    assert web.post("/orders", data=desk.sheet(("Soap", "1"), kind="challan", purpose="gift")).status_code == 422


def test_revisions_stand_side_by_side(web: FlaskClient, desk: Desk) -> None:
    first = desk.make("quotation", ("Soap", "10"))
    assert 'value="118"' in web.get(f"/orders/new?kind=quotation&revises={first.id}").text
    revised = web.post("/orders", data=desk.sheet(("Soap", "8"), kind="quotation", revises=str(first.id), version="1"))
    page = web.get(f"{place(revised)}/comparison").text
    assert "26-QT/000001 → 26-QT/000001 R1" in page
    stale = web.post("/orders", data=desk.sheet(("Soap", "8"), kind="quotation", revises=str(first.id), version="1"))
    assert stale.status_code == 409


def test_lists_are_searched_narrowed_and_sent_out(web: FlaskClient, desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"), ends_on=desk.trade.read(lambda books: books.today))
    desk.deliver(order, Soap="4")
    for query, found in (
        ("q=ravi", True),
        ("q=nobody", False),
        ("state=pending&kind=order", True),
        ("state=overdue", False),
        ("q=1180", True),
    ):
        assert ("26-SO/000001" in web.get(f"/orders?{query}").text) is found, query
    for shape in ("csv", "xlsx", "pdf"):
        assert web.get(f"/orders?format={shape}").status_code == 200
        assert web.get(f"/orders/pending?format={shape}").status_code == 200
    assert "26-SO/000001,Ravi Kumar,Soap" in web.get("/orders/pending?format=csv").text
    assert "708.00" in web.get("/orders/pending").text


def test_an_advance_is_taken_set_against_a_bill_and_the_rest_given_back(web: FlaskClient, desk: Desk) -> None:
    sent = {"party_id": str(desk.party), "amount": "₹ 1,180", "mode": "cash", "nature": "service", "rate": "18", "description": "Repair"}
    advance = place(web.post("/advances", data={"id": str(new_id()), **sent}))
    id_ = advance.rsplit("/", 1)[-1]
    books = desk.trade
    assert (books.balance("customer-advances"), books.balance("advance-gst"), books.balance("output-cgst")) == (-118_000, 18_000, -9_000)
    bill = place(web.post("/bills", data=desk.sheet(("Repair", "1"))))
    invoice_id = bill.rsplit("=", 1)[-1]
    too_much = web.post(f"{advance}/adjustments", data={"invoice_id": invoice_id, "amount": "591"})
    assert too_much.status_code == 422
    assert "₹590.00 of 2600/000001 is open" in too_much.text
    assert web.post(f"{advance}/adjustments", data={"id": str(new_id()), "invoice_id": invoice_id, "amount": "590"}).status_code == 303
    assert (books.balance("debtors"), books.balance("advance-gst"), books.balance("output-cgst")) == (0, 9_000, -9_000)
    assert (
        "₹590.00 of 26-RA/000001 is left"
        in web.post(f"{advance}/refunds", data={"amount": "600", "mode": "cash", "reason": "Not wanted"}).text
    )
    refund = place(web.post(f"{advance}/refunds", data={"id": str(new_id()), "amount": "590", "mode": "cash", "reason": "Not wanted"}))
    assert "26-RF/000001" in web.get(refund).text
    assert (books.balance("customer-advances"), books.balance("advance-gst"), books.balance("output-cgst")) == (0, 0, -4_500)
    from uuid import UUID

    books.cancel(UUID(invoice_id))
    assert (books.balance("customer-advances"), books.balance("advance-gst"), books.balance("debtors")) == (-59_000, 9_000, 0)
    assert id_ in web.get("/advances").text


def test_goods_pay_no_tax_on_an_advance(web: FlaskClient, desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"))
    sent = {
        "party_id": str(desk.party),
        "order_id": str(order.id),
        "amount": "500",
        "mode": "upi",
        "nature": "goods",
        "rate": "18",
        "description": "Soap",
    }
    assert web.post("/advances", data=sent).status_code == 303
    assert (desk.trade.balance("customer-advances"), desk.trade.balance("advance-gst")) == (-50_000, 0)
    assert "26-RA/000001" in web.get(f"/orders/{order.id}/chain").text
    for wrong, field in (
        ({"amount": "-1"}, "amount"),
        ({"mode": "gold"}, "mode"),
        ({"day": "2027-01-01"}, "day"),
        ({"description": ""}, "description"),
    ):
        assert f'id="f-{field}-error"' in web.post("/advances", data={**sent, **wrong}).text, field


def test_a_bill_comes_again_by_itself_or_as_a_proforma_with_its_trouble(web: FlaskClient, desk: Desk) -> None:
    source = desk.make("proforma", ("Repair", "1"))
    sent = {"name": "Rent of shop", "every": "month", "starts_on": "2026-09-20"}
    assert web.post(f"/orders/{source.id}/recurrence", data={"id": str(new_id()), **sent, "issues": "1"}).status_code == 303
    text = web.get("/orders/recurring").text
    assert "Rent of shop" in text
    assert desk.trade.balance("sales") == -150_000
    from webapp.platform.tenancy import open_books

    with open_books(desk.trade.actor) as books:
        assert orders.make_due(books) == 0
    scarce = desk.make("quotation", ("Soap", "101"))
    web.post(f"/orders/{scarce.id}/recurrence", data={**sent, "name": "Soap", "starts_on": "2026-11-20", "issues": "1"})
    text = web.get("/orders/recurring").text
    assert "101 on this bill" in text
    assert "Needs a look" in text
    assert web.post(f"/orders/{source.id}/recurrence", data={**sent, "ends_on": "2026-01-01", "every": "day"}).status_code == 422


@pytest.mark.parametrize("language", ["en", "en+hi"])
def test_every_document_has_its_paper(web: FlaskClient, desk: Desk, language: str) -> None:
    desk.trade.settings(bill_language=language)
    challan = desk.make("challan", ("Soap", "5"), ("Tea", "2"), transport={"vehicle": "MH12AB1234"})
    back = desk.back(challan, 1)
    for head in (
        challan,
        back,
        desk.make("quotation", ("Soap", "1")),
        desk.make("order", ("Soap", "1")),
        desk.make("proforma", ("Repair", "1")),
    ):
        with read_books(desk.trade.actor) as books:
            assert order_papers.draw(books, "order_document", head.id, Layout.A4)[:5] == b"%PDF-"
        assert web.post(f"/orders/{head.id}/papers", data={"layout": "a4"}).status_code == 303
        assert "Being made" in web.get(f"/orders/{head.id}/print").text
    assert web.post(f"/orders/{challan.id}/links").status_code == 303
    assert "/o/" in web.get(f"/orders/{challan.id}/print").text


def test_another_companys_documents_are_not_there(web: FlaskClient, desk: Desk, other: Desk) -> None:
    theirs = other.make("order", ("Soap", "5"))
    for way in ("", "/chain", "/print", "/returns/new", "/recurrence", "/comparison"):
        assert web.get(f"/orders/{theirs.id}{way}").status_code == 404, way
    for way in ("conversions", "invoice", "closing", "cancellation", "decision", "returns", "recurrence", "papers", "links"):
        sent = {
            "reason": "Mine now",
            "version": "1",
            "kind": "challan",
            "starts_on": "2026-11-20",
            "name": "X",
            "every": "month",
            "qty_1": "1",
        }
        assert web.post(f"/orders/{theirs.id}/{way}", data=sent).status_code == 404, way
    assert other.view(theirs).head.state == "open"


def test_a_cashier_makes_quotations() -> None:
    from webapp.platform.permissions import Permission, allows

    assert [allows(Role.CASHIER, one) for one in (Permission.ORDER_WRITE, Permission.CREDIT_OVERRIDE)] == [True, False]


def test_what_another_store_did_with_it_hides_no_document(app: Flask, sharma: Shop, desk: Desk) -> None:
    """An order and an advance of the first store are billed and used in the second: who is held to one sees that one's."""
    main, pune = desk.trade.store_id, make_store(sharma, "Pune", "PUN")
    order = desk.make("order", ("Repair", "1"))
    with open_books(sharma.actor) as books:
        wanted = read_sheet(desk.sheet(("Repair", "1", "", f"{order.id}.1"), store_id=str(pune)))
        bill = orders.issue(books, wanted).invoice_id
        taken = orders.NewAdvance(new_id(), desk.party, main, books.today, Paise(10_000), "cash", False, "Repair", order_id=order.id)
        advance = orders.take_advance(books, taken).id
        orders.adjust_advance(books, advance, bill, id_=new_id(), amount=Paise(10_000))
    of_main = [f"/orders/{order.id}", f"/orders/{order.id}/chain", f"/advances/{advance}"]
    of_pune = [f"/bills/{bill}", f"/bills/{bill}/chain", f"/bills/{bill}/returns/new"]
    for store, seen, hidden in ((main, of_main, of_pune), (pune, of_pune, of_main)):
        held = signed_in(app, replace(sharma, actor=cashier(sharma, store)))
        assert {url: held.get(url).status_code for url in seen} == dict.fromkeys(seen, 200)
        assert {url: held.get(url).status_code for url in hidden} == dict.fromkeys(hidden, 404)
    assert "A bill of another store" in signed_in(app, replace(sharma, actor=cashier(sharma, main))).get(of_main[2]).text
