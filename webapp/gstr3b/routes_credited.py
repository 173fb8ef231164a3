"""Pages of TDS and TCS credit: the list with what operators told beside what was sold, the form, one credit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import gst_returns
from webapp.gstr3b import credited, forms
from webapp.gstr3b.blueprint import bp
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.kernel.text import clean_text
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


@bp.get("/gst-ledgers/<gstin>/credited")
@needs(Permission.RETURN_READ)
def list_credits(gstin: str) -> Response:
    kind, words = request.args.get("kind", ""), clean_text(request.args.get("q", ""))[:60]
    kind = kind if kind in credited.KINDS else ""
    if wanted := sheets.asked_format():
        from webapp.gstr3b import lists  # needed by nobody else

        with read_books(current_actor()) as books:
            gst_returns.registration(books, gstin)
        return sheets.send(lists.credits_sheet(gstin, kind, words), wanted)
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        months = [one.month for one in gst_returns.choices(books.today) if one.kind == gst_returns.MONTH]
        month = forms.read_whole(request.args.get("month", ""), 209912)
        month = month if month in months else months[min(1, len(months) - 1)]
        held = credited.held_against(books, of, month)
        older_than = read_cursor(request.args.get("older", ""))
        rows = credited.credits_of(books, gstin, kind=kind, words=words, older_than=older_than, most=credited.PAGE + 1)
    older = write_cursor(rows[credited.PAGE - 1].cursor) if len(rows) > credited.PAGE else None
    shown: dict[str, Any] = {"kind": kind, "words": words, "older": older, "months": months, "month": month, "held": held}
    return page("gstr3b/credits.html", of=of, rows=rows[: credited.PAGE], **shown)


def credit_form(*, gstin: str, typed: Any = None, errors: Any = None) -> Response:
    """The form of a credit."""
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        accounts = credited.credit_accounts(books)
        today = books.today
    values = typed or request.args
    id_ = (typed.get("id") if typed else None) or new_id()
    return page("gstr3b/credit_form.html", of=of, accounts=accounts, id=id_, today=today, typed=values, errors=errors or {})


@bp.get("/gst-ledgers/<gstin>/credited/new")
@needs(Permission.RETURN_FILE)
def new_credit(gstin: str) -> Response:
    return credit_form(gstin=gstin)


@bp.post("/gst-ledgers/<gstin>/credited")
@needs(Permission.RETURN_FILE)
@form_again(credit_form)
def create_credit(gstin: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        gst_returns.registration(books, gstin)
        made = credited.enter_credit(books, forms.parse_credit(request.form, gstin))
    flash(_("The credit is entered as %(number)s.", number=made.number), "success")
    return see_other(url_for("gstr3b.show_credit", credited_id=made.id))


def credit_page(credited_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One credit; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        own = credited.credited(books, credited_id)
    return page("gstr3b/credit.html", own=own, typed=typed or {}, errors=errors or {})


@bp.get("/gst-credits/<uuid:credited_id>")
@needs(Permission.RETURN_READ)
def show_credit(credited_id: UUID) -> Response:
    return credit_page(credited_id)


@bp.post("/gst-credits/<uuid:credited_id>/cancellation")
@needs(Permission.RETURN_FILE)
@form_again(credit_page)
def create_credit_cancellation(credited_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        credited.cancel_credit(books, credited_id, request.form.get("reason", ""))
    return see_other(url_for("gstr3b.show_credit", credited_id=credited_id))
