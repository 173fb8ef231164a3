"""What a token of a program is: its text and check signs, from where it may be used, for how long. Pure."""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from webapp.kernel.records import dataclass

# The text of a token ---------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """By how a text begins, so that whoever finds one knows what it opens, and a scanner of sources knows that it is one."""

    PERSONAL = "mun_pat"
    SERVICE = "mun_svc"
    REFRESH = "mun_rt"


_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BYTES = 32
BODY_SIGNS = {Kind.PERSONAL: 43, Kind.SERVICE: 43, Kind.REFRESH: 86}  # 256 and 512 bits in base 62
_CHECK_SIGNS = 6  # CRC-32 in base 62
_TEXT = re.compile(r"(mun_pat|mun_svc|mun_rt)_([0-9A-Za-z]{49,92})", re.ASCII)
MOST_SIGNS = 128


def new_text(kind: Kind) -> str:
    """A token of 256 random bits. Shown once; only its SHA-256 is kept."""
    return written(kind, secrets.token_bytes(_BYTES))


def written(kind: Kind, body: bytes) -> str:
    """The bytes as a token is written: prefix, base 62, and six signs that tell a mistyped one."""
    start = f"{kind}_{_base62(int.from_bytes(body, 'big'), BODY_SIGNS[kind])}"
    return start + _check(start)


def read_text(text: str) -> Kind | None:
    """The kind of a token by its text alone; None for a mistyped one, and for what is none."""
    found = _TEXT.fullmatch(text) if len(text) <= MOST_SIGNS else None
    if found is None:
        return None
    kind, start = Kind(found[1]), text[:-_CHECK_SIGNS]
    is_whole = len(found[2]) == BODY_SIGNS[kind] + _CHECK_SIGNS and secrets.compare_digest(text[-_CHECK_SIGNS:], _check(start))
    return kind if is_whole else None


def body_of(text: str, size: int) -> bytes:
    """The bytes of a token that `read_text` knows; ValueError when they are more than `size`."""
    number = 0
    for sign in text.rpartition("_")[2][:-_CHECK_SIGNS]:
        number = number * 62 + _SIGNS.index(sign)
    try:
        return number.to_bytes(size, "big")
    except OverflowError:
        raise ValueError("more than it can hold") from None


def beginning(text: str) -> str:
    """What a list shows of a token, so that its owner knows it again: the prefix and four signs of 43."""
    return text[: text.rindex("_") + 5]


def _check(start: str) -> str:
    return _base62(zlib.crc32(start.encode()), _CHECK_SIGNS)


def _base62(number: int, width: int) -> str:
    signs = []
    for _place in range(width):
        number, rest = divmod(number, 62)
        signs.append(_SIGNS[rest])
    return "".join(reversed(signs))


# From where --------------------------------------------------------------------------------------------------------------

MOST_NETWORKS = 20


def read_network(text: str) -> str:
    """An address or a network as it is kept: "203.0.113.7/32", "2001:db8::/48". ValueError, in words for the form, for any other."""
    if "%" in text:
        raise ValueError(f"{text} names an interface of one machine. Leave out what follows %.")
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text[:60]} is no address and no network. Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.") from None
    if isinstance(found.network_address, IPv6Address) and found.network_address.ipv4_mapped is not None:
        raise ValueError(f"{text[:60]} is an IPv4 address within IPv6. Write it as IPv4.")
    return str(found)


def is_from(address: str, networks: Sequence[str]) -> bool:
    """Whether an address is of one of the networks; no network at all means anywhere. An IPv4 address within IPv6 is read as IPv4."""
    if not networks:
        return True
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in map(ip_network, networks) if network.version == found.version)


# How long ----------------------------------------------------------------------------------------------------------------

DAYS = (7, 30, 90, 180, 365)
USUAL_DAYS, MOST_DAYS = 90, 365
ENDS_SOON = timedelta(days=14)
ACCESS_LIFE = timedelta(minutes=10)
REFRESH_IDLE, REFRESH_WHOLE = timedelta(days=30), timedelta(days=90)
SEEN_EVERY = timedelta(minutes=5)
MOST_TOKENS = 50  # that work at once: of one person in one business, and of a business itself
MOST_GRANTS = 10  # exchanges of one token that live at once; of more, the one longest unused ends


@dataclass(frozen=True, slots=True)
class GrantTimes:
    """When an exchange was made, last refreshed, ends in any case, and was ended (None: it was not)."""

    refreshed_at: datetime
    expires_at: datetime
    ended_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at and now < self.refreshed_at + REFRESH_IDLE


class State(StrEnum):
    """How a token stands."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> State:
    """A token that was revoked stays so when its time is over."""
    if revoked_at is not None:
        return State.REVOKED
    return State.ACTIVE if now < expires_at else State.EXPIRED
