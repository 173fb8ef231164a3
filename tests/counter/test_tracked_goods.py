"""Batches and pieces at the till: what it may pick from, what it has sold, and what came back. A bill is never lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.counter.device import Device
from tests.ground.shops import Shop
from tests.sales.trade import open_trade
from tests.stock.test_tracked import LATER, OLD, SOON, receive
from webapp import catalogue, company, sales, stock
from webapp.books_check import verify_books
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books
from webapp.sales import SaleRefused
from webapp.stock import BatchFacts


@pytest.fixture
def goods(sharma: Shop, till: Device) -> dict[str, UUID]:
    """Syrup in three lots (one expired, one with an MRP of Rs 90) and three phones, all in the till's store."""
    trade = open_trade(sharma.actor)
    found = {
        "Syrup": trade.item("Syrup", 100, stock_of=0, tracking="batch"),
        "Phone": trade.item("Phone", 500, stock_of=0, tracking="serial"),
    }
    for batch, expires, mrp in (("B0", OLD, None), ("B1", SOON, Paise(9000)), ("B2", LATER, Paise(11_000))):
        with open_books(sharma.actor) as books:
            stock.open_batch(books, found["Syrup"], BatchFacts(batch, expires, None, mrp))
        receive(trade, found["Syrup"], 5, 100, batch=batch)
    receive(trade, found["Phone"], 3, 300, serials=("SN1", "SN2", "SN3"))
    for name, rupees in (("Syrup", 100), ("Phone", 500)):
        till.items[name] = {"id": str(found[name]), "price": rupees * 100_000, "rate": 1800, "incl": True}
    return found


def shelves(till: Device, item: UUID | str = "") -> Any:
    return till.client.get(f"/sync/shelves?item={item}").get_json()


def lines_of(shop: Shop, command: dict[str, Any]) -> list[Any]:
    with read_books(shop.actor) as books:
        return list(sales.invoice(books, UUID(json.loads(command["body"])["id"])).lines)


def here(shop: Shop, item: UUID) -> list[str]:
    with read_books(shop.actor) as books:
        return stock.serials_here(books, [item], company.default_store(books))[item]


def true(shop: Shop) -> None:
    with open_books(shop.actor) as books:
        assert verify_books(books).breaches == []


def test_what_a_till_picks_from(till: Device, goods: dict[str, UUID], sharma: Shop, iyer: Shop, client: FlaskClient) -> None:
    told = shelves(till)
    syrup, phone = str(goods["Syrup"]), str(goods["Phone"])
    assert told["batches"] == [
        [syrup, "B0", OLD.isoformat(), None, 5000],
        [syrup, "B1", SOON.isoformat(), 9000, 5000],
        [syrup, "B2", LATER.isoformat(), 11_000, 5000],
    ]
    assert (told["serials"], told["whole"], told["item"]) == ([[phone, ["SN1", "SN2", "SN3"]]], True, None)
    assert (shelves(till, phone)["batches"], shelves(till, phone)["serials"]) == ([], told["serials"])
    assert shelves(till, new_id())["serials"] == [], "an item nobody has"
    theirs = open_trade(iyer.actor)
    strange = theirs.item("Theirs", 10, stock_of=0, tracking="serial")
    receive(theirs, strange, 1, 10, serials=("IYER1",))
    trade = open_trade(sharma.actor)
    with open_books(sharma.actor) as books:
        second = company.create_store(books, company.StoreDraft(name="Godown", code="GD"))
    receive(replace(trade, store_id=second), goods["Phone"], 1, 100, serials=("ELSEWHERE",))
    assert shelves(till) == {**told, "time": shelves(till)["time"]}, "neither another company's nor another store's"
    assert shelves(till, strange)["serials"] == []
    assert client.get("/sync/shelves").status_code == 401
    with read_books(sharma.actor) as books:
        cut = stock.shelves_in(books, trade.store_id, most=2)
    assert (len(cut.batches), len(cut.pieces), cut.is_whole) == (2, 2, False)


def test_what_is_named_leaves_and_comes_back(till: Device, goods: dict[str, UUID], sharma: Shop) -> None:
    bill = till.sell(
        till.line("Syrup", 2000, batch="B2", expires=LATER.isoformat(), mrp=11_000), till.line("Phone", 2000, serials=["SN3", "sn2"])
    )
    (result,) = till.push()
    assert (result["status"], result.get("flags", [])) == ("ok", [])
    assert [(line.batch, line.serials) for line in lines_of(sharma, bill)] == [("B2", ""), ("", "SN3, SN2")]
    assert here(sharma, goods["Phone"]) == ["SN1"]
    assert [row[4] for row in shelves(till)["batches"]] == [5000, 5000, 3000]
    back = till.take_back(bill, 2, 1000)
    body = json.loads(back["body"])
    body["lines"][0]["serials"] = ["SN2"]
    till.outbox.remove(back)
    till.command("return.issue", body, id=body["id"], series=body["series"], seq=body["seq"])
    (result,) = till.push()
    assert (result["status"], result.get("flags", [])) == ("ok", []), result
    assert sorted(here(sharma, goods["Phone"])) == ["SN1", "SN2"]
    true(sharma)


ODD: list[tuple[str, dict[str, Any], set[str]]] = [
    ("Phone", {"serials": ["NOBODY"]}, {"serial_unknown", "serial_assumed"}),
    ("Phone", {"serials": ["SN2", "SN3"]}, {"serial_unknown"}),
    ("Phone", {"serials": []}, {"serial_assumed"}),
    ("Syrup", {"batch": "NONE"}, {"batch_unknown", "above_mrp"}),
    ("Syrup", {"batch": "b0"}, {"batch_expired"}),
    ("Syrup", {"batch": "B1"}, {"above_mrp"}),
    ("Syrup", {"batch": "B1", "mrp": 9000}, {"above_mrp"}),
    ("Dal", {"batch": "B1", "serials": ["SN1"]}, set()),
]


def test_what_could_not_be_known_is_flagged(till: Device, goods: dict[str, UUID], sharma: Shop) -> None:
    for item, named, _flags in ODD:
        till.sell(till.line(item, **named))
    for result, (item, named, flags) in zip(till.push(), ODD, strict=True):
        assert (result["status"], set(result.get("flags", []))) == ("ok", flags), (item, named, result)
    true(sharma)


def test_one_piece_is_sold_once(till: Device, goods: dict[str, UUID], sharma: Shop) -> None:
    first = till.sell(till.line("Phone", serials=["SN1"]))
    second = till.sell(till.line("Phone", serials=["SN1"]), till.line("Phone", serials=["SN1"]))
    assert [set(result.get("flags", [])) for result in till.push()] == [set(), {"serial_unknown", "serial_assumed"}]
    assert [line.serials for line in (*lines_of(sharma, first), *lines_of(sharma, second))] == ["SN1", "SN2", "SN3"]
    assert here(sharma, goods["Phone"]) == []
    back = till.take_back(first, 1, 1000)
    body = json.loads(back["body"])
    body["lines"][0]["serials"] = ["SN9"]
    till.outbox.remove(back)
    till.command("return.issue", body, id=body["id"], series=body["series"], seq=body["seq"])
    (result,) = till.push()
    assert (result["status"], result.get("flags", [])) == ("ok", ["serial_unknown"])
    assert here(sharma, goods["Phone"]) == ["SN1"], "what the bill took comes back"
    true(sharma)


def test_why_what_expired_was_sold_is_kept(till: Device, goods: dict[str, UUID], sharma: Shop) -> None:
    bill = till.sell(till.line("Syrup", batch="B0"), expired_reason="for the laboratory")
    (result,) = till.push()
    assert (result["status"], result.get("flags", [])) == ("ok", ["batch_expired"])
    with read_books(sharma.actor) as books:
        rows = books.session.scalars(select(EditLogEntry.new).where(EditLogEntry.action == "override")).all()
    assert [(row or {})["reason"] for row in rows] == ["for the laboratory"]
    assert len(lines_of(sharma, bill)) == 1


def test_pieces_that_cannot_be_read_are_put_aside(till: Device, goods: dict[str, UUID]) -> None:
    strange: list[Any] = ["SN1", [1], ["x" * 61], [""], [["SN1"]], ["a\x00b"]]
    for serials in strange:
        till.sell(till.line("Phone", serials=serials))
    for result, serials in zip(till.push(), strange, strict=True):
        assert (result["status"], "serial" in result["reason"]) == ("quarantined", True), (serials, result)


def test_the_office_keeps_to_the_mrp_of_a_batch(sharma: Shop, goods: dict[str, UUID]) -> None:
    trade = open_trade(sharma.actor)
    trade.items["Syrup"], trade.prices["Syrup"] = goods["Syrup"], (MilliPaise(100 * 100_000), True)
    with pytest.raises(SaleRefused, match=r"MRP allows ₹90\.00"):
        trade.issue(trade.sale(trade.line("Syrup", batch="B1"), total=100))
    with pytest.raises(SaleRefused, match=r"MRP allows ₹540\.00"):
        trade.issue(trade.sale(trade.line("Syrup", 6), total=600))  # five of B1, one of B2
    assert trade.issue(trade.sale(trade.line("Syrup", batch="B2"), total=100)).flags == ()
    with open_books(sharma.actor) as books:
        assert catalogue.items_for_bill(books, [goods["Syrup"]], date(2026, 11, 20))
        assert stock.shelves_in(books, trade.store_id).batches[-1].qty == Qty(4000)


def test_who_may_sell_what_expired_is_told(owner: FlaskClient, till: Device) -> None:
    assert owner.get("/counter/session").get_json()["may_sell_expired"] is True
    assert [one["may_sell_expired"] for one in till.client.get("/sync/catalogue").get_json()["cashiers"]] == [True]
