"""A push that only its browser reads (RFC 8291): one record of `aes128gcm` (RFC 8188) under a key of this push alone."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_SIZE = 4_096  # bytes: what a push service takes (RFC 8291, section 4), so there is one record
_LAST_RECORD = b"\x02"  # RFC 8188, section 2


def encrypted(
    clear: bytes, browser: bytes, auth: bytes, *, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The body of the request. `browser` is the browser's point of P-256, uncompressed, `auth` its secret of 16 bytes; `own` and `salt`
    are given by tests alone. ValueError for a point that is not on the curve."""
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or secrets.token_bytes(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser)
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), theirs)
    keying = _derived(shared, auth, b"WebPush: info\0" + browser + point, 32)  # RFC 8291, section 3.4
    key = _derived(keying, salt, b"Content-Encoding: aes128gcm\0", 16)  # RFC 8188, section 2.2
    nonce = _derived(keying, salt, b"Content-Encoding: nonce\0", 12)  # section 2.3; of the first record it is the nonce itself
    header = salt + RECORD_SIZE.to_bytes(4, "big") + len(point).to_bytes(1, "big") + point
    return header + AESGCM(key).encrypt(nonce, clear + _LAST_RECORD, None)


def _derived(keying: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(keying)
