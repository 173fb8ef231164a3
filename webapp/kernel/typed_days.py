"""Days as accountants type them: `5` is the fifth of the month at hand, `5-4` that of April in its financial year,
`050426` the fifth of April 2026. `static/vouchers/days.js` says the same while one types; the vectors hold them together."""

from __future__ import annotations

import re
from datetime import date

from webapp.kernel.dates import FinancialYear, read_day

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_PARTS = re.compile(r"([0-9]{1,2})(?:[-/. ]([0-9]{1,2}|[a-z]{3,9})(?:[-/. ]([0-9]{2}|[0-9]{4}))?)?")
_RUN = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2}|[0-9]{4})?")


def typed_day(text: str, base: date) -> date | None:
    """The day meant, where `base` is the day the screen stands at; None when it is no such day of 1990 to 2099."""
    cleaned = text.strip().lower()
    if iso := read_day(cleaned):
        return iso
    found = _PARTS.fullmatch(cleaned) or _RUN.fullmatch(cleaned)
    if found is None:
        return None
    day, month, year = found.groups()
    month_number = base.month if month is None else int(month) if month.isdigit() else _MONTHS.get(month[:3], 0)
    if year is None:
        year_number = base.year if month is None else _year_of(month_number, base)
    else:
        year_number = int(year) + (2000 if len(year) == 2 else 0)
    return read_day(f"{year_number:04d}-{month_number:02d}-{int(day):02d}")


def _year_of(month: int, base: date) -> int:
    """The calendar year that a month has in the financial year of `base`."""
    start = FinancialYear.of(base).start_year
    return start if month >= 4 else start + 1
