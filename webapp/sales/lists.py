"""Bills as lists: searched, filtered, paged by key, added up, and exported; flags to settle; what a customer owes by bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, case, exists, func, or_, select, tuple_

from webapp import ledger, outstandings, parties
from webapp.company import allowed_stores
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.numbering import NumberSeries
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceFlag, InvoiceTender
from webapp.sales.queries import FlagRow
from webapp.tax.rules import DocumentKind

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. Empty means: whatever it is."""

    text: str = ""  # a number, a customer's name or phone, or an amount in rupees
    first_day: date | None = None
    last_day: date | None = None
    kind: str = ""  # a DocumentKind, or "sale" for all but credit notes
    mode: str = ""
    series: str = ""
    state: str = ""  # "standing", "cancelled", "flagged"
    party_id: UUID | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no filter is set."""
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A bill as a list shows it. Amounts are signed: a credit note takes away. A cancelled one counts for nothing."""

    id: UUID
    kind: str
    number: str
    invoice_date: date
    issued_at: datetime
    party_name: str
    party_phone: str
    taxable_paise: int
    tax_paise: int
    total_paise: int
    modes: tuple[str, ...]
    is_cancelled: bool
    open_flags: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.invoice_date, self.id)

    @property
    def state(self) -> str:
        """What matters most about it: "cancelled", "flagged", "returned" for a credit note, or "posted"."""
        if self.is_cancelled:
            return "cancelled"
        if self.open_flags:
            return "flagged"
        return "returned" if self.kind == _CREDIT_NOTE else "posted"


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """One page of the list. `before` and `after` lead to the newer and the older page, where there is one."""

    rows: tuple[InvoiceRow, ...]
    newer: Cursor | None
    older: Cursor | None


@dataclass(frozen=True, slots=True)
class Sums:
    """A list added up: bills that stand, signed."""

    count: int
    taxable_paise: int
    tax_paise: int
    total_paise: int


def invoices(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, newer_than: Cursor | None = None) -> InvoicePage:
    """One page of bills, newest first."""
    if newer_than is not None:
        query = _listed().where(*conditions(books, wanted), _place > _at(newer_than)).order_by(Invoice.invoice_date, Invoice.id)
    else:
        query = _newest_first().where(*conditions(books, wanted))
        if older_than is not None:
            query = query.where(_place < _at(older_than))
    found = books.session.execute(query).all()
    rows = tuple(_row(row) for row in found[:PAGE])
    has_more = len(found) > PAGE
    if newer_than is not None:
        rows = rows[::-1]
        return InvoicePage(rows, rows[0].cursor if rows and has_more else None, rows[-1].cursor if rows else None)
    return InvoicePage(rows, rows[0].cursor if rows and older_than is not None else None, rows[-1].cursor if rows and has_more else None)


def all_invoices(books: Books, wanted: Wanted) -> Iterator[InvoiceRow]:
    """Every bill of the list, newest first, read in pages so that memory stays flat."""
    cursor: Cursor | None = None
    while True:
        page = invoices(books, wanted, older_than=cursor)
        yield from page.rows
        if page.older is None:
            return
        cursor = page.older


def sums(books: Books, wanted: Wanted) -> Sums:
    """The whole list added up; cancelled bills are not counted, credit notes take away."""
    sign = _sign()
    query = (
        select(
            func.count(),
            func.coalesce(func.sum(sign * Invoice.taxable_paise), 0),
            func.coalesce(func.sum(sign * _TAX), 0),
            func.coalesce(func.sum(sign * Invoice.total_paise), 0),
        )
        .select_from(Invoice)
        .where(*conditions(books, wanted), ~_cancelled())
    )
    return Sums(*(int(value) for value in books.session.execute(query).one()))


def sums_of(rows: tuple[InvoiceRow, ...]) -> Sums:
    """The rows of one page added up."""
    standing = [row for row in rows if not row.is_cancelled]
    return Sums(
        len(standing),
        sum(row.taxable_paise for row in standing),
        sum(row.tax_paise for row in standing),
        sum(row.total_paise for row in standing),
    )


def series_in_use(books: Books) -> list[str]:
    """The number series that bills and notes were issued in."""
    return [row.prefix for row in _SERIES_IN_USE.rows(books)]


# Asked of the few series and not of the bills, which would all be read.
_SERIES_IN_USE = Lookup(
    select(NumberSeries.prefix)
    .where(NumberSeries.document_kind.in_(("bill", "credit_note")), NumberSeries.last > 0)
    .order_by(NumberSeries.prefix)
)


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A flag that waits for somebody, with the bill it is on."""

    flag: FlagRow
    number: str
    kind: str
    invoice_date: date
    party_name: str
    total_paise: int


def open_flags(books: Books, *, kind: str = "", newer_than: tuple[datetime, UUID, str] | None = None) -> list[OpenFlag]:
    """Flags nobody has settled, oldest first: fifty after `newer_than` (raised_at, bill, kind), and one more if there is."""
    columns = [getattr(InvoiceFlag, field.name) for field in fields(FlagRow)]
    query = (
        select(*columns, Invoice.number, Invoice.kind.label("invoice_kind"), Invoice.invoice_date, Invoice.party, Invoice.total_paise)
        .join(Invoice, (Invoice.company_id == InvoiceFlag.company_id) & (Invoice.id == InvoiceFlag.invoice_id))
        .where(InvoiceFlag.settled_at.is_(None))
        .order_by(InvoiceFlag.raised_at, InvoiceFlag.invoice_id, InvoiceFlag.kind)
        .limit(PAGE + 1)
    )
    if kind:
        query = query.where(InvoiceFlag.kind == kind)
    if newer_than is not None:
        place = (InvoiceFlag.raised_at, InvoiceFlag.invoice_id, InvoiceFlag.kind)
        query = query.where(tuple_(*place) > tuple_(*newer_than, types=[column.type for column in place]))
    width = len(columns)
    return [
        OpenFlag(
            FlagRow(*row[:width]), row.number, row.invoice_kind, row.invoice_date, (row.party or {}).get("name") or "", row.total_paise
        )
        for row in books.session.execute(query)
    ]


def count_open_flags(books: Books) -> Mapping[str, int]:
    """How many flags of each kind wait."""
    query = (
        select(InvoiceFlag.kind, func.count()).where(InvoiceFlag.settled_at.is_(None)).group_by(InvoiceFlag.kind).order_by(InvoiceFlag.kind)
    )
    return {kind: int(count) for kind, count in books.session.execute(query)}


@dataclass(frozen=True, slots=True)
class Due:
    """A bill sold on credit and what of it is still owed, if what came in paid the oldest first."""

    invoice_id: UUID
    number: str
    invoice_date: date
    total_paise: int
    credit_paise: int
    open_paise: int
    days: int


@dataclass(frozen=True, slots=True)
class Dues:
    """What a customer owes: all of it by the ledger, and the newest bills it is made of. `earlier_paise` is the rest
    (opening balances, and bills beyond those listed); an advance shows as a negative `due_paise` and no bills."""

    due_paise: Paise
    bills: tuple[Due, ...]
    earlier_paise: int


def count_bills(books: Books, first: date, last: date) -> int:
    """The bills that bear one of these days, cancelled ones too; credit notes are none. Read from the index of days."""
    days = Invoice.invoice_date.between(first, last)
    return books.session.scalar(select(func.count()).where(days, Invoice.kind != DocumentKind.CREDIT_NOTE)) or 0


def dues(books: Books, party_id: UUID, most: int = 200) -> Dues:
    """What a customer owes and on which bills, oldest first. What settled a bill has paid that bill; money that names none
    is taken to have paid the oldest."""
    due = ledger.party_due(books, party_id)
    items = outstandings.netted_items(outstandings.open_items(books, party_id, side=outstandings.RECEIVABLE), outstandings.RECEIVABLE)
    of_bill: dict[UUID, list[int]] = {}
    for item in items:
        if item.open > 0 and item.document_kind == "invoice":
            kept = of_bill.setdefault(item.document_id, [0, 0])
            kept[0], kept[1] = kept[0] + item.amount, kept[1] + item.open
    columns = (Invoice.id, Invoice.number, Invoice.invoice_date, Invoice.total_paise)
    newest = select(*columns).where(Invoice.id.in_(list(of_bill))).order_by(Invoice.invoice_date.desc(), Invoice.id.desc()).limit(most)
    bills = [
        Due(
            row.id,
            row.number,
            row.invoice_date,
            row.total_paise,
            of_bill[row.id][0],
            of_bill[row.id][1],
            (books.today - row.invoice_date).days,
        )
        for row in (books.session.execute(newest) if of_bill else ())
    ]
    return Dues(due, tuple(reversed(bills)), max(int(due) - sum(bill.open_paise for bill in bills), 0))


_TAX = Invoice.cgst_paise + Invoice.sgst_paise + Invoice.igst_paise + Invoice.cess_paise
_CREDIT_NOTE = DocumentKind.CREDIT_NOTE.value
_place = tuple_(Invoice.invoice_date, Invoice.id)


def _at(cursor: Cursor) -> Any:
    """A place as a row value. The types are said: an id without ours would be bound as text and compare with nothing."""
    return tuple_(cursor.day, cursor.id, types=[Invoice.invoice_date.type, Invoice.id.type])


def _sign() -> ColumnElement[int]:
    return case((Invoice.kind == _CREDIT_NOTE, -1), else_=1)


def _cancelled() -> ColumnElement[bool]:
    return exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)


def _flagged() -> ColumnElement[bool]:
    return exists().where(
        InvoiceFlag.company_id == Invoice.company_id, InvoiceFlag.invoice_id == Invoice.id, InvoiceFlag.settled_at.is_(None)
    )


def _paid_by(mode: str) -> ColumnElement[bool]:
    return exists().where(
        InvoiceTender.company_id == Invoice.company_id, InvoiceTender.invoice_id == Invoice.id, InvoiceTender.mode == mode
    )


@cache
def _listed() -> Select[Any]:
    """Bills with what other tables say of each, in one statement. Made once: putting it together costs more than running it."""
    tender = InvoiceTender.tender_no.cast(Text) + " " + InvoiceTender.mode
    of_this = (InvoiceTender.company_id == Invoice.company_id, InvoiceTender.invoice_id == Invoice.id)
    waiting = (
        InvoiceFlag.company_id == Invoice.company_id,
        InvoiceFlag.invoice_id == Invoice.id,
        InvoiceFlag.settled_at.is_(None),
    )
    columns = (
        Invoice.id,
        Invoice.kind,
        Invoice.number,
        Invoice.invoice_date,
        Invoice.issued_at,
        Invoice.party,
        Invoice.taxable_paise,
        _TAX.label("tax"),
        Invoice.total_paise,
        select(func.aggregate_strings(tender, ",")).where(*of_this).scalar_subquery().label("tenders"),
        _cancelled().label("is_cancelled"),
        select(func.count()).select_from(InvoiceFlag).where(*waiting).scalar_subquery().label("open_flags"),
    )
    return select(*columns).limit(PAGE + 1)


@cache
def _newest_first() -> Select[Any]:
    return _listed().order_by(Invoice.invoice_date.desc(), Invoice.id.desc())


def conditions(books: Books, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a bill of the list fulfils; whoever is held to some stores sees theirs."""
    allowed = allowed_stores(books)
    found: list[ColumnElement[bool]] = [] if allowed is None else [Invoice.store_id.in_(allowed)]
    if wanted.first_day:
        found.append(Invoice.invoice_date >= wanted.first_day)
    if wanted.last_day:
        found.append(Invoice.invoice_date <= wanted.last_day)
    if wanted.kind == "sale":
        found.append(Invoice.kind != _CREDIT_NOTE)
    elif wanted.kind:
        found.append(Invoice.kind == wanted.kind)
    if wanted.series:
        found.append(Invoice.series == wanted.series)
    if wanted.party_id:
        found.append(Invoice.party_id == wanted.party_id)
    if wanted.mode:
        found.append(_paid_by(wanted.mode))
    if wanted.state:
        found.append({"cancelled": _cancelled(), "standing": ~_cancelled(), "flagged": _flagged()}[wanted.state])
    if wanted.text:
        found.append(_has_text(books, wanted.text))
    return found


def _has_text(books: Books, text: str) -> ColumnElement[bool]:
    """Number, amount, or the customer: as printed on the bill, or as the customer is known today."""
    either: list[ColumnElement[bool]] = [Invoice.number.icontains(text, autoescape=True)]
    either += [Invoice.party[name].as_string().icontains(text, autoescape=True) for name in ("name", "phone", "gstin")]
    known = [row.id for row in parties.search_parties(books, text, most=100)]
    if known:
        either.append(Invoice.party_id.in_(known))
    with suppress(ValueError):
        either.append(Invoice.total_paise == read_paise(text))
    return or_(*either)


def _row(row: Any) -> InvoiceRow:
    sign = -1 if row.kind == _CREDIT_NOTE else 1
    party = row.party or {}
    return InvoiceRow(
        id=row.id,
        kind=row.kind,
        number=row.number,
        invoice_date=row.invoice_date,
        issued_at=row.issued_at,
        party_name=party.get("name") or "",
        party_phone=party.get("phone") or "",
        taxable_paise=sign * row.taxable_paise,
        tax_paise=sign * row.tax,
        total_paise=sign * row.total_paise,
        modes=_modes(row.tenders),
        is_cancelled=bool(row.is_cancelled),
        open_flags=row.open_flags,
    )


@lru_cache(maxsize=1024)  # most bills of a shop are paid in one of a few ways
def _modes(tenders: str | None) -> tuple[str, ...]:
    """The ways a bill was paid, each once, in the order of its tenders; a database does not promise an order in such a list."""
    if not tenders:
        return ()
    in_order = sorted((int(number), mode) for number, mode in (tender.split() for tender in tenders.split(",")))
    return tuple(dict.fromkeys(mode for _, mode in in_order))
