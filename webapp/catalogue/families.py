"""Families of items: made, changed, and their variants, each an ordinary item. Never a variant twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update

from webapp.catalogue import family_rules as rules
from webapp.catalogue import service
from webapp.catalogue.family_rules import Attribute, Cell, FamilyDraft, Values
from webapp.catalogue.models import Item, ItemFamily, ItemVariant
from webapp.catalogue.rules import ItemDraft
from webapp.company import next_catalogue_rev
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise
from webapp.kernel.text import folded
from webapp.platform import audit
from webapp.platform.tenancy import Books

_FACTS = ("tax_class_id", "price_millipaise", "price_includes_tax", "mrp_paise", "unit", "hsn", "category", "brand", "is_stocked")
MOST_SHOWN = 500


class VariantRow(NamedTuple):
    """An item as one of its family."""

    item_id: UUID
    name: str
    sku: str | None
    price_millipaise: int
    is_archived: bool
    values: Values


class FamilyView(NamedTuple):
    """A family with its variants by their values."""

    id: UUID
    draft: FamilyDraft
    version: int
    variants: Mapping[Values, VariantRow]

    @property
    def missing(self) -> list[Values]:
        """The variants there could be and are not."""
        return [values for values in rules.combinations(self.draft.attributes) if values not in self.variants]


class FamilyRow(NamedTuple):
    """A family as the list shows it: how many variants, between which prices (thousandths of a paisa)."""

    id: UUID
    name: str
    category: str
    brand: str
    variants: int
    lowest: int | None
    highest: int | None


def create_family(books: Books, draft: FamilyDraft, id: UUID | None = None) -> UUID:  # noqa: A002 - the caller's own id for it
    """Make a family, without variants yet. The same `id` again gives the first. InvalidInput by field."""
    next_catalogue_rev(books)
    if id is not None and _row_or_none(books, id) is not None:
        return id
    draft = _fitting(books, draft, (), None)
    row = ItemFamily(id=id or new_id(), version=1, created_at=books.now, **_values(draft))
    books.session.add(row)
    books.session.flush()
    audit.record(books, "create", "item_family", row.id, new=_logged(draft))
    return row.id


def change_family(books: Books, family_id: UUID, draft: FamilyDraft, version: int) -> None:
    """Change a family; its variants stay as they are. InvalidInput when a value that a variant has would go; Conflict when stale."""
    next_catalogue_rev(books)
    row = _row(books, family_id)
    if row.version != version:
        raise Conflict(
            problem=f"{row.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    before = _draft_of(row)
    draft = _fitting(books, draft, [one.values for one in _variants(books, family_id)], family_id)
    if audit.record_change(books, "item_family", family_id, _logged(before), _logged(draft)):
        for name, value in _values(draft).items():
            setattr(row, name, value)
        row.version += 1
        books.session.flush()


def make_variants(books: Books, family_id: UUID, wanted: Sequence[Cell]) -> int:
    """Make the variants that are wanted and not there, each an item of its own, all or none; returns how many were made.

    Variants that are there, archived ones too, are left alone, so that asking twice makes nothing twice. InvalidInput as
    `create_item`, with the variant's name; for values that are not the family's; NotFound for another company's family.
    """
    next_catalogue_rev(books)
    row = _row(books, family_id)
    draft = _draft_of(row)
    there = {one.values for one in _variants(books, family_id)}
    possible = set(rules.combinations(draft.attributes))
    if any(cell.values not in possible for cell in wanted):
        raise InvalidInput({"variants": "These values are not the family's any more. Open the page again."})
    called, made = rules.skus(draft), 0
    for cell in wanted:
        if cell.values in there:
            continue
        there.add(cell.values)
        item = _make(books, rules.variant_draft(draft, cell, called.get(cell.values)))
        _link(books, item.id, family_id, cell.values)
        made += 1
    books.session.flush()
    return made


def family(books: Books, family_id: UUID) -> FamilyView:
    """A family with its variants. NotFound when this company has none."""
    row = _row(books, family_id)
    places = len(row.attributes)
    found = {one.values[:places]: one for one in _variants(books, family_id)}
    return FamilyView(row.id, _draft_of(row), row.version, found)


def families(books: Books, text: str = "") -> list[FamilyRow]:
    """The families by name, at most MOST_SHOWN, with how many variants each has in use. `text`: words of the name."""
    query = (
        select(
            ItemFamily.id,
            ItemFamily.name,
            ItemFamily.category,
            ItemFamily.brand,
            func.count(Item.id),
            func.min(Item.price_millipaise),
            func.max(Item.price_millipaise),
        )
        .outerjoin(ItemVariant, (ItemVariant.company_id == ItemFamily.company_id) & (ItemVariant.family_id == ItemFamily.id))
        .outerjoin(Item, (Item.company_id == ItemVariant.company_id) & (Item.id == ItemVariant.item_id) & Item.archived_at.is_(None))
        .group_by(ItemFamily.company_id, ItemFamily.id, ItemFamily.name, ItemFamily.category, ItemFamily.brand)
        .order_by(ItemFamily.name, ItemFamily.id)
    )
    words = folded(text).split()[:8]
    found = (FamilyRow(*row) for row in books.session.execute(query))
    return [row for row in found if all(word in folded(row.name) for word in words)][:MOST_SHOWN]


def families_of(books: Books, item_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """The family of each of these items that has one: its id and name. One statement."""
    if not item_ids:
        return {}
    query = (
        select(ItemVariant.item_id, ItemFamily.id, ItemFamily.name)
        .join(ItemFamily, (ItemFamily.company_id == ItemVariant.company_id) & (ItemFamily.id == ItemVariant.family_id))
        .where(ItemVariant.item_id.in_(item_ids))
    )
    return {item_id: (family_id, name) for item_id, family_id, name in books.session.execute(query)}


class Named(NamedTuple):
    """A row of a sheet that names the family of its item, its values by place."""

    item_id: UUID
    family: str
    values: Values
    draft: ItemDraft


def link_named(books: Books, rows: Sequence[Named], headings: Sequence[str], rev: int) -> None:
    """Put items of a sheet into their families, making those that are missing and adding the values they have not had.

    `headings` name the attributes of a new family, by place. An item keeps the family it has. The caller has taken the catalogue's
    turn with `rev`.
    """
    if not rows:
        return
    known = {folded(row.name): row for row in books.session.scalars(select(ItemFamily))}
    for row in rows:
        if books.session.scalar(select(ItemVariant.item_id).where(ItemVariant.item_id == row.item_id)) is not None:
            continue
        kept = known.get(folded(row.family))
        if kept is None:
            kept = known[folded(row.family)] = _family_of_sheet(books, row, headings)
        kept.attributes = _widened(kept.attributes, row.values, headings)
        books.session.flush()
        _link(books, row.item_id, kept.id, row.values)
    books.session.flush()
    ids = [row.item_id for row in rows]
    books.session.execute(update(Item).where(Item.id.in_(ids)).values(rev=rev), execution_options={"synchronize_session": False})


def known_variants(books: Books) -> dict[tuple[str, Values], UUID]:
    """Which item is which variant, by the family's folded name and its values in small letters: for the plan of an import."""
    query = select(ItemFamily.name, ItemVariant.value_1, ItemVariant.value_2, ItemVariant.value_3, ItemVariant.item_id).join(
        ItemFamily, (ItemFamily.company_id == ItemVariant.company_id) & (ItemFamily.id == ItemVariant.family_id)
    )
    return {(folded(name), tuple(value.casefold() for value in values)): item_id for name, *values, item_id in books.session.execute(query)}


def _family_of_sheet(books: Books, row: Named, headings: Sequence[str]) -> ItemFamily:
    facts = replace(row.draft, name=row.family, sku=None, codes=(), packs=())
    draft = FamilyDraft(facts, tuple(Attribute(heading, ()) for heading in headings[: len(row.values)]))
    made = ItemFamily(id=new_id(), version=1, created_at=books.now, **_values(draft))
    books.session.add(made)
    books.session.flush()
    audit.record(books, "create", "item_family", made.id, new=_logged(draft))
    return made


def _widened(attributes: list[Any], values: Values, headings: Sequence[str]) -> list[Any]:
    """The attributes with the values that a row brings."""
    wide = [[name, list(kept)] for name, kept in attributes]
    for place, value in enumerate(values):
        if place >= len(wide):
            wide.append([headings[place], []])
        if value and value not in wide[place][1]:
            wide[place][1].append(value)
    return wide


def _make(books: Books, draft: ItemDraft) -> Item:
    try:
        return service.create_item(books, draft)
    except InvalidInput as refusal:
        raise InvalidInput({"variants": f"{draft.name}: {next(iter(refusal.errors.values()))}"}) from None


def _link(books: Books, item_id: UUID, family_id: UUID, values: Values) -> None:
    one, two, three = rules.padded(values)
    books.session.add(ItemVariant(item_id=item_id, family_id=family_id, value_1=one, value_2=two, value_3=three))


def _fitting(books: Books, draft: FamilyDraft, used: Sequence[Values], family_id: UUID | None) -> FamilyDraft:
    draft = rules.tidied(draft)
    errors = rules.family_errors(draft, used)
    try:
        service.require_fit(books, draft.facts, None)
    except InvalidInput as refusal:
        errors = {**refusal.errors, **errors}
    others = books.session.execute(select(ItemFamily.id, ItemFamily.name))
    if "name" not in errors and any(id_ != family_id and name.casefold() == draft.name.casefold() for id_, name in others):
        errors["name"] = f"There is a family named {draft.name} already."
    if errors:
        raise InvalidInput(errors)
    return draft


def _variants(books: Books, family_id: UUID) -> list[VariantRow]:
    query = (
        select(
            Item.id,
            Item.name,
            Item.sku,
            Item.price_millipaise,
            Item.archived_at,
            ItemVariant.value_1,
            ItemVariant.value_2,
            ItemVariant.value_3,
        )
        .join(ItemVariant, (ItemVariant.company_id == Item.company_id) & (ItemVariant.item_id == Item.id))
        .where(ItemVariant.family_id == family_id)
        .order_by(Item.name, Item.id)
    )
    return [
        VariantRow(row[0], row[1], row[2], row[3], row[4] is not None, _trimmed(tuple(row[5:]))) for row in books.session.execute(query)
    ]


def _trimmed(values: Values) -> Values:
    last = max((place for place, value in enumerate(values, start=1) if value), default=1)
    return values[:last]


def _draft_of(row: ItemFamily) -> FamilyDraft:
    facts = ItemDraft(
        name=row.name,
        price_millipaise=MilliPaise(row.price_millipaise),
        tax_class_id=row.tax_class_id,
        price_includes_tax=row.price_includes_tax,
        mrp_paise=None if row.mrp_paise is None else Paise(row.mrp_paise),
        unit=row.unit,
        hsn=row.hsn,
        category=row.category,
        brand=row.brand,
        is_stocked=row.is_stocked,
    )
    return FamilyDraft(facts, tuple(Attribute(name, tuple(values)) for name, values in row.attributes), row.sku_prefix)


def _values(draft: FamilyDraft) -> dict[str, Any]:
    facts = {name: getattr(draft.facts, name) for name in _FACTS}
    attributes = [[one.name, list(one.values)] for one in draft.attributes]
    return {**facts, "name": draft.name, "sku_prefix": draft.sku_prefix, "attributes": attributes}


def _logged(draft: FamilyDraft) -> dict[str, Any]:
    return {**_values(draft), "tax_class_id": str(draft.facts.tax_class_id)}


def _row_or_none(books: Books, family_id: UUID) -> ItemFamily | None:
    return books.session.scalars(select(ItemFamily).where(ItemFamily.id == family_id)).first()


def _row(books: Books, family_id: UUID) -> ItemFamily:
    row = _row_or_none(books, family_id)
    if row is None:
        raise NotFound("family")
    return row
