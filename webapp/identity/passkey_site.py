"""For whom an authenticator signs: what a browser calls this machine when it makes or uses a passkey."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.platform.settings import Settings


class NoPasskeysHere(BooksError):
    """Munim is open by a number, or without TLS: no browser makes or uses a passkey there."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            problem="Passkeys work only where Munim is open by its name over TLS, or on its own machine as localhost.",
            fix="Open it by that address, or use your password.",
        )


@dataclass(frozen=True, slots=True)
class Site:
    """What a browser calls us: the name that passkeys are made for (RP ID), and the origin that its answer names."""

    rp_id: str
    origin: str


def site_of(host: str, settings: Settings) -> Site | None:
    """Us, as who asks by this Host header sees us; it was found to be ours before (webapp.platform.web_limits). None where no browser has
    passkeys: by a number (section 5.1.3: an effective domain), and without TLS but on the machine itself."""
    try:
        asked = urlsplit(f"//{host}")
        name, port = asked.hostname or "", asked.port
    except ValueError:
        return None
    ours = urlsplit(settings.public_url)
    if name == ours.hostname:
        scheme, port = ours.scheme, ours.port
    else:
        scheme = "https" if settings.is_https and name != "localhost" else "http"
    if not name or _is_number(name) or (scheme != "https" and name != "localhost"):
        return None
    is_usual = port is None or port == {"https": 443, "http": 80}[scheme]
    return Site(name, f"{scheme}://{name}" if is_usual else f"{scheme}://{name}:{port}")


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
