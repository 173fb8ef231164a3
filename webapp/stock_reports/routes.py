"""One page for every report of the stock: parse, read, show or send as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import written
from webapp.kernel.errors import Forbidden, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs, permission_of
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page, see_other
from webapp.stock_reports import forms, ordering, reading
from webapp.stock_reports.declared import BY_WORDS, REPORTS, Report, seen
from webapp.stock_reports.rules import Asked, Line

bp = Blueprint("stock_reports", __name__)

_KEPT = ("q", "from", "to", "store", "category", "by", "state", "days")
_WIDE_FROM = 7


@bp.get("/stock-reports")
@needs(Permission.STOCK_READ)
def list_reports() -> Response:
    return page("stock_reports/reports.html", reports={code: one for code, one in REPORTS.items() if may_see(one)})


@bp.get("/stock-reports/<report_code>")
@needs(Permission.STOCK_READ)
def show_report(report_code: str) -> Response:
    report = REPORTS.get(report_code)
    if report is None:
        raise NotFound("report")
    if not may_see(report):
        raise Forbidden(problem=_("Your role does not show what goods cost."), fix=_("Ask the owner or the accountant for this report."))
    wanted_format = sheets.asked_format()
    start = forms.read_start(request.args)
    with read_books(current_actor()) as books:
        stores, is_held = reading.my_stores(books)
        asked = forms.read_asked(request.args, report, books.today, [one.id for one in stores], is_held=is_held)
        if not wanted_format:
            found = reading.read(books, report, asked, start)
            categories = reading.categories(books)
    if wanted_format:
        named = next((one.name for one in stores if one.id == asked.store_id), "")
        return sheets.send(_sheet(report_code, report, asked, named), wanted_format)
    return page(
        "stock_reports/report.html",
        code=report_code,
        report=report,
        reports={code: one for code, one in REPORTS.items() if may_see(one)},
        asked=asked,
        found=found,
        start=start,
        size=reading.PAGE,
        stores=[(str(one.id), one.name) for one in stores],
        categories=[(name, name) for name in categories],
        by_words=BY_WORDS,
        same_report=same_report,
        new_id=new_id,
        leads_to=lambda line: leads_to(line, asked),
        is_filtered=bool(asked.words or asked.category or asked.state or asked.store_id),
    )


@bp.post("/stock-reports/reorder/orders")
@needs(Permission.PURCHASE_WRITE)
def create_order() -> BaseResponse:
    party_id, order_id = (read_id(request.form.get(name)) for name in ("party_id", "order_id"))
    if party_id is None or order_id is None:
        raise NotFound("supplier")
    with open_books(current_actor()) as books:
        stores, is_held = reading.my_stores(books)
        asked = forms.read_asked(request.form, REPORTS["reorder"], books.today, [one.id for one in stores], is_held=is_held)
        order = ordering.draft_order(books, asked, party_id, order_id)
    return see_other(url_for("purchases.show_order", purchase_order_id=order.id))


def may_see(report: Report) -> bool:
    """Whether this person may read the report: most say what goods cost."""
    return report.needs is None or current_actor().may(report.needs)


def same_report(**changes: object) -> str:
    """This report with its days and filters, and with `changes` to them. None takes one out."""
    kept: dict[str, Any] = {name: request.args[name] for name in _KEPT if request.args.get(name)}
    values = {name: value for name, value in {**(request.view_args or {}), **kept, **changes}.items() if value is not None}
    return url_for("stock_reports.show_report", **values)


def leads_to(line: Line, asked: Asked) -> str | None:
    """What a row is made of: the item's card, the customer's khata, or the items of a category or store."""
    if asked.by in ("item", "batch"):
        batch = line.cells[1] if asked.by == "batch" else None
        return _screen("reports.item_card", item_id=line.id, store=asked.store_id, batch=batch, **_span(asked))
    if asked.by == "party":
        return _screen("reports.party", party_id=line.id, **_span(asked)) if line.id else None
    if asked.by == "store":
        return same_report(by="item", store=line.id)
    if asked.by == "category" and line.cells[0]:
        return same_report(by="item", category=line.cells[0])
    return None


def _span(asked: Asked) -> dict[str, str]:
    return {"from": asked.period.first_day.isoformat(), "to": asked.period.last_day.isoformat()}


def _screen(endpoint: str, **values: Any) -> str | None:
    """Where a screen of another room is, for those who may open it."""
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None


def _sheet(code: str, report: Report, asked: Asked, store: str) -> Sheet:
    columns = report.columns(asked.by)
    shown = [columns[place] for place in seen(columns, asked.by)]
    heads = [Column(str(one.label), "qty" if one.kind == "percent" else one.kind, 20 if at == 0 else 10) for at, one in enumerate(shown)]
    if report.group:
        heads.insert(0, Column(str(report.group), "text", 16))

    def totals(books: Books) -> tuple[Any, ...]:
        found = reading.read(books, report, asked, most=0)
        cells = [reading.in_file(cell, column) for cell, column in zip(found.totals, found.columns, strict=True)]
        cells[0] = _("Total")
        return ("", *cells) if report.group else tuple(cells)

    days = {"period": (asked.period.first_day, asked.period.last_day), "day": (asked.period.last_day,)}.get(report.asks, (asked.today,))
    about = (" – ".join(written(day) for day in days), *(word for word in (store, asked.category, asked.words) if word))
    is_wide = len(heads) > _WIDE_FROM
    return Sheet(
        f"stock-{code}", str(report.title), about, tuple(heads), lambda books: reading.every_row(books, report, asked), totals, is_wide
    )
