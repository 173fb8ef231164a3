"""What tills have set aside is not sold at the desk."""

from __future__ import annotations

from collections.abc import Sequence

from webapp import stock
from webapp.platform.tenancy import Books
from webapp.sales import flags, goods
from webapp.sales.billed import BilledLine
from webapp.sales.commands import Sale
from webapp.stock import NotEnoughStock


def require_free(books: Books, sale: Sale, lines: Sequence[BilledLine]) -> None:
    """SaleRefused, with the figures, when the bill takes goods that a till keeps for the customer who stands there and pays."""
    wanted = [(line.item_id, line.qty) for line in lines if line.leaves_now]
    try:
        stock.require_free(books, document_id=sale.id, store_id=sale.store_id, wanted=wanted)
    except NotEnoughStock as short:
        raise flags.refusal(flags.below_zero(goods.short_items(short.shortages, lines))) from short
