"""The screens: import, look, decide, link, ask the supplier, send the decisions; and what each refuses."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jobs.relay import relay
from jobs.scheduler import perform_here
from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.gst_inward.made import OURS, Desk, by, invoice, note, told_2b
from tests.gst_returns.test_pages import member
from tests.purchases.conftest import GSTIN
from webapp.platform import clock

HOME = "/gst-inward"
OCTOBER = f"{HOME}/{OURS}/202610"
FIFTH: dict[str, Any] = {"bill_date": date(2026, 10, 5), "voucher_date": date(2026, 10, 5)}


@pytest.fixture
def client(app: Flask, sharma: Shop) -> FlaskClient:
    return signed_in(app, sharma)


def get(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


@pytest.fixture
def post(client: FlaskClient) -> Callable[..., Any]:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', get(client, HOME))[0]
    return lambda address, **data: client.post(address, data={"csrf_token": token, **data})


def work() -> None:
    """What waits is done, as it is where no Redis is."""
    while relay(perform_here, clock.now()):
        pass


def rows_of(words: str) -> dict[str, str]:
    return {number: id_ for id_, number in re.findall(r'/rows/([0-9a-f-]{36})">([^<]+)<', words)}


def test_from_the_file_to_the_decisions(desk: Desk, client: FlaskClient, post: Callable[..., Any]) -> None:
    assert "Nothing is imported yet" in get(client, HOME)
    assert "What suppliers told (GSTR-2B)" in get(client, "/gst-returns")
    desk.buy("INV-1", **FIFTH)
    desk.buy("INV-2", 1010, **FIFTH)
    desk.buy("INV-4", 300, tax=27, **FIFTH)
    content = told_2b(
        b2b=by([invoice("INV-1"), invoice("INV-2"), invoice("INV-3", "<b>5</b>" and "50.00", tax="4.50")]),
        cdnr=by([note("C1")], inner="nt"),
    )
    sent = post(f"{HOME}/{OURS}/files", file=[(io.BytesIO(content), "oct.json")])
    assert "Waiting" in get(client, sent.headers["Location"])
    work()
    assert f'href="{OCTOBER}"' in get(client, sent.headers["Location"])
    words = get(client, OCTOBER)
    for told in ("Matched 1", "To be checked 1", "Only in 2B 2", "Only in books 1", "told ₹1,000.00, in our books ₹1,010.00, ₹10.00 more"):
        assert told in words
    again = post(f"{HOME}/{OURS}/files", file=[(io.BytesIO(content), "oct.json")]).headers["Location"]
    work()
    assert "imported before" in get(client, again)
    rows = rows_of(words)
    assert set(rows) == {"INV-1", "INV-2", "INV-3", "INV-4", "C1"}
    # Filters, search, another month, the files.
    assert set(rows_of(get(client, f"{OCTOBER}?state=only_books"))) == {"INV-4"}
    assert set(rows_of(get(client, f"{OCTOBER}?q=inv-3&which=open"))) == {"INV-3"}
    assert "Nothing matches these filters" in get(client, f"{OCTOBER}?q=zzz")
    assert "Nothing is imported for this month" in get(client, f"{HOME}/{OURS}/202604")
    table = list(csv.reader(io.StringIO(client.get(f"{OCTOBER}?format=csv&state=differs").get_data(as_text=True).lstrip("\ufeff"))))
    assert table[1][1:2] + table[1][-2:] == ["INV-2", "1000.00", "180.00"]
    assert client.get(f"{OCTOBER}?format=xlsx").status_code == 200
    # Decisions at once, then the file for the portal.
    assert post(f"{OCTOBER}/decisions", row=[rows["INV-1"], rows["INV-3"]], act="R").status_code == 303
    assert f'value="{rows["INV-1"]}.1"' in get(client, OCTOBER)
    assert post(f"{OCTOBER}/decisions", row=[f"{rows['INV-1']}.0"], act="A").status_code == 409  # drawn before it was rejected
    assert post(f"{OCTOBER}/decisions", row=[f"{rows['C1']}.0"], act="P").status_code == 303
    assert post(f"{HOME}/{OURS}/rows/{rows['C1']}/decision", act="A", version="0").status_code == 409
    assert set(rows_of(get(client, f"{OCTOBER}?decision=R"))) == {"INV-1", "INV-3"}
    told = json.loads(client.get(f"{OCTOBER}/actions.json").get_data(as_text=True), parse_float=str)
    assert [(one["inum"], one["action"], one["txval"], one["camt"]) for one in told["b2b"]] == [
        ("INV-1", "R", 1000, 90),
        ("INV-3", "R", 50, "4.5"),
    ]
    assert [(one["nt_num"], one["action"], one["idt"] if "idt" in one else one["nt_dt"]) for one in told["b2bcn"]] == [
        ("C1", "P", "10-10-2026")
    ]
    again = post(f"{OCTOBER}/decisions", act="R", q="inv")
    assert (again.status_code, "Choose one row or more" in again.get_data(as_text=True)) == (422, True)
    assert post(f"{OCTOBER}/decisions", row=[rows["INV-4"]], act="ignore").status_code == 303
    assert set(rows_of(get(client, f"{OCTOBER}?decision=ignored"))) == {"INV-4"}


def test_one_row_linked_and_taken_apart(desk: Desk, client: FlaskClient, post: Callable[..., Any]) -> None:
    bill = desk.buy("OLD-9", 1500, tax=135, **FIFTH)
    desk.take_in(told_2b(b2b=by([invoice("NEW-1")]), cdnr=by([note("C1")], inner="nt")))
    rows = rows_of(get(client, OCTOBER))
    here = f"{HOME}/{OURS}/rows/{rows['NEW-1']}"
    words = get(client, here)
    assert f'value="{bill.id}"' in words
    filled = get(client, re.findall(r'href="(/purchases/bills/new[^"]+)"', words)[0].replace("&amp;", "&"))
    assert all(f'value="{value}"' in filled for value in ("NEW-1", "2026-10-05", "Gupta Traders"))
    missing = post(f"{here}/link", version="0")
    assert (missing.status_code, "Choose the bill." in missing.get_data(as_text=True)) == (422, True)
    assert post(f"{here}/link", version="0", bill=str(bill.id)).status_code == 303
    assert "Linked by hand" in get(client, here)
    assert f"/purchases/bills/{bill.id}" in get(client, here)
    assert post(f"{here}/unlinking", version="0").status_code == 409  # somebody decided meanwhile
    assert post(f"{here}/unlinking", version="1").status_code == 303
    assert desk.states()["NEW-1"] == "only_told none"
    note_page = f"{HOME}/{OURS}/rows/{rows['C1']}"
    refused = post(f"{note_page}/reversal", version="0", cgst="1,00", sgst="9", remark="")
    assert refused.status_code == 422
    assert post(f"{note_page}/reversal", version="0", cgst="4.50", sgst="4.50", remark="Half was claimed").status_code == 303
    assert "Accepted" in get(client, note_page)
    assert post(f"{HOME}/{OURS}/tolerance", tolerance="5.50", days="9").status_code == 303
    assert 'value="5.5"' in get(client, HOME)
    assert post(f"{HOME}/{OURS}/tolerance", tolerance="abc", days="x").status_code == 422
    assert post(f"{OCTOBER}/matching").status_code == 303


def test_suppliers_are_asked_for_what_is_missing(desk: Desk, client: FlaskClient) -> None:
    desk.buy("INV-2", 1010, tax=91, **FIFTH)
    desk.buy("INV-4", 300, tax=27, **FIFTH)
    desk.take_in(told_2b(b2b=by([invoice("INV-2")])))
    words = get(client, f"{OCTOBER}/suppliers")
    assert "54.00" in words
    assert "Credit at risk in all: ₹56.00." in words
    assert client.get(f"{OCTOBER}/suppliers?format=csv").status_code == 200
    one = get(client, f"{OCTOBER}/suppliers/{GSTIN}")
    assert "INV-4 of 05-Oct-2026, tax ₹54.00: missing" in one
    assert "differs in value, tax" in one
    assert "wa.me" in one or "No phone is known" in one
    assert get(client, f"{OCTOBER}/suppliers/{GSTIN}?lang=hi") != one
    letter = client.get(f"{OCTOBER}/suppliers/{GSTIN}/letter?lang=hi")
    assert letter.get_data()[:5] == b"%PDF-"
    assert client.get(f"{OCTOBER}/suppliers/29AABCI1234D1Z1").status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose the JSON file"),
        (b"{", "breaks off or is damaged at line 1"),
        (b"\xff\xfe\x00", "This is no text"),
        (b"[" * 9_000, "nested deeper"),
        (b'{"a": NaN}', "no amount"),
        (b'{"gstin": "1", "gstin": "2"}', "stands twice"),
        (b'{"\\ud800x": "1", "\\ud800x": "2"}', "“ x” stands twice"),  # half a sign, which no page can show
        (told_2b(b2b=by([invoice("A", day="\ud800\u202e5")])), "“ 5” is no day"),
        (told_2b(gstin="33AABCI1234D1ZC", b2b=by([invoice("A")])), "is of 33AABCI1234D1ZC"),
        (told_2b(b2b=by([invoice("A", igst=float("1e300"))])), "b2b, supplier 1, row 1, field igst"),
        (told_2b(b2b=by([invoice("<script>alert(1)</script>" * 4)])), "at most 60 characters"),
    ],
)
def test_a_hostile_file_is_refused_beside_its_field(
    desk: Desk, client: FlaskClient, post: Callable[..., Any], content: bytes, words: str
) -> None:
    answer = post(f"{HOME}/{OURS}/files", file=[(io.BytesIO(content), "2b.json")], month="2026-10")
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True).replace("&#34;", '"')
    assert desk.rows() == {}


def test_who_may_not_and_whose_it_is_not(desk: Desk, client: FlaskClient, sharma: Shop, iyer: Shop, app: Flask) -> None:
    desk.take_in(told_2b(b2b=by([invoice("INV-1")])))
    row = rows_of(get(client, OCTOBER))["INV-1"]
    addresses = (OCTOBER, f"{HOME}/{OURS}/rows/{row}", f"{OCTOBER}/suppliers", f"{OCTOBER}/suppliers/{GSTIN}", f"{OCTOBER}/actions.json")
    stranger = signed_in(app, iyer)
    for address in (*addresses, f"{HOME}/{OURS}/209913", f"{HOME}/33AABCI1234D1ZC/rows/{row}"):
        assert stranger.get(address).status_code == 404, address
    held = member(app, sharma, desk.buyer.store_id)
    for address in (HOME, *addresses):
        assert held.get(address).status_code == 403, address
