"""What a party is let off: bill by bill, with a receipt, and small balances in one go."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cheques.drawer import Drawer
from tests.cheques.test_cheques import refused
from tests.outstandings.khata import DAY
from webapp import payments, writing_off
from webapp.company import default_store
from webapp.kernel.errors import Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.outstandings import LineKey, Part
from webapp.payments import PaidBill, ReceiptCommand
from webapp.platform import clock
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.writing_off import LetOff
from webapp.writing_off.queries import small_balances
from webapp.writing_off.rules import WriteOffRefused


def receipt(drawer: Drawer, party: UUID, bill: LineKey, rupees: int, off: int, kind: str = "discount") -> UUID:
    """A receipt for a bill, with paise let off."""
    with open_books(drawer.actor) as books:
        asked = ReceiptCommand(
            id=new_id(),
            party_id=party,
            received_on=DAY,
            store_id=default_store(books),
            mode="cash",
            amount=Paise(rupees * 100),
            body_sha256="x",
            bills=(PaidBill(bill.voucher_id, rupees * 100, bill.line_no),),
            let_off=LetOff(kind, (Part(bill, off),)),
        )
        return payments.take_receipt(books, asked).id


def test_a_bad_debt_is_given_up_and_taken_back(drawer: Drawer, ravi: UUID) -> None:
    first, second = drawer.bill(ravi, 100), drawer.bill(ravi, 50)
    made = drawer.write_off(ravi, (first, 100), (second, 20))
    assert (drawer.left(ravi), drawer.balance("bad-debts"), drawer.due(ravi)) == ({second: 30}, 120, 30_00)
    for _ in range(2):
        with open_books(drawer.actor) as books:
            assert writing_off.cancel(books, made, reason="He paid after all").cancelled_by is not None
    assert (drawer.left(ravi), drawer.balance("bad-debts")) == ({first: 100, second: 50}, 0)
    assert drawer.breaches() == ()


def test_a_discount_from_a_supplier_is_income(drawer: Drawer) -> None:
    mill = drawer.supplier("Mill")
    bill = drawer.bill(mill, 500, to="creditors")
    drawer.write_off(mill, (bill, 10), kind="discount")
    assert (drawer.left(mill), drawer.balance("discount-received")) == ({bill: -490}, -10)
    name = f"bill_{bill.voucher_id.hex}.{bill.line_no}"
    refused(name, lambda: drawer.write_off(mill, (bill, 10)), "not a bill that a customer owes")


@pytest.mark.parametrize(
    ("kind", "paise", "words"),
    [
        ("bad_debt", 100_01, "₹100.00 of"),
        ("bad_debt", 0, "above 0"),
        ("round_off", 10_01, "more than a round-off"),
        ("small_balance", 100_01, "₹100.00 of"),
    ],
)
def test_what_cannot_be_written_off(drawer: Drawer, ravi: UUID, kind: str, paise: int, words: str) -> None:
    bill = drawer.bill(ravi, 100)
    name = f"bill_{bill.voucher_id.hex}.{bill.line_no}"
    refused(name, lambda: drawer.write_off(ravi, (bill, paise), kind=kind, paise=1), words)
    assert drawer.due(ravi) == 100_00


def test_hostile_write_offs(drawer: Drawer, theirs: Drawer, ravi: UUID) -> None:
    bill = drawer.bill(ravi, 100)
    refused("reason", lambda: drawer.write_off(ravi, (bill, 1), reason="x"), "few words")
    refused("written_on", lambda: drawer.write_off(ravi, (bill, 1), written_on=DAY + timedelta(days=1)), "has not come")
    refused("bills", lambda: drawer.write_off(ravi), "amount beside a bill")
    refused("bills", lambda: drawer.write_off(ravi, (bill, 1), (bill, 1)), "named twice")
    foreign = theirs.bill(theirs.customer("Stranger"), 100)
    with pytest.raises(NotFound):
        drawer.write_off(ravi, (foreign, 1))
    money = drawer.money(ravi, 3)
    with pytest.raises(WriteOffRefused, match="different sides"):
        drawer.write_off(ravi, (bill, 1), (money, 1), kind="small_balance")
    cashier = Actor(company_id=drawer.actor.company_id, role=Role.CASHIER, name="Cashier")
    drawer.actor, owner = cashier, drawer.actor
    with pytest.raises(Forbidden):
        drawer.write_off(ravi, (bill, 1))
    with pytest.raises(Forbidden):
        receipt(drawer, ravi, bill, 90, 10_00)
    drawer.actor = owner
    assert drawer.due(ravi) == 97_00


def test_a_receipt_with_a_discount_is_cancelled_with_it(drawer: Drawer, ravi: UUID) -> None:
    bill = drawer.bill(ravi, 1000)
    taken = receipt(drawer, ravi, bill, 980, 20_00)
    assert drawer.left(ravi) == {}
    with read_books(drawer.actor) as books:
        (came,) = writing_off.came_with(books, taken)
    with open_books(drawer.actor) as books, pytest.raises(WriteOffRefused, match="came with"):
        writing_off.cancel(books, came.id, reason="Alone")
    with open_books(drawer.actor) as books:
        payments.cancel_receipt(books, taken, reason="Typed twice", at=clock.now())
    assert (drawer.left(ravi), drawer.balance("discount-allowed"), drawer.balance("cash")) == ({bill: 1000}, 0, 0)
    # More than is left after the money: nothing at all is written.
    with pytest.raises(InvalidInput) as refusal:
        receipt(drawer, ravi, bill, 999, 1_01)
    assert "₹1.00 of" in next(iter(refusal.value.errors.values()))
    assert drawer.balance("cash") == 0
    receipt(drawer, ravi, bill, 999, 1_00, kind="round_off")
    assert (drawer.left(ravi), drawer.balance("round-off")) == ({}, 1)
    assert drawer.breaches() == ()


def test_small_balances_in_one_go(drawer: Drawer, ravi: UUID) -> None:
    meera, asha, mill = drawer.customer("Meera"), drawer.customer("Asha"), drawer.supplier("Mill")
    drawer.bill(ravi, 3)
    drawer.money(meera, 2)
    drawer.bill(asha, 200)
    drawer.bill(mill, 4, to="creditors")
    with read_books(drawer.actor) as books:
        found = {one.party.name: one.open for one in small_balances(books, 5_00)}
    assert found == {"Ravi Rao": 3_00, "Meera": -2_00, "Mill": -4_00}
    run = new_id()

    def write(chosen: list[tuple[UUID, int]], limit: int = 5_00) -> int:
        with open_books(drawer.actor) as books:
            return writing_off.write_off_small(books, run, chosen, limit=limit, on=DAY, reason="Odd rupees")

    refused("limit", lambda: write([(ravi, 3_00)], 100_01), "up to ₹100.00")
    refused("parties", lambda: write([(ravi, 3_00), (meera, -1_00)]), "Meera stood at -₹1.00")
    refused("parties", lambda: write([(asha, 200_00)]), "Asha stood at")
    assert drawer.due(ravi) == 3_00
    chosen = [(ravi, 3_00), (meera, -2_00), (mill, -4_00)]
    assert (write(chosen), write(chosen)) == (3, 0)
    assert (drawer.due(ravi), drawer.due(meera), drawer.left(mill), drawer.balance("round-off")) == (0, 0, {}, -3)
    assert drawer.breaches() == ()
