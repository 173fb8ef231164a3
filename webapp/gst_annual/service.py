"""The verbs: say that the annual return was filed, take the filing back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from webapp import gst_returns
from webapp.gst_annual import building, writing
from webapp.gst_annual.told import Gstr9
from webapp.gst_returns import File, FilingRow, ReturnPeriod, Taxes, Told
from webapp.kernel.dates import FinancialYear, month_name
from webapp.kernel.errors import Conflict, NotFound
from webapp.platform.tenancy import Books

FORM = "gstr9"


def file_annual(books: Books, asked: File) -> FilingRow:
    """Keep the annual return as it was filed. As gst_returns.file_form; Conflict, with the months, while GSTR-1 or GSTR-3B of some month
    of the year is not filed (the portal opens the form only then)."""
    if asked.period.kind != gst_returns.YEAR:
        raise NotFound("return period")
    of = gst_returns.registration(books, asked.gstin)

    def tell() -> Told:
        told = building.gstr9(books, of, asked.period)
        _require_whole(told)
        return Told(writing.as_text(told), told.told("9.payable").tax)

    return gst_returns.file_form(books, replace(asked, form=FORM), _gstins(books), tell)


def type_figures(books: Books, gstin: str, period: ReturnPeriod, figures: Mapping[str, Taxes | None]) -> None:
    """Keep what a person typed of a year. Conflict for a line of a year whose return is filed; its turnover may be said always. As
    gst_returns.type_figures."""
    start_year = FinancialYear.of(period.days.first_day).start_year
    gst_returns.registration(books, gstin)
    before = gst_returns.typed_figures(books, gstin, start_year)
    changed = {line: taxes for line, taxes in figures.items() if taxes != (before[line].taxes if line in before else None)}
    is_filed = any(row.stands for row in gst_returns.filings_of(books, FORM, gstin, period))
    if is_filed and set(changed) - {gst_returns.TURNOVER}:
        raise Conflict(problem=f"The annual return of {period.name} is filed.", fix="Take that filing back first.")
    gst_returns.type_figures(books, gstin, start_year, changed)


def reopen_annual(books: Books, filing_id: UUID, reason: str) -> FilingRow:
    """Take the filing back. As gst_returns.reopen_form."""
    return gst_returns.reopen_form(books, filing_id, reason, FORM)


def _gstins(books: Books) -> list[str]:
    return [one.gstin for one in gst_returns.registrations(books)]


def _require_whole(told: Gstr9) -> None:
    words = []
    for form, name in ((gst_returns.GSTR1, "GSTR-1"), (building.GSTR3B, "GSTR-3B")):
        months = [month_name(one.month) for one in told.missing if one.form == form]
        if months:
            words.append(f"{name} of {', '.join(months)}")
    if words:
        raise Conflict(problem=f"Not filed yet: {'; '.join(words)}.", fix="File these on the portal and mark them as filed; then the year.")
