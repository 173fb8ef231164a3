"""What the pages and the jobs of this machine ask of its settings alike: its public address, and the server its mail goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.kernel.errors import keep_promise
from webapp.platform.settings import Settings

if TYPE_CHECKING:
    from webapp.platform.sms_road import SmsRoad

_settings: Settings | None = None


def use(made: Settings) -> None:
    """The settings this process was started with."""
    global _settings
    _settings = made


def public_url() -> str:
    """Where people and providers reach this machine; "" in a process that was not told."""
    return _settings.public_url if _settings else ""


def secret_key() -> str:
    """What this machine signs with. Asked in a process that was told alone."""
    keep_promise(_settings is not None, "the process knows its settings")
    return _settings.secret_key if _settings else ""


def plans_file() -> str:
    """The file of plans of who hosts others; "" where nobody does, and in a process that was not told."""
    return _settings.plans_file if _settings else ""


def mail() -> tuple[str, str]:
    """The address of this machine's mail server (MAIL_URL) and whom its mail comes from; two empty texts where it has none."""
    return (_settings.mail_url, _settings.mail_from) if _settings and _settings.mail_url and _settings.mail_from else ("", "")


def sms() -> SmsRoad | None:
    """The carrier by which this machine sends codes to phone numbers (SMS_URL); None where it has none."""
    return _settings.sms if _settings else None


def asks_second_step(*, is_owner: bool) -> bool:
    """Whether this machine asks a second step of an owner, or of another member (SECOND_STEP), whatever the business says."""
    asked = _settings.second_step if _settings else "none"
    return asked == "all" or (asked == "owners" and is_owner)
