"""First in, first out a second time, written from the words of docs/registers.md and sharing nothing with the program.

Goods lie in heaps, each with the place in time of the event that brought it. Always from the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from tests.stock.oracle import Event, to_paise


@dataclass
class Heaps:
    """What lies there: place → [thousandths, paise]; what is owed; what each event took of which heaps."""

    lying: dict[int, list[int]] = field(default_factory=dict)
    owed: int = 0
    debt: int = 0
    newest: int = 0
    taken: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)

    def worth(self) -> int:
        return sum(paise for _qty, paise in self.lying.values()) - self.debt

    def lay(self, rank: int, qty: int, paise: int) -> None:
        """Goods are laid down; they first make good what is owed."""
        good = min(qty, self.owed)
        if good:
            share = to_paise(Fraction(paise * good, qty))
            self.debt -= to_paise(Fraction(self.debt * good, self.owed))
            self.owed -= good
            qty, paise = qty - good, paise - share
        if qty:
            heap = self.lying.setdefault(rank, [0, 0])
            heap[0] += qty
            heap[1] += paise

    def take(self, event: Event, given: int | None, first: int | None) -> None:
        wanted, took = -event.qty, self.taken.setdefault(event.place, {})
        order = sorted(self.lying, key=lambda rank: (rank != first, rank))
        for rank in order:
            heap, part = self.lying[rank], min(wanted, self.lying[rank][0])
            if not part:
                continue
            paise = to_paise(Fraction(heap[1] * part, heap[0]))
            took[rank] = (part, paise)
            heap[0] -= part
            heap[1] -= paise
            wanted -= part
        self.lying = {rank: heap for rank, heap in self.lying.items() if heap[0]}
        if wanted:
            here = -event.qty - wanted
            assumed = (
                to_paise(Fraction(self.newest * wanted, 10**6)) if given is None else given - to_paise(Fraction(given * here, -event.qty))
            )
            self.owed, self.debt = self.owed + wanted, self.debt + assumed


def right_values(events: list[Event]) -> tuple[dict[int, int], int, int, list[tuple[int, int]]]:
    """(what each event should have changed the value of stock by; quantity and value at the end; the heaps, oldest first)."""
    heaps, rights = Heaps(), {}
    in_order = sorted(events, key=lambda one: (one.day, one.place))
    rank = {event.place: number for number, event in enumerate(in_order)}
    for event in in_order:
        before = heaps.worth()
        if event.takes_back is not None:
            given, origin = -rights[event.takes_back], event.takes_back
            if event.qty < 0:
                heaps.take(event, -given, rank[origin])
            else:
                pieces = sorted(heaps.taken[origin].items())
                for of, (qty, paise) in pieces:
                    heaps.lay(of, qty, paise)
                rest = event.qty - sum(qty for _of, (qty, _paise) in pieces)
                if rest:
                    heaps.lay(rank[event.place], rest, given - sum(paise for _of, (_qty, paise) in pieces))
        elif event.qty > 0:
            paise = to_paise(Fraction(heaps.newest * event.qty, 10**6)) if event.given is None else event.given
            if event.given is not None:
                heaps.newest = to_paise(Fraction(paise * 10**6, event.qty))
            heaps.lay(rank[event.place], event.qty, paise)
        else:
            heaps.take(event, None if event.given is None else -event.given, None if event.out_of is None else rank[event.out_of])
        rights[event.place] = heaps.worth() - before
    held = [(qty, paise) for _rank, (qty, paise) in sorted(heaps.lying.items())]
    return rights, sum(qty for qty, _paise in held) - heaps.owed, heaps.worth(), held
