"""Cheques as rows: the register, one with its steps, a slip with its cheques, the bank accounts there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from webapp import ledger, parties
from webapp.cheques.models import Cheque, ChequeMove, DepositSlip
from webapp.cheques.rules import IN_HAND, ISSUED, OUT, RECEIVED, STATES
from webapp.company import allowed_stores, require_mine
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books

PAGE = 50
MOST_TO_DEPOSIT = 200
# Looks at the register that are no state of their own.
DUE, POST_DATED, STALE = "due", "post_dated", "stale"
LOOKS = (DUE, POST_DATED, STALE)
_MONEY_GROUPS = ("bank-accounts", "bank-od")
_NOT_A_BANK = frozenset({"upi-clearing", "card-clearing", "cheques-in-hand", "cheques-issued"})


@dataclass(frozen=True, slots=True)
class ChequeRow:
    """A cheque as it stands (see models.Cheque)."""

    id: UUID
    number: str
    direction: str
    party_id: UUID
    store_id: UUID
    taken_on: date
    cheque_no: str
    bank: str
    cheque_date: date
    valid_until: date
    amount_paise: int
    note: str
    bills: list[Any]
    state: str
    moved_on: date
    steps: int
    voucher_id: UUID | None
    account_id: UUID | None
    body_sha256: str
    recorded_by: str
    created_at: datetime

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.cheque_date, self.id)

    def look(self, today: date) -> str:
        """Its state; of one that waits in hand or with the supplier: post_dated, due or stale."""
        if self.state not in (IN_HAND, OUT):
            return self.state
        if self.valid_until < today:
            return STALE
        return POST_DATED if self.cheque_date > today else DUE


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A step of a cheque (see models.ChequeMove)."""

    cheque_id: UUID
    step: int
    id: UUID
    act: str
    state: str
    moved_on: date
    slip_id: UUID | None
    voucher_id: UUID | None
    reason: str
    charges_paise: int
    from_party: bool
    moved_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ChequeView:
    """A cheque with its party and its steps, oldest first."""

    row: ChequeRow
    party: PartyRow
    moves: tuple[MoveRow, ...]


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A deposit slip (see models.DepositSlip)."""

    id: UUID
    number: str
    deposited_on: date
    account_id: UUID
    total_paise: int
    cancelled_on: date | None
    body_sha256: str
    made_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SlipView:
    """A deposit slip with the cheques on it, and its account's name."""

    row: SlipRow
    cheques: tuple[ChequeRow, ...]
    names: Mapping[UUID, PartyRow]
    account: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register shows: words of a number, a cheque's own number, a bank or a party; received or issued; a state or a
    look; a store."""

    text: str = ""
    direction: str = ""
    state: str = ""
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChequePage:
    """One page, latest date first; what waits today, by look: (how many, paise)."""

    rows: tuple[ChequeRow, ...]
    names: Mapping[UUID, PartyRow]
    older: Cursor | None
    waiting: Mapping[str, tuple[int, int]]


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]


def row_or_none(books: Books, cheque_id: UUID) -> ChequeRow | None:
    """A cheque's own row, or None when this company has none by that id."""
    row = books.session.execute(select(*_columns(Cheque, ChequeRow)).where(Cheque.id == cheque_id)).first()
    return ChequeRow(*row) if row else None


def to_move(books: Books, cheque_ids: Iterable[UUID]) -> dict[UUID, ChequeRow]:
    """Cheques held until the transaction ends, in the order of their ids. NotFound for one that is not this company's."""
    wanted = sorted(set(cheque_ids))
    query = select(*_columns(Cheque, ChequeRow)).where(Cheque.id.in_(wanted)).order_by(Cheque.id).with_for_update(key_share=True)
    found = {row[0]: ChequeRow(*row) for row in books.session.execute(query)}
    if len(found) != len(wanted):
        raise NotFound("cheque")
    return found


def same_cheque(books: Books, party_id: UUID, cheque_no: str, bank: str) -> ChequeRow | None:
    """A cheque of this party with the same number on the same bank, unless it was cancelled."""
    query = select(*_columns(Cheque, ChequeRow)).where(
        Cheque.party_id == party_id, Cheque.cheque_no == cheque_no, Cheque.bank == bank, Cheque.state != "cancelled"
    )
    row = books.session.execute(query).first()
    return ChequeRow(*row) if row else None


def moves_of(books: Books, cheque_id: UUID) -> tuple[MoveRow, ...]:
    """The steps of a cheque, oldest first."""
    query = select(*_columns(ChequeMove, MoveRow)).where(ChequeMove.cheque_id == cheque_id).order_by(ChequeMove.step)
    return tuple(MoveRow(*row) for row in books.session.execute(query))


def cheque(books: Books, cheque_id: UUID) -> ChequeView:
    """A cheque with its steps. NotFound when there is none; NotYourStore where the member is held to other stores."""
    row = row_or_none(books, cheque_id)
    if row is None:
        raise NotFound("cheque")
    require_mine(books, row.store_id)
    return ChequeView(row, parties.party_row(books, row.party_id), moves_of(books, cheque_id))


def cheques(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> ChequePage:
    """One page of the register, the latest date first."""
    query = select(*_columns(Cheque, ChequeRow)).where(*_conditions(books, wanted))
    if older_than is not None:
        place = (Cheque.cheque_date, Cheque.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    found = [ChequeRow(*row) for row in books.session.execute(query.order_by(Cheque.cheque_date.desc(), Cheque.id.desc()).limit(most + 1))]
    rows = tuple(found[:most])
    names = parties.parties_by_id(books, {row.party_id for row in rows})
    return ChequePage(rows, names, rows[-1].cursor if len(found) > most else None, waiting(books))


def waiting(books: Books) -> dict[str, tuple[int, int]]:
    """What of the received cheques lies in hand: due, post-dated, stale → (how many, paise)."""
    found: dict[str, tuple[int, int]] = {}
    for look, condition in _looks(books.today).items():
        query = select(func.count(), func.coalesce(func.sum(Cheque.amount_paise), 0)).where(
            Cheque.state == IN_HAND, condition, *_mine(books)
        )
        count, amount = books.session.execute(query).one()
        found[look] = (int(count), int(amount))
    return found


def to_deposit(books: Books, store_id: UUID) -> tuple[list[ChequeRow], Mapping[UUID, PartyRow]]:
    """Cheques in hand of a store that a bank would pay today, the oldest date first, and their parties."""
    query = select(*_columns(Cheque, ChequeRow)).where(Cheque.state == IN_HAND, Cheque.store_id == store_id, _looks(books.today)[DUE])
    found = [ChequeRow(*row) for row in books.session.execute(query.order_by(Cheque.cheque_date, Cheque.id).limit(MOST_TO_DEPOSIT))]
    return found, parties.parties_by_id(books, {row.party_id for row in found})


def slip_or_none(books: Books, slip_id: UUID) -> SlipRow | None:
    """A deposit slip's own row, or None when this company has none by that id."""
    row = books.session.execute(select(*_columns(DepositSlip, SlipRow)).where(DepositSlip.id == slip_id)).first()
    return SlipRow(*row) if row else None


def slip(books: Books, slip_id: UUID) -> SlipView:
    """A deposit slip with its cheques as they stand now. NotFound when there is none; NotYourStore as `cheque`."""
    row = slip_or_none(books, slip_id)
    if row is None:
        raise NotFound("deposit slip")
    on_it = (ChequeMove.company_id == Cheque.company_id) & (ChequeMove.cheque_id == Cheque.id)
    query = select(*_columns(Cheque, ChequeRow)).join(ChequeMove, on_it).where(ChequeMove.slip_id == slip_id, ChequeMove.act == "deposit")
    found = tuple(ChequeRow(*one) for one in books.session.execute(query.order_by(Cheque.number)))
    if not found:
        raise NotFound("deposit slip")  # its cheques are of a store that this member does not see: so is the slip
    require_mine(books, found[0].store_id)  # one slip is of one store
    names = parties.parties_by_id(books, {one.party_id for one in found})
    account = next((one.name for one in ledger.chart_of_accounts(books).accounts if one.id == row.account_id), "")
    return SlipView(row, found, names, account)


def slips(books: Books, store_id: UUID, most: int = PAGE) -> list[SlipRow]:
    """The newest deposit slips of a store."""
    same = (ChequeMove.company_id == Cheque.company_id) & (ChequeMove.cheque_id == Cheque.id)
    own = select(ChequeMove.slip_id).join(Cheque, same).where(ChequeMove.act == "deposit", Cheque.store_id == store_id)
    query = select(*_columns(DepositSlip, SlipRow)).where(DepositSlip.id.in_(own))
    query = query.order_by(DepositSlip.deposited_on.desc(), DepositSlip.id.desc()).limit(most)
    return [SlipRow(*row) for row in books.session.execute(query)]


def bank_accounts(books: Books) -> list[tuple[UUID, str]]:
    """The shop's own bank accounts in use: (id, name), the coded one first."""
    chart = ledger.chart_of_accounts(books)
    parents = {group.id: group.parent_id for group in chart.groups}
    money = {group.id for group in chart.groups if group.code in _MONEY_GROUPS}

    def is_bank(group_id: UUID | None) -> bool:
        while group_id is not None and group_id not in money:
            group_id = parents[group_id]
        return group_id is not None

    found = [row for row in chart.accounts if is_bank(row.group_id) and not row.is_archived and row.code not in _NOT_A_BANK]
    return [(row.id, row.name) for row in sorted(found, key=lambda row: (row.code != "bank", row.name))]


def _looks(today: date) -> dict[str, ColumnElement[bool]]:
    return {
        DUE: (Cheque.cheque_date <= today) & (Cheque.valid_until >= today),
        POST_DATED: Cheque.cheque_date > today,
        STALE: Cheque.valid_until < today,
    }


def _mine(books: Books) -> list[ColumnElement[bool]]:
    allowed = allowed_stores(books)
    return [] if allowed is None else [Cheque.store_id.in_(allowed)]


def _conditions(books: Books, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _mine(books)
    if wanted.store_id:
        found.append(Cheque.store_id == wanted.store_id)
    if wanted.direction in (RECEIVED, ISSUED):
        found.append(Cheque.direction == wanted.direction)
    if wanted.state in STATES:
        found.append(Cheque.state == wanted.state)
    elif wanted.state in LOOKS:
        found += [Cheque.state.in_((IN_HAND, OUT)), _looks(books.today)[wanted.state]]
    if wanted.text:
        known = [row.id for row in parties.search_parties(books, wanted.text, most=100)]
        columns = (Cheque.number, Cheque.cheque_no, Cheque.bank)
        found.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns), Cheque.party_id.in_(known)))
    return found
