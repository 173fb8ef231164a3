"""The verbs of items: create, change, archive, restore. Each takes a revision first, which also makes the writers of one
catalogue take turns (its row is locked until the commit), so that what is checked below is still so when it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from webapp.catalogue import hooks, rules
from webapp.catalogue.barcodes import check_barcode
from webapp.catalogue.models import Item, ItemCode, ItemUnit
from webapp.catalogue.rules import ItemDraft, Pack
from webapp.catalogue.taxes import tax_classes
from webapp.company import next_catalogue_rev, profile
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Qty
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.tax.rules import DatedRate, Scheme, rate_on


def create_item(books: Books, draft: ItemDraft, id: UUID | None = None) -> Item:  # noqa: A002 - the caller's own id for it
    """Make an item, with its codes, packs and opening stock. The same `id` again gives the first item.

    InvalidInput, by field, for what rules refuse, a SKU or barcode of another item, or an unknown tax class.
    """
    rev = next_catalogue_rev(books)
    if id is not None and (made := _item(books, id)) is not None:
        return made
    draft = tidied(draft)
    require_fit(books, draft, item_id=None)

    item = Item(id=id or new_id(), rev=rev, version=1, created_at=books.now, updated_at=books.now, **item_values(draft))
    books.session.add(item)
    books.session.flush()
    _write_codes(books, item.id, draft)
    audit.record(books, "create", "item", item.id, new=logged(draft))
    if draft.opening_qty:
        hooks.take_openings(books, [hooks.Opening(item.id, draft.opening_qty, draft.opening_value_paise, books.today)])
    return item


def quick_item(
    books: Books,
    name: str,
    price_millipaise: int,
    tax_class_id: UUID,
    code: str | None = None,
    id: UUID | None = None,  # noqa: A002 - made by the till
) -> Item:
    """Make an item while billing, from what the counter asks. The same `id` again gives the first item."""
    held = profile(books)
    draft = ItemDraft(
        name=name,
        price_millipaise=MilliPaise(price_millipaise),
        tax_class_id=tax_class_id,
        price_includes_tax=held.prices_include_tax,
        codes=(code,) if code else (),
    )
    return create_item(books, draft, id)


def change_item(books: Books, item_id: UUID, draft: ItemDraft, version: int) -> Item:
    """Make an item as `draft` says. Conflict when it was changed since the form was opened; InvalidInput as `create_item`, and
    for another way of telling its stock apart while there is some, or of valuing it once it has moved."""
    rev = next_catalogue_rev(books)
    item = _required(books, item_id)
    _require_version(item, version)
    draft = replace(tidied(draft), opening_qty=rules.NO_QTY, opening_value_paise=rules.NO_MONEY)
    require_fit(books, draft, item_id)
    if draft.tracking != item.tracking:
        hooks.before_tracking(books, item_id)
    if draft.valuation != item.valuation:
        hooks.before_valuation(books, item_id)

    apply_change(books, item, draft_of(books, item), draft, rev)
    return item


def apply_change(books: Books, item: Item, before: ItemDraft, draft: ItemDraft, rev: int) -> bool:
    """Write a checked draft onto an item and log what differs; False when nothing does."""
    if not audit.record_change(books, "item", item.id, logged(before), logged(draft)):
        return False
    for name, value in item_values(draft).items():
        setattr(item, name, value)
    item.version, item.rev, item.updated_at = item.version + 1, rev, books.now
    books.session.flush()
    if (set(before.codes), set(before.packs)) != (set(draft.codes), set(draft.packs)):
        _forget_codes(books, item.id)
        _write_codes(books, item.id, draft)
    return True


def archive_items(books: Books, item_ids: Iterable[UUID]) -> int:
    """Take items off the counter; returns how many were on it. Their past stays; their codes stay theirs."""
    return _set_archived(books, item_ids, archived=True)


def restore_items(books: Books, item_ids: Iterable[UUID]) -> int:
    """Put archived items back; returns how many were archived."""
    return _set_archived(books, item_ids, archived=False)


def archive_item(books: Books, item_id: UUID) -> Item:
    """Take one item off the counter. NotFound when there is none."""
    archive_items(books, [item_id])
    return _required(books, item_id)


def restore_item(books: Books, item_id: UUID) -> Item:
    """Put one item back. NotFound when there is none."""
    restore_items(books, [item_id])
    return _required(books, item_id)


def tidied(draft: ItemDraft) -> ItemDraft:
    """The draft as it would be kept: blanks and unseen signs gone, codes in capitals where they are good ones."""
    return replace(
        draft,
        name=clean_text(draft.name),
        local_name=clean_text(draft.local_name),
        category=clean_text(draft.category),
        brand=clean_text(draft.brand),
        sku=clean_text(draft.sku or "") or None,
        hsn="".join(draft.hsn.split()).replace(".", ""),
        is_stocked=draft.is_stocked and draft.kind == "goods",
        supply_nature=draft.supply_nature if draft.kind == "service" else "",
        codes=tuple(_tidied_code(code) for code in draft.codes),
        packs=tuple(pack._replace(codes=tuple(_tidied_code(code) for code in pack.codes)) for pack in draft.packs),
    )


def draft_of(books: Books, item: Item) -> ItemDraft:
    """An item as it stands, as a draft: what a form shows and a change is compared with."""
    return drafts_of(books, [item])[item.id]


def drafts_of(books: Books, items: Sequence[Item]) -> dict[UUID, ItemDraft]:
    """Items as they stand, as drafts by id, in two statements."""
    ids = [item.id for item in items]
    own: dict[UUID, list[str]] = {}
    of_packs: dict[tuple[UUID, str], list[str]] = {}
    codes = select(ItemCode.item_id, ItemCode.unit, ItemCode.code).where(ItemCode.item_id.in_(ids)).order_by(ItemCode.code)
    for item_id, unit, code in books.session.execute(codes):
        (of_packs.setdefault((item_id, unit), []) if unit else own.setdefault(item_id, [])).append(code)
    packs: dict[UUID, list[Pack]] = {}
    columns = (ItemUnit.item_id, ItemUnit.unit, ItemUnit.factor_thousandths, ItemUnit.price_millipaise)
    for item_id, unit, factor, price in books.session.execute(select(*columns).where(ItemUnit.item_id.in_(ids)).order_by(ItemUnit.unit)):
        packs.setdefault(item_id, []).append(
            Pack(unit, Qty(factor), None if price is None else MilliPaise(price), tuple(of_packs.get((item_id, unit), ())))
        )
    return {
        item.id: ItemDraft(
            **{name: getattr(item, name) for name in _KEPT}, codes=tuple(own.get(item.id, ())), packs=tuple(packs.get(item.id, ()))
        )
        for item in items
    }


_KEPT = (
    "name",
    "local_name",
    "sku",
    "kind",
    "unit",
    "hsn",
    "tax_class_id",
    "price_millipaise",
    "price_includes_tax",
    "mrp_paise",
    "category",
    "brand",
    "is_stocked",
    "sold_by_weight",
    "tracking",
    "valuation",
    "supply_nature",
    "reorder_level_qty",
)


def item_values(draft: ItemDraft) -> dict[str, Any]:
    """The columns of an item that a draft decides."""
    return {**{name: getattr(draft, name) for name in _KEPT}, "search_text": rules.search_text(draft)}


def logged(draft: ItemDraft) -> dict[str, Any]:
    """What the edit log keeps of an item: its fields, codes and packs, in a steady order."""
    values = {name: getattr(draft, name) for name in _KEPT}
    # As text: the log keeps values as JSON, and the two sides of a change must compare alike.
    values["tax_class_id"] = str(draft.tax_class_id)
    values["codes"] = sorted(draft.codes)
    values["packs"] = [
        [pack.unit, pack.factor_thousandths, pack.price_millipaise, sorted(pack.codes)]
        for pack in sorted(draft.packs, key=lambda pack: pack.unit)
    ]
    return values


def code_rows(item_id: UUID, draft: ItemDraft) -> list[dict[str, Any]]:
    """The rows of an item's barcodes: its own, and those of its packs."""
    own = [{"code": code, "item_id": item_id, "unit": ""} for code in draft.codes]
    return own + [{"code": code, "item_id": item_id, "unit": pack.unit} for pack in draft.packs for code in pack.codes]


def owner_words(name: str, archived: bool) -> str:  # noqa: FBT001 - reads well at both callers
    """How an item that has a code or SKU already is named to the user."""
    return f"{name} (archived)" if archived else name


def require_fit(books: Books, draft: ItemDraft, item_id: UUID | None) -> None:
    """InvalidInput, by field, for a tidied draft that this item (None: a new one) may not become."""
    errors: dict[str, str] = {}
    rate = None
    known = tax_classes(books, [draft.tax_class_id])
    if not known or known[0].archived:
        errors["tax_class"] = "Choose the tax class from the list."
    elif draft.price_millipaise >= 0 and (known[0].law.has_retail_price or (draft.mrp_paise is not None and not draft.price_includes_tax)):
        rate = _rate_today(books, known[0].law, draft)
    errors |= rules.item_errors(draft, rate)
    if "sku" not in errors and (words := _sku_taken(books, draft.sku, item_id)):
        errors["sku"] = words
    if "codes" not in errors and (words := _code_taken(books, [row["code"] for row in code_rows(new_id(), draft)], item_id)):
        errors["codes"] = words
    if errors:
        raise InvalidInput(errors)


def _rate_today(books: Books, law: Any, draft: ItemDraft) -> DatedRate | None:
    # CGST Act s.10(4), s.32: only a regular seller adds tax to a price.
    if profile(books).scheme != Scheme.REGULAR.value:
        return None
    return rate_on(law, books.today, draft.price_millipaise)


def _sku_taken(books: Books, sku: str | None, item_id: UUID | None) -> str | None:
    if not sku:
        return None
    query = select(Item.id, Item.name, Item.archived_at).where(Item.sku == sku)
    owner = next((row for row in books.session.execute(query) if row.id != item_id), None)
    return f"The SKU {sku} belongs to {owner_words(owner.name, owner.archived_at is not None)}." if owner else None


def _code_taken(books: Books, codes: Sequence[str], item_id: UUID | None) -> str | None:
    if not codes:
        return None
    query = (
        select(ItemCode.code, Item.id, Item.name, Item.archived_at)
        .join(Item, (Item.company_id == ItemCode.company_id) & (Item.id == ItemCode.item_id))
        .where(ItemCode.code.in_(codes))
        .order_by(ItemCode.code)
    )
    owner = next((row for row in books.session.execute(query) if row.id != item_id), None)
    return f"The barcode {owner.code} belongs to {owner_words(owner.name, owner.archived_at is not None)}." if owner else None


def _write_codes(books: Books, item_id: UUID, draft: ItemDraft) -> None:
    books.insert(ItemUnit, pack_rows(item_id, draft))
    books.insert(ItemCode, code_rows(item_id, draft))


def pack_rows(item_id: UUID, draft: ItemDraft) -> list[dict[str, Any]]:
    """The rows of an item's packs."""
    return [
        {"item_id": item_id, "unit": pack.unit, "factor_thousandths": pack.factor_thousandths, "price_millipaise": pack.price_millipaise}
        for pack in draft.packs
    ]


def _forget_codes(books: Books, item_id: UUID) -> None:
    books.session.execute(delete(ItemCode).where(ItemCode.item_id == item_id))
    books.session.execute(delete(ItemUnit).where(ItemUnit.item_id == item_id))


def _set_archived(books: Books, item_ids: Iterable[UUID], *, archived: bool) -> int:
    wanted = list(dict.fromkeys(item_ids))
    rev = next_catalogue_rev(books)
    found = books.session.scalars(select(Item).where(Item.id.in_(wanted))).all()
    if len(found) != len(wanted):
        raise NotFound("item")
    changed = [item for item in found if (item.archived_at is not None) != archived]
    for item in changed:
        item.archived_at = books.now if archived else None
        item.version, item.rev, item.updated_at = item.version + 1, rev, books.now
        audit.record(books, "archive" if archived else "restore", "item", item.id, new={"name": item.name})
    books.session.flush()
    return len(changed)


def _item(books: Books, item_id: UUID) -> Item | None:
    return books.session.scalars(select(Item).where(Item.id == item_id)).first()


def _required(books: Books, item_id: UUID) -> Item:
    item = _item(books, item_id)
    if item is None:
        raise NotFound("item")
    return item


def _require_version(item: Item, version: int) -> None:
    if item.version != version:
        raise Conflict(
            problem=f"{item.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )


def _tidied_code(code: str) -> str:
    try:
        return check_barcode(code)
    except ValueError:
        return code  # the rule says what is wrong with it, beside its field
