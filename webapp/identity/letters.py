"""What is mailed to a person: links that work once, and news of his account. In his language; made by the job that sends it, so that no
token waits anywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.identity import factors, phones
from webapp.identity.letters_of_factors import FACTOR_WORDS
from webapp.identity.letters_of_issuers import ISSUER_WORDS
from webapp.identity.models import MailedLink, UserAccount
from webapp.identity.phones import CodeBySms
from webapp.identity.sessions import token_hash
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.platform import clock, machine
from webapp.platform.people_mail import PersonMail
from webapp.platform.templating import day_and_clock

LASTS = {"reset": timedelta(minutes=30), "verify": timedelta(days=7)}
_PATHS = {"reset": "/password-reset/new", "verify": "/email-verification"}
MOST_AN_HOUR = 5  # of one kind, to one address: nobody's mailbox is filled by those who ask for him


class LinkSpent(BooksError):
    """A mailed link was used, is too old, or never was."""

    status = 410

    def __init__(self) -> None:
        super().__init__(problem="This link does not work any more.", fix="Ask for a new one; only the newest works, and once.")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, ready to leave."""

    to: str
    subject: str
    text: str


_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "reset": {
        "en": (
            "Choose a new password",
            (
                "Somebody, probably you, asked for a new password for your Munim account.\n\nOpen this within 30 minutes:\n{link}\n\n"
                "It was not you? Then do nothing: your password stays as it is.\n"
            ),
        ),
        "hi": (
            "नया पासवर्ड चुनें",
            (
                "किसी ने, शायद आपने ही, आपके Munim खाते के लिए नया पासवर्ड माँगा है।\n\n30 मिनट के भीतर यह खोलें:\n{link}\n\n"
                "यह आप नहीं थे? तो कुछ न करें: आपका पासवर्ड वही रहेगा।\n"
            ),
        ),
    },
    "verify": {
        "en": (
            "Is this your address?",
            (
                "This address was given for a Munim account. If that was you, open this within 7 days:\n{link}\n\n"
                "It was not you? Then do nothing.\n"
            ),
        ),
        "hi": (
            "क्या यह आपका पता है?",
            "यह पता एक Munim खाते के लिए दिया गया है। यदि यह आपने दिया है, तो 7 दिन के भीतर यह खोलें:\n{link}\n\nआपने नहीं दिया? तो कुछ न करें।\n",
        ),
    },
    "code": {
        "en": (
            "{code} is your code",
            (
                "{code} is the code to sign in to Munim. It works for 10 minutes and once.\n\n"
                "You are not signing in? Then somebody has your password: choose a new one at {home}.\n"
            ),
        ),
        "hi": (
            "{code} आपका कोड है",
            (
                "{code} Munim में साइन इन करने का कोड है। यह 10 मिनट तक और एक बार काम करता है।\n\n"
                "आप साइन इन नहीं कर रहे? तो किसी के पास आपका पासवर्ड है: {home} पर नया चुनें।\n"
            ),
        ),
    },
    "invite": {
        "en": (
            "{business} invites you to Munim",
            (
                "{inviter} invites you to work in the books of {business}.\n\nOpen this within 7 days:\n{link}\n\n"
                "You do not know them? Then do nothing.\n"
            ),
        ),
        "hi": (
            "{business} आपको Munim पर बुलाता है",
            "{inviter} आपको {business} की बही में काम करने के लिए बुलाते हैं।\n\n7 दिन के भीतर यह खोलें:\n{link}\n\nआप इन्हें नहीं जानते? तो कुछ न करें।\n",
        ),
    },
    "changed": {
        "en": (
            "Your password was changed",
            (
                "The password of your Munim account was changed on {at}, and other sign-ins have ended.\n\n"
                "It was not you? Choose a new one at {home}, and tell the owner of the business.\n"
            ),
        ),
        "hi": (
            "आपका पासवर्ड बदला गया",
            (
                "{at} को आपके Munim खाते का पासवर्ड बदला गया, और बाकी साइन-इन समाप्त हुए।\n\n"
                "यह आप नहीं थे? {home} पर नया पासवर्ड चुनें, और व्यवसाय के मालिक को बताएँ।\n"
            ),
        ),
    },
    **FACTOR_WORDS,
    **ISSUER_WORDS,
}


# Mail to an address for a purpose of a room above, which writes it: its subject and its text, or None when nothing is to be said.
_written_above: dict[str, Callable[[PersonMail], tuple[str, str] | None]] = {}


def use_letter(purpose: str, write: Callable[[PersonMail], tuple[str, str] | None]) -> None:
    """Have `write` word the mails of a purpose. Safe to repeat."""
    _written_above[purpose] = write


def letter_for(directory: Session, mail: PersonMail) -> Letter | CodeBySms | None:
    """The mail or SMS that was asked for, or None: nobody has that address, it is shown to be his already, or he was written to often
    enough."""
    if mail.purpose == phones.PURPOSE:
        return phones.sms_for(directory, mail.detail)
    if mail.purpose == "invite":
        return _invitation(directory, mail)
    if mail.purpose in _written_above:
        said = _written_above[mail.purpose](mail)
        return Letter(mail.email, *said) if said else None
    user = directory.scalar(select(UserAccount).where(UserAccount.email == mail.email, UserAccount.deactivated_at.is_(None)))
    if user is None or (mail.purpose == "verify" and user.email_verified_at is not None) or _is_enough(directory, mail):
        return None
    home = machine.public_url()
    values: dict[str, Any] = {"home": f"{home}/password-reset", "at": day_and_clock(mail.asked_at), "name": mail.detail.get("name", "")}
    if mail.purpose in LASTS:
        values["link"] = f"{home}{_PATHS[mail.purpose]}?token={_new_link(directory, user, mail.purpose)}"
    if mail.purpose == "code":
        values["code"] = factors.mailed_code(directory, str(mail.detail.get("pending", "")))
        if values["code"] is None:
            return None
    subject, text = _WORDS[mail.purpose].get(user.language, _WORDS[mail.purpose]["en"])
    return Letter(user.email, subject.format(**values), text.format(**values))


def _invitation(directory: Session, mail: PersonMail) -> Letter | None:
    """It goes to an address, whoever has it and whether anybody does: in the language of who invites."""
    from webapp.identity import invitations  # it spends links as this module does

    found = None if _is_enough(directory, mail) else invitations.letter_values(directory, mail.detail)
    if found is None:
        return None
    subject, text = _WORDS["invite"].get(found[0], _WORDS["invite"]["en"])
    return Letter(mail.email, subject.format(**found[1]), text.format(**found[1]))


def _is_enough(directory: Session, mail: PersonMail) -> bool:
    alike = PersonMail.email == mail.email, PersonMail.purpose == mail.purpose, PersonMail.id < mail.id  # ids grow with time
    lately = PersonMail.asked_at > mail.asked_at - timedelta(hours=1)
    return (directory.scalar(select(func.count()).select_from(PersonMail).where(*alike, lately)) or 0) >= MOST_AN_HOUR


def _new_link(directory: Session, user: UserAccount, purpose: str) -> str:
    """A fresh link; those of the same purpose that were sent before work no more."""
    token, now = secrets.token_urlsafe(32), clock.now()
    mine = MailedLink.user_id == user.id, MailedLink.purpose == purpose, MailedLink.used_at.is_(None)
    directory.execute(update(MailedLink).where(*mine).values(used_at=now))
    directory.add(
        MailedLink(token_hash=token_hash(token), user_id=user.id, purpose=purpose, email=user.email, expires_at=now + LASTS[purpose])
    )
    return token


def owner_of_link(directory: Session, purpose: str, token: str) -> UserAccount:
    """Whom a link was sent to. LinkSpent when it is used, too old, of another purpose, of an address he has no more, or not ours."""
    user = directory.scalar(
        select(UserAccount)
        .join(MailedLink, MailedLink.user_id == UserAccount.id)
        .where(*_good(purpose, token, clock.now()), MailedLink.email == UserAccount.email, UserAccount.deactivated_at.is_(None))
    )
    if user is None:
        raise LinkSpent
    return user


def spend(directory: Session, purpose: str, token: str) -> UserAccount:
    """Use a link up. Of two that come with it at once one gets LinkSpent. Who has it reads that mailbox: the address is his."""
    user, now = owner_of_link(directory, purpose, token), clock.now()
    spent = directory.execute(update(MailedLink).where(*_good(purpose, token, now)).values(used_at=now))
    if spent.rowcount != 1:  # type: ignore[attr-defined]  # of an update, a CursorResult
        raise LinkSpent
    user.email_verified_at = user.email_verified_at or now
    return user


def _good(purpose: str, token: str, now: datetime) -> tuple[Any, ...]:
    return (
        MailedLink.token_hash == token_hash(token),
        MailedLink.purpose == purpose,
        MailedLink.used_at.is_(None),
        MailedLink.expires_at > now,
    )
