"""A phone number that is shown to be its person's own: a code of six digits is sent to it by SMS, and typed back.

The code is made by the job that sends it (letters.py), so that it waits nowhere; a hash keyed by the program's secret is kept, bound to
the person, the number and the asking. It is no second step: NIST SP 800-63B restricts codes by phone, and ASVS 5.0 (6.6.1) leaves them out.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Update, delete, func, select, update
from sqlalchemy.orm import Session

from webapp.identity import factors, rules
from webapp.identity.models import PhoneCode, UserAccount
from webapp.identity.service import tell_by_mail
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.records import dataclass
from webapp.platform import clock, machine, people_mail
from webapp.platform.logging import log
from webapp.platform.sms_road import SmsRoad

PURPOSE = "phone_code"
LASTS = timedelta(minutes=10)  # of the code; and for so long a carrier is tried, for then nobody waits for it any more
MOST_TRIES = 5
_KEPT = timedelta(hours=25)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How many codes may be asked for by one person and from one network, and go to one number. That of a number is larger than that of a
# person, so that no one keeps another from his own number; and it is met in silence, for the others who asked are nobody's business.
MOST_OF_A_PERSON, MOST_OF_A_NETWORK, MOST_OF_A_NUMBER = {HOUR: 5, DAY: 10}, {HOUR: 20, DAY: 60}, {HOUR: 8, DAY: 16}


@dataclass(frozen=True, slots=True)
class CodeBySms:
    """An SMS, ready to leave: a code, and nothing that anybody typed."""

    id: UUID
    to: str
    code: str
    language: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with a person's number. `code`: "" for none that is open; "waits", "left", "old", "spent", or "failed"."""

    phone: str
    verified_at: datetime | None
    code: str = ""

    @property
    def takes_code(self) -> bool:
        return self.code in {"waits", "left"}


def standing(directory: Session, user_id: UUID) -> Standing:
    """A person's number, since when it is shown to be his, and how far the code is that he asked for."""
    user, kept = directory.get_one(UserAccount, user_id), _open(directory, user_id)
    phone = user.phone or ""
    return Standing(phone, user.phone_verified_at, _state(kept) if kept is not None and kept.phone == phone else "")


def _open(directory: Session, user_id: UUID) -> PhoneCode | None:
    return directory.scalar(select(PhoneCode).where(PhoneCode.user_id == user_id, PhoneCode.ended_at.is_(None)))


def _state(kept: PhoneCode) -> str:
    if kept.expires_at is not None and kept.expires_at <= clock.now():
        return "old" if kept.state != "failed" else "failed"
    if kept.tries >= MOST_TRIES:
        return "spent"
    has_come_too_late = kept.state == "waits" and kept.asked_at <= clock.now() - LASTS
    return "failed" if has_come_too_late else kept.state


# Given, changed, taken away -------------------------------------------------------------------------------------------


def require_sms() -> SmsRoad:
    """The carrier by which codes leave this machine. Conflict where it has none."""
    road = machine.sms()
    if road is None:
        raise Conflict(
            problem="No SMS leaves this machine, so no number can be confirmed.", fix="Ask whoever runs it to name a carrier: SMS_URL."
        )
    return road


def change(directory: Session, user_id: UUID, phone: str, network: str, *, by: str) -> bool:
    """Another number, which is not shown to be his yet, and a code for it; the person is told by mail. False, and nothing is done, for the
    number that is shown already. The caller has asked for a fresh proof. InvalidInput beside `phone` when too many codes were asked for."""
    user = _locked(directory, user_id)
    if user.phone == phone and user.phone_verified_at is not None:
        return False
    if user.phone != phone:
        former, user.phone, user.phone_verified_at = user.phone, phone, None
        factors.log_change(directory, user_id, {"phone": "another number", "ending": phone[-4:]}, by=by)
        if former:
            tell_by_mail(directory, "phone_changed", user.email, {"name": former[-4:]})
    _ask(directory, user, network, field="phone")
    return True


def remove(directory: Session, user_id: UUID, *, by: str) -> None:
    """No number any more; the person is told by mail. The caller has asked for a fresh proof."""
    user = _locked(directory, user_id)
    if not user.phone:
        return
    factors.log_change(directory, user_id, {"phone": "removed", "ending": user.phone[-4:]}, by=by)
    tell_by_mail(directory, "phone_changed", user.email, {"name": user.phone[-4:]})
    user.phone = user.phone_verified_at = None
    _end_open(directory, user_id)


def ask_again(directory: Session, user_id: UUID, network: str) -> None:
    """One more code for the number that is kept. Conflict where there is none, or it is shown already."""
    user = _locked(directory, user_id)
    if not user.phone or user.phone_verified_at is not None:
        raise Conflict(problem="No number waits to be confirmed.", fix="Look under Your account, Phone.")
    _ask(directory, user, network, field="code")


def _locked(directory: Session, user_id: UUID) -> UserAccount:
    """The person, held until the end of the transaction: two who ask for him at once take turns, and are counted each."""
    found = select(UserAccount).where(UserAccount.id == user_id).with_for_update()
    return directory.scalars(found.execution_options(populate_existing=True)).one()


def _ask(directory: Session, user: UserAccount, network: str, *, field: str) -> None:
    road, now = machine.sms(), clock.now()
    if road is None or not str(user.phone).startswith(road.prefixes):
        raise InvalidInput({field: "This machine sends no SMS to this number."})
    directory.execute(delete(PhoneCode).where(PhoneCode.asked_at < now - _KEPT))
    for whose, most in ((PhoneCode.user_id == user.id, MOST_OF_A_PERSON), (PhoneCode.network == network, MOST_OF_A_NETWORK)):
        if _is_over(directory, most, now, whose):
            raise InvalidInput({field: "Too many codes were asked for. Ask for the next one in an hour, or tomorrow."})
    _end_open(directory, user.id)
    made = PhoneCode(id=new_id(), user_id=user.id, phone=user.phone, network=network, asked_at=now, state="waits", tries=0)
    directory.add(made)
    people_mail.ask_for(directory, PURPOSE, user.email, {"code": str(made.id)})
    directory.flush()


def _is_over(directory: Session, bounds: dict[timedelta, int], until: datetime, *alike: Any) -> bool:
    """Whether one more is too many, by any of the bounds, of what was asked for before `until`."""
    counted = select(func.count()).select_from(PhoneCode).where(*alike)
    return any((directory.scalar(counted.where(PhoneCode.asked_at > until - span)) or 0) >= most for span, most in bounds.items())


def _end_open(directory: Session, user_id: UUID) -> None:
    directory.execute(update(PhoneCode).where(PhoneCode.user_id == user_id, PhoneCode.ended_at.is_(None)).values(ended_at=clock.now()))


# Sent -----------------------------------------------------------------------------------------------------------------


def sms_for(directory: Session, detail: dict[str, Any]) -> CodeBySms | None:
    """The SMS that was asked for, with a code made now; None when another was asked for since, the number is another, nobody waits any
    more, too many have left, or this one may have: its job died before it noted how the try ended. Each try of a carrier has a code of
    its own, and the newest alone is good."""
    asked, road, now = read_id(str(detail.get("code", ""))), machine.sms(), clock.now()
    kept = directory.get(PhoneCode, asked) if asked is not None else None
    if kept is None or kept.ended_at is not None:
        return None
    user = directory.get_one(UserAccount, kept.user_id)
    if user.phone != kept.phone or user.deactivated_at is not None:
        return None
    if kept.mark is not None:  # what did not leave has none (note_sms)
        kept.state = "left" if kept.state == "waits" else kept.state
        return None
    if kept.asked_at <= now - LASTS:
        _given_up(kept, "it waited for too long")
        return None
    before = PhoneCode.id < kept.id  # ids grow with time
    if road is not None and _is_over(directory, {DAY: road.most_a_day}, kept.asked_at, before):
        _given_up(kept, f"{road.most_a_day} codes were asked for in a day, which is the most (SMS_URL, most=)")
        return None
    code = factors.six_digits()
    kept.mark, kept.expires_at = _mark(kept, code), now + LASTS
    if _is_over(directory, MOST_OF_A_NUMBER, kept.asked_at, before, PhoneCode.phone == kept.phone):
        kept.state = "left"  # a code that nobody has: who asked sees what he would see, had it left
        log.warning("no SMS with a code left", why="too many went to this number")
        return None
    return CodeBySms(kept.id, kept.phone, code, user.language)


def _given_up(kept: PhoneCode, why: str) -> None:
    kept.state = "failed"
    log.error("no SMS with a code left", why=why, fix="Look at SMS_URL and at the account with the carrier; its person can ask again.")


def note_sms(directory: Session, code_id: UUID, *, has_left: bool, is_over: bool, words: str) -> None:
    """How a try of the carrier ended: it has left, or may have; it will be tried again; or it is given up, with what the carrier said.
    Nothing is noted of who was erased meanwhile."""
    kept = directory.get(PhoneCode, code_id)
    if kept is None:
        return
    if has_left:
        kept.state = "left"
    elif is_over:
        _given_up(kept, rules.without_digits(words))
    else:
        kept.mark = kept.expires_at = None


# Typed back -----------------------------------------------------------------------------------------------------------


def take_try(directory: Session, user_id: UUID, typed: str) -> UUID:
    """One of the tries, taken before the code is looked at and committed by itself, so that tries at once are counted each. Returns which
    code it is for. InvalidInput beside `code`; what cannot be a code costs no try."""
    if not rules.is_six_digits(typed):
        raise InvalidInput({"code": "Type the six digits of the SMS, in plain digits."})
    kept = _open(directory, user_id)
    if kept is None and directory.get_one(UserAccount, user_id).phone_verified_at is not None:
        raise InvalidInput({"code": "This code was used already: the number is confirmed."})
    if kept is None or kept.state == "failed":
        raise InvalidInput({"code": "No code is waited for. Ask for a new one."})
    if kept.mark is None or kept.expires_at is None:
        raise InvalidInput({"code": "The code has not left yet. Wait for the SMS."})
    if kept.expires_at <= clock.now():
        raise InvalidInput({"code": "This code is older than 10 minutes. Ask for a new one."})
    mine: Update = update(PhoneCode).where(PhoneCode.id == kept.id, PhoneCode.tries < MOST_TRIES, PhoneCode.ended_at.is_(None))
    if not factors.is_written(directory, mine.values(tries=PhoneCode.tries + 1)):
        raise _spent()
    return kept.id


def _spent() -> InvalidInput:
    return InvalidInput({"code": "Five codes were wrong. Ask for a new one."})


def confirm(directory: Session, user_id: UUID, code_id: UUID, typed: str, *, by: str) -> str:
    """The number is the person's from now on; he is told by mail. Returns it. InvalidInput beside `code` for a wrong one, and for one that
    was used meanwhile: of any number at once one passes."""
    user, kept = _locked(directory, user_id), directory.get_one(PhoneCode, code_id)
    if user.phone != kept.phone or kept.mark is None or not hmac.compare_digest(kept.mark, _mark(kept, typed)):
        raise _spent() if kept.tries >= MOST_TRIES else InvalidInput({"code": "This is not the code. Type that of the newest SMS."})
    mine = update(PhoneCode).where(PhoneCode.id == code_id, PhoneCode.user_id == user_id, PhoneCode.ended_at.is_(None))
    if not factors.is_written(directory, mine.values(ended_at=clock.now())):
        raise InvalidInput({"code": "This code was used already."})
    user.phone_verified_at = clock.now()
    factors.log_change(directory, user_id, {"phone": "confirmed", "ending": kept.phone[-4:]}, by=by)
    tell_by_mail(directory, "phone_confirmed", user.email, {"name": kept.phone[-4:]})
    return kept.phone


def _mark(kept: PhoneCode, code: str) -> str:
    return factors.mark_of(f"phone {kept.id} {kept.phone}", kept.user_id, code)
