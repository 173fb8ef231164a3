"""What an accountant looks for before trusting the books: each kind with how many there are and the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from webapp import ledger, orders
from webapp.catalogue.models import Item
from webapp.kernel.dates import Period
from webapp.ledger.models import Account, AccountGroup, JournalLine, PartyBalance, Voucher
from webapp.outstandings.models import Allocation
from webapp.parties.models import Party
from webapp.payments.models import Receipt, ReceiptCancellation
from webapp.platform.tenancy import Books
from webapp.reports.missing_numbers import missing_numbers
from webapp.stock.models import StockBalance

MOST = 100
KINDS = ("cash", "stock", "numbers", "references", "money", "credit", "approval")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that stands out: what it is called, its day, an amount in paise or a quantity in thousandths, and its id."""

    name: str
    day: date | None = None
    amount: int | None = None
    qty: int | None = None
    id: UUID | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which days, of which store (None: all of them together), and how many days money may lie on account before it stands out."""

    period: Period
    days: int
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One kind: how many there are, and a page of them. `rows` begin with the row number `start`, counted from 0."""

    kind: str
    count: int
    rows: tuple[Found, ...]
    start: int = 0


def exceptions(books: Books, asked: Asked) -> tuple[Exceptional, ...]:
    """The first of every kind, in the order of KINDS."""
    every = ((kind, rows_of(books, kind, asked)) for kind in KINDS)
    return tuple(Exceptional(kind, len(rows), tuple(rows[:MOST])) for kind, rows in every)


def exceptions_page(books: Books, kind: str, asked: Asked, number: int) -> Exceptional:
    """A page of one kind, the first being 1; the last one for a number beyond it."""
    rows = rows_of(books, kind, asked)
    start = min(number - 1, max(len(rows) - 1, 0) // MOST) * MOST
    return Exceptional(kind, len(rows), tuple(rows[start : start + MOST]), start)


def whole(books: Books, asked: Asked) -> Iterator[tuple[str, Found]]:
    """Every row of every kind."""
    for kind in KINDS:
        for row in rows_of(books, kind, asked):
            yield kind, row


def rows_of(books: Books, kind: str, asked: Asked) -> list[Found]:
    """Every row of one kind of KINDS."""
    store_id = asked.store_id
    reads: dict[str, Callable[[], list[Found]]] = {
        "cash": lambda: negative_cash(books, asked.period, store_id),
        "stock": lambda: negative_stock(books, store_id),
        "numbers": lambda: [Found(number) for number in missing_numbers(books, asked.period, store_id)],
        "references": lambda: nameless_receipts(books, asked.period, store_id),
        "money": lambda: idle_money(books, asked.period.last_day, asked.days, store_id),
        "credit": lambda: customers_in_credit(books, store_id),
        "approval": lambda: long_on_approval(books, store_id),
    }
    return reads[kind]()


def negative_cash(books: Books, period: Period, store_id: UUID | None) -> list[Found]:
    """Days at whose end a cash account stood below nothing: money that was not there was paid out, or a receipt is missing."""
    in_hand = (
        select(Account.id, Account.name)
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(AccountGroup.code == "cash-in-hand")
        .order_by(Account.name)
    )
    found: list[Found] = []
    opening = ledger.account_totals(books, period.first_day, period.last_day, store_id=store_id)
    for account_id, name in books.session.execute(in_hand):
        total = opening.get(account_id)
        balance = total.opening if total else 0
        query = (
            select(JournalLine.voucher_date, func.sum(JournalLine.amount_paise))
            .where(JournalLine.account_id == account_id, JournalLine.voucher_date.between(period.first_day, period.last_day))
            .group_by(JournalLine.voucher_date)
            .order_by(JournalLine.voucher_date)
        )
        if store_id is not None:
            of_line = (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id)
            query = query.join(Voucher, of_line).where(Voucher.store_id == store_id)
        for day, net in books.session.execute(query):
            balance += int(net)
            if balance < 0:
                found.append(Found(name, day, balance, id=account_id))
    return found


def negative_stock(books: Books, store_id: UUID | None) -> list[Found]:
    """Items of which less than nothing is on hand today."""
    qty = func.sum(StockBalance.qty)
    query = (
        select(Item.id, Item.name, qty)
        .join(StockBalance, (StockBalance.company_id == Item.company_id) & (StockBalance.item_id == Item.id))
        .group_by(Item.id, Item.name, StockBalance.store_id)
        .having(qty < 0)
        .order_by(Item.name)
    )
    if store_id is not None:
        query = query.where(StockBalance.store_id == store_id)
    return [Found(name, qty=int(left), id=id_) for id_, name, left in books.session.execute(query)]


def nameless_receipts(books: Books, period: Period, store_id: UUID | None) -> list[Found]:
    """Money by UPI, card or bank without the reference that a bank statement could be matched by."""
    gone = (ReceiptCancellation.company_id == Receipt.company_id) & (ReceiptCancellation.receipt_id == Receipt.id)
    query = (
        select(Receipt.id, Receipt.number, Receipt.received_on, Receipt.amount_paise, Party.name)
        .join(Party, (Party.company_id == Receipt.company_id) & (Party.id == Receipt.party_id))
        .outerjoin(ReceiptCancellation, gone)
        .where(
            ReceiptCancellation.receipt_id.is_(None),
            Receipt.received_on.between(period.first_day, period.last_day),
            Receipt.mode != "cash",
            Receipt.reference == "",
            *_of_store(store_id),
        )
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [Found(number, day, amount, id=id_, about=name) for id_, number, day, amount, name in books.session.execute(query)]


def idle_money(books: Books, on: date, days: int, store_id: UUID | None) -> list[Found]:
    """Receipts that have lain on account for longer than `days`, with what is left of each."""
    held = (
        select(Allocation.credit_voucher_id, func.sum(Allocation.amount_paise).label("held"))
        .where(Allocation.released_on.is_(None))
        .group_by(Allocation.credit_voucher_id)
        .subquery()
    )
    gone = (ReceiptCancellation.company_id == Receipt.company_id) & (ReceiptCancellation.receipt_id == Receipt.id)
    left = Receipt.amount_paise - func.coalesce(held.c.held, 0)
    query = (
        select(Receipt.party_id, Receipt.number, Receipt.received_on, left, Party.name)
        .join(Party, (Party.company_id == Receipt.company_id) & (Party.id == Receipt.party_id))
        .outerjoin(held, held.c.credit_voucher_id == Receipt.id)
        .outerjoin(ReceiptCancellation, gone)
        .where(ReceiptCancellation.receipt_id.is_(None), Receipt.received_on < on - timedelta(days=days), left > 0, *_of_store(store_id))
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [Found(number, day, int(rest), id=party, about=name) for party, number, day, rest, name in books.session.execute(query)]


def _of_store(store_id: UUID | None) -> tuple[ColumnElement[bool], ...]:
    return (Receipt.store_id == store_id,) if store_id else ()


def customers_in_credit(books: Books, store_id: UUID | None) -> list[Found]:
    """Customers whom the shop, or one store by its own documents, owes: paid in advance, or a bill is missing."""
    due = func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise)
    query = (
        select(Party.id, Party.name, due)
        .join(PartyBalance, (PartyBalance.company_id == Party.company_id) & (PartyBalance.party_id == Party.id))
        .where(PartyBalance.account_id == ledger.heads(books)["debtors"])
        .group_by(Party.id, Party.name)
        .having(due < 0)
        .order_by(due, Party.name)
    )
    if store_id is not None:
        query = query.where(PartyBalance.store_id == store_id)
    return [Found(name, amount=int(owed), id=id_) for id_, name, owed in books.session.execute(query)]


def long_on_approval(books: Books, store_id: UUID | None) -> list[Found]:
    """Goods sent on approval or consignment that are neither billed nor back six months after they left: their invoice was due (CGST Act
    s.31(7)). With what they would be billed at when they left."""
    return [
        Found(one.number, one.document_date, one.total_paise, id=one.id, about=one.party.get("name", ""))
        for one in orders.overdue_challans(books)
        if store_id in (None, one.store_id)
    ]
