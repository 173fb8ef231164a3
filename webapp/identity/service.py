"""People, their passwords, their sign-ins and their places in companies."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.identity import rules
from webapp.identity.models import Company, Membership, UserAccount
from webapp.identity.queries import places_of
from webapp.identity.sessions import end_all
from webapp.identity.trying import count_failure, forget_failures, refuse_hurry
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import audit, clock, machine, people_mail
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, books_within, open_directory

# 19 MiB, two passes: OWASP's first choice for argon2id; about 24 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_EQUALLY_SLOW = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person who registers. The password is checked and hashed here and kept nowhere else."""

    email: str
    password: str
    name: str = ""
    language: str = "en"
    phone: str = ""  # as it was typed; it is shown to be his later, when he has signed in


def create_user(session: Session, new: NewUser) -> UserAccount:
    """Register a person. InvalidInput beside `email`, `password` or `phone` when it cannot be used. Where no SMS
    leaves this machine, no number is kept."""
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
    phone = None
    if new.phone.strip() and (road := machine.sms()) is not None:
        try:
            phone = rules.mobile_phone(new.phone, road.prefixes)
        except ValueError as error:
            errors["phone"] = str(error)
    taken = {"email": "This e-mail already has an account. Sign in instead."}
    if email and session.scalar(select(UserAccount.id).where(UserAccount.email == email)):
        errors |= taken
    if errors:
        raise InvalidInput(errors)
    user = UserAccount(
        id=new_id(),
        email=email,
        name=new.name.strip() or email.partition("@")[0],
        phone=phone,
        password_hash=_hasher.hash(new.password),
        language=new.language,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:  # the same form was sent twice at once
        raise InvalidInput(taken) from None
    tell_by_mail(session, "verify", email)
    session.flush()
    return user


def found_company(session: Session, name: str, owner: UserAccount) -> Company:
    """A new company with its first member, the owner."""
    for code in rules.codes_of(name):
        if session.scalar(select(Company.id).where(Company.code == code)) is not None:
            continue
        company = Company(name=name, created_at=clock.now(), code=code, last_member_no=0)
        try:
            with session.begin_nested():
                session.add(company)
        except IntegrityError:  # another business of this name was founded at the same moment
            continue
        break
    add_member(session, company.id, owner.id, Role.OWNER)
    return company


def add_member(session: Session, company_id: int, user_id: UUID, role: Role, role_id: UUID | None = None) -> Membership:
    """Give a person a place in a company; one who left and returns keeps the member number. `role_id` is of a role of its own."""
    kept = session.get(Membership, (company_id, user_id))
    if kept is None:
        # The row of the company stays locked until the end: two who join at once take turns, and no number is given twice.
        taken = update(Company).where(Company.id == company_id).values(last_member_no=Company.last_member_no + 1)
        number = session.execute(taken.returning(Company.last_member_no)).scalar_one()
        kept = Membership(company_id=company_id, user_id=user_id, member_no=number, role=role, role_id=role_id, joined_at=clock.now())
        session.add(kept)
    kept.role, kept.role_id, kept.left_at, kept.deactivated_at = role, role_id, None, None
    session.flush()
    return kept


def proved_by_password(session: Session, email: str, password: str) -> UserAccount:
    """Whose e-mail and password these are.

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
    return user


def require_password(user_id: UUID, password: str) -> None:
    """A member who is signed in proves again who he is, before something that one who found his screen open must not do.

    InvalidInput for a wrong password, TooManyTries after some: a session that was stolen does not let one guess it.
    """
    keys = (f"again:{user_id}",)
    with open_directory() as directory:
        refuse_hurry(directory, keys)
        user = directory.get(UserAccount, user_id)
        fits = _password_fits(user.password_hash if user else _EQUALLY_SLOW, password) and user is not None
        if fits:
            forget_failures(directory, keys)
        else:
            count_failure(directory, keys)
    if not fits:
        raise InvalidInput({"password": "This is not your password. Check the Caps Lock key."})


def ask_second_factor(session: Session, company_id: int, *, is_asked: bool) -> None:
    """Whether a business asks a second step of all its members."""
    session.get_one(Company, company_id).asks_second_factor_since = clock.now() if is_asked else None


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
    _keep_password(session, user, password, by=by)
    end_all(session, user.id)


def change_password(session: Session, user_id: UUID, password: str, *, by: str) -> None:
    """A person who has proved who he is has chosen a new password, which was found strong (strength.py). His sign-ins are the caller's
    to end."""
    user = session.get_one(UserAccount, user_id)
    rules.check_password(password, unlike=(user.email, user.name))
    _keep_password(session, user, password, by=by)


def _keep_password(session: Session, user: UserAccount, password: str, *, by: str) -> None:
    user.password_hash = _hasher.hash(password)
    tell_by_mail(session, "changed", user.email)
    session.flush()
    for place in places_of(session, user.id):
        with books_within(session, Actor(company_id=place.company_id, role=Role.OWNER, name=by, via=by)) as books:
            audit.record(books, "change", "user", user.id, new={"email": user.email, "password": "a new one"})


def tell_by_mail(session: Session, purpose: str, email: str, detail: Mapping[str, str] | None = None) -> None:
    """Have a person written to (letters.py), where this machine has a mail server. `detail` is what the letter says besides."""
    if machine.mail() != ("", ""):
        people_mail.ask_for(session, purpose, email, detail)


def _password_fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[: rules.MOST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
