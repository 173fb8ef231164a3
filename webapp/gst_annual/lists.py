"""The annual return and its reconciliation as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from webapp.gst_annual import building, reconciling
from webapp.gst_annual.blueprint import line_words, number_of, year_name
from webapp.gst_annual.told import HsnRow
from webapp.gst_returns import ReturnPeriod, Taxes, registration
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books

_HEADS = ("CGST", "SGST", "IGST")


def return_sheet(gstin: str, period: ReturnPeriod) -> Sheet:
    """Every line with both its sides, then the codes sold and bought."""

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        told, words = building.gstr9(books, registration(books, gstin), period), line_words()
        for line in told.lines:
            for side, taxes in (
                (_("Returns"), line.filed),
                (_("Books"), line.books),
                (_("Difference"), line.difference),
                (_("Typed"), line.typed.taxes if line.typed else None),
            ):
                if taxes is not None:
                    yield number_of(line.spec), words[line.spec.key], side, *taxes
        for table, some in (("17", told.outward_codes), ("18", told.inward_codes)):
            for row in some:
                yield table, _code(row), _("Books"), *row.taxes

    return _sheet("gstr-9", "GSTR-9", gstin, period, rows)


def reconciliation_sheet(gstin: str, period: ReturnPeriod) -> Sheet:
    """The figures of GSTR-9C."""

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        of = registration(books, gstin)
        found = reconciling.reconcile(books, of, building.gstr9(books, of, period))
        for row in found.income:
            yield row.key, row.name, _("Books"), *Taxes(row.amount)
        yield "5P", _("Turnover of the books"), _("Books"), *Taxes(found.turnover_books)
        yield "5Q", _("Turnover of the annual return"), _("Returns"), *Taxes(found.turnover_return)
        yield "5R", _("Unreconciled turnover"), _("Difference"), *Taxes(found.turnover_gap)
        yield "9P", _("Tax payable by the books"), _("Books"), *found.taxes_books
        yield "9Q", _("Tax of the annual return"), _("Returns"), *found.taxes_return
        yield "9R", _("Unreconciled tax"), _("Difference"), *found.tax_gap
        yield "12D", _("Net credit by the books"), _("Books"), *found.credit_books
        yield "12E", _("Net credit of the annual return"), _("Returns"), *found.credit_return
        yield "12F", _("Unreconciled credit"), _("Difference"), *found.credit_gap

    return _sheet("gstr-9c", "GSTR-9C", gstin, period, rows)


def _code(row: HsnRow) -> str:
    return f"{row.hsn or '–'}, {row.rate_bp // 100}.{row.rate_bp % 100:02d}%, {row.qty // 1000}.{row.qty % 1000:03d} {row.uqc}"


def _sheet(name: str, title: str, gstin: str, period: ReturnPeriod, rows: Any) -> Sheet:
    columns = (
        Column(_("Table"), "text", 5),
        Column(_("Particulars"), "text", 30),
        Column(_("By"), "text", 9),
        Column(_("Value"), "amount", 13),
        *(Column(head, "amount", 11) for head in _HEADS),
        Column(_("Cess"), "amount", 9),
    )
    return Sheet(f"{name}-{gstin}-{period.fp}", f"{title} {year_name(period)}", (gstin,), columns, rows, is_wide=True)
