"""The reports in a real browser, under the program's own policy: read by axe, narrow, walked through and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import CREDIT, Trade, open_trade
from webapp.kernel.ids import new_id

PATHS = ("/today", "/day-book", "/accounts", "/trial-balance", "/stock", "/khata", "/day-book?from=2020-01-01&to=2020-01-01")


@pytest.fixture(scope="module")
def _made() -> dict[str, tuple[Shop, Trade, dict[str, str]]]:
    return {}


@pytest.fixture
def shop(live: LiveServer, _made: dict[str, tuple[Shop, Trade, dict[str, str]]]) -> tuple[Shop, dict[str, str]]:
    """A shop with sixty bills, made once for this file; its screens that have an id in their address."""
    if live.url not in _made:
        founded = found_shop("Deshpande Kirana", email=f"{new_id().hex}@reports.example", state_code="27")
        trade = open_trade(founded.actor)
        trade.item("Toor Dal 1 kg", 160, stock_of=500, cost=120, local_name="तूर दाल")
        ravi = trade.customer("Annapurna Tiffin & Caterers (Koramangala 4th Block)", phone="+919822010023", local_name="अन्नपूर्णा")
        on_credit: dict[str, Any] = {"paid": CREDIT, "party_id": ravi}
        bills = [trade.sell(trade.line("Toor Dal 1 kg"), total=160, **(on_credit if n % 3 == 0 else {})) for n in range(60)]
        _made[live.url] = (
            founded,
            trade,
            {"item": f"/stock/{trade.items['Toor Dal 1 kg']}", "party": f"/khata/{ravi}", "voucher": f"/vouchers/{bills[0].invoice_id}"},
        )
    founded, _, screens = _made[live.url]
    return founded, screens


@pytest.fixture
def reader(read_as: Callable[[Shop], Page], shop: tuple[Shop, dict[str, str]]) -> Page:
    return read_as(shop[0])


def test_axe_finds_nothing_and_nothing_hangs_over_the_side(reader: Page, shop: tuple[Shop, dict[str, str]]) -> None:
    for path in (*PATHS, *shop[1].values()):
        assert_fits(reader, path)


def test_down_to_the_bill_and_back_to_the_same_list(reader: Page) -> None:
    reader.goto("/day-book")
    expect(reader.locator("#vouchers tbody tr")).to_have_count(50)
    reader.get_by_role("link", name="Next").click()
    expect(reader.locator("#vouchers tbody tr")).to_have_count(10)
    reader.get_by_label("Search the day book").fill("TST/000007")
    expect(reader.locator("#vouchers tbody tr")).to_have_count(1)
    expect(reader).to_have_url(re.compile("q=TST"))
    reader.locator("#vouchers a.row-link").click()
    reader.get_by_role("link", name="Open the document").click()
    expect(reader).to_have_url(re.compile("/bills/"))
    for place in ("/vouchers/", "/day-book"):
        reader.wait_for_load_state()  # the address changes before the page has come
        reader.evaluate("history.back()")
        expect(reader).to_have_url(re.compile(place))
    expect(reader.get_by_label("Search the day book")).to_have_value("TST/000007")
    expect(reader.locator("#vouchers tbody tr")).to_have_count(1)


def test_a_search_without_a_hit_says_so_and_leads_back(reader: Page) -> None:
    reader.goto("/stock")
    reader.get_by_label("Search the stock").fill("nobody sells this")
    expect(reader.get_by_text("No item matches this search.")).to_be_visible()
    reader.get_by_role("link", name="Show all stock").click()
    expect(reader.locator("#stock tbody tr")).to_have_count(1)


def test_a_pdf_comes_down(reader: Page) -> None:
    reader.goto("/trial-balance")
    with reader.expect_download() as coming:
        reader.get_by_role("link", name="PDF").click()
    assert coming.value.suggested_filename == "trial-balance.pdf"
    with coming.value.path().open("rb") as file:
        assert file.read(4) == b"%PDF"
