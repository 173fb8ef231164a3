"""The undo of an import: what it made is removed, what it changed is put back, in batches like the import itself.

An item that a bill or stock stands on is never removed; it is archived, and counted apart. Something that a person has
changed since keeps that change. The notes of what is undone are deleted in the same transaction, so a repeat finds less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from webapp.catalogue import hooks, service
from webapp.catalogue.imports import UNDOING, UNDONE, import_row
from webapp.catalogue.models import Item, ItemCode, ItemGone, ItemImportChange, ItemSource, ItemUnit, ItemVariant
from webapp.catalogue.rules import Pack
from webapp.company import next_catalogue_rev
from webapp.platform import audit
from webapp.platform.tenancy import Actor, Books, open_books

BATCH = 300


def undo_import(actor: Actor, import_id: UUID) -> None:
    """Take back all that an import did. Safe to repeat, also after a kill in its middle."""
    while _undo_batch(actor, import_id):
        pass


def _undo_batch(actor: Actor, import_id: UUID) -> bool:
    with open_books(actor) as books:
        rev = next_catalogue_rev(books)  # its row also makes two workers take turns
        row = import_row(books, import_id)
        if row.state != UNDOING:
            return False
        notes = books.session.scalars(
            select(ItemImportChange).where(ItemImportChange.import_id == import_id).order_by(ItemImportChange.item_id).limit(BATCH)
        ).all()
        if not notes:
            row.state, row.finished_at = UNDONE, books.now
            audit.record(books, "undo", "item_import", row.id, new={"removed": row.rows_removed, "archived": row.rows_archived})
            return False
        for note in notes:
            if not note.is_created:
                _put_back(books, note.item_id, note.before or {}, rev)
        made = [note.item_id for note in notes if note.is_created]
        removed = _remove(books, made, rev)
        row.rows_removed += len(removed)
        row.rows_archived += _archive(books, [item_id for item_id in made if item_id not in removed], rev)
        # Under the import's own id too: item ids alone would find the notes of other imports.
        mine = (ItemImportChange.import_id == import_id, ItemImportChange.item_id.in_([note.item_id for note in notes]))
        books.session.execute(delete(ItemImportChange).where(*mine), execution_options={"synchronize_session": False})
    return True


def _remove(books: Books, item_ids: Sequence[UUID], rev: int) -> set[UUID]:
    """Remove the items that nothing stands on; returns their ids. The database's foreign keys say what stands on one."""
    if not item_ids:
        return set()
    names = {row.id: row.name for row in books.session.execute(select(Item.id, Item.name).where(Item.id.in_(item_ids)))}
    try:
        with books.savepoint():
            _delete(books, list(names))
    except IntegrityError:
        if len(names) == 1:
            return set()
        half = len(item_ids) // 2
        return _remove(books, item_ids[:half], rev) | _remove(books, item_ids[half:], rev)
    books.insert(ItemGone, [{"item_id": item_id, "rev": rev} for item_id in names])
    for item_id, name in names.items():
        audit.record(books, "delete", "item", item_id, old={"name": name})
    return set(names)


def _delete(books: Books, item_ids: Sequence[UUID]) -> None:
    for model in (ItemSource, ItemCode, ItemUnit, ItemVariant):
        books.session.execute(delete(model).where(model.item_id.in_(item_ids)), execution_options={"synchronize_session": False})
    books.session.execute(delete(Item).where(Item.id.in_(item_ids)), execution_options={"synchronize_session": False})


def _archive(books: Books, item_ids: Sequence[UUID], rev: int) -> int:
    """Archive items, and let their codes, SKU and source go, so that the right sheet may bring them in again."""
    found = books.session.scalars(select(Item).where(Item.id.in_(item_ids))).all()
    for item in found:
        before = service.draft_of(books, item)
        service.apply_change(books, item, before, replace(before, sku=None, codes=(), packs=()), rev)
        item.archived_at, item.rev, item.updated_at = books.now, rev, books.now
        audit.record(books, "archive", "item", item.id, new={"name": item.name})
    books.session.flush()
    for model in (ItemSource, ItemVariant):
        books.session.execute(delete(model).where(model.item_id.in_(item_ids)), execution_options={"synchronize_session": False})
    return len(found)


def _put_back(books: Books, item_id: UUID, kept: dict[str, Any], rev: int) -> None:
    """Give an item back the values that the import changed, where they are still the import's."""
    item = books.session.scalars(select(Item).where(Item.id == item_id)).first()
    if item is None:
        return
    before = service.draft_of(books, item)
    now = service.logged(before)
    old, new = kept.get("old", {}), kept.get("new", {})
    values = {name: _revived(name, value) for name, value in old.items() if now.get(name) == new.get(name)}
    if values.get("valuation", before.valuation) != before.valuation and hooks.valuation_refusal(books, item_id):
        del values["valuation"]  # it has moved since
    service.apply_change(books, item, before, replace(before, **values), rev)
    books.session.execute(delete(ItemSource).where(ItemSource.item_id == item_id), execution_options={"synchronize_session": False})
    if source := kept.get("source"):
        books.insert(ItemSource, [{"key": source[0], "variant": source[1], "item_id": item_id, "row_sha256": source[2]}])


def _revived(name: str, value: Any) -> Any:
    """A value of the note as a draft holds it."""
    if name == "tax_class_id":
        return UUID(value)
    if name == "codes":
        return tuple(value)
    if name == "packs":
        return tuple(Pack(unit, factor, price, tuple(codes)) for unit, factor, price, codes in value)
    return value
