"""A journal filled from a bill of materials: what making or taking apart so much of an item would use and make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp.assembly import bom_queries, rules
from webapp.assembly.bom_queries import Bom
from webapp.kernel.errors import InvalidInput, keep_promise
from webapp.kernel.money import MOST_QTY, Qty
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row: an item, thousandths, its part of the cost."""

    item_id: UUID
    name: str
    qty: Qty
    share: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """Both sides of a journal, before anybody has posted it."""

    kind: str
    bom: Bom
    used: tuple[FilledRow, ...]
    made: tuple[FilledRow, ...]
    share_by: str


def fill(books: Books, bom_id: UUID, qty: Qty, day: date, *, takes_apart: bool = False, explodes: bool = False) -> Filled:
    """What `qty` thousandths of a bill's item are made of, or come to when they are taken apart (nothing is then lost on the way).
    `explodes`: what is itself made by a bill of that day is replaced by its own components, to the last.

    InvalidInput for a quantity that is none, or that would make nothing of a component.
    """
    if not 0 < qty <= MOST_QTY:
        raise InvalidInput({"qty": "Type a quantity above 0."})
    bill = bom_queries.bom(books, bom_id)
    parts: dict[UUID, FilledRow] = {}
    _add(books, bill, qty, day, parts, explodes=explodes and not takes_apart, with_wastage=not takes_apart)
    for part in parts.values():
        if part.qty <= 0:
            raise InvalidInput({"qty": f"So little takes less than a thousandth of {part.name}. Type more."})
    own = (FilledRow(bill.row.item_id, bill.row.name, qty),)
    others = tuple(parts.values())
    if takes_apart:
        return Filled("disassembly", bill, own, others, "share" if any(one.share for one in others) else "value")
    return Filled("assembly", bill, others, own, "value")


def _add(
    books: Books,
    bill: Bom,
    qty: int,
    day: date,
    parts: dict[UUID, FilledRow],
    *,
    explodes: bool,
    with_wastage: bool,
    level: int = 1,
) -> None:
    keep_promise(level <= rules.MOST_LEVELS, "a bill of materials ends")
    inner: Mapping[UUID, Bom] = bom_queries.boms_on(books, [line.item_id for line in bill.lines], day) if explodes else {}
    for line in bill.lines:
        needed = rules.needed(line.qty, line.wastage_bp if with_wastage else 0, bill.row.output_qty, qty)
        if line.item_id in inner:
            _add(books, inner[line.item_id], needed, day, parts, explodes=True, with_wastage=with_wastage, level=level + 1)
        else:
            before = parts[line.item_id].qty if line.item_id in parts else 0
            parts[line.item_id] = FilledRow(line.item_id, line.name, Qty(before + needed), line.share)
