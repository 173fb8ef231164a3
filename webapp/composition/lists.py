"""Both forms as lines of figures, for their pages and for files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from flask_babel import gettext as _

from webapp.composition import building
from webapp.composition.blueprint import kind_words, period_name, table_words
from webapp.composition.told import TABLES, Cmp08, Gstr4, Inward, inward_of
from webapp.gst_returns import ReturnPeriod, Taxes
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books
from webapp.tax.rules import place_name


class Line(NamedTuple):
    """A line of a form. `behind` names the papers it is made of, "" for none; `period` the quarter it leads to."""

    table: str
    words: str
    taxes: Taxes
    about: str = ""
    behind: str = ""
    period: ReturnPeriod | None = None


def quarter_lines(told: Cmp08) -> list[Line]:
    """The rows of CMP-08."""
    kind = f"{kind_words()[told.rate.kind]} · {told.rate.source}" if told.rate else ""
    late = told.interest
    return [
        Line("3.1", _("Sold, exempt supplies included"), told.outward, kind, "outward"),
        Line("3.2", _("Purchases under reverse charge, services from abroad included"), told.inward, behind="reverse_charge"),
        Line("3.3", _("Tax payable"), told.due),
        Line("3.4", _("Interest payable"), late, _("18% a year after the day it was due")),
        Line("3.5", _("Tax and interest"), told.due.plus(late)),
    ]


def year_lines(told: Gstr4) -> list[Line]:
    """The tables of GSTR-4 in sums."""
    words = table_words()
    found = [Line(table, words[table], inward_of(told.inward, table), behind=table) for table in TABLES]
    for one in told.quarters:
        shown = one.filed.due if one.filed else one.books.due
        about = _("as filed") if one.filed else _("not filed: as the books tell it")
        found.append(Line("5", period_name(one.books.period), shown, about, period=one.books.period))
    for row in told.rates:
        said = _("Bought under reverse charge") if row.is_inward else _("Sold")
        found.append(Line("6", said, row.taxes, f"{row.rate_bp // 100}.{row.rate_bp % 100:02d}%"))
    found += [Line("7", one.ctin, Taxes(one.gross, one.cgst, one.sgst, one.igst), one.kind.upper()) for one in told.credits]
    found.append(Line("8", _("Tax payable"), told.due))
    found.append(Line("8", _("Tax paid with the statements of the quarters"), told.paid))
    found.append(Line("8", _("Interest paid with them"), told.interest))
    found.append(Line("8", _("Still to pay"), told.due.plus(told.paid, -1)))
    return found


def quarter_sheet(gstin: str, period: ReturnPeriod, tell: Callable[[Books], Cmp08]) -> Sheet:
    """CMP-08 as a list that may leave the program."""
    return _sheet("cmp-08", "CMP-08", gstin, period, lambda books: (_row(line) for line in quarter_lines(tell(books))))


def year_sheet(gstin: str, period: ReturnPeriod) -> Sheet:
    """GSTR-4 with every row of its fourth table."""

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        told = building.gstr4(books, gstin, period)
        for line in year_lines(told):
            yield _row(line)
            if line.behind:
                yield from (_inward(row) for row in told.inward if row.table == line.table)

    return _sheet("gstr-4", "GSTR-4", gstin, period, rows)


def _sheet(name: str, title: str, gstin: str, period: ReturnPeriod, rows: Callable[[Books], Iterator[tuple[Any, ...]]]) -> Sheet:
    columns = (
        Column(_("Table"), "text", 5),
        Column(_("Particulars"), "text", 26),
        Column(_("About"), "text", 18),
        Column(_("Value"), "amount", 13),
        Column("CGST", "amount", 11),
        Column("SGST", "amount", 11),
        Column("IGST", "amount", 11),
        Column(_("Cess"), "amount", 9),
    )
    return Sheet(f"{name}-{gstin}-{period.fp}", f"{title} {period_name(period)}", (gstin,), columns, rows, is_wide=True)


def _row(line: Line) -> tuple[Any, ...]:
    return line.table, line.words, line.about, *line.taxes


def _inward(row: Inward) -> tuple[Any, ...]:
    about = f"{place_name(row.place)}, {row.rate_bp // 100}.{row.rate_bp % 100:02d}%"
    return "", " ".join(part for part in (row.ctin, row.name) if part), about, *row.taxes
