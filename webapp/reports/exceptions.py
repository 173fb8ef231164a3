"""What an accountant looks for before trusting the books: each kind with how many there are and the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp import ledger, orders
from webapp.catalogue.models import Item
from webapp.kernel.dates import Period
from webapp.ledger.models import Account, AccountGroup, JournalLine, PartyBalance
from webapp.outstandings.models import Allocation
from webapp.parties.models import Party
from webapp.payments.models import Receipt, ReceiptCancellation
from webapp.platform.numbering import NumberSeries
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice
from webapp.stock.models import StockBalance
from webapp.vouchers.models import VoucherDocument

MOST = 100
KINDS = ("cash", "stock", "numbers", "references", "money", "credit", "approval")
_SHOPS_NUMBERS = {"bill": "invoice", "credit_note": "invoice", "receipt": "receipt"}


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
class Exceptional:
    """One kind: how many there are, and a page of them. `rows` begin with the row number `start`, counted from 0."""

    kind: str
    count: int
    rows: tuple[Found, ...]
    start: int = 0


def exceptions(books: Books, period: Period, days: int) -> tuple[Exceptional, ...]:
    """The first of every kind, in the order of KINDS. `days` is how long money may lie on account before it stands out."""
    every = ((kind, rows_of(books, kind, period, days)) for kind in KINDS)
    return tuple(Exceptional(kind, len(rows), tuple(rows[:MOST])) for kind, rows in every)


def exceptions_page(books: Books, kind: str, period: Period, days: int, number: int) -> Exceptional:
    """A page of one kind, the first being 1; the last one for a number beyond it."""
    rows = rows_of(books, kind, period, days)
    start = min(number - 1, max(len(rows) - 1, 0) // MOST) * MOST
    return Exceptional(kind, len(rows), tuple(rows[start : start + MOST]), start)


def whole(books: Books, period: Period, days: int) -> Iterator[tuple[str, Found]]:
    """Every row of every kind."""
    for kind in KINDS:
        for row in rows_of(books, kind, period, days):
            yield kind, row


def rows_of(books: Books, kind: str, period: Period, days: int) -> list[Found]:
    """Every row of one kind of KINDS."""
    reads: dict[str, Callable[[], list[Found]]] = {
        "cash": lambda: negative_cash(books, period),
        "stock": lambda: negative_stock(books),
        "numbers": lambda: missing_numbers(books, period),
        "references": lambda: nameless_receipts(books, period),
        "money": lambda: idle_money(books, period.last_day, days),
        "credit": lambda: customers_in_credit(books),
        "approval": lambda: long_on_approval(books),
    }
    return reads[kind]()


def negative_cash(books: Books, period: Period) -> list[Found]:
    """Days at whose end a cash account stood below nothing: money that was not there was paid out, or a receipt is missing."""
    in_hand = (
        select(Account.id, Account.name)
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(AccountGroup.code == "cash-in-hand")
        .order_by(Account.name)
    )
    found: list[Found] = []
    opening = ledger.account_totals(books, period.first_day, period.last_day)
    for account_id, name in books.session.execute(in_hand):
        total = opening.get(account_id)
        balance = total.opening if total else 0
        query = (
            select(JournalLine.voucher_date, func.sum(JournalLine.amount_paise))
            .where(JournalLine.account_id == account_id, JournalLine.voucher_date.between(period.first_day, period.last_day))
            .group_by(JournalLine.voucher_date)
            .order_by(JournalLine.voucher_date)
        )
        for day, net in books.session.execute(query):
            balance += int(net)
            if balance < 0:
                found.append(Found(name, day, balance, id=account_id))
    return found


def negative_stock(books: Books) -> list[Found]:
    """Items of which less than nothing is on hand today."""
    qty = func.sum(StockBalance.qty)
    query = (
        select(Item.id, Item.name, qty)
        .join(StockBalance, (StockBalance.company_id == Item.company_id) & (StockBalance.item_id == Item.id))
        .group_by(Item.id, Item.name, StockBalance.store_id)
        .having(qty < 0)
        .order_by(Item.name)
    )
    return [Found(name, qty=int(left), id=id_) for id_, name, left in books.session.execute(query)]


def missing_numbers(books: Books, period: Period) -> list[Found]:
    """Numbers of a series that no document has. Rule 46(b) asks for a consecutive series; a cancelled document keeps its own."""
    year = period.last_day.year if period.last_day.month >= 4 else period.last_day.year - 1
    found: list[Found] = []
    series = select(NumberSeries.prefix, NumberSeries.document_kind, NumberSeries.last)
    for prefix, kind, last in books.session.execute(series.where(NumberSeries.fy_start_year == year).order_by(NumberSeries.prefix)):
        if not _is_looked_at(books, prefix, kind):
            continue
        with books.of_every_store():
            used = _used(books, prefix, kind) if _how_many(books, prefix, kind) < last else None
        if used is not None:
            found += [Found(f"{prefix}/{seq:06d}") for seq in range(1, last + 1) if seq not in used]
    return found


def _is_looked_at(books: Books, prefix: str, kind: str) -> bool:
    """Papers that go to customers, and vouchers. A member held to stores is told of the series that stand in these."""
    is_known = kind in _SHOPS_NUMBERS or kind.startswith("voucher_")
    return is_known and (not books.own_stores or _how_many(books, prefix, kind) > 0)


def _how_many(books: Books, prefix: str, kind: str) -> int:
    if _SHOPS_NUMBERS.get(kind) == "invoice":
        return int(books.session.scalar(select(func.count()).select_from(Invoice).where(Invoice.series == prefix)) or 0)
    return len(_used(books, prefix, kind))


def _used(books: Books, prefix: str, kind: str) -> set[int]:
    where = _SHOPS_NUMBERS.get(kind)
    if where == "invoice":
        return set(books.session.scalars(select(Invoice.seq).where(Invoice.series == prefix)))
    column: Any = Receipt.number if where == "receipt" else VoucherDocument.number
    numbers = books.session.scalars(select(column).where(column >= f"{prefix}/", column < f"{prefix}0"))
    return {int(number.rpartition("/")[2]) for number in numbers if number.rpartition("/")[2].isdigit()}


def nameless_receipts(books: Books, period: Period) -> list[Found]:
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
        )
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [Found(number, day, amount, id=id_, about=name) for id_, number, day, amount, name in books.session.execute(query)]


def idle_money(books: Books, on: date, days: int) -> list[Found]:
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
        .where(ReceiptCancellation.receipt_id.is_(None), Receipt.received_on < on - timedelta(days=days), left > 0)
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [Found(number, day, int(rest), id=party, about=name) for party, number, day, rest, name in books.session.execute(query)]


def customers_in_credit(books: Books) -> list[Found]:
    """Customers whom the shop owes: paid in advance, or a bill is missing."""
    due = func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise)
    query = (
        select(Party.id, Party.name, due)
        .join(PartyBalance, (PartyBalance.company_id == Party.company_id) & (PartyBalance.party_id == Party.id))
        .where(PartyBalance.account_id == ledger.heads(books)["debtors"])
        .group_by(Party.id, Party.name)
        .having(due < 0)
        .order_by(due, Party.name)
    )
    return [Found(name, amount=int(owed), id=id_) for id_, name, owed in books.session.execute(query)]


def long_on_approval(books: Books) -> list[Found]:
    """Goods sent on approval or consignment that are neither billed nor back six months after they left: their invoice was due (CGST Act
    s.31(7)). With what they would be billed at when they left."""
    return [
        Found(one.number, one.document_date, one.total_paise, id=one.id, about=one.party.get("name", ""))
        for one in orders.overdue_challans(books)
    ]
