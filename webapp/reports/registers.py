"""The day book, and one voucher as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from webapp import ledger, parties
from webapp.company import require_mine
from webapp.counter.models import CashMove
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account, CostAllocation, JournalLine, Voucher
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.reports.places import beyond, short_of

PAGE = 50
KINDS = ("sales", "credit_note", "receipt", "payment", "contra", "journal", "stock", "purchase", "debit_note")
# Goods going out at cost stand in a sale's voucher too. A bill of ₹118 is a bill of ₹118: these heads are left out of
# its amount unless the voucher has no others.
_OF_STOCK = ("cost-of-goods", "stock-in-hand")


@dataclass(frozen=True, slots=True)
class DayBookRow:
    """A voucher in the day book. `amount` is what its document is about, in paise; `heads` the account that stands for it; `debits`
    are all of its debits, cost of goods included."""

    id: UUID
    voucher_date: date
    kind: str
    number: str
    narration: str
    document_kind: str
    document_id: UUID
    reverses_id: UUID | None
    heads: str
    party: str
    amount: int
    debits: int


@dataclass(frozen=True, slots=True)
class DayBookPage:
    """Rows, the newest first. `newer` and `older` say whether there is more on either side."""

    rows: tuple[DayBookRow, ...]
    newer: DayBookRow | None
    older: DayBookRow | None

    @property
    def debits(self) -> int | None:
        """What all rows come to, where these are all there are."""
        return None if self.newer or self.older else sum(row.debits for row in self.rows)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the day book shows: days, a kind of voucher or all, words of its number, narration or party, a store, a cost centre
    with those beneath it."""

    period: Period
    kind: str = ""
    words: str = ""
    store_id: UUID | None = None
    centre_id: UUID | None = None

    @property
    def is_everything(self) -> bool:
        """Whether all vouchers of the days are shown, maybe of one store."""
        return not (self.kind or self.words or self.centre_id)


def day_book(
    books: Books,
    wanted: Wanted,
    *,
    older_than: tuple[date, UUID] | None = None,
    newer_than: tuple[date, UUID] | None = None,
    most: int = PAGE,
) -> DayBookPage:
    """One page of the day book."""
    place = (Voucher.voucher_date, Voucher.id)
    # The days are cut where the key stands: an index is entered at one bound, and it must be the nearer.
    first_day = max(wanted.period.first_day, newer_than[0]) if newer_than else wanted.period.first_day
    last_day = min(wanted.period.last_day, older_than[0]) if older_than else wanted.period.last_day
    query = select(*_HEADER).where(*conditions(books, wanted, Period(first_day, last_day))).limit(most + 1)
    if newer_than:
        query = query.where(beyond(place, newer_than)).order_by(Voucher.voucher_date, Voucher.id)
    else:
        query = query.order_by(Voucher.voucher_date.desc(), Voucher.id.desc())
        if older_than:
            query = query.where(short_of(place, older_than))
    found = books.session.execute(query).all()
    rows = _rows(books, found[:most])
    has_more = len(found) > most
    if newer_than:
        rows = rows[::-1]
        return DayBookPage(rows, rows[0] if rows and has_more else None, rows[-1] if rows else None)
    return DayBookPage(rows, rows[0] if rows and older_than else None, rows[-1] if rows and has_more else None)


def whole_day_book(books: Books, wanted: Wanted) -> Iterator[DayBookRow]:
    """Every row, the oldest first, read in pieces so that memory stays flat."""
    place: tuple[date, UUID] | None = (date.min, UUID(int=0))
    while place:
        page = day_book(books, wanted, newer_than=place, most=500)
        yield from reversed(page.rows)
        place = (page.newer.voucher_date, page.newer.id) if page.newer else None


def debits(books: Books, period: Period, store_id: UUID | None = None) -> int:
    """All debits of these days, cost of goods included, from the kept totals; all credits are the same."""
    return sum(total.debit for total in ledger.account_totals(books, period.first_day, period.last_day, store_id=store_id).values())


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """A line of a voucher with the names it needs."""

    line_no: int
    account_id: UUID
    account: str
    party_id: UUID | None
    party: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class VoucherView:
    """A voucher with its lines and with what it takes back, or what took it back."""

    id: UUID
    kind: str
    number: str
    voucher_date: date
    narration: str
    document_kind: str  # of the document that is shown: a cash move is shown on its shift
    document_id: UUID
    posted_at: datetime
    posted_by: str
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    lines: tuple[VoucherLine, ...]

    @property
    def total(self) -> int:
        """Its debits, which are its credits."""
        return sum(line.debit for line in self.lines)


def voucher(books: Books, voucher_id: UUID) -> VoucherView:
    """A voucher whole. NotFound when this company has none by that id; NotYourStore where the member is held to others than its own."""
    head = books.session.execute(
        select(*_HEADER, Voucher.posted_at, Voucher.posted_by, Voucher.store_id).where(Voucher.id == voucher_id)
    ).first()
    if head is None:
        raise NotFound("voucher")
    require_mine(books, head.store_id)
    is_cash_move = head.document_kind == "cash_move"
    shift_id = books.session.scalar(select(CashMove.shift_id).where(CashMove.id == head.document_id)) if is_cash_move else None
    lines = books.session.execute(
        select(JournalLine.line_no, JournalLine.account_id, Account.name, JournalLine.party_id, Party.name, JournalLine.amount_paise)
        .join(Account, (Account.company_id == JournalLine.company_id) & (Account.id == JournalLine.account_id))
        .outerjoin(Party, (Party.company_id == JournalLine.company_id) & (Party.id == JournalLine.party_id))
        .where(JournalLine.voucher_id == voucher_id)
        .order_by(JournalLine.line_no)
    )
    return VoucherView(
        id=head.id,
        kind=head.kind,
        number=head.number,
        voucher_date=head.voucher_date,
        narration=head.narration,
        document_kind="shift" if shift_id else head.document_kind,
        document_id=shift_id or head.document_id,
        posted_at=head.posted_at,
        posted_by=head.posted_by,
        reverses_id=head.reverses_id,
        reversed_by_id=books.session.scalar(select(Voucher.id).where(Voucher.reverses_id == voucher_id)),
        lines=tuple(
            VoucherLine(number, account_id, account, party_id, party or "", max(amount, 0), max(-amount, 0))
            for number, account_id, account, party_id, party, amount in lines
        ),
    )


_HEADER = (
    Voucher.id,
    Voucher.voucher_date,
    Voucher.kind,
    Voucher.number,
    Voucher.narration,
    Voucher.document_kind,
    Voucher.document_id,
    Voucher.reverses_id,
)


def conditions(books: Books, wanted: Wanted, period: Period) -> list[ColumnElement[bool]]:
    """What makes a voucher one of those that are asked for, on these days."""
    found: list[ColumnElement[bool]] = [Voucher.voucher_date.between(period.first_day, period.last_day)]
    if wanted.kind:
        found.append(Voucher.kind == wanted.kind)
    if wanted.store_id:
        found.append(Voucher.store_id == wanted.store_id)
    if wanted.centre_id:
        centres = [one.id for one in ledger.centres_beneath(books, wanted.centre_id)]
        borne = select(CostAllocation.voucher_id).where(
            CostAllocation.cost_centre_id.in_(centres), CostAllocation.voucher_date.between(period.first_day, period.last_day)
        )
        found.append(Voucher.id.in_(borne))
    if wanted.words:
        found.append(_has_words(books, wanted.words))
    return found


def _has_words(books: Books, words: str) -> ColumnElement[bool]:
    either: list[ColumnElement[bool]] = [
        Voucher.number.icontains(words, autoescape=True),
        Voucher.narration.icontains(words, autoescape=True),
    ]
    known = [row.id for row in parties.search_parties(books, words, most=100)]
    if known:
        either.append(Voucher.id.in_(select(JournalLine.voucher_id).where(JournalLine.party_id.in_(known))))
    return or_(*either)


def _rows(books: Books, found: Sequence[Any]) -> tuple[DayBookRow, ...]:
    """Lay rows out with what their lines say: one statement, whatever the number of rows."""
    if not found:
        return ()
    lines = books.session.execute(
        select(JournalLine.voucher_id, JournalLine.amount_paise, Account.code, Account.name, Party.name)
        .join(Account, (Account.company_id == JournalLine.company_id) & (Account.id == JournalLine.account_id))
        .outerjoin(Party, (Party.company_id == JournalLine.company_id) & (Party.id == JournalLine.party_id))
        .where(JournalLine.voucher_id.in_([row.id for row in found]))
        .order_by(JournalLine.voucher_id, JournalLine.line_no)
    )
    of_voucher: dict[UUID, list[Any]] = {}
    for line in lines:
        of_voucher.setdefault(line[0], []).append(line)
    return tuple(_row(row, of_voucher[row.id]) for row in found)


def _row(row: Any, lines: Sequence[Any]) -> DayBookRow:
    chief = [line for line in lines if line[2] not in _OF_STOCK] or lines
    # What a bill or a receipt is known by: the party's line, else the largest on the side that names it.
    named = next((line for line in chief if line[4]), None) or max(chief, key=lambda line: (line[1] > 0, abs(line[1])))
    return DayBookRow(
        id=row.id,
        voucher_date=row.voucher_date,
        kind=row.kind,
        number=row.number,
        narration=row.narration,
        document_kind=row.document_kind,
        document_id=row.document_id,
        reverses_id=row.reverses_id,
        heads=named[3],
        party=named[4] or "",
        # Goods received stand on one side only of what is left: then the other side says how much.
        amount=max(sum(line[1] for line in chief if line[1] > 0), -sum(line[1] for line in chief if line[1] < 0)),
        debits=sum(line[1] for line in lines if line[1] > 0),
    )
