"""What one person may do to another's place in a business: nobody gives what he does not hold himself, and nobody changes his own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.identity.models import Company, Invitation, MemberRole, Membership
from webapp.identity.queries import Member, grants_of, members
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.records import dataclass
from webapp.platform import clock
from webapp.platform.permissions import OWNERS_ALONE, ROLE_PERMISSIONS, Permission, Role
from webapp.platform.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Given:
    """A role that somebody is to have: built in, or one of the business's own with its name and what it holds."""

    role: Role
    role_id: UUID | None = None
    name: str = ""
    allowed: frozenset[Permission] = frozenset()

    @property
    def key(self) -> str:
        """As `Actor.role_key`."""
        return self.role_id.hex if self.role_id else self.role.value

    @property
    def log_words(self) -> str:
        """What the edit log calls it."""
        return self.name or self.role.value


def take_turn(session: Session, company_id: int) -> None:
    """Whoever changes the places of a company waits here for who does so now, until his transaction ends."""
    session.execute(update(Company).where(Company.id == company_id).values(last_member_no=Company.last_member_no))


# Who says whether a business has room for one more: a room above, where there are plans (webapp.app.connect_rooms).
Room = Callable[[Session, int, bool, str], None]
_room: list[Room] = []


def use_room(ask: Room) -> None:
    """Have `ask` refuse one more person where there is no room: session, company, whether invitations take seats too, and the field of
    the form beside which it is said ("": on a page of its own). Safe to repeat."""
    if ask not in _room:
        _room.append(ask)


def require_room(session: Session, company_id: int, *, counts_invited: bool = True, field: str = "") -> None:
    """Whoever gives somebody a place asks first, after he has taken his turn."""
    for ask in _room:
        ask(session, company_id, counts_invited, field)


def seats(session: Session, company_id: int) -> tuple[int, int]:
    """How many come in to a business, and how many more are invited to, by links that still work."""
    here = Membership.company_id == company_id, Membership.left_at.is_(None), Membership.deactivated_at.is_(None)
    waits = Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > clock.now()
    members_ = select(func.count()).select_from(Membership).where(*here).scalar_subquery()
    invited = select(func.count()).select_from(Invitation).where(Invitation.company_id == company_id, *waits).scalar_subquery()
    found = session.execute(select(members_, invited)).one()
    return int(found[0]), int(found[1])


def role_of_key(session: Session, company_id: int, key: str) -> Given:
    """The role that a form names. InvalidInput beside `role` for none of this business."""
    if key in set(Role) - {Role.CUSTOM}:
        return Given(Role(key), allowed=ROLE_PERMISSIONS[Role(key)])
    role_id = read_id(key)
    row = session.scalar(select(MemberRole).where(MemberRole.company_id == company_id, MemberRole.id == role_id)) if role_id else None
    if row is None:
        raise InvalidInput({"role": "Choose a role."})
    return Given(Role.CUSTOM, row.id, row.name, grants_of(row.permissions))


def require_givable(actor: Actor, allowed: frozenset[Permission]) -> None:
    """Forbidden for more than `actor` holds himself, and for what is the owner's alone, which only ownership brings."""
    if not allowed <= actor.allowed or allowed & OWNERS_ALONE:
        raise Forbidden(
            problem="This role may do more than you may give.", fix="Choose a role that does no more than yours, or ask the owner."
        )


def require_over(actor: Actor, member: Member) -> None:
    """Forbidden for one's own place, and for the place of somebody who may do more."""
    if member.user_id == actor.user_id:
        raise Forbidden(problem="Nobody changes his own place in a business.", fix="Ask another owner or admin to do it.")
    if not member.allowed <= actor.allowed:
        raise Forbidden(problem=f"{member.name} may do more than you.", fix="Ask the owner to do it.")


def member_of(session: Session, company_id: int, user_id: UUID) -> Member:
    """Somebody who has a place in this company, deactivated or not. NotFound for everybody else."""
    found = next((one for one in members(session, company_id, with_away=True) if one.user_id == user_id), None)
    if found is None:
        raise NotFound("member")
    return found


def require_other_owner(session: Session, company_id: int, user_id: UUID) -> None:
    """Conflict when this is the only owner who comes in. The caller has taken his turn."""
    if not any(one.role is Role.OWNER and one.user_id != user_id for one in members(session, company_id)):
        raise Conflict(problem="This is the only owner.", fix="Hand the business over to somebody else first.")
