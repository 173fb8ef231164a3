"""Tills: one browser each, with its own number series, and what they send when there is a network.

Promises: a command is carried out exactly once, whatever is sent again; a series is taken strictly in order; a sale that
has happened is never refused, what cannot be written waits for a person; one bad command does not stop the rest; a till
sees no cost. The protocol is `docs/sync-protocol.md`.
"""

from webapp.counter.queries import TillRow, explained_numbers, till_rows
from webapp.counter.shifts import ShiftRow, ShiftView, shift_rows, shift_view
from webapp.counter.tills import COOKIE, Device, device_of
from webapp.counter.watch import WatchedTill, usual_hours, watched_tills

__all__ = [
    "COOKIE",
    "Device",
    "ShiftRow",
    "ShiftView",
    "TillRow",
    "WatchedTill",
    "device_of",
    "explained_numbers",
    "shift_rows",
    "shift_view",
    "till_rows",
    "usual_hours",
    "watched_tills",
]
