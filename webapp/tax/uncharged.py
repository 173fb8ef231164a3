"""Tax that the seller does not charge: the buyer pays it under reverse charge (CGST Act s.9(3)), or an operator (s.9(5)). Pure.

Like a supply under LUT, a price that includes tax is charged without it. What the other pays is worked out line by line from the value,
each tax rounded half away from zero, as on any bill.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, Protocol

from webapp.kernel.money import Paise, rounded
from webapp.tax.arithmetic import ONE, Figures
from webapp.tax.kinds import Supply, Treatment

NOTHING = Paise(0)


class TaxOn(NamedTuple):
    """The taxes on a value, in paise."""

    cgst: Paise
    sgst: Paise
    igst: Paise
    cess: Paise

    @property
    def total(self) -> Paise:
        return Paise(sum(self))

    def plus(self, more: TaxOn) -> TaxOn:
        return TaxOn(*(Paise(own + other) for own, other in zip(self, more, strict=True)))


NO_TAX = TaxOn(NOTHING, NOTHING, NOTHING, NOTHING)


def tax_on(taxable: int, rate_bp: int, cess_bp: int, supply: Supply) -> TaxOn:
    """What is due on a line's value: halves within a state, IGST otherwise."""
    cess = Paise(rounded(taxable * cess_bp, ONE))
    if supply is Supply.INTRA:
        half = Paise(rounded(taxable * rate_bp, 2 * ONE))
        return TaxOn(half, half, NOTHING, cess)
    return TaxOn(NOTHING, NOTHING, Paise(rounded(taxable * rate_bp, ONE)), cess)


class HasValue(Protocol):
    """A line of a bill as issued, as far as its tax is asked for."""

    @property
    def treatment(self) -> str: ...
    @property
    def taxable_paise(self) -> int: ...
    @property
    def rate_bp(self) -> int: ...
    @property
    def cess_bp(self) -> int: ...


def tax_on_line(line: HasValue, supply: str) -> TaxOn:
    """What is due on a line as issued; nothing on what the law does not tax."""
    if line.treatment != Treatment.TAXABLE.value:
        return NO_TAX
    return tax_on(line.taxable_paise, line.rate_bp, line.cess_bp, Supply(supply))


def uncharged(figures: Figures, *, rounds_to_rupee: bool) -> Figures:
    """A bill's figures with no tax on them: each line comes to its value."""
    lines = tuple(replace(line, cgst=NOTHING, sgst=NOTHING, igst=NOTHING, cess=NOTHING, total=line.taxable) for line in figures.lines)
    total = figures.taxable
    round_off = rounded(total, 100) * 100 - total if rounds_to_rupee else 0
    return replace(
        figures,
        lines=lines,
        cgst=NOTHING,
        sgst=NOTHING,
        igst=NOTHING,
        cess=NOTHING,
        round_off=Paise(round_off),
        total=Paise(total + round_off),
    )
