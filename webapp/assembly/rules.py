"""What a stock journal and a bill of materials may be, and what a journal asks the ledger to write. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import MOST_QTY, BasisPoints, Paise, Qty, rounded
from webapp.kernel.posting import Line, Slip
from webapp.kernel.records import dataclass

MOST_LINES = 200
MOST_TEXT = 300
MOST_LEVELS = 20
ONE = 10_000  # 100 % in basis points
KINDS = ("journal", "assembly", "disassembly")
SHARES = ("value", "qty", "share")
NO_SHARE = BasisPoints(0)


class JournalRefused(BooksError):
    """It cannot be posted or cancelled as asked."""

    status = 409


class BomRefused(BooksError):
    """A bill of materials that cannot be ended now."""

    status = 409


@dataclass(frozen=True, slots=True)
class UseLine:
    """One item to use up: thousandths. No batch named: the first to expire."""

    item_id: UUID
    qty: Qty
    batch: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeLine:
    """One item to make: thousandths. `share` is its part of the cost where shares are typed, in hundredths of a percent or any
    other measure; a by-product has its `value` in paise instead."""

    item_id: UUID
    qty: Qty
    batch: str = ""
    expires_on: date | None = None
    serials: tuple[str, ...] = ()
    share: BasisPoints = NO_SHARE
    value: Paise | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What else the goods cost, in paise: wages, power. Its account is credited."""

    account_id: UUID
    amount: Paise


Goods = Sequence[UseLine | MakeLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Goods to use and to make, in one store. The id is made by whoever asks; `body_sha256` is the hash of what was asked.
    `share_by` says by what the goods made share the cost: their selling price, their quantity, or shares typed."""

    id: UUID
    store_id: UUID
    made_on: date
    used: tuple[UseLine, ...]
    made: tuple[MakeLine, ...]
    body_sha256: str
    by_products: tuple[MakeLine, ...] = ()
    costs: tuple[Cost, ...] = ()
    kind: str = "journal"
    share_by: str = "value"
    bom_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class BomLine:
    """One component, as BillOfMaterialsLine keeps it."""

    item_id: UUID
    qty: Qty
    wastage_bp: BasisPoints = NO_SHARE
    share: BasisPoints = NO_SHARE


@dataclass(frozen=True, slots=True)
class BomDraft:
    """What an item is made of, from a day on. `version` is that of the bill that was changed, nought for a new one."""

    id: UUID
    item_id: UUID
    valid_from: date
    output_qty: Qty
    lines: tuple[BomLine, ...]
    note: str = ""
    version: int = 0


def require_same(number: str, earlier: str, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier != now:
        raise Conflict(
            problem=f"Stock journal {number} was already recorded under this id, with other content.",
            fix="Nothing was written. Open a new stock journal for what is different.",
        )


def require_journal(asked: Journal, today: date) -> None:
    """InvalidInput by field for what cannot be made."""
    errors: dict[str, str] = {}
    if asked.made_on > today:
        errors["made_on"] = "Choose a day, today or earlier."
    if asked.kind not in KINDS:
        errors["kind"] = "Choose one of the kinds."
    if asked.share_by not in SHARES:
        errors["share_by"] = "Choose how the cost is shared."
    if not asked.used:
        errors["used"] = "Add at least one item that is used."
    if not asked.made:
        errors["made"] = "Add at least one item that is made."
    for field, lines in (("used", asked.used), ("made", asked.made), ("by", asked.by_products)):
        errors |= _goods_errors(field, lines)
    if len(asked.costs) > MOST_LINES:
        errors["cost"] = f"{len(asked.costs)} lines are too many; use at most {MOST_LINES}."
    errors |= {f"cost_amount_{n}": "Type an amount above 0." for n, cost in enumerate(asked.costs, 1) if cost.amount <= 0}
    errors |= {
        f"by_value_{n}": "Say what it is worth: 0 or more."
        for n, one in enumerate(asked.by_products, 1)
        if one.value is None or one.value < 0
    }
    if asked.share_by == "share":
        errors |= _share_errors(asked.made)
    if len(asked.note) > MOST_TEXT:
        errors["note"] = f"Use at most {MOST_TEXT} characters."
    if errors:
        raise InvalidInput(errors)


def _goods_errors(field: str, lines: Goods) -> dict[str, str]:
    if len(lines) > MOST_LINES:
        return {field: f"{len(lines)} lines are too many; use at most {MOST_LINES}."}
    return {f"{field}_qty_{n}": "Type a quantity above 0." for n, line in enumerate(lines, 1) if not 0 < line.qty <= MOST_QTY}


def _share_errors(made: Sequence[MakeLine]) -> dict[str, str]:
    if made and not any(line.share for line in made):
        return {"made_share_1": "Type the shares of the cost, or have it shared by price or quantity."}
    return {f"made_share_{n}": "A share is 0 or more." for n, line in enumerate(made, 1) if line.share < 0}


def weights(asked: Journal, prices: Mapping[UUID, int]) -> list[int]:
    """The part of the cost that each thing made bears. `prices` are of one unit, in thousandths of a paisa. InvalidInput when
    nothing that is made has a price."""
    if asked.share_by == "share":
        return [int(line.share) for line in asked.made]
    if asked.share_by == "qty" or len(asked.made) == 1:
        return [int(line.qty) for line in asked.made]
    found = [rounded(line.qty * prices[line.item_id], 1000) for line in asked.made]
    if not any(found):
        raise InvalidInput({"share_by": "Nothing that is made has a price. Share the cost by quantity, or type the shares."})
    return found


def journal_slip(used: int, came: int, costs: Sequence[Cost], stock_account: UUID) -> Slip | None:
    """Dr stock by all that was made, Cr stock by what was used, Cr the account of each other cost. None where nothing has a value."""
    lines = [Line(stock_account, Paise(amount)) for amount in (came, -used) if amount]
    lines += [Line(cost.account_id, Paise(-cost.amount)) for cost in costs]
    return Slip(tuple(lines)) if lines else None


def needed(qty: int, wastage_bp: int, output_qty: int, wanted: int) -> Qty:
    """How much of a component `wanted` of the item take, what is lost on the way included, to the nearest thousandth."""
    return Qty(rounded(qty * wanted * (ONE + wastage_bp), output_qty * ONE))


def require_bom(draft: BomDraft) -> None:
    """InvalidInput by field for what cannot be a bill of materials."""
    errors: dict[str, str] = {}
    if not 0 < draft.output_qty <= MOST_QTY:
        errors["output_qty"] = "Type a quantity above 0."
    if not draft.lines:
        errors["lines"] = "Add at least one component."
    elif len(draft.lines) > MOST_LINES:
        errors["lines"] = f"{len(draft.lines)} lines are too many; use at most {MOST_LINES}."
    seen: set[UUID] = set()
    for n, line in enumerate(draft.lines, 1):
        if not 0 < line.qty <= MOST_QTY:
            errors[f"qty_{n}"] = "Type a quantity above 0."
        if not 0 <= line.wastage_bp <= ONE:
            errors[f"wastage_{n}"] = "Wastage is from 0 to 100 %."
        if line.share < 0:
            errors[f"share_{n}"] = "A share is 0 or more."
        if line.item_id in seen:
            errors[f"what_{n}"] = "This component stands here twice. Put both quantities into one line."
        seen.add(line.item_id)
    if len(draft.note) > MOST_TEXT:
        errors["note"] = f"Use at most {MOST_TEXT} characters."
    if errors:
        raise InvalidInput(errors)


def circle_on_some_day(starts: Sequence[UUID], bills: Sequence[tuple[UUID, date, Collection[UUID]]]) -> tuple[UUID, ...] | None:
    """The first way by which one of `starts` is made out of itself, on any day; of an item's bills the last that has begun holds.
    `bills` are (what is made, from which day, out of what), in the order of days."""
    parts: dict[UUID, Collection[UUID]] = {}
    for place, (item, day, made_of) in enumerate(bills):
        parts[item] = made_of
        if place + 1 < len(bills) and bills[place + 1][1] == day:
            continue
        for start in starts:
            if way := circle(start, parts):
                return way
    return None


def circle(start: UUID, parts: Mapping[UUID, Collection[UUID]]) -> tuple[UUID, ...] | None:
    """The way by which an item is made out of itself, from it to it again; None when it is not."""
    trail: list[UUID] = [start]
    ways = [iter(parts.get(start, ()))]
    done: set[UUID] = set()
    while ways:
        one = next(ways[-1], None)
        if one is None:
            ways.pop()
            done.add(trail.pop())
        elif one == start:
            return (*trail, start)
        elif one not in done and one not in trail:
            trail.append(one)
            ways.append(iter(parts.get(one, ())))
    return None
