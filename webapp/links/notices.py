"""Payments that those who hold a link say they have made: stated, entered, put aside. A statement posts nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update

from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.links import rules
from webapp.links.events import PaymentStated
from webapp.links.models import PaymentNotice
from webapp.links.rules import Payer, Stated
from webapp.links.tokens import Opened
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one

PAGE = 50
STATES = ("waiting", "entered", "aside")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A statement of payment. `state` is of STATES."""

    id: UUID
    link_id: UUID
    kind: str
    document_id: UUID
    title: str
    party_id: UUID
    party_name: str
    amount_paise: int
    utr: str
    said_at: datetime
    address_hash: str
    state: str
    entered_id: UUID | None
    settled_at: datetime | None
    settled_by: str | None
    reason: str

    @property
    def waits(self) -> bool:
        """Whether nobody has entered it or put it aside."""
        return self.state == "waiting"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements a list shows: of a state, or "all"; words of the UTR, the document or the customer."""

    state: str = "waiting"
    words: str = ""


Place = tuple[datetime, UUID]
# Who knows which UTRs stand on money that is in the books: rooms above say it (webapp.app.connect_rooms).
Known = Callable[[Books, Sequence[str]], Mapping[str, Sequence[str]]]
_known: list[Known] = []
_COLUMNS: list[Any] = [getattr(PaymentNotice, field.name) for field in fields(NoticeRow)]


def use_known_utrs(known: Known) -> None:
    """Ask `known` which documents of its room carry a UTR, by their numbers."""
    if known not in _known:
        _known.append(known)


def state_payment(books: Books, opened: Opened, payer: Payer, stated: Stated) -> NoticeRow:
    """Keep what a payer states of a document. The same UTR again is the first statement.

    NothingToPay where nothing is asked; OtherAmount for the same UTR with another amount; ToldEnough beyond MOST_WAITING.
    """
    write_one(books, opened.document_id)
    mine = notices_of(books, opened.kind, [opened.document_id])
    if earlier := next((row for row in mine if row.utr == stated.utr), None):
        if earlier.amount_paise != stated.amount_paise:
            raise rules.OtherAmount(earlier.amount_paise)
        return earlier
    if payer.due_paise <= 0:
        raise rules.NothingToPay
    if sum(row.waits for row in mine) >= rules.MOST_WAITING:
        raise rules.ToldEnough
    row = NoticeRow(
        id=new_id(),
        link_id=opened.link_id,
        kind=opened.kind,
        document_id=opened.document_id,
        title=payer.title,
        party_id=payer.party_id,
        party_name=payer.party_name,
        amount_paise=stated.amount_paise,
        utr=stated.utr,
        said_at=books.now,
        address_hash=stated.address_hash,
        state="waiting",
        entered_id=None,
        settled_at=None,
        settled_by=None,
        reason="",
    )
    insert_once(books, PaymentNotice, {name: getattr(row, name) for name in NoticeRow.__slots__})
    told = {"kind": row.kind, "title": row.title, "amount": row.amount_paise, "utr": row.utr, "link": row.link_id}
    audit.record(books, "state", "payment_notice", row.id, new=told)
    announce(books, PaymentStated(notice_id=row.id))
    return row


def notice(books: Books, notice_id: UUID) -> NoticeRow:
    """A statement. NotFound when this company has none by that id."""
    row = books.session.execute(select(*_COLUMNS).where(PaymentNotice.id == notice_id)).first()
    if row is None:
        raise NotFound("statement of payment")
    return NoticeRow(*row)


def notices_of(books: Books, kind: str, document_ids: Iterable[UUID]) -> list[NoticeRow]:
    """What was stated of these documents, oldest first."""
    mine = (PaymentNotice.kind == kind, PaymentNotice.document_id.in_(list(document_ids)))
    query = select(*_COLUMNS).where(*mine).order_by(PaymentNotice.said_at, PaymentNotice.id)
    return [NoticeRow(*row) for row in books.session.execute(query)]


def waiting_of(books: Books, kind: str, document_id: UUID) -> list[NoticeRow]:
    """What was stated of a document and waits, oldest first."""
    return [row for row in notices_of(books, kind, [document_id]) if row.waits]


def notices(books: Books, wanted: Wanted, *, after: Place | None = None, most: int = PAGE) -> list[NoticeRow]:
    """A page of statements, newest first, and one row more where there is a next page."""
    query = select(*_COLUMNS).order_by(PaymentNotice.said_at.desc(), PaymentNotice.id.desc()).limit(most + 1)
    if wanted.state != "all":
        query = query.where(PaymentNotice.state == wanted.state)
    if wanted.words:
        among = (PaymentNotice.utr, PaymentNotice.title, PaymentNotice.party_name)
        query = query.where(or_(*(column.icontains(wanted.words, autoescape=True) for column in among)))
    if after is not None:
        instant, id_ = after
        query = query.where(or_(PaymentNotice.said_at < instant, and_(PaymentNotice.said_at == instant, PaymentNotice.id < id_)))
    return [NoticeRow(*row) for row in books.session.execute(query)]


def any_at_all(books: Books) -> bool:
    """Whether a payment was ever stated."""
    return books.session.execute(select(PaymentNotice.id).limit(1)).first() is not None


def waiting_count(books: Books) -> int:
    """How many statements nobody has looked at."""
    return books.session.scalar(select(func.count()).select_from(PaymentNotice).where(PaymentNotice.state == "waiting")) or 0


def stated_by(books: Books, party_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Of these parties, who says that it has paid, where nobody has looked at it yet."""
    query = select(PaymentNotice.party_id).where(PaymentNotice.state == "waiting", PaymentNotice.party_id.in_(party_ids))
    return frozenset(books.session.scalars(query))


def where_else(books: Books, rows: Sequence[NoticeRow]) -> dict[UUID, list[str]]:
    """Where the UTR of each statement stands besides: on other documents it was stated of, on money that is in the books. By the
    numbers of those documents; nothing for one that stands nowhere else."""
    utrs = sorted({row.utr for row in rows})
    if not utrs:
        return {}
    stated = select(PaymentNotice.id, PaymentNotice.utr, PaymentNotice.title).where(PaymentNotice.utr.in_(utrs))
    others = [(row.id, row.utr, row.title) for row in books.session.execute(stated.order_by(PaymentNotice.said_at))]
    booked = [known(books, utrs) for known in _known]
    found: dict[UUID, list[str]] = {}
    for row in rows:
        words = [title for id_, utr, title in others if utr == row.utr and id_ != row.id]
        words += [number for one in booked for number in one.get(row.utr, ())] if row.waits else []
        if words:
            found[row.id] = list(dict.fromkeys(words))
    return found


def enter_notice(books: Books, notice_id: UUID, entered_id: UUID) -> None:
    """The money of a statement is in the books, by the document `entered_id`. Settled when it was entered by another or put aside."""
    values = {"state": "entered", "entered_id": entered_id, "settled_at": books.now, "settled_by": books.actor.name}
    if _settle(books, notice_id, values):
        audit.record(books, "enter", "payment_notice", notice_id, new={"document": entered_id})
    elif notice(books, notice_id).entered_id != entered_id:
        raise rules.Settled


def put_aside(books: Books, notice_id: UUID, reason: str) -> NoticeRow:
    """No money came of a statement, or it is of no use. InvalidInput without a reason; Settled when somebody was faster."""
    notice(books, notice_id)
    why = rules.require_reason(reason)
    values = {"state": "aside", "settled_at": books.now, "settled_by": books.actor.name, "reason": why}
    if not _settle(books, notice_id, values):
        raise rules.Settled
    audit.record(books, "put-aside", "payment_notice", notice_id, new={"reason": why})
    return notice(books, notice_id)


def free_notice(books: Books, entered_id: UUID) -> None:
    """The document that entered a statement's money was cancelled: the statement waits again."""
    query = update(PaymentNotice).where(PaymentNotice.entered_id == entered_id)
    update_count(books, query.values(state="waiting", entered_id=None, settled_at=None, settled_by=None))


def _settle(books: Books, notice_id: UUID, values: Mapping[str, Any]) -> bool:
    """Whether it waited until now: of two at once, one settles it."""
    return bool(
        update_count(books, update(PaymentNotice).where(PaymentNotice.id == notice_id, PaymentNotice.state == "waiting").values(values))
    )
