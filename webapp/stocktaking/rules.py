"""What stocktaking decides without a database: the slips of its documents, and when a correction is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Protocol, TypeVar
from uuid import UUID

from webapp.kernel.errors import Conflict
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import BatchFacts, Movement, StockSlip
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass

# Why stock differs from the books, as a shop says it. The words are kept with the document.
REASONS = ("damaged", "expired", "lost", "own_use", "counted", "found", "other")


@dataclass(frozen=True, slots=True)
class Change:
    """How much more (or less) there is of an item. `value` is what more of it cost, if that is known. `label` says of which
    batch, `serials` which pieces, where the item is kept by them."""

    item_id: UUID
    qty: Qty
    value: Paise | None = None
    label: BatchFacts | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A count that differs, with its reason: an `adjustment`, `wastage`, or the `opening` stock of one item. The id is made by
    whoever asks, so that a repeat is recognised."""

    id: UUID
    adjusted_on: date
    store_id: UUID
    reason: str
    changes: tuple[Change, ...]
    kind: str = "adjustment"


# Who bears what such a document adds to the value of stock, or takes from it.
COUNTER_ACCOUNTS = {"adjustment": "stock-adjustment", "wastage": "wastage", "opening": "opening-difference"}


def fingerprint(kind: str, day: date, store_id: UUID, reason: str, changes: Sequence[Change]) -> str:
    """The hash of an adjustment's content."""
    lines: list[tuple[object, ...]] = [(change.item_id.hex, change.qty, change.value) for change in changes]
    lines += [(place, change.label, change.serials) for place, change in enumerate(changes) if change.label or change.serials]
    return sha256(repr((kind, day.isoformat(), store_id.hex, reason, lines)).encode()).hexdigest()


def require_same(number: str, earlier: str, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier != now:
        raise Conflict(
            problem=f"Stock adjustment {number} was already recorded under this id, with other content.",
            fix="Nothing was written. Open a new adjustment for what is different.",
        )


def stock_slip(store_id: UUID, changes: Sequence[Change]) -> StockSlip:
    """One movement for each change."""
    return StockSlip(
        tuple(
            Movement(
                number,
                change.item_id,
                store_id,
                change.qty,
                change.value,
                batch=change.label.batch if change.label else "",
                serials=change.serials,
            )
            for number, change in enumerate(changes, start=1)
        )
    )


def value_slip(amounts: Mapping[UUID, int], stock_account: UUID) -> Slip | None:
    """Dr stock-in-hand and Cr each account by what it gave to the value of stock, or the other way round. None when
    nothing moved. What gave and what took are shown apart, not netted into one stock line that hides both."""
    lines: list[Line] = []
    for account, amount in amounts.items():
        if amount > 0:
            lines += [debit(stock_account, amount), credit(account, amount)]
        elif amount < 0:
            lines += [debit(account, -amount), credit(stock_account, -amount)]
    return Slip(tuple(lines)) if lines else None


def cost_account(kind: str) -> str:
    """Whose cost a movement of `kind` is: the code of the account that a correction of it goes to."""
    return {"adjustment": "stock-adjustment", "wastage": "wastage"}.get(kind, "cost-of-goods")


class Place(Protocol):
    """Where goods are kept apart: the stock register's key, as far as it matters here."""

    @property
    def store_id(self) -> UUID: ...


class Corrected(Protocol):
    """A cost put right: the stock register's Correction, as far as it matters here."""

    @property
    def key(self) -> Place: ...
    @property
    def kind(self) -> str: ...
    @property
    def moved_on(self) -> date: ...
    @property
    def amount(self) -> int: ...


One = TypeVar("One", bound=Corrected)


@dataclass(frozen=True, slots=True, order=True)
class Sheet:
    """One voucher's worth of corrections: one day, one store."""

    day: date
    store_id: UUID


def sheets(corrections: Sequence[One], locked: frozenset[date], today: date) -> dict[Sheet, list[One]]:
    """Corrections by the day and store they are posted on: their own day, or today when that is in a locked month."""
    made: dict[Sheet, list[One]] = {}
    for one in corrections:
        day = today if one.moved_on in locked else one.moved_on
        made.setdefault(Sheet(day, one.key.store_id), []).append(one)
    return {sheet: made[sheet] for sheet in sorted(made)}


def amounts_by_code(corrections: Sequence[Corrected]) -> dict[str, int]:
    """What corrections add to the value of stock, by the code of the account that bears them."""
    amounts: dict[str, int] = {}
    for one in corrections:
        code = cost_account(one.kind)
        amounts[code] = amounts.get(code, 0) + one.amount
    return amounts
