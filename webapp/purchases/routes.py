"""Pages of suppliers' bills: the list, the sheet, one bill, its cancellation. The room's other pages stand in the files named below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger, outstandings
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.refusals import told
from webapp.platform.sheets import Sheet as FileSheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.purchases import (
    billing,
    foreign,
    forms,
    landing,
    lists,
    queries,
    reading,
    routes_after,
    routes_consigned,
    routes_goods,
    routes_lookup,
    routes_notes,
    routes_restating,
    routes_scan,
    screen,
    service,
)
from webapp.purchases.bill_sheet import again_when_double, bill_form
from webapp.purchases.blueprint import bp, kind_words, state_words
from webapp.purchases.figures import HEADS

__all__ = ["bp", "routes_after", "routes_consigned", "routes_goods", "routes_lookup", "routes_notes", "routes_restating", "routes_scan"]


@bp.get("/purchases/bills")
@needs(Permission.PURCHASE_READ)
def list_bills() -> Response:
    return document_list("bills", _("Purchase bills"))


@bp.get("/purchases/receipts")
@needs(Permission.PURCHASE_READ)
def list_receipts() -> Response:
    return document_list("receipts", _("Goods receipts"))


@bp.get("/purchases/orders")
@needs(Permission.PURCHASE_READ)
def list_orders() -> Response:
    return document_list("orders", _("Purchase orders"))


def document_list(which: str, title: str) -> Response:
    """A list as a page, or as the file that the address asks for."""
    wanted = forms.parse_wanted(request.args, which)
    if wanted_format := sheets.asked_format():
        return sheets.send(_file(which, title, wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = lists.documents(books, which, wanted, older_than=read_cursor(request.args.get("older", "")))
        today = books.today
    address = forms.address_of(wanted)
    return page(
        "purchases/list.html",
        which=which,
        title=title,
        found=found,
        wanted=wanted,
        address=address,
        older=write_cursor(found.older),
        today=today,
    )


def _file(which: str, title: str, wanted: lists.Wanted) -> FileSheet:
    columns = (
        Column(_("Date"), "day", 12),
        Column(_("Number"), "code", 16),
        Column(_("Kind"), "text", 14),
        Column(_("Supplier"), "text", 26),
        Column("GSTIN", "code", 17),
        Column(_("Reference"), "code", 16),
        Column(_("Due on"), "day", 12),
        Column(_("Status"), "text", 11),
        Column(_("Amount"), "amount", 14),
    )
    kinds, states = kind_words(), state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        cursor = None
        while True:
            found = lists.documents(books, which, wanted, older_than=cursor, most=500)
            for row in found.rows:
                name, gstin = row.party["name"], row.party.get("gstin") or ""
                about = (row.reference, row.due_on, states[row.state], row.amount_paise)
                yield (row.day, row.number, kinds[row.kind], name, gstin, *about)
            if (cursor := found.older) is None:
                return

    return FileSheet(which, title, tuple(one for one in (wanted.text, states.get(wanted.state)) if one), columns, rows, is_wide=True)


# The sheet ------------------------------------------------------------------------------------------------------------


@bp.get("/purchases/bills/new")
@needs(Permission.PURCHASE_WRITE)
def new_bill() -> Response:
    return bill_form()


@bp.post("/purchases/bills")
@needs(Permission.PURCHASE_WRITE)
@form_again(bill_form)
@again_when_double
def create_bill() -> BaseResponse:
    sheet = forms.read_sheet(request.form)
    with open_books(current_actor()) as books:
        entered = service.enter_bill(books, reading.read_bill(books, sheet))
    return see_other(url_for("purchases.show_bill", purchase_id=entered.id, saved=1))


@bp.post("/purchases/bills/working")
@needs(Permission.PURCHASE_WRITE)
def create_working() -> Response:
    """What the sheet comes to as it stands: our working beside the paper's. Nothing is written."""
    sheet = forms.read_sheet(request.form)
    with read_books(current_actor()) as books:
        try:
            asked = reading.read_bill(books, sheet)
            done = billing.worked_out(books, asked)
        except InvalidInput as refusal:
            said = refusal.errors.get("total", "")
            return partial("purchases/_working.html", figures=None, problem=told(said) if said else "", due=None)
        except BooksError as refusal:
            return partial("purchases/_working.html", figures=None, problem=told(refusal.problem), due=None)
        due = billing.due_day(asked, done.party)
    return partial("purchases/_working.html", figures=done.figures, heads=HEADS, tax_by=asked.tax_by, due=due, problem="")


# One bill -------------------------------------------------------------------------------------------------------------


def bill_page(purchase_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One bill or debit note with its way; the forms on it keep what was typed."""
    with read_books(current_actor()) as books:
        kept = queries.bill(books, purchase_id)
        lines = queries.bill_lines(books, purchase_id)
        shown: dict[str, Any] = {
            "lines": lines,
            "labels": screen.labels_of(books, lines),
            "cancelled": queries.cancellation_of(books, purchase_id),
            "against": queries.bill(books, kept.against_id) if kept.against_id else None,
            "payments": queries.payments_of(books, purchase_id),
            "foreign_payments": foreign.payments_of(books, purchase_id) if kept.foreign_total else [],
            "landed": landing.landed_of(books, purchase_id),
            "freight": landing.freight_of(books, kept),
            "steps": lists.way_of(books, bill_ids=[kept.against_id or purchase_id]),
            "open_paise": open_of(books, kept),
            "choices": screen.offered(books),
            "has_voucher": ledger.voucher_or_none(books, purchase_id) is not None,
        }
    return page("purchases/bill.html", kept=kept, **shown, note_id=new_id(), typed=typed or {}, errors=errors or {})


def open_of(books: Books, kept: queries.BillRow) -> int:
    """What of a bill is not settled, in paise."""
    settled = sum(row.amount_paise for row in outstandings.allocations_of(books, kept.id) if row.released_on is None)
    return kept.total_paise - settled


@bp.get("/purchases/bills/<uuid:purchase_id>")
@needs(Permission.PURCHASE_READ)
def show_bill(purchase_id: UUID) -> Response:
    return bill_page(purchase_id)


@bp.post("/purchases/bills/<uuid:purchase_id>/cancellation")
@needs(Permission.PURCHASE_WRITE)
@form_again(bill_page)
def create_cancellation(purchase_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel(books, purchase_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_bill", purchase_id=purchase_id))
