"""A shop whose customers pay through the stand-in of Razorpay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.conftest import Clock
from tests.gateway.razorpay_api import HOOK_SECRET, KEY_ID, KEY_SECRET, Razorpay, Standing
from tests.ground.shops import Shop
from tests.sales.trade import CREDIT, Trade, open_trade
from webapp import gateway, ledger, outstandings
from webapp.books_check import verify_books
from webapp.gateway import PaymentRow, RequestRow, queries
from webapp.gateway.inbox import gateway_actor
from webapp.gateway.queries import AccountRow, Wanted
from webapp.platform import outside, sealing
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.queries import Issued


@dataclass
class Till:
    """One shop, its gateway, and what a test does with both. Amounts in paise."""

    trade: Trade
    api: Razorpay
    url: str
    party: UUID

    def set_up(self, **more: Any) -> None:
        with open_books(self.trade.actor) as books:
            kept = queries.account_or_none(books)
            given = {"is_on": True, "base_url": self.url, "key_id": KEY_ID, "key_secret": KEY_SECRET, "hook_secret": HOOK_SECRET}
            given |= {"bank_id": ledger.heads(books)["bank"], "tax_kind": "igst", "version": kept.version if kept else 0}
            gateway.set_up(books, gateway.SetUp(**{**given, **more}))

    def sell(self, qty: float = 1) -> Issued:
        return self.trade.sell(self.trade.line("Soap", qty), total=118 * qty, paid=CREDIT, party_id=self.party)

    def ask(self, document_id: UUID, shared: str = "bill", **more: Any) -> RequestRow:
        """Asked from the office, and sent by its job."""
        with open_books(self.trade.actor) as books:
            row = gateway.ask(books, shared, document_id, **more)
        gateway.send_request(self.trade.actor, row.id)
        return self.request(row.id)

    def request(self, request_id: UUID) -> RequestRow:
        with read_books(self.trade.actor) as books:
            return queries.request(books, request_id)

    def tell(self, name: str, event_id: str = "", **entities: Any) -> bool:
        """The gateway tells us, and the job does what it says."""
        body, signature = self.api.message(name, **entities)
        is_new = self.deliver(body, signature, event_id)
        self.work()
        return is_new

    def deliver(self, body: bytes, signature: str, event_id: str = "") -> bool:
        return gateway.keep_message(self.trade.actor.company_id, self.account.hook_id, body, signature, event_id)

    def work(self) -> None:
        with read_books(self.trade.actor) as books:
            waiting = queries.waiting_messages(books)
        for message_id in waiting:
            gateway.apply_message(gateway_actor(self.trade.actor.company_id), message_id)

    @property
    def account(self) -> AccountRow:
        with read_books(self.trade.actor) as books:
            found = gateway.account_or_none(books)
        assert found is not None
        return found

    def payments(self) -> list[PaymentRow]:
        with read_books(self.trade.actor) as books:
            return gateway.payments(books, Wanted())

    def only(self) -> PaymentRow:
        (found,) = self.payments()
        return found

    def owed(self) -> int:
        """What the customer's open bills come to."""
        with read_books(self.trade.actor) as books:
            return sum(item.open for item in outstandings.open_items(books, self.party) if item.open > 0)

    def balance(self, account_id: UUID) -> int:
        with read_books(self.trade.actor) as books:
            rows = ledger.balances_at(books, [books.today])
        return rows[account_id][0] if account_id in rows else 0

    @property
    def clearing(self) -> int:
        return self.balance(self.account.clearing_id)

    def require_true(self) -> None:
        with read_books(self.trade.actor) as books:
            assert verify_books(books).breaches == []


@pytest.fixture(scope="session")
def _standing() -> Iterator[Standing]:
    standing = Standing(Razorpay())
    yield standing
    standing.close()


@pytest.fixture
def api(_standing: Standing, clock: Clock) -> Razorpay:
    _standing.api = Razorpay(now=lambda: int(clock().timestamp()))
    return _standing.api


@pytest.fixture
def here() -> Iterator[None]:
    kept = outside._allowed, sealing._secret
    outside.use({"127.0.0.1"})
    sealing.use(kept[1] or "a secret of the tests alone")
    yield
    outside.use(kept[0])
    sealing.use(kept[1])


@pytest.fixture
def open_till(api: Razorpay, _standing: Standing, here: None) -> Callable[[Shop], Till]:
    import_module("webapp.printing.routes")  # names the kinds of documents that are paid by a link

    def open_for(shop: Shop) -> Till:
        trade = open_trade(shop.actor)
        trade.item("Soap", 118, hsn="340111")
        made = Till(trade, api, _standing.url, trade.customer("Meera"))
        made.set_up()
        return made

    return open_for


@pytest.fixture
def till(engine: Engine, sharma: Shop, open_till: Callable[[Shop], Till]) -> Till:
    """Sharma Stores, connected."""
    return open_till(sharma)
