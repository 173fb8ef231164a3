"""What of an address is a view of a list. Pure."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

MOST_NAME = 60
MOST_QUERY = 2_000
MOST_VIEWS = 50  # of one person, of one list
EVERYTHING = "view"  # in an address: the list as it is, whatever is shown first

# Where in a list one is, and in which shape it is sent: not what it shows.
_PLACES = frozenset({"after", "before", "older", "newer", "page", "format", "of", EVERYTHING})


def tidied(query: str) -> str:
    """The filters of an address in a steady order: empty ones, and the place in the list, left out."""
    return urlencode(sorted((name, text) for name, text in parse_qsl(query) if name not in _PLACES and text.strip()))
