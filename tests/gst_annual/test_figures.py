"""The year is the sum of its months: of the returns that were filed, of the books, and of the accounts behind them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.gst_returns.month import Month
from tests.gst_returns.test_filing import cancelled_later as cancelled_in_its_month
from tests.gstr3b.shopfront import Front
from tests.input_tax.desk import Desk
from tests.support import refused
from webapp import gst_annual, gst_returns, gstr3b, input_tax
from webapp.company import OpeningDraft, open_days
from webapp.gst_annual import building, writing
from webapp.gst_annual.outward import Found, Return
from webapp.gst_annual.told import LINES, SPECS, Gstr9, Side
from webapp.gst_returns import File, ReturnPeriod, Taxes
from webapp.kernel.dates import Period
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books

GSTIN = "27AABCS1234D1ZV"
YEAR = ReturnPeriod("year", 202703)
OCTOBER, NOVEMBER = ReturnPeriod("month", 202610), ReturnPeriod("month", 202611)


def told(shop: Shop) -> Gstr9:
    with read_books(shop.actor) as books:
        return gst_annual.gstr9(books, gst_returns.registration(books, GSTIN), YEAR)


def tax_of(taxes: Taxes) -> dict[str, int]:
    return {name: getattr(taxes, name) for name in ("cgst", "sgst", "igst", "cess")}


@pytest.mark.parametrize("seed", [1, 2])
def test_table_four_is_the_output_tax_of_the_year_and_the_sum_of_its_months(sharma: Shop, iyer: Shop, seed: int) -> None:
    month, other = Month.of(sharma, seed), Month.of(iyer, 9)
    other.bill(("Soap", "3"), party="Bharat")
    for _paper in range(24):
        month.at_random(date(2026, 9, 1))
    year = told(sharma)
    books = year.books
    assert tax_of(books.of("4N") or Taxes()) == month.output_tax(YEAR.days)
    whole = Taxes()
    for number in YEAR.months:
        one = gst_returns.tax_of_period(month.told(ReturnPeriod("month", number)))
        whole = whole.plus(one)
    turnover = books.of("5N") or Taxes()
    assert turnover.tax == whole.tax == (books.of("9.payable") or Taxes()).tax
    # Advances are told by their value too, which GSTR-1 counts nowhere.
    assert turnover.taxable == whole.taxable + (books.of("4F") or Taxes()).taxable
    with read_books(sharma.actor) as opened:
        of = gst_returns.registration(opened, GSTIN)
        for key in ("4N", "5M", "6I"):
            rows = building.by_month(opened, of, YEAR, key)
            months = Taxes()
            for _month, filed, own in rows:
                assert filed is None
                months = months.plus(own or Taxes())
            assert months == books.of(key), key
        reconciled = gst_annual.reconcile(opened, of, year)
    assert reconciled.turnover_return == turnover.taxable


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_table_six_is_what_the_register_of_input_tax_says(sharma: Shop, iyer: Shop, seed: int) -> None:
    desk = Desk.of(sharma)
    desk.chance = random.Random(seed)
    for _paper in range(20):
        desk.at_random(date(2026, 9, 1))
    books = told(sharma).books
    available = reversed_ = net = input_tax.Tax()
    with read_books(sharma.actor) as opened:
        for month in YEAR.months:
            table = input_tax.table_4(opened, GSTIN, month)
            available, net = available + table.available, net + table.net
            reversed_ = reversed_ + table.rules.tax + table.temporary.tax
    for key, tax in (("6A", available), ("6O", available), ("7I", reversed_), ("7J", net)):
        assert tax_of(books.of(key) or Taxes()) == {name: getattr(tax, name) for name in ("cgst", "sgst", "igst", "cess")}, key
    assert books.of("6J") == Taxes()


def test_what_was_filed_stands_beside_the_books(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    front = Front.of(sharma)
    month = front.month
    month.bill(("Soap", "10"), ("Salt", "2"), party="Bharat", day=date(2026, 10, 5))
    back = month.bill(("Soap", "4"), party="Pune Mart", day=date(2026, 10, 5))
    month.bill(("Soap", "1"), ("Book", "1"), day=date(2026, 10, 5))
    month.bill(("Soap", "1"), party="Tom", destination="export_paid", day=date(2026, 10, 5))
    month.bill(("Soap", "1"), party="Bharat", destination="sez_lut", lut_number="LUT/1", day=date(2026, 10, 5))
    row = front.file_gstr1()
    year = told(sharma)
    assert {(one.form, one.month) for one in year.missing} == {
        *(("gstr1", number) for number in YEAR.months if number != 202610),
        *(("gstr3b", number) for number in YEAR.months),
    }
    for key in ("4A", "4B", "4C", "4N", "5B", "5D", "5E", "5N"):
        line = next(one for one in year.lines if one.spec.key == key)
        assert line.filed, key
        assert line.difference == Taxes(), key
    assert year.filed.of("6A") is None  # no GSTR-3B is filed: not told is not nought
    assert (year.filed.of("4B"), year.filed.of("5B")) == (Taxes(1400_00, 36_00, 36_00, 180_00), Taxes(100_00))
    assert year.told("4N").tax == row.tax_paise
    month.trade.take_back(back, (1, 1))
    line = next(one for one in told(sharma).lines if one.spec.key == "4I")
    assert (line.filed, line.books, line.difference) == (Taxes(), Taxes(100_00, 9_00, 9_00), Taxes(100_00, 9_00, 9_00))
    clock.advance(days=150)
    said = refused(lambda: file(sharma), Conflict)
    assert "GSTR-1 of Apr 2026" in said
    assert "Oct 2026" not in said.partition(";")[0]


def file(shop: Shop, **more: Any) -> Any:
    shown = sha256(writing.as_text(told(shop)).encode()).hexdigest()
    with open_books(shop.actor) as books:
        return gst_annual.file_annual(books, File(new_id(), GSTIN, YEAR, books.today, "", shown, **more))


def test_what_changed_after_filing_is_told_once(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    front = Front.of(sharma)
    month = front.month
    clock.advance(days=-25)  # 26 October
    gone = month.bill(("Soap", "2"), party="Bharat")
    month.bill(("Soap", "3"))
    clock.advance(days=16)  # 11 November
    front.file_gstr1(OCTOBER, date(2026, 11, 11))
    with open_books(sharma.actor) as books:
        asked = OpeningDraft(OCTOBER.days.first_day, OCTOBER.days.last_day, ("sales",), "A bill was wrong", timedelta(hours=1))
        open_days(books, asked)
    cancelled_in_its_month(month, gone)
    month.bill(("Soap", "1"), day=date(2026, 10, 5))
    clock.advance(days=25)
    front.file_gstr1(NOVEMBER, month.today)
    year = told(sharma)
    # The bill that is gone lowers (4L), the row of sums that grew raises (4K); together they are what the books say.
    assert (year.filed.of("4K"), year.filed.of("4L")) == (Taxes(100_00, 9_00, 9_00), Taxes(200_00, 0, 0, 36_00))
    assert year.filed.of("4N") == year.books.of("4N") == Taxes(400_00, 36_00, 36_00)


def a_file(month: int, **sections: Any) -> Return:
    """A file of GSTR-1 as it is read: amounts are exact."""
    return Return(ReturnPeriod("month", month), {"gstin": GSTIN, "fp": f"{month % 100:02d}{month // 100}", **sections})


def bill(number: str, day: str, value: int, **more: str) -> dict[str, Any]:
    item = {"num": 1801, "itm_det": {"txval": value, "rt": 18, "camt": value * 9 // 100, "samt": value * 9 // 100}}
    return {"inum": number, "idt": day, "val": value, "pos": "27", "rchrg": "N", "inv_typ": "R", "itms": [item], **more}


def test_returns_of_the_next_year_add_to_and_take_from_this_one() -> None:
    buyer = {"ctin": "27AAPFU0939F1ZV"}
    found = Found()
    found.read(a_file(202603, b2b=[{**buyer, "inv": [bill("A/1", "05-03-2026", 1000), bill("A/2", "06-03-2026", 500)]}]))
    later = a_file(
        202605,
        b2b=[{**buyer, "inv": [bill("A/3", "07-03-2026", 200), bill("B/1", "02-05-2026", 9999)]}],
        b2ba=[
            {**buyer, "inv": [bill("A/1", "05-03-2026", 1200, oinum="a/1", oidt="05-03-2026"), bill("X/9", "05-03-2025", 7, oinum="X/9")]}
        ],
    )
    found.read_later(later, MARCH)
    found.read_later(a_file(202606, b2ba=[{**buyer, "inv": [bill("A/1", "05-03-2026", 1100, oinum="A/1", oidt="05-03-2026")]}]), MARCH)
    assert found.lines["4B"] == Taxes(1500_00, 135_00, 135_00)
    # 200 of a late bill and 200 more of an amended one; of that, 100 were taken back a month later. What is another year's is no matter.
    assert found.later == {"10": Taxes(400_00, 36_00, 36_00), "11": Taxes(100_00, 9_00, 9_00)}


MARCH = Period(date(2025, 4, 1), date(2026, 3, 31))


@pytest.mark.parametrize("taken", [2**53 + 1, 2**62])
def test_sums_are_whole_numbers_however_large(taken: int) -> None:
    side = Side({"4A": Taxes(taken, taken), "4I": Taxes(1, 1), "5D": Taxes(taken)})
    assert side.of("4N") == Taxes(taken - 1, taken - 1)
    assert side.of("5N") == Taxes(2 * taken - 1, taken - 1)
    assert side.of("6I") is None
    # Every sum is of lines that there are, and none is of itself.
    for spec in LINES:
        assert spec.key not in spec.adds
        assert {name.removeprefix("-") for name in spec.adds} <= set(SPECS)


def test_a_year_whose_quarters_are_filed_is_filed_once(sharma: Shop, iyer: Shop, clock: Clock) -> None:
    front = Front.of(sharma)
    front.month.bill(("Soap", "10"), party="Bharat", day=date(2026, 10, 5))
    clock.advance(days=150)
    quarters = [ReturnPeriod("quarter", number) for number in (202606, 202609, 202612, 202703)]
    for quarter in quarters:
        front.file_gstr1(quarter, front.month.today)
    said = refused(lambda: file(sharma), Conflict)
    assert said.startswith("Not filed yet: GSTR-3B of Apr 2026")
    front.deposit(day=front.month.today, tax_igst=200, interest_igst=50, fee_cgst=9000, fee_sgst=9000)
    for quarter in quarters:
        front.file(front.asked(quarter, filed_on=front.month.today))
    year = told(sharma)
    assert year.missing == ()
    assert (year.filed.of("9.payable"), year.filed.of("9.cash")) == (Taxes(igst=180_00), Taxes(igst=180_00))
    assert year.books.of("9.payable") == Taxes(igst=180_00)
    row = file(sharma)
    assert (row.form, row.tax_paise) == ("gstr9", 180_00)
    assert "was filed on" in refused(lambda: file(sharma), Conflict)
    with open_books(sharma.actor) as books:
        for form, again in (("gstr1", gst_returns.reopen_return), ("gstr3b", gstr3b.reopen_3b)):
            last = gst_returns.filings_of(books, form, GSTIN)[0]
            with pytest.raises(Conflict, match="is filed, and it repeats this return"):
                again(books, last.id, "The year is told")
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        gst_annual.reopen_annual(books, row.id, "Not mine")
    with open_books(sharma.actor) as books:
        gst_annual.reopen_annual(books, row.id, "By mistake")
    assert file(sharma).round == 2
