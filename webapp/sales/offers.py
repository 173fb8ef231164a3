"""What schemes take off a document's lines: worked out for a sheet, held against what a till says, and given back with what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp import catalogue, schemes
from webapp.kernel.money import Paise, Qty, rounded
from webapp.platform.tenancy import Books
from webapp.sales.commands import LineOffer, Sale, SaleLine
from webapp.sales.flags import Flag, FlagKind
from webapp.sales.models import InvoiceOffer
from webapp.sales.returns import Returned
from webapp.schemes import Line, Scheme


def offers_on(books: Books, lines: Sequence[Line], *, on: date, store_id: UUID, party_id: UUID | None) -> list[tuple[LineOffer, ...]]:
    """What the schemes of a day take off each line. Two statements at most; one where no scheme stands."""
    bought_by = catalogue.lists_of(books, [party_id]).get(party_id) if party_id else None
    return shared_offers(lines, schemes.schemes_standing(books, on, store_id, bought_by))


def shared_offers(lines: Sequence[Line], standing: Sequence[Scheme]) -> list[tuple[LineOffer, ...]]:
    """What some schemes take off each line."""
    names = {one.id: one.name for one in standing}
    found: list[tuple[LineOffer, ...]] = [() for _ in lines]
    for off in schemes.worked(lines, standing):
        found[off.line] += (LineOffer(UUID(off.scheme), names[off.scheme], Paise(off.paise)),)
    return found


def claim_flags(books: Books, sale: Sale) -> tuple[Flag, ...]:
    """Where the price lists and schemes that a till names give something else here: a flag each, for the customer has paid by them."""
    flags = []
    if lines := _other_prices(books, sale):
        flags.append(Flag(FlagKind.PRICE_DIFFERS, {"lines": lines}))
    if lines := _other_offers(books, sale):
        flags.append(Flag(FlagKind.SCHEME_DIFFERS, {"lines": lines}))
    return tuple(flags)


def _other_prices(books: Books, sale: Sale) -> list[dict[str, Any]]:
    named = [(number, line) for number, line in enumerate(sale.lines, start=1) if line.list_id is not None]
    if not named:
        return []
    together: dict[UUID, int] = {}  # what the shelf's batches took apart reaches a break together
    for line in sale.lines:
        if line.batch:
            together[line.item_id] = together.get(line.item_id, 0) + line.qty
    asked = [(line.item_id, Qty(together[line.item_id]) if line.batch else line.qty) for _number, line in named]
    prices = catalogue.prices_for(books, asked, sale.party_id, sale.store_id, sale.invoice_date)
    return [
        {"line": number, "name": _name(line), "used": line.unit_price, "due": price.price_millipaise}
        for (number, line), price in zip(named, prices, strict=True)
        if price.price_millipaise != line.unit_price
    ]


def _other_offers(books: Books, sale: Sale) -> list[dict[str, Any]]:
    if not any(line.offers for line in sale.lines):
        return []
    items = catalogue.sold_items(books, [line.item_id for line in sale.lines])
    basket = [basket_line(items, line) for line in sale.lines]
    due = offers_on(books, basket, on=sale.invoice_date, store_id=sale.store_id, party_id=sale.party_id)
    return [
        {"line": number, "name": _name(line), "used": sum(one.off for one in line.offers), "due": sum(one.off for one in ours)}
        for number, (line, ours) in enumerate(zip(sale.lines, due, strict=True), start=1)
        if {(one.scheme_id, one.off) for one in line.offers} != {(one.scheme_id, one.off) for one in ours}
    ]


def basket_line(items: Mapping[UUID, Any], line: SaleLine) -> Line:
    """A line as schemes look at it, at its price and before any discount."""
    item = items.get(line.item_id)
    category, brand = (item.category, item.brand) if item else ("", "")
    amount = rounded(line.qty * line.unit_price, 1_000_000)
    return Line(str(line.item_id), category, brand, line.qty, amount, not line.is_by_hand)


def _name(line: SaleLine) -> str:
    return line.name or (line.printed.name if line.printed else "")


def offers_of(books: Books, invoice_ids: Iterable[UUID]) -> dict[tuple[UUID, int], tuple[LineOffer, ...]]:
    """What schemes took off the lines of some bills, by bill and line; lines without are absent."""
    columns = (InvoiceOffer.invoice_id, InvoiceOffer.line_no, InvoiceOffer.scheme_id, InvoiceOffer.name, InvoiceOffer.off_paise)
    query = select(*columns).where(InvoiceOffer.invoice_id.in_(list(invoice_ids))).order_by(InvoiceOffer.line_no, InvoiceOffer.scheme_id)
    found: dict[tuple[UUID, int], tuple[LineOffer, ...]] = {}
    for invoice_id, line_no, scheme_id, name, off in books.session.execute(query):
        found[invoice_id, line_no] = (*found.get((invoice_id, line_no), ()), LineOffer(scheme_id, name, Paise(off)))
    return found


def offers_back(books: Books, bill_id: UUID, worked: Returned) -> list[tuple[LineOffer, ...]]:
    """What of the schemes comes back with each line of a return: its share by now, less what went before."""
    if not any(line.figures.discount for line in worked.lines):
        return [() for _ in worked.lines]
    given = offers_of(books, [bill_id])
    return [
        tuple(_part(offer, line.qty, line.back_qty, qty) for offer in given.get((bill_id, line.line_no), ()))
        for line, qty in zip(worked.lines, worked.quantities, strict=True)
    ]


def _part(offer: LineOffer, sold: Qty, before: Qty, qty: Qty) -> LineOffer:
    return replace(offer, off=Paise(rounded(offer.off * (before + qty), sold) - rounded(offer.off * before, sold)))
