"""Vouchers as rows: one, its versions, a page of them, those whose day has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from webapp.company import allowed_stores, require_mine
from webapp.kernel.errors import NotFound
from webapp.kernel.money import Paise
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.platform.tenancy import Books
from webapp.vouchers.models import VoucherDocument, VoucherTemplate, VoucherVersion
from webapp.vouchers.rules import Entry, State, entries_of, store_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A voucher as it stands (see VoucherDocument)."""

    id: UUID
    kind: str
    state: str
    number: str
    store_id: UUID
    voucher_date: date
    amount_paise: int
    narration: str
    reference: str
    reverse_on: date | None
    body: dict[str, Any]
    version: int
    voucher_id: UUID | None
    mirrors_id: UUID | None
    template_id: UUID | None
    template_date: date | None
    trouble: str
    created_at: datetime
    created_by: str

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.voucher_date, self.id)

    @property
    def standing(self) -> State:
        return State(self.state)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return entries_of(self.body)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One saving of a voucher (see VoucherVersion)."""

    document_id: UUID
    version: int
    save_id: UUID
    act: str
    state: str
    number: str
    body: dict[str, Any]
    body_sha256: str
    voucher_id: UUID | None
    reversal_id: UUID | None
    reason: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A voucher that comes again (see VoucherTemplate)."""

    id: UUID
    name: str
    kind: str
    body: dict[str, Any]
    every: str
    on_day: int
    starts_on: date
    ends_on: date | None
    posts: bool
    next_on: date
    ended_at: datetime | None
    created_by: str

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or (self.ends_on is not None and self.next_on > self.ends_on)

    @property
    def store_id(self) -> UUID | None:
        return store_of(self.body)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return entries_of(self.body)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of vouchers shows. Empty means: whatever it is."""

    text: str = ""
    kind: str = ""
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None
    head_id: UUID | None = None  # an account or a party
    amount: Paise | None = None
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page, newest first."""

    rows: tuple[DocumentRow, ...]
    older: Cursor | None


_DOCUMENT = tuple(getattr(VoucherDocument, one.name) for one in fields(DocumentRow))
_VERSION = tuple(getattr(VoucherVersion, one.name) for one in fields(VersionRow))
_TEMPLATE = tuple(getattr(VoucherTemplate, one.name) for one in fields(TemplateRow))


def document_or_none(books: Books, document_id: UUID, *, to_change: bool = False) -> DocumentRow | None:
    """A voucher, or None. `to_change` keeps others from changing it until the transaction ends. NotYourStore where the member
    is held to other stores than its own."""
    query = select(*_DOCUMENT).where(VoucherDocument.id == document_id)
    row = books.session.execute(query.with_for_update() if to_change else query).first()
    if row is None:
        return None
    found = DocumentRow(*row)
    require_mine(books, found.store_id)
    return found


def document(books: Books, document_id: UUID, *, to_change: bool = False) -> DocumentRow:
    """A voucher. NotFound when there is none."""
    found = document_or_none(books, document_id, to_change=to_change)
    if found is None:
        raise NotFound("voucher")
    return found


def mirror_of(books: Books, document_id: UUID) -> DocumentRow | None:
    """The journal that reverses this one on its day, unless it was cancelled."""
    query = select(*_DOCUMENT).where(VoucherDocument.mirrors_id == document_id, VoucherDocument.state != State.CANCELLED)
    row = books.session.execute(query).first()
    return DocumentRow(*row) if row else None


def version_of_save(books: Books, save_id: UUID) -> VersionRow | None:
    """What a saving became, when it was made before."""
    row = books.session.execute(select(*_VERSION).where(VoucherVersion.save_id == save_id)).first()
    return VersionRow(*row) if row else None


def versions(books: Books, document_id: UUID) -> list[VersionRow]:
    """Every saving of a voucher, oldest first."""
    query = select(*_VERSION).where(VoucherVersion.document_id == document_id).order_by(VoucherVersion.version)
    return [VersionRow(*row) for row in books.session.execute(query)]


def documents(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> DocumentPage:
    """One page of vouchers of this member's stores, newest first."""
    place = (VoucherDocument.voucher_date, VoucherDocument.id)
    query = select(*_DOCUMENT).where(*_conditions(wanted), *_mine(books)).order_by(*(column.desc() for column in place)).limit(most + 1)
    if older_than is not None:
        # The types are said: an id without ours would be bound as text and compare with nothing.
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    found = [DocumentRow(*row) for row in books.session.execute(query)]
    rows = tuple(found[:most])
    return DocumentPage(rows, rows[-1].cursor if len(found) > most else None)


def due(books: Books, today: date) -> Sequence[UUID]:
    """Post-dated vouchers whose day has come, in the order of their days."""
    query = (
        select(VoucherDocument.id)
        .where(VoucherDocument.state == State.POSTDATED, VoucherDocument.voucher_date <= today)
        .order_by(VoucherDocument.voucher_date, VoucherDocument.id)
    )
    return books.session.scalars(query).all()


def newest(books: Books, kind: str) -> DocumentRow | None:
    """The voucher of a kind that was typed last in this member's stores."""
    query = (
        select(*_DOCUMENT)
        .where(VoucherDocument.kind == kind, *_mine(books))
        .order_by(VoucherDocument.created_at.desc(), VoucherDocument.id.desc())
    )
    row = books.session.execute(query.limit(1)).first()
    return DocumentRow(*row) if row else None


def templates(books: Books) -> list[TemplateRow]:
    """Every template of this member's stores, the next due first."""
    query = select(*_TEMPLATE).order_by(VoucherTemplate.ended_at.is_not(None), VoucherTemplate.next_on, VoucherTemplate.name)
    allowed = allowed_stores(books)
    found = [TemplateRow(*row) for row in books.session.execute(query)]
    return [row for row in found if allowed is None or row.store_id in allowed]


def template(books: Books, template_id: UUID) -> TemplateRow:
    """A template. NotFound when there is none; NotYourStore as `document`."""
    found = template_or_none(books, template_id)
    if found is None:
        raise NotFound("template")
    return found


def template_or_none(books: Books, template_id: UUID) -> TemplateRow | None:
    """A template, or None. NotYourStore as `document`."""
    row = books.session.execute(select(*_TEMPLATE).where(VoucherTemplate.id == template_id)).first()
    if row is None:
        return None
    found = TemplateRow(*row)
    if found.store_id is not None:
        require_mine(books, found.store_id)
    return found


def _mine(books: Books) -> list[ColumnElement[bool]]:
    """What narrows a read to the stores this member is held to."""
    allowed = allowed_stores(books)
    return [] if allowed is None else [VoucherDocument.store_id.in_(allowed)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(VoucherDocument.kind == wanted.kind)
    if wanted.state:
        found.append(VoucherDocument.state == wanted.state)
    if wanted.first_day:
        found.append(VoucherDocument.voucher_date >= wanted.first_day)
    if wanted.last_day:
        found.append(VoucherDocument.voucher_date <= wanted.last_day)
    if wanted.head_id:
        found.append(VoucherDocument.heads.contains(f"|{wanted.head_id.hex}|", autoescape=True))
    if wanted.store_id:
        found.append(VoucherDocument.store_id == wanted.store_id)
    if wanted.amount is not None:
        found.append(VoucherDocument.amount_paise == wanted.amount)
    if wanted.text:
        words = [VoucherDocument.search_text.contains(word, autoescape=True) for word in folded(wanted.text).split()[:8]]
        number = VoucherDocument.number.icontains(wanted.text, autoescape=True)
        found.append(or_(number, tuple_words(words)) if words else number)
    return found


def tuple_words(words: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """All of these."""
    whole = words[0]
    for word in words[1:]:
        whole = whole & word
    return whole
