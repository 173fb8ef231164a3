"""The screens of the returns: every table leads to its papers, every mistake to where it is put right, files in their shape."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import update

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.gst_returns import shared_files
from tests.gst_returns.month import Month
from webapp import gst_returns, identity
from webapp.company import change_profile, limit_member
from webapp.gst_returns.told import SECTIONS
from webapp.parties.models import Party
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, open_directory

Enter = Callable[[Shop], FlaskClient]
NOVEMBER = "/gst-returns/27AABCS1234D1ZV/month-202611"
OCTOBER = "/gst-returns/27AABCS1234D1ZV/month-202610"


def get(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


def fill(month: Month) -> None:
    month.bill(("Soap", "1"), ("Salt", "1"), party="Bharat")
    month.trade.take_back(month.bills[0], (1, 1))
    month.bill(("Soap", "2"), ("Book", "1"))
    month.bill(("TV", "1"), party="Raj")
    month.bill(("Soap", "1"), party="Tom", destination="export_paid")
    month.adjusted_service(date(2026, 10, 5))
    month.adjusted_service()
    month.interest_on(date(2026, 10, 1))
    month.send_to_branch()


def test_every_section_leads_to_its_papers(month: Month, sharma: Shop, enter: Enter) -> None:
    fill(month)
    client = enter(sharma)
    whole = get(client, NOVEMBER)
    shown = set(re.findall(rf'href="{NOVEMBER}/sections/(\w+)"', whole))
    assert shown == {"b2b", "b2cl", "b2cs", "nil", "exp", "at", "cdnr", "txpd", "hsn", "doc_issue"}
    for section in SECTIONS:
        words = get(client, f"{NOVEMBER}/sections/{section}")
        assert ("Nothing stands in this section" in words) == (section not in shown), section
    documents = get(client, f"{NOVEMBER}/sections/b2b")
    assert f"/bills/{month.bills[0]}" in documents
    assert "/transfers/" in documents
    assert "/interest/" in get(client, f"{NOVEMBER}/sections/cdnr")
    assert "Nothing matches" in get(client, f"{NOVEMBER}/sections/b2b?q=zzz")
    assert "Bharat" in get(client, f"{NOVEMBER}/sections/b2b?q=bhar")
    # From a row of sums to the bills behind it, which add up to the row.
    for section in ("b2cs", "nil", "hsn"):
        rows = get(client, f"{NOVEMBER}/sections/{section}")
        links = {link.replace("&amp;", "&") for link in re.findall(rf'href="({NOVEMBER}/sections/{section}\?[^"]+)"', rows)}
        assert links
        assert all('class="table' in get(client, link) for link in links)
    behind = get(client, f"{NOVEMBER}/sections/b2cs?place=27&rate=1800")
    assert str(month.bills[1]) in behind
    assert str(month.bills[0]) not in behind


def test_the_files_are_those_of_the_return(month: Month, sharma: Shop, enter: Enter) -> None:
    fill(month)
    client = enter(sharma)
    answer = client.get(f"{NOVEMBER}/json")
    assert answer.get_data(as_text=True) == gst_returns.as_text(month.told())
    assert 'filename="returns_20112026_R1_27AABCS1234D1ZV_offline.json"' in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(client.get(f"{NOVEMBER}/workbook").get_data()), read_only=True)
    assert book.sheetnames[:3] == ["b2b,sez,de", "b2ba", "b2cl"]
    payload, b2b = json.loads(answer.get_data()), list(book["b2b,sez,de"].iter_rows(min_row=5, values_only=True))
    assert len(b2b) == sum(len(one["itms"]) for buyer in payload["b2b"] for one in buyer["inv"])
    assert sum(int(row[11] * 100) for row in b2b) == 100 * sum(
        item["itm_det"]["txval"] for buyer in payload["b2b"] for one in buyer["inv"] for item in one["itms"]
    )
    if shared_files.STATUTORY.is_dir():
        for sheet, schema in (
            ("b2b,sez,de", "b2b"),
            ("cdnr", "cdnr"),
            ("b2cs", "b2cs"),
            ("exp", "exp"),
            ("hsn(b2b)", "hsn-b2b"),
            ("docs", "docs"),
        ):
            spec = json.loads((shared_files.STATUTORY / "schemas" / "gstr1" / f"{schema}.json").read_text())
            headings = next(book[sheet].iter_rows(min_row=4, max_row=4, values_only=True))
            assert [cell for cell in headings if cell] == [field["column"] for field in spec["fields"]], sheet


def test_each_mistake_says_what_to_do_and_leads_there(month: Month, sharma: Shop, enter: Enter) -> None:
    bad = month.trade.item("Lamp", 100, "gst-18", hsn="94")
    month.trade.item("Wire", 100, "gst-18", hsn="")
    month.bill(("Lamp", "1"), ("Wire", "1"), party="Bharat")
    month.bill(("Soap", "1"), place="97")
    month.trade.cancel(month.bill(("Soap", "1")))
    month.bill(("Soap", "1"))
    client = enter(sharma)
    words = get(client, f"{NOVEMBER}/problems")
    for told in ("The item has no HSN code", "fewer than 4 digits", "Other Territory (97)", "Numbers that no standing document has"):
        assert told in words
    assert f"/items/{bad}" in words
    assert "2 things would be refused" in get(client, NOVEMBER)
    # The code typed at the item is what the summary takes, also for bills that printed none.
    with open_books(sharma.actor) as books:
        from webapp.catalogue.models import Item

        books.session.execute(update(Item).where(Item.hsn.in_(("94", ""))).values(hsn="9405"))
        change_profile(books, {"turnover_over_5_crore": False})
    assert {row.hsn for row in month.told().hsn} == {"9405", "3401"}
    assert "HSN code" not in get(client, f"{NOVEMBER}/problems")


def test_a_wrong_gstin_of_a_paper_is_found(month: Month, sharma: Shop, enter: Enter) -> None:
    with open_books(sharma.actor) as books:  # as an import of long ago may have left it
        books.session.execute(update(Party).where(Party.id == month.buyers["Bharat"]).values(gstin="29AAGCB7383J1Z5"))
    bill = month.bill(("Soap", "1"), party_id=str(month.buyers["Bharat"]))
    words = get(enter(sharma), f"{NOVEMBER}/problems")
    assert "one character of this GSTIN is mistyped" in words
    assert f"/bills/{bill}" in words


def test_filing_on_screen_and_taking_it_back(month: Month, sharma: Shop, enter: Enter, clock: Clock) -> None:
    month.bill(("Soap", "1"), party="Bharat", day=date(2026, 10, 5))
    client = enter(sharma)
    form = get(client, OCTOBER)
    sent = {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("csrf_token", "id", "shown")}
    answer = client.post(f"{OCTOBER}/filing", data={**sent, "filed_on": "2026-12-01", "arn": "AA1"})
    assert (answer.status_code, "has not come yet" in answer.get_data(as_text=True), "AA1" in answer.get_data(as_text=True)) == (
        422,
        True,
        True,
    )
    assert client.post(f"{OCTOBER}/filing", data={**sent, "filed_on": "2026-11-11"}).status_code == 303
    filed = get(client, OCTOBER)
    assert "Filed on 11-Nov-2026" in filed
    (filing,) = re.findall(r"/gst-returns/filings/([0-9a-f-]+)/json", filed)
    assert client.get(f"/gst-returns/filings/{filing}/json").get_data(as_text=True) == gst_returns.as_text(
        month.told(gst_returns.ReturnPeriod("month", 202610))
    )
    assert "All 3 rows are the same" in get(client, f"{OCTOBER}/changes") or "the same on both sides" in get(client, f"{OCTOBER}/changes")
    assert "Filed 11-Nov-2026" in get(client, "/gst-returns")
    again = client.post(f"/gst-returns/filings/{filing}/reopening", data={"csrf_token": sent["csrf_token"], "reopen_reason": ""})
    assert (again.status_code, "Say in a few words why" in again.get_data(as_text=True)) == (422, True)
    assert (
        client.post(
            f"/gst-returns/filings/{filing}/reopening", data={"csrf_token": sent["csrf_token"], "reopen_reason": "By mistake"}
        ).status_code
        == 303
    )
    assert "By mistake" in get(client, OCTOBER)


@pytest.mark.parametrize(
    "address",
    [
        "/gst-returns/33AABCI1234D1ZC/month-202611",
        "/gst-returns/27AABCS1234D1ZV/month-202613",
        "/gst-returns/27AABCS1234D1ZV/quarter-202611",
        "/gst-returns/27AABCS1234D1ZV/iff-202612",
        "/gst-returns/27AABCS1234D1ZV/week-202611",
        f"{NOVEMBER}/sections/b2z",
    ],
)
def test_what_is_no_return_is_not_there(month: Month, sharma: Shop, enter: Enter, address: str) -> None:
    assert enter(sharma).get(address).status_code == 404


def test_other_kinds_of_sellers_have_no_return(iyer: Shop, enter: Enter) -> None:
    with open_books(iyer.actor) as books:
        change_profile(books, {"scheme": "composition"})
    client = enter(iyer)
    assert "Composition dealers" in get(client, "/gst-returns")
    assert client.get("/gst-returns/33AABCI1234D1ZC/month-202611").status_code == 404


def test_a_member_held_to_a_store_sees_no_return_of_a_registration(month: Month, sharma: Shop, app: Flask) -> None:
    month.bill(("Soap", "1"), party="Bharat")
    client = member(app, sharma, month.trade.store_id)
    for address in ("/gst-returns", NOVEMBER, f"{NOVEMBER}/json", f"{NOVEMBER}/workbook", f"{NOVEMBER}/sections/b2b"):
        assert client.get(address).status_code == 403, address


def member(app: Flask, shop: Shop, store_id: UUID) -> FlaskClient:
    """A browser of an accountant who works in one store."""
    with open_directory() as directory:
        asked = identity.NewUser(email="held@sharma.example", password=shop.password, name="Held")
        user = identity.create_user(directory, asked)
        identity.add_member(directory, shop.company_id, user.id, Role.ACCOUNTANT)
        token = identity.open_sign_in(directory, user.id, user_agent="test", address="127.0.0.1")
    with open_books(shop.actor) as books:
        limit_member(books, user.id, [store_id])
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client
