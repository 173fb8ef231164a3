"""Locked months: of everything or of one part of the books, and locked days that some may enter for a while.

A refusal is kept in the edit log although its transaction is rolled back (webapp.platform.tenancy), so that tries show too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.company.models import CompanyProfile, PeriodLock, PeriodOpening, Store
from webapp.company.rules import EVERYTHING, SCOPES
from webapp.kernel.dates import month_name, month_of, written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound, Refusal
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.permissions import Permission
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

MOST_REASON = 300
LONGEST_OPENING = timedelta(days=31)


class PeriodLocked(BooksError):
    """The voucher's month is locked, or that part of the books is."""

    status = 409

    def __init__(self, month: int, locked_by: str, scope: str = EVERYTHING, *, is_final: bool = False, day: date | None = None) -> None:
        fix = (
            "It was locked for good when its year was closed. Use a later voucher date."
            if is_final
            else "Use a later voucher date, or ask an owner to unlock the month."
        )
        super().__init__(problem=f"{month_name(month)} was locked by {locked_by}.", fix=fix)
        tried = {"scope": scope, "day": (day or date(month // 100, month % 100, 1)).isoformat(), "locked_by": locked_by}
        self.kept = Refusal("refuse", "period", str(month), tried)


_LOCK = Lookup(
    select(PeriodLock.locked_by, PeriodLock.is_final, PeriodLock.gstin)
    .where(
        PeriodLock.month == bindparam("month"),
        PeriodLock.scope.in_((EVERYTHING, bindparam("scope", type_=PeriodLock.scope.type))),
        PeriodLock.unlocked_at.is_(None),
    )
    .order_by(PeriodLock.is_final.desc(), PeriodLock.gstin)
)
_OPENINGS = Lookup(
    select(PeriodOpening.scopes).where(
        PeriodOpening.first_day <= bindparam("day", type_=PeriodOpening.first_day.type),
        PeriodOpening.last_day >= bindparam("day", type_=PeriodOpening.first_day.type),
        PeriodOpening.closes_at > bindparam("now", type_=PeriodOpening.closes_at.type),
        PeriodOpening.closed_at.is_(None),
    )
)


def is_locked(books: Books, day: date, scope: str = EVERYTHING, store_id: UUID | None = None) -> bool:
    """Whether this actor may not post on `day` to a part of the books: of a store, or where none is named of any. One read while
    nothing is locked."""
    return _lock_on(books, day, scope, store_id) is not None


def require_open_period(books: Books, day: date, scope: str = EVERYTHING, store_id: UUID | None = None) -> None:
    """PeriodLocked, naming who locked it, when `day` is locked for that part of the books and not opened for this actor. The lock of a
    filed return holds for the stores of its registration; where no store is named, each lock holds."""
    lock = _lock_on(books, day, scope, store_id)
    if lock is not None:
        raise PeriodLocked(month_of(day), lock.locked_by, scope, is_final=lock.is_final, day=day)


def _lock_on(books: Books, day: date, scope: str, store_id: UUID | None) -> Any:
    """The lock that keeps this actor out, or None. A month found without any is not asked for again in this transaction."""
    asked = (month_of(day), scope)
    if asked in books.pending.open_months:
        return None
    locks = _LOCK.rows(books, month=asked[0], scope=scope)
    if not locks:
        books.pending.open_months.add(asked)
        return None
    # Whose store it is is looked up only where a registration's lock stands there: a month that runs has none.
    own = registered_as(books, store_id) if store_id is not None and all(lock.gstin for lock in locks) else None
    lock = next((lock for lock in locks if not lock.gstin or own is None or lock.gstin == own), None)
    return lock if lock is not None and (lock.is_final or not _may_enter(books, day, scope)) else None


def registered_as(books: Books, store_id: UUID) -> str | None:
    """The GSTIN that a store sells under: its own or the company's; None for one that is not registered, or is not there."""
    own = select(Store.gstin).where(Store.id == store_id)
    found = books.session.execute(select(CompanyProfile.gstin, own.scalar_subquery())).first()
    return (found[1] or found[0]) if found else None


def _may_enter(books: Books, day: date, scope: str) -> bool:
    if not books.actor.may(Permission.PERIOD_ENTER_LOCKED):
        return False
    return any({EVERYTHING, scope} & set(row.scopes.split(",")) for row in _OPENINGS.rows(books, day=day, now=books.now))


@dataclass(frozen=True, slots=True)
class LockRow:
    """A lock on a month, past or present. `cause_id` is the year close or filed return that made it, `gstin` that return's."""

    id: UUID
    month: int
    scope: str
    is_final: bool
    cause_id: UUID | None
    gstin: str | None
    reason: str
    locked_by: str
    locked_at: datetime
    unlocked_by: str | None
    unlocked_at: datetime | None


_COLUMNS = tuple(getattr(PeriodLock, name) for name in LockRow.__slots__)


def period_locks(books: Books) -> list[LockRow]:
    """Every lock, newest first."""
    query = select(*_COLUMNS).order_by(PeriodLock.locked_at.desc(), PeriodLock.month.desc())
    return [LockRow(*row) for row in books.session.execute(query)]


def lock_month(books: Books, month: int, reason: str, scope: str = EVERYTHING, *, cause_id: UUID | None = None) -> None:
    """Lock a month, or one part of the books in it. Conflict when it is locked already or has not begun."""
    if scope not in SCOPES:
        raise InvalidInput({"scope": "Choose what to lock."})
    if _is_whole(books, month, scope):
        raise Conflict(problem=f"{month_name(month)} is locked already.", fix="Nothing needs doing.")
    if month > month_of(books.today):
        raise Conflict(problem=f"{month_name(month)} has not begun.", fix="Lock it when it is over.")
    by, why = books.actor.name, reason[:MOST_REASON]
    row = PeriodLock(id=new_id(), month=month, scope=scope, cause_id=cause_id, reason=why, locked_by=by, locked_at=books.now)
    books.session.add(row)
    books.session.flush()
    books.pending.open_months.clear()
    audit.record(books, "lock", "period", month, new={"reason": row.reason, "scope": scope})


def _is_whole(books: Books, month: int, scope: str) -> bool:
    """Whether a month is locked for the whole business already."""
    return any(not lock.gstin for lock in _LOCK.rows(books, month=month, scope=scope))


def lock_months(books: Books, first: int, last: int, scopes: Collection[str], reason: str) -> int:
    """Lock each of some months for each of some parts; what is locked already is passed over. How many locks were made.
    Conflict when all were locked, or one has not begun."""
    months = _months(min(first, last), max(first, last))
    wanted = [EVERYTHING] if EVERYTHING in scopes else [scope for scope in SCOPES if scope in scopes]
    made = 0
    for month in months:
        for scope in wanted:
            if not _is_whole(books, month, scope):
                lock_month(books, month, reason, scope)
                made += 1
    if not wanted:
        raise InvalidInput({"scope": "Choose what to lock."})
    if not made:
        raise Conflict(problem=f"{month_name(months[0])} is locked already.", fix="Nothing needs doing.")
    return made


def lock_for(books: Books, first: int, last: int, reason: str, cause_id: UUID, scope: str = EVERYTHING, gstin: str | None = None) -> None:
    """Lock months (one part of the books in them) because of a year close or of a return that a registration filed, whatever is locked in
    them already: only that close or filing takes it away."""
    by, now = books.actor.name, books.now
    for month in _months(first, last):
        kept = {"scope": scope, "cause_id": cause_id, "gstin": gstin, "reason": reason[:MOST_REASON]}
        row = PeriodLock(id=new_id(), month=month, **kept, locked_by=by, locked_at=now)
        books.session.add(row)
        audit.record(books, "lock", "period", month, new={"reason": row.reason, "scope": scope})
    books.session.flush()
    books.pending.open_months.clear()


def unlock_month(books: Books, month: int, reason: str, scope: str | None = None) -> None:
    """Unlock a month, or one part of the books in it; the locks stay on record. NotFound when it is not locked; Conflict
    when the close of its year locked it."""
    query = select(PeriodLock).where(PeriodLock.month == month, PeriodLock.unlocked_at.is_(None))
    if scope is not None:
        query = query.where(PeriodLock.scope == scope)
    locks = books.session.scalars(query).all()
    if not locks:
        raise NotFound("lock")
    if any(lock.is_final for lock in locks):
        raise Conflict(problem=f"{month_name(month)} was locked for good when its year was closed.", fix="Use a later voucher date.")
    if any(lock.cause_id and lock.scope != EVERYTHING for lock in locks):
        raise Conflict(
            problem=f"{month_name(month)} is locked because its GST return was filed.",
            fix="Take the filing of the return back, or open some days of the month for a while.",
        )
    if any(lock.cause_id for lock in locks):
        raise Conflict(
            problem=f"{month_name(month)} was locked by the close of its year.",
            fix="Re-open the year, or open some days of it for a while.",
        )
    for lock in locks:
        _release(books, lock, reason)


def release_locks_of(books: Books, cause_id: UUID, reason: str, months: Collection[int] | None = None) -> None:
    """Unlock what a year close or a filed return has locked, in all its months or in these alone."""
    query = select(PeriodLock).where(PeriodLock.cause_id == cause_id, PeriodLock.unlocked_at.is_(None))
    for lock in books.session.scalars(query if months is None else query.where(PeriodLock.month.in_(months))).all():
        _release(books, lock, reason)


def make_locks_final(books: Books, cause_id: UUID) -> None:
    """Make what a year close has locked final: nobody can unlock or enter it any more."""
    for lock in books.session.scalars(select(PeriodLock).where(PeriodLock.cause_id == cause_id, PeriodLock.unlocked_at.is_(None))).all():
        lock.is_final = True
    books.session.flush()


def _release(books: Books, lock: PeriodLock, reason: str) -> None:
    lock.unlocked_by, lock.unlocked_at = books.actor.name, books.now
    books.session.flush()
    audit.record(books, "unlock", "period", lock.month, new={"reason": reason[:MOST_REASON], "scope": lock.scope})


# Locked days opened for a while ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpeningDraft:
    """Days to open, parts of the books, why, and for how long from now."""

    first_day: date
    last_day: date
    scopes: tuple[str, ...]
    reason: str
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening of locked days, past or present."""

    id: UUID
    first_day: date
    last_day: date
    scopes: tuple[str, ...]
    reason: str
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    closed_by: str | None
    closed_at: datetime | None


def period_openings(books: Books, most: int = 50) -> list[OpeningRow]:
    """The last openings, the newest first."""
    query = select(PeriodOpening).order_by(PeriodOpening.opened_at.desc(), PeriodOpening.id.desc()).limit(most)
    return [
        OpeningRow(
            row.id,
            row.first_day,
            row.last_day,
            tuple(row.scopes.split(",")),
            row.reason,
            row.opened_by,
            row.opened_at,
            row.closes_at,
            row.closed_by,
            row.closed_at,
        )
        for row in books.session.scalars(query)
    ]


def open_days(books: Books, draft: OpeningDraft) -> UUID:
    """Let those who hold PERIOD_ENTER_LOCKED post into locked days for a while. InvalidInput by field; Conflict when nothing
    of it is locked, or a year of it is closed for good."""
    errors: dict[str, str] = {}
    scopes = (EVERYTHING,) if EVERYTHING in draft.scopes else tuple(scope for scope in SCOPES if scope in draft.scopes)
    if draft.last_day < draft.first_day:
        errors["last_day"] = "The last day is the first or a later one."
    elif draft.last_day > books.today:
        errors["last_day"] = "Choose days until today."
    if not scopes:
        errors["scope"] = "Choose what may be posted."
    if not draft.reason:
        errors["opening_reason"] = "Say why, for the auditor."
    if not timedelta(0) < draft.lasts <= LONGEST_OPENING:
        errors["lasts"] = "Choose for how long, 31 days at most."
    if errors:
        raise InvalidInput(errors)
    _require_locked(books, draft, scopes)
    row = PeriodOpening(
        id=new_id(),
        first_day=draft.first_day,
        last_day=draft.last_day,
        scopes=",".join(scopes),
        reason=draft.reason[:MOST_REASON],
        opened_by=books.actor.name,
        opened_at=books.now,
        closes_at=books.now + draft.lasts,
    )
    books.session.add(row)
    books.session.flush()
    kept = {name: getattr(row, name) for name in ("first_day", "last_day", "scopes", "reason", "closes_at")}
    audit.record(books, "open", "period_opening", row.id, new=kept)
    return row.id


def close_opening(books: Books, opening_id: UUID) -> None:
    """End an opening before its time. NotFound when there is none; one that has ended stays as it is."""
    row = books.session.scalars(select(PeriodOpening).where(PeriodOpening.id == opening_id)).first()
    if row is None:
        raise NotFound("opening")
    if row.closed_at is None and row.closes_at > books.now:
        row.closed_at, row.closed_by = books.now, books.actor.name
        books.session.flush()
        audit.record(books, "close", "period_opening", row.id)


def _require_locked(books: Books, draft: OpeningDraft, scopes: tuple[str, ...]) -> None:
    months = _months(month_of(draft.first_day), month_of(draft.last_day))
    query = select(PeriodLock).where(PeriodLock.month.in_(months), PeriodLock.unlocked_at.is_(None))
    locks = books.session.scalars(query).all()
    if final := next((lock for lock in locks if lock.is_final), None):
        raise Conflict(problem=f"{month_name(final.month)} was locked for good when its year was closed.", fix="Choose other days.")
    if not any(lock.scope == EVERYTHING or EVERYTHING in scopes or lock.scope in scopes for lock in locks):
        raise Conflict(
            problem=f"Nothing of that is locked from {written(draft.first_day)} to {written(draft.last_day)}.",
            fix="Nothing needs opening: post as usual.",
        )


def _months(first: int, last: int) -> list[int]:
    """Every month from one to another. InvalidInput for more than ten years of them."""
    months = [first]
    while months[-1] < last:
        if len(months) > 120:
            raise InvalidInput({"last_day": "Choose fewer months."})
        months.append(months[-1] + 1 if months[-1] % 100 < 12 else months[-1] + 89)
    return months
