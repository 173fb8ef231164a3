"""Margin: net sales less what the goods cost when they were sold, from the lines of bills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from webapp.catalogue.models import Item
from webapp.company.models import Store
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceLine
from webapp.stock_reports.rules import Asked, Line, margin_bp
from webapp.stock_reports.sources import of_item, of_items, of_store, signed, sold_lines

_GROUPS: dict[str, tuple[Any, ...]] = {
    "item": (Item.name, Item.unit, Item.id),
    "category": (Item.category,),
    "party": (Party.name, Invoice.party_id),
    "store": (Store.name, Store.id),
    "cashier": (Invoice.cashier,),
}


def lines(books: Books, asked: Asked) -> Iterator[Line]:
    """Each group that was sold or brought back: quantity, sales without tax, cost, margin and its part of sales; the most first."""
    group = _GROUPS[asked.by]
    qty, net, cost = (func.sum(signed(one)) for one in (InvoiceLine.qty, InvoiceLine.taxable_paise, InvoiceLine.cost_paise))
    query: Any = select(*group, qty, net, cost).select_from(InvoiceLine).join(Item, of_item(InvoiceLine))
    query = sold_lines(query, asked, asked.period.first_day, asked.period.last_day).join(Store, of_store(Invoice))
    query = query.outerjoin(Party, (Party.company_id == Invoice.company_id) & (Party.id == Invoice.party_id))
    query = of_items(query, asked).group_by(*group).order_by((net - cost).desc(), *group)
    names = 2 if asked.by == "item" else 1
    for row in books.session.execute(query):
        sold, value, spent = (int(figure) for figure in row[len(group) :])
        id_ = row[len(group) - 1] if asked.by in ("item", "party", "store") else None
        yield Line((*(name or "" for name in row[:names]), sold, value, spent, value - spent, margin_bp(value - spent, value)), id_)
