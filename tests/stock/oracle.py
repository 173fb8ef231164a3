"""Weighted average cost a second time, written from the words of docs/registers.md and sharing nothing with the program.

Fractions instead of integer divisions, goods owed kept apart from goods held, and always from the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Event:
    """A movement: its place in time, its quantity, the value it came with (as documents say today), the event it takes back."""

    day: int
    place: int
    qty: int
    given: int | None = None
    takes_back: int | None = None
    out_of: int | None = None  # goods that go back: the event that had brought them (first in, first out asks)


def to_paise(amount: Fraction) -> int:
    """Half away from zero."""
    whole, rest = divmod(abs(amount), 1)
    paise = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    return paise if amount >= 0 else -paise


def right_values(events: list[Event]) -> tuple[dict[int, int], int, int]:
    """(what each event should have changed the value of stock by, quantity at the end, value at the end)."""
    held = owed = worth = debt = 0  # thousandths held and owed; paise they are worth
    newest = 0  # thousandths of a paisa for a unit
    rights: dict[int, int] = {}
    for event in sorted(events, key=lambda one: (one.day, one.place)):
        given = event.given if event.takes_back is None else -rights[event.takes_back]
        before = worth - debt
        if event.qty > 0:
            if given is None:
                given = to_paise(Fraction(worth * event.qty, held)) if held else to_paise(Fraction(newest * event.qty, 10**6))
            elif event.takes_back is None:
                newest = to_paise(Fraction(given * 10**6, event.qty))
            made_good = min(owed, event.qty)
            if made_good:
                paid = given if made_good == event.qty else to_paise(Fraction(given * made_good, event.qty))
                debt -= debt if made_good == owed else to_paise(Fraction(debt * made_good, owed))
                given -= paid
            owed -= made_good
            held += event.qty - made_good
            worth += given
        else:
            wanted = -event.qty
            from_shelf = min(held, wanted)
            if from_shelf == wanted and held > wanted:
                part = min(-given, worth) if given is not None else to_paise(Fraction(worth * wanted, held))
            else:
                part = worth
            beyond = wanted - from_shelf
            if beyond and given is not None:
                debt += -given - to_paise(Fraction(-given * from_shelf, wanted))
            elif beyond:
                debt += to_paise(Fraction(newest * beyond, 10**6))
            worth, held, owed = worth - part, held - from_shelf, owed + beyond
        rights[event.place] = worth - debt - before
    return rights, held - owed, worth - debt
