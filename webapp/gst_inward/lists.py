"""Rows of the reconciliation as lists show them: filtered, a page at a time, and added up by state and by supplier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from webapp.gst_inward import deciding, matching, queries
from webapp.gst_inward.deciding import Decision
from webapp.gst_inward.models import InwardDecision, InwardDocument, InwardMatch
from webapp.gst_inward.queries import MatchRow
from webapp.gst_inward.values import Action
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

PAGE = 50
OPEN = (matching.ONLY_TOLD, matching.ONLY_BOOKS, matching.DIFFERS)
WHICH = ("month", "open")
IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. Empty means: whatever it is. `which` is the rows of the month, or what is open up to it; `decision` a letter of
    Action, or "ignored" for what was set aside, which stands in no other list."""

    text: str = ""
    state: str = ""
    stage: str = ""
    supplier: str = ""
    which: str = "month"
    decision: str = ""


class ListRow(NamedTuple):
    """A row with what was decided of it."""

    match: MatchRow
    action: Action
    is_ignored: bool
    source: str
    is_rejected: bool
    is_available: bool
    reason: str
    version: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.match.day, self.match.id)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and where the next begins."""

    rows: tuple[ListRow, ...]
    older: Cursor | None


def page(books: Books, gstin: str, month: int, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> Page:
    """A page of rows, the newest document first."""
    m = InwardMatch
    query = _select(gstin, month, wanted).order_by(m.day.desc(), m.id.desc()).limit(most + 1)
    if older_than is not None:
        query = query.where(tuple_(m.day, m.id) < tuple_(*older_than, types=[m.day.type, m.id.type]))
    found = [_row(row) for row in books.session.execute(query)]
    rows = tuple(found[:most])
    return Page(rows, rows[-1].cursor if len(found) > most else None)


def everything(books: Books, gstin: str, month: int, wanted: Wanted) -> Iterator[ListRow]:
    """Every row that a list shows, page by page."""
    at: Cursor | None = None
    while True:
        found = page(books, gstin, month, wanted, older_than=at, most=500)
        yield from found.rows
        if (at := found.older) is None:
            return


def sums(books: Books, gstin: str, month: int, wanted: Wanted) -> dict[str, tuple[int, int]]:
    """State → rows, and their tax in paise, whatever state the list is filtered by."""
    inner = _select(gstin, month, Wanted(wanted.text, "", wanted.stage, wanted.supplier, wanted.which, wanted.decision)).subquery()
    query = select(inner.c.state, func.count(), func.sum(inner.c.tax_paise)).group_by(inner.c.state)
    rows: Any = books.session.execute(query)
    return {state: (int(count), int(tax)) for state, count, tax in rows}


_MATCH = queries.columns(InwardMatch, MatchRow)
_ABOUT = [getattr(InwardDocument, name) for name in ("kind", "told_action", "source", "is_rejected", "is_available", "reason")]
_DECIDED = [getattr(InwardDecision, name) for name in Decision._fields]


def _select(gstin: str, month: int, wanted: Wanted) -> Select[Any]:
    m, d, own = InwardMatch, InwardDocument, InwardDecision
    columns = [*_MATCH, *(column.label(f"told_{column.key}") for column in (*_ABOUT, *_DECIDED))]
    query = (
        select(*columns)
        .outerjoin(d, and_(d.company_id == m.company_id, d.id == m.document_id))
        .outerjoin(own, and_(own.company_id == m.company_id, own.gstin == m.gstin, own.key == m.key))
        .where(m.gstin == gstin, m.month == month if wanted.which == "month" else and_(m.month <= month, m.state.in_(OPEN)))
    )
    return query.where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    m, d, own = InwardMatch, InwardDocument, InwardDecision
    is_ignored = func.coalesce(own.is_ignored, False)
    found: list[ColumnElement[bool]] = [is_ignored if wanted.decision == IGNORED else ~is_ignored]
    if wanted.state:
        found.append(m.state == wanted.state)
    if wanted.stage:
        found.append(m.stage == wanted.stage)
    if wanted.supplier:
        found.append(m.supplier_gstin == wanted.supplier)
    if wanted.decision in set(Action):
        # A person's word before the file's, as deciding.action_of has it.
        decided = func.coalesce(func.nullif(own.action, Action.NONE.value), d.told_action, Action.NONE.value)
        found.append(and_(decided == wanted.decision, m.document_id.is_not(None)))
    if wanted.text:
        names = (m.number, m.supplier_name, m.supplier_gstin)
        found.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in names)))
    return found


def _row(row: Any) -> ListRow:
    width = len(_MATCH)
    match, about, decided = MatchRow(*row[:width]), row[width : width + 6], row[width + 6 :]
    decision = Decision(*decided) if decided[-2] is not None else None
    action = deciding.action_of(match.month, about[0], about[1], decision) if match.document_id and about[0] else Action.NONE
    is_ignored, version = (decision.is_ignored, decision.version) if decision else (False, 0)
    return ListRow(match, action, is_ignored, about[2] or "", bool(about[3]), about[4] is not False, about[5] or "", version)


# Suppliers ---------------------------------------------------------------------------------------------------------------


class AtRisk(NamedTuple):
    """A supplier with what is open of him up to a month, in paise: `missing` tax of bills he told of nothing, `short` tax he told less
    than we claimed, `unbilled` tax he told of that no bill of ours has."""

    gstin: str
    name: str
    rows: int
    missing: int
    short: int
    unbilled: int

    @property
    def risk(self) -> int:
        return self.missing + self.short


def suppliers(books: Books, gstin: str, month: int, text: str = "") -> list[AtRisk]:
    """Every supplier of whom something is open, the largest credit at risk first."""
    found: dict[str, AtRisk] = {}
    for row in everything(books, gstin, month, Wanted(text=text, which="open")):
        one = row.match
        before = found.get(one.supplier_gstin) or AtRisk(one.supplier_gstin, one.supplier_name, 0, 0, 0, 0)
        missing = one.tax_paise if one.state == matching.ONLY_BOOKS else 0
        unbilled = one.tax_paise if one.state == matching.ONLY_TOLD else 0
        short = short_of(one)
        more = (before.rows + 1, before.missing + missing, before.short + short, before.unbilled + unbilled)
        found[one.supplier_gstin] = AtRisk(one.supplier_gstin, before.name or one.supplier_name, *more)
    return sorted(found.values(), key=lambda one: (-one.risk, -one.unbilled, one.gstin))


def short_of(one: MatchRow) -> int:
    """How much less tax was told than the books have, where the two differ; nothing where more was told, or of a credit note."""
    if one.state != matching.DIFFERS or one.tax_paise < 0:
        return 0
    heads = [row for row in one.differences if row[0] in ("cgst", "sgst", "igst", "cess")]
    return max(sum(int(ours) - int(theirs) for _field, theirs, ours in heads), 0)


def supplier_rows(books: Books, gstin: str, month: int, supplier: str) -> list[ListRow]:
    """What is open of one supplier, the oldest first."""
    found = list(everything(books, gstin, month, Wanted(supplier=supplier, which="open")))
    return sorted(found, key=lambda row: (row.match.state, row.match.day, row.match.number))


def free_bills(books: Books, gstin: str, like: MatchRow, most: int = 30) -> list[MatchRow]:
    """Bills alone that a document may be linked with by hand: of its supplier first, then those of the nearest sum."""
    m = InwardMatch
    query = select(*_MATCH).where(m.gstin == gstin, m.state == matching.ONLY_BOOKS, m.kind == like.kind)
    same_first = (m.supplier_gstin != like.supplier_gstin, func.abs(m.tax_paise - like.tax_paise), m.day, m.id)
    return [MatchRow(*row) for row in books.session.execute(query.order_by(*same_first).limit(most))]


def months_open(books: Books, gstin: str) -> dict[int, dict[str, int]]:
    """Month → rows by state, of every month that was matched."""
    m = InwardMatch
    rows: Any = books.session.execute(select(m.month, m.state, func.count()).where(m.gstin == gstin).group_by(m.month, m.state))
    found: dict[int, dict[str, int]] = {}
    for month, state, count in rows:
        found.setdefault(month, {})[state] = int(count)
    return found
