"""A dealer under composition who buys and sells: quarters filled by the program's own verbs."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from tests.ground.shops import Shop
from tests.purchases.conftest import Buyer
from tests.sales.trade import Trade, open_trade
from webapp import composition, sales
from webapp.composition import service, writing
from webapp.gst_returns import File, FilingRow, ReturnPeriod
from webapp.kernel.dates import Period
from webapp.kernel.ids import new_id
from webapp.platform import clock
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import BillRow, TaxBy
from webapp.sales import office
from webapp.sales.typed import read_sheet

GSTIN = "27AABCS1234D1ZV"
SUPPLIER = "27AAPFU0939F1ZV"
FAR_SUPPLIER = "29AABCI1234D1Z1"
APRIL, JULY, OCTOBER = 202604, 202607, 202610
Q1, Q2, Q3 = (ReturnPeriod("quarter", month) for month in (202606, 202609, 202612))
YEAR = ReturnPeriod("year", 202703)
ITEMS = (
    ("Soap", 118, "gst-18", "3401"),
    ("Salt", 21, "nil", "2501"),
    ("Book", 93, "exempt", "4901"),
    ("Petrol", 97, "non-gst", "2710"),
    ("Repair", 333, "gst-18", "998711"),
)


@dataclass
class Dealer:
    """A shop under composition, seen from a test."""

    trade: Trade
    buyer: Buyer
    chance: random.Random
    bills: list[UUID] = field(default_factory=list)

    @classmethod
    def of(cls, shop: Shop, kind: str = "trader", seed: int = 1) -> Dealer:
        trade = open_trade(shop.actor)
        trade.settings(scheme="composition")
        buyer = Buyer(shop.actor, trade.store_id)
        for name, price, tax, hsn in ITEMS:
            buyer.items[name] = trade.item(name, price, tax, stock_of=10_000, cost=1, hsn=hsn)
        buyer.supplier("Gupta Traders", gstin=SUPPLIER)
        buyer.supplier("Far Mills", gstin=FAR_SUPPLIER)
        buyer.supplier("Ramu", gstin=None, state_code="27")
        buyer.supplier("Cloud Inc", gstin=None, state_code="96")
        made = cls(trade, buyer, random.Random(seed))
        if kind:
            made.say(kind)
        return made

    def say(self, kind: str, from_month: int = APRIL, gstin: str = GSTIN) -> None:
        with open_books(self.trade.actor) as books:
            composition.say_kind(books, gstin, from_month, kind)

    def sell(self, *rows: tuple[str, str], day: date | None = None, **more: str) -> UUID:
        typed = {f"{name}-{number}": text for number, row in enumerate(rows, 1) for name, text in zip(("item", "qty"), row, strict=True)}
        sent = {"id": str(new_id()), "day": (day or clock.today()).isoformat(), "pay": "cash", **typed, **more}
        with open_books(self.trade.actor) as books:
            made = office.issue_invoice(books, read_sheet(sent)).invoice_id
        self.bills.append(made)
        return made

    def buy(self, amount: float, of: str, day: date, *, is_reverse: bool = False, tax: float = 18) -> BillRow:
        line = self.buyer.expense("expenses", amount, tax=tax)
        more: dict[str, Any] = {"tax_by": TaxBy.REVERSE_CHARGE} if is_reverse else {}
        return self.buyer.buy(line, of=of, number=new_id().hex[-10:], bill_date=day, voucher_date=day, **more)

    def at_random(self, span: Period) -> None:
        """One paper or another, on a day of the span."""
        last = min(span.last_day, clock.today())
        day = span.first_day + timedelta(days=self.chance.randrange((last - span.first_day).days + 1))
        kind = self.chance.choice(("sell", "sell", "sell", "back", "cancel", "buy", "reverse", "reverse", "services"))
        if kind == "sell":
            names = self.chance.sample([row[0] for row in ITEMS], self.chance.randrange(1, 4))
            self.sell(*((name, str(self.chance.randrange(1, 8))) for name in names), day=day)
        elif kind == "buy":
            self.buy(
                self.chance.randrange(1, 9999) / 100,
                self.chance.choice(("Gupta Traders", "Far Mills")),
                day,
                tax=self.chance.choice((5, 18)),
            )
        elif kind == "reverse":
            of = self.chance.choice(("Gupta Traders", "Ramu", "Cloud Inc"))
            self.buy(self.chance.randrange(1, 99999) / 100, of, day, is_reverse=True, tax=self.chance.choice((5, 18)))
        elif kind == "services":
            self.buy(self.chance.randrange(1, 999), "Ramu", day, tax=0)
        elif self.bills:
            self._undo(self.chance.choice(self.bills), kind)

    def _undo(self, bill: UUID, kind: str) -> None:
        view = self.trade.read(lambda books: sales.invoice(books, bill))
        if view.cancellation is not None or view.notes:
            return
        if kind == "back":
            self.trade.take_back(bill, (1, self.chance.randrange(1, view.lines[0].qty // 1000 + 1)))
        elif view.header.invoice_date.month == clock.today().month:
            self.trade.cancel(bill)

    def told(self, period: ReturnPeriod = Q2, paid_on: date | None = None) -> composition.Cmp08:
        with read_books(self.trade.actor) as books:
            return composition.cmp08(books, GSTIN, period, paid_on)

    def year(self) -> composition.Gstr4:
        with read_books(self.trade.actor) as books:
            return composition.gstr4(books, GSTIN, YEAR)

    def asked(self, period: ReturnPeriod = Q2, **more: Any) -> File:
        shown = (
            service.digest_of(self.told(period)) if period.kind != "year" else sha256(writing.gstr4_text(self.year()).encode()).hexdigest()
        )
        given: dict[str, Any] = {"id": new_id(), "gstin": GSTIN, "period": period, "filed_on": clock.today(), "arn": "", "shown": shown}
        return File(**{**given, **more})

    def file(self, wanted: File) -> FilingRow:
        with open_books(self.trade.actor) as books:
            verb = composition.file_year if wanted.period.kind == "year" else composition.file_statement
            return verb(books, wanted)

    def reopen(self, filing_id: UUID, reason: str = "Entered by mistake") -> FilingRow:
        with open_books(self.trade.actor) as books:
            return composition.reopen(books, filing_id, reason)
