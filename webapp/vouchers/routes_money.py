"""Money in and out in two fields: made for a phone, and for who has never seen a journal."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.company import store_bar
from webapp.kernel.ids import new_id, read_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.vouchers import heads, queries, quick
from webapp.vouchers.blueprint import bp


def money_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form; above it what was written a moment ago."""
    typed = typed or {}
    asked = typed.get("direction") or request.args.get("direction", "")
    direction = "in" if asked == "in" else "out"
    saved_id = read_id(request.args.get("saved", ""))
    with read_books(current_actor()) as books:
        chart = heads.Chart(books)
        saved = queries.document_or_none(books, saved_id) if saved_id else None
        bar, today = store_bar(books), books.today
    return page(
        "vouchers/money_form.html",
        direction=direction,
        purposes=quick.known_purposes(chart, direction),
        places=quick.money_places(chart),
        today=today,
        bar=bar,
        saved=saved,
        id=typed.get("id") or new_id(),
        typed=typed,
        errors=errors or {},
    )


@bp.get("/money/new")
@needs(Permission.VOUCHER_WRITE)
def new_money() -> Response:
    return money_form()


@bp.post("/money")
@needs(Permission.VOUCHER_WRITE)
@form_again(money_form)
def create_money() -> BaseResponse:
    with open_books(current_actor()) as books:
        asked = quick.parse_quick(request.form, books.today)
        saved = quick.enter_quick(books, asked)
    return see_other(url_for("vouchers.new_money", direction=asked.direction, store=saved.store_id, saved=saved.id))
