"""People, their passwords, their sign-ins and their places in companies."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from webapp.identity import rules
from webapp.identity.models import Company, FailedSignIn, Membership, SignIn, UserAccount
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform import audit, clock
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, books_within

# 19 MiB, two passes: OWASP's first choice for argon2id; about 24 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_EQUALLY_SLOW = _hasher.hash(secrets.token_hex(16))


class TooManyTries(BooksError):
    """Sign-in pauses after repeated failures, for this e-mail or this address."""

    status = 429


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person who registers. The password is checked and hashed here and kept nowhere else."""

    email: str
    password: str
    name: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Place:
    """A company a person belongs to."""

    company_id: int
    company_name: str
    role: Role


def create_user(session: Session, new: NewUser) -> UserAccount:
    """Register a person. InvalidInput beside `email` or `password` when either cannot be used."""
    errors: dict[str, str] = {}
    email = ""
    try:
        email = rules.normal_email(new.email)
    except ValueError as error:
        errors["email"] = str(error)
    try:
        rules.check_password(new.password, unlike=(email, email.partition("@")[0], new.name))
    except ValueError as error:
        errors["password"] = str(error)
    if email and session.scalar(select(UserAccount.id).where(UserAccount.email == email)):
        errors["email"] = "This e-mail already has an account. Sign in instead."
    if errors:
        raise InvalidInput(errors)
    user = UserAccount(
        id=new_id(),
        email=email,
        name=new.name.strip() or email.partition("@")[0],
        password_hash=_hasher.hash(new.password),
        language=new.language,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    return user


def found_company(session: Session, name: str, owner: UserAccount) -> Company:
    """A new company with its first member, the owner."""
    company = Company(name=name, created_at=clock.now())
    session.add(company)
    session.flush()
    add_member(session, company.id, owner.id, Role.OWNER)
    return company


def add_member(session: Session, company_id: int, user_id: UUID, role: Role) -> Membership:
    """Give a person a place in a company; one who left and returns keeps the member number."""
    kept = session.get(Membership, (company_id, user_id))
    if kept is None:
        last = session.scalar(select(func.max(Membership.member_no)).where(Membership.company_id == company_id)) or 0
        kept = Membership(company_id=company_id, user_id=user_id, member_no=last + 1, role=role, joined_at=clock.now())
        session.add(kept)
    kept.role, kept.left_at = role, None
    session.flush()
    return kept


def sign_in(session: Session, email: str, password: str, *, user_agent: str, address: str) -> str:
    """Check a password and open a sign-in; returns the token for the cookie.

    InvalidInput, in the same words and the same time, for an unknown e-mail and a wrong password.
    """
    try:
        email = rules.normal_email(email)
    except ValueError as error:
        raise InvalidInput({"email": str(error)}) from None
    user = session.scalar(select(UserAccount).where(UserAccount.email == email, UserAccount.deactivated_at.is_(None)))
    if not _password_fits(user.password_hash if user else _EQUALLY_SLOW, password) or user is None:
        raise InvalidInput({"password": "E-mail and password do not match. Check both, and the Caps Lock key."})
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
    return open_sign_in(session, user.id, user_agent=user_agent, address=address)


def open_sign_in(session: Session, user_id: UUID, *, user_agent: str, address: str) -> str:
    """A fresh sign-in for a person already proved; always a new token (no session fixation)."""
    token = secrets.token_urlsafe(32)
    places = places_of(session, user_id)
    session.add(
        SignIn(
            token_hash=_hash(token),
            user_id=user_id,
            company_id=places[0].company_id if places else None,
            created_at=clock.now(),
            last_seen_at=clock.now(),
            expires_at=clock.now() + timedelta(days=rules.SIGN_IN_DAYS),
            user_agent=user_agent[:300],
            address=address,
        )
    )
    session.flush()
    return token


def sign_out(session: Session, token: str) -> None:
    """End a sign-in. Its token opens nothing afterwards, whoever holds it."""
    session.execute(update(SignIn).where(SignIn.token_hash == _hash(token)).values(ended_at=clock.now()))


def switch_company(session: Session, token: str, company_id: int, user_id: UUID) -> None:
    """Work in another of one's companies. NotFound when one has no place there."""
    if not any(place.company_id == company_id for place in places_of(session, user_id)):
        raise NotFound("business")
    session.execute(update(SignIn).where(SignIn.token_hash == _hash(token)).values(company_id=company_id))


def places_of(session: Session, user_id: UUID) -> list[Place]:
    """The companies a person belongs to, oldest first."""
    query = (
        select(Company.id, Company.name, Membership.role)
        .join(Membership, Membership.company_id == Company.id)
        .where(Membership.user_id == user_id, Membership.left_at.is_(None), Company.closed_at.is_(None))
        .order_by(Company.id)
    )
    return [Place(row.id, row.name, Role(row.role)) for row in session.execute(query)]


def role_in(session: Session, company_id: int, user_id: UUID) -> Role | None:
    """The role a person has in a company at this moment; None for who left, is deactivated, or was never there."""
    query = (
        select(Membership.role)
        .join(UserAccount, UserAccount.id == Membership.user_id)
        .where(Membership.company_id == company_id, Membership.user_id == user_id, Membership.left_at.is_(None))
        .where(UserAccount.deactivated_at.is_(None))
    )
    found = session.scalar(query)
    return Role(found) if found else None


def company_ids(session: Session) -> list[int]:
    """Every open company, oldest first: for the console and the nightly jobs, which open each one's books in turn."""
    return list(session.scalars(select(Company.id).where(Company.closed_at.is_(None)).order_by(Company.id)))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in, and where."""

    email: str
    name: str
    places: tuple[Place, ...]


def everyone(session: Session) -> list[Person]:
    """All people who can sign in, by e-mail."""
    query = select(UserAccount).where(UserAccount.deactivated_at.is_(None)).order_by(UserAccount.email)
    return [Person(user.email, user.name, tuple(places_of(session, user.id))) for user in session.scalars(query)]


@dataclass(frozen=True, slots=True)
class Member:
    """A person's place in one company, as its owner sees it."""

    user_id: UUID
    member_id: str  # ORG_MEMBER: company id and member number
    name: str
    email: str
    role: Role
    joined_at: datetime


def members(session: Session, company_id: int) -> list[Member]:
    """The people of a company, in the order they joined."""
    query = (
        select(UserAccount.id, Membership.member_no, UserAccount.name, UserAccount.email, Membership.role, Membership.joined_at)
        .join(Membership, Membership.user_id == UserAccount.id)
        .where(Membership.company_id == company_id, Membership.left_at.is_(None))
        .order_by(Membership.member_no)
    )
    return [
        Member(row.id, f"{company_id}_{row.member_no}", row.name, row.email, Role(row.role), row.joined_at)
        for row in session.execute(query)
    ]


def end_membership(session: Session, company_id: int, user_id: UUID) -> None:
    """A person leaves a company: their sign-ins into it end at once. Conflict for the last owner."""
    kept = session.get(Membership, (company_id, user_id))
    if kept is None or kept.left_at is not None:
        raise NotFound("member")
    if kept.role == Role.OWNER and sum(member.role is Role.OWNER for member in members(session, company_id)) == 1:
        raise Conflict(problem="This is the only owner.", fix="Make somebody else an owner first.")
    kept.left_at = clock.now()
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.company_id == company_id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def refuse_hurry(session: Session, keys: tuple[str, ...]) -> None:
    """TooManyTries while a pause after failed tries lasts, for any of the keys."""
    for failed in session.scalars(select(FailedSignIn).where(FailedSignIn.key.in_(keys))):
        wait = rules.wait_after(failed.tries, failed.last_at, clock.now())
        if wait:
            raise TooManyTries(
                problem="Too many failed tries.", fix=f"Wait {_seconds(wait)} and try again, or ask the owner to reset the password."
            )


def count_failure(session: Session, keys: tuple[str, ...]) -> None:
    """Remember a failed try. A day without one forgets the rest."""
    for key in keys:
        failed = session.get(FailedSignIn, key)
        if failed is None:
            session.add(FailedSignIn(key=key, tries=1, last_at=clock.now()))
        else:
            is_stale = clock.now() - failed.last_at > timedelta(days=1)
            failed.tries, failed.last_at = (1 if is_stale else failed.tries + 1), clock.now()


def forget_failures(session: Session, keys: tuple[str, ...]) -> None:
    """A success clears the count."""
    for key in keys:
        failed = session.get(FailedSignIn, key)
        if failed is not None:
            session.delete(failed)


def set_language(session: Session, user_id: UUID, language: str) -> None:
    """The language a person reads the program in."""
    session.execute(update(UserAccount).where(UserAccount.id == user_id).values(language=language))


def set_password(session: Session, email: str, password: str, *, by: str) -> None:
    """Give a person a new password and end all sign-ins. NotFound for an unknown e-mail.

    It stands in the edit log of each of the person's companies, with `by` for who did it; never the password itself.
    """
    user = session.scalar(select(UserAccount).where(UserAccount.email == rules.normal_email(email)))
    if user is None:
        raise NotFound("user")
    rules.check_password(password, unlike=(user.email, user.name))
    user.password_hash = _hasher.hash(password)
    session.execute(update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)).values(ended_at=clock.now()))
    session.flush()
    for place in places_of(session, user.id):
        with books_within(session, Actor(company_id=place.company_id, role=Role.OWNER, name=by, via=by)) as books:
            audit.record(books, "change", "user", user.id, new={"email": user.email, "password": "a new one"})


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

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in its signed cookie."""
        return self.token

    @property
    def actor(self) -> Actor:
        return Actor(company_id=self.company_id, role=self.role, user_id=self.user_id, name=self.name, via="web")


def signed_in(directory: Session | Connection, token: str) -> SignedIn | None:
    """The person behind a token, or None when it is unknown, ended, past its time, or its place in the company is gone."""
    row = directory.execute(_signed_in(), {"token": _hash(token), "now": clock.now()}).first()
    if row is None:
        return None
    return SignedIn(token, row.user_id, row.name, row.email, row.language, row.company_id, row.company_name, Role(row.role), row.expires_at)


@cache
def _signed_in() -> Select[UUID, datetime, str, str, str, int, str, str]:
    """Made once: it runs with every request."""
    return (
        select(
            SignIn.user_id,
            SignIn.expires_at,
            UserAccount.name,
            UserAccount.email,
            UserAccount.language,
            Company.id.label("company_id"),
            Company.name.label("company_name"),
            Membership.role,
        )
        .join(UserAccount, UserAccount.id == SignIn.user_id)
        .join(Company, Company.id == SignIn.company_id)
        .join(Membership, (Membership.company_id == SignIn.company_id) & (Membership.user_id == SignIn.user_id))
        .where(
            SignIn.token_hash == bindparam("token"),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > bindparam("now"),
            UserAccount.deactivated_at.is_(None),
            Membership.left_at.is_(None),
            Company.closed_at.is_(None),
        )
    )


def _password_fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[: rules.MOST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _seconds(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} seconds" if seconds < 90 else f"{seconds // 60 + 1} minutes"
