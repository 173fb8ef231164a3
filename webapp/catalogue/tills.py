"""The catalogue as a till copies it: everything once, then what changed. Only what the counter needs; no cost, no margin.

`count` and `checksum` describe the whole list that a till should hold afterwards; a till that counts otherwise asks for
everything again. The checksum is the sum of the items' revisions and the sum of their squares modulo 1,000,003.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from webapp.catalogue.models import Item, ItemCode, ItemGone, ItemUnit, ItemVariant
from webapp.catalogue.taxes import TaxClassRow, tax_classes
from webapp.company import profile
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

FIELDS = (
    "id",
    "codes",  # barcodes of the base unit
    "name",
    "local_name",
    "unit",
    "price",  # thousandths of a paisa per unit
    "incl",
    "mrp",  # paise or null
    "hsn",
    "tax_class",  # its code
    "stocked",
    "weighed",
    "packs",  # [unit, factor in thousandths, price or null, codes]
    "sku",
    "brand",
    "kind",
    "tracking",  # none, batch, serial
    "category",
    "family",  # the id its variants have in common, or null
    "rev",
)
MODULUS = 1_000_003
OFFICE_ONLY = "office-only"  # the tax class by which a till knows what it may not bill


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer to a till. `items` are arrays in the order of FIELDS; `gone` are ids to forget."""

    rev: int
    full: bool
    items: list[list[Any]]
    gone: list[str]
    tax_classes: list[dict[str, Any]]
    count: int
    checksum: str


def snapshot(books: Books, since_rev: int = 0) -> Snapshot:
    """What changed after `since_rev`; everything when it is 0 or from a future this database does not know."""
    rev = profile(books).catalogue_rev
    full = not 0 < since_rev <= rev
    since = 0 if full else since_rev
    classes = tax_classes(books)
    count, checksum = _checksum(books)
    return Snapshot(
        rev=rev,
        full=full,
        items=_items(books, since, {row.id: row.code for row in classes}),
        gone=[] if full else _gone(books, since),
        tax_classes=[*(tax_class_for_till(row) for row in classes), *_office_only(books)],
        count=count,
        checksum=checksum,
    )


def tax_class_for_till(row: TaxClassRow) -> dict[str, Any]:
    """A tax class with all its dated rates, those of the future too, so that a change at midnight works offline."""
    return {
        "code": row.code,
        "id": str(row.id),
        "name": row.name,
        "local_name": row.local_name,
        "treatment": row.law.treatment.value,
        "archived": row.archived,
        "rates": [
            # Tills work out no tax on the retail sale price: a rate for no lowest price makes them refuse the item and say where to bill.
            {
                "from": rate.effective_from.isoformat(),
                "price_over": max(rate.price_over, 1) if rate.on_retail_price else rate.price_over,
                "rate": rate.rate_bp,
                "cess": rate.cess_bp,
            }
            for rate in row.law.rates
        ],
    }


def _office_only(books: Books) -> list[dict[str, Any]]:
    """The tax class of goods on which tax is collected at source, where there are any: it has a rate, but none for the lowest prices, which
    makes a till refuse them and say where to bill them. A till cannot work out what the buyer's PAN and declarations make of it."""
    if books.session.scalars(select(Item.id).where(Item.tcs_kind != "", Item.archived_at.is_(None)).limit(1)).first() is None:
        return []
    rates = [{"from": "2017-07-01", "price_over": 1, "rate": 0, "cess": 0}]
    said = {"code": OFFICE_ONLY, "id": str(UUID(int=0)), "name": "TCS: bill at the office", "local_name": "", "treatment": "taxable"}
    return [{**said, "archived": False, "rates": rates}]


def _checksum(books: Books) -> tuple[int, str]:
    query = select(func.count(), func.sum(Item.rev), func.sum(Item.rev * Item.rev % MODULUS)).where(Item.archived_at.is_(None))
    count, revs, squares = books.session.execute(query).one()
    return count, f"{int(revs or 0)}.{int(squares or 0)}"


_TOLD = (
    Item.id,
    Item.name,
    Item.local_name,
    Item.unit,
    Item.price_millipaise,
    Item.price_includes_tax,
    Item.mrp_paise,
    Item.hsn,
    Item.tax_class_id,
    Item.is_stocked,
    Item.sold_by_weight,
    Item.sku,
    Item.brand,
    Item.kind,
    Item.tracking,
    Item.category,
    Item.rev,
    Item.tcs_kind,
)


def _items(books: Books, since: int, class_codes: dict[UUID, str]) -> list[list[Any]]:
    wanted = (Item.archived_at.is_(None), Item.rev > since)
    of_item = (Item.company_id == ItemCode.company_id) & (Item.id == ItemCode.item_id)
    own: dict[UUID, list[str]] = {}
    of_packs: dict[tuple[UUID, str], list[str]] = {}
    codes = select(ItemCode.item_id, ItemCode.code, ItemCode.unit).join(Item, of_item).where(*wanted)
    for item_id, code, unit in books.session.execute(codes):
        if unit:
            of_packs.setdefault((item_id, unit), []).append(code)
        else:
            own.setdefault(item_id, []).append(code)
    packs: dict[UUID, list[list[Any]]] = {}
    of_item = (Item.company_id == ItemUnit.company_id) & (Item.id == ItemUnit.item_id)
    columns = (ItemUnit.item_id, ItemUnit.unit, ItemUnit.factor_thousandths, ItemUnit.price_millipaise)
    for item_id, unit, factor, price in books.session.execute(select(*columns).join(Item, of_item).where(*wanted)):
        packs.setdefault(item_id, []).append([unit, factor, price, of_packs.get((item_id, unit), [])])
    families = _families(books, wanted)
    query = select(*_TOLD).where(*wanted)
    return [
        [
            str(row[0]),
            own.get(row[0], []),
            *row[1:8],
            OFFICE_ONLY if row[-1] else class_codes[row[8]],
            row[9],
            row[10],
            packs.get(row[0], []),
            *row[11:-2],
            families.get(row[0]),
            row[-2],
        ]
        for row in books.session.execute(query)
    ]


def _families(books: Books, wanted: tuple[ColumnElement[bool], ...]) -> dict[UUID, str]:
    of_item = (Item.company_id == ItemVariant.company_id) & (Item.id == ItemVariant.item_id)
    members = select(ItemVariant.item_id, ItemVariant.family_id).join(Item, of_item).where(*wanted)
    return {row.item_id: str(row.family_id) for row in books.session.execute(members)}


def _gone(books: Books, since: int) -> list[str]:
    archived = books.session.scalars(select(Item.id).where(Item.archived_at.is_not(None), Item.rev > since))
    removed = books.session.scalars(select(ItemGone.item_id).where(ItemGone.rev > since))
    return [str(item_id) for item_id in (*archived, *removed)]
