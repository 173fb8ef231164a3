"""A shopkeeper's morning with T-shirts: a family, its variants, a photo, a view of the list, a code scanned on any page."""

from __future__ import annotations

import base64
import io
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.ground.axe import faults
from tests.ground.browser import scan, until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop

PASTE = """base64 => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))], "pasted.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def photo() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def look(page: Page, name: str) -> None:
    """No page hangs over the side of a phone, and axe finds nothing; kept as pictures where MUNIM_PICTURES says."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        if folder := os.environ.get("MUNIM_PICTURES"):
            page.screenshot(path=Path(folder, f"{name}-{width}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    assert faults(page) == [], name


# long: one morning, told in its order
def test_a_family_from_nothing_to_a_scanned_photo(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Sharma Garments", email=f"{secrets.token_hex(4)}@garments.example", state_code="27")
    page = read_as(shop)
    page.goto("/items/families/new")
    for field, text in (("Name", "T-shirt"), ("Attribute 1", "Colour"), ("Selling price", "250"), ("SKUs begin with", "TS")):
        page.get_by_label(field, exact=field != "Name" and field != "Selling price").first.fill(text)
    page.locator("[name=values_1]").fill("Red, Blue")
    page.locator("[name=attribute_2]").fill("Size")
    page.locator("[name=values_2]").fill("S, M, L")
    page.get_by_role("button", name="Save and see its variants").click()
    page.locator("[name=column-2]").fill("300")
    page.get_by_role("button", name="Show what would be made").click()
    expect(page.get_by_text("6 would be made now")).to_be_visible()
    look(page, "grid")
    page.get_by_role("button", name="Make the ticked variants").click()
    expect(page.get_by_text("6 variants are made.")).to_be_visible()
    look(page, "family")

    page.goto("/items?q=shirt")
    page.get_by_text("Views of this list").click()
    page.get_by_label("Save the list as it is now, under the name").fill("Shirts")
    page.get_by_label("Show it first when I open this list").check()
    look(page, "views")
    page.get_by_role("button", name="Save this view").click()
    expect(page.get_by_text("Save the list as it is now, under the name")).to_have_count(0)
    page.goto("/today")
    page.goto("/items")
    expect(page).to_have_url(f"{live.url}/items?q=shirt")

    page.goto("/today")
    page.wait_for_load_state()
    scan(page, "TS-RED-L")  # no field waits for it
    expect(page.get_by_role("heading", name="T-shirt Red L")).to_be_visible()
    page.locator("[data-attach] input[name=file]").set_input_files({"name": "shirt.png", "mimeType": "image/png", "buffer": photo()})
    expect(page.get_by_text("shirt.png")).to_be_visible()
    page.evaluate(PASTE, base64.b64encode(photo()[:60]).decode())
    expect(page.get_by_text("pasted.png cannot be drawn")).to_be_visible()
    until(page, "[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    look(page, "files")
    page.get_by_label("Withdraw shirt.png").click()
    page.get_by_label("Why is it withdrawn?").fill("Another shirt")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("One file was withdrawn")).to_be_visible()

    page.goto("/items?sort=family")
    look(page, "list")
    page.get_by_label("Choose T-shirt Red S").check()
    page.get_by_role("button", name="Change chosen").click()
    page.get_by_label("What to do").select_option("price")
    page.get_by_label("To, or by how many percent").fill("10")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("button", name="Change 1 item")).to_be_visible()
    look(page, "bulk")
    page.get_by_role("button", name="Change 1 item").click()
    expect(page.get_by_text("Result")).to_be_visible()
    look(page, "run")
