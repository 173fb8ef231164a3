"""What every portal of the tax administration does alike: who calls, the session of a sign-in, how a call ends, and asking once more
when the session was forgotten. A room says how its portal signs in, how it asks once, and what it may ask.

There are three ends to a call, not two: done, refused (`Refused`), and not known (`Unanswered`). What is not known is asked for before
anything is sent again.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from webapp.kernel.dates import IST
from webapp.kernel.records import dataclass
from webapp.platform.outside import Answer, Unanswered

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

# The portals of the tax administration. A GSP's host is allowed by whoever runs the machine (OUTSIDE_HOSTS).
GOVERNMENT = (".gst.gov.in", ".nic.in")
_FIRST_YEAR, _LAST_YEAR = 2018, 2099  # the first of these portals, that of e-way bills, opened in 2018
# A session that ends while a call is under way is of no use.
_SPARE = timedelta(minutes=2)
_PADDING_BYTES = 11  # the least that PKCS #1 v1.5 wants of a key


@dataclass(frozen=True, slots=True)
class Access:
    """Who calls: the registration's user of the portal. `portal_key` is the PEM that the portal's own sign-in is encrypted for."""

    gstin: str
    base_url: str
    client_id: str
    client_secret: str
    user_name: str
    password: str
    portal_key: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that holds until `until`. `key` is the 32 bytes of the session, as hex; a GSP has none."""

    token: str
    key: str
    until: datetime

    def as_text(self) -> str:
        return json.dumps([self.token, self.key, self.until.isoformat()])

    @classmethod
    def read(cls, text: str) -> Session | None:
        """What `as_text` wrote, or None."""
        try:
            token, key, until = json.loads(text)
            return cls(token, key, datetime.fromisoformat(until))
        except (ValueError, TypeError):
            return None


class Refused(Exception):
    """The portal says no. `code` is its own, or "" where it gave none."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


class SignedIn(ABC):
    """One registration's road to a portal. It signs in when it must, and once more when the portal has forgotten the token."""

    token_gone: ClassVar[frozenset[str]]

    def __init__(self, access: Access, session: Session | None, now: datetime) -> None:
        self.access = access
        self.now = now
        self.session = session if session and session.until > now + _SPARE else None

    def ask(self, method: str, path: str, body: str | None = None) -> Mapping[str, Any]:
        """The result of a call. Refused or Unanswered."""
        try:
            return self._asked_once(self._signed_in(), method, path, body)
        except Refused as refused:
            if refused.code not in self.token_gone:
                raise
        self.session = None
        return self._asked_once(self._signed_in(), method, path, body)

    def _signed_in(self) -> Session:
        self.session = self.session or self._sign_in()
        return self.session

    @abstractmethod
    def _sign_in(self) -> Session:
        """A new session. Refused or Unanswered."""

    @abstractmethod
    def _asked_once(self, session: Session, method: str, path: str, body: str | None) -> Mapping[str, Any]:
        """The result of one call in a session. Refused, with a code of `token_gone` where the session is no longer known; or Unanswered."""


def read_json(answer: Answer) -> dict[str, Any]:
    """The object in an answer, numbers as text. Unanswered where there is none: nobody knows then what was done."""
    try:
        found = json.loads(answer.body, parse_float=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unanswered(f"The answer (HTTP {answer.status}) cannot be read.")
    return found


def read_instant(text: str, shape: str = "%Y-%m-%d %H:%M:%S") -> datetime:
    """The portal's own time of the day, which is India's. ValueError for another writing, and for a year that is none of the portal's."""
    found = datetime.strptime(text, shape).replace(tzinfo=IST)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError("no time of the portal")
    return found


def encrypted_for(key: RSAPublicKey, clear: bytes) -> bytes:
    """RSAES-PKCS1-v1_5 (RFC 8017 section 7.2.1), as the portals ask. Refused when the text is too long for the key."""
    from cryptography.hazmat.primitives.asymmetric import padding

    if (excess := len(clear) + _PADDING_BYTES - (key.key_size + 7) // 8) > 0:
        raise Refused("", f"User name and password are {excess} characters too long for the portal's key.")
    return key.encrypt(clear, padding.PKCS1v15())
