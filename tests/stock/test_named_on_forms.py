"""What a form names of batches and pieces: each mistake beside its field, what was typed kept, nothing written."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.test_pages import post, sign_in
from tests.sales.trade import Trade, open_trade
from tests.stock.test_tracked import LATER, OLD, receive
from webapp import company, stock
from webapp.books_check import verify_books
from webapp.parties import PartyDraft, create_party
from webapp.platform.tenancy import open_books
from webapp.stock import BatchFacts

Goods = tuple[Trade, dict[str, UUID]]


@pytest.fixture
def goods(client: FlaskClient, sharma: Shop) -> Goods:
    """Dal, syrup in two lots (one expired), two phones; a second store with a phone of its own; a supplier."""
    sign_in(client, sharma)
    trade = open_trade(sharma.actor)
    items = {
        "Dal": trade.item("Dal", 100, stock_of=5, cost=60),
        "Syrup": trade.item("Syrup", 100, stock_of=0, tracking="batch"),
        "Phone": trade.item("Phone", 500, stock_of=0, tracking="serial"),
    }
    for batch, expires in (("OLD", OLD), ("B1", LATER)):
        with open_books(sharma.actor) as books:
            stock.open_batch(books, items["Syrup"], BatchFacts(batch, expires))
        receive(trade, items["Syrup"], 5, 100, batch=batch)
    receive(trade, items["Phone"], 2, 200, serials=("SN1", "SN2"))
    with open_books(sharma.actor) as books:
        second = company.create_store(books, company.StoreDraft(name="Godown", code="GD"))
        items["supplier"] = create_party(books, PartyDraft(name="Gupta", is_supplier=True)).id
    receive(Trade(trade.actor, second, trade.items, trade.prices), items["Phone"], 1, 100, serials=("SN9",))
    items["store"], items["second"] = trade.store_id, second
    return trade, items


def error_of(html: str, field: str) -> str:
    """What stands beside a field."""
    found = re.search(rf'id="f-{field}-error"[^>]*>(.*?)</p>', html, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip() if found else ""


WRONG = [
    ("Syrup", "1", "NOPE", "", "batch", "There is no batch NOPE of Syrup"),
    ("Dal", "1", "B1", "", "batch", "Dal is not kept by batch"),
    ("Phone", "1", "", "SN9", "serials", "SN9 is in another store"),
    ("Phone", "1", "", "NOBODY", "serials", "There is no serial number NOBODY"),
    ("Phone", "2", "", "SN1", "serials", "2 pieces, 1 serial numbers"),
    ("Phone", "1", "", "SN1, SN1", "serials", "stands here twice"),
]


def test_a_transfer(client: FlaskClient, goods: Goods) -> None:
    _trade, items = goods
    typed = {"store": str(items["store"]), "to_store": str(items["second"]), "sent_on": "2026-11-20", "vehicle": "kept words"}
    for item, qty, batch, serials, field, words in WRONG:
        row = {"what": item, "qty": qty, "batch": batch, "serials": serials, "price": ""}
        status, html = post(client, "/transfers/new", "/transfers", id=str(uuid4()), **row, **typed)
        assert (status, words in error_of(html, f"{field}_1")) == (422, True), html[-3000:]
        assert all(f'value="{kept}"' in html for kept in (item, "kept words", *filter(None, (batch, serials))))


def test_an_invoice(client: FlaskClient, goods: Goods) -> None:
    _trade, items = goods
    typed = {"day": "2026-11-20", "store_id": str(items["store"]), "paid_by": "cash", "note": "kept words"}
    for item, qty, batch, serials, field, words in WRONG:
        if item == "Dal":  # the sheet has no such field for it
            continue
        row = {"item-1": item, "item_id-1": str(items[item]), "qty-1": qty, "batch-1": batch, "serials-1": serials}
        status, html = post(client, "/bills/new", "/bills", id=str(uuid4()), **row, **typed)
        assert (status, words in error_of(html, f"{field}-1"), "kept words" in html) == (422, True, True), html[-3000:]


FOUND = [
    ("Syrup", {"direction": "waste", "batch": "NOPE"}, "batch", "There is no batch NOPE"),
    (
        "Syrup",
        {"direction": "more", "batch": "N", "expires_on": "2026-01-01", "made_on": "2026-05-01"},
        "expires_on",
        "cannot expire before",
    ),
    ("Syrup", {"direction": "waste", "batch": "B1", "qty": "6"}, "qty", "5 on hand, 6 wanted"),
    ("Phone", {"direction": "waste", "serials": "SN9"}, "serials", "is in another store"),
    ("Phone", {"direction": "waste", "serials": "NOBODY"}, "serials", "There is no serial number NOBODY"),
    ("Phone", {"direction": "more", "serials": "SN1"}, "serials", "is in stock already"),
]


def test_wastage_and_what_is_found(client: FlaskClient, goods: Goods) -> None:
    _trade, items = goods
    for item, typed, field, words in FOUND:
        form = {"id": str(uuid4()), "item_id": str(items[item]), "store": str(items["store"]), "qty": "1", "reason": "damaged"}
        form |= {"adjusted_on": "2026-11-20", "note": "kept words"} | typed
        status, html = post(client, f"/stock/adjustments/new?item_id={items[item]}", "/stock/adjustments", **form)
        assert (status, words in error_of(html, field), "kept words" in html) == (422, True, True), html[-3000:]


RECEIVED = [
    ("Syrup", {}, "batch-1", "type the batch on its label"),
    ("Syrup", {"batch-1": "B1", "expires-1": "2030-01-01"}, "expires-1", "expires on 30-Jun-2027 in the books"),
    ("Dal", {"batch-1": "B1"}, "batch-1", "is not kept by batch"),
    ("Phone", {}, "serials-1", "one serial number for each piece"),
    ("Phone", {"serials-1": "SN1"}, "serials-1", "is in stock already"),
]


def test_a_receipt_of_goods(client: FlaskClient, goods: Goods) -> None:
    trade, items = goods
    for item, typed, field, words in RECEIVED:
        row = {"what-1": item, "key-1": f"item:{items[item]}", "qty-1": "1", "rate-1": "50", "party_id": str(items["supplier"])}
        head = {"id": str(uuid4()), "supplier": "Gupta", "received_on": "2026-11-20", "note": "kept words"}
        status, html = post(client, "/purchases/receipts/new", "/purchases/receipts", **head, **row, **typed)
        assert (status, words in error_of(html, field), "kept words" in html) == (422, True, True), html[-3000:]
    with open_books(trade.actor) as books:
        assert verify_books(books).breaches == []
