"""Messages, the ends a delivery can have, and when a provider that is in trouble is left alone. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from webapp.kernel.records import dataclass


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    PUSH = "push"


class Provider(StrEnum):
    """Who carries a message. MACHINE is the mail server that whoever runs this machine has set up for every business on it."""

    SMTP = "smtp"
    MACHINE = "machine"
    MSG91 = "msg91"
    TWILIO = "twilio"
    WHATSAPP = "whatsapp"
    PUSH = "push"


CHANNELS = {
    Provider.SMTP: Channel.EMAIL,
    Provider.MACHINE: Channel.EMAIL,
    Provider.MSG91: Channel.SMS,
    Provider.TWILIO: Channel.SMS,
    Provider.WHATSAPP: Channel.WHATSAPP,
    Provider.PUSH: Channel.PUSH,
}
# Those a business has an account with; of each channel one is in use.
WITH_ACCOUNT = (Provider.SMTP, Provider.MSG91, Provider.TWILIO, Provider.WHATSAPP)


class Outcome(StrEnum):
    """SENT: the provider has taken it. REFUSED: it will never go as it is. LATER: it did not go, try after a while. UNKNOWN: it may have
    gone; it is not sent again."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


class ReportState(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. `key` is where it is kept (webapp.platform.storage)."""

    name: str
    media_type: str
    key: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient. `to` is an address, a number in the international form ("+919876543210"), or for a push the id of a
    subscription. `template` names the words ("invoice_overdue.hi"), `variables` what stands in their gaps, in order: SMS and WhatsApp go by
    templates that their providers have approved. `link` is what a push opens; of a mail, where its reader
    ends such mails, when its path begins with /unsubscribe/."""

    id: UUID
    channel: Channel
    to: str
    subject: str
    text: str
    template: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    link: str = ""
    attachment: Attachment | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same message, so that an id is not used for two. The words may differ from try to try: a link in them is signed
        anew."""
        return hashlib.sha256(repr((self.channel.value, self.to, self.subject, self.template)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a delivery ended. `words` is the provider's answer; `retry_after` the seconds to wait where the outcome is LATER;
    `cost_paise` what the provider says it took, 0 where it does not say."""

    outcome: Outcome
    provider: str = ""
    provider_id: str = ""
    words: str = ""
    cost_paise: int = 0
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider tells afterwards of a message that it had taken."""

    company_id: int
    provider: str
    provider_id: str
    state: ReportState
    words: str
    at: datetime


# The circuit breaker ---------------------------------------------------------------------------------------------------

FAILURES_TO_OPEN = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
ACCOUNT_PAUSE = timedelta(minutes=30)  # a password that is refused is not tried with every message
PROBE = timedelta(minutes=2)  # who tries while the breaker is half open has so long


class Breaker(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


def breaker_state(open_until: datetime | None, now: datetime) -> Breaker:
    """Whether messages leave (CLOSED), wait (OPEN), or one of them tries (HALF_OPEN)."""
    if open_until is None:
        return Breaker.CLOSED
    return Breaker.OPEN if now < open_until else Breaker.HALF_OPEN


def pause_after(failures: int) -> timedelta | None:
    """How long a provider is left alone after so many failures in a row; None: not yet. Each further one doubles it."""
    if failures < FAILURES_TO_OPEN:
        return None
    doubled: int = 1 << min(failures - FAILURES_TO_OPEN, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


# What is sent ----------------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,255}")
_GAP = re.compile(r"\{#[^#{}]*#\}|#[a-z_]+#")


def is_mail_address(text: str) -> bool:
    """Whether a mail can be addressed so: one address, without a name, comment or control sign."""
    return bool(_ADDRESS.fullmatch(text)) and ".." not in text and not text.startswith(".")


def filled(template_text: str, values: Iterable[str]) -> str | None:
    """A template of the DLT register with its gaps ({#var#}, {#alphanumeric#}, #url#) filled in order. None when the counts differ."""
    rest, gaps = list(values), _GAP.findall(template_text)
    if len(rest) != len(gaps):
        return None
    pieces = _GAP.split(template_text)
    return "".join(piece + value for piece, value in zip(pieces, [*rest, ""], strict=True))


def last_four(secret: str) -> str:
    """What is shown of a kept secret. Of a short one nothing: four signs of eight would be half of it."""
    return secret[-4:] if len(secret) >= 12 else ""


def shown(secrets: Mapping[str, str]) -> dict[str, str]:
    """The same of several, of those that are kept."""
    return {name: last_four(secret) for name, secret in secrets.items() if secret}
