"""What the law says of GSTR-3B and its payment, each with the period it holds from and where it stands. Pure.

[49]      CGST Act s.49(5), s.49A, s.49B, CGST Rules r.88A: the order in which credit is used
[50]      CGST Act s.50(1) with its proviso, CGST Rules r.88B(1): interest on what is paid late in cash; 18 % by Notification 13/2017-CT
[50-MIN]  GSTN advisory on interest in table 5.1, from the period January 2026: less the least cash balance from the due date on;
          what comes of a late return is told with the next one
[47]      CGST Act s.47; Notifications 76/2018, 19/2021-Central Tax: late fee and its most, from the period June 2021
[47-1]    CGST Act s.47; Notifications 4/2018, 20/2021-Central Tax: late fee of GSTR-1 and its most. That the portal asks it with the
          GSTR-3B that follows was not seen: check
[86B]     CGST Rules r.86B, from January 2021
[170]     CGST Act s.170: tax, interest and fee payable to the nearest rupee, 50 paise upwards
[39]      CGST Rules r.61 and r.61A; Notification 76/2020-Central Tax: due days; PMT-06 of a quarterly filer
[LOCK]    GSTN advisory of 7-Jun-2025: outward liability of GSTR-3B cannot be edited from the period July 2025. Its scope is not confirmed
[51]      CGST Act s.51, Notification 50/2018-Central Tax: tax deducted by governments and such, 2 % from October 2018
[52]      CGST Act s.52; Notifications 52/2018 and 15/2024-Central Tax: tax collected by operators, 1 % from October 2018, 0.5 % from
          10-Jul-2024. [51] and [52] were not read in their own text here: check
[3.2]     GSTR-3B utility V5.8: table 3.2 is told by GSTR-1 alone from the period November 2025
[3.1.1]   Notification 14/2022-Central Tax: table 3.1.1, from the period July 2022
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from webapp.gst_returns import QUARTER, ReturnPeriod
from webapp.kernel.money import rounded

LIABILITY_LOCK_FROM = 202507  # [LOCK]
INTER_STATE_DROPPED_FROM = 202511  # [3.2]
OPERATORS_FROM = 202207  # [3.1.1]
MINIMUM_BALANCE_FROM = 202601  # [50-MIN]
INTEREST_BP = 18_00  # [50]
RULE_86B_FROM, RULE_86B_ABOVE_PAISE, RULE_86B_CASH_BP = 202101, 50_00_000_00, 1_00  # [86B]
_YEAR = 365 * 10_000
# [39] with Notification 76/2020: the states whose quarterly filers have the 22nd; all others have the 24th.
GROUP_A = frozenset(("22", "23", "24", "25", "26", "27", "29", "30", "31", "32", "33", "34", "35", "36", "37"))
INSTALMENT_DAY = 25
INSTALMENT_BP = 35_00  # [39]: of the cash of the quarter before


class FeeCap(NamedTuple):
    """The most that a late return costs under each of CGST and SGST, by turnover of the year before."""

    code: str
    most_paise: int


class LateFee(NamedTuple):
    """Late fee a day and at most, in paise under each of CGST and SGST, from a period on."""

    from_period: int
    a_day: int
    a_day_of_nil: int
    most_of_nil: int
    caps: tuple[FeeCap, ...]
    source: str


_CAPS = (FeeCap("small", 1_000_00), FeeCap("middle", 2_500_00), FeeCap("large", 5_000_00))  # to 1.5 crore, to 5 crore, above
# [47]: each slab and the turnover of the year before that it goes up to, in paise.
SLABS: tuple[tuple[str, int | None], ...] = (("small", 1_50_00_000_00), ("middle", 5_00_00_000_00), ("large", None))
LATE_FEES = (
    LateFee(201801, 25_00, 10_00, 5_000_00, (FeeCap("small", 5_000_00), FeeCap("middle", 5_000_00), FeeCap("large", 5_000_00)), "76/2018"),
    LateFee(202106, 25_00, 10_00, 250_00, _CAPS, "19/2021"),
)

# [47-1]: those of GSTR-1, in the same words.
GSTR1_LATE_FEES = (
    LateFee(201801, 25_00, 10_00, 5_000_00, (FeeCap("small", 5_000_00), FeeCap("middle", 5_000_00), FeeCap("large", 5_000_00)), "4/2018"),
    LateFee(202106, 25_00, 10_00, 250_00, _CAPS, "20/2021"),
)


class WithheldRate(NamedTuple):
    """What is deducted (tds) or collected (tcs) of a net value, all heads together, from a day on."""

    kind: str
    from_day: date
    rate_bp: int


WITHHELD = (
    WithheldRate("tds", date(2018, 10, 1), 2_00),
    WithheldRate("tcs", date(2018, 10, 1), 1_00),
    WithheldRate("tcs", date(2024, 7, 10), 50),
)
WITHHELD_FROM = 201810


def withheld_rate(kind: str, day: date) -> int:
    """[51], [52]: in basis points, for a supply of a day."""
    rows = [row for row in WITHHELD if row.kind == kind]
    return next((row.rate_bp for row in reversed(rows) if row.from_day <= day), rows[0].rate_bp)


def due_on(period: ReturnPeriod, state_code: str) -> date:
    """[39]: the 20th after a month; after a quarter the 22nd or the 24th by the state."""
    after = period.days.last_day + timedelta(days=1)
    if period.kind != QUARTER:
        return after.replace(day=20)
    return after.replace(day=22 if state_code in GROUP_A else 24)


def interest(cash_paise: int, least_balance: int, days: int, month: int) -> int:
    """[50]: on what of a head was paid late in cash, whole rupees [170]. From January 2026 less the least balance of its cash ledger."""
    least = max(least_balance, 0) if month >= MINIMUM_BALANCE_FROM else 0
    base = max(cash_paise - least, 0)
    return to_rupee(rounded(base * INTEREST_BP * max(days, 0), _YEAR))


def late_fee(days: int, month: int, turnover: str, *, is_nil: bool, fees: tuple[LateFee, ...] = LATE_FEES) -> int:
    """[47], [47-1]: what a return so many days late costs under each of CGST and SGST, in paise. `turnover`: small, middle or large."""
    row = next((one for one in reversed(fees) if one.from_period <= month), fees[0])
    most = row.most_of_nil if is_nil else next(one.most_paise for one in row.caps if one.code == turnover)
    return min(max(days, 0) * (row.a_day_of_nil if is_nil else row.a_day), most)


def slab_of(turnover_paise: int) -> str:
    """[47]: which most holds for a turnover of the year before: up to Rs 1.5 crore, up to 5 crore, or above."""
    return next(code for code, upto in SLABS if upto is None or turnover_paise <= upto)


def to_rupee(paise: int) -> int:
    """[170]: to the nearest rupee, half away from nought, still in paise."""
    return rounded(paise, 100) * 100


def must_pay_in_cash(output_tax: int, taxable_value: int, month: int) -> int:
    """[86B]: the part of the output tax of a month that credit may not pay, where taxable supplies came to more than Rs 50 lakh."""
    if month < RULE_86B_FROM or taxable_value <= RULE_86B_ABOVE_PAISE:
        return 0
    return rounded(max(output_tax, 0) * RULE_86B_CASH_BP, 10_000)
