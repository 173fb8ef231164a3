"""Rows that are one supply, and the nature of a service: marked on quotations and orders, and still so on what these become."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.orders.conftest import Desk
from tests.support import refused
from webapp import books_check, orders, sales
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.orders import DocumentView, HeadRow, TemplateCommand, recurring
from webapp.orders.converting import sheet_of
from webapp.orders.rules import WrongState
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import order_papers, rules
from webapp.printing.rules import Layout

CHENNAI = "33AABCI1234D1ZC"
# Tea bears 5 %, soap and a repair 18 %.
ROWS = (("Soap", "2"), ("Tea", "3"), ("Repair", "1"))
COMPOSITE, MIXED = {"together-3": "2"}, {"together-2": "A", "together-3": "a"}


def rates(lines: Any) -> list[tuple[str, int]]:
    return [(line.name, line.rate_bp) for line in lines]


def quotation(desk: Desk, marks: dict[str, str], *rows: tuple[str, ...]) -> HeadRow:
    return desk.make("quotation", typed=desk.sheet(*(rows or ROWS), **marks))


def typed_of(view: DocumentView) -> list[str]:
    return [line.together for line in sheet_of([view], new_id(), view.head.document_date).lines]


@pytest.mark.parametrize(("marks", "rate", "whole"), [(COMPOSITE, 500, {3: 2}), (MIXED, 1800, {2: 3})])
def test_what_is_one_supply_on_a_quotation_is_one_on_the_bill(desk: Desk, marks: dict[str, str], rate: int, whole: dict[int, int]) -> None:
    wanted = [("Soap", 1800), ("Tea", rate), ("Repair", rate)]
    first = quotation(desk, marks)
    order = desk.convert(first, "order")
    proforma = desk.convert(order, "proforma")
    for one in (first, order, proforma):
        view = desk.view(one)
        assert (rates(view.lines), orders.taxed_as(view.head.body)) == (wanted, whole)
    bill = desk.trade.bill(desk.bill(order))
    assert rates(bill.lines) == wanted
    assert {no: row.taxed_as_line_no for no, row in bill.together.items() if no != row.taxed_as_line_no} == whole
    assert bill.header.total_paise == first.total_paise == order.total_paise == proforma.total_paise
    assert desk.trade.read(books_check.verify_books).breaches == []


def test_rows_are_marked_anew_by_their_numbers_on_what_is_left(desk: Desk) -> None:
    order = desk.make("order", typed=desk.sheet(*ROWS, **COMPOSITE))
    assert typed_of(desk.view(order)) == ["", "", "2"]
    desk.deliver(order, Soap="2")
    assert typed_of(desk.view(order)) == ["", "1"]
    desk.deliver(order, Tea="1")
    assert typed_of(desk.view(order)) == ["", "1"], "a part of the principal is left"


def test_goods_that_go_apart_are_one_supply_on_a_bill_of_both(desk: Desk) -> None:
    order = desk.make("order", typed=desk.sheet(*ROWS[1:], **{"together-2": "1"}))
    desk.deliver(order, Tea="3")
    second = desk.deliver(order, Repair="1")  # alone it bears its own rate, and it is no bill
    assert rates(desk.view(second).lines) == [("Repair", 1800)]
    assert "not left any more: Repair." in refused(lambda: desk.bill(second), WrongState)
    bill = desk.trade.bill(desk.bill(order))
    assert rates(bill.lines) == [("Tea", 500), ("Repair", 500)]
    assert bill.together[2].taxed_as_line_no == 1


@pytest.mark.parametrize(("marks", "gone"), [(COMPOSITE, "Tea"), (MIXED, "Tea"), (MIXED, "Repair")])
def test_a_part_whose_whole_went_before_is_for_a_person_to_tax(desk: Desk, marks: dict[str, str], gone: str) -> None:
    order = desk.make("order", typed=desk.sheet(*ROWS, **marks))
    qty = dict(ROWS)[gone]
    (line_no,) = (line.line_no for line in desk.view(order).lines if line.name == gone)
    with open_books(desk.trade.actor) as books:
        orders.issue(books, sales.read_sheet(desk.sheet((gone, qty, "", f"{order.id}.{line_no}"), pay="credit")))
    for act in (lambda: desk.bill(order), lambda: desk.convert(order, "proforma")):
        refused(act, WrongState)
    assert typed_of(desk.view(order)) == ["", ""]
    desk.convert(order, "challan")  # the goods may go


def test_the_other_part_alone_is_no_question_where_the_principal_is_left(desk: Desk) -> None:
    order = desk.make("order", typed=desk.sheet(*ROWS, **COMPOSITE))
    with open_books(desk.trade.actor) as books:
        orders.issue(books, sales.read_sheet(desk.sheet(("Repair", "1", "", f"{order.id}.3"), pay="credit")))
    assert rates(desk.trade.bill(desk.bill(order)).lines) == [("Soap", 1800), ("Tea", 500)]


def billed_apart(desk: Desk, order: HeadRow, line_no: int) -> str:
    """Bill one line of an order by itself; the bill's number."""
    line = next(line for line in desk.view(order).lines if line.line_no == line_no)
    with open_books(desk.trade.actor) as books:
        qty = str(line.qty // 1000)
        issued = orders.issue(books, sales.read_sheet(desk.sheet((line.name, qty, "", f"{order.id}.{line_no}"), pay="credit")))
    return desk.trade.bill(issued).header.number


def warnings(web: FlaskClient, address: str, data: dict[str, str] | None = None) -> list[str]:
    """What the form warns of, its words alone."""
    text = (web.get(address) if data is None else web.post(address, data=data)).text
    return [
        " ".join(re.sub("<[^>]+>", "", found).split()) for found in re.findall(r'<div class="notice warn">(.*?)</div>', text, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("marks", "gone", "said"),
    [
        (COMPOSITE, 2, ["Row 2, Repair, bears 18% here, its own rate, and not the 5% promised: it was one supply with Tea,", "8(a)"]),
        (MIXED, 3, ["Row 2, Tea, bears 5% here, its own rate, and not the 18% promised: it was one supply with Repair,", "8(b)"]),
        (MIXED, 2, []),  # a repair bears its 18% alone too
        (COMPOSITE, 3, []),
    ],
)
def test_the_form_warns_of_a_part_that_bears_its_own_rate(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, desk: Desk, marks: dict[str, str], gone: int, said: list[str]
) -> None:
    web = browse(sharma)
    order = desk.convert(quotation(desk, marks), "order")
    address = f"/orders/new?kind=invoice&from={order.id}"
    assert warnings(web, address) == []
    number = billed_apart(desk, order, gone)
    found = warnings(web, address)
    assert len(found) == bool(said)
    assert [words for words in [*said, *(said and [f"billed before ({number})"])] if words not in found[0]] == []
    if gone == 2 and marks is COMPOSITE:
        assert warnings(web, f"/orders/new?kind=challan&from={order.id}") == [], "goods may go apart"


def test_the_warning_stays_beside_a_refusal_and_the_rate_holds(browse: Callable[[Shop], FlaskClient], sharma: Shop, desk: Desk) -> None:
    web = browse(sharma)
    order = desk.make("order", typed=desk.sheet(*ROWS[1:], **{"together-2": "1"}))
    first = desk.deliver(order, Tea="3")
    number = desk.trade.bill(desk.bill(first)).header.number
    second = desk.deliver(order, Repair="1")
    sent = desk.sheet(("Repair", "1", "", f"{second.id}.1"), kind="invoice", pay="credit")
    (told,) = warnings(web, "/orders/bills", sent | {"day": "nonsense"})
    assert f"one supply with Tea, billed before ({number})" in told, "through the challan, too"
    assert web.post("/orders/bills", data=sent).status_code == 303, "a person has decided"


def test_marks_are_a_part_of_what_was_sent_and_refused_beside_their_row(desk: Desk) -> None:
    sent = desk.sheet(*ROWS)
    desk.make("order", typed=sent)
    refused(lambda: desk.make("order", typed=sent | COMPOSITE), Conflict)


def test_a_bill_that_comes_again_is_one_supply_again(desk: Desk) -> None:
    source = quotation(desk, COMPOSITE)
    with open_books(desk.trade.actor) as books:
        day = books.today
        made = recurring.create_template(books, source.id, TemplateCommand(new_id(), "Monthly", "month", day, None, issues=True))
        recurring.make_due(books)
        bill = recurring.template(books, made.id).newest_id
        assert bill is not None
        assert rates(sales.invoice(books, bill).lines) == [("Soap", 1800), ("Tea", 500), ("Repair", 500)]


def test_papers_say_it_in_both_languages(desk: Desk) -> None:
    first = quotation(desk, COMPOSITE)
    bill = desk.bill(first)
    with read_books(desk.trade.actor) as books:
        own = order_papers.document_paper(books, first.id, Layout.A4, "en+hi")
        theirs = rules.bill_paper(sales.invoice(books, bill.invoice_id), Layout.A4, "en+hi")
    words = "One supply with row 2, taxed as it / पंक्ति 2 के साथ एक आपूर्ति, उसी के अनुसार कर"
    assert own.together == theirs.together == {3: words}


def test_the_nature_of_a_service_and_its_section_travel(desk: Desk) -> None:
    desk.trade.item("Hall", 1000, incl=False, stock_of=0, kind="service", is_stocked=False, supply_nature="immovable_property")
    party = desk.trade.customer("Chennai Traders", gstin=CHENNAI, address="Chennai")

    def billed(*rows: tuple[str, ...], **more: str) -> tuple[str, str, str]:
        sent = desk.sheet(*rows, party_id=str(party), **more)
        bill = desk.trade.bill(desk.bill(desk.convert(desk.make("quotation", typed=sent), "order")))
        assert bill.terms is not None
        return bill.header.place_of_supply, bill.terms.nature, bill.terms.place_section

    assert billed(("Hall", "1"), performed_in="27") == ("27", "immovable_property", "12(3)")
    assert billed(("Repair", "1"), nature="goods_transport") == ("33", "goods_transport", "12(8)")
    assert billed(("Repair", "1"), nature="banking", place="27") == ("27", "banking", "")  # chosen by hand
    assert billed(("Soap", "1")) == ("33", "", "")


def test_the_sheet_asks_keeps_and_the_page_says_it(browse: Callable[[Shop], FlaskClient], sharma: Shop, desk: Desk) -> None:
    web = browse(sharma)
    assert 'name="has_together"' in web.get("/orders/new?kind=quotation").text
    wrong = web.post("/orders", data=desk.sheet(*ROWS, kind="order", **{"together-3": "9"}))
    assert (wrong.status_code, "f-together-3-error" in wrong.text, 'name="together-3" value="9"' in wrong.text) == (422, True, True)
    made = desk.make("quotation", typed=desk.sheet(*ROWS, **COMPOSITE))
    assert "One supply with line 2, taxed as it (section 8)" in web.get(f"/orders/{made.id}").text
    for way in (f"/orders/new?kind=order&from={made.id}", f"/orders/new?kind=quotation&revises={made.id}"):
        assert 'name="together-3" value="2"' in web.get(way).text


def test_another_company_reads_none_of_it(desk: Desk, other: Desk) -> None:
    order = desk.make("order", typed=desk.sheet(*ROWS, **COMPOSITE))
    theirs = other.sheet(("Repair", "1", "", f"{order.id}.3"))
    refused(lambda: other.make("challan", typed=theirs), NotFound)
