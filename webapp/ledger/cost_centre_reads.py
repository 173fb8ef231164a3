"""Reads of cost centres: the tree of them, what each bears of each account over some days, and by which vouchers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case, func, select, tuple_

from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.places import read_cursor
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.ledger.models import Account, AccountGroup, CostAllocation, CostCentre, Voucher
from webapp.platform.tenancy import Books

PAGE = 100


@dataclass(frozen=True, slots=True)
class CentreCard:
    """A cost centre and how deep it stands."""

    id: UUID
    name: str
    parent_id: UUID | None
    is_archived: bool
    version: int
    depth: int


def centre_tree(books: Books) -> list[CentreCard]:
    """Every cost centre, each followed by those beneath it, by name."""
    beneath: dict[UUID | None, list[CostCentre]] = {}
    for row in sorted(books.session.scalars(select(CostCentre)), key=lambda one: (folded(one.name), one.id)):
        beneath.setdefault(row.parent_id, []).append(row)
    found: list[CentreCard] = []
    waiting = [(row, 0) for row in reversed(beneath.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        found.append(CentreCard(row.id, row.name, row.parent_id, row.archived_at is not None, row.version, depth))
        waiting += [(one, depth + 1) for one in reversed(beneath.get(row.id, []))]
    return found


def with_those_beneath(tree: Sequence[CentreCard]) -> Iterator[tuple[CentreCard, list[UUID]]]:
    """Each centre of `centre_tree` with its own id and those of all beneath it, which follow it and stand deeper."""
    for place, card in enumerate(tree):
        end = next((at for at in range(place + 1, len(tree)) if tree[at].depth <= card.depth), len(tree))
        yield card, [one.id for one in tree[place:end]]


def centre_card(books: Books, centre_id: UUID) -> CentreCard:
    """One cost centre. NotFound when this company has none by that id."""
    card = next((one for one in centre_tree(books) if one.id == centre_id), None)
    if card is None:
        raise NotFound("cost centre")
    return card


@dataclass(frozen=True, slots=True)
class Borne:
    """What a cost centre bears of an account over some days, in paise: debits, credits."""

    centre_id: UUID
    account_id: UUID
    account: str
    nature: str
    debit: int
    credit: int

    @property
    def net(self) -> int:
        return self.debit - self.credit


def borne(books: Books, period: Period, *, store_id: UUID | None = None) -> list[Borne]:
    """What every cost centre itself bears of every account in these days, by account name."""
    amount = CostAllocation.amount_paise
    query = (
        select(
            CostAllocation.cost_centre_id,
            Account.id,
            Account.name,
            AccountGroup.nature,
            func.sum(case((amount > 0, amount), else_=0)),
            func.sum(case((amount < 0, -amount), else_=0)),
        )
        .join(Account, (Account.company_id == CostAllocation.company_id) & (Account.id == CostAllocation.account_id))
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(CostAllocation.voucher_date.between(period.first_day, period.last_day))
        .group_by(CostAllocation.cost_centre_id, Account.id, Account.name, AccountGroup.nature)
        .order_by(Account.name, Account.id)
    )
    if store_id is not None:
        query = query.join(Voucher, (Voucher.company_id == CostAllocation.company_id) & (Voucher.id == CostAllocation.voucher_id))
        query = query.where(Voucher.store_id == store_id)
    return [
        Borne(centre, account, name, nature, int(dr), int(cr)) for centre, account, name, nature, dr, cr in books.session.execute(query)
    ]


class LinePlace(NamedTuple):
    """Where a line stands in the register."""

    day: date
    voucher_id: UUID
    line_no: int
    centre_id: UUID


@dataclass(frozen=True, slots=True)
class BorneLine:
    """A voucher's line as far as a cost centre bears it; `amount` signed, debit positive."""

    voucher_id: UUID
    line_no: int
    day: date
    kind: str
    number: str
    narration: str
    account: str
    amount: int
    centre_id: UUID
    centre: str

    @property
    def place(self) -> LinePlace:
        return LinePlace(self.day, self.voucher_id, self.line_no, self.centre_id)


def borne_lines(
    books: Books,
    centres: Mapping[UUID, str],
    period: Period,
    *,
    account_id: UUID | None = None,
    store_id: UUID | None = None,
    after: LinePlace | None = None,
    most: int = PAGE,
) -> tuple[list[BorneLine], LinePlace | None]:
    """The lines that some cost centres bear (`centres` are their names), by day: a page of them after a place, and where the
    next page begins."""
    key = (CostAllocation.voucher_date, CostAllocation.voucher_id, CostAllocation.line_no, CostAllocation.cost_centre_id)
    query = (
        select(
            CostAllocation.voucher_id,
            CostAllocation.line_no,
            CostAllocation.voucher_date,
            Voucher.kind,
            Voucher.number,
            Voucher.narration,
            Account.name,
            CostAllocation.amount_paise,
            CostAllocation.cost_centre_id,
        )
        .join(Voucher, (Voucher.company_id == CostAllocation.company_id) & (Voucher.id == CostAllocation.voucher_id))
        .join(Account, (Account.company_id == CostAllocation.company_id) & (Account.id == CostAllocation.account_id))
        .where(CostAllocation.cost_centre_id.in_(centres), CostAllocation.voucher_date.between(period.first_day, period.last_day))
        .order_by(*key)
    )
    if account_id is not None:
        query = query.where(CostAllocation.account_id == account_id)
    if store_id is not None:
        query = query.where(Voucher.store_id == store_id)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after, types=[column.type for column in key]))
    rows = [BorneLine(*row, centre=centres[row[-1]]) for row in books.session.execute(query.limit(most + 1))]
    return rows[:most], rows[most - 1].place if len(rows) > most else None


def every_line(
    books: Books, centres: Mapping[UUID, str], period: Period, account_id: UUID | None, store_id: UUID | None
) -> Iterator[BorneLine]:
    """All of `borne_lines`, a page at a time."""
    after: LinePlace | None = None
    while True:
        rows, after = borne_lines(books, centres, period, account_id=account_id, store_id=store_id, after=after, most=1000)
        yield from rows
        if after is None:
            return


def write_place(place: LinePlace | None) -> str:
    """A place as an address carries it; "" for none."""
    return f"{place.day.isoformat()}_{place.voucher_id.hex}_{place.line_no}_{place.centre_id.hex}" if place else ""


def read_place(text: str) -> LinePlace | None:
    """The reverse of `write_place`; None, the beginning, for anything else."""
    rest, _, centre = text.rpartition("_")
    head, _, line = rest.rpartition("_")
    place, centre_id = read_cursor(head), read_id(centre)
    if place is None or centre_id is None or not (line.isascii() and line.isdigit() and len(line) < 10):
        return None
    return LinePlace(place.day, place.id, int(line), centre_id)
