"""The last unit: an online till sets goods aside before it issues a bill, and is refused with the figure when too little is free."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp import catalogue, company, stock
from webapp.counter.models import Till
from webapp.counter.tills import Device, TillRevoked
from webapp.kernel.errors import NotFound
from webapp.kernel.money import Qty
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books, open_books, read_books

MOST_LINES = 1000  # as many as a bill has


@dataclass(frozen=True, slots=True)
class ReservationWish:
    """What a bill about to be issued takes from its till's store, in thousandths by item. Nothing at all gives back what it had."""

    bill_id: UUID
    wanted: Mapping[UUID, Qty]


def reserve(device: Device, wish: ReservationWish) -> stock.Reserved:
    """Set aside what a bill wants, all or nothing, in one writing transaction.

    A shop that sells below zero and items that keep no stock (or are not known here) reserve nothing: then nothing is
    written, and no writer is waited for.
    """
    if not wish.wanted:
        with open_books(device.actor()) as books:
            stock.release(books, wish.bill_id)
        return stock.Reserved(None)
    with read_books(device.actor()) as books:
        wanted = _stocked(books, wish.wanted)
    if not wanted:
        return stock.Reserved(None)
    with open_books(device.actor()) as books:
        return stock.reserve(books, document_id=wish.bill_id, store_id=_store_of(books, device), wanted=wanted)


def _stocked(books: Books, wanted: Mapping[UUID, Qty]) -> dict[UUID, Qty]:
    if company.profile(books).allows_negative_stock:
        return {}
    items = catalogue.items_for_bill(books, wanted, books.today)
    return {item_id: wanted[item_id] for item_id, item in items.items() if item.is_stocked}


def _store_of(books: Books, device: Device) -> UUID:
    till = books.session.get(Till, (books.company_id, device.till_id))
    if till is None:
        raise NotFound("counter")
    if till.revoked_at is not None:  # closed since its cookie was looked at
        raise TillRevoked
    return till.store_id
