"""Freight on goods that partly went back, and a bill in foreign money that was partly given up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.purchases.conftest import TODAY, Buyer
from tests.purchases.test_after import BEFORE, carrier, freight, land
from webapp import ledger, outstandings, purchases, writing_off
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import Foreign, ForeignPaid, LineRef
from webapp.purchases.foreign import read_exchange_rate

__all__ = ["carrier"]
pytestmark = pytest.mark.database


def test_freight_on_a_receipt_of_which_a_part_was_sold_and_a_part_went_back(carrier: Buyer) -> None:
    receipt = carrier.receive(carrier.goods("Soap", 10, 10), received_on=BEFORE)
    bill = carrier.buy(carrier.line("Soap", 10, 10, receipt=LineRef(receipt.id, 1)))
    carrier.sell("Soap", 3)
    carrier.give_back(bill, (1, 4))
    one = land(carrier, freight(carrier), (receipt.id, 1))
    # Stock and what has gone out bear all of it between them, whoever took the goods.
    assert carrier.balance("purchase-costs") == 0
    carrier.assert_true()
    with open_books(carrier.actor) as books:
        purchases.take_off(books, one.id, reason="Wrong goods")
    assert carrier.balance("purchase-costs") == 100
    assert carrier.on_hand("Soap") == (3, 30.0)
    carrier.assert_true()


def test_a_foreign_bill_partly_given_up_is_paid_as_far_as_it_is_open(buyer: Buyer) -> None:
    buyer.supplier("Acme Inc", gstin=None, state_code="96")
    foreign = Foreign("USD", read_exchange_rate("83"), 100_00)
    bill = buyer.buy(buyer.line("Soap", 100, 83, tax=0), of="Acme Inc", foreign=foreign, paper_total=foreign.in_rupees)
    with open_books(buyer.actor) as books:
        (item,) = outstandings.open_items(books, bill.party_id)
        parts = (outstandings.Part(item.key, 83_00),)
        asked = writing_off.WriteOffCommand(new_id(), "discount", bill.party_id, bill.store_id, TODAY, parts, "Late delivery", "x")
        writing_off.post_write_off(books, asked)
    bank = buyer.read(lambda books: ledger.heads(books)["bank"])

    def pay(amount: int) -> Any:
        given = {"id": new_id(), "bill_id": bill.id, "paid_on": TODAY, "account_id": bank, "body_sha256": new_id().hex}
        with open_books(buyer.actor) as books:
            return purchases.pay_foreign(books, ForeignPaid(**given, amount=amount, rate_micro=read_exchange_rate("84.5")))

    with pytest.raises(InvalidInput) as refusal:
        pay(100_00)
    assert "is open in the books" in refusal.value.errors["amount"]
    first, second = pay(33_00), pay(66_00)
    assert first.settled_paise + second.settled_paise == 8217_00
    assert first.lost_paise + second.lost_paise == 99_00 * 3 // 2
    assert buyer.balance("creditors") == 0
    with read_books(buyer.actor) as books:
        assert outstandings.open_items(books, bill.party_id) == []
    buyer.assert_true()
