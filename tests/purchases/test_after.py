"""What comes after a bill: its freight on goods that came before, a lower price without goods, foreign money; whose tax, whose numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.purchases.conftest import FAR_GSTIN, TODAY, Buyer, paise
from webapp import company, ledger, purchases
from webapp.company import StoreDraft
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books
from webapp.purchases import Bearer, BillRow, CannotCancel, Foreign, ForeignPaid, Landing, LineRef, Note, NoteLine
from webapp.purchases.foreign import read_exchange_rate

BEFORE = TODAY - timedelta(days=5)
pytestmark = pytest.mark.database


@pytest.fixture
def carrier(buyer: Buyer) -> Buyer:
    buyer.supplier("Fast Roadways", gstin=FAR_GSTIN)
    return buyer


def freight(buyer: Buyer, amount: float = 100, **more: Any) -> BillRow:
    return buyer.buy(buyer.charge("Freight", amount, tax=0), of="Fast Roadways", number=f"F-{amount}", **more)


def land(buyer: Buyer, bill: BillRow, *lines: tuple[UUID, int], by: str = "value", weights: tuple[int, ...] = (), **more: Any) -> Any:
    bearers = tuple(Bearer(LineRef(*line), weight) for line, weight in zip(lines, weights or (0,) * len(lines), strict=True))
    given: dict[str, Any] = {"id": new_id(), "bill_id": bill.id, "landed_on": TODAY, "shared_by": by, "body_sha256": new_id().hex}
    with open_books(buyer.actor) as books:
        return purchases.land(books, Landing(**{**given, "bearers": bearers, **more}))


def left(buyer: Buyer, bill: BillRow) -> float:
    return float(buyer.read(lambda books: purchases.freight_of(books, bill)) / 100)


def test_freight_is_shared_to_the_paisa(carrier: Buyer) -> None:
    """Soap 10 at ₹10.00, rice 30 at ₹5.00: by value 2 to 3, by quantity 1 to 3, by weight as typed; the parts add up."""
    receipt = carrier.receive(carrier.goods("Soap", 10, 10), carrier.goods("Rice", 30, 5), received_on=BEFORE)
    goods, worth = ((receipt.id, 1), (receipt.id, 2)), [100.0, 150.0]
    bill = freight(carrier, 300.01)
    assert carrier.balance("purchase-costs") == 300.01
    for by, weights, amount, shares in (
        ("value", (0, 0), 100.01, (40.00, 60.01)),
        ("qty", (0, 0), 100.01, (25.00, 75.01)),
        ("weight", (1000, 2000), 99.99, (33.33, 66.66)),
    ):
        land(carrier, bill, *goods, by=by, weights=weights, amount=paise(amount))
        worth = [round(own + share, 2) for own, share in zip(worth, shares, strict=True)]
        assert [carrier.on_hand(name)[1] for name in ("Soap", "Rice")] == worth, by
    assert (left(carrier, bill), carrier.balance("purchase-costs")) == (0, 0)
    assert carrier.balance("stock-in-hand") == sum(worth)
    carrier.assert_true()


def test_what_was_sold_since_bears_its_part(carrier: Buyer) -> None:
    receipt = carrier.receive(carrier.goods("Soap", 10, 10), received_on=BEFORE)
    carrier.sell("Soap", 4)
    bill = freight(carrier)
    one = land(carrier, bill, (receipt.id, 1))
    assert carrier.on_hand("Soap") == (6, 120.0)
    assert carrier.balance("cost-of-goods") == 80
    assert carrier.balance("purchase-costs") == 0
    carrier.assert_true()
    for cancel, document in ((purchases.cancel, bill.id), (purchases.cancel_receipt, receipt.id)):
        with open_books(carrier.actor) as books, pytest.raises(CannotCancel, match="Freight stands on its goods"):
            cancel(books, document, reason="Entered twice")
    for _twice in range(2):
        with open_books(carrier.actor) as books:
            purchases.take_off(books, one.id, reason="Wrong goods")
    assert carrier.balance("purchase-costs") == 100
    assert left(carrier, bill) == 100
    assert carrier.on_hand("Soap")[0] == 6
    carrier.assert_true()
    carrier.cancel(bill.id)
    carrier.assert_true()


def test_freight_goes_where_it_can_and_no_further(carrier: Buyer, other: Buyer) -> None:
    direct = carrier.buy(carrier.line("Soap", 10, 10), number="G-7")
    bill = freight(carrier)
    theirs = other.receive(other.goods("Soap", 10, 10))
    late = carrier.receive(carrier.goods("Soap", 10, 10))
    same = {"id": new_id(), "body_sha256": "x" * 64}
    for attack, kind in (
        (lambda: land(carrier, bill, (theirs.id, 1)), NotFound),
        (lambda: land(carrier, bill, (direct.id, 9)), NotFound),
        (lambda: land(carrier, bill, (bill.id, 1)), NotFound),
        (lambda: land(carrier, bill), InvalidInput),
        (lambda: land(carrier, bill, (direct.id, 1), (direct.id, 1)), InvalidInput),
        (lambda: land(carrier, bill, (direct.id, 1), amount=paise(100.01)), InvalidInput),
        (lambda: land(carrier, bill, (direct.id, 1), amount=paise(-1)), InvalidInput),
        (lambda: land(carrier, bill, (direct.id, 1), by="weight"), InvalidInput),
        (lambda: land(carrier, bill, (direct.id, 1), by="weight", weights=(-1,)), InvalidInput),
        (lambda: land(carrier, bill, (direct.id, 1), by="luck"), InvalidInput),
        (lambda: land(carrier, bill, (direct.id, 1), landed_on=TODAY + timedelta(days=1)), InvalidInput),
        (lambda: land(carrier, direct, (late.id, 1)), BooksError),
        (lambda: land(other, bill, (theirs.id, 1)), NotFound),
    ):
        with pytest.raises(kind):
            attack()
    first = land(carrier, bill, (direct.id, 1), amount=paise(60), **same)
    assert land(carrier, bill, (direct.id, 1), amount=paise(60), **same) == first, "sent twice, it is put there once"
    with pytest.raises(Conflict):
        land(carrier, bill, (direct.id, 1), amount=paise(40), **(same | {"body_sha256": "y" * 64}))
    land(carrier, bill, (late.id, 1), by="qty")
    assert carrier.on_hand("Soap") == (20, 300.0)
    with pytest.raises(BooksError, match="No freight"):
        land(carrier, bill, (direct.id, 1))
    carrier.assert_true()
    other.assert_true()


def lower(buyer: Buyer, bill: BillRow, *lines: tuple[int, float], **more: Any) -> BillRow:
    own = tuple(NoteLine(line_no, Qty(0), off=paise(off)) for line_no, off in lines)
    given: dict[str, Any] = {"id": new_id(), "against_id": bill.id, "note_date": TODAY, "reason": "Rate as agreed", "lines": own}
    with open_books(buyer.actor) as books:
        return purchases.give_back(books, Note(**{**given, "body_sha256": new_id().hex, **more}))


def test_a_lower_price_makes_the_goods_cost_less(buyer: Buyer) -> None:
    bill = buyer.buy(buyer.line("Soap", 10, 10), buyer.expense("expenses", 50, tax=18), bill_date=BEFORE, voucher_date=BEFORE)
    buyer.sell("Soap", 4)
    note = lower(buyer, bill, (1, 20), (2, 5))
    assert (note.total_paise, note.taxable_paise, note.claimed_paise) == (29_50, 25_00, 4_50)
    assert buyer.on_hand("Soap") == (6, 48.0)
    assert buyer.balance("cost-of-goods") == 32
    assert buyer.balance("price-differences") == 0
    assert buyer.balance("creditors") == -147.5
    buyer.assert_true()
    back = buyer.give_back(bill, (1, 5))
    assert back.taxable_paise == 40_00, "goods go back at the lower price"
    buyer.assert_true()
    with pytest.raises(InvalidInput):
        lower(buyer, bill, (1, 40.01))
    for wrong in (NoteLine(1, Qty(1000), off=paise(1)), NoteLine(1, Qty(0), off=paise(-1)), NoteLine(1, Qty(0))):
        with pytest.raises(InvalidInput):
            lower(buyer, bill, lines=(wrong,))
    buyer.cancel(back.id)
    buyer.cancel(note.id)
    assert buyer.on_hand("Soap")[0] == 6
    buyer.assert_true()
    assert lower(buyer, bill, (1, 100)).taxable_paise == 100_00, "what was cancelled may be lowered again"
    buyer.assert_true()


def test_a_bill_in_dollars_is_exact_in_rupees_and_paid_at_another_rate(buyer: Buyer) -> None:
    buyer.supplier("Acme Inc", gstin=None, state_code="96")
    rate = read_exchange_rate("83.123457")
    assert rate == 83_123_457
    foreign = Foreign("USD", rate, 1000_00)
    line = buyer.line("Soap", 100, 831.23457, tax=0)
    bill = buyer.buy(line, of="Acme Inc", foreign=foreign, paper_total=foreign.in_rupees)
    assert (bill.total_paise, bill.currency, bill.foreign_total) == (83_123_46, "USD", 1000_00)
    bank = buyer.read(lambda books: ledger.heads(books)["bank"])

    def pay(amount: float, at: str, **more: Any) -> Any:
        given: dict[str, Any] = {"id": new_id(), "bill_id": bill.id, "paid_on": TODAY, "account_id": bank, "body_sha256": new_id().hex}
        asked = ForeignPaid(**{**given, "amount": round(amount * 100), "rate_micro": read_exchange_rate(at), **more})
        with open_books(buyer.actor) as books:
            return purchases.pay_foreign(books, asked)

    same = {"id": new_id(), "body_sha256": "x" * 64}
    first = pay(400, "84", **same)
    assert pay(400, "84", **same) == first
    assert (first.paid_paise, first.settled_paise, first.lost_paise) == (33_600_00, 33_249_38, 350_62)
    assert buyer.balance("exchange-difference") == 350.62
    second = pay(600, "82.5")
    assert (first.settled_paise + second.settled_paise, buyer.balance("creditors")) == (bill.total_paise, 0)
    assert buyer.balance("exchange-difference") == pytest.approx(350.62 - 374.08)
    with pytest.raises(InvalidInput):
        pay(0.01, "83")
    buyer.assert_true()
    with pytest.raises(CannotCancel):
        buyer.cancel(bill.id)
    for one in (second, first, first):
        with open_books(buyer.actor) as books:
            purchases.cancel_foreign_payment(books, bill.id, one.id, reason="Entered twice")
    assert (buyer.balance("exchange-difference"), buyer.balance("creditors")) == (0, -bill.total_paise / 100)
    for wrong in (0, -1, 1000.01):
        with pytest.raises(InvalidInput):
            pay(wrong, "83")
    plain = buyer.buy(buyer.line("Soap", 1, 10), number="G-9")
    with pytest.raises(BooksError, match="is in rupees"):
        pay(1, "83", bill_id=plain.id)
    buyer.assert_true()


@pytest.mark.parametrize("text", ["", "0", "-1", "1e3", "83.1234567", "८३", "100001", "83,12,3.1.1", "NaN"])
def test_a_rate_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Type"):
        read_exchange_rate(text)


@pytest.mark.parametrize(("currency", "total", "field"), [("INR", 100, "currency"), ("US", 100, "currency"), ("USD", 0, "total")])
def test_foreign_money_that_cannot_be_is_refused(buyer: Buyer, currency: str, total: int, field: str) -> None:
    foreign = Foreign(currency, 83_000_000, total)
    with pytest.raises(InvalidInput) as found:
        buyer.buy(buyer.line("Soap", 1, 83), foreign=foreign, paper_total=foreign.in_rupees)
    assert field in found.value.errors


def test_a_composition_dealer_charges_no_tax(buyer: Buyer) -> None:
    buyer.supplier("Small Soaps", gstin=FAR_GSTIN, is_composition=True)
    for head in ("cgst", "sgst", "igst"):
        with pytest.raises(InvalidInput) as found:
            buyer.buy(buyer.line("Soap", 1, 100), of="Small Soaps", taxes=purchases.Heads(**{head: paise(9)}))
        assert "composition dealer" in found.value.errors[head]
    bill = buyer.buy(buyer.line("Soap", 1, 100), of="Small Soaps")
    assert (bill.total_paise, bill.claimed_paise) == (100_00, 0)
    with pytest.raises(InvalidInput) as found:
        buyer.supplier("Nobody", gstin=None, state_code="27", is_composition=True)
    assert set(found.value.errors) == {"is_composition"}


def test_each_store_has_its_own_numbers(buyer: Buyer) -> None:
    with open_books(buyer.actor) as books:
        pune = company.create_store(books, StoreDraft(name="Pune", code="PUN", state_code="27"))
    own = [
        buyer.buy(buyer.line("Soap", 1, 10), number=f"G-{place}", store_id=store).number
        for place, store in enumerate((pune, buyer.store_id, pune))
    ]
    assert own == ["26PUN-PB/000001", "2600PB/000001", "26PUN-PB/000002"]
    assert buyer.receive(buyer.goods("Soap", 1, 10), store_id=pune).number == "26PUN-GR/000001"
    assert buyer.order(("Soap", 1, 10), store_id=pune).number == "26PUN-PO/000001"
    buyer.assert_true()


def test_an_accountant_dates_back_for_a_reason(buyer: Buyer) -> None:
    with open_books(buyer.actor) as books:
        company.change_limits(books, {"accountant": company.Limits(backdate_days=4)})
    accountant = Actor(buyer.actor.company_id, Role.ACCOUNTANT, user_id=new_id(), name="Accountant")
    day = {"bill_date": BEFORE, "voucher_date": BEFORE}
    with open_books(accountant) as books, pytest.raises(InvalidInput) as found:
        purchases.enter_bill(books, buyer.bill(buyer.line("Soap", 1, 10), **day))
    assert "is 5 days back; your role may date back 4. Say in a few words why" in found.value.errors["limit_reason"]
    with open_books(replace(accountant, why="It came by post")) as books:
        assert purchases.enter_bill(books, buyer.bill(buyer.line("Soap", 1, 10), **day)).voucher_date == BEFORE
    buyer.assert_true()


def test_the_pages_put_freight_on_goods_and_pay_in_dollars(carrier: Buyer, browse: Callable[[Shop], FlaskClient], sharma: Shop) -> None:
    web = browse(sharma)
    receipt = carrier.receive(carrier.goods("Soap", 10, 10))
    bill = freight(carrier)
    url = f"/purchases/bills/{bill.id}"
    assert "Put freight on goods" in web.get(url).text
    ref = f"{receipt.id.hex}.1"
    assert ref in web.get(f"{url}/freight").text
    found = web.get(f"{url}/freight?q={receipt.number}").text
    assert ref in found
    assert f'value="{receipt.number}"' in found
    assert ref not in web.get(f"{url}/freight?q=nobody").text
    sent = {"id": str(new_id()), "line": ref, "landed_on": TODAY.isoformat(), "shared_by": "weight", f"weight-{ref}": "x", "amount": "100"}
    wrong = web.post(f"{url}/freight", data=sent)
    assert wrong.status_code == 422
    assert f'value="{ref}" checked' in wrong.text
    assert web.post(f"{url}/freight", data=sent | {f"weight-{ref}": "12.5"}).status_code == 303
    assert "26" in web.get(url).text
    assert "2600LC/000001" in web.get(url).text
    carrier.supplier("Acme Inc", gstin=None, state_code="96")
    typed = {
        "id": str(new_id()), "supplier": "Acme Inc", "supplier_number": "A-1", "bill_date": TODAY.isoformat(),
        "voucher_date": TODAY.isoformat(), "tax_by": "supplier", "what-1": "Soap", "qty-1": "100", "rate-1": "10", "currency": "usd",
        "exchange_rate": "83.123457", "total": "1000", "taxes_confirmed": "1",
    }  # fmt: skip
    missing = web.post("/purchases/bills", data=typed | {"exchange_rate": ""})
    assert missing.status_code == 422
    assert 'id="f-exchange_rate-error"' in missing.text
    made = web.post("/purchases/bills", data=typed)
    assert made.status_code == 303, made.text
    page = web.get(made.location.split("?")[0])
    assert "USD 1000" in page.text
    assert "₹83,123.46" in page.text
    pay = f"{made.location.split('?')[0]}/foreign-payment"
    assert "1000 USD is open" in web.get(pay).text
    bank = carrier.read(lambda books: str(ledger.heads(books)["bank"]))
    paid = {"id": str(new_id()), "amount": "1000", "exchange_rate": "84", "paid_on": TODAY.isoformat(), "account_id": bank}
    assert web.post(f"{pay}s", data=paid | {"amount": "1001"}).status_code == 422
    assert web.post(f"{pay}s", data=paid).status_code == 303
    assert "exchange loss ₹876.54" in web.get(made.location.split("?")[0]).text
    carrier.assert_true()
