"""What the law says of tax under composition, each with the month it holds from and where it stands. Pure.

[10]      CGST Act s.10: the levy, who may choose it, and what he may not do
[R7]      CGST Rules r.7 as replaced by Notification 50/2020-Central Tax: the rates, half of them central tax and half State (or UT) tax
[14/2019] Notification 14/2019-Central Tax: limits of turnover from 1-Apr-2019, Rs 1.5 crore, and Rs 75 lakh in eight states
[21/2019] Notification 21/2019-Central Tax: statement of a quarter (CMP-08), return of a year (GSTR-4), from 1-Apr-2019
[12/2024] Notification 12/2024-Central Tax: GSTR-4 by 30 June from 2024-25. Extensions of a single period are not kept here
[47]      CGST Act s.47; Notifications 73/2017 and, for its most, 21/2021-Central Tax: late fee of GSTR-4 from 2021-22. CMP-08 has none
[50]      CGST Act s.50(1), Notification 13/2017-Central Tax: interest of 18 % a year

None of it was read in the law's own text here, so the screens say "check" beside it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

BEGAN = 201904  # [21/2019]: the first month of a CMP-08
TRADER, MANUFACTURER, RESTAURANT, SERVICES = "trader", "manufacturer", "restaurant", "services"
KINDS = (TRADER, MANUFACTURER, RESTAURANT, SERVICES)
INTEREST_BP = 1800  # [50]
DAYS_OF_YEAR = 365
SMALL_LIMIT_STATES = frozenset({"05", "11", "12", "13", "14", "15", "16", "17"})  # [14/2019]
# [10](1), second proviso: services beside goods, the higher of the two.
SERVICES_BESIDE_BP, SERVICES_BESIDE_PAISE = 1000, 5_00_000_00
NEAR_BP = 8000  # of the limit: where we begin to warn. No rule of law


ALL, OF_TAXABLE = "all", "taxable"  # of which turnover a rate is
GOODS_LIMIT, SMALL_LIMIT, SERVICES_LIMIT = "goods", "goods of eight states", "services"


class Rate(NamedTuple):
    """Half the rate (central tax; as much again is State or UT tax), and whether exempt supplies stay out of what it is of (`base`)."""

    kind: str
    from_month: int
    half_bp: int
    base: str
    source: str

    @property
    def is_of_taxable(self) -> bool:
        return self.base == OF_TAXABLE


class Limit(NamedTuple):
    """The turnover of a whole business, all its registrations, above which the choice lapses."""

    name: str
    from_month: int
    limit_paise: int
    source: str


RATES = (
    Rate(TRADER, 201801, 50, OF_TAXABLE, "Rule 7(3); Notification 1/2018-Central Tax"),
    Rate(MANUFACTURER, 201801, 50, ALL, "Rule 7(1); Notification 1/2018-Central Tax"),
    Rate(RESTAURANT, 201707, 250, ALL, "Rule 7(2)"),
    Rate(SERVICES, 201904, 300, ALL, "s.10(2A); Rule 7(4); Notification 2/2019-Central Tax (Rate)"),
)
LIMITS = (
    Limit(GOODS_LIMIT, 201904, 1_50_00_000_00, "Notification 14/2019-Central Tax"),
    Limit(SMALL_LIMIT, 201904, 75_00_000_00, "Notification 14/2019-Central Tax"),
    Limit(SERVICES_LIMIT, 201904, 50_00_000_00, "s.10(2A)"),
)
_ANNUAL_DUE = ((2019, 4, 30), (2024, 6, 30))  # from the financial year on: month and day after it


class LateFee(NamedTuple):
    """Late fee of GSTR-4 a day and at most, in paise under each of CGST and SGST, from a financial year on; lower where no tax is due."""

    from_year: int
    a_day: int
    most: int
    a_day_of_nil: int
    most_of_nil: int
    source: str


LATE_FEES = (LateFee(2021, 25_00, 1_000_00, 10_00, 250_00, "s.47; Notifications 73/2017, 21/2021-Central Tax"),)


def late_fee(start_year: int, days: int, *, is_nil: bool) -> int | None:
    """What GSTR-4 of a year costs that many days late, under each of CGST and SGST; None for years that are not known here."""
    row = next((one for one in reversed(LATE_FEES) if one.from_year <= start_year), None)
    if row is None:
        return None
    return min(max(days, 0) * (row.a_day_of_nil if is_nil else row.a_day), row.most_of_nil if is_nil else row.most)


def rate_of(kind: str, month: int) -> Rate:
    """The rate of a kind of dealer in a month (202606)."""
    return next(row for row in reversed(RATES) if row.kind == kind and row.from_month <= max(month, BEGAN))


def limit_of(kind: str, state_code: str, month: int) -> Limit:
    """The limit of turnover of a kind of dealer of a state."""
    name = SERVICES_LIMIT if kind == SERVICES else SMALL_LIMIT if state_code in SMALL_LIMIT_STATES else GOODS_LIMIT
    return next(row for row in reversed(LIMITS) if row.name == name and row.from_month <= max(month, BEGAN))


def quarter_due(last_day: date) -> date:
    """When a CMP-08 is due: the 18th after its quarter."""
    return (last_day + timedelta(days=1)).replace(day=18)


def year_due(start_year: int) -> date:
    """When GSTR-4 of a year is due: 30 June after it, 30 April until 2023-24."""
    month, day = next((month, day) for since, month, day in reversed(_ANNUAL_DUE) if since <= max(start_year, 2019))
    return date(start_year + 1, month, day)
