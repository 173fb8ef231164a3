"""What cost centres bear, held against other days or month by month: on screen and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _

from webapp.company import Shown
from webapp.kernel.dates import Period, month_name, month_of, written
from webapp.ledger.centres_compared import Compared
from webapp.platform import sheets
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books
from webapp.platform.web import page


def compared(period: Period, found: Compared, how: str, shown: Shown, same: Callable[..., str], wanted_format: str) -> Response:
    """The page of the report compared, or its file."""
    if wanted_format:
        return sheets.send(_sheet(found, shown), wanted_format)

    def lines_url(centre_id: UUID, span: Period, account_id: UUID | None = None) -> str:
        days = {"from": span.first_day.isoformat(), "to": span.last_day.isoformat()}
        of: dict[str, Any] = {"store": shown.store_id, "account": account_id, "own": 1 if account_id else None, **days}
        return url_for("ledger.show_centre_lines", centre_id=centre_id, **of)

    return page(
        "ledger/cost_centres_compared.html",
        found=found, period=period, compare=how, shown=shown, stores=shown.choices(_("All stores")), same=same,
        labels=_labels(found), lines_url=lines_url,
    )  # fmt: skip


def _labels(found: Compared) -> list[str]:
    """What stands above each span."""
    if found.is_by_month:
        return [*(month_name(month_of(one.first_day)) for one in found.spans[:-1]), _("Total")]
    return [_("%(first)s to %(last)s", first=written(one.first_day), last=written(one.last_day)) for one in found.spans]


def _sheet(found: Compared, shown: Shown) -> Sheet:
    columns = [Column(_("Cost centre"), "text", 24), Column(_("Account"), "text", 24)]
    columns += [Column(label, "amount", 13) for label in _labels(found)]
    if not found.is_by_month:
        columns.append(Column(_("Change"), "amount", 14))

    def cells(figures: tuple[int, ...]) -> tuple[int, ...]:
        return figures if found.is_by_month else (*figures, found.change(figures))

    def rows(_books: Books) -> Iterator[tuple[Any, ...]]:
        for row in found.rows:
            for one in row.own:
                yield row.card.name, one.account, *cells(one.figures)

    total = (_("Total"), "", *cells(found.totals))
    about = (shown.name,) if shown.name else ()
    return Sheet("cost-centres-compared", _("Cost centres"), about, tuple(columns), rows, lambda _books: total, is_wide=True)
