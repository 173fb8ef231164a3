"""Days on which reminders rest unless a business says otherwise: the nation's, and the festivals of a year as the government lists them.

Festivals by the moon are told year by year: a year that is not here has the fixed days alone, and its page says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple


class Holiday(NamedTuple):
    """A day, what it is, and where that is said."""

    day: date
    name: str
    source: str


# Of every year: (month, day) and name. The three national holidays, and Christmas, which all lists below have.
_FIXED: Mapping[tuple[int, int], str] = {
    (1, 26): "Republic Day",
    (8, 15): "Independence Day",
    (10, 2): "Mahatma Gandhi's Birthday",
    (12, 25): "Christmas Day",
}
_FIXED_SOURCE = "Fixed every year"

# Department of Personnel and Training, O.M. of 3 July 2025, Annexure I (holidays of offices in Delhi and New Delhi). The days of Id,
# Muharram and Milad-un-Nabi may yet move by one with the moon.
_FESTIVALS: Mapping[int, tuple[str, tuple[tuple[int, int, str], ...]]] = {
    2026: (
        "DoPT O.M. of 3 July 2025, Annexure I",
        (
            (3, 4, "Holi"),
            (3, 21, "Id-ul-Fitr"),
            (3, 26, "Ram Navami"),
            (3, 31, "Mahavir Jayanti"),
            (4, 3, "Good Friday"),
            (5, 1, "Buddha Purnima"),
            (5, 27, "Id-ul-Zuha (Bakrid)"),
            (6, 26, "Muharram"),
            (8, 26, "Milad-un-Nabi"),
            (9, 4, "Janmashtami"),
            (10, 20, "Dussehra"),
            (11, 8, "Diwali (Deepavali)"),
            (11, 24, "Guru Nanak's Birthday"),
        ),
    ),
}


def has_festivals(year: int) -> bool:
    """Whether the festivals of a year are known here."""
    return year in _FESTIVALS


def of_year(year: int) -> list[Holiday]:
    """The holidays of a year, by day."""
    found = [Holiday(date(year, month, day), name, _FIXED_SOURCE) for (month, day), name in _FIXED.items()]
    source, festivals = _FESTIVALS.get(year, ("", ()))
    return sorted(found + [Holiday(date(year, month, day), name, source) for month, day, name in festivals])
