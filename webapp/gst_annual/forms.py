"""What comes from the screens of the annual return, read into commands and choices."""

from __future__ import annotations

from webapp.gst_annual.told import SPECS
from webapp.gst_returns import MONTH, YEAR, ReturnPeriod, read_period
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound


def period_of(key: str) -> ReturnPeriod:
    """The year that an address names, or that of a month it names. NotFound for none."""
    found = read_period(key, (MONTH, YEAR))
    if found is None:
        raise NotFound("return period")
    return ReturnPeriod(YEAR, FinancialYear.of(found.days.last_day).last_month)


def line_of(key: str) -> str:
    """The line that an address names. NotFound for none."""
    if key not in SPECS:
        raise NotFound("line")
    return key
