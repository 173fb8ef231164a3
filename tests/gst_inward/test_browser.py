"""The accountant on the fifteenth: GSTR-2B in, what differs looked at, the decisions out, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.gst_inward.made import OURS, Desk, by, invoice, told_2b
from tests.purchases.conftest import GSTIN, open_buyer
from webapp.kernel.ids import new_id
from webapp.platform import clock


def test_from_the_file_to_the_actions(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Told Stores", email=f"{new_id().hex}@told.example", state_code="27", gstin=OURS)
    desk = Desk(shop, open_buyer(shop))
    day = clock.today().replace(day=1) - timedelta(days=10)
    number, told_day = day.year * 100 + day.month, f"{day:%d-%m-%Y}"
    for name, amount in (("INV-1", 1000), ("INV-2", 1010), ("INV-4", 300)):
        desk.buy(name, amount, tax=amount * 0.09, bill_date=day, voucher_date=day)
    rows = [invoice("INV-1", day=told_day), invoice("INV-2", day=told_day), invoice("INV-3", "50.00", tax="4.50", day=told_day)]
    content = told_2b(month=f"{day:%m%Y}", gendt=f"{clock.today():%d-%m-%Y}", b2b=by(rows))
    reader, here = read_as(shop), f"/gst-inward/{OURS}/{number}"

    reader.goto("/gst-returns")
    with reader.expect_navigation():
        reader.get_by_role("link", name="What suppliers told (GSTR-2B)").click()
    reader.get_by_label("JSON of GSTR-2B, GSTR-2A or IMS").set_input_files(
        {"name": "2b.json", "mimeType": "application/json", "buffer": content}
    )
    with reader.expect_navigation():
        reader.get_by_role("button", name="Import").click()
    expect(reader.get_by_text("You can leave this page")).to_be_visible()
    live.perform_jobs()
    expect(reader.get_by_text("3 documents are imported and compared.")).to_be_visible()
    assert_fits(reader, reader.url)
    reader.reload()
    with reader.expect_navigation():
        reader.get_by_role("link", name=f"{day:%b %Y}").click()
    with reader.expect_navigation():
        reader.get_by_role("link", name="To be checked 1").click()
    with reader.expect_navigation():
        reader.get_by_role("link", name="INV-2").click()
    expect(reader.get_by_text("told ₹1,000.00, in our books ₹1,010.00, ₹10.00 more")).to_be_visible()
    for path in ("/gst-inward", here, reader.url, f"{here}/suppliers", f"{here}/suppliers/{GSTIN}"):
        assert_fits(reader, path)

    reader.set_viewport_size({"width": 1280, "height": 900})
    reader.goto(f"{here}?state=only_told")
    reader.locator("#rows input[name=row]").check()
    with reader.expect_navigation():
        reader.get_by_role("button", name="Reject").click()
    expect(reader.locator("#rows").get_by_text("Rejected")).to_be_visible()
    with reader.expect_download() as download:
        reader.get_by_role("link", name="IMS actions (JSON)").click()
    assert [one["inum"] for one in json.loads(download.value.path().read_text())["b2b"]] == ["INV-3"]
