"""The same sixty texts in Chromium: on the pages that carry the most nothing runs, and no page of ours breaches its own policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Clock
from tests.every_route.furnished import Furnished, furnish
from tests.every_route.test_url_map import address
from tests.ground.browser import sign_in
from tests.ground.databases import sqlite_url
from tests.ground.server import web_process
from tests.ground.shops import found_shop
from tests.security.hostile import MARK, cells, plant
from webapp import security_events
from webapp.app import create_app
from webapp.platform import clock as clock_of_the_program
from webapp.platform import db
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books

PAGES = (
    "reports.today",
    "sales.list_bills",
    "sales.show_bill",
    "printing.bill",
    "catalogue.list_items",
    "catalogue.show_item",
    "catalogue.show_item_form",
    "parties.list_parties",
    "parties.show_party",
    "parties.show_party_form",
    "vouchers.show_voucher",
    "vouchers.edit_voucher",
    "reports.voucher",
    "ledger.show_openings",
    "outstandings.party",
    "outstandings.shared_statement",
    "purchases.show_bill",
    "orders.show_document",
    "printing.open_order",
    "payments.show_receipt",
    "cheques.show_cheque",
    "stocktaking.list_adjustments",
    "stocktaking.show_adjustment",
    "transfers.show_transfer",
    "notifications.list_notices",
    "notifications.list_messages",
    "background.list_jobs",
    "edit_log.list_entries",
    "security_events.list_events",
    "company.show_settings",
    "counter.list_review",
    "custom_reports.show_report",
    "tds.list_marks",
)
LEAST = 24
LISTENS = """
window.__said = [];
document.addEventListener('securitypolicyviolation', event => window.__said.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture
def shop_page(browser: Browser, tmp_path: Path, clock: Clock) -> Iterator[tuple[Page, Flask, Furnished, list[str]]]:
    """A tab signed in at a hostile shop, and what it says: dialogs, script errors, breaches of the policy."""
    with web_process(tmp_path, sqlite_url(tmp_path)) as server:
        secret = (tmp_path / "secret_key").read_text().strip()
        app = create_app(Settings(database_url=server.database_url, var_dir=tmp_path, secret_key=secret, is_testing=True))
        shop = found_shop("Sharma Stores", email="owner@hostile.example", state_code="27", gstin="27AABCS1234D1ZV")
        made = furnish(app, shop, "SHARMAROW")
        security_events.watch(shop.actor)
        with open_books(shop.actor) as books:
            plant(books.session.connection(), shop.company_id, cells())
        clock_of_the_program.use(None)  # the browser's clock and the server's are the machine's
        context = browser.new_context(
            base_url=server.url, locale="en-IN", timezone_id="Asia/Kolkata", viewport={"width": 1280, "height": 900}
        )
        context.add_init_script(LISTENS)
        sign_in(context, server, shop)
        page, said = context.new_page(), list[str]()

        def hear(dialog: Any) -> None:
            said.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("dialog", hear)
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("request", lambda request: said.append(f"asked: {request.url}") if f"{MARK}.example" in request.url else None)
        yield page, app, made, said
        context.close()
        db.engine().dispose()


def look(page: Page, said: list[str], where: str) -> list[str]:
    """What has run or was breached on this page."""
    ran = page.evaluate(f"[String(window.{MARK} ?? ''), ...(window.__said ?? [])]")
    found = [f"{where}: {one}" for one in (*(one for one in ran if one), *said)]
    said.clear()
    return found


def test_nothing_runs_and_nothing_is_breached(shop_page: tuple[Page, Flask, Furnished, list[str]]) -> None:
    page, app, made, said = shop_page
    wrong, drawn = list[str](), 0
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    for endpoint in PAGES:
        answer = page.goto(address(app, rules[endpoint], made.rows))
        assert answer is not None
        drawn += answer.status == 200 and MARK in page.content()
        for summary in page.locator("main details > summary").all()[:5]:
            if summary.is_visible():
                summary.click()
        wrong += look(page, said, endpoint)
    assert wrong == []
    assert drawn >= LEAST

    page.goto("/bills")
    page.keyboard.press("Control+k")
    page.keyboard.type(MARK)
    expect(page.get_by_role("dialog", name="Go to").get_by_role("option").first).to_be_visible()
    wrong += look(page, said, "the finder")
    page.keyboard.press("Escape")

    page.goto("/counter")
    expect(page.locator("body[data-ready]")).to_have_count(1)
    page.get_by_role("button", name="Start billing here").click()
    expect(page.locator("#gate")).to_be_hidden()  # what is sold has come
    expect(page.locator("body")).to_have_attribute("data-state", "ready")
    found = page.get_by_role("option")
    page.get_by_role("combobox").first.fill(MARK)  # no keys: in a burst they would be a scan
    expect(found.first).to_contain_text(MARK)
    found.first.click()
    expect(page.locator(".line").first).to_contain_text(MARK)
    wrong += look(page, said, "the counter")
    assert wrong == []
