"""Who people are and where they belong: reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.identity.models import Company, Membership, UserAccount
from webapp.kernel.records import dataclass
from webapp.platform.permissions import Role


@dataclass(frozen=True, slots=True)
class Place:
    """A company a person belongs to."""

    company_id: int
    company_name: str
    role: Role


def places_of(session: Session, user_id: UUID) -> list[Place]:
    """The companies a person belongs to, oldest first."""
    query = (
        select(Company.id, Company.name, Membership.role)
        .join(Membership, Membership.company_id == Company.id)
        .where(Membership.user_id == user_id, Membership.left_at.is_(None), Company.closed_at.is_(None))
        .order_by(Company.id)
    )
    return [Place(row.id, row.name, Role(row.role)) for row in session.execute(query)]


def own_words(session: Session, user_id: UUID) -> list[str]:
    """What a person's password must not be made of: his name, his address, his businesses."""
    row = session.execute(select(UserAccount.email, UserAccount.name).where(UserAccount.id == user_id)).one()
    return [row.email, row.name, *(place.company_name for place in places_of(session, user_id))]


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
    language: str


def members(session: Session, company_id: int) -> list[Member]:
    """The people of a company, in the order they joined."""
    query = (
        select(UserAccount.id, Membership.member_no, UserAccount.name, UserAccount.email, Membership.role, Membership.joined_at)
        .add_columns(UserAccount.language)
        .join(Membership, Membership.user_id == UserAccount.id)
        .where(Membership.company_id == company_id, Membership.left_at.is_(None))
        .order_by(Membership.member_no)
    )
    return [
        Member(row.id, f"{company_id}_{row.member_no}", row.name, row.email, Role(row.role), row.joined_at, row.language)
        for row in session.execute(query)
    ]
