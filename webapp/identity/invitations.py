"""Invitations: a business offers an address a place, by a link that works once and for a week; the newest link alone.

Nothing that an inviter sees tells whether the address has an account. The link of a mail shows that its reader has that mailbox; one
that was copied, where no mail leaves the machine, shows nothing, and the account that is made by it has its address to show yet.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.identity import rules
from webapp.identity.letters import LinkSpent
from webapp.identity.models import Company, Invitation, MemberRole, UserAccount
from webapp.identity.queries import grants_of, members, places_of
from webapp.identity.rights import Given, require_givable, require_room, take_turn
from webapp.identity.service import NewUser, add_member, create_user
from webapp.identity.sessions import token_hash
from webapp.kernel.errors import BooksError, Conflict, Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit, clock, machine, people_mail
from webapp.platform.permissions import ROLE_PERMISSIONS, Permission, Role
from webapp.platform.tenancy import Actor, Books, books_within

LASTS = timedelta(days=7)
PATH = "/invitation"
MOST_OPEN = 200

# Who holds a new member to his stores: the room of the company, a storey above, is handed in.
_joining: list[Callable[[Books, UUID, Collection[UUID]], None]] = []


def use_joining(step: Callable[[Books, UUID, Collection[UUID]], None]) -> None:
    """Have `step` hold who joins to the stores that he was invited to. Safe to repeat."""
    if step not in _joining:
        _joining.append(step)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, as the members' page shows it, and the page that its link opens."""

    id: UUID
    company_id: int
    company_name: str
    email: str
    role: Role
    role_id: UUID | None
    role_name: str
    allowed: frozenset[Permission]
    stores: tuple[UUID, ...]
    was_mailed: bool
    invited_by: UUID
    inviter: str
    made_at: datetime
    expires_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether its week has passed."""
        return self.expires_at <= clock.now()


def pending_invitations(session: Session, company_id: int) -> list[Invited]:
    """The invitations of a business that nobody accepted or withdrew, the newest first; also those whose week has passed."""
    return _found(session, Invitation.company_id == company_id)


def invite(session: Session, actor: Actor, email: str, given: Given, stores: Collection[UUID], language: str) -> UUID:
    """Offer an address a place; one that was offered to it before is withdrawn. InvalidInput beside `email`; Forbidden for a role that
    may do more than `actor`. The caller has seen that the stores are the business's."""
    take_turn(session, actor.company_id)
    require_givable(actor, given.allowed)
    try:
        email = rules.normal_email(email)
    except ValueError as error:
        raise InvalidInput({"email": str(error)}) from None
    if any(one.email == email for one in members(session, actor.company_id, with_away=True)):
        raise InvalidInput({"email": "This person has a place in the business already."})
    waiting = pending_invitations(session, actor.company_id)
    if len(waiting) >= MOST_OPEN:
        raise Conflict(problem=f"{MOST_OPEN} invitations wait.", fix="Withdraw those that nobody accepts.")
    earlier = Invitation.company_id == actor.company_id, Invitation.email == email, *_OPEN
    session.execute(update(Invitation).where(*earlier).values(withdrawn_at=clock.now()))
    require_room(session, actor.company_id, field="email")
    now = clock.now()
    made = Invitation(
        id=new_id(),
        company_id=actor.company_id,
        email=email,
        role=given.role,
        role_id=given.role_id,
        stores=sorted(one.hex for one in stores),
        language=language,
        token_hash=None,
        was_mailed=False,
        invited_by=_person(actor),
        made_at=now,
        expires_at=now + LASTS,
    )
    session.add(made)
    session.flush()
    _ask_for_mail(session, made.id, email)
    with books_within(session, actor) as books:
        audit.record(books, "create", "invitation", made.id, new={"email": email, "role": given.log_words, "stores": len(stores)})
    return made.id


def invite_again(session: Session, actor: Actor, invitation_id: UUID) -> None:
    """A new link and a new week; the link before works no more. Forbidden as for `invite`."""
    take_turn(session, actor.company_id)
    found = _own(session, actor, invitation_id)
    require_givable(actor, found.allowed)
    if found.is_over:  # until then it has its seat
        require_room(session, actor.company_id)
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id)
        .values(token_hash=None, was_mailed=False, expires_at=clock.now() + LASTS, invited_by=_person(actor))
    )
    _ask_for_mail(session, invitation_id, found.email)
    with books_within(session, actor) as books:
        audit.record(books, "change", "invitation", invitation_id, new={"email": found.email, "link": "a new one"})


def withdraw_invitation(session: Session, actor: Actor, invitation_id: UUID) -> None:
    """Its link opens nothing any more. NotFound when it was accepted or withdrawn before, and for another business's."""
    take_turn(session, actor.company_id)
    found = _own(session, actor, invitation_id)
    if not found.allowed <= actor.allowed:
        raise Forbidden(
            problem="This role may do more than you may give.", fix="Choose a role that does no more than yours, or ask the owner."
        )
    session.execute(update(Invitation).where(Invitation.id == invitation_id).values(withdrawn_at=clock.now()))
    with books_within(session, actor) as books:
        audit.record(books, "remove", "invitation", invitation_id, old={"email": found.email})


def withdraw_those_of(session: Session, company_id: int, user_id: UUID) -> None:
    """What somebody offered who may offer less from now on, or nothing."""
    his = Invitation.company_id == company_id, Invitation.invited_by == user_id, *_OPEN
    session.execute(update(Invitation).where(*his).values(withdrawn_at=clock.now()))


def new_link(session: Session, invitation_id: UUID, *, by_mail: bool) -> str | None:
    """The token of a fresh link of an invitation that waits, or None where it waits no more. The link before works no more."""
    token = secrets.token_urlsafe(32)
    waiting = Invitation.id == invitation_id, *_OPEN, Invitation.expires_at > clock.now()
    changed = session.execute(update(Invitation).where(*waiting).values(token_hash=token_hash(token), was_mailed=by_mail))
    return token if changed.rowcount == 1 else None  # type: ignore[attr-defined]  # of an update, a CursorResult


def link_to_copy(session: Session, actor: Actor, invitation_id: UUID) -> str:
    """A fresh link to hand over by hand, where no mail leaves this machine. Forbidden where mail does: then the link is for who reads
    that mailbox alone."""
    if machine.mail() != ("", ""):
        raise Forbidden(problem="Invitations go by mail here.", fix="Press “Send again”.")
    require_givable(actor, _own(session, actor, invitation_id).allowed)
    token = new_link(session, invitation_id, by_mail=False)
    if token is None:
        raise LinkSpent
    return address(token)


def address(token: str) -> str:
    """Where the link leads."""
    return f"{machine.public_url()}{PATH}?token={token}"


def letter_values(session: Session, detail: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """For the letter of an invitation: the language, and what its words are filled with. None where it waits no more."""
    id_ = UUID(hex=str(detail["invitation"]))
    found = next(iter(_found(session, Invitation.id == id_)), None)
    token = new_link(session, id_, by_mail=True) if found is not None else None
    if found is None or token is None:
        return None
    language = session.scalar(select(Invitation.language).where(Invitation.id == id_)) or "en"
    return language, {"link": address(token), "business": found.company_name, "inviter": found.inviter}


# What its link opens ---------------------------------------------------------------------------------------------------


def invitation_of_link(session: Session, token: str) -> Invited:
    """The invitation of a link. LinkSpent when it was accepted, withdrawn or sent anew, is too old, or never was."""
    found = next(iter(_found(session, Invitation.token_hash == token_hash(token), Invitation.expires_at > clock.now())), None)
    if found is None:
        raise LinkSpent
    return found


def accept_invitation(session: Session, token: str, user_id: UUID) -> Invited:
    """Somebody who has an account takes the place that was offered to his address. Of two at once one gets LinkSpent.

    Forbidden for another address than the one invited, and for one that nobody showed to be his: neither the link (it was copied) nor he.
    """
    found, user = invitation_of_link(session, token), session.get_one(UserAccount, user_id)
    if user.email != found.email:
        raise Forbidden(problem="This invitation is for another e-mail address.", fix="Sign in with the address that was invited.")
    if not found.was_mailed and user.email_verified_at is None and machine.mail() != ("", ""):
        raise Forbidden(
            problem="Nobody knows yet that this address is yours.", fix="Open the mail that asks about it, then open the invitation again."
        )
    _take(session, token, found, user)
    return found


def accept_where_asked(session: Session, user_id: UUID, next_url: str | None) -> None:
    """Somebody who has an account and no business proved who he is, on his way to an invitation: without a place he could not come in to
    accept it, so he has accepted it. What he cannot accept stays as it is."""
    asked = urlsplit(next_url or "")
    token = parse_qs(asked.query).get("token", [""])[0]
    if asked.path == PATH and token and not places_of(session, user_id):
        with suppress(BooksError), session.begin_nested():
            accept_invitation(session, token, user_id)


def accept_anew(session: Session, token: str, name: str, password: str, language: str) -> tuple[Invited, UUID]:
    """The same for one who has no account: it is made with the name and the password he chose, which the caller found strong.
    InvalidInput beside a field that cannot be used."""
    take_turn(session, invitation_of_link(session, token).company_id)
    found = invitation_of_link(session, token)  # whoever waited finds it spent, before he makes the same account again
    user = create_user(session, NewUser(found.email, password, name, language))
    _take(session, token, found, user)
    return found, user.id


def _take(session: Session, token: str, found: Invited, user: UserAccount) -> None:
    now = clock.now()
    take_turn(session, found.company_id)
    good = Invitation.token_hash == token_hash(token), *_OPEN, Invitation.expires_at > now
    spent = session.execute(update(Invitation).where(*good).values(accepted_at=now))
    if spent.rowcount != 1:  # type: ignore[attr-defined]  # as above
        raise LinkSpent
    if any(one.user_id == user.id for one in members(session, found.company_id, with_away=True)):
        raise Conflict(problem=f"You have a place in {found.company_name} already.", fix="Choose it under Your businesses.")
    require_room(session, found.company_id, counts_invited=False)  # its own seat is one of those that were invited
    if found.was_mailed:
        user.email_verified_at = user.email_verified_at or now
    add_member(session, found.company_id, user.id, found.role, found.role_id)
    who = Actor(found.company_id, found.role, user.id, user.name, role_id=found.role_id, grants=found.allowed)
    with books_within(session, who) as books:
        words = found.role_name or found.role.value
        audit.record(books, "create", "member", user.id, new={"email": user.email, "role": words, "invited_by": found.inviter})
        for step in _joining:
            step(books, user.id, found.stores)


_OPEN = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))


def _found(session: Session, *wanted: Any) -> list[Invited]:
    query = (
        select(Invitation, Company.name, UserAccount.name, MemberRole.name, MemberRole.permissions)
        .join(Company, Company.id == Invitation.company_id)
        .join(UserAccount, UserAccount.id == Invitation.invited_by)
        .outerjoin(MemberRole, (MemberRole.company_id == Invitation.company_id) & (MemberRole.id == Invitation.role_id))
        .where(*wanted, *_OPEN, Company.closed_at.is_(None))
        .order_by(Invitation.made_at.desc(), Invitation.id.desc())
        .execution_options(populate_existing=True)
    )
    return [
        Invited(
            id=row.id,
            company_id=row.company_id,
            company_name=business,
            email=row.email,
            role=Role(row.role),
            role_id=row.role_id,
            role_name=role_name or "",
            allowed=grants_of(permissions) if row.role_id else ROLE_PERMISSIONS[Role(row.role)],
            stores=tuple(UUID(hex=one) for one in row.stores),
            was_mailed=row.was_mailed,
            invited_by=row.invited_by,
            inviter=inviter,
            made_at=row.made_at,
            expires_at=row.expires_at,
        )
        for row, business, inviter, role_name, permissions in session.execute(query)
    ]


def _own(session: Session, actor: Actor, invitation_id: UUID) -> Invited:
    found = _found(session, Invitation.company_id == actor.company_id, Invitation.id == invitation_id)
    if not found:
        raise NotFound("invitation")
    return found[0]


def _ask_for_mail(session: Session, invitation_id: UUID, email: str) -> None:
    if machine.mail() != ("", ""):
        people_mail.ask_for(session, "invite", email, {"invitation": invitation_id.hex})


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise Forbidden(problem="Invitations are made by a person.", fix="Sign in and invite from Settings, People.")
    return actor.user_id
