"""What a form names of goods that go out, looked at before anything is written: each mistake by its line, for the field it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from webapp.kernel.money import plain_decimal
from webapp.platform.tenancy import Books
from webapp.stock import batches, serials
from webapp.stock.picking import Tracked, Want

Wrong = dict[tuple[str, int], str]


def wrong_names(books: Books, *, store_id: UUID, wants: Sequence[Want], items: Mapping[UUID, Tracked]) -> Wrong:
    """What cannot be of the batches and pieces that lines name, by ("batch" or "serials", the line's number): one that the books do
    not have, one of an item that is not kept so, a piece that is elsewhere, or named twice, or not named. Whether it has expired is
    not asked here. Costs nothing where nothing is tracked and nothing named."""
    wrong: Wrong = {}
    for want in wants:
        item = items[want.item_id]
        if want.batch and item.tracking != "batch":
            wrong["batch", want.line_no] = f"{item.name} is not kept by batch. Leave the batch empty."
        if want.serials and item.tracking != "serial":
            wrong["serials", want.line_no] = f"{item.name} is not kept by serial number. Leave them empty."
    _look_for_batches(books, [one for one in wants if one.batch and items[one.item_id].tracking == "batch"], items, wrong)
    _look_for_pieces(books, store_id, [one for one in wants if items[one.item_id].tracking == "serial"], items, wrong)
    return wrong


def _look_for_batches(books: Books, wants: Sequence[Want], items: Mapping[UUID, Tracked], wrong: Wrong) -> None:
    known = batches.facts_of(books, {one.item_id for one in wants}) if wants else {}
    for want in wants:
        if want.batch not in known[want.item_id]:
            name = items[want.item_id].name
            wrong["batch", want.line_no] = f"There is no batch {want.batch} of {name}. Choose one of the batches on hand."


def _look_for_pieces(books: Books, store_id: UUID, wants: Sequence[Want], items: Mapping[UUID, Tracked], wrong: Wrong) -> None:
    named = [(one.item_id, serial) for one in wants for serial in one.serials]
    known = serials.pieces_named(books, named)
    seen: set[tuple[UUID, str]] = set()
    for want in wants:
        name, needed = items[want.item_id].name, plain_decimal(want.qty, 3)
        if want.qty % 1000:
            wrong["serials", want.line_no] = f"{name} is kept by serial number: {needed} of it cannot be. Use whole pieces."
        elif len(want.serials) * 1000 != want.qty:
            wrong["serials", want.line_no] = f"{name}: {needed} pieces, {len(want.serials)} serial numbers. Type one for each piece."
        for serial in want.serials:
            key = (want.item_id, serial)
            if key in seen:
                wrong["serials", want.line_no] = f"The serial number {serial} stands on two lines. Name each piece once."
            elif trouble := serials.trouble_of(serials.Move(want.item_id, serial, store_id, want.line_no, is_in=False), known.get(key)):
                wrong["serials", want.line_no] = f"{trouble.problem} {trouble.fix}"
            seen.add(key)
