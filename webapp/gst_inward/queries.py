"""What suppliers told of us, as frozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from webapp import purchases
from webapp.gst_inward import deciding
from webapp.gst_inward.deciding import Counted, Decision
from webapp.gst_inward.models import InwardDecision, InwardDocument, InwardFile, InwardMatch, InwardRun, InwardSetting
from webapp.gst_inward.values import Action, CreditTold, Filing, MatchState
from webapp.gst_returns import ReturnPeriod, Taxes
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

CHUNK = 400  # values of one IN: SQLite takes 32,766 in a statement
_FIGURES = ("taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise")


@dataclass(frozen=True, slots=True)
class FileRow:
    """An imported file (models.InwardFile)."""

    id: UUID
    gstin: str
    month: int
    source: str
    shape: str
    generation: int
    part: int
    generated_on: date | None
    name: str
    sha256: str
    bytes: int
    documents: int
    imported_by: str
    imported_at: datetime

    @property
    def imported_on(self) -> date:
        return ist_day(self.imported_at)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as told (models.InwardDocument)."""

    id: UUID
    gstin: str
    month: int
    source: str
    key: str
    section: str
    kind: str
    credit_kind: str
    supplier_gstin: str
    supplier_name: str
    number: str
    day: date
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    value_paise: int
    place: str
    type: str
    is_reverse_charge: bool
    is_available: bool
    reason: str
    is_rejected: bool
    told_action: str
    is_pending_blocked: bool
    original_number: str
    original_day: date | None
    supplier_month: int
    filed_on: date | None
    irn: str
    port: str

    @property
    def taxes(self) -> Taxes:
        return Taxes(*(getattr(self, name) for name in _FIGURES))


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A row of the reconciliation (models.InwardMatch)."""

    id: UUID
    gstin: str
    month: int
    first_month: int
    document_id: UUID | None
    key: str
    bill_id: UUID | None
    kind: str
    stage: str
    state: str
    supplier_gstin: str
    supplier_name: str
    number: str
    day: date
    taxable_paise: int
    tax_paise: int
    differences: list[Any]
    why: str


@dataclass(frozen=True, slots=True)
class Setting:
    """How far two papers may be apart and still be one."""

    paise: int = 100
    days: int = 5


def columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]


_DECIDED = [getattr(InwardDecision, name) for name in Decision._fields]


# What other rooms ask ---------------------------------------------------------------------------------------------------


def credit_told(books: Books, gstin: str, period: ReturnPeriod | int) -> CreditTold:
    """What the GSTR-2B of a month says of credit, by kind, with our decisions; of a quarter, that of its last month."""
    month = period if isinstance(period, int) else period.month
    f = InwardFile
    made = books.session.execute(
        select(f.generated_on)
        .where(f.gstin == gstin, f.month == month, f.source == "gstr2b")
        .order_by(f.generation.desc(), f.part)
        .limit(1)
    ).first()
    if made is None:
        return CreditTold(gstin, month, is_imported=False, generated_on=None, kinds={})
    d, own = InwardDocument, InwardDecision
    query = (
        select(d.id, d.month, d.kind, d.section, d.credit_kind, *(getattr(d, name) for name in _FIGURES))
        .add_columns(d.is_available, d.reason, d.is_rejected, d.told_action, d.original_number, own.version, *_DECIDED)
        .outerjoin(own, and_(own.company_id == d.company_id, own.gstin == d.gstin, own.key == d.key))
        .where(d.gstin == gstin, d.month == month, d.source == "gstr2b")
    )
    before = _originals(books, gstin, month)
    found = []
    rows: Any = books.session.execute(query)
    for row in rows:
        taxes = Taxes(*row[5:10])
        if row[0] in before:  # of an amendment the difference counts: what it puts right was counted in its own month
            taxes = taxes.plus(before[row[0]], -1)
        decision = Decision(*row[16:]) if row[15] is not None else None
        found.append(Counted(row[1], row[2], row[3], row[4], taxes, row[10], row[11], row[12], row[13], decision))
    return CreditTold(gstin, month, is_imported=True, generated_on=made[0], kinds=deciding.add_up(found))


def _originals(books: Books, gstin: str, month: int) -> dict[UUID, Taxes]:
    """Amendment of a month → the figures of what it puts right, where this or an earlier GSTR-2B told it with its credit available and
    we left it so. What was rejected or left pending was never counted, so nothing is taken off for it."""
    d, first, own = InwardDocument, aliased(InwardDocument), InwardDecision
    is_before = (first.month < d.month) | ((first.month == d.month) & (first.original_number == ""))
    same = and_(
        first.company_id == d.company_id,
        first.gstin == d.gstin,
        first.source == d.source,
        first.supplier_gstin == d.supplier_gstin,
        first.kind == d.kind,
        first.number == d.original_number,
        first.day == d.original_day,
        is_before,
        first.is_available,
        ~first.is_rejected,
    )
    query = (
        select(d.id, *(getattr(first, name) for name in _FIGURES))
        .add_columns(first.month, first.kind, first.told_action, own.version, *_DECIDED)
        .join(first, same)
        .outerjoin(own, and_(own.company_id == first.company_id, own.gstin == first.gstin, own.key == first.key))
        .where(d.gstin == gstin, d.month == month, d.source == "gstr2b", d.is_available, d.original_number != "")
        .order_by(first.month)
    )
    found: dict[UUID, Taxes] = {}
    rows: Any = books.session.execute(query)
    for row in rows:
        decision = Decision(*row[10:]) if row[9] is not None else None
        action = deciding.action_of(row[6], row[7], row[8], decision)
        found[row[0]] = Taxes() if action in (Action.REJECT, Action.PENDING) else Taxes(*row[1:6])
    return found


def told_of_bills(books: Books, gstin: str, period: ReturnPeriod | int) -> Mapping[UUID, MatchState]:
    """Our bill or debit note → how its supplier told it, for all that a GSTR-2B up to this month told and the last run matched."""
    month = period if isinstance(period, int) else period.month
    m, d, own = InwardMatch, InwardDocument, InwardDecision
    query = (
        select(m.bill_id, m.first_month, m.month, m.stage, m.state, d.kind, d.told_action, d.is_rejected, d.is_available, d.reason)
        .add_columns(*(getattr(d, name) for name in _FIGURES), own.version, *_DECIDED)
        .join(d, and_(d.company_id == m.company_id, d.id == m.document_id))
        .outerjoin(own, and_(own.company_id == m.company_id, own.gstin == m.gstin, own.key == m.key))
        .where(m.gstin == gstin, m.month <= month, d.source == "gstr2b", m.bill_id.is_not(None))
    )
    found: dict[UUID, MatchState] = {}
    for row in books.session.execute(query):
        decision = Decision(*row[16:]) if row[15] is not None else None
        action = Action.REJECT if row[7] else deciding.action_of(row[2], row[5], row[6], decision)
        found[row[0]] = MatchState(row[0], row[1], row[3], action, row[4] == "differs", row[8], row[9], Taxes(*row[10:15]))
    return found


def paid_by_suppliers(books: Books, gstin: str) -> dict[UUID, Filing]:
    """Our bill → whether its supplier has filed the GSTR-3B that pays its tax, as the newest GSTR-2A that told the bill says. A bill of
    which none says so is left out; a return that was filed once is not unfiled again."""
    m, d, f = InwardMatch, InwardDocument, InwardFile
    query = (
        select(m.bill_id, d.is_return_filed, f.imported_at)
        .join(d, and_(d.company_id == m.company_id, d.gstin == m.gstin, d.key == m.key))
        .join(f, and_(f.company_id == d.company_id, f.id == d.file_id))
        .where(m.gstin == gstin, m.bill_id.is_not(None), d.is_return_filed.is_not(None), ~d.is_rejected)
    )
    found: dict[UUID, Filing] = {}
    rows: Any = books.session.execute(query)
    for bill_id, is_filed, imported_at in rows:
        before = found.get(bill_id)
        day = ist_day(imported_at)
        found[bill_id] = Filing(is_filed or (before is not None and before.is_filed), max(day, before.known_on) if before else day)
    return found


# Files, settings, runs --------------------------------------------------------------------------------------------------


def files(books: Books, gstin: str, month: int | None = None) -> list[FileRow]:
    """The imports of a registration (of one month), the newest month and import first."""
    query = select(*columns(InwardFile, FileRow)).where(InwardFile.gstin == gstin)
    if month is not None:
        query = query.where(InwardFile.month == month)
    order = (InwardFile.month.desc(), InwardFile.source, InwardFile.generation.desc(), InwardFile.part.desc())
    return [FileRow(*row) for row in books.session.execute(query.order_by(*order))]


def standing(rows: Iterable[FileRow]) -> set[UUID]:
    """Those of the files that nothing newer has replaced."""
    newest: dict[tuple[int, str], int] = {}
    kept = list(rows)
    for row in kept:
        newest[row.month, row.source] = max(row.generation, newest.get((row.month, row.source), 0))
    return {row.id for row in kept if row.generation == newest[row.month, row.source]}


def setting(books: Books) -> Setting:
    row = books.session.execute(select(InwardSetting.tolerance_paise, InwardSetting.tolerance_days)).first()
    return Setting(*row) if row else Setting()


def ran_at(books: Books, gstin: str, month: int) -> datetime | None:
    """When a month was last matched."""
    return books.session.scalar(select(InwardRun.ran_at).where(InwardRun.gstin == gstin, InwardRun.month == month))


def changed_since(books: Books, gstin: str, instant: datetime) -> int:
    """How many bills were entered or cancelled since."""
    return purchases.changed_since(books, gstin, instant)


# One row ----------------------------------------------------------------------------------------------------------------


def match(books: Books, gstin: str, match_id: UUID) -> MatchRow:
    """A row of the reconciliation. NotFound for none of this registration."""
    query = select(*columns(InwardMatch, MatchRow)).where(InwardMatch.gstin == gstin, InwardMatch.id == match_id)
    row = books.session.execute(query).first()
    if row is None:
        raise NotFound("row")
    return MatchRow(*row)


def match_of_key(books: Books, gstin: str, key: str) -> MatchRow | None:
    row = books.session.execute(select(*columns(InwardMatch, MatchRow)).where(InwardMatch.gstin == gstin, InwardMatch.key == key)).first()
    return MatchRow(*row) if row else None


def match_of_bill(books: Books, gstin: str, bill_id: UUID) -> MatchRow | None:
    query = select(*columns(InwardMatch, MatchRow)).where(InwardMatch.gstin == gstin, InwardMatch.bill_id == bill_id)
    row = books.session.execute(query).first()
    return MatchRow(*row) if row else None


def document(books: Books, document_id: UUID) -> DocumentRow:
    """A document as told. NotFound when a newer file took its place."""
    row = books.session.execute(select(*columns(InwardDocument, DocumentRow)).where(InwardDocument.id == document_id)).first()
    if row is None:
        raise NotFound("document")
    return DocumentRow(*row)


def decision(books: Books, gstin: str, key: str) -> Decision:
    """What was decided of a document; nothing yet, with version 0."""
    return decisions(books, gstin, [key]).get(key, deciding.UNDECIDED)


def decisions(books: Books, gstin: str, keys: Sequence[str]) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for at in range(0, len(keys), CHUNK):
        query = select(InwardDecision.key, *_DECIDED).where(InwardDecision.gstin == gstin, InwardDecision.key.in_(keys[at : at + CHUNK]))
        found |= {row[0]: Decision(*row[1:]) for row in books.session.execute(query)}
    return found
