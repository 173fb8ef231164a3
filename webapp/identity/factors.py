"""The second step of signing in: codes of an app (TOTP, RFC 6238), ten codes on paper, a code by mail. A code is good once.

What an app needs is kept sealed; of codes on paper and by mail a keyed hash is kept, which nobody reverses who has the table alone.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Update, delete, select, true, update
from sqlalchemy.orm import Session

from webapp.identity.models import BackupCode, Company, Membership, Passkey, PendingSignIn, TotpSecret, UserAccount
from webapp.identity.queries import places_of
from webapp.identity.rules import normal_email
from webapp.identity.service import tell_by_mail
from webapp.identity.sessions import end_all, token_hash
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform import audit, clock, machine, sealing
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, books_within

ISSUER = "Munim"
STEP_SECONDS = 30
BACKUP_CODES, BACKUP_SIGNS = 10, 10
_PAPER = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: they are read from paper
PENDING_MINUTES, MAILED_MINUTES, MOST_TRIES = 10, 10, 5


class StepOver(BooksError):
    """The first step was too long ago, or too many codes were wrong."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            problem="This sign-in was begun too long ago, or too many codes were wrong.", fix="Begin again with your password."
        )


# An app ---------------------------------------------------------------------------------------------------------------


def begin_totp(directory: Session, user_id: UUID) -> None:
    """A new secret for an app, good for nothing until a code of it was typed. Conflict when an app is set up already."""
    import pyotp

    kept = directory.get(TotpSecret, user_id)
    if kept is not None and kept.confirmed_at is not None:
        raise Conflict(problem="An app is set up already.", fix="Turn the second step off first.")
    if kept is not None:
        directory.delete(kept)
        directory.flush()
    sealed = sealing.seal(f"totp {user_id}", pyotp.random_base32())
    directory.add(TotpSecret(user_id=user_id, sealed=sealed, made_at=clock.now(), confirmed_at=None, last_step=0))
    directory.flush()


def totp_of(directory: Session, user_id: UUID) -> TotpSecret | None:
    """What is kept of a person's app."""
    return directory.get(TotpSecret, user_id)


def secret_of(kept: TotpSecret) -> str:
    """The secret as it is typed into an app. Shown only until it is confirmed."""
    return sealing.unseal(f"totp {kept.user_id}", kept.sealed)


def address_for_app(kept: TotpSecret, email: str) -> str:
    """What the QR code says (otpauth://)."""
    import pyotp

    return pyotp.TOTP(secret_of(kept)).provisioning_uri(name=email, issuer_name=ISSUER)


def confirm_totp(directory: Session, user_id: UUID, code: str, *, by: str) -> list[str]:
    """The app works: from now on it is asked for. Returns ten codes for paper, which are shown this once. InvalidInput for a wrong code."""
    kept = directory.get(TotpSecret, user_id)
    if kept is None or kept.confirmed_at is not None:
        raise Conflict(problem="No app waits to be confirmed.", fix="Begin again under Your account.")
    if not _use_totp(directory, kept, code):
        raise InvalidInput({"code": "This is not the app's code. Look at the clock of your phone, and type the newest."})
    kept.confirmed_at = clock.now()
    directory.get_one(UserAccount, user_id).second_factor_since = clock.now()
    log_change(directory, user_id, {"second_step": "on"}, by=by)
    _tell(directory, user_id, "second_step_on")
    return _new_codes(directory, user_id, by=by)


def _use_totp(directory: Session, kept: TotpSecret, code: str) -> bool:
    """Whether this is a code of now, of the half minute before or after; and it is used up, with all that are older. Of any number of
    tries with one code at once, one is right: the row says which step was used last, and only a later one is written."""
    import pyotp

    totp, now = pyotp.TOTP(secret_of(kept)), int(clock.now().timestamp()) // STEP_SECONDS
    fits = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step), code)]
    newer = update(TotpSecret).where(TotpSecret.user_id == kept.user_id)
    return any(is_written(directory, newer.where(TotpSecret.last_step < step).values(last_step=step)) for step in fits)


def is_written(directory: Session, statement: Update) -> bool:
    """Whether a guarded update of one row found it as it must be: of any number at once one is told so."""
    guarded = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", directory.execute(guarded)).rowcount == 1


# Codes on paper -------------------------------------------------------------------------------------------------------


def renew_backup_codes(directory: Session, user_id: UUID, *, by: str) -> list[str]:
    """Ten new codes, each good once; those before work no more, and their person is told."""
    _tell(directory, user_id, "codes_renewed")
    return _new_codes(directory, user_id, by=by)


def _new_codes(directory: Session, user_id: UUID, *, by: str) -> list[str]:
    codes = ["".join(secrets.choice(_PAPER) for _ in range(BACKUP_SIGNS)) for _ in range(BACKUP_CODES)]
    directory.execute(delete(BackupCode).where(BackupCode.user_id == user_id))
    directory.add_all([BackupCode(user_id=user_id, code_mark=mark_of("backup", user_id, code), used_at=None) for code in codes])
    log_change(directory, user_id, {"second_step": "new codes on paper"}, by=by)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def backup_codes_left(directory: Session, user_id: UUID) -> int:
    """How many codes on paper were not used."""
    return len(directory.scalars(select(BackupCode.code_mark).where(BackupCode.user_id == user_id, BackupCode.used_at.is_(None))).all())


def mark_of(kind: str, user_id: UUID, code: str) -> str:
    """What is kept of a person's code: a hash keyed by the program's secret, which nobody reverses who has the table alone."""
    return sealing.mark(f"{kind} {user_id} {code}")


# Proving --------------------------------------------------------------------------------------------------------------


def is_right(directory: Session, user_id: UUID, typed: str) -> bool:
    """Whether what was typed is a code of the person's app or of his paper; and it is used up."""
    code = "".join(sign for sign in typed.lower() if sign.isascii() and sign.isalnum())
    kept = directory.get(TotpSecret, user_id)
    if kept is None or kept.confirmed_at is None:
        return False
    if len(code) == 6 and code.isdigit():
        return _use_totp(directory, kept, code)
    mine = update(BackupCode).where(BackupCode.user_id == user_id, BackupCode.code_mark == mark_of("backup", user_id, code))
    return len(code) == BACKUP_SIGNS and is_written(directory, mine.where(BackupCode.used_at.is_(None)).values(used_at=clock.now()))


def is_asked_of(directory: Session, user: UserAccount) -> bool:
    """Whether a password alone is too little of this person: he has turned the second step on, or a business of his asks it of all, or
    this machine of him, and he has a passkey for it. Who has none yet is let in, and led to set it up."""
    if user.second_factor_since is not None:
        return True
    is_asked: ColumnElement[bool] = Company.asks_second_factor_since.is_not(None)
    if machine.asks_second_step(is_owner=True):
        is_asked |= true() if machine.asks_second_step(is_owner=False) else Membership.role == Role.OWNER
    asks = (
        select(Company.id)
        .join(Membership, Membership.company_id == Company.id)
        .join(Passkey, Passkey.user_id == Membership.user_id)
        .where(Membership.user_id == user.id, Membership.left_at.is_(None), Membership.deactivated_at.is_(None))
        .where(Company.closed_at.is_(None), is_asked)
    )
    return directory.scalar(asks.limit(1)) is not None


def turn_off(directory: Session, user_id: UUID, *, by: str) -> None:
    """No second step any more: the app's secret and the codes are gone. The caller has asked for password and code."""
    directory.execute(delete(TotpSecret).where(TotpSecret.user_id == user_id))
    directory.execute(delete(BackupCode).where(BackupCode.user_id == user_id))
    directory.get_one(UserAccount, user_id).second_factor_since = None
    log_change(directory, user_id, {"second_step": "off"}, by=by)
    _tell(directory, user_id, "second_step_off")


def turn_second_step_off(directory: Session, email: str, *, by: str) -> None:
    """For who has lost everything, by whoever runs this machine: no second step, no passkey, and no sign-in. NotFound for an unknown
    e-mail."""
    user = directory.scalar(select(UserAccount).where(UserAccount.email == normal_email(email)))
    if user is None:
        raise NotFound("user")
    for name in directory.scalars(select(Passkey.name).where(Passkey.user_id == user.id).order_by(Passkey.id)).all():
        log_change(directory, user.id, {"passkey": "removed", "name": name}, by=by)
    directory.execute(delete(Passkey).where(Passkey.user_id == user.id))
    turn_off(directory, user.id, by=by)
    end_all(directory, user.id)


# Between the two steps ------------------------------------------------------------------------------------------------


def begin(directory: Session, user_id: UUID, *, by_issuer: str = "") -> str:
    """The password was right: a token that allows codes to be tried, for ten minutes and five tries. It signs nobody in."""
    token, now = secrets.token_urlsafe(32), clock.now()
    directory.execute(delete(PendingSignIn).where(PendingSignIn.expires_at < now))
    until = now + timedelta(minutes=PENDING_MINUTES)
    directory.add(PendingSignIn(token_hash=token_hash(token), user_id=user_id, expires_at=until, tries=0, by_issuer=by_issuer))
    directory.flush()
    return token


def pending(directory: Session, token: str) -> PendingSignIn:
    """What a token of `begin` stands for. StepOver when it is too old, spent, or none."""
    kept = directory.get(PendingSignIn, token_hash(token)) if token else None
    if kept is None or kept.expires_at <= clock.now() or kept.tries >= MOST_TRIES:
        raise StepOver
    return kept


def take_try(directory: Session, token: str) -> PendingSignIn:
    """One of the tries, taken before the code is looked at, so that tries at once are counted each."""
    kept = pending(directory, token)
    mine = update(PendingSignIn).where(PendingSignIn.token_hash == kept.token_hash, PendingSignIn.tries < MOST_TRIES)
    if not is_written(directory, mine.values(tries=PendingSignIn.tries + 1)):
        raise StepOver
    return kept


def finish(directory: Session, kept: PendingSignIn, code: str) -> bool:
    """Whether the second step is done. The token is spent then: of two at once one is let in."""
    digits = code.strip().replace(" ", "")
    if kept.mailed_mark and kept.mailed_until and kept.mailed_until > clock.now() and digits.isascii():
        is_mailed = hmac.compare_digest(kept.mailed_mark, mark_of(f"mailed {kept.token_hash}", kept.user_id, digits))
    else:
        is_mailed = False
    return (is_mailed or is_right(directory, kept.user_id, code)) and spend(directory, kept)


def spend(directory: Session, kept: PendingSignIn) -> bool:
    """The second step was proved. Whether this sign-in was still open: of two at once one is let in."""
    spent = delete(PendingSignIn).where(PendingSignIn.token_hash == kept.token_hash).execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", directory.execute(spent)).rowcount == 1


def mailed_code(directory: Session, pending_hash: str) -> str | None:
    """A code of six digits for the one who signs in just now, for the mail that takes it to him; None when that is over."""
    kept = directory.get(PendingSignIn, pending_hash)
    if kept is None or kept.expires_at <= clock.now():
        return None
    code = six_digits()
    kept.mailed_mark = mark_of(f"mailed {kept.token_hash}", kept.user_id, code)
    kept.mailed_until = clock.now() + timedelta(minutes=MAILED_MINUTES)
    return code


def six_digits() -> str:
    """A code that is sent to a person, for him to type back."""
    return f"{secrets.randbelow(1_000_000):06d}"


def _tell(directory: Session, user_id: UUID, purpose: str) -> None:
    tell_by_mail(directory, purpose, directory.get_one(UserAccount, user_id).email)


def log_change(directory: Session, user_id: UUID, what: dict[str, str], *, by: str) -> None:
    """How a person signs in has changed: it stands in the edit log of each of his companies."""
    directory.flush()
    for place in places_of(directory, user_id):
        with books_within(directory, Actor(company_id=place.company_id, role=Role.OWNER, user_id=user_id, name=by)) as books:
            audit.record(books, "change", "user", user_id, new=what)
