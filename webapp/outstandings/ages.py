"""How old what is open is: by party in buckets, and bill by bill. Two views of the same: strictly by bill, where money that
names no bill stands beside the bills; and netted, where it pays the oldest first (nothing is written for that).

The summary is linear: lines of a bucket, less the allocations to lines of that bucket. So it adds up two indexes and
asks for no single line, whatever the history is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, func, literal, select, true, tuple_, union_all

from webapp.kernel.records import dataclass
from webapp.ledger.models import JournalLine, Voucher
from webapp.outstandings import lines, rules
from webapp.outstandings.lines import Asked
from webapp.outstandings.models import Allocation
from webapp.outstandings.rules import OpenItem
from webapp.parties.models import Party
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class PartyAge:
    """A party's open bills by age, youngest first, and its money on account, all unsigned paise."""

    party_id: UUID
    name: str
    phone: str
    buckets: tuple[int, ...]
    on_account: int

    @property
    def bills(self) -> int:
        return sum(self.buckets)

    @property
    def balance(self) -> int:
        """What stands in the ledger: bills less what is on account."""
        return self.bills - self.on_account

    def overdue(self, *, by_due: bool) -> int:
        """What is past its due date; by bill date, past the first bucket."""
        return sum(self.buckets[1:]) if by_due or len(self.buckets) > 1 else 0


@dataclass(frozen=True, slots=True)
class Ageing:
    """Every party with something open, the largest balance first, and the days that part the buckets."""

    rows: tuple[PartyAge, ...]
    parting: tuple[int, ...]

    @property
    def totals(self) -> PartyAge:
        buckets = tuple(sum(row.buckets[place] for row in self.rows) for place in range(len(self.parting) + 1))
        return PartyAge(UUID(int=0), "", "", buckets, sum(row.on_account for row in self.rows))


class Place(NamedTuple):
    """A bill's place in the list of bills."""

    due: date
    day: date
    voucher_id: UUID
    line_no: int


@dataclass(frozen=True, slots=True)
class OpenBill:
    """An open bill in a list over all parties. `left` and `amount` unsigned."""

    item: OpenItem
    party: str
    left: int

    @property
    def place(self) -> Place:
        return Place(self.item.due_on, self.item.day, *self.item.key)


@dataclass(frozen=True, slots=True)
class BillPage:
    """Bills, oldest due first; `after` is where the next page begins, and the whole list added up."""

    rows: tuple[OpenBill, ...]
    after: Place | None
    count: int
    left: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the bills a list shows: past due only; one bucket of `parting`; with money on account netted."""

    overdue_only: bool = False
    bucket: int | None = None
    parting: tuple[int, ...] = ()
    is_netted: bool = False


def ageing(books: Books, asked: Asked, *, edges: Sequence[int] = rules.USUAL_EDGES, netted: bool = False) -> Ageing:
    """The summary by party. Parties with nothing open are left out."""
    return ageings(books, asked, (asked.on,), edges=edges, netted=netted)[0]


def ageings(books: Books, asked: Asked, days: Sequence[date], *, edges: Sequence[int], netted: bool) -> list[Ageing]:
    """The summary as it stood at the end of each of `days`: one statement for each, and three for all of them."""
    parting = rules.bounds(edges, by_due=asked.by_due)
    accounts, terms = lines.accounts_of(books, asked), _terms(books) if asked.by_due else []
    found = [_figures(books, replace(asked, on=day), parting, accounts, terms) for day in days]
    people = list(names_of(books, asked, {party_id for one in found for party_id in one}))
    return [Ageing(tuple(_rows(figures, people, netted=netted)), parting) for figures in found]


def _rows(figures: Mapping[UUID, tuple[list[int], int]], people: Sequence[tuple[UUID, str, str]], *, netted: bool) -> list[PartyAge]:
    rows = []
    for party_id, name, phone in (one for one in people if one[0] in figures):
        buckets, money = tuple(figures[party_id][0]), figures[party_id][1]
        if netted:
            buckets, money = rules.spread_oldest_first(buckets, money)
        if any(buckets) or money:
            rows.append(PartyAge(party_id, name, phone, buckets, money))
    return sorted(rows, key=lambda row: (-row.balance, row.name, row.party_id))


def open_items(
    books: Books,
    party_id: UUID,
    *,
    on: date | None = None,
    side: str = "",
    store_id: UUID | None = None,
    centres: tuple[UUID, ...] = (),
) -> list[OpenItem]:
    """Everything open of a party on a day (today), bills and money, oldest due first. Their sum is its balance that day.

    Of one store, or of the vouchers that name some cost centres, what these have open: their sum is not its balance where other money
    settled a bill of them.
    """
    asked = Asked(on or books.today, side=side, party_id=party_id, store_id=store_id, centres=centres)
    return sorted(lines.items_of(books.session.execute(lines.open_lines(books, asked)).all()), key=rules.oldest_first)


def bills(books: Books, asked: Asked, narrowed: Narrowed, *, after: Place | None = None, most: int = PAGE) -> BillPage:
    """One page of open bills of all parties. The page and the sum of the list are one statement, which works the bills out once."""
    each = _bills(books, asked, narrowed).cte("bills")
    place = (each.c.due, each.c.day, each.c.voucher_id, each.c.line_no)
    whole = select(func.count().label("count"), func.coalesce(func.sum(each.c.left), 0).label("sum")).select_from(each).subquery()
    query = select(each, whole).join(whole, true()).order_by(*place).limit(most + 1)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*after, types=[column.type for column in place]))
    found = books.session.execute(query).all()
    count, left = found[0][-2:] if found else (0, 0)
    if not found and after is not None:  # a place beyond the last
        count, left = books.session.execute(select(func.count(), func.coalesce(func.sum(each.c.left), 0)).select_from(each)).one()
    rows = _open_bills(found[:most])
    return BillPage(rows, rows[-1].place if len(found) > most else None, int(count), int(left))


def all_bills(books: Books, asked: Asked, narrowed: Narrowed) -> Iterator[OpenBill]:
    """Every bill of the list, in its order."""
    each = _bills(books, asked, narrowed).subquery()
    place = (each.c.due, each.c.day, each.c.voucher_id, each.c.line_no)
    with books.session.execute(select(each).order_by(*place).execution_options(yield_per=500)) as found:
        for rows in found.partitions():
            yield from _open_bills(rows)


def _open_bills(rows: Sequence[Any]) -> tuple[OpenBill, ...]:
    return tuple(OpenBill(item, row.party, int(row.left)) for item, row in zip(lines.items_of(rows), rows, strict=True))


def _bills(books: Books, asked: Asked, narrowed: Narrowed) -> Select[*tuple[Any, ...]]:
    own = lines.open_lines(books, asked).where(lines.bill_side(asked)).subquery()
    if narrowed.is_netted:
        own = _netted(books, asked, own)
    query, left = select(own), own.c.left
    old = own.c.due if asked.by_due else own.c.day
    if narrowed.overdue_only:
        query = query.where(own.c.due < asked.on)
    if narrowed.bucket is not None:
        if narrowed.bucket > 0:
            query = query.where(old < _before(asked.on, narrowed.parting[narrowed.bucket - 1]))
        if narrowed.bucket < len(narrowed.parting):
            query = query.where(old >= _before(asked.on, narrowed.parting[narrowed.bucket]))
    return query.where(left > 0)


def _before(on: date, days: int) -> date:
    return date.fromordinal(on.toordinal() - days)


def _netted(books: Books, asked: Asked, own: Any) -> Any:
    """The bills with what their party has on account taken off the oldest first: a running sum of each party's bills, in one
    pass over them."""
    money = lines.open_lines(books, asked).where(~lines.bill_side(asked)).subquery()
    of_party = select(money.c.party_id, func.sum(money.c.left).label("money")).group_by(money.c.party_id).subquery()
    old = own.c.due if asked.by_due else own.c.day
    order = (old, own.c.day, own.c.voucher_id, own.c.line_no)
    ran = (
        select(
            own,
            (func.sum(own.c.left).over(partition_by=own.c.party_id, order_by=order) - func.coalesce(of_party.c.money, 0)).label("upto"),
        )
        .select_from(own)
        .outerjoin(of_party, of_party.c.party_id == own.c.party_id)
        .subquery()
    )
    left = case((ran.c.upto < ran.c.left, ran.c.upto), else_=ran.c.left)
    columns = [column for column in ran.c if column.name not in ("left", "upto")]
    return select(*columns, left.label("left")).subquery()


# The summary -----------------------------------------------------------------------------------------------------------


def _figures(
    books: Books, asked: Asked, parting: tuple[int, ...], accounts: list[UUID], terms: list[int] | None
) -> dict[UUID, tuple[list[int], int]]:
    """Party → (its buckets, its money on account)."""
    past = lines.thresholds(asked, parting, terms)
    whole, few = _of_lines(asked, accounts, past), _of_lines(asked, accounts, past, same=lines.unindexed)
    # A reversal and what it reverses are taken out again: by their vouchers, which are few.
    reversals = select(Voucher.id).where(Voucher.reverses_id > UUID(int=0))
    reversed_ = select(Voucher.reverses_id).where(Voucher.reverses_id > UUID(int=0), lines.unindexed(Voucher.voucher_date) <= asked.on)
    taken_out = [few.where(JournalLine.voucher_id.in_(_of_store(vouchers, Voucher, asked))) for vouchers in (reversals, reversed_)]
    # One statement: each part goes through its own rows, and says by its last column whether it adds or takes off.
    adds = _in_store(whole, asked).add_columns(literal(1))
    takes = [query.add_columns(literal(-1)) for query in (*taken_out, *_of_allocations(books, asked, accounts, past))]
    sums: dict[UUID, list[int]] = {}
    for party_id, *figures, sign in books.session.execute(union_all(adds, *takes)):
        kept = sums.setdefault(party_id, [0] * len(figures))
        for place, figure in enumerate(figures):
            kept[place] += sign * int(figure or 0)
    return {party: (_parted(row[:-1]), row[-1]) for party, row in sums.items()}


def _terms(books: Books) -> list[int] | None:
    """The terms of credit in use, in days; None where the database takes days off a date itself."""
    if books.connection.dialect.name == "postgresql":
        return None
    return list(books.session.scalars(select(Party.credit_days).distinct().order_by(Party.credit_days)))


def _parted(cumulative: Sequence[int]) -> list[int]:
    """[all, older than bound 0, older than bound 1 …] as buckets, youngest first."""
    return [figure - older for figure, older in zip(cumulative, [*cumulative[1:], 0], strict=True)]


def _of_lines(
    asked: Asked, accounts: list[UUID], past: Sequence[Any], same: Callable[[Any], Any] = lambda column: column
) -> Select[*tuple[Any, ...]]:
    """Party, its bills, those older than each bound, its money: of all lines up to the day. `same` turns columns whose
    index should not be entered: those few that were reversed are found from their vouchers."""
    size = JournalLine.amount_paise * asked.sign
    is_bill = lines.bill_side(asked)
    older = [func.sum(case((is_bill & lines.older(JournalLine.voucher_date, one, asked), size), else_=0)) for one in past]
    query: Select[*tuple[Any, ...]] = select(
        JournalLine.party_id,
        func.sum(case((is_bill, size), else_=0)),
        *older,
        func.sum(case((is_bill, 0), else_=-size)),
    ).where(same(JournalLine.account_id).in_(accounts), same(JournalLine.party_id).is_not(None), same(JournalLine.voucher_date) <= asked.on)
    query = query.where(*lines.of_centres(JournalLine.voucher_id, asked))
    if asked.by_due or asked.words or asked.party_id:
        of_party = (Party.company_id == JournalLine.company_id) & (Party.id == JournalLine.party_id)
        query = query.join(Party, of_party).where(*lines.party_conditions(asked))
    query = lines.with_own_dates(query, JournalLine, JournalLine.voucher_id, JournalLine.line_no, asked)
    return query.group_by(JournalLine.party_id)


def _in_store(query: Select[*tuple[Any, ...]], asked: Asked) -> Select[*tuple[Any, ...]]:
    if asked.store_id is None:
        return query
    query = query.join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
    return _of_store(query, Voucher, asked)


def _of_store(query: Select[*tuple[Any, ...]], voucher: Any, asked: Asked) -> Select[*tuple[Any, ...]]:
    return query.where(voucher.store_id == asked.store_id) if asked.store_id else query


def _of_allocations(books: Books, asked: Asked, accounts: list[UUID], past: Sequence[Any]) -> Iterator[Select[*tuple[Any, ...]]]:
    """What allocations take off the bills of each age, and off the money; in one statement unless a store or a cost centre is asked
    for, or the books are narrowed to some stores, for a bill of one may be paid by money of another."""
    of_stores = bool(asked.store_id or books.own_stores)
    bill = (Allocation.debit_voucher_id, Allocation.debit_line_no, Allocation.debit_date)
    money = (Allocation.credit_voucher_id, Allocation.credit_line_no, Allocation.credit_date)
    if asked.sign < 0:
        bill, money = money, bill
    amount = Allocation.amount_paise
    older = [func.sum(case((lines.older(bill[2], one, asked), amount), else_=0)) for one in past]
    nothing = func.sum(case((amount < 0, amount), else_=0))
    where = [Allocation.account_id.in_(accounts), Allocation.party_id.is_not(None), lines.stood(asked.on)]

    def narrowed(query: Select[*tuple[Any, ...]], voucher_id: Any) -> Select[*tuple[Any, ...]]:
        query = query.where(*where, *lines.of_centres(voucher_id, asked))
        if asked.by_due or asked.words or asked.party_id:
            of_party = (Party.company_id == Allocation.company_id) & (Party.id == Allocation.party_id)
            query = query.join(Party, of_party).where(*lines.party_conditions(asked))
        query = lines.with_own_dates(query, Allocation, bill[0], bill[1], asked)
        if of_stores:
            query = query.join(Voucher, (Voucher.company_id == Allocation.company_id) & (Voucher.id == voucher_id))
            query = _of_store(query, Voucher, asked)
        return query.group_by(Allocation.party_id)

    if not (of_stores or asked.centres):
        yield narrowed(select(Allocation.party_id, func.sum(amount), *older, func.sum(amount)), bill[0])
    else:
        yield narrowed(select(Allocation.party_id, func.sum(amount), *older, nothing), bill[0])
        yield narrowed(select(Allocation.party_id, *([nothing] * (len(past) + 1)), func.sum(amount)), money[0])


def names_of(books: Books, asked: Asked, ids: Collection[UUID]) -> Iterator[tuple[UUID, str, str]]:
    """Id, name and phone of those of `ids` that the words of `asked` mean."""
    query = select(Party.id, Party.name, Party.phone).where(*lines.party_conditions(asked))
    if len(ids) < 500:
        query = query.where(Party.id.in_(list(ids)))
    for id_, name, phone in books.session.execute(query):
        if id_ in ids:
            yield id_, name, phone


def netted_items(items: Sequence[OpenItem], side: str) -> list[OpenItem]:
    """Open items of one party with the money on account paying the oldest bills: a view, nothing is written."""
    return rules.netted(items, -1 if side == lines.PAYABLE else 1)


def aged(items: Sequence[OpenItem], asked: Asked, edges: Sequence[int]) -> PartyAge:
    """The ageing of one party's open items, as the foot of its statement."""
    parting = rules.bounds(edges, by_due=asked.by_due)
    empty = PartyAge(asked.party_id or UUID(int=0), "", "", (0,) * (len(parting) + 1), 0)
    buckets, money = list(empty.buckets), 0
    for item in items:
        if item.open * asked.sign > 0:
            age = (asked.on - (item.due_on if asked.by_due else item.day)).days
            buckets[rules.bucket_of(age, parting)] += abs(item.open)
        else:
            money += abs(item.open)
    return replace(empty, buckets=tuple(buckets), on_account=money)
