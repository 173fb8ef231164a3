"""Identities at issuers (oidc.py): which person each is, browsers on their way there and back, and who is about to sign up."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.identity import factors
from webapp.identity.issuer_trouble import TripOver
from webapp.identity.models import HeldIdentity, IssuerTrip, LinkedIdentity, UserAccount
from webapp.identity.oidc import Assertion
from webapp.identity.service import tell_by_mail
from webapp.identity.sessions import token_hash
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import clock

TRIP_LASTS, HELD_LASTS = timedelta(minutes=10), timedelta(minutes=30)
_MOST_NEXT = 500  # signs of an address to go to afterwards


# There and back -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trip:
    """Why a browser was sent to an issuer: to sign in, or, where there is a `user_id`, to link that person's identity."""

    user_id: UUID | None
    next_url: str


def begin_trip(directory: Session, via: str, browser: str, *, user_id: UUID | None = None, next_url: str = "") -> str:
    """`state` of a new trip of this browser. Those that are over are forgotten."""
    state, now = secrets.token_urlsafe(32), clock.now()
    directory.execute(delete(IssuerTrip).where(IssuerTrip.expires_at <= now))
    kept = {"state_hash": token_hash(state), "browser_hash": token_hash(browser), "expires_at": now + TRIP_LASTS}
    directory.add(IssuerTrip(via=via, user_id=user_id, next_url=next_url if len(next_url) <= _MOST_NEXT else "", **kept))
    directory.flush()
    return state


def end_trip(directory: Session, via: str, browser: str, state: str) -> Trip:
    """The trip that an answer ends; commit this before looking further. TripOver for one that was ended, is too old, or is of another
    issuer or browser. Of any number of answers at once, one passes."""
    kept = directory.get(IssuerTrip, token_hash(state)) if state and browser else None
    if kept is None or kept.via != via or kept.expires_at <= clock.now() or not hmac.compare_digest(kept.browser_hash, token_hash(browser)):
        raise TripOver
    ended = delete(IssuerTrip).where(IssuerTrip.state_hash == kept.state_hash).execution_options(synchronize_session=False)
    if cast("CursorResult[Any]", directory.execute(ended)).rowcount != 1:
        raise TripOver
    return Trip(kept.user_id, kept.next_url)


# Whose it is ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Linked:
    """An identity as its person sees it."""

    id: UUID
    via: str
    issuer: str
    email: str
    linked_at: datetime
    last_used_at: datetime | None


def linked(directory: Session, user_id: UUID) -> Sequence[Linked]:
    """A person's identities at issuers, oldest first."""
    found = directory.scalars(select(LinkedIdentity).where(LinkedIdentity.user_id == user_id).order_by(LinkedIdentity.linked_at))
    return [Linked(row.id, row.via, row.issuer, row.email, row.linked_at, row.last_used_at) for row in found]


def person_of(directory: Session, who: Assertion) -> UserAccount | None:
    """The person an identity is linked with; one whose address it proves is linked with it now. None for an identity that nobody has."""
    user = _owner(directory, who.issuer, who.subject)
    if user is None and (shown := _by_address(directory, who)) is not None:
        with suppress(Conflict):  # another process was faster: whose it is now is read again
            link(directory, shown.id, who, by=who.via)
        user = _owner(directory, who.issuer, who.subject)
    if user is not None:
        mine = LinkedIdentity.issuer == who.issuer, LinkedIdentity.subject == who.subject
        directory.execute(update(LinkedIdentity).where(*mine).values(last_used_at=clock.now(), email=who.email, via=who.via))
    return user


def _owner(directory: Session, issuer: str, subject: str) -> UserAccount | None:
    mine = LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject
    return directory.scalar(select(UserAccount).join(LinkedIdentity, LinkedIdentity.user_id == UserAccount.id).where(*mine))


def _by_address(directory: Session, who: Assertion) -> UserAccount | None:
    """The person with the same address, where both the issuer and we ourselves were shown that it is his. None for one who has another
    identity of this issuer: his address may have been given to a successor."""
    if not (who.email and who.is_email_verified):
        return None
    shown = UserAccount.email == who.email, UserAccount.email_verified_at.is_not(None), UserAccount.deactivated_at.is_(None)
    user = directory.scalar(select(UserAccount).where(*shown))
    if user is None or any(one.issuer == who.issuer for one in linked(directory, user.id)):
        return None
    return user


def link(directory: Session, user_id: UUID, who: Assertion, *, by: str) -> None:
    """This identity is that person from now on; he is told by mail, and it stands in the edit log. Nothing for one that is his already;
    Conflict for another person's. Of two at once for one identity one gets it."""
    owner = _owner(directory, who.issuer, who.subject)
    if owner is None:
        if _keep(directory, user_id, who):
            factors.log_change(directory, user_id, {"identity_linked": who.via}, by=by)
            tell_by_mail(directory, "identity_linked", directory.get_one(UserAccount, user_id).email, {"name": who.via})
            return
        owner = _owner(directory, who.issuer, who.subject)
    if owner is None or owner.id != user_id:
        raise Conflict(problem="This identity opens another account here.", fix="Sign in with it, and unlink it there first.")


def _keep(directory: Session, user_id: UUID, who: Assertion) -> bool:
    kept = LinkedIdentity(id=new_id(), user_id=user_id, issuer=who.issuer, subject=who.subject, via=who.via, email=who.email)
    kept.linked_at, kept.last_used_at = clock.now(), None
    try:
        with directory.begin_nested():
            directory.add(kept)
    except IntegrityError:
        return False
    return True


def unlink(directory: Session, user_id: UUID, which: str, *, by: str) -> None:
    """An identity opens this person's account no more. His password goes on to: it is never the last way in. NotFound for another's."""
    kept = next((one for one in linked(directory, user_id) if str(one.id) == which), None)
    if kept is None:
        raise NotFound("identity")
    directory.execute(delete(LinkedIdentity).where(LinkedIdentity.id == kept.id))
    factors.log_change(directory, user_id, {"identity_unlinked": kept.via}, by=by)
    tell_by_mail(directory, "identity_unlinked", directory.get_one(UserAccount, user_id).email, {"name": kept.via})


# While its person signs up --------------------------------------------------------------------------------------------


def hold(directory: Session, who: Assertion) -> str:
    """A token by which an identity that nobody has is found again for half an hour."""
    token, now = secrets.token_urlsafe(32), clock.now()
    directory.execute(delete(HeldIdentity).where(HeldIdentity.expires_at <= now))
    words = {"issuer": who.issuer, "subject": who.subject, "via": who.via, "email": who.email, "name": who.name}
    directory.add(HeldIdentity(token_hash=token_hash(token), expires_at=now + HELD_LASTS, **words))
    directory.flush()
    return token


def held(directory: Session, token: str) -> HeldIdentity | None:
    """What is held by a token, if it still is."""
    kept = directory.get(HeldIdentity, token_hash(token)) if token else None
    return kept if kept is not None and kept.expires_at > clock.now() else None


def link_held(directory: Session, user_id: UUID, kept: HeldIdentity) -> None:
    """The person has signed up: what was held for him is his, unless somebody linked it meanwhile."""
    words = {"issuer": kept.issuer, "subject": kept.subject, "via": kept.via, "email": kept.email, "name": kept.name}
    with suppress(Conflict):
        link(directory, user_id, Assertion(**words, is_email_verified=False, authenticated_at=None), by=kept.via)
    directory.delete(kept)
