"""The screen by keyboard alone: every kind, both key maps, and the two fields on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.vouchers.conftest import Desk, open_desk
from webapp import vouchers
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import read_books


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Desk Stores", email=f"desk-{new_id().hex}@example.com", state_code="27")


@pytest.fixture
def bench(shop: Shop) -> Desk:
    desk = open_desk(shop)
    desk.party("Ravi Kumar")
    desk.party("Gupta Traders", is_supplier=True)
    return desk


def enter(page: Page, live: LiveServer, shop: Shop, url: str) -> None:
    page.goto(f"{live.url}/sign-in")
    page.fill("[name=email]", shop.email)
    page.fill("[name=password]", shop.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today")
    page.goto(f"{live.url}{url}")
    page.wait_for_load_state("networkidle")


def kept(desk: Desk) -> list[tuple[str, str, int, list[int]]]:
    """(kind, number, total, amounts) of every voucher, the oldest first."""
    with read_books(desk.shop.actor) as books:
        rows = vouchers.documents(books, vouchers.Wanted()).rows
    return [
        (row.kind, row.number, row.amount_paise, [entry.amount for entry in row.entries])
        for row in sorted(rows, key=lambda row: row.created_at)
    ]


TYPED = {
    "contra": ("F4", ("bank", "1000", "cash")),
    "payment": ("F5", ("rent", "1200*5+18%", "cash")),
    "receipt": ("F6", ("ravi", "250", "cash")),
    "journal": ("F7", ("rent", "99.50", "capital")),
    "debit_note": ("Alt+F5", ("gupta", "40", "rent")),
    "credit_note": ("Alt+F6", ("ravi", "60", "rent")),
}
LETTERS = {"contra": "CT", "payment": "PY", "receipt": "RV", "journal": "JV", "debit_note": "DN", "credit_note": "CN"}
ERP9 = {"debit_note": "Control+F9", "credit_note": "Control+F8"}


@pytest.mark.parametrize("key_map", ["prime", "erp9"])
def test_each_kind_is_posted_without_a_mouse(page: Page, live: LiveServer, shop: Shop, bench: Desk, key_map: str) -> None:
    page.add_init_script(f"localStorage.setItem('munim.voucher-keys', '{key_map}')")
    enter(page, live, shop, "/vouchers/new")
    for kind, (key, (first, amount, second)) in TYPED.items():
        page.keyboard.press(ERP9.get(kind, key) if key_map == "erp9" else key)
        expect(page.locator("[data-kind]")).to_have_value(kind)
        page.keyboard.type(first)
        page.keyboard.press("Enter")
        page.keyboard.type(amount)
        page.keyboard.press("Enter")  # to the second row's side
        page.keyboard.press("Enter")  # to its account
        page.keyboard.type(second)
        page.keyboard.press("Enter")  # its amount stands there already
        page.keyboard.press("Enter")  # balanced: to the narration
        expect(page.locator("[data-narration]")).to_be_focused()
        page.keyboard.type(f"One {kind}")
        if kind in ("contra", "payment", "receipt"):
            page.keyboard.press("Control+a")
        else:
            page.keyboard.press("Enter")
            page.keyboard.press("Enter")
        expect(page.get_by_text(f"2600{LETTERS[kind]}/000001 of")).to_be_visible()
        page.wait_for_load_state("networkidle")
    letters = [number[4:6] for _kind, number, _total, _amounts in kept(bench)]
    assert letters == ["CT", "PY", "RV", "JV", "DN", "CN"]
    assert kept(bench)[1] == ("payment", "2600PY/000001", 708_000, [708_000, -708_000])
    assert kept(bench)[2][3] == [-25_000, 25_000]  # a receipt begins with its credit, as Tally has it
