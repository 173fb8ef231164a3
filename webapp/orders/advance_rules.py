"""What an advance is taxed at, and what it asks of the ledger. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, rounded
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.tax.rules import BillLine, Scheme, Supply, Terms, work_out

# Where the money is: in the drawer, on its way from the UPI app or the card machine, or in the bank already.
MODE_ACCOUNTS = {"cash": "cash", "upi": "upi-clearing", "card": "card-clearing", "bank": "bank"}
ONE_UNIT = Qty(1000)


@dataclass(frozen=True, slots=True)
class Taxes:
    """The tax in an amount: CGST (and SGST again as much), or IGST."""

    half: Paise
    igst: Paise

    @property
    def whole(self) -> int:
        return 2 * self.half + self.igst


def taxes_in(amount: Paise, rate_bp: int, scheme: Scheme, supply: Supply, *, is_service: bool) -> Taxes:
    """The tax due on an advance. CGST Act s.13(2): on services when the money comes; on goods none (Notification 66/2017)."""
    if not is_service:
        return Taxes(Paise(0), Paise(0))
    line = BillLine(
        qty=ONE_UNIT,
        unit_price=MilliPaise(amount * 1000),
        price_includes_tax=True,
        discount=Paise(0),
        rate_bp=BasisPoints(rate_bp),
        cess_bp=BasisPoints(0),
    )
    figures = work_out([line], Terms(scheme=scheme, supply=supply, bill_discount=Paise(0), rounds_to_rupee=False))
    return Taxes(figures.cgst, figures.igst)


def part_of(whole: Taxes, used: Taxes, *, amount: int, used_amount: int, now: int) -> Taxes:
    """The tax in `now` more of an advance: its share by now less what went before, so that the parts add up to it."""

    def share(tax: int, gone: int) -> Paise:
        return Paise(rounded(tax * (used_amount + now), amount) - gone)

    return Taxes(share(whole.half, used.half), share(whole.igst, used.igst))


def receipt_slip(amount: Paise, taxes: Taxes, mode: str, party_id: UUID, heads: Mapping[str, UUID]) -> Slip:
    """Dr where the money is, Cr the customer's advance; and the tax due on it: Dr GST on advances, Cr output tax."""
    lines = [debit(heads[MODE_ACCOUNTS[mode]], amount), credit(heads["customer-advances"], amount, party_id)]
    return Slip((*lines, *_tax_lines(taxes, heads, sign=1)))


def refund_slip(amount: Paise, taxes: Taxes, mode: str, party_id: UUID, heads: Mapping[str, UUID]) -> Slip:
    """The receipt's legs the other way, for what is given back."""
    lines = [debit(heads["customer-advances"], amount, party_id), credit(heads[MODE_ACCOUNTS[mode]], amount)]
    return Slip((*lines, *_tax_lines(taxes, heads, sign=-1)))


def adjustment_slip(amount: Paise, taxes: Taxes, party_id: UUID, heads: Mapping[str, UUID]) -> Slip:
    """The advance pays a bill: Dr the advance, Cr the customer; its tax is in the bill's, so it is taken out: Dr output, Cr advances."""
    lines = [debit(heads["customer-advances"], amount, party_id), credit(heads["debtors"], amount, party_id)]
    return Slip((*lines, *_tax_lines(taxes, heads, sign=-1)))


def _tax_lines(taxes: Taxes, heads: Mapping[str, UUID], *, sign: int) -> list[Line]:
    lines: list[Line] = []
    whole, own = (debit, credit) if sign > 0 else (credit, debit)
    if taxes.whole:
        lines.append(whole(heads["advance-gst"], Paise(taxes.whole)))
        parts = (("output-cgst", taxes.half), ("output-sgst", taxes.half), ("output-igst", taxes.igst))
        lines += [own(heads[code], amount) for code, amount in parts if amount]
    return lines
