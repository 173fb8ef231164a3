"""The sheets of tables 15 and 15A of the portal's template: what others sold through this business as an operator. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from webapp.gst_returns.told import Document, Gstr1
from webapp.kernel.dates import FinancialYear, written
from webapp.operator_supplies import DOCUMENT_TYPES
from webapp.tax.rules import STATES

_RATE = ("Rate", "Taxable Value", "Cess Amount")
_SUPPLIER, _RECIPIENT = ("Supplier GSTIN/UIN", "Supplier Name"), ("Recipient GSTIN/UIN", "Recipient Name")
_DOCUMENT, _VALUED = ("Document Number", "Document Date"), ("Value of supplies made", "Place Of Supply", "Document type")
_TWO_DOCUMENTS = ("Original Document Number", "Original Document Date", "Revised Document Number", "Revised Document Date")
HEADINGS: dict[str, Sequence[str]] = {
    "ecob2b": (*_SUPPLIER, *_RECIPIENT, *_DOCUMENT, *_VALUED, *_RATE),
    "ecourp2b": (*_RECIPIENT, *_DOCUMENT, *_VALUED, *_RATE),
    "ecob2c": (*_SUPPLIER, "Place Of Supply", "Taxable Value", "Rate", "Cess Amount"),
    "ecourp2c": ("Place Of Supply", "Taxable Value", "Rate", "Cess Amount"),
    "ecoab2b": (*_SUPPLIER, *_RECIPIENT, *_TWO_DOCUMENTS, *_VALUED, *_RATE),
    "ecoab2c": ("Financial Year", "Original Month", *_SUPPLIER, "Place Of Supply", *_RATE),
    "ecoaurp2b": (*_RECIPIENT, *_TWO_DOCUMENTS, "Value of supplies made", "Document type", "Place Of Supply", *_RATE),
    "ecoaurp2c": ("Financial Year", "Original Month", "Place Of Supply", *_RATE),
}

_SECTIONS = {name: f"ecom{name.removeprefix('eco')}" for name in HEADINGS}


def rows(told: Gstr1, sheet: str) -> Iterator[Sequence[Any]]:
    """The rows of a sheet, a row for each rate. Whole numbers are hundredths, the rest text."""
    section = _SECTIONS[sheet]
    for one in told.documents:
        if one.section == section:
            yield from _document(one)
    for row in told.through:
        if row.section == section:
            yield [*_supplier(row.stin), _place(row.place), row.taxes.taxable, row.rate_bp, row.taxes.cess]
    for late in told.through_amended:
        if late.section == section:
            for item in late.items:
                yield [*_month(late.month), *_supplier(late.stin), _place(late.place), item.rate_bp, item.taxable, item.cess]


def _document(one: Document) -> Iterator[Sequence[Any]]:
    head: list[Any] = [*_supplier(one.stin), one.ctin, one.name]
    head += [one.original[0], written(one.original[1])] if one.original else []
    head += [one.number, written(one.day), one.value]
    said = [_place(one.place), DOCUMENT_TYPES.get(one.type, one.type)]
    head += said[::-1] if one.section == "ecomaurp2b" else said
    for item in one.items:
        yield [*head, item.rate_bp, item.taxable, item.cess]


def _supplier(stin: str) -> list[str]:
    return [stin, ""] if stin else []


def _place(code: str) -> str:
    return f"{code}-{STATES[code]}" if code in STATES else code


def _month(month: int) -> list[str]:
    first = date(month // 100, month % 100, 1)
    return [str(FinancialYear.of(first)), f"{first:%B}".upper()]
