"""A month's work in a browser: a supplier is marked, a bill is deducted of, the challan is entered; on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import faults
from tests.ground.browser import sign_in
from tests.ground.server import LiveServer
from tests.ground.shops import found_shop
from tests.tds.conftest import Office, office_of
from webapp.kernel.ids import new_id

PAGES = ("/tds", "/tds/deductions", "/tds/challans", "/tds/statement?quarter=2026-3", "/tds/summary", "/tds/marks", "/tds/deductor")


@pytest.fixture
def live_office(live: LiveServer) -> Office:
    own = office_of(found_shop("Deducting Stores", email=f"tds-{new_id().hex}@example.com", state_code="27"))
    own.buyer.supplier("Mehta", gstin=None)
    own.people["Mehta"] = own.buyer.suppliers["Mehta"]
    return own


def test_from_the_mark_to_the_challan(live: LiveServer, page: Page, live_office: Office) -> None:
    sign_in(page.context, live, live_office.shop)
    page.goto(f"{live.url}/tds/marks")
    page.get_by_label("Supplier or account").fill("Mehta")
    page.get_by_label("Kind of payment").first.select_option("professional")
    page.get_by_label("PAN", exact=True).fill("ABCCK1234F")
    with page.expect_navigation():
        page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_text("Vouchers now propose the deduction.")).to_be_visible()
    live_office.bill(80_000)
    page.goto(f"{live.url}/tds")
    with page.expect_navigation():
        page.get_by_role("link", name="Enter its challan").click()
    page.get_by_label("BSR code of the branch").fill("1234567")
    page.get_by_label("Challan serial number").fill("42")
    page.get_by_label("Paid from").select_option(label="Bank")
    with page.expect_navigation():
        page.get_by_role("button", name="Enter the challan").click()
    expect(page.get_by_text("₹8,000.00").first).to_be_visible()
    assert [row.challan_id is not None for row in live_office.deductions()] == [True]
    page.set_viewport_size({"width": 320, "height": 800})
    found = []
    for address in PAGES:
        page.goto(f"{live.url}{address}")
        found += [(address, one) for one in faults(page)]
        found += [] if page.evaluate("document.documentElement.scrollWidth <= 320") else [(address, "wider than the phone")]
    assert found == []
