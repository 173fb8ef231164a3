"""Books over two financial years, filled at random, and every statement worked out again from the lines alone.

The re-computation shares nothing with the program but the names of Tally's groups: it reads journal_line, asks the chart
for parents one by one, and adds up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import company, ledger
from webapp.company.models import Store
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.ledger import Heading
from webapp.ledger.models import Account, AccountGroup, JournalLine, Voucher
from webapp.platform.tenancy import Actor, Books, open_books, read_books

FIRST, LAST = date(2024, 5, 10), date(2026, 3, 31)
CODED = (
    "cash",
    "bank",
    "stock-in-hand",
    "sales",
    "sales-returns",
    "cost-of-goods",
    "expenses",
    "capital",
    "opening-difference",
    "output-cgst",
)
# Accounts of the company's own, some beneath groups of its own: (name, group).
OWN = (
    ("Fridge", "fixed-assets"),
    ("Depreciation", "indirect-expenses"),
    ("Term loan", "secured-loans"),
    ("Deposit of the shop", "deposits"),
    ("Interest received", "indirect-incomes"),
    ("Freight inward", "Carriage"),
    ("Rent payable", "Payables"),
    ("Purchases", "purchase-accounts"),
    ("Gold bonds", "investments"),
    ("Loan from brother", "unsecured-loans"),
)
OWN_GROUPS = (("Carriage", "direct-expenses"), ("Payables", "current-liabilities"))
CASH_GROUPS = {"cash-in-hand", "bank-accounts"}


@dataclass
class TwoYears:
    """A company whose books run from May 2024 to March 2026."""

    actor: Actor
    accounts: dict[str, UUID] = field(default_factory=dict)
    stores: list[UUID] = field(default_factory=list)

    def open(self) -> TwoYears:
        """Accounts of its own and a second store."""
        with open_books(self.actor) as books:
            self.accounts = {code: ledger.heads(books)[code] for code in CODED}
            groups = {one.code: one for one in ledger.chart_of_accounts(books).groups}
            made: dict[str, UUID] = {code: one.id for code, one in groups.items()}
            for place, (name, parent) in enumerate(OWN_GROUPS):
                made[name] = new_id()
                row = {"id": made[name], "code": f"own-{made[name].hex}", "name": name, "parent_id": groups[parent].id}
                books.insert(AccountGroup, [{**row, "nature": groups[parent].nature, "sort_order": 100 + place}])
            for name, group in OWN:
                self.accounts[name] = new_id()
                books.insert(
                    Account,
                    [
                        {
                            "id": self.accounts[name],
                            "code": None,
                            "name": name,
                            "group_id": made[group],
                            "wants_party": False,
                            "archived_at": None,
                        }
                    ],
                )
            self.stores = [company.default_store(books), new_id()]
            books.insert(Store, [{"id": self.stores[1], "name": "Second shop", "is_default": False}])
        return self

    def post(self, day: date, *lines: tuple[str, int], store: int = 0) -> UUID:
        """One voucher: (account, paise with its sign)."""
        voucher_id = new_id()
        slip = Slip(tuple(self._line(name, amount) for name, amount in lines))
        with open_books(self.actor) as books:
            heading = Heading("journal", f"J/{voucher_id.hex[-8:]}", day, self.stores[store], "journal", voucher_id)
            ledger.post(books, voucher_id=voucher_id, heading=heading, slip=slip)
        return voucher_id

    def _line(self, name: str, amount: int) -> Line:
        account = self.accounts[name]
        return debit(account, amount) if amount > 0 else credit(account, -amount)

    def fill(self, chance: Random, vouchers: int = 90) -> None:
        """Anything against anything, on any day, in either store; sometimes of three lines."""
        names = list(self.accounts)
        for _ in range(vouchers):
            day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))
            legs = chance.sample(names, chance.choice((2, 2, 3, 4)))
            amounts = [chance.choice((1, -1)) * chance.randrange(1, 900_000) for _ in legs[1:]]
            rest = -sum(amounts)
            if not rest:
                continue
            self.post(day, *zip(legs, (rest, *amounts), strict=True), store=chance.randrange(2))

    def plain(self) -> Plain:
        """The same books, read line by line."""
        with read_books(self.actor) as books:
            return Plain.of(books)


@dataclass
class Plain:
    """Every line there is: (day, account, paise, voucher, store); groups by id as (code, parent, nature)."""

    lines: list[tuple[date, UUID, int, UUID, UUID]]
    groups: dict[UUID, tuple[str, UUID | None, str]]
    accounts: dict[UUID, tuple[str | None, str, UUID]]

    @classmethod
    def of(cls, books: Books) -> Plain:
        found: Any = books.session.execute(
            select(Voucher.voucher_date, JournalLine.account_id, JournalLine.amount_paise, Voucher.id, Voucher.store_id).join(
                Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id)
            )
        )
        groups: Any = books.session.execute(select(AccountGroup.id, AccountGroup.code, AccountGroup.parent_id, AccountGroup.nature))
        accounts: Any = books.session.execute(select(Account.id, Account.code, Account.name, Account.group_id))
        return cls(
            [tuple(row) for row in found],
            {id_: (code, parent, nature) for id_, code, parent, nature in groups},
            {id_: (code, name, group) for id_, code, name, group in accounts},
        )

    def of_store(self, store: UUID | None) -> Plain:
        return self if store is None else Plain([line for line in self.lines if line[4] == store], self.groups, self.accounts)

    def nature(self, account: UUID) -> str:
        return self.groups[self.accounts[account][2]][2]

    def above(self, account: UUID) -> list[str]:
        """The codes of the groups an account stands beneath, the nearest first."""
        found, group = [], self.accounts[account][2]
        while True:
            code, parent, _ = self.groups[group]
            found.append(code)
            if parent is None:
                return found
            group = parent

    def balance(self, accounts: Iterable[UUID], until: date, since: date = date.min) -> int:
        wanted = set(accounts)
        return sum(amount for day, account, amount, _, _ in self.lines if account in wanted and since <= day <= until)

    def beneath(self, *codes: str) -> list[UUID]:
        return [account for account in self.accounts if set(self.above(account)) & set(codes)]

    def results(self) -> list[UUID]:
        return [account for account in self.accounts if self.nature(account) in ("income", "expense")]

    def profit(self, first: date, last: date) -> int:
        """Income less expenses of these days."""
        return -self.balance(self.results(), last, first)


def year_start(day: date) -> date:
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)
