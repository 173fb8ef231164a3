"""Pages of receipts: the list, the form, one receipt, its cancellation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger, links, outstandings, parties, writing_off
from webapp.company import default_store
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.payments import forms, queries, service
from webapp.platform import audit, clock, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

bp = Blueprint("payments", __name__)


@bp.get("/receipts")
@needs(Permission.RECEIPT_WRITE)
def list_receipts() -> Response:
    wanted = forms.parse_wanted(request.args)
    with read_books(current_actor()) as books:
        found = queries.receipts(books, wanted, older_than=read_cursor(request.args.get("older", "")))
    return page("payments/receipts.html", found=found, wanted=wanted, address=forms.address_of(wanted), older=write_cursor(found.older))


@bp.get("/receipts/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_receipts(format: str) -> Response:  # noqa: A002 - the word in the address
    wanted = forms.parse_wanted(request.args)
    with open_books(current_actor()) as books:
        audit.record(books, "export", "receipt", "list", new={"format": format, **forms.address_of(wanted)})
    headings = [_("Number"), _("Date"), _("Customer"), _("By"), _("Reference"), _("Amount"), _("Status")]
    return exports.WAYS[format]("receipts", headings, _export_rows(current_actor(), wanted))


def _export_rows(actor: Actor, wanted: queries.Wanted) -> Iterator[tuple[Any, ...]]:
    cursor = None
    with read_books(actor) as books:
        while True:
            found = queries.receipts(books, wanted, older_than=cursor)
            for row in found.rows:
                state = "cancelled" if row.cancelled_at else ""
                name = found.customers[row.party_id].name
                yield row.number, row.received_on, name, row.mode, row.reference, exports.Rupees(row.amount_paise), state
            if (cursor := found.older) is None:
                return


def receipt_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The receipt form, for the customer of the address or of what was typed; filled in where it enters a stated payment."""
    source = typed or request.args
    party_id, notice_id = read_id(source.get("party_id")), read_id(source.get("notice"))
    with read_books(current_actor()) as books:
        stated = links.notice(books, notice_id) if notice_id else None
        party_id = stated.party_id if stated else party_id
        customer = parties.party_or_none(books, party_id) if party_id else None
        due = ledger.party_due(books, customer.id) if customer else None
        bills = open_bills(books, customer.id) if customer else []
        elsewhere = links.where_else(books, [stated]).get(stated.id, []) if stated else []
        today = books.today
    if stated is not None and typed is None:
        typed = forms.typed_of(stated, bills, today)
    return page(
        "payments/receipt_form.html",
        customer=customer,
        due=due,
        bills=bills,
        today=today,
        id=(typed or {}).get("id") or new_id(),
        stated=stated,
        elsewhere=elsewhere,
        typed=typed or {},
        errors=errors or {},
    )


def open_bills(books: Books, party_id: UUID) -> list[outstandings.OpenItem]:
    """The customer's bills that a receipt may name, oldest due first."""
    debtors = ledger.heads(books)["debtors"]
    return [item for item in outstandings.open_items(books, party_id) if item.open > 0 and item.account_id == debtors]


@bp.post("/receipts/suggestion")
@needs(Permission.RECEIPT_WRITE)
def create_suggestion() -> Response:
    """The form again, with the amount spread over the oldest bills. Nothing is written."""
    party_id = read_id(request.form.get("party_id"))
    with read_books(current_actor()) as books:
        bills = open_bills(books, party_id) if party_id else []
    return receipt_form(typed=outstandings.suggested(request.form, bills))


@bp.get("/receipts/new")
@needs(Permission.RECEIPT_WRITE)
def new_receipt() -> Response:
    return receipt_form()


@bp.get("/receipts/customers")
@needs(Permission.RECEIPT_WRITE)
def find_customers() -> Response:
    with read_books(current_actor()) as books:
        found = parties.search_parties(books, request.args.get("customer", "")[:100], most=10)
        dues = {row.id: ledger.party_due(books, row.id) for row in found}
    return partial("payments/_customers.html", found=found, dues=dues)


@bp.post("/receipts")
@needs(Permission.RECEIPT_WRITE)
@form_again(receipt_form)
def create_receipt() -> BaseResponse:
    with open_books(current_actor()) as books:
        taken = service.take_typed_receipt(books, forms.parse_receipt(request.form, default_store(books)))
        if notice_id := read_id(request.form.get("notice")):
            links.enter_notice(books, notice_id, taken.id)
    return see_other(url_for("payments.show_receipt", receipt_id=taken.id))


def receipt_page(receipt_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One receipt; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        taken = queries.receipt(books, receipt_id)
        customer = parties.party_row(books, taken.party_id)
        due = ledger.party_due(books, taken.party_id)
        came = writing_off.came_with(books, receipt_id)
    return page("payments/receipt.html", taken=taken, came=came, customer=customer, due=due, typed=typed or {}, errors=errors or {})


@bp.get("/receipts/<uuid:receipt_id>")
@needs(Permission.RECEIPT_WRITE)
def show_receipt(receipt_id: UUID) -> Response:
    return receipt_page(receipt_id)


@bp.post("/receipts/<uuid:receipt_id>/cancellation")
@needs(Permission.BILL_CANCEL)
@form_again(receipt_page)
def create_cancellation(receipt_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel_receipt(books, receipt_id, reason=request.form.get("reason", ""), at=clock.now())
    return see_other(url_for("payments.show_receipt", receipt_id=receipt_id))
