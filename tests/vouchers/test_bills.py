"""A party's row settles the bills it names, and frees them when its voucher is taken back."""

from __future__ import annotations

import re
from dataclasses import replace

from flask.testing import FlaskClient

from tests.vouchers.conftest import Desk
from tests.vouchers.test_pages import form, send
from tests.vouchers.test_posting import no_breach, refused
from webapp import outstandings, vouchers
from webapp.platform.tenancy import read_books

__all__ = ["web"]
from tests.vouchers.test_pages import web


def open_of(desk: Desk, name: str) -> list[tuple[str, int]]:
    with read_books(desk.shop.actor) as books:
        return [(item.number, item.open) for item in outstandings.open_items(books, desk.people[name])]


def test_a_receipt_settles_the_bill_it_names_and_cancelling_frees_it(desk: Desk, web: FlaskClient) -> None:
    desk.party("Ravi")
    owed = desk.post("journal", ("Ravi", 500), ("Capital", -500))
    assert owed.voucher_id is not None
    key = f"{desk.accounts['Customers'].hex}:{desk.people['Ravi'].hex}"
    drawn = web.get(f"/vouchers/bills?key={key}&side=C&row=2").text
    assert "2600JV/000001" in drawn
    [bill] = re.findall(r'name="bill-2-1" value="([^"]+)"', drawn)
    sent = form(("D", "Cash", "300"), ("C", "Ravi", "300"), kind="receipt", **{"bill-2-1": bill, "part-2-1": "400"})
    status, text = send(web, sent)
    assert (status, "The bills take ₹400.00, and the row has ₹300.00." in text, 'value="400"' in text) == (422, True, True)
    status, text = send(web, {**sent, "part-2-1": "300"})
    assert (status, "2600RV/000001" in text) == (200, True)
    assert open_of(desk, "Ravi") == [("2600JV/000001", 20_000)]
    more = form(("D", "Cash", "300"), ("C", "Ravi", "300"), kind="receipt", **{"bill-2-1": bill, "part-2-1": "300"})
    status, text = send(web, more)
    assert (status, "₹200.00" in text) == (422, True)
    [taken] = [row for row in _documents(desk) if row.kind == "receipt"]
    amended = replace(vouchers.command_of(taken), narration="by cheque")
    desk.save(amended)
    assert open_of(desk, "Ravi") == [("2600JV/000001", 20_000)]
    desk.cancel(taken.id)
    assert open_of(desk, "Ravi") == [("2600JV/000001", 50_000)]
    no_breach(desk)


def test_a_row_may_be_a_new_bill_by_its_own_name(desk: Desk, web: FlaskClient) -> None:
    desk.party("Gupta", is_supplier=True)
    sent = form(
        ("D", "Rent", "300"), ("C", "Gupta", "300"), kind="journal", **{"ref-2": "new", "refname-2": "G/77", "refdue-2": "2026-12-20"}
    )
    assert send(web, sent)[0] == 200
    with read_books(desk.shop.actor) as books:
        [item] = outstandings.open_items(books, desk.people["Gupta"])
    assert (item.name, item.due_on.isoformat(), item.open) == ("G/77", "2026-12-20", -30_000)
    sent = form(("D", "Rent", "300"), ("C", "Gupta", "300"), kind="journal", **{"ref-2": "new"})
    status, text = send(web, sent)
    assert (status, "Type the number of the bill." in text) == (422, True)


def test_anothers_bills_are_not_there(desk: Desk, other: Desk, web: FlaskClient) -> None:
    other.party("Meera")
    other.post("journal", ("Meera", 500), ("Capital", -500))
    key = f"{other.accounts['Customers'].hex}:{other.people['Meera'].hex}"
    assert "2600JV" not in web.get(f"/vouchers/bills?key={key}&side=C&row=2").text
    desk.party("Ravi")
    theirs = {"parts": [[str(_documents(other)[0].voucher_id), 1, 100]]}
    entry = replace(desk.entry("Ravi", -5), bills=theirs)
    errors = refused(lambda: desk.post("receipt", ("Cash", 5), entry))
    assert set(errors) == {"bills-2"}


def _documents(desk: Desk) -> list[vouchers.DocumentRow]:
    with read_books(desk.shop.actor) as books:
        return list(vouchers.documents(books, vouchers.Wanted()).rows)
