"""The resources: the business, and its bills; and the document that describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from webapp import company, sales
from webapp.api.document import document
from webapp.api.shapes import bill_of, business_of, row_of
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import api, machine
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor

bp = Blueprint("api", __name__)

_FILTERS = frozenset({"q", "from", "to", "kind", "mode", "series", "state", "party", "older"})
_DAYS = ("from", "to")
_WORDS = ("q", "series")  # of which a page reads as much as it takes


@bp.get("/api/v1/openapi.json")
@needs(None)
def show_document() -> Response:
    return api.answer(document(machine.public_url()))


@bp.get("/api/v1/company")
@needs(Permission.COMPANY_READ)
def show_company() -> Response:
    with read_books(current_actor()) as books:
        return api.answer(business_of(books.company_id, company.profile(books)))


@bp.get("/api/v1/bills")
@needs(Permission.BILL_READ)
def list_bills() -> Response:
    _require_readable(request.args)
    wanted = sales.parse_wanted(request.args)
    with read_books(current_actor()) as books:
        found = sales.invoices(books, wanted, older_than=read_cursor(request.args.get("older", "")))
    older = write_cursor(found.older)
    same: dict[str, Any] = sales.address_of(wanted) | {"older": older}
    further = url_for("api.list_bills", **same) if older else None
    return api.answer({"bills": [row_of(one) for one in found.rows], "next": further})


@bp.get("/api/v1/bills/<uuid:invoice_id>")
@needs(Permission.BILL_READ)
def show_bill(invoice_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        return api.answer(bill_of(sales.invoice(books, invoice_id)))


def _require_readable(args: Mapping[str, str]) -> None:
    """A page passes over a filter that it cannot read, and shows more; a program would take that for the answer. InvalidInput by name."""
    kept, errors = sales.address_of(sales.parse_wanted(args)), dict[str, str]()
    for name, text in args.items():
        if name not in _FILTERS:
            errors[name] = "There is no such filter."
        elif name in _DAYS and (day := read_day(text)) is not None and day.isoformat() == text:
            continue
        elif name in _DAYS:
            errors[name] = "Write the day as 2026-11-20."
        elif name == "older" and read_cursor(text) is None:
            errors[name] = "Follow `next` as it was given."
        elif name != "older" and (name not in kept or (name in _WORDS and kept[name] != text.strip())):
            errors[name] = "This is no value of this filter."
    if errors:
        raise InvalidInput(errors)
