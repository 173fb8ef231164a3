"""Mail by SMTP: encrypted, or on this very machine. Where it is not known whether a mail was taken, that is said and nothing sent again.

A mail server that somebody typed can name no machine of the network behind ours: its address must be a public one, and what was looked up
is what is called. Whoever runs this machine names others in OUTSIDE_HOSTS.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from webapp.messaging.carrier import Carrier, End, Health, cut, later, refused, unknown
from webapp.messaging.mail import CannotBeMailed, mail_of, message_id
from webapp.messaging.rules import Message, Outcome
from webapp.platform import outside

if TYPE_CHECKING:
    import smtplib
    from email.message import EmailMessage

TIMEOUT_SECONDS = 25
PORTS = frozenset({25, 465, 587, 2525})


def send(carrier: Carrier, message: Message, company_id: int) -> End:
    """Hand one mail over. Nothing is raised for what the server says or does not say."""
    import smtplib  # loaded by who sends
    from email.errors import MessageError

    try:
        mail = mail_of(carrier, message, company_id)
    except CannotBeMailed as lack:
        return refused(str(lack))
    except (ValueError, MessageError, IndexError) as odd:  # what the email package says of an address that it cannot read
        return refused(f"An address of this mail cannot be read: {odd}")
    try:
        connection = _connect(carrier)
    except smtplib.SMTPAuthenticationError as answer:
        if answer.smtp_code >= 500:
            return later(f"The mail server does not take the user name and password: {_words(answer.smtp_error)}", Health.ACCOUNT)
        return later(_words(answer.smtp_error))
    except NotAllowed as no:
        return later(str(no), Health.ACCOUNT)
    except smtplib.SMTPNotSupportedError as lack:
        return later(f"The mail server does not offer what the account asks for: {lack}", Health.ACCOUNT)
    except (OSError, smtplib.SMTPException, ValueError) as trouble:
        return later(f"The mail server could not be reached: {trouble or type(trouble).__name__}")
    try:
        return _hand_over(connection, carrier, message, mail)
    finally:
        _leave(connection)


def _hand_over(connection: smtplib.SMTP, carrier: Carrier, message: Message, mail: EmailMessage) -> End:
    import smtplib

    sender = carrier.settings["sender"]
    content = mail.as_bytes()
    try:
        for code, said in (connection.mail(sender), connection.rcpt(message.to)):
            if code >= 500:
                return refused(f"{code} {_words(said)}")
            if code >= 400:
                return later(f"{code} {_words(said)}", Health.FINE if code != 421 else Health.TROUBLE, retry_after=300)
    except (OSError, smtplib.SMTPException) as trouble:
        return later(f"The mail server broke off: {trouble or type(trouble).__name__}")
    try:
        code, said = connection.data(content)
    except smtplib.SMTPDataError as answer:  # the command itself was answered, and nothing of the mail left
        code, said = answer.smtp_code, answer.smtp_error if isinstance(answer.smtp_error, bytes) else answer.smtp_error.encode()
    except (OSError, smtplib.SMTPException) as trouble:
        return unknown(f"The mail server did not say whether it took the mail: {trouble or type(trouble).__name__}")
    if code >= 500:
        return refused(f"{code} {_words(said)}")
    if code >= 400:
        return later(f"{code} {_words(said)}", Health.FINE if code != 421 else Health.TROUBLE, retry_after=300)
    return End(Outcome.SENT, cut(f"{code} {_words(said)}"), provider_id=message_id(message, sender))


def _connect(carrier: Carrier) -> smtplib.SMTP:
    import smtplib
    import ssl

    host, port, security = carrier.settings["host"], int(carrier.settings["port"]), carrier.settings["security"]
    addresses = _addresses(host, port, is_trusted=carrier.is_machines or outside.names(host), is_plain=security == "none")

    class Plain(smtplib.SMTP):
        def _get_socket(self, _host: str, port: int, timeout: Any) -> socket.socket:
            return _socket(addresses, port, timeout)

    class Encrypted(smtplib.SMTP_SSL):
        def _get_socket(self, _host: str, port: int, timeout: Any) -> socket.socket:
            return ssl.create_default_context().wrap_socket(_socket(addresses, port, timeout), server_hostname=host)

    connection = (Encrypted if security == "tls" else Plain)(host, port, local_hostname="localhost", timeout=TIMEOUT_SECONDS)
    try:
        if security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if carrier.settings.get("user"):
            connection.login(carrier.settings["user"], carrier.secrets.get("password", ""))
        else:
            connection.ehlo_or_helo_if_needed()
    except BaseException:
        _leave(connection)
        raise
    return connection


class NotAllowed(Exception):
    """An address that this machine does not call."""


def _addresses(host: str, port: int, *, is_trusted: bool, is_plain: bool) -> list[str]:
    if not is_trusted and port not in PORTS:
        raise NotAllowed(f"Mail goes to the ports 25, 465, 587 and 2525, not to {port}.")
    found = [str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not is_trusted and not all(ip_address(each).is_global for each in found):
        raise NotAllowed(f"This machine does not call {host}. Whoever runs it can allow a host in OUTSIDE_HOSTS.")
    if is_plain and not all(ip_address(each).is_loopback for each in found):
        raise NotAllowed("Mail leaves this machine encrypted only: choose STARTTLS or TLS.")
    return found


def _socket(addresses: list[str], port: int, timeout: Any) -> socket.socket:
    trouble: OSError | None = None
    for each in addresses:
        try:
            return socket.create_connection((each, port), timeout)
        except OSError as failed:
            trouble = failed
    raise trouble or OSError("no address")


def _leave(connection: smtplib.SMTP) -> None:
    import smtplib

    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()


def _words(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
