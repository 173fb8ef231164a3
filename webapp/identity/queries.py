"""Who people are and where they belong: reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.identity.models import Company, MemberRole, Membership, UserAccount
from webapp.identity.rules import member_id
from webapp.kernel.ids import read_id
from webapp.kernel.records import dataclass
from webapp.platform.permissions import ROLE_PERMISSIONS, Permission, Role, read_grants
from webapp.platform.tenancy import Actor

# Who has a place that opens the business to him: he has not left, is not deactivated, and is an owner where it is about to be closed.
_closing = aliased(Company)
_IS_CLOSING = exists(_closing.id).where(_closing.id == Membership.company_id, _closing.closes_at.is_not(None))
COMES_IN = (Membership.left_at.is_(None), Membership.deactivated_at.is_(None), or_(Membership.role == Role.OWNER, ~_IS_CLOSING))
OF_OWN_ROLE = (MemberRole.company_id == Membership.company_id) & (MemberRole.id == Membership.role_id)


def grants_of(kept: list[str] | None) -> frozenset[Permission]:
    """What a role of a business's own holds; nothing where there is none."""
    return read_grants(tuple(kept)) if kept is not None else frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A company a person belongs to."""

    company_id: int
    company_name: str
    role: Role
    role_name: str = ""  # of a role of the business's own


def places_of(session: Session, user_id: UUID) -> list[Place]:
    """The companies a person belongs to, oldest first."""
    query = (
        select(Company.id, Company.name, Membership.role, MemberRole.name.label("role_name"))
        .join(Membership, Membership.company_id == Company.id)
        .outerjoin(MemberRole, OF_OWN_ROLE)
        .where(Membership.user_id == user_id, *COMES_IN, Company.closed_at.is_(None))
        .order_by(Company.id)
    )
    return [Place(row.id, row.name, Role(row.role), row.role_name or "") for row in session.execute(query)]


def own_words(session: Session, user_id: UUID) -> list[str]:
    """What a person's password must not be made of: his name, his address, his businesses."""
    row = session.execute(select(UserAccount.email, UserAccount.name).where(UserAccount.id == user_id)).one()
    return [row.email, row.name, *(place.company_name for place in places_of(session, user_id))]


def actor_of(session: Session, company_id: int, user_id: UUID) -> Actor | None:
    """What a person may do in a company at this moment; None for who left, is deactivated, or was never there."""
    query = (
        select(Membership.role, Membership.role_id, MemberRole.permissions, UserAccount.name)
        .join(UserAccount, UserAccount.id == Membership.user_id)
        .outerjoin(MemberRole, OF_OWN_ROLE)
        .where(Membership.company_id == company_id, Membership.user_id == user_id, *COMES_IN)
        .where(UserAccount.deactivated_at.is_(None))
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return Actor(company_id, Role(row.role), user_id, row.name, role_id=row.role_id, grants=grants_of(row.permissions))


def actor_of_role(session: Session, company_id: int, key: str) -> Actor:
    """Nobody in particular, who holds the role that is kept by `key` (Actor.role_key) as it stands now. A role that is there no more
    holds nothing."""
    if key in set(Role) - {Role.CUSTOM}:
        return Actor(company_id, Role(key))
    role_id = read_id(key)
    query = select(MemberRole.permissions).where(MemberRole.company_id == company_id, MemberRole.id == role_id)
    return Actor(company_id, Role.CUSTOM, role_id=role_id, grants=grants_of(session.scalar(query) if role_id else None))


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
    member_id: str  # ORG_MEMBER, such as SHRI_0007
    name: str
    email: str
    role: Role
    joined_at: datetime
    language: str
    role_id: UUID | None = None  # these three of a role of the business's own
    role_name: str = ""
    grants: frozenset[Permission] = frozenset()
    deactivated_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def allowed(self) -> frozenset[Permission]:
        """All that this member's role includes."""
        return self.grants if self.role is Role.CUSTOM else ROLE_PERMISSIONS[self.role]

    @property
    def role_key(self) -> str:
        """As `Actor.role_key`."""
        return self.role_id.hex if self.role_id else self.role.value


def members(session: Session, company_id: int, *, with_away: bool = False, with_gone: bool = False) -> list[Member]:
    """The people of a company, in the order they joined. `with_away`: those too who are deactivated; `with_gone`: and who left."""
    query = (
        select(UserAccount.id, UserAccount.name, UserAccount.email, UserAccount.language, Company.code)
        .add_columns(Membership.member_no, Membership.role, Membership.joined_at, Membership.role_id)
        .add_columns(Membership.deactivated_at, Membership.left_at, MemberRole.name.label("role_name"), MemberRole.permissions)
        .join(Membership, Membership.user_id == UserAccount.id)
        .join(Company, Company.id == Membership.company_id)
        .outerjoin(MemberRole, OF_OWN_ROLE)
        .where(Membership.company_id == company_id)
        .order_by(Membership.member_no)
    )
    if not with_gone:
        query = query.where(Membership.left_at.is_(None))
        if not with_away:
            query = query.where(Membership.deactivated_at.is_(None))
    return [
        Member(
            user_id=row.id,
            member_id=member_id(row.code, row.member_no),
            name=row.name,
            email=row.email,
            role=Role(row.role),
            joined_at=row.joined_at,
            language=row.language,
            role_id=row.role_id,
            role_name=row.role_name or "",
            grants=grants_of(row.permissions),
            deactivated_at=row.deactivated_at,
            left_at=row.left_at,
        )
        for row in session.execute(query)
    ]


def company_of_code(session: Session, code: str) -> int | None:
    """The company of a code such as SHRI, however it is typed, or None."""
    return session.scalar(select(Company.id).where(Company.code == code.strip().upper(), Company.deleted_at.is_(None)))


def company_codes(session: Session, company_id: int | None = None) -> dict[int, tuple[str, str]]:
    """The code and the name of every open company, or of one."""
    query = select(Company.id, Company.code, Company.name).where(Company.closed_at.is_(None)).order_by(Company.code)
    if company_id is not None:
        query = query.where(Company.id == company_id)
    return {row.id: (row.code, row.name) for row in session.execute(query)}


def member_ids(session: Session, company_id: int) -> dict[UUID, str]:
    """The id of everybody who has or had a place in a company."""
    query = select(Membership.user_id, Membership.member_no, Company.code).join(Company, Company.id == Membership.company_id)
    return {row.user_id: member_id(row.code, row.member_no) for row in session.execute(query.where(Membership.company_id == company_id))}


def is_open(directory: Session | Connection, company_id: int, *, to_all: bool = False) -> bool:
    """Whether there is such a company, and it is not closed; `to_all`: nor about to be, so that others than owners come in."""
    return directory.execute(_OPEN_TO_ALL if to_all else _OPEN, {"company": company_id}).first() is not None


_OPEN = select(Company.id).where(Company.id == bindparam("company"), Company.closed_at.is_(None))
_OPEN_TO_ALL = _OPEN.where(Company.closes_at.is_(None))
