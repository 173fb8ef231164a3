"""What a bill and a credit note ask the two registers to write. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.sales.commands import NOTHING, Tender, TenderMode
from webapp.tax.rules import Figures, Scheme, Treatment

# Money taken by UPI or card is on its way until the bank says so: it waits in a clearing account.
TENDER_ACCOUNTS = {
    TenderMode.CASH: "cash",
    TenderMode.UPI: "upi-clearing",
    TenderMode.CARD: "card-clearing",
    TenderMode.CREDIT: "debtors",
}


class HasDeliveredCost(Protocol):
    """A billed line, as far as goods that left before are asked for."""

    @property
    def delivered_cost(self) -> Paise | None: ...


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is to be posted of a bill or a note; `exempt` is the part of `figures.taxable` the law does not tax, `cost` that of the
    goods that leave or enter the shelf with it."""

    figures: Figures
    exempt: Paise
    cost: Paise
    tenders: tuple[Tender, ...]
    party_id: UUID | None
    delivered: Paise = NOTHING  # the cost of goods that left before, on delivery challans; not part of `cost`


def exempt_part(figures: Figures, treatments: Sequence[Treatment], scheme: Scheme) -> Paise:
    """The value of lines that are nil-rated, exempt or outside GST. Who collects no tax keeps all sales in one account."""
    if scheme is not Scheme.REGULAR:
        return Paise(0)
    pairs = zip(figures.lines, treatments, strict=True)
    return Paise(sum(line.taxable for line, treatment in pairs if treatment is not Treatment.TAXABLE))


def sale_slip(amounts: Amounts, heads: Mapping[str, UUID]) -> Slip | None:
    """Dr what we hold or are owed; Cr sales, output tax and the rounding; Dr cost of goods, Cr stock.

    None where nothing moves: a bill given away whole whose goods cost nothing has no voucher.
    """
    figures = amounts.figures
    income = [("sales", figures.taxable - amounts.exempt), ("sales-exempt", amounts.exempt)]
    return _slip(amounts, heads, income, sign=1)


def return_slip(amounts: Amounts, heads: Mapping[str, UUID]) -> Slip | None:
    """A credit note: the sale's legs the other way, with sales returns in the place of sales."""
    return _slip(amounts, heads, [("sales-returns", int(amounts.figures.taxable))], sign=-1)


def delivered_cost(lines: Iterable[HasDeliveredCost]) -> Paise:
    """What goods of these lines cost that left before, on delivery challans."""
    return Paise(sum(line.delivered_cost or 0 for line in lines))


def stock_slip(store_id: UUID, moves: Iterable[tuple[int, UUID, Qty]]) -> StockSlip:
    """Goods out of the store: (line number, item, quantity). The register values them at its average."""
    return StockSlip(tuple(Movement(line_no, item_id, store_id, Qty(-qty)) for line_no, item_id, qty in moves))


def goods_back_slip(store_id: UUID, moves: Iterable[tuple[int, UUID, Qty, Paise]]) -> StockSlip:
    """Goods back into the store, each at the cost at which it went out."""
    return StockSlip(tuple(Movement(line_no, item_id, store_id, qty, cost) for line_no, item_id, qty, cost in moves))


def _slip(amounts: Amounts, heads: Mapping[str, UUID], income: list[tuple[str, int]], *, sign: int) -> Slip | None:
    figures = amounts.figures
    lines: list[Line] = []
    for tender in amounts.tenders:
        party_id = amounts.party_id if tender.mode is TenderMode.CREDIT else None
        lines += _leg(heads[TENDER_ACCOUNTS[tender.mode]], sign * tender.amount, party_id)
    others = [
        *income,
        ("output-cgst", figures.cgst),
        ("output-sgst", figures.sgst),
        ("output-igst", figures.igst),
        ("output-cess", figures.cess),
        ("round-off", figures.round_off),
        ("cost-of-goods", -amounts.cost - amounts.delivered),
        ("stock-in-hand", amounts.cost),
        ("goods-delivered", amounts.delivered),
    ]
    for code, amount in others:
        lines += _leg(heads[code], -sign * amount)
    return Slip(tuple(lines)) if lines else None


def _leg(account_id: UUID, amount: int, party_id: UUID | None = None) -> list[Line]:
    """A debit for a positive amount, a credit for a negative one, nothing for nought."""
    if amount > 0:
        return [debit(account_id, amount, party_id)]
    return [credit(account_id, -amount, party_id)] if amount < 0 else []
