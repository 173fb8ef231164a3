"""What a careless or hostile hand tries with orders, challans, advances and bills that come again; the books are true after each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from tests.counter.test_at_once import together
from tests.ground.shops import Shop, found_shop
from tests.orders.conftest import Desk, open_desk
from tests.support import refused
from webapp import books_check, catalogue, orders
from webapp.company import lock_month
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.orders import NewAdvance, TemplateCommand
from webapp.orders.rules import WrongState
from webapp.platform.tenancy import open_books
from webapp.sales.models import Invoice


@pytest.fixture
def web(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


def true(desk: Desk) -> None:
    assert desk.trade.read(books_check.verify_books).breaches == []


def today(desk: Desk) -> date:
    return desk.trade.read(lambda books: books.today)  # type: ignore[no-any-return]


def advance(desk: Desk, rupees: int, party: UUID | None = None) -> UUID:
    with open_books(desk.trade.actor) as books:
        asked = NewAdvance(new_id(), party or desk.party, desk.trade.store_id, books.today, Paise(rupees * 100), "cash", False, "Soap")
        return orders.take_advance(books, asked).id


def adjust(desk: Desk, advance_id: UUID, bill: UUID, rupees: int, id_: UUID | None = None) -> None:
    with open_books(desk.trade.actor) as books:
        orders.adjust_advance(books, advance_id, bill, id_=id_ or new_id(), amount=Paise(rupees * 100))


def recurring(desk: Desk, source: Any, begins: date, *, issues: bool = True, every: str = "month") -> UUID:
    with open_books(desk.trade.actor) as books:
        return orders.create_template(books, source.id, TemplateCommand(new_id(), "Soap", every, begins, None, issues)).id


def due(desk: Desk) -> int:
    with open_books(desk.trade.actor) as books:
        return orders.make_due(books)


def test_a_proforma_of_a_cancelled_order_is_not_billed(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "5"))
    proforma = desk.convert(order, "proforma")
    desk.act(orders.cancel, order, reason="Not wanted")
    assert "was cancelled" in refused(lambda: desk.bill(proforma), WrongState)
    assert desk.quantities(order) == (5, 0, 0, 5)
    true(desk)


def test_what_comes_back_to_a_closed_order_is_given_up(desk: Desk) -> None:
    order = desk.make("order", ("Soap", "10"))
    challan = desk.deliver(order, Soap="6")
    desk.act(orders.close_short, order, reason="Rest not wanted")
    desk.act(orders.cancel, challan, reason="Wrong lorry")
    line = desk.view(order).lines[0]
    assert (line.used_qty, line.closed_qty, line.left) == (0, 10_000, 0)
    true(desk)


def test_goods_do_not_leave_tomorrow(desk: Desk) -> None:
    for days in (1, 300):
        sent = desk.sheet(("Soap", "5"), day=(today(desk) + timedelta(days=days)).isoformat())
        with pytest.raises(InvalidInput) as refusal:
            desk.make("challan", typed=sent)
        assert set(refusal.value.errors) == {"day"}
    assert desk.trade.on_hand("Soap") == 100_000


def test_a_conversion_under_a_used_id_is_refused_when_it_is_another(desk: Desk) -> None:
    first, second, id_ = desk.make("order", ("Soap", "5")), desk.make("order", ("Tea", "5")), new_id()
    desk.convert(first, "challan", id_)
    refused(lambda: desk.convert(second, "challan", id_), Conflict)
    refused(lambda: desk.convert(first, "proforma", id_), Conflict)
    assert desk.convert(first, "challan", id_).id == id_


def test_an_adjustment_is_made_once_and_never_under_anothers_id(desk: Desk) -> None:
    bill, first, second, id_ = (
        desk.trade.bill(desk.bill(desk.make("order", ("Soap", "5")))).header.id,
        advance(desk, 300),
        advance(desk, 500),
        new_id(),
    )
    adjust(desk, first, bill, 100, id_)
    adjust(desk, first, bill, 100, id_)
    assert desk.trade.balance("customer-advances") == -70_000
    refused(lambda: adjust(desk, first, bill, 90, id_), Conflict)
    refused(lambda: adjust(desk, second, bill, 100, id_), Conflict)
    for id_taken, rupees in ((first, 201), (second, 491)):
        refused(lambda id_taken=id_taken, rupees=rupees: adjust(desk, id_taken, bill, rupees), InvalidInput)  # type: ignore[misc]
    other = desk.trade.customer("Somebody else")
    refused(lambda: adjust(desk, advance(desk, 100, other), bill, 10), InvalidInput)
    for rupees in (0, -5):
        refused(lambda rupees=rupees: adjust(desk, second, bill, rupees), InvalidInput)  # type: ignore[misc]
    true(desk)


def test_a_bill_of_the_31st_comes_on_the_last_of_each_month(desk: Desk, clock: Any) -> None:
    source = desk.make("proforma", ("Repair", "1"))
    recurring(desk, source, date(2026, 8, 31))
    assert due(desk) == 3
    bills = desk.trade.read(lambda books: list(books.session.scalars(select(Invoice.invoice_date))))
    assert sorted(bills) == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    assert due(desk) == 0
    true(desk)


def test_a_locked_month_and_a_full_khata_leave_a_proforma_with_the_reason(desk: Desk) -> None:
    source = desk.make("proforma", ("Repair", "1"))
    with open_books(desk.trade.actor) as books:
        lock_month(books, 202610, "filed")
    id_ = recurring(desk, source, date(2026, 10, 15))
    assert due(desk) == 2
    poor = Desk(desk.trade, desk.trade.customer("Poor", credit_limit_paise=Paise(10_000)))
    theirs = recurring(desk, poor.make("proforma", ("Repair", "1")), today(desk))
    assert due(desk) == 1
    from webapp.orders import recurring as room

    with open_books(desk.trade.actor) as books:
        assert room.template(books, id_).newest_kind == "invoice"
        kept = room.template(books, theirs)
    assert (kept.newest_kind, "limit" in kept.trouble) == ("proforma", True)
    true(desk)


def test_a_bill_that_cannot_be_made_at_all_is_made_when_it_can(desk: Desk) -> None:
    from webapp.orders import recurring as room

    source = desk.make("proforma", ("Repair", "1"))
    item = desk.trade.items["Repair"]
    with open_books(desk.trade.actor) as books:
        catalogue.archive_item(books, item)
    id_ = recurring(desk, source, today(desk))
    assert due(desk) == 0
    with open_books(desk.trade.actor) as books:
        kept = room.template(books, id_)
        assert "No item has this name" in kept.trouble
        assert kept.next_on == books.today, "its day is not skipped"
        catalogue.restore_item(books, item)
    assert due(desk) == 1
    with open_books(desk.trade.actor) as books:
        assert (room.template(books, id_).trouble, room.template(books, id_).newest_kind) == ("", "invoice")
    true(desk)


def test_a_bill_does_not_come_again_since_long_ago(desk: Desk) -> None:
    source = desk.make("proforma", ("Repair", "1"))
    with pytest.raises(InvalidInput) as refusal:
        recurring(desk, source, date(1990, 1, 1), every="week")
    assert set(refusal.value.errors) == {"starts_on"}


def test_no_row_of_a_long_sheet_is_lost_in_silence(desk: Desk) -> None:
    order = desk.make("order", *[("Soap", "1")] * 200)
    assert order.total_paise == 200 * 11_800
    assert "100 in stock, 200" in refused(lambda: desk.convert(order, "challan"), BooksError)
    with pytest.raises(InvalidInput) as refusal:
        desk.make("order", *[("Soap", "1")] * 301)
    assert "300" in refusal.value.errors["lines"]
    true(desk)


def test_absurd_figures_are_said_beside_their_fields(web: FlaskClient, desk: Desk) -> None:
    for field, text in (("qty-1", "9" * 40), ("rate-1", "1e9"), ("rate-1", "₹-5"), ("bill_discount", "101%"), ("day", "32-13-2026")):
        answer = web.post("/orders", data={**desk.sheet(("Soap", "1"), kind="order"), field: text})
        assert answer.status_code == 422, (field, text)
    assert web.post("/orders", data={**desk.sheet(("Soap", "1", "₹ 1,18,000.50"), kind="order")}).status_code == 303
    challan = desk.make("challan", ("Soap", "1"))
    for name, text in (("qty_" + "9" * 5000, "1"), ("qty_" + "9" * 5000, ""), ("qty_1", "-1"), ("qty_1", "9" * 30), ("qty_7", "1")):
        answer = web.post(f"/orders/{challan.id}/returns", data={name: text, "reason": "Back again"})
        assert answer.status_code in (404, 409, 422), (name[:9], answer.status_code)
    true(desk)


def test_another_companys_ids_are_nowhere(desk: Desk, other: Desk) -> None:
    theirs, bill = advance(other, 100), other.bill(other.make("order", ("Soap", "1"))).invoice_id
    for attack in (
        lambda: adjust(desk, theirs, bill, 1),
        lambda: adjust(desk, advance(desk, 100), bill, 1),
        lambda: desk.make("challan", ("Soap", "1", "", f"{other.make('order', ('Soap', '1')).id}.1")),
        lambda: advance(desk, 1, other.party),
        lambda: desk.convert(other.make("quotation", ("Soap", "1")), "order"),
    ):
        refused(attack, BooksError)
    true(desk)
    true(other)


@pytest.mark.slow
def test_two_advances_do_not_pay_one_bill_twice(real_engine: Engine) -> None:
    shop = found_shop("Two", email="two@advances.example", state_code="27", gstin="27AABCS1234D1ZV")
    desk = open_desk(shop)
    for _ in range(4):
        bill = desk.bill(desk.make("order", ("Soap", "1"))).invoice_id
        ids = [advance(desk, 118), advance(desk, 118)]

        def pay(id_: UUID, bill: UUID = bill) -> str:
            try:
                adjust(desk, id_, bill, 118)
            except BooksError as refusal:
                return refusal.problem
            return "paid"

        said = together(lambda ids=ids: pay(ids[0]), lambda ids=ids: pay(ids[1]))  # type: ignore[misc]
        assert sorted(word == "paid" for word in said) == [False, True], said
    assert desk.trade.balance("debtors") == 0
    true(desk)
