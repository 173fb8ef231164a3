"""Pages of deposits: the list, a new challan with the deductions it is for, one challan, its cancelling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import month_of, read_day
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.tds import challans, forms, queries
from webapp.tds.blueprint import TCS, TDS, Side, bp


@bp.get("/tds/challans")
@needs(Permission.RETURN_READ)
def list_challans() -> Response:
    return challans_view(TDS)


@bp.get("/tcs/challans")
@needs(Permission.RETURN_READ)
def list_tcs_challans() -> Response:
    return challans_view(TCS)


def challans_view(side: Side) -> Response:
    """The challans of a side."""
    with read_books(current_actor()) as books:
        older_than = read_cursor(request.args.get("older", ""))
        found = queries.challans(books, older_than=older_than, most=queries.PAGE + 1, is_collected=side.is_collected)
    rows = found[: queries.PAGE]
    older = write_cursor(rows[-1].cursor) if len(found) > queries.PAGE else None
    return page("tds/challans.html", side=side, rows=rows, older=older)


def challan_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form, with the deductions that wait: of the month that was asked for they are ticked."""
    asked = typed or request.args
    side = TCS if (typed.get("side") if typed else request.path.split("/")[1]) == TCS.code else TDS
    with read_books(current_actor()) as books:
        rows = queries.deductions(books, queries.Wanted(state="open", is_collected=side.is_collected), newest_first=False)
        day = read_day(asked.get("paid_on", "")) or books.today
        accounts = challans.money_accounts(books)
        today = books.today
    if typed is not None:
        chosen = set(typed.getlist("deduction"))
    else:
        month, kind = request.args.get("month", type=int), request.args.get("kind", "")
        chosen = {str(row.id) for row in rows if month in (None, month_of(row.deducted_on)) and kind in ("", row.event.kind)}
    figures = challans.figures([row for row in rows if str(row.id) in chosen], day)
    return page(
        "tds/challan_form.html",
        side=side,
        rows=rows,
        chosen=chosen,
        figures=figures,
        accounts=accounts,
        id=(typed.get("id") if typed else None) or new_id(),
        day=day,
        today=today,
        typed=typed,
        errors=errors or {},
    )


@bp.get("/tds/challans/new")
@needs(Permission.RETURN_FILE)
def new_challan() -> Response:
    return challan_form()


@bp.get("/tcs/challans/new")
@needs(Permission.RETURN_FILE)
def new_tcs_challan() -> Response:
    return challan_form()


@bp.post("/tds/challans")
@needs(Permission.RETURN_FILE)
@form_again(challan_form)
def create_challan() -> BaseResponse:
    draft = forms.parse_challan(request.form)
    with open_books(current_actor()) as books:
        made = challans.enter_challan(books, draft)
    return see_other(url_for("tds.show_challan", challan_id=made.id))


def challan_page(challan_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One challan with its deductions; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        own = queries.challan(books, challan_id)
        rows = queries.deductions(books, queries.Wanted(challan_id=challan_id), newest_first=False)
    used = sum(row.amount_paise for row in rows)
    return page("tds/challan.html", own=own, rows=rows, left=own.tax_paise - used, typed=typed or {}, errors=errors or {})


@bp.get("/tds/challans/<uuid:challan_id>")
@needs(Permission.RETURN_READ)
def show_challan(challan_id: UUID) -> Response:
    return challan_page(challan_id)


@bp.post("/tds/challans/<uuid:challan_id>/cancellation")
@needs(Permission.RETURN_FILE)
@form_again(challan_page)
def create_challan_cancellation(challan_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        challans.cancel_challan(books, challan_id, reason=request.form.get("reason", ""))
    return see_other(url_for("tds.show_challan", challan_id=challan_id))
