"""What schemes cost, by scheme, over some days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from webapp.kernel.dates import FinancialYear, read_day, written
from webapp.platform import clock, sheets
from webapp.platform.exports import Rupees
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page
from webapp.sales.blueprint import bp
from webapp.sales.scheme_costs import scheme_costs


@bp.get("/bills/schemes")
@needs(Permission.REPORT_READ)
def list_scheme_costs() -> Response:
    first, last = _days()
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(first, last), wanted_format)
    with read_books(current_actor()) as books:
        found = scheme_costs(books, first, last)
    return page("sales/scheme_costs.html", found=found, first=first, last=last, same_report=_same_report)


def _days() -> tuple[date, date]:
    """The days asked for; else the financial year so far. Days typed the wrong way round are put right."""
    today = clock.today()
    first = read_day(request.args.get("from", "")) or FinancialYear.of(today).first_day
    last = read_day(request.args.get("to", "")) or max(today, first)
    return min(first, last), max(first, last)


def _same_report(**changes: object) -> str:
    """This page with its days, and with `changes` to them."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("from", "to") if request.args.get(name)}
    return url_for("sales.list_scheme_costs", **{**kept, **changes})


def _sheet(first: date, last: date) -> Sheet:
    columns = (
        Column(_("Scheme"), "text", 34),
        Column(_("Bills"), "number", 10),
        Column(_("Taken off"), "amount", 16),
        Column(_("Came back"), "amount", 16),
        Column(_("Cost"), "amount", 16),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in scheme_costs(books, first, last):
            yield one.name, one.bills, Rupees(one.given), Rupees(one.back), Rupees(one.cost)

    about = _("%(first)s to %(last)s", first=written(first), last=written(last))
    return Sheet("scheme-costs", _("What schemes cost"), (about,), columns, rows)
