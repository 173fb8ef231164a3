"""What a purchase document is gathered from: its supplier, its store, its items and accounts. Refused here when they cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from webapp import catalogue, ledger, parties, stock
from webapp.catalogue import BillItem
from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.money import Paise, Qty
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


class Labelled(Goods, Protocol):
    """Goods with what stands on them."""

    @property
    def qty(self) -> Qty: ...
    @property
    def batch(self) -> str: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def made_on(self) -> date | None: ...
    @property
    def mrp(self) -> Paise | None: ...
    @property
    def serials(self) -> tuple[str, ...]: ...


def supplier(books: Books, party_id: UUID) -> PartyRow:
    """The supplier. NotFound for no such party; InvalidInput for a customer only, or one that is archived."""
    party = parties.party_row(books, party_id)
    if not party.is_supplier:
        raise InvalidInput({"supplier": f"{party.name} is a customer. Say on the party's page that it is a supplier too."})
    if party.archived:
        raise InvalidInput({"supplier": f"{party.name} is archived. Restore the supplier, or choose another."})
    return party


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


def named(books: Books, items: Mapping[UUID, BillItem], number: int, line: Labelled) -> str:
    """The batch of goods that come in, as kept: written down with what its label says. InvalidInput where a batch or the serial
    numbers are missing, or are there and not kept of the item."""
    item = items.get(line.item_id) if line.item_id else None
    if item is None:
        return ""
    if item.tracking == "batch":
        if not line.batch:
            raise InvalidInput({f"batch-{number}": f"{item.name} is kept by batch: type the batch on its label."})
        if line.made_on is not None and line.made_on > books.today:
            raise InvalidInput({f"made-{number}": f"{written(line.made_on)} has not come yet: nothing was made on it."})
        try:
            return stock.open_batch(books, item.id, stock.BatchFacts(line.batch, line.expires_on, line.made_on, line.mrp))
        except InvalidInput as refusal:
            fields = {"batch": "batch", "batch_mrp": "mrp", "expires_on": "made" if line.made_on else "expires"}
            raise InvalidInput({f"{fields[field]}-{number}": words for field, words in refusal.errors.items()}) from None
        except Conflict as refusal:
            field = "made" if "was made on" in refusal.problem else "expires"
            raise InvalidInput({f"{field}-{number}": f"{refusal.problem} {refusal.fix}"}) from None
    if line.made_on is not None and not line.batch:
        words = f"{item.name} is not kept by batch, so the day it was made is kept nowhere. Leave it empty, or say on the item that it is."
        raise InvalidInput({f"made-{number}": words})
    if line.batch:
        raise InvalidInput({f"batch-{number}": f"{item.name} is not kept by batch. Leave the batch empty, or say on the item that it is."})
    require_serials(item, f"serials-{number}", line.qty, line.serials)
    if line.serials and (troubles := stock.troubles_of(books, item.id, line.serials, leaving=None)):
        raise InvalidInput({f"serials-{number}": " ".join(f"{one.problem} {one.fix}" for one in troubles)})
    return ""


def require_serials(item: BillItem, field: str, qty: int, serials: tuple[str, ...]) -> None:
    """InvalidInput unless there is one serial number for each piece of an item that is kept by them, and none for others."""
    if len(serials) * 1000 != (qty if item.tracking == "serial" else 0):
        raise InvalidInput({field: f"{item.name}: type one serial number for each piece, and only where it is kept by them."})
    try:
        stock.serial_names(",".join(serials))
    except InvalidInput as refusal:
        raise InvalidInput({field: refusal.errors["serials"]}) from None


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
