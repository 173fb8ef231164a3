"""Secrets of others that we must be able to say again (a portal's password), kept sealed; tokens that we hand out and read when they come
back; and words that only we can make.

A sealed text is an envelope: `m1.<master key>.<data key, wrapped>.<nonce and cipher>`, the last two in base64url. The text is under
AES-256-GCM (NIST SP 800-38D) with a random key of its own and a random nonce of 96 bits; the data it is bound to says what is kept and
whose, so what was sealed for one row opens for no other. Its key is wrapped by a master key (webapp.platform.master_keys), which can
therefore be changed without opening anything (`renewed`). Whoever has the database alone reads and forges nothing.

A token is not kept by us, so no change of master keys reaches it: it is a Fernet token (AES-128-CBC, then HMAC-SHA256 over it) under a key
that comes of the program's secret and of what it is for. What was sealed before there were envelopes is one too, and opens as before.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import TYPE_CHECKING

from webapp.kernel.errors import BooksError, keep_promise
from webapp.platform import master_keys
from webapp.platform.master_keys import MasterKeys, UnknownKey

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

ENVELOPE = "m1."
KEPT_FOR = "sealed for"  # in a column's info
_NONCE = 12
_FERNET = "gAAAA"  # how each of its tokens begins: version 128, and the years until 2106

_secret = ""
_keys = MasterKeys([])


def use(secret_key: str, keys: MasterKeys | None = None) -> None:
    """The program's secret, which every process of one machine has the same; and its master keys: that of the secret when not given."""
    global _secret, _keys
    _secret, _keys = secret_key, keys or MasterKeys([master_keys.of_secret(secret_key)])


def keys() -> MasterKeys:
    """The master keys in use."""
    return _keys


def kept_for(purpose: str) -> dict[str, str]:
    """The info of a column that keeps sealed texts: what for, in the names of the row's own columns ("gateway {company_id} {provider}").
    By it they are found again when the master key changes (webapp.platform.kept_secrets)."""
    return {KEPT_FOR: purpose}


class SealBroken(BooksError):
    """A sealed text does not open: the program's secret is another, a master key is gone, or somebody changed it."""

    def __init__(self) -> None:
        super().__init__(problem="A kept password cannot be read: the program's secret key has changed.", fix="Type the password again.")


def seal(purpose: str, text: str) -> str:
    """The text sealed. `purpose` says what it is and whose."""
    # Some megabytes, which only the process that opens a secret needs.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    keep_promise(bool(_secret), "what is sealed has a secret")
    data_key, nonce = _keys.new_data_key(), secrets.token_bytes(_NONCE)
    cipher = nonce + AESGCM(data_key.key).encrypt(nonce, text.encode(), _bound(purpose))
    return f"{ENVELOPE}{data_key.key_id}.{_written(data_key.wrapped)}.{_written(cipher)}"


def unseal(purpose: str, sealed: str) -> str:
    """The text again. SealBroken for another secret or master key, another purpose, and what was changed; KeyService where that is away."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if sealed.startswith(_FERNET):
        return text_of(purpose, sealed)
    try:
        key_id, wrapped, cipher = _opened(sealed)
        return AESGCM(_keys.data_key(key_id, wrapped)).decrypt(cipher[:_NONCE], cipher[_NONCE:], _bound(purpose)).decode()
    except (InvalidTag, UnknownKey, ValueError):
        raise SealBroken from None


def key_of(sealed: str) -> str:
    """The id of the master key a sealed text needs; "" for one that was sealed before there were envelopes."""
    return "" if not sealed.startswith(ENVELOPE) else sealed.split(".")[1]


def renewed(purpose: str, sealed: str) -> str:
    """The same, under the master key in use: its own key wrapped anew; itself, where that is so already. SealBroken as in `unseal`."""
    if not key_of(sealed):
        return seal(purpose, unseal(purpose, sealed))
    try:
        key_id, wrapped, cipher = _opened(sealed)
        if key_id == _keys.current():
            return sealed
        found = _keys.wrapped(_keys.data_key(key_id, wrapped))
    except (UnknownKey, ValueError):
        raise SealBroken from None
    return f"{ENVELOPE}{found.key_id}.{_written(found.wrapped)}.{_written(cipher)}"


def token_of(purpose: str, text: str) -> str:
    """The text as a token for an address or a page, which nobody else reads, alters or makes."""
    return _fernet(purpose).encrypt(text.encode()).decode().rstrip("=")


def text_of(purpose: str, token: str) -> str:
    """The text of a token of ours. SealBroken for another secret, another purpose, and what was changed."""
    from cryptography.fernet import InvalidToken

    whole = token + "=" * (-len(token) % 4)
    try:
        base64.b64decode(whole, altchars=b"-_", validate=True)  # Fernet passes over what follows a token's end
        return _fernet(purpose).decrypt(whole).decode()
    except (InvalidToken, ValueError):
        raise SealBroken from None


def mark(purpose: str) -> str:
    """A word that nobody can guess without the secret, always the same for one purpose: 40 hex digits. It is what a sealed text can be
    looked for by (a blind index), and what a code is kept as."""
    keep_promise(bool(_secret), "what is marked has a secret")
    return hmac.digest(_secret.encode(), f"mark {purpose}".encode(), "sha256").hex()[:40]


def _bound(purpose: str) -> bytes:
    return f"munim sealed 1 {purpose}".encode()


def _opened(sealed: str) -> tuple[str, bytes, bytes]:
    """The master key's id, the wrapped key, and nonce with cipher. ValueError for what is no envelope."""
    head, key_id, wrapped, cipher = (*sealed.split("."), "", "", "", "")[:4]
    if f"{head}." != ENVELOPE or sealed.count(".") != 3:
        raise ValueError("no envelope")
    return key_id, _read(wrapped), _read(cipher)


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _read(text: str) -> bytes:
    """ValueError for what `_written` would write otherwise: an envelope has one way of being written."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as odd:
        raise ValueError("not base64url") from odd
    if not data or _written(data) != text:
        raise ValueError("not as it is written")
    return data


def _fernet(purpose: str) -> Fernet:
    from cryptography.fernet import Fernet

    keep_promise(bool(_secret), "what is sealed has a secret")
    return Fernet(base64.urlsafe_b64encode(hmac.digest(_secret.encode(), f"seal {purpose}".encode(), "sha256")))
