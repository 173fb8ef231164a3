"""A business is closed: asked for, taken back, closed, forgotten. What belongs to no company's books; those are webapp.winding_up's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.identity.models import (
    BackupCode,
    Company,
    Invitation,
    KnownDevice,
    LinkedIdentity,
    MailedLink,
    Membership,
    OwnershipOffer,
    Passkey,
    PasskeyChallenge,
    PendingSignIn,
    PhoneCode,
    SignIn,
    TotpSecret,
    UserAccount,
)
from webapp.identity.sessions import end_of_company
from webapp.kernel.records import dataclass
from webapp.platform import clock, people_mail

# What is of a person alone and nobody reads but to let him in.
_OF_A_PERSON = (
    *(BackupCode, KnownDevice, LinkedIdentity, MailedLink, Passkey, PasskeyChallenge),
    *(PendingSignIn, PhoneCode, TotpSecret, SignIn),
)
_NOBODYS = "@erased.invalid"  # RFC 2606 section 2: nobody has mail there


@dataclass(frozen=True, slots=True)
class Closing:
    """How the closing of a company stands."""

    company_id: int
    name: str
    closes_at: datetime | None
    closed_at: datetime | None
    kept_until: date | None
    deleted_at: datetime | None


def closing_of(session: Session, company_id: int) -> Closing | None:
    """How one company stands; None where there is none."""
    return next(iter(_closings(session, Company.id == company_id)), None)


def all_closings(session: Session) -> Sequence[Closing]:
    """Every company that is to be closed, or is."""
    return _closings(session, or_(Company.closes_at.is_not(None), Company.closed_at.is_not(None)))


def kept_company_ids(session: Session) -> list[int]:
    """Every company whose books are here, the closed ones too."""
    return list(session.scalars(select(Company.id).where(Company.deleted_at.is_(None)).order_by(Company.id)))


def oldest_company_id(session: Session) -> int | None:
    """The first company that was founded here, open or not; None where there is none."""
    return session.scalar(select(func.min(Company.id)))


def set_closing(session: Session, company_id: int, closes_at: datetime | None) -> bool:
    """Have a company closed then, or not at all. False, and nothing is changed, for one that is closed already."""
    done = session.execute(update(Company).where(Company.id == company_id, Company.closed_at.is_(None)).values(closes_at=closes_at))
    return bool(done.rowcount)  # type: ignore[attr-defined]  # the result of an UPDATE


def shut(session: Session, company_id: int) -> bool:
    """Close the door of a company whose time has come: from this commit on nobody comes in. Whether its door is shut now."""
    due = Company.id == company_id, Company.closes_at <= clock.now(), Company.closed_at.is_(None)
    session.execute(update(Company).where(*due).values(closed_at=clock.now()))
    return session.scalar(select(Company.closed_at).where(Company.id == company_id)) is not None


def lock(session: Session, company_id: int) -> Closing | None:
    """How a company stands, held until the end of the transaction: two who close or delete it take turns."""
    session.execute(select(Company.id).where(Company.id == company_id).with_for_update())
    return closing_of(session, company_id)


def end_places(session: Session, company_id: int, kept_until: date) -> None:
    """End whatever lets somebody into a closed company: places, sign-ins, invitations, offers. People who belong nowhere else are erased;
    their ids stay, for the books name them."""
    now, of_it = clock.now(), Membership.company_id == company_id
    people = list(session.scalars(select(Membership.user_id).where(of_it)))
    for user_id in people:
        end_of_company(session, user_id, company_id)
    session.execute(update(Membership).where(of_it, Membership.left_at.is_(None)).values(left_at=now))
    session.execute(delete(SignIn).where(SignIn.company_id == company_id))
    session.execute(delete(Invitation).where(Invitation.company_id == company_id))
    session.execute(delete(OwnershipOffer).where(OwnershipOffer.company_id == company_id))
    for user_id in people:
        if not _has_place(session, user_id):
            _erase(session, user_id)
    session.execute(update(Company).where(Company.id == company_id).values(kept_until=kept_until))


def keep_until(session: Session, company_id: int, day: date) -> None:
    """Keep the books of a closed company for longer: an appeal or an investigation runs (CGST Act, section 36, proviso)."""
    session.execute(update(Company).where(Company.id == company_id).values(kept_until=day))


def forget(session: Session, company_id: int) -> None:
    """The books of a company are gone: what is left is its number, so that no other gets it."""
    people = list(session.scalars(select(Membership.user_id).where(Membership.company_id == company_id)))
    session.execute(delete(Membership).where(Membership.company_id == company_id))
    for user_id in people:
        _forget_person(session, user_id)
    gone = {"name": "", "code": f"DELETED{company_id}", "deleted_at": clock.now(), "asks_second_factor_since": None}
    session.execute(update(Company).where(Company.id == company_id).values(**gone))


def _has_place(session: Session, user_id: UUID) -> bool:
    """In an open company, also where he is deactivated or shut out for a while."""
    of_open = Company.id == Membership.company_id, Company.closed_at.is_(None)
    return bool(session.scalar(select(exists().where(Membership.user_id == user_id, Membership.left_at.is_(None), *of_open))))


def _erase(session: Session, user_id: UUID) -> None:
    """DPDP Act 2023, section 8(7): what says who somebody is goes when nothing asks for it any more. The name by which the books and
    their edit log call him stands there, and stays with them."""
    people_mail.forget(session, session.get_one(UserAccount, user_id).email)
    for model in _OF_A_PERSON:
        session.execute(delete(model).where(model.user_id == user_id))
    gone: dict[str, Any] = {"email": f"{user_id.hex}{_NOBODYS}", "name": "", "phone": None, "password_hash": "!", "email_verified_at": None}
    gone |= {"second_factor_since": None, "phone_verified_at": None}
    gone |= {"deactivated_at": func.coalesce(UserAccount.deactivated_at, clock.now())}
    session.execute(update(UserAccount).where(UserAccount.id == user_id).values(**gone))


def _forget_person(session: Session, user_id: UUID) -> None:
    """The rest of who was erased; where another business still names him, the empty row stays."""
    erased = UserAccount.id == user_id, UserAccount.email.endswith(_NOBODYS)
    if session.scalar(select(exists().where(Membership.user_id == user_id))):
        return
    try:
        with session.begin_nested():
            session.execute(delete(UserAccount).where(*erased))
    except IntegrityError:
        return


def _closings(session: Session, wanted: ColumnElement[bool]) -> Sequence[Closing]:
    query = select(Company.id, Company.name, Company.closes_at, Company.closed_at, Company.kept_until, Company.deleted_at)
    return [Closing(*row) for row in session.execute(query.where(wanted).order_by(Company.id))]
