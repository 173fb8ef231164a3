"""Openings as a CSV: accounts and unpaid bills in one file, sent out and taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.money import read_paise
from webapp.kernel.text import folded
from webapp.kernel.typed_days import typed_day
from webapp.ledger import chart
from webapp.ledger.chart_reads import AccountCard
from webapp.ledger.csv_rows import read_rows
from webapp.ledger.opening_reads import accounts_to_open, opening_bills, opening_day, standing_openings
from webapp.ledger.openings import AccountOpening, BillDraft, add_bill, set_openings
from webapp.parties import search_parties
from webapp.platform.exports import Rupees
from webapp.platform.tenancy import Books

HEADINGS = ("Account", "Party", "Bill number", "Date", "Due date", "Debit", "Credit")
_COLUMNS = {
    "account": ("Account", "Ledger"),
    "party": ("Party", "Customer", "Supplier"),
    "number": ("Bill number", "Bill", "Ref"),
    "bill_date": ("Date", "Bill date"),
    "due_date": ("Due date", "Due"),
    "debit": ("Debit", "Dr", "Opening Dr"),
    "credit": ("Credit", "Cr", "Opening Cr"),
}


class Imported(NamedTuple):
    """How many openings of accounts were set, and how many bills entered."""

    accounts: int
    bills: int


def read_sides(debit: str, credit: str) -> int:
    """A figure typed on one of two sides, signed paise, debit positive; nothing on both is nought.

    ValueError, in words, for both sides at once, a minus, or what is no amount.
    """
    if debit.strip() and credit.strip():
        raise ValueError("Type the amount on one side only, debit or credit.")
    if not debit.strip() and not credit.strip():
        return 0
    amount = read_paise(debit if debit.strip() else credit)
    if amount < 0:
        raise ValueError("Type the amount on the other side instead of a minus.")
    return amount if debit.strip() else -amount


def find_party(books: Books, name: str) -> UUID:
    """The one party of a name. ValueError, in words, when there is none or more than one."""
    found = [one for one in search_parties(books, name, 50) if folded(one.name) == folded(name)]
    if not found:
        raise ValueError(f"There is no customer or supplier called {name or '-'}. Make it first.")
    if len(found) > 1:
        raise ValueError(f"{len(found)} parties are called {name}. Give them names that differ first.")
    return found[0].id


def rows_of_openings(books: Books) -> Iterator[tuple[Any, ...]]:
    """The openings as rows under HEADINGS: every account that may have one, then the bills that stand."""
    standing = standing_openings(books)
    for card in accounts_to_open(books):
        amount = standing[card.id].amount if card.id in standing else 0
        yield card.name, "", "", "", "", *_sides(amount)
    heads = chart.coded_accounts(books.company_id)
    names = {heads["debtors"]: "Customers", heads["creditors"]: "Suppliers"}
    for bill in opening_bills(books):
        days = (bill.bill_date, bill.due_date)
        yield names[bill.account_id], bill.party, bill.number, *days, *_sides(bill.amount)


def _sides(amount: int) -> tuple[Any, Any]:
    return Rupees(amount) if amount > 0 else "", Rupees(-amount) if amount < 0 else ""


def import_openings(books: Books, content: bytes) -> Imported:
    """Set the openings of accounts and enter the bills of a CSV. A row with a party is a bill, any other an account's opening.

    A bill that stands already with the same figures is passed over. InvalidInput by row number when a row cannot be used:
    then nothing at all is written.
    """
    rows = read_rows(content, _COLUMNS, ("debit", "credit"))
    accounts = {folded(card.name): card for card in accounts_to_open(books)}
    problems: dict[str, str] = {}
    wanted: dict[UUID, AccountOpening] = {}
    bills = 0
    for number, row in rows:
        try:
            if row["party"]:
                bills += _import_bill(books, row)
                continue
            one = _read_account(accounts, wanted, row)
            wanted[one.account_id] = one
        except (ValueError, InvalidInput, NotFound, Conflict) as refusal:
            problems[str(number)] = _told(refusal)
    if problems:
        raise InvalidInput(problems)
    return Imported(set_openings(books, list(wanted.values())), bills)


def _read_account(accounts: dict[str, AccountCard], wanted: dict[UUID, AccountOpening], row: dict[str, str]) -> AccountOpening:
    card = accounts.get(folded(row["account"]))
    if card is None:
        raise ValueError(f"{row['account'] or '-'} is no account that has an opening of its own.")
    if card.id in wanted:
        raise ValueError(f"{card.name} stands in the file twice.")
    return AccountOpening(card.id, read_sides(row["debit"], row["credit"]))


def _import_bill(books: Books, row: dict[str, str]) -> int:
    day = opening_day(books)
    party_id = find_party(books, row["party"])
    amount = read_sides(row["debit"], row["credit"])
    bill_date = typed_day(row["bill_date"], day) if row["bill_date"] else day
    due_date = typed_day(row["due_date"], day) if row["due_date"] else None
    if bill_date is None or (row["due_date"] and due_date is None):
        raise ValueError("Write days as 2026-03-31 or 31-3-2026.")
    is_supplier = folded(row["account"]) in {"suppliers", "sundry creditors"}
    kinds = {(False, True): "receivable", (False, False): "advance_from", (True, True): "advance_to", (True, False): "payable"}
    for one in opening_bills(books, party_id=party_id):
        if (one.number, one.bill_date, one.amount) == (row["number"], bill_date, amount):
            return 0
    add_bill(books, BillDraft(party_id, kinds[is_supplier, amount > 0], row["number"], bill_date, abs(amount), due_date))
    return 1


def _told(refusal: ValueError | BooksError) -> str:
    if isinstance(refusal, InvalidInput):
        return next(iter(refusal.errors.values()))
    return refusal.problem if isinstance(refusal, BooksError) else str(refusal)
