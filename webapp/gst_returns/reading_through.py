"""Table 15 of GSTR-1: what others sold through this business as an e-commerce operator, and on which it pays the tax (s.9(5)).

Documents to recipients with a GSTIN are told one by one, all else by supplier, place and rate.
"""

from __future__ import annotations

from uuid import UUID

from webapp import operator_supplies
from webapp.gst_returns.told import Document, Item, Taxes, Through
from webapp.kernel.dates import Period
from webapp.operator_supplies import SupplyRow
from webapp.platform.tenancy import Books


def through_us(books: Books, gstin: str, span: Period) -> tuple[list[Document], tuple[Through, ...]]:
    """The documents and the sums of a registration in these days."""
    papers: dict[tuple[str, str, str], list[SupplyRow]] = {}
    sums: dict[tuple[str, str, int, bool], Taxes] = {}
    for row in operator_supplies.standing_supplies(books, gstin, span):
        if row.recipient_gstin:
            papers.setdefault((row.supplier_gstin, row.recipient_gstin, row.number), []).append(row)
        else:
            key = (row.supplier_gstin, row.place, row.rate_bp, row.is_inter)
            sums[key] = sums.get(key, Taxes()).plus(_taxes(row))
    found = tuple(Through(stin, place, rate, is_inter, taxes) for (stin, place, rate, is_inter), taxes in sorted(sums.items()))
    return [_document(rows) for rows in papers.values()], found


def _document(rows: list[SupplyRow]) -> Document:
    first = rows[0]
    items = tuple(Item(row.rate_bp, *_taxes(row)) for row in rows)
    id_: UUID = first.id
    return Document(
        section="ecomb2b" if first.supplier_gstin else "ecomurp2b",
        source="operator_supply",
        id=id_,
        number=first.number,
        day=first.supply_date,
        value=sum(row.taxable_paise + row.tax for row in rows),
        place=first.place,
        type=first.document_type,
        items=items,
        ctin=first.recipient_gstin,
        name=first.recipient_name,
        stin=first.supplier_gstin,
    )


def _taxes(row: SupplyRow) -> Taxes:
    return Taxes(row.taxable_paise, row.cgst_paise, row.sgst_paise, row.igst_paise, row.cess_paise)
