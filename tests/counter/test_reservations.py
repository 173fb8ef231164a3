"""The last unit while both tills have a line to the server: set aside for one of them, refused to the other with the figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select

from tests.conftest import NOON, Clock
from tests.counter.books import Shelf, stock_shelf, stock_up
from tests.counter.device import SYNC, Device, body_of, signed_in
from tests.counter.test_at_once import drained, enrolled, together
from tests.ground.shops import Shop, found_shop
from webapp import company, sales
from webapp.counter import reserving, tills
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import books_within, open_books, open_directory
from webapp.sales import office
from webapp.sales.typed import read_sheet
from webapp.stock.models import StockReservation

A, B = "00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"


def set_aside(shelf: Shelf) -> int:
    """How many reservations are kept, expired ones too."""
    return int(shelf.read(lambda books: books.session.scalar(select(func.count()).select_from(StockReservation))))


@pytest.fixture
def other(enrol: Callable[..., Device]) -> Device:
    return enrol("Back counter")


def test_all_of_a_bill_is_set_aside_or_nothing(till: Device, other: Device, shelf: Shelf) -> None:
    answer = till.reserve(A, ("Dal", 7_000), ("Soap", 10_000)).get_json()
    assert (answer["reserved"], answer["short"]) == (True, [])
    assert answer["until"] > answer["time"]
    refused = other.reserve(B, ("Dal", 3_000), ("Soap", 1_000)).get_json()
    assert (refused["reserved"], refused["until"]) == (False, None)
    soap = shelf.items["Soap"]["id"]
    assert refused["short"] == [{"item": soap, "on_hand": 10_000, "held": 10_000, "free": 0}]
    assert set_aside(shelf) == 2, "of a refused bill nothing is kept, not even what there was"
    assert other.reserve(B, ("Dal", 3_000)).get_json()["reserved"]
    assert not other.reserve(B, ("Dal", 3_001)).get_json()["reserved"]


def test_lines_of_one_item_are_added_up(till: Device) -> None:
    refused = till.reserve(A, ("Dal", 6_000), ("Dal", 4_001)).get_json()
    assert [(one["on_hand"], one["held"], one["free"]) for one in refused["short"]] == [(10_000, 0, 10_000)]


def test_the_same_bill_again_takes_the_place_of_what_it_had(till: Device, other: Device, shelf: Shelf) -> None:
    for lines in ([("Dal", 10_000)], [("Dal", 10_000)], [("Dal", 4_000), ("Soap", 1_000)], [("Dal", 5_000)]):
        assert till.reserve(A, *lines).get_json()["reserved"]
    assert set_aside(shelf) == 1
    assert other.reserve(B, ("Dal", 5_000), ("Soap", 10_000)).get_json()["reserved"]


def test_given_back_and_run_out(till: Device, other: Device, shelf: Shelf, clock: Clock) -> None:
    assert till.reserve(A, ("Dal", 10_000)).get_json()["reserved"]
    assert till.reserve(A).get_json() | {"time": ""} == {"reserved": True, "until": None, "short": [], "time": ""}
    assert set_aside(shelf) == 0
    assert till.reserve(A, ("Dal", 10_000)).get_json()["reserved"]
    clock.advance(seconds=179)
    assert not other.reserve(B, ("Dal", 1_000)).get_json()["reserved"]
    clock.advance(seconds=2)
    assert other.reserve(B, ("Dal", 1_000)).get_json()["reserved"]
    assert set_aside(shelf) == 1, "what has run out was swept up"


def test_asking_again_and_again_keeps_the_goods_no_longer(till: Device, other: Device, clock: Clock) -> None:
    first = till.reserve(A, ("Dal", 10_000)).get_json()["until"]
    for qty in (9_000, 10_000, 9_500):
        clock.advance(seconds=55)
        assert till.reserve(A, ("Dal", qty)).get_json()["until"] == first
    clock.advance(seconds=16)
    assert other.reserve(B, ("Dal", 10_000)).get_json()["reserved"]
    assert not till.reserve(A, ("Dal", 1_000)).get_json()["reserved"]


def test_posting_the_bill_ends_its_reservation(till: Device, other: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal", 9_000))
    assert till.reserve(body_of(bill)["id"], ("Dal", 9_000)).get_json()["reserved"]
    assert till.push()[0] == {"id": bill["id"], "status": "ok", "number": "26A1/000001"}
    assert set_aside(shelf) == 0
    assert shelf.on_hand("Dal") == 1_000
    assert other.reserve(B, ("Dal", 1_000)).get_json()["reserved"]
    # A second press of the same bill, or an answer that was late: it is sold, and takes nothing once more.
    again = till.reserve(body_of(bill)["id"], ("Dal", 9_000)).get_json()
    assert (again["reserved"], again["until"]) == (True, None)
    assert set_aside(shelf) == 1


def test_a_bill_put_aside_for_a_person_keeps_its_goods_until_they_run_out(till: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal", 9_000), supply="nowhere")
    assert till.reserve(body_of(bill)["id"], ("Dal", 9_000)).get_json()["reserved"]
    assert till.statuses() == ["quarantined"]
    assert set_aside(shelf) == 1


def test_a_push_after_its_time_is_accepted_and_flagged(till: Device, other: Device, shelf: Shelf, clock: Clock) -> None:
    late = till.sell(till.line("Dal", 10_000))
    assert till.reserve(body_of(late)["id"], ("Dal", 10_000)).get_json()["reserved"]
    clock.advance(minutes=4)
    soon = other.sell(other.line("Dal", 10_000))
    assert other.reserve(body_of(soon)["id"], ("Dal", 10_000)).get_json()["reserved"]
    assert other.push()[0]["status"] == "ok"
    (answer,) = till.push()
    assert (answer["status"], answer["flags"]) == ("ok", ["below_zero"])
    assert set_aside(shelf) == 0


def test_the_office_does_not_sell_what_a_till_has_set_aside(till: Device, shelf: Shelf) -> None:
    sheet = {"item-1": "Dal", "qty-1": "2", "pay": "cash"}

    def sell() -> sales.Issued:
        with open_books(shelf.actor) as books:
            return office.issue_invoice(books, read_sheet({**sheet, "id": str(new_id())}))

    assert till.reserve(A, ("Dal", 9_000)).get_json()["reserved"]
    with pytest.raises(BooksError, match="Dal: 10 in stock, 9 of them on bills being paid at a counter, 2 on this bill"):
        sell()
    assert (shelf.on_hand("Dal"), shelf.bills()) == (10_000, [])
    assert till.reserve(A, ("Dal", 8_000)).get_json()["reserved"]
    sell()
    assert shelf.on_hand("Dal") == 8_000
    with open_books(shelf.actor) as books:
        company.change_profile(books, {"allows_negative_stock": True})
    sell()
    assert shelf.on_hand("Dal") == 6_000


def test_a_shop_that_sells_below_zero_sets_nothing_aside_and_writes_nothing(till: Device, shelf: Shelf, engine: Engine) -> None:
    with open_books(shelf.actor) as books:
        company.change_profile(books, {"allows_negative_stock": True})
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: sent.append(seen[2].split()[0].lower()))
    answer = till.reserve(A, ("Dal", 99_000)).get_json()
    assert (answer["reserved"], answer["until"]) == (True, None)
    assert "select" in sent
    assert not {"insert", "update", "delete"} & set(sent)


def test_what_keeps_no_stock_or_is_not_known_is_not_set_aside(till: Device, shelf: Shelf) -> None:
    till.items["Stranger"] = {"id": str(new_id())}
    answer = till.reserve(A, ("Stranger", 1_000)).get_json()
    assert (answer["reserved"], answer["until"], set_aside(shelf)) == (True, None, 0)


def test_another_shops_goods_are_not_seen(till: Device, app: Flask, iyer: Shop, shelf: Shelf) -> None:
    theirs = stock_shelf(iyer.actor)
    stranger = Device.enrol(signed_in(app, iyer))
    stranger.items = shelf.items
    assert stranger.reserve(A, ("Dal", 99_000)).get_json()["until"] is None
    stranger.items = theirs.items
    assert stranger.reserve(A, ("Dal", 10_000)).get_json()["reserved"]
    assert till.reserve(A, ("Dal", 10_000)).get_json()["reserved"], "the same id in another company is another bill"


@pytest.mark.parametrize(
    "body",
    [
        {"lines": []},
        {"bill": A},
        {"bill": "x", "lines": []},
        {"bill": A, "lines": [{"item": A, "qty": 0}]},
        {"bill": A, "lines": [{"item": A, "qty": 1.5}]},
        {"bill": A, "lines": [{"item": A, "qty": 1000}] * 1001},
    ],
)
def test_what_cannot_be_read_is_400(till: Device, body: dict[str, Any]) -> None:
    answer = till.client.post("/sync/reservation", json=body, headers=SYNC)
    assert answer.status_code == 400
    assert answer.get_json()["problem"]


def test_a_till_that_is_closed_meanwhile_sets_nothing_aside(till: Device, shelf: Shelf) -> None:
    whose = tills.Device(shelf.actor.company_id, UUID(till.till["id"]), NOON)
    with open_directory() as directory, books_within(directory, shelf.actor) as books:
        tills.revoke(books, directory, whose.till_id)
    with pytest.raises(tills.TillRevoked):
        reserving.reserve(whose, reserving.ReservationWish(UUID(A), {UUID(shelf.items["Dal"]["id"]): Qty(1_000)}))
    assert set_aside(shelf) == 0


def test_a_till_proves_itself_and_so_does_the_page(till: Device, app: Flask) -> None:
    assert app.test_client().post("/sync/reservation", json={"bill": A, "lines": []}, headers=SYNC).status_code == 401
    assert till.client.post("/sync/reservation", json={"bill": A, "lines": []}).status_code == 403


def sold_online(device: Device, whose: tills.Device) -> Callable[[], bool]:
    """One till does what the browser does: it sets a Dal aside, and only then issues and sends. False when it is refused."""

    def act() -> bool:
        bill, dal = new_id(), UUID(device.items["Dal"]["id"])
        answer = reserving.reserve(whose, reserving.ReservationWish(bill, {dal: Qty(1_000)}))
        if answer.refused:
            # Either the other till has set it aside, or has sold it already: the figure says which.
            assert [(one.on_hand, one.held, one.free) for one in answer.refused] in ([(1_000, 1_000, 0)], [(0, 0, 0)])
            return False
        told = drained(whose, device.envelope([device.sell(device.line("Dal"), id=str(bill))]))()
        device.lease = told.lease or ""
        assert [(result.status, result.flags) for result in told.results] == [("ok", ())]
        return True

    return act


def test_fifty_times_the_last_unit_goes_to_one_of_two(real_engine: Engine) -> None:
    shop = found_shop("The last", email="reserve@once.example", state_code="27", gstin="27AABCS1234D1ZV")
    shelf = stock_shelf(shop.actor)
    pairs = [enrolled(shop, shelf, name) for name in ("Front", "Back")]
    front, whose = pairs[0]
    told = drained(whose, front.envelope([front.sell(front.line("Dal", 10_000))]))()
    front.lease = told.lease or ""
    for _ in range(50):
        with open_books(shop.actor) as books:
            stock_up(books, UUID(shelf.items["Dal"]["id"]), Qty(1_000), Paise(10_000))
        assert sorted(together(*[sold_online(*pair) for pair in pairs])) == [False, True]
        assert shelf.on_hand("Dal") == 0
    assert set_aside(shelf) == 0
    assert len(shelf.bills()) == 51
