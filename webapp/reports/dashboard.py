"""What the owner wants to know of today, in few statements: each figure leads to the list it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select

from webapp import ledger
from webapp.catalogue.models import Item
from webapp.counter.models import MissingBill, SyncCommand, Till
from webapp.kernel.records import dataclass
from webapp.ledger.models import PartyBalance
from webapp.links.models import PaymentNotice
from webapp.payments.models import Receipt
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceFlag, InvoiceLine, InvoiceTender
from webapp.stock.models import StockBalance

DAYS = 14
TOP_ITEMS = 7
MODES = ("cash", "upi", "card", "credit")


@dataclass(frozen=True, slots=True)
class DaySales:
    """The sales of one day in paise: bills that stand, credit notes taken away. `bills` counts bills alone."""

    day: date
    bills: int
    value_paise: int


@dataclass(frozen=True, slots=True)
class TopItem:
    """An item by what was sold of it today, returns taken away."""

    item_id: UUID
    name: str
    unit: str
    qty: int
    value_paise: int


@dataclass(frozen=True, slots=True)
class TillRow:
    """A counter as it last spoke: when, how many bills wait on it, since when."""

    id: UUID
    code: str
    name: str
    last_seen_at: datetime | None
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Today:
    """The dashboard's figures. Amounts in paise; `by_mode` is what bills of today were paid by, refunds taken away."""

    day: date
    days: tuple[DaySales, ...]
    by_mode: Mapping[str, int]
    received_paise: int
    due_paise: int
    debtors: int
    top_items: tuple[TopItem, ...]
    tills: tuple[TillRow, ...]
    flags: int
    held: int
    stated: int
    low_stock: int
    below_zero: int

    @property
    def today(self) -> DaySales:
        return self.days[-1]

    @property
    def average_paise(self) -> int:
        """A bill's average, rounded down."""
        return self.today.value_paise // self.today.bills if self.today.bills else 0

    @property
    def waiting(self) -> int:
        """Bills on all counters that have not come."""
        return sum(till.waiting for till in self.tills)


def today(books: Books) -> Today:
    """The figures of this day in India."""
    due, debtors = _dues(books)
    low, below = _stock_alarms(books)
    flags, held, stated = _needs_a_look(books)
    return Today(
        day=books.today,
        days=_sales_by_day(books),
        by_mode=_by_mode(books),
        received_paise=_received(books),
        due_paise=due,
        debtors=debtors,
        top_items=_top_items(books),
        tills=_tills(books),
        flags=flags,
        held=held,
        stated=stated,
        low_stock=low,
        below_zero=below,
    )


def _stands() -> ColumnElement[bool]:
    return ~exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)


def _sign() -> ColumnElement[int]:
    return case((Invoice.kind == "credit_note", -1), else_=1)


def _sales_by_day(books: Books) -> tuple[DaySales, ...]:
    first = books.today - timedelta(days=DAYS - 1)
    query = (
        select(Invoice.invoice_date, func.sum(case((Invoice.kind == "credit_note", 0), else_=1)), func.sum(_sign() * Invoice.total_paise))
        .where(Invoice.invoice_date.between(first, books.today), _stands())
        .group_by(Invoice.invoice_date)
    )
    sold = {day: DaySales(day, int(count), int(value)) for day, count, value in books.session.execute(query)}
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return tuple(sold.get(day, DaySales(day, 0, 0)) for day in days)


def _by_mode(books: Books) -> dict[str, int]:
    query = (
        select(InvoiceTender.mode, func.sum(_sign() * InvoiceTender.amount_paise))
        .join(Invoice, (Invoice.company_id == InvoiceTender.company_id) & (Invoice.id == InvoiceTender.invoice_id))
        .where(Invoice.invoice_date == books.today, _stands())
        .group_by(InvoiceTender.mode)
    )
    paid = {mode: int(amount) for mode, amount in books.session.execute(query)}
    return {mode: paid.get(mode, 0) for mode in MODES}


def _received(books: Books) -> int:
    return int(books.session.scalar(select(func.sum(Receipt.amount_paise)).where(Receipt.received_on == books.today)) or 0)


def _dues(books: Books) -> tuple[int, int]:
    """(what customers owe, how many of them): advances are not set against others' dues."""
    due = func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise)
    each = (
        select(due.label("due"))
        .where(PartyBalance.account_id == ledger.heads(books)["debtors"])
        .group_by(PartyBalance.party_id)
        .having(due > 0)
        .subquery()
    )
    total, count = books.session.execute(select(func.coalesce(func.sum(each.c.due), 0), func.count()).select_from(each)).one()
    return int(total), int(count)


def _top_items(books: Books) -> tuple[TopItem, ...]:
    value = func.sum(_sign() * InvoiceLine.total_paise)
    query = (
        select(InvoiceLine.item_id, Item.name, Item.unit, func.sum(_sign() * InvoiceLine.qty), value)
        .join(Invoice, (Invoice.company_id == InvoiceLine.company_id) & (Invoice.id == InvoiceLine.invoice_id))
        .join(Item, (Item.company_id == InvoiceLine.company_id) & (Item.id == InvoiceLine.item_id))
        .where(Invoice.invoice_date == books.today, _stands())
        .group_by(InvoiceLine.item_id, Item.name, Item.unit)
        .order_by(value.desc(), Item.name)
        .limit(TOP_ITEMS)
    )
    return tuple(TopItem(id_, name, unit, int(qty), int(sold)) for id_, name, unit, qty, sold in books.session.execute(query) if sold > 0)


def _tills(books: Books) -> tuple[TillRow, ...]:
    query = select(Till.id, Till.code, Till.name, Till.last_seen_at, Till.last_report).where(Till.revoked_at.is_(None)).order_by(Till.code)
    return tuple(_till(*row) for row in books.session.execute(query))


def _till(id_: UUID, code: str, name: str, last_seen_at: datetime | None, report: Mapping[str, Any]) -> TillRow:
    """What a device said of itself is its word, not ours: anything unreadable counts for nothing."""
    pending, oldest = report.get("pending"), report.get("oldest")
    since = None
    if isinstance(oldest, str):
        try:
            since = datetime.fromisoformat(oldest)
        except ValueError:
            since = None
    if since is not None and since.tzinfo is None:
        since = None
    return TillRow(id_, code, name, last_seen_at, pending if isinstance(pending, int) and pending > 0 else 0, since)


def _needs_a_look(books: Books) -> tuple[int, int, int]:
    """(flags on bills; documents from tills that could not be booked, and numbers that never came; payments that were only stated)."""
    flags = select(func.count()).select_from(InvoiceFlag).where(InvoiceFlag.settled_at.is_(None)).scalar_subquery()
    is_open = (SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None))
    held = select(func.count()).select_from(SyncCommand).where(*is_open).scalar_subquery()
    missing = select(func.count()).select_from(MissingBill).where(MissingBill.state == "missing").scalar_subquery()
    stated = select(func.count()).select_from(PaymentNotice).where(PaymentNotice.state == "waiting").scalar_subquery()
    row = books.session.execute(select(flags, held + missing, stated)).one()
    return int(row[0]), int(row[1]), int(row[2])


def _stock_alarms(books: Books) -> tuple[int, int]:
    """(items at or below their reorder level, items below zero)."""
    on_hand = func.coalesce(func.sum(StockBalance.qty), 0)
    each = (
        select(on_hand.label("qty"), Item.reorder_level_qty.label("level"))
        .join(StockBalance, (StockBalance.company_id == Item.company_id) & (StockBalance.item_id == Item.id), isouter=True)
        .where(Item.archived_at.is_(None), Item.is_stocked, (Item.reorder_level_qty.is_not(None)) | (StockBalance.qty < 0))
        .group_by(Item.id, Item.reorder_level_qty)
        .subquery()
    )
    low = func.sum(case((each.c.qty <= each.c.level, 1), else_=0))
    below = func.sum(case((each.c.qty < 0, 1), else_=0))
    found = books.session.execute(select(low, below).select_from(each)).one()
    return int(found[0] or 0), int(found[1] or 0)
