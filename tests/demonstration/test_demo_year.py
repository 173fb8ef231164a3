"""The demonstration's year as its accountant files it: through the pages, to the stand-ins of the portals, against the law's own files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, Irp, public_pem
from tests.ewaybills.portal import EwbPortal, Standing
from tests.gst_inward.made import by, invoice, told_2b
from tests.gst_returns import shared_files
from tests.gstr3b.test_books import require_form
from tests.tds.test_statement import DEDUCTOR, LAYOUT, require_layout
from webapp import demonstration, einvoice, ewaybills, ledger
from webapp.books_check import verify_books
from webapp.gst_inward import run_upload
from webapp.gst_inward.models import InwardUpload
from webapp.kernel.dates import month_name, month_of
from webapp.platform import clock as clock_of_the_program
from webapp.platform import db, outside, sealing
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.purchases.models import PurchaseBill

pytestmark = pytest.mark.slow

PUNE, BELAGAVI = "27ABCPS1234D1Z1", "29ABCPS1234D1ZX"
MONTHS = tuple(range(202607, 202612))
ACTOR = Actor(company_id=1, role=Role.OWNER, name="test")


@dataclass
class Walker:
    """A browser in which the accountant sits: what is sent is what the page's form holds, but for what he types himself."""

    client: FlaskClient

    def get(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.get_data(as_text=True)

    def send(self, address: str, action: str, **typed: object) -> TestResponse:
        """Open a page, fill its form in and send it."""
        answer = self.client.post(action, data={**form_of(self.get(address), action), **typed})
        assert answer.status_code == 303, f"{action}: {answer.status_code} {re.findall('field-error[^<]*>([^<]+)', answer.text)}"
        return answer


def form_of(page: str, action: str) -> dict[str, object]:
    """What the form that goes to `action` would send as it stands."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found, f"no form of the page goes to {action}"
    values: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", found[0]):
        told = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if "name" in told and (told.get("type") not in ("checkbox", "radio") or re.search(r"\schecked", tag)):
            values.setdefault(told["name"], []).append(told.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', found[0], re.DOTALL):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*\sselected', options) or re.search(r'<option[^>]*value="([^"]*)"', options)
        values[name] = [unescape(chosen[1])] if chosen else []
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', found[0], re.DOTALL):
        values[name] = [unescape(text)]
    return dict(values)


def option(page: str, words: str) -> str:
    """The value of a choice by its words."""
    (found,) = re.findall(rf'<option[^>]*value="([^"]+)"[^>]*>\s*{words}\s*<', page)
    return str(found)


@pytest.fixture
def portals(clock: Clock) -> Iterator[Standing]:
    """Both stand-ins on one host, which the program may call."""
    kept = outside._allowed, sealing._secret
    outside.use({"127.0.0.1"})
    sealing.use(kept[1] or "a secret of the tests alone")
    standing = Standing(EwbPortal(now=clock), Irp(now=clock))
    yield standing
    standing.close()
    outside.use(kept[0])
    sealing.use(kept[1])


@pytest.fixture
def walker(real_engine: Engine, _app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Walker:
    db.use(real_engine)  # making the app had it use another
    demonstration.fill(bills=240, password="a long enough one", progress=lambda _done, _of: None)
    clock_of_the_program.use(clock)
    monkeypatch.setitem(_app.config, "WTF_CSRF_ENABLED", False)
    client = _app.test_client()
    sign_in(client)
    return Walker(client)


def sign_in(client: FlaskClient) -> None:
    who = {"email": "owner@sharma.example", "password": "a long enough one"}
    assert client.post("/sign-in", data=who).status_code == 303


# long: one year, in the order in which it is filed
def test_an_accountant_files_the_year(walker: Walker, portals: Standing, clock: Clock) -> None:
    report_to_the_portals(walker, portals)
    deposit_tds(walker)
    file_26q(walker)
    clock.advance(days=20)  # 10 December: November is over
    sign_in(walker.client)  # unused for so long, his sign-in has ended
    take_in_2b(walker, 202610)
    for month in MONTHS:
        file_month(walker, PUNE, month)
    for month in MONTHS[-3:]:
        file_month(walker, BELAGAVI, month)
    what_was_filed_is_shut(walker)
    with open_books(ACTOR) as books:
        assert verify_books(books).breaches == []
    with read_books(ACTOR) as books:
        rows = ledger.trial_balance(books, date(2026, 4, 1), books.today)
    assert sum(row.closing for row in rows) == 0


def report_to_the_portals(walker: Walker, portals: Standing) -> None:
    """E-invoices and e-way bills are switched on, and everything that needs one is taken by the stand-ins."""
    access = {"client_id": CLIENT, "client_secret": SECRET, "user_name": USER, "password": PASSWORD, "portal_key": public_pem()}
    for page, base in (("/e-invoices/settings", portals.url), ("/e-way-bills/settings", f"{portals.url}/ewb")):
        walker.send(page, page, road="nic", base_url=base, is_on="1", **access)
    einvoice.enlist_since(ACTOR, PUNE)  # what the jobs do when it is switched on
    assert einvoice.send_due(ACTOR) == 3
    assert walker.get("/e-invoices?state=registered").count('id="einvoice-') == 3
    ewaybills.enlist_since(ACTOR, PUNE)
    waiting = set(re.findall(r'href="(/e-way-bills/[0-9a-f-]{36})"', walker.get("/e-way-bills?state=waiting")))
    assert len(waiting) == 2
    for here in sorted(waiting):
        walker.send(here, f"{here}/details", distance_km="0", mode="1", vehicle="MH12QT4417", then="send")
    for here in waiting:  # what the jobs do
        ewaybills.send(ACTOR, UUID(here.rpartition("/")[2]))
    assert len(set(re.findall(r'href="(/e-way-bills/[0-9a-f-]{36})"', walker.get("/e-way-bills?state=active")))) == 2


def deposit_tds(walker: Walker) -> None:
    """Each due of both years is deposited from the page of dues."""
    count = 0
    for year, paid_on in ((2025, "2026-03-05"), (2026, "2026-11-06")):
        for link in re.findall(r'href="(/tds/challans/new\?[^"]+)"', walker.get(f"/tds?year={year}")):
            address, count = unescape(link) + f"&paid_on={paid_on}", count + 1
            bank = option(walker.get(address), "Bank")
            walker.send(address, "/tds/challans", account_id=bank, paid_on=paid_on, bsr="0510308", serial=f"{count:05}")
    assert count == 3
    assert "/tds/challans/new?" not in walker.get("/tds?year=2025")


def file_26q(walker: Walker) -> None:
    """The last quarter under the Act of 1961, as the text file that its layout wants."""
    walker.send("/tds/deductor", "/tds/deductor", **DEDUCTOR)
    assert "Must be put right" not in walker.get("/tds/statement?quarter=2025-4")
    text = walker.get("/tds/statement/file?quarter=2025-4")
    assert [line.split("^")[1] for line in text.splitlines()] == ["FH", "BH", "CD", "DD", "CD", "DD"]
    if LAYOUT.is_file():
        require_layout(text)


def take_in_2b(walker: Walker, month: int) -> None:
    """What the suppliers told of the month, which is what the books have."""
    with read_books(ACTOR) as books:
        bills = [one for one in books.session.scalars(select(PurchaseBill)) if one.kind == "bill" and month_of(one.voucher_date) == month]
        told = {one.supplier_number: by([as_told(one)], one.party["gstin"]) for one in bills if one.party["gstin"]}
    assert len(told) == 2
    content = told_2b(month=f"{month % 100:02}{month // 100}", gstin=PUNE, b2b=[entry for entries in told.values() for entry in entries])
    walker.send("/gst-inward", f"/gst-inward/{PUNE}/files", file=(io.BytesIO(content), "2b.json"))
    with read_books(ACTOR) as books:
        upload_id = books.session.scalars(select(InwardUpload.id)).one()
    run_upload(ACTOR, upload_id)  # what the job does
    shown = walker.get(f"/gst-inward/{PUNE}/{month}?state=matched")
    assert [number for number in told if number not in shown] == []


def as_told(bill: PurchaseBill) -> dict[str, Any]:
    """A supplier's bill as GSTR-2B has it."""
    day, value = bill.bill_date.strftime("%d-%m-%Y"), rupees(bill.taxable_paise)
    taxes = {"cgst": rupees(bill.cgst_paise), "sgst": rupees(bill.sgst_paise)}
    return invoice(bill.supplier_number, rupees(bill.total_paise), day=day, txval=value, **taxes)


def rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02}"


def file_month(walker: Walker, gstin: str, month: int) -> None:
    """GSTR-1, then what cash it takes, then GSTR-3B with its set-off."""
    last = date(month // 100 + month % 100 // 12, month % 100 % 12 + 1, 1)
    filed_on = min(last + timedelta(days=9), date(2026, 12, 10)).isoformat()
    one, three = f"/gst-returns/{gstin}/month-{month}", f"/gstr3b/{gstin}/month-{month}"
    assert "Nothing to put right" in walker.get(f"{one}/problems"), month
    told = walker.get(f"{one}/json")
    if shared_files.STATUTORY.is_dir():
        shared_files.require_shape(told)
    walker.send(one, f"{one}/filing", filed_on=filed_on, arn=f"AA{gstin[:2]}{month}0000A")
    assert "Filed on" in walker.get(one)
    page = walker.get(three)
    if links := re.findall(r'href="(/gst-ledgers/[^"]+/deposits/new\?[^"]+)"', page):
        deposit = unescape(links[0])
        bank = option(walker.get(deposit), "Bank")
        walker.send(deposit, f"/gst-ledgers/{gstin}/deposits", account_id=bank, paid_on=filed_on)
    assert "keeps it from being filed" not in walker.get(f"{three}/problems"), month
    body = json.loads(walker.get(f"{three}/json"))
    if shared_files.STATUTORY.is_dir():
        require_form(body)
    walker.send(three, f"{three}/filing", filed_on=filed_on, arn=f"AB{gstin[:2]}{month}0000B", with_set_off="1")
    assert "Filed on" in walker.get(three)


def what_was_filed_is_shut(walker: Walker) -> None:
    """The calendar says so, and a bill of a filed month is refused; today's is not."""
    rows = csv.reader(walker.get("/due-dates?format=csv&from=2026-05-01&to=2026-12-31").splitlines())
    stands = {(row[1], row[2], row[3]): row[4] for row in rows if len(row) > 4}
    for gstin, months in ((PUNE, MONTHS), (BELAGAVI, MONTHS[-3:])):
        for form in ("GSTR-1", "GSTR-3B"):
            assert {stands[form, gstin, month_name(month)] for month in months} == {"Filed"}
    bill = form_of(walker.get("/bills/new"), "/bills") | {"item-1": "Iodised Salt 1 kg", "qty-1": "1", "pay": "cash"}
    for day in ("2026-11-20", "2026-07-31"):
        refused = walker.client.post("/bills", data={**bill, "day": day})
        assert (refused.status_code // 100, "locked" in refused.text) == (4, True), refused.text[-2000:]
    assert walker.client.post("/bills", data={**bill, "day": "2026-12-10"}).status_code == 303
