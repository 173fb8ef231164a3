"""What goods cost that go out first in, first out: what is on hand stands in layers, the oldest in front. Pure, exact in paise.

`docs/registers.md` gives the same in words. A document that comes in its turn moves the kept layers by `move`; whatever takes
goods out of another layer than the first, or comes late, is worked out by `replay`, which knows where every layer came from.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.errors import keep_promise
from webapp.kernel.money import rounded
from webapp.stock.rules import Correction, Holding, MovementRow, correction_of, unit_cost, value_at


def read_layers(text: str) -> tuple[tuple[int, int], ...]:
    """Layers as they are kept beside a balance."""
    return tuple((qty, value) for qty, value in json.loads(text))


def written_layers(layers: tuple[tuple[int, int], ...]) -> str:
    """Layers as `read_layers` reads them."""
    return json.dumps(layers, separators=(",", ":"))


def move(holding: Holding, qty: int, given: int | None, *, teaches_cost: bool = True) -> tuple[Holding, int]:
    """One movement in its turn: (the holding after it, what it changes the value by), as `rules.move`.

    Goods come in behind all others, and go out from the front. Where they should not (a reversal, goods that go back to their
    supplier), `replay` puts it right.
    """
    shelf = _Shelf.of(holding)
    change = shelf.move(qty, given, teaches_cost=teaches_cost)
    return shelf.holding(), change


def is_in_turn(qty: int, given: int | None, *, is_reversal: bool) -> bool:
    """Whether `move` says the truth of a movement that is the newest: it comes in behind the others, or goes out from the front."""
    return not is_reversal and (qty > 0 or given is None)


def replay(rows: Sequence[MovementRow], worth: Mapping[tuple[UUID, int], int]) -> tuple[Holding, list[Correction]]:
    """What every movement of an item, store and batch, from the first on, should have cost: (the holding at the end, what has to be
    put right). A replay cannot begin in the middle: what was on hand there does not tell which layers it was. `worth` as for
    `rules.replay`."""
    named = {(row.about_id, row.about_line_no) for row in rows if row.about_id is not None}
    shelf, history = _Shelf(), _History()
    corrections = []
    for age, row in enumerate(rows):
        shelf.age = age
        place = (row.document_id, row.line_no)
        right = _moved(shelf, history, row, row.given if row.given is None else worth.get(place, row.given))
        if place in named:
            history.rights[place] = right
            history.ages[place] = age
            history.taken[place] = tuple(shelf.taken)
        if right != row.stands:
            corrections.append(correction_of(row, right))
    return shelf.holding(), corrections


class _Part(NamedTuple):
    """Goods of one layer: its age (the place of the movement that brought it), how much, and what it is worth."""

    age: int
    qty: int
    value: int


@dataclass(slots=True)
class _Layer:
    age: int
    qty: int
    value: int


@dataclass(slots=True)
class _History:
    """Of the movements that others name: what they were worth, the age of the layer they made, and what they took."""

    rights: dict[tuple[UUID, int], int] = field(default_factory=dict)
    ages: dict[tuple[UUID, int], int] = field(default_factory=dict)
    taken: dict[tuple[UUID, int], tuple[_Part, ...]] = field(default_factory=dict)


def _moved(shelf: _Shelf, history: _History, row: MovementRow, given: int | None) -> int:
    """Move one row; returns what it changes the value by."""
    if row.about_id is None:
        return shelf.move(row.qty, given)
    about = (row.about_id, row.about_line_no or 0)
    if not row.is_reversal:
        return shelf.move(row.qty, given, out_of=history.ages.get(about))
    given = -history.rights[about]
    if row.qty < 0:
        return shelf.move(row.qty, given, teaches_cost=False, out_of=history.ages[about])
    return shelf.come_back(row.qty, given, history.taken[about])


@dataclass(slots=True)
class _Shelf:
    """Layers while movements pass, in the order of their age; `owed` thousandths are provisionally worth `debt`. `taken` is what the
    last movement took out of which layers."""

    layers: list[_Layer] = field(default_factory=list)
    owed: int = 0
    debt: int = 0
    last_cost: int = 0
    age: int = 0
    taken: list[_Part] = field(default_factory=list)

    @classmethod
    def of(cls, holding: Holding) -> _Shelf:
        keep_promise(holding.layers is not None, "goods that go out first in, first out stand in layers")
        layers = [_Layer(age, qty, value) for age, (qty, value) in enumerate(holding.layers or ())]
        if holding.qty >= 0:
            return cls(layers, 0, 0, holding.last_cost, len(layers))
        return cls(layers, -holding.qty, -holding.value, holding.last_cost)

    def holding(self) -> Holding:
        kept = tuple((one.qty, one.value) for one in self.layers)
        qty, value = sum(one[0] for one in kept) - self.owed, sum(one[1] for one in kept) - self.debt
        return Holding(qty, value, self.last_cost, kept)

    def move(self, qty: int, given: int | None, *, teaches_cost: bool = True, out_of: int | None = None) -> int:
        """Goods come in as a layer of their own, at the newest cost where none is given; or go out, of the layer of age `out_of` as
        long as it lasts, then from the front. Returns what the value changes by."""
        self.taken = []
        if qty < 0:
            return -self._go_out(-qty, None if given is None else -given, out_of)
        value = value_at(self.last_cost, qty) if given is None else given
        if given is not None and teaches_cost:
            self.last_cost = unit_cost(value, qty)
        return self._come_in(_Part(self.age, qty, value))

    def come_back(self, qty: int, given: int, parts: Sequence[_Part]) -> int:
        """What went out as `parts` comes back into their layers; what was owed when it went is a layer of its own."""
        self.taken = []
        rest = _Part(self.age, qty - sum(part.qty for part in parts), given - sum(part.value for part in parts))
        return sum(self._come_in(part) for part in (*parts, rest) if part.qty)

    def _come_in(self, part: _Part) -> int:
        """What is owed is made good first: the difference between its true cost and the one assumed is no value of stock."""
        fill = min(part.qty, self.owed)
        if not fill:
            self._put(part)
            return part.value
        true_cost = part.value if fill == part.qty else rounded(part.value * fill, part.qty)
        provisional = self.debt if fill == self.owed else rounded(self.debt * fill, self.owed)
        self.owed, self.debt = self.owed - fill, self.debt - provisional
        if part.qty > fill:
            self._put(_Part(part.age, part.qty - fill, part.value - true_cost))
        return part.value - true_cost + provisional

    def _put(self, part: _Part) -> None:
        place = bisect_left(self.layers, part.age, key=attrgetter("age"))
        if place < len(self.layers) and self.layers[place].age == part.age:
            self.layers[place].qty += part.qty
            self.layers[place].value += part.value
        else:
            self.layers.insert(place, _Layer(*part))

    def _go_out(self, qty: int, given: int | None, out_of: int | None) -> int:
        """The cost of goods going out: that of their layers. A given cost that differs is no value of stock: it stays with the cost of
        what was sold. What goes beyond what is there is owed, at the newest cost or at its share of the given one."""
        left = qty
        if out_of is not None:
            place = bisect_left(self.layers, out_of, key=attrgetter("age"))
            if place < len(self.layers) and self.layers[place].age == out_of:
                left -= self._take(place, left)
        while left and self.layers:
            left -= self._take(0, left)
        cost = sum(part.value for part in self.taken)
        if not left:
            return cost
        beyond = value_at(self.last_cost, left) if given is None else given - rounded(given * (qty - left), qty)
        self.owed, self.debt = self.owed + left, self.debt + beyond
        return cost + beyond

    def _take(self, place: int, wanted: int) -> int:
        """Take up to `wanted` out of one layer: its share of the layer's value, with the last of it all that is left. Returns how much."""
        layer = self.layers[place]
        if wanted >= layer.qty:
            self.taken.append(_Part(layer.age, layer.qty, layer.value))
            del self.layers[place]
            return layer.qty
        value = rounded(layer.value * wanted, layer.qty)
        self.taken.append(_Part(layer.age, wanted, value))
        layer.qty, layer.value = layer.qty - wanted, layer.value - value
        return wanted
