"""How often one address may open links: pure, given the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from webapp.kernel.errors import BooksError

MOST_A_MINUTE = 60
MOST_ANSWERS_A_MINUTE = 10  # what is sent by a form of a public page
_WINDOW_SECONDS = 60
_MOST_ADDRESSES = 10_000


class TooManyOpenings(BooksError):
    """One address opens links faster than a person does."""

    status = 429

    def __init__(self) -> None:
        super().__init__(problem="Too many links were opened from here.", fix="Wait a minute, then open it again.")


@dataclass(slots=True)
class Doorkeeper:
    """Counts openings by address in windows of a minute. Of this process only: with several workers the limit is as many times
    larger, which still ends a flood. Forgets all when it knows too many addresses, so that it cannot be filled up."""

    most: int = MOST_A_MINUTE
    _window: int = 0
    _counts: dict[str, int] = field(default_factory=dict)

    def require_room(self, address: str, second: int) -> None:
        """Count one opening from `address` at `second`; TooManyOpenings beyond the limit."""
        address = counted_as(address)
        window = second // _WINDOW_SECONDS
        if window != self._window or len(self._counts) >= _MOST_ADDRESSES:
            self._window, self._counts = window, {}
        self._counts[address] = self._counts.get(address, 0) + 1
        if self._counts[address] > self.most:
            raise TooManyOpenings


def counted_as(address: str) -> str:
    """The address that is counted: of IPv6 the network, for each of its 2^64 addresses is of one household (RFC 6177)."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{found.exploded[:19]}::/64"
