"""Goods lost on the way between stores: section 17(5)(h), told in 4A and 4B(1), and never twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests.counter.device import signed_in
from tests.input_tax.desk import NOVEMBER, TODAY, Desk
from webapp import company, input_tax, transfers
from webapp.company import StoreDraft
from webapp.gst_returns import registration
from webapp.input_tax import Table4, Tax, proposals, queries
from webapp.input_tax.rules import NOTHING
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty, rounded
from webapp.platform.tenancy import Books
from webapp.transfers.rules import Receive, ReceivedLine, Send, SendLine

KARNATAKA = "29AABCS1234D1ZR"


def sent(desk: Desk, to_store: UUID, arrived: int, *, on: date = TODAY) -> UUID:
    """Ten pieces go, so many thousandths arrive. Answers with the receipt."""
    buyer, id_, receipt = desk.buyer, new_id(), new_id()
    line = SendLine(buyer.items["Soap"], Qty(10_000))
    desk.act(transfers.send, Send(id_, buyer.store_id, to_store, on, (line,), new_id().hex))
    took = Receive(id_, receipt, on, (ReceivedLine(1, Qty(arrived)),), new_id().hex, "lost on the way")
    desk.act(transfers.receive, took)
    return receipt


def store(desk: Desk, name: str, **more: Any) -> UUID:
    found: UUID = desk.act(company.create_store, StoreDraft(name=name, code=name[:3].upper(), **more))
    return found


def both(desk: Desk, gstin: str) -> tuple[Table4, Tax]:
    def ask(books: Books) -> tuple[Table4, Tax]:
        of = registration(books, gstin)
        return input_tax.table_4(books, gstin, NOVEMBER), Tax(*queries.ledger_movement(books, of, NOVEMBER))

    found: tuple[Table4, Tax] = desk.read(ask)
    return found


@pytest.mark.parametrize("arrived", [10_000, 7_000, 0, 12_000])
def test_a_tax_invoice_tells_what_it_lost_in_4a_and_4b1(desk: Desk, other: Desk, app: Flask, arrived: int) -> None:
    desk.buy()
    far = store(desk, "Bengaluru", gstin=KARNATAKA)
    receipt = sent(desk, far, arrived)
    told, moved = both(desk, KARNATAKA)
    whole = told.other.tax.igst
    assert whole > 0
    lost = whole - rounded(whole * min(arrived, 10_000), 10_000)  # what is claimed is rounded, line by line
    assert told.other.tax == Tax(whole)
    assert told.rules.tax == Tax(lost)
    assert told.net == moved == Tax(whole - lost)
    # The sender's credit stays: he has supplied them. Nobody else's month knows of it.
    assert desk.read(lambda books: proposals.wasted(books, desk.gstin, NOVEMBER)) is None
    assert desk.read(lambda books: proposals.wasted(books, KARNATAKA, NOVEMBER)) is None
    assert (desk.told().net, other.told().rules.tax) == (desk.moved(), NOTHING)
    page = signed_in(app, desk.shop).get(f"/input-tax/papers/{receipt}?gstin={KARNATAKA}&month=202611")
    assert page.status_code == 200
    assert ("lost on the way" in page.get_data(as_text=True)) is (lost > 0)
    assert "told_as" not in page.get_data(as_text=True)


def test_what_a_challan_lost_is_proposed_with_what_was_wasted(desk: Desk, other: Desk) -> None:
    desk.buy()
    sent(desk, store(desk, "Godown"), 4_000)
    proposal = desk.read(lambda books: proposals.wasted(books, desk.gstin, NOVEMBER))
    assert proposal is not None
    assert proposal.tax == Tax(0, 54_00, 54_00)  # six of the ten that bore 90 and 90
    assert desk.read(lambda books: proposals.wasted(books, desk.gstin, NOVEMBER - 1)) is None
    assert other.read(lambda books: proposals.wasted(books, other.gstin, NOVEMBER)) is None
    assert desk.told().net == desk.moved() == Tax(0, 90_00, 90_00)
