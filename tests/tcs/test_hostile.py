"""Tax collected at source where it hurts: after its deposit, on the last paisa, in the customer's debts, on what he is asked to pay."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from pypdf import PdfReader

from tests.conftest import Clock
from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.sales.trade import CREDIT
from tests.tcs.conftest import TODAY, Yard
from tests.tcs.test_collecting import BILL, TAX, TOTAL, amounts
from webapp import outstandings, printing, sales
from webapp.kernel.errors import BooksError
from webapp.platform.tenancy import open_books, read_books
from webapp.printing.dues import due_of_bill
from webapp.printing.rules import Layout, bill_paper
from webapp.tds import challans, telling
from webapp.tds.rules.days import Quarter


def test_a_bill_whose_tax_was_deposited_is_answered_by_a_return(yard: Yard, clock: Clock) -> None:
    bill = yard.bill(*BILL)
    made = yard.deposit(yard.collected())
    clock.advance(days=8)
    with pytest.raises(BooksError, match="was deposited on 20-Nov-2026"):
        yard.trade.cancel(bill)
    assert (yard.owes(), amounts(yard)) == (TOTAL + TAX, [TAX]), "nothing half-done"
    yard.check()
    with open_books(yard.trade.actor) as books:
        challans.cancel_challan(books, made.id, reason="Of another business")
    yard.trade.cancel(bill)
    assert (yard.owes(), yard.collected()) == (0, [])
    yard.check()


def test_a_return_in_a_later_quarter_leaves_the_quarter_of_the_deposit_as_it_was_told(yard: Yard, clock: Clock) -> None:
    bill = yard.bill(*BILL)
    yard.deposit(yard.collected())
    clock.advance(days=80)
    note = yard.trade.take_back(bill, (1, 100), (2, 1), mode=CREDIT)
    with read_books(yard.trade.actor) as books:
        told = [telling.told(books, Quarter(2026, number), is_collected=True) for number in (3, 4)]
    assert [(len(one.rows), len(one.deposits)) for one in told] == [(1, 1), (0, 0)]
    assert yard.owes() == TAX
    yard.trade.cancel(note.invoice_id)
    assert (amounts(yard), yard.owes()) == ([TAX], TOTAL + TAX)
    yard.check()


def test_a_return_before_the_deposit_in_a_later_quarter_belongs_to_the_month_of_its_bill(yard: Yard, clock: Clock) -> None:
    bill = yard.bill(*BILL)
    clock.advance(days=80)
    yard.trade.take_back(bill, (1, 40), mode=CREDIT)
    [row] = yard.collected()
    assert (row.amount_paise, row.deducted_on) == (1_416_00, TODAY)
    yard.check()


def test_the_customers_debts_and_what_he_is_asked_for_have_it(yard: Yard) -> None:
    yard.trade.settings(upi_id="yard@okbank")
    bill = yard.bill(*BILL)
    with read_books(yard.trade.actor) as books:
        [age] = outstandings.ageing(books, outstandings.Asked(on=TODAY)).rows
        assert age.balance == TOTAL + TAX
        view = sales.invoice(books, bill)
        assert due_of_bill(books, view) == TOTAL + TAX
        asked = parse_qs(urlsplit(bill_paper(view, Layout.A4, "en", TAX).upi_link).query)
        assert asked["am"] == ["120478.00"]
        paper = PdfReader(io.BytesIO(printing.draw_bill(books, bill, Layout.A4))).pages[0].extract_text()
    assert "1,20,478.00" in paper
    yard.trade.take_back(bill, (1, 100), (2, 1), mode=CREDIT)
    with read_books(yard.trade.actor) as books:
        assert due_of_bill(books, sales.invoice(books, bill)) == 0


def test_a_bill_paid_in_cash_still_owes_its_tax_and_a_round_off_bears_none(yard: Yard) -> None:
    bill = yard.bill(("Iron scrap", "33.333"), ("Tape", "1"), pay="cash")
    with read_books(yard.trade.actor) as books:
        view = sales.invoice(books, bill)
        assert view.header.round_off_paise
        scrap = view.lines[0].total_paise
        assert scrap == 39_332_94
        assert due_of_bill(books, view) == 787_00, "2 % of ₹39,332.94, to the rupee"
    assert (yard.owes(), amounts(yard)) == (787_00, [787_00])
    yard.check()


def test_the_car_that_costs_one_paisa_more_bears_it(yard: Yard) -> None:
    for price, found in (("1000000", []), ("1000000.01", [10_000_00])):
        yard.bill(("Car", "1"), **{"rate-1": price, "rates": "with"})
        assert amounts(yard) == found
    yard.check()


def test_gstr_1_tells_the_value_without_it(yard: Yard, app: Flask, sharma: Shop) -> None:
    yard.bill(*BILL)
    client = signed_in(app, sharma)
    told = client.get(f"/gst-returns/{sharma.gstin}/month-202611/json").get_json()
    assert told["b2b"][0]["inv"][0]["val"] == 118118
