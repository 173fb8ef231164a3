"""Secrets of others that we must be able to say again (a portal's password), kept sealed by the program's own secret.

A sealed text is a Fernet token (AES-128-CBC, then HMAC-SHA256 over it) under a key of its own, which comes of the secret and of what is
kept: whoever has the database but not the secret reads and forges nothing, and what was sealed for one opens for no other.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

from webapp.kernel.errors import BooksError, keep_promise

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

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
    """The text sealed. `purpose` says what it is and whose."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The text again. SealBroken for another secret, another purpose, and what was changed."""
    from cryptography.fernet import InvalidToken

    try:
        base64.b64decode(sealed, altchars=b"-_", validate=True)  # Fernet passes over what follows a token's end
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        raise SealBroken from None


def mark(purpose: str) -> str:
    """A word that nobody can guess without the secret, always the same for one purpose: 40 hex digits."""
    keep_promise(bool(_secret), "what is marked has a secret")
    return hmac.digest(_secret.encode(), f"mark {purpose}".encode(), "sha256").hex()[:40]


def _fernet(purpose: str) -> Fernet:
    # Some megabytes, which only the process that opens a secret needs.
    from cryptography.fernet import Fernet

    keep_promise(bool(_secret), "what is sealed has a secret")
    return Fernet(base64.urlsafe_b64encode(hmac.digest(_secret.encode(), f"seal {purpose}".encode(), "sha256")))
