"""The late fee of GSTR-1: worked out by dated slabs, told and paid with GSTR-3B as far as a person says so."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.gstr3b.shopfront import EARLY, GSTIN, OCTOBER, Front
from tests.sales.test_pages import token_of
from tests.support import refused
from webapp import gstr3b
from webapp.gstr3b import late_gstr1, law
from webapp.input_tax import Tax
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.platform.tenancy import open_books


@pytest.mark.parametrize(
    ("days", "month", "turnover", "is_nil", "fee"),
    [
        (7, 202610, "middle", False, 175_00),
        (7, 202610, "middle", True, 70_00),
        (400, 202610, "small", False, 1_000_00),
        (400, 202610, "large", False, 5_000_00),
        (400, 202610, "large", True, 250_00),
        (400, 202105, "small", True, 4_000_00),
        (400, 202105, "small", False, 5_000_00),
        (0, 202610, "large", False, 0),
    ],
)
def test_slabs(days: int, month: int, turnover: str, is_nil: bool, fee: int) -> None:
    assert law.late_fee(days, month, turnover, is_nil=is_nil, fees=law.GSTR1_LATE_FEES) == fee


@pytest.mark.database
def test_it_is_told_and_paid_where_a_person_says_so(app: Flask, sharma: Shop, iyer: Shop) -> None:
    front = Front.of(sharma)
    front.month.bill(("Soap", "10"), day=EARLY)
    front.file_gstr1()  # on 18 November, seven days late
    found = front.ask(lambda books: late_gstr1.late_gstr1(books, GSTIN, OCTOBER, "middle"))
    assert (found.due_on, found.days, found.fee) == (date(2026, 11, 11), 7, 175_00)
    assert front.told().fee == Tax()  # nothing of itself
    client, here = signed_in(app, sharma), f"/gstr3b/{GSTIN}/month-202610"
    form = {"csrf_token": token_of(client, here)}
    assert "7 days after" in client.get(here).text
    for wrong in ("-1", "1.50", "x", "9" * 18):
        assert client.post(f"{here}/gstr1-fee", data={**form, "gstr1_fee": wrong}).status_code == 422
    assert client.post(f"{here}/gstr1-fee", data={**form, "gstr1_fee": "175"}).status_code == 303
    assert front.told().fee == Tax(0, 175_00, 175_00, 0)
    front.pay_what_is_missing()
    front.file()
    assert front.ask(lambda books: gstr3b.balances(books, GSTIN, "liability"))["fee"] == Tax()
    with open_books(sharma.actor) as books:
        refused(lambda: late_gstr1.tell_fee(books, GSTIN, OCTOBER, 0), Conflict)
    assert front.told().fee == Tax(0, 175_00, 175_00, 0)
    with open_books(iyer.actor) as books:
        refused(lambda: late_gstr1.tell_fee(books, GSTIN, OCTOBER, 100), NotFound)
        refused(lambda: late_gstr1.tell_fee(books, iyer.gstin, OCTOBER, 2**63), InvalidInput)
    other = signed_in(app, iyer)
    answer = other.post(f"{here}/gstr1-fee", data={"csrf_token": token_of(other, "/operator-supplies"), "gstr1_fee": "1"})
    assert answer.status_code == 404
