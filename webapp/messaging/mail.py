"""A mail as it stands on the wire: headers in RFC 2047, names of files in RFC 2231, lines that end in CR LF."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webapp.kernel.errors import NotFound
from webapp.messaging.carrier import Carrier
from webapp.messaging.rules import Message
from webapp.platform import clock, storage

if TYPE_CHECKING:
    from email.message import EmailMessage

MOST_OF_A_FILE = 20_000_000
UNSUBSCRIBE = "/unsubscribe/"


class CannotBeMailed(Exception):
    """The message makes no mail. Its words say why."""


def mail_of(carrier: Carrier, message: Message, company_id: int) -> EmailMessage:
    """The mail. CannotBeMailed for a line break or another control sign in a header, and for a file that is not there."""
    from email.headerregistry import Address  # the whole of email: a megabyte, for who sends
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    sender = carrier.settings.get("sender", "")
    told = (message.to, message.subject, carrier.sender_name, carrier.reply_to, sender)
    if any(ord(sign) < 32 or ord(sign) == 127 for text in told for sign in text):
        raise CannotBeMailed("A line break stands in the subject or in an address.")
    if not (message.to + sender + carrier.reply_to).isascii():
        raise CannotBeMailed("An address of this mail has letters that mail servers do not take.")
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))  # whatever the words are written in, every server takes it
    mail["From"] = Address(carrier.sender_name, addr_spec=sender)
    mail["To"] = Address(addr_spec=message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = message_id(message, sender)
    mail["Auto-Submitted"] = "auto-generated"
    if carrier.reply_to:
        mail["Reply-To"] = Address(addr_spec=carrier.reply_to)
    if where := unsubscribe(carrier, message):
        mail["List-Unsubscribe"] = where
    mail.set_content(message.text)
    if message.attachment:
        main, _slash, kind = message.attachment.media_type.partition("/")
        mail.add_attachment(_file(company_id, message), maintype=main, subtype=kind, filename=_name(message.attachment.name))
    return mail


def message_id(message: Message, sender: str) -> str:
    """Ours, of the message's own id: whoever gets a mail twice can tell."""
    return f"<{message.id.hex}@{sender.rpartition('@')[2]}>"


def unsubscribe(carrier: Carrier, message: Message) -> str:
    """Where a reader ends such mails (RFC 2369): the page that the message names, else a mail to whoever answers."""
    where = message.link
    if urlsplit(where).path.startswith(UNSUBSCRIBE) and where.isascii() and where.isprintable() and not set(where) & set("<> "):
        return f"<{where}>"
    return f"<mailto:{carrier.reply_to}?subject=unsubscribe>" if carrier.reply_to.isascii() and carrier.reply_to else ""


def _name(text: str) -> str:
    return "".join(sign if sign.isprintable() and sign not in '/\\"' else "_" for sign in text)[:150] or "file"


def _file(company_id: int, message: Message) -> bytes:
    assert message.attachment is not None  # noqa: S101 - for the type checker
    try:
        with storage.open_file(company_id, message.attachment.key) as file:
            read = file.read(MOST_OF_A_FILE + 1)
    except (NotFound, OSError):
        raise CannotBeMailed("The file that goes with the mail is not there.") from None
    if len(read) > MOST_OF_A_FILE:
        raise CannotBeMailed("The file that goes with the mail is larger than 20 MB.")
    return read
