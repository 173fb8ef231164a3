"""Goods taxed on their MRP, from the item to the books, the return and the e-invoice; and a till, which does not sell them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.ground.shops import Shop
from tests.sales.trade import CASH, Trade, open_trade
from webapp import catalogue
from webapp.catalogue.tills import snapshot
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import BasisPoints, MilliPaise
from webapp.ledger.models import JournalLine
from webapp.platform.tenancy import read_books
from webapp.sales.commands import Printed
from webapp.sales.rules import fitting_class
from webapp.tax.kinds import Treatment
from webapp.tax.rates import DatedRate, TaxClass, rate_on


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    found = open_trade(sharma.actor)
    found.item("Pan masala", 100, "gst-40-mrp", mrp=140, hsn="21069020")
    found.item("Soap", 118)
    return found


def test_a_bill_bears_the_tax_of_the_mrp_into_the_books_and_back(trade: Trade) -> None:
    bill = trade.sell(trade.line("Pan masala", 2), trade.line("Soap"), total=318)
    first, second = trade.bill(bill).lines
    assert (first.taxable_paise, first.cgst_paise, first.sgst_paise, first.rate_bp, first.total_paise) == (12000, 4000, 4000, 4000, 20000)
    assert second.cgst_paise == 900
    amounts = trade.read(
        lambda books: set(books.session.scalars(select(JournalLine.amount_paise).where(JournalLine.voucher_id == bill.invoice_id)))
    )
    assert {-22000, -4900} <= amounts  # sales without tax, and each half of the tax
    note = trade.take_back(bill, (1, 1))
    back = trade.bill(note).lines[0]
    assert (back.taxable_paise, back.cgst_paise, back.total_paise) == (6000, 2000, 10000)  # as it was sold, whatever holds today


def test_an_item_without_its_mrp_is_refused_where_it_is_made(trade: Trade) -> None:
    with pytest.raises(InvalidInput) as refusal:
        trade.item("Zarda", 100, "gst-40-mrp")
    assert "MRP" in refusal.value.errors["mrp"]
    with pytest.raises(InvalidInput) as refusal:  # 101 and 40 of tax are above the MRP
        trade.item("Zarda", 101, "gst-40-mrp", incl=False, mrp=140)
    assert "141.00" in refusal.value.errors["price"]
    trade.item("Zarda", 100, "gst-40-mrp", incl=False, mrp=140)


def test_a_till_is_told_to_refuse_it_and_a_till_that_sold_it_is_flagged(trade: Trade) -> None:
    with read_books(trade.actor) as books:
        told = next(row for row in snapshot(books).tax_classes if row["code"] == "gst-40-mrp")
    rates = tuple(
        DatedRate(date.fromisoformat(row["from"]), MilliPaise(row["price_over"]), BasisPoints(row["rate"]), BasisPoints(row["cess"]))
        for row in told["rates"]
    )
    with pytest.raises(BooksError, match="for the till") as refusal:
        rate_on(TaxClass(Treatment.TAXABLE, rates), date(2026, 11, 20), MilliPaise(100_00000))
    assert refusal.value.fix.startswith("Bill it in the office")
    printed = Printed("Pan masala", "NOS", "21069020", None, Treatment.TAXABLE, BasisPoints(4000), BasisPoints(0))
    bill = trade.sell(trade.line("Pan masala", printed=printed), total=100, paid=CASH, has_happened=True)
    assert [flag.kind.value for flag in bill.flags] == ["rate_differs"]
    assert trade.bill(bill).lines[0].cgst_paise == 1429  # the paper stands: the customer has paid by it


def test_what_a_till_made_at_40_percent_is_not_taken_for_goods_taxed_on_their_mrp(trade: Trade) -> None:
    with read_books(trade.actor) as books:
        classes = [(row.id, row.law) for row in catalogue.tax_classes(books)]
        known = {row.id: row.code for row in catalogue.tax_classes(books)}
    printed = Printed("Cola", "NOS", "2202", None, Treatment.TAXABLE, BasisPoints(4000), BasisPoints(0))
    assert known[fitting_class(classes, printed, date(2026, 11, 20))] != "gst-40-mrp"
