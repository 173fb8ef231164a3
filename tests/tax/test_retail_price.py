"""Tax on the retail sale price (CGST Rule 31D): tax = RSP x rate / (100 + rate), whatever is paid; what is told is what is paid without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from webapp.kernel.errors import BooksError
from webapp.kernel.money import MOST_PAISE, BasisPoints, MilliPaise, Paise, Qty
from webapp.tax.arithmetic import BillLine, Terms, work_out
from webapp.tax.kinds import Scheme, Supply
from webapp.tax.retail import is_taxed_on_retail_price, retail_value

AT_HOME = Terms(Scheme.REGULAR, Supply.INTRA, Paise(0), rounds_to_rupee=False)


def line(rupees: int, mrp: int, *, incl: bool = False, qty: int = 1, discount: int = 0) -> BillLine:
    return BillLine(
        qty=Qty(qty * 1000),
        unit_price=MilliPaise(rupees * 100_000),
        price_includes_tax=incl,
        discount=Paise(discount * 100),
        rate_bp=BasisPoints(4000),
        cess_bp=BasisPoints(0),
        retail=Paise(mrp * 100 * qty),
    )


@pytest.mark.parametrize(
    ("sold", "terms", "figures"),
    [
        # An MRP of 140 bears 40: a wholesaler who sells at 60 collects 40 all the same.
        (line(60, 140), AT_HOME, (6000, 2000, 2000, 0, 10000)),
        (line(100, 140, incl=True), AT_HOME, (6000, 2000, 2000, 0, 10000)),
        (line(140, 140, incl=True), AT_HOME, (10000, 2000, 2000, 0, 14000)),
        (line(60, 140), replace(AT_HOME, supply=Supply.INTER), (6000, 0, 0, 4000, 10000)),
        (line(100, 140, incl=True), replace(AT_HOME, supply=Supply.ZERO_RATED), (6000, 0, 0, 0, 6000)),
        (line(100, 140, incl=True), replace(AT_HOME, scheme=Scheme.COMPOSITION), (10000, 0, 0, 0, 10000)),
        # 100 x 4000 / 28000 of 10,000 paise is 1428.57…: each half is rounded alike.
        (line(60, 100), AT_HOME, (6000, 1429, 1429, 0, 8858)),
        # A discount lowers what is paid and told, not the tax.
        (line(60, 140, qty=10, discount=50), AT_HOME, (55000, 20000, 20000, 0, 95000)),
        (line(60, 140), replace(AT_HOME, bill_discount=Paise(1000)), (5000, 2000, 2000, 0, 9000)),
    ],
)
def test_the_tax_is_that_of_the_retail_price(sold: BillLine, terms: Terms, figures: tuple[int, ...]) -> None:
    found = work_out([sold], terms).lines[0]
    assert (found.taxable, found.cgst, found.sgst, found.igst, found.total) == figures


def test_a_line_beside_it_is_taxed_on_its_value_and_a_price_below_the_tax_is_refused() -> None:
    plain = replace(line(100, 0), retail=None, rate_bp=BasisPoints(1800))
    assert [one.cgst for one in work_out([line(60, 140), plain], AT_HOME).lines] == [2000, 900]
    with pytest.raises(BooksError, match=r"Line 2: the price is less than the tax on the retail sale price, ₹40\.00"):
        work_out([plain, line(39, 140, incl=True)], AT_HOME)
    with pytest.raises(BooksError, match="retail sale price is larger"):
        work_out([replace(plain, retail=Paise(MOST_PAISE + 1))], AT_HOME)


def test_which_goods_and_since_when() -> None:
    day = date(2026, 2, 1)
    yes, no = (
        ("21069020", "2401", "24022010", "240399", "24041100", "24041900"),
        ("24031921", "24031929", "2404", "24041200", "210690", "1006", ""),
    )
    assert [is_taxed_on_retail_price(code, day) for code in (*yes, *no)] == [True] * len(yes) + [False] * len(no)
    assert not is_taxed_on_retail_price("2402", date(2026, 1, 31))
    assert retail_value("Gutkha", Paise(1000), Qty(2500)) == 2500
    with pytest.raises(BooksError, match="no MRP"):
        retail_value("Gutkha", None, Qty(1000))
