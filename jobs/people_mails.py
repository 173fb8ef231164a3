"""Mail to people as such: links that work once, and news of their accounts."""

from __future__ import annotations

from webapp.platform import people_mail
from webapp.platform.tenancy import open_directory


def send_people_mails() -> None:
    """Send what waits, one by one; no transaction is open while a server is asked. One that did not leave is tried again, and given up
    after some tries. One of which nobody knows whether it left is not sent twice."""
    from webapp import identity, messaging

    while True:
        with open_directory() as directory:
            mail = people_mail.take(directory)
            letter = identity.letter_for(directory, mail) if mail is not None else None
        if mail is None:
            return
        is_late = letter is not None and messaging.mail_person(mail.id, letter.to, letter.subject, letter.text) is messaging.Outcome.LATER
        if not is_late or mail.tries >= people_mail.MOST_TRIES:
            with open_directory() as directory:
                people_mail.end(directory, mail.id)
