"""A workshop, seen from a test: parts in, goods made, in one line each. Rupees and whole units in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from tests.sales.trade import Trade
from webapp import assembly, ledger, stock
from webapp.assembly import BomDraft, BomLine, Cost, Journal, MakeLine, UseLine
from webapp.books_check import verify_books
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, Paise, Qty
from webapp.platform.tenancy import Books, open_books
from webapp.stock import BatchFacts
from webapp.stocktaking import Adjustment, Change, adjust_stock

TODAY = date(2026, 11, 20)


@dataclass
class Workshop:
    """One shop's bench."""

    trade: Trade
    items: dict[str, UUID] = field(default_factory=dict)

    def item(self, name: str, price: float = 100, **more: Any) -> UUID:
        self.items[name] = self.trade.item(name, price, stock_of=0, **more)
        return self.items[name]

    def receive(self, name: str, units: float, rupees: float, on: date = TODAY, batch: str = "", serials: tuple[str, ...] = ()) -> None:
        """Goods that cost so much altogether."""
        label = BatchFacts(batch) if batch else None
        change = Change(self.items[name], Qty(round(units * 1000)), Paise(round(rupees * 100)), label, serials)
        with open_books(self.trade.actor) as books:
            adjust_stock(books, Adjustment(new_id(), on, self.trade.store_id, "Opening stock", (change,), "opening"))

    def use(self, name: str, units: float = 1, **more: Any) -> UseLine:
        return UseLine(self.items[name], Qty(round(units * 1000)), **more)

    def make(self, name: str, units: float = 1, *, worth: float | None = None, **more: Any) -> MakeLine:
        value = None if worth is None else Paise(round(worth * 100))
        return MakeLine(self.items[name], Qty(round(units * 1000)), value=value, **more)

    def wages(self, rupees: float) -> Cost:
        with open_books(self.trade.actor) as books:
            return Cost(ledger.heads(books)["expenses"], Paise(round(rupees * 100)))

    def journal(self, used: list[UseLine], made: list[MakeLine], on: date = TODAY, **more: Any) -> Journal:
        asked: dict[str, Any] = {"id": new_id(), "store_id": self.trade.store_id, "body_sha256": new_id().hex, **more}
        return Journal(made_on=on, used=tuple(used), made=tuple(made), **asked)

    def post(self, used: list[UseLine], made: list[MakeLine], on: date = TODAY, **more: Any) -> UUID:
        asked = self.journal(used, made, on, **more)
        with open_books(self.trade.actor) as books:
            assembly.post(books, asked)
        return asked.id

    def cancel(self, journal_id: UUID) -> None:
        with open_books(self.trade.actor) as books:
            assembly.cancel(books, journal_id, "made by mistake")

    def bom(self, name: str, parts: Mapping[str, Any], *, makes: float = 1, on: date = date(2026, 4, 1), **more: Any) -> UUID:
        """What an item is made of. A part is a quantity, or (quantity, wastage %, share %)."""
        draft = self.draft(name, parts, makes=makes, on=on, **more)
        with open_books(self.trade.actor) as books:
            assembly.save_bom(books, draft)
        return draft.id

    def draft(self, name: str, parts: Mapping[str, Any], *, makes: float = 1, on: date = date(2026, 4, 1), **more: Any) -> BomDraft:
        lines = []
        for part, told in parts.items():
            qty, wastage, share = told if isinstance(told, tuple) else (told, 0, 0)
            lines.append(
                BomLine(self.items[part], Qty(round(qty * 1000)), BasisPoints(round(wastage * 100)), BasisPoints(round(share * 100)))
            )
        return BomDraft(more.pop("id", None) or new_id(), self.items[name], on, Qty(round(makes * 1000)), tuple(lines), **more)

    def at(self, name: str) -> tuple[int, int]:
        """Thousandths on hand and what they are worth, in paise."""
        found = self.trade.read(lambda books: stock.on_hand(books, [self.items[name]]))[self.items[name]]
        return found.qty, found.value_paise

    def true(self) -> None:
        """Every promise of the books is kept, and the stock account is what stock is worth."""
        assert self.trade.read(_breaches) == []
        worth = sum(self.at(name)[1] for name in self.items)
        assert self.trade.balance("stock-in-hand") == worth


def _breaches(books: Books) -> list[str]:
    return [str(one) for one in verify_books(books).breaches]
