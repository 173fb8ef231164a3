"""What an item costs whom: the price of the list that fits best, else the item's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, or_, select

from webapp.catalogue.models import Item, ListPrice, PriceList, PriceListParty
from webapp.catalogue.price_rules import Offered, holding_price
from webapp.kernel.errors import NotFound
from webapp.kernel.money import MilliPaise, Qty
from webapp.platform.tenancy import Books


class Price(NamedTuple):
    """What one base unit of an item costs, in thousandths of a paisa, with or without tax; and the list that says so, if one does."""

    price_millipaise: MilliPaise
    includes_tax: bool
    list_id: UUID | None
    list_name: str


def price_for(books: Books, item_id: UUID, qty: Qty, party_id: UUID | None, store_id: UUID, on: date) -> Price:
    """The price of one base unit when `qty` of an item are sold to a customer (None: a walk-in) in a store on a day.

    `price_rules` says which of several prices holds. NotFound when this company has no such item.
    """
    return prices_for(books, [(item_id, qty)], party_id, store_id, on)[0]


def prices_for(books: Books, wanted: Sequence[tuple[UUID, Qty]], party_id: UUID | None, store_id: UUID, on: date) -> list[Price]:
    """The prices of a document's lines, each of an item and how much of it, in two statements whatever their number.

    Lines of the same item are not added up: a break is reached by one line. NotFound when an item is not this company's.
    """
    ids = {item_id for item_id, _qty in wanted}
    columns = (Item.id, Item.price_millipaise, Item.price_includes_tax)
    own = {row.id: row for row in books.session.execute(select(*columns).where(Item.id.in_(ids)))}
    if ids - own.keys():
        raise NotFound("item")
    offered = _offered(books, ids, party_id, store_id, on)
    found = []
    for item_id, qty in wanted:
        best = holding_price(offered.get(item_id, ()), qty, on)
        item = own[item_id]
        if best is None:
            found.append(Price(MilliPaise(item.price_millipaise), item.price_includes_tax, None, ""))
        else:
            found.append(Price(best.price_millipaise, item.price_includes_tax, best.list_id, best.list_name))
    return found


def _offered(books: Books, ids: Iterable[UUID], party_id: UUID | None, store_id: UUID, on: date) -> Mapping[UUID, list[Offered]]:
    """The prices in force of lists that this customer may buy by in this store."""
    is_own = exists().where(
        PriceListParty.company_id == PriceList.company_id,
        PriceListParty.price_list_id == PriceList.id,
        PriceListParty.party_id == party_id,
    )
    query = (
        select(
            ListPrice.item_id,
            ListPrice.price_millipaise,
            ListPrice.min_qty,
            ListPrice.starts_on,
            ListPrice.ends_on,
            PriceList.is_for_all,
            PriceList.store_id,
            PriceList.id,
            PriceList.name,
        )
        .join(PriceList, (PriceList.company_id == ListPrice.company_id) & (PriceList.id == ListPrice.price_list_id))
        .where(
            ListPrice.item_id.in_(list(ids)),
            ListPrice.starts_on <= on,
            or_(ListPrice.ends_on.is_(None), ListPrice.ends_on >= on),
            PriceList.archived_at.is_(None),
            or_(PriceList.store_id.is_(None), PriceList.store_id == store_id),
            or_(PriceList.is_for_all.is_(True), is_own) if party_id else PriceList.is_for_all.is_(True),
        )
    )
    found: dict[UUID, list[Offered]] = {}
    for item_id, price, min_qty, starts_on, ends_on, is_for_all, of_store, list_id, name in books.session.execute(query):
        one = Offered(MilliPaise(price), Qty(min_qty), starts_on, ends_on, not is_for_all, of_store is not None, list_id, name)
        found.setdefault(item_id, []).append(one)
    return found
