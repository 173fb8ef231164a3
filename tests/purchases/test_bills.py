"""A supplier's bill in both registers: what it costs, whose tax stands, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.purchases.conftest import FAR_GSTIN, TODAY, Buyer, paise
from webapp import ledger, outstandings, stock
from webapp.company import change_profile, lock_month
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books
from webapp.purchases import CannotCancel, Customs, DuplicateBill, Heads, TaxBy


def test_goods_come_in_at_what_they_cost(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100))
    assert buyer.posted(bill.id) == "Input CGST 90.00 Dr / Input SGST 90.00 Dr / Stock-in-hand 1,000.00 Dr / Suppliers 1,180.00 Cr"
    assert buyer.on_hand("Soap") == (10, 1000)
    assert (bill.number, bill.total_paise, bill.claimed_paise) == ("2600PB/000001", 118_000, 18_000)
    buyer.assert_true()


def test_from_another_state_with_igst(buyer: Buyer) -> None:
    buyer.supplier("Far Mills", gstin=FAR_GSTIN)
    bill = buyer.buy(buyer.line("Soap", 10, 100), of="Far Mills")
    assert buyer.posted(bill.id) == "Input IGST 180.00 Dr / Stock-in-hand 1,000.00 Dr / Suppliers 1,180.00 Cr"


def test_freight_is_shared_into_the_cost(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100), buyer.line("Rice", 10, 50), buyer.charge("Freight", 100, tax=18))
    assert (buyer.on_hand("Soap"), buyer.on_hand("Rice")) == ((10, 1066.67), (10, 533.33))
    assert bill.charges_paise == 10_000
    assert buyer.balance("input-cgst") == 90 + 12.5 + 9
    buyer.assert_true()


def test_charges_that_no_goods_bear_are_a_cost_of_purchase(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.expense("expenses", 200), buyer.charge("Cartage", 50))
    assert buyer.posted(bill.id) == "Freight and other costs of purchase 50.00 Dr / Shop expenses 200.00 Dr / Suppliers 250.00 Cr"


def test_tax_that_is_not_claimed_is_cost_of_goods_and_for_an_expense_not_claimed(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100, is_claimed=False), buyer.expense("expenses", 100, tax=18, is_claimed=False))
    assert buyer.posted(bill.id) == (
        "GST that cannot be claimed 18.00 Dr / Shop expenses 100.00 Dr / Stock-in-hand 1,180.00 Dr / Suppliers 1,298.00 Cr"
    )
    assert (bill.claimed_paise, buyer.on_hand("Soap")) == (0, (10, 1180))
    buyer.assert_true()


def test_a_composition_shop_claims_nothing(buyer: Buyer) -> None:
    with open_books(buyer.actor) as books:
        change_profile(books, {"scheme": "composition"})
    buyer.buy(buyer.line("Soap", 10, 100))
    assert (buyer.on_hand("Soap"), buyer.balance("input-cgst")) == ((10, 1180), 0)


def test_the_suppliers_own_paise_stand(buyer: Buyer) -> None:
    taxes = Heads(cgst=paise("90.01"), sgst=paise("90.01"))
    bill = buyer.buy(buyer.line("Soap", 3, 100), buyer.line("Soap", 7, 100), taxes=taxes, paper_total=paise(1180))
    assert (bill.cgst_paise, bill.tax_difference_paise, bill.round_off_paise) == (9001, 2, -2)
    assert buyer.posted(bill.id).startswith("Input CGST 90.01 Dr / Input SGST 90.01 Dr / Round off 0.02 Cr")
    buyer.assert_true()


def test_a_tax_that_differs_by_more_than_a_rupee_is_confirmed_by_a_person(buyer: Buyer) -> None:
    asked = buyer.bill(buyer.line("Soap", 10, 100), taxes=Heads(cgst=paise(60), sgst=paise(60)))
    with pytest.raises(InvalidInput) as refusal:
        buyer.enter(asked)
    assert "CGST ₹60.00 on the paper, ₹90.00 worked out" in refusal.value.errors["taxes_confirmed"]
    bill = buyer.buy(*asked.lines, taxes=asked.taxes, taxes_confirmed=True)
    assert (bill.total_paise, bill.tax_difference_paise) == (112_000, -6_000)


def test_a_supplier_without_a_gstin_charges_no_tax(buyer: Buyer) -> None:
    buyer.supplier("Ramu", gstin=None)
    bill = buyer.buy(buyer.line("Soap", 10, 100), of="Ramu")
    assert (bill.total_paise, bill.tax_paise, buyer.on_hand("Soap")) == (100_000, 0, (10, 1000))


def test_reverse_charge_is_owed_to_the_government_with_a_self_invoice(buyer: Buyer) -> None:
    buyer.supplier("Ramu", gstin=None)
    bill = buyer.buy(buyer.expense("expenses", 1000, tax=5), of="Ramu", tax_by=TaxBy.REVERSE_CHARGE)
    assert buyer.posted(bill.id) == (
        "CGST payable under reverse charge 25.00 Cr / Input CGST 25.00 Dr / Input SGST 25.00 Dr / "
        "SGST payable under reverse charge 25.00 Cr / Shop expenses 1,000.00 Dr / Suppliers 1,000.00 Cr"
    )
    assert (bill.total_paise, bill.self_invoice_number) == (100_000, "2600SI/000001")
    registered = buyer.buy(buyer.expense("expenses", 1000, tax=5), tax_by=TaxBy.REVERSE_CHARGE)
    assert registered.self_invoice_number == ""  # section 31(3)(f): only where the supplier is not registered
    buyer.assert_true()


def test_goods_from_abroad(buyer: Buyer) -> None:
    buyer.supplier("Shenzhen Light", gstin=None, state_code="96")
    bank = buyer.read(lambda books: ledger.heads(books)["bank"])
    customs = Customs("1234567", TODAY, "INNSA1", paise(10_000), paise(1_100), paise(1_998), paise(0), bank)
    bill = buyer.buy(buyer.line("Soap", 100, 100), of="Shenzhen Light", tax_by=TaxBy.IMPORT, customs=customs)
    assert buyer.posted(bill.id) == "Bank 3,098.00 Cr / Input IGST 1,998.00 Dr / Stock-in-hand 11,100.00 Dr / Suppliers 10,000.00 Cr"
    assert (bill.total_paise, bill.customs_paise, buyer.on_hand("Soap")) == (1_000_000, 309_800, (100, 11_100))
    buyer.assert_true()


def test_a_bill_is_open_by_the_suppliers_number_until_its_day(buyer: Buyer) -> None:
    buyer.supplier("Slow", gstin=None, credit_days=30)
    buyer.buy(buyer.line("Soap", 1, 100), of="Slow", number="S/77", bill_date=date(2026, 11, 10))
    (item,) = buyer.read(lambda books: outstandings.open_items(books, buyer.suppliers["Slow"]))
    assert (item.name, item.due_on, item.open) == ("S/77", date(2026, 12, 10), -10_000)


def test_the_same_bill_twice_is_once(buyer: Buyer) -> None:
    asked = buyer.bill(buyer.line("Soap", 10, 100))
    assert buyer.enter(asked) == buyer.enter(asked)
    assert buyer.on_hand("Soap") == (10, 1000)
    with pytest.raises(Conflict, match="with other content"):
        buyer.enter(buyer.bill(buyer.line("Soap", 11, 100), id=asked.id))


@pytest.mark.parametrize("again", ["G-1", "g/1", " G 1 ", "G-1 "])
def test_a_suppliers_number_is_entered_once_in_a_year(buyer: Buyer, again: str) -> None:
    first = buyer.buy(buyer.line("Soap", 1, 100))
    with pytest.raises(DuplicateBill, match="entered before, as 2600PB/000001 on 20-Nov-2026") as refusal:
        buyer.buy(buyer.line("Soap", 1, 100), number=again)
    assert refusal.value.first_id == first.id
    buyer.buy(buyer.line("Soap", 1, 100), number=again, bill_date=date(2026, 3, 31))  # of the year before
    buyer.supplier("Ramu", gstin=None)
    buyer.buy(buyer.line("Soap", 1, 100), number=again, of="Ramu")
    buyer.cancel(first.id)
    buyer.buy(buyer.line("Soap", 1, 100), number=again)
    buyer.assert_true()


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("supplier_number", {"number": " -/ "}),
        ("supplier_number", {"number": "X" * 41}),
        ("bill_date", {"bill_date": date(2026, 11, 21)}),
        ("bill_date", {"bill_date": date(2017, 6, 30)}),
        ("voucher_date", {"voucher_date": date(2026, 11, 19)}),
        ("due_on", {"due_on": date(2026, 11, 1)}),
        ("cgst", {"taxes": Heads(cgst=paise(-1))}),
        ("total", {"paper_total": paise(500)}),
        ("total", {"paper_total": paise(-1)}),
        ("tax_by", {"tax_by": TaxBy.IMPORT}),
        ("tax_by", {"tax_by": TaxBy.REVERSE_CHARGE, "taxes": Heads(igst=paise(1))}),
        ("note", {"note": "x" * 1001}),
    ],
)
def test_what_is_no_bill_is_refused_beside_its_field(buyer: Buyer, field: str, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Soap", 10, 100), **more)
    assert field in refusal.value.errors
    assert buyer.on_hand("Soap") == (0, 0)


@pytest.mark.parametrize(
    ("field", "qty", "rate", "off"), [("qty-1", 0, 10, 0), ("qty-1", -1, 10, 0), ("rate-1", 1, -10, 0), ("discount-1", 1, 10, -1)]
)
def test_a_line_that_cannot_be_is_refused(buyer: Buyer, field: str, qty: float, rate: float, off: float) -> None:
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Soap", qty, rate, off=off))
    assert field in refusal.value.errors


def test_absurd_figures_and_empty_bills_are_refused(buyer: Buyer) -> None:
    with pytest.raises(BooksError, match=r"Line 1: the discount of ₹11\.00 is more than the amount"):
        buyer.buy(buyer.line("Soap", 1, 10, off=11))
    with pytest.raises(BooksError, match="larger than the books can hold"):
        buyer.buy(buyer.line("Soap", 1_000_000, 1_000_000))
    with pytest.raises(InvalidInput):
        buyer.buy()
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Soap", 1, 0), taxes=Heads(cgst=paise(9), sgst=paise(9)), taxes_confirmed=True)
    assert "on goods worth nothing" in refusal.value.errors["cgst"]


def test_free_goods_come_in_at_nothing(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 5, 0))
    assert (bill.total_paise, buyer.on_hand("Soap")) == (0, (5, 0))
    buyer.cancel(bill.id)
    assert buyer.on_hand("Soap") == (0, 0)
    buyer.assert_true()


def test_another_companys_rows_are_nobodys(buyer: Buyer, other: Buyer) -> None:
    for more in ({"party_id": other.suppliers["Gupta Traders"]}, {"store_id": other.store_id}):
        with pytest.raises(NotFound):
            buyer.buy(buyer.line("Soap", 1, 10), **more)
    theirs = other.line("Soap", 1, 10)
    with pytest.raises(NotFound):
        buyer.buy(theirs)
    bill = buyer.buy(buyer.line("Soap", 1, 10))
    with pytest.raises(NotFound):
        other.cancel(bill.id)
    assert other.on_hand("Soap") == (0, 0)


def test_accounts_that_only_the_program_keeps_are_refused(buyer: Buyer) -> None:
    for code in ("stock-in-hand", "input-cgst", "debtors", "goods-received", "cash", "sales"):
        with pytest.raises(InvalidInput):
            buyer.buy(buyer.expense(code, 10))


def test_a_customer_is_not_a_supplier(buyer: Buyer) -> None:
    buyer.supplier("Meera", gstin=None, is_customer=True, is_supplier=False)
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Soap", 1, 10), of="Meera")
    assert "is a customer" in refusal.value.errors["supplier"]


def test_a_locked_month_takes_no_bill(buyer: Buyer) -> None:
    with open_books(buyer.actor) as books:
        lock_month(books, 202610, "Filed")
    with pytest.raises(BooksError, match="Oct 2026 was locked"):
        buyer.buy(buyer.line("Soap", 1, 10), bill_date=date(2026, 10, 1), voucher_date=date(2026, 10, 2))
    late = buyer.buy(buyer.line("Soap", 1, 10), bill_date=date(2026, 10, 1))
    assert late.voucher_date == TODAY
    buyer.assert_true()


def test_cancelling_takes_everything_back_and_says_so_twice(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100), buyer.charge("Freight", 50))
    assert buyer.cancel(bill.id) == buyer.cancel(bill.id)
    assert (buyer.on_hand("Soap"), buyer.balance("creditors"), buyer.balance("input-cgst")) == ((0, 0), 0, 0)
    buyer.assert_true()


def test_goods_that_are_gone_keep_their_bill(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100))
    buyer.sell("Soap", 4)
    with pytest.raises(CannotCancel, match="Soap: 6 on hand, 10 would go"):
        buyer.cancel(bill.id)
    assert buyer.on_hand("Soap") == (6, 600)


def test_a_paid_bill_says_what_paid_it(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 100))
    with open_books(buyer.actor) as books:
        heads, party, paid = ledger.heads(books), buyer.suppliers["Gupta Traders"], new_id()
        slip = ledger_slip(heads["creditors"], heads["cash"], 50_000, party)
        ledger.post(books, voucher_id=paid, heading=ledger.Heading("payment", "PAY/1", TODAY, buyer.store_id, "test", paid), slip=slip)
        outstandings.settle_against(books, party, paid, bill.id, on=TODAY)
    with pytest.raises(CannotCancel, match=r"₹500.00 of this bill is settled: ₹500.00 by PAY/1"):
        buyer.cancel(bill.id)
    with open_books(buyer.actor) as books:
        outstandings.release_all_of(books, paid, why="Wrong bill")
    buyer.cancel(bill.id)
    buyer.assert_true()


def ledger_slip(debit_id: Any, credit_id: Any, amount: int, party: Any) -> Any:
    from webapp.kernel.posting import Slip, credit, debit

    return Slip((debit(debit_id, amount, party), credit(credit_id, amount)))


def test_a_late_bill_changes_what_was_sold_since(buyer: Buyer) -> None:
    buyer.buy(buyer.line("Soap", 10, 100))
    buyer.sell("Soap", 5)
    buyer.buy(buyer.line("Soap", 10, 40), number="G-0", bill_date=date(2026, 11, 1), voucher_date=date(2026, 11, 1))
    assert buyer.on_hand("Soap") == (15, 1050)
    assert buyer.balance("cost-of-goods") == 350
    buyer.assert_true()


def test_batches_are_kept_apart(buyer: Buyer) -> None:
    buyer.item("Syrup", tracking="batch")
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Syrup", 10, 100))
    assert "is kept by batch" in refusal.value.errors["batch-1"]
    with pytest.raises(InvalidInput) as refusal:
        buyer.buy(buyer.line("Soap", 10, 100, batch="A1"))
    assert "is not kept by batch" in refusal.value.errors["batch-1"]
    buyer.buy(buyer.line("Syrup", 10, 100, batch="A1"), buyer.line("Syrup", 10, 120, batch="A2", expires_on=date(2027, 1, 1)))
    assert buyer.on_hand("Syrup") == (20, 2200)
    known = buyer.read(lambda books: stock.batches_of(books, [buyer.items["Syrup"]]))
    assert [(row.batch, row.expires_on, row.qty) for row in known] == [("A2", date(2027, 1, 1), 10_000), ("A1", None, 10_000)]
    buyer.assert_true()


def test_the_day_a_batch_was_made_is_kept_and_held_against_its_label(
    buyer: Buyer, browse: Callable[[Shop], FlaskClient], sharma: Shop
) -> None:
    buyer.item("Syrup", tracking="batch")
    made, expires = TODAY - timedelta(days=30), TODAY + timedelta(days=300)
    receipt = buyer.receive(buyer.goods("Syrup", 5, 10, batch="b1", made_on=made, expires_on=expires))
    facts = buyer.read(lambda books: stock.facts_of(books, [buyer.items["Syrup"]])[buyer.items["Syrup"]]["B1"])
    assert (facts.made_on, facts.expires_on) == (made, expires)
    buyer.buy(buyer.line("Syrup", 5, 10, batch="B1"))  # nothing said: nothing changed
    for more, field, words in (
        ({"batch": "B2", "made_on": TODAY + timedelta(days=1)}, "made-1", "has not come yet"),
        ({"batch": "B2", "made_on": expires, "expires_on": made}, "made-1", "has not come yet"),
        ({"batch": "B2", "made_on": TODAY, "expires_on": made}, "made-1", "cannot expire before"),
        ({"batch": "B1", "made_on": made - timedelta(days=1)}, "made-1", "was made on"),
        ({"batch": "B1", "expires_on": expires + timedelta(days=1)}, "expires-1", "expires on"),
    ):
        with pytest.raises(InvalidInput) as found:
            buyer.buy(buyer.line("Syrup", 1, 10, **more), number="G-2")  # type: ignore[arg-type]
        assert words in found.value.errors[field], found.value.errors
    # What the books know of the expiry counts too, though the paper does not repeat it.
    buyer.buy(buyer.line("Syrup", 1, 10, batch="B3", expires_on=made), number="G-3")
    with pytest.raises(InvalidInput) as found:
        buyer.buy(buyer.line("Syrup", 1, 10, batch="B3", made_on=TODAY), number="G-4")
    assert "cannot expire before" in found.value.errors["made-1"]
    with pytest.raises(InvalidInput) as found:
        buyer.buy(buyer.line("Soap", 1, 10, made_on=made), number="G-5")
    assert "not kept by batch" in found.value.errors["made-1"]
    web = browse(sharma)
    assert 'name="made-1"' in web.get("/purchases/bills/new").text
    for address in (f"/purchases/receipts/{receipt.id}", "/stock/batches", f"/stock/trace/{buyer.items['Syrup']}?batch=B1"):
        assert "21-Oct-2026" in web.get(address).text, address
    buyer.assert_true()
