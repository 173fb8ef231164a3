"""Bills and money of parties in one line of a test, and what is open of them worked out the slow way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from tests.reports.ledgers import Ledgers
from webapp import ledger, outstandings
from webapp.ledger.models import JournalLine, Voucher
from webapp.outstandings import LineKey, OpenItem
from webapp.outstandings.models import Allocation
from webapp.platform.tenancy import open_books, read_books

DAY = date(2026, 11, 20)


@dataclass
class Khata(Ledgers):
    """A company's ledger with bills and receipts of its parties, and what settles what."""

    names: dict[str, UUID] = field(default_factory=dict)

    def bill(self, party: UUID, rupees: int, day: date = DAY, *, to: str = "debtors") -> LineKey:
        """Goods on credit: a debit on Customers, or a credit on Suppliers."""
        sign = 1 if to == "debtors" else -1
        voucher = self.post(day, (to, sign * rupees * 100, party), ("sales", -sign * rupees * 100), kind="sales")
        return LineKey(voucher, 1)

    def money(self, party: UUID, rupees: int, day: date = DAY, *, to: str = "debtors") -> LineKey:
        """Money from a customer, or to a supplier."""
        sign = 1 if to == "debtors" else -1
        voucher = self.post(day, ("cash", sign * rupees * 100), (to, -sign * rupees * 100, party), kind="receipt")
        return LineKey(voucher, 2)

    def settle(self, party: UUID, source: LineKey, *parts: tuple[LineKey, int], on: date | None = None) -> tuple[UUID, ...]:
        """Rupees of a line to others."""
        with open_books(self.actor) as books:
            return outstandings.allocate(books, party, source, [(to, rupees * 100) for to, rupees in parts], on=on)

    def undo(self, allocation_id: UUID, why: str = "Wrong bill") -> None:
        with open_books(self.actor) as books:
            outstandings.release(books, allocation_id, why=why)

    def take_back(self, voucher_id: UUID, on: date = DAY) -> UUID:
        """Reverse a voucher as a document does: its allocations end with it."""
        reversal = self.reverse(voucher_id, on)
        with open_books(self.actor) as books:
            outstandings.release_all_of(books, voucher_id)
        return reversal

    def open(self, party: UUID, on: date = DAY, side: str = "") -> list[OpenItem]:
        with read_books(self.actor) as books:
            return outstandings.open_items(books, party, on=on, side=side)

    def left(self, party: UUID, on: date = DAY) -> dict[LineKey, int]:
        """Line → rupees open of it."""
        return {item.key: item.open // 100 for item in self.open(party, on)}

    def ageing(
        self, on: date = DAY, *, netted: bool = False, edges: tuple[int, ...] = (30, 60), **asked: Any
    ) -> dict[UUID, tuple[Any, int]]:
        """Party → (buckets, money), in paise."""
        with read_books(self.actor) as books:
            found = outstandings.ageing(books, outstandings.Asked(on, **asked), edges=edges, netted=netted)
        return {row.party_id: (row.buckets, row.on_account) for row in found.rows}

    def due(self, party: UUID) -> int:
        with read_books(self.actor) as books:
            return ledger.party_due(books, party)


def slow_open(khata: Khata, party: UUID, on: date) -> dict[LineKey, int]:
    """What is open of a party on a day, line by line, from everything that was ever written."""
    with read_books(khata.actor) as books:
        lines = books.session.execute(
            select(JournalLine.voucher_id, JournalLine.line_no, JournalLine.voucher_date, JournalLine.amount_paise).where(
                JournalLine.party_id == party
            )
        ).all()
        vouchers = books.session.execute(select(Voucher.id, Voucher.reverses_id, Voucher.voucher_date)).all()
        columns = list(inspect(Allocation).columns)
        allocations = [
            (LineKey(row.credit_voucher_id, row.credit_line_no), LineKey(row.debit_voucher_id, row.debit_line_no), row)
            for row in books.session.execute(select(*columns))
        ]
    gone = {row.reverses_id for row in vouchers if row.reverses_id and row.voucher_date <= on} | {
        row.id for row in vouchers if row.reverses_id
    }
    found = {}
    for line in lines:
        key = LineKey(line.voucher_id, line.line_no)
        if line.voucher_date > on or line.voucher_id in gone:
            continue
        held = sum(
            row.amount_paise
            for credit, debit, row in allocations
            if key in (credit, debit) and row.allocated_on <= on and (row.released_on is None or row.released_on > on)
        )
        left = abs(line.amount_paise) - held
        assert left >= 0
        if left:
            found[key] = left if line.amount_paise > 0 else -left
    return found


def slow_balance(khata: Khata, party: UUID, on: date) -> int:
    """The party's balance in the ledger on a day: every line of it."""
    return sum(line.amount_paise for line in khata.lines() if line.party_id == party and line.voucher_date <= on)


def days(first: date, count: int, step: int = 1) -> list[date]:
    return [first + timedelta(days=step * number) for number in range(count)]
