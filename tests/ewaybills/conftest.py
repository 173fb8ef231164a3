"""A shop whose goods travel, and whose e-way bills go to the stand-in of the portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.conftest import NOON, Clock
from tests.einvoice.conftest import HERE, THERE
from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, Irp, public_pem
from tests.ewaybills.portal import EwbPortal, Standing
from tests.ground.shops import Shop
from tests.sales.trade import CASH, Trade, open_trade
from webapp import ewaybills
from webapp.ewaybills import Carriage, Details, EwaybillRow, Kind, Road, SetUp
from webapp.platform import outside, sealing
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.queries import Issued

LORRY = Carriage(distance_km=150, mode="1", vehicle="MH12AB1234")
CARRIER = "27AAPFU0939F1ZV"


@dataclass
class Yard:
    """One shop, its customers, and the portal."""

    trade: Trade
    portal: EwbPortal
    irp: Irp
    url: str
    gstin: str
    near: UUID
    far: UUID

    def set_up(self, road: Road = Road.NIC, **more: Any) -> None:
        base = f"{self.url}/ewb" if road is Road.NIC else self.url
        given = {"base_url": base, "client_id": CLIENT, "client_secret": SECRET, "user_name": USER, "password": PASSWORD}
        asked = SetUp(self.gstin, 0, date(2026, 4, 1), road, portal_key=public_pem(), **given)
        with open_books(self.trade.actor) as books:
            kept = ewaybills.registrations(books).get(self.gstin)
            ewaybills.set_up(books, replace(asked, version=kept.version if kept else 0, **more))

    def sell(self, qty: int = 500, party: UUID | None = None, **more: Any) -> Issued:
        """A bill of so many soaps at ₹118; to another state unless told otherwise."""
        return self.trade.sell(self.trade.line("Soap", qty), total=118 * qty, paid=CASH, party_id=party or self.far, **more)

    def enlist(self, document_id: UUID, kind: Kind = Kind.INVOICE, *, by_choice: bool = False) -> EwaybillRow | None:
        with open_books(self.trade.actor) as books:
            return ewaybills.enlist(books, kind, document_id, by_choice=by_choice)

    def say(self, document_id: UUID, carriage: Carriage = LORRY, **more: Any) -> None:
        with open_books(self.trade.actor) as books:
            ewaybills.say_details(books, document_id, Details(self.row(document_id).version, carriage, **more))

    def make(self, bill: Issued, carriage: Carriage = LORRY) -> EwaybillRow:
        """Everything that a person and the jobs do for one bill."""
        self.enlist(bill.invoice_id, by_choice=True)
        self.say(bill.invoice_id, carriage)
        return self.send(bill.invoice_id)

    def send(self, document_id: UUID) -> EwaybillRow:
        ewaybills.send(self.trade.actor, document_id)
        return self.row(document_id)

    def do(self, act: Callable[..., object], document_id: UUID, *asked: Any) -> EwaybillRow:
        """Ask for something, and let the job do it."""
        with open_books(self.trade.actor) as books:
            act(books, document_id, *asked)
        return self.send(document_id)

    def row(self, document_id: UUID) -> EwaybillRow:
        with read_books(self.trade.actor) as books:
            found = ewaybills.ewaybill_or_none(books, document_id)
        assert found is not None
        return found


@pytest.fixture(scope="session")
def _standing() -> Iterator[tuple[EwbPortal, Irp, Standing]]:
    portal, irp = EwbPortal(now=lambda: NOON), Irp(now=lambda: NOON)
    standing = Standing(portal, irp)
    yield portal, irp, standing
    standing.close()


@pytest.fixture
def portal(_standing: tuple[EwbPortal, Irp, Standing], clock: Clock) -> EwbPortal:
    found, irp, _open = _standing
    for one, fresh in ((found, EwbPortal(now=clock)), (irp, Irp(now=clock))):
        for name, value in vars(fresh).items():
            if name != "lock":
                setattr(one, name, value)
    return found


@pytest.fixture
def open_yard(engine: Engine, portal: EwbPortal, _standing: tuple[EwbPortal, Irp, Standing]) -> Iterator[Callable[[Shop], Yard]]:
    kept = outside._allowed, sealing._secret
    outside.use({"127.0.0.1"})
    sealing.use(kept[1] or "a secret of the tests alone")

    def open_for(shop: Shop) -> Yard:
        trade = open_trade(shop.actor)
        trade.settings(legal_name=f"{shop.name} Private Limited", **(HERE if shop.state_code == "27" else THERE))
        trade.item("Soap", 118, hsn="340111", stock_of=100_000)
        near = trade.customer("Umbrella Traders", gstin="27AAPFU0939F1ZV", state_code="27", **{**HERE, "pin_code": "411002"})
        far = trade.customer("Beach Stores", gstin="33AAPFU0939F1Z2", state_code="33", **THERE)
        return Yard(trade, portal, _standing[1], _standing[2].url, shop.gstin, near, far)

    yield open_for
    outside.use(kept[0])
    sealing.use(kept[1])


@pytest.fixture
def yard(sharma: Shop, open_yard: Callable[[Shop], Yard]) -> Yard:
    """Sharma Stores, whose e-way bills leave by the portal's own interface."""
    found = open_yard(sharma)
    found.set_up()
    return found
