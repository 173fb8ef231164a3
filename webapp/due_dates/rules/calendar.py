"""Which duties a registration, and the whole business, have in a financial year. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from webapp.due_dates.rules.law import ANNUAL_FROM, AUDIT_FROM, GROUP_A, Duty, Filer, Payer, day_of, month_ends
from webapp.kernel.dates import month_of

_AFTER_STATEMENT = timedelta(days=15)
_ADVANCE = ((6, 15), (9, 45), (12, 75), (3, 100))  # section 211(1): month, and how much of the year's tax by its 15th


def duties(filers: Sequence[Filer], payer: Payer, first: date, last: date) -> list[Duty]:
    """Every duty whose usual day lies between two days, by day. The day of a year's return lies nine months after the year, so two
    years before the first day are looked at."""
    found: list[Duty] = []
    for year in range(first.year - 2, last.year + 1):
        for filer in filers:
            found += _of_composition(filer, year) if filer.is_composition else _of_regular(filer, year)
        found += _of_business(payer, year)
    found = [one for one in found if first <= one.due_on <= last]
    return sorted(found, key=lambda one: (one.due_on, one.who, one.form))


def _of_regular(own: Filer, year: int) -> Iterator[Duty]:
    ends = month_ends(year)
    if own.is_quarterly:
        for number, end in enumerate(ends):
            if number % 3 == 2:
                first = ends[number - 2].replace(day=1)
                yield _duty(own, "gstr1", "q", first, end, day_of(end, 13))
                yield _duty(own, "gstr3b", "q", first, end, day_of(end, 22 if own.state_code in GROUP_A else 24))
            else:
                yield _duty(own, "iff", "m", end.replace(day=1), end, day_of(end, 13))
                yield _duty(own, "pmt06", "m", end.replace(day=1), end, day_of(end, 25))
    else:
        for end in ends:
            yield _duty(own, "gstr1", "m", end.replace(day=1), end, day_of(end, 11))
            yield _duty(own, "gstr3b", "m", end.replace(day=1), end, day_of(end, 20))
    yield _yearly(own, "cut_off", year, date(year + 1, 11, 30))
    # Where nobody said what the turnover was, the return is shown: to leave one out costs more than to look.
    if own.turnover is None or own.turnover > ANNUAL_FROM:
        yield _yearly(own, "gstr9", year, date(year + 1, 12, 31))
    if own.turnover is not None and own.turnover > AUDIT_FROM:
        yield _yearly(own, "gstr9c", year, date(year + 1, 12, 31))


def _of_composition(own: Filer, year: int) -> Iterator[Duty]:
    ends = month_ends(year)
    for number in (2, 5, 8, 11):
        yield _duty(own, "cmp08", "q", ends[number - 2].replace(day=1), ends[number], day_of(ends[number], 18))
    # Notification 12/2024: 30 June from 2024-25 on.
    yield _yearly(own, "gstr4", year, date(year + 1, 6, 30) if year >= 2024 else date(year + 1, 4, 30))


def _of_business(payer: Payer, year: int) -> Iterator[Duty]:
    nobody = Filer("", "")
    for end in month_ends(year):
        if payer.deducts or payer.pays_salaries:
            due = date(end.year, 4, 30) if end.month == 3 else day_of(end, 7)
            yield _duty(nobody, "tds_deposit", "m", end.replace(day=1), end, due)
        if payer.collects:
            yield _duty(nobody, "tcs_deposit", "m", end.replace(day=1), end, day_of(end, 7))
    for number, end in enumerate(month_ends(year)[2::3]):
        first = month_ends(year)[number * 3].replace(day=1)
        told = (date(end.year, 7, 31), date(end.year, 10, 31), date(end.year + 1, 1, 31), date(end.year, 5, 31))[number]
        if payer.pays_salaries:
            yield _duty(nobody, "24q", "q", first, end, told)
        if payer.deducts:
            yield _duty(nobody, "26q", "q", first, end, told)
            yield _duty(nobody, "16a", "q", first, end, told + _AFTER_STATEMENT)
        if payer.collects:
            collected = (date(end.year, 7, 15), date(end.year, 10, 15), date(end.year + 1, 1, 15), date(end.year, 5, 15))[number]
            yield _duty(nobody, "27eq", "q", first, end, collected)
            yield _duty(nobody, "27d", "q", first, end, collected + _AFTER_STATEMENT)
    if payer.pays_salaries:
        yield _yearly(nobody, "16", year, date(year + 1, 6, 15))
    if payer.advance:
        for month, share in _ADVANCE if payer.advance == "four" else _ADVANCE[-1:]:
            due = date(year + (month == 3), month, 15)
            yield Duty("advance", "", "", f"m{month_of(due)}", date(year, 4, 1), date(year + 1, 3, 31), due, share)


def _duty(own: Filer, form: str, letter: str, first: date, last: date, due_on: date) -> Duty:
    return Duty(form, own.gstin, own.state_code, f"{letter}{month_of(last)}", first, last, due_on)


def _yearly(own: Filer, form: str, year: int, due_on: date) -> Duty:
    return Duty(form, own.gstin, own.state_code, f"y{year}", date(year, 4, 1), date(year + 1, 3, 31), due_on)
