"""Reads of the register of deductions, as frozen rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select, tuple_

from webapp import ledger
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.kernel.money import BasisPoints, Paise
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.tds.models import TdsCertificate, TdsChallan, TdsDeduction, TdsDeductor, TdsEvent
from webapp.tds.rules import law
from webapp.tds.rules.working import Before, Relief
from webapp.tds.subjects import Mark

PAGE = 50


@dataclass(frozen=True, slots=True)
class EventRow:
    """A payment or credit on something marked (models.TdsEvent), with what was deducted of it so far."""

    id: UUID
    voucher_id: UUID
    document_kind: str
    document_id: UUID
    number: str
    store_id: UUID
    party_id: UUID | None
    kind: str
    payee: str
    pan: str
    name: str
    paid_on: date
    base_paise: int
    taxed_paise: int
    certified_paise: int
    certificate_id: UUID | None
    rate_bp: int
    due_paise: int
    why: str
    deducted: int

    @property
    def lacks(self) -> int:
        """What is due and was not deducted, in paise."""
        return max(self.due_paise - self.deducted, 0)


@dataclass(frozen=True, slots=True)
class DeductionRow:
    """A deduction with its event; `challan_id` None: not deposited."""

    id: UUID
    voucher_id: UUID
    number: str
    deducted_on: date
    amount_paise: int
    challan_id: UUID | None
    event: EventRow

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.deducted_on, self.id)


@dataclass(frozen=True, slots=True)
class ChallanRow:
    """A deposit (models.TdsChallan)."""

    id: UUID
    number: str
    paid_on: date
    bsr: str
    serial: str
    minor_head: str
    is_collected: bool
    account_id: UUID
    tax_paise: int
    interest_paise: int
    fee_paise: int
    body_sha256: str
    entered_by: str
    reversal_id: UUID | None
    cancel_reason: str

    @property
    def total(self) -> int:
        return self.tax_paise + self.interest_paise + self.fee_paise

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.paid_on, self.id)


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate with what was used of it."""

    id: UUID
    party_id: UUID
    number: str
    kind: str
    rate_bp: int
    limit_paise: int
    first_day: date
    last_day: date
    used: int

    @property
    def left(self) -> int:
        return max(self.limit_paise - self.used, 0)


_EVENT = tuple(getattr(TdsEvent, one.name) for one in fields(EventRow) if one.name != "deducted")
_CHALLAN = tuple(getattr(TdsChallan, one.name) for one in fields(ChallanRow))
_LIVE = TdsEvent.undone_on.is_(None)


def before(books: Books, mark: Mark, day: date, but: UUID | None) -> Before:
    """What went before with a payee in the year and month of a day, besides the voucher `but`."""
    year = FinancialYear.of(day)
    first = day.replace(day=1)
    next_month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    of_month = and_(TdsEvent.paid_on >= first, TdsEvent.paid_on < next_month)
    sums = [
        func.coalesce(func.sum(one), 0)
        for one in (
            TdsEvent.base_paise,
            TdsEvent.taxed_paise,
            case((of_month, TdsEvent.base_paise), else_=0),
            case((of_month, TdsEvent.taxed_paise), else_=0),
        )
    ]
    own = [_LIVE, TdsEvent.head_id == mark.head_id, TdsEvent.kind == mark.kind, TdsEvent.paid_on.between(year.first_day, year.last_day)]
    if but is not None:
        own.append(TdsEvent.voucher_id != but)
    base, taxed, month, month_taxed = (int(one) for one in books.session.execute(select(*sums).where(*own)).one())
    if mark.before_year == year.start_year:
        base += mark.before_paise
        taxed += mark.before_paise if mark.before_is_taxed else 0
    return Before(Paise(base), Paise(taxed), Paise(month), Paise(month_taxed))


def open_advance(books: Books, head_id: UUID, but: UUID | None, *, kinds: Sequence[str] = law.DEDUCTED) -> Paise:
    """Advances of which tax was worked out and that no bill has taken up yet."""
    own = [_LIVE, TdsEvent.head_id == head_id, TdsEvent.kind.in_(kinds)]
    if but is not None:
        own.append(TdsEvent.voucher_id != but)
    query = select(func.coalesce(func.sum(TdsEvent.advance_paise - TdsEvent.consumed_paise), 0)).where(*own)
    return Paise(max(int(books.session.scalar(query) or 0), 0))


def relief(books: Books, party_id: UUID, kind: str, day: date, but: UUID | None) -> tuple[UUID, Relief] | None:
    """The certificate of a party that holds on a day and has something left, the one that ends first."""
    rows = [one for one in certificates(books, party_id, but=but) if one.kind == kind and one.first_day <= day <= one.last_day and one.left]
    if not rows:
        return None
    own = min(rows, key=lambda one: (one.last_day, one.id))
    return own.id, Relief(BasisPoints(own.rate_bp), Paise(own.left))


def certificates(books: Books, party_id: UUID | None = None, *, but: UUID | None = None) -> list[CertificateRow]:
    """Certificates with what was used of them, the newest first."""
    used = select(TdsEvent.certificate_id, func.sum(TdsEvent.certified_paise)).where(_LIVE, TdsEvent.certificate_id.is_not(None))
    if but is not None:
        used = used.where(TdsEvent.voucher_id != but)
    sums = {id_: int(amount) for id_, amount in books.session.execute(used.group_by(TdsEvent.certificate_id))}
    columns = [getattr(TdsCertificate, one.name) for one in fields(CertificateRow) if one.name != "used"]
    query = select(*columns).order_by(TdsCertificate.last_day.desc(), TdsCertificate.id)
    if party_id is not None:
        query = query.where(TdsCertificate.party_id == party_id)
    found: list[list[Any]] = [[*row, sums.get(row.id, 0)] for row in books.session.execute(query)]
    return [CertificateRow(*cells) for cells in found]


# Events and deductions ------------------------------------------------------------------------------------------------


def _deducted() -> ColumnElement[int]:
    own = and_(TdsDeduction.event_id == TdsEvent.id, TdsDeduction.company_id == TdsEvent.company_id, TdsDeduction.undone_on.is_(None))
    summed = select(func.sum(TdsDeduction.amount_paise)).where(own).correlate(TdsEvent).scalar_subquery()
    return cast(func.coalesce(summed, 0), BigInteger)  # PostgreSQL sums whole numbers to a decimal


def events_of_voucher(books: Books, voucher_id: UUID) -> list[EventRow]:
    """What a voucher put into the register and stands."""
    return _events(books, select(*_EVENT, _deducted()).where(_LIVE, TdsEvent.voucher_id == voucher_id))


def event(books: Books, event_id: UUID, *, with_undone: bool = False) -> EventRow:
    """One that stands, or (`with_undone`) stood. NotFound when there is none."""
    query = select(*_EVENT, _deducted()).where(TdsEvent.id == event_id)
    found = _events(books, query if with_undone else query.where(_LIVE))
    if not found:
        raise NotFound("payment")
    return found[0]


def lacking(books: Books, first: date, last: date, *, is_collected: bool = False) -> list[EventRow]:
    """Payments (or sales) of these days of which less was deducted than is due, the oldest first."""
    query = select(*_EVENT, _deducted()).where(_LIVE, TdsEvent.paid_on.between(first, last), TdsEvent.due_paise > _deducted())
    query = query.where(_of_side(is_collected=is_collected))
    return _events(books, query.order_by(TdsEvent.paid_on, TdsEvent.id))


def _events(books: Books, query: Select[Any]) -> list[EventRow]:
    return [EventRow(*row) for row in books.session.execute(query)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of deductions shows. Empty means: whatever it is. `state`: "open" not deposited, "paid" deposited."""

    text: str = ""
    kind: str = ""
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None
    party_id: UUID | None = None
    challan_id: UUID | None = None
    ids: tuple[UUID, ...] | None = None
    event_id: UUID | None = None
    is_collected: bool | None = None  # tax collected, or deducted; None: both


EVERYTHING = Wanted()


def deductions(
    books: Books, wanted: Wanted = EVERYTHING, *, older_than: Cursor | None = None, most: int | None = None, newest_first: bool = True
) -> list[DeductionRow]:
    """Deductions that stand, by day; the newest first, or the oldest."""
    joined = and_(TdsEvent.company_id == TdsDeduction.company_id, TdsEvent.id == TdsDeduction.event_id)
    own = [TdsDeduction.id, TdsDeduction.voucher_id, TdsDeduction.number, TdsDeduction.deducted_on, TdsDeduction.amount_paise]
    columns: list[Any] = [*own, TdsDeduction.challan_id, *_EVENT, _deducted()]
    query = select(*columns).join(TdsEvent, joined).where(TdsDeduction.undone_on.is_(None))
    for condition in _conditions(wanted):
        query = query.where(condition)
    place = (TdsDeduction.deducted_on, TdsDeduction.id)
    if older_than is not None:
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    query = query.order_by(*(one.desc() for one in place) if newest_first else place)
    if most is not None:
        query = query.limit(most)
    found: list[list[Any]] = [[*row[:6], EventRow(*row[6:])] for row in books.session.execute(query)]
    return [DeductionRow(*cells) for cells in found]


def _of_side(*, is_collected: bool) -> ColumnElement[bool]:
    return TdsEvent.kind.in_(law.COLLECTED if is_collected else law.DEDUCTED)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        found.append(or_(*(one.icontains(wanted.text, autoescape=True) for one in (TdsEvent.name, TdsEvent.number, TdsEvent.pan))))
    if wanted.kind:
        found.append(TdsEvent.kind == wanted.kind)
    if wanted.is_collected is not None:
        found.append(_of_side(is_collected=wanted.is_collected))
    if wanted.state:
        found.append(TdsDeduction.challan_id.is_(None) if wanted.state == "open" else TdsDeduction.challan_id.is_not(None))
    if wanted.first_day:
        found.append(TdsDeduction.deducted_on >= wanted.first_day)
    if wanted.last_day:
        found.append(TdsDeduction.deducted_on <= wanted.last_day)
    if wanted.party_id:
        found.append(TdsEvent.party_id == wanted.party_id)
    if wanted.ids is not None:
        found.append(TdsDeduction.id.in_(wanted.ids))
    if wanted.event_id:
        found.append(TdsDeduction.event_id == wanted.event_id)
    if wanted.challan_id:
        found.append(TdsDeduction.challan_id == wanted.challan_id)
    return found


def reliefs(books: Books, first: date, last: date, *, is_collected: bool = False) -> list[EventRow]:
    """Payments of these days of which nothing was due, by a certificate or as a transporter's: the statement tells them too."""
    nothing = and_(TdsEvent.due_paise == 0, TdsEvent.taxed_paise > 0)
    query = select(*_EVENT, _deducted()).where(_LIVE, TdsEvent.paid_on.between(first, last), nothing)
    query = query.where(_of_side(is_collected=is_collected))
    return _events(books, query.order_by(TdsEvent.paid_on, TdsEvent.id))


# Challans, who deducts ------------------------------------------------------------------------------------------------


def challan_or_none(books: Books, challan_id: UUID) -> ChallanRow | None:
    """A challan, or None when this company has none by that id."""
    row = books.session.execute(select(*_CHALLAN).where(TdsChallan.id == challan_id)).first()
    return ChallanRow(*row) if row else None


def challan(books: Books, challan_id: UUID) -> ChallanRow:
    """A challan. NotFound when there is none."""
    found = challan_or_none(books, challan_id)
    if found is None:
        raise NotFound("challan")
    return found


def challans(
    books: Books,
    ids: Sequence[UUID] | None = None,
    *,
    older_than: Cursor | None = None,
    most: int = PAGE,
    is_collected: bool | None = None,
) -> list[ChallanRow]:
    """Challans, the newest first: those of `ids`, or a page."""
    query = select(*_CHALLAN).order_by(TdsChallan.paid_on.desc(), TdsChallan.id.desc())
    query = query.where(TdsChallan.id.in_(ids)) if ids is not None else query.limit(most)
    if is_collected is not None:
        query = query.where(TdsChallan.is_collected.is_(is_collected))
    if older_than is not None:
        place = (TdsChallan.paid_on, TdsChallan.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    return [ChallanRow(*row) for row in books.session.execute(query)]


def used_of(books: Books, challan_id: UUID) -> int:
    """What of a challan's tax deductions take up."""
    own = (TdsDeduction.challan_id == challan_id, TdsDeduction.undone_on.is_(None))
    return int(books.session.scalar(select(func.coalesce(func.sum(TdsDeduction.amount_paise), 0)).where(*own)) or 0)


def deductor_body(books: Books) -> dict[str, str]:
    """Who deducts, as the form has it; empty where it was never filled in."""
    found = books.session.scalars(select(TdsDeductor.body)).first()
    return dict(found) if found else {}


def register_balance(books: Books, *, is_collected: bool = False) -> int:
    """What the register says is deducted (or collected) and not deposited, in paise."""
    joined = and_(TdsEvent.company_id == TdsDeduction.company_id, TdsEvent.id == TdsDeduction.event_id)
    own = (TdsDeduction.challan_id.is_(None), TdsDeduction.undone_on.is_(None), _of_side(is_collected=is_collected))
    query = select(func.coalesce(func.sum(TdsDeduction.amount_paise), 0)).join(TdsEvent, joined).where(*own)
    return int(books.session.scalar(query) or 0)


def payable_balance(books: Books, *, is_collected: bool = False) -> int:
    """What the books owe the department of it, in paise."""
    account_id = ledger.heads(books)[payable_code(is_collected=is_collected)]
    return -ledger.balances_at(books, [books.today]).get(account_id, (0,))[0]


def payable_code(*, is_collected: bool) -> str:
    """The account that what is deducted, or collected, is owed on."""
    return "tcs-payable" if is_collected else "tds-payable"
