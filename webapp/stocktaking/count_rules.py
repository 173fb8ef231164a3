"""What a stock count decides without a database: what was counted, how it differs, and what is to be adjusted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from datetime import datetime
from uuid import UUID

from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.money import Qty, rounded
from webapp.kernel.movement import BatchFacts
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.stock import Pieces, Stood
from webapp.stocktaking.rules import Change

SCOPES = ("store", "category", "bin")
BASES = ("start", "counted")
UNCOUNTED = ("left", "nought")
MOST_NAME, MOST_CODE, MOST_REASON = 80, 100, 280
Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Start:
    """A count to be started. `basis` "start": goods are counted as they stood when it began; "counted": as they stand when counted."""

    id: UUID
    name: str
    store_id: UUID
    scope: str
    scope_name: str
    basis: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of counting. `qty` None: a scan, which adds one (or one pack); else what there is altogether, in thousandths.

    `item_id` is the item that the screen asks about: then `code` may be its batch or piece.
    """

    id: UUID
    count_id: UUID
    code: str
    qty: Qty | None = None
    item_id: UUID | None = None
    batch: str = ""
    settles: int | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as it is kept."""

    seq: int
    id: UUID
    kind: str
    item_id: UUID | None
    batch: str
    serial: str
    qty: int
    code: str
    undoes: int | None
    entered_at: datetime
    entered_by: str
    user_id: UUID | None


@dataclass(slots=True)
class Counted:
    """What was counted of one item and batch, and when last."""

    qty: int
    at: datetime
    serials: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class VarianceLine:
    """One item and batch: expected, counted (None: nobody did) and the difference that is posted, in thousandths; its value at
    cost in paise; pieces that are missing, and that were found."""

    item_id: UUID
    batch: str
    expected_qty: int
    counted_qty: int | None
    difference_qty: int
    value_paise: int
    missing: tuple[str, ...] = ()
    found: tuple[str, ...] = ()

    @property
    def pieces(self) -> str:
        """The pieces in one line of text: each with − or +."""
        return ", ".join([*(f"−{name}" for name in self.missing), *(f"+{name}" for name in self.found)])


@dataclass(frozen=True, slots=True)
class Ground:
    """What a variance is worked out from. `tracking` is that of each item the count is about; `until` the present instant."""

    tracking: Mapping[UUID, str]
    stood: Mapping[Key, Stood]
    pieces: Pieces
    started_at: datetime
    until: datetime
    basis: str


def require_start(asked: Start) -> None:
    """InvalidInput by field for a count that cannot be started."""
    errors = {}
    if len(asked.name) > MOST_NAME:
        errors["name"] = f"Use at most {MOST_NAME} characters."
    if asked.scope not in SCOPES:
        errors["scope"] = "Choose what is counted."
    if asked.scope in ("category", "bin") and not asked.scope_name:
        errors[asked.scope] = "Choose one."
    if asked.basis not in BASES:
        errors["basis"] = "Say whether the shop sells meanwhile."
    if errors:
        raise InvalidInput(errors)


def require_open(name: str, ended_as: str | None) -> None:
    """Conflict when a count has ended."""
    if ended_as == "posted":
        raise Conflict(problem=f"{name} was posted already.", fix="Nothing was written. Start another count for what is different.")
    if ended_as == "cancelled":
        raise Conflict(problem=f"{name} was cancelled.", fix="Start another count.")


def clean_reason(text: str) -> str:
    """Why a count is posted or cancelled. InvalidInput when it is missing or too long."""
    words = clean_text(text)
    if not words:
        raise InvalidInput({"reason": "Say in a few words why."})
    if len(words) > MOST_REASON:
        raise InvalidInput({"reason": f"Use at most {MOST_REASON} characters."})
    return words


def standing(entries: Iterable[EntryRow]) -> list[EntryRow]:
    """The entries that count, in order: neither taken back nor an undo, nor an unknown code."""
    kept = sorted(entries, key=lambda one: one.seq)
    undone = {one.undoes for one in kept}
    return [one for one in kept if one.kind in ("scan", "set") and one.seq not in undone]


def counted(entries: Iterable[EntryRow]) -> dict[Key, Counted]:
    """What was counted of each item and batch: a scan adds, a typed quantity replaces what came before it."""
    found: dict[Key, Counted] = {}
    for one in standing(entries):
        if one.item_id is None:
            continue
        at = found.setdefault((one.item_id, one.batch), Counted(0, one.entered_at))
        at.qty = one.qty if one.kind == "set" else at.qty + one.qty
        at.at = max(at.at, one.entered_at)
        if one.serial:
            at.serials.add(one.serial)
    return found


def variance(ground: Ground, found: Mapping[Key, Counted], *, uncounted: str) -> list[VarianceLine]:
    """How what was counted differs from what the register says stood there then. What nobody counted is left as it is, or posted
    as nought (`uncounted`); a line that was neither expected nor counted is not there."""
    keys = {key for key in ground.stood if key[0] in ground.tracking} | set(found)
    lines = []
    for key in sorted(keys):
        line = _line(ground, key, found.get(key), as_nought=uncounted == "nought")
        if line.expected_qty or line.counted_qty is not None:
            lines.append(line)
    return lines


def changes(lines: Iterable[VarianceLine]) -> list[Change]:
    """What an adjustment has to move: nothing where nothing differs; missing pieces apart from found ones."""
    made = []
    for line in lines:
        if line.missing:
            made.append(Change(line.item_id, Qty(-1000 * len(line.missing)), serials=line.missing))
        if line.found:
            made.append(Change(line.item_id, Qty(1000 * len(line.found)), serials=line.found))
        if line.difference_qty and not line.missing and not line.found:
            made.append(Change(line.item_id, Qty(line.difference_qty), label=BatchFacts(line.batch) if line.batch else None))
    return made


def _line(ground: Ground, key: Key, there: Counted | None, *, as_nought: bool) -> VarianceLine:
    stood, (item_id, batch) = ground.stood.get(key) or Stood(0, 0, 0), key
    instant = ground.started_at if ground.basis == "start" else there.at if there else ground.until
    tracking = ground.tracking.get(item_id, "none")
    if tracking == "serial":
        return _line_of_pieces(ground, item_id, there, stood, instant, as_nought=as_nought)
    expected = stood.at(instant)
    if there is None:
        # What is owed of no batch cannot be named, so it cannot be adjusted.
        difference = -expected if as_nought and not (tracking == "batch" and not batch) else 0
        return VarianceLine(item_id, batch, expected, None, difference, _worth(stood, difference))
    difference = there.qty - expected
    return VarianceLine(item_id, batch, expected, there.qty, difference, _worth(stood, difference))


def _line_of_pieces(
    ground: Ground, item_id: UUID, there: Counted | None, stood: Stood, instant: datetime, *, as_nought: bool
) -> VarianceLine:
    expected, seen = ground.pieces.at(item_id, instant), there.serials if there else set()
    if there is None and not as_nought:
        return VarianceLine(item_id, "", 1000 * len(expected), None, 0, 0)
    now: Collection[str] = {serial for item, serial in ground.pieces.now if item == item_id}
    # A piece that was sold meanwhile was there, although nobody scanned it; one that came in meanwhile is here already.
    missing = tuple(sorted(name for name in expected - seen if name in now))
    new = tuple(sorted(name for name in seen - expected if name not in now))
    difference = 1000 * (len(new) - len(missing))
    qty = None if there is None else 1000 * len(seen)
    before = 1000 * len(expected) if qty is None else qty - difference
    return VarianceLine(item_id, "", before, qty, difference, _worth(stood, difference), missing, new)


def _worth(stood: Stood, qty: int) -> int:
    """What `qty` thousandths are worth in paise: at the average of what is there, else at the newest cost."""
    if stood.qty > 0:
        return rounded(qty * stood.value_paise, stood.qty)
    return rounded(qty * stood.last_cost_millipaise, 1_000_000)
