"""How far a role may go: discounts, days back, challans, what has expired; and money that meets a cancellation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from tests.counter.test_at_once import together
from tests.ground.shops import Shop, found_shop
from tests.orders.conftest import Desk, open_desk
from tests.support import refused
from webapp import books_check, orders, sales, stock
from webapp.kernel.errors import BooksError, Forbidden, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import BatchFacts, Movement, StockSlip
from webapp.orders import NewAdvance, NewDocument
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.sales import read_sheet

pytestmark = pytest.mark.database


def person(desk: Desk, role: Role, why: str = "") -> Actor:
    return Actor(desk.trade.actor.company_id, role, user_id=new_id(), name=str(role), why=why)


def bill(desk: Desk, actor: Actor, *rows: tuple[str, ...], **more: str) -> UUID:
    with open_books(actor) as books:
        return sales.issue_invoice(books, read_sheet(desk.sheet(*rows, **more))).invoice_id


def refusal_of(work: Callable[[], Any]) -> str:
    """What is said beside the reason."""
    with pytest.raises(InvalidInput) as found:
        work()
    assert set(found.value.errors) == {"limit_reason"}
    return found.value.errors["limit_reason"]


def overrides(desk: Desk) -> list[dict[str, Any] | None]:
    with read_books(desk.trade.actor) as books:
        query = select(EditLogEntry.new).where(EditLogEntry.action == "override").order_by(EditLogEntry.seq)
        return list(books.session.scalars(query))


def test_a_role_gives_no_more_than_its_limit(desk: Desk) -> None:
    desk.trade.limits(cashier={"most_discount_bp": 1000}, accountant={"most_discount_bp": 1000})
    cashier, accountant = person(desk, Role.CASHIER), person(desk, Role.ACCOUNTANT)
    for row, more, given in (
        (("Soap", "1"), {"discount-1": "11%"}, "11"),
        (("Soap", "1"), {"bill_discount": "100%"}, "100"),
        (("Soap", "1", "100"), {}, "15.26"),  # a lower rate typed is a discount too
        (("Soap", "1", "1"), {"rates": "without"}, "99"),  # and so is the tax left out of it
        (("Tea", "2", "0"), {}, "100"),
    ):
        said = refusal_of(lambda row=row, more=more: bill(desk, cashier, row, **more))  # type: ignore[misc]
        assert f"is {given} % below its price; your role may give 10 %" in said
        assert "Ask the owner" in said
    friend = replace(cashier, why="because")
    assert "Ask the owner" in refusal_of(lambda: bill(desk, friend, ("Tea", "2", "0"))), "a reason is no permission"
    assert "Say in a few words why" in refusal_of(lambda: bill(desk, accountant, ("Tea", "2", "0")))
    with open_books(cashier) as books, pytest.raises(InvalidInput):
        orders.create(books, NewDocument("quotation", read_sheet(desk.sheet(("Tea", "2", "0")))))
    assert overrides(desk) == []
    bill(desk, replace(accountant, why="An old friend"), ("Tea", "2", "0"))
    (kept,) = overrides(desk)
    assert kept is not None
    assert (kept["reason"], kept["most_bp"]) == ("An old friend", 1000)
    bill(desk, desk.trade.actor, ("Tea", "2", "0"))  # the owner has none
    assert books_are_true(desk)


def books_are_true(desk: Desk) -> bool:
    return bool(desk.trade.read(books_check.verify_books).breaches == [])


def test_what_is_within_the_limit_asks_nothing(desk: Desk) -> None:
    desk.trade.limits(cashier={"most_discount_bp": 1000})
    cashier = person(desk, Role.CASHIER)
    bill(desk, cashier, ("Soap", "3"), **{"discount-1": "10%"})
    bill(desk, cashier, ("Soap", "1", "106.2"))
    bill(desk, cashier, ("Tea", "7"), bill_discount="10%")
    desk.trade.limits(cashier={"most_discount_bp": 0})
    bill(desk, cashier, ("Soap", "1"))
    assert "0.01 %" not in refusal_of(lambda: bill(desk, cashier, ("Soap", "1"), bill_discount="1"))


def test_a_till_that_gave_too_much_is_flagged_and_stands(desk: Desk, other: Desk) -> None:
    till = Actor(desk.trade.actor.company_id, Role.CASHIER, name="Counter", via="till")
    desk.trade.limits(cashier={"most_discount_bp": 1000})
    for own, disc, flagged in ((desk, 11.8, False), (desk, 50, True), (other, 50, False)):
        actor = replace(till, company_id=own.trade.actor.company_id)
        asked = own.trade.sale(own.trade.line("Soap", 1, disc=disc), total=round(118 - disc))
        with open_books(actor) as books:
            issued = sales.issue(books, replace(asked, has_happened=True))
        assert ("discount_limit" in [flag.kind for flag in issued.flags]) is flagged, disc


@pytest.mark.parametrize("days", [2, 3])
def test_a_role_dates_back_no_further_than_its_limit(desk: Desk, days: int) -> None:
    desk.trade.limits(cashier={"backdate_days": 2}, accountant={"backdate_days": 2})
    day = desk.trade.read(lambda books: books.today) - timedelta(days=days)
    cashier, accountant = person(desk, Role.CASHIER), person(desk, Role.ACCOUNTANT)

    def advance(actor: Actor) -> None:
        with open_books(actor) as books:
            orders.take_advance(books, NewAdvance(new_id(), desk.party, desk.trade.store_id, day, Paise(100), "cash", False, "Soap"))

    def order(actor: Actor) -> None:
        with open_books(actor) as books:
            orders.create(books, NewDocument("order", read_sheet(desk.sheet(("Soap", "1"), day=day.isoformat()))))

    for make in (lambda actor: bill(desk, actor, ("Soap", "1"), day=day.isoformat()), advance, order):
        if days <= 2:
            make(cashier)
        else:
            assert f"is {days} days back; your role may date back 2." in refusal_of(lambda make=make: make(cashier))  # type: ignore[misc]
            assert "Say in a few words" in refusal_of(lambda make=make: make(accountant))  # type: ignore[misc]
            make(replace(accountant, why="The paper was lost"))
        make(desk.trade.actor)
    assert len(overrides(desk)) == (0 if days <= 2 else 3)


def test_the_form_asks_who_may_for_the_reason(browse: Callable[[Shop], FlaskClient], sharma: Shop, desk: Desk) -> None:
    owner = browse(sharma)
    changed = {
        "cashier_most_discount_bp": "12.5",
        "cashier_backdate_days": "",
        "accountant_most_discount_bp": "101",
        "name": "Sharma Stores",
    }
    wrong = owner.post("/settings", data=changed)
    assert wrong.status_code == 422
    assert 'id="f-accountant_most_discount_bp-error"' in wrong.text
    assert owner.post("/settings", data=changed | {"accountant_most_discount_bp": "0"}).status_code == 303
    page = owner.get("/settings").text
    assert 'name="cashier_most_discount_bp" value="12.5"' in page
    assert 'name="cashier_backdate_days" value=""' in page


def test_a_cashier_does_not_cancel_a_challan(desk: Desk) -> None:
    challan, order = desk.make("challan", ("Soap", "1")), desk.make("order", ("Soap", "1"))
    with open_books(person(desk, Role.CASHIER)) as books, pytest.raises(Forbidden):
        orders.cancel(books, challan.id, version=1, reason="Mine now")
    assert desk.view(challan).head.state == "open"
    with open_books(person(desk, Role.CASHIER)) as books:
        orders.cancel(books, order.id, version=1, reason="Typed twice")
    with open_books(person(desk, Role.ACCOUNTANT)) as books:
        orders.cancel(books, challan.id, version=1, reason="Typed twice")
    assert books_are_true(desk)


def test_what_has_expired_leaves_on_a_challan_for_a_reason(desk: Desk) -> None:
    tablets = desk.trade.item("Tablets", 10, stock_of=0, tracking="batch")
    with open_books(desk.trade.actor) as books:
        past = books.today - timedelta(days=1)
        stock.open_batch(books, tablets, BatchFacts("OLD", expires_on=past))
        slip = StockSlip((Movement(1, tablets, desk.trade.store_id, Qty(10_000), Paise(0), "OLD"),))
        stock.record(books, document_id=new_id(), kind="opening", moved_on=past, slip=slip, policy=stock.Policy.ALLOW)

    def send(actor: Actor, why: str = "") -> None:
        typed = desk.sheet(("Tablets", "2"), expired_reason=why, **{"batch-1": "OLD"})
        with open_books(actor) as books:
            orders.create(books, NewDocument("challan", read_sheet(typed), purpose="other"))

    with pytest.raises(stock.BatchExpired):
        send(desk.trade.actor)
    with pytest.raises(Forbidden):
        send(person(desk, Role.CASHIER), "Back to the maker")
    assert refused(lambda: send(desk.trade.actor, "x"), InvalidInput)
    send(desk.trade.actor, "Back to the maker")
    assert [kept["reason"] for kept in overrides(desk) if kept] == ["Back to the maker"]


def test_a_bill_to_a_sez_names_its_buyers_gstin(desk: Desk) -> None:
    typed = desk.sheet(("Soap", "1"), destination="sez_paid")
    with open_books(desk.trade.actor) as books, pytest.raises(InvalidInput) as found:
        sales.issue_invoice(books, read_sheet(typed))
    assert set(found.value.errors) == {"party"}
    unit = desk.trade.customer("Unit in a zone", gstin="33AABCI1234D1ZC", credit_days=30)
    bill(desk, desk.trade.actor, ("Soap", "1"), destination="sez_paid", party_id=str(unit))


def advance_on(books: Books, desk: Desk, order: UUID) -> UUID:
    asked = NewAdvance(new_id(), desk.party, desk.trade.store_id, books.today, Paise(10_000), "cash", False, "Soap", order_id=order)
    return orders.take_advance(books, asked).id


def test_no_advance_is_taken_on_a_cancelled_order_or_set_against_a_cancelled_bill(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "1"))
    with open_books(desk.trade.actor) as books:
        taken = advance_on(books, desk, order.id)
    invoice = desk.bill(order).invoice_id
    desk.trade.cancel(invoice)
    with open_books(desk.trade.actor) as books, pytest.raises(InvalidInput):
        orders.adjust_advance(books, taken, invoice, id_=new_id(), amount=Paise(100))
    desk.act(orders.cancel, order, version=desk.view(order).head.version, reason="Not wanted")
    with open_books(desk.trade.actor) as books, pytest.raises(BooksError, match="was cancelled"):
        advance_on(books, desk, order.id)
    assert books_are_true(desk)


@pytest.mark.slow
def test_an_advance_and_a_cancellation_at_once(real_engine: Engine) -> None:
    """Whichever comes first: a cancelled bill is paid by no advance, and the books are true."""
    desk = open_desk(found_shop("Three", email="three@advances.example", state_code="27", gstin="27AABCS1234D1ZV"))
    for turn in range(4):
        invoice = desk.bill(desk.make("order", ("Soap", "1"))).invoice_id
        with open_books(desk.trade.actor) as books:
            asked = NewAdvance(new_id(), desk.party, desk.trade.store_id, books.today, Paise(11_800), "cash", False, "Soap")
            taken = orders.take_advance(books, asked).id

        def adjust(invoice: UUID = invoice, taken: UUID = taken) -> str:
            try:
                with open_books(desk.trade.actor) as books:
                    orders.adjust_advance(books, taken, invoice, id_=new_id(), amount=Paise(11_800))
            except BooksError as refusal:
                return refusal.problem
            return "adjusted"

        def cancel(invoice: UUID = invoice) -> str:
            desk.trade.cancel(invoice)
            return "cancelled"

        said = together(*((adjust, cancel) if turn % 2 else (cancel, adjust)))
        assert "cancelled" in said, said
        with read_books(desk.trade.actor) as books:
            assert orders.advance(books, taken).left_paise == 11_800, said
        assert desk.trade.balance("debtors") == 0
    assert books_are_true(desk)
