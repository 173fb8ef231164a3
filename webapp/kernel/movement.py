"""What a document asks the stock register to write."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from webapp.kernel.errors import keep_promise
from webapp.kernel.money import Paise, Qty
from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class Movement:
    """One item in or out of one store. `qty` is signed, in is positive.

    `value` (paise, same sign as `qty`) is given by whoever knows it: a receipt its cost, a return the cost at which
    the goods went out. None asks the register to value it as the item is valued. `line_no` counts the movements
    of the document.
    """

    line_no: int
    item_id: UUID
    store_id: UUID
    qty: Qty
    value: Paise | None = None
    batch: str = ""
    serials: tuple[str, ...] = ()  # of an item that is kept by serial number: one for each unit, or none where they are unknown
    of_line: int | None = None  # the document's line, where it is not `line_no`: one line may come out of several batches
    source: tuple[UUID, int] | None = None  # of goods that go back: the movement (document, line) that had brought them

    def __post_init__(self) -> None:
        keep_promise(self.qty != 0, "a movement moves something")
        keep_promise(len(self.serials) * 1000 <= abs(self.qty), "a movement names no more serial numbers than it moves")
        keep_promise(self.value is None or self.value == 0 or (self.value > 0) == (self.qty > 0), "value has the sign of qty")


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What the label of a lot says. `expires_on` is the last day on which it may be sold."""

    batch: str
    expires_on: date | None = None
    made_on: date | None = None
    mrp: Paise | None = None


@dataclass(frozen=True, slots=True)
class StockSlip:
    """A request to the stock register: all of it is written, or none."""

    movements: tuple[Movement, ...]
