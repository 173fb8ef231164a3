"""The oracle: what a return says is due is what the output tax accounts say, and what the papers' own rows add up to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.ground.shops import Shop
from tests.gst_returns import shared_files
from tests.gst_returns.month import BUYERS, KARNATAKA, NOVEMBER, Month, due
from webapp import gst_returns
from webapp.gst_returns import Gstr1, ReturnPeriod, Taxes
from webapp.platform.tenancy import read_books
from webapp.sales.models import Invoice, InvoiceCancellation

FIRST = date(2026, 11, 1)


def section(told: Gstr1, name: str) -> list[str]:
    return [one.number for one in told.documents if one.section == name]


def total(told: Gstr1, name: str) -> Taxes:
    return next((row.taxes for row in gst_returns.totals(told) if row.section == name), Taxes())


def standing_tax(month: Month) -> int:
    """All tax of bills that stand less that of credit notes, from the papers' headings."""
    sums = Invoice.cgst_paise + Invoice.sgst_paise + Invoice.igst_paise + Invoice.cess_paise
    with read_books(month.trade.actor) as books:
        gone = select(InvoiceCancellation.invoice_id)
        rows = books.session.execute(select(Invoice.kind, func.sum(sums)).where(Invoice.id.not_in(gone)).group_by(Invoice.kind))
        return sum(-int(tax) if kind == "credit_note" else int(tax) for kind, tax in rows)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_month_tells_what_the_books_owe(sharma: Shop, iyer: Shop, seed: int) -> None:
    month, other = Month.of(sharma, seed), Month.of(iyer, 9)
    other.bill(("Soap", "3"), party="Bharat")
    for _paper in range(28):
        month.at_random(FIRST)
    told = month.told()
    assert due(told) == month.output_tax(NOVEMBER.days)
    # Table 12 repeats bills and notes: value and tax of both are the same but for advances, which have no goods yet.
    papers = Taxes()
    for name in ("b2b", "b2cl", "b2cs", "exp", "cdnr", "cdnur", "nil"):
        papers = papers.plus(total(told, name))
    assert total(told, "hsn") == papers
    assert papers.tax == standing_tax(month)
    assert "Bharat" not in {one.name for one in told.documents} or other.bills[0] not in {one.id for one in told.documents}
    if shared_files.STATUTORY.is_dir():
        shared_files.require_shape(gst_returns.as_text(told))


def test_each_paper_stands_in_its_table(sharma: Shop) -> None:
    month = Month.of(sharma)
    home = month.bill(("Soap", "1"), ("Salt", "2"), party="Pune Mart")
    month.bill(("Soap", "1"), party="Bharat", destination="sez_lut", lut_number="LUT/1")
    month.bill(("Soap", "1"), party="Bharat", destination="sez_paid")
    month.bill(("Soap", "1"), ("Book", "1"), party="Tom", destination="export_paid")
    large = month.bill(("TV", "1"), party="Raj")
    exact = month.bill(("Soap", "1"), place="24")
    month.bill(("Soap", "2"), ("Book", "1"))
    month.bill(("Salt", "1"), party="Bharat")  # wholly nil-rated: in table 8 alone
    month.trade.take_back(home, (1, 1))
    month.trade.take_back(large, (1, 1))
    month.trade.take_back(exact, (1, 1))
    month.trade.cancel(month.bill(("Soap", "9")))
    told = month.told()
    by_type = {(one.section, one.type): one for one in told.documents}
    assert set(by_type) == {
        ("b2b", "R"),
        ("b2b", "SEWOP"),
        ("b2b", "SEWP"),
        ("exp", "WPAY"),
        ("b2cl", ""),
        ("cdnr", "R"),
        ("cdnur", "B2CL"),
    }
    assert by_type["b2b", "R"].value == 158_00
    assert by_type["b2b", "R"].taxes == Taxes(100_00, 9_00, 9_00)
    assert by_type["b2b", "SEWOP"].taxes.tax == 0
    # An exempt book that leaves the country is told with its export, at no rate.
    assert [item.rate_bp for item in by_type["exp", "WPAY"].items] == [1800, 0]
    assert by_type["cdnur", "B2CL"].counted == Taxes().plus(by_type["b2cl", ""].taxes, -1)
    # What came back of the sale to Gujarat leaves nothing of it in table 7; two soaps at home stay.
    assert [(row.place, row.taxes) for row in told.small] == [("27", Taxes(200_00, 18_00, 18_00))]
    assert [(row.kind, row.nil, row.exempt) for row in told.untaxed] == [
        ("INTRB2B", 20_00, 0),
        ("INTRAB2B", 40_00, 0),
        ("INTRAB2C", 0, 90_00),
    ]
    invoices = next(row for row in told.issued if row.nature == 1)
    assert (invoices.total, invoices.cancelled) == (9, 1)
    assert sum(row.total for row in told.issued if row.nature == 5) == 3
    assert due(told) == month.output_tax(NOVEMBER.days)


def test_the_value_of_table_five_is_strictly_above_the_limit(sharma: Shop) -> None:
    month = Month.of(sharma)
    month.trade.item("Sofa", 100_000, "gst-18", stock_of=10)
    month.bill(("Sofa", "1"), party="Raj")
    assert (section(month.told(), "b2cl"), len(month.told().small)) == ([], 1)
    month.bill(("Sofa", "1"), ("Soap", "1"), party="Raj")
    assert len(section(month.told(), "b2cl")) == 1


def test_advances_interest_and_goods_for_another_registration(sharma: Shop) -> None:
    month = Month.of(sharma)
    month.adjusted_service(date(2026, 10, 5))  # taken in October, adjusted in November
    month.adjusted_service()  # both in November: what is left of it is told
    month.interest_on(date(2026, 10, 1))
    sent = month.send_to_branch()
    told = month.told()
    (older,), (newer,) = told.adjusted, told.received
    assert older.items[0].taxable + older.items[0].cgst * 2 == 150_07
    assert newer.items[0].taxable + newer.items[0].cgst * 2 == 1180_00 - 150_07
    (note,) = [one for one in told.documents if one.section == "cdnr"]
    assert (note.note, note.ctin, [item.rate_bp for item in note.items]) == ("D", BUYERS["Pune Mart"], [1800, 500])
    (transfer,) = [one for one in told.documents if one.source == "transfer"]
    assert (transfer.id, transfer.ctin, transfer.place, transfer.taxes.igst) == (sent, KARNATAKA, "29", 90_00)
    assert due(told) == month.output_tax(NOVEMBER.days)
    assert due(month.told(ReturnPeriod("month", 202610))) == month.output_tax(ReturnPeriod("month", 202610).days)
    assert {row.nature for row in told.issued} == {1, 4, 6}
    # The branch has sold nothing: its return is its own, and empty.
    assert month.told(gstin=KARNATAKA).documents == ()


def test_a_note_of_interest_cancelled_a_month_later_is_told_again_with_nothing(sharma: Shop, clock: object) -> None:
    from webapp import interest
    from webapp.platform.tenancy import open_books

    month = Month.of(sharma)
    note = month.interest_on(date(2026, 10, 1))
    clock.advance(days=12)  # type: ignore[attr-defined]
    with open_books(month.trade.actor) as books:
        interest.cancel(books, note, reason="Agreed otherwise")
    december = ReturnPeriod("month", 202612)
    (gone,) = month.told(december).documents
    assert (gone.section, gone.value, gone.original) == ("cdnra", 0, (gone.number, gone.day))
    assert due(month.told(december)) == month.output_tax(december.days)
    assert due(month.told()) == month.output_tax(NOVEMBER.days)


def test_a_return_is_of_one_registration_and_one_company(sharma: Shop, iyer: Shop) -> None:
    month, other = Month.of(sharma), Month.of(iyer)
    month.bill(("Soap", "1"), party="Bharat")
    other.bill(("Soap", "2"), party="Bharat")
    (mine,) = month.told().documents
    assert mine.id == month.bills[0]
    with pytest.raises(Exception, match="registration"):
        month.told(gstin=iyer.gstin)
    assert (month.today - FIRST) > timedelta(days=1)


def test_a_quarter_is_its_months_and_tells_no_invoice_twice(sharma: Shop) -> None:
    month = Month.of(sharma)
    month.bill(("Soap", "1"), party="Bharat", day=date(2026, 10, 5))
    month.bill(("Soap", "2"), party="Bharat")
    month.bill(("Soap", "3"), day=date(2026, 10, 9))
    quarter = month.told(ReturnPeriod("quarter", 202612))
    assert due(quarter) == month.output_tax(quarter.period.days)
    assert len(section(quarter, "b2b")) == 2


def test_statements_do_not_grow_with_bills(sharma: Shop, max_queries: object) -> None:
    month = Month.of(sharma)
    for number in range(12):
        month.bill(("Soap", "1"), ("Ghee", "1"), party=("Bharat" if number % 2 else "Pune Mart"))
    with max_queries(22):  # type: ignore[operator]
        month.told()
