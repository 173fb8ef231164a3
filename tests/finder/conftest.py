"""A shop in which something of every kind can be found, and people of every role who look for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.reports.conftest import as_role, trade  # noqa: F401 - fixtures
from tests.reports.ledgers import LAST, Ledgers
from tests.sales.trade import CREDIT, Trade
from webapp.platform.permissions import Role

SignIn = Callable[[Shop, Role], FlaskClient]
BARCODE = "8901030865275"


@dataclass(frozen=True, slots=True)
class Stocked:
    """What there is to find, as addresses."""

    bill: str
    number: str
    rent: str
    party: str
    item: str


@pytest.fixture
def stocked(sharma: Shop, trade: Trade) -> Stocked:  # noqa: F811
    """A bill on credit for ₹1,250 to Meera Deshpande, a voucher of ₹777.50, and dal with a barcode."""
    meera = trade.customer("Meera Deshpande", phone="+919822012345", local_name="मीरा", gstin="27AAPFU0939F1ZV")
    trade.item("Toor Dal 1 kg", 250, "gst-5", stock_of=100, cost=200, local_name="तूर दाल", sku="DAL-1", codes=(BARCODE,))
    bill = trade.sell(trade.line("Toor Dal 1 kg", 5), total=1250, paid=CREDIT, party_id=meera)
    rent = Ledgers(sharma.actor).post(LAST, ("expenses", 777_50), ("cash", -777_50), kind="payment", narration="Rent of the godown")
    return Stocked(
        f"/bills/{bill.invoice_id}", bill.number, f"/vouchers/{rent}", f"/parties/{meera}", f"/items/{trade.items['Toor Dal 1 kg']}"
    )
