"""Items as a bill, a screen or a till reads them: frozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.catalogue.models import Item, TaxClass, TaxRate
from webapp.catalogue.taxes import RateCells, law_of
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.tax import rules as tax


class BillItem(NamedTuple):
    """What a bill asks of an item. `tax_class` holds every dated rate; the bill picks that of its day and price."""

    id: UUID
    name: str
    local_name: str
    hsn: str
    unit: str
    kind: str
    tax_class: tax.TaxClass
    treatment: tax.Treatment
    is_stocked: bool
    price_millipaise: int
    price_includes_tax: bool
    mrp_paise: int | None
    archived: bool
    tracking: str = "none"
    tcs_kind: str = ""
    supply_nature: str = ""


@lru_cache(maxsize=1)
def _bill_query() -> Lookup:
    return Lookup(
        select(
            Item.id,
            Item.name,
            Item.local_name,
            Item.hsn,
            Item.unit,
            Item.kind,
            Item.is_stocked,
            Item.price_millipaise,
            Item.price_includes_tax,
            Item.mrp_paise,
            Item.archived_at,
            TaxClass.treatment,
            TaxRate.effective_from,
            TaxRate.price_over_millipaise,
            TaxRate.rate_bp,
            TaxRate.cess_bp,
            Item.tracking,
            TaxRate.on_retail_price,
            Item.tcs_kind,
            Item.supply_nature,
        )
        .join(TaxClass, (TaxClass.company_id == Item.company_id) & (TaxClass.id == Item.tax_class_id))
        .join(TaxRate, (TaxRate.company_id == TaxClass.company_id) & (TaxRate.tax_class_id == TaxClass.id))
        .where(Item.id.in_(bindparam("ids", expanding=True)))
        .order_by(Item.id, TaxRate.effective_from, TaxRate.price_over_millipaise)
    )


def items_for_bill(books: Books, ids: Iterable[UUID], day: date | None = None) -> Mapping[UUID, BillItem]:
    """The items of a bill by id, in one statement; ids that are not this company's are simply absent. Archived ones are given."""
    heads: dict[UUID, Any] = {}
    rates: dict[UUID, list[RateCells]] = {}
    for row in _bill_query().rows(books, ids=list(set(ids))):
        item_id = row[0]
        if item_id not in heads:
            heads[item_id] = row
            rates[item_id] = []
        if row[12] is not None:
            rates[item_id].append((row[12], row[13], row[14], row[15], row[17]))
    return {item_id: _bill_item(row, tuple(rates[item_id])) for item_id, row in heads.items()}


_VALUED = (Item.id, Item.valuation)
_ALL_IN_LAYERS = Lookup(select(*_VALUED).where(Item.valuation == "fifo"))
# Held, so that it is not changed while the first goods come in; not narrowed by how it is valued, or a change would be overlooked.
_IN_LAYERS = Lookup(select(*_VALUED).where(Item.id.in_(bindparam("ids", expanding=True))).with_for_update(read=True))


def items_first_in_first_out(books: Books, ids: Iterable[UUID] | None = None) -> frozenset[UUID]:
    """The items (of `ids`, held until the transaction ends; else all) whose goods go out first in, first out."""
    rows = _ALL_IN_LAYERS.rows(books) if ids is None else _IN_LAYERS.rows(books, ids=list(ids))
    return frozenset(row.id for row in rows if row.valuation == "fifo")


def _bill_item(row: Any, rates: tuple[RateCells, ...]) -> BillItem:
    law = law_of(row[11], rates)
    own = (row[0], row[1], row[2], row[3], row[4], row[5], law, law.treatment, row[6], row[7], row[8], row[9])
    return BillItem(*own, archived=row[10] is not None, tracking=row[16], tcs_kind=row[18], supply_nature=row[19])
