"""Mail and SMS to people as such: links and codes that work once, and news of their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.platform import people_mail
from webapp.platform.tenancy import open_directory

if TYPE_CHECKING:
    from webapp.identity import CodeBySms
    from webapp.platform.people_mail import PersonMail


def send_people_mails() -> None:
    """Send what waits, one by one; no transaction is open while a server or carrier is asked. One that did not leave is tried again, and
    given up after some tries. One of which nobody knows whether it left is not sent twice."""
    from webapp import identity, messaging

    while True:
        with open_directory() as directory:
            mail = people_mail.take(directory)
            letter = identity.letter_for(directory, mail) if mail is not None else None
        if mail is None:
            return
        if isinstance(letter, identity.CodeBySms):
            is_late = _text(mail, letter)
        else:
            is_late = (
                letter is not None and messaging.mail_person(mail.id, letter.to, letter.subject, letter.text) is messaging.Outcome.LATER
            )
        if not is_late or mail.tries >= people_mail.MOST_TRIES:
            with open_directory() as directory:
                people_mail.end(directory, mail.id)


def _text(mail: PersonMail, sms: CodeBySms) -> bool:
    """Whether it did not leave and is to be tried again. How it ended stands where its person sees it."""
    from webapp import identity, messaging

    found = messaging.text_person(mail.id, sms.to, sms.code, sms.language)
    is_late = found.outcome is messaging.Outcome.LATER
    has_left = found.outcome in {messaging.Outcome.SENT, messaging.Outcome.UNKNOWN}
    with open_directory() as directory:
        is_over = not is_late or mail.tries >= people_mail.MOST_TRIES
        identity.note_sms(directory, sms.id, has_left=has_left, is_over=is_over, words=found.words)
    return is_late
