"""What the books hold for a dealer under composition: bills of supply less credit notes, and purchases, added up in the database.

A bill belongs to the period in which it stands in the books (`posted_on`), a purchase to that of its voucher. What is cancelled in a
later period takes its figures back there: a cancelled bill of supply never does, for that is done in its own month alone.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Integer, String, and_, case, exists, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from webapp.composition.told import Inward, Turnover
from webapp.gst_returns import Taxes
from webapp.kernel.dates import Period
from webapp.ledger.models import Voucher
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseBillLine, PurchaseCancellation
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceLine, InvoiceParticular
from webapp.tax.rules import DocumentKind, Scheme, Supply, Treatment
from webapp.transfers.models import Transfer

PAGE = 50
NOTE = DocumentKind.CREDIT_NOTE.value
_PAPERS = (DocumentKind.BILL_OF_SUPPLY.value, DocumentKind.TAX_INVOICE.value, NOTE)
_HEADS = ("taxable", "cgst", "sgst", "igst", "cess")
_ABROAD = ("96", "97")


class Paper(NamedTuple):
    """A bill or a purchase behind a figure. Amounts of notes, and of what was cancelled, are less than nothing."""

    source: str
    id: UUID
    number: str
    day: date
    name: str
    ctin: str
    place: str
    taxes: Taxes


def turnover(books: Books, gstin: str, span: Period) -> Turnover:
    """What a registration (every one of the business for "") sold under composition in these days."""
    sign = case((Invoice.kind == NOTE, -1), else_=1)
    is_service = InvoiceLine.hsn.like("99%")
    query = select(InvoiceLine.treatment, is_service, func.sum(sign * InvoiceLine.taxable_paise))
    query = query.select_from(Invoice).join(InvoiceLine, _lines_of_bill()).where(*_bills(gstin, span))
    found = dict.fromkeys(Turnover._fields, 0)
    columns = {Treatment.TAXABLE.value: "taxable", Treatment.NIL.value: "nil", Treatment.EXEMPT.value: "exempt"}
    for treatment, of_service, amount in books.session.execute(query.group_by(InvoiceLine.treatment, is_service)):
        found[columns.get(treatment, "non_gst")] += int(amount)
        if of_service:
            found["services"] += int(amount)
    return Turnover(**found)


def bills(books: Books, gstin: str, span: Period, words: str = "", at: int = 0) -> tuple[list[Paper], bool]:
    """A page of bills and credit notes from the place `at` on, and whether there are more."""
    sign = case((Invoice.kind == NOTE, -1), else_=1)
    name, ctin = (func.coalesce(Invoice.party[key].as_string(), "") for key in ("name", "gstin"))
    query = select(Invoice.id, Invoice.number, Invoice.posted_on, name, ctin, Invoice.place_of_supply, sign * Invoice.taxable_paise)
    query = query.where(*_bills(gstin, span))
    if words:
        query = query.where(or_(*(one.icontains(words, autoescape=True) for one in (Invoice.number, name, ctin))))
    rows = books.session.execute(query.order_by(Invoice.posted_on, Invoice.number).limit(PAGE + 1).offset(at)).all()
    return [Paper._make(("invoice", *row[:6], Taxes(int(row[6])))) for row in rows[:PAGE]], len(rows) > PAGE


def goods_to_other_states(books: Books, gstin: str, span: Period, most: int) -> list[tuple[UUID, str, str]]:
    """Bills of goods to another state, which s.10(2)(c) does not allow: id, number and buyer."""
    has_goods = exists().where(_lines_of_bill(), ~InvoiceLine.hsn.like("99%"))
    query = select(Invoice.id, Invoice.number, func.coalesce(Invoice.party["name"].as_string(), ""))
    query = query.where(*_bills(gstin, span), Invoice.kind != NOTE, Invoice.supply != Supply.INTRA.value, has_goods)
    return [(id_, number, name) for id_, number, name in books.session.execute(query.order_by(Invoice.number).limit(most))]


def through_operators(books: Books, gstin: str, span: Period, most: int) -> list[tuple[UUID, str, str]]:
    """Bills through the platform of an e-commerce operator (s.10(2)(d)): id, number and operator."""
    of_bill = and_(InvoiceParticular.company_id == Invoice.company_id, InvoiceParticular.invoice_id == Invoice.id)
    query = select(Invoice.id, Invoice.number, InvoiceParticular.operator_name).join(InvoiceParticular, of_bill)
    query = query.where(*_bills(gstin, span), InvoiceParticular.operator_gstin != "").order_by(Invoice.number).limit(most)
    return [(id_, number, name) for id_, number, name in books.session.execute(query)]


def regular_bills(books: Books, gstin: str, span: Period) -> int:
    """How many tax invoices of the same registration stand in these days: a scheme changed within a quarter."""
    query = select(func.count()).select_from(Invoice).where(*_bills(gstin, span, Scheme.REGULAR))
    return int(books.session.scalar(query) or 0)


def transfers(books: Books, gstin: str, span: Period) -> int:
    """What goods sent to another registration of the business were worth (CGST Act s.25(4))."""
    query = select(func.sum(Transfer.taxable_paise)).where(
        Transfer.kind == "tax_invoice",
        Transfer.sent_on.between(span.first_day, span.last_day),
        Transfer.sender["gstin"].as_string() == gstin,
    )
    return int(books.session.scalar(query) or 0)


def inward(books: Books, gstin: str, span: Period) -> list[Inward]:
    """Purchases by table of GSTR-4, supplier, place and rate."""
    heads = _purchases(gstin, span)
    keys = [heads.c[name] for name in ("table", "gstin", "name", "place", "is_inter", "is_reverse_charge")]
    sums = [func.sum(heads.c.sign * getattr(PurchaseBillLine, f"{name}_paise")) for name in _HEADS]
    of_bill = and_(PurchaseBillLine.company_id == heads.c.company_id, PurchaseBillLine.bill_id == heads.c.id)
    query = select(*keys, PurchaseBillLine.rate_bp, *sums).select_from(heads).join(PurchaseBillLine, of_bill)
    query = query.group_by(*keys, PurchaseBillLine.rate_bp).order_by(*keys, PurchaseBillLine.rate_bp)
    found = []
    for table, ctin, name, place, is_inter, is_reverse, rate_bp, *figures in books.session.execute(query):
        taxes = Taxes(*map(int, figures))
        if any(taxes):
            found.append(Inward(table, ctin, name, place, bool(is_inter), bool(is_reverse), int(rate_bp), taxes))
    return found


def purchases(books: Books, gstin: str, span: Period, table: str, words: str = "", at: int = 0) -> tuple[list[Paper], bool]:
    """A page of purchases of a table of GSTR-4, or of those under reverse charge ("reverse_charge"), and whether there are more."""
    heads = _purchases(gstin, span)
    amounts = [heads.c.sign * getattr(PurchaseBill, f"{name}_paise") for name in _HEADS]
    columns = [heads.c[name] for name in ("id", "number", "day", "name", "gstin", "place")]
    own = and_(PurchaseBill.company_id == heads.c.company_id, PurchaseBill.id == heads.c.id)
    query = select(*columns, *amounts).select_from(heads).join(PurchaseBill, own)
    query = query.where(heads.c.is_reverse_charge if table == "reverse_charge" else heads.c.table == table)
    if words:
        query = query.where(or_(*(heads.c[name].icontains(words, autoescape=True) for name in ("number", "name", "gstin"))))
    rows = books.session.execute(query.order_by(heads.c.day, heads.c.number, heads.c.sign).limit(PAGE + 1).offset(at)).all()
    return [Paper._make(("purchase_bill", *row[:6], Taxes(*map(int, row[6:])))) for row in rows[:PAGE]], len(rows) > PAGE


def _bills(gstin: str, span: Period, scheme: Scheme = Scheme.COMPOSITION) -> list[ColumnElement[bool]]:
    """The standing papers of a registration that stand in the books in these days. Most stand there by their own day; the few that do
    not are found by an index of those alone."""
    within = Invoice.posted_on.between(span.first_day, span.last_day)
    on_time = and_(Invoice.invoice_date.between(span.first_day, span.last_day), within)
    cancelled = exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)
    found = [
        or_(on_time, and_(Invoice.posted_on != Invoice.invoice_date, within)),
        Invoice.kind.in_(_PAPERS),
        Invoice.scheme == scheme.value,
        ~cancelled,
    ]
    return [*found, Invoice.seller["gstin"].as_string() == gstin] if gstin else found


def _lines_of_bill() -> ColumnElement[bool]:
    return and_(InvoiceLine.company_id == Invoice.company_id, InvoiceLine.invoice_id == Invoice.id)


def _purchases(gstin: str, span: Period) -> CTE:
    """Every purchase that was entered in these days, and once more the other way round every one that was cancelled in them."""
    own, reversal = PurchaseBill, aliased(Voucher)
    ctin = func.coalesce(own.party["gstin"].as_string(), "")
    is_abroad = func.coalesce(own.party["state_code"].as_string(), "").in_(_ABROAD)
    is_reverse = own.tax_by == "reverse_charge"
    table = case(
        (own.tax_by == "import", ""),
        (ctin != "", case((is_reverse, "4B"), else_="4A")),
        (and_(is_abroad, is_reverse), "4D"),
        else_="4C",
    )
    columns = (
        own.company_id,
        own.id,
        own.number,
        type_coerce(table, String()).label("table"),
        ctin.label("gstin"),
        func.coalesce(own.party["name"].as_string(), "").label("name"),
        own.place_of_supply.label("place"),
        (own.supply != Supply.INTRA.value).label("is_inter"),
        is_reverse.label("is_reverse_charge"),
    )
    sign = case((own.kind == "debit_note", -1), else_=1)
    of_ours = own.buyer["gstin"].as_string() == gstin
    entered = select(*columns, own.voucher_date.label("day"), type_coerce(sign * literal(1), Integer()).label("sign"))
    entered = entered.where(of_ours, own.voucher_date.between(span.first_day, span.last_day))
    gone = and_(PurchaseCancellation.company_id == own.company_id, PurchaseCancellation.document_id == own.id)
    undone = and_(reversal.company_id == PurchaseCancellation.company_id, reversal.id == PurchaseCancellation.voucher_id)
    taken_back = select(*columns, reversal.voucher_date.label("day"), type_coerce(sign * literal(-1), Integer()).label("sign"))
    taken_back = taken_back.join(PurchaseCancellation, gone).join(reversal, undone)
    taken_back = taken_back.where(of_ours, reversal.voucher_date.between(span.first_day, span.last_day))
    return union_all(entered, taken_back).cte("purchases")
