"""An owner's first hour with codes: bring in the portal's list, find what is wrong, choose a code by words, look at a coming rate."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.catalogue.conftest import make
from tests.catalogue.test_browser import look
from tests.catalogue.test_code_lists import SMALL
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop


def test_from_the_portals_list_to_a_coming_rate(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Sharma Codes", email=f"{secrets.token_hex(4)}@codes.example", state_code="27")
    make(shop, "Mistyped rice", hsn="100631")
    make(shop, "Shirt", "1000", tax="clothes", hsn="1006")
    page = read_as(shop)
    page.goto("/items/code-lists")
    raw = json.dumps(SMALL).encode()
    page.locator("#f-file-hsn").set_input_files({"name": "HSN.json", "mimeType": "application/json", "buffer": raw})
    page.get_by_role("button", name="Bring in the list").first.click()
    expect(page.get_by_text("The list holds 6 codes now.")).to_be_visible()
    page.get_by_label("Look up a code or words").fill("basmati")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("cell", name="Basmati rice")).to_be_visible()
    look(page, "code-lists")
    page.get_by_role("link", name="Items whose code is not in your list").click()
    page.get_by_role("link", name="Mistyped rice").first.click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("HSN / SAC").fill("basmati")
    page.get_by_role("button", name="10063020").click()
    expect(page.get_by_label("HSN / SAC")).to_have_value("10063020")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Mistyped rice is saved.")).to_be_visible()

    page.goto("/items/tax-classes")
    row = page.get_by_role("row").filter(has_text="Clothes")
    row.get_by_text("Add a rate").click()
    row.locator("[name=effective_from]").fill("2099-01-01")
    row.locator("[name=rate]").fill("12")
    look(page, "tax-classes")
    row.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("cell", name="Shirt")).to_be_visible()
    look(page, "rate-preview")
    page.get_by_role("button", name="Add the rate").click()
    expect(page.get_by_text("to come")).to_be_visible()

    page.goto("/parties/new")
    page.get_by_label("GSTIN", exact=True).fill("27AAPFU0939F1ZV")
    page.get_by_role("button", name="Fetch details by GSTIN").click()
    expect(page.locator("#taxpayer")).to_contain_text("No way to the portal is set up.")
    look(page, "party")
