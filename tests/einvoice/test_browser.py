"""A shop without an interface, in a browser: switched on, a file taken away, the portal's answer read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.einvoice.conftest import HERE
from tests.einvoice.irp import Irp
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import open_trade
from webapp import einvoice
from webapp.kernel.dates import ist_day
from webapp.platform import clock
from webapp.platform.tenancy import open_books


def test_a_bill_goes_by_hand(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Paper Mart", email="owner@paper.example", state_code="27", gstin="27AABCP4321D1ZW")
    trade = open_trade(shop.actor)
    trade.settings(legal_name="Paper Mart LLP", **HERE)
    trade.item("Soap", 118, hsn="340111")
    buyer = trade.customer("Umbrella Traders", gstin="27AAPFU0939F1ZV", state_code="27", **HERE)
    page = read_as(shop)
    page.goto(f"{live.url}/e-invoices")
    with page.expect_navigation():
        page.get_by_role("link", name="Switch them on").click()
    page.get_by_label("Report bills of this GSTIN").check()
    page.get_by_label("First day to report").fill(ist_day(clock.now()).replace(day=1).isoformat())
    with page.expect_navigation():
        page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("The settings are kept.")).to_be_visible()

    bill = trade.sell(trade.line("Soap"), total=118, party_id=buyer)
    with open_books(shop.actor) as books:
        einvoice.enlist(books, bill.invoice_id)
    page.goto(f"{live.url}/e-invoices")
    page.get_by_role("checkbox", name=bill.number).check()
    with page.expect_download() as coming:
        page.get_by_role("button", name="JSON of the chosen").click()
    told = json.loads(coming.value.path().read_text(), parse_float=Decimal)
    assert [one["DocDtls"]["No"] for one in told] == [bill.number]
    answers = [Irp(now=clock.now).generate(one, shop.gstin) for one in told]

    page.get_by_text("Read the portal's answer from a file").click()
    file = {"name": "answers.json", "mimeType": "application/json", "buffer": json.dumps(answers).encode()}
    page.get_by_label("The portal's file").set_input_files([file])
    with page.expect_navigation():
        page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("One document is registered now.")).to_be_visible()
    expect(page.locator(f"#einvoice-{bill.invoice_id}")).to_contain_text(str(answers[0]["AckNo"]))
