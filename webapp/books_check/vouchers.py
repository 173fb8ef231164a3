"""The ledger's promises: vouchers balance, reversals are exact, the stock account is worth what stock is worth."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from webapp import ledger, stock
from webapp.books_check.rules import Check
from webapp.catalogue.models import Item
from webapp.kernel.money import plain_decimal, rupees
from webapp.ledger.models import AccountBalance, CostAllocation, JournalLine, Voucher
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

_MISDATED = Lookup(
    select(Voucher.number, JournalLine.line_no, JournalLine.voucher_date, Voucher.voucher_date)
    .join(Voucher, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
    .where(JournalLine.voucher_date != Voucher.voucher_date)
)
_COUNT = Lookup(select(func.count(Voucher.id)))
_COST_SHARES = Lookup(select(func.count(CostAllocation.line_no)))
_REVERSALS = Lookup(select(Voucher.id, Voucher.number).where(Voucher.reverses_id.is_not(None)))
_LEG = (Voucher.id, JournalLine.line_no, JournalLine.account_id, JournalLine.party_id, JournalLine.amount_paise)
_LINES_OF_REVERSALS = Lookup(
    select(*_LEG)
    .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
    .where(Voucher.reverses_id.is_not(None))
)
_LINES_REVERSED = Lookup(
    select(*_LEG).join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.reverses_id))
)
_STOCK_ACCOUNT = Lookup(
    select(AccountBalance.account_id, func.sum(AccountBalance.debit_paise - AccountBalance.credit_paise)).group_by(
        AccountBalance.account_id
    )
)
_ITEM_NAMES = Lookup(select(Item.id, Item.name))


def check_balanced(books: Books) -> Check:
    """Σ debit = Σ credit for each voucher, two lines or more, each of its voucher's date."""
    faults = []
    of_voucher = (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id)
    unbalanced = books.session.execute(
        select(Voucher.number, func.count(JournalLine.line_no), func.sum(JournalLine.amount_paise))
        .outerjoin(JournalLine, of_voucher)
        .group_by(Voucher.number, Voucher.id)
        .having((func.count(JournalLine.line_no) < 2) | (func.sum(JournalLine.amount_paise) != 0))
    )
    for number, lines, amount in unbalanced:
        faults.append(f"voucher {number} has {lines} lines, and debits less credits are {rupees(int(amount or 0))}")
    for number, line, own, voucher_date in _MISDATED.rows(books):
        faults.append(f"voucher {number} is of {voucher_date}, its line {line} of {own}")
    return Check("vouchers balance", _first(_COUNT, books), tuple(faults))


def check_reversals(books: Books) -> Check:
    """Each reversal has exactly the lines of what it reverses, with debit and credit exchanged."""
    numbers = dict(_REVERSALS.rows(books))
    own, reversed_ = _lines_by_reversal(books, _LINES_OF_REVERSALS, 1), _lines_by_reversal(books, _LINES_REVERSED, -1)
    wrong = [id_ for id_ in numbers if own.get(id_) != reversed_.get(id_)]
    return Check("reversals are exact", len(numbers), tuple(f"the reversal of {numbers[id_]} is not its exact opposite" for id_ in wrong))


def _lines_by_reversal(books: Books, query: Lookup, sign: int) -> dict[UUID, list[tuple[Any, ...]]]:
    found: dict[UUID, list[tuple[Any, ...]]] = {}
    for id_, line_no, account, party, amount in query.rows(books):
        found.setdefault(id_, []).append((line_no, account, party, sign * amount))
    return {id_: sorted(lines, key=lambda line: line[0]) for id_, lines in found.items()}


def check_cost_shares(books: Books) -> Check:
    """What cost centres bear of a line adds up to it, on its side, with its account and its day."""
    of_line = (
        (JournalLine.company_id == CostAllocation.company_id)
        & (JournalLine.voucher_id == CostAllocation.voucher_id)
        & (JournalLine.line_no == CostAllocation.line_no)
    )
    line = (Voucher.number, CostAllocation.line_no, JournalLine.amount_paise)
    strayed = func.sum(
        case(
            (CostAllocation.account_id != JournalLine.account_id, 1),
            (CostAllocation.voucher_date != JournalLine.voucher_date, 1),
            else_=0,
        )
    )
    wrong = books.session.execute(
        select(*line, func.sum(CostAllocation.amount_paise))
        .join(JournalLine, of_line)
        .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        .group_by(*line, Voucher.id)
        .having((func.sum(CostAllocation.amount_paise) != JournalLine.amount_paise) | (strayed > 0))
    )
    faults = [
        f"line {line_no} of voucher {number} is {rupees(amount)}, its cost centres bear {rupees(int(borne))}"
        for number, line_no, amount, borne in wrong
    ]
    return Check("cost centres bear whole lines", _first(_COST_SHARES, books), tuple(faults))


def check_stock(books: Books) -> tuple[Check, Check]:
    """Costs and quantities as a replay gives them, no forbidden negative, no value without goods; and the ledger agrees."""
    found = stock.audit(books)
    names = {row[0]: row[1] for row in _ITEM_NAMES.rows(books)}
    faults = [f"{names.get(key.item_id, key.item_id)}: {words}" for key, words in found.faults]
    for key, holding in found.kept.items():
        name = names.get(key.item_id, key.item_id)
        if holding.qty == 0 and holding.value:
            faults.append(f"{name}: nothing on hand, and yet worth {rupees(holding.value)}")
        elif holding.qty * holding.value < 0:
            faults.append(f"{name}: quantity and value have different signs")
        if key in found.replayed and found.replayed[key].last_cost != holding.last_cost:
            faults.append(f"{name}: the newest cost is kept as {holding.last_cost}, a replay gives {found.replayed[key].last_cost}")
        if key in found.replayed and found.replayed[key].layers != holding.layers:
            faults.append(f"{name}: {layers_words(holding, found.replayed[key])}")
    costs = Check("stock costs what a replay gives, and is below zero only where allowed", found.movements, tuple(faults))

    worth = sum(holding.value for holding in found.kept.values())
    accounts = {account: int(balance) for account, balance in _STOCK_ACCOUNT.rows(books)}
    account = accounts.get(ledger.heads(books)["stock-in-hand"], 0)
    wrong = (f"the account Stock-in-hand stands at {rupees(account)}, stock is worth {rupees(worth)}",) if account != worth else ()
    return costs, Check("the stock account equals the value of stock", len(found.kept), wrong)


def layers_words(kept: stock.Holding, right: stock.Holding) -> str:
    """How the layers kept beside a balance differ from those of a replay."""
    said = [
        "weighted average" if one.layers is None else ", ".join(f"{plain_decimal(qty, 3)} for {rupees(value)}" for qty, value in one.layers)
        for one in (kept, right)
    ]
    return f"its goods are kept as {said[0] or 'none'}, a replay gives {said[1] or 'none'}"


def _first(query: Lookup, books: Books) -> int:
    return int(query.first(books)[0])
