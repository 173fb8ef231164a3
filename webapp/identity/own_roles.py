"""Roles of a business's own: made as a copy of another, changed and taken away. What they hold counts from the next request on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.identity.models import Invitation, MemberRole, Membership
from webapp.identity.queries import grants_of
from webapp.identity.rights import require_givable, role_of_key, take_turn
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit, clock
from webapp.platform.permissions import BUILT_IN, EVERYBODYS, OWNERS_ALONE, Permission, Role
from webapp.platform.tenancy import Actor, Books, books_within

MOST_ROLES = 20
MOST_NAME = 40

# What else is kept of a role (its limits), in a room above: handed in, so that it goes with the role.
_when_removed: list[Callable[[Books, str], None]] = []


def when_role_is_removed(step: Callable[[Books, str], None]) -> None:
    """Have `step` told the key of each role that is taken away. Safe to repeat."""
    if step not in _when_removed:
        _when_removed.append(step)


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role of the business's own. `members` is how many have it now, or are invited to it."""

    id: UUID
    name: str
    allowed: frozenset[Permission]
    version: int
    members: int

    @property
    def key(self) -> str:
        """As `Actor.role_key`."""
        return self.id.hex


def own_roles(session: Session, company_id: int) -> list[OwnRole]:
    """The roles of a business's own, by name."""
    rows = session.scalars(select(MemberRole).where(MemberRole.company_id == company_id).order_by(MemberRole.name))
    have = _in_use(session, company_id)
    return [OwnRole(row.id, row.name, grants_of(row.permissions), row.version, have.get(row.id, 0)) for row in rows]


def own_role(session: Session, company_id: int, role_id: UUID) -> OwnRole:
    """One of them. NotFound for another business's."""
    found = next((one for one in own_roles(session, company_id) if one.id == role_id), None)
    if found is None:
        raise NotFound("role")
    return found


def _in_use(session: Session, company_id: int) -> dict[UUID, int]:
    now = clock.now()
    here = select(Membership.role_id).where(
        Membership.company_id == company_id, Membership.left_at.is_(None), Membership.role_id.is_not(None)
    )
    asked = select(Invitation.role_id).where(
        Invitation.company_id == company_id,
        Invitation.role_id.is_not(None),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    both = here.union_all(asked).subquery()
    return {row[0]: row[1] for row in session.execute(select(both.c.role_id, func.count()).group_by(both.c.role_id))}


def make_role(session: Session, actor: Actor, name: str, copy_of: str) -> UUID:
    """A role that holds what another does, the owner's alone left out. InvalidInput by field; Forbidden beyond what `actor` holds."""
    take_turn(session, actor.company_id)
    name = _named(session, actor.company_id, name, None)
    if len(own_roles(session, actor.company_id)) >= MOST_ROLES:
        raise Conflict(problem=f"There are {MOST_ROLES} roles of your own.", fix="Remove one that nobody has, or change one.")
    try:
        allowed = (role_of_key(session, actor.company_id, copy_of).allowed | EVERYBODYS) - OWNERS_ALONE
    except InvalidInput as refusal:
        raise InvalidInput({"copy_of": refusal.errors["role"]}) from None
    require_givable(actor, allowed)
    made = MemberRole(company_id=actor.company_id, id=new_id(), name=name, permissions=_names(allowed), version=1, made_at=clock.now())
    session.add(made)
    session.flush()
    with books_within(session, actor) as books:
        audit.record(books, "create", "role", made.id, new={"name": name, "permissions": _names(allowed)})
    return made.id


def change_role(session: Session, actor: Actor, role_id: UUID, name: str, permissions: Collection[str], version: int) -> None:
    """Give a role another name or other permissions. Forbidden for the role that `actor` has himself, and beyond what he holds, before
    the change and after it; Conflict for a form that is stale; InvalidInput by field."""
    take_turn(session, actor.company_id)
    found = own_role(session, actor.company_id, role_id)
    _require_over_role(actor, found)
    if found.version != version:
        raise Conflict(
            problem=f"{found.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    name = _named(session, actor.company_id, name, role_id)
    if unknown := set(permissions) - {one.value for one in Permission}:
        raise InvalidInput({"permission": f"There is no permission {min(unknown)}."})
    allowed = frozenset(map(Permission, permissions)) | EVERYBODYS
    require_givable(actor, allowed)
    with books_within(session, actor) as books:
        before, after = (
            {"name": found.name, "permissions": _names(found.allowed)},
            {"name": name, "permissions": _names(allowed)},
        )
        if audit.record_change(books, "role", role_id, before, after):
            session.execute(
                update(MemberRole)
                .where(MemberRole.company_id == actor.company_id, MemberRole.id == role_id)
                .values(name=name, permissions=_names(allowed), version=MemberRole.version + 1)
            )


def remove_role(session: Session, actor: Actor, role_id: UUID) -> None:
    """Take a role away. Conflict while somebody has it or is invited to it; Forbidden as for a change."""
    take_turn(session, actor.company_id)
    found = own_role(session, actor.company_id, role_id)
    _require_over_role(actor, found)
    if found.members:
        raise Conflict(
            problem=f"{found.members} people have the role {found.name} or are invited to it.",
            fix="Give them another role, or withdraw the invitations, first.",
        )
    # Who left, and whom an invitation that is over was for, are remembered without the role that is no more.
    for table in (Membership, Invitation):
        former = update(table).where(table.company_id == actor.company_id, table.role_id == role_id)
        session.execute(former.values(role=Role.VIEWER.value, role_id=None))
    session.delete(session.get_one(MemberRole, (actor.company_id, role_id)))
    session.flush()
    with books_within(session, actor) as books:
        audit.record(books, "remove", "role", role_id, old={"name": found.name, "permissions": _names(found.allowed)})
        for step in _when_removed:
            step(books, found.key)


def _require_over_role(actor: Actor, found: OwnRole) -> None:
    if actor.role_id == found.id:
        raise Forbidden(problem="Nobody changes the role he has himself.", fix="Ask another owner or admin to do it.")
    if not found.allowed <= actor.allowed:
        raise Forbidden(problem=f"The role {found.name} may do more than you.", fix="Ask the owner to do it.")


def _named(session: Session, company_id: int, name: str, role_id: UUID | None) -> str:
    name = clean_text(name)
    if not 2 <= len(name) <= MOST_NAME:
        raise InvalidInput({"name": f"Type the name of the role, at most {MOST_NAME} characters."})
    rows = session.execute(select(MemberRole.id, MemberRole.name).where(MemberRole.company_id == company_id))
    others = [row.name for row in rows if row.id != role_id]
    if name.casefold() in {*(one.casefold() for one in others), *(role.value for role in BUILT_IN)}:
        raise InvalidInput({"name": f"There is a role named {name} already."})
    return name


def _names(allowed: Collection[Permission]) -> list[str]:
    return sorted(one.value for one in allowed)
