"""Who owes the shop, and since when; one customer's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select

from webapp import ledger
from webapp.kernel.dates import Period
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.ledger import Asked, RegisterRow
from webapp.ledger.models import PartyBalance
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.reports.places import beyond, short_of

PAGE = 50
STATES = ("advance", "over-limit", "all")
ORDERS = ("name",)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the khata shows: words of a name or phone; who owes (""), has paid in advance, is over the limit, or all; an order."""

    words: str = ""
    state: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class DueRow:
    """A customer and what is due in paise; less than nothing is an advance. `since` is the month (202611) of the oldest due,
    if what came in paid the oldest first."""

    id: UUID
    name: str
    local_name: str
    phone: str
    credit_limit: int | None
    due: int
    since: int | None

    @property
    def is_over_limit(self) -> bool:
        return self.credit_limit is not None and self.due > self.credit_limit


@dataclass(frozen=True, slots=True)
class DuePage:
    """Rows, and those to go on from on either side."""

    rows: tuple[DueRow, ...]
    before: DueRow | None
    after: DueRow | None


@dataclass(frozen=True, slots=True)
class DueSums:
    """The list added up: customers, what they owe, what they have paid in advance."""

    customers: int
    owed: int
    advance: int


def due_page(
    books: Books,
    wanted: Wanted,
    *,
    after: tuple[str | int, UUID] | None = None,
    before: tuple[str | int, UUID] | None = None,
    most: int = PAGE,
) -> DuePage:
    """One page of the khata: the largest due first, or by name."""
    each = _dues(books, wanted).subquery()
    # The largest first and then by id is one upward order when the figure is turned round.
    is_by_name = wanted.order == "name"
    upwards: tuple[Any, ...] = (each.c.name if is_by_name else -each.c.due, each.c.id)
    sign = 1 if is_by_name else -1
    query = select(each).limit(most + 1)
    if before:
        query = query.where(short_of(upwards, (_turned(before[0], sign), before[1]))).order_by(*(column.desc() for column in upwards))
    else:
        query = query.order_by(*upwards)
        if after:
            query = query.where(beyond(upwards, (_turned(after[0], sign), after[1])))
    found = books.session.execute(query).all()
    rows = _rows(books, found[:most])
    has_more = len(found) > most
    if before:
        rows = rows[::-1]
        return DuePage(rows, rows[0] if rows and has_more else None, rows[-1] if rows else None)
    return DuePage(rows, rows[0] if rows and after else None, rows[-1] if rows and has_more else None)


def whole_khata(books: Books, wanted: Wanted) -> Iterator[DueRow]:
    """Every row, in pieces so that memory stays flat."""
    after: tuple[str | int, UUID] | None = None
    while True:
        page = due_page(books, wanted, after=after, most=500)
        yield from page.rows
        if page.after is None:
            return
        after = place_of(page.after, wanted)


def place_of(row: DueRow, wanted: Wanted) -> tuple[str | int, UUID]:
    """A row's place in the order asked for."""
    return (row.name if wanted.order == "name" else row.due, row.id)


def due_sums(books: Books, wanted: Wanted) -> DueSums:
    """The whole list added up."""
    each = _dues(books, wanted).subquery()
    owed = func.sum(case((each.c.due > 0, each.c.due), else_=0))
    advance = func.sum(case((each.c.due < 0, -each.c.due), else_=0))
    row = books.session.execute(select(func.count(), owed, advance).select_from(each)).one()
    return DueSums(*(int(figure or 0) for figure in row))


def whole_party(books: Books, party_id: UUID, period: Period, *, store_id: UUID | None = None) -> Iterator[RegisterRow]:
    """Every line of a party in these days, of one store when it is given, in pieces so that memory stays flat."""
    after = None
    while True:
        page = ledger.party_page(books, party_id, Asked(period.first_day, period.last_day, after=after, most=1000, store_id=store_id))
        yield from page.rows
        if page.later is None:
            return
        after = page.later


def _dues(books: Books, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    due = func.sum(PartyBalance.debit_paise - PartyBalance.credit_paise)
    states = {
        "": due > 0,
        "advance": due < 0,
        "over-limit": and_(Party.credit_limit_paise.is_not(None), due > Party.credit_limit_paise),
        "all": due != 0,
    }
    query: Select[*tuple[Any, ...]] = (
        select(Party.id, Party.name, Party.local_name, Party.phone, Party.credit_limit_paise.label("credit_limit"), due.label("due"))
        .join(PartyBalance, (PartyBalance.company_id == Party.company_id) & (PartyBalance.party_id == Party.id))
        .where(PartyBalance.account_id == ledger.heads(books)["debtors"])
        .group_by(Party.company_id, Party.id)
        .having(states[wanted.state])
    )
    for word in folded(wanted.words).split()[:8]:
        query = query.where(or_(Party.search_text.contains(word, autoescape=True)))
    return query


def _rows(books: Books, found: Sequence[Any]) -> tuple[DueRow, ...]:
    since = _oldest(books, {row.id: int(row.due) for row in found if row.due > 0})
    return tuple(DueRow(row.id, row.name, row.local_name, row.phone, row.credit_limit, int(row.due), since.get(row.id)) for row in found)


def _oldest(books: Books, dues: dict[UUID, int]) -> dict[UUID, int]:
    """The month of each party's oldest unpaid debit: its newest debits, month by month, until they make up what is due."""
    if not dues:
        return {}
    query = (
        select(PartyBalance.party_id, PartyBalance.month, PartyBalance.debit_paise)
        .where(
            PartyBalance.account_id == ledger.heads(books)["debtors"], PartyBalance.party_id.in_(list(dues)), PartyBalance.debit_paise > 0
        )
        .order_by(PartyBalance.party_id, PartyBalance.month.desc())
    )
    left, since = dict(dues), {}
    for party_id, month, debit in books.session.execute(query):
        if left[party_id] > 0:
            since[party_id] = month
            left[party_id] -= debit
    return since


def _turned(figure: str | int, sign: int) -> str | int:
    return figure if isinstance(figure, str) else sign * figure
