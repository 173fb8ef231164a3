"""Suppliers with credit at risk, and what each is asked: a message, a letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp import parties
from webapp.company import profile
from webapp.gst_inward import forms, lists
from webapp.gst_inward.blueprint import bp
from webapp.gst_inward.lists import ListRow
from webapp.gst_returns import registration
from webapp.kernel.dates import month_name
from webapp.kernel.errors import NotFound
from webapp.kernel.text import clean_text
from webapp.parties import PartyRow
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, page

PAGE = 50


@bp.get("/gst-inward/<gstin>/<int:month>/suppliers")
@needs(Permission.RETURN_READ)
def list_suppliers(gstin: str, month: int) -> Response:
    month, text = forms.month_of(month), clean_text(request.args.get("q", ""))[:60]
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(gstin, month, text), wanted_format)
    with read_books(current_actor()) as books:
        of, found = registration(books, gstin), lists.suppliers(books, gstin, month, text)
    place = request.args.get("at", "")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 7 else 0
    values: dict[str, Any] = {"found": found[at : at + PAGE], "at": at, "step": PAGE, "has_more": len(found) > at + PAGE, "text": text}
    return page("gst_inward/suppliers.html", of=of, month=month, risk=sum(one.risk for one in found), **values)


def _sheet(gstin: str, month: int, text: str) -> Sheet:
    columns = (
        Column(_("Supplier"), "text", 26),
        Column("GSTIN", "code", 17),
        Column(_("Papers"), "number", 9),
        Column(_("Tax missing from 2B"), "amount", 16),
        Column(_("Told too little"), "amount", 14),
        Column(_("Not in our books"), "amount", 15),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        registration(books, gstin)
        return ((one.name, one.gstin, one.rows, one.missing, one.short, one.unbilled) for one in lists.suppliers(books, gstin, month, text))

    return Sheet(f"gstr2b-suppliers-{gstin}-{month}", _("Credit at risk by supplier"), (gstin, month_name(month)), columns, rows)


def _open(books: Books, gstin: str, month: int, supplier: str) -> tuple[str, PartyRow | None, list[ListRow]]:
    """A supplier's name, who he is among our parties, and what is open of him. NotFound where nothing is."""
    registration(books, gstin)
    rows = lists.supplier_rows(books, gstin, month, supplier) if supplier else []
    if not rows:
        raise NotFound("supplier")
    known = next((one for one in parties.search_parties(books, supplier, most=5) if one.gstin == supplier), None)
    return (known.name if known else rows[0].match.supplier_name or supplier), known, rows


def _language() -> str:
    return "hi" if request.args.get("lang") == "hi" else "en"


@bp.get("/gst-inward/<gstin>/<int:month>/suppliers/<supplier>")
@needs(Permission.RETURN_READ)
def show_supplier(gstin: str, month: int, supplier: str) -> Response:
    from webapp.gst_inward import letters

    month = forms.month_of(month)
    with read_books(current_actor()) as books:
        name, known, rows = _open(books, gstin, month, supplier)
        of, shop = registration(books, gstin), profile(books).name
    text = letters.message(shop, gstin, name, rows, _language())
    phone = known.phone if known else ""
    values: dict[str, Any] = {"name": name, "party": known, "rows": rows, "message": text, "spoken": _language(), "supplier": supplier}
    ways: dict[str, Any] = {"whatsapp": letters.whatsapp(phone, text), "sms": letters.sms(phone, text)}
    return page("gst_inward/supplier.html", of=of, month=month, **values, **ways)


@bp.get("/gst-inward/<gstin>/<int:month>/suppliers/<supplier>/letter")
@needs(Permission.RETURN_READ)
def show_letter(gstin: str, month: int, supplier: str) -> Response:
    from webapp.gst_inward import letters  # it draws a PDF

    with read_books(current_actor()) as books:
        name, _known, rows = _open(books, gstin, forms.month_of(month), supplier)
        drawn = letters.letter(profile(books).name, gstin, name, rows, books.today, _language())
    response = Response(drawn, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="gstr2b-letter.pdf"'
    return response
