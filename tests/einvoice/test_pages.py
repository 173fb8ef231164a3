"""The pages of e-invoices, without scripts: settings, the list, one document, files out and back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.einvoice.conftest import Desk
from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, public_pem
from tests.ground.shops import Shop
from webapp import einvoice
from webapp.einvoice import Road, State, service

Browse = Callable[[Shop], FlaskClient]


@pytest.fixture
def tab(desk: Desk, sharma: Shop, browse: Browse) -> FlaskClient:
    return browse(sharma)


def settings(desk: Desk, **more: str) -> dict[str, str]:
    given = {"base_url": desk.url, "client_id": CLIENT, "client_secret": SECRET, "user_name": USER, "password": PASSWORD}
    given |= {"gstin": desk.gstin, "version": "1", "is_on": "1", "begins_on": "2026-04-01", "turnover_crore": "10", "road": "nic"}
    return given | {"portal_key": public_pem()} | more


def test_settings_are_kept_and_say_what_is_wrong(desk: Desk, tab: FlaskClient) -> None:
    shown = tab.get("/e-invoices/settings").text
    assert 'value="client-1"' in shown
    assert PASSWORD not in shown
    assert SECRET not in shown
    wrong = tab.post("/e-invoices/settings", data=settings(desk, base_url="https://192.168.0.1", turnover_crore="", begins_on=""))
    assert wrong.status_code == 422
    assert "Choose the day of the first document" in wrong.text
    assert "https://192.168.0.1" in wrong.text
    wrong = tab.post("/e-invoices/settings", data=settings(desk, base_url="https://192.168.0.1"))
    assert (wrong.status_code, "does not call 192.168.0.1" in wrong.text) == (422, True)
    kept = tab.post("/e-invoices/settings", data=settings(desk, password="", client_secret="", turnover_crore="500"))
    assert kept.status_code == 303
    assert "must bear a QR to pay by" in tab.get(kept.location).text
    desk.trade.settings(upi_id="sharma@bank")
    assert "satisfies it" in tab.get("/e-invoices/settings").text
    stale = tab.post("/e-invoices/settings", data=settings(desk))
    assert stale.status_code == 409


def test_one_document_through_its_life(desk: Desk, tab: FlaskClient, sharma: Shop, browse: Browse, clock: Clock) -> None:
    bill = desk.sell()
    here = f"/e-invoices/{bill.invoice_id}"
    assert f'href="{here}"' in tab.get(f"/bills/{bill.invoice_id}").text
    assert "has not been looked at yet" in tab.get(here).text
    desk.irp.refuses = "2176"
    desk.send(bill)
    shown = tab.get(here).text
    assert "An HSN code is not in the portal" in shown
    assert "(2176)" in shown
    desk.irp.refuses = ""
    assert tab.post(f"{here}/sending").status_code == 303
    part = tab.get(f"{here}?part=state", headers={"HX-Request": "true"}).text
    assert 'hx-trigger="every 3s"' in part
    einvoice.send(desk.trade.actor, bill.invoice_id)
    shown = tab.get(here).text
    assert "every 3s" not in shown
    assert desk.row(bill).ack_no in shown
    assert tab.get(f"{here}/signed").data.count(b".") == 2
    assert tab.post(f"{here}/cancellation", data={"reason": "2", "remark": ""}).status_code == 422
    assert tab.post(f"{here}/cancellation", data={"reason": "2", "remark": "Wrong <b>"}).status_code == 303
    einvoice.cancel(desk.trade.actor, bill.invoice_id)
    shown = tab.get(here).text
    assert "Data entry mistake · Wrong &lt;b&gt;" in shown
    late = desk.sell()
    desk.send(late)
    clock.advance(hours=25)
    answer = browse(sharma).post(f"/e-invoices/{late.invoice_id}/cancellation", data={"reason": "2", "remark": "x"})
    assert (answer.status_code, "Make a credit note" in answer.text) == (409, True)


@pytest.mark.parametrize(("setting", "words"), [({"begins_on": None}, "switched off for this GSTIN"), ({}, "The customer has no GSTIN")])
def test_why_a_bill_has_none(desk: Desk, tab: FlaskClient, setting: dict[str, Any], words: str) -> None:
    desk.set_up(**setting)
    bill = desk.sell(desk.trade.customer("Asha") if not setting else None)
    assert words in tab.get(f"/e-invoices/{bill.invoice_id}").text


def test_the_list_is_searched_filtered_paged_and_exported(desk: Desk, tab: FlaskClient, max_queries: Callable[[int], Any]) -> None:
    assert "No document has been reported yet" in tab.get("/e-invoices").text
    bills = [desk.sell() for _ in range(3)]
    for bill in bills[:2]:
        desk.send(bill)
    desk.enlist(bills[2])
    with max_queries(9):
        shown = tab.get("/e-invoices").text
    assert shown.count('id="einvoice-') == 3
    row = desk.row(bills[0])
    for asked, count in (
        (f"q={row.number}", 1),
        (f"q={row.ack_no}", 1),
        ("q=umbrella", 3),
        ("q=118", 3),
        ("state=waiting", 1),
        ("from=2026-11-21", 0),
        ("q=%25", 0),
    ):
        assert tab.get(f"/e-invoices?{asked}").text.count('id="einvoice-') == count, asked
    csv = tab.get("/e-invoices?format=csv&state=registered").text
    assert (csv.count("Registered"), row.irn in csv) == (2, True)
    assert tab.get("/e-invoices?format=xlsx").status_code == tab.get("/e-invoices?format=pdf").status_code == 200


def test_many_leave_at_once_by_the_interface(desk: Desk, tab: FlaskClient) -> None:
    bills = [desk.sell() for _ in range(3)]
    for bill in bills:
        desk.enlist(bill)
    nothing = tab.post("/e-invoices/sending")
    assert (nothing.status_code, "Tick the documents first" in nothing.text) == (422, True)
    assert tab.post("/e-invoices/sending", data={"bill": [str(bills[0].invoice_id), "x"]}).status_code == 303
    assert tab.post("/e-invoices/sending", data={"all": "1", "state": "waiting"}).status_code == 303
    assert einvoice.send_due(desk.trade.actor) == 3
    assert {desk.row(bill).state for bill in bills} == {State.REGISTERED}
    again = tab.post("/e-invoices/sending", data={"all": "1"})
    assert (again.status_code, "Nothing in this list waits" in again.text) == (422, True)


def test_all_that_match_are_those_that_wait_however_many_newer_do_not(
    desk: Desk, tab: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = desk.sell(), desk.sell()
    desk.enlist(old)
    desk.send(new)
    monkeypatch.setattr(service, "MOST_AT_ONCE", 1)
    assert tab.post("/e-invoices/sending", data={"all": "1"}).status_code == 303
    assert einvoice.send_due(desk.trade.actor) == 1
    assert desk.row(old).state == State.REGISTERED


def test_files_leave_and_come_back(desk: Desk, tab: FlaskClient) -> None:
    desk.set_up(Road.FILE)
    bills = [desk.sell(), desk.sell()]
    for bill in bills:
        desk.enlist(bill)
    sent = tab.post("/e-invoices/file", data={"all": "1"})
    assert sent.headers["Content-Disposition"] == 'attachment; filename="e-invoices.json"'
    told = json.loads(sent.data, parse_float=Decimal)
    answers = [desk.irp.generate(one, desk.gstin) for one in told]
    back = {"file": (io.BytesIO(json.dumps(answers).encode()), "answers.json")}
    shown = tab.post("/e-invoices/answers", data=back, content_type="multipart/form-data").text
    assert "2 documents are registered now" in shown
    assert {desk.row(bill).state for bill in bills} == {State.REGISTERED}
    for raw, words in ((b"", "Choose the JSON file"), (b"{}", "has no number, acknowledgement"), (b"x", "no file of the portal")):
        answer = tab.post("/e-invoices/answers", data={"file": (io.BytesIO(raw), "x.json")}, content_type="multipart/form-data")
        assert words in answer.text


def test_another_shop_is_told_nothing(desk: Desk, iyer: Shop, browse: Browse) -> None:
    bill = desk.sell()
    desk.send(bill)
    stranger = browse(iyer)
    assert "E-invoices are switched off" in stranger.get("/e-invoices").text
    here = f"/e-invoices/{bill.invoice_id}"
    for answer in (
        stranger.get(here),
        stranger.get(f"{here}/signed"),
        stranger.post(f"{here}/sending"),
        stranger.post(f"{here}/cancellation", data={"reason": "1", "remark": "x", "is_done": "1"}),
        stranger.post("/e-invoices/sending", data={"bill": str(bill.invoice_id)}),
        stranger.post("/e-invoices/file", data={"bill": str(bill.invoice_id)}),
    ):
        assert answer.status_code == 404
    assert desk.row(bill).state == State.REGISTERED
    taken = stranger.post("/e-invoices/settings", data=settings(desk, version="0"))
    assert (taken.status_code, "Choose a GSTIN of this business" in taken.text) == (422, True)
