"""Every line of the conflict table: what happens when the counter and the office disagree. The sale stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.counter.books import Shelf, stock_shelf
from tests.counter.device import Device, body_of, changed, signed_in
from tests.ground.shops import Shop
from webapp import catalogue, parties
from webapp.company import change_profile, lock_month
from webapp.kernel.dates import IST
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.parties import PartyDraft
from webapp.platform.tenancy import open_books


def at(day: str, clock_time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock_time}").replace(tzinfo=IST).astimezone(UTC)


def test_a_price_changed_meanwhile_stands_as_issued(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal", price=100 * 100_000))
    assert till.push()[0]["status"] == "ok"
    assert shelf.balance("cash") == 10_000


def test_an_archived_item_and_customer_stand(till: Device, shelf: Shelf, sharma: Shop) -> None:
    customer = str(new_id())
    till.do("customer.add", id=customer, name="Ravi", phone="", gstin=None, state_code=None, address="")
    till.push()
    with open_books(sharma.actor) as books:
        catalogue.archive_item(books, UUID(shelf.items["Dal"]["id"]))
        parties.archive_party(books, UUID(customer))
    till.sell(till.line("Dal"), customer=customer)
    (result,) = till.push()
    assert result["status"] == "ok"
    assert set(result["flags"]) == {"archived_item", "archived_customer"}


def test_the_credit_limit_passed_is_flagged(till: Device, shelf: Shelf, sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        customer = parties.create_party(books, PartyDraft(name="Ravi", credit_limit_paise=Paise(10_000))).id
    till.sell(till.line("Dal"), customer=str(customer), paid=[{"mode": "credit", "amount": 14_500, "ref": "", "given": None}])
    (result,) = till.push()
    assert (result["status"], result["flags"]) == ("ok", ["credit_limit"])
    assert shelf.balance("debtors") == 14_500


def test_an_outdated_rate_is_flagged(till: Device) -> None:
    till.sell(till.line("Dal", rate=1200))
    (result,) = till.push()
    assert result["status"] == "ok"
    assert result["flags"] in (["rate_differs"], ["rate_outdated"])


def test_a_bill_of_a_locked_month_is_booked_on_the_first_open_day(till: Device, shelf: Shelf, sharma: Shop, clock: Clock) -> None:
    clock.now = at("2026-10-31", "20:00")
    till.sell(till.line("Dal"))
    clock.now = at("2026-11-05", "10:00")
    with open_books(sharma.actor) as books:
        lock_month(books, 202610, "GSTR-1 filed")
    (result,) = till.push()
    assert (result["status"], result["flags"]) == ("ok", ["period_locked"])
    assert str(shelf.posted_on("26A1/000001")) == "2026-11-01"


def test_cancelling_is_for_the_own_till_and_the_same_day(enrol: Callable[..., Device], shelf: Shelf, clock: Clock) -> None:
    front, back = enrol("Front"), enrol("Back")
    first, second = front.sell(front.line("Dal")), front.sell(front.line("Soap"))
    front.do("bill.cancel", bill=first["id"], reason="Wrong item")
    assert front.statuses() == ["ok", "ok", "ok"]
    assert shelf.balance("cash") == 4_000
    assert shelf.on_hand("Dal") == 10_000
    back.do("bill.cancel", bill=second["id"], reason="Not mine")
    (result,) = back.push()
    assert result["status"] == "quarantined"
    assert "another counter" in result["reason"]
    clock.advance(days=1)
    front.do("bill.cancel", bill=second["id"], reason="Too late")
    (result,) = front.push()
    assert result["status"] == "quarantined"
    assert "another day" in result["reason"]
    assert shelf.balance("cash") == 4_000


def test_a_bill_cancelled_twice_is_cancelled_once(till: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal"))
    till.do("bill.cancel", bill=bill["id"], reason="Wrong item")
    till.do("bill.cancel", bill=bill["id"], reason="Wrong item")
    results = till.push()
    assert [one["status"] for one in results] == ["ok", "ok", "ok"]
    assert results[2]["flags"] == ["already_cancelled"]
    assert shelf.balance("cash") == 0


def test_goods_come_back_against_a_bill(till: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal", 3000))
    till.take_back(bill, 1, 1000)
    results = till.push()
    assert [one["status"] for one in results] == ["ok", "ok"], results
    assert results[1]["number"] == "26A1R/000001"
    assert shelf.on_hand("Dal") == 8_000
    assert shelf.balance("cash") == 29_000


def test_money_taken_against_dues(till: Device, shelf: Shelf) -> None:
    customer = str(new_id())
    till.do("customer.add", id=customer, name="Ravi", phone="9820012345", gstin=None, state_code=None, address="")
    till.sell(till.line("Dal"), customer=customer, paid=[{"mode": "credit", "amount": 14_500, "ref": "", "given": None}])
    till.take_money(customer, 10_000)
    results = till.push()
    assert [one["status"] for one in results] == ["ok", "ok", "ok"], results
    assert results[2]["number"] == "26A1P/000001"
    assert (shelf.balance("debtors"), shelf.balance("cash")) == (4_500, 10_000)


def test_an_item_made_at_two_counters_with_one_barcode(enrol: Callable[..., Device]) -> None:
    front, back = enrol("Front"), enrol("Back")
    about = {"price": 1_000_000, "tax_class": "gst-18", "code": "8901030865275", "unit": None, "hsn": None}
    for device, name in ((front, "Candle"), (back, "Candle white")):
        item = str(new_id())
        device.items = {**device.items, name: {"id": item, "price": 1_000_000, "rate": 1800}}
        device.do("item.add", id=item, name=name, **about)
        device.sell(device.line(name))
    assert [one.get("flags") for one in front.push()] == [None, ["below_zero"]]
    results = back.push()
    assert [one["status"] for one in results] == ["ok", "ok"]
    assert results[0]["flags"] == ["code_taken"]


def test_a_customer_whose_gstin_cannot_be_is_made_without_it(till: Device) -> None:
    customer = str(new_id())
    till.do("customer.add", id=customer, name="Ravi", phone="12", gstin="27AAAAA0000A1Z0", state_code="27", address="Pune")
    till.sell(till.line("Dal"), customer=customer)
    results = till.push()
    assert [one["status"] for one in results] == ["ok", "ok"]
    assert results[0]["flags"] == ["details_dropped"]


def test_other_companies_ids_reach_nothing(app: Flask, till: Device, iyer: Shop, shelf: Shelf) -> None:
    theirs = stock_shelf(iyer.actor)
    stranger = Device.enrol(signed_in(app, iyer), "Chennai")
    stranger.items = theirs.items
    bill = stranger.sell(stranger.line("Dal"), pos="33")
    assert stranger.push()[0]["status"] == "ok"

    till.items = {**till.items, "Theirs": theirs.items["Dal"]}
    till.sell(till.line("Theirs"))
    till.do("bill.cancel", bill=bill["id"], reason="Not ours")
    till.do("cash.move", shift=str(new_id()), amount=100, purpose="bank", reason="x")
    results = till.push()
    assert [one["status"] for one in results] == ["ok", "quarantined", "quarantined"]
    assert "unknown_item" in results[0]["flags"]  # a stand-in of our own, not their item
    assert theirs.on_hand("Dal") == 9_000
    assert theirs.bills() == ["26A1/000001"]
    assert till.push([{**bill, "series": "26A1", "seq": 2}])[0]["status"] in {"ok", "quarantined"}
    assert theirs.balance("cash") == 14_500


def test_a_clock_set_back_is_flagged(till: Device, shelf: Shelf, clock: Clock) -> None:
    till.sell(till.line("Soap"), at_instant=clock.now)
    till.sell(till.line("Soap"), at_instant=clock.now - timedelta(minutes=30))
    till.sell(till.line("Soap"), at_instant=clock.now, clock_flag="set_back")
    results = till.push()
    assert [one.get("flags", []) for one in results] == [[], ["clock_set_back"], ["clock_set_back"]]
    assert shelf.flags("26A1/000002") == {"clock_set_back"}


def test_a_bill_dated_next_year_stands_only_in_next_years_series(till: Device, shelf: Shelf, clock: Clock) -> None:
    ahead = at("2027-04-02", "10:00")
    till.sell(till.line("Dal"), at_instant=ahead)  # the device's clock runs five months fast
    (result,) = till.push()
    assert (result["status"], result["number"]) == ("ok", "27A1/000001")
    assert "future_date" in result["flags"]
    wrong = till.sell(till.line("Dal"), at_instant=clock.now)
    moved = changed(wrong, date="2027-04-02", at="2027-04-02T10:00:00+05:30")
    (result,) = till.push([moved])
    assert result["status"] == "quarantined"
    assert "26A1 numbers the year 2026-27" in result["reason"]
    assert shelf.last("26A1") == 1


def test_at_midnight_of_31_march_the_series_changes_by_the_bills_date(till: Device, shelf: Shelf, clock: Clock) -> None:
    clock.now = at("2027-03-20", "10:00")
    prefixes = [row["prefix"] for row in till.client.get("/sync/catalogue?since=0").get_json()["series"]]
    assert {"26A1", "27A1", "27A1R", "27A1P"} <= set(prefixes)
    till.sell(till.line("Soap"), at_instant=at("2027-03-31", "23:59:59"))
    till.sell(till.line("Soap"), at_instant=at("2027-04-01", "00:00:00"))
    till.sell(till.line("Soap"), at_instant=at("2027-04-01", "00:00:01"))
    clock.now = at("2027-04-01", "00:10")
    results = till.push()
    assert [one.get("number") for one in results] == ["26A1/000001", "27A1/000001", "27A1/000002"]
    assert (shelf.last("26A1"), shelf.last("27A1")) == (1, 2)


def test_last_years_late_bill_is_taken_in_its_own_series(till: Device, shelf: Shelf, clock: Clock) -> None:
    clock.now = at("2027-03-31", "21:00")
    till.sell(till.line("Soap"))
    clock.now = at("2027-04-20", "10:00")
    till.sell(till.line("Soap"))
    assert till.statuses() == ["ok", "ok"]
    assert shelf.bills() == ["26A1/000001", "27A1/000001"]


def test_upi_paid_offline_is_recorded_as_claimed(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal"), paid=[{"mode": "upi", "amount": 14_500, "ref": "4321", "given": None}])
    assert till.push()[0]["status"] == "ok"
    assert shelf.balance("upi-clearing") == 14_500


def test_tenders_that_are_not_the_total_are_put_aside(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal"), paid=[{"mode": "cash", "amount": 14_000, "ref": "", "given": None}])
    (result,) = till.push()
    assert result["status"] == "quarantined"
    assert "₹5.00 short" in result["reason"]
    assert shelf.last("26A1") == 1


def test_a_bill_of_ten_thousand_lines_is_put_aside_and_the_next_goes_on(till: Device, shelf: Shelf) -> None:
    monster = till.sell(*[till.line("Soap", 1)] * 10_000)
    assert len(monster["body"]) > 1_000_000
    till.sell(till.line("Dal"))
    assert till.post(till.outbox).status_code == 413
    (result,) = till.push(till.outbox[:1])
    assert result["status"] == "quarantined"
    assert "10000 lines" in result["reason"].replace(",", "")
    assert till.statuses() == ["ok"]
    assert shelf.bills() == ["26A1/000002"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("qty", 0),
        ("qty", -1000),
        ("qty", 1.5),
        ("qty", "１０"),
        ("qty", None),
        ("qty", True),
        ("qty", 10**30),
        ("price", -1),
        ("price", 10**18),
        ("disc", -1),
        ("disc", 10**9),
        ("item", "nonsense"),
        ("item", None),
        ("name", ""),
        ("name", "x" * 10_000),
        ("name", "a\x00b"),
        ("name", "\ud800"),
        ("rate", 99_999),
        ("treatment", "free"),
        ("incl", "yes"),
        ("hsn", 5),
        ("fig", []),
        ("fig", None),
    ],
)
def test_malformed_lines_are_put_aside_with_words(till: Device, shelf: Shelf, field: str, value: object) -> None:
    bill = till.sell(till.line("Dal"))
    body = body_of(bill)
    body["lines"][0][field] = value
    till.outbox = [changed(bill, lines=body["lines"])]
    till.sell(till.line("Soap"))
    results = till.push()
    assert [one["status"] for one in results] == ["quarantined", "ok"], results
    assert len(results[0]["reason"]) > 15
    assert "our mistake" not in results[0]["reason"]
    assert "Something in the program" not in results[0]["reason"]
    assert shelf.last("26A1") == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2),
        ("v", None),
        ("kind", "credit_note"),
        ("supply", "moon"),
        ("pos", ""),
        ("date", "2026-13-01"),
        ("date", "2026-11-19"),
        ("at", "2026-11-20T10:00:00"),
        ("at", "yesterday"),
        ("lines", []),
        ("lines", {}),
        ("lines", [None]),
        ("totals", None),
        ("tenders", None),
        ("tenders", [{"mode": "gold", "amount": 14500}]),
        ("number", "26A1/000009"),
        ("series", "26B7"),
        ("seq", 7),
        ("cashier", "Ravi"),
        ("shift", "x"),
        ("rules_v", 99),
        ("clock_flag", "maybe"),
        ("bill_disc", -5),
    ],
)
def test_malformed_bills_are_put_aside_with_words(till: Device, shelf: Shelf, field: str, value: object) -> None:
    bill = till.sell(till.line("Dal"))
    till.outbox = [changed(bill, **{field: value})]
    till.sell(till.line("Soap"))
    results = till.push()
    assert [one["status"] for one in results] == ["quarantined", "ok"], results
    assert "Something in the program" not in results[0]["reason"]
    assert shelf.last("26A1") == 2


def test_a_damaged_body_is_put_aside(till: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal"))
    (result,) = till.push([{**bill, "body": bill["body"].replace("Dal", "Dbl")}])
    assert result["status"] == "quarantined"
    assert "checksum" in result["reason"]
    assert shelf.last("26A1") == 1


def test_emoji_and_right_to_left_names_are_kept(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal", name="دال ☕ तूर दाल"))
    assert till.push()[0]["status"] == "ok"


def test_the_shop_that_allows_it_sells_below_zero_without_a_word_from_the_till(till: Device, sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        change_profile(books, {"allows_negative_stock": True})
    till.sell(till.line("Dal", 11_000))
    assert till.push()[0]["status"] == "ok"


def test_what_a_till_claims_of_lists_and_schemes_never_loses_its_bill(till: Device, shelf: Shelf, iyer: Shop) -> None:
    """A list or scheme nobody here knows, or another company's, is flagged. A claim that contradicts its own bill is put aside, whole."""
    with open_books(iyer.actor) as books:
        theirs = str(catalogue.create_price_list(books, catalogue.ListDraft("Theirs", is_for_all=True)))
    off = {"scheme": str(new_id()), "name": "Nobody's", "off": 5_00}
    till.sell(till.line("Dal", price=100 * 100_000, list=theirs, hand=False))
    till.sell(till.line("Dal", disc=5_00, offers=[off], hand=False))
    till.sell({**till.line("Dal", list=theirs, disc=5_00, offers=[off]), "item": str(new_id())})
    till.sell(till.line("Dal", disc=5_00, offers=[{**off, "off": 5_01}]))
    till.sell(till.line("Dal", disc=10_00, offers=[off, off]))
    results = till.push()
    assert [one["status"] for one in results] == ["ok", "ok", "ok", "quarantined", "quarantined"], results
    assert [sorted(one["flags"]) for one in results[:3]] == [
        ["price_differs"],
        ["scheme_differs"],
        ["below_zero", "scheme_differs", "unknown_item"],
    ]
    assert all("more than its discount" in one["reason"] for one in results[3:])
