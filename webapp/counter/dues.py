"""What a customer owes, bill by bill, for a till that takes a payment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from webapp import ledger, outstandings, parties
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import Books

# A till shows what a person can look through; the money for older ones is given to them in the office.
MOST_BILLS = 100


def dues_of(books: Books, customer_id: UUID) -> dict[str, Any]:
    """The answer to `/sync/dues` (docs/sync-protocol.md, section 5): what is due in paise, and the bills that a receipt may
    name, the oldest due first. NotFound for a customer this company does not have."""
    if parties.party_or_none(books, customer_id) is None:
        raise NotFound("customer")
    debtors = ledger.heads(books)["debtors"]
    found = [one for one in outstandings.open_items(books, customer_id) if one.open > 0 and one.account_id == debtors]
    found.sort(key=lambda one: (one.due_on, one.day, one.name))
    return {
        "customer": str(customer_id),
        "due": ledger.party_due(books, customer_id),
        "bills": [
            {
                "bill": str(one.key.voucher_id),
                "line": one.key.line_no,
                "number": one.name,
                "date": one.day.isoformat(),
                "due_on": one.due_on.isoformat(),
                "amount": one.amount,
                "open": one.open,
            }
            for one in found[:MOST_BILLS]
        ],
        "more": len(found) > MOST_BILLS,
        "time": books.now.isoformat(),
    }
