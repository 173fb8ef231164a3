"""The rows of a document: how a decided bill or note is laid into its tables. Only the service calls this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from webapp.kernel.errors import Conflict
from webapp.kernel.money import Paise
from webapp.platform.numbering import Number
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.sales.billed import BilledLine
from webapp.sales.commands import InvoiceTerms, LineOffer, Sale, SaleReturn, Tender
from webapp.sales.flags import Flag
from webapp.sales.models import (
    Invoice,
    InvoiceFlag,
    InvoiceLine,
    InvoiceOffer,
    InvoiceParticular,
    InvoiceSupply,
    InvoiceTender,
    InvoiceTogether,
)
from webapp.tax.rules import Figures, LineFigures


def write_header(
    books: Books, asked: Sale | SaleReturn, number: Number, posted_on: date, figures: Figures, facts: Mapping[str, Any]
) -> None:
    """Write the document's own row. `facts` are the columns a bill and a note come by differently.

    Conflict when its number is on another document.
    """
    row = {
        "id": asked.id,
        "series": number.prefix,
        "seq": number.seq,
        "number": str(number),
        "invoice_date": asked.invoice_date,
        "posted_on": posted_on,
        "issued_at": asked.issued_at,
        "received_at": books.now,
        "store_id": asked.store_id,
        "till_id": asked.till_id,
        "shift_id": asked.shift_id,
        "cashier": asked.cashier,
        "gross_paise": figures.gross,
        "discount_paise": figures.discount,
        "taxable_paise": figures.taxable,
        "cgst_paise": figures.cgst,
        "sgst_paise": figures.sgst,
        "igst_paise": figures.igst,
        "cess_paise": figures.cess,
        "round_off_paise": figures.round_off,
        "total_paise": figures.total,
        "rules_v": asked.rules_v,
        "note": asked.note,
        "body_sha256": asked.body_sha256,
        **facts,
    }
    if not insert_once(books, Invoice, row):
        raise Conflict(
            problem=f"The number {number} is on another document already.",
            fix="Nothing was changed. Compare the two papers; a number is never given again.",
        )


def write_lines(
    books: Books, invoice_id: UUID, lines: Sequence[Mapping[str, Any]], figures: Sequence[LineFigures], costs: Sequence[Paise]
) -> None:
    """Write the lines, numbered from 1, with their figures and costs."""
    rows = [
        {
            "invoice_id": invoice_id,
            "line_no": number,
            "gross_paise": figure.gross,
            "discount_paise": figure.discount,
            "bill_discount_paise": figure.bill_discount,
            "taxable_paise": figure.taxable,
            "cgst_paise": figure.cgst,
            "sgst_paise": figure.sgst,
            "igst_paise": figure.igst,
            "cess_paise": figure.cess,
            "total_paise": figure.total,
            "cost_paise": cost,
            **line,
        }
        for number, (line, figure, cost) in enumerate(zip(lines, figures, costs, strict=True), start=1)
    ]
    books.insert(InvoiceLine, rows)


def write_offers(books: Books, invoice_id: UUID, lines: Sequence[Sequence[LineOffer]]) -> None:
    """Write what schemes took off the lines, or of a note what of it came back; nothing where they took nothing."""
    rows = [
        {"invoice_id": invoice_id, "line_no": number, "scheme_id": offer.scheme_id, "name": offer.name, "off_paise": offer.off}
        for number, offers in enumerate(lines, start=1)
        for offer in offers
        if offer.off
    ]
    if rows:
        books.insert(InvoiceOffer, rows)


def write_tenders(books: Books, invoice_id: UUID, tenders: Sequence[Tender]) -> None:
    """Write how it was paid or refunded."""
    rows = [
        {
            "invoice_id": invoice_id,
            "tender_no": number,
            "mode": tender.mode.value,
            "amount_paise": tender.amount,
            "reference": tender.reference,
            "given_paise": tender.given,
        }
        for number, tender in enumerate(tenders, start=1)
    ]
    books.insert(InvoiceTender, rows)


def write_terms(books: Books, invoice_id: UUID, terms: InvoiceTerms, lines: Sequence[BilledLine]) -> None:
    """Write what an office invoice says besides its figures, and which of its lines are one supply."""
    row = {"destination": terms.destination.value, "lut_number": terms.lut_number, "due_on": terms.due_on}
    row |= {"reference": terms.reference, "terms": terms.terms}
    row |= {"nature": terms.nature, "performed_in": terms.performed_in, "place_section": terms.place_section}
    books.insert(InvoiceSupply, [{"invoice_id": invoice_id, **row}])
    if terms.is_particular:
        said = {"tax_payer": terms.tax_payer.value, "is_deemed_export": terms.is_deemed_export}
        named = {"operator_gstin": terms.operator_gstin, "operator_name": terms.operator_name}
        books.insert(InvoiceParticular, [{"invoice_id": invoice_id, **said, **named}])
    _write_together(books, invoice_id, lines)


def write_flags(books: Books, invoice_id: UUID, flags: Sequence[Flag]) -> None:
    """Write what a person should look at."""
    rows = [
        {
            "invoice_id": invoice_id,
            "kind": flag.kind.value,
            "detail": dict(flag.detail),
            "raised_at": books.now,
            "settled_at": None,
            "settled_by": None,
            "settlement": "",
        }
        for flag in flags
    ]
    books.insert(InvoiceFlag, rows)


def _write_together(books: Books, invoice_id: UUID, lines: Sequence[BilledLine]) -> None:
    rows = [
        {
            "invoice_id": invoice_id,
            "line_no": number,
            "is_composite": line.taxed_as.is_composite,
            "taxed_as_line_no": line.taxed_as.line_no,
            "own_treatment": line.taxed_as.own_treatment.value,
            "own_rate_bp": line.taxed_as.own_rate_bp,
            "own_cess_bp": line.taxed_as.own_cess_bp,
        }
        for number, line in enumerate(lines, start=1)
        if line.taxed_as is not None
    ]
    if rows:
        books.insert(InvoiceTogether, rows)
