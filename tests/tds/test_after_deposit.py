"""A supplier's bill after its tax was deposited: it stands, and says what to do instead."""

from __future__ import annotations

import pytest

from tests.tds.conftest import Office
from webapp.kernel.errors import BooksError
from webapp.platform.tenancy import open_books
from webapp.tds.challans import cancel_challan


def test_a_bill_whose_tax_was_deposited_is_answered_by_a_debit_note(office: Office, theirs: Office) -> None:
    office.supplier("Mehta", "professional")
    bill = office.bill(80_000)
    made = office.enter_challan(office.challan(office.deductions()))
    owed, balances = office.owed(), office.balances()
    with pytest.raises(BooksError, match="was deposited on 20-Nov-2026") as refusal:
        office.buyer.cancel(bill.id)
    assert "Enter a debit note" in refusal.value.fix
    assert (office.owed(), office.balances(), len(office.deductions())) == (owed, balances, 1), "nothing half-done"
    office.check()
    # The debit note of the whole bill leaves the deduction: it is the supplier's, by the certificate.
    note = office.buyer.give_back(bill, (1, 1))
    assert [row.challan_id for row in office.deductions()] == [made.id]
    office.check()
    office.buyer.cancel(note.id)
    with open_books(office.shop.actor) as books:
        cancel_challan(books, made.id, reason="of another business")
    office.buyer.cancel(bill.id)
    assert (office.owed(), office.deductions()) == (0, [])
    office.check()
