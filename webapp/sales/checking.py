"""What every bill, return and office invoice must be before it is worked out: well formed, paid in full, with terms that can be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import Paise, rupees
from webapp.sales.commands import Destination, InvoiceTerms, Sale, SaleReturn, TaxPayer, Tender, TenderMode
from webapp.tax.rates import GST_BEGAN
from webapp.tax.rules import RULES_V, DocumentKind, Scheme
from webapp.tax.states import OTHER_COUNTRY

MOST_LINES = 1000
MOST_TENDERS = 20
MOST_NAME = 500
MOST_NOTE = 1000
MOST_REFERENCE = 100


class Malformed(BooksError):
    """Not a document at all: whoever sent it must look. The counter quarantines it."""


def require_well_formed(asked: Sale | SaleReturn, today: date) -> None:
    """Malformed unless it is a document: lines, quantities, texts and a date that can be meant."""
    if not asked.lines:
        raise Malformed(problem="The bill has no lines.", fix="Add at least one item.")
    if len(asked.lines) > MOST_LINES:
        raise Malformed(
            problem=f"The bill has {len(asked.lines)} lines; {MOST_LINES} are the most a bill can have.",
            fix="Make several bills of it.",
        )
    for number, qty in enumerate((line.qty for line in asked.lines), start=1):
        if qty <= 0:
            raise Malformed(
                problem=f"Line {number}: the quantity is {'nought' if qty == 0 else 'less than nought'}.",
                fix="Sell a quantity above 0. For goods that come back, make a return against the bill.",
            )
    if asked.rules_v != RULES_V:
        raise Malformed(
            problem=f"The bill was worked out by rules {asked.rules_v}; these books know rules {RULES_V}.",
            fix="Update the program here and on the till, then send it again.",
        )
    if not GST_BEGAN <= asked.invoice_date <= today + timedelta(days=366):
        raise Malformed(problem=f"{written(asked.invoice_date)} cannot be the day of this bill.", fix="Set the clock of the till right.")
    if isinstance(asked, Sale) and asked.kind is DocumentKind.CREDIT_NOTE:
        raise Malformed(problem="A credit note is not a sale.", fix="Make a return against the bill.")
    _require_texts(asked)


def require_terms(terms: InvoiceTerms, scheme: Scheme, invoice_date: date, place: str | None) -> None:
    """Refused: a supply under LUT without its number, a due date before the bill, an export by who is not a regular taxpayer, and
    one that is called a supply at home."""
    if terms.destination is Destination.HOME and place == OTHER_COUNTRY:
        raise InvalidInput({"place": "What goes abroad is an export. Choose it under “Goes to”, or the state it stays in."})
    if terms.destination is not Destination.HOME and scheme is not Scheme.REGULAR:
        # IGST Act s.16 gives the credit of a zero-rated supply to a registered person; s.10(2)(c) CGST keeps composition at home.
        raise BooksError(
            problem="Only a regular taxpayer bills an export or a supply to a SEZ.", fix="Choose a supply at home, or change the scheme."
        )
    if terms.destination.is_untaxed and not terms.lut_number:
        raise InvalidInput({"lut_number": "Type the number of the letter of undertaking, or choose payment of tax."})
    if terms.due_on is not None and terms.due_on < invoice_date:
        raise InvalidInput({"due_on": f"The bill is dated {written(invoice_date)}; it cannot fall due before that."})
    for name, most in (("lut_number", MOST_REFERENCE), ("reference", MOST_REFERENCE), ("terms", MOST_NOTE)):
        if len(getattr(terms, name)) > most:
            raise InvalidInput({name: f"Use at most {most} characters."})


class HasRegistration(Protocol):
    """The seller, as far as the particulars of a bill ask."""

    @property
    def scheme(self) -> str: ...
    @property
    def gstin(self) -> str | None: ...


def require_particulars(sale: Sale, seller: HasRegistration) -> None:
    """InvalidInput by field unless what a bill says of its tax can be: the buyer of a supply to a SEZ, of a deemed export, and the one who
    pays the tax himself, has a GSTIN (Rule 46(d); GSTR-1 tells such supplies by it); who charges no tax cannot shift it."""
    terms = sale.terms
    if terms is None:
        return
    buyer = (sale.party or {}).get("gstin")
    if terms.destination.is_sez and not buyer:
        raise InvalidInput({"party": "A unit in a SEZ has a GSTIN of its own. Put it on the customer, then bill."})
    if not terms.is_particular:
        return
    if terms.operator_gstin and seller.scheme == Scheme.UNREGISTERED.value:
        raise InvalidInput({"operator": "Only a registered business tells supplies through an operator. Leave the operator out."})
    if terms.operator_gstin and terms.operator_gstin == seller.gstin:
        raise InvalidInput({"operator": "This is your own GSTIN. Type the operator's, as its statement of TCS shows it."})
    _require_payer(terms, seller, buyer)
    if terms.is_deemed_export:
        if Scheme(seller.scheme) is not Scheme.REGULAR or terms.destination is not Destination.HOME:
            raise InvalidInput({"is_deemed_export": "Only a regular taxpayer bills a deemed export, and it stays in India."})
        if not buyer:
            raise InvalidInput({"party": "The buyer of a deemed export has a GSTIN. Put it on the customer, then bill."})


def _require_payer(terms: InvoiceTerms, seller: HasRegistration, buyer: str | None) -> None:
    if terms.tax_payer is TaxPayer.SELLER:
        return
    if Scheme(seller.scheme) is not Scheme.REGULAR:
        raise InvalidInput({"tax_payer": "Your scheme charges no tax on a bill, so nobody else pays it. Choose that we pay it."})
    if terms.destination is not Destination.HOME or terms.is_deemed_export:
        raise InvalidInput({"tax_payer": "On an export, a supply to a SEZ and a deemed export the tax is ours. Choose that we pay it."})
    if terms.tax_payer is TaxPayer.OPERATOR and not terms.operator_gstin:
        raise InvalidInput({"operator": "Type the GSTIN of the operator who pays the tax."})
    if terms.tax_payer is TaxPayer.BUYER and terms.operator_gstin:
        raise InvalidInput({"operator": "Under reverse charge the buyer pays the tax, not an operator. Leave one of the two out."})
    if terms.tax_payer is TaxPayer.BUYER and not buyer:
        raise InvalidInput({"party": "Only a registered buyer pays the tax himself. Put the GSTIN on the customer, then bill."})


def check_tenders(tenders: Sequence[Tender], total: Paise, *, has_party: bool) -> None:
    """BooksError, with the figures, unless the tenders are the total and each can be."""
    if len(tenders) > MOST_TENDERS:
        raise Malformed(problem=f"The bill is paid in {len(tenders)} parts.", fix=f"Use at most {MOST_TENDERS}.")
    for tender in tenders:
        if tender.amount <= 0:
            raise Malformed(
                problem=f"{rupees(tender.amount)} was taken by {tender.mode}.", fix="Each part of a payment is more than nothing."
            )
        if tender.given is not None and (tender.mode is not TenderMode.CASH or tender.given < tender.amount):
            raise Malformed(
                problem=f"{rupees(tender.given)} was handed over for {rupees(tender.amount)} by {tender.mode}.",
                fix="Only cash is handed over with change, and never less than its part of the bill.",
            )
        if tender.mode is TenderMode.CREDIT and not has_party:
            raise BooksError(problem="Credit was given, but to no customer.", fix="Put the customer on the bill, or take the money now.")
    paid = sum(tender.amount for tender in tenders)
    if paid != total:
        gap = "short" if paid < total else "too much"
        raise BooksError(
            problem=f"The bill is {rupees(total)}, the payments {rupees(paid)}: {rupees(abs(total - paid))} {gap}.",
            fix="Make the payments add up to the bill.",
        )


def _require_texts(asked: Sale | SaleReturn) -> None:
    texts = [("note", asked.note, MOST_NOTE), ("cashier's name", asked.cashier, MOST_NAME)]
    texts += [("reference", tender.reference, MOST_REFERENCE) for tender in asked.tenders]
    if isinstance(asked, Sale):
        texts += [("name", line.name or "", MOST_NAME) for line in asked.lines]
        printed = [line.printed for line in asked.lines if line.printed]
        texts += [("name", paper.name, MOST_NAME) for paper in printed]
        texts += [("HSN or unit", paper.hsn + paper.unit, 40) for paper in printed]
        texts += [(f"customer's {name}", str(value), MOST_NAME) for name, value in (asked.party or {}).items() if value is not None]
    for what, text, most in texts:
        if len(text) > most or "\x00" in text:
            raise Malformed(problem=f"The {what} is longer than {most} characters or cannot be written.", fix=f"Shorten the {what}.")
