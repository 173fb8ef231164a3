"""The screens of GSTR-3B: every figure leads to its rows, files in their shape, filing and deposits by hand, and who may see them."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.gstr3b.shopfront import EARLY, GSTIN, Front
from webapp import gstr3b
from webapp.gstr3b.told import CELLS
from webapp.kernel.ids import new_id

HERE, LEDGERS = f"/gstr3b/{GSTIN}/month-202610", f"/gst-ledgers/{GSTIN}"


@pytest.fixture
def front(sharma: Shop) -> Front:
    made = Front.of(sharma)
    made.month.bill(("TV", "1"), ("Salt", "1"), day=EARLY, party="Pune Mart")
    made.desk.buy(made.desk.buyer.line("Soap", 10, 333.33), day=EARLY)
    return made


@pytest.fixture
def client(app: Flask, sharma: Shop) -> FlaskClient:
    return signed_in(app, sharma)


def get(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


def token(page: str) -> dict[str, str]:
    found = re.findall(r'name="(csrf_token|shown)" value="([^"]*)"', page)
    return dict(found)


def send(client: FlaskClient, page: str, address: str, **values: str) -> int:
    return client.post(address, data={**token(page), **values}).status_code


def test_every_figure_leads_to_its_rows_and_files(front: Front, client: FlaskClient) -> None:
    whole = get(client, HERE)
    shown = set(re.findall(rf'href="{HERE}/figures/(\w+)"', whole))
    assert shown == set(CELLS)
    for cell in CELLS:
        words = get(client, f"{HERE}/figures/{cell}")
        assert ("Nothing stands behind this figure" in words) == (cell not in ("osup_det", "osup_nil_exmp", "OTH")), cell
    assert str(front.month.bills[0]) in get(client, f"{HERE}/figures/osup_det")
    assert "No row has these words" in get(client, f"{HERE}/figures/OTH?q=nobody")
    answer = client.get(f"{HERE}/json")
    assert json.loads(answer.data)["ret_period"] == "102026"
    assert f"October_2026-GSTR3B{GSTIN}-Details.json" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(client.get(f"{HERE}?format=xlsx").data)).active
    assert sheet is not None
    rows = {str(row[0]): row[1:] for row in sheet.iter_rows(values_only=True)}
    assert rows["3.1(c) Nil-rated and exempt supplies made"][0] == 20
    assert any(name.startswith("6.1 Paid in cash") for name in rows)
    assert client.get(f"{HERE}?format=pdf").data.startswith(b"%PDF")
    assert b"333" in client.get(f"{HERE}/figures/OTH?format=csv").data
    problems = get(client, f"{HERE}/problems")
    assert "GSTR-1 of this period is not filed yet" in problems
    assert "GSTR-2B of this period was not imported" in problems
    for address in (f"{HERE}/figures/none", f"/gstr3b/{GSTIN}/iff-202610", f"/gstr3b/{GSTIN}/year-202703", f"{LEDGERS}/none"):
        get(client, address, 404)


def test_a_month_is_deposited_filed_set_off_and_taken_back_by_hand(front: Front, client: FlaskClient) -> None:
    front.file_gstr1()
    page = get(client, HERE)
    typed = {"id": str(new_id()), "filed_on": "2026-11-18", "arn": "AA271026000001B", "with_set_off": "1"}
    assert send(client, page, f"{HERE}/filing", **typed) == 409  # nothing was deposited
    (link,) = re.findall(rf'href="({LEDGERS}/deposits/new\?[^"]+)"', page)
    form = get(client, link.replace("&amp;", "&"))
    amounts = dict(re.findall(r'name="(tax_\w+)"[^>]*value="([^"]+)"', form))
    assert set(amounts) == {"tax_cgst", "tax_sgst"}
    bank = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>Bank<', form)[0]
    wrong = {"id": str(new_id()), "paid_on": "2026-11-18", "account_id": bank, "tax_cgst": "1e9", "tax_igst": "-5", "cpin": "7"}
    answer = client.post(f"{LEDGERS}/deposits", data={**token(form), **wrong})
    assert (answer.status_code, answer.get_data(as_text=True).count("field-error")) == (422, 2)
    paid = {"id": str(new_id()), "paid_on": "2026-11-18", "account_id": bank, **amounts}
    assert send(client, form, f"{LEDGERS}/deposits", **paid) == 303
    assert send(client, form, f"{LEDGERS}/deposits", **paid) == 303  # a second click
    page = get(client, HERE)
    assert send(client, page, f"{HERE}/filing", **{**typed, "arn": "?"}) == 422
    assert send(client, page, f"{HERE}/filing", **typed) == 303
    page = get(client, HERE)
    assert "Filed on 18-Nov-2026" in page
    # A filed return says how it was paid, not what the ledgers hold now.
    assert "6.1 Paid in cash" in (sheet := client.get(f"{HERE}?format=csv").get_data(as_text=True))
    assert re.search(r"6\.1 Paid in cash,[^,]*,[^,]*,\"?11,?141", sheet), sheet[-600:]
    assert "Nothing is wrong with this return" in get(client, f"{HERE}/problems")
    assert "Voucher 2600GS/000001" in page
    for book, words in (("cash", "Deposit"), ("credit", "Return Oct 2026"), ("liability", "Return Oct 2026")):
        assert words in get(client, f"{LEDGERS}/{book}"), book
        assert client.get(f"{LEDGERS}/{book}?format=csv").data.count(b"\n") > 2
    (filing,) = set(re.findall(r"/gstr3b/filings/([0-9a-f-]{36})/reopening", page))
    assert client.get(f"/gstr3b/filings/{filing}").headers["Location"] == HERE
    assert json.loads(client.get(f"/gstr3b/filings/{filing}/json").data)["gstin"] == GSTIN
    assert send(client, page, f"/gstr3b/filings/{filing}/set-off") == 303
    assert send(client, page, f"/gstr3b/filings/{filing}/reopening", reopen_reason="") == 422
    assert send(client, page, f"/gstr3b/filings/{filing}/reopening", reopen_reason="Too early") == 303
    assert "Taken back" in get(client, f"{LEDGERS}/credit")
    # A filing of another form is not taken back through this door.
    assert send(client, page, f"/gst-returns/filings/{filing}/reopening", reopen_reason="Wrong door") == 404
    assert [front.account(f"output-{head}") != 0 for head in ("cgst", "sgst")] == [True, True]


def test_the_lists_and_the_forms_of_the_ledgers(front: Front, client: FlaskClient) -> None:
    assert f"{HERE}" in get(client, f"/gstr3b?gstin={GSTIN}")
    assert GSTIN in get(client, "/gst-ledgers")
    assert "No deposit was entered yet" in get(client, f"{LEDGERS}/deposits")
    assert "Nothing stands in this ledger yet" in get(client, f"{LEDGERS}/credit")
    form = get(client, f"{LEDGERS}/opening")
    typed = {"id": str(new_id()), "day": "2026-10-01", "credit_igst": "1,00,000.55"}
    assert send(client, form, f"{LEDGERS}/opening", **{**typed, "cash_cess": "-1"}) == 422
    assert send(client, form, f"{LEDGERS}/opening", **typed) == 303
    assert "1,00,000.55" in get(client, f"{LEDGERS}/credit")
    assert "Own assessment" in get(client, f"{LEDGERS}/deposits/new?month=202610")
    get(client, f"{LEDGERS}/deposits/new?month=202612", 404)
    own = front.deposit(tax_cgst=5)
    shown = get(client, f"/gst-deposits/{own.id}")
    assert send(client, shown, f"/gst-deposits/{own.id}/cancellation", reason="") == 422
    assert send(client, shown, f"/gst-deposits/{own.id}/cancellation", reason="Entered twice") == 303
    assert "Cancelled" in get(client, f"{LEDGERS}/deposits")


def test_the_portals_file_is_compared_on_screen(front: Front, client: FlaskClient) -> None:
    page = get(client, f"{HERE}/comparison")
    text = gstr3b.as_text(front.told())
    for content, status, words in (
        (text, 200, "Every figure is the same"),
        (text.replace('"txval":20,', '"txval":21,'), 200, "One figure differs"),
        (text[:90], 422, "breaks off"),
        ("[" * 500, 422, "nested deeper"),
        ("", 422, "Choose the JSON file"),
        (text.replace("102026", "112026"), 422, "is of 11-2026"),
        (json.dumps({"gstin": GSTIN, "fp": "102026", "ret_period": "102026", "b2b": []}), 422, "no table of GSTR-3B"),
    ):
        sent = {**token(page), "file": (io.BytesIO(content.encode()), "gstr3b.json")}
        answer = client.post(f"{HERE}/comparison", data=sent, content_type="multipart/form-data")
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (status, True), words


def test_another_company_sees_nothing(front: Front, app: Flask, iyer: Shop) -> None:
    own = front.deposit(tax_cgst=5)
    other = signed_in(app, iyer)
    for address in (HERE, f"{HERE}/json", f"{LEDGERS}/cash", f"{LEDGERS}/deposits", f"/gst-deposits/{own.id}", f"{HERE}?format=csv"):
        get(other, address, 404)
