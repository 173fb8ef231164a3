"""Quotations, orders, challans, proformas: what becomes of each, how much is left, and what is refused with its figures."""

from __future__ import annotations

from typing import Any

from tests.orders.conftest import Desk
from tests.support import refused
from webapp import books_check, orders, sales
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.orders.rules import NotLeft, WrongState
from webapp.platform.tenancy import open_books


def true(desk: Desk) -> bool:
    return bool(desk.trade.read(books_check.verify_books).breaches == [])


def test_the_whole_chain_with_the_books_true_at_each_step(desk: Desk) -> None:
    quotation = desk.make("quotation", ("Soap", "10"), ("Tea", "3"))
    assert (quotation.number, quotation.total_paise) == ("26-QT/000001", 133_800)
    desk.act(orders.decide, quotation, accepts=True)
    order = desk.convert(quotation, "order")
    assert desk.view(quotation).head.state == "done"
    first, second = desk.deliver(order, Soap="4"), desk.deliver(order, Soap="6", Tea="3")
    assert desk.trade.posted(first.id) == "Goods delivered, not yet billed 240.00 Dr / Stock-in-hand 240.00 Cr"
    assert desk.trade.on_hand("Soap") == 90_000
    assert desk.trade.balance("goods-delivered") == 60_000 + 9_999
    assert desk.view(order).head.state == "done"
    assert true(desk)
    bill = desk.bill(first)
    assert "Goods delivered, not yet billed 240.00 Cr" in desk.trade.posted(bill.invoice_id)
    assert "Stock" not in desk.trade.posted(bill.invoice_id)
    assert desk.trade.on_hand("Soap") == 90_000
    rest = desk.bill(second)
    assert desk.trade.balance("goods-delivered") == 0
    assert bill.figures.total + rest.figures.total == quotation.total_paise
    assert true(desk)


def test_a_bill_of_an_order_takes_what_is_out_on_its_challans(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"), ("Repair", "1"))
    desk.deliver(order, Soap="4")
    desk.deliver(order, Soap="5", Repair="1")
    bill = desk.trade.bill(desk.bill(order))
    assert [(line.name, line.qty) for line in bill.lines] == [("Soap", 4_000), ("Soap", 5_000), ("Repair", 1_000)]
    assert desk.quantities(order) == (10, 9, 0, 1)
    direct = desk.trade.bill(desk.bill(order))
    assert [(line.qty, line.cost_paise) for line in direct.lines] == [(1_000, 6_000)]
    assert desk.trade.on_hand("Soap") == 90_000
    assert "Nothing of" in refused(lambda: desk.bill(order), NotLeft)
    assert true(desk)


def test_nothing_is_made_twice(desk: Desk) -> None:
    order, id_ = desk.make("order", ("Soap", "10")), new_id()
    assert desk.convert(order, "challan", id_).number == desk.convert(order, "challan", id_).number
    assert "Nothing of 26-SO/000001 is left" in refused(lambda: desk.convert(order, "challan"), NotLeft)
    challan = desk.view(id_).head
    bill_id = new_id()
    assert desk.bill(challan, bill_id) == desk.bill(challan, bill_id)
    assert "Nothing of 26-DC/000001 is left" in refused(lambda: desk.bill(challan), NotLeft)
    sent = desk.sheet(("Soap", "1"))
    assert desk.make("quotation", typed=sent) == desk.make("quotation", typed=sent)
    refused(lambda: desk.make("quotation", typed={**sent, "qty-1": "2"}), Conflict)


def test_more_than_is_left_is_refused_with_the_figures(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"))
    desk.deliver(order, Soap="7")
    words = refused(lambda: desk.deliver(order, Soap="4"), NotLeft)
    assert words == "Soap: 26-SO/000001 has 10 NOS, 7 are done; 4 more cannot be."
    assert desk.trade.on_hand("Soap") == 93_000
    assert desk.quantities(order) == (10, 7, 0, 3)


def test_one_row_twice_cannot_take_more_than_there_is(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"))
    source = f"{order.id}.1"
    refused(lambda: desk.make("challan", ("Soap", "6", "", source), ("Soap", "6", "", source)), NotLeft)


def test_goods_come_back_at_what_they_had_cost_and_are_pending_again(desk: Desk) -> None:
    order = desk.make("order", ("Tea", "3"))
    challan = desk.convert(order, "challan")
    assert challan.cost_paise == 9_999
    back = desk.back(challan, 1)
    assert desk.trade.posted(back.id) == "Stock-in-hand 33.33 Dr / Goods delivered, not yet billed 33.33 Cr"
    assert desk.quantities(challan) == (3, 0, 1, 2)
    assert desk.quantities(order) == (3, 2, 0, 1)
    assert "3 NOS, 1 are done; 3 more" in refused(lambda: desk.back(challan, 3), NotLeft)
    bill = desk.trade.bill(desk.bill(challan))
    assert (bill.lines[0].qty, bill.header.cost_paise) == (2_000, 6_666)
    assert desk.trade.balance("goods-delivered") == 0
    assert true(desk)


def test_a_cancelled_bill_gives_its_quantities_back(desk: Desk) -> None:
    challan = desk.make("challan", ("Soap", "5"))
    bill = desk.bill(challan)
    desk.trade.cancel(bill)
    assert desk.quantities(challan) == (5, 0, 0, 5)
    assert desk.trade.balance("goods-delivered") == 30_000
    assert desk.trade.on_hand("Soap") == 95_000
    again = desk.bill(challan)
    desk.trade.take_back(again, (1, 2), mode=sales.TenderMode.CREDIT)
    assert desk.trade.on_hand("Soap") == 97_000
    assert true(desk)


def test_a_challan_is_cancelled_whole_and_only_untouched(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "5"))
    challan = desk.convert(order, "challan")
    desk.act(orders.cancel, challan, reason="Wrong lorry")
    assert (desk.trade.on_hand("Soap"), desk.trade.balance("goods-delivered")) == (100_000, 0)
    assert desk.quantities(order) == (5, 0, 0, 5)
    assert "cancelled" in refused(lambda: desk.bill(challan), WrongState)
    other = desk.convert(order, "challan")
    desk.bill(other)
    refused(lambda: desk.act(orders.cancel, other, reason="Wrong lorry"), WrongState)
    assert true(desk)


def test_an_order_is_closed_short(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"))
    challan = desk.deliver(order, Soap="6")
    desk.act(orders.close_short, order, reason="Rest not wanted")
    assert desk.quantities(order) == (10, 6, 0, 0)
    assert "closed short" in refused(lambda: desk.deliver(order, Soap="1"), WrongState)
    desk.back(challan, 2)
    line = desk.view(order).lines[0]
    assert (line.used_qty, line.closed_qty, line.left) == (4_000, 6_000, 0)
    refused(lambda: desk.act(orders.close_short, order, reason="Again"), WrongState)


def test_a_quotation_is_revised_and_the_old_one_kept(desk: Desk) -> None:
    first = desk.make("quotation", ("Soap", "10"))
    second = desk.make("quotation", ("Soap", "10", "100"), revises=first.id, version=1)
    assert (second.shown_number, second.revises_id, desk.view(first).head.state) == ("26-QT/000001 R1", first.id, "replaced")
    assert (first.total_paise, second.total_paise) == (118_000, 100_000)
    refused(lambda: desk.make("quotation", ("Soap", "1"), revises=first.id, version=2), WrongState)
    assert "revised meanwhile" in refused(lambda: desk.convert(first, "order"), WrongState)
    assert desk.convert(second, "order").total_paise == 100_000
    assert true(desk)


def test_an_expired_or_declined_quotation_becomes_nothing(desk: Desk, clock: Any) -> None:
    today = desk.trade.read(lambda books: books.today)
    quotation = desk.make("quotation", ("Soap", "1"), ends_on=today)
    clock.advance(days=1)
    assert "was valid until 20-Nov-2026" in refused(lambda: desk.convert(quotation, "order"), WrongState)
    refused(lambda: desk.act(orders.decide, quotation, accepts=True), WrongState)
    desk.act(orders.decide, quotation, accepts=False, reason="Too dear")
    assert "declined" in refused(lambda: desk.convert(quotation, "order"), WrongState)
    refused(lambda: desk.make("quotation", ("Soap", "1"), ends_on=today), InvalidInput)


def test_a_stale_page_changes_nothing(desk: Desk) -> None:
    quotation = desk.make("quotation", ("Soap", "1"))
    desk.act(orders.decide, quotation, accepts=True)
    assert "changed by somebody else" in refused(lambda: desk.act(orders.cancel, quotation, version=1, reason="Old page"), Conflict)


def test_a_proforma_posts_nothing_and_bills_what_stands_behind_it(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "4"))
    proforma = desk.convert(order, "proforma")
    assert desk.trade.posted(proforma.id) == ""
    assert desk.quantities(order) == (4, 0, 0, 4)
    desk.bill(proforma)
    assert desk.quantities(order) == (4, 4, 0, 0)
    refused(lambda: desk.bill(proforma), NotLeft)
    refused(lambda: desk.bill(order), NotLeft)
    assert true(desk)


def test_what_stands_behind_a_proforma_is_not_billed_twice(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "4"))
    proforma = desk.convert(order, "proforma")
    desk.bill(order)
    refused(lambda: desk.bill(proforma), NotLeft)


def test_another_company_another_customer_another_item(desk: Desk, other: Desk) -> None:
    theirs, ours = other.make("order", ("Soap", "5")), desk.make("order", ("Soap", "5"))
    refused(lambda: desk.convert(theirs, "challan"), NotFound)
    refused(lambda: desk.make("challan", ("Soap", "1", "", f"{theirs.id}.1")), NotFound)
    refused(lambda: desk.make("challan", ("Soap", "1", "", f"{ours.id}.9")), NotFound)
    refused(lambda: desk.make("challan", ("Tea", "1", "", f"{ours.id}.1")), InvalidInput)
    meera = desk.trade.customer("Meera")
    refused(lambda: desk.make("challan", typed=desk.sheet(("Soap", "1", "", f"{ours.id}.1"), party_id=str(meera))), InvalidInput)
    assert desk.trade.on_hand("Soap") == 100_000


def test_goods_that_are_not_there_do_not_leave(desk: Desk) -> None:
    assert "100 in stock, 101 on this bill" in refused(lambda: desk.make("challan", ("Soap", "101")), BooksError)
    assert desk.trade.on_hand("Soap") == 100_000


def test_a_locked_month_moves_no_goods(desk: Desk) -> None:
    from webapp.company import lock_month

    with open_books(desk.trade.actor) as books:
        lock_month(books, 202610, "filed")
    assert "locked" in refused(lambda: desk.make("challan", typed=desk.sheet(("Soap", "1"), day="2026-10-31")), BooksError)
    assert desk.trade.on_hand("Soap") == 100_000


def test_the_chain_tells_the_whole_trail(desk: Desk) -> None:
    quotation = desk.make("quotation", ("Soap", "10"))
    order = desk.convert(quotation, "order")
    challan = desk.deliver(order, Soap="6")
    back = desk.back(challan, 1)
    bill = desk.bill(challan)
    note = desk.trade.take_back(bill, (1, 2), mode=sales.TenderMode.CREDIT)
    for start in (quotation, order, challan, back):
        chain = desk.trade.read(lambda books, start=start: orders.chain_of(books, start.id))
        assert [link.number for link in chain.links] == [
            quotation.number,
            order.number,
            challan.number,
            back.number,
            bill.number,
            note.number,
        ]
    from_bill = desk.trade.read(lambda books: orders.chain_of_invoice(books, bill.invoice_id))
    assert from_bill == chain
    (link,) = chain.of("invoice")
    assert (link.quantities, link.made_from) == ((("Soap", 5_000, "NOS"),), (challan.number,))
