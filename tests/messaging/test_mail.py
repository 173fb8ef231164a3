"""Mail by a real SMTP server (aiosmtpd) that signs in, refuses, waits, is slow and breaks off."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.ground.mail import PostOffice
from webapp.messaging import Attachment, Channel, Message, Outcome, Provider, smtp
from webapp.messaging.carrier import Carrier, Health
from webapp.platform import outside, storage

ID = UUID(int=7)
COMPANY = 1


class Mailbox:
    """Takes mail but for some recipients, and does with its content what a test says."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.content: Callable[[Any], Any] = lambda _server: "250 kept as 42"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd asks so
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("grey@"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd asks so
        self.taken.append(envelope.content)
        said = self.content(server)
        return await said if hasattr(said, "__await__") else said


def sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"shop", b"s3cret-password")
    return AuthResult(success=is_right, handled=False)


@pytest.fixture(scope="module")
def server() -> Iterator[PostOffice]:
    made = PostOffice(Mailbox(), authenticator=sign_in, auth_require_tls=False, enable_SMTPUTF8=False)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def box(server: PostOffice) -> Mailbox:
    kept: Mailbox = server.handler
    kept.taken.clear()
    kept.content = lambda _server: "250 kept as 42"
    return kept


@pytest.fixture
def carrier(server: PostOffice) -> Carrier:
    settings = {"host": "127.0.0.1", "port": str(server.port), "security": "none", "user": "shop", "sender": "shop@sharma.example"}
    return Carrier(Provider.SMTP, settings, {"password": "s3cret-password"}, sender_name="शर्मा स्टोर्स", reply_to="owner@sharma.example")


def mail(to: str = "asha@example.com", **changes: Any) -> Message:
    return Message(
        **{"id": ID, "channel": Channel.EMAIL, "to": to, "subject": "बिल का भुगतान: ₹1,180.00", "text": "नमस्ते\n.\nधन्यवाद", **changes}
    )


def test_a_mail_arrives_as_it_was_written(box: Mailbox, carrier: Carrier, tmp_path: Path) -> None:
    storage.use(tmp_path)
    kept = storage.put(COMPANY, [b"%PDF-1.7 paper"], suffix=".pdf")
    told = mail(attachment=Attachment("बिल 26A1/7.pdf", "application/pdf", kept.key), link="https://books.example/unsubscribe/abc")
    end = smtp.send(carrier, told, COMPANY)
    assert (end.outcome, end.words, end.health) == (Outcome.SENT, "250 kept as 42", Health.FINE)
    raw = box.taken[0]
    assert raw.isascii()  # words of India travel encoded (RFC 2047, 2231)
    assert raw.count(b"\n") == raw.count(b"\r\n")
    read = message_from_bytes(raw, policy=default)
    assert read["Subject"] == "बिल का भुगतान: ₹1,180.00"
    assert read["From"].addresses[0].display_name == "शर्मा स्टोर्स"
    assert read["Message-ID"] == end.provider_id == f"<{ID.hex}@sharma.example>"
    assert read["List-Unsubscribe"] == "<https://books.example/unsubscribe/abc>"
    body = read.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["नमस्ते", ".", "धन्यवाद"]
    [file] = read.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("बिल 26A1_7.pdf", b"%PDF-1.7 paper")


@pytest.mark.parametrize(
    ("to", "outcome", "words"),
    [
        ("nobody@example.com", Outcome.REFUSED, "550 5.1.1 no such mailbox"),
        ("grey@example.com", Outcome.LATER, "451 4.7.1 come back later"),
        ("आशा@example.com", Outcome.REFUSED, "An address of this mail has letters that mail servers do not take."),
    ],
)
def test_a_recipient_is_refused_or_waits(box: Mailbox, carrier: Carrier, to: str, outcome: Outcome, words: str) -> None:
    end = smtp.send(carrier, mail(to), COMPANY)
    assert (end.outcome, end.words, end.health, box.taken) == (outcome, words, Health.FINE, [])


async def _slow(_server: Any) -> str:
    await asyncio.sleep(3_600)  # until nobody listens any more
    return "250 too late"


def _drop(server: Any) -> str:
    server.transport.abort()
    return "250 nobody hears this"


def patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the last word of a mail, and not before: what comes before is answered, however busy the machine is."""
    send = smtplib.SMTP.send

    def sent(connection: smtplib.SMTP, words: Any) -> None:
        send(connection, words)
        if isinstance(words, bytes) and words.endswith(b"\r\n.\r\n"):
            connection.sock.settimeout(0.2)

    monkeypatch.setattr(smtplib.SMTP, "send", sent)


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (_slow, Outcome.UNKNOWN),
        (_drop, Outcome.UNKNOWN),
        (lambda _server: "452 disk full", Outcome.LATER),
        (lambda _server: "554 spam", Outcome.REFUSED),
    ],
    ids=["slow", "breaks off", "full", "spam"],
)
def test_what_became_of_the_content(
    box: Mailbox, carrier: Carrier, monkeypatch: pytest.MonkeyPatch, content: Any, outcome: Outcome
) -> None:
    if content is _slow:
        patience_ends(monkeypatch)
    box.content = content
    assert smtp.send(carrier, mail(), COMPANY).outcome is outcome


def test_a_wrong_password_is_the_accounts_trouble_and_not_the_messages(carrier: Carrier, box: Mailbox) -> None:
    wrong = Carrier(Provider.SMTP, carrier.settings, {"password": "another"}, sender_name="x")
    end = smtp.send(wrong, mail(), COMPANY)
    assert (end.outcome, end.health, box.taken) == (Outcome.LATER, Health.ACCOUNT, [])
    assert "user name and password" in end.words


@pytest.mark.parametrize("field", ["subject", "to"])
@pytest.mark.parametrize("bad", ["a\r\nBcc: all@example.com", "a\nb", "a\x00b"])
def test_a_line_break_in_a_header_is_refused(carrier: Carrier, box: Mailbox, field: str, bad: str) -> None:
    end = smtp.send(carrier, mail(**{field: bad}), COMPANY)
    assert (end.outcome, box.taken) == (Outcome.REFUSED, [])


def test_a_mail_without_its_file_is_refused(carrier: Carrier, box: Mailbox, tmp_path: Path) -> None:
    storage.use(tmp_path)
    end = smtp.send(carrier, mail(attachment=Attachment("x.pdf", "application/pdf", "0" * 32)), COMPANY)
    assert (end.outcome, box.taken) == (Outcome.REFUSED, [])


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"security": "starttls"}, {"127.0.0.1"}),  # not offered
        ({"security": "tls"}, {"127.0.0.1"}),  # no TLS spoken
        ({"host": "10.0.0.5", "port": "25"}, set()),
        ({"host": "169.254.169.254", "port": "587"}, set()),
        ({"host": "127.0.0.1"}, set()),
        ({"host": "8.8.8.8", "port": "25"}, set()),  # public, and plain
        ({"host": "8.8.8.8", "port": "6379", "security": "tls"}, set()),
        ({"port": "1"}, {"127.0.0.1"}),  # nobody listens
    ],
)
def test_mail_leaves_encrypted_and_to_no_machine_behind_ours(
    carrier: Carrier, box: Mailbox, changes: dict[str, str], allowed: set[str]
) -> None:
    outside.use(allowed)
    end = smtp.send(Carrier(Provider.SMTP, {**carrier.settings, **changes}, carrier.secrets), mail(), COMPANY)
    assert (end.outcome, box.taken) == (Outcome.LATER, [])
    assert end.health in (Health.ACCOUNT, Health.TROUBLE)
