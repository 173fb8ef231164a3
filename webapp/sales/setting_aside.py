"""What tills have set aside is not sold at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from webapp import stock
from webapp.kernel.money import Qty
from webapp.platform.tenancy import Books
from webapp.sales import flags
from webapp.sales.commands import Sale
from webapp.sales.rules import BilledLine


def require_free(books: Books, sale: Sale, lines: Iterable[BilledLine]) -> None:
    """SaleRefused, with the figures, when the bill takes goods that a till keeps for the customer who stands there and pays."""
    wanted: dict[UUID, Qty] = {}
    names: dict[UUID, str] = {}
    for line in lines:
        if line.leaves_now:
            wanted[line.item_id] = Qty(wanted.get(line.item_id, 0) + line.qty)
            names[line.item_id] = line.name
    held = stock.held_by_others(books, document_id=sale.id, store_id=sale.store_id, wanted=wanted)
    if held:
        items = [
            flags.short_item(str(one.item_id), names[one.item_id], on_hand=one.on_hand, wanted=one.wanted, held=one.held) for one in held
        ]
        raise flags.refusal(flags.below_zero(items))
