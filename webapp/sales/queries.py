"""One bill as it stands, and what of it has come back: frozen rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select

from webapp.kernel.errors import NotFound
from webapp.kernel.money import Paise, Qty
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.sales.commands import Destination, InvoiceTerms, TaxPayer
from webapp.sales.flags import Flag, FlagKind
from webapp.sales.models import (
    Invoice,
    InvoiceCancellation,
    InvoiceFlag,
    InvoiceLine,
    InvoiceOffer,
    InvoiceParticular,
    InvoiceSupply,
    InvoiceTender,
    InvoiceTogether,
)
from webapp.sales.returns import SoldLine
from webapp.tax.rules import DocumentKind, Figures, LineFigures


@dataclass(frozen=True, slots=True)
class Issued:
    """What the caller of `issue` is told, now and whenever the same document is sent again."""

    invoice_id: UUID
    number: str
    figures: Figures
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """A bill's own row. Amounts in paise; those of a credit note are positive too."""

    id: UUID
    kind: str
    series: str
    seq: int
    number: str
    invoice_date: date
    posted_on: date
    issued_at: datetime
    received_at: datetime
    store_id: UUID
    till_id: UUID | None
    shift_id: UUID | None
    cashier: str
    party_id: UUID | None
    party: Mapping[str, Any] | None
    seller: Mapping[str, Any]
    scheme: str
    supply: str
    place_of_supply: str
    against_id: UUID | None
    gross_paise: int
    discount_paise: int
    bill_discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    round_off_paise: int
    total_paise: int
    cost_paise: int
    rules_v: int
    note: str
    body_sha256: str

    @property
    def is_return(self) -> bool:
        return self.kind == DocumentKind.CREDIT_NOTE

    @property
    def party_name(self) -> str:
        return (self.party or {}).get("name") or ""

    @property
    def tax_paise(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise + self.cess_paise

    @property
    def posts_voucher(self) -> bool:
        """Whether it moved anything in the ledger; its voucher then has the same id."""
        return bool(self.total_paise or self.taxable_paise or self.cost_paise)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as issued."""

    line_no: int
    item_id: UUID
    name: str
    local_name: str
    hsn: str
    unit: str
    qty: int
    unit_price_millipaise: int
    price_includes_tax: bool
    mrp_paise: int | None
    treatment: str
    rate_bp: int
    cess_bp: int
    gross_paise: int
    discount_paise: int
    bill_discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    total_paise: int
    cost_paise: int
    moves_stock: bool
    against_line_no: int | None
    batch: str = ""
    serials: str = ""


@dataclass(frozen=True, slots=True)
class TenderRow:
    """One part of the payment or refund."""

    tender_no: int
    mode: str
    amount_paise: int
    reference: str
    given_paise: int | None

    @property
    def change_paise(self) -> int:
        return self.given_paise - self.amount_paise if self.given_paise else 0


@dataclass(frozen=True, slots=True)
class CancellationRow:
    """When a bill was cancelled, by whom and why. `voucher_id` is the reversal."""

    voucher_id: UUID | None
    reason: str
    cancelled_at: datetime
    cancelled_by: str


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag with its settlement."""

    invoice_id: UUID
    kind: str
    detail: Mapping[str, Any]
    raised_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settlement: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A credit note against a bill, or the bill a note is against."""

    id: UUID
    number: str
    invoice_date: date
    total_paise: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class OfferRow:
    """What a scheme took off a line: a part of the line's discount, in paise."""

    line_no: int
    name: str
    off_paise: int


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """That a line is one supply with others, and which line's tax they bear."""

    line_no: int
    is_composite: bool
    taxed_as_line_no: int
    own_treatment: str
    own_rate_bp: int
    own_cess_bp: int


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """A bill whole: what a page, a printer or a return form shows."""

    header: Header
    lines: tuple[LineRow, ...]
    tenders: tuple[TenderRow, ...]
    cancellation: CancellationRow | None
    flags: tuple[FlagRow, ...]
    notes: tuple[NoteRow, ...]
    against: NoteRow | None
    terms: InvoiceTerms | None = None
    bill_terms: InvoiceTerms | None = None  # its own; of a credit note those of the bill it corrects
    offers: tuple[OfferRow, ...] = ()
    together: Mapping[int, TogetherRow] = field(default_factory=dict)  # the lines that are one supply with others, by number


def _columns(model: type[Any], row: type[Any]) -> list[Any]:
    return [getattr(model, one.name) for one in fields(row)]


_ID: BindParameter[UUID] = bindparam("id")
_HEADER = Lookup(select(*_columns(Invoice, Header)).where(Invoice.id == _ID))
# Notes and flags may still name the bill meanwhile.
_HEADER_TO_CHANGE = Lookup(select(*_columns(Invoice, Header)).where(Invoice.id == _ID).with_for_update(key_share=True))
_OFFERS = Lookup(
    select(*_columns(InvoiceOffer, OfferRow)).where(InvoiceOffer.invoice_id == _ID).order_by(InvoiceOffer.line_no, InvoiceOffer.name)
)
_TOGETHER = Lookup(select(*_columns(InvoiceTogether, TogetherRow)).where(InvoiceTogether.invoice_id == _ID))
_LINES = Lookup(select(*_columns(InvoiceLine, LineRow)).where(InvoiceLine.invoice_id == _ID).order_by(InvoiceLine.line_no))
_TENDERS = Lookup(select(*_columns(InvoiceTender, TenderRow)).where(InvoiceTender.invoice_id == _ID).order_by(InvoiceTender.tender_no))
_FLAGS = Lookup(select(*_columns(InvoiceFlag, FlagRow)).where(InvoiceFlag.invoice_id == _ID).order_by(InvoiceFlag.kind))
_CANCELLATION = Lookup(select(*_columns(InvoiceCancellation, CancellationRow)).where(InvoiceCancellation.invoice_id == _ID))
_TERM_COLUMNS = (InvoiceSupply.destination, InvoiceSupply.lut_number, InvoiceSupply.due_on, InvoiceSupply.reference, InvoiceSupply.terms)
_PLACE_COLUMNS = (InvoiceSupply.nature, InvoiceSupply.performed_in, InvoiceSupply.place_section)
_TERMS = Lookup(select(*_TERM_COLUMNS, *_PLACE_COLUMNS).where(InvoiceSupply.invoice_id == _ID))
_PARTICULARS = (
    InvoiceParticular.tax_payer,
    InvoiceParticular.is_deemed_export,
    InvoiceParticular.operator_gstin,
    InvoiceParticular.operator_name,
)
_PARTICULAR = Lookup(select(*_PARTICULARS).where(InvoiceParticular.invoice_id == _ID))
_NOTE_COLUMNS = (Invoice.id, Invoice.number, Invoice.invoice_date, Invoice.total_paise, InvoiceCancellation.cancelled_at)
_NOTE_SOURCE = (
    select(*_NOTE_COLUMNS)
    .select_from(Invoice)
    .outerjoin(
        InvoiceCancellation,
        (InvoiceCancellation.company_id == Invoice.company_id) & (InvoiceCancellation.invoice_id == Invoice.id),
    )
)


def header_or_none(books: Books, invoice_id: UUID) -> Header | None:
    """A bill's own row, or None when this company has none by that id."""
    row = _HEADER.first(books, id=invoice_id)
    return Header(*row) if row else None


def header(books: Books, invoice_id: UUID) -> Header:
    """A bill's own row. NotFound when there is none."""
    found = header_or_none(books, invoice_id)
    if found is None:
        raise NotFound("bill")
    return found


def header_to_change(books: Books, invoice_id: UUID) -> Header:
    """A bill's own row, held until the transaction ends: its returns and its cancellation come one after the other. NotFound
    when there is none."""
    row = _HEADER_TO_CHANGE.first(books, id=invoice_id)
    if row is None:
        raise NotFound("bill")
    return Header(*row)


def invoice(books: Books, invoice_id: UUID) -> InvoiceView:
    """A bill with its lines, tenders, flags, cancellation and credit notes. NotFound when this company has none by that id."""
    head = header(books, invoice_id)
    against = _note(books, Invoice.id == head.against_id) if head.against_id else []
    terms = terms_of(books, invoice_id)
    return InvoiceView(
        header=head,
        lines=lines_of(books, invoice_id),
        tenders=tuple(TenderRow(*row) for row in _TENDERS.rows(books, id=invoice_id)),
        cancellation=cancellation_of(books, invoice_id),
        flags=tuple(FlagRow(*row) for row in _FLAGS.rows(books, id=invoice_id)),
        notes=tuple(_note(books, Invoice.against_id == invoice_id)),
        against=against[0] if against else None,
        terms=terms,
        bill_terms=terms_of(books, head.against_id) if head.against_id else terms,
        offers=tuple(OfferRow(*row) for row in _OFFERS.rows(books, id=invoice_id)) if head.discount_paise else (),
        # A bill of a counter says nothing besides its figures, so it has no such lines either.
        together={row[0]: TogetherRow(*row) for row in _TOGETHER.rows(books, id=invoice_id)} if terms is not None else {},
    )


def terms_of(books: Books, invoice_id: UUID) -> InvoiceTerms | None:
    """What an office invoice says besides its figures; None for a bill of a counter."""
    row = _TERMS.first(books, id=invoice_id)
    if row is None:
        return None
    said = _PARTICULAR.first(books, id=invoice_id)
    found = InvoiceTerms(Destination(row[0]), *row[1:5], *((TaxPayer(said[0]), *said[1:]) if said else ()))
    return replace(found, nature=row[5], performed_in=row[6], place_section=row[7]) if any(row[5:8]) else found


def lines_of(books: Books, invoice_id: UUID) -> tuple[LineRow, ...]:
    """The lines of a bill, in order."""
    return tuple(LineRow(*row) for row in _LINES.rows(books, id=invoice_id))


def cancellation_of(books: Books, invoice_id: UUID) -> CancellationRow | None:
    """The cancellation of a bill, if it was cancelled."""
    row = _CANCELLATION.first(books, id=invoice_id)
    return CancellationRow(*row) if row else None


def standing_notes(books: Books, invoice_id: UUID) -> list[NoteRow]:
    """The credit notes against a bill that were not cancelled."""
    return [note for note in _note(books, Invoice.against_id == invoice_id) if not note.is_cancelled]


def issued_before(books: Books, invoice_id: UUID) -> Issued | None:
    """What was answered when a document of this id was issued, or None when none was."""
    head = header_or_none(books, invoice_id)
    return issued(books, head) if head else None


def issued(books: Books, head: Header) -> Issued:
    """What was answered when this document was issued."""
    flags = tuple(Flag(FlagKind(row.kind), row.detail) for row in (FlagRow(*row) for row in _FLAGS.rows(books, id=head.id)))
    return Issued(head.id, head.number, figures_of(head, lines_of(books, head.id)), flags)


def figures_of(head: Header, lines: Sequence[LineRow]) -> Figures:
    """The figures of a bill from its rows."""
    return Figures(
        lines=tuple(line_figures(line) for line in lines),
        gross=Paise(head.gross_paise),
        discount=Paise(head.discount_paise),
        taxable=Paise(head.taxable_paise),
        cgst=Paise(head.cgst_paise),
        sgst=Paise(head.sgst_paise),
        igst=Paise(head.igst_paise),
        cess=Paise(head.cess_paise),
        round_off=Paise(head.round_off_paise),
        total=Paise(head.total_paise),
    )


def line_figures(line: LineRow) -> LineFigures:
    """The figures of a line from its row."""
    return LineFigures(
        gross=Paise(line.gross_paise),
        discount=Paise(line.discount_paise),
        bill_discount=Paise(line.bill_discount_paise),
        taxable=Paise(line.taxable_paise),
        cgst=Paise(line.cgst_paise),
        sgst=Paise(line.sgst_paise),
        igst=Paise(line.igst_paise),
        cess=Paise(line.cess_paise),
        total=Paise(line.total_paise),
    )


def sold_lines(books: Books, invoice_id: UUID) -> tuple[SoldLine, ...]:
    """The lines of a bill with what of each has come back on notes that stand."""
    back: dict[int, list[LineRow]] = {}
    for note in standing_notes(books, invoice_id):
        for line in lines_of(books, note.id):
            if line.against_line_no is not None:
                back.setdefault(line.against_line_no, []).append(line)
    return tuple(_sold(line, back.get(line.line_no, [])) for line in lines_of(books, invoice_id))


def _sold(line: LineRow, back: Sequence[LineRow]) -> SoldLine:
    returned = [line_figures(row) for row in back]
    return SoldLine(
        line_no=line.line_no,
        name=line.name,
        qty=Qty(line.qty),
        figures=line_figures(line),
        cost=Paise(line.cost_paise),
        back_qty=Qty(sum(row.qty for row in back)),
        back=LineFigures(**{field.name: Paise(sum(getattr(one, field.name) for one in returned)) for field in fields(LineFigures)}),
        back_cost=Paise(sum(row.cost_paise for row in back)),
    )


def _note(books: Books, condition: Any) -> list[NoteRow]:
    query = _NOTE_SOURCE.where(condition).order_by(Invoice.issued_at, Invoice.id)
    return [NoteRow(id_, number, day, total, gone is not None) for id_, number, day, total, gone in books.session.execute(query)]
