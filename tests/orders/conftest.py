"""A desk where quotations, orders, challans and bills are made in one line of a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from webapp import orders, sales
from webapp.kernel.ids import new_id
from webapp.orders import DocumentView, HeadRow, NewDocument
from webapp.platform.tenancy import open_books, read_books
from webapp.sales import read_sheet


@dataclass
class Desk:
    """One shop's office. Rupees and units in, documents out."""

    trade: Trade
    party: UUID

    def sheet(self, *rows: tuple[str, ...], **more: str) -> dict[str, str]:
        names = ("item", "qty", "rate", "source")
        typed = {f"{name}-{number}": text for number, row in enumerate(rows, 1) for name, text in zip(names, row, strict=False)}
        return {"id": str(new_id()), "party_id": str(self.party), **typed, **more}

    def make(self, kind: str, *rows: tuple[str, ...], typed: Mapping[str, str] | None = None, **more: Any) -> HeadRow:
        sent = read_sheet(typed or self.sheet(*rows))
        asked = NewDocument(kind, sent, **({"purpose": "supply"} if kind == "challan" else {}), **more)
        with open_books(self.trade.actor) as books:
            return orders.create(books, asked)

    def convert(self, source: HeadRow | UUID, kind: str, id_: UUID | None = None) -> HeadRow:
        with open_books(self.trade.actor) as books:
            return orders.convert(books, source if isinstance(source, UUID) else source.id, kind, id_=id_ or new_id())

    def bill(self, source: HeadRow, id_: UUID | None = None) -> sales.Issued:
        with open_books(self.trade.actor) as books:
            return orders.invoice_from(books, source.id, id_=id_ or new_id())

    def deliver(self, order: HeadRow, **quantities: str) -> HeadRow:
        """A challan of some of an order: `deliver(order, Soap="4")`."""
        rows = [
            (line.name, quantities[line.name], "", f"{order.id}.{line.line_no}")
            for line in self.view(order).lines
            if line.name in quantities
        ]
        return self.make("challan", *rows)

    def back(self, challan: HeadRow, qty: int, line_no: int = 1, id_: UUID | None = None) -> HeadRow:
        with open_books(self.trade.actor) as books:
            return orders.take_back(books, challan.id, {line_no: qty * 1000}, id_=id_ or new_id(), reason="Not wanted")

    def act(self, verb: Any, document: HeadRow, **more: Any) -> None:
        with open_books(self.trade.actor) as books:
            verb(books, document.id, **({"version": self.view(document).head.version} | more))

    def view(self, document: HeadRow | UUID) -> DocumentView:
        with read_books(self.trade.actor) as books:
            return orders.document(books, document if isinstance(document, UUID) else document.id)

    def quantities(self, document: HeadRow, line_no: int = 1) -> tuple[int, int, int, int]:
        """(of it, used, returned, pending) of a line, in whole units."""
        line = self.view(document).lines[line_no - 1]
        return line.qty // 1000, line.used_qty // 1000, line.returned_qty // 1000, line.left // 1000


def open_desk(shop: Shop) -> Desk:
    trade = open_trade(shop.actor)
    trade.item("Soap", 118, cost=60)
    trade.item("Tea", 50, tax="gst-5", incl=False, cost=33.33)
    trade.item("Repair", 500, incl=False, stock_of=0, kind="service", is_stocked=False)
    return Desk(trade, trade.customer("Ravi Kumar", credit_days=30))


@pytest.fixture
def desk(sharma: Shop) -> Desk:
    return open_desk(sharma)


@pytest.fixture
def other(iyer: Shop) -> Desk:
    return open_desk(iyer)
