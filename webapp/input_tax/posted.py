"""What this room has posted, as frozen rows: reversals with their lines, the statement of what is reversed for the time being, capital
goods, and how a registration stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, tuple_

from webapp import ledger
from webapp.gst_returns import registration
from webapp.input_tax.models import ItcCapitalGood, ItcMark, ItcReversal, ItcReversalLine, ItcStanding
from webapp.input_tax.rules import HEADS, NOTHING, Tax
from webapp.kernel.dates import month_of
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReversalRow:
    """A reversal or a claim anew, see models.ItcReversal."""

    id: UUID
    number: str
    gstin: str
    month: int
    rule: str
    cell: str
    posted_on: date
    tax: Tax
    interest_paise: int
    working: dict[str, Any]
    reason: str
    body_sha256: str
    entered_by: str
    reversal_id: UUID | None
    cancelled_on: date | None
    cancel_reason: str


class LineRow(NamedTuple):
    """What a reversal is about, see models.ItcReversalLine."""

    about_id: UUID | None
    number: str
    name: str
    tax: Tax
    since: date | None
    interest_paise: int


@dataclass(frozen=True, slots=True)
class Asset:
    """Capital goods, see models.ItcCapitalGood."""

    id: UUID
    gstin: str
    name: str
    paper_number: str
    paper_date: date
    bill_id: UUID | None
    tax: Tax
    use: str
    ended_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a registration stands. `opening`: what it had reversed for the time being before these books."""

    gstin: str
    is_bank: bool = False
    opening: Tax = NOTHING
    version: int = 0


class StatementRow(NamedTuple):
    """A month of the electronic credit reversal and reclaimed statement."""

    month: int
    opening: Tax
    reversed: Tax
    reclaimed: Tax

    @property
    def closing(self) -> Tax:
        return self.opening + self.reversed - self.reclaimed


_HEAD_SUMS = [getattr(ItcReversal, f"{head}_paise") for head in HEADS]
_NAMES = [field.name for field in fields(ReversalRow) if field.name != "tax"]


def _reversal(row: Any) -> ReversalRow:
    return ReversalRow(tax=Tax(*row[:4]), **dict(zip(_NAMES, row[4:], strict=True)))


def _query() -> Any:
    return select(*_HEAD_SUMS, *(getattr(ItcReversal, name) for name in _NAMES))


def reversal_or_none(books: Books, id_: UUID) -> ReversalRow | None:
    row = books.session.execute(_query().where(ItcReversal.id == id_)).first()
    return _reversal(row) if row else None


def reversal(books: Books, id_: UUID) -> ReversalRow:
    """One of them. NotFound when this company has none by that id."""
    found = reversal_or_none(books, id_)
    if found is None:
        raise NotFound("reversal of input tax")
    return found


def reversals(
    books: Books, gstin: str, *, first: int = 0, last: int = 999912, words: str = "", after: tuple[int, UUID] | None = None, most: int = 0
) -> list[ReversalRow]:
    """Those of a registration and its months, the newest first; cancelled ones too."""
    query = _query().where(ItcReversal.gstin == gstin, ItcReversal.month.between(first, last))
    if words:
        query = query.where(ItcReversal.number.icontains(words, autoescape=True) | ItcReversal.reason.icontains(words, autoescape=True))
    if after is not None:
        types = [ItcReversal.month.type, ItcReversal.id.type]
        query = query.where(tuple_(ItcReversal.month, ItcReversal.id) < tuple_(*after, types=types))
    query = query.order_by(ItcReversal.month.desc(), ItcReversal.id.desc())
    return [_reversal(row) for row in books.session.execute(query.limit(most) if most else query)]


def lines(books: Books, reversal_id: UUID) -> list[LineRow]:
    """What a reversal is about, in its order."""
    line = ItcReversalLine
    query = select(
        line.about_id, line.number, line.name, *(getattr(line, f"{head}_paise") for head in HEADS), line.since, line.interest_paise
    )
    rows = books.session.execute(query.where(line.reversal_id == reversal_id).order_by(line.line_no))
    return [LineRow(row[0], row[1], row[2], Tax(*row[3:7]), row[7], row[8]) for row in rows]


def standing_of(books: Books, gstin: str, rule: str, until: date | None = None) -> dict[UUID, Tax]:
    """Bill → what of its credit stands reversed under a rule: reversals that stand less what was claimed again, those posted until a
    day where one is given."""
    line = ItcReversalLine
    query = (
        select(line.about_id, ItcReversal.cell, *(getattr(line, f"{head}_paise") for head in HEADS))
        .join(ItcReversal, (ItcReversal.company_id == line.company_id) & (ItcReversal.id == line.reversal_id))
        .where(ItcReversal.gstin == gstin, ItcReversal.rule == rule, ItcReversal.live_key.is_not(None), line.about_id.is_not(None))
    )
    if until is not None:
        query = query.where(ItcReversal.posted_on <= until)
    found: dict[UUID, Tax] = defaultdict(lambda: NOTHING)
    for about_id, cell, *sums in books.session.execute(query):
        found[about_id] += -Tax(*sums) if cell in ("reclaim", "extra") else Tax(*sums)
    return dict(found)


def standing(books: Books, gstin: str) -> Standing:
    """How a registration stands; as nothing was said where nobody said it."""
    own = ItcStanding
    query = select(own.gstin, own.is_bank, own.version, *(getattr(own, f"{head}_paise") for head in HEADS)).where(own.gstin == gstin)
    row = books.session.execute(query).first()
    return Standing(row[0], row[1], Tax(*row[3:]), row[2]) if row else Standing(gstin)


def statement(books: Books, gstin: str) -> list[StatementRow]:
    """The statement month by month, the oldest first: a cancelled row is taken back in the month of its cancelling, as in the ledger.
    Vouchers by hand that are said to be of 4B(2) stand in it, as they stand in the return."""
    moved: dict[int, list[Tax]] = defaultdict(lambda: [NOTHING, NOTHING])
    for month, tax in _by_hand(books, gstin):
        moved[month][0] += tax
    for row in reversals(books, gstin):
        if row.cell not in ("temporary", "reclaim"):
            continue
        place = 0 if row.cell == "temporary" else 1
        moved[month_of(row.posted_on)][place] += row.tax
        if row.cancelled_on is not None:
            moved[month_of(row.cancelled_on)][place] += -row.tax
    found, balance = [], standing(books, gstin).opening
    for month in sorted(moved):
        found.append(StatementRow(month, balance, *moved[month]))
        balance = found[-1].closing
    return found


def _by_hand(books: Books, gstin: str) -> list[tuple[int, Tax]]:
    """Month and what a voucher marked as reversed for the time being (or the one that takes it back) took off the input tax accounts."""
    heads = ledger.heads(books)
    places = {heads[f"input-{head}"]: place for place, head in enumerate(HEADS)}
    own = func.coalesce(Voucher.reverses_id, Voucher.id)
    query = (
        select(Voucher.voucher_date, JournalLine.account_id, func.sum(JournalLine.amount_paise))
        .join(ItcMark, (ItcMark.company_id == Voucher.company_id) & (ItcMark.voucher_id == own) & (ItcMark.line_no == 0))
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .where(ItcMark.told_as == "temporary", JournalLine.account_id.in_(places))
        .where(Voucher.store_id.in_(registration(books, gstin).store_ids))
        .group_by(Voucher.voucher_date, JournalLine.account_id)
    )
    found = []
    for day, account_id, amount in books.session.execute(query):
        sums = [0, 0, 0, 0]
        sums[places[account_id]] = -int(amount)
        found.append((month_of(day), Tax(*sums)))
    return found


def balance(books: Books, gstin: str) -> Tax:
    """What may be claimed again, by head."""
    rows = statement(books, gstin)
    return rows[-1].closing if rows else standing(books, gstin).opening


def assets(books: Books, gstin: str, asset_id: UUID | None = None) -> list[Asset]:
    """The register of capital goods, the newest paper first."""
    own = ItcCapitalGood
    query = select(
        *(own.id, own.gstin, own.name, own.paper_number, own.paper_date, own.bill_id, own.use, own.ended_on, own.version),
        *(getattr(own, f"{head}_paise") for head in HEADS),
    ).where(own.gstin == gstin)
    if asset_id is not None:
        query = query.where(own.id == asset_id)
    found: list[Any] = [tuple(row) for row in books.session.execute(query.order_by(own.paper_date.desc(), own.id.desc()))]
    return [Asset(row[0], row[1], row[2], row[3], row[4], row[5], Tax(*row[9:]), row[6], row[7], row[8]) for row in found]
