"""What the law says of the annual return, each with the year it holds from and where it stands. Pure.

[44]      CGST Act s.44, Rule 80: annual return (GSTR-9) and self-certified reconciliation (GSTR-9C), by 31 December after the year
[15/2025] Notification 15/2025-Central Tax: up to Rs 2 crore of turnover no return is asked for, from 2024-25; earlier years by their own
[R80]     Rule 80(3) as replaced by Notification 30/2021-Central Tax: GSTR-9C above Rs 5 crore of turnover
[13/2025] Notification 13/2025-Central Tax: the form of 2024-25 with tables 6A1, 6A2 and 8H1
[37]      CGST Act s.37(3), 39(9), 16(4): mistakes of a year are put right until 30 November after it

What was not read in the law's own text here is shown with the word "check": the limits, and the form of years after 2024-25.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

FIRST_YEAR = 2017
NEW_FORM_FROM = 2024  # [13/2025]: the financial year that begins then
LAST_CORRECTION = (11, 30)  # [37]


class Limit(NamedTuple):
    """Above which turnover of the whole business a form is due, from a financial year on."""

    form: str
    from_year: int
    limit_paise: int
    source: str


LIMITS = (
    Limit("GSTR-9", 2017, 2_00_00_000_00, "Notifications 47/2019, 77/2020, 31/2021, 10/2022, 32/2023, 14/2024, 15/2025-Central Tax"),
    Limit("GSTR-9C", 2020, 5_00_00_000_00, "Rule 80(3), Notification 30/2021-Central Tax"),
)


def limit_of(form: str, start_year: int) -> Limit:
    """The limit of a form in a financial year."""
    return next(row for row in reversed(LIMITS) if row.form == form and row.from_year <= max(start_year, 2020))


def due_on(start_year: int) -> date:
    """31 December after the year [44]."""
    return date(start_year + 1, 12, 31)
