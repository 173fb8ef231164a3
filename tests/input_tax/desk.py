"""A shop whose months of input tax can be filled: bills of every kind, notes, journals, and what the return says of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.ground.shops import Shop
from tests.purchases.conftest import FAR_GSTIN, Buyer, open_buyer
from webapp import input_tax, ledger
from webapp.gst_returns import registration
from webapp.input_tax import Table4, Tax, queries
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.purchases import BillRow, Customs, TaxBy

TODAY = date(2026, 11, 20)
NOVEMBER, OCTOBER = 202611, 202610
GSTIN = "27AABCS1234D1ZV"
PAPERS = ("plain", "plain", "far", "blocked", "services", "reverse_charge", "abroad", "import", "note", "cancel", "journal", "used")


@dataclass
class Desk:
    """One shop. Rupees in, returns out."""

    buyer: Buyer
    shop: Shop
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    bills: list[BillRow] = field(default_factory=list)
    papers: int = 0

    @classmethod
    def of(cls, shop: Shop) -> Desk:
        made = cls(open_buyer(shop), shop)
        made.buyer.supplier("Far Traders", gstin=FAR_GSTIN)
        made.buyer.supplier("Cloud Inc", gstin=None, state_code="96")
        made.buyer.supplier("Porter", gstin=None, state_code=shop.state_code)
        made.buyer.item("Salt", "nil")
        return made

    def buy(self, *lines: Any, day: date = TODAY, **more: Any) -> BillRow:
        self.papers += 1
        number = f"N-{self.papers}"
        more.setdefault("voucher_date", day)
        row = self.buyer.buy(*(lines or (self.buyer.line("Soap", 10, 100),)), **{"number": number, "bill_date": day, **more})
        self.bills.append(row)
        return row

    def at_random(self, first: date) -> None:
        """One paper or another, on a day of a month."""
        day = first + timedelta(days=self.chance.randrange((TODAY - first).days + 1))
        amount = self.chance.randrange(1_00, 90_000_00) / 100
        buyer, kind = self.buyer, self.chance.choice(PAPERS)
        if kind == "plain":
            self.buy(buyer.line("Soap", 3, amount), buyer.line("Rice", 2, amount), day=day)
        elif kind == "far":
            self.buy(buyer.line("Soap", 1, amount), of="Far Traders", day=day)
        elif kind == "blocked":
            self.buy(buyer.line("Soap", 1, amount), buyer.expense("expenses", amount, tax=18, is_claimed=False), day=day)
        elif kind == "services":
            self.buy(buyer.expense("expenses", amount, tax=5), day=day)
        elif kind in ("reverse_charge", "abroad"):
            of = "Cloud Inc" if kind == "abroad" else "Porter"
            self.buy(buyer.expense("expenses", amount, tax=18), of=of, tax_by=TaxBy.REVERSE_CHARGE, day=day)
        elif kind == "import":
            self.imported(amount, day)
        elif kind == "journal":
            self.journal("input-cgst", "expenses", amount, day)
        elif kind == "used":
            self.journal("output-cgst", "input-cgst", amount, day)
        elif self.bills:
            self._later(kind)

    def imported(self, amount: float, day: date = TODAY) -> BillRow:
        cash = self.buyer.read(lambda books: ledger.heads(books)["bank"])
        igst = Paise(round(amount * 18))
        customs = Customs(str(1_000_000 + len(self.bills)), day, "INNSA1", Paise(round(amount * 100)), Paise(5_00), igst, Paise(0), cash)
        return self.buy(self.buyer.line("Soap", 1, amount), of="Cloud Inc", tax_by=TaxBy.IMPORT, customs=customs, day=day)

    def _later(self, kind: str) -> None:
        bill = self.chance.choice(self.bills)
        if any(one.against_id == bill.id for one in self.bills) or bill.against_id or bill.tax_by != "supplier":
            return
        if kind == "note":
            self.bills.append(self.buyer.give_back(bill, (1, 1)))
        else:
            self.buyer.cancel(bill.id)
            self.bills.remove(bill)

    def journal(self, dr: str, cr: str, amount: float, day: date = TODAY) -> UUID:
        """A voucher as a person enters it."""
        with open_books(self.shop.actor) as books:
            heads, id_ = ledger.heads(books), new_id()
            slip = Slip((debit(heads[dr], round(amount * 100)), credit(heads[cr], round(amount * 100))))
            heading = ledger.Heading("journal", f"J/{id_.hex[-6:]}", day, self.buyer.store_id, "voucher", id_, "By hand")
            ledger.post(books, voucher_id=id_, heading=heading, slip=slip)
            return id_

    @property
    def gstin(self) -> str:
        return self.shop.gstin

    def told(self, month: int = NOVEMBER) -> Table4:
        found: Table4 = self.read(lambda books: input_tax.table_4(books, self.gstin, month))
        return found

    def moved(self, month: int = NOVEMBER) -> Tax:
        return Tax(*self.read(lambda books: queries.ledger_movement(books, registration(books, self.gstin), month)))

    def read(self, question: Any) -> Any:
        with read_books(self.shop.actor) as books:
            return question(books)

    def act(self, verb: Any, *given: Any, **more: Any) -> Any:
        """A verb of the room in a transaction of its own."""
        with open_books(self.shop.actor) as books:
            return verb(books, *given, **more)


__all__ = ["Books", "Desk"]
