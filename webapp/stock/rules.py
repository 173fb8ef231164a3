"""What goods cost and whether they may go out: weighted average cost, pure and exact in paise. First in, first out is in `layers`.

`docs/registers.md` gives the same in words with an example of each case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from webapp.kernel.dates import written as written_day
from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.money import Paise, Qty, plain_decimal, rounded, rupees, split
from webapp.kernel.records import dataclass

# A unit's cost is kept in thousandths of a paisa and a quantity in thousandths: 1000 × 1000 of them make a paisa.
_PER_PAISA = 1_000_000

# Goods that go back to their supplier: the movement names what had brought them and, unlike a reversal, does not undo it.
GOES_BACK = "purchase_return"


class Policy(StrEnum):
    """What to do when more goes out than is on hand."""

    REFUSE = "refuse"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Holding:
    """One item in one store and batch. Below zero, `value` is what the goods owed were provisionally valued at.

    Always: no quantity, no value; `value` is not of the other sign than `qty`. `layers` are the goods that are there as (quantity,
    value), the oldest first, where they go out first in, first out; None where they cost the weighted average.
    """

    qty: int
    value: int
    last_cost: int  # thousandths of a paisa for one unit: the cost of the newest receipt that said its cost
    layers: tuple[tuple[int, int], ...] | None = None


NOTHING = Holding(0, 0, 0)
NO_QTY = Qty(0)
NO_LAYERS = Holding(0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item of which more was wanted than was on hand, or than was free: tills have `held` the rest. In thousandths."""

    item_id: UUID
    on_hand: Qty
    wanted: Qty
    held: Qty = NO_QTY

    @property
    def free(self) -> Qty:
        """What could be taken now: never less than nothing, but for what is owed already."""
        return Qty(max(self.on_hand - self.held, 0)) if self.held else self.on_hand

    @property
    def there(self) -> str:
        """What there is of it, in words."""
        said = f"{plain_decimal(self.on_hand, 3)} on hand"
        return f"{said}, {plain_decimal(self.held, 3)} of them on bills being paid at a counter" if self.held else said


class NotEnoughStock(BooksError):
    """More would go out than is on hand. `shortages` has the figures; whoever knows the names words it better."""

    status = 409

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        figures = "; ".join(f"{one.there}, {plain_decimal(one.wanted, 3)} wanted" for one in shortages)
        super().__init__(
            problem=f"There is not enough stock: {figures}.",
            fix="Take what is free, or try again in some minutes, when those bills are done."
            if any(one.held for one in shortages)
            else "Lower the quantity, or record what has come in. An owner may allow selling below zero in Settings.",
        )
        self.shortages = shortages


class MadeOfNothing(BooksError):
    """By-products would be worth more than all that was used and spent."""

    status = 409

    def __init__(self, given: int, cost: int) -> None:
        super().__init__(
            problem=f"By-products worth {rupees(given)} come of goods and costs of {rupees(cost)}.",
            fix="Lower what the by-products are worth: what is made cannot be worth less than nothing.",
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that cannot be set aside, in thousandths: more is `wanted` than is `on_hand` less what other bills have `held`."""

    item_id: UUID
    wanted: Qty
    on_hand: Qty
    held: Qty

    @property
    def free(self) -> Qty:
        """What could be sold now: never less than nothing."""
        return Qty(max(self.on_hand - self.held, 0))


@dataclass(frozen=True, slots=True, order=True)
class StockKey:
    """Where goods are kept apart: item, store, batch."""

    item_id: UUID
    store_id: UUID
    batch: str = ""


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement as written, and what revaluations have added to its value since. Of that, `restated` is what a document has made
    of its given value: the supplier's bill of goods that were received at another price."""

    document_id: UUID
    line_no: int
    kind: str
    key: StockKey
    moved_on: date
    seq: int
    qty: int
    value: int
    is_value_given: bool
    about_id: UUID | None
    about_line_no: int | None
    revalued: int
    document_line_no: int | None = None
    restated: int = 0

    @property
    def is_reversal(self) -> bool:
        """It takes back the movement that it names."""
        return self.about_id is not None and self.kind != GOES_BACK

    @property
    def given(self) -> int | None:
        """The value that its documents know; None where the register values it."""
        return self.value + self.restated if self.is_value_given else None

    @property
    def of_line(self) -> int:
        """The line of the document that it belongs to."""
        return self.line_no if self.document_line_no is None else self.document_line_no

    @property
    def stands(self) -> int:
        """Its value as it stands today."""
        return self.value + self.revalued


@dataclass(frozen=True, slots=True)
class Correction:
    """The cost of one movement (of `kind`, on `moved_on`) put right by `amount` paise, signed as stock's value moves."""

    key: StockKey
    about_id: UUID
    about_line_no: int
    kind: str
    moved_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Restatement:
    """What came in with line `about_line_no` of the document `about_id` cost `amount` paise more (or less) than was written then, says
    the document `document_id`, in the register on `on`."""

    document_id: UUID
    on: date
    about_id: UUID
    about_line_no: int
    amount: int


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Costs from `from_day` on are no longer what a replay gives: `stocktaking.settle_costs` puts them right."""

    key: StockKey
    from_day: date


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the register wrote. `costs`: the value of each line of the document, without sign; it is what the stock account
    moves by.

    `unsettled` is empty for nearly every document; hand this whole answer to `stocktaking.settle_costs` regardless.
    """

    costs: Mapping[int, Paise]
    shortages: tuple[Shortage, ...] = ()
    unsettled: tuple[Unsettled, ...] = field(default=())

    @property
    def cost(self) -> Paise:
        """All lines' costs together."""
        return Paise(sum(self.costs.values()))


def value_at(cost_millipaise: int, qty: int) -> int:
    """The value of `qty` thousandths at a unit cost, in paise."""
    return rounded(cost_millipaise * qty, _PER_PAISA)


def unit_cost(value: int, qty: int) -> int:
    """What one unit costs, in thousandths of a paisa, when `qty` thousandths cost `value` paise."""
    return rounded(value * _PER_PAISA, qty)


def move(holding: Holding, qty: int, given: int | None, *, teaches_cost: bool = True) -> tuple[Holding, int]:
    """One movement: (the holding after it, what it changes the value by).

    `given` is the value that its document knows, signed like `qty`; None has it valued at the weighted average. A
    receipt's own cost becomes the newest known one if it `teaches_cost`; a reversal does not.
    """
    if qty > 0:
        value = _average(holding, qty) if given is None else given
        change = value if holding.qty >= 0 else _settled(holding, qty, value)
        last_cost = unit_cost(value, qty) if given is not None and teaches_cost else holding.last_cost
    else:
        change, last_cost = -_cost(holding, -qty, None if given is None else -given), holding.last_cost
    return Holding(holding.qty + qty, holding.value + change, last_cost), change


def _average(holding: Holding, qty: int) -> int:
    return rounded(holding.value * qty, holding.qty) if holding.qty > 0 else value_at(holding.last_cost, qty)


def _settled(holding: Holding, qty: int, value: int) -> int:
    """What a receipt into goods owed adds: its value, less the true cost of what it makes good, plus what that had been
    provisionally valued at. The rest of the difference is a cost (or a gain) of the goods already gone."""
    owed = -holding.qty
    fill = min(qty, owed)
    true_cost = value if fill == qty else rounded(value * fill, qty)
    provisional = -holding.value if fill == owed else rounded(-holding.value * fill, owed)
    return value - true_cost + provisional


def _cost(holding: Holding, qty: int, given: int | None) -> int:
    """The cost of `qty` going out: its share of the value; all of it with the last unit; beyond that the newest known
    cost. A given value stands unless it would leave goods of less than no value, or value without goods."""
    on_hand = max(holding.qty, 0)
    if qty < on_hand:
        return rounded(holding.value * qty, on_hand) if given is None else min(given, holding.value)
    held = holding.value if on_hand else 0
    if given is None:
        return held + value_at(holding.last_cost, qty - on_hand)
    return held + given - rounded(given * on_hand, qty)


# What a stock journal uses, and what it makes of that: the kinds of its movements.
USED, MADE = "assembly", "assembly_made"

Rights = MutableMapping[tuple[UUID, int], int]


def replay(
    start: Holding, rows: Sequence[MovementRow], rights: Rights, worth: Mapping[tuple[UUID, int], int]
) -> tuple[Holding, list[Correction]]:
    """What movements, in the order of days, should have cost: (the holding at the end, what has to be put right).

    Given are quantities and the values that documents know; `worth` has what was made out of other goods, at what those cost
    as it stands. A reversal takes back what its original should have cost; `rights` has that of originals before `start`
    and gains that of each row.
    """
    holding, corrections = start, []
    for row in rows:
        given = row.given if row.given is None else worth.get((row.document_id, row.line_no), row.given)
        if row.is_reversal and row.about_id is not None:
            given = -rights[row.about_id, row.about_line_no or 0]
        holding, right = move(holding, row.qty, given, teaches_cost=not row.is_reversal)
        rights[row.document_id, row.line_no] = right
        if right != row.stands:
            corrections.append(correction_of(row, right))
    return holding, corrections


def correction_of(row: MovementRow, right: int) -> Correction:
    """What brings a movement to what it should have changed the value of stock by."""
    return Correction(row.key, row.document_id, row.line_no, row.kind, row.moved_on, right - row.stands)


def made_values(used: int, added: int, weights: Sequence[int]) -> list[int]:
    """What each thing made is worth, in paise: what was used and what else it cost (`added`: wages, less by-products), shared by
    weight. By-products worth more than all that leave it worth nothing; the rest is a gain."""
    return split(max(used + added, 0), weights)


class Shared(Protocol):
    """Something made: its part of the cost, or its own value."""

    @property
    def line_no(self) -> int: ...
    @property
    def weight(self) -> int: ...
    @property
    def value(self) -> Paise | None: ...


def require_made(used: int, made: Sequence[Shared], added: int) -> dict[int, int]:
    """The value of each thing made, by its line. MadeOfNothing when by-products leave less than nothing to share."""
    values = {one.line_no: int(one.value) for one in made if one.value is not None}
    given, sharing = sum(values.values()), [one for one in made if one.value is None]
    if used + added < given:
        raise MadeOfNothing(given, used + added)
    shares = made_values(used, added - given, [one.weight for one in sharing])
    return values | {one.line_no: share for one, share in zip(sharing, shares, strict=True)}


def require_later(written: Iterable[MovementRow], on: date) -> None:
    """Conflict when goods would come back before they went."""
    day = max(row.moved_on for row in written)
    if on < day:
        raise Conflict(
            problem=f"These goods moved on {written_day(day)}; that cannot be undone on {written_day(on)}.",
            fix=f"Use {written_day(day)} or a later day.",
        )


def shortages_of(on_hand: Mapping[StockKey, int], short: Iterable[StockKey], wanted: Mapping[StockKey, int]) -> tuple[Shortage, ...]:
    """The report of what ran short."""
    return tuple(Shortage(key.item_id, Qty(on_hand[key]), Qty(wanted[key])) for key in dict.fromkeys(short))


def refused_of(wanted: Mapping[UUID, Qty], on_hand: Mapping[UUID, int], held: Mapping[UUID, int]) -> tuple[Refused, ...]:
    """Those of `wanted` of which too little is free."""
    found = (Refused(item_id, qty, Qty(on_hand[item_id]), Qty(held.get(item_id, 0))) for item_id, qty in wanted.items())
    return tuple(one for one in found if one.wanted > one.on_hand - one.held)
