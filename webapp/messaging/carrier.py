"""What a carrier of messages is given, and how its call ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from webapp.kernel.records import dataclass
from webapp.messaging.rules import Outcome, Provider

DEFAULT_WAIT, LONGEST_WAIT = 60, 3600
MOST_WORDS = 300


class Health(StrEnum):
    """What a call says of the provider: FINE, in TROUBLE, wanting a PAUSE, or that it does not take our ACCOUNT."""

    FINE = "fine"
    TROUBLE = "trouble"
    PAUSE = "pause"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Template:
    """Under which name a provider has approved words of ours (models.MessagingTemplate)."""

    name: str
    approved_as: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """One road out: the account's settings and opened secrets. `sender_name` is the business, `reply_to` where answers go, `report_url`
    where the provider may tell how it went ("": it cannot reach us). `is_machines` marks what whoever runs this machine has set up."""

    provider: Provider
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    sender_name: str = ""
    reply_to: str = ""
    report_url: str = ""
    template: Template | None = None
    is_machines: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """How a call ended (rules.Delivery), and what it says of the provider. `is_gone` marks a recipient that no longer exists."""

    outcome: Outcome
    words: str = ""
    provider_id: str = ""
    cost_paise: int = 0
    retry_after: int = 0
    health: Health = Health.FINE
    is_gone: bool = False


def later(words: str, health: Health = Health.TROUBLE, retry_after: int = DEFAULT_WAIT) -> End:
    return End(Outcome.LATER, cut(words), retry_after=retry_after, health=health)


def refused(words: str) -> End:
    return End(Outcome.REFUSED, cut(words))


def unknown(words: str) -> End:
    return End(Outcome.UNKNOWN, cut(words), health=Health.TROUBLE)


def cut(words: object) -> str:
    """A provider's words as they can be kept and shown: on one line, without signs that no database keeps."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(words)).split())[:MOST_WORDS]


def seconds_of(retry_after: str, now: datetime) -> int:
    """The header Retry-After (RFC 9110, 10.2.3): seconds, or a date. What cannot be read is a minute; an hour at most."""
    from email.utils import parsedate_to_datetime  # loaded by who calls, as http.client is

    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9:
        return max(1, min(int(retry_after), LONGEST_WAIT))
    try:
        at = parsedate_to_datetime(retry_after)
        wait = int(((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return DEFAULT_WAIT
    return max(1, min(wait, LONGEST_WAIT))
