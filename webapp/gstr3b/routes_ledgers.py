"""Pages of the electronic ledgers: balances and lines, deposits, and what stood there before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import gst_returns
from webapp.gstr3b import challans, forms, ledgers
from webapp.gstr3b.blueprint import bp
from webapp.gstr3b.ledgers import BOOKS_KEPT, CASH_MINORS, PAGE
from webapp.gstr3b.setting_off import HEADS
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


@bp.get("/gst-ledgers")
@needs(Permission.RETURN_READ)
def list_ledgers() -> Response:
    with read_books(current_actor()) as books:
        known = gst_returns.registrations(books)
        found = [(one, {book: _sum(ledgers.balances(books, one.gstin, book)) for book in BOOKS_KEPT}) for one in known]
    return page("gstr3b/ledgers.html", found=found, books_kept=BOOKS_KEPT)


def _sum(balances: Any) -> int:
    return sum(one.total for one in balances.values())


@bp.get("/gst-ledgers/<gstin>/<book>")
@needs(Permission.RETURN_READ)
def show_ledger(gstin: str, book: str) -> Response:
    book = forms.book_of(book)
    if wanted := sheets.asked_format():
        from webapp.gstr3b import lists  # needed by nobody else

        with read_books(current_actor()) as books:
            gst_returns.registration(books, gstin)
        return sheets.send(lists.ledger_sheet(gstin, book, _("Electronic ledger of %(gstin)s", gstin=gstin)), wanted)
    head = request.args.get("head", "")
    head = head if head in HEADS else ""
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        balances = ledgers.balances(books, gstin, book)
        older_than = read_cursor(request.args.get("older", ""))
        rows = ledgers.entries(books, gstin, book, head=head, older_than=older_than, most=PAGE + 1)
        periods = {row.id: row.period for row in gst_returns.filings_of(books, "gstr3b", gstin)}
    older = write_cursor(rows[PAGE - 1].cursor) if len(rows) > PAGE else None
    views = [(one, url_for("gstr3b.show_ledger", gstin=gstin, book=one)) for one in BOOKS_KEPT]
    return page(
        "gstr3b/ledger.html",
        of=of,
        book=book,
        views=views,
        balances=balances,
        rows=rows[:PAGE],
        older=older,
        head=head,
        periods=periods,
    )


def deposit_form(*, gstin: str, typed: Any = None, errors: Any = None) -> Response:
    """The form of a deposit; for a month of a quarter with what may be paid for it."""
    values = typed or request.args
    month = forms.read_whole(values.get("month", "").replace("-", ""), 209912)  # a browser writes 2026-10
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        accounts = challans.money_accounts(books)
        share = challans.instalment(books, of, month) if month and not errors else None
        today = books.today
    return page(
        "gstr3b/deposit_form.html",
        of=of,
        accounts=accounts,
        share=share,
        month=month,
        minors=CASH_MINORS,
        id=(typed.get("id") if typed else None) or new_id(),
        today=today,
        typed=values,
        errors=errors or {},
    )


@bp.get("/gst-ledgers/<gstin>/deposits/new")
@needs(Permission.RETURN_FILE)
def new_deposit(gstin: str) -> Response:
    return deposit_form(gstin=gstin)


@bp.get("/gst-ledgers/<gstin>/deposits")
@needs(Permission.RETURN_READ)
def list_deposits(gstin: str) -> Response:
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        found = challans.deposits(books, gstin, older_than=read_cursor(request.args.get("older", "")), most=PAGE + 1)
    older = write_cursor(found[PAGE - 1].cursor) if len(found) > PAGE else None
    return page("gstr3b/deposits.html", of=of, rows=found[:PAGE], older=older)


@bp.post("/gst-ledgers/<gstin>/deposits")
@needs(Permission.RETURN_FILE)
@form_again(deposit_form)
def create_deposit(gstin: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        gst_returns.registration(books, gstin)
        made = challans.deposit(books, forms.parse_deposit(request.form, gstin))
    flash(_("The deposit is entered as %(number)s.", number=made.number), "success")
    return see_other(url_for("gstr3b.show_deposit", challan_id=made.id))


def deposit_page(challan_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One deposit; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        own = challans.challan(books, challan_id)
    return page("gstr3b/deposit.html", own=own, minors=CASH_MINORS, typed=typed or {}, errors=errors or {})


@bp.get("/gst-deposits/<uuid:challan_id>")
@needs(Permission.RETURN_READ)
def show_deposit(challan_id: UUID) -> Response:
    return deposit_page(challan_id)


@bp.post("/gst-deposits/<uuid:challan_id>/cancellation")
@needs(Permission.RETURN_FILE)
@form_again(deposit_page)
def create_deposit_cancellation(challan_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        challans.cancel_deposit(books, challan_id, request.form.get("reason", ""))
    return see_other(url_for("gstr3b.show_deposit", challan_id=challan_id))


def opening_form(*, gstin: str, typed: Any = None, errors: Any = None) -> Response:
    """What credit and cash stood there before, as it was set."""
    with read_books(current_actor()) as books:
        of = gst_returns.registration(books, gstin)
        credit, cash = ledgers.openings(books, gstin)
        today = books.today
    own = {"credit": credit, "cash": cash}
    shown = {"id": (typed or {}).get("id") or new_id(), "today": today, "typed": typed, "errors": errors or {}}
    return page("gstr3b/opening.html", of=of, own=own, **shown)


@bp.get("/gst-ledgers/<gstin>/opening")
@needs(Permission.RETURN_FILE)
def edit_opening(gstin: str) -> Response:
    return opening_form(gstin=gstin)


@bp.post("/gst-ledgers/<gstin>/opening")
@needs(Permission.RETURN_FILE)
@form_again(opening_form)
def change_opening(gstin: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        gst_returns.registration(books, gstin)
        ledgers.enter_opening(books, forms.parse_opening(request.form, gstin))
    flash(_("What stood in the ledgers is set."), "success")
    return see_other(url_for("gstr3b.show_ledger", gstin=gstin, book="credit"))
