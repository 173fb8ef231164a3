"""Figures of a financial year that only a person knows, kept beside its returns with who typed them and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from webapp.gst_returns.models import GstTypedFigure
from webapp.gst_returns.told import Taxes
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MOST_PAISE
from webapp.platform import audit
from webapp.platform.rows import put
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone

TURNOVER = "turnover"  # of the whole business, every registration of its PAN: CGST Act s.2(6)
OF_BUSINESS = ""  # stands for a GSTIN there
_COLUMNS = (
    *(GstTypedFigure.line, GstTypedFigure.taxable_paise, GstTypedFigure.cgst_paise, GstTypedFigure.sgst_paise),
    *(GstTypedFigure.igst_paise, GstTypedFigure.cess_paise, GstTypedFigure.typed_by, GstTypedFigure.typed_at),
)


class TypedFigure(NamedTuple):
    """What was typed for a line, by whom and when."""

    taxes: Taxes
    typed_by: str
    typed_at: datetime


def typed_figures(books: Books, gstin: str, start_year: int) -> dict[str, TypedFigure]:
    """By line; the turnover of the business among those of each of its registrations."""
    query = select(*_COLUMNS).where(GstTypedFigure.gstin.in_((gstin, OF_BUSINESS)), GstTypedFigure.start_year == start_year)
    return {row[0]: TypedFigure(Taxes(*row[1:6]), row[6], row[7]) for row in books.session.execute(query)}


def turnover_before(books: Books, day: date) -> int | None:
    """What the business turned over in the financial year before that of a day, as typed; None where nobody said."""
    year = FinancialYear.of(day).start_year - 1
    of = (GstTypedFigure.gstin == OF_BUSINESS, GstTypedFigure.line == TURNOVER, GstTypedFigure.start_year == year)
    found: int | None = books.session.scalar(select(GstTypedFigure.taxable_paise).where(*of))
    return found


def type_figures(books: Books, gstin: str, start_year: int, figures: Mapping[str, Taxes | None]) -> None:
    """Keep what was typed; None takes a line out again. What did not change keeps who typed it. InvalidInput for what is too large or below
    nought."""
    write_alone(books)
    before = typed_figures(books, gstin, start_year)
    for line, taxes in figures.items():
        if taxes is not None and not all(0 <= amount <= MOST_PAISE for amount in taxes):
            raise InvalidInput({line: "Type nothing less than 0, and nothing larger than the books can hold."})
    for line, taxes in figures.items():
        was = before[line].taxes if line in before else None
        if taxes == was:
            continue
        key = {"gstin": OF_BUSINESS if line == TURNOVER else gstin, "start_year": start_year, "line": line}
        if taxes is None:
            own = (GstTypedFigure.gstin == key["gstin"], GstTypedFigure.start_year == start_year, GstTypedFigure.line == line)
            books.session.execute(delete(GstTypedFigure).where(*own))
        else:
            amounts = {f"{name}_paise": amount for name, amount in taxes._asdict().items()}
            put(books, GstTypedFigure, [{**key, **amounts, "typed_by": books.actor.name, "typed_at": books.now}])
        audit.record(
            books,
            "change",
            "gst_typed_figure",
            f"{key['gstin'] or 'business'} {start_year} {line}",
            old=was._asdict() if was else {},
            new=taxes._asdict() if taxes else {},
        )
