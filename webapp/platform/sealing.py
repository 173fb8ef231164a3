"""Secrets of others that we must be able to say again (a portal's password), kept sealed by the program's own secret.

A sealed text is encrypted and bears a mark that it was not changed: a stream of HMAC-SHA256 over a fresh nonce and a counter (a
pseudo-random function in counter mode, NIST SP 800-108), and HMAC-SHA256 over what came of it (encrypt, then authenticate), each under a
key of its own that comes of the secret and of what is kept. Whoever has the database but not the secret reads and forges nothing.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from itertools import count

from webapp.kernel.errors import BooksError, keep_promise

_NONCE, _MARK = 16, 32
_VERSION = "1."

_secret = ""


def use(secret_key: str) -> None:
    """The program's secret: every process of one machine has the same."""
    global _secret
    _secret = secret_key


class SealBroken(BooksError):
    """A sealed text does not open: the program's secret is another, or somebody changed it."""

    def __init__(self) -> None:
        super().__init__(problem="A kept password cannot be read: the program's secret key has changed.", fix="Type the password again.")


def seal(purpose: str, text: str) -> str:
    """The text sealed. `purpose` says what it is and whose: what was sealed for one opens for no other."""
    nonce = secrets.token_bytes(_NONCE)
    hidden = _streamed(_key(purpose, "hide"), nonce, text.encode())
    mark = hmac.digest(_key(purpose, "mark"), nonce + hidden, "sha256")
    return _VERSION + base64.urlsafe_b64encode(nonce + hidden + mark).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The text again. SealBroken for another secret, another purpose, and what was changed."""
    try:
        if not sealed.startswith(_VERSION) or not sealed.isascii():
            raise SealBroken
        raw = base64.b64decode(sealed.removeprefix(_VERSION), altchars=b"-_", validate=True)
    except ValueError:
        raise SealBroken from None
    nonce, hidden, mark = raw[:_NONCE], raw[_NONCE:-_MARK], raw[-_MARK:]
    if len(raw) < _NONCE + _MARK or not hmac.compare_digest(mark, hmac.digest(_key(purpose, "mark"), nonce + hidden, "sha256")):
        raise SealBroken
    return _streamed(_key(purpose, "hide"), nonce, hidden).decode()


def _key(purpose: str, use: str) -> bytes:
    keep_promise(bool(_secret), "what is sealed has a secret")
    return hmac.digest(_secret.encode(), f"seal {use} {purpose}".encode(), "sha256")


def _streamed(key: bytes, nonce: bytes, text: bytes) -> bytes:
    stream = bytearray()
    for number in count():
        if len(stream) >= len(text):
            break
        stream += hmac.digest(key, nonce + number.to_bytes(8, "big"), "sha256")
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))
