"""A shop that sells scrap and cars at its desk, in two companies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from webapp import books_check, ledger
from webapp.app import connect_rooms
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books
from webapp.sales import office
from webapp.sales.typed import read_sheet
from webapp.tds import BuyerDraft, mark_buyer, mark_item, queries
from webapp.tds.challans import ChallanDraft, enter_challan
from webapp.tds.queries import DeductionRow, Wanted

TODAY = date(2026, 11, 20)
PAN, GSTIN = "AAPFU0939F", "27AAPFU0939F1ZV"


@dataclass
class Yard:
    """Its desk: items marked and not, customers, bills of the office."""

    trade: Trade
    buyers: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, shop: Shop) -> Yard:
        connect_rooms()
        own = cls(open_trade(shop.actor))
        for name, price in (("Iron scrap", 1180), ("Car", 1_180_000), ("Tape", 118)):
            own.trade.item(name, price, "gst-18", stock_of=10_000, cost=1, hsn="7204")
        own.buyers["Mart"] = own.trade.customer("Mart", gstin=GSTIN, state_code="27")
        own.buyers["Asha"] = own.trade.customer("Asha", state_code="27")
        with open_books(shop.actor) as books:
            mark_item(books, "Iron scrap", "scrap")
            mark_item(books, "Car", "vehicle")
        return own

    def know(self, name: str, **more: Any) -> None:
        with open_books(self.trade.actor) as books:
            mark_buyer(books, BuyerDraft(name, **more))

    def bill(self, *rows: tuple[str, str], party: str = "Mart", day: date = TODAY, **more: str) -> UUID:
        typed = {f"{name}-{number}": text for number, row in enumerate(rows, 1) for name, text in zip(("item", "qty"), row, strict=True)}
        sent = {"id": str(new_id()), "day": day.isoformat(), "pay": "credit", "party": party, **typed, **more}
        with open_books(self.trade.actor) as books:
            return office.issue_invoice(books, read_sheet(sent)).invoice_id

    def collected(self) -> list[DeductionRow]:
        with read_books(self.trade.actor) as books:
            return queries.deductions(books, Wanted(is_collected=True), newest_first=False)

    def owes(self, name: str = "Mart") -> int:
        with read_books(self.trade.actor) as books:
            return sum(ledger.party_totals(books, [self.buyers[name]]).values())

    def deposit(self, rows: list[DeductionRow], **more: Any) -> queries.ChallanRow:
        with open_books(self.trade.actor) as books:
            bank = next(one.id for one in ledger.chart_of_accounts(books).accounts if one.name == "Bank")
            tax = -(-sum(row.amount_paise for row in rows) // 100) * 100
            given = {"id": new_id(), "paid_on": TODAY, "bsr": "1234567", "serial": "00042", "minor_head": "200", "interest": 0, "fee": 0}
            asked = {**given, "account_id": bank, "tax": tax, "deductions": tuple(row.id for row in rows), "is_collected": True, **more}
            return enter_challan(books, ChallanDraft(**asked))

    def check(self) -> None:
        """The books are true, and TCS payable is what the register says."""
        with read_books(self.trade.actor) as books:
            assert [fault for one in books_check.verify_books(books).checks for fault in one.faults] == []
            assert queries.payable_balance(books, is_collected=True) == queries.register_balance(books, is_collected=True)


@pytest.fixture
def yard(engine: Engine, sharma: Shop) -> Yard:
    return Yard.of(sharma)


@pytest.fixture
def theirs(engine: Engine, iyer: Shop) -> Yard:
    return Yard.of(iyer)
