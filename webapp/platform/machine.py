"""What the pages and the jobs of this machine ask of its settings alike: its public address, and the server its mail goes by."""

from __future__ import annotations

from webapp.kernel.errors import keep_promise
from webapp.platform.settings import Settings

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


def mail() -> tuple[str, str]:
    """The address of this machine's mail server (MAIL_URL) and whom its mail comes from; two empty texts where it has none."""
    return (_settings.mail_url, _settings.mail_from) if _settings and _settings.mail_url and _settings.mail_from else ("", "")
