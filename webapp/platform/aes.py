"""AES with a key of 256 bits (FIPS 197), block by block without chaining (ECB, NIST SP 800-38A section 6.1), padded by PKCS #7.

The tax portals ask for exactly this inside their TLS connections; nothing of ours is kept by it (webapp.platform.sealing keeps secrets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher

BLOCK_BITS = 128
KEY_BYTES = 32


def encrypt(key: bytes, clear: bytes) -> bytes:
    """`clear`, padded and encrypted. ValueError when the key has not 32 bytes."""
    from cryptography.hazmat.primitives import padding

    padder, encryptor = padding.PKCS7(BLOCK_BITS).padder(), _cipher(key).encryptor()
    return encryptor.update(padder.update(clear) + padder.finalize()) + encryptor.finalize()


def decrypt(key: bytes, sent: bytes) -> bytes:
    """What was encrypted. ValueError for a wrong key or length, and for padding that is none."""
    from cryptography.hazmat.primitives import padding

    decryptor, unpadder = _cipher(key).decryptor(), padding.PKCS7(BLOCK_BITS).unpadder()
    if not sent or len(sent) * 8 % BLOCK_BITS:
        raise ValueError("not whole blocks")
    clear = decryptor.update(sent) + decryptor.finalize()
    try:
        return unpadder.update(clear) + unpadder.finalize()
    except ValueError as odd:
        raise ValueError("not the key it was encrypted with") from odd


def _cipher(key: bytes) -> Cipher[Any]:
    # Some megabytes, which only the process that speaks with a portal needs.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - the portals' choice, within TLS
