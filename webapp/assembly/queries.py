"""Stock journals as screens and papers read them: frozen rows."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select, tuple_

from webapp.assembly.models import StockJournal, StockJournalCancellation, StockJournalCost, StockJournalLine
from webapp.company import allowed_stores, require_mine
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A journal's own row. Amounts in paise, as they were the day it was posted."""

    id: UUID
    kind: str
    number: str
    made_on: date
    store_id: UUID
    share_by: str
    bom_id: UUID | None
    note: str
    used_paise: int
    costs_paise: int
    by_products_paise: int
    made_paise: int
    body_sha256: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line: `cost_paise` when it was posted."""

    line_no: int
    side: str
    item_id: UUID
    name: str
    unit: str
    qty: int
    batch: str
    serials: str
    cost_paise: int


@dataclass(frozen=True, slots=True)
class CostRow:
    """What else the goods cost."""

    line_no: int
    account_id: UUID
    name: str
    amount_paise: int


@dataclass(frozen=True, slots=True)
class CancellationRow:
    """How a journal was taken back."""

    reversal_id: UUID
    cancelled_on: date
    reason: str
    cancelled_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JournalView:
    """A journal whole."""

    row: JournalRow
    lines: tuple[LineRow, ...]
    costs: tuple[CostRow, ...]
    cancellation: CancellationRow | None

    def side(self, name: str) -> list[LineRow]:
        """The lines of one side: used, made, by_product."""
        return [one for one in self.lines if one.side == name]


@dataclass(frozen=True, slots=True)
class Listed:
    """A journal in the list, with what it made."""

    row: JournalRow
    made: str
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the list: a number or an item's name, a kind, a state, a store, days."""

    text: str = ""
    kind: str = ""
    state: str = ""
    store_id: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Journals, the newest first, and where the next page begins."""

    rows: tuple[Listed, ...]
    older: Cursor | None


def _columns(model: Any, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(model, one.name) for one in fields(row))


_ROW = Lookup(select(*_columns(StockJournal, JournalRow)).where(StockJournal.id == bindparam("id")))
_ROW_TO_CHANGE = Lookup(select(*_columns(StockJournal, JournalRow)).where(StockJournal.id == bindparam("id")).with_for_update())
_LINES = Lookup(
    select(*_columns(StockJournalLine, LineRow)).where(StockJournalLine.journal_id == bindparam("id")).order_by(StockJournalLine.line_no)
)
_COSTS = Lookup(
    select(*_columns(StockJournalCost, CostRow)).where(StockJournalCost.journal_id == bindparam("id")).order_by(StockJournalCost.line_no)
)
_CANCELLED = Lookup(
    select(*_columns(StockJournalCancellation, CancellationRow)).where(StockJournalCancellation.journal_id == bindparam("id"))
)
_MADE = Lookup(
    select(StockJournalLine.journal_id, StockJournalLine.name)
    .where(StockJournalLine.journal_id.in_(bindparam("ids", expanding=True)), StockJournalLine.side == "made")
    .order_by(StockJournalLine.journal_id, StockJournalLine.line_no)
)


def row_or_none(books: Books, journal_id: UUID) -> JournalRow | None:
    """A journal's own row, or None when this company has none by that id."""
    row = _ROW.first(books, id=journal_id)
    return JournalRow(*row) if row else None


def journal(books: Books, journal_id: UUID, *, to_change: bool = False) -> JournalView:
    """A journal whole. NotFound when this company has none; NotYourStore when this actor does not work in its store. `to_change`
    holds it until the transaction ends: it is cancelled once."""
    found = (_ROW_TO_CHANGE if to_change else _ROW).first(books, id=journal_id)
    if found is None:
        raise NotFound("stock journal")
    row = JournalRow(*found)
    require_mine(books, row.store_id)
    cancelled = _CANCELLED.first(books, id=journal_id)
    return JournalView(
        row=row,
        lines=tuple(LineRow(*line) for line in _LINES.rows(books, id=journal_id)),
        costs=tuple(CostRow(*cost) for cost in _COSTS.rows(books, id=journal_id)),
        cancellation=CancellationRow(*cancelled) if cancelled else None,
    )


def journals(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> JournalPage:
    """A page of journals, the newest first, of the stores this actor may work in."""
    cancelled = exists().where(
        StockJournalCancellation.company_id == StockJournal.company_id, StockJournalCancellation.journal_id == StockJournal.id
    )
    query = select(*_columns(StockJournal, JournalRow), cancelled)
    if wanted.state:
        query = query.where(cancelled if wanted.state == "cancelled" else ~cancelled)
    if wanted.kind:
        query = query.where(StockJournal.kind == wanted.kind)
    if wanted.text:
        text = wanted.text.lower()
        line = exists().where(
            StockJournalLine.company_id == StockJournal.company_id,
            StockJournalLine.journal_id == StockJournal.id,
            func.lower(StockJournalLine.name).contains(text, autoescape=True),
        )
        query = query.where(or_(func.lower(StockJournal.number).contains(text, autoescape=True), line))
    if wanted.store_id:
        query = query.where(StockJournal.store_id == wanted.store_id)
    if wanted.first_day:
        query = query.where(StockJournal.made_on >= wanted.first_day)
    if wanted.last_day:
        query = query.where(StockJournal.made_on <= wanted.last_day)
    if (allowed := allowed_stores(books)) is not None:
        query = query.where(StockJournal.store_id.in_(allowed))
    if older_than:
        query = query.where(tuple_(StockJournal.made_on, StockJournal.id) < older_than)
    found = list(books.session.execute(query.order_by(StockJournal.made_on.desc(), StockJournal.id.desc()).limit(most + 1)))
    rows = [JournalRow(*one[:-1]) for one in found[:most]]
    names: dict[UUID, list[str]] = {}
    if rows:
        for id_, name in _MADE.rows(books, ids=[row.id for row in rows]):
            names.setdefault(id_, []).append(name)
    listed = tuple(Listed(row, ", ".join(names.get(row.id, ())), bool(one[-1])) for row, one in zip(rows, found, strict=False))
    last = rows[-1] if len(found) > most else None
    return JournalPage(listed, Cursor(last.made_on, last.id) if last else None)
