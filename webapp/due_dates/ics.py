"""The calendar as a file that other calendars read (iCalendar, RFC 5545): days without hours, one event a duty. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from webapp.kernel.records import dataclass

END = "\r\n"
MOST_OCTETS = 75  # RFC 5545, 3.1: a line is folded above, its end not counted


@dataclass(frozen=True, slots=True)
class Event:
    """A day with what is due on it. `uid` stays the same for the same duty, so that a second import changes the first."""

    uid: str
    day: date
    summary: str
    description: str


def calendar(name: str, events: Iterable[Event], made_at: datetime) -> str:
    """The whole file; lines end with CR LF. `made_at` is UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Munim//Due dates//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for one in events:
        lines += _event(one, made_at)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + END for line in lines)


def escaped(text: str) -> str:
    """A value of type TEXT (3.3.11): backslash, semicolon, comma and the ends of lines are written out; other unseen signs left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return "".join(sign for sign in text if sign >= " " and sign != "\x7f")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets of UTF-8, no sign cut in two; each piece after the first begins with a blank (3.1)."""
    pieces, piece, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > MOST_OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    return END.join([*pieces, piece])


def _event(one: Event, made_at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(one.uid)}",
        f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(one.summary)}",
        f"DESCRIPTION:{escaped(one.description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        f"DESCRIPTION:{escaped(one.summary)}",
        "END:VALARM",
        "END:VEVENT",
    ]
