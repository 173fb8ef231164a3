"""Passkeys (W3C Web Authentication, Level 3): a person's phone, computer or key signs what we drew by chance, after it has seen his finger,
face or PIN. Of each we keep the public half. One is both steps of signing in at once, and may stand for the second step alone.

What is signed is drawn for one purpose in one browser, is good for five minutes, and is used up before anything of an answer is looked at.
The library that checks signatures takes 14 MB: it is loaded by the first answer to something that we did draw.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Update, delete, func, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.identity import factors
from webapp.identity.models import LinkedIdentity, Passkey, PasskeyChallenge, UserAccount
from webapp.identity.passkey_site import Site
from webapp.identity.service import tell_by_mail
from webapp.identity.sessions import token_hash
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import clock

LASTS = timedelta(minutes=5)
CHALLENGE_BYTES = 32  # at least 16: Web Authentication, section 13.4.3
MOST_PASSKEYS, MOST_NAME = 20, 60
MOST_ANSWER = 20_000  # signs; a browser's own has some two thousand
_MOST_CREDENTIAL_ID = 1_364  # signs of base64url: 1,023 bytes, section 5.1.1
_ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256 of COSE; the first that an authenticator can
# What the library lets through of Python's own when bytes are not shaped as it thinks.
_PYTHONS_OWN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
_TRANSPORTS = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})
# A public key (ES256) whose private half was thrown away: an answer that names no passkey of ours is checked by it, for the same work.
_NOBODYS = "pQECAyYgASFYIGmvbCEGL6dkX8dL5KjUjiyYSwLUCJ16-J3J6pl-CfOWIlggQPjhAOmOl2jTy0Hhi4pMQ-IXinjr6CNHFXIB3-l5JDg"


class Purpose(StrEnum):
    """What a browser's answer is asked for. One that was given for another is none."""

    ENROL = "enrol"
    SIGN_IN = "sign-in"
    SECOND_STEP = "second-step"
    PROOF = "proof"


class CounterWentBack(BooksError):
    """A passkey has counted less than it did before: there may be a copy of it. It proves nothing; its person is told."""

    status = 403

    def __init__(self, passkey_id: UUID, user_id: UUID) -> None:
        super().__init__(
            problem="This passkey was not taken: it counts fewer uses than before, as a copy would.",
            fix="Use your password, then remove it under Your account and make a new one.",
        )
        self.passkey_id, self.user_id = passkey_id, user_id


# What it signs -----------------------------------------------------------------------------------------------------------


def draw(directory: Session, purpose: Purpose, browser: str, user_id: UUID | None = None) -> str:
    """A challenge, in base64url, for this browser; only `user_id` may answer it where that is given. Those that are over are forgotten."""
    challenge, now = secrets.token_bytes(CHALLENGE_BYTES), clock.now()
    directory.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    text = _text(challenge)
    directory.add(
        PasskeyChallenge(
            challenge_hash=token_hash(text), purpose=purpose, browser_hash=token_hash(browser), user_id=user_id, expires_at=now + LASTS
        )
    )
    directory.flush()
    return text


def use_up(directory: Session, answer: Answer, purpose: Purpose, browser: str, user_id: UUID | None = None) -> None:
    """The challenge of an answer is used, whatever comes of it; commit this before looking further. Of any number at once with one
    challenge, one passes. InvalidInput for one that was used, is too old, or was drawn for another purpose, browser or person."""
    fits = (
        PasskeyChallenge.challenge_hash == token_hash(_text(answer.challenge)),
        PasskeyChallenge.purpose == purpose,
        PasskeyChallenge.browser_hash == token_hash(browser),
        PasskeyChallenge.user_id.is_(None) if user_id is None else PasskeyChallenge.user_id == user_id,
        PasskeyChallenge.expires_at > clock.now(),
    )
    if not browser or not _is_done(directory, delete(PasskeyChallenge).where(*fits)):
        raise InvalidInput({"passkey": "The answer came too late, or was used already. Try it once more."})


def _is_done(directory: Session, statement: Update | Delete) -> bool:
    guarded = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", directory.execute(guarded)).rowcount == 1


def to_make_one(directory: Session, user: UserAccount, site: Site, challenge: str) -> dict[str, Any]:
    """What a browser needs to make a passkey (PublicKeyCredentialCreationOptionsJSON): one that is found without an e-mail being typed, by
    an authenticator that sees who is there, and by none that has one of his already."""
    return {
        "rp": {"id": site.rp_id, "name": factors.ISSUER},
        "user": {"id": _text(user.id.bytes), "name": user.email, "displayName": user.name},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in _ALGORITHMS],
        "timeout": int(LASTS.total_seconds()) * 1000,
        "excludeCredentials": _named(directory, user.id, site),
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"},
        "attestation": "none",
    }


def to_use_one(directory: Session, user_id: UUID | None, site: Site, challenge: str) -> dict[str, Any]:
    """What a browser needs to use a passkey (PublicKeyCredentialRequestOptionsJSON): one of this person's, or where he is not known yet
    whichever its own person chooses."""
    return {
        "challenge": challenge,
        "timeout": int(LASTS.total_seconds()) * 1000,
        "rpId": site.rp_id,
        "allowCredentials": _named(directory, user_id, site) if user_id is not None else [],
        "userVerification": "required",
    }


def _named(directory: Session, user_id: UUID, site: Site) -> list[dict[str, Any]]:
    mine = select(Passkey).where(Passkey.user_id == user_id, Passkey.rp_id == site.rp_id).order_by(Passkey.id)
    return [
        {"type": "public-key", "id": kept.credential_id, "transports": kept.transports.split(",") if kept.transports else []}
        for kept in directory.scalars(mine)
    ]


# What comes back ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent (RegistrationResponseJSON, AuthenticationResponseJSON), read so far as to know what it answers. Nothing of it
    is proved."""

    credential_id: str
    challenge: bytes
    user_handle: str
    whole: Mapping[str, Any]


def read(text: str) -> Answer:
    """A browser's answer. InvalidInput for what is too long, is none, or was asked for by a page that has ours in a frame."""
    if len(text) > MOST_ANSWER:
        raise _unknown()
    try:
        whole = json.loads(text)
        response = whole["response"]
        said = json.loads(_bytes(response["clientDataJSON"]))
        handle = _text(_bytes(response.get("userHandle") or ""))
        answer = Answer(_text(_bytes(whole["id"])), _bytes(said["challenge"]), handle, whole)
        is_framed = bool(said.get("crossOrigin"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _unknown() from None
    if is_framed or not 0 < len(answer.credential_id) <= _MOST_CREDENTIAL_ID:
        raise _unknown()
    return answer


def _unknown() -> InvalidInput:
    """In the same words for one that was never ours, one that was removed, one of somebody who may not come in, and a wrong signature."""
    return InvalidInput({"passkey": "This passkey is not known here. Use another one, or your password."})


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """ValueError for what is no base64url."""
    if not text.isascii():
        raise ValueError("no base64url")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error


def proved(directory: Session, answer: Answer, site: Site, user_id: UUID | None = None) -> UUID:
    """Who has proved by one of his passkeys, and by finger, face or PIN, that he is there: `user_id` himself where that is given. Its
    challenge is used up already. The passkey counts this use. InvalidInput, in the same words and with the same work, when it proves
    nothing; CounterWentBack when it was right and counted less than before."""
    query = (
        select(Passkey)
        .join(UserAccount, UserAccount.id == Passkey.user_id)
        .where(Passkey.credential_id == answer.credential_id, Passkey.rp_id == site.rp_id, UserAccount.deactivated_at.is_(None))
    )
    kept = directory.scalar(query)
    signed = _signed(answer, site, _bytes(kept.public_key if kept is not None else _NOBODYS))
    if signed is None or kept is None or user_id not in {None, kept.user_id}:
        raise _unknown()
    # Section 7.2, step 6: who is not known yet is named by what his authenticator kept; where it names somebody, it is the same.
    if answer.user_handle != _text(kept.user_id.bytes) and (answer.user_handle or user_id is None):
        raise _unknown()
    # Section 7.2, step 22. Authenticators that copy passkeys to each other count nothing, and say 0.
    counts = Passkey.sign_count < signed.sign_count if signed.sign_count else Passkey.sign_count == 0
    used = update(Passkey).where(Passkey.id == kept.id, counts)
    if not _is_done(directory, used.values(sign_count=signed.sign_count, is_backed_up=signed.is_backed_up, last_used_at=clock.now())):
        raise CounterWentBack(kept.id, kept.user_id)
    return kept.user_id


@dataclass(frozen=True, slots=True)
class _Signed:
    sign_count: int
    is_backed_up: bool


def _signed(answer: Answer, site: Site, public_key: bytes) -> _Signed | None:
    """What an authenticator says under a right signature; None when anything is wrong. What its counter means is looked at after."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_authentication_response(
            credential=dict(answer.whole),
            expected_challenge=answer.challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, *_PYTHONS_OWN):
        return None
    return _Signed(found.new_sign_count, found.credential_backed_up)


def note_copy(directory: Session, refused: CounterWentBack) -> None:
    """That a passkey counted less than before is kept with it, stands in the edit log, and its person is told."""
    kept = directory.get_one(Passkey, refused.passkey_id)
    kept.went_back_at = clock.now()
    factors.log_change(directory, kept.user_id, {"passkey": "refused: it counted less than before", "name": kept.name}, by=kept.name)
    tell_by_mail(directory, "passkey_copied", _email(directory, kept.user_id), {"name": kept.name})


# A person's own ------------------------------------------------------------------------------------------------------------


def passkeys_of(directory: Session, user_id: UUID) -> Sequence[Passkey]:
    """A person's passkeys, oldest first."""
    return directory.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.made_at, Passkey.id)).all()


def has_any(directory: Session, user_id: UUID) -> bool:
    """Whether a person has a passkey, whatever name of this machine it was made for."""
    return directory.scalar(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)) is not None


def enrol(directory: Session, user_id: UUID, answer: Answer, site: Site, name: str, *, by: str) -> None:
    """Keep a new passkey, whose challenge is used up already. InvalidInput when it is none, was not made here and now by somebody whom
    the authenticator has seen, or is kept already; Conflict for one too many."""
    _hold(directory, user_id)
    if (directory.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)) or 0) >= MOST_PASSKEYS:
        raise Conflict(problem=f"There are {MOST_PASSKEYS} passkeys already.", fix="Remove one that you do not use.")
    made = _made(answer, site)
    if made is None:
        raise InvalidInput({"passkey": "The browser's answer does not fit, so no passkey was kept. Try it once more."})
    kept = Passkey(id=new_id(), user_id=user_id, rp_id=site.rp_id, name=_name(name), made_at=clock.now(), **made)
    try:
        with directory.begin_nested():
            directory.add(kept)
    except IntegrityError:
        raise InvalidInput({"passkey": "This passkey is kept already."}) from None
    factors.log_change(directory, user_id, {"passkey": "added", "name": kept.name}, by=by)
    tell_by_mail(directory, "passkey_added", _email(directory, user_id), {"name": kept.name})


def _made(answer: Answer, site: Site) -> dict[str, Any] | None:
    """The columns of a passkey that was just made; None when anything is wrong with it."""
    from webauthn import verify_registration_response
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential=dict(answer.whole),
            expected_challenge=answer.challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(algorithm) for algorithm in _ALGORITHMS],
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(found.credential_public_key))  # it is a key, and not only shaped so
    except (WebAuthnException, *_PYTHONS_OWN):
        return None
    said = answer.whole["response"].get("transports")
    known = sorted(_TRANSPORTS & {one for one in said if isinstance(one, str)}) if isinstance(said, list) else []
    if _text(found.credential_id) != answer.credential_id:
        return None
    return {
        "credential_id": answer.credential_id,
        "public_key": _text(found.credential_public_key),
        "sign_count": found.sign_count,
        "is_backed_up": found.credential_backed_up,
        "transports": ",".join(known),
    }


def rename(directory: Session, user_id: UUID, which: str, name: str) -> None:
    """Call one's passkey otherwise. NotFound for another person's."""
    _mine(directory, user_id, which).name = _name(name)


def remove(directory: Session, user_id: UUID, which: str, *, by: str) -> None:
    """A passkey opens nothing any more. NotFound for another person's; Conflict for the last way in. The caller has asked for a fresh
    proof."""
    _hold(directory, user_id)
    kept, user = _mine(directory, user_id, which), directory.get_one(UserAccount, user_id)
    others = select(Passkey.id).where(Passkey.user_id == user_id, Passkey.id != kept.id)
    issuers = select(LinkedIdentity.id).where(LinkedIdentity.user_id == user_id)
    # Who came here with the file of a business has no password until he chooses one.
    if not user.password_hash.startswith("$argon2") and directory.scalar(union_all(others, issuers).limit(1)) is None:
        raise Conflict(problem="This is the only way into your account.", fix="Choose a password, or make another passkey, first.")
    directory.delete(kept)
    factors.log_change(directory, user_id, {"passkey": "removed", "name": kept.name}, by=by)
    tell_by_mail(directory, "passkey_removed", user.email, {"name": kept.name})


def _mine(directory: Session, user_id: UUID, which: str) -> Passkey:
    try:
        kept = directory.get(Passkey, UUID(which))
    except ValueError:
        kept = None
    if kept is None or kept.user_id != user_id:
        raise NotFound("passkey")
    return kept


def _hold(directory: Session, user_id: UUID) -> None:
    """Two that change one person's passkeys at once come one after the other; on SQLite writers do so anyway."""
    directory.scalar(select(UserAccount.id).where(UserAccount.id == user_id).with_for_update())


def _name(text: str) -> str:
    name = clean_text(text)[:MOST_NAME].strip()
    if not name:
        raise InvalidInput({"name": "Give it a name, for example: my phone."})
    return name


def _email(directory: Session, user_id: UUID) -> str:
    return directory.get_one(UserAccount, user_id).email
