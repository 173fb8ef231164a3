"""What the statements of the reports share: filters, groups, and sales by item."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import case, exists, func, select

from webapp.catalogue.models import Item, ItemCode
from webapp.company.models import Store
from webapp.kernel.text import folded
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceLine
from webapp.stock_reports.rules import Asked


def summed(condition: Any, figure: Any) -> Any:
    """The sum of a figure over the rows that meet a condition."""
    return func.coalesce(func.sum(case((condition, figure), else_=0)), 0)


def of_item(model: Any) -> Any:
    return (Item.company_id == model.company_id) & (Item.id == model.item_id)


def of_store(model: Any) -> Any:
    return (Store.company_id == model.company_id) & (Store.id == model.store_id)


def in_stores(query: Any, asked: Asked, model: Any) -> Any:
    """Only the stores asked for."""
    return query if asked.store_ids is None else query.where(model.store_id.in_(asked.store_ids))


def of_items(query: Any, asked: Asked) -> Any:
    """Only items of the category and words asked for: each word in the name, or the whole a barcode."""
    if asked.category:
        query = query.where(Item.category == asked.category)
    words = folded(asked.words).split()[:8]
    if words:
        by_code = Item.id.in_(select(ItemCode.item_id).where(ItemCode.code == asked.words.strip()))
        named = Item.search_text.contains(words[0], autoescape=True)
        for word in words[1:]:
            named &= Item.search_text.contains(word, autoescape=True)
        query = query.where(named | by_code)
    return query


def signed(figure: Any) -> Any:
    """A figure of a document as sales count it: credit notes are taken off."""
    return case((Invoice.kind == "credit_note", -figure), else_=figure)


def sold_lines(query: Any, asked: Asked, first_day: date, last_day: date) -> Any:
    """A select from lines of bills, joined to the documents of these days that stand."""
    cancelled = exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)
    of_bill = (Invoice.company_id == InvoiceLine.company_id) & (Invoice.id == InvoiceLine.invoice_id)
    query = query.join(Invoice, of_bill).where(Invoice.invoice_date.between(first_day, last_day), ~cancelled)
    return in_stores(query, asked, Invoice)


def sold_by_item(asked: Asked, first_day: date, last_day: date) -> Any:
    """Item → what was sold of it on these days, returns taken off, in thousandths."""
    query = select(InvoiceLine.item_id, func.sum(signed(InvoiceLine.qty)).label("qty")).select_from(InvoiceLine)
    return sold_lines(query, asked, first_day, last_day).group_by(InvoiceLine.item_id).subquery()
