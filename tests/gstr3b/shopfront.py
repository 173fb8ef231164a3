"""A shop that sells and buys in October, and files what it owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from tests.ground.shops import Shop
from tests.gst_returns.month import Month
from tests.input_tax.desk import Desk
from tests.purchases.conftest import FAR_GSTIN, Buyer
from webapp import gst_returns, gstr3b, ledger
from webapp.gst_returns import File, FilingRow, ReturnPeriod
from webapp.gstr3b import Gstr3b
from webapp.input_tax import Tax
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books

OCTOBER, NOVEMBER = ReturnPeriod("month", 202610), ReturnPeriod("month", 202611)
EARLY, FILED = date(2026, 10, 5), date(2026, 11, 18)
GSTIN = "27AABCS1234D1ZV"
SUPPLIER_OF = {"27": "AABCG1234D1Z7", "33": "AABCG1234D1ZE"}
TAXES = ("igst", "cgst", "sgst", "cess")


@dataclass
class Front:
    """One shop with both its desks."""

    month: Month
    desk: Desk

    @classmethod
    def of(cls, shop: Shop, seed: int = 1) -> Front:
        month = Month.of(shop, seed)
        buyer = Buyer(shop.actor, month.trade.store_id, {name: month.trade.items[name] for name in ("Soap", "Salt")})
        buyer.item("Rice", "gst-5")
        near = shop.gstin[:2] + SUPPLIER_OF[shop.gstin[:2]]
        for name, gstin, state in (("Gupta Traders", near, shop.state_code), ("Far Traders", FAR_GSTIN, "29"), ("Cloud Inc", None, "96")):
            buyer.supplier(name, gstin=gstin, state_code=state)
        buyer.supplier("Porter", gstin=None, state_code=shop.state_code)
        return cls(month, Desk(buyer, shop))

    def told(self, period: ReturnPeriod = OCTOBER, gstin: str = GSTIN) -> Gstr3b:
        with read_books(self.month.trade.actor) as books:
            return gstr3b.gstr3b(books, gst_returns.registration(books, gstin), period)

    def asked(self, period: ReturnPeriod = OCTOBER, **more: Any) -> File:
        told = gstr3b.as_text(self.told(period))
        values = {"filed_on": FILED, "arn": "", "shown": sha256(told.encode()).hexdigest(), "form": gstr3b.FORM}
        return File(new_id(), GSTIN, period, **{**values, **more})

    def file_gstr1(self, period: ReturnPeriod = OCTOBER, day: date = FILED) -> FilingRow:
        shown = sha256(gst_returns.as_text(self.month.told(period)).encode()).hexdigest()
        with open_books(self.month.trade.actor) as books:
            return gst_returns.file_return(books, File(new_id(), GSTIN, period, day, "", shown))

    def file(self, wanted: File | None = None) -> FilingRow:
        asked = wanted or self.asked()
        with open_books(self.month.trade.actor) as books:
            return gstr3b.file_3b(books, asked)

    def deposit(self, day: date = FILED, id_: UUID | None = None, month: int = 0, cpin: str = "", **amounts: int) -> gstr3b.ChallanRow:
        """Rupees by `minor_head`: tax_cgst=100."""
        found: dict[str, Tax] = {}
        for minor in ("tax", "interest", "fee"):
            found[minor] = Tax(*(amounts.get(f"{minor}_{head}", 0) * 100 for head in TAXES))
        with open_books(self.month.trade.actor) as books:
            bank = ledger.heads(books)["bank"]
            return gstr3b.deposit(books, gstr3b.Deposit(id_ or new_id(), GSTIN, day, cpin, bank, month, found))

    def pay_what_is_missing(self, period: ReturnPeriod = OCTOBER, day: date = FILED) -> None:
        missing = self.ask(
            lambda books: gstr3b.payment(books, gstr3b.gstr3b(books, gst_returns.registration(books, GSTIN), period)).missing
        )
        amounts = {f"{minor}_{head}": getattr(of, head) // 100 for minor, of in missing.items() for head in TAXES}
        if any(amounts.values()):
            self.deposit(day, **amounts)

    def ask(self, question: Any) -> Any:
        with read_books(self.month.trade.actor) as books:
            return question(books)

    def cash(self) -> Tax:
        return self.ask(lambda books: gstr3b.balances(books, GSTIN, "cash")).get("tax", Tax())

    def credit(self) -> Tax:
        return self.ask(lambda books: gstr3b.credit_balance(books, GSTIN))

    def account(self, code: str) -> int:
        return self.month.trade.balance(code)
