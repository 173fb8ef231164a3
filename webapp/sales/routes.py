"""Pages of bills: the list, one bill, a return, a cancellation, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import read_instant
from webapp.kernel.ids import new_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, clock, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import by_htmx, current_actor, form_again, page, partial, see_other
from webapp.sales import collecting, forms, lists, office, particulars, queries, routes_office, routes_schemes, service, settling
from webapp.sales.blueprint import bp
from webapp.sales.flags import FlagKind

__all__ = ["bp", "routes_office", "routes_schemes"]


@bp.get("/bills")
@needs(Permission.BILL_READ)
def list_bills() -> Response:
    wanted = forms.parse_wanted(request.args)
    with read_books(current_actor()) as books:
        found = lists.invoices(
            books,
            wanted,
            older_than=read_cursor(request.args.get("older", "")),
            newer_than=read_cursor(request.args.get("newer", "")),
        )
        # The whole list is added up when it is a part of the books; of all bills ever, only this page.
        sums = lists.sums_of(found.rows) if wanted.is_everything else lists.sums(books, wanted)
        series = lists.series_in_use(books)
    return page(
        "sales/bills.html",
        found=found,
        sums=sums,
        wanted=wanted,
        address=forms.address_of(wanted),
        series=series,
        newer=write_cursor(found.newer),
        older=write_cursor(found.older),
    )


@bp.get("/bills/export.<any(csv, xlsx):format>")
@needs(Permission.REPORT_EXPORT)
def export_bills(format: str) -> Response:  # noqa: A002 - the word in the address
    wanted = forms.parse_wanted(request.args)
    with open_books(current_actor()) as books:
        audit.record(books, "export", "invoice", "list", new={"format": format, **forms.address_of(wanted)})
    headings = [
        _("Number"),
        _("Kind"),
        _("Date"),
        _("Time"),
        _("Customer"),
        _("Phone"),
        _("Taxable value"),
        _("Tax"),
        _("Total"),
        _("Paid by"),
        _("Status"),
    ]
    return exports.WAYS[format]("bills", headings, _export_rows(current_actor(), wanted))


def _export_rows(actor: Actor, wanted: lists.Wanted) -> Iterator[tuple[Any, ...]]:
    with read_books(actor) as books:
        for row in lists.all_invoices(books, wanted):
            yield (
                row.number,
                row.kind,
                row.invoice_date,
                row.issued_at,
                row.party_name,
                row.party_phone,
                exports.Rupees(row.taxable_paise),
                exports.Rupees(row.tax_paise),
                exports.Rupees(row.total_paise),
                " + ".join(row.modes),
                "cancelled" if row.is_cancelled else "",
            )


def bill_page(invoice_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One bill with its trail; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        bill = queries.invoice(books, invoice_id)
        is_export = bill.terms is not None and bill.terms.destination.is_abroad
        shipping = particulars.shipping_of(books, invoice_id) if is_export else None
        collected = collecting.collected_on(books, invoice_id)
    others_tax = particulars.tax_of_others(bill.bill_terms, bill.header.supply, bill.lines)
    values: dict[str, Any] = {
        "is_export": is_export,
        "shipping": shipping,
        "others_tax": others_tax,
        "collected": collected,
        "typed": typed or {},
        "errors": errors or {},
    }
    return page("sales/bill.html", bill=bill, **values)


@bp.get("/bills/<uuid:invoice_id>")
@needs(Permission.BILL_READ)
def show_bill(invoice_id: UUID) -> Response:
    return bill_page(invoice_id)


@bp.post("/bills/<uuid:invoice_id>/cancellation")
@needs(Permission.BILL_CANCEL)
@form_again(bill_page)
def create_cancellation(invoice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel(books, invoice_id, reason=request.form.get("reason", ""), at=clock.now())
    return see_other(url_for("sales.show_bill", invoice_id=invoice_id))


@bp.post("/bills/<uuid:invoice_id>/shipping")
@needs(Permission.BILL_ISSUE)
@form_again(bill_page)
def create_shipping(invoice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        particulars.set_shipping(books, invoice_id, forms.parse_shipping(request.form))
    return see_other(url_for("sales.show_bill", invoice_id=invoice_id))


def return_form(invoice_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The return of a bill: how much of each line comes back."""
    with read_books(current_actor()) as books:
        bill = queries.invoice(books, invoice_id)
        left = {line.line_no: line.left for line in queries.sold_lines(books, invoice_id)}
    return page(
        "sales/return_form.html", bill=bill, left=left, id=(typed or {}).get("id") or new_id(), typed=typed or {}, errors=errors or {}
    )


@bp.get("/bills/<uuid:invoice_id>/returns/new")
@needs(Permission.BILL_ISSUE)
def new_return(invoice_id: UUID) -> Response:
    return return_form(invoice_id)


@bp.post("/bills/<uuid:invoice_id>/returns")
@needs(Permission.BILL_ISSUE)
@form_again(return_form)
def create_return(invoice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        issued = office.issue_return(books, forms.parse_return(request.form, queries.invoice(books, invoice_id)))
    return see_other(url_for("sales.show_bill", invoice_id=issued.invoice_id))


def reviews_page(*, typed: Any = None, errors: Any = None, **settled: Any) -> Response:
    """Flags that wait. `settled` names the one whose form is shown again."""
    after = _place(request.args.get("after", ""))
    kind = request.args.get("kind", "")
    with read_books(current_actor()) as books:
        counts = lists.count_open_flags(books)
        found = lists.open_flags(books, kind=kind if kind in counts else "", newer_than=after)
    rows = found[: lists.PAGE]
    last = rows[-1].flag if len(found) > lists.PAGE else None
    return page(
        "sales/reviews.html",
        rows=rows,
        counts=counts,
        kind=kind,
        after=f"{last.raised_at.isoformat()}_{last.invoice_id.hex}_{last.kind}" if last else "",
        typed=typed or {},
        errors=errors or {},
        settled=settled,
    )


@bp.get("/reviews")
@needs(Permission.REVIEW_SETTLE)
def list_reviews() -> Response:
    return reviews_page()


@bp.post("/bills/<uuid:invoice_id>/flags/<kind>/settlement")
@needs(Permission.REVIEW_SETTLE)
@form_again(reviews_page)
def create_settlement(invoice_id: UUID, kind: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        settling.settle_flag(books, invoice_id, kind, request.form.get("settlement", ""))
    if by_htmx():
        return partial("sales/_settled.html", invoice_id=invoice_id, kind=kind)
    return see_other(url_for("sales.list_reviews"))


def _place(text: str) -> tuple[datetime, UUID, str] | None:
    parts = text.split("_", 2)
    try:
        at, invoice_id, kind = read_instant(parts[0]), UUID(parts[1]), FlagKind(parts[2])
    except (ValueError, IndexError):
        return None
    return (at, invoice_id, kind.value) if at else None
