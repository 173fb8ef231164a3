"""What comes from the screens of the annual return, read into commands and choices."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.gst_annual.told import SPECS
from webapp.gst_returns import MONTH, YEAR, File, ReturnPeriod, read_period
from webapp.kernel.dates import FinancialYear, read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.text import clean_text


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


def parse_filing(form: Mapping[str, str], gstin: str, period: ReturnPeriod) -> File:
    """The form of a filing. InvalidInput beside its day."""
    day = read_day(form.get("filed_on", ""))
    if day is None:
        raise InvalidInput({"filed_on": "Type the day on which the portal took the return."})
    arn = clean_text(form.get("arn", "")).upper().replace(" ", "")[:40]
    return File(read_id(form.get("id")) or new_id(), gstin, period, day, arn, form.get("shown", "")[:64])
