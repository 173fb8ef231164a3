"""What comes from the screens of the annual return, read into commands and choices."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.gst_annual.told import SPECS, TYPED
from webapp.gst_returns import MONTH, TURNOVER, YEAR, ReturnPeriod, Taxes, read_period
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.money import read_paise

HEADS = ("taxable", "cgst", "sgst", "igst", "cess")


def period_of(key: str) -> ReturnPeriod:
    """The year that an address names, or that of a month it names. NotFound for none."""
    found = read_period(key, (MONTH, YEAR))
    if found is None:
        raise NotFound("return period")
    return ReturnPeriod(YEAR, FinancialYear.of(found.days.last_day).last_month)


def read_typed(form: Mapping[str, str]) -> dict[str, Taxes | None]:
    """The figures that a person types: nothing typed in a line takes it out. InvalidInput beside each amount that is none."""
    found: dict[str, Taxes | None] = {}
    errors: dict[str, str] = {}
    for line in (*TYPED, TURNOVER):
        amounts = []
        names = HEADS if line != TURNOVER else HEADS[:1]
        for head in names:
            text = form.get(f"{line}_{head}", "").strip()
            try:
                amounts.append(read_paise(text or "0"))
            except ValueError as error:
                errors[f"{line}_{head}"] = str(error)
                continue
            if amounts[-1] < 0:
                errors[f"{line}_{head}"] = "Type nothing less than 0."
        is_empty = not any(form.get(f"{line}_{head}", "").strip() for head in names)
        found[line] = None if is_empty or errors else Taxes(*amounts)
    if errors:
        raise InvalidInput(errors)
    return found


def line_of(key: str) -> str:
    """The line that an address names. NotFound for none."""
    if key not in SPECS:
        raise NotFound("line")
    return key
