"""What stands in the tables of this room, as frozen rows; the lists of its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from webapp.gateway.models import (
    GatewayAccount,
    GatewayMessage,
    GatewayPayment,
    GatewayRefund,
    GatewayRequest,
    GatewaySettlement,
    GatewaySettlementLine,
)
from webapp.gateway.rules import DECIDED, LIVE
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.parties import Party
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class AccountRow:
    """The account at a gateway (models.GatewayAccount)."""

    provider: str
    hook_id: UUID
    is_on: bool
    base_url: str
    key_id: str
    merchant_id: str
    secrets: str
    old_secret_until: datetime | None
    bank_id: UUID
    clearing_id: UUID
    charges_id: UUID
    tax_kind: str
    link_days: int
    polled_until: datetime | None
    trouble: str
    version: int

    @property
    def is_test(self) -> bool:
        """Razorpay's keys say whether money really moves."""
        return self.key_id.startswith("rzp_test_")


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A demand for money (models.GatewayRequest)."""

    id: UUID
    provider: str
    kind: str
    shared: str
    document_id: UUID
    title: str
    party_id: UUID
    party_name: str
    store_id: UUID
    amount_paise: int
    accepts_partial: bool
    reference: str
    remote_id: str
    url: str
    state: str
    paid_paise: int
    expires_at: datetime
    problem: str
    tries: int
    sent_at: datetime | None
    next_at: datetime | None
    made_by: str
    made_at: datetime

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def left_paise(self) -> int:
        return self.amount_paise - self.paid_paise


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment (models.GatewayPayment), with the name of who paid where that is known."""

    id: UUID
    provider: str
    remote_id: str
    request_id: UUID | None
    party_id: UUID | None
    store_id: UUID
    amount_paise: int
    currency: str
    method: str
    bank_reference: str
    status: str
    fee_paise: int
    tax_paise: int
    paid_on: date
    books: str
    why: str
    note: str
    posted_on: date | None
    decided_by: str
    decided_at: datetime | None
    party_name: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund (models.GatewayRefund)."""

    id: UUID
    provider: str
    payment_id: UUID
    credit_note_id: UUID | None
    remote_id: str | None
    amount_paise: int
    state: str
    problem: str
    reason: str
    voucher_id: UUID | None
    reversal_id: UUID | None
    tries: int
    sent_at: datetime | None
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A settlement (models.GatewaySettlement)."""

    id: UUID
    provider: str
    remote_id: str
    utr: str
    settled_on: date
    net_paise: int
    fee_paise: int
    tax_paise: int
    posted_on: date | None
    why: str
    difference: str
    source: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message of the gateway that could not be used."""

    id: UUID
    problem: str
    received_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a list is shown: words, a state, days."""

    text: str = ""
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None


def _columns(model: Any, row: type[Any]) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row) if hasattr(model, field.name)]


# Asked for every delivery of the gateway, the forged and the copied among them.
_ACCOUNT = Lookup(select(*_columns(GatewayAccount, AccountRow)))


def account_or_none(books: Books) -> AccountRow | None:
    """The account at the gateway, whether it is switched on or not."""
    row = _ACCOUNT.first(books)
    return AccountRow(*row) if row else None


def message_body(books: Books, message_id: UUID) -> str | None:
    """The bytes of a message that waits to be understood, as text; None where it does not wait."""
    query = select(GatewayMessage.body).where(GatewayMessage.id == message_id, GatewayMessage.state == "waiting")
    return books.session.scalars(query).first()


def waiting_messages(books: Books, most: int = 500) -> list[UUID]:
    """Messages nobody has looked at yet, the oldest first."""
    query = select(GatewayMessage.id).where(GatewayMessage.state == "waiting").order_by(GatewayMessage.received_at, GatewayMessage.id)
    return list(books.session.scalars(query.limit(most)))


def odd_messages(books: Books, most: int = PAGE) -> list[MessageRow]:
    """Messages that could not be used, the newest first."""
    query = select(*_columns(GatewayMessage, MessageRow)).where(GatewayMessage.state == "odd")
    query = query.order_by(GatewayMessage.received_at.desc(), GatewayMessage.id).limit(most)
    return [MessageRow(*row) for row in books.session.execute(query)]


# Demands ----------------------------------------------------------------------------------------------------------------


def request(books: Books, request_id: UUID, *, to_change: bool = False) -> RequestRow:
    """One demand; locked until the end of the transaction where it is to be changed. NotFound."""
    query = select(*_columns(GatewayRequest, RequestRow)).where(GatewayRequest.id == request_id)
    row = books.session.execute(query.with_for_update() if to_change else query).first()
    if row is None:
        raise NotFound("payment link")
    return RequestRow(*row)


def requests_where(books: Books, *conditions: ColumnElement[bool], most: int = 200) -> list[RequestRow]:
    """Demands that fit, the newest first."""
    query = select(*_columns(GatewayRequest, RequestRow)).where(*conditions)
    query = query.order_by(GatewayRequest.made_at.desc(), GatewayRequest.id.desc()).limit(most)
    return [RequestRow(*row) for row in books.session.execute(query)]


def requests_of(books: Books, document_id: UUID) -> list[RequestRow]:
    """The demands for one document."""
    return requests_where(books, GatewayRequest.document_id == document_id)


def requests(books: Books, wanted: Wanted, *, before: tuple[datetime, UUID] | None = None, most: int = PAGE) -> list[RequestRow]:
    """A page of demands and one more, the newest first."""
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(GatewayRequest.state == wanted.state)
    for word in wanted.text.casefold().split()[:8]:
        told = (GatewayRequest.title, GatewayRequest.party_name, GatewayRequest.remote_id, GatewayRequest.reference)
        found.append(or_(*(func.lower(column).contains(word, autoescape=True) for column in told)))
    if before:
        at, id_ = before
        found.append(or_(GatewayRequest.made_at < at, and_(GatewayRequest.made_at == at, GatewayRequest.id < id_)))
    return requests_where(books, *found, most=most + 1)


# Payments ---------------------------------------------------------------------------------------------------------------


def payment(books: Books, payment_id: UUID, *, to_change: bool = False) -> PaymentRow:
    """One payment; locked where it is to be changed. NotFound."""
    query = select(*_columns(GatewayPayment, PaymentRow)).where(GatewayPayment.id == payment_id)
    row = books.session.execute(query.with_for_update() if to_change else query).first()
    if row is None:
        raise NotFound("payment")
    return PaymentRow(*row)


def payment_or_none(books: Books, payment_id: UUID) -> PaymentRow | None:
    """One payment, locked; None where we have not heard of it."""
    try:
        return payment(books, payment_id, to_change=True)
    except NotFound:
        return None


def payments(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> list[PaymentRow]:
    """A page of payments and one more, the newest first."""
    query = _told_payments(wanted).order_by(GatewayPayment.paid_on.desc(), GatewayPayment.id.desc()).limit(most + 1)
    if older_than:
        day, id_ = older_than.day, older_than.id
        query = query.where(or_(GatewayPayment.paid_on < day, and_(GatewayPayment.paid_on == day, GatewayPayment.id < id_)))
    return [PaymentRow(*row) for row in books.session.execute(query)]


def all_payments(books: Books, wanted: Wanted) -> Iterator[PaymentRow]:
    """Every payment that fits, a page at a time."""
    place = None
    while True:
        found = payments(books, wanted, older_than=place, most=500)
        yield from found[:500]
        if len(found) <= 500:
            return
        place = Cursor(found[499].paid_on, found[499].id)


def kept_sum(books: Books) -> tuple[int, int]:
    """How many payments wait for a person, and of how much: those in rupees, for another currency's cents are no paise."""
    rupees_of = func.sum(GatewayPayment.amount_paise).filter(GatewayPayment.currency == "INR")
    query = select(func.count(), func.coalesce(rupees_of, 0)).where(GatewayPayment.books == "kept")
    count, amount = books.session.execute(query).one()
    return int(count), int(amount)


def unsettled_states(books: Books, since: date) -> list[str]:
    """Payments whose end is not known yet, by the gateway's id."""
    query = select(GatewayPayment.remote_id).where(GatewayPayment.status.in_(["created", "authorized"]), GatewayPayment.paid_on >= since)
    return list(books.session.scalars(query.order_by(GatewayPayment.paid_on.desc(), GatewayPayment.id).limit(100)))


def _told_payments(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    own = _columns(GatewayPayment, PaymentRow)
    query = (
        select(*own, func.coalesce(Party.name, ""), func.coalesce(GatewayRequest.title, ""))
        .outerjoin(Party, (Party.company_id == GatewayPayment.company_id) & (Party.id == GatewayPayment.party_id))
        .outerjoin(
            GatewayRequest, (GatewayRequest.company_id == GatewayPayment.company_id) & (GatewayRequest.id == GatewayPayment.request_id)
        )
    )
    if wanted.state in DECIDED:
        query = query.where(GatewayPayment.books == wanted.state)
    elif wanted.state:
        query = query.where(GatewayPayment.status == wanted.state)
    if wanted.first_day:
        query = query.where(GatewayPayment.paid_on >= wanted.first_day)
    if wanted.last_day:
        query = query.where(GatewayPayment.paid_on <= wanted.last_day)
    for word in wanted.text.split()[:8]:
        plain = func.lower(GatewayPayment.remote_id + " " + GatewayPayment.bank_reference + " " + func.coalesce(GatewayRequest.title, ""))
        by_party = Party.search_text.contains(folded(word), autoescape=True)
        query = query.where(or_(plain.contains(word.casefold(), autoescape=True), by_party))
    return query


# Refunds and settlements ------------------------------------------------------------------------------------------------


def refund(books: Books, refund_id: UUID) -> RefundRow | None:
    """One refund."""
    row = books.session.execute(select(*_columns(GatewayRefund, RefundRow)).where(GatewayRefund.id == refund_id)).first()
    return RefundRow(*row) if row else None


def refunds_where(books: Books, *conditions: ColumnElement[bool], most: int = 200) -> list[RefundRow]:
    """Refunds that fit, the oldest first."""
    query = select(*_columns(GatewayRefund, RefundRow)).where(*conditions).order_by(GatewayRefund.made_at, GatewayRefund.id)
    return [RefundRow(*row) for row in books.session.execute(query.limit(most))]


def refunds_of(books: Books, payment_id: UUID) -> list[RefundRow]:
    """The refunds of a payment."""
    return refunds_where(books, GatewayRefund.payment_id == payment_id)


def odd_refunds(books: Books) -> list[RefundRow]:
    """Refunds of the last month that failed, and those that are done and not in the books."""
    model = GatewayRefund
    unposted = and_(model.state == "processed", model.voucher_id.is_(None))
    return refunds_where(books, or_(and_(model.state == "failed", model.made_at >= books.now - timedelta(days=31)), unposted), most=PAGE)


def left_to_refund(books: Books, paid: PaymentRow) -> int:
    """What of a payment was not given back, nor is on its way."""
    return paid.amount_paise - sum(one.amount_paise for one in refunds_of(books, paid.id) if one.state != "failed")


def settlement_or_none(books: Books, settlement_id: UUID) -> SettlementRow | None:
    """One settlement, locked."""
    query = select(*_columns(GatewaySettlement, SettlementRow)).where(GatewaySettlement.id == settlement_id).with_for_update()
    row = books.session.execute(query).first()
    return SettlementRow(*row) if row else None


def settlements(
    books: Books, wanted: Wanted, *, older_than: Cursor | None = None, only_odd: bool = False, most: int = PAGE
) -> list[SettlementRow]:
    """A page of settlements and one more, the newest first. `wanted.text` is of its id or UTR."""
    query = select(*_columns(GatewaySettlement, SettlementRow))
    query = query.order_by(GatewaySettlement.settled_on.desc(), GatewaySettlement.id.desc()).limit(most + 1)
    if only_odd:
        query = query.where(or_(GatewaySettlement.difference != "", GatewaySettlement.posted_on.is_(None)))
    for word in wanted.text.casefold().split()[:8]:
        query = query.where(func.lower(GatewaySettlement.remote_id + " " + GatewaySettlement.utr).contains(word, autoescape=True))
    if wanted.first_day:
        query = query.where(GatewaySettlement.settled_on >= wanted.first_day)
    if wanted.last_day:
        query = query.where(GatewaySettlement.settled_on <= wanted.last_day)
    if older_than:
        day, id_ = older_than.day, older_than.id
        query = query.where(or_(GatewaySettlement.settled_on < day, and_(GatewaySettlement.settled_on == day, GatewaySettlement.id < id_)))
    return [SettlementRow(*row) for row in books.session.execute(query)]


def settlement_lines(books: Books, settlement_id: UUID) -> Sequence[Any]:
    """The lines of a settlement, in the gateway's order."""
    line = GatewaySettlementLine
    query = select(
        line.kind, line.remote_id, line.amount_paise, line.fee_paise, line.tax_paise, line.debit_paise, line.credit_paise, line.is_known
    )
    return books.session.execute(query.where(line.settlement_id == settlement_id).order_by(line.line_no)).all()
