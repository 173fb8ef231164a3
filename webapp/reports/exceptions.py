"""What an accountant looks for before trusting the books: each kind with how many there are and the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from webapp import ledger, orders
from webapp.catalogue.models import Item
from webapp.kernel.dates import Period
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account, AccountGroup, JournalLine, PartyBalance, Voucher
from webapp.outstandings.models import Allocation
from webapp.parties.models import Party
from webapp.payments.models import Receipt, ReceiptCancellation
from webapp.platform.tenancy import Books
from webapp.reports.missing_numbers import missing_numbers
from webapp.stock.models import StockBalance

MOST = 100
KINDS = ("cash", "stock", "numbers", "references", "money", "credit", "approval")
# Goods, numbers that no document has and challans have no voucher that could name a cost centre.
WITHOUT_VOUCHERS = ("stock", "numbers", "approval")


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
    """Of which days, of which store (None: all of them together), and how many days money may lie on account before it stands out;
    with `centres` only what vouchers say that name one of these cost centres."""

    period: Period
    days: int
    store_id: UUID | None = None
    centres: tuple[UUID, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds there are: of a cost centre those that have vouchers."""
        return tuple(kind for kind in KINDS if not (self.centres and kind in WITHOUT_VOUCHERS))

    def naming(self, voucher_id: Any) -> tuple[ColumnElement[bool], ...]:
        """What narrows vouchers to those that name the cost centre; nothing where none is asked for."""
        return (voucher_id.in_(ledger.vouchers_naming(self.centres)),) if self.centres else ()


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One kind: how many there are, and a page of them. `rows` begin with the row number `start`, counted from 0."""

    kind: str
    count: int
    rows: tuple[Found, ...]
    start: int = 0


def exceptions(books: Books, asked: Asked) -> tuple[Exceptional, ...]:
    """The first of every kind, in the order of KINDS."""
    every = ((kind, rows_of(books, kind, asked)) for kind in asked.kinds)
    return tuple(Exceptional(kind, len(rows), tuple(rows[:MOST])) for kind, rows in every)


def exceptions_page(books: Books, kind: str, asked: Asked, number: int) -> Exceptional:
    """A page of one kind, the first being 1; the last one for a number beyond it."""
    rows = rows_of(books, kind, asked)
    start = min(number - 1, max(len(rows) - 1, 0) // MOST) * MOST
    return Exceptional(kind, len(rows), tuple(rows[start : start + MOST]), start)


def whole(books: Books, asked: Asked) -> Iterator[tuple[str, Found]]:
    """Every row of every kind."""
    for kind in asked.kinds:
        for row in rows_of(books, kind, asked):
            yield kind, row


def rows_of(books: Books, kind: str, asked: Asked) -> list[Found]:
    """Every row of one kind of KINDS; none of one that has no vouchers, where a cost centre is asked for."""
    if kind not in asked.kinds:
        return []
    store_id = asked.store_id
    reads: dict[str, Callable[[], list[Found]]] = {
        "cash": lambda: negative_cash(books, asked),
        "stock": lambda: negative_stock(books, store_id),
        "numbers": lambda: [Found(number) for number in missing_numbers(books, asked.period, store_id)],
        "references": lambda: nameless_receipts(books, asked),
        "money": lambda: idle_money(books, asked),
        "credit": lambda: customers_in_credit(books, asked),
        "approval": lambda: long_on_approval(books, store_id),
    }
    return reads[kind]()


def negative_cash(books: Books, asked: Asked) -> list[Found]:
    """Days at whose end a cash account stood below nothing: money that was not there was paid out, or a receipt is missing. Of a cost
    centre the days on which a voucher that names it moved the account; the balance is the account's own."""
    period, store_id = asked.period, asked.store_id
    in_hand = (
        select(Account.id, Account.name)
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(AccountGroup.code == "cash-in-hand")
        .order_by(Account.name)
    )
    found: list[Found] = []
    opening = ledger.account_totals(books, period.first_day, period.last_day, store_id=store_id)
    own_days = _days_moved(books, asked) if asked.centres else None
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
            if balance < 0 and (own_days is None or (account_id, day) in own_days):
                found.append(Found(name, day, balance, id=account_id))
    return found


def _days_moved(books: Books, asked: Asked) -> set[tuple[UUID, date]]:
    """(account, day) that a voucher of these days moved which names the cost centre."""
    line = JournalLine
    query = select(line.account_id, line.voucher_date).distinct().where(*asked.naming(line.voucher_id))
    if asked.store_id is not None:
        query = query.join(Voucher, (Voucher.company_id == line.company_id) & (Voucher.id == line.voucher_id))
        query = query.where(Voucher.store_id == asked.store_id)
    within = line.voucher_date.between(asked.period.first_day, asked.period.last_day)
    return {(account, day) for account, day in books.session.execute(query.where(within))}


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


def nameless_receipts(books: Books, asked: Asked) -> list[Found]:
    """Money by UPI, card or bank without the reference that a bank statement could be matched by."""
    gone = (ReceiptCancellation.company_id == Receipt.company_id) & (ReceiptCancellation.receipt_id == Receipt.id)
    query = (
        select(Receipt.id, Receipt.number, Receipt.received_on, Receipt.amount_paise, Party.name)
        .join(Party, (Party.company_id == Receipt.company_id) & (Party.id == Receipt.party_id))
        .outerjoin(ReceiptCancellation, gone)
        .where(
            ReceiptCancellation.receipt_id.is_(None),
            Receipt.received_on.between(asked.period.first_day, asked.period.last_day),
            Receipt.mode != "cash",
            Receipt.reference == "",
            *_of_receipt(asked),
        )
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [Found(number, day, amount, id=id_, about=name) for id_, number, day, amount, name in books.session.execute(query)]


def idle_money(books: Books, asked: Asked) -> list[Found]:
    """Receipts that have lain on account for longer than `days`, with what is left of each."""
    longest = asked.period.last_day - timedelta(days=asked.days)
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
        .where(ReceiptCancellation.receipt_id.is_(None), Receipt.received_on < longest, left > 0, *_of_receipt(asked))
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [Found(number, day, int(rest), id=party, about=name) for party, number, day, rest, name in books.session.execute(query)]


def _of_receipt(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    of_store = (Receipt.store_id == asked.store_id,) if asked.store_id else ()
    return (*of_store, *asked.naming(Receipt.id))  # a receipt's voucher has its id


def customers_in_credit(books: Books, asked: Asked) -> list[Found]:
    """Customers whom the shop, or one store by its own documents, owes: paid in advance, or a bill is missing. Of a cost centre, by all
    vouchers that name it."""
    if asked.centres:
        return _in_credit_by_lines(books, asked)
    store_id = asked.store_id
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


def _in_credit_by_lines(books: Books, asked: Asked) -> list[Found]:
    line, due = JournalLine, func.sum(JournalLine.amount_paise)
    query = (
        select(Party.id, Party.name, due)
        .join(line, (line.company_id == Party.company_id) & (line.party_id == Party.id))
        .where(line.account_id == ledger.heads(books)["debtors"], *asked.naming(line.voucher_id))
        .group_by(Party.id, Party.name)
        .having(due < 0)
        .order_by(due, Party.name)
    )
    if asked.store_id is not None:
        query = query.join(Voucher, (Voucher.company_id == line.company_id) & (Voucher.id == line.voucher_id))
        query = query.where(Voucher.store_id == asked.store_id)
    return [Found(name, amount=int(owed), id=id_) for id_, name, owed in books.session.execute(query)]


def long_on_approval(books: Books, store_id: UUID | None) -> list[Found]:
    """Goods sent on approval or consignment that are neither billed nor back six months after they left: their invoice was due (CGST Act
    s.31(7)). With what they would be billed at when they left."""
    return [
        Found(one.number, one.document_date, one.total_paise, id=one.id, about=one.party.get("name", ""))
        for one in orders.overdue_challans(books)
        if store_id in (None, one.store_id)
    ]
