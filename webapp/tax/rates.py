"""Rates by day and, where the law says so, by price. A rate is data with a date and is never overwritten."""

from __future__ import annotations

from datetime import date

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError
from webapp.kernel.money import MOST_PAISE, BasisPoints, MilliPaise
from webapp.kernel.records import dataclass
from webapp.tax.kinds import Treatment

MOST_RATE_BP = 100_00
# The highest compensation cess there ever was is 290 % (tobacco, to 31-Jan-2026).
MOST_CESS_BP = 300_00
GST_BEGAN = date(2017, 7, 1)


@dataclass(frozen=True, slots=True)
class DatedRate:
    """One row of the rate table: from this day, for a unit worth more than `price_over` (0: for any)."""

    effective_from: date
    price_over: MilliPaise
    rate_bp: BasisPoints  # the whole rate: CGST + SGST, or IGST
    cess_bp: BasisPoints
    on_retail_price: bool = False  # CGST Rule 31D: taken of the retail sale price on the pack (with tax in it), whatever is paid

    def __post_init__(self) -> None:
        if not (0 <= self.rate_bp <= MOST_RATE_BP and 0 <= self.cess_bp <= MOST_CESS_BP):
            raise BooksError(
                problem=f"The rate of {written(self.effective_from)} is out of range.",
                fix="A GST rate is from 0 to 100 %, a cess from 0 to 300 %.",
            )
        if not 0 <= self.price_over <= MOST_PAISE * 1000:
            raise BooksError(
                problem=f"The price limit of {written(self.effective_from)} is out of range.",
                fix="Give the price above which the rate applies, or 0 where it applies to every price.",
            )


@dataclass(frozen=True, slots=True)
class TaxClass:
    """What the law says of a kind of goods, with every rate it has had and will have."""

    treatment: Treatment
    rates: tuple[DatedRate, ...]

    def __post_init__(self) -> None:
        keys = [(row.effective_from, row.price_over) for row in self.rates]
        if len(set(keys)) != len(keys):
            raise BooksError(problem="Two rates begin on the same day for the same price.", fix="Keep one of the two rates.")
        if self.treatment is not Treatment.TAXABLE and any(row.rate_bp or row.cess_bp for row in self.rates):
            raise BooksError(
                problem="An item that bears no tax has a rate above 0 %.",
                fix="Set the rate to 0 %, or make the item taxable.",
            )

    @property
    def has_retail_price(self) -> bool:
        """Whether some rate of it is taken of the retail sale price."""
        return any(row.on_retail_price for row in self.rates)


def rate_on(tax_class: TaxClass, day: date, unit_price: MilliPaise, *, price_includes_tax: bool = False) -> DatedRate:
    """The rate of a unit sold on `day` (time of supply, CGST Act s.14).

    Of the rows that began last, the one with the highest `price_over` that the unit's value passes; "over" is strict.
    The value is what is paid without tax, so give `unit_price` after the line's discount.

    Where the price includes tax its value depends on the rate that is looked for. The lower rate is taken only while
    the value it leaves is within its limit. For limits of Rs 2,500 with 5 % and 18 %, a price from Rs 2,625.01 to
    Rs 2,950.00 fits neither (5 % leaves more than the limit, 18 % less); there the higher rate is taken, so that
    tax is never short.

    BooksError when no rate is in force that day. An exempt, nil or non-GST item always has 0 %.
    """
    in_force = [row.effective_from for row in tax_class.rates if row.effective_from <= day]
    if not in_force:
        if tax_class.treatment is not Treatment.TAXABLE:
            return DatedRate(GST_BEGAN, MilliPaise(0), BasisPoints(0), BasisPoints(0))
        raise BooksError(
            problem=f"No GST rate is in force on {written(day)} for this tax class.",
            fix="Choose a later date, or add the rate of that day to the tax class.",
        )
    latest = max(in_force)
    slabs = sorted((row for row in tax_class.rates if row.effective_from == latest), key=lambda row: row.price_over)
    found = slabs[0]
    if found.price_over > 0:
        raise BooksError(
            problem=f"No rate that began on {written(latest)} is for the till or for the lowest prices.",
            fix="Bill it in the office, or add a rate of that day for every price (price limit 0).",
        )
    for slab in slabs[1:]:
        divisor = 10_000 + found.rate_bp + found.cess_bp if price_includes_tax else 10_000
        if unit_price * 10_000 <= slab.price_over * divisor:
            break
        found = slab
    return found


def treatment_on(tax_class: TaxClass, day: date, unit_price: MilliPaise) -> Treatment:
    """What the law says of the item that day: a taxable class whose rate of the day is 0 % is nil-rated.

    Rates move between nil and taxable by notification (UHT milk went from 5 % to nil on 22-Sep-2025).
    """
    if tax_class.treatment is Treatment.TAXABLE:
        rate = rate_on(tax_class, day, unit_price)
        if rate.rate_bp == 0 and rate.cess_bp == 0:
            return Treatment.NIL
    return tax_class.treatment
