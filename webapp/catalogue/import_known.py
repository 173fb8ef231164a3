"""The catalogue loaded once as an import's plan needs it: what is known of items, tax classes and HSN."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.catalogue.families import known_variants
from webapp.catalogue.hsn import usual_classes
from webapp.catalogue.import_plan import Known
from webapp.catalogue.import_rows import TaxChoices, tax_choices
from webapp.catalogue.models import Item, ItemCode, ItemImportChange, ItemSource
from webapp.catalogue.taxes import tax_classes
from webapp.company import profile
from webapp.platform.tenancy import Books
from webapp.tax.rules import Scheme


def known_catalogue(books: Books, import_id: UUID) -> Known:
    """All that a plan for this import must know of the items there are."""
    sources: dict[str, dict[str, tuple[UUID, str]]] = {}
    for key, variant, item_id, sha in books.session.execute(
        select(ItemSource.key, ItemSource.variant, ItemSource.item_id, ItemSource.row_sha256)
    ):
        sources.setdefault(key, {})[variant] = (item_id, sha)
    notes = select(ItemImportChange.item_id).where(ItemImportChange.import_id == import_id, ItemImportChange.is_created)
    made_here = frozenset(books.session.scalars(notes))
    by_sku: dict[str, UUID] = {}
    by_name: dict[tuple[str, str], list[UUID]] = {}
    names_in_use: dict[str, set[UUID]] = {}
    names: dict[UUID, str] = {}
    for item_id, sku, name, brand, archived_at in books.session.execute(
        select(Item.id, Item.sku, Item.name, Item.brand, Item.archived_at).order_by(Item.created_at, Item.id)
    ):
        names[item_id] = name
        if sku:
            by_sku[sku.casefold()] = item_id
        if archived_at is None:
            names_in_use.setdefault(name.casefold(), set()).add(item_id)
            if item_id not in made_here:
                by_name.setdefault((name.casefold(), brand.casefold()), []).append(item_id)
    codes: Any = books.session.execute(select(ItemCode.code, ItemCode.item_id))
    return Known(
        sources=sources,
        by_sku=by_sku,
        by_code=dict(tuple(row) for row in codes),
        by_name=by_name,
        names_in_use={name: frozenset(ids) for name, ids in names_in_use.items()},
        names=names,
        variants=known_variants(books),
        made_here=made_here,
    )


def known_taxes(books: Books) -> TaxChoices:
    """How a sheet's words for tax are understood in this company today."""
    classes = {row.id: (row.code, row.name, row.law) for row in tax_classes(books) if not row.archived}
    adds_tax = profile(books).scheme == Scheme.REGULAR.value
    return tax_choices(classes, usual_classes(), books.today, adds_tax=adds_tax)
