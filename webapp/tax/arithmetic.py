"""The figures of a bill, in paise. `static/counter/tax.js` is the same but for retail sale prices; change both and the vectors.

The order of working, and every place where a figure is rounded (half away from zero):

1. gross            = rounded(qty x unit price), to the paisa
2. amount           = gross - the line's discount
3. bill discount    shared over the lines by their amounts (largest remainder): what is left is A
4. price without tax: taxable = A; CGST = SGST = rounded(taxable x rate / 2); IGST = rounded(taxable x rate);
   cess = rounded(taxable x cess rate)
5. price with tax:    the taxes are worked back from A, each rounded; taxable = A - taxes, so base + tax = A exactly
6. total            = sum of the lines; rounded to the rupee only here, when the shop rounds, in `round_off`

Tax on the retail sale price (CGST Rule 31D) is worked back from that price and not from A; there too base + tax = A where the price
includes tax. The till has no such rates: it refuses the item, and the office bills it.

CGST and SGST are rounded apart and alike, so they are always equal (the e-invoice portal refuses others, code 2227).
CGST Act s.170 rounds the tax of a return, not of a line; lines keep their paise.
"""

from __future__ import annotations

from collections.abc import Sequence

from webapp.kernel.errors import BooksError
from webapp.kernel.money import MOST_PAISE, MOST_QTY, BasisPoints, MilliPaise, Paise, Qty, rounded, rupees, split
from webapp.kernel.records import dataclass
from webapp.tax.kinds import Scheme, Supply
from webapp.tax.rates import MOST_CESS_BP, MOST_RATE_BP

ONE = 10_000  # 100 % in basis points
MOST_UNIT_PRICE = MOST_PAISE * 1000
_GOODS_BACK = "For goods that come back, make a return against the bill."


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line as sold. `discount` is for the whole line, already worked out (see `discount_from_bp`), and is taken
    off the price as it stands: with tax where the price includes tax."""

    qty: Qty
    unit_price: MilliPaise
    price_includes_tax: bool
    discount: Paise
    rate_bp: BasisPoints
    cess_bp: BasisPoints
    retail: Paise | None = None  # the retail sale price of the whole line, where the tax is taken of it (CGST Rule 31D)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the whole bill."""

    scheme: Scheme
    supply: Supply
    bill_discount: Paise
    rounds_to_rupee: bool


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line worked out. total = taxable + cgst + sgst + igst + cess."""

    gross: Paise
    discount: Paise
    bill_discount: Paise
    taxable: Paise
    cgst: Paise
    sgst: Paise
    igst: Paise
    cess: Paise
    total: Paise


@dataclass(frozen=True, slots=True)
class Figures:
    """The bill worked out. `discount` is of the lines and of the bill together;
    total = taxable + cgst + sgst + igst + cess + round_off."""

    lines: tuple[LineFigures, ...]
    gross: Paise
    discount: Paise
    taxable: Paise
    cgst: Paise
    sgst: Paise
    igst: Paise
    cess: Paise
    round_off: Paise
    total: Paise


def work_out(lines: Sequence[BillLine], terms: Terms) -> Figures:
    """The figures of a bill or a credit note (its amounts are positive too).

    BooksError, with the line's number, for a negative figure, one larger than the books hold, a rate out of range, or
    a discount above what it is taken from. A quantity or price of nought is worked out; forms decide if it may be sold.
    """
    grosses = [_gross(number, line) for number, line in enumerate(lines, start=1)]
    amounts = [gross - line.discount for gross, line in zip(grosses, lines, strict=True)]
    _require_bill_discount(terms.bill_discount, sum(amounts))
    shares = split(terms.bill_discount, amounts)
    worked = tuple(_line_figures(line, gross, share, terms) for line, gross, share in zip(lines, grosses, shares, strict=True))
    _require_worth(worked)
    total = sum(line.total for line in worked)
    if total > MOST_PAISE:
        raise BooksError(
            problem=f"The bill comes to more than {rupees(MOST_PAISE)}, the most the books can hold.",
            fix="Check quantities and prices, or make several bills.",
        )
    round_off = rounded(total, 100) * 100 - total if terms.rounds_to_rupee else 0
    return Figures(
        lines=worked,
        gross=Paise(sum(grosses)),
        discount=Paise(sum(line.discount for line in lines) + terms.bill_discount),
        taxable=Paise(sum(line.taxable for line in worked)),
        cgst=Paise(sum(line.cgst for line in worked)),
        sgst=Paise(sum(line.sgst for line in worked)),
        igst=Paise(sum(line.igst for line in worked)),
        cess=Paise(sum(line.cess for line in worked)),
        round_off=Paise(round_off),
        total=Paise(total + round_off),
    )


def discount_from_bp(amount: int, bp: int) -> Paise:
    """A percentage discount of a line's gross or of a bill's amount, in paise. BooksError above 100 % or below 0."""
    if not 0 <= bp <= ONE:
        raise BooksError(problem="A discount is from 0 to 100 %.", fix="Lower the discount.")
    if not 0 <= amount <= MOST_PAISE:
        raise BooksError(problem="The amount to discount is out of range.", fix="Check the quantity and price of the line.")
    return Paise(rounded(amount * bp, ONE))


def _gross(number: int, line: BillLine) -> int:
    _require_range(number, "quantity", line.qty, MOST_QTY)
    _require_range(number, "price", line.unit_price, MOST_UNIT_PRICE)
    _require_range(number, "discount", line.discount, MOST_PAISE)
    _require_range(number, "tax rate", line.rate_bp, MOST_RATE_BP)
    _require_range(number, "cess rate", line.cess_bp, MOST_CESS_BP)
    _require_range(number, "retail sale price", line.retail or 0, MOST_PAISE)
    gross = rounded(line.qty * line.unit_price, 1_000_000)
    _require_range(number, "amount", gross, MOST_PAISE)
    if line.discount > gross:
        raise BooksError(
            problem=f"Line {number}: the discount of {rupees(line.discount)} is more than the amount, {rupees(gross)}.",
            fix=f"Lower the discount to {rupees(gross)} or less.",
        )
    return gross


def _require_range(number: int, what: str, value: int, most: int) -> None:
    if value < 0:
        raise BooksError(
            problem=f"Line {number}: the {what} is less than nought.",
            fix=_GOODS_BACK if what in {"quantity", "price"} else f"Give a {what} of 0 or more.",
        )
    if value > most:
        raise BooksError(
            problem=f"Line {number}: the {what} is larger than the books can hold.",
            fix=f"Check the {what} of the line.",
        )


def _require_bill_discount(discount: int, amount: int) -> None:
    if discount < 0:
        raise BooksError(problem="The discount on the bill is less than nought.", fix="Give a discount of 0 or more.")
    if discount > amount:
        raise BooksError(
            problem=f"The discount of {rupees(discount)} is more than the bill, {rupees(amount)}.",
            fix=f"Lower the discount to {rupees(amount)} or less.",
        )


def _require_worth(lines: Sequence[LineFigures]) -> None:
    """Refuse a price with tax that is less than the tax on the retail sale price alone."""
    for number, line in enumerate(lines, start=1):
        if line.taxable < 0:
            raise BooksError(
                problem=f"Line {number}: the price is less than the tax on the retail sale price, {rupees(line.total - line.taxable)}.",
                fix="Raise the price, or correct the MRP of the item.",
            )


def _line_figures(line: BillLine, gross: int, share: int, terms: Terms) -> LineFigures:
    left = gross - line.discount - share
    taxable, half, igst, cess = _taxes(line, left, terms)
    return LineFigures(
        gross=Paise(gross),
        discount=line.discount,
        bill_discount=Paise(share),
        taxable=Paise(taxable),
        cgst=Paise(half),
        sgst=Paise(half),
        igst=Paise(igst),
        cess=Paise(cess),
        total=Paise(taxable + 2 * half + igst + cess),
    )


def _taxes(line: BillLine, left: int, terms: Terms) -> tuple[int, int, int, int]:
    """Taxable value, half of the tax (CGST, and again SGST), IGST and cess of what is `left` of a line's amount."""
    rate, cess_rate = line.rate_bp, line.cess_bp
    if terms.scheme is not Scheme.REGULAR:
        # CGST Act s.10(4), s.32: such a seller collects no tax, so a price "with tax" is simply the price.
        return left, 0, 0, 0
    if line.retail is not None:
        return _taxes_of_retail(line, line.retail, left, terms.supply)
    if terms.supply is Supply.INTRA:
        if line.price_includes_tax:
            whole = ONE + rate + cess_rate
            half, cess = rounded(left * rate, 2 * whole), rounded(left * cess_rate, whole)
            return left - 2 * half - cess, half, 0, cess
        return left, rounded(left * rate, 2 * ONE), 0, rounded(left * cess_rate, ONE)
    if not line.price_includes_tax:
        igst, cess, taxable = rounded(left * rate, ONE), rounded(left * cess_rate, ONE), left
    else:
        whole = ONE + rate + cess_rate
        igst, cess = rounded(left * rate, whole), rounded(left * cess_rate, whole)
        taxable = left - igst - cess
    if terms.supply is Supply.ZERO_RATED:
        # Under LUT the buyer pays no tax: a price that includes tax is charged without it.
        return taxable, 0, 0, 0
    return taxable, 0, igst, cess


def _taxes_of_retail(line: BillLine, retail: int, left: int, supply: Supply) -> tuple[int, int, int, int]:
    """CGST Rule 31D: tax = retail sale price x rate / (100 + sum of rates), whatever is paid. Taxable is what is paid without it."""
    whole = ONE + line.rate_bp + line.cess_bp
    cess = rounded(retail * line.cess_bp, whole)
    half, igst = (rounded(retail * line.rate_bp, 2 * whole), 0) if supply is Supply.INTRA else (0, rounded(retail * line.rate_bp, whole))
    taxable = left - 2 * half - igst - cess if line.price_includes_tax else left
    return (taxable, 0, 0, 0) if supply is Supply.ZERO_RATED else (taxable, half, igst, cess)
