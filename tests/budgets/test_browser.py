"""Budgets and custom reports in a real browser: axe, narrow and wide, both languages, by keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import Trade, open_trade
from webapp import budgets, custom_reports, ledger
from webapp.budgets import rules
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books


def _furnish(trade: Trade) -> dict[str, str]:
    with open_books(trade.actor) as books:
        year = rules.FinancialYear.of(books.today).start_year
        made, line = budgets.create_budget(books, budgets.BudgetDraft("Plan of the whole year", year)), new_id()
        heads = ledger.heads(books)
        sales = budgets.LineDraft(heads["sales"], None, None, rules.spread(12_00_000_00))
        budgets.save_line(books, made, sales, 1, line, is_new=True)
    with open_books(trade.actor) as books:
        budgets.save_line(books, made, budgets.LineDraft(heads["expenses"], None, None, rules.spread(3_00_001)), 2, new_id(), is_new=True)
        asked = custom_reports.Definition("bill-lines", ("item", "date", "number", "total"), groups=("item",))
        report = custom_reports.save_report(books, "Goods by item", asked)
        draft = custom_reports.ScheduleDraft("week", 4, 540, "pdf", ("ca@example.in",))
        custom_reports.create_schedule(books, report, draft, {})
        custom_reports.ask_file(books, report, "csv", {})
    return {
        "budgets": "/budgets",
        "budget": f"/budgets/{made}",
        "grid": f"/budgets/{made}/grid",
        "history": f"/budgets/{made}/history",
        "line": f"/budgets/{made}/lines/{line}",
        "variance": f"/budgets/{made}/variance?detail=accounts",
        "reports": "/custom-reports",
        "report-form": f"/custom-reports/{report}/edit",
        "report": f"/custom-reports/{report}",
    }


@pytest.fixture
def reader(live: LiveServer, read_as: Callable[[Shop], Page]) -> tuple[Page, dict[str, str]]:
    """The owner of a shop with a budget and a report, signed in."""
    shop = found_shop("Deshpande Kirana", email=f"{new_id().hex}@budgets.example", state_code="27")
    trade = open_trade(shop.actor)
    trade.item("Toor Dal 1 kg", 160, stock_of=50, cost=120)
    trade.item("Sugar", 45, stock_of=50, cost=40)
    for _n in range(3):
        trade.sell(trade.line("Toor Dal 1 kg"), trade.line("Sugar", 2), total=250)
    screens = _furnish(trade)
    return read_as(shop), screens


def test_axe_finds_nothing_and_nothing_hangs_over_the_side(reader: tuple[Page, dict[str, str]]) -> None:
    page, screens = reader
    for path in screens.values():
        assert_fits(page, path)


def test_in_hindi_nothing_hangs_over_the_side_either(reader: tuple[Page, dict[str, str]]) -> None:
    page, screens = reader
    page.goto("/today")
    with page.expect_navigation():
        page.evaluate("""() => {
        const form = document.querySelector('form[action="/language"], form[action*="language"]');
        const field = document.createElement("input");
        field.name = "language"; field.value = "hi"; form.append(field); HTMLFormElement.prototype.submit.call(form);
    }""")
    folder = os.environ.get("SCREENS_TO")
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for name, path in screens.items():
            page.goto(path)
            expect(page.locator("html")).to_have_attribute("lang", "hi")
            if folder and width == 360:
                page.screenshot(path=Path(folder) / f"hi-{name}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} at {width}"


def test_a_line_is_written_by_keyboard_alone(reader: tuple[Page, dict[str, str]]) -> None:
    page, screens = reader
    page.goto(screens["budget"])
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/lines/new")
    page.get_by_label("Account or group").focus()
    page.keyboard.type("Bank charges" if page.get_by_role("option", name="Bank charges").count() else "Round")
    page.get_by_label("For the year").focus()
    page.keyboard.type("100")
    page.get_by_role("button", name="Spread evenly").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=month_0]")).to_have_value("8.34")
    expect(page.locator("[name=month_11]")).to_have_value("8.33")
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile(r"/budgets/[^/]+$"))


def test_the_grid_goes_by_keys_and_takes_a_pasted_column(reader: tuple[Page, dict[str, str]]) -> None:
    page, screens = reader
    page.goto(screens["budget"])
    page.keyboard.press("Alt+l")
    page.wait_for_url("**/grid")
    first = page.locator("[name=a_0_0]")
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=a_0_1]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=a_1_1]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    first.evaluate("""(cell) => {
        const clip = new DataTransfer();
        clip.setData("text", "1,000\\t2000\\n30\\t40.50\\n");
        cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clip, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator("[name=a_0_1]")).to_have_value("2000")
    expect(page.locator("[name=a_1_0]")).to_have_value("30")
    expect(page.locator("[data-sum]").first).to_contain_text("10,03,000.00")
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile(r"/budgets/[^/]+$"))
    expect(page.get_by_role("status").first).to_contain_text("2 lines were changed")
    page.goto(screens["history"])
    expect(page.locator("main")).to_contain_text("₹40.50")
