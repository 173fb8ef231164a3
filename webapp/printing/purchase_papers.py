"""The papers we send to suppliers: a purchase order, and a debit note against their bill (CGST Rule 53(1A) for its particulars)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from webapp import purchases
from webapp.company import profile
from webapp.kernel.errors import NotFound
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass
from webapp.kernel.words import MOST_IN_WORDS, amount_in_words
from webapp.platform.tenancy import Books
from webapp.printing import drawing
from webapp.printing.asking import ask
from webapp.printing.labels import labels
from webapp.tax.rules import state_name

ORDER, NOTE = "purchase_order", "purchase_bill"
KINDS = (ORDER, NOTE)


@dataclass(frozen=True, slots=True)
class PurchasePaper:
    """Everything the template of an order or a debit note writes."""

    word: Callable[[str], str]
    language: str
    kind: str
    title: str
    seller: dict[str, Any]
    supplier: dict[str, Any]
    supplier_state: str
    number: str
    day: Any
    facts: Sequence[tuple[str, str]]
    lines: Sequence[Any]
    sums: Sequence[tuple[str, int]]
    total: int
    in_words: str
    note: str
    state: str
    changed_at: datetime


def ask_purchase_paper(books: Books, kind: str, document_id: UUID) -> UUID:
    """Ask for the PDF of an order or a debit note. One that is still true is used again; NotFound for no such document."""
    shown = purchase_paper(books, kind, document_id)
    return ask(books, kind, document_id, changed_at=shown.changed_at, said={"number": shown.number})


def draw_purchase(books: Books, kind: str, document_id: UUID) -> bytes:
    """The PDF of an order or a debit note as it stands now. NotFound when this company has none by that id."""
    return drawing.draw("purchase_a4.html", "a4.css", paper=purchase_paper(books, kind, document_id))


def purchase_paper(books: Books, kind: str, document_id: UUID) -> PurchasePaper:
    """What stands on the paper. NotFound for a bill that is the supplier's own: it has a paper already."""
    own = profile(books)
    word = labels(own.bill_language)
    about = _order(books, document_id, word) if kind == ORDER else _note(books, document_id, word)
    supplier, total = about["supplier"], about["total"]
    code, language = supplier.get("state_code") or "", "hi" if own.bill_language == "hi" else "en"
    words = " / ".join(amount_in_words(Paise(total), one) for one in own.bill_language.split("+")) if total <= MOST_IN_WORDS else ""
    return PurchasePaper(
        word=word,
        language=own.bill_language,
        kind=kind,
        title=word("purchase_order" if kind == ORDER else "voucher_debit_note"),
        seller=own.as_seller(),
        supplier_state=f"{code} {state_name(code, language)}" if code else "",
        in_words=words,
        **about,
    )


def _order(books: Books, document_id: UUID, word: Callable[[str], str]) -> dict[str, Any]:
    kept = purchases.order(books, document_id)
    states = {"draft": "state_draft_order", "cancelled": "cancelled", "closed": "state_closed"}
    return {
        "supplier": kept.party,
        "number": kept.number,
        "day": kept.order_date,
        "facts": [(word("expected_on"), kept.expected_on.strftime("%d-%b-%Y"))] if kept.expected_on else [],
        "lines": purchases.order_lines(books, document_id),
        "sums": [(word("taxable"), kept.taxable_paise), (word("tax"), kept.tax_paise)],
        "total": kept.total_paise,
        "note": kept.note,
        "state": word(states[kept.state]) if kept.state in states else "",
        "changed_at": kept.approved_at or kept.recorded_at,
    }


def _note(books: Books, document_id: UUID, word: Callable[[str], str]) -> dict[str, Any]:
    kept = purchases.bill(books, document_id)
    if kept.kind != "debit_note":
        raise NotFound("debit note")
    cancelled = purchases.cancellation_of(books, document_id)
    taxes = [("CGST", kept.cgst_paise), ("SGST", kept.sgst_paise), ("IGST", kept.igst_paise), (word("cess"), kept.cess_paise)]
    owed = [(name, paise) for name, paise in taxes if paise] if kept.tax_by == "supplier" else []
    return {
        "supplier": kept.party,
        "number": kept.number,
        "day": kept.voucher_date,
        "facts": [(word("against"), f"{kept.supplier_number} · {kept.bill_date.strftime('%d-%b-%Y')}")],
        "lines": purchases.bill_lines(books, document_id),
        "sums": [(word("taxable"), kept.taxable_paise), *owed],
        "total": kept.total_paise,
        "note": kept.note,
        "state": word("cancelled") if cancelled else "",
        "changed_at": cancelled.cancelled_at if cancelled else kept.recorded_at,
    }
