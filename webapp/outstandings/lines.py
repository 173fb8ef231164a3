"""Which party lines are open on a day, and by how much, as one statement that others narrow, add up and page through.

A line counts when its day has come and its voucher is neither a reversal nor reversed by that day: those two settle each
other. What is settled of it are the allocations that stood on that day. So the past is told as it was then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Select, Text, case, exists, func, literal, null, or_, select, type_coerce
from sqlalchemy.orm import aliased

from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.ledger import vouchers_naming
from webapp.ledger.models import Account, AccountGroup, JournalLine, OpeningBill, Voucher
from webapp.outstandings.models import Allocation, LineReference
from webapp.outstandings.rules import LineKey, OpenItem
from webapp.parties.models import Party
from webapp.platform.tenancy import Books

RECEIVABLE, PAYABLE = "receivable", "payable"
_NATURES = {RECEIVABLE: "asset", PAYABLE: "liability"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the outstandings is asked: on which day, of which side ("receivable", "payable" or "" for both), whose.

    `words` are of a name or phone; `store_id` narrows to vouchers of one store, `account_id` to one account of that side, `centres` to
    vouchers of which any line names one of these cost centres, whole; `by_due` says which date makes old.
    """

    on: date
    side: str = RECEIVABLE
    words: str = ""
    party_id: UUID | None = None
    store_id: UUID | None = None
    by_due: bool = True
    account_id: UUID | None = None
    centres: tuple[UUID, ...] = ()

    @property
    def sign(self) -> int:
        """The side bills stand on: 1 debit, -1 credit."""
        return -1 if self.side == PAYABLE else 1


def party_accounts(books: Books, side: str = "") -> Mapping[UUID, str]:
    """Account → name of those whose every line names a party: customers are assets, suppliers liabilities."""
    query = (
        select(Account.id, Account.name)
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(Account.wants_party)
    )
    if side:
        query = query.where(AccountGroup.nature == _NATURES[side])
    return {row.id: row.name for row in books.session.execute(query)}


def accounts_of(books: Books, asked: Asked) -> list[UUID]:
    """The accounts that are asked for: those of the side, or the one."""
    return [asked.account_id] if asked.account_id else list(party_accounts(books, asked.side))


def unindexed(column: Any) -> Any:
    """A column that SQLite's planner does not enter an index by: it takes `reverses_id is null`, which most vouchers are,
    for one row of a unique index."""
    return func.coalesce(column, null())


def stood(on: date) -> ColumnElement[bool]:
    """Whether an allocation counts on a day."""
    return (Allocation.allocated_on <= on) & (Allocation.released_on.is_(None) | (Allocation.released_on > on))


def of_line(line: Any, other: Any) -> ColumnElement[bool]:
    """Whether two rows that name a line name the same."""
    same: ColumnElement[bool] = (
        (line.company_id == other.company_id) & (line.voucher_id == other.voucher_id) & (line.line_no == other.line_no)
    )
    return same


def party_conditions(asked: Asked) -> list[ColumnElement[bool]]:
    """What narrows parties."""
    found: list[ColumnElement[bool]] = []
    if asked.party_id is not None:
        found.append(Party.id == asked.party_id)
    return found + [Party.search_text.contains(word, autoescape=True) for word in folded(asked.words).split()[:8]]


def open_lines(books: Books, asked: Asked, *, with_settled: bool = False) -> Select[*tuple[Any, ...]]:
    """Every open line, with what is open of it (unsigned) as `left` and its due date as `due`; `with_settled` those settled too."""
    line, is_debit = JournalLine, JournalLine.amount_paise > 0
    settled = case((is_debit, _settled(asked.on, is_debit=True)), else_=_settled(asked.on, is_debit=False))
    size = func.abs(line.amount_paise)
    undone = aliased(Voucher)
    query: Select[*tuple[Any, ...]] = (
        select(
            line.voucher_id,
            line.line_no,
            line.account_id,
            line.party_id,
            type_coerce(func.coalesce(OpeningBill.bill_date, line.voucher_date), Date).label("day"),
            _due(books).label("due"),
            line.amount_paise.label("amount"),
            (size - settled).label("left"),
            LineReference.kind.label("reference"),
            func.coalesce(LineReference.name, OpeningBill.number).label("name"),
            Voucher.number,
            Voucher.kind,
            Voucher.document_kind,
            Voucher.document_id,
            Voucher.store_id,
            Party.name.label("party"),
            Party.credit_days,
        )
        .join(Voucher, (Voucher.company_id == line.company_id) & (Voucher.id == line.voucher_id))
        .join(Party, (Party.company_id == line.company_id) & (Party.id == line.party_id))
        .outerjoin(LineReference, of_line(LineReference, line))
        .outerjoin(OpeningBill, (OpeningBill.company_id == line.company_id) & (OpeningBill.voucher_id == line.voucher_id))
        .where(
            line.account_id.in_(accounts_of(books, asked)),
            line.party_id.is_not(None),
            line.voucher_date <= asked.on,
            *(() if with_settled else (size > settled,)),
            unindexed(Voucher.reverses_id).is_(None),
            ~exists().where(undone.company_id == Voucher.company_id, undone.reverses_id == Voucher.id, undone.voucher_date <= asked.on),
            *party_conditions(asked),
            *of_centres(line.voucher_id, asked),
        )
    )
    if asked.party_id is not None:
        query = query.where(line.party_id == asked.party_id)
    return query.where(Voucher.store_id == asked.store_id) if asked.store_id else query


def of_centres(voucher_id: Any, asked: Asked) -> list[ColumnElement[bool]]:
    """What narrows vouchers to those that name one of the cost centres asked for; nothing where none is."""
    return [voucher_id.in_(vouchers_naming(asked.centres))] if asked.centres else []


def items_of(rows: Sequence[Any]) -> list[OpenItem]:
    """Rows of `open_lines` as items."""
    return [
        OpenItem(
            key=LineKey(row.voucher_id, row.line_no),
            account_id=row.account_id,
            party_id=row.party_id,
            day=row.day,
            due_on=row.due,
            amount=int(row.amount),
            open=int(row.left) if row.amount > 0 else -int(row.left),
            name=row.name or row.number,
            number=row.number,
            kind=row.kind,
            reference=row.reference or "",
            document_kind=row.document_kind,
            document_id=row.document_id,
            store_id=row.store_id,
        )
        for row in rows
    ]


def bill_side(asked: Asked) -> ColumnElement[bool]:
    """The lines that are bills; those of the other side are money on account."""
    return JournalLine.amount_paise > 0 if asked.sign > 0 else JournalLine.amount_paise < 0


def thresholds(asked: Asked, parting: Sequence[int], terms: Sequence[int] | None) -> list[tuple[ColumnElement[Any], date]]:
    """For each bound, the day before which a line without a due date of its own is older: after its party's terms, of
    which `terms` are those in use (None: the database takes them off). And the same for one that has its own."""
    found: list[tuple[ColumnElement[Any], date]] = []
    for bound in parting:
        whole = date.fromordinal(asked.on.toordinal() - bound)
        if not asked.by_due or (terms is not None and not any(terms)):
            found.append((literal(whole, Date), whole))
        elif terms is None:
            found.append((literal(whole, Date) - Party.credit_days.cast(Integer), whole))
        else:
            days = {days: date.fromordinal(whole.toordinal() - days) for days in terms}
            found.append((case(*((Party.credit_days == days_, literal(day, Date)) for days_, day in days.items())), whole))
    return found


def _settled(on: date, *, is_debit: bool) -> Any:
    voucher, line = (
        (Allocation.debit_voucher_id, Allocation.debit_line_no) if is_debit else (Allocation.credit_voucher_id, Allocation.credit_line_no)
    )
    return (
        select(func.coalesce(func.sum(Allocation.amount_paise), 0))
        .where(Allocation.company_id == JournalLine.company_id, voucher == JournalLine.voucher_id, line == JournalLine.line_no, stood(on))
        .correlate(JournalLine)
        .scalar_subquery()
    )


def _due(books: Books) -> Any:
    if books.connection.dialect.name == "postgresql":
        after = JournalLine.voucher_date + Party.credit_days.cast(Integer)
    else:
        after = func.date(JournalLine.voucher_date, Party.credit_days.cast(Text) + " days")
    return type_coerce(func.coalesce(LineReference.due_on, OpeningBill.due_date, after), Date)


def older(line_date: Any, threshold: tuple[ColumnElement[Any], date], asked: Asked) -> ColumnElement[bool]:
    """Whether a line is past a bound: by its own due date, or by its day and the party's terms; or by the bill's day."""
    if not asked.by_due:
        bill_date: ColumnElement[bool] = func.coalesce(OpeningBill.bill_date, line_date) < threshold[0]
        return bill_date
    own = func.coalesce(LineReference.due_on, OpeningBill.due_date)
    return or_(own < threshold[1], own.is_(None) & (line_date < threshold[0]))


def with_own_dates(query: Select[*tuple[Any, ...]], owner: Any, voucher_id: Any, line_no: Any, asked: Asked) -> Select[*tuple[Any, ...]]:
    """`query` beside what says a bill's own dates: its reference, and the bill that was open when the books began."""
    query = query.outerjoin(OpeningBill, (OpeningBill.company_id == owner.company_id) & (OpeningBill.voucher_id == voucher_id))
    if not asked.by_due:
        return query
    named = (LineReference.company_id == owner.company_id) & (LineReference.voucher_id == voucher_id) & (LineReference.line_no == line_no)
    return query.outerjoin(LineReference, named)
