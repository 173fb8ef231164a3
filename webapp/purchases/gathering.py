"""What a purchase document is gathered from: its supplier, its store, its items and accounts. Refused here when they cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol
from uuid import UUID

from webapp import catalogue, ledger, parties
from webapp.catalogue import BillItem
from webapp.company import stores
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books

# Accounts that only the program posts to: what stands on them has a register, a party or a return behind it.
_KEPT = frozenset(
    {"stock-in-hand", "goods-in-transit", "goods-delivered", "goods-received", "cost-of-goods", "price-differences", "stock-adjustment"}
)
_EXPENSE_GROUPS = frozenset({"fixed-assets", "misc-expenses-asset", "deposits", "loans-advances"})
_MONEY_GROUPS = frozenset({"cash-in-hand", "bank-accounts", "bank-od"})


class Goods(Protocol):
    """A line that names an item."""

    @property
    def item_id(self) -> UUID | None: ...


def supplier(books: Books, party_id: UUID) -> PartyRow:
    """The supplier. NotFound for no such party; InvalidInput for a customer only, or one that is archived."""
    party = parties.party_row(books, party_id)
    if not party.is_supplier:
        raise InvalidInput({"supplier": f"{party.name} is a customer. Say on the party's page that it is a supplier too."})
    if party.archived:
        raise InvalidInput({"supplier": f"{party.name} is archived. Restore the supplier, or choose another."})
    return party


def require_store(books: Books, store_id: UUID) -> None:
    """NotFound for a store that is not there or takes no goods any more."""
    if store_id not in {row.id for row in stores(books)}:
        raise NotFound("store")


def items_of(books: Books, lines: Iterable[Goods]) -> Mapping[UUID, BillItem]:
    """The items of lines. NotFound for one that is not there, InvalidInput for one that is archived."""
    wanted = [(number, line.item_id) for number, line in enumerate(lines, 1) if line.item_id is not None]
    found = catalogue.items_for_bill(books, {item_id for _number, item_id in wanted})
    for number, item_id in wanted:
        if item_id not in found:
            raise NotFound("item")
        if found[item_id].archived:
            raise InvalidInput({f"what-{number}": f"{found[item_id].name} is archived. Restore it, or choose another item."})
    return found


def require_stocked(items: Mapping[UUID, BillItem], lines: Iterable[Goods]) -> None:
    """InvalidInput for a line of goods that no stock is kept of: they cannot be received."""
    for number, line in enumerate(lines, 1):
        if line.item_id is not None and not items[line.item_id].is_stocked:
            name = items[line.item_id].name
            raise InvalidInput({f"what-{number}": f"No stock is kept of {name}: enter its bill when it comes."})


def expense_accounts(books: Books) -> dict[UUID, ledger.AccountRow]:
    """The accounts that a line of a bill may name: expenses, and what is bought to be kept."""
    chart = ledger.chart_of_accounts(books)
    groups = {row.id: row for row in chart.groups}

    def fits(row: ledger.AccountRow) -> bool:
        group = groups[row.group_id]
        is_meant = group.nature == "expense" or group.code in _EXPENSE_GROUPS
        return is_meant and not row.wants_party and not row.is_archived and row.code not in _KEPT

    return {row.id: row for row in chart.accounts if fits(row)}


def money_accounts(books: Books) -> dict[UUID, ledger.AccountRow]:
    """The accounts that money is paid from: cash and bank."""
    chart = ledger.chart_of_accounts(books)
    parents = {row.id: (row.parent_id, row.code) for row in chart.groups}

    def is_money(group_id: UUID | None) -> bool:
        while group_id is not None:
            parent, code = parents[group_id]
            if code in _MONEY_GROUPS:
                return True
            group_id = parent
        return False

    return {row.id: row for row in chart.accounts if is_money(row.group_id) and not row.is_archived and not row.wants_party}


def require_account(accounts: Mapping[UUID, ledger.AccountRow], account_id: UUID | None, field: str) -> ledger.AccountRow:
    """The account among those that may stand there. InvalidInput beside `field` otherwise."""
    found = accounts.get(account_id) if account_id else None
    if found is None:
        raise InvalidInput({field: "Choose an account from the list."})
    return found


def require_standing(cancelled: bool, number: str) -> None:  # noqa: FBT001 - it reads as a sentence
    """BooksError for a document that was cancelled."""
    if cancelled:
        raise BooksError(problem=f"{number} was cancelled.", fix="Choose another document, or enter it anew.")
