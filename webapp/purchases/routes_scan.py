"""The QR of a supplier's e-invoice fills the sheet of its bill."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp import parties
from webapp.company import my_stores, seller_at
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, read_books
from webapp.platform.web import current_actor, form_again, settings
from webapp.purchases import rules, screen, tracking
from webapp.purchases.bill_sheet import again_when_double, bill_form
from webapp.purchases.blueprint import bp, sheet_page
from webapp.purchases.forms import Sheet, amount_typed, blank_sheet
from webapp.tax import signed_qr
from webapp.tax.signed_qr import Scanned


def scan_form(*, typed: Any = None, errors: Any = None) -> Response:
    """A QR that cannot be used: the blank sheet with the reason."""
    del typed  # a QR is scanned again, not corrected
    return bill_form(errors=errors)


@bp.post("/purchases/bills/scan")
@needs(Permission.PURCHASE_WRITE)
@form_again(scan_form)
@again_when_double
def create_scan() -> Response:
    found = signed_qr.read_qr(request.form.get("scan", ""), signed_qr.public_keys(settings().var_dir))
    with read_books(current_actor()) as books:
        sheet, notice = _sheet(books, found)
        choices = screen.offered(books)
    if not found.is_verified:
        unverified = _("The signature of this e-invoice is not verified.")
        notice = f"{unverified} {notice}"
    return sheet_page("bill", sheet, choices, {}, scanned=(notice.strip(), found.is_verified))


def _sheet(books: Books, found: Scanned) -> tuple[Sheet, str]:
    meant = {seller_at(books, one.id).profile.gstin: one.id for one in reversed(my_stores(books))}
    if found.kind != "INV":
        raise InvalidInput(
            {"scan": "This e-invoice is a credit or debit note of the supplier. Make a debit note against the bill it belongs to."}
        )
    if found.buyer_gstin not in meant:
        raise InvalidInput(
            {"scan": f"This e-invoice is made out to {found.buyer_gstin}, not to this business. Ask the supplier for the right one."}
        )
    suppliers = [row for row in parties.search_parties(books, found.seller_gstin, most=5) if row.gstin == found.seller_gstin]
    fields = dict(screen.new_bill(books).fields) | {
        "supplier_number": found.number,
        "bill_date": found.day.isoformat(),
        "total": amount_typed(found.total),
        "irn": found.irn,
        "store_id": str(meant[found.buyer_gstin]),
    }
    if not suppliers:
        return blank_sheet(fields), _("No supplier has the GSTIN %(gstin)s: make it with Alt+C.", gstin=found.seller_gstin)
    supplier = suppliers[0]
    first = tracking.holder_of(books, supplier.id, FinancialYear.of(found.day).start_year, rules.folded_number(found.number))
    if first is not None:
        raise rules.DuplicateBill(supplier.name, found.number, first.number, first.voucher_date, first.id)
    return blank_sheet(fields | {"supplier": supplier.name, "supplier_key": str(supplier.id)}), ""
