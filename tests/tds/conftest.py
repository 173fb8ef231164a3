"""An accountant's desk with suppliers of whose bills tax is deducted, in two shops."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.ground.shops import Shop
from tests.purchases.conftest import Buyer
from tests.vouchers.conftest import Desk, desk, other
from webapp import books_check, company, ledger, purchases
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books
from webapp.tds import MarkDraft, mark_head, queries
from webapp.tds.challans import ChallanDraft, enter_challan
from webapp.tds.queries import DeductionRow, EventRow

__all__ = ["desk", "other"]
TODAY = date(2026, 11, 20)


class Office(Desk):
    """A desk with a supplier of whose bills tax is deducted."""

    buyer: Buyer

    def supplier(self, name: str = "Mehta", kind: str = "contractor", **more: Any) -> UUID:
        self.buyer.supplier(name, gstin=None)
        self.people[name] = self.buyer.suppliers[name]
        self.mark(name, kind, **{"pan": "ABCCK1234F", **more})
        return self.people[name]

    def mark(self, name: str, kind: str, **more: Any) -> None:
        with open_books(self.shop.actor) as books:
            mark_head(books, MarkDraft(name, kind, **more))

    def bill(self, rupees: float, of: str = "Mehta", **more: Any) -> purchases.BillRow:
        number = f"B-{new_id().hex[-8:]}"
        return self.buyer.buy(self.buyer.expense("expenses", rupees), of=of, number=number, **more)

    def events(self) -> list[EventRow]:
        """What stands, in the order of the day."""
        with read_books(self.shop.actor) as books:
            query = queries.select(*queries._EVENT, queries._deducted()).where(queries._LIVE).order_by(queries.TdsEvent.due_paise)
            return queries._events(books, query)

    def deductions(self) -> list[DeductionRow]:
        with read_books(self.shop.actor) as books:
            return queries.deductions(books, newest_first=False)

    def owed(self, name: str = "Mehta") -> int:
        with read_books(self.shop.actor) as books:
            return -sum(ledger.party_totals(books, [self.people[name]]).values())

    def challan(self, rows: list[DeductionRow], **more: Any) -> ChallanDraft:
        tax = -(-sum(row.amount_paise for row in rows) // 100) * 100
        given = {"id": new_id(), "paid_on": TODAY, "bsr": "1234567", "serial": "00042", "minor_head": "200", "interest": 0, "fee": 0}
        return ChallanDraft(**{**given, "account_id": self.accounts["Bank"], "tax": tax, "deductions": tuple(r.id for r in rows), **more})

    def enter_challan(self, draft: ChallanDraft) -> queries.ChallanRow:
        with open_books(self.shop.actor) as books:
            return enter_challan(books, draft)

    def check(self) -> None:
        """The books are true, and TDS payable is what the register says."""
        with read_books(self.shop.actor) as books:
            assert [fault for one in books_check.verify_books(books).checks for fault in one.faults] == []
            register = queries.register_balance(books)
        assert -self.balances().get("TDS payable", 0) == register


def office_of(shop: Shop) -> Office:
    own = Office(shop)
    own.look()
    with read_books(shop.actor) as books:
        own.buyer = Buyer(shop.actor, company.default_store(books))
    return own


@pytest.fixture
def office(engine: Engine, sharma: Shop) -> Office:
    return office_of(sharma)


@pytest.fixture
def theirs(engine: Engine, iyer: Shop) -> Office:
    return office_of(iyer)
