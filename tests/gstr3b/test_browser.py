"""From what is missing in the cash ledger to a filed month whose tax is set off, in a real browser under the program's own policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.gstr3b.shopfront import GSTIN, Front
from webapp import gst_returns
from webapp.gst_returns import File
from webapp.kernel.ids import new_id
from webapp.platform import clock
from webapp.platform.tenancy import open_books


def test_from_the_deposit_to_a_month_that_is_set_off(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Ledger Stores", email=f"{new_id().hex}@ledgers.example", state_code="27", gstin=GSTIN)
    front = Front.of(shop)
    last = clock.today().replace(day=1) - timedelta(days=1)
    period = gst_returns.ReturnPeriod("month", last.year * 100 + last.month)
    front.month.bill(("TV", "1"), ("Salt", "2"), party="Pune Mart", day=last)
    front.desk.buy(front.desk.buyer.line("Soap", 10, 333.33), day=last)
    shown = sha256(gst_returns.as_text(front.month.told(period)).encode()).hexdigest()
    with open_books(shop.actor) as books:
        gst_returns.file_return(books, File(new_id(), GSTIN, period, clock.today(), "", shown))
    reader, here = read_as(shop), f"/gstr3b/{GSTIN}/{period.key}"
    for path in ("/gstr3b", here, f"{here}/figures/osup_det", f"{here}/problems", f"/gst-ledgers/{GSTIN}/deposits/new"):
        assert_fits(reader, path)

    reader.set_viewport_size({"width": 1280, "height": 900})
    reader.goto(here)
    with reader.expect_navigation():
        reader.get_by_role("link", name="Enter the deposit of what is missing").click()
    reader.get_by_label("Paid from").select_option(label="Bank")
    with reader.expect_navigation():
        reader.get_by_role("button", name="Enter the deposit").click()
    expect(reader.get_by_text("The deposit is entered")).to_be_visible()
    reader.goto(here)
    with reader.expect_navigation():
        reader.get_by_role("button", name="Mark as filed").click()
    expect(reader.get_by_text(re.compile("Filed on .* by"))).to_be_visible()
    expect(reader.get_by_role("link", name=re.compile("^Voucher "))).to_be_visible()
    for path in (here, f"/gst-ledgers/{GSTIN}/cash"):
        assert_fits(reader, path)
    assert [front.account(f"output-{head}") for head in ("igst", "cgst", "sgst")] == [0, 0, 0]
