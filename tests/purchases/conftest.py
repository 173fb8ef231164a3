"""A shop that buys: items, suppliers, and documents in one line of a test. Rupees in, documents out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.ground.shops import Shop
from webapp import books_check, catalogue, ledger, parties, purchases, stock
from webapp.company import default_store
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, indian_grouping
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.purchases import (
    Bill,
    BillLine,
    BillRow,
    LineKind,
    Note,
    NoteLine,
    Order,
    OrderLine,
    OrderRow,
    Receipt,
    ReceiptLine,
    ReceiptRow,
)
from webapp.stocktaking import settle_costs

TODAY = date(2026, 11, 20)
GSTIN = "27AAPFU0939F1ZV"  # Maharashtra
FAR_GSTIN = "29AABCI1234D1Z1"


def paise(rupees: str | float) -> Paise:
    return Paise(round(float(rupees) * 100))


@dataclass
class Buyer:
    """One shop's purchase desk."""

    actor: Actor
    store_id: UUID
    items: dict[str, UUID] = field(default_factory=dict)
    suppliers: dict[str, UUID] = field(default_factory=dict)

    def item(self, name: str, tax: str = "gst-18", **more: Any) -> UUID:
        with open_books(self.actor) as books:
            draft = catalogue.ItemDraft(
                name=name, price_millipaise=MilliPaise(20_000_000), tax_class_id=catalogue.tax_class_ids(books)[tax], **more
            )
            self.items[name] = catalogue.create_item(books, draft).id
        return self.items[name]

    def supplier(self, name: str, *, gstin: str | None = GSTIN, **more: Any) -> UUID:
        given = {"is_customer": False, "is_supplier": True, "gstin": gstin, **more}
        with open_books(self.actor) as books:
            self.suppliers[name] = parties.create_party(books, parties.PartyDraft(name=name, **given)).id
        return self.suppliers[name]

    def line(self, item: str, qty: float, rate: float, *, tax: float | None = None, off: float = 0, **more: Any) -> BillLine:
        return BillLine(kind=LineKind.ITEM, item_id=self.items[item], **_figures(qty, rate, tax, off), **more)

    def expense(self, account: str, amount: float, *, tax: float | None = None, **more: Any) -> BillLine:
        account_id = self.read(lambda books: ledger.heads(books)[account])
        return BillLine(kind=LineKind.EXPENSE, account_id=account_id, **_figures(1, amount, tax, 0), **more)

    def charge(self, name: str, amount: float, *, tax: float | None = None, **more: Any) -> BillLine:
        return BillLine(kind=LineKind.CHARGE, name=name, **_figures(1, amount, tax, 0), **more)

    def bill(self, *lines: BillLine, of: str = "Gupta Traders", number: str = "G-1", **more: Any) -> Bill:
        given: dict[str, Any] = {
            "id": new_id(),
            "party_id": self.suppliers[of],
            "supplier_number": number,
            "bill_date": TODAY,
            "voucher_date": TODAY,
            "store_id": self.store_id,
            "lines": lines,
            "body_sha256": new_id().hex,
        }
        return Bill(**{**given, **more})

    def enter(self, bill: Bill) -> BillRow:
        with open_books(self.actor) as books:
            return purchases.enter_bill(books, bill)

    def buy(self, *lines: BillLine, **more: Any) -> BillRow:
        return self.enter(self.bill(*lines, **more))

    def cancel(self, document_id: UUID, reason: str = "Entered twice") -> BillRow:
        with open_books(self.actor) as books:
            return purchases.cancel(books, document_id, reason=reason)

    def receive(self, *lines: ReceiptLine, of: str = "Gupta Traders", **more: Any) -> ReceiptRow:
        given: dict[str, Any] = {"id": new_id(), "party_id": self.suppliers[of], "received_on": TODAY, "store_id": self.store_id}
        with open_books(self.actor) as books:
            return purchases.receive(books, Receipt(**{**given, "lines": lines, "body_sha256": new_id().hex, **more}))

    def goods(self, item: str, qty: float, rate: float, **more: Any) -> ReceiptLine:
        return ReceiptLine(item_id=self.items[item], qty=Qty(round(qty * 1000)), rate=MilliPaise(round(rate * 100_000)), **more)

    def order(self, *lines: tuple[str, float, float], approved: bool = True, of: str = "Gupta Traders", **more: Any) -> OrderRow:
        wanted = tuple(
            OrderLine(item_id=self.items[item], qty=Qty(round(qty * 1000)), rate=MilliPaise(round(rate * 100_000)))
            for item, qty, rate in lines
        )
        given: dict[str, Any] = {"id": new_id(), "party_id": self.suppliers[of], "order_date": TODAY, "store_id": self.store_id}
        with open_books(self.actor) as books:
            kept = purchases.save_order(books, Order(**{**given, "lines": wanted, "body_sha256": new_id().hex, **more}))
            return purchases.approve(books, kept.id) if approved else kept

    def give_back(self, bill: BillRow, *lines: tuple[int, float], **more: Any) -> BillRow:
        back = tuple(NoteLine(line_no, Qty(round(qty * 1000))) for line_no, qty in lines)
        given: dict[str, Any] = {"id": new_id(), "against_id": bill.id, "note_date": TODAY, "reason": "Broken on the way", "lines": back}
        with open_books(self.actor) as books:
            return purchases.give_back(books, Note(**{**given, "body_sha256": new_id().hex, **more}))

    def done(self, order: OrderRow) -> dict[int, tuple[float, float]]:
        """Line → (received, billed)."""
        found = self.read(lambda books: purchases.order_done(books, order.id))
        return {line_no: (one.received / 1000, one.billed / 1000) for line_no, one in found.items()}

    def sell(self, item: str, qty: float, on: date = TODAY, *, allow: bool = True) -> None:
        """Goods go out, as a counter bill would take them."""
        with open_books(self.actor) as books:
            heads, document = ledger.heads(books), new_id()
            slip = StockSlip((Movement(1, self.items[item], self.store_id, Qty(round(-qty * 1000))),))
            policy = stock.Policy.ALLOW if allow else stock.Policy.REFUSE
            recorded = stock.record(books, document_id=document, kind="sale", moved_on=on, slip=slip, policy=policy)
            if recorded.cost:
                posted = Slip((debit(heads["cost-of-goods"], recorded.cost), credit(heads["stock-in-hand"], recorded.cost)))
                heading = ledger.Heading("sales", f"T/{document.hex[-6:]}", on, self.store_id, "test", document)
                ledger.post(books, voucher_id=document, heading=heading, slip=posted)
            settle_costs(books, recorded)

    def read(self, question: Callable[[Books], Any]) -> Any:
        with read_books(self.actor) as books:
            return question(books)

    def on_hand(self, item: str) -> tuple[float, float]:
        """(quantity, worth in rupees)."""
        found = self.read(lambda books: stock.on_hand(books, [self.items[item]]))[self.items[item]]
        return found.qty / 1000, found.value_paise / 100

    def balance(self, code: str) -> float:
        """An account's balance in rupees, debit positive."""

        def ask(books: Books) -> float:
            rows = {row.account_id: row.closing for row in ledger.trial_balance(books, date(2026, 4, 1), date(2027, 3, 31))}
            return float(rows.get(ledger.heads(books)[code], 0)) / 100

        return float(self.read(ask))

    def posted(self, document_id: UUID) -> str:
        """A voucher as an accountant writes it, its legs in the order of their names."""

        def ask(books: Books) -> str:
            voucher = ledger.voucher_or_none(books, document_id)
            names = {account.id: account.name for account in ledger.chart_of_accounts(books).accounts}
            assert voucher is not None
            said = [
                f"{names[line.account_id]} {indian_grouping(abs(line.amount))} {'Dr' if line.amount > 0 else 'Cr'}"
                for line in voucher.lines
            ]
            return " / ".join(sorted(said))

        return str(self.read(ask))

    def assert_true(self) -> None:
        """Every promise of the books is kept, and every kept total is what a replay gives."""

        def ask(books: Books) -> Sequence[object]:
            return [*books_check.verify_books(books).breaches, *books_check.replay(books)]

        assert self.read(ask) == []


def _figures(qty: float, rate: float, tax: float | None, off: float) -> dict[str, Any]:
    return {
        "qty": Qty(round(qty * 1000)),
        "rate": MilliPaise(round(rate * 100_000)),
        "rate_bp": None if tax is None else BasisPoints(round(tax * 100)),
        "discount": paise(off),
    }


def open_buyer(shop: Shop) -> Buyer:
    with read_books(shop.actor) as books:
        made = Buyer(shop.actor, default_store(books))
    made.item("Soap")
    made.item("Rice", "gst-5")
    made.supplier("Gupta Traders")
    return made


@pytest.fixture
def buyer(engine: Engine, sharma: Shop) -> Buyer:
    """The purchase desk of Sharma Stores."""
    return open_buyer(sharma)


@pytest.fixture
def other(engine: Engine, iyer: Shop) -> Buyer:
    """The purchase desk of Iyer Traders."""
    return open_buyer(iyer)
