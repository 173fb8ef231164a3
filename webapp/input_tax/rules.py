"""Input tax as values, and what the law makes of it. All money in paise. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.dates import FinancialYear
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass

HEADS = ("igst", "cgst", "sgst", "cess")
# CGST Act s.16(2), second proviso; Rule 37(1): a supplier unpaid for more than 180 days from the day of the invoice.
DAYS_TO_PAY = 180
# CGST Act s.50(3), Notification 13/2017-Central Tax as amended: 18 % a year, of 365 days.
INTEREST_BP = 18_00
_YEAR = 365 * 10_000
LIFE_MONTHS = 60  # Rule 43(1)(c): five years from the day of the invoice
NON_BUSINESS_BP = 5_00  # Rule 42(1)(j)
BANK_BP = 50_00  # CGST Act s.17(4), Rule 38


class Tax(NamedTuple):
    """Tax by head, in the order of the return."""

    igst: int = 0
    cgst: int = 0
    sgst: int = 0
    cess: int = 0

    @property
    def total(self) -> int:
        return sum(self)

    def __add__(self, more: object) -> Tax:
        if not isinstance(more, Tax):
            return NotImplemented
        return Tax(*(own + other for own, other in zip(self, more, strict=True)))

    def __sub__(self, less: Tax) -> Tax:
        return Tax(*(own - other for own, other in zip(self, less, strict=True)))

    def __neg__(self) -> Tax:
        return Tax(*(-own for own in self))

    def part(self, part: int, whole: int) -> Tax:
        """`part` of `whole` of each head, rounded half away from zero; nothing of nothing."""
        return Tax(*(rounded(own * part, whole) for own in self)) if whole > 0 else NOTHING

    def above_nought(self) -> Tax:
        """The heads that are more than nothing."""
        return Tax(*(max(own, 0) for own in self))

    def below_nought(self) -> Tax:
        """By how much heads are less than nothing."""
        return Tax(*(max(-own, 0) for own in self))


NOTHING = Tax()


def last_claim_day(paper_day: date) -> date:
    """CGST Act s.16(4): credit is claimed until 30 November after the financial year of the paper."""
    return date(FinancialYear.of(paper_day).start_year + 1, 11, 30)


def unpaid_from(paper_day: date) -> date:
    """The first day on which credit of a bill that is not paid has to go back (Rule 37)."""
    return paper_day + timedelta(days=DAYS_TO_PAY + 1)


def interest(amount: int, since: date, upto: date) -> int:
    """18 % a year on `amount` from `since` until `upto`, in paise; nothing for no days."""
    return rounded(amount * INTEREST_BP * max((upto - since).days, 0), _YEAR)


@dataclass(frozen=True, slots=True)
class CommonCredit:
    """Rule 42 of a month, by head. `total` T: input tax on inputs and input services; `personal` T1, `exempt` T2: used for that alone;
    `blocked` T3: s.17(5); `taxable` T4: used for taxable supplies alone. `exempt_turnover` E, `turnover` F. `is_mixed`: common credit is
    used for other purposes than business too, so that D2 is 5 %."""

    total: Tax
    personal: Tax
    exempt: Tax
    blocked: Tax
    taxable: Tax
    exempt_turnover: int
    turnover: int
    is_mixed: bool = False

    @property
    def c1(self) -> Tax:
        """What is credited to the electronic credit ledger."""
        return self.total - self.personal - self.exempt - self.blocked

    @property
    def c2(self) -> Tax:
        """Common credit."""
        return self.c1 - self.taxable

    @property
    def d1(self) -> Tax:
        """What of it is for exempt supplies: (E ÷ F) × C2. Where F is nothing there was no turnover, and nothing is worked out."""
        return self.c2.part(self.exempt_turnover, self.turnover)

    @property
    def d2(self) -> Tax:
        """What of it is for other purposes than business."""
        return self.c2.part(NON_BUSINESS_BP, 10_000) if self.is_mixed else NOTHING

    @property
    def c3(self) -> Tax:
        """What stays."""
        return self.c2 - self.d1 - self.d2


def month_share(tax: Tax, number: int) -> Tax:
    """Tm of the month `number` (from 1) of capital goods: sixty of them add up to the tax (Rule 43(1)(e)). Nothing outside their life."""
    if not 1 <= number <= LIFE_MONTHS:
        return NOTHING
    return tax.part(number, LIFE_MONTHS) - tax.part(number - 1, LIFE_MONTHS)


def months_between(first: int, month: int) -> int:
    """How many months `month` comes after `first`, both as 202610."""
    return (month // 100 - first // 100) * 12 + month % 100 - first % 100


class CellRow(NamedTuple):
    """A paper behind a figure: `source` and `id` lead to its screen; `taxable` is its value where it has one."""

    source: str
    id: UUID
    number: str
    day: date
    name: str
    taxable: int
    tax: Tax


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the return with the papers behind it."""

    rows: tuple[CellRow, ...] = ()

    @property
    def tax(self) -> Tax:
        return sum((row.tax for row in self.rows), NOTHING)

    @property
    def taxable(self) -> int:
        return sum(row.taxable for row in self.rows)


@dataclass(frozen=True, slots=True)
class Table4:
    """GSTR-3B table 4 of a registration and a month. 4A: the first five; 4B(1) `rules`, 4B(2) `temporary`; 4D(1) `reclaimed` (it is in
    4A(5) too); 4D(2) `ineligible` (s.16(4), place of supply: in no other figure)."""

    import_goods: Cell = Cell()
    import_services: Cell = Cell()
    reverse_charge: Cell = Cell()
    isd: Cell = Cell()
    other: Cell = Cell()
    rules: Cell = Cell()
    temporary: Cell = Cell()
    reclaimed: Cell = Cell()
    ineligible: Cell = Cell()

    @property
    def available(self) -> Tax:
        """4A."""
        return self.import_goods.tax + self.import_services.tax + self.reverse_charge.tax + self.isd.tax + self.other.tax

    @property
    def net(self) -> Tax:
        """4C: 4A less 4B, which is what the input tax accounts moved in the month but for what was used."""
        return self.available - self.rules.tax - self.temporary.tax


@dataclass(frozen=True, slots=True)
class Table5:
    """GSTR-3B table 5: values of inward supplies from composition dealers, exempt and nil-rated, and outside GST."""

    inter_exempt: Cell = Cell()
    intra_exempt: Cell = Cell()
    inter_non_gst: Cell = Cell()
    intra_non_gst: Cell = Cell()
