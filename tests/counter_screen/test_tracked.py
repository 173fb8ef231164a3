"""Goods kept by batch and by serial number at the counter: picked, overridden, sold without the network, given back. On a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Route, expect

from tests.counter_screen.conftest import Till
from tests.ground.browser import SCAN, becomes, until
from tests.ground.shops import Shop
from tests.sales.trade import open_trade
from tests.stock.test_tracked import receive
from webapp import stock
from webapp.books_check import verify_books
from webapp.kernel.money import Paise
from webapp.platform.tenancy import open_books, read_books
from webapp.stock import BatchFacts

SYRUP, PHONE = "8901030865299", "8901719101090"


def stock_shelves(shop: Shop) -> None:
    """Syrup in three lots (one expired, one whose MRP is below the price), and four phones."""
    trade = open_trade(shop.actor)
    syrup = trade.item("Syrup", 100, stock_of=0, tracking="batch", codes=(SYRUP,))
    lots = (("OLD", date(2026, 1, 31), None), ("LOW", date(2099, 1, 31), Paise(9000)), ("B2", date(2099, 6, 30), Paise(11_000)))
    for batch, expires, mrp in lots:
        with open_books(shop.actor) as books:
            stock.open_batch(books, syrup, BatchFacts(batch, expires, None, mrp))
        receive(trade, syrup, 2, 100, batch=batch)
    phone = trade.item("Phone", 500, stock_of=0, tracking="serial", codes=(PHONE,))
    receive(trade, phone, 4, 400, serials=("PH-1001", "PH-1002", "PH-1003", "PH-1004"))


# long: one walk, step after step
def test_batches_and_pieces_are_picked_sold_and_given_back(shop: Shop, open_till: Callable[..., Till]) -> None:
    stock_shelves(shop)
    till = open_till(width=320, height=700)
    page, line = till.page, till.page.locator(".line")
    till.scan(SYRUP)
    expect(line).to_contain_text(["Batch LOW · expires 31-Jan-2099"])
    expect(line).to_contain_text(["Above the MRP of ₹90.00"])
    till.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("above the MRP of the batch")
    expect(page.locator("#picking")).to_be_visible()
    assert till.faults() == []
    till.press("ArrowDown", "Enter")  # from LOW to B2
    expect(line).to_contain_text(["Batch B2"])
    till.press("Alt+b", "Home")
    page.locator("input[name=picked][value=OLD]").focus()
    till.press("Space", "Enter")
    expect(page.locator("#picking-error")).to_contain_text("why it is sold although it has expired")
    till.type("for the lab")
    till.press("Enter")
    expect(line).to_contain_text(["This batch has expired"])
    page.evaluate(SCAN, PHONE)  # it asks, and so moves the focus
    expect(page.locator("#picking-about")).to_have_text("0 of 1 serial numbers")
    till.scan("NOBODY9")
    expect(page.locator("#picking-error")).to_contain_text("NOBODY9 is not in this store")
    page.evaluate(SCAN, "PH-1003")  # the last one: the focus goes to what ends it
    expect(page.locator("#picking-take")).to_be_focused()
    till.press("Enter")
    till.scan("PH-1003")
    expect(page.locator("#toasts")).to_contain_text("PH-1003 stands on this bill already")
    assert till.hangs_over() == 0
    till.press("Enter")
    expect(page.locator("#pay")).to_be_visible()
    till.press("Enter")
    first = till.expect_done()
    page.context.set_offline(True)
    till.scan("PH-1001")
    page.evaluate(SCAN, PHONE)  # it asks, and so moves the focus
    expect(page.locator("#picking-about")).to_have_text("1 of 2 serial numbers")
    page.locator("#picking-text").fill("unheard-of")
    till.press("Enter")
    expect(page.locator("#picking-error")).to_contain_text("UNHEARD-OF is not known on this device")
    till.press("Enter")
    expect(page.locator("#picking")).to_be_hidden()
    till.press("Enter")
    expect(page.locator("#pay")).to_be_visible()
    till.press("Enter")
    expect(page.locator("#done [data-f=number]")).not_to_have_text(first)
    till.scan("PH-1001")
    expect(page.locator("#toasts")).to_contain_text("PH-1001 is sold already")
    page.context.set_offline(False)
    expect(page.locator("#pill-words")).to_have_text("All sent")
    till.press("F8")
    page.locator("#return-find").fill(first)
    till.press("Enter")
    expect(page.locator("#return-lines")).to_contain_text("Phone")
    till.scan("PH-1003")
    expect(page.locator("[data-piece=PH-1003]")).to_have_attribute("aria-pressed", "true")
    page.locator("#return-take").click()
    expect(page.locator("#toasts")).to_contain_text("give back ₹500.00")
    expect(page.locator("#pill-words")).to_have_text("All sent")
    books_say(shop)


def books_say(shop: Shop) -> None:
    """PH-1003 is back; PH-1001 is sold, and another for the one that nobody knows; the expired syrup left."""
    with read_books(shop.actor) as books:
        held = stock.shelves_in(books, open_trade(shop.actor).store_id)
    assert {serial for _, serial in held.pieces} == {"PH-1003", "PH-1004"}
    assert {one.batch: one.qty for one in held.batches} == {"OLD": 1000, "LOW": 2000, "B2": 2000}
    with open_books(shop.actor) as books:
        assert verify_books(books).breaches == []


def test_a_batch_that_is_chosen_stays_chosen_when_the_server_answers(shop: Shop, open_till: Callable[..., Till]) -> None:
    stock_shelves(shop)
    till = open_till()
    page, held = till.page, list[Route]()
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3_600_000; }")  # what is known here is of an hour ago
    page.route("**/sync/shelves?item=*", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given
    till.scan(SYRUP)
    till.press("Alt+b")
    expired = page.locator("input[name=picked][value=OLD]")
    expired.check()
    page.evaluate("() => { document.querySelector('input[name=picked]').isOfBefore = true; }")
    becomes(page, lambda: len(held), 2)
    for route in held:
        route.continue_()
    until(page, "!document.querySelector('input[name=picked]').isOfBefore")
    expect(expired).to_be_checked()
    expect(expired).to_be_focused()
