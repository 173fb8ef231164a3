"""A bill or credit note of ours as the portal's document: what stands on the paper, and what the schema wants besides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from webapp import parties, sales
from webapp.company import seller_at
from webapp.einvoice import queries, rules
from webapp.einvoice.values import ABROAD_PIN, UNREGISTERED, Before, DocType, Document, Export, Line, Person, Place
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, rounded
from webapp.platform.tenancy import Books
from webapp.sales import InvoiceView, LineRow, TaxPayer
from webapp.tax.rules import DocumentKind, Treatment
from webapp.tax.states import OTHER_COUNTRY
from webapp.tax.uncharged import TaxOn, tax_on_line


def facts_of(view: InvoiceView, begins_on: date | None) -> rules.Facts:
    """What of a bill says whether the portal wants it."""
    head = view.header
    return rules.Facts(
        kind=head.kind,
        buyer_gstin=(head.party or {}).get("gstin") or "",
        place_of_supply=head.place_of_supply,
        # What an operator pays the tax of (CGST Act s.9(5)) is the operator's to tell.
        has_taxable=any(line.treatment == Treatment.TAXABLE for line in view.lines) and _payer(view) is not TaxPayer.OPERATOR,
        day=head.invoice_date,
        begins_on=begins_on,
        is_cancelled=view.cancellation is not None,
    )


def doc_type(view: InvoiceView) -> DocType:
    return DocType.CREDIT_NOTE if view.header.kind == DocumentKind.CREDIT_NOTE else DocType.INVOICE


def irn_of(view: InvoiceView) -> str:
    """The number that the portal will give."""
    head = view.header
    return rules.irn(head.seller["gstin"], doc_type(view), head.number, head.invoice_date)


def document_of(books: Books, view: InvoiceView) -> Document:
    """The document whole. A bill keeps its buyer as printed; city and PIN, which no paper has apart, are of the customer as he stands."""
    head = view.header
    is_abroad = head.place_of_supply == OTHER_COUNTRY
    on_credit = sum(tender.amount_paise for tender in view.tenders if tender.mode == "credit")
    due_on = view.terms.due_on if view.terms else None
    is_reverse = _payer(view) is TaxPayer.BUYER
    # What was collected at source when it was enlisted: no part of the bill's own figures, another charge to the portal.
    kept = queries.einvoice_or_none(books, head.id)
    collected = kept.total_paise - head.total_paise if kept else sum(one.amount for one in sales.collected_on(books, head.id))
    return Document(
        doc_type=doc_type(view),
        number=head.number,
        day=head.invoice_date,
        supply_type=rules.supply_type(
            _destination(view),
            is_abroad=is_abroad,
            has_tax=bool(head.igst_paise),
            is_deemed=view.bill_terms is not None and view.bill_terms.is_deemed_export,
        ),
        seller=_seller(books, head.seller, head.store_id),
        buyer=_buyer(books, head.party or {}, head.party_id, is_abroad=is_abroad),
        place_of_supply=head.place_of_supply,
        lines=tuple(_line(line, head.supply if is_reverse else "") for line in view.lines),
        round_off=Paise(head.round_off_paise),
        total=Paise(head.total_paise + collected),
        collected=Paise(collected),
        paid=Paise(sum(tender.amount_paise for tender in view.tenders) - on_credit),
        due=Paise(on_credit + collected),
        credit_days=max(0, (due_on - head.invoice_date).days) if due_on and on_credit else 0,
        is_reverse_charge=is_reverse,
        operator_gstin=view.bill_terms.operator_gstin if view.bill_terms else "",
        before=(Before(view.against.number, view.against.invoice_date),) if view.against else (),
        export=_export(books, view),
    )


def _payer(view: InvoiceView) -> TaxPayer:
    return view.bill_terms.tax_payer if view.bill_terms else TaxPayer.SELLER


def _export(books: Books, view: InvoiceView) -> Export | None:
    """The shipping bill of an export, where it was entered by now."""
    found = sales.shipping_of(books, view.header.id) if _destination(view) in ("export_lut", "export_paid") else None
    return Export(found.number, found.day, found.port) if found else None


def _destination(view: InvoiceView) -> str:
    """Where the supply goes; a note goes where its bill went."""
    return view.bill_terms.destination.value if view.bill_terms else "home"


def _seller(books: Books, printed: Mapping[str, Any], store_id: UUID) -> Person:
    now = seller_at(books, store_id).profile  # what was not filled in on the day may have been since
    town, pin = printed.get("city") or now.city, printed.get("pin_code") or now.pin_code
    return Person(
        gstin=printed.get("gstin") or "",
        legal_name=printed.get("legal_name") or printed.get("name") or "",
        trade_name=printed.get("name") or "",
        place=Place(printed.get("address") or now.address, town, pin, printed.get("state_code") or ""),
        phone=printed.get("phone") or "",
        email=printed.get("email") or "",
    )


def _buyer(books: Books, printed: Mapping[str, Any], party_id: UUID | None, *, is_abroad: bool) -> Person:
    known = parties.party_or_none(books, party_id) if party_id else None
    name = printed.get("name") or ""
    place = Place(
        address=(known.address if known and known.address else printed.get("address")) or "",
        town=known.city if known else "",
        pin=ABROAD_PIN if is_abroad else (known.pin_code if known else ""),
        state_code=OTHER_COUNTRY if is_abroad else printed.get("state_code") or "",
    )
    gstin = UNREGISTERED if is_abroad else printed.get("gstin") or UNREGISTERED
    return Person(gstin, name, name, place, printed.get("phone") or "", known.email if known else "")


def _line(line: LineRow, reverse_supply: str) -> Line:
    """One line before tax. A price that includes tax has no amount before its discount without it: its value stands for both. Where the
    buyer pays the tax, `reverse_supply` says which taxes: they are worked out, for the bill bears none."""
    tax = (
        tax_on_line(line, reverse_supply)
        if reverse_supply
        else TaxOn(*map(Paise, (line.cgst_paise, line.sgst_paise, line.igst_paise, line.cess_paise)))
    )
    off = line.discount_paise + line.bill_discount_paise
    is_plain = not line.price_includes_tax and line.gross_paise - off == line.taxable_paise
    per_unit = rounded(line.taxable_paise * 1_000_000, line.qty) if line.qty else line.unit_price_millipaise
    return Line(
        number=line.line_no,
        name=line.name,
        hsn=line.hsn,
        qty=Qty(line.qty),
        unit=line.unit,
        unit_price=MilliPaise(line.unit_price_millipaise if is_plain else per_unit),
        gross=Paise(line.gross_paise if is_plain else line.taxable_paise),
        discount=Paise(off if is_plain else 0),
        taxable=Paise(line.taxable_paise),
        rate_bp=BasisPoints(line.rate_bp),
        igst=tax.igst,
        cgst=tax.cgst,
        sgst=tax.sgst,
        cess_bp=BasisPoints(line.cess_bp),
        cess=tax.cess,
        is_taxable=line.treatment == Treatment.TAXABLE,
        batch=line.batch,
    )
