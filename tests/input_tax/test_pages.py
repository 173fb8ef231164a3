"""The pages: a month looked at, posted, drilled into and taken back; what is typed is kept; nobody else's is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.input_tax.desk import NOVEMBER, Desk
from tests.input_tax.test_reversals import OLD, sell_untaxed
from webapp.input_tax import posted

WHERE = "gstin=27AABCS1234D1ZV&month=202611"


@pytest.fixture
def enter(app: Flask) -> Callable[[Shop], FlaskClient]:
    """A browser in which a shop's owner has signed in."""
    return lambda shop: signed_in(app, shop)


def field(text: str, name: str, form: str) -> str:
    own = text[text.index(form) :]
    found = re.search(rf'name="{name}" value="([^"]*)"', own)
    assert found is not None
    return found[1]


def test_the_pages_tell_post_and_take_back(desk: Desk, other: Desk, enter: Callable[[Shop], FlaskClient], iyer: Shop) -> None:
    desk.buy(day=OLD)
    desk.buy(desk.buyer.line("Soap", 1, 50), desk.buyer.expense("expenses", 100, tax=18, is_claimed=False))
    client = enter(desk.shop)
    text = client.get(f"/input-tax?{WHERE}").get_data(as_text=True)
    assert "4A(5) All other credit" in text
    assert "2600PB/000002" in text
    month = client.get(f"/input-tax/reversals?{WHERE}").get_data(as_text=True)
    form = f"/input-tax/reversals/37?{WHERE}".replace("&", "&amp;")
    names = ["csrf_token", "id", *(f"shown-{head}" for head in ("igst", "cgst", "sgst", "cess"))]
    sent = {name: field(month, name, form) for name in names}
    assert sent["shown-cgst"] == "90.00"
    stale = client.post(f"/input-tax/reversals/37?{WHERE}", data=sent | {"shown-cgst": "90.01"})
    assert stale.status_code == 409
    answers = [client.post(f"/input-tax/reversals/37?{WHERE}", data=sent) for _click in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    shown = client.get(answers[0].location).get_data(as_text=True)
    assert "2600IR/000001" in shown
    assert "Rule 37" in shown
    for part in ("", "/reversals/posted", "/statement", "/capital-goods"):
        assert client.get(f"/input-tax{part}?{WHERE}").status_code == 200
        for form_name in ("csv", "xlsx"):
            assert client.get(f"/input-tax{part}?{WHERE}&format={form_name}").status_code == 200
    csv = client.get(f"/input-tax?{WHERE}&format=csv&state=blocked").get_data(as_text=True)
    assert "2600PB/000002" in csv
    assert "2600PB/000001" not in csv
    refused = client.post(f"{answers[0].location}/cancellation", data={"csrf_token": sent["csrf_token"], "reason": ""})
    assert refused.status_code == 422
    assert client.post(f"{answers[0].location}/cancellation", data={"reason": "Paid", "csrf_token": sent["csrf_token"]}).status_code == 303
    elsewhere = enter(iyer)
    assert elsewhere.get(answers[0].location).status_code == 404
    assert elsewhere.get(f"/input-tax?{WHERE}").status_code == 404
    assert desk.told().net == desk.moved()


def test_what_is_typed_is_kept_and_refused_beside_its_field(desk: Desk, enter: Callable[[Shop], FlaskClient]) -> None:
    sell_untaxed(desk, 1000)
    desk.buy(desk.buyer.expense("expenses", 1000, tax=18))
    client = enter(desk.shop)
    page = client.get(f"/input-tax/reversals?{WHERE}").get_data(as_text=True)
    token = field(page, "csrf_token", "<main")
    wrong = {"csrf_token": token, "rule": "37A", "igst": "1.234", "cgst": "5", "reason": "Odd"}
    answer = client.post(f"/input-tax/reversals/typed?{WHERE}", data=wrong)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="1.234"' in text, 'value="Odd"' in text) == (422, True, True)
    again = client.post(f"/input-tax/reversals/typed?{WHERE}", data=wrong | {"igst": "1", "rule": "again"})
    assert "would be claimed again" in again.get_data(as_text=True)
    assert desk.read(lambda books: posted.reversals(books, desk.gstin)) == []
    # T4 typed: half of the common credit served taxable sales alone.
    typed = {"typed": "1", "taxable-cgst": "45", "taxable-sgst": "45"}
    worked = client.get("/input-tax/reversals", query_string={"gstin": desk.gstin, "month": NOVEMBER, **typed})
    assert "11.25" in worked.get_data(as_text=True)
    shown = {"shown-cgst": "11.25", "shown-sgst": "11.25", "id": "01a20021-3d1c-78ea-8a4a-1b99395e7231"}
    made = client.post(f"/input-tax/reversals/42?{WHERE}", data={"csrf_token": token, **typed, **shown})
    assert made.status_code == 303
    too_much = client.post(f"/input-tax/reversals/42?{WHERE}", data={"csrf_token": token, **typed, "taxable-cgst": "91"})
    assert too_much.status_code == 422


def test_capital_goods_and_the_standing_of_a_registration(desk: Desk, enter: Callable[[Shop], FlaskClient]) -> None:
    client = enter(desk.shop)
    token = field(client.get(f"/input-tax/capital-goods?{WHERE}").get_data(as_text=True), "csrf_token", "<main")
    sent = {"csrf_token": token, "name": "Cold room", "paper_date": "2026-09-03", "cgst": "600", "sgst": "600", "use": "common"}
    assert client.post(f"/input-tax/capital-goods?{WHERE}", data=sent | {"use": "both"}).status_code == 422
    assert client.post(f"/input-tax/capital-goods?{WHERE}", data=sent).status_code == 303
    (asset,) = desk.read(lambda books: posted.assets(books, desk.gstin))
    ended = {"csrf_token": token, "use": "taxable", "ended_on": "2026-09-01", "version": "1"}
    address = f"/input-tax/capital-goods/{asset.id}?{WHERE}"
    assert client.post(address, data=ended).status_code == 422
    assert client.post(address, data=ended | {"ended_on": ""}).status_code == 303
    assert client.post(address, data=ended | {"ended_on": ""}).status_code == 409
    standing = {"csrf_token": token, "igst": "10", "is_bank": "1", "version": "0"}
    assert client.post(f"/input-tax/statement?{WHERE}", data=standing).status_code == 303
    assert client.post(f"/input-tax/statement?{WHERE}", data=standing).status_code == 409
    desk.buy(day=date(2026, 11, 2))
    assert "Rule 38" in client.get(f"/input-tax/reversals?{WHERE}").get_data(as_text=True)


def test_a_person_says_what_a_paper_is(desk: Desk, enter: Callable[[Shop], FlaskClient]) -> None:
    journal = desk.journal("input-igst", "expenses", 50)
    bill = desk.buy(desk.buyer.expense("expenses", 100, tax=18, is_claimed=False))
    client = enter(desk.shop)
    for id_, line, word, cell in ((journal, "0", "isd", "isd"), (bill.id, "1", "late", "ineligible")):
        page = client.get(f"/input-tax/papers/{id_}?{WHERE}")
        sent = {"csrf_token": field(page.get_data(as_text=True), "csrf_token", "<main"), "line": line, "told_as": word}
        assert client.post(f"/input-tax/papers/{id_}?{WHERE}", data=sent | {"told_as": "gift"}).status_code == 422
        assert client.post(f"/input-tax/papers/{id_}?{WHERE}", data=sent).status_code == 303
        assert getattr(desk.told(), cell).tax.total > 0


@pytest.mark.parametrize("where", ["gstin=27AABCS1234D1ZV&month=202613", "gstin=27AABCS1234D1ZV&month=x", "gstin=99&month=202611"])
def test_an_address_of_no_month_or_registration_is_not_found(desk: Desk, enter: Callable[[Shop], FlaskClient], where: str) -> None:
    assert enter(desk.shop).get(f"/input-tax?{where}").status_code == 404
