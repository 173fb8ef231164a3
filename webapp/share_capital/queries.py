"""Read the register of shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.share_capital import rules
from webapp.share_capital.models import ShareClass, ShareHolding, ShareMove
from webapp.share_capital.rules import Holder, Holding, Move, Reconciliation


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of shares (see models.ShareClass)."""

    id: UUID
    name: str
    is_preference: bool
    face_value_paise: int
    authorised: int
    rights: str
    version: int


@dataclass(frozen=True, slots=True)
class MoveRow:
    """An entry of the register; `is_undone`: it was taken back, or takes one back."""

    id: UUID
    class_id: UUID
    day: date
    kind: str
    shares: int
    note: str
    undoes_id: UUID | None
    made_by: str
    made_at: datetime
    is_undone: bool

    @property
    def move(self) -> Move:
        return Move(self.day, self.kind, self.shares)


@dataclass(frozen=True, slots=True)
class Holders:
    """Who was named for a class at the end of a year."""

    class_id: UUID
    start_year: int
    holders: tuple[Holder, ...]
    version: int


@dataclass(frozen=True, slots=True)
class ClassNote:
    """What the notes of a year say of a class: for the year and the year before it, and who held how much."""

    own: ClassRow
    years: tuple[Reconciliation, Reconciliation]
    large: tuple[Holding, ...]
    promoters: tuple[Holding, ...]
    five_years: tuple[tuple[str, int], ...]

    def amount(self, shares: int) -> int:
        """What so many shares are at their face value, in paise."""
        return shares * self.own.face_value_paise


def share_classes(books: Books) -> list[ClassRow]:
    """Every class, equity first, by name."""
    columns = (getattr(ShareClass, name) for name in ClassRow.__dataclass_fields__)
    query = select(*columns).order_by(ShareClass.is_preference, ShareClass.name)
    return [ClassRow(*row) for row in books.session.execute(query)]


def share_class(books: Books, class_id: UUID) -> ClassRow:
    """A class. NotFound when this company has none by that id."""
    found = next((one for one in share_classes(books) if one.id == class_id), None)
    if found is None:
        raise NotFound("class of shares")
    return found


def moves_of(books: Books, class_id: UUID | None = None) -> list[MoveRow]:
    """The register, the newest first: of one class when it is given."""
    undoing = aliased(ShareMove)
    names = [name for name in MoveRow.__dataclass_fields__ if name != "is_undone"]
    query = (
        select(*(getattr(ShareMove, name) for name in names), undoing.id.is_not(None))
        .outerjoin(undoing, (undoing.company_id == ShareMove.company_id) & (undoing.undoes_id == ShareMove.id))
        .order_by(ShareMove.day.desc(), ShareMove.made_at.desc(), ShareMove.id)
    )
    if class_id is not None:
        query = query.where(ShareMove.class_id == class_id)
    found: Sequence[Any] = books.session.execute(query).all()
    rows = (MoveRow(*row) for row in found)
    return [row for row in rows if row.undoes_id is None]


def standing(rows: Sequence[MoveRow]) -> list[Move]:
    """What counts: entries that were not taken back."""
    return [row.move for row in rows if not row.is_undone]


def holders_of(books: Books, class_id: UUID, start_year: int) -> Holders:
    """Who was named at the end of a year; nobody (version 0) when nothing was said."""
    row = books.session.scalars(
        select(ShareHolding).where(ShareHolding.class_id == class_id, ShareHolding.start_year == start_year)
    ).first()
    if row is None:
        return Holders(class_id, start_year, (), 0)
    return Holders(class_id, start_year, tuple(Holder(one["name"], one["shares"], one["is_promoter"]) for one in row.holders), row.version)


def years_with_holders(books: Books, class_id: UUID) -> list[Holders]:
    """Every year of which holders of a class were named, the first first."""
    years = select(ShareHolding.start_year).where(ShareHolding.class_id == class_id).order_by(ShareHolding.start_year)
    return [holders_of(books, class_id, year) for year in books.session.scalars(years).all()]


def notes_of(books: Books, day: date, before: date) -> list[ClassNote]:
    """The note on share capital for the financial year of `day` up to it, beside that of `before`: every class that has, or had, a
    share."""
    spans = [Period(FinancialYear.of(one).first_day, one) for one in (day, before)]
    classes = share_classes(books)
    every = moves_of(books) if classes else []
    found = []
    for own in classes:
        moves = standing([row for row in every if row.class_id == own.id])
        years = tuple(rules.reconciled(moves, span) for span in spans)
        if not any(one.opening or one.moves for one in years):
            continue
        now, was = (holders_of(books, own.id, one.start_year).holders for one in map(FinancialYear.of, (day, before)))
        wholes = years[0].closing, years[1].closing
        found.append(
            ClassNote(
                own,
                (years[0], years[1]),
                rules.large_holders(now, was, *wholes),
                rules.promoters(now, was, *wholes),
                rules.told_for_five_years(moves, day),
            )
        )
    return found


def weighted_equity(books: Books, period: Period) -> int:
    """The weighted average number of equity shares in a period (AS 20), by the register; 0 when it has none."""
    every = moves_of(books)
    equity = [own.id for own in share_classes(books) if not own.is_preference]
    return sum(rules.weighted_average(standing([row for row in every if row.class_id == id_]), period) for id_ in equity)
