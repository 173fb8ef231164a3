"""The statements in a real browser, under the program's own policy: read by axe, narrow, by keyboard, and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.final_accounts.two_years import TwoYears
from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from webapp.kernel.ids import new_id

YEAR = "from=2025-04-01&to=2026-03-31"
PATHS = (
    f"/trial-balance?{YEAR}",
    f"/trial-balance?{YEAR}&layout=groups&open=current-assets",
    f"/profit-and-loss?{YEAR}&detail=accounts",
    f"/profit-and-loss?{YEAR}&layout=sides",
    f"/profit-and-loss?{YEAR}&compare=months",
    f"/balance-sheet?{YEAR}&compare=last-year&open=profit-loss",
    f"/balance-sheet?{YEAR}&layout=sides&detail=accounts",
    f"/schedule-iii?{YEAR}",
    f"/cash-flow?{YEAR}",
    f"/cash-flow?{YEAR}&method=direct&open=customers",
    f"/fund-flow?{YEAR}",
    f"/ratios?{YEAR}&compare=last-year",
    "/profit-and-loss?from=2020-01-01&to=2020-01-31",
)


@pytest.fixture(scope="module")
def _made() -> dict[str, Shop]:
    return {}


@pytest.fixture
def shop(live: LiveServer, _made: dict[str, Shop]) -> Shop:
    """A shop with two years behind it, made once for this file."""
    if live.url not in _made:
        founded = found_shop("Deshpande Kirana", email=f"{new_id().hex}@accounts.example", state_code="27")
        books = TwoYears(founded.actor).open()
        books.post(date(2024, 6, 1), ("bank", 5_00_00_000_00), ("capital", -5_00_00_000_00))
        books.post(date(2024, 7, 1), ("stock-in-hand", 90_000_00), ("opening-difference", -90_000_00))
        for month in (4, 7, 12):
            books.post(
                date(2025, month, 9),
                ("cash", 23_600_00),
                ("sales", -20_000_00),
                ("output-cgst", -3_600_00),
                ("cost-of-goods", 12_000_00),
                ("stock-in-hand", -12_000_00),
            )
            books.post(date(2025, month, 20), ("expenses", 4_321_00), ("cash", -4_321_00))
        books.post(date(2025, 5, 1), ("Fridge", 70_000_00), ("bank", -70_000_00))
        books.post(date(2026, 3, 31), ("Depreciation", 7_000_00), ("Fridge", -7_000_00), store=1)
        _made[live.url] = founded
    return _made[live.url]


@pytest.fixture
def reader(read_as: Callable[[Shop], Page], shop: Shop) -> Page:
    return read_as(shop)


def test_axe_finds_nothing_and_nothing_hangs_over_the_side(reader: Page) -> None:
    for path in PATHS:
        assert_fits(reader, path)


def test_down_to_the_voucher_by_enter_and_back_to_what_stood_open(reader: Page) -> None:
    reader.goto(f"/profit-and-loss?{YEAR}")
    fold = reader.locator("#fold-indirect-expenses")
    fold.focus()
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("link", name="Shop expenses")).to_be_visible()
    expect(reader).to_have_url(re.compile("open=indirect-expenses"))
    expect(reader.locator("#fold-indirect-expenses")).to_be_focused()
    reader.get_by_role("link", name="Shop expenses").focus()
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(re.compile("/accounts/.*from=2025-04-01"))
    reader.locator("#lines a.row-link").first.focus()
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(re.compile("/vouchers/"))
    reader.go_back()
    reader.go_back()
    expect(reader).to_have_url(re.compile("open=indirect-expenses"))
    expect(reader.get_by_role("link", name="Shop expenses")).to_be_visible()


def test_days_store_and_comparison_are_chosen_in_one_form(reader: Page) -> None:
    reader.goto(f"/profit-and-loss?{YEAR}&detail=accounts")
    reader.get_by_label("Compare with").select_option("last-year")
    reader.get_by_label("Store").select_option(label="Second shop")
    reader.get_by_role("button", name="Show").click()
    expect(reader).to_have_url(re.compile(r"compare=last-year.*store=|store=.*compare=last-year"))
    expect(reader).to_have_url(re.compile("detail=accounts"))
    expect(reader.get_by_role("link", name="Depreciation")).to_be_visible()
    expect(reader.get_by_text("20,000.00")).to_have_count(0)


def test_a_printed_statement_has_no_buttons(reader: Page) -> None:
    reader.goto(f"/balance-sheet?{YEAR}&layout=sides")
    reader.emulate_media(media="print")
    expect(reader.get_by_role("button", name="Show")).to_be_hidden()
    expect(reader.get_by_role("link", name="CSV")).to_be_hidden()
    expect(reader.locator(".fold").first).to_be_hidden()
    left, right = (reader.locator(".t-form table").nth(place).bounding_box() for place in (0, 1))
    assert left
    assert right
    assert left["y"] == right["y"]


def test_the_chart_can_be_read_without_seeing_it(reader: Page) -> None:
    reader.goto(f"/profit-and-loss?{YEAR}")
    expect(reader.get_by_role("img", name="Income and expenses of the financial year by month")).to_be_visible()
    reader.get_by_text("The same as a table").click()
    expect(reader.locator("figure table tbody tr")).to_have_count(12)
