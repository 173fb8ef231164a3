"""Lines and allocations as settling asks for them, under lock where they will be changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, func, select, tuple_
from sqlalchemy.orm import aliased

from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger.models import JournalLine, Voucher
from webapp.outstandings.models import Allocation, LineReference
from webapp.outstandings.rules import LineFacts, LineKey, Reference
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """An allocation as it stands, with the numbers of both vouchers."""

    id: UUID
    party_id: UUID
    account_id: UUID
    credit_voucher_id: UUID
    credit_line_no: int
    debit_voucher_id: UUID
    debit_line_no: int
    amount_paise: int
    allocated_on: date
    made_at: datetime
    made_by: str
    released_on: date | None
    released_by: str | None
    released_why: str
    credit_number: str
    debit_number: str


_OWN = [getattr(Allocation, field.name) for field in fields(AllocationRow)[:14]]
# The lines themselves are locked, in the order of their keys, so that two who settle the same bill take turns. SQLite's
# writer has the whole database already.
_LINES_OF = Lookup(
    select(JournalLine.voucher_id, JournalLine.line_no)
    .where(JournalLine.voucher_id == bindparam("voucher"), JournalLine.party_id.is_not(None))
    .order_by(JournalLine.line_no)
    .with_for_update()
)
_REVERSED_ON = Lookup(select(Voucher.voucher_date).where(Voucher.reverses_id == bindparam("voucher")))


def locked_lines(books: Books, keys: Iterable[LineKey]) -> dict[LineKey, LineFacts]:
    """Lines with what is free of each, locked until this transaction ends. NotFound for one that is no party's line here."""
    wanted = sorted(set(keys))
    under_lock = (
        select(JournalLine.voucher_id, JournalLine.line_no)
        .where(_among(JournalLine.voucher_id, JournalLine.line_no, wanted))
        .order_by(JournalLine.voucher_id, JournalLine.line_no)
        .with_for_update()
    )
    books.session.execute(under_lock).all()
    # Read after the lock, for only now is it certain what the others wrote.
    undone = aliased(Voucher)
    query = (
        select(
            JournalLine.voucher_id,
            JournalLine.line_no,
            JournalLine.account_id,
            JournalLine.party_id,
            JournalLine.voucher_date,
            JournalLine.amount_paise,
            Voucher.number,
            Voucher.reverses_id,
            undone.id.label("undone_by"),
        )
        .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        .outerjoin(undone, (undone.company_id == Voucher.company_id) & (undone.reverses_id == Voucher.id))
        .where(_among(JournalLine.voucher_id, JournalLine.line_no, wanted), JournalLine.party_id.is_not(None))
    )
    held_by = _held(books, wanted)
    found = {}
    for row in books.session.execute(query):
        key = LineKey(row.voucher_id, row.line_no)
        held = held_by.get(key, _Held())
        found[key] = LineFacts(
            key=key,
            account_id=row.account_id,
            party_id=row.party_id,
            day=row.voucher_date,
            amount=row.amount_paise,
            free=abs(row.amount_paise) - held.amount,
            free_from=max(row.voucher_date, held.freed_on),
            number=row.number,
            is_reversed=row.undone_by is not None,
            is_reversal=row.reverses_id is not None,
        )
    if set(wanted) != set(found):
        raise NotFound("line of a party")
    return found


def party_lines_of(books: Books, voucher_id: UUID, *, account_id: UUID | None = None) -> list[LineKey]:
    """The party lines of a voucher, those of one account where it is given."""
    query = select(JournalLine.voucher_id, JournalLine.line_no).where(
        JournalLine.voucher_id == voucher_id, JournalLine.party_id.is_not(None)
    )
    if account_id is not None:
        query = query.where(JournalLine.account_id == account_id)
    return [LineKey(*row) for row in books.session.execute(query.order_by(JournalLine.line_no))]


def lock_party_lines(books: Books, voucher_id: UUID) -> None:
    """Hold a voucher's party lines, so that nobody settles them meanwhile."""
    _LINES_OF.rows(books, voucher=voucher_id)


def reversed_on(books: Books, voucher_id: UUID) -> date | None:
    """The day a voucher was reversed, or None."""
    row = _REVERSED_ON.first(books, voucher=voucher_id)
    return row[0] if row else None


def allocation(books: Books, allocation_id: UUID) -> AllocationRow:
    """One allocation. NotFound when this company has none by that id."""
    found = [AllocationRow(*row) for row in books.session.execute(_allocations().where(Allocation.id == allocation_id))]
    if not found:
        raise NotFound("settlement")
    return found[0]


def allocations_of(books: Books, voucher_id: UUID) -> list[AllocationRow]:
    """Every allocation of a voucher's lines, those undone too, oldest first."""
    found: dict[UUID, AllocationRow] = {}
    for side in (Allocation.credit_voucher_id, Allocation.debit_voucher_id):
        found |= {row.id: AllocationRow(*row) for row in books.session.execute(_allocations().where(side == voucher_id))}
    return sorted(found.values(), key=lambda row: (row.made_at, row.id))


def allocations_of_party(books: Books, party_id: UUID, most: int = 50) -> list[AllocationRow]:
    """A party's newest allocations that stand."""
    query = _allocations().where(Allocation.party_id == party_id, Allocation.released_on.is_(None))
    return [AllocationRow(*row) for row in books.session.execute(query.order_by(Allocation.made_at.desc(), Allocation.id).limit(most))]


def reference_of(books: Books, key: LineKey) -> Reference | None:
    """What a line is called, where it says so itself."""
    query = select(LineReference.kind, LineReference.name, LineReference.due_on)
    row = books.session.execute(query.where(LineReference.voucher_id == key.voucher_id, LineReference.line_no == key.line_no)).first()
    return Reference(*row) if row else None


def _allocations() -> Any:
    credit, debit = aliased(Voucher), aliased(Voucher)
    return (
        select(*_OWN, credit.number, debit.number)
        .join(credit, (credit.company_id == Allocation.company_id) & (credit.id == Allocation.credit_voucher_id))
        .join(debit, (debit.company_id == Allocation.company_id) & (debit.id == Allocation.debit_voucher_id))
    )


class _Held(NamedTuple):
    """What allocations that stand hold of a line, and the newest day on which one ended."""

    amount: int = 0
    freed_on: date = date.min


def _held(books: Books, keys: list[LineKey]) -> Mapping[LineKey, _Held]:
    found: dict[LineKey, _Held] = {}
    stands = case((Allocation.released_on.is_(None), Allocation.amount_paise), else_=0)
    for voucher, line in (
        (Allocation.credit_voucher_id, Allocation.credit_line_no),
        (Allocation.debit_voucher_id, Allocation.debit_line_no),
    ):
        query = select(voucher, line, func.sum(stands), func.max(Allocation.released_on)).where(_among(voucher, line, keys))
        for voucher_id, line_no, amount, freed_on in books.session.execute(query.group_by(voucher, line)):
            # A line is on one side only: it stands in one of the two answers.
            found[LineKey(voucher_id, line_no)] = _Held(int(amount), freed_on or date.min)
    return found


def _among(voucher: Any, line: Any, keys: list[LineKey]) -> Any:
    """Bare values would be bound as SQLAlchemy guesses, and an id as text."""
    columns = (voucher, line)
    types = [column.type for column in columns]
    return tuple_(*columns).in_([tuple_(*key, types=types) for key in keys])
