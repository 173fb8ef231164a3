"""GSTR-1A: what a filed GSTR-1 lacks or told wrongly is told before GSTR-3B of the period, which pays it, and never told again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.conftest import Clock
from tests.counter.device import signed_in
from tests.ground.shops import Shop, found_sharma
from tests.gstr3b.shopfront import FILED, GSTIN, NOVEMBER, OCTOBER, Front
from tests.support import refused
from webapp import gst_returns, sales
from webapp.company import OpeningDraft, PeriodLocked, open_days
from webapp.gst_returns import File, FilingRow, Gstr1, ReturnPeriod, queries, same_period
from webapp.input_tax import Tax
from webapp.kernel.dates import IST
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books

LATE = date(2026, 10, 28)
PAGE = f"/gst-returns/{GSTIN}/month-202610/gstr-1a"


@pytest.fixture
def front(sharma: Shop) -> Front:
    return Front.of(sharma)


def told(front: Front, period: ReturnPeriod = OCTOBER) -> Gstr1:
    with read_books(front.month.trade.actor) as books:
        return same_period.gstr1a(books, gst_returns.registration(books, GSTIN), period)


def asked(front: Front, period: ReturnPeriod = OCTOBER, **more: Any) -> File:
    shown = sha256(gst_returns.as_text(told(front, period)).encode()).hexdigest()
    return replace(File(new_id(), GSTIN, period, FILED, "", shown, "gstr1a"), **more)


def file(front: Front, wanted: File) -> FilingRow:
    with open_books(front.month.trade.actor) as books:
        return same_period.file_gstr1a(books, wanted)


def enter(front: Front, period: ReturnPeriod = OCTOBER) -> None:
    """The filed days are opened for an hour, as a person does who found a bill."""
    days = period.days
    with open_books(front.month.trade.actor) as books:
        open_days(books, OpeningDraft(days.first_day, days.last_day, ("sales",), "A bill was missing", timedelta(hours=1)))


def cancel(front: Front, bill: UUID, at: datetime = datetime(2026, 10, 30, 12, tzinfo=IST)) -> None:
    with open_books(front.month.trade.actor) as books:
        sales.cancel(books, bill, reason="Wrong customer", at=at)


def busy(front: Front, clock: Clock) -> UUID:
    """October is filed; then a bill of it is cancelled and others are entered. The cancelled one."""
    clock.advance(days=-22)  # 29 October
    bill = front.month.bill
    bill(("Soap", "1"), party="Bharat")
    gone = bill(("Soap", "2"), party="Bharat")
    bill(("Soap", "3"))
    bill(("Salt", "3"))
    clock.advance(days=20)
    front.file_gstr1()
    enter(front)
    cancel(front, gone)
    bill(("Ghee", "1"), party="Pune Mart", day=LATE)
    bill(("Soap", "1"), ("Salt", "1"), day=LATE)
    bill(("Soap", "5"), day=LATE, place="24")
    return gone


def test_added_and_amended_flow_into_gstr_3b_and_are_told_once(front: Front, clock: Clock) -> None:
    gone = busy(front, clock)
    before = front.told()
    found = told(front)
    sections = {row.section: row.rows for row in gst_returns.totals(found)}
    # The cancelled bill with nothing, the forgotten one new; the row of this state anew, that of another state among the new ones.
    assert [(one.section, one.value) for one in found.documents] == [("b2b", 525_00), ("b2ba", 0)]
    assert found.documents[1].original is not None
    assert [(row.place, row.taxes.taxable) for row in found.small] == [("24", 500_00)]
    assert [(row.place, row.month, [item.taxable for item in row.items]) for row in found.small_amended] == [("27", 202610, [400_00])]
    assert [row.nil for row in found.untaxed] == [20_00]
    assert {(row.hsn, row.is_b2b): row.taxes.taxable for row in found.hsn} == {
        ("0405", True): 500_00,
        ("3401", True): -200_00,
        ("3401", False): 600_00,
        ("2501", False): 20_00,
    }
    assert {"doc_issue", "hsn", "nil"} < set(sections)
    row = file(front, asked(front))
    due = gst_returns.tax_of_period(found)
    assert (row.form, row.tax_paise, row.stands) == ("gstr1a", due.tax, True)
    after = front.told()
    change = Tax(due.igst, due.cgst, due.sgst, due.cess)
    assert (before.since, after.since) == (change, Tax())
    assert after.output == before.output + change
    # To the paisa what the books were credited in October, and what GSTR-1 of it would tell had it never been filed.
    whole = gst_returns.tax_of_period(front.month.told(OCTOBER))
    assert after.output == Tax(whole.igst, whole.cgst, whole.sgst, whole.cess)
    assert {head: getattr(after.output, head) for head in ("igst", "cgst", "sgst", "cess")} == front.month.output_tax(OCTOBER.days)
    assert after.of("osup_det").value + after.of("osup_nil_exmp").value == whole.taxable
    assert after.of("osup_nil_exmp").value == before.of("osup_nil_exmp").value + 20_00
    # GSTR-1 of November tells nothing of it again, and the year counts every paper once.
    assert (front.month.told(NOVEMBER).documents, front.month.told(NOVEMBER).small_amended) == ((), ())
    assert gone not in {one.id for one in front.month.told(NOVEMBER).documents}
    clock.advance(hours=2)
    with pytest.raises(PeriodLocked):
        front.month.bill(("Soap", "1"), day=LATE)


def test_the_annual_return_counts_it_once(front: Front, clock: Clock) -> None:
    from webapp.gst_annual.building import gstr9

    busy(front, clock)
    file(front, asked(front))
    year = ReturnPeriod("year", 202703)
    with read_books(front.month.trade.actor) as books:
        found = gstr9(books, gst_returns.registration(books, GSTIN), year)
    assert found.filed.of("4N") == found.books.of("4N")
    assert found.filed.of("4L").taxable == 200_00  # type: ignore[union-attr]
    assert found.filed.of("5E") == found.books.of("5E")


def test_what_cannot_be_filed_is_refused(front: Front, iyer: Shop, clock: Clock) -> None:
    front.month.bill(("Soap", "1"), day=date(2026, 10, 5))
    assert "is not filed" in refused(lambda: file(front, asked(front)), Conflict)
    front.file_gstr1()
    assert "nothing else" in refused(lambda: file(front, asked(front)), Conflict)
    enter(front)
    front.month.bill(("Soap", "1"), day=LATE)
    for more, kind, words in (
        ({"filed_on": date(2026, 11, 10)}, InvalidInput, "opens GSTR-1A"),
        ({"shown": "0" * 64}, Conflict, "changed since"),
        ({"gstin": "33AABCI1234D1ZC"}, NotFound, ""),
    ):
        with pytest.raises(kind) as caught:
            file(front, asked(front, **more))
        assert words in (str(caught.value.errors) if isinstance(caught.value, InvalidInput) else str(caught.value))
    for old in (ReturnPeriod("month", 202406), ReturnPeriod("iff", 202610)):
        with pytest.raises(Conflict):
            file(front, asked(front, old))
    wanted = asked(front)
    row = file(front, wanted)
    assert file(front, wanted) == row  # sent twice, filed once
    assert "was filed on" in refused(lambda: file(front, replace(wanted, id=new_id())), Conflict)
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        same_period.reopen_gstr1a(books, row.id, "Not mine")


def test_each_return_falls_with_what_repeats_it(front: Front, clock: Clock) -> None:
    front.month.bill(("Soap", "1"), day=date(2026, 10, 5))
    one = front.file_gstr1()
    enter(front)
    front.month.bill(("Soap", "2"), day=LATE)
    row = file(front, asked(front))
    with open_books(front.month.trade.actor) as books, pytest.raises(Conflict, match="GSTR-1A of Oct 2026 is filed, and it amends"):
        gst_returns.reopen_return(books, one.id, "Filed by mistake")
    front.pay_what_is_missing()
    front.file()
    with open_books(front.month.trade.actor) as books, pytest.raises(Conflict, match="GSTR-3B"):
        same_period.reopen_gstr1a(books, row.id, "Filed by mistake")
    from webapp import gstr3b

    with open_books(front.month.trade.actor) as books:
        gstr3b.reopen_3b(books, queries.filings_of(books, "gstr3b")[0].id, "Filed by mistake")
        same_period.reopen_gstr1a(books, row.id, "Filed by mistake")
    assert front.told().output.cgst == 9_00
    assert told(front).small_amended  # and it can be told again
    again = file(front, asked(front))
    assert again.round == 2
    front.file(front.asked())
    enter(front)
    front.month.bill(("Soap", "1"), day=LATE)
    with open_books(front.month.trade.actor) as books:
        same = queries.standing(books, GSTIN, "gstr1a")[0]
        assert same.id == again.id
    (amended,) = front.month.told(NOVEMBER).small_amended  # what comes after all this is told against GSTR-1 with its GSTR-1A
    assert (amended.was.taxable, [item.taxable for item in amended.items]) == (300_00, [400_00])


def test_a_quarter_amends_what_its_months_told_early(front: Front, clock: Clock) -> None:
    clock.advance(days=-22)
    gone = front.month.bill(("Soap", "2"), party="Bharat")
    clock.advance(days=20)
    quarter = ReturnPeriod("quarter", 202612)
    front.file_gstr1(ReturnPeriod("iff", 202610))
    clock.advance(days=60)
    day = date(2027, 1, 14)
    front.file_gstr1(quarter, day)
    enter(front)
    cancel(front, gone)
    late = front.month.bill(("Soap", "1"), party="Bharat", day=LATE)
    found = told(front, quarter)
    assert [(one.section, one.value) for one in found.documents] == [("b2b", 118_00), ("b2ba", 0)]
    assert found.documents[0].id == late
    file(front, asked(front, quarter, filed_on=day))
    assert front.told(quarter).output == Tax(18_00, 0, 0, 0)
    clock.advance(days=30)
    assert front.month.told(ReturnPeriod("month", 202701)).documents == ()


def test_two_who_file_at_once(real_engine: Engine) -> None:
    front = Front.of(found_sharma())
    front.month.bill(("Soap", "1"), day=date(2026, 10, 5))
    front.file_gstr1()
    enter(front)
    front.month.bill(("Soap", "1"), day=LATE)
    first = asked(front)
    answers = at_once([lambda one=one: file(front, one) for one in (first, replace(first, id=new_id()))])
    assert [isinstance(one, Conflict) for one in answers].count(True) == 1, answers


def test_its_page_from_gstr_1_to_the_filing_and_back(front: Front, clock: Clock, app: Flask, sharma: Shop, iyer: Shop) -> None:
    busy(front, clock)
    client = signed_in(app, sharma)

    def get(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return answer.get_data(as_text=True)

    assert PAGE in get(PAGE.removesuffix("/gstr-1a"))
    words = get(PAGE)
    for section in ("b2b", "b2ba", "b2cs", "b2csa", "nil", "hsn", "doc_issue"):
        assert f"{PAGE}/sections/{section}" in words
        assert 'class="table' in get(f"{PAGE}/sections/{section}")
    assert client.get(f"{PAGE}/sections/b2cs?place=24&rate=1800").headers["Location"].endswith("/sections/b2cs?place=24&rate=1800")
    file_of = client.get(f"{PAGE}/json")
    assert json.loads(file_of.get_data(as_text=True), parse_float=Decimal)["b2csa"][0]["omon"] == "102026"
    assert "_R1A_" in file_of.headers["Content-Disposition"]
    shown = sha256(file_of.get_data()).hexdigest()
    sent = {"id": str(new_id()), "filed_on": "2026-11-10", "arn": "", "shown": shown}
    token = re.findall(r'name="csrf_token" value="([^"]*)"', words)[0]

    def post(address: str, **values: str) -> tuple[int, str]:
        answer = client.post(address, data={"csrf_token": token, **values})
        return answer.status_code, answer.get_data(as_text=True)

    status, again = post(f"{PAGE}/filing", **sent)
    assert status == 422
    assert "opens GSTR-1A" in again
    assert post(f"{PAGE}/filing", **{**sent, "filed_on": "2026-11-18"})[0] == 303
    assert "Filed on" in get(PAGE)
    other = signed_in(app, iyer)
    filing = front.ask(lambda books: queries.standing(books, GSTIN, "gstr1a")[0].id)
    assert other.get(PAGE).status_code == 404
    assert other.get(f"/gst-returns/gstr-1a/filings/{filing}/json").status_code == 404
    assert client.get(f"/gst-returns/gstr-1a/filings/{filing}/json").get_data() == file_of.get_data()
    assert client.get(f"/gst-returns/filings/{filing}/json").status_code == 404  # it is no GSTR-1
    reopening = f"/gst-returns/gstr-1a/filings/{filing}/reopening"
    assert post(reopening, reopen_reason="")[0] == 422
    assert post(reopening, reopen_reason="By mistake")[0] == 303
    assert "By mistake" in get(PAGE)
