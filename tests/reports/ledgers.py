"""Books filled at random, and what they say worked out the slow way: from every line there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import company, ledger, parties
from webapp.kernel.dates import Period
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.ledger import Heading, LineKey
from webapp.ledger.models import JournalLine
from webapp.parties import PartyDraft
from webapp.platform.tenancy import Actor, open_books, read_books

FIRST, LAST = date(2026, 1, 20), date(2026, 11, 20)
CODES = ("cash", "bank", "upi-clearing", "sales", "expenses", "capital", "round-off", "output-cgst")


@dataclass
class Ledgers:
    """A company's ledger under test."""

    actor: Actor
    vouchers: list[UUID] = field(default_factory=list)

    def customer(self, name: str, **more: Any) -> UUID:
        with open_books(self.actor) as books:
            return parties.create_party(books, PartyDraft(name=name, **more)).id

    def post(self, day: date, *lines: tuple[str, int] | tuple[str, int, UUID], kind: str = "journal", narration: str = "") -> UUID:
        """One voucher. A line is (account code, paise with its sign[, party])."""
        voucher_id = new_id()
        with open_books(self.actor) as books:
            heads = ledger.heads(books)
            slip = Slip(tuple(self._line(heads[code], amount, *party) for code, amount, *party in lines))
            number = f"J/{len(self.vouchers) + 1:05d}"
            heading = Heading(kind, number, day, company.default_store(books), "journal", voucher_id, narration)
            ledger.post(books, voucher_id=voucher_id, heading=heading, slip=slip)
        self.vouchers.append(voucher_id)
        return voucher_id

    @staticmethod
    def _line(account: UUID, amount: int, party: UUID | None = None) -> Line:
        return debit(account, amount, party) if amount > 0 else credit(account, -amount, party)

    def reverse(self, voucher_id: UUID, on: date) -> UUID:
        reversal = new_id()
        with open_books(self.actor) as books:
            ledger.reverse(books, voucher_id=voucher_id, reversal_id=reversal, on=on, reason="typed twice")
        return reversal

    def fill(self, chance: Random, *, vouchers: int, customers: list[UUID]) -> None:
        """Vouchers of any kind on any day, some of them reversed later."""
        for _ in range(vouchers):
            day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))
            amounts = [chance.choice((1, -1)) * chance.randrange(1, 5_000_00) for _ in range(chance.randrange(1, 4))]
            heads = chance.sample(CODES, len(amounts))
            rest = -sum(amounts)
            lines: list[Any] = [(code, amount) for code, amount in zip(heads, amounts, strict=True)]
            if rest:
                lines.append(("debtors", rest, chance.choice(customers)) if chance.random() < 0.5 else ("stock-adjustment", rest))
            if len(lines) < 2:
                continue
            posted = self.post(day, *lines, kind=chance.choice(("sales", "receipt", "journal", "contra")))
            if chance.random() < 0.1:
                self.reverse(posted, day + timedelta(days=chance.randrange(5)))

    def lines(self) -> list[Any]:
        """Every line of the register, in its order."""
        order = (JournalLine.voucher_date, JournalLine.voucher_id, JournalLine.line_no)
        with read_books(self.actor) as books:
            return list(
                books.session.execute(
                    select(*order, JournalLine.account_id, JournalLine.party_id, JournalLine.amount_paise).order_by(*order)
                )
            )


def running(lines: list[Any], period: Period) -> Iterator[tuple[LineKey, int, int]]:
    """(key, amount, balance after it) of the lines that fall in the period."""
    balance = 0
    for line in lines:
        balance += line.amount_paise
        if period.first_day <= line.voucher_date <= period.last_day:
            yield LineKey(line.voucher_date, line.voucher_id, line.line_no), line.amount_paise, balance


def periods(chance: Random, count: int) -> list[Period]:
    """Spans of days of all sizes, whole months among them, and some that begin before or end after everything."""
    found = [Period(FIRST, LAST), Period(date(2026, 4, 1), date(2026, 9, 30)), Period(date(2025, 1, 1), date(2027, 3, 31))]
    while len(found) < count:
        days = sorted(FIRST + timedelta(days=chance.randrange(-40, 340)) for _ in range(2))
        found.append(Period(days[0], days[1]))
    return found
