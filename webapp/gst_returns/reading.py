"""What the books hold of a period for GSTR-1: bills and credit notes, in few statements that add up in the database.

A document belongs to the period in which it stands in the books (`posted_on`), so the return and the output tax of its months agree.
That is its own date, but for a bill that came when its month was locked: it is told with the first open month, under its own date.
The registration is the one printed on the paper (`seller`): a store that gets a GSTIN of its own leaves older papers where they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from webapp.catalogue.models import Item
from webapp.gst_returns.facts import LARGE_LIMITS
from webapp.gst_returns.told import Document, Taxes
from webapp.gst_returns.told import Item as Rated
from webapp.kernel.dates import Period
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceLine, InvoiceParticular, InvoiceShipping, InvoiceSupply
from webapp.tax.rules import DocumentKind, Scheme, Supply, Treatment

NOTE = DocumentKind.CREDIT_NOTE.value
_PAPERS = (DocumentKind.TAX_INVOICE.value, DocumentKind.BILL_OF_SUPPLY.value, NOTE)
_ABROAD = ("export_lut", "export_paid")
_TYPES = {
    "b2b": {"sez_paid": "SEWP", "sez_lut": "SEWOP"},
    "exp": {"export_paid": "WPAY", "export_lut": "WOPAY"},
    "cdnur": {"export_paid": "EXPWP", "export_lut": "EXPWOP"},
}
_AMOUNTS = ("taxable", "cgst", "sgst", "igst", "cess")


class Group(NamedTuple):
    """Lines of bills less those of credit notes, added up by all that the tables in sums ask for."""

    is_small: bool  # of documents that are told in sums
    is_registered: bool
    is_home: bool  # not exported and not to an SEZ
    supply: str
    place: str
    treatment: str
    rate_bp: int
    hsn: str
    unit: str
    name: str
    qty: int
    taxes: Taxes


class Part(NamedTuple):
    """What one line of figures of a paper that is no bill adds: a transfer, or a note of interest."""

    source: str
    id: UUID
    number: str
    day: date
    name: str
    ctin: str
    value: int
    group: Group


def within(day: Any, span: Period) -> ColumnElement[bool]:
    """A day of a span."""
    found: ColumnElement[bool] = day.between(span.first_day, span.last_day)
    return found


def posted_within(span: Period) -> ColumnElement[bool]:
    """Bills of these days in the books: by their own date, and (by an index of those alone) the few that were posted on another day."""
    on_time = and_(within(Invoice.invoice_date, span), within(Invoice.posted_on, span))
    return or_(on_time, and_(Invoice.posted_on != Invoice.invoice_date, within(Invoice.posted_on, span)))


def papers_of(gstin: str, span: Period) -> list[ColumnElement[bool]]:
    """The papers of a registration in these days, cancelled ones too."""
    return [
        posted_within(span),
        Invoice.kind.in_(_PAPERS),
        Invoice.scheme == Scheme.REGULAR.value,
        Invoice.seller["gstin"].as_string() == gstin,
    ]


def is_cancelled() -> ColumnElement[bool]:
    """Whether a bill was cancelled, which is only ever done in its own month."""
    return exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)


def documents(books: Books, gstin: str, span: Period, reverse_items: Mapping[str, tuple[Rated, ...]]) -> Iterator[Document]:
    """Bills and credit notes that are told one by one, by section, buyer and day. Papers whose tax the buyer pays bear none: theirs is
    given as `reverse_items` by number."""
    heads = heads_of(gstin, span)
    chosen = heads.c.section.not_in(("b2cs", "supeco"))
    items: dict[str, tuple[Rated, ...]] = {}
    for number, *figures in books.session.execute(_items(heads, chosen)):
        items[number] = (*items.get(number, ()), Rated._make(figures))
    items |= reverse_items
    columns = ("id", "section", "number", "day", "value", "place", "destination", "gstin", "name", "is_note", "payer", "is_deemed")
    shipping = (InvoiceShipping.port, InvoiceShipping.number, InvoiceShipping.day)
    its = and_(InvoiceShipping.company_id == heads.c.company_id, InvoiceShipping.invoice_id == heads.c.id)
    query = select(*(heads.c[name] for name in columns), *shipping).outerjoin(InvoiceShipping, its).where(chosen)
    for id_, section, number, day, value, place, destination, ctin, name, is_note, payer, is_deemed, *bill in books.session.execute(
        query.order_by(heads.c.section, heads.c.gstin, heads.c.day, heads.c.number)
    ):
        if told := items.get(number):
            yield Document(
                section=section,
                source="invoice",
                id=id_,
                number=number,
                day=day,
                value=value,
                place=place,
                type="DE" if is_deemed else _type(section, destination),
                items=told,
                ctin=ctin,
                name=name,
                note="C" if is_note else "",
                is_reverse_charge=payer == "buyer",
                shipping=(bill[0] or "", bill[1] or "", bill[2]) if any(bill) else None,
            )


def groups(books: Books, gstin: str, span: Period, digits: int) -> list[Group]:
    """Every line of the period, but of what an operator pays the tax of, added up. Where a bill printed a code of fewer `digits`, its
    item's own code is taken."""
    heads = heads_of(gstin, span)
    keys = (
        (heads.c.section == "b2cs").label("is_small"),
        (heads.c.gstin != "").label("is_registered"),
        (heads.c.destination == "home").label("is_home"),
        heads.c.supply,
        heads.c.place,
        InvoiceLine.treatment,
        InvoiceLine.rate_bp,
        code_of(digits).label("hsn"),
        InvoiceLine.unit,
    )
    signed = [func.sum(heads.c.sign * getattr(InvoiceLine, name)) for name in ("qty", *(f"{part}_paise" for part in _AMOUNTS))]
    query = select(*keys, func.max(InvoiceLine.name), *signed).select_from(heads).join(InvoiceLine, lines_of(heads))
    query = query.where(heads.c.section != "supeco").group_by(*keys)
    found: Any = books.session.execute(query.order_by(*keys[3:]))
    return [Group._make((*map(bool, row[:3]), *row[3:10], int(row[10]), Taxes(*map(int, row[11:])))) for row in found]


def short_codes(books: Books, gstin: str, span: Period, digits: int) -> list[tuple[UUID, str, str, int]]:
    """Items sold in the period whose code has fewer digits than table 12 asks for: id, name, code, and on how many papers."""
    heads, code = heads_of(gstin, span), code_of(digits)
    query = select(InvoiceLine.item_id, func.max(InvoiceLine.name), code, func.count(InvoiceLine.invoice_id.distinct()))
    query = (
        query.select_from(heads).join(InvoiceLine, lines_of(heads)).where(func.length(InvoiceLine.hsn) < digits, func.length(code) < digits)
    )
    found = books.session.execute(query.group_by(InvoiceLine.item_id, code).order_by(func.max(InvoiceLine.name), InvoiceLine.item_id))
    return [(id_, name, hsn, int(papers)) for id_, name, hsn, papers in found]


def series(books: Books, gstin: str, span: Period) -> list[tuple[bool, int, int, str, str, int]]:
    """Runs of numbers of bills and credit notes: whether of notes, the first and the last number in order and as written, and how many
    of them stand."""
    is_note = Invoice.kind == NOTE
    standing = func.sum(case((is_cancelled(), 0), else_=1))
    # One run has one number of digits, so the first in order is the first as text.
    first, last = func.min(Invoice.number), func.max(Invoice.number)
    query = select(Invoice.series, is_note, func.min(Invoice.seq), func.max(Invoice.seq), first, last, standing)
    query = query.where(*papers_of(gstin, span)).group_by(Invoice.series, is_note).order_by(is_note, Invoice.series)
    return [
        (bool(note), int(low), int(high), first_number, last_number, int(stands))
        for _series, note, low, high, first_number, last_number, stands in books.session.execute(query)
    ]


def heads_of(gstin: str, span: Period) -> CTE:
    """Every standing paper with the section it is told in."""
    first = aliased(Invoice)  # the bill of a credit note
    is_note = Invoice.kind == NOTE
    buyer = func.coalesce(Invoice.party["gstin"].as_string(), "")
    destination = func.coalesce(InvoiceSupply.destination, "home")
    worth = func.coalesce(first.total_paise, Invoice.total_paise)
    told_on = func.coalesce(first.posted_on, Invoice.posted_on)
    is_large = and_(Invoice.supply != Supply.INTRA.value, worth > _limit(told_on))
    payer = func.coalesce(InvoiceParticular.tax_payer, "seller")
    section = case(
        (payer == "operator", "supeco"),
        (destination.in_(_ABROAD), case((is_note, "cdnur"), else_="exp")),
        (buyer != "", case((is_note, "cdnr"), else_="b2b")),
        (is_large, case((is_note, "cdnur"), else_="b2cl")),
        else_="b2cs",
    )
    found: Select[Any] = (
        select(
            Invoice.company_id,
            Invoice.id,
            Invoice.number,
            Invoice.invoice_date.label("day"),
            Invoice.total_paise.label("value"),
            Invoice.place_of_supply.label("place"),
            Invoice.supply,
            destination.label("destination"),
            case((destination.in_(_ABROAD), ""), else_=buyer).label("gstin"),
            func.coalesce(Invoice.party["name"].as_string(), "").label("name"),
            is_note.label("is_note"),
            case((is_note, -1), else_=1).label("sign"),
            type_coerce(section, String()).label("section"),
            payer.label("payer"),
            func.coalesce(InvoiceParticular.is_deemed_export, false()).label("is_deemed"),
            func.coalesce(InvoiceParticular.operator_gstin, "").label("operator"),
        )
        .outerjoin(first, and_(first.company_id == Invoice.company_id, first.id == Invoice.against_id))
        .outerjoin(InvoiceSupply, _said_of(InvoiceSupply))
        .outerjoin(InvoiceParticular, _said_of(InvoiceParticular))
        .where(*papers_of(gstin, span), ~is_cancelled())
    )
    # Worked out once for each paper, not again for each of its lines.
    return found.cte("heads").prefix_with("MATERIALIZED")


def _said_of(model: Any) -> ColumnElement[bool]:
    """What a bill says besides its figures; of a note, what its bill said."""
    return and_(model.company_id == Invoice.company_id, model.invoice_id == func.coalesce(Invoice.against_id, Invoice.id))


def _limit(day: Any) -> ColumnElement[int]:
    """The value above which table 5 begins, on the day a bill was told."""
    steps = [(day >= date(row.from_period // 100, row.from_period % 100, 1), row.limit_paise) for row in reversed(LARGE_LIMITS[1:])]
    return case(*steps, else_=literal(LARGE_LIMITS[0].limit_paise))


def _items(heads: CTE, chosen: ColumnElement[bool]) -> Select[Any]:
    """Number and rate by rate what a paper's lines come to. Within the country only what is taxed: the rest is in table 8. A number stands
    on one paper alone (Rule 46(b)), and costs less to read than an id; so does a sum that the database gives as a whole number."""
    taxed = or_(InvoiceLine.treatment == Treatment.TAXABLE.value, heads.c.destination != "home")
    sums = [cast(func.sum(getattr(InvoiceLine, f"{name}_paise")), BigInteger) for name in _AMOUNTS]
    query = select(heads.c.number, InvoiceLine.rate_bp, *sums).select_from(heads).join(InvoiceLine, lines_of(heads)).where(chosen, taxed)
    return query.group_by(heads.c.number, InvoiceLine.rate_bp).order_by(heads.c.number, InvoiceLine.rate_bp.desc())


def code_of(digits: int) -> ColumnElement[str]:
    """The code that table 12 tells a line by: as printed, or the item's as it stands where that is longer."""
    own = select(Item.hsn).where(Item.company_id == InvoiceLine.company_id, Item.id == InvoiceLine.item_id).scalar_subquery()
    is_short = func.length(InvoiceLine.hsn) < digits
    return case((is_short, case((func.length(own) > func.length(InvoiceLine.hsn), own), else_=InvoiceLine.hsn)), else_=InvoiceLine.hsn)


def lines_of(heads: CTE) -> ColumnElement[bool]:
    return and_(InvoiceLine.company_id == heads.c.company_id, InvoiceLine.invoice_id == heads.c.id)


def _type(section: str, destination: str) -> str:
    named = "b2b" if section == "cdnr" else section
    otherwise = {"b2b": "R", "cdnur": "B2CL"}.get(named, "")
    return _TYPES.get(named, {}).get(destination, otherwise)
