"""The registers of sales and purchases by month beside another period: paired, drawn as rows, and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from flask_babel import gettext as _

from webapp.kernel import periods
from webapp.kernel.dates import Period, month_name, month_of
from webapp.kernel.records import dataclass
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.reports.blueprint import same_report, span_words
from webapp.reports.tax_registers import RegisterRow, Sums, totals


@dataclass(frozen=True, slots=True)
class RegisterMonth:
    """A month of a register, or what of it the period has."""

    span: Period
    sums: Sums

    @property
    def name(self) -> str:
        return month_name(month_of(self.span.first_day))

    @property
    def url(self) -> str:
        """Where its days are shown."""
        return same_report(
            **{"compare": None, "step": "day", "from": self.span.first_day.isoformat(), "to": self.span.last_day.isoformat()}
        )


Pair = tuple[RegisterMonth | None, RegisterMonth | None]


def paired(spans: tuple[Period, Period], rows: tuple[Sequence[RegisterRow], Sequence[RegisterRow]]) -> list[Pair]:
    """The months of two periods by their place. `rows` are the registers of both by month; a month without a document is nil."""
    own, other = (
        [RegisterMonth(one, by_month.get(month_of(one.first_day), Sums())) for one in periods.months_of(span)]
        for span, by_month in zip(spans, ({row.key: row.sums for row in each} for each in rows), strict=True)
    )
    return list(zip_longest(own, other))


def change(pair: Pair) -> int:
    """What the total of a month is more than that of the one beside it, in paise."""
    own, other = ((one.sums.total if one else 0) for one in pair)
    return own - other


def sheet(name: str, title: str, spans: tuple[Period, Period], rows: tuple[Sequence[RegisterRow], Sequence[RegisterRow]]) -> Sheet:
    """Both periods by month, side by side, as a file."""
    amounts = (_("Taxable value"), _("Tax"), _("Total"))
    half = (Column(_("Documents"), "number", 11), *(Column(label, "amount", 14) for label in amounts))
    columns = (Column(_("Month"), "text", 12), *half, Column(_("Compared with"), "text", 12), *half, Column(_("Change"), "amount", 14))

    def figures(sums: Sums) -> tuple[int, ...]:
        return sums.documents, sums.taxable, sums.tax, sums.total

    every: list[tuple[Any, ...]] = []
    for pair in paired(spans, rows):
        cells = [(one.name, *figures(one.sums)) if one else ("", None, None, None, None) for one in pair]
        every.append((*cells[0], *cells[1], change(pair)))
    own, other = (totals(each) for each in rows)
    total = (_("Total"), *figures(own), "", *figures(other), own.total - other.total)
    about = tuple(span_words(one) for one in spans)
    return Sheet(name, title, about, columns, lambda _books: iter(every), lambda _books: total, is_wide=True)
