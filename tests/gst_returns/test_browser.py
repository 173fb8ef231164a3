"""The evening before the return is due, in a real browser under the program's own policy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.gst_returns.month import Month
from webapp.gst_returns.periods import latest
from webapp.kernel.ids import new_id
from webapp.platform import clock

GSTIN = "27AABCS1234D1ZV"


def test_from_the_list_to_a_filed_month(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Return Stores", email=f"{new_id().hex}@returns.example", state_code="27", gstin=GSTIN)
    month, period = Month.of(shop), latest(clock.today())
    bill = month.bill(("Soap", "1"), ("Salt", "2"), party="Bharat", day=period.days.first_day)
    month.bill(("Soap", "2"), place="97", day=period.days.first_day)
    reader, here = read_as(shop), f"/gst-returns/{GSTIN}/{period.key}"
    for path in (here, f"{here}/sections/b2b", f"{here}/problems"):
        assert_fits(reader, path)

    reader.set_viewport_size({"width": 1280, "height": 900})
    reader.goto("/gst-returns")
    with reader.expect_navigation():
        reader.get_by_role("link", name=period.name, exact=True).click()
    expect(reader.get_by_text("One thing is worth a look").or_(reader.get_by_text("things are worth a look"))).to_be_visible()
    with reader.expect_download() as download:
        reader.get_by_role("link", name="JSON").click()
    payload = json.loads(download.value.path().read_text())
    assert (payload["gstin"], payload["fp"], payload["b2b"][0]["inv"][0]["itms"][0]["num"]) == (GSTIN, period.fp, 1801)
    with reader.expect_navigation():
        reader.get_by_role("link", name="B2B invoices (4, 6B, 6C)").click()
    with reader.expect_navigation():
        reader.locator("#papers a.row-link").first.click()
    expect(reader).to_have_url(re.compile(f"/bills/{bill}"))

    reader.goto(f"{here}/comparison")
    reader.get_by_label("JSON of the portal").set_input_files(download.value.path())
    with reader.expect_navigation():
        reader.get_by_role("button", name="Compare").click()
    expect(reader.get_by_text("the same on both sides")).to_be_visible()

    reader.goto(here)
    reader.get_by_label("Acknowledgement number (ARN)").fill("AA27")
    reader.get_by_role("button", name="Mark as filed").click()
    expect(reader.locator("#f-arn-error")).to_contain_text("15 letters and digits")
    reader.get_by_label("Acknowledgement number (ARN)").fill("AA271026000001A")
    reader.get_by_role("button", name="Mark as filed").click()
    expect(reader.get_by_text("ARN AA271026000001A")).to_be_visible()
    expect(reader.get_by_role("button", name="Take the filing back")).to_be_visible()
