"""What the Invoice Registration Portal has signed: the QR of an e-invoice, a supplier's or our own (CGST Rule 48(4), 46(r)), and the
invoice itself. Both are JSON Web Tokens.

The signature is RSA with SHA-256 (RS256, RFC 7518 section 3.3; padding by RFC 8017 section 8.2.2). Checking one needs the portal's
public key and integers only. The key lies in VAR_DIR as `einvoice_keys.pem`, one or several, as PUBLIC KEY or CERTIFICATE; with
none that fits, what is read is used and said to be not verified.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.text import clean_text
from webapp.tax.rules import check_gstin

KEY_FILE = "einvoice_keys.pem"
MOST_TEXT = 8000
MOST_INVOICE = 6_000_000  # a signed invoice of a thousand lines is some hundred kilobytes
# The DER of `SEQUENCE { SEQUENCE { OID sha256, NULL }, OCTET STRING (32) }`, before the hash (RFC 8017 section 9.2, note 1).
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_RSA = bytes.fromhex("06092a864886f70d010101")  # the OID of rsaEncryption
_PEM = re.compile(r"-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----(.+?)-----END", re.DOTALL)
_INTEGER, _BITS = 0x02, 0x03


class PublicKey(NamedTuple):
    """An RSA public key."""

    modulus: int
    exponent: int


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


def read_qr(text: str, keys: Sequence[PublicKey]) -> Scanned:
    """What the QR of an e-invoice says. InvalidInput for anything else, and for one that says what cannot be."""
    try:
        token = read_token(text, keys)
        return _scanned(token.data, is_verified=token.is_verified)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unreadable() from None


def read_token(text: str, keys: Sequence[PublicKey], most: int = MOST_TEXT) -> Token:
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


def public_keys(folder: Path) -> list[PublicKey]:
    """The portal's keys that this machine knows; none where the file is not there."""
    try:
        return keys_in((folder / KEY_FILE).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        return []


def keys_in(text: str) -> list[PublicKey]:
    """The RSA keys in a text of PEM blocks. What is no RSA key in it is passed over."""
    found = []
    for body in _PEM.findall(text):
        try:
            found.append(_key_in(base64.b64decode("".join(body.split()), validate=True)))
        except (ValueError, IndexError, binascii.Error):
            continue
    return found


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


def _is_signed(message: bytes, signature: bytes, keys: Sequence[PublicKey]) -> bool:
    for key in keys:
        size = (key.modulus.bit_length() + 7) // 8
        hashed = _SHA256 + sha256(message).digest()
        expected = b"\x00\x01" + b"\xff" * (size - len(hashed) - 3) + b"\x00" + hashed
        if len(signature) == size and pow(int.from_bytes(signature, "big"), key.exponent, key.modulus) == int.from_bytes(expected, "big"):
            return True
    return False


def _key_in(der: bytes) -> PublicKey:
    """The first RSA key in a SubjectPublicKeyInfo, or anywhere in a certificate. ValueError when there is none."""
    place = der.find(_RSA)
    if place < 0:
        raise ValueError("no RSA key")
    for tag, body in _elements(der[place:]):
        if tag == _BITS:
            ((_tag, numbers),) = _elements(body[1:])
            modulus, exponent = (int.from_bytes(value, "big") for kind, value in _elements(numbers) if kind == _INTEGER)
            return PublicKey(modulus, exponent)
    raise ValueError("no RSA key")


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element (X.690 section 8.1), as far as they go."""
    place = 0
    while place + 2 <= len(der):
        tag, size = der[place], der[place + 1]
        place += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(der[place : place + count], "big")
            place += count
        yield tag, der[place : place + size]
        place += size


def _bytes(part: str) -> bytes:
    if not part.isascii():
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _unreadable() -> InvalidInput:
    return InvalidInput({"scan": "This is not the QR of an e-invoice. Scan the large square on the supplier's paper, or type the bill."})
