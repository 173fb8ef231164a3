"""Tills: enrolment, the device cookie, series, leases, and the register of numbers that never came."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp import company
from webapp.counter import rules
from webapp.counter.commands import Push
from webapp.counter.models import MissingBill, Till, TillSeries, TillToken
from webapp.counter.rules import SeriesKind, TillFacts, own_series, series_prefix, till_code, years_in_use
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform import audit, clock, numbering
from webapp.platform.permissions import Role
from webapp.platform.rows import insert_missing
from webapp.platform.tenancy import Actor, Books, open_directory

MIRROR = re.compile(r"munim_last_([0-9]{2}[A-Z][0-9A-Z][RP]?)")
RENEW_AFTER_DAYS = 30
_SET_UP_AGAIN = "Let an owner sign in here and set it up again. Your bills stay on the device."


class NotEnrolled(BooksError):
    """No device cookie, or one that names no till, or one past its time."""

    status = 401

    def __init__(self) -> None:
        super().__init__(problem="This device is not a counter.", fix=_SET_UP_AGAIN)


class TillRevoked(BooksError):
    """An owner has closed this till, or it was taken over by another."""

    status = 403

    def __init__(self) -> None:
        super().__init__(problem="This counter was closed by an owner.", fix=_SET_UP_AGAIN)


@dataclass(frozen=True, slots=True)
class Device:
    """A device that proved itself: whose till it is."""

    company_id: int
    till_id: UUID
    expires_at: datetime

    def actor(self, name: str = "Counter") -> Actor:
        """The till as actor. It can do what a cashier does; who stood there is the till's word."""
        return Actor(company_id=self.company_id, role=Role.CASHIER, name=name, via="till")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an owner asks for: a till of this browser, maybe in place of an older one."""

    name: str
    store_id: UUID | None
    is_shared: bool
    replaces_id: UUID | None


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A number series as a till is told of it."""

    prefix: str
    kind: str
    fy: int
    last: int


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A fresh till. `token` is for its cookie and is kept nowhere else."""

    id: UUID
    code: str
    name: str
    is_shared: bool
    store_id: UUID
    store_name: str
    lease: str
    token: str
    series: tuple[SeriesRow, ...]
    missing: tuple[tuple[str, int, int], ...]
    rev: int


def device_of(token: str) -> Device:
    """The till behind a cookie. NotEnrolled or TillRevoked otherwise."""
    with open_directory(writes=False) as directory:
        kept = directory.get(TillToken, token_hash(token)) if token else None
    if kept is None or kept.expires_at <= clock.now():
        raise NotEnrolled
    if kept.revoked_at is not None:
        raise TillRevoked
    return Device(kept.company_id, kept.till_id, kept.expires_at)


def renew_token(device: Device, token: str) -> bool:
    """Give the cookie its 180 days again, at most once a month; say whether it was done."""
    if device.expires_at - clock.now() > timedelta(days=rules.TOKEN_DAYS - RENEW_AFTER_DAYS):
        return False
    with open_directory() as directory:
        directory.execute(update(TillToken).where(TillToken.token_hash == token_hash(token)).values(expires_at=_token_end()))
    return True


def enrol(books: Books, directory: Session, wish: Wish, mirrors: Mapping[str, int]) -> Enrolled:
    """Make a till, with its series of this year. `mirrors` are the numbers this browser's cookies remember.

    A till of ours that the cookies or the wish name is closed: this browser was it. When it lost its storage (the wish names
    none), the numbers it had issued and not sent go to the register of missing bills. InvalidInput for a bad name or store.
    """
    store = _store_of(books, wish)
    rev = company.next_catalogue_rev(books)  # the till copies its series; and enrolments of one company take turns here
    former = _former_till(books, wish.replaces_id, mirrors)
    missing = _note_lost(books, former, mirrors) if former and wish.replaces_id is None else []
    if former is not None and former.revoked_at is None:
        revoke(books, directory, former.id)
    till = Till(
        id=new_id(),
        code=_next_code(books),
        name=wish.name,
        store_id=store.id,
        is_shared_device=wish.is_shared,
        lease=secrets.token_urlsafe(16),
        lease_used_by=[],
        replaces_id=former.id if former else None,
        enrolled_by=books.actor.name,
        enrolled_at=books.now,
        last_report={},
    )
    books.session.add(till)
    books.session.flush()
    for year in years_in_use(books.today):
        for kind in SeriesKind:
            open_series(books, till.id, rules.OwnSeries(series_prefix(till.code, kind, year), kind, year))
    token = secrets.token_urlsafe(32)
    directory.add(TillToken(token_hash=token_hash(token), company_id=books.company_id, till_id=till.id, expires_at=_token_end()))
    audit.record(books, "create", "till", till.id, new={"code": till.code, "name": till.name, "replaces": former.code if former else None})
    return Enrolled(
        id=till.id,
        code=till.code,
        name=till.name,
        is_shared=till.is_shared_device,
        store_id=store.id,
        store_name=store.name,
        lease=till.lease,
        token=token,
        series=tuple(series_of(books, till.id, till.code)),
        missing=tuple(missing),
        rev=rev,
    )


def revoke(books: Books, directory: Session, till_id: UUID) -> None:
    """Close a till: its cookie opens nothing from now on, its series take nothing new. What it had issued may come
    through the till that replaces it. NotFound when there is none."""
    till = _till(books, till_id)
    if till.revoked_at is None:
        till.revoked_at = books.now
        directory.execute(
            update(TillToken)
            .where(TillToken.company_id == books.company_id, TillToken.till_id == till_id, TillToken.revoked_at.is_(None))
            .values(revoked_at=books.now)
        )
        books.session.flush()
        audit.record(books, "close", "till", till_id, new={"code": till.code})


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A push let in: its till, and the lease to answer (None: the one sent is stale)."""

    facts: TillFacts
    lease: str | None
    is_stale: bool
    # What the report before this one said with nothing waiting: a number that two such reports name will not come by itself.
    said_before: Mapping[str, int]


def check_in(books: Books, device: Device, push: Push) -> CheckIn:
    """Note what the till says of itself and turn its lease, before any command is looked at: a crash after this is an answer
    that was lost, which the lease rule knows. TillRevoked when it was closed meanwhile."""
    till = books.session.scalars(select(Till).where(Till.id == device.till_id).with_for_update()).first()
    if till is None or till.revoked_at is not None:
        raise TillRevoked
    batch = [str(command.id) for command in push.commands]
    is_stale = push.device != till.id or (
        bool(batch) and not rules.may_push(push.lease, till.lease, till.previous_lease, till.lease_used_by, batch)
    )
    till.last_seen_at = books.now
    before = report_of(till)
    said_before = before.get("last", {}) if before.get("pending") == 0 else {}
    if not is_stale:
        till.last_report = {**push.report, "build": push.build}
        if batch:
            till.previous_lease, till.lease, till.lease_used_by = push.lease, secrets.token_urlsafe(16), batch
    lease = None if is_stale else till.lease
    facts = facts_of(books, till)
    books.session.flush()
    return CheckIn(facts, lease, is_stale, said_before)


def facts_of(books: Books, till: Till) -> TillFacts:
    """What taking a command needs to know of its till."""
    family = [till]
    while (older_id := family[-1].replaces_id) is not None and len(family) < rules.MOST_TILLS:
        family.append(_till(books, older_id))
    ids = [one.id for one in family]
    awaited = books.session.execute(
        select(MissingBill.series, MissingBill.seq).where(MissingBill.till_id.in_(ids), MissingBill.state.in_(("missing", "not_received")))
    )
    return TillFacts(
        id=till.id,
        code=till.code,
        store_id=till.store_id,
        family=frozenset(ids),
        codes=tuple(one.code for one in family),
        awaited=frozenset((row.series, row.seq) for row in awaited),
    )


def till_facts(books: Books, till_id: UUID) -> TillFacts:
    """The same by the till's id. NotFound when there is none."""
    return facts_of(books, _till(books, till_id))


def open_series(books: Books, till_id: UUID, series: rules.OwnSeries) -> None:
    """Open a series of a till. Safe to repeat."""
    numbering.open_series(books, series.prefix, document_kind=series.kind, year=series.year)
    insert_missing(
        books,
        TillSeries,
        [
            {
                "prefix": series.prefix,
                "till_id": till_id,
                "document_kind": str(series.kind),
                "fy_start_year": series.year.start_year,
                "last_at": None,
            }
        ],
    )


def series_of(books: Books, till_id: UUID, code: str) -> list[SeriesRow]:
    """The series of a till with their newest numbers; from 15 March next year's too, also before its first bill."""
    query = (
        select(TillSeries.prefix, TillSeries.document_kind, TillSeries.fy_start_year, numbering.NumberSeries.last)
        .join(numbering.NumberSeries, numbering.NumberSeries.prefix == TillSeries.prefix)
        .where(TillSeries.till_id == till_id)
    )
    found = {row.prefix: SeriesRow(row.prefix, row.document_kind, row.fy_start_year, row.last) for row in books.session.execute(query)}
    for year in years_in_use(books.today):
        for kind in SeriesKind:
            prefix = series_prefix(code, kind, year)
            found.setdefault(prefix, SeriesRow(prefix, str(kind), year.start_year, 0))
    this_year = FinancialYear.of(books.today).start_year
    return sorted((row for row in found.values() if row.fy >= this_year - 1), key=lambda row: (-row.fy, row.prefix))


# Missing bills --------------------------------------------------------------------------------------------------------


def note_missing(books: Books, till_id: UUID, prefix: str, first: int, last: int) -> list[tuple[str, int, int]]:
    """Put the numbers `first` to `last` of a series into the register, those that are not there yet. At most five hundred."""
    last = min(last, first + rules.MOST_MISSING - 1)
    if last < first:
        return []
    insert_missing(
        books,
        MissingBill,
        [
            {
                "series": prefix,
                "seq": seq,
                "till_id": till_id,
                "noticed_at": books.now,
                "state": "missing",
                "note": "",
                "settled_at": None,
                "settled_by": None,
            }
            for seq in range(first, last + 1)
        ],
    )
    return [(prefix, first, last)]


def note_unsent(books: Books, facts: TillFacts, reported: Mapping[str, int], said_before: Mapping[str, int]) -> None:
    """The till has nothing waiting: what it numbered beyond what is here will not come by itself.

    Only what the report before said too: a bill issued while a report was put together is not lost.
    """
    for prefix, said in reported.items():
        last_there = min(said, said_before.get(prefix, 0))
        series = _own(facts.codes, prefix, books)
        if series is not None:
            here = numbering.last_number(books, prefix) or 0
            if here < last_there <= rules.MOST_SEQ:
                note_missing(books, facts.id, prefix, here + 1, last_there)


def mark_arrived(books: Books, prefix: str, seq: int) -> None:
    """A number of the register came after all."""
    row = books.session.get(MissingBill, (books.company_id, prefix, seq))
    if row is not None:
        row.state, row.settled_at, row.settled_by = "arrived", books.now, books.actor.name
        books.session.flush()


def settle_missing(books: Books, prefix: str, seq: int, state: str, note: str) -> MissingBill:
    """A person has decided about a missing number: re-keyed from paper, or documented as not received. The series moves on
    past numbers that are all settled. InvalidInput without a note; NotFound when it is not in the register."""
    row = books.session.get(MissingBill, (books.company_id, prefix, seq))
    if row is None or row.state == "arrived":
        raise NotFound("missing bill")
    if state not in {"rekeyed", "not_received"}:
        raise InvalidInput({"state": "Choose what happened to the bill."})
    if not note.strip():
        raise InvalidInput({"note": "Say what you found: the number of the bill you keyed in, or why there is none."})
    row.state, row.note, row.settled_at, row.settled_by = state, note.strip()[:500], books.now, books.actor.name
    books.session.flush()
    audit.record(books, "settle", "missing_bill", f"{prefix}/{seq:06d}", new={"state": state, "note": row.note})
    _move_on(books, prefix)
    return row


def _move_on(books: Books, prefix: str) -> None:
    last = numbering.last_number(books, prefix)
    if last is None:
        row = books.session.scalars(select(MissingBill).where(MissingBill.series == prefix).limit(1)).one()
        known = own_series(prefix[2:4], books.today).get(prefix)
        if known is None:
            return
        open_series(books, row.till_id, known)
        last = 0
    settled = books.session.scalars(
        select(MissingBill.seq)
        .where(MissingBill.series == prefix, MissingBill.seq > last, MissingBill.state.in_(("rekeyed", "not_received")))
        .order_by(MissingBill.seq)
    )
    for seq in settled:
        if not numbering.accept_number(books, prefix, seq):
            return


def _note_lost(books: Books, former: Till, mirrors: Mapping[str, int]) -> list[tuple[str, int, int]]:
    missing: list[tuple[str, int, int]] = []
    for prefix, last_there in mirrors.items():
        if _own((former.code,), prefix, books) is not None and last_there <= rules.MOST_SEQ:
            here = numbering.last_number(books, prefix) or 0
            missing += note_missing(books, former.id, prefix, here + 1, last_there)
    return missing


def _own(codes: Iterable[str], prefix: str, books: Books) -> rules.OwnSeries | None:
    return next((found for code in codes if (found := own_series(code, books.today).get(prefix))), None)


# Small things ---------------------------------------------------------------------------------------------------------


def read_mirrors(cookies: Mapping[str, str]) -> dict[str, int]:
    """The newest numbers a browser's cookies remember, by prefix. Anything odd is left out."""
    found = {}
    for name, value in cookies.items():
        named = MIRROR.fullmatch(name)
        if named and value.isascii() and value.isdigit() and len(value) <= 6:
            found[named[1]] = int(value)
    return found


def token_hash(token: str) -> str:
    """What is kept of a device cookie: a copy of the table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def _token_end() -> datetime:
    return clock.now() + timedelta(days=rules.TOKEN_DAYS)


def _till(books: Books, till_id: UUID) -> Till:
    till = books.session.get(Till, (books.company_id, till_id))
    if till is None:
        raise NotFound("counter")
    return till


def _former_till(books: Books, replaces_id: UUID | None, mirrors: Mapping[str, int]) -> Till | None:
    """The till this browser was before, by its own word or by its cookies; the newest when there were several."""
    if replaces_id is not None:
        return _till(books, replaces_id)
    codes = {prefix[2:4] for prefix in mirrors}
    if not codes:
        return None
    return books.session.scalars(select(Till).where(Till.code.in_(codes)).order_by(Till.enrolled_at.desc()).limit(1)).first()


def _next_code(books: Books) -> str:
    """The next free code. Rows of tills are never removed, so a code never comes again."""
    ordinal = (books.session.scalar(select(func.count()).select_from(Till)) or 0) + 1
    taken = set(books.session.scalars(select(Till.code)))
    prefixes = set(books.session.scalars(select(numbering.NumberSeries.prefix)))
    while (code := till_code(ordinal)) in taken or any(prefix[2:4] == code for prefix in prefixes):
        ordinal += 1
    return code


def _store_of(books: Books, wish: Wish) -> company.StoreRow:
    errors = {}
    if not wish.name:
        errors["name"] = "Give the counter a name, for example Front counter."
    stores = {store.id: store for store in company.stores(books)}
    store_id = wish.store_id or company.default_store(books)
    if store_id not in stores:
        errors["store"] = "Choose one of your stores."
    if errors:
        raise InvalidInput(errors)
    return stores[store_id]


def report_of(till: Till) -> dict[str, Any]:
    """What the till said at its last contact; {} before the first."""
    return dict(till.last_report or {})
