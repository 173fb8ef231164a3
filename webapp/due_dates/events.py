"""Facts this room announces."""

from __future__ import annotations

from datetime import date

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class ReturnDue:
    """A return that nobody has filed is due in so many days (7, 1), or was due the day before (-1). Announced once for each."""

    who: str
    form: str
    title: str
    period: str
    due_on: date
    lead: int
