"""The screens, as a browser without scripts sees them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.cheques.drawer import Drawer
from tests.ground.shops import Shop
from tests.outstandings.khata import DAY
from webapp import cheques


@pytest.fixture
def owner(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


def form(client: FlaskClient, address: str) -> dict[str, str]:
    """The fields of the form that a page shows."""
    text = client.get(address).text
    return dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]*? value="([^"]*)"', text))


def test_a_cheque_from_the_form_to_its_return(owner: FlaskClient, drawer: Drawer, ravi: UUID, max_queries: Any) -> None:
    bill = drawer.bill(ravi, 1000, DAY - timedelta(days=40))
    assert "Ravi Rao" in owner.get("/cheques/parties?party=rav").text
    line = f"{bill.voucher_id.hex}.{bill.line_no}"
    sent = {
        **form(owner, f"/cheques/new?party_id={ravi}"),
        "amount": "₹ 980.00",
        "cheque_no": "1234",
        "bank": "SBI",
        "cheque_date": "2026-11-20",
    }
    sent |= {"taken_on": "2026-11-20", f"bill_{line}": "₹980", f"off_{line}": "30", "off_kind": "discount", "party_id": str(ravi)}
    refused = owner.post("/cheques", data=sent)
    assert (refused.status_code, "6 digits" in refused.text, 'value="1234"' in refused.text) == (422, True, True)
    refused = owner.post("/cheques", data={**sent, "cheque_no": "123456"})
    assert (refused.status_code, "₹20.00 of" in refused.text) == (422, True)
    refused = owner.post("/cheques", data={**sent, "cheque_no": "123456", "amount": "1,00O"})
    assert (refused.status_code, "plain digits" in refused.text) == (422, True)
    taken = owner.post("/cheques", data={**sent, "cheque_no": "123456", f"off_{line}": "20"})
    assert taken.status_code == 303
    page = owner.get(taken.location).text
    assert ("₹980.00" in page, "Let off with it" in page, "₹20.00" in page) == (True, True, True)
    ticked = re.findall(r'name="cheque" value="([^"]+)" checked', owner.get("/cheques/deposit").text)
    slip_form = {"cheque": ticked, "deposited_on": "2026-11-20", "id": str(UUID(int=9)), "account_id": _account(owner)}
    slip = owner.post("/cheques/deposit", data=slip_form)
    assert slip.status_code == 303
    assert "SBI" in owner.get(slip.location).text
    gone = owner.post(f"{taken.location}/cancellation", data={"on": "2026-11-20", "reason": "Wrong"})
    assert (gone.status_code, "cancel its deposit slip first" in gone.text) == (409, True)
    back = owner.post(f"{taken.location}/return", data={"on": "2026-11-20", "reason": "Funds", "charges": "118", "from_party": "1"})
    assert back.status_code == 303
    assert "Returned unpaid" in owner.get(taken.location).text
    with max_queries(9):
        listed = owner.get("/cheques?q=123456&state=bounced")
    assert "Ravi Rao" in listed.text
    rows = list(csv.reader(io.StringIO(owner.get("/cheques?format=csv").text.removeprefix("\ufeff"))))
    assert rows[1][1:4] == ["123456", "SBI", "Ravi Rao"]
    assert owner.get("/cheques?format=pdf").data[:5] == b"%PDF-"
    assert sorted(drawer.left(ravi).values()) == [118, 1000]


def _account(owner: FlaskClient) -> str:
    found = re.search(r'<option value="([0-9a-f-]{36})"', owner.get("/cheques/deposit").text)
    assert found is not None
    return found[1]


def test_the_register_pages_and_empties(owner: FlaskClient, drawer: Drawer, ravi: UUID) -> None:
    assert "No cheque has been taken" in owner.get("/cheques").text
    for number in range(51):
        drawer.cheque(ravi, 1, cheque_date=DAY + timedelta(days=number))
    first = owner.get("/cheques").text
    (more,) = set(re.findall(r'href="(/cheques\?older=[^"]+)"', first))
    assert (first.count('id="cheque-'), owner.get(more).text.count('id="cheque-')) == (50, 1)
    assert "One cheque may go to the bank today" in first
    assert owner.get("/cheques?state=post_dated&q=zz").text.count('id="cheque-') == 0


def test_write_off_interest_and_reminder_by_form(owner: FlaskClient, drawer: Drawer, ravi: UUID, max_queries: Any) -> None:
    bill = drawer.bill(ravi, 36_500, DAY - timedelta(days=40))
    line = f"{bill.voucher_id.hex}.{bill.line_no}"
    assert "not reversed" in owner.get(f"/write-offs/of/{ravi}").text
    sent = {"id": str(UUID(int=5)), "kind": "bad_debt", "written_on": "2026-11-20", "reason": "Gone", f"bill_{line}": "36500.01"}
    refused = owner.post(f"/write-offs/of/{ravi}", data=sent)
    assert (refused.status_code, "₹36,500.00 of" in refused.text, 'value="36500.01"' in refused.text) == (422, True, True)
    made = owner.post(f"/write-offs/of/{ravi}", data={**sent, f"bill_{line}": "₹1,500.50"})
    assert "₹1,500.50" in owner.get(made.location).text
    assert owner.post(f"{made.location}/cancellation", data={"reason": "He paid"}).status_code == 303
    assert owner.post("/interest/terms", data={"rate": "x", "grace_days": "-1", "since": ""}).status_code == 422
    assert owner.post("/interest/terms", data={"rate": "18", "grace_days": "7", "since": "2026-04-01"}).status_code == 303
    with max_queries(9):
        assert "720.00" in owner.get("/interest").text
    note = owner.post(f"/interest/of/{ravi}", data={"id": str(UUID(int=6)), "upto": "2026-11-20", "shown": "72000"})
    assert "₹720.00" in owner.get(note.location).text
    assert owner.get(f"{note.location}/paper").data[:5] == b"%PDF-"
    with max_queries(9):
        assert "Ravi Rao" in owner.get("/reminders").text
    page = owner.get(f"/reminders/of/{ravi}?lang=hi").text
    assert "https://wa.me/919822010023?text=Ravi" in page
    assert "बकाया है" in page, re.findall("(?s)<textarea.*?</textarea>", page)
    assert owner.post(f"/reminders/of/{ravi}/links").status_code == 303
    assert "statements" in owner.get(f"/reminders/of/{ravi}").text
    for language in ("en", "hi"):
        assert owner.get(f"/reminders/of/{ravi}/letter?lang={language}").data[:5] == b"%PDF-"
    refused = owner.post(f"/reminders/of/{ravi}", data={"way": "call", "promised_on": "2026-11-01"})
    assert (refused.status_code, "is past" in refused.text) == (422, True)
    assert owner.post(f"/reminders/of/{ravi}", data={"way": "call", "promised_on": "2026-12-01"}).status_code == 303
    assert "Ravi Rao" not in owner.get("/reminders").text
    assert "Ravi Rao" in owner.get("/reminders?state=promised").text


def test_the_other_company_sees_none_of_it(browse: Callable[[Shop], FlaskClient], iyer: Shop, drawer: Drawer, ravi: UUID) -> None:
    one = drawer.cheque(ravi, 100)
    slip = drawer.deposit(one)
    stranger = browse(iyer)
    for address in (f"/cheques/{one}", f"/cheques/slips/{slip}", f"/write-offs/of/{ravi}", f"/interest/of/{ravi}", f"/reminders/of/{ravi}"):
        assert stranger.get(address).status_code == 404, address
    assert stranger.post(f"/cheques/{one}/return", data={"on": "2026-11-20", "reason": "Wrong"}).status_code == 404
    assert drawer.move(cheques.clear, one) == "cleared"
