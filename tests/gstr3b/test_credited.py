"""TDS and TCS credit: in the cash ledger and the books once, used by GSTR-3B, held against what was sold, and who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.counter.device import signed_in
from tests.ground.shops import Shop, found_sharma
from tests.gstr3b.shopfront import EARLY, GSTIN, Front
from tests.sales.test_pages import token_of
from tests.support import assert_posted, refused
from webapp import books_check, company, gst_returns, gstr3b, ledger
from webapp.gstr3b import Credited, CreditedRow, law
from webapp.input_tax import Tax
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books

OPERATOR = "29AAGCB7383J1Z4"
DAY = date(2026, 11, 12)


@pytest.fixture
def front(sharma: Shop) -> Front:
    return Front.of(sharma)


def asked(**more: Any) -> Credited:
    own = Credited(new_id(), GSTIN, "tcs", OPERATOR, "Big Shop", 202610, DAY, 1000_00, Tax(0, 2_50, 2_50), "Pune Mart", None)
    return replace(own, **more)


def enter(shop: Shop, wanted: Credited) -> CreditedRow:
    with open_books(shop.actor) as books:
        return gstr3b.enter_credit(books, wanted)


def cancel(shop: Shop, row: CreditedRow) -> CreditedRow:
    with open_books(shop.actor) as books:
        return gstr3b.cancel_credit(books, row.id, "Entered twice")


@pytest.mark.database
def test_it_stands_in_the_cash_ledger_and_pays_a_return(front: Front, sharma: Shop, iyer: Shop) -> None:
    front.month.bill(("Soap", "10"), day=EARLY)  # 90 CGST, 90 SGST
    wanted = asked(value=40_000_00, tax=Tax(0, 100_00, 100_00))
    row = enter(sharma, wanted)
    assert enter(sharma, wanted) == row  # sent twice, entered once
    with read_books(sharma.actor) as books:
        voucher = ledger.voucher_or_none(books, row.id)
        assert voucher is not None
        assert_posted(books, voucher, "GST electronic cash ledger 200.00 Dr / Customers 200.00 Cr")
        assert voucher.lines[1].party_id == front.month.buyers["Pune Mart"]
    assert front.cash() == Tax(0, 100_00, 100_00)
    front.file_gstr1()
    filed = front.file()  # no deposit was made
    assert front.cash() == Tax(0, 10_00, 10_00)
    assert "has used this credit" in refused(lambda: cancel(sharma, row), Conflict)
    with open_books(sharma.actor) as books:
        gstr3b.reopen_3b(books, filed.id, "A wrong day")
    gone = cancel(sharma, row)
    assert (gone.stands, cancel(sharma, row)) == (False, gone)
    assert (front.cash(), front.account("gst-cash-ledger")) == (Tax(), 0)
    assert front.ask(lambda books: books_check.verify_books(books).breaches) == []
    again = enter(sharma, asked())  # its month is free again
    assert "entered for" in refused(lambda: enter(sharma, asked()), Conflict)
    enter(sharma, asked(kind="tds"))  # a deductor of the same GSTIN is another
    with open_books(iyer.actor) as books:
        refused(lambda: gstr3b.cancel_credit(books, again.id, "Not mine"), NotFound)
        refused(lambda: gstr3b.enter_credit(books, asked(month=202609)), NotFound)
        assert gstr3b.credits_of(books, GSTIN) == []


@pytest.mark.database
def test_what_an_operator_told_is_held_against_what_was_sold(front: Front, sharma: Shop) -> None:
    bill = front.month.bill(("Soap", "10"), party="Bharat", day=EARLY, operator=OPERATOR)
    front.month.bill(("Soap", "1"), party="Bharat", day=EARLY)
    front.month.bill(("Soap", "5"), day=EARLY, tax_payer="operator", operator=OPERATOR)  # s.9(5): no TCS on it
    front.month.trade.take_back(bill, (1, 2))
    enter(sharma, asked(value=790_00, tax=Tax(3_95), customer="", account_id=ledger_head(sharma, "tds-receivable")))
    enter(sharma, asked(other_gstin="27AAPFU0939F1ZV", value=100_00, tax=Tax(50)))
    rows = front.ask(lambda books: gstr3b.held_against(books, gst_returns.registration(books, GSTIN), 202610))
    assert [(row.operator, row.sold, row.told, row.expected, row.collected) for row in rows] == [
        ("27AAPFU0939F1ZV", 0, 100_00, 0, 50),
        (OPERATOR, 1000_00, 790_00, 5_00, 3_95),  # a credit note of a later month lowers that month's
    ]
    assert [law.withheld_rate("tcs", day) for day in (date(2024, 7, 9), date(2024, 7, 10))] == [1_00, 50]


def ledger_head(shop: Shop, code: str) -> Any:
    with read_books(shop.actor) as books:
        return ledger.heads(books)[code]


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "x"}, "kind"),
    ({"other_gstin": "29AAGCB7383J1Z5"}, "other_gstin"),
    ({"other_gstin": GSTIN}, "other_gstin"),
    ({"month": 201809}, "month"),
    ({"month": 202613}, "month"),
    ({"accepted_on": date(2026, 10, 31)}, "accepted_on"),
    ({"accepted_on": date(2027, 1, 1)}, "accepted_on"),
    ({"value": 0}, "value"),
    ({"value": 2**63}, "value"),
    ({"value": 1_00}, "value"),
    ({"tax": Tax()}, "igst"),
    ({"tax": Tax(-1, 1_00, 1_00)}, "igst"),
    ({"tax": Tax(MOST_PAISE, MOST_PAISE, MOST_PAISE)}, "igst"),
    ({"tax": Tax(0, 1_00, 2_00)}, "sgst"),
    ({"customer": "Nobody"}, "customer"),
    ({"customer": ""}, "account_id"),
]


@pytest.mark.database
def test_what_cannot_be_is_refused_beside_its_field(front: Front, sharma: Shop, iyer: Shop) -> None:
    for more, field in REFUSALS:
        with pytest.raises(InvalidInput) as caught:
            enter(sharma, asked(**more))
        assert field in caught.value.errors, more
    for account in ("output-cgst", "gst-cash-ledger", "sales", "debtors"):
        with pytest.raises(InvalidInput):
            enter(sharma, asked(customer="", account_id=ledger_head(sharma, account)))
    with pytest.raises(InvalidInput):
        enter(sharma, asked(customer="", account_id=ledger_head(iyer, "bank")))
    first = asked()
    enter(sharma, first)
    assert "other content" in refused(lambda: enter(sharma, replace(first, value=2_00_00)), Conflict)
    assert front.cash().total == 5_00


def test_two_who_enter_one_month_at_once_make_one(real_engine: Engine) -> None:
    shop = found_sharma()
    Front.of(shop)
    answers = at_once([partial(enter, shop, asked()) for _ in range(2)])
    assert sorted(type(one).__name__ for one in answers) == ["Conflict", "CreditedRow"]


@pytest.mark.database
def test_pages(front: Front, app: Flask, sharma: Shop, iyer: Shop) -> None:
    client, home = signed_in(app, sharma), f"/gst-ledgers/{GSTIN}/credited"
    form = {"id": str(new_id()), "kind": "tcs", "other_gstin": OPERATOR, "month": "2026-10", "accepted_on": str(DAY), "value": "1000"}
    form |= {"cgst": "2.50", "sgst": "2.50", "customer": "pune mart", "csrf_token": token_of(client, f"{home}/new")}
    wrong = client.post(home, data={**form, "customer": "Nobody <b>"})
    assert (wrong.status_code, b"Nobody &lt;b&gt;" in wrong.data) == (422, True)
    made = client.post(home, data=form)
    assert made.status_code == 303
    shown = client.get(made.headers["Location"]).text
    assert "5.00" in shown
    listed = client.get(f"{home}?month=202610&q=big&kind=tcs").text
    assert "Nothing matches" in listed
    listed = client.get(f"{home}?month=202610").text
    assert listed.count(OPERATOR) == 2  # among the operators and among the credits
    assert OPERATOR in client.get(f"{home}?format=csv").text
    assert made.headers["Location"] in client.get(f"/gst-ledgers/{GSTIN}/cash").text
    assert client.post(made.headers["Location"] + "/cancellation", data={**form, "reason": "x"}).status_code == 422
    other = signed_in(app, iyer)
    for url in (home, f"{home}/new", made.headers["Location"]):
        assert other.get(url).status_code == 404


@pytest.mark.database
def test_who_may_go_back_two_days_says_why_it_is_more(front: Front, sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        company.change_limits(books, {"accountant": company.Limits(backdate_days=2)})
    accountant = replace(sharma.actor, role=Role.ACCOUNTANT)
    with pytest.raises(InvalidInput) as found, open_books(accountant) as books:
        gstr3b.enter_credit(books, asked(accepted_on=date(2026, 11, 17)))
    assert set(found.value.errors) == {"limit_reason"}
    with open_books(replace(accountant, why="The portal was slow")) as books:
        assert gstr3b.enter_credit(books, asked(accepted_on=date(2026, 11, 17))).number
