"""The mail server that whoever runs this machine has set up for every business on it (MAIL_URL, MAIL_FROM)."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from webapp.messaging.rules import is_mail_address
from webapp.platform.settings import BadSetting

PORTS = {"smtp": 587, "smtps": 465}


def read(url: str, sender: str) -> tuple[dict[str, str], dict[str, str]]:
    """The settings and secrets of an account by SMTP. smtp:// is STARTTLS, and plain on this very machine; smtps:// is TLS from the start.
    BadSetting for another address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        host, port = "", 0
    if not host or not is_mail_address(sender):
        raise BadSetting(problem="MAIL_URL or MAIL_FROM cannot be used.", fix="Write smtp://user:password@host:587 and an address.")
    is_here = host in {"127.0.0.1", "localhost", "::1"}
    security = "tls" if parts.scheme == "smtps" else "none" if is_here else "starttls"
    settings = {"host": host, "port": str(port), "security": security, "user": unquote(parts.username or ""), "sender": sender}
    return settings, {"password": unquote(parts.password or "")}
