"""Reads of the list of approvals: searched, filtered, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from webapp.counter.models import Till, TillApproval
from webapp.counter.pin_rules import Asked, State
from webapp.kernel.dates import IST, read_day
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform.tenancy import Books

PART = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which approvals: words in a name, a number or a reason, a kind, "open", "good" or "bad", and days by the till's clock."""

    words: str = ""
    kind: str = ""
    state: str = ""
    first: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One exception at a till, as the list shows it."""

    id: UUID
    kind: str
    state: str
    approver_id: UUID | None
    approver_name: str
    cashier: str
    reason: str
    figures: dict[str, Any]
    amount_paise: int
    document_id: UUID | None
    number: str
    at: datetime
    received_at: datetime
    seen_at: datetime | None
    seen_by: str
    seen_note: str
    till_code: str

    @property
    def is_good(self) -> bool:
        return self.state == State.GOOD.value

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look at it."""
        return not self.is_good and self.seen_at is None


_COLUMNS = (*(getattr(TillApproval, name) for name in ApprovalRow.__slots__ if name != "till_code"), Till.code)


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters; what cannot be read filters nothing."""
    first, last = read_day(args.get("from", "")), read_day(args.get("to", ""))
    kind, state = args.get("kind", ""), args.get("state", "")
    return Wanted(
        words=clean_text(args.get("q", ""))[:100],
        kind=kind if kind in {one.value for one in Asked} else "",
        state=state if state in ("open", "good", "bad") else "",
        first=datetime.combine(first, time(), IST) if first else None,
        until=datetime.combine(last, time(), IST) + timedelta(days=1) if last and last.year < 9999 else None,
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same as an address carries them."""
    given = {
        "q": wanted.words,
        "kind": wanted.kind,
        "state": wanted.state,
        "from": wanted.first.date().isoformat() if wanted.first else "",
        "to": (wanted.until - timedelta(days=1)).date().isoformat() if wanted.until else "",
    }
    return {name: value for name, value in given.items() if value}


def approvals(books: Books, wanted: Wanted, before: UUID | None, most: int) -> list[ApprovalRow]:
    """The list as filtered, what came in last first, from below `before`."""
    query = select(*_COLUMNS).join(Till, Till.id == TillApproval.till_id).order_by(TillApproval.id.desc()).limit(most)
    if before:
        query = query.where(TillApproval.id < before)
    return [ApprovalRow(*row) for row in books.session.execute(_filtered(query, wanted))]


def _filtered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.kind:
        query = query.where(TillApproval.kind == wanted.kind)
    if wanted.state == "good":
        query = query.where(TillApproval.state == State.GOOD.value)
    elif wanted.state:
        query = query.where(TillApproval.state != State.GOOD.value)
    if wanted.state == "open":
        query = query.where(TillApproval.seen_at.is_(None))
    if wanted.first:
        query = query.where(TillApproval.at >= wanted.first)
    if wanted.until:
        query = query.where(TillApproval.at < wanted.until)
    for word in wanted.words.split()[:6]:
        columns = (TillApproval.approver_name, TillApproval.cashier, TillApproval.reason, TillApproval.number)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return query


def every_approval(books: Books, wanted: Wanted) -> Iterator[ApprovalRow]:
    """All of `approvals`, a part at a time."""
    before: UUID | None = None
    while found := approvals(books, wanted, before, PART):
        yield from found
        before = found[-1].id


def of_document(books: Books, document_id: UUID) -> list[ApprovalRow]:
    """What was approved of one bill or credit note, in the order in which it came in."""
    query = select(*_COLUMNS).join(Till, Till.id == TillApproval.till_id).where(TillApproval.document_id == document_id)
    return [ApprovalRow(*row) for row in books.session.execute(query.order_by(TillApproval.id))]


def count_open(books: Books) -> int:
    """How many wait for a person."""
    query = select(func.count()).select_from(TillApproval).where(TillApproval.state != State.GOOD.value, TillApproval.seen_at.is_(None))
    return int(books.session.scalar(query) or 0)
