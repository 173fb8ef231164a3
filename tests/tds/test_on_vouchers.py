"""Tax deducted at source: a voucher on what is marked proposes its row once, by the rates and thresholds of its day."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.vouchers.conftest import Desk
from tests.vouchers.test_posting import no_breach, refused
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books
from webapp.tds import MarkDraft, mark_head, service

Enter = Callable[[Shop], FlaskClient]


def form(amount: str, **more: str) -> dict[str, str]:
    rows = {"side-1": "D", "account-1": "Fees", "amount-1": amount, "side-2": "D", "account-2": "Input CGST", "amount-2": "9000"}
    whole = {"side-3": "C", "account-3": "Mehta", "amount-3": f"{amount}+9000"}
    return {"id": str(new_id()), "save_id": str(new_id()), "kind": "journal", "date": "20-11-2026", **rows, **whole, **more}


def mark(desk: Desk, name: str, kind: str = "professional", payee: str = "other") -> None:
    with open_books(desk.shop.actor) as books:
        mark_head(books, MarkDraft(name, kind, payee))


def test_the_screen_proposes_once_and_the_accountant_decides(desk: Desk, other: Desk, browse: Enter) -> None:
    desk.account("Fees")
    desk.party("Mehta", is_supplier=True)
    other.party("Mehta", is_supplier=True)
    mark(other, "Mehta")
    client = browse(desk.shop)
    assert client.post("/vouchers", data=form("100000")).status_code == 303, "nobody of this company is marked"
    desk.cancel(desk.rows()[0].id)
    mark(desk, "Mehta")
    assert client.post("/vouchers", data=form("40000")).status_code == 303, "below the threshold"
    desk.cancel(desk.rows()[0].id)
    shown = client.post("/vouchers", data=form("100000"))
    assert shown.status_code == 200
    assert "393(1), 1027 (Professional fees): 10% of ₹1,00,000.00" in shown.text
    assert 'value="99,000.00"' in shown.text
    assert 'value="TDS payable"' in shown.text
    assert 'name="tds_seen" value="1"' in shown.text
    assert desk.balances() == {}, "nothing is written before it is accepted"
    taken = {"amount-3": "99000", "side-4": "C", "account-4": "TDS payable", "amount-4": "10000", "tds_seen": "1"}
    assert client.post("/vouchers", data=form("100000", **taken)).status_code == 303
    assert client.post("/vouchers", data=form("100000", tds_seen="1")).status_code == 303, "without the row, if so wished"
    assert desk.balances()["TDS payable"] == -10_000_00
    no_breach(desk)


def test_an_account_is_marked_too_and_a_mark_ends(desk: Desk, browse: Enter) -> None:
    client = browse(desk.shop)
    paid = {
        "kind": "payment",
        "date": "20-11-2026",
        "account-1": "Rent",
        "amount-1": "60000",
        "side-2": "C",
        "account-2": "Cash",
        "amount-2": "60000",
    }
    assert client.post("/tds/marks", data={"name": "Rent", "kind": "rent", "payee": "individual"}).status_code == 303
    shown = client.post("/vouchers", data=paid)
    assert (shown.status_code, 'value="54,000.00"' in shown.text) == (200, True)
    assert client.post("/vouchers", data={**paid, "amount-2": "1"}).status_code == 422, "what does not balance is told first"
    assert client.post("/vouchers", data={**paid, "amount-1": "x"}).status_code == 422
    with read_books(desk.shop.actor) as books:
        [(one, _name)] = service.marks(books)
    assert client.post(f"/tds/marks/{one.head_id}/ending").status_code == 303
    assert client.post("/vouchers", data=paid).status_code == 303


def test_what_was_a_draft_and_what_is_amended_is_asked_too(desk: Desk, browse: Enter) -> None:
    desk.account("Fees")
    desk.party("Mehta", is_supplier=True)
    mark(desk, "Mehta")
    client = browse(desk.shop)
    assert client.post("/vouchers", data=form("40000", wish="draft")).status_code == 303
    kept = desk.rows()[0]
    address = f"/vouchers/documents/{kept.id}"
    shown = client.post(address, data=form("51000", version="1"))
    assert (shown.status_code, "A row of ₹5,100.00 is proposed" in shown.text) == (200, True)
    assert desk.document(kept.id).version == 1
    assert client.post(address, data=form("40000", version="1")).status_code == 303, "its own sum is below"
    assert client.post(address, data=form("40001", version="2")).status_code == 303, "what it was does not count besides what it is"
    second = client.post("/vouchers", data=form("10000"))
    assert "₹40,001.00 of it went before, below the threshold that is crossed now" in second.text
    assert "10% of ₹50,001.00. A row of ₹5,000.00 is proposed" in second.text
    grown = client.post(address, data=form("60000", version="3"))
    assert "A row of ₹6,000.00 is proposed" in grown.text
    assert "went before" not in grown.text
    assert client.post(address, data=form("60000", version="3", tds_seen="1")).status_code == 303
    assert desk.document(kept.id).version == 4
    no_breach(desk)


def test_what_cannot_be_marked_is_refused(desk: Desk, other: Desk, browse: Enter) -> None:
    other.party("Theirs", is_supplier=True)
    for name, kind, payee, field in (("Theirs", "rent", "", "name"), ("Rent", "salary", "", "kind"), ("Rent", "rent", "king", "payee")):
        assert field in refused(lambda name=name, kind=kind, payee=payee: mark(desk, name, kind, payee))  # type: ignore[misc]
    again = browse(desk.shop).post("/tds/marks", data={"name": "Nobody", "kind": "rent"})
    assert again.status_code == 422
    assert 'value="Nobody"' in again.text


@pytest.mark.parametrize("wish", ["draft", "optional", "postdated"])
def test_posting_what_is_kept_proposes_the_row_too(desk: Desk, browse: Enter, wish: str) -> None:
    """Kept before its party was marked, or below the threshold: the row is proposed where the voucher goes into the books."""
    desk.account("Fees")
    desk.party("Mehta", is_supplier=True)
    client = browse(desk.shop)
    day = {"date": "25-11-2026"} if wish == "postdated" else {}
    assert client.post("/vouchers", data=form("100000", wish=wish, **day)).status_code == 303
    kept = desk.rows()[0]
    address = f"/vouchers/documents/{kept.id}"
    mark(desk, "Mehta")
    assert (
        "No tax is deducted at source here. By 393(1), 1027 (Professional fees) it would be 10% of ₹1,00,000.00: ₹10,000.00"
        in client.get(address).text
    )
    posting = {"version": str(kept.version), "save_id": str(new_id())}
    shown = client.post(f"{address}/posting", data=posting)
    assert (shown.status_code, "A row of ₹10,000.00 is proposed" in shown.text) == (200, True)
    assert 'value="99,000.00"' in shown.text
    assert re.search(r'value="posted" checked', shown.text), "it is to go into the books"
    assert f'action="{address}"' in shown.text
    assert (desk.balances(), desk.document(kept.id).version) == ({}, 1), "nothing is written before it is accepted"
    stale = client.post(f"{address}/posting", data={**posting, "version": "7"})
    assert stale.status_code == 409
    rows = {"amount-3": "99000", "side-4": "C", "account-4": "TDS payable", "amount-4": "10000", "tds_seen": "1"}
    accepted = client.post(address, data=form("100000", version="1", wish="posted", **rows, **({"date": "20-11-2026"} if day else {})))
    assert accepted.status_code == 303
    assert desk.balances()["TDS payable"] == -10_000_00
    assert "No tax is deducted" not in client.get(address).text
    again = client.post(f"{address}/posting", data={"version": "2", "save_id": str(new_id())})
    assert again.status_code in (303, 409), "what stands is not asked"
    no_breach(desk)


def test_what_posted_itself_or_was_declined_says_what_it_lacks(desk: Desk, browse: Enter) -> None:
    desk.account("Fees")
    desk.party("Mehta", is_supplier=True)
    client = browse(desk.shop)
    assert client.post("/vouchers", data=form("100000")).status_code == 303
    kept = desk.rows()[0]
    address = f"/vouchers/documents/{kept.id}"
    assert "No tax is deducted" not in client.get(address).text
    mark(desk, "Mehta")
    assert "Amend it to have the row proposed." in client.get(address).text
    desk.cancel(kept.id)
    assert "No tax is deducted" not in client.get(address).text
