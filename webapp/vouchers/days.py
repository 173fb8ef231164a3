"""How many days back a voucher may go: those it has and those it had, for what is posted, amended or cancelled touches both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from webapp.company import require_backdate
from webapp.kernel.errors import InvalidInput
from webapp.platform.tenancy import Books
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import VoucherCommand

ENTITY = "voucher_document"


def limit_faults(books: Books, asked: VoucherCommand, kept: DocumentRow | None) -> dict[str, str]:
    """What the role's limit says of a voucher that goes into the books, beside `limit_reason`."""
    days: Iterable[date] = [asked.voucher_date, *([kept.voucher_date] if kept is not None and kept.voucher_id else [])]
    try:
        require_backdate(books, min(days), ENTITY, asked.id)
    except InvalidInput as refusal:
        return refusal.errors
    return {}
