"""What is still open in a year, worked out from every register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select

from webapp import counter, ledger
from webapp.books_check import replay
from webapp.closing.rules import Finding
from webapp.counter.models import MissingBill
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.money import rupees
from webapp.ledger.models import JournalLine
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceFlag
from webapp.stock.models import StockMovement
from webapp.vouchers.models import VoucherDocument

CODES = (
    "year_over",
    "trial_balance",
    "openings",
    "unsent",
    "missing",
    "flags",
    "negative_cash",
    "negative_stock",
    "drafts",
    "clearing",
)


def checklist(books: Books, year: FinancialYear) -> list[Finding]:
    """Every line of the checklist, in the order of CODES."""
    balances = ledger.balances_at(books, (year.last_day,))
    heads = ledger.heads(books)
    difference = balances.get(heads["opening-difference"], (0,))[0]
    tills = counter.till_rows(books)
    unsent = [till for till in tills if till.revoked_at is None and (till.pending or till.quarantined)]
    clearing = [balances.get(heads[code], (0,))[0] for code in ("upi-clearing", "card-clearing")]
    return [
        Finding("year_over", int(books.today <= year.last_day), detail=written(year.last_day)),
        _trial_balance(books, year),
        Finding("openings", int(difference != 0), difference),
        Finding("unsent", len(unsent), detail=", ".join(till.name for till in unsent[:5])),
        Finding("missing", _count(books, select(func.count()).select_from(MissingBill).where(MissingBill.state == "missing"))),
        Finding("flags", _open_flags(books, year.last_day)),
        _negative_cash(books, year),
        _negative_stock(books, year.last_day),
        Finding("drafts", _drafts(books, year.last_day)),
        Finding("clearing", sum(1 for one in clearing if one), sum(clearing)),
    ]


def _count(books: Books, query: Select[int]) -> int:
    return int(books.session.scalar(query) or 0)


def _trial_balance(books: Books, year: FinancialYear) -> Finding:
    """Both sides agree, and every kept total equals a replay of its register."""
    totals = ledger.account_totals(books, year.first_day, year.last_day).values()
    sides = (sum(one.opening for one in totals), sum(one.debit - one.credit for one in totals))
    differences = replay(books)
    return Finding("trial_balance", len(differences) + sum(1 for one in sides if one), detail="; ".join(differences[:3]))


def _open_flags(books: Books, day: date) -> int:
    query = (
        select(func.count())
        .select_from(InvoiceFlag)
        .join(Invoice, (Invoice.company_id == InvoiceFlag.company_id) & (Invoice.id == InvoiceFlag.invoice_id))
        .where(InvoiceFlag.settled_at.is_(None), Invoice.invoice_date <= day)
    )
    return _count(books, query)


def _drafts(books: Books, day: date) -> int:
    open_states = ("draft", "optional", "postdated")
    query = select(func.count()).select_from(VoucherDocument)
    return _count(books, query.where(VoucherDocument.state.in_(open_states), VoucherDocument.voucher_date <= day))


def _negative_cash(books: Books, year: FinancialYear) -> Finding:
    """Accounts of cash that stood below nothing at the end of a day of the year; the first such day of the first of them."""
    found = [(name, *first) for name, first in _days_below(books, year)]
    if not found:
        return Finding("negative_cash")
    name, day, amount = found[0]
    return Finding("negative_cash", len(found), amount, f"{name}: {rupees(amount)}, {written(day)}")


def _days_below(books: Books, year: FinancialYear) -> Iterator[tuple[str, tuple[date, int]]]:
    for account_id, name in _cash_accounts(books):
        lines = select(func.sum(JournalLine.amount_paise)).where(JournalLine.account_id == account_id)
        balance = int(books.session.scalar(lines.where(JournalLine.voucher_date < year.first_day)) or 0)
        by_day = (
            select(JournalLine.voucher_date, func.sum(JournalLine.amount_paise))
            .where(JournalLine.account_id == account_id, JournalLine.voucher_date.between(year.first_day, year.last_day))
            .group_by(JournalLine.voucher_date)
            .order_by(JournalLine.voucher_date)
        )
        for day, moved in books.session.execute(by_day):
            balance += int(moved)
            if balance < 0:
                yield name, (day, balance)
                break


def _cash_accounts(books: Books) -> list[tuple[UUID, str]]:
    """The accounts under Cash-in-Hand, and under own groups beneath it."""
    chart = ledger.chart_of_accounts(books)
    wanted = {group.id for group in chart.groups if group.code == "cash-in-hand"}
    while more := {group.id for group in chart.groups if group.parent_id in wanted} - wanted:
        wanted |= more
    return [(one.id, one.name) for one in chart.accounts if one.group_id in wanted]


def _negative_stock(books: Books, day: date) -> Finding:
    on_hand = func.sum(StockMovement.qty)
    query = (
        select(StockMovement.item_id)
        .where(StockMovement.moved_on <= day)
        .group_by(StockMovement.item_id, StockMovement.store_id, StockMovement.batch)
        .having(on_hand < 0)
    )
    return Finding("negative_stock", len(books.session.scalars(query).all()))
