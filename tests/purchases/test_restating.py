"""Open foreign bills at the closing rate: the difference of a day, taken back on the next, and settlement right to the paisa afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.counter.test_at_once import together
from tests.ground.shops import Shop, found_sharma
from tests.purchases.conftest import TODAY, Buyer, open_buyer, paise
from webapp import company, ledger, outstandings, purchases
from webapp.company import StoreDraft
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import restating
from webapp.purchases.commands import Foreign
from webapp.purchases.foreign import ForeignPaid, read_exchange_rate
from webapp.purchases.restating import OpenForeign, Restate, RestatementRow

pytestmark = pytest.mark.database

BOUGHT, CLOSING = TODAY - timedelta(days=20), TODAY - timedelta(days=10)
NEXT = CLOSING + timedelta(days=1)


@pytest.fixture
def importer(buyer: Buyer) -> Buyer:
    buyer.supplier("Acme Inc", gstin=None, state_code="96")
    buyer.supplier("Müller", gstin=None, state_code="96")
    return buyer


def abroad(buyer: Buyer, total: float, rate: str, *, of: str = "Acme Inc", currency: str = "USD", number: str = "A-1", **more: Any) -> Any:
    foreign = Foreign(currency, read_exchange_rate(rate), round(total * 100))
    line = buyer.line("Soap", 1, foreign.in_rupees / 100, tax=0)
    day = {"bill_date": BOUGHT, "voucher_date": BOUGHT}
    return buyer.buy(line, of=of, number=number, foreign=foreign, paper_total=foreign.in_rupees, **{**day, **more})


def pay(buyer: Buyer, bill: Any, amount: float, at: str, on: date) -> Any:
    bank = buyer.read(lambda books: ledger.heads(books)["bank"])
    asked = ForeignPaid(
        id=new_id(),
        bill_id=bill.id,
        paid_on=on,
        amount=round(amount * 100),
        rate_micro=read_exchange_rate(at),
        account_id=bank,
        body_sha256="x",
    )
    with open_books(buyer.actor) as books:
        return purchases.pay_foreign(books, asked)


def command(buyer: Buyer, loss: float, day: date = CLOSING, store: UUID | None = None, **rates: str) -> Restate:
    read = {name: read_exchange_rate(rate) for name, rate in (rates or {"USD": "84"}).items()}
    return Restate(new_id(), store or buyer.store_id, day, read, round(loss * 100), new_id().hex)


def restate(buyer: Buyer, asked: Restate) -> RestatementRow:
    with open_books(buyer.actor) as books:
        return restating.restate(books, asked)


def stands_at(buyer: Buyer, code: str, day: date) -> float:
    """What an account stands at at the end of a day, debit positive, in rupees."""

    def ask(books: Any) -> float:
        total = ledger.account_totals(books, day, day).get(ledger.heads(books)[code])
        return (total.opening + total.debit - total.credit) / 100 if total else 0.0

    return float(buyer.read(ask))


def refused(buyer: Buyer, asked: Restate) -> dict[str, str]:
    with pytest.raises(InvalidInput) as found:
        restate(buyer, asked)
    return found.value.errors


def test_a_day_at_its_rate_and_every_other_as_before(importer: Buyer) -> None:
    usd = abroad(importer, 1000, "83.123457")  # ₹83,123.46
    euro = abroad(importer, 500, "91", of="Müller", currency="EUR", number="M-1")  # ₹45,500.00
    pay(importer, usd, 400, "83.5", CLOSING)  # settles ₹33,249.38: ₹49,874.08 is left
    asked = command(importer, 600 * 84 - 49874.08 - 500, USD="84", EUR="90")
    made = restate(importer, asked)
    assert (made.number, made.loss_paise, made.restated_on) == ("2600ER/000001", 25_92, CLOSING)
    assert restate(importer, asked) == made
    with pytest.raises(Conflict):
        restate(importer, replace(asked, body_sha256="other"))
    with read_books(importer.actor) as books:
        rows = [(line.currency, line.foreign_open, line.book_paise, line.closing_paise) for line in restating.lines_of(books, made.id)]
        assert rows == [("USD", 600_00, 49_874_08, 50_400_00), ("EUR", 500_00, 45_500_00, 45_000_00)]
    assert importer.posted(made.id) == "Exchange gain or loss 25.92 Dr / Suppliers 500.00 Dr / Suppliers 525.92 Cr"
    realised = round(400 * 83.5 - 33249.38, 2)
    assert stands_at(importer, "creditors", CLOSING) == -(50_400 + 45_000)
    assert stands_at(importer, "exchange-difference", CLOSING) == round(realised + 25.92, 2)
    assert stands_at(importer, "creditors", NEXT) == -(49_874.08 + 45_500)
    assert stands_at(importer, "exchange-difference", NEXT) == realised
    # What is owed is as it was: each bill by itself, and nothing else.
    with read_books(importer.actor) as books:
        open_ = {
            item.key.voucher_id: -item.open
            for name in ("Acme Inc", "Müller")
            for item in outstandings.open_items(books, importer.suppliers[name])
        }
        then = {item.key.voucher_id: -item.open for item in outstandings.open_items(books, importer.suppliers["Acme Inc"], on=CLOSING)}
    assert open_ == {usd.id: 49_874_08, euro.id: 45_500_00}
    assert sum(then.values()) == 50_400_00
    # Settled afterwards to the paisa: the loss is that of the two rates, as if nothing had been restated.
    last = pay(importer, usd, 600, "85", TODAY)
    assert (last.settled_paise, last.paid_paise) == (49_874_08, 51_000_00)
    pay(importer, euro, 500, "89", TODAY)
    assert stands_at(importer, "creditors", TODAY) == 0
    assert stands_at(importer, "exchange-difference", TODAY) == round(realised + 51_000 - 49_874.08 - 1_000, 2)
    importer.assert_true()


def test_what_was_open_on_the_day_counts(importer: Buyer) -> None:
    bill = abroad(importer, 100, "80")
    gone = abroad(importer, 100, "80", number="A-2")
    late = abroad(importer, 100, "80", number="A-3", bill_date=NEXT, voucher_date=NEXT)
    before, after = pay(importer, bill, 10, "80", CLOSING), pay(importer, bill, 20, "80", NEXT)
    importer.cancel(gone.id)  # today: on that day it was owed
    with open_books(importer.actor) as books:
        note = purchases.Note(id=new_id(), against_id=bill.id, note_date=CLOSING, reason="Torn", lines=(_lower(900),), body_sha256="x")
        purchases.give_back(books, note)  # ₹900.00 of ₹7,200.00 less: an eighth of the dollars too
    with open_books(importer.actor) as books:
        purchases.cancel_foreign_payment(books, bill.id, before.id, reason="Entered twice")  # today: on that day it was paid
    found = importer.read(lambda books: restating.open_foreign(books, importer.store_id, CLOSING))
    assert [(one.bill_id, one.foreign_open, one.book_paise) for one in found] == [(bill.id, 78_75, 6_300_00), (gone.id, 100_00, 8_000_00)]
    assert late.id not in {one.bill_id for one in found}
    assert after.settled_paise == 1_600_00
    restate(importer, command(importer, 78.75 * 81 - 6300 + 100, USD="81"))
    importer.assert_true()


def _lower(rupees: int) -> purchases.NoteLine:
    return purchases.NoteLine(1, 0, off=paise(rupees))  # type: ignore[arg-type]  # nought is a quantity


def test_what_is_refused(importer: Buyer, other: Buyer) -> None:
    assert "No bill in foreign money" in refused(importer, command(importer, 0))["day"]
    bill = abroad(importer, 100, "80")
    assert "is not over" in refused(importer, command(importer, 0, TODAY))["day"]
    assert "is not over" in refused(importer, command(importer, 0, TODAY + timedelta(days=9)))["day"]
    assert set(refused(importer, command(importer, 0, EUR="90"))) == {"rate-USD"}
    assert set(refused(importer, replace(command(importer, 0), rates={"USD": 0}))) == {"rate-USD"}
    assert set(refused(importer, replace(command(importer, 0), rates={"USD": 10**20}))) == {"rate-USD"}
    assert "nothing differs" in refused(importer, command(importer, 0, USD="80"))["day"]
    assert "₹0.01 was shown, and now it is ₹400.00" in refused(importer, command(importer, 0.01))["day"]
    with pytest.raises(NotFound):
        restate(other, command(other, 400, store=importer.store_id))
    made = restate(importer, command(importer, 400))
    with pytest.raises(Conflict, match="restates"):
        restate(importer, command(importer, 400))
    for act in (
        lambda books: restating.restatement(books, made.id),
        lambda books: restating.cancel_restatement(books, made.id, reason="Mine"),
    ):
        with open_books(other.actor) as books, pytest.raises(NotFound):
            act(books)
    assert other.read(lambda books: restating.restatements(books, other.store_id)) == []
    # The next day is closed: neither stays.
    with open_books(importer.actor) as books:
        company.lock_month(books, NEXT.year * 100 + NEXT.month, "Told")
    with pytest.raises(BooksError, match="locked"), open_books(importer.actor) as books:
        restating.cancel_restatement(books, made.id, reason="Wrong rate")
    assert bill
    importer.assert_true()


def test_a_wrong_rate_is_cancelled_and_the_day_restated(importer: Buyer) -> None:
    abroad(importer, 100, "80")
    made = restate(importer, command(importer, 400))
    with open_books(importer.actor) as books, pytest.raises(InvalidInput):
        restating.cancel_restatement(books, made.id, reason="x")
    for _again in range(2):
        with open_books(importer.actor) as books:
            restating.cancel_restatement(books, made.id, reason="Wrong rate")
    assert (stands_at(importer, "creditors", CLOSING), stands_at(importer, "exchange-difference", CLOSING)) == (-8000, 0)
    again = restate(importer, command(importer, -100, USD="79"))
    assert again.number == "2600ER/000002"
    assert (stands_at(importer, "creditors", CLOSING), stands_at(importer, "exchange-difference", CLOSING)) == (-7900, -100)
    assert (stands_at(importer, "creditors", NEXT), stands_at(importer, "exchange-difference", NEXT)) == (-8000, 0)
    restate(importer, command(importer, 100, NEXT, USD="81"))  # the very next day again: each day stands by itself
    assert stands_at(importer, "creditors", NEXT) == -8100
    listed = importer.read(lambda books: [(row.number, stands) for row, stands in restating.restatements(books, importer.store_id)])
    assert listed == [("2600ER/000003", True), ("2600ER/000002", True), ("2600ER/000001", False)]
    importer.assert_true()


def test_each_store_restates_its_own(importer: Buyer) -> None:
    with open_books(importer.actor) as books:
        pune = company.create_store(books, StoreDraft(name="Pune", code="PUN", state_code="27"))
    abroad(importer, 100, "80")
    abroad(importer, 200, "80", number="A-2", store_id=pune)
    assert restate(importer, command(importer, 400)).number == "2600ER/000001"
    assert restate(importer, command(importer, 800, store=pune)).number == "26PUN-ER/000001"
    importer.assert_true()


@given(total=st.integers(1, 2**40), at=st.integers(1, 10**11), closing=st.integers(1, 10**11))
def test_the_figures_are_those_of_fractions(total: int, at: int, closing: int) -> None:
    bill = OpenForeign(new_id(), "1", "1", new_id(), "Acme", None, "USD", total, max(round(Fraction(total * at, 10**6)), 1))
    (one,) = restating.work_out([bill], {"USD": closing})
    assert abs(one.closing_paise - Fraction(total * closing, 10**6)) <= Fraction(1, 2)
    if one.loss:
        slip = restating.slip_of({"creditors": new_id(), "exchange-difference": new_id()}, [one])
        assert [line.amount for line in slip.lines] == [-one.loss, one.loss]


def test_two_at_the_same_instant(real_engine: Engine) -> None:
    buyer = open_buyer(found_sharma())
    buyer.supplier("Acme Inc", gstin=None, state_code="96")
    abroad(buyer, 100, "80")

    def attempt() -> str:
        try:
            return restate(buyer, command(buyer, 400)).number
        except Conflict as refusal:
            return refusal.problem

    assert sorted(together(attempt, attempt))[0] == "2600ER/000001"
    assert len(buyer.read(lambda books: restating.restatements(books, buyer.store_id))) == 1
    buyer.assert_true()


def test_the_page_proposes_and_posts(importer: Buyer, browse: Callable[[Shop], FlaskClient], sharma: Shop) -> None:
    web, url = browse(sharma), "/purchases/closing-rates"
    assert "No bill in foreign money" in web.get(url).text
    bill = abroad(importer, 100, "80")
    assert url in web.get(f"/purchases/bills/{bill.id}").text
    day = {"day": CLOSING.isoformat()}
    assert 'name="rate-USD"' in web.get(url, query_string=day).text
    assert 'id="f-rate-USD-error"' in web.get(url, query_string=day | {"rate-USD": "much"}).text
    page = web.get(url, query_string=day | {"rate-USD": "84.5"}).text
    assert "450.00" in page
    sent = day | {"id": str(new_id()), "store": str(importer.store_id), "rate-USD": "84.5", "shown": "45000"}
    assert web.post(url, data=sent | {"shown": "44999"}).status_code == 422
    assert web.post(url, data=sent | {"rate-USD": "-1"}).status_code == 422
    made = web.post(url, data=sent)
    assert made.status_code == 303, made.text
    assert web.post(url, data=sent).location == made.location
    shown = web.get(made.location).text
    assert "Exchange loss not realised" in shown
    assert made.location in web.get(f"/vouchers/{made.location.rsplit('/', 1)[1]}").text
    assert "restates this day already" in web.get(url, query_string=day | {"rate-USD": "84.5"}).text
    assert web.post(f"{made.location}/cancellation", data={"reason": ""}).status_code == 422
    assert web.post(f"{made.location}/cancellation", data={"reason": "Wrong rate"}).status_code == 303
    importer.assert_true()
