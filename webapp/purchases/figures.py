"""What a supplier's bill comes to, and what its goods cost. Pure.

The supplier's own tax stands, to the paisa (CGST Act s.16(2)(a): credit is taken on the supplier's paper, not on our
arithmetic). It is given by head for the whole bill and shared over the lines as our own working weighs them, so the input tax
of a bill is always the sum of its lines. Where it differs from our working by more than a rupee, a person says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty, rupees, split
from webapp.kernel.records import dataclass
from webapp.purchases.commands import Bill, Heads, LineKind, TaxBy
from webapp.tax.rules import BillLine as TaxLine
from webapp.tax.rules import Figures, Scheme, Supply, Terms, work_out

# What a supplier's own rounding may differ from ours, by head, before a person has to say that the paper is so.
TOLERANCE = 1_00
# What the foot of a paper may be rounded by.
MOST_ROUNDING = 1_00
HEADS = ("cgst", "sgst", "igst", "cess")


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its rate decided. `is_stock`: its goods are kept in stock."""

    kind: LineKind
    qty: Qty
    rate: MilliPaise
    discount: Paise
    rate_bp: BasisPoints
    cess_bp: BasisPoints
    is_claimed: bool
    is_stock: bool


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line worked out, in paise. `charge` and `duty` are its shares of freight and of customs duty; `cost` is what it puts
    into stock (goods), or into its account (an expense)."""

    gross: int
    discount: int
    taxable: int
    cgst: int
    sgst: int
    igst: int
    cess: int
    charge: int
    duty: int
    cost: int

    @property
    def tax(self) -> int:
        return self.cgst + self.sgst + self.igst + self.cess


@dataclass(frozen=True, slots=True)
class BillFigures:
    """The bill worked out. `worked` is our own working of its tax by head, `taxes` what stands. `total` is owed to the supplier;
    `loose_charges` are charges that no goods of the bill can bear."""

    lines: tuple[LineFigures, ...]
    worked: dict[str, int]
    taxes: dict[str, int]
    claimed: dict[str, int]
    charges: int
    loose_charges: int
    duty: int
    round_off: int
    total: int

    @property
    def gross(self) -> int:
        return sum(line.gross for line in self.lines)

    @property
    def discount(self) -> int:
        return sum(line.discount for line in self.lines)

    @property
    def taxable(self) -> int:
        return sum(line.taxable for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())

    @property
    def differences(self) -> dict[str, int]:
        """By head: the paper's tax less our working, where they differ."""
        return {head: self.taxes[head] - self.worked[head] for head in HEADS if self.taxes[head] != self.worked[head]}


def work_out_bill(bill: Bill, lines: Sequence[PricedLine], *, supply: Supply, supplier_charges_tax: bool, rounds: bool) -> BillFigures:
    """The figures of a supplier's bill. BooksError, with the line's number, for figures that cannot be.

    `rounds`: with no total of the paper the bill is rounded to the rupee, as the shop rounds its own.
    """
    has_tax = bill.tax_by is not TaxBy.SUPPLIER or supplier_charges_tax
    terms = Terms(Scheme.REGULAR if has_tax else Scheme.UNREGISTERED, supply, Paise(0), rounds_to_rupee=False)
    own = work_out([_tax_line(line) for line in lines], terms)
    worked = _worked(bill, own)
    taxes = worked if bill.tax_by is not TaxBy.SUPPLIER else _on_paper(bill.taxes, worked)
    by_line = _shared_taxes(taxes, own)
    taxable = [line.taxable for line in own.lines]
    duty = bill.customs.duty if bill.customs else 0
    charges, duties, loose = _landed(lines, taxable, by_line, duty)
    done = tuple(
        _line(line, figures, tax, charge, share)
        for line, figures, tax, charge, share in zip(lines, own.lines, by_line, charges, duties, strict=True)
    )
    owed = sum(taxable) + (sum(taxes.values()) if bill.tax_by is TaxBy.SUPPLIER else 0)
    round_off = _round_off(bill, owed, rounds=rounds)
    return BillFigures(
        lines=done,
        worked=worked,
        taxes=taxes,
        claimed={head: sum(getattr(one, head) for one, line in zip(done, lines, strict=True) if line.is_claimed) for head in HEADS},
        charges=sum(_bearing(line, amount, tax) for line, amount, tax in zip(lines, taxable, by_line, strict=True)),
        loose_charges=loose,
        duty=duty,
        round_off=round_off,
        total=owed + round_off,
    )


def require_taxes(bill: Bill, figures: BillFigures) -> None:
    """InvalidInput, with the figures, when the paper's tax is not our working by more than a rupee and nobody said that it is so."""
    if bill.taxes_confirmed:
        return
    said = [
        f"{_said(head)} {rupees(figures.taxes[head])} on the paper, {rupees(figures.worked[head])} worked out"
        for head, difference in figures.differences.items()
        if abs(difference) > TOLERANCE
    ]
    if said:
        words = f"{'; '.join(said)}. Check rates and amounts, or say that the paper is so."
        raise InvalidInput({"taxes_confirmed": words})


def _said(head: str) -> str:
    return "Cess" if head == "cess" else head.upper()


def _tax_line(line: PricedLine) -> TaxLine:
    return TaxLine(
        qty=line.qty,
        unit_price=line.rate,
        price_includes_tax=False,
        discount=line.discount,
        rate_bp=line.rate_bp,
        cess_bp=line.cess_bp,
    )


def _worked(bill: Bill, own: Figures) -> dict[str, int]:
    if bill.customs is not None:
        return {"cgst": 0, "sgst": 0, "igst": int(bill.customs.igst), "cess": int(bill.customs.cess)}
    return {head: int(getattr(own, head)) for head in HEADS}


def _on_paper(said: Heads, worked: dict[str, int]) -> dict[str, int]:
    return {head: worked[head] if paise is None else int(paise) for head, paise in said.each()}


def _shared_taxes(taxes: dict[str, int], own: Figures) -> list[dict[str, int]]:
    """Each head over the lines, as our working weighs them; where that has none of it, by their taxable value."""
    found: list[dict[str, int]] = [{} for _ in own.lines]
    for head, amount in taxes.items():
        weights = [int(getattr(line, head)) for line in own.lines]
        if not any(weights):
            weights = [int(line.taxable) for line in own.lines]
        if amount and not any(weights):
            raise InvalidInput({head: f"{rupees(amount)} of tax stands on goods worth nothing. Give the lines their rates."})
        for line, share in zip(found, split(amount, weights), strict=True):
            line[head] = share
    return found


def _bearing(line: PricedLine, taxable: int, tax: dict[str, int]) -> int:
    """What a charge costs: its amount, and its tax where that is not claimed. Nothing for another line."""
    if line.kind is not LineKind.CHARGE:
        return 0
    return taxable + (0 if line.is_claimed else sum(tax.values()))


def _landed(
    lines: Sequence[PricedLine], taxable: Sequence[int], taxes: Sequence[dict[str, int]], duty: int
) -> tuple[list[int], list[int], int]:
    """Charges and customs duty shared over the goods, by their value (by their quantity where they are worth nothing), and what of the
    charges no goods can bear."""
    weights = [amount if line.is_stock else 0 for line, amount in zip(lines, taxable, strict=True)]
    if not any(weights):
        weights = [int(line.qty) if line.is_stock else 0 for line in lines]
    charges = sum(_bearing(line, amount, tax) for line, amount, tax in zip(lines, taxable, taxes, strict=True))
    if not any(weights):
        return [0] * len(lines), [0] * len(lines), charges + duty
    return split(charges, weights), split(duty, weights), 0


def _line(line: PricedLine, own: Any, tax: dict[str, int], charge: int, duty: int) -> LineFigures:
    unclaimed = 0 if line.is_claimed else sum(tax.values())
    cost = {
        LineKind.ITEM: own.taxable + unclaimed + charge + duty if line.is_stock else own.taxable,
        LineKind.EXPENSE: own.taxable,
        LineKind.CHARGE: 0,
    }[line.kind]
    return LineFigures(own.gross, own.discount, own.taxable, **tax, charge=charge, duty=duty, cost=cost)


def _round_off(bill: Bill, owed: int, *, rounds: bool) -> int:
    if bill.paper_total is None:
        whole = (owed + 50) // 100 * 100
        return whole - owed if rounds else 0
    gap = bill.paper_total - owed
    if abs(gap) > MOST_ROUNDING:
        side = "more" if gap > 0 else "less"
        words = f"The lines and taxes come to {rupees(owed)}, the paper says {rupees(bill.paper_total)}: {rupees(abs(gap))} {side}."
        raise InvalidInput({"total": words})
    return gap
