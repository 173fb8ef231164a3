"""What a bill's paper says: pure, from the bill as it was issued to the words and figures of its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import BasisPoints, Paise, Qty, indian_grouping, read_paise
from webapp.kernel.records import dataclass
from webapp.kernel.upi import upi_link
from webapp.kernel.words import amount_in_words
from webapp.printing.labels import labels
from webapp.tax.rules import HsnRow, Scheme, Supply, hsn_summary, state_name, state_tax_name
from webapp.tax.uncharged import tax_on_line


class Layout(StrEnum):
    """A paper: its size, and on A4 whose copy it is (Rule 48)."""

    A4 = "a4"
    A4_DUPLICATE = "a4-duplicate"
    A4_TRIPLICATE = "a4-triplicate"
    THERMAL80 = "thermal80"
    THERMAL58 = "thermal58"

    @property
    def is_thermal(self) -> bool:
        return self in (Layout.THERMAL80, Layout.THERMAL58)

    @property
    def copy(self) -> str:
        return {Layout.A4_DUPLICATE: "duplicate", Layout.A4_TRIPLICATE: "triplicate"}.get(self, "original")


class UnknownLayout(BooksError):
    """A paper nobody offers."""

    def __init__(self) -> None:
        super().__init__(problem="There is no such paper.", fix="Choose A4, 80 mm or 58 mm.")


def read_layout(text: str) -> Layout:
    """The layout named, or UnknownLayout."""
    try:
        return Layout(text)
    except ValueError:
        raise UnknownLayout from None


@dataclass(frozen=True, slots=True)
class BillPaper:
    """Everything the template of a bill writes."""

    word: Callable[[str], str]
    language: str
    title: str
    copy: str
    header: Any
    lines: Sequence[Any]
    tenders: Sequence[Any]
    against_number: str
    is_cancelled: bool
    seller: Mapping[str, Any]
    seller_state: str
    buyer: Mapping[str, Any] | None
    buyer_state: str
    place_of_supply: str
    is_composition: bool
    is_interstate: bool
    has_tax: bool
    has_cess: bool
    has_discount: bool
    state_tax: str
    by_hsn: tuple[HsnRow, ...]
    in_words: str
    saved_paise: int
    upi_link: str
    extras: tuple[tuple[str, str], ...] = ()
    offers: Mapping[int, str] = field(default_factory=dict)  # the schemes on a line, by its number
    offered_paise: int = 0  # what schemes took off in all
    together: Mapping[int, str] = field(default_factory=dict)  # that a line is one supply with another, by its number
    declaration: str = ""
    is_reverse_charge: bool = False
    others_tax_paise: int = 0  # the tax that the buyer or an operator pays


def bill_paper(view: Any, layout: Layout, language: str, collected_paise: int = 0) -> BillPaper:
    """The paper of a bill, from the view of it that sales gives. Labels and words in `language`: en, hi or en+hi. `collected_paise`: the
    tax collected at source that is to be paid with it."""
    head = view.header
    word = labels(language)
    own, buyer = head.seller, head.party
    is_interstate = head.supply != Supply.INTRA
    payer = view.bill_terms.tax_payer.value if view.bill_terms else "seller"
    taxed = view.lines if payer == "seller" else _as_others_pay(view.lines, head.supply)
    has_tax = any(line.cgst_paise or line.igst_paise or line.cess_paise for line in taxed)
    return BillPaper(
        word=word,
        language=language,
        title=word(head.kind),
        copy="" if layout.is_thermal else word(layout.copy),
        header=head,
        lines=view.lines,
        tenders=view.tenders,
        against_number=view.against.number if view.against else "",
        is_cancelled=view.cancellation is not None,
        seller=own,
        seller_state=state_words(own.get("state_code", ""), language),
        buyer=buyer,
        buyer_state=state_words((buyer or {}).get("state_code", ""), language),
        place_of_supply=state_words(head.place_of_supply, language),
        is_composition=head.scheme == Scheme.COMPOSITION,
        is_interstate=is_interstate,
        has_tax=has_tax,
        has_cess=any(line.cess_paise for line in taxed),
        has_discount=bool(head.discount_paise),
        state_tax=state_tax_name(own.get("state_code")),
        by_hsn=by_hsn(taxed) if has_tax else (),
        in_words=_in_words(Paise(head.total_paise), language),
        saved_paise=_saved(view.lines),
        upi_link=_due_link(view, collected_paise),
        extras=_extras(view, word),
        offers=_offers(view.offers),
        together=one_supply_words({number: row.taxed_as_line_no for number, row in view.together.items()}, word),
        offered_paise=sum(offer.off_paise for offer in view.offers) if head.against_id is None else 0,
        declaration=_declaration(view, word),
        is_reverse_charge=payer == "buyer",
        others_tax_paise=0 if payer == "seller" else sum(line.total_paise - line.taxable_paise for line in taxed),
    )


def _as_others_pay(lines: Sequence[Any], supply: str) -> list[Any]:
    """The lines with the tax that somebody else pays on them: the bill itself charges none, and says what it would be (Rule 46(l), (m))."""
    found = []
    for line in lines:
        tax = tax_on_line(line, supply)
        heads = {"cgst_paise": tax.cgst, "sgst_paise": tax.sgst, "igst_paise": tax.igst, "cess_paise": tax.cess}
        found.append(replace(line, **heads, total_paise=line.taxable_paise + tax.total))
    return found


def _extras(view: Any, word: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """What an office invoice says besides: the buyer's order, and until when it is to be paid."""
    terms = view.terms
    if terms is None:
        return ()
    said = [(word("order_reference"), terms.reference)] if terms.reference else []
    said += [(word("due_on"), written(terms.due_on))] if terms.due_on else []
    return tuple(said + ([(word("terms"), terms.terms)] if terms.terms else []))


def _declaration(view: Any, word: Callable[[str], str]) -> str:
    """Rule 46, its proviso on exports: the words that stand on a zero-rated supply, and the letter of undertaking."""
    terms = view.terms
    if view.bill_terms is not None and view.bill_terms.tax_payer.value == "operator":
        return word("tax_by_operator") + f" · {view.bill_terms.operator_name} {view.bill_terms.operator_gstin}".replace("  ", " ")
    if view.bill_terms is not None and view.bill_terms.is_deemed_export:
        return word("supply_deemed")
    if terms is None or terms.destination.value == "home":
        return ""
    return word(f"supply_{terms.destination.value}") + (f" · LUT {terms.lut_number}" if terms.lut_number else "")


def whatsapp_link(phone: str, text: str) -> str:
    """WhatsApp's own link for a message to a number (digits only), or to whom the sender chooses."""
    return f"https://wa.me/{''.join(sign for sign in phone if sign.isdigit())}?text={quote(text)}"


def _due_link(view: Any, collected_paise: int) -> str:
    """What is still owed on a bill can be paid from its paper; a bill that is paid asks for nothing."""
    owed = sum(tender.amount_paise for tender in view.tenders if tender.mode == "credit") + collected_paise
    own = view.header.seller
    if not owed or not own.get("upi_id") or view.header.is_return or view.cancellation:
        return ""
    return upi_link(upi_id=own["upi_id"], name=own["name"], amount_paise=Paise(owed), number=view.header.number)


def by_hsn(lines: Sequence[Any]) -> tuple[HsnRow, ...]:
    return hsn_summary(
        HsnRow(
            hsn=line.hsn,
            uqc=line.unit,
            rate_bp=BasisPoints(line.rate_bp),
            qty=Qty(line.qty),
            taxable=Paise(line.taxable_paise),
            cgst=Paise(line.cgst_paise),
            sgst=Paise(line.sgst_paise),
            igst=Paise(line.igst_paise),
            cess=Paise(line.cess_paise),
        )
        for line in lines
    )


def _in_words(total: Paise, language: str) -> str:
    return " / ".join(amount_in_words(total, one) for one in language.split("+"))


def one_supply_words(taxed_as: Mapping[int, int], word: Callable[[str], str]) -> dict[int, str]:
    """What stands under lines that bear the tax of another one (CGST Act s.8), which each names by its number."""
    return {number: word("one_supply").format(number=other) for number, other in taxed_as.items() if other != number}


def _offers(offers: Sequence[Any]) -> dict[int, str]:
    found: dict[int, str] = {}
    for offer in offers:
        told = f"{offer.name} −{indian_grouping(offer.off_paise)}"
        found[offer.line_no] = f"{found[offer.line_no]}, {told}" if offer.line_no in found else told
    return found


def _saved(lines: Sequence[Any]) -> int:
    """What the customer paid less than the MRP, over all lines that have one."""
    saved = 0
    for line in lines:
        if line.mrp_paise:
            saved += max(0, line.mrp_paise * line.qty // 1000 - line.total_paise)
    return saved


def state_words(code: str, language: str) -> str:
    return f"{code} {state_name(code, 'hi' if language == 'hi' else 'en')}" if code else ""


def read_advance(text: str) -> Paise:
    """What a link is to ask for in advance, as typed; nothing typed asks for nothing. InvalidInput for what cannot be an amount."""
    if not text.strip():
        return Paise(0)
    try:
        found = read_paise(text)
    except ValueError as words:
        raise InvalidInput({"advance": str(words)}) from None
    if found < 0:
        raise InvalidInput({"advance": "Type an amount above 0, or nothing."})
    return found
