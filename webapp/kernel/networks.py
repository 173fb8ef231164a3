"""Whose address a request comes from, as far as counting goes."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


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
