"""The ledger of one account as far as a cost centre, with those beneath it, is concerned: line by line, month by month.

An account shows what the centres bear of it. Cash and bank lines name no centre: of these accounts it is the lines of the
vouchers that the centres bear of, whole, as the day book has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, case, extract, func, literal, select, tuple_

from webapp.kernel.records import dataclass
from webapp.ledger import queries
from webapp.ledger.models import CostAllocation, JournalLine, Voucher
from webapp.ledger.statements import Asked, Read, RegisterPage, page_of
from webapp.platform.tenancy import Books

_MONEY = frozenset({"cash-in-hand", "bank-accounts", "bank-od"})


@dataclass(frozen=True, slots=True)
class CentrePart:
    """An account as far as some cost centres are concerned, of one store where it is given. `is_whole`: the vouchers' lines, not
    what the centres bear of them. `is_party`: a party's lines, whichever account they stand in; `account_id` is the party's."""

    account_id: UUID
    centres: tuple[UUID, ...]
    is_whole: bool
    store_id: UUID | None = None
    is_party: bool = False


def is_money(books: Books, account_id: UUID) -> bool:
    """Whether an account is cash or bank: its group, or one above it, is."""
    return account_id in money_accounts(books)


def money_accounts(books: Books) -> frozenset[UUID]:
    """Cash and bank: the accounts whose group, or one above it, is."""
    chart = queries.chart_of_accounts(books)
    groups = {one.id: one for one in chart.groups}

    def holds_money(group_id: UUID | None) -> bool:
        return group_id is not None and (groups[group_id].code in _MONEY or holds_money(groups[group_id].parent_id))

    of_money = {id_ for id_ in groups if holds_money(id_)}
    return frozenset(one.id for one in chart.accounts if one.group_id in of_money)


def centre_account_months(books: Books, part: CentrePart) -> list[tuple[int, int, int]]:
    """(month, debits, credits) of every month with a line, in order; one statement over those lines alone."""
    own = _lines(part).subquery()
    month = extract("year", own.c.voucher_date) * 100 + extract("month", own.c.voucher_date)
    amount = own.c.amount_paise
    query = select(month, func.sum(_above(amount)), func.sum(_above(-amount))).group_by(month).order_by(month)
    return [(int(one), int(debit), int(credit)) for one, debit, credit in books.session.execute(query)]


def centre_account_days(books: Books, part: CentrePart, spans: Sequence[tuple[date, date]]) -> list[tuple[date, int, int]]:
    """(day, debits, credits) of each day with a line that is within one of `spans` (first day, last day)."""
    own = _lines(part, min(one[0] for one in spans), max(one[1] for one in spans)).subquery()
    amount = own.c.amount_paise
    query = select(own.c.voucher_date, func.sum(_above(amount)), func.sum(_above(-amount))).group_by(own.c.voucher_date)
    found = ((day, int(debit), int(credit)) for day, debit, credit in books.session.execute(query))
    return [one for one in found if any(first <= one[0] <= last for first, last in spans)]


def centre_account_page(books: Books, part: CentrePart, asked: Asked, moved: Mapping[int, int]) -> RegisterPage:
    """A page of it with the balance that runs under the filter. `moved` is what it moved in each month."""
    return page_of(books, _PartRegister(part), part.account_id, asked, moved)


def centre_party_page(books: Books, party_id: UUID, centres: tuple[UUID, ...], asked: Asked) -> RegisterPage:
    """A page of a customer's or supplier's ledger: its lines, whole, in the vouchers that name any of these centres."""
    part = CentrePart(party_id, centres, is_whole=True, store_id=asked.store_id, is_party=True)
    moved = {month: debit - credit for month, debit, credit in centre_account_months(books, part)}
    return page_of(books, _PartRegister(part), party_id, asked, moved)


def centre_account_count(books: Books, part: CentrePart, first_day: date, last_day: date, most: int | None = None) -> int:
    """How many lines it has on these days; counting stops at `most`."""
    lines = _lines(part, first_day, last_day).limit(most).subquery()
    return int(books.session.scalar(select(func.count()).select_from(lines)) or 0)


def _above(amount: Any) -> Any:
    return case((amount > 0, amount), else_=0)


def _lines(part: CentrePart, first_day: Any = None, last_day: Any = None) -> Select[*tuple[Any, ...]]:
    """Each line of these days that counts, with the part of it that does as `amount_paise`."""
    borne = [CostAllocation.cost_centre_id.in_(part.centres), *_days(CostAllocation.voucher_date, first_day, last_day)]
    query: Select[*tuple[Any, ...]]
    if part.is_whole:
        owner: Any = JournalLine
        key = (owner.company_id, owner.voucher_id, owner.line_no, owner.voucher_date)
        query = select(*key, owner.amount_paise).where(
            (owner.party_id if part.is_party else owner.account_id) == part.account_id,
            owner.voucher_id.in_(select(CostAllocation.voucher_id).where(*borne)),
            *_days(owner.voucher_date, first_day, last_day),
        )
    else:
        owner = CostAllocation
        key = (owner.company_id, owner.voucher_id, owner.line_no, owner.voucher_date)
        query = select(*key, func.sum(owner.amount_paise).label("amount_paise")).group_by(*key)
        query = query.where(*borne, owner.account_id == part.account_id)
    if part.store_id is None:
        return query
    whose = (Voucher.company_id == owner.company_id) & (Voucher.id == owner.voucher_id)
    return query.join(Voucher, whose).where(Voucher.store_id == part.store_id)


def _days(day: Any, first_day: Any, last_day: Any) -> list[Any]:
    return [*([day >= first_day] if first_day is not None else []), *([day <= last_day] if last_day is not None else [])]


@dataclass(frozen=True, slots=True)
class _SessionRead:
    statement: Select[*tuple[Any, ...]]

    def rows(self, books: Books, **values: Any) -> Sequence[Any]:
        return books.session.execute(self.statement, values).all()

    def first(self, books: Books, **values: Any) -> Any:
        return books.session.execute(self.statement, values).first()


class _PartRegister:
    """The reads of a page (see statements.Register). They go through the session: subqueries are narrowed there."""

    def __init__(self, part: CentrePart) -> None:
        self._part = part

    @property
    def first(self) -> Read:
        query, key, _after = self._rows()
        return _SessionRead(query.order_by(*key))

    @property
    def after(self) -> Read:
        query, key, asked = self._rows()
        return _SessionRead(query.where(tuple_(*key) > asked).order_by(*key))

    @property
    def before(self) -> Read:
        query, key, asked = self._rows()
        return _SessionRead(query.where(tuple_(*key) < asked).order_by(*(column.desc() for column in key)))

    @property
    def kept(self) -> Read:
        return _SessionRead(select(literal(0)))  # the caller has read the months

    @property
    def up_to_key(self) -> Read:
        own = _lines(self._part, _FROM).subquery()
        key = _key(own)
        return _SessionRead(select(func.sum(own.c.amount_paise)).where(tuple_(*key) < _asked(key)))

    @property
    def up_to_day(self) -> Read:
        own = _lines(self._part, _FROM).subquery()
        return _SessionRead(select(func.sum(own.c.amount_paise)).where(own.c.voucher_date < _TO))

    def _rows(self) -> tuple[Select[*tuple[Any, ...]], tuple[Any, ...], Any]:
        """The lines of a page with their headings, their key, and the place asked for."""
        own, line = _lines(self._part, _FROM, _TO).subquery(), JournalLine
        key = _key(own)
        same = (line.company_id == own.c.company_id) & (line.voucher_id == own.c.voucher_id) & (line.line_no == own.c.line_no)
        heading = (Voucher.kind, Voucher.number, Voucher.narration, Voucher.document_kind, Voucher.document_id, Voucher.reverses_id)
        query = select(*key, line.account_id, line.party_id, own.c.amount_paise, *heading).select_from(own).join(line, same)
        query = query.join(Voucher, (Voucher.company_id == own.c.company_id) & (Voucher.id == own.c.voucher_id))
        return query.limit(bindparam("most")), key, _asked(key)


_FROM = bindparam("from_day", type_=JournalLine.voucher_date.type)
_TO = bindparam("to_day", type_=JournalLine.voucher_date.type)


def _key(own: Any) -> tuple[Any, ...]:
    return own.c.voucher_date, own.c.voucher_id, own.c.line_no


def _asked(key: tuple[Any, ...]) -> Any:
    return tuple_(*(bindparam(name, type_=column.type) for name, column in zip(("day", "voucher", "line"), key, strict=True)))
