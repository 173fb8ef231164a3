"""AES with a key of 256 bits (FIPS 197), block by block without chaining (ECB, NIST SP 800-38A section 6.1), padded by PKCS #7.

The tax portals ask for exactly this inside their TLS connections; nothing of ours is kept by it (webapp.platform.sealing keeps secrets).
Python has no AES of its own. It is some forty lines, held to the standard's vectors by its tests, and a few kilobytes take milliseconds.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

BLOCK = 16
KEY_BYTES = 32
_ROUNDS = 14


class _Boxes(NamedTuple):
    """The substitution and its inverse, and multiplication in GF(2^8) by what the column mixes need."""

    there: bytes
    back: bytes
    times: dict[int, bytes]


def encrypt(key: bytes, clear: bytes) -> bytes:
    """`clear`, padded and encrypted. ValueError when the key has not 32 bytes."""
    words = _expanded(key)
    short = BLOCK - len(clear) % BLOCK
    padded = clear + bytes([short]) * short
    return b"".join(_encrypted(padded[at : at + BLOCK], words) for at in range(0, len(padded), BLOCK))


def decrypt(key: bytes, sent: bytes) -> bytes:
    """What was encrypted. ValueError for a wrong key or length, and for padding that is none."""
    words = _expanded(key)
    if not sent or len(sent) % BLOCK:
        raise ValueError("not whole blocks")
    clear = b"".join(_decrypted(sent[at : at + BLOCK], words) for at in range(0, len(sent), BLOCK))
    short = clear[-1]
    if not 1 <= short <= BLOCK or clear[-short:] != bytes([short]) * short:
        raise ValueError("not the key it was encrypted with")
    return clear[:-short]


@cache
def _boxes() -> _Boxes:
    """Made once, when something is encrypted for the first time."""
    logs, powers, value = [0] * 256, [0] * 255, 1
    for exponent in range(255):
        logs[value], powers[exponent] = exponent, value
        value = _doubled(value) ^ value  # 3 generates the field
    there = bytearray(256)
    for one in range(256):
        inverse = powers[(255 - logs[one]) % 255] if one else 0
        mixed = inverse
        for _turn in range(4):
            inverse = (inverse << 1 | inverse >> 7) & 0xFF
            mixed ^= inverse
        there[one] = mixed ^ 0x63
    back = bytearray(256)
    for one, other in enumerate(there):
        back[other] = one
    times = {by: bytes(powers[(logs[by] + logs[one]) % 255] if one else 0 for one in range(256)) for by in (2, 3, 9, 11, 13, 14)}
    return _Boxes(bytes(there), bytes(back), times)


def _doubled(value: int) -> int:
    return (value << 1) ^ (0x11B if value & 0x80 else 0)


@cache
def _order(way: int) -> tuple[int, ...]:
    """Where each byte of a block comes from when its rows are shifted: to the left (1), or back (-1)."""
    return tuple((4 * (at // 4 + way * (at % 4)) + at % 4) % BLOCK for at in range(BLOCK))


def _expanded(key: bytes) -> list[bytes]:
    """The keys of all rounds (FIPS 197 section 5.2)."""
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    there, words, factor = _boxes().there, [key[at : at + 4] for at in range(0, KEY_BYTES, 4)], 1
    while len(words) < 4 * (_ROUNDS + 1):
        word = words[-1]
        if len(words) % 8 == 0:
            word = (word[1:] + word[:1]).translate(there)
            word, factor = bytes([word[0] ^ factor]) + word[1:], _doubled(factor)
        elif len(words) % 8 == 4:
            word = word.translate(there)
        words.append(_added(word, words[-8]))
    return [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def _added(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def _encrypted(block: bytes, keys: list[bytes]) -> bytes:
    boxes, order = _boxes(), _order(1)
    state = _added(block, keys[0])
    for number in range(1, _ROUNDS + 1):
        state = state.translate(boxes.there)
        state = bytes([state[at] for at in order])
        if number < _ROUNDS:
            state = _mixed(state, 2, 3, None, None)
        state = _added(state, keys[number])
    return state


def _decrypted(block: bytes, keys: list[bytes]) -> bytes:
    boxes, order = _boxes(), _order(-1)
    state = _added(block, keys[_ROUNDS])
    for number in range(_ROUNDS - 1, -1, -1):
        state = bytes([state[at] for at in order]).translate(boxes.back)
        state = _added(state, keys[number])
        if number:
            state = _mixed(state, 14, 11, 13, 9)
    return state


def _mixed(state: bytes, *by: int | None) -> bytes:
    """Each column times the circulant matrix whose first row is `by`; None is 1."""
    times = _boxes().times
    parts = [state.translate(times[one]) if one else state for one in by]
    mixed = bytearray(BLOCK)
    for column in range(0, BLOCK, 4):
        for row in range(4):
            value = 0
            for step, part in enumerate(parts):
                value ^= part[column + (row + step) % 4]
            mixed[column + row] = value
    return bytes(mixed)
