"""What the Invoice Registration Portal has signed: the QR of an e-invoice, a supplier's or our own (CGST Rule 48(4), 46(r)), and the
invoice itself. Both are JSON Web Tokens.

The signature is RSA with SHA-256 (RS256, RFC 7518 section 3.3). The portal's public key lies in VAR_DIR as `einvoice_keys.pem`, one or
several, as PUBLIC KEY or CERTIFICATE; with none that fits, what is read is used and said to be not verified.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.tax.rules import check_gstin

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

KEY_FILE = "einvoice_keys.pem"
MOST_TEXT = 8000
MOST_INVOICE = 6_000_000  # a signed invoice of a thousand lines is some hundred kilobytes
_PEM = re.compile(r"-----BEGIN (PUBLIC KEY|CERTIFICATE)-----(.+?)-----END", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the QR says. `total` in paise."""

    seller_gstin: str
    buyer_gstin: str
    number: str
    kind: str  # INV, CRN, DBN
    day: date
    total: Paise
    irn: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Token:
    """What a token of the portal says, amounts as text, and whether one of our keys has signed it."""

    data: dict[str, Any]
    is_verified: bool


def read_qr(text: str, keys: Sequence[RSAPublicKey]) -> Scanned:
    """What the QR of an e-invoice says. InvalidInput for anything else, and for one that says what cannot be."""
    try:
        token = read_token(text, keys)
        return _scanned(token.data, is_verified=token.is_verified)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unreadable() from None


def read_token(text: str, keys: Sequence[RSAPublicKey], most: int = MOST_TEXT) -> Token:
    """What the portal wrote into a token. ValueError for anything else, and for more than `most` characters."""
    parts = "".join(text.split()).split(".")
    if len(parts) != 3 or len(text) > most:
        raise ValueError("not a token")
    try:
        head, said = json.loads(_bytes(parts[0])), json.loads(_bytes(parts[1]), parse_float=str)
        data = said["data"]
        data = json.loads(data, parse_float=str) if isinstance(data, str) else data
        signature = _bytes(parts[2])
        is_rsa = head["alg"] == "RS256"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("not a token") from None
    if not isinstance(data, dict):
        raise ValueError("not a token")  # noqa: TRY004 - what was sent is wrong, not our call
    return Token(data, is_rsa and _is_signed(f"{parts[0]}.{parts[1]}".encode(), signature, keys))


def public_keys(folder: Path) -> list[RSAPublicKey]:
    """The portal's keys that this machine knows; none where the file is not there."""
    try:
        return keys_in((folder / KEY_FILE).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        return []


def keys_in(text: str) -> list[RSAPublicKey]:
    """The RSA keys in a text of PEM blocks. What is no RSA key in it is passed over."""
    return [key for kind, body in _PEM.findall(text) if (key := _key_in(kind, body)) is not None]


def _scanned(data: Any, *, is_verified: bool) -> Scanned:
    return Scanned(
        seller_gstin=check_gstin(str(data["SellerGstin"])),
        buyer_gstin=str(data["BuyerGstin"]).upper(),
        number=clean_text(str(data["DocNo"])),
        kind=str(data["DocTyp"]),
        day=datetime.strptime(str(data["DocDt"]), "%d/%m/%Y").date(),  # noqa: DTZ007 - a day of the paper, no instant
        total=read_paise(str(data["TotInvVal"])),
        irn=clean_text(str(data.get("Irn", "")))[:64],
        is_verified=is_verified,
    )


def _is_signed(message: bytes, signature: bytes, keys: Sequence[RSAPublicKey]) -> bool:
    return any(_has_signed(key, message, signature) for key in keys)


def _has_signed(key: RSAPublicKey, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _key_in(kind: str, body: str) -> RSAPublicKey | None:
    """The RSA key of a PEM block; None for another kind of key, and for what cannot be read."""
    # Some megabytes, which only the process that looks at a signature needs.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    from cryptography.x509 import load_der_x509_certificate

    try:
        der = base64.b64decode("".join(body.split()), validate=True)
        key = load_der_x509_certificate(der).public_key() if kind == "CERTIFICATE" else load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) else None


def _bytes(part: str) -> bytes:
    if not part.isascii():
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _unreadable() -> InvalidInput:
    return InvalidInput({"scan": "This is not the QR of an e-invoice. Scan the large square on the supplier's paper, or type the bill."})
