"""Where documents that may need an e-way bill are found: each room's own list of what is worth so much, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from webapp import orders, purchases, sales, transfers
from webapp.ewaybills.values import Kind
from webapp.kernel.places import Cursor
from webapp.platform.tenancy import Books


class Source(Protocol):
    """The places of the oldest after `newer_than`."""

    def __call__(self, books: Books, first_day: date, above_paise: int, *, newer_than: Cursor | None = None) -> list[Cursor]: ...


SOURCES: Mapping[Kind, Source] = {
    Kind.INVOICE: sales.worth_more_than,
    Kind.ORDER: orders.challans_worth_more_than,
    Kind.TRANSFER: transfers.sent_worth_more_than,
    Kind.PURCHASE: purchases.worth_more_than,
}
