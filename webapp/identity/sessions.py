"""Signed-in browsers: opened, looked up with every request, listed, renewed and ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Dialect, Select, bindparam, exists, select, update
from sqlalchemy.orm import Session

from webapp.identity import rules
from webapp.identity.models import Company, MemberRole, Membership, Passkey, SignIn, UserAccount
from webapp.identity.queries import COMES_IN, OF_OWN_ROLE, grants_of, places_of
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform import clock, machine
from webapp.platform.permissions import Permission, Role
from webapp.platform.prepared import PreparedRead
from webapp.platform.tenancy import Actor

# Who worked when is written this often at most: a page is read, and writes nothing.
SEEN_EVERY = timedelta(minutes=5)
_LONG_AGO = timedelta(days=36_500)
_JUST_NOW = timedelta(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in lasts and how many one person has at once. `idle_hours` 0: it may rest until its days are over."""

    days: int = rules.SIGN_IN_DAYS
    idle_hours: int = rules.IDLE_HOURS
    most: int = rules.MOST_SIGN_INS


USUAL = Limits()


def open_sign_in(
    session: Session,
    user_id: UUID,
    *,
    user_agent: str,
    address: str,
    limits: Limits = USUAL,
    by_issuer: str = "",
    proof_age: timedelta | None = _JUST_NOW,
) -> str:
    """A fresh sign-in for a person already proved; always a new token (no session fixation). Of too many the one longest unused ends.
    `proof_age`: how long ago he gave his proof to the issuer that vouches for him; None where it does not say."""
    token, now = secrets.token_urlsafe(32), clock.now()
    places = places_of(session, user_id)
    _make_room(session, user_id, limits)
    session.add(
        SignIn(
            token_hash=token_hash(token),
            user_id=user_id,
            company_id=places[0].company_id if places else None,
            created_at=now,
            last_seen_at=now,
            proved_at=None if proof_age is None else now - proof_age,
            expires_at=now + timedelta(days=limits.days),
            user_agent=user_agent[:300],
            address=address,
            by_issuer=by_issuer,
        )
    )
    session.flush()
    return token


def _make_room(session: Session, user_id: UUID, limits: Limits) -> None:
    open_now = session.scalars(
        select(SignIn.token_hash).where(*_open_of(user_id, limits)).order_by(SignIn.last_seen_at.desc(), SignIn.created_at.desc())
    ).all()
    if too_many := open_now[limits.most - 1 :]:
        session.execute(update(SignIn).where(SignIn.token_hash.in_(too_many)).values(ended_at=clock.now()))


def _open_of(user_id: UUID, limits: Limits) -> tuple[Any, ...]:
    return SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now(), SignIn.last_seen_at > _idle_since(limits)


def _idle_since(limits: Limits) -> datetime:
    return clock.now() - (timedelta(hours=limits.idle_hours) if limits.idle_hours else _LONG_AGO)


def renewed(session: Session, token: str) -> str:
    """The same sign-in under a new token, proved just now. Whoever copied the old one holds nothing (ASVS 5.0, 7.2.4)."""
    fresh = secrets.token_urlsafe(32)
    session.execute(
        update(SignIn).where(SignIn.token_hash == token_hash(token)).values(token_hash=token_hash(fresh), proved_at=clock.now())
    )
    return fresh


def sign_out(session: Session, token: str) -> None:
    """End a sign-in. Its token opens nothing afterwards, whoever holds it."""
    session.execute(update(SignIn).where(SignIn.token_hash == token_hash(token)).values(ended_at=clock.now()))


def issuer_of(session: Session, token: str) -> str:
    """Which issuer vouched for the person when this sign-in was opened; "" for none."""
    return session.scalar(select(SignIn.by_issuer).where(SignIn.token_hash == token_hash(token))) or ""


def end_one(session: Session, user_id: UUID, mark: str) -> None:
    """End the sign-in that `opened` calls `mark`. NotFound for another person's, and for one that has ended."""
    mine = SignIn.user_id == user_id, SignIn.token_hash == mark, SignIn.ended_at.is_(None)
    if session.scalar(select(SignIn.token_hash).where(*mine)) is None:
        raise NotFound("sign-in")
    session.execute(update(SignIn).where(*mine).values(ended_at=clock.now()))


def end_of_company(session: Session, user_id: UUID, company_id: int) -> None:
    """End a person's sign-ins into one company, and whatever else acts there in his name."""
    theirs = SignIn.user_id == user_id, SignIn.company_id == company_id, SignIn.ended_at.is_(None)
    session.execute(update(SignIn).where(*theirs).values(ended_at=clock.now()))
    for end in _also_ending:
        end(session, user_id, company_id)


# What acts for a person besides his browsers: rooms above say here how it ends.
_also_ending: list[Callable[[Session, UUID, int], None]] = []


def also_ends(end: Callable[[Session, UUID, int], None]) -> None:
    """Have `end` run, in the same transaction, when a person loses his place in a company."""
    if end not in _also_ending:
        _also_ending.append(end)


def end_all(session: Session, user_id: UUID, *, but: str | None = None) -> None:
    """End a person's sign-ins, but for the one with the token `but`."""
    every = [SignIn.user_id == user_id, SignIn.ended_at.is_(None)]
    session.execute(update(SignIn).where(*every, *([SignIn.token_hash != token_hash(but)] if but else ())).values(ended_at=clock.now()))


def switch_company(session: Session, token: str, company_id: int, user_id: UUID) -> None:
    """Work in another of one's companies. NotFound when one has no place there."""
    if not any(place.company_id == company_id for place in places_of(session, user_id)):
        raise NotFound("business")
    session.execute(update(SignIn).where(SignIn.token_hash == token_hash(token)).values(company_id=company_id))


@dataclass(frozen=True, slots=True)
class Opened:
    """One browser that is signed in, as its person sees it. `mark` names it and opens nothing."""

    mark: str
    device: str
    address: str
    since: datetime
    last_seen_at: datetime
    is_here: bool


def opened(session: Session, user_id: UUID, token: str, limits: Limits) -> Sequence[Opened]:
    """A person's open sign-ins: this one first, then the last used."""
    here = token_hash(token)
    found = session.scalars(select(SignIn).where(*_open_of(user_id, limits)).order_by(SignIn.last_seen_at.desc()))
    shown = [
        Opened(row.token_hash, rules.device_words(row.user_agent), row.address, row.created_at, row.last_seen_at, row.token_hash == here)
        for row in found
    ]
    return sorted(shown, key=lambda one: not one.is_here)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a browser's cookie belongs to, where they work now, in which role. What Flask-Login calls the user."""

    token: str
    user_id: UUID
    name: str
    email: str
    language: str
    company_id: int
    company_name: str
    role: Role
    expires_at: datetime
    last_seen_at: datetime
    proved_at: datetime | None
    email_verified_at: datetime | None
    second_factor_since: datetime | None
    asks_second_factor_since: datetime | None
    has_passkey: bool
    role_id: UUID | None
    role_name: str
    grants: frozenset[Permission]

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in its signed cookie."""
        return self.token

    @property
    def has_second_step(self) -> bool:
        """Whether this person can prove more than a password: by an app or by a passkey."""
        return self.second_factor_since is not None or self.has_passkey

    @property
    def is_asked_by_machine(self) -> bool:
        """Whether whoever runs this machine asks a second step of who has this role (SECOND_STEP)."""
        return machine.asks_second_step(is_owner=self.role is Role.OWNER)

    @property
    def is_second_step_asked(self) -> bool:
        """Whether this business asks a second step of everybody, its owners among them, or this machine asks it of this person."""
        return self.asks_second_factor_since is not None or self.is_asked_by_machine

    @property
    def must_enrol(self) -> bool:
        """Whether a second step is asked for here that this person has not set up."""
        return self.is_second_step_asked and not self.has_second_step

    @property
    def owes_passkey(self) -> bool:
        """Whether a password proves too little of this person, and he has no app: his passkey is asked for, which proves all."""
        return self.is_second_step_asked and self.second_factor_since is None and self.has_passkey

    @property
    def actor(self) -> Actor:
        return Actor(self.company_id, self.role, self.user_id, self.name, "web", role_id=self.role_id, grants=self.grants)


def signed_in(directory: Session | Connection, token: str, limits: Limits = USUAL) -> SignedIn | None:
    """The person behind a token, or None when it is unknown, ended, past its time, unused for too long, or its place is gone."""
    asked = {"token": token_hash(token), "now": clock.now(), "idle": _idle_since(limits)}
    connection = directory if isinstance(directory, Connection) else directory.connection()
    read = _signed_in(connection.dialect)
    rows = read.rows(read.send(connection, asked).fetchall())
    if not rows:
        return None
    found = rows[0]._asdict()
    found |= {"role": Role(found["role"]), "role_name": found["role_name"] or "", "has_passkey": bool(found["has_passkey"])}
    return SignedIn(token, grants=grants_of(found.pop("permissions")), **found)


def seen(directory: Session, token: str) -> None:
    """This sign-in is used. Nothing is written for one that ended meanwhile."""
    directory.execute(
        update(SignIn).where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None)).values(last_seen_at=clock.now())
    )


def is_to_be_seen(person: SignedIn) -> bool:
    """Whether it is time to write that this sign-in is used."""
    return clock.now() - person.last_seen_at >= SEEN_EVERY


@dataclass(frozen=True, slots=True)
class Ended:
    """Whose sign-in this was, and where he worked: for what he had typed, which nobody else is given."""

    user_id: UUID
    email: str
    company_id: int


def ended(directory: Session, token: str) -> Ended | None:
    """The sign-in that a token opened once, ended or not."""
    query = (
        select(UserAccount.id, UserAccount.email, SignIn.company_id)
        .join(SignIn, SignIn.user_id == UserAccount.id)
        .where(SignIn.token_hash == token_hash(token), SignIn.company_id.is_not(None))
    )
    row = directory.execute(query).first()
    return Ended(row.id, row.email, row.company_id or 0) if row else None


@lru_cache(maxsize=16)
def _signed_in(dialect: Dialect) -> PreparedRead:
    """Made once for a database: it runs with every request."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            SignIn.user_id,
            SignIn.expires_at,
            SignIn.last_seen_at,
            SignIn.proved_at,
            UserAccount.name,
            UserAccount.email,
            UserAccount.language,
            UserAccount.email_verified_at,
            UserAccount.second_factor_since,
            Company.asks_second_factor_since,
            exists().where(Passkey.user_id == SignIn.user_id).label("has_passkey"),
            Company.id.label("company_id"),
            Company.name.label("company_name"),
            Membership.role,
            Membership.role_id,
            MemberRole.name.label("role_name"),
            MemberRole.permissions,
        )
        .join(UserAccount, UserAccount.id == SignIn.user_id)
        .join(Company, Company.id == SignIn.company_id)
        .join(Membership, (Membership.company_id == SignIn.company_id) & (Membership.user_id == SignIn.user_id))
        .outerjoin(MemberRole, OF_OWN_ROLE)
        .where(
            SignIn.token_hash == bindparam("token"),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > bindparam("now"),
            SignIn.last_seen_at > bindparam("idle"),
            UserAccount.deactivated_at.is_(None),
            *COMES_IN,
            Company.closed_at.is_(None),
        )
    )
    return PreparedRead(statement, (), dialect)


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256. The token has 256 bits of chance, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
