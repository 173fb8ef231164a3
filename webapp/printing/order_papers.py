"""The papers of documents before a bill and of advances: laid out as a bill is, with what Rules 50, 51 and 55 want besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from webapp import links, orders
from webapp.company import profile
from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import Paise, plain_decimal, rupees
from webapp.kernel.records import dataclass
from webapp.kernel.words import amount_in_words
from webapp.links import LinkRow
from webapp.platform.tenancy import Books
from webapp.printing import asking, drawing, rules
from webapp.printing.labels import labels
from webapp.printing.rules import BillPaper, Layout
from webapp.tax.rules import Supply, state_tax_name

DOCUMENT, ADVANCE = "order_document", "advance"
LINK = "order"  # the kind of the links to documents
LINK_DAYS = 30
ASK_ADVANCES = ("quotation", "order")


@dataclass(frozen=True, slots=True)
class _Head:
    """What the template of a bill asks of its header."""

    number: str
    invoice_date: date
    cashier: str
    note: str
    discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    round_off_paise: int
    total_paise: int


@dataclass(frozen=True, slots=True)
class _Line:
    """What the template of a bill asks of a line that is no item: what an advance is for."""

    line_no: int
    name: str
    local_name: str
    hsn: str
    unit: str
    qty: int
    unit_price_millipaise: int
    discount_paise: int
    bill_discount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    rate_bp: int
    cess_bp: int
    total_paise: int
    mrp_paise: int | None = None
    batch: str = ""
    serials: str = ""


def ask(books: Books, kind: str, id_: UUID, layout: Layout = Layout.A4) -> UUID:
    """Ask for the PDF of a document or an advance. One that is waiting or still true is used again; NotFound for no such one."""
    number, changed_at = _about(books, kind, id_)
    return asking.ask(books, kind, id_, changed_at=changed_at, layout=layout, said={"number": number, "layout": layout.value})


def share(books: Books, order_id: UUID, *, advance: int = 0) -> LinkRow:
    """Make a public link to a document, and ask for its PDF. The page of an order, and of a quotation once it is accepted, asks for
    `advance`; InvalidInput for more than the document comes to, and on one that takes none."""
    head = orders.document(books, order_id).head
    if advance and head.kind not in ASK_ADVANCES:
        raise InvalidInput({"advance": "Only quotations and orders ask for an advance."})
    if advance > head.total_paise:
        raise InvalidInput({"advance": f"{head.shown_number} comes to {rupees(head.total_paise)}. Type that or less."})
    ask(books, DOCUMENT, order_id)
    return links.make(books, LINK, order_id, head.shown_number, days=LINK_DAYS, advance_paise=advance)


def draw(books: Books, kind: str, id_: UUID, layout: Layout) -> bytes:
    """The PDF as it stands now. NotFound when this company has none by that id."""
    language = profile(books).bill_language
    paper = document_paper(books, id_, layout, language) if kind == DOCUMENT else advance_paper(books, id_, language)
    return drawing.draw("bill_a4.html", "a4.css", paper=paper, qr="", collected=())


def document_paper(books: Books, order_id: UUID, layout: Layout, language: str) -> BillPaper:
    """What stands on the paper of a quotation, order, challan, return or proforma.

    Rule 55(1): date and number, consignor and consignee with GSTIN, HSN and description, quantity, taxable value, rate and amount
    of tax, place of supply between states; 55(2): in triplicate, for consignee, transporter and consignor.
    """
    view = orders.named(books, orders.document(books, order_id))
    head, word = view.head, labels(language)
    extras = [(word("valid_until"), written(head.ends_on))] if head.ends_on else []
    extras += [(word(f"purpose_{head.purpose}"), "")] if head.purpose else []
    extras += [(word(f"goods_{name}"), str(text)) for name, text in head.transport.items()]
    extras += [(word("order_reference"), head.reference)] if head.reference else []
    own = _Head(
        number=head.shown_number,
        invoice_date=head.document_date,
        cashier=head.made_by,
        note="\n".join(one for one in (head.note, head.terms) if one),
        **{name: getattr(head, name) for name in _FIGURES},
    )
    copy = word(f"challan_{layout.copy}") if head.kind in ("challan", "return") else ""
    paper = _paper(own, view.lines, head, language, title=word(head.kind), copy=copy, extras=extras, is_cancelled=head.state == "cancelled")
    return replace(paper, together=rules.one_supply_words(orders.taxed_as(head.body), word))


def advance_paper(books: Books, advance_id: UUID, language: str) -> BillPaper:
    """What stands on a receipt voucher (Rule 50) or a refund voucher (Rule 51): whose, what for, the amount, the tax and its rate."""
    row, word = orders.advance(books, advance_id), labels(language)
    tax: dict[str, Any] = {name: getattr(row, name) for name in ("taxable_paise", "cgst_paise", "sgst_paise", "igst_paise")}
    nothing: dict[str, Any] = {"discount_paise": 0, "cess_paise": 0}
    own = _Head(
        number=row.number,
        invoice_date=row.advance_date,
        cashier=row.made_by,
        note=row.note,
        round_off_paise=0,
        total_paise=row.amount_paise,
        **tax,
        **nothing,
    )
    line = _Line(
        line_no=1,
        name=row.description,
        local_name="",
        hsn="",
        unit="",
        qty=1000,
        unit_price_millipaise=row.taxable_paise * 1000,
        bill_discount_paise=0,
        rate_bp=row.rate_bp,
        cess_bp=0,
        total_paise=row.amount_paise,
        **tax,
        **nothing,
    )
    extras = [(word("paid"), f"{word(row.mode)} {row.reference}".strip())]
    if row.rate_bp:
        extras.append((word("rate"), f"{plain_decimal(row.rate_bp, 2)} %"))
    return _paper(own, (line,), row, language, title=word(f"advance_{row.kind}"), copy="", extras=extras, is_cancelled=False)


_FIGURES = (
    "discount_paise",
    "taxable_paise",
    "cgst_paise",
    "sgst_paise",
    "igst_paise",
    "cess_paise",
    "round_off_paise",
    "total_paise",
)


def _paper(own: _Head, lines: Any, of: Any, language: str, *, title: str, copy: str, extras: Any, is_cancelled: bool) -> BillPaper:
    seller, has_tax = of.seller, bool(own.cgst_paise or own.sgst_paise or own.igst_paise or own.cess_paise)
    return BillPaper(
        word=labels(language),
        language=language,
        title=title,
        copy=copy,
        header=own,
        lines=lines,
        tenders=(),
        against_number="",
        is_cancelled=is_cancelled,
        seller=seller,
        seller_state=rules.state_words(seller.get("state_code", ""), language),
        buyer=of.party,
        buyer_state=rules.state_words(of.party.get("state_code", ""), language),
        place_of_supply=rules.state_words(of.place_of_supply, language),
        is_composition=seller.get("scheme") == "composition",
        is_interstate=of.supply != Supply.INTRA,
        has_tax=has_tax,
        has_cess=bool(own.cess_paise),
        has_discount=bool(own.discount_paise),
        state_tax=state_tax_name(seller.get("state_code")),
        by_hsn=rules.by_hsn(lines) if has_tax else (),
        in_words=" / ".join(amount_in_words(Paise(own.total_paise), one) for one in language.split("+")),
        saved_paise=0,
        upi_link="",
        extras=tuple(extras),
    )


def _about(books: Books, kind: str, id_: UUID) -> tuple[str, datetime]:
    """The number of what is printed, and when it last changed."""
    if kind == ADVANCE:
        row = orders.advance(books, id_)
        return row.number, row.made_at
    head = orders.document(books, id_).head
    return head.shown_number, head.state_at
