"""A member's place in a business: another role, away for a while, gone; and ownership, handed over by two who both say so."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp.identity import sessions
from webapp.identity.invitations import withdraw_those_of
from webapp.identity.models import Membership, OwnershipOffer, UserAccount
from webapp.identity.queries import Member
from webapp.identity.rights import Given, member_of, require_givable, require_other_owner, require_over, require_room, take_turn
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit, clock
from webapp.platform.permissions import Permission, Role
from webapp.platform.tenancy import Actor, books_within

OFFER_LASTS = timedelta(days=7)
AFTERWARDS = (Role.ADMIN, Role.OWNER)  # what a former owner may become


def give_role(session: Session, actor: Actor, user_id: UUID, given: Given) -> None:
    """Another role for a member; it counts with his next request. Forbidden for one's own place, for who may do more, and for a role
    that may do more; Conflict for an owner, whose role goes by handing it over."""
    take_turn(session, actor.company_id)
    member = member_of(session, actor.company_id, user_id)
    require_over(actor, member)
    require_givable(actor, given.allowed)
    if member.role is Role.OWNER:
        raise Conflict(problem=f"{member.name} is an owner.", fix="An owner hands the business over himself, or leaves it.")
    if member.role_key == given.key:
        return
    kept = session.get_one(Membership, (actor.company_id, user_id))
    kept.role, kept.role_id = given.role, given.role_id
    session.flush()
    if not member.allowed <= given.allowed:
        withdraw_those_of(session, actor.company_id, user_id)
    with books_within(session, actor) as books:
        before = {"role": member.role_name or member.role.value}
        audit.record(books, "change", "member", user_id, old=before, new={"role": given.log_words})


def deactivate(session: Session, actor: Actor, user_id: UUID) -> None:
    """A member does not come in until he is let in again; his sign-ins into the business end at once. Conflict for the only owner;
    Forbidden as above."""
    take_turn(session, actor.company_id)
    member = member_of(session, actor.company_id, user_id)
    require_over(actor, member)
    if member.deactivated_at is not None:
        return
    if member.role is Role.OWNER:
        require_other_owner(session, actor.company_id, user_id)
    session.get_one(Membership, (actor.company_id, user_id)).deactivated_at = clock.now()
    session.flush()
    _shut_out(session, actor, user_id, "deactivate")


def reactivate(session: Session, actor: Actor, user_id: UUID) -> None:
    """Let a member in again, in the role he had. Forbidden for a role that may do more than `actor`."""
    take_turn(session, actor.company_id)
    member = member_of(session, actor.company_id, user_id)
    require_over(actor, member)
    if member.deactivated_at is not None:
        require_room(session, actor.company_id)
        session.get_one(Membership, (actor.company_id, user_id)).deactivated_at = None
        session.flush()
        with books_within(session, actor) as books:
            audit.record(books, "reactivate", "member", user_id)


def end_membership(session: Session, actor: Actor, user_id: UUID) -> None:
    """A member loses his place: his sign-ins into the business end at once. NotFound for who has none; Conflict for the only owner;
    Forbidden for who may do more than `actor`."""
    take_turn(session, actor.company_id)
    member = member_of(session, actor.company_id, user_id)
    require_over(actor, member)
    _end(session, actor, member, "remove")


def leave(session: Session, actor: Actor) -> None:
    """Somebody gives up his own place. Conflict for the only owner: the business would be nobody's."""
    take_turn(session, actor.company_id)
    if actor.user_id is None:
        raise NotFound("member")
    _end(session, actor, member_of(session, actor.company_id, actor.user_id), "leave")


def _end(session: Session, actor: Actor, member: Member, action: str) -> None:
    if member.role is Role.OWNER and member.deactivated_at is None:
        require_other_owner(session, actor.company_id, member.user_id)
    session.get_one(Membership, (actor.company_id, member.user_id)).left_at = clock.now()
    session.flush()
    _shut_out(session, actor, member.user_id, action)


def _shut_out(session: Session, actor: Actor, user_id: UUID, action: str) -> None:
    sessions.end_of_company(session, user_id, actor.company_id)
    withdraw_those_of(session, actor.company_id, user_id)
    theirs = OwnershipOffer.company_id == actor.company_id, *_OPEN
    of_him = or_(OwnershipOffer.from_user_id == user_id, OwnershipOffer.to_user_id == user_id)
    session.execute(update(OwnershipOffer).where(*theirs, of_him).values(withdrawn_at=clock.now()))
    with books_within(session, actor) as books:
        audit.record(books, action, "member", user_id)


# Ownership -------------------------------------------------------------------------------------------------------------

_OPEN = (OwnershipOffer.accepted_at.is_(None), OwnershipOffer.withdrawn_at.is_(None))


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of the ownership that waits for its answer."""

    id: UUID
    from_user_id: UUID
    to_user_id: UUID
    from_name: str
    to_name: str
    former_role: Role
    expires_at: datetime


def open_offers(session: Session, company_id: int) -> list[Offer]:
    """The offers of a business that still hold."""
    giver, taker = aliased(UserAccount), aliased(UserAccount)
    query = (
        select(OwnershipOffer, giver.name, taker.name)
        .join(giver, giver.id == OwnershipOffer.from_user_id)
        .join(taker, taker.id == OwnershipOffer.to_user_id)
        .where(OwnershipOffer.company_id == company_id, *_OPEN, OwnershipOffer.expires_at > clock.now())
        .order_by(OwnershipOffer.offered_at)
    )
    return [
        Offer(row.id, row.from_user_id, row.to_user_id, from_name, to_name, Role(row.former_role), row.expires_at)
        for row, from_name, to_name in session.execute(query)
    ]


def offer_ownership(session: Session, actor: Actor, user_id: UUID, former_role: str) -> UUID:
    """Offer the ownership to another member, for a week; one's former offer is withdrawn. `former_role`: what one will be then."""
    take_turn(session, actor.company_id)
    if former_role not in AFTERWARDS:
        raise InvalidInput({"former_role": "Choose what you will be afterwards."})
    member = _taker(session, actor, user_id)
    mine = OwnershipOffer.company_id == actor.company_id, OwnershipOffer.from_user_id == actor.user_id, *_OPEN
    session.execute(update(OwnershipOffer).where(*mine).values(withdrawn_at=clock.now()))
    now = clock.now()
    made = OwnershipOffer(
        id=new_id(),
        company_id=actor.company_id,
        from_user_id=actor.user_id,
        to_user_id=user_id,
        former_role=former_role,
        offered_at=now,
        expires_at=now + OFFER_LASTS,
    )
    session.add(made)
    session.flush()
    with books_within(session, actor) as books:
        audit.record(books, "offer", "ownership", made.id, new={"to": member.email, "former_role": former_role})
    return made.id


def _taker(session: Session, actor: Actor, user_id: UUID) -> Member:
    if not actor.may(Permission.OWNERSHIP_TRANSFER) or actor.user_id is None:
        raise Forbidden(problem="Only an owner hands a business over.", fix="Ask the owner to do it.")
    try:
        member = member_of(session, actor.company_id, user_id)
    except NotFound:
        raise InvalidInput({"user_id": "Choose a member of this business."}) from None
    if member.role is Role.OWNER or member.deactivated_at is not None:
        raise InvalidInput({"user_id": "Choose somebody who is no owner yet and is not deactivated."})
    return member


def withdraw_offer(session: Session, actor: Actor, offer_id: UUID) -> None:
    """Take back an offer of one's own, or decline one made to oneself. NotFound for everybody else's."""
    take_turn(session, actor.company_id)
    found = next((one for one in open_offers(session, actor.company_id) if one.id == offer_id), None)
    if found is None or actor.user_id not in (found.from_user_id, found.to_user_id):
        raise NotFound("offer")
    session.execute(update(OwnershipOffer).where(OwnershipOffer.id == offer_id).values(withdrawn_at=clock.now()))
    with books_within(session, actor) as books:
        audit.record(books, "remove", "ownership", offer_id)


def accept_ownership(session: Session, actor: Actor, offer_id: UUID) -> None:
    """Whom it was offered to becomes an owner, and who offered it what he said. NotFound for who it was not offered to, and when the
    offer holds no more: it was taken back, is over, or who made it is an owner no more."""
    take_turn(session, actor.company_id)
    found = next((one for one in open_offers(session, actor.company_id) if one.id == offer_id), None)
    if found is None or found.to_user_id != actor.user_id:
        raise NotFound("offer")
    giver = member_of(session, actor.company_id, found.from_user_id)
    if giver.role is not Role.OWNER or giver.deactivated_at is not None:
        raise NotFound("offer")
    taker = member_of(session, actor.company_id, found.to_user_id)
    places = {one: session.get_one(Membership, (actor.company_id, one)) for one in (found.to_user_id, found.from_user_id)}
    places[found.to_user_id].role, places[found.to_user_id].role_id = Role.OWNER, None
    places[found.from_user_id].role = found.former_role
    session.execute(update(OwnershipOffer).where(OwnershipOffer.id == offer_id).values(accepted_at=clock.now()))
    session.flush()
    with books_within(session, actor) as books:
        former, now = {"role": taker.role_name or taker.role.value}, {"role": Role.OWNER.value}
        audit.record(books, "change", "member", taker.user_id, old=former, new=now)
        if found.former_role is not Role.OWNER:
            audit.record(books, "change", "member", giver.user_id, old=now, new={"role": found.former_role.value})
