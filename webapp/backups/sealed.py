"""How a file lies in a backup: compressed, then sealed by AES-256-GCM in pieces whose order and end are sealed too.

    offset  bytes  what
    0       8      "MUNIMB1\\n"
    8       8      which key: the first bytes of SHA-256("munim backup key" + key), so that another key is told from damage
    16      16     salt, random for each file
    32      …      pieces: 4 bytes length of the sealed piece (big-endian), then the piece; the last one is marked in its nonce

The key of a file is HKDF-SHA256(backup key, salt, info = "munim backup 1 " + purpose): a file put in another's place does not open.
A piece is up to 1 MiB of the compressed text; its nonce is 11 bytes of its number and one byte, 1 for the last piece and 0 before
(the STREAM construction: Hoang, Reyhanitabar, Rogaway and Vizar, CRYPTO 2015); the header is its associated data. So a piece that is
changed, left out, doubled, moved or cut off at the end is found. Inside is one gzip stream.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from webapp.backups.refusals import DamagedBackup, WrongKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"MUNIMB1\n"
PIECE = 1 << 20
TAG = 16
LEVEL = 3  # of gzip: a third of the time of the usual 6, for a twentieth more
_GZIP = 31


def key_id(key: bytes) -> bytes:
    """Which key it is, without telling it."""
    return hashlib.sha256(b"munim backup key" + key).digest()[:8]


def seal(key: bytes, purpose: str, clear: Iterable[bytes]) -> Iterator[bytes]:
    """What is written: the header, then the pieces."""
    header = MAGIC + key_id(key) + os.urandom(16)
    yield header
    cipher = _cipher(key, header, purpose)
    waiting, number = b"", 0
    for packed in _packed(clear):
        waiting += packed
        while len(waiting) > PIECE:
            yield _piece(cipher, header, number, waiting[:PIECE], is_last=False)
            waiting, number = waiting[PIECE:], number + 1
    yield _piece(cipher, header, number, waiting, is_last=True)


def unseal(key: bytes, purpose: str, file: BinaryIO) -> Iterator[bytes]:
    """The clear text again. WrongKey, or DamagedBackup for whatever else differs from what was sealed, at the latest at its end:
    use nothing of it before it has ended."""
    name = f"The part {purpose} of the backup"
    header = _exactly(file, 32, name)
    if header[:8] != MAGIC:
        raise DamagedBackup(name, "its first bytes are not those of a backup")
    if header[8:16] != key_id(key):
        raise WrongKey(header[8:16].hex(), key_id(key).hex())
    cipher, unpack, number = _cipher(key, header, purpose), zlib.decompressobj(_GZIP), 0
    lengths = _exactly(file, 4, name)
    while lengths:
        length = int.from_bytes(lengths)
        if not TAG <= length <= PIECE + TAG:
            raise DamagedBackup(name, "a length in it cannot be")
        sealed, lengths = _exactly(file, length, name), file.read(4)
        if len(lengths) not in (0, 4):
            raise DamagedBackup(name, "it was cut off, or something was added")
        packed = _opened(cipher, header, number, sealed, is_last=not lengths, name=name)
        number += 1
        yield from _unpacked(unpack, packed, name)
    if rest := unpack.flush():
        yield rest
    if not unpack.eof or unpack.unused_data:
        raise DamagedBackup(name, "its content ends too early or too late")


def _packed(clear: Iterable[bytes]) -> Iterator[bytes]:
    pack = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    for chunk in clear:
        yield pack.compress(chunk)
    yield pack.flush()


def _unpacked(unpack: zlib._Decompress, packed: bytes, name: str) -> Iterator[bytes]:
    try:
        while packed and not unpack.eof:
            yield unpack.decompress(packed, PIECE)  # a limit: what was packed a thousandfold does not fill the memory
            packed = unpack.unconsumed_tail
    except zlib.error:
        raise DamagedBackup(name, "it does not unpack") from None


def _piece(cipher: AESGCM, header: bytes, number: int, clear: bytes, *, is_last: bool) -> bytes:
    sealed = cipher.encrypt(_nonce(number, is_last=is_last), clear, header)
    return len(sealed).to_bytes(4) + sealed


def _opened(cipher: AESGCM, header: bytes, number: int, sealed: bytes, *, is_last: bool, name: str) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(_nonce(number, is_last=is_last), sealed, header)
    except InvalidTag:
        raise DamagedBackup(name, f"piece {number + 1} was changed, moved or cut off") from None


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + (b"\x01" if is_last else b"\x00")


def _exactly(file: BinaryIO, count: int, name: str) -> bytes:
    read = b""
    while len(read) < count and (more := file.read(count - len(read))):
        read += more
    if len(read) != count:
        raise DamagedBackup(name, "it is cut off")
    return read


def _cipher(key: bytes, header: bytes, purpose: str) -> AESGCM:
    # Some megabytes, which only the process that makes or opens a backup needs.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    own = HKDF(algorithm=SHA256(), length=32, salt=header[16:32], info=f"munim backup 1 {purpose}".encode()).derive(key)
    return AESGCM(own)
