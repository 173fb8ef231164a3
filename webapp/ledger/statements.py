"""Pages of the register: an account or a party, line by line, with a balance that runs.

Paging is by key, never by count: a page anywhere in a long account costs its own rows and one sum over a month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select, tuple_

from webapp.kernel.dates import month_of
from webapp.kernel.records import dataclass
from webapp.ledger import chart, rules
from webapp.ledger.models import Account, AccountBalance, JournalLine, PartyBalance, Voucher
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books


class LineKey(NamedTuple):
    """Where a line stands in the register: its day, its voucher, its number there."""

    day: date
    voucher_id: UUID
    line_no: int


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A line with its voucher's heading, its sides and the balance after it (signed, debit positive), in paise.

    `against` is the account on the other side, the largest where there are several.
    """

    key: LineKey
    kind: str
    number: str
    narration: str
    document_kind: str
    document_id: UUID
    reverses_id: UUID | None
    account_id: UUID
    party_id: UUID | None
    debit: int
    credit: int
    balance: int
    against: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Rows in order. `opening` is the balance before the first. `earlier` and `later` are the keys to page on with."""

    opening: int
    rows: tuple[RegisterRow, ...]
    earlier: LineKey | None
    later: LineKey | None

    @property
    def closing(self) -> int:
        return self.rows[-1].balance if self.rows else self.opening


_ORDER = (JournalLine.voucher_date, JournalLine.voucher_id, JournalLine.line_no)
_key = tuple_(*_ORDER)
_asked = tuple_(*(bindparam(name, type_=column.type) for name, column in zip(("day", "voucher", "line"), _ORDER, strict=True)))
_from_day = bindparam("from_day", type_=JournalLine.voucher_date.type)
_to_day = bindparam("to_day", type_=JournalLine.voucher_date.type)


class Read(Protocol):
    """A statement that waits for its values."""

    def rows(self, books: Books, **values: Any) -> Sequence[Any]: ...

    def first(self, books: Books, **values: Any) -> Any: ...


class Register(Protocol):
    """What a page of a register is read with: its first lines, those after and before a key, and what they come to before a day or a
    key; `kept` is what whole months came to, where the caller does not know it."""

    @property
    def first(self) -> Read: ...

    @property
    def after(self) -> Read: ...

    @property
    def before(self) -> Read: ...

    @property
    def kept(self) -> Read: ...

    @property
    def up_to_key(self) -> Read: ...

    @property
    def up_to_day(self) -> Read: ...


class _Register:
    """The reads of one kind of page, prepared once: lines of an account or of a party, whole or in one store."""

    def __init__(self, owner: Any, balance: Any, balance_owner: Any, store: Any = None) -> None:
        mine = owner == bindparam("id", type_=owner.type)
        lines = (
            select(
                *_ORDER,
                JournalLine.account_id,
                JournalLine.party_id,
                JournalLine.amount_paise,
                Voucher.kind,
                Voucher.number,
                Voucher.narration,
                Voucher.document_kind,
                Voucher.document_id,
                Voucher.reverses_id,
            )
            .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
            .where(mine, JournalLine.voucher_date.between(_from_day, _to_day))
            .limit(bindparam("most"))
        )
        of_store = Voucher.store_id == bindparam("store", type_=Voucher.store_id.type)
        lines = lines.where(of_store) if store is not None else lines
        upwards, downwards = _ORDER, [column.desc() for column in _ORDER]
        self.first = Lookup(lines.order_by(*upwards))
        self.after = Lookup(lines.where(_key > _asked).order_by(*upwards))
        self.before = Lookup(lines.where(_key < _asked).order_by(*downwards))
        kept = select(func.sum(balance.debit_paise - balance.credit_paise)).where(
            balance_owner == bindparam("id", type_=owner.type), balance.month < bindparam("month", type_=balance.month.type)
        )
        so_far = select(func.sum(JournalLine.amount_paise)).where(mine, JournalLine.voucher_date >= _from_day)
        if store is not None:
            kept = kept.where(store == bindparam("store", type_=store.type))
            whose = (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id)
            so_far = so_far.join(Voucher, whose).where(of_store)
        self.kept = Lookup(kept)
        self.up_to_key = Lookup(so_far.where(_key < _asked))
        self.up_to_day = Lookup(so_far.where(JournalLine.voucher_date < _to_day))


_OF_ACCOUNT = _Register(JournalLine.account_id, AccountBalance, AccountBalance.account_id)
_OF_ACCOUNT_IN_STORE = _Register(JournalLine.account_id, AccountBalance, AccountBalance.account_id, AccountBalance.store_id)
_OF_PARTY = _Register(JournalLine.party_id, PartyBalance, PartyBalance.party_id)
_OF_PARTY_IN_STORE = _Register(JournalLine.party_id, PartyBalance, PartyBalance.party_id, PartyBalance.store_id)
_OTHER_SIDES = Lookup(
    select(JournalLine.voucher_id, JournalLine.amount_paise, Account.id, Account.name)
    .join(Account, (Account.company_id == JournalLine.company_id) & (Account.id == JournalLine.account_id))
    .where(JournalLine.voucher_id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page: days from and to, both included, the key to go on after or before, how many rows at most.

    `at_end` asks for the newest page. `store_id` narrows an account or a party to the vouchers of one store.
    """

    first_day: date
    last_day: date
    after: LineKey | None = None
    before: LineKey | None = None
    at_end: bool = False
    most: int = 50
    store_id: UUID | None = None


def account_page(books: Books, account_id: UUID, asked: Asked, *, moved: Mapping[int, int] | None = None) -> RegisterPage:
    """A page of an account's ledger. `moved` is what it moved in each month (of the store asked for), where the caller has
    read that already: it saves a statement."""
    return page_of(books, _OF_ACCOUNT_IN_STORE if asked.store_id else _OF_ACCOUNT, account_id, asked, moved)


def party_page(books: Books, party_id: UUID, asked: Asked) -> RegisterPage:
    """A page of a customer's or supplier's ledger (khata), whichever account the lines stand in."""
    return page_of(books, _OF_PARTY_IN_STORE if asked.store_id else _OF_PARTY, party_id, asked)


_END = (UUID(int=2**128 - 1), 2**31)


def page_of(books: Books, register: Register, owner: UUID, asked: Asked, moved: Mapping[int, int] | None = None) -> RegisterPage:
    """A page of a register, whatever its lines are read from."""
    before = LineKey(asked.last_day, *_END) if asked.at_end else asked.before
    # The days are cut where the key stands: an index is entered at one bound, and it must be the nearer.
    first_day = max(asked.first_day, asked.after.day) if asked.after else asked.first_day
    last_day = min(asked.last_day, before.day) if before else asked.last_day
    days = {"id": owner, "from_day": first_day, "to_day": last_day, "most": asked.most + 1, **_of_store(asked)}
    if before is not None:
        found = register.before.rows(books, **days, **_asked_values(before))
        has_earlier, rows = len(found) > asked.most, list(reversed(found[: asked.most]))
        has_later = not asked.at_end
    else:
        read = register.after if asked.after else register.first
        found = read.rows(books, **days, **(_asked_values(asked.after) if asked.after else {}))
        has_later, rows = len(found) > asked.most, list(found[: asked.most])
        has_earlier = asked.after is not None
    start = _key_of(rows[0]) if rows else None
    opening = _balance_before(books, register, owner, start, asked, moved, is_first=not has_earlier)
    drawn = _draw(books, rows, opening)
    return RegisterPage(
        opening,
        drawn,
        earlier=drawn[0].key if drawn and has_earlier else None,
        later=drawn[-1].key if drawn and has_later else None,
    )


def _of_store(asked: Asked) -> dict[str, Any]:
    return {"store": asked.store_id} if asked.store_id else {}


def _balance_before(
    books: Books, register: Register, owner: UUID, key: LineKey | None, asked: Asked, moved: Mapping[int, int] | None, *, is_first: bool
) -> int:
    """The balance before a line; with no line on the page, before the page's first day (or after `asked.after`). `is_first`: no line of
    the days asked for stands before the page."""
    day = key.day if key else asked.first_day
    if moved is None:
        kept = register.kept.first(books, id=owner, month=month_of(day), **_of_store(asked))[0] or 0
    else:
        kept = sum(net for month, net in moved.items() if month < month_of(day))
    if is_first and asked.first_day <= day.replace(day=1):
        return int(kept)  # the kept totals reach up to the month, and nothing of it comes before
    values = {"id": owner, "from_day": day.replace(day=1), **_of_store(asked)}
    if key:
        so_far = register.up_to_key.first(books, **values, **_asked_values(key))
    else:
        so_far = register.up_to_day.first(books, **values, to_day=day)
    return int(kept) + int(so_far[0] or 0)


def _draw(books: Books, rows: Sequence[Any], opening: int) -> tuple[RegisterRow, ...]:
    against = _other_sides(books, rows)
    drawn, balance = [], opening
    for row in rows:
        balance += row.amount_paise
        debit, credit = rules.sides(row.amount_paise)
        drawn.append(
            RegisterRow(
                key=_key_of(row),
                kind=row.kind,
                number=row.number,
                narration=row.narration,
                document_kind=row.document_kind,
                document_id=row.document_id,
                reverses_id=row.reverses_id,
                account_id=row.account_id,
                party_id=row.party_id,
                debit=debit,
                credit=credit,
                balance=balance,
                against=against.get((row.voucher_id, row.line_no), ""),
            )
        )
    return tuple(drawn)


def _other_sides(books: Books, rows: Sequence[Any]) -> dict[tuple[UUID, int], str]:
    """For each row the name of the account on the other side of its voucher, the largest one. A sale's cost of goods is
    set against stock, and its cash against sales: one is not the other side of the other."""
    if not rows:
        return {}
    coded = chart.coded_accounts(books.company_id)
    of_stock = {coded["cost-of-goods"], coded["stock-in-hand"]}
    largest: dict[tuple[UUID, bool, bool], tuple[int, str]] = {}
    for voucher, amount, account, name in _OTHER_SIDES.rows(books, ids=list({row.voucher_id for row in rows})):
        side = (voucher, amount > 0, account in of_stock)
        if abs(amount) > largest.get(side, (0, ""))[0]:
            largest[side] = (abs(amount), name)
    names = {}
    for row in rows:
        is_debit, is_stock = row.amount_paise < 0, row.account_id in of_stock
        found = largest.get((row.voucher_id, is_debit, is_stock)) or largest[row.voucher_id, is_debit, not is_stock]
        names[row.voucher_id, row.line_no] = found[1]
    return names


def _key_of(row: Any) -> LineKey:
    return LineKey(row.voucher_date, row.voucher_id, row.line_no)


def _asked_values(key: LineKey) -> dict[str, Any]:
    return {"day": key.day, "voucher": key.voucher_id, "line": key.line_no}
