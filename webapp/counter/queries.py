"""What the owner's screens show of tills: frozen rows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp import company
from webapp.counter.models import MissingBill, SyncCommand, Till
from webapp.counter.rules import runs
from webapp.counter.series import SeriesRow, series_of
from webapp.counter.shifts import open_shift_of
from webapp.counter.tills import report_of
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

LATE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class TillRow:
    """A till as its owner sees it. `pending` and `oldest` are the device's own words at its last contact."""

    id: UUID
    code: str
    name: str
    store_name: str
    is_shared: bool
    enrolled_by: str
    enrolled_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None
    pending: int
    oldest: datetime | None
    is_late: bool  # something has waited for more than two hours
    series: tuple[SeriesRow, ...]
    device_last: dict[str, int]
    shift_id: UUID | None
    quarantined: int
    missing: int


def till_rows(books: Books) -> list[TillRow]:
    """Every till, those in use first."""
    stores = {store.id: store.name for store in company.stores(books)}
    is_open = (SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None))
    waiting = _counts(books, select(SyncCommand.till_id, func.count()).where(*is_open).group_by(SyncCommand.till_id))
    missing = _counts(books, select(MissingBill.till_id, func.count()).where(MissingBill.state == "missing").group_by(MissingBill.till_id))
    query = select(Till).order_by(Till.revoked_at.is_not(None), Till.enrolled_at.desc(), Till.code)
    return [_till_row(books, till, stores, waiting, missing) for till in books.session.scalars(query)]


def _till_row(books: Books, till: Till, stores: dict[UUID, str], waiting: dict[UUID, int], missing: dict[UUID, int]) -> TillRow:
    report = report_of(till)
    oldest = datetime.fromisoformat(report["oldest"]) if report.get("oldest") else None
    shift = open_shift_of(books, till.id)
    return TillRow(
        id=till.id,
        code=till.code,
        name=till.name,
        store_name=stores.get(till.store_id, ""),
        is_shared=till.is_shared_device,
        enrolled_by=till.enrolled_by,
        enrolled_at=till.enrolled_at,
        revoked_at=till.revoked_at,
        last_seen_at=till.last_seen_at,
        pending=int(report.get("pending") or 0),
        oldest=oldest,
        is_late=oldest is not None and books.now - oldest > LATE,
        series=tuple(row for row in series_of(books, till.id, till.code) if row.last),
        device_last=dict(report.get("last") or {}),
        shift_id=shift.id if shift else None,
        quarantined=waiting.get(till.id, 0),
        missing=missing.get(till.id, 0),
    )


def _counts(books: Books, query: Any) -> dict[UUID, int]:
    return {till_id: int(count) for till_id, count in books.session.execute(query)}


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A command that waits for a person. `total` in paise, where the body can still be read that far."""

    id: UUID
    type: str
    till_code: str
    number: str
    reason: str
    received_at: datetime
    cashier: str
    total: int | None
    lines: tuple[tuple[str, int, int], ...]  # name, qty in thousandths, total in paise
    body: str
    settled_at: datetime | None
    settled_by: str | None
    settlement: str


def quarantine_rows(books: Books, *, is_open: bool = True, most: int = 100) -> list[QuarantineRow]:
    """Commands in quarantine, or those a person has settled, oldest (newest) first."""
    query = select(SyncCommand, Till.code).join(Till, Till.id == SyncCommand.till_id).limit(most)
    if is_open:
        query = query.where(SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None)).order_by(SyncCommand.received_at)
    else:
        query = query.where(SyncCommand.settled_at.is_not(None)).order_by(SyncCommand.settled_at.desc())
    return [_quarantine_row(row, code) for row, code in books.session.execute(query)]


def quarantine_row(books: Books, command_id: UUID) -> QuarantineRow | None:
    """One of them, settled or not."""
    query = select(SyncCommand, Till.code).join(Till, Till.id == SyncCommand.till_id).where(SyncCommand.id == command_id)
    found = books.session.execute(query).first()
    return _quarantine_row(found[0], found[1]) if found else None


def _quarantine_row(row: SyncCommand, code: str) -> QuarantineRow:
    body = _readable(row.body)
    lines = body.get("lines") if isinstance(body.get("lines"), list) else []
    totals, cashier = body.get("totals"), body.get("cashier")
    total = totals.get("total") if isinstance(totals, dict) else body.get("amount")
    return QuarantineRow(
        id=row.id,
        type=row.type,
        till_code=code,
        number=f"{row.series}/{row.seq:06d}" if row.series and row.seq else "",
        reason=row.result.get("reason", ""),
        received_at=row.received_at,
        cashier=str(cashier.get("name") or "") if isinstance(cashier, dict) else "",
        total=total if isinstance(total, int) else None,
        lines=tuple(_line(line) for line in (lines or [])[:200] if isinstance(line, dict)),
        body=row.body or "",
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        settlement=row.settlement,
    )


def _line(line: dict[str, Any]) -> tuple[str, int, int]:
    """What a person can make out of a line, whatever is wrong with the rest."""
    fig = line.get("fig")
    total = fig.get("total") if isinstance(fig, dict) else None
    qty = line.get("qty")
    return str(line.get("name") or "")[:200], qty if isinstance(qty, int) else 0, total if isinstance(total, int) else 0


def _readable(body: str | None) -> dict[str, Any]:
    try:
        found = json.loads(body or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A run of numbers of one series that a till used and never sent."""

    series: str
    first: int
    last: int
    till_code: str
    till_name: str
    noticed_at: datetime

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def missing_rows(books: Books) -> list[MissingRow]:
    """The open register of missing bills, as runs."""
    query = (
        select(MissingBill.series, MissingBill.seq, MissingBill.noticed_at, Till.code, Till.name)
        .join(Till, Till.id == MissingBill.till_id)
        .where(MissingBill.state == "missing")
        .order_by(MissingBill.series, MissingBill.seq)
    )
    by_series: dict[str, list[Any]] = {}
    for row in books.session.execute(query):
        by_series.setdefault(row.series, []).append(row)
    return [
        MissingRow(series, first, last, rows[0].code, rows[0].name, rows[0].noticed_at)
        for series, rows in by_series.items()
        for first, last in runs([row.seq for row in rows])
    ]


@dataclass(frozen=True, slots=True)
class SettledMissing:
    """A number of the register that a person has settled, or that came after all."""

    number: str
    state: str
    note: str
    settled_at: datetime | None
    settled_by: str | None


def settled_missing(books: Books, most: int = 100) -> list[SettledMissing]:
    """The closed part of the register, newest first."""
    query = select(MissingBill).where(MissingBill.state != "missing").order_by(MissingBill.settled_at.desc()).limit(most)
    return [
        SettledMissing(f"{row.series}/{row.seq:06d}", row.state, row.note, row.settled_at, row.settled_by)
        for row in books.session.scalars(query)
    ]


def explained_numbers(books: Books) -> dict[str, frozenset[int]]:
    """Numbers of tills that are used without a document, by series: quarantined, or settled as missing. For `verify-books`."""
    found: dict[str, set[int]] = {}
    commands = select(SyncCommand.series, SyncCommand.seq).where(SyncCommand.status == "quarantined", SyncCommand.series.is_not(None))
    missing = select(MissingBill.series, MissingBill.seq).where(MissingBill.state.in_(("rekeyed", "not_received")))
    for query in (commands, missing):
        for series, seq in books.session.execute(query):
            if series is not None and seq is not None:
                found.setdefault(series, set()).add(seq)
    return {series: frozenset(numbers) for series, numbers in found.items()}
