"""Price lists as a till copies them: each list whole, and only when its version is not the one the till has.

The prices of a list are one text, so that a device loads and keeps them without a thought: an item a line, `<item id>` and for each of its
prices `,<price>,<from quantity>,<first day>,<last day>`, where nought and no last day are left empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from webapp.catalogue.models import ListPrice, PriceList, PriceListParty
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

_ROWS = 2_000  # read at a time: a list may have twenty thousand prices


@dataclass(frozen=True, slots=True)
class TillList:
    """A list that a till's customers may buy by. `prices` is None where the till has this version."""

    id: UUID
    name: str
    is_for_all: bool
    is_of_store: bool
    version: int
    customers: tuple[UUID, ...]  # who buys by it, where it is not for everybody
    prices: str | None


def lists_for_till(books: Books, store_id: UUID, known: Mapping[str, int]) -> list[TillList]:
    """The lists in use in a store. `known` says which versions the till has, by the list's id as text.
    Prices that are over are left out."""
    query = (
        select(PriceList.id, PriceList.name, PriceList.is_for_all, PriceList.store_id, PriceList.version)
        .where(PriceList.archived_at.is_(None), or_(PriceList.store_id.is_(None), PriceList.store_id == store_id))
        .order_by(PriceList.id)
    )
    rows = books.session.execute(query).all()
    wanted = [row.id for row in rows if known.get(str(row.id)) != row.version]
    texts = _texts(books, wanted)
    named: dict[UUID, list[UUID]] = {}
    if any(not row.is_for_all for row in rows):
        customers = select(PriceListParty.price_list_id, PriceListParty.party_id).order_by(PriceListParty.party_id)
        for list_id, party_id in books.session.execute(customers):
            named.setdefault(list_id, []).append(party_id)
    return [
        TillList(row.id, row.name, row.is_for_all, row.store_id is not None, row.version, tuple(named.get(row.id, ())), texts.get(row.id))
        for row in rows
    ]


def list_names(books: Books, *, archived: bool = False) -> dict[str, str]:
    """The names of the lists in use, or of all, by their ids as text."""
    query = select(PriceList.id, PriceList.name).order_by(PriceList.name, PriceList.id)
    rows = books.session.execute(query if archived else query.where(PriceList.archived_at.is_(None)))
    return {str(list_id): name for list_id, name in rows}


def lists_of(books: Books, party_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The list each of some customers buys by; those without one are absent."""
    ids = list(party_ids)
    query = select(PriceListParty.party_id, PriceListParty.price_list_id).where(PriceListParty.party_id.in_(ids))
    return {party_id: list_id for party_id, list_id in books.session.execute(query)} if ids else {}  # noqa: C416 - rows are no pairs


def _texts(books: Books, list_ids: list[UUID]) -> dict[UUID, str]:
    lines: dict[UUID, list[str]] = {list_id: [] for list_id in list_ids}
    if not list_ids:
        return {}
    query = (
        select(
            ListPrice.price_list_id,
            ListPrice.item_id,
            ListPrice.price_millipaise,
            ListPrice.min_qty,
            ListPrice.starts_on,
            ListPrice.ends_on,
        )
        .where(ListPrice.price_list_id.in_(list_ids), or_(ListPrice.ends_on.is_(None), ListPrice.ends_on >= books.today))
        .order_by(ListPrice.price_list_id, ListPrice.item_id, ListPrice.min_qty, ListPrice.starts_on)
        .execution_options(yield_per=_ROWS)
    )
    at: tuple[UUID, UUID] | None = None
    for list_id, item_id, price, min_qty, starts_on, ends_on in books.session.execute(query):
        told = f",{price},{min_qty or ''},{_day(starts_on)},{_day(ends_on)}"
        if at == (list_id, item_id):
            lines[list_id][-1] += told
        else:
            lines[list_id].append(f"{item_id}{told}")
            at = (list_id, item_id)
    return {list_id: "\n".join(parts) for list_id, parts in lines.items()}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
