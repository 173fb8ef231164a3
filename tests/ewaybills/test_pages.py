"""Pages of e-way bills, without scripts: from the bill to the number, refusals beside their fields, files, the paper, who may open them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.einvoice.irp import PASSWORD, SECRET
from tests.ewaybills.conftest import CARRIER, Yard
from tests.ground.shops import Shop
from webapp import ewaybills
from webapp.ewaybills import Road, State

Browse = Callable[[Shop], FlaskClient]
WAY = {"distance_km": "150", "mode": "1", "vehicle": "mh 12-ab 1234", "sub_supply": "1"}


@pytest.fixture
def tab(yard: Yard, sharma: Shop, browse: Browse) -> FlaskClient:
    return browse(sharma)


def test_one_document_from_its_bill_to_its_paper(yard: Yard, tab: FlaskClient) -> None:
    bill = yard.sell(10)
    here = f"/e-way-bills/{bill.invoice_id}"
    assert f'href="{here}"' in tab.get(f"/bills/{bill.invoice_id}").text
    assert "worth no more than the amount" in tab.get(here).text
    assert tab.post(here, data={"of": "invoice"}).status_code == 303
    assert "Without a vehicle the portal wants" in tab.get(here).text
    assert tab.get(f"{here}/paper").status_code == 404
    wrong = tab.post(f"{here}/details", data=WAY | {"version": "1", "vehicle": "M!", "distance_km": "4001", "ship_name": "Depot"})
    assert wrong.status_code == 422
    for words in ("as on the plate", "At most 4000", "A PIN code has six digits", 'value="Depot"', 'value="M!"'):
        assert words in wrong.text
    assert tab.post(f"{here}/details", data=WAY | {"version": "1", "then": "send"}).status_code == 303
    row = yard.row(bill.invoice_id)
    assert (row.vehicle, row.distance_km) == ("MH12AB1234", 150)
    assert tab.post(f"{here}/details", data=WAY | {"version": "1"}).status_code == 409
    assert 'hx-trigger="every 3s"' not in tab.get(f"{here}?part=state", headers={"HX-Request": "true"}).text
    made = yard.send(bill.invoice_id)
    shown = tab.get(here).text
    assert made.ewb_no in shown
    paper = tab.get(f"{here}/paper").text
    assert paper.count("data:image/svg+xml;base64,") == 2
    assert made.ewb_no in paper
    wrong = tab.post(f"{here}/vehicle", data={"mode": "1", "vehicle": "", "place": "", "state_code": "96", "reason": "1"})
    assert (wrong.status_code, "Goods by road need" in wrong.text or "Type the vehicle" in wrong.text) == (422, True)
    assert tab.post(f"{here}/extension", data={}).status_code == 409
    assert tab.post(f"{here}/transporter", data={"transporter_id": "x"}).status_code == 422
    assert tab.post(f"{here}/transporter", data={"transporter_id": CARRIER}).status_code == 303
    assert "being told of the transporter" in tab.get(here).text
    assert yard.send(bill.invoice_id).transporter_id == CARRIER
    assert tab.post(f"{here}/standing").status_code == 303
    yard.send(bill.invoice_id)
    assert tab.post(f"{here}/cancellation", data={"reason": "9"}).status_code == 422
    assert tab.post(f"{here}/end", data={"what": "arrived"}).status_code == 303
    assert yard.row(bill.invoice_id).state == State.CLOSED
    assert tab.post(f"{here}/end", data={"what": "x"}).status_code == 404


def test_the_list_finds_filters_and_carries_files(
    yard: Yard,
    tab: FlaskClient,
    sharma: Shop,
    browse: Browse,
    clock: Clock,
    max_queries: Callable[[int], AbstractContextManager[list[str]]],
) -> None:
    assert "No goods have travelled" in tab.get("/e-way-bills").text
    far, near = yard.sell(), yard.sell(party=yard.near)
    assert tab.post("/e-way-bills/looking").status_code == 303
    ewaybills.enlist_all(yard.trade.actor)
    with max_queries(9):
        shown = tab.get("/e-way-bills")
    assert far.number in shown.text
    assert near.number in shown.text
    assert "Check" in shown.text
    assert near.number not in tab.get(f"/e-way-bills?q={far.number}&state=waiting&kind=invoice").text
    assert "No e-way bill matches" in tab.get("/e-way-bills?state=expired").text
    assert far.number in tab.get("/e-way-bills?format=csv").text
    assert tab.post("/e-way-bills/sending", data={}).status_code == 422
    yard.say(far.invoice_id)
    assert tab.post("/e-way-bills/sending", data={"document": str(far.invoice_id)}).status_code == 303
    made = yard.send(far.invoice_id)
    assert made.valid_until is not None
    clock.now = made.valid_until - timedelta(hours=2)
    tab = browse(sharma)  # a sign-in ends after twelve hours without use
    assert "ends within eight hours" in tab.get("/e-way-bills").text
    clock.now = made.valid_until + timedelta(hours=2)
    assert made.ewb_no in tab.get("/e-way-bills?state=expired").text

    yard.set_up(Road.FILE)
    yard.say(near.invoice_id, ewaybills.Carriage(5, "1", "MH12AB1"))
    told = tab.post("/e-way-bills/file", data={"all": "1"})
    assert [one["docNo"] for one in json.loads(told.text)["billLists"]] == [near.number]
    answer = json.dumps([{"docNo": near.number, "ewbNo": 331000000123, "ewbDate": "22/11/2026 09:00:00 AM"}]).encode()
    sent = {"file": (io.BytesIO(answer), "answer.json")}
    assert "One e-way bill has its number now" in tab.post("/e-way-bills/answers", data=sent).text
    assert tab.post("/e-way-bills/answers", data={"file": (io.BytesIO(b"{"), "x.json")}).status_code == 422
    here = f"/e-way-bills/{near.invoice_id}"
    assert tab.post(f"{here}/noting", data={"number": "1"}).status_code == 422


def test_settings_keep_secrets_and_say_check(yard: Yard, tab: FlaskClient) -> None:
    shown = tab.get("/e-way-bills/settings").text
    assert "is often named: ask your accountant" in shown
    assert PASSWORD not in shown
    assert SECRET not in shown
    given: dict[str, Any] = {"gstin": yard.gstin, "version": "1", "is_on": "1", "road": "file", "own": "1,00,000"}
    wrong = tab.post("/e-way-bills/settings", data=given | {"own": "1e9", "begins_on": "2026-04-01"})
    assert (wrong.status_code, 'value="1e9"' in wrong.text) == (422, True)
    assert tab.post("/e-way-bills/settings", data=given).status_code == 422
    kept = tab.post("/e-way-bills/settings", data=given | {"begins_on": "2026-04-01"})
    assert kept.status_code == 303
    assert "1,00,000.00" in tab.get(kept.location).text
    assert tab.post("/e-way-bills/settings", data=given | {"begins_on": "2026-04-01"}).status_code == 409
    assert tab.post("/e-way-bills/transporters", data={"transporter_id": "x", "transporter_name": ""}).status_code == 422
    assert tab.post("/e-way-bills/transporters", data={"transporter_id": CARRIER, "transporter_name": "Fast"}).status_code == 303
    assert "Fast" in tab.get("/e-way-bills/settings").text


def test_another_company_sees_none_of_it(yard: Yard, iyer: Shop, browse: Browse) -> None:
    bill = yard.sell()
    yard.make(bill)
    other = browse(iyer)
    here = f"/e-way-bills/{bill.invoice_id}"
    assert other.get(here).status_code == 404
    assert other.get(f"{here}/paper").status_code == 404
    for part in ("details", "vehicle", "transporter", "extension", "cancellation", "standing", "noting", "sending"):
        given = WAY | {"version": "1", "place": "P", "state_code": "27", "reason": "4", "remark": "x", "transporter_id": CARRIER}
        given |= {"number": "331000000000", "made_at": "2026-11-20T09:00", "km_left": "1", "pin": "411001"}
        assert other.post(f"{here}/{part}", data=given).status_code == 404, part
    assert other.post(here, data={"of": "invoice"}).status_code == 404
    assert bill.number not in other.get("/e-way-bills").text
