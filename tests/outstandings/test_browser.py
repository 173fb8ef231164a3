"""The outstandings in a real browser: read by axe, narrow, by keyboard, in both themes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.outstandings.khata import Khata
from webapp.kernel.dates import ist_day
from webapp.kernel.ids import new_id
from webapp.platform import clock


@pytest.fixture
def shop(live: LiveServer) -> tuple[Shop, UUID, str]:
    """A shop whose customer has two open bills and money on account; the money's line as addresses write it."""
    founded = found_shop("Deshpande Kirana", email=f"{new_id().hex}@open.example", state_code="27")
    khata, today = Khata(founded.actor), ist_day(clock.now())
    ravi = khata.customer("Annapurna Tiffin & Caterers (Koramangala 4th Block)", phone="+919822010023", credit_days=15)
    khata.bill(ravi, 1180, today - timedelta(days=90))
    khata.bill(ravi, 590, today)
    money = khata.money(ravi, 700)
    mill = khata.customer("Shree Ganesh Mills", is_supplier=True, is_customer=False)
    khata.bill(mill, 54_000, today - timedelta(days=44), to="creditors")
    khata.settle(ravi, money, (khata.bill(ravi, 10, today), 5))
    return founded, ravi, f"{money.voucher_id.hex}.{money.line_no}"


@pytest.fixture
def reader(read_as: Callable[[Shop], Page], shop: tuple[Shop, UUID, str]) -> Page:
    return read_as(shop[0])


def paths(shop: tuple[Shop, UUID, str]) -> list[str]:
    party, line = shop[1], shop[2]
    return [
        "/receivables?view=bills",
        "/receivables?q=nobody",
        "/payables",
        "/open-bills?view=bills",
        f"/outstandings/{party}",
        f"/outstandings/{party}?view=bills",
        f"/outstandings/{party}/settlement?line={line}",
        f"/receipts/new?party_id={party}",
        "/exceptions",
        "/sales-register",
        "/sales-register?step=document",
        "/purchase-register",
    ]


def test_axe_finds_nothing_and_nothing_hangs_over_the_side(reader: Page, shop: tuple[Shop, UUID, str]) -> None:
    for path in paths(shop):
        assert_fits(reader, path)


def test_a_receipt_by_keyboard_pays_the_oldest_first(reader: Page, shop: tuple[Shop, UUID, str]) -> None:
    reader.goto(f"/receipts/new?party_id={shop[1]}")
    reader.keyboard.type("1200")
    reader.keyboard.press("Alt+o")
    bills = reader.locator("#bills input")
    expect(bills.first).to_have_value("1180")
    expect(reader.get_by_label("Amount")).to_have_value("1200")
    reader.keyboard.press("Alt+s")
    expect(reader.get_by_role("heading", level=1)).to_contain_text("P/000001")
    reader.goto("/open-bills?view=bills")
    expect(reader.locator("#bills tbody tr")).to_have_count(2)


def test_a_filter_changes_the_list_in_place(reader: Page) -> None:
    reader.goto("/receivables")
    expect(reader.locator("#outstandings tfoot")).to_contain_text("One party")
    reader.get_by_label("Money that names no bill").select_option("bills")
    expect(reader).to_have_url(re.compile("view=bills"))
    expect(reader.locator("#outstandings tbody")).to_contain_text("695.00")
    reader.get_by_label("Search parties").fill("nobody")
    expect(reader.get_by_text("No party matches this search.")).to_be_visible()
