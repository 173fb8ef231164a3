"""Which batches and serial numbers a document takes. Pure: what is on hand is handed in."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import field
from datetime import date
from typing import Protocol
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import Paise, Qty, plain_decimal
from webapp.kernel.movement import BatchFacts, Movement
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

MOST_BATCH, MOST_SERIAL = 40, 60
TRACKINGS = ("none", "batch", "serial")


class BatchUnknown(BooksError):
    """A batch that the books do not have, or none where one is wanted."""


class BatchExpired(BooksError):
    """What has expired is not sold, unless somebody who may says why."""

    status = 409


class SerialsWanted(BooksError):
    """Each piece of an item that is kept by serial number is named."""


class Tracked(Protocol):
    """What is asked of an item here."""

    @property
    def name(self) -> str: ...
    @property
    def tracking(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Part:
    """So much (thousandths) out of one batch."""

    batch: str
    qty: Qty
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """A line of goods to go out: thousandths, above nought. Nothing named: the register chooses."""

    line_no: int
    item_id: UUID
    qty: Qty
    batch: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd about goods that are gone already: batch_unknown, batch_expired, serial_unknown, serial_assumed."""

    kind: str
    line_no: int
    item_id: UUID
    name: str
    which: str  # the batch, or the serial numbers


@dataclass(frozen=True, slots=True)
class Picked:
    """The movements that lines have become, and what is odd about them."""

    movements: tuple[Movement, ...]
    findings: tuple[Finding, ...] = ()
    mrps: Mapping[int, Paise] = field(default_factory=dict)  # by line: the lowest MRP that its batches have on their labels

    def words_of(self, line_no: int) -> tuple[str, str]:
        """What a paper says of a line: its batches, its serial numbers."""
        own = [one for one in self.movements if (one.of_line or one.line_no) == line_no]
        return ", ".join(one.batch for one in own if one.batch), ", ".join(name for one in own for name in one.serials)


def batch_name(text: str) -> str:
    """A batch as it is kept. InvalidInput when it cannot be one."""
    name = clean_text(text).upper()
    if not name or len(name) > MOST_BATCH or "," in name:
        raise InvalidInput({"batch": f"Type the batch as on the label: at most {MOST_BATCH} signs, no comma."})
    return name


def serial_names(text: str) -> tuple[str, ...]:
    """Serial numbers as typed, one a line or with commas between, as they are kept. InvalidInput for one that stands twice."""
    names = tuple(clean_text(part).upper() for part in text.replace(",", "\n").splitlines() if part.strip())
    if any(len(name) > MOST_SERIAL for name in names):
        raise InvalidInput({"serials": f"A serial number has at most {MOST_SERIAL} signs."})
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InvalidInput({"serials": f"The serial number {twice} stands here twice."})
    return names


def require_facts(facts: BatchFacts) -> None:
    """InvalidInput when a label cannot be."""
    if facts.made_on and facts.expires_on and facts.made_on > facts.expires_on:
        raise InvalidInput({"expires_on": f"It was made on {written(facts.made_on)}; it cannot expire before."})
    if facts.mrp is not None and facts.mrp <= 0:
        raise InvalidInput({"batch_mrp": "An MRP is more than 0. Leave it empty when there is none."})


def require_named(items: Mapping[UUID, Tracked], movements: Sequence[Movement]) -> None:
    """For documents that know what they move (a receipt, an adjustment, a transfer): BatchUnknown or SerialsWanted unless
    every movement of a tracked item names its batch or each of its pieces, and no other does."""
    for one in movements:
        item = items[one.item_id]
        if item.tracking == "batch" and not one.batch:
            raise BatchUnknown(problem=f"{item.name} is kept by batch, and none is named.", fix="Type the batch as on the label.")
        if item.tracking != "batch" and one.batch:
            raise BatchUnknown(problem=f"{item.name} is not kept by batch.", fix="Leave the batch empty, or keep the item by batch.")
        if item.tracking == "serial":
            _require_serials(item.name, abs(one.qty), one.serials)
        elif one.serials:
            raise SerialsWanted(
                problem=f"{item.name} is not kept by serial number.", fix="Leave them empty, or keep the item by serial number."
            )


def first_to_expire(
    facts: Mapping[str, BatchFacts], held: Mapping[str, int], qty: int, on: date, *, with_expired: bool = False
) -> list[Part]:
    """Parts of `qty` by the day on which they expire; lots without one last. Expired ones only if asked, after all others."""

    def order(batch: str) -> tuple[bool, date, str]:
        expires = facts[batch].expires_on if batch in facts else None
        return (expires is not None and expires < on, expires or date.max, batch)

    parts: list[Part] = []
    for batch in sorted((batch for batch, there in held.items() if there > 0 and batch), key=order):
        if qty <= 0 or (order(batch)[0] and not with_expired):
            break
        taken = min(qty, held[batch])
        parts.append(Part(batch, Qty(taken), facts[batch].expires_on if batch in facts else None))
        qty -= taken
    return parts


@dataclass(slots=True)
class Shelf:
    """What is there of a tracked item in the store: by batch (changed as lines take from it), the batch that moved last, pieces."""

    facts: Mapping[str, BatchFacts]
    held: MutableMapping[str, int]
    newest: str
    serials: list[str]


@dataclass(frozen=True, slots=True)
class Leave:
    """What may be taken: has it happened already, may what has expired go, on which day."""

    on: date
    has_happened: bool = False
    may_take_expired: bool = False


def batch_parts(want: Want, item: Tracked, shelf: Shelf, leave: Leave, findings: list[Finding]) -> list[Part]:
    """The batches a line comes out of; what cannot come out of any stands on the last. BatchUnknown and BatchExpired for what
    has not happened yet."""
    named = want.batch
    if named and named not in shelf.facts:
        if not leave.has_happened:
            raise BatchUnknown(problem=f"There is no batch {named} of {item.name}.", fix="Choose one of the batches on hand.")
        findings.append(Finding("batch_unknown", want.line_no, want.item_id, item.name, named))
        named = ""
    if named:
        parts = [Part(named, want.qty, shelf.facts[named].expires_on)]
    else:
        with_expired = leave.has_happened or leave.may_take_expired
        parts = first_to_expire(shelf.facts, shelf.held, want.qty, leave.on, with_expired=with_expired)
        rest = want.qty - sum(part.qty for part in parts)
        if rest and parts:
            parts[-1] = Part(parts[-1].batch, Qty(parts[-1].qty + rest), parts[-1].expires_on)
        elif rest:
            parts = [Part(shelf.newest, Qty(rest))]
    for part in parts:
        shelf.held[part.batch] = shelf.held.get(part.batch, 0) - part.qty
        if part.expires_on is not None and part.expires_on < leave.on:
            if not leave.has_happened and not leave.may_take_expired:
                raise BatchExpired(
                    problem=f"Batch {part.batch} of {item.name} expired on {written(part.expires_on)}.",
                    fix="Take another batch. An owner may sell it all the same and says why.",
                )
            findings.append(Finding("batch_expired", want.line_no, want.item_id, item.name, part.batch))
    return parts


def lowest_mrp(parts: Sequence[Part], facts: Mapping[str, BatchFacts]) -> Paise | None:
    """The lowest MRP on the labels of these batches, in paise; None where none has one."""
    return min((mrp for part in parts if part.batch in facts and (mrp := facts[part.batch].mrp) is not None), default=None)


def pieces(want: Want, item: Tracked, shelf: Shelf, leave: Leave, findings: list[Finding]) -> tuple[str, ...]:
    """The serial numbers a line takes. SerialsWanted when some are missing and it has not happened yet; else the oldest are
    assumed, and a person looks."""
    if not leave.has_happened:
        _require_serials(item.name, want.qty, want.serials)
        return want.serials
    known = tuple(name for name in want.serials if name in shelf.serials)[: want.qty // 1000]
    if strange := [name for name in want.serials if name not in known]:
        findings.append(Finding("serial_unknown", want.line_no, want.item_id, item.name, ", ".join(strange)))
    others = [name for name in shelf.serials if name not in known][: want.qty // 1000 - len(known)]
    if others:
        findings.append(Finding("serial_assumed", want.line_no, want.item_id, item.name, ", ".join(others)))
    taken = (*known, *others)
    shelf.serials = [name for name in shelf.serials if name not in taken]
    return taken


def _require_serials(name: str, qty: int, serials: Sequence[str]) -> None:
    if qty % 1000:
        raise SerialsWanted(problem=f"{name} is kept by serial number: {plain_decimal(qty, 3)} of it cannot be.", fix="Use whole pieces.")
    if len(serials) * 1000 != qty:
        raise SerialsWanted(
            problem=f"{name}: {plain_decimal(qty, 3)} pieces, {len(serials)} serial numbers.", fix="Scan or type one number for each piece."
        )
