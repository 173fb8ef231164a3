"""Tills: enrolment, the device cookie, series, leases, and the register of numbers that never came."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp import company, identity
from webapp.counter import rules
from webapp.counter.commands import Push
from webapp.counter.missing import note_lost
from webapp.counter.models import MissingBill, Till, TillToken
from webapp.counter.rules import SeriesKind, TillFacts, series_prefix, till_code, years_in_use
from webapp.counter.series import SeriesRow, open_series, series_of
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit, clock, metrics, numbering, web_cookies
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_directory

# What a device proves itself by (webapp.platform.web_cookies). Without TLS its path is /sync, so that no page is sent it in clear.
COOKIE = "munim_till"
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


class BusinessClosed(BooksError):
    """The business of this till is closed (webapp.winding_up)."""

    status = 403

    def __init__(self) -> None:
        super().__init__(problem="This business is closed: nothing is taken any more.", fix="Keep this device as it is, and ask its owner.")


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
    """The till behind a cookie. NotEnrolled, TillRevoked or BusinessClosed otherwise."""
    with open_directory(writes=False) as directory:
        kept = directory.get(TillToken, token_hash(token)) if token else None
        if kept is not None and not identity.is_open(directory, kept.company_id):
            raise BusinessClosed
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
    missing = note_lost(books, former, mirrors) if former and wish.replaces_id is None else []
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
        oldest = push.report.get("oldest")
        waited = (books.now - datetime.fromisoformat(oldest)).total_seconds() if oldest else 0
        metrics.SYNC_LAG.observe(max(waited, 0))
        till.last_report = {**push.report, "build": push.build}
        if batch:
            till.previous_lease, till.lease, till.lease_used_by = push.lease, secrets.token_urlsafe(16), batch
    # A report without commands proves nothing: it learns no lease that it did not bring.
    lease = None if is_stale or (not batch and push.lease != till.lease) else till.lease
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


# Small things ---------------------------------------------------------------------------------------------------------


def read_mirrors(cookies: Mapping[str, str]) -> dict[str, int]:
    """The newest numbers a browser's cookies remember, by prefix. Anything odd is left out."""
    found = {}
    for name, value in web_cookies.plain(cookies).items():
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
