"""The verbs of bills of materials: save, end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from webapp import catalogue
from webapp.assembly import bom_queries, rules
from webapp.assembly.models import BillOfMaterials, BillOfMaterialsLine
from webapp.assembly.rules import BomDraft
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.platform import audit
from webapp.platform.rows import put
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one


def save_bom(books: Books, draft: BomDraft) -> None:
    """Write a bill of materials down, or change it. Twice the same is once.

    InvalidInput by field: also for a second bill of the item from the same day, for an item no stock is kept of, and for one
    that would, at any remove, be made out of itself; the words then show the way. Conflict when it was changed meanwhile.
    """
    _take_turn(books)
    before = _kept_or_none(books, draft.id)
    rules.require_bom(draft)
    _require_goods(books, draft)
    for other in bom_queries.versions(books, draft.item_id):
        if other.id != draft.id and other.valid_from == draft.valid_from:
            words = f"{other.name} has a bill from {written(draft.valid_from)} already. Change that one, or choose another day."
            raise InvalidInput({"valid_from": words})
    _require_no_circle(books, draft, {before.row.item_id} if before else set())
    after = _values(draft)
    if before is not None:
        if _values_of(before) == after:
            return
        if before.row.version != draft.version:
            raise Conflict(
                problem="This bill of materials was changed meanwhile.", fix="Open it again to see what it says, then change it."
            )
        if before.row.ended_at is not None:
            raise Conflict(problem="This bill of materials was ended.", fix="Make a new one.")
        audit.record_change(books, "bill_of_materials", draft.id, _values_of(before), after)
    else:
        audit.record(books, "create", "bill_of_materials", draft.id, new=after)
    _write(books, draft, before)


def end_bom(books: Books, bom_id: UUID) -> None:
    """A bill that is no longer used; journals made by it stay. A second time changes nothing. BomRefused when another bill, which would
    stand in its place, closes a circle."""
    _take_turn(books)
    kept = bom_queries.bom(books, bom_id)
    if kept.row.ended_at is None:
        if way := rules.circle_on_some_day([kept.row.item_id], bom_queries.parts_by_day(books, bom_id)):
            shown = _shown(books, way)
            raise rules.BomRefused(
                problem=f"Another bill would stand in its place, and it would be made out of itself: {shown}.",
                fix="End that other bill first.",
            )
        books.session.execute(update(BillOfMaterials).where(BillOfMaterials.id == bom_id).values(ended_at=books.now))
        audit.record(books, "end", "bill_of_materials", bom_id, new={"item": kept.row.name, "valid_from": kept.row.valid_from})


def _take_turn(books: Books) -> None:
    """One at a time: two that name each other's items would close a circle."""
    write_one(books, UUID(int=books.company_id))


def _kept_or_none(books: Books, bom_id: UUID) -> bom_queries.Bom | None:
    try:
        return bom_queries.bom(books, bom_id)
    except NotFound:
        return None


def _require_goods(books: Books, draft: BomDraft) -> None:
    items = catalogue.items_for_bill(books, {draft.item_id, *(line.item_id for line in draft.lines)})
    for field, item_id in (("item", draft.item_id), *((f"what_{n}", line.item_id) for n, line in enumerate(draft.lines, 1))):
        if item_id not in items:
            raise NotFound("item")
        if not items[item_id].is_stocked:
            raise InvalidInput({field: f"No stock is kept of {items[item_id].name}."})


def _require_no_circle(books: Books, draft: BomDraft, before: set[UUID]) -> None:
    """On no day is anything made out of itself: also not by another bill of it, which stands where this one now begins later, or is of
    another item than `before`."""
    others = bom_queries.parts_by_day(books, draft.id)
    own = (draft.item_id, draft.valid_from, frozenset(line.item_id for line in draft.lines))
    way = rules.circle_on_some_day([draft.item_id, *sorted(before - {draft.item_id})], sorted([*others, own], key=itemgetter(1)))
    if way is None:
        return
    shown = _shown(books, way)
    number = next((n for n, line in enumerate(draft.lines, 1) if (draft.item_id, line.item_id) in pairwise(way)), None)
    if number is None:
        words = f"Another bill would stand on other days, and it would be made out of itself: {shown}. End that one, or choose another day."
        raise InvalidInput({"valid_from": words})
    raise InvalidInput({f"what_{number}": f"It would be made out of itself: {shown}. Leave this component out."})


def _shown(books: Books, way: Sequence[UUID]) -> str:
    names = {id_: item.name for id_, item in catalogue.items_for_bill(books, set(way)).items()}
    return " → ".join(names[one] for one in way)


def _values(draft: BomDraft) -> dict[str, Any]:
    lines = [[str(one.item_id), int(one.qty), int(one.wastage_bp), int(one.share)] for one in draft.lines]
    return {
        "item_id": str(draft.item_id),
        "valid_from": draft.valid_from.isoformat(),
        "output_qty": int(draft.output_qty),
        "note": draft.note,
        "lines": lines,
    }


def _values_of(kept: bom_queries.Bom) -> dict[str, Any]:
    row = kept.row
    return {
        "item_id": str(row.item_id),
        "valid_from": row.valid_from.isoformat(),
        "output_qty": row.output_qty,
        "note": row.note,
        "lines": [[str(one.item_id), one.qty, one.wastage_bp, one.share] for one in kept.lines],
    }


def _write(books: Books, draft: BomDraft, before: bom_queries.Bom | None) -> None:
    row = {
        "id": draft.id,
        "item_id": draft.item_id,
        "valid_from": draft.valid_from,
        "output_qty": draft.output_qty,
        "note": draft.note,
        "version": before.row.version + 1 if before else 1,
        "ended_at": None,
        "created_by": before.row.created_by if before else books.actor.name,
        "created_at": before.row.created_at if before else books.now,
    }
    put(books, BillOfMaterials, [row])
    books.session.execute(delete(BillOfMaterialsLine).where(BillOfMaterialsLine.bom_id == draft.id))
    books.insert(
        BillOfMaterialsLine,
        [
            {"bom_id": draft.id, "line_no": n, "item_id": one.item_id, "qty": one.qty, "wastage_bp": one.wastage_bp, "share": one.share}
            for n, one in enumerate(draft.lines, 1)
        ],
    )
