"""What few bills say of their tax: what somebody else pays of it, and the shipping bill that an export gets from the customs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update

from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.rows import update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.sales import queries
from webapp.sales.commands import InvoiceTerms, TaxPayer
from webapp.sales.models import InvoiceShipping
from webapp.tax.rates import GST_BEGAN
from webapp.tax.uncharged import NO_TAX, HasValue, TaxOn, tax_on_line

# The shape that GSTR-1 takes (GSTN's Returns Offline Tool V3.2.4, table 6A).
_PORT = re.compile(r"[A-Z0-9]{0,6}")
_NUMBER = re.compile(r"[0-9]{3,7}")


def tax_of_others(terms: InvoiceTerms | None, supply: str, lines: Iterable[HasValue]) -> TaxOn:
    """What the buyer or an operator pays on a bill that charges no tax, worked out line by line; nothing where the seller pays."""
    whole = NO_TAX
    if terms is not None and terms.tax_payer is not TaxPayer.SELLER:
        for line in lines:
            whole = whole.plus(tax_on_line(line, supply))
    return whole


@dataclass(frozen=True, slots=True)
class ShippingRow:
    """A shipping bill as it stands; `day` is None where only the port is known."""

    port: str
    number: str
    day: date | None
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Shipping:
    """What is to stand. `version` is that of the row that was shown, 0 where there was none."""

    port: str
    number: str
    day: date | None
    version: int


_COLUMNS = tuple(getattr(InvoiceShipping, name) for name in ShippingRow.__slots__)


def shipping_of(books: Books, invoice_id: UUID) -> ShippingRow | None:
    """The shipping bill of an export, or None where none was entered."""
    row = books.session.execute(select(*_COLUMNS).where(InvoiceShipping.invoice_id == invoice_id)).first()
    return ShippingRow(*row) if row else None


def set_shipping(books: Books, invoice_id: UUID, asked: Shipping) -> None:
    """Enter or put right the shipping bill of an export that stands. It may be told in GSTR-1 already: the next return then amends it.

    InvalidInput by field; Conflict for a bill that is no export or is cancelled, and when somebody else changed it meanwhile; NotFound.
    """
    write_one(books, invoice_id)
    bill = queries.invoice(books, invoice_id)
    if bill.terms is None or not bill.terms.destination.is_abroad or bill.cancellation is not None:
        raise Conflict(problem="Only an export that stands has a shipping bill.", fix="Choose the bill of the export.")
    _require_shape(asked, books.today)
    earlier = shipping_of(books, invoice_id)
    if (earlier.version if earlier else 0) != asked.version:
        raise Conflict(problem="Somebody else has changed this shipping bill meanwhile.", fix="Open the bill again, then enter it.")
    said = {"port": asked.port, "number": asked.number, "day": asked.day}
    row = {**said, "version": asked.version + 1, "changed_by": books.actor.name, "changed_at": books.now}
    if earlier is None:
        books.insert(InvoiceShipping, [{"invoice_id": invoice_id, **row}])
    else:
        stands = (InvoiceShipping.invoice_id == invoice_id, InvoiceShipping.version == asked.version)
        update_count(books, update(InvoiceShipping).where(*stands).values(**row))
    old = {name: getattr(earlier, name) for name in said} if earlier else None
    audit.record(books, "change" if earlier else "create", "invoice_shipping", invoice_id, old=old, new=said)


def _require_shape(asked: Shipping, today: date) -> None:
    errors = {}
    if not _PORT.fullmatch(asked.port):
        errors["port"] = "The code of a port has at most six letters and digits, such as INNSA1."
    if asked.number and not _NUMBER.fullmatch(asked.number):
        errors["shipping_number"] = "The number of a shipping bill has three to seven digits."
    if bool(asked.number) != (asked.day is not None):
        errors["shipping_day" if asked.number else "shipping_number"] = "A shipping bill has its number and its day: type both."
    elif asked.day is not None and asked.day > today:
        errors["shipping_day"] = f"{written(asked.day)} has not come yet."
    elif asked.day is not None and asked.day < GST_BEGAN:
        errors["shipping_day"] = "Type the day that stands on the shipping bill."
    if errors:
        raise InvalidInput(errors)
