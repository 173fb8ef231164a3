"""What was filed, as frozen rows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from webapp.company.models import PeriodLock, PeriodOpening
from webapp.gst_returns import flat
from webapp.gst_returns.facts import LAST_AMENDMENT_DAY, LAST_AMENDMENT_MONTH
from webapp.gst_returns.models import GstFiling, GstReopening
from webapp.gst_returns.periods import IFF, QUARTER, ReturnPeriod
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput, NotFound, keep_promise
from webapp.kernel.records import dataclass
from webapp.ledger.models import Voucher
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceShipping


@dataclass(frozen=True, slots=True)
class FilingRow:
    """A filing, and whether it stands."""

    id: UUID
    form: str
    gstin: str
    period: ReturnPeriod
    round: int
    filed_on: date
    arn: str
    sha256: str
    tax_paise: int
    filed_by: str
    filed_at: datetime
    reopened_by: str | None
    reopened_at: datetime | None
    reopen_reason: str | None

    @property
    def stands(self) -> bool:
        return self.reopened_at is None


@dataclass(frozen=True, slots=True)
class FiledRow:
    """A standing filing of an earlier period, of GSTR-1 or its GSTR-1A. `was_entered`: its days were opened since, so that it may tell
    something else now; that is said of GSTR-1 alone."""

    id: UUID
    form: str
    period: ReturnPeriod
    filed_at: datetime
    was_entered: bool
    payload: Mapping[str, Any]


_COLUMNS = (
    *(GstFiling.id, GstFiling.form, GstFiling.gstin, GstFiling.kind, GstFiling.month, GstFiling.round, GstFiling.filed_on, GstFiling.arn),
    *(GstFiling.sha256, GstFiling.tax_paise, GstFiling.filed_by, GstFiling.filed_at),
    *(GstReopening.reopened_by, GstReopening.reopened_at, GstReopening.reason),
)
_TAKEN_BACK = and_(GstReopening.company_id == GstFiling.company_id, GstReopening.filing_id == GstFiling.id)


GSTR1, GSTR1A = "gstr1", "gstr1a"


def filings(books: Books, gstin: str, period: ReturnPeriod | None = None, form: str = GSTR1) -> list[FilingRow]:
    """The filings of a form of a registration (of one period), the newest first; those taken back too."""
    return filings_of(books, form, gstin, period)


def filing(books: Books, filing_id: UUID, form: str = GSTR1) -> FilingRow:
    """One filing of a form. NotFound when this company has none by that id."""
    found = filing_or_none(books, filing_id)
    if found is None or found.form != form:
        raise NotFound("filing")
    return found


def filing_or_none(books: Books, filing_id: UUID) -> FilingRow | None:
    row = books.session.execute(select(*_COLUMNS).outerjoin(GstReopening, _TAKEN_BACK).where(GstFiling.id == filing_id)).first()
    return _row(row) if row else None


def standing(books: Books, gstin: str, form: str = GSTR1) -> list[FilingRow]:
    """What is filed of a form and not taken back, the newest first."""
    return [row for row in filings(books, gstin, form=form) if row.stands]


def filings_of(books: Books, form: str, gstin: str | None = None, period: ReturnPeriod | None = None) -> list[FilingRow]:
    """The filings of a form, of every registration or one, of one period or all; the newest first, those taken back too."""
    return _filings(books, (form,), gstin, period)


def _filings(books: Books, forms: Sequence[str], gstin: str | None, period: ReturnPeriod | None) -> list[FilingRow]:
    query = select(*_COLUMNS).outerjoin(GstReopening, _TAKEN_BACK).where(GstFiling.form.in_(forms))
    if gstin is not None:
        query = query.where(GstFiling.gstin == gstin)
    if period is not None:
        query = query.where(GstFiling.kind == period.kind, GstFiling.month == period.month)
    order = (GstFiling.month.desc(), GstFiling.kind, GstFiling.gstin, GstFiling.round.desc())
    return [_row(row) for row in books.session.execute(query.order_by(*order))]


def require_untold(books: Books, gstin: str, store_ids: Collection[UUID]) -> None:
    """Whoever gives stores another GSTIN asks first. InvalidInput where a return of any form that stands has told a month in which these
    stores have vouchers."""
    query = select(GstFiling.kind, GstFiling.month).outerjoin(GstReopening, _TAKEN_BACK)
    query = query.where(GstFiling.gstin == gstin, GstReopening.filing_id.is_(None)).distinct()
    for kind, month in books.session.execute(query).all():
        days = ReturnPeriod(kind, month).days
        of_them = (Voucher.store_id.in_(store_ids), Voucher.voucher_date.between(days.first_day, days.last_day))
        if books.session.scalar(select(Voucher.id).where(*of_them).limit(1)) is not None:
            name = ReturnPeriod(kind, month).name
            raise InvalidInput(
                {"gstin": f"{gstin} has filed what was sold here ({name}). Make a new store for the other GSTIN, or take the filings back."}
            )


def filing_of(books: Books, form: str, filing_id: UUID) -> FilingRow:
    """For other rooms: one filing of a form. NotFound when this company has none by that id."""
    return filing(books, filing_id, form)


def text_of(books: Books, filing_id: UUID) -> str:
    """The file of a filing as it was. A broken promise where it is not what was kept."""
    row = books.session.execute(select(GstFiling.payload, GstFiling.sha256).where(GstFiling.id == filing_id)).first()
    if row is None:
        raise NotFound("filing")
    text = zlib.decompress(row.payload).decode()
    keep_promise(sha256(text.encode()).hexdigest() == row.sha256, "a filed return is as it was filed")
    return text


def read_own(text: str) -> Mapping[str, Any]:
    """A file of our own as values, money exact."""
    found: Mapping[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def told_by_iff(books: Books, gstin: str, quarter: ReturnPeriod) -> set[tuple[str, str]]:
    """Documents, by section and number, that a quarterly filer has told in the first two months of a quarter already."""
    found: set[tuple[str, str]] = set()
    for row in standing(books, gstin):
        if row.period.kind == IFF and row.period.month in quarter.months:
            found |= {(key.section, key.name) for key in flat.facts(read_own(text_of(books, row.id)))}
    return found


def filed_before(books: Books, gstin: str, period: ReturnPeriod) -> list[FiledRow]:
    """The filings that stand of periods before this one and can still be amended with it, the oldest first.

    Their files are read only where some were entered since: a period that stayed locked tells what it told.
    """
    known = [row for row in _filings(books, (GSTR1, GSTR1A), gstin, None) if row.stands]
    rows = [row for row in known if row.period.days.last_day < period.days.first_day and _in_time(row.period, period)]
    rows.sort(key=lambda row: (row.period.days.last_day, row.form))
    entered = {row.id for row in rows if row.form == GSTR1 and _was_entered(books, row)}
    if not entered:
        return []
    return [FiledRow(row.id, row.form, row.period, row.filed_at, row.id in entered, read_own(text_of(books, row.id))) for row in rows]


def _in_time(told: ReturnPeriod, now: ReturnPeriod) -> bool:
    """CGST Act s.37(3): until 30 November after the financial year of what is put right."""
    after = FinancialYear.of(told.days.last_day).start_year + 1
    return now.days.first_day <= date(after, LAST_AMENDMENT_MONTH, LAST_AMENDMENT_DAY)


def _was_entered(books: Books, row: FilingRow) -> bool:
    """Whether a filed period may tell something else by now: locked days of it were opened for a while, its lock was taken away, an
    export of it got its shipping bill, or the IFF that told some of a quarter was taken back."""
    days = row.period.days
    opened = exists().where(
        PeriodOpening.first_day <= days.last_day,
        PeriodOpening.last_day >= days.first_day,
        or_(PeriodOpening.closed_at.is_(None), PeriodOpening.closed_at > row.filed_at),
        PeriodOpening.closes_at > row.filed_at,
    )
    shipped = exists().where(
        InvoiceShipping.changed_at > row.filed_at,
        Invoice.company_id == InvoiceShipping.company_id,
        Invoice.id == InvoiceShipping.invoice_id,
        Invoice.posted_on.between(days.first_day, days.last_day),
    )
    taken_back = exists().where(
        GstReopening.reopened_at > row.filed_at,
        _TAKEN_BACK,
        GstFiling.gstin == row.gstin,
        GstFiling.kind == IFF,
        GstFiling.month.in_(row.period.months if row.period.kind == QUARTER else ()),
    )
    return bool(books.session.scalar(select(or_(opened, shipped, taken_back, _is_unlocked(row)))))


def _is_unlocked(row: FilingRow) -> ColumnElement[bool]:
    """Some month of it has no lock on its sales: somebody took it away."""
    of_it = (PeriodLock.scope.in_(("all", "sales")), or_(PeriodLock.gstin.is_(None), PeriodLock.gstin == row.gstin))
    locked = [exists().where(PeriodLock.month == month, *of_it, PeriodLock.unlocked_at.is_(None)) for month in row.period.months]
    return ~and_(*locked)


def _row(row: Any) -> FilingRow:
    return FilingRow(row[0], row[1], row[2], ReturnPeriod(row[3], row[4]), *row[5:])
