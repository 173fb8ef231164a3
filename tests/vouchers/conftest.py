"""A shop whose accountant types vouchers, and another whose rows must stay unseen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from tests.ground.shops import Shop
from webapp import ledger, parties, vouchers
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare
from webapp.ledger.models import Account
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.vouchers import DocumentRow, Entry, State, VoucherCommand

TODAY = date(2026, 11, 20)


@dataclass
class Desk:
    """An accountant of a shop: accounts by name, and one verb for each thing done at the desk."""

    shop: Shop
    accounts: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    centres: dict[str, UUID] = field(default_factory=dict)

    def look(self) -> None:
        with read_books(self.shop.actor) as books:
            self.accounts = {row.name: row.id for row in ledger.chart_of_accounts(books).accounts}

    def account(self, name: str, group: str = "indirect-expenses") -> UUID:
        with open_books(self.shop.actor) as books:
            group_id = next(row.id for row in ledger.chart_of_accounts(books).groups if row.code == group)
            self.accounts[name] = ledger.create_account(books, ledger.AccountDraft(name, group_id))
        return self.accounts[name]

    def party(self, name: str, *, is_supplier: bool = False) -> UUID:
        with open_books(self.shop.actor) as books:
            draft = parties.PartyDraft(name=name, is_customer=not is_supplier, is_supplier=is_supplier)
            self.people[name] = parties.create_party(books, draft).id
        return self.people[name]

    def centre(self, name: str) -> UUID:
        with open_books(self.shop.actor) as books:
            self.centres[name] = ledger.create_cost_centre(books, name).id
        return self.centres[name]

    def entry(self, name: str, rupees: int, **costs: int) -> Entry:
        """A row: positive debits, negative credits. A party's name stands in its own account."""
        shares = tuple(CostShare(self.centres[centre], Paise(part * 100)) for centre, part in costs.items())
        if name in self.people:
            with read_books(self.shop.actor) as books:
                party = parties.party_row(books, self.people[name])
            account = self.accounts["Suppliers" if party.is_supplier else "Customers"]
            return Entry(account, Paise(rupees * 100), party.id, shares)
        return Entry(self.accounts[name], Paise(rupees * 100), None, shares)

    def command(self, kind: str, *rows: Entry | tuple[str, int], **more: Any) -> VoucherCommand:
        entries = tuple(row if isinstance(row, Entry) else self.entry(*row) for row in rows)
        given = {"id": new_id(), "save_id": new_id(), "voucher_date": TODAY, **more}
        return VoucherCommand(kind=kind, entries=entries, **given)

    def save(self, command: VoucherCommand) -> DocumentRow:
        with open_books(self.shop.actor) as books:
            return vouchers.save(books, command)

    def post(self, kind: str, *rows: Entry | tuple[str, int], **more: Any) -> DocumentRow:
        return self.save(self.command(kind, *rows, **more))

    def cancel(self, document_id: UUID, reason: str = "typed by mistake") -> DocumentRow:
        with open_books(self.shop.actor) as books:
            return vouchers.cancel(books, document_id, save_id=new_id(), reason=reason)

    def balances(self) -> dict[str, int]:
        """Every account's balance in paise, by name."""
        with read_books(self.shop.actor) as books:
            rows = ledger.trial_balance(books, TODAY, TODAY)
            return {row.name: row.closing for row in rows if row.closing}

    def document(self, document_id: UUID) -> DocumentRow:
        with read_books(self.shop.actor) as books:
            return vouchers.document(books, document_id)

    @contextmanager
    def books(self) -> Iterator[Books]:
        """The shop's books, open for writing."""
        with open_books(self.shop.actor) as books:
            yield books

    def rows(self) -> list[DocumentRow]:
        """Every voucher, the newest first."""
        with read_books(self.shop.actor) as books:
            return list(vouchers.documents(books, vouchers.Wanted()).rows)

    def groups(self) -> tuple[ledger.GroupRow, ...]:
        with read_books(self.shop.actor) as books:
            return ledger.chart_of_accounts(books).groups

    def archive(self, name: str) -> None:
        """Take an account off the lists."""
        with open_books(self.shop.actor) as books:
            books.session.scalars(select(Account).where(Account.id == self.accounts[name])).one().archived_at = books.now

    def states(self) -> list[tuple[str, str]]:
        with read_books(self.shop.actor) as books:
            return [(row.number, State(row.state)) for row in vouchers.documents(books, vouchers.Wanted()).rows]


def open_desk(shop: Shop) -> Desk:
    desk = Desk(shop)
    desk.look()
    desk.account("Rent")
    return desk


@pytest.fixture
def desk(engine: Engine, sharma: Shop) -> Desk:
    """The accountant of Sharma Stores."""
    return open_desk(sharma)


@pytest.fixture
def other(engine: Engine, iyer: Shop) -> Desk:
    """The accountant of Iyer Traders."""
    return open_desk(iyer)
