"""A shop whose documents go to the stand-in of the portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.conftest import NOON, Clock
from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, Irp, Standing, public_pem
from tests.ground.shops import Shop
from tests.sales.trade import CASH, Trade, open_trade
from webapp import einvoice, sales
from webapp.einvoice import EinvoiceRow, Road, SetUp
from webapp.platform import outside, sealing
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.queries import Issued
from webapp.tax.signed_qr import KEY_FILE

HERE = {"address": "12 MG Road", "city": "Pune", "pin_code": "411001"}
THERE = {"address": "1 Beach Road", "city": "Chennai", "pin_code": "600001"}


@dataclass
class Desk:
    """One shop, its customers, and the portal."""

    trade: Trade
    irp: Irp
    url: str
    gstin: str
    near: UUID
    far: UUID

    def set_up(self, road: Road = Road.NIC, **more: Any) -> None:
        given = {"base_url": self.url, "client_id": CLIENT, "client_secret": SECRET, "user_name": USER, "password": PASSWORD}
        asked = SetUp(self.gstin, 0, date(2026, 4, 1), 10, road, portal_key=public_pem(), **given)
        with open_books(self.trade.actor) as books:
            kept = einvoice.registrations(books).get(self.gstin)
            einvoice.set_up(books, replace(asked, version=kept.version if kept else 0, **more))

    def sell(self, party: UUID | None = None, qty: float = 1, **more: Any) -> Issued:
        return self.trade.sell(self.trade.line("Soap", qty), total=118 * qty, paid=CASH, party_id=party or self.near, **more)

    def enlist(self, bill: Issued) -> EinvoiceRow | None:
        with open_books(self.trade.actor) as books:
            return einvoice.enlist(books, bill.invoice_id)

    def send(self, bill: Issued) -> EinvoiceRow:
        """What the job does after a bill."""
        self.enlist(bill)
        einvoice.send(self.trade.actor, bill.invoice_id)
        return self.row(bill)

    def row(self, bill: Issued) -> EinvoiceRow:
        with read_books(self.trade.actor) as books:
            found = einvoice.einvoice_or_none(books, bill.invoice_id)
        assert found is not None
        return found

    def cancel_bill(self, bill: Issued) -> None:
        """Cancel a bill and do what the jobs do then."""
        with open_books(self.trade.actor) as books:
            sales.cancel(books, bill.invoice_id, reason="Wrong customer", at=books.now)
        with open_books(self.trade.actor) as books:
            einvoice.withdraw(books, bill.invoice_id)
        einvoice.cancel(self.trade.actor, bill.invoice_id)


@pytest.fixture(scope="session")
def _portal() -> Iterator[tuple[Irp, Standing]]:
    irp = Irp(now=lambda: NOON)
    standing = Standing(irp)
    yield irp, standing
    standing.close()


@pytest.fixture
def irp(_portal: tuple[Irp, Standing], clock: Clock) -> Irp:
    found, _standing = _portal
    fresh = Irp(now=clock)
    for name, value in vars(fresh).items():
        setattr(found, name, value)
    return found


@pytest.fixture
def portal_keys(var_dir: Path) -> Iterator[None]:
    """This machine knows the portal's key."""
    (var_dir / KEY_FILE).write_text(public_pem())
    yield
    (var_dir / KEY_FILE).unlink()


@pytest.fixture
def open_desk(engine: Engine, irp: Irp, _portal: tuple[Irp, Standing]) -> Iterator[Callable[[Shop], Desk]]:
    kept = outside._allowed, sealing._secret
    outside.use({"127.0.0.1"})
    sealing.use(kept[1] or "a secret of the tests alone")

    def open_for(shop: Shop) -> Desk:
        trade = open_trade(shop.actor)
        trade.settings(legal_name=f"{shop.name} Private Limited", **(HERE if shop.state_code == "27" else THERE))
        trade.item("Soap", 118, hsn="340111")
        near = trade.customer("Umbrella Traders", gstin="27AAPFU0939F1ZV", state_code="27", **HERE)
        far = trade.customer("Beach Stores", gstin="33AAPFU0939F1Z2", state_code="33", **THERE)
        return Desk(trade, irp, _portal[1].url, shop.gstin, near, far)

    yield open_for
    outside.use(kept[0])
    sealing.use(kept[1])


@pytest.fixture
def desk(sharma: Shop, open_desk: Callable[[Shop], Desk]) -> Desk:
    """Sharma Stores, whose documents leave by the portal's own interface."""
    found = open_desk(sharma)
    found.set_up()
    return found
