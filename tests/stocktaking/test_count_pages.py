"""The pages of a stock count: as a browser without scripts sees them, and with a scanner on a phone."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route, expect

from tests.ground.axe import assert_fits
from tests.ground.browser import becomes, scan
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.test_pages import post, sign_in
from tests.stocktaking.test_counts import begin, item_of
from webapp import stock
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import read_books

NEW = "/stock/counts/new"


def start(client: FlaskClient, **more: str) -> str:
    typed = {"id": str(uuid4()), "scope": "store", "basis": "start", "name": "Shelf <1>"} | more
    status, text = post(client, NEW, "/stock/counts", **typed)
    assert status == 200, text[-2000:]
    return f"/stock/counts/{typed['id']}"


def test_from_the_empty_list_to_the_posted_count(client: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    sign_in(client, sharma)
    assert "Nothing was counted yet" in client.get("/stock/counts").text
    soap = item_of(sharma, "Soap", 10, codes=("8901030865237",))
    item_of(sharma, "Oil", 5)
    here = start(client)
    entry = str(uuid4())
    for _ in range(2):  # the answer was lost, and asked for again
        status, text = post(client, here, f"{here}/entries", id=entry, code="8901030865237")
        assert (status, "1 NOS" in text) == (200, True), text[-3000:]
    status, text = post(client, here, f"{here}/entries", id=str(uuid4()), code="soap", qty="8")
    assert (status, "8 NOS" in text) == (200, True)
    status, text = post(client, here, f"{here}/entries", code="99999999")
    assert (status, "kept for later" in text) == (200, True)
    assert "kept for later" in client.get(f"{here}/newest").text
    for typed, words in (
        ({"code": ""}, "Scan a code"),
        ({"code": "soap", "qty": "-1"}, "nought or more"),
        ({"code": "soap", "qty": "x"}, "digits"),
    ):
        status, text = post(client, here, f"{here}/entries", **typed)
        assert (status, words in text) == (422, True)
    text = client.get(f"{here}/variance").text
    assert all(words in text for words in ("Oil", "Not counted", "One code is still"))
    assert not re.search(r"\bOil\b", client.get(f"{here}/variance?show=differing").text)
    assert "Soap" not in client.get(f"{here}/variance?show=uncounted").text
    exported = client.get(f"{here}/variance.csv").text
    assert "Soap,,,NOS,10.000,8.000,-2.000,-20.00," in exported
    status, text = post(client, f"{here}/variance", f"{here}/posting", uncounted="left", reason="")
    assert (status, "few words" in text) == (422, True)
    status, text = post(client, f"{here}/variance", f"{here}/posting", uncounted="left", reason="year end")
    assert (status, "Adjustment in the books" in text) == (200, True)
    with read_books(sharma.actor) as books:
        assert stock.on_hand(books, [soap])[soap].qty == 8000
    assert "Shelf &lt;1&gt;" in client.get("/stock/counts?state=posted&q=shelf").text
    theirs = begin(iyer)
    for address in ("", "/newest", "/variance", "/variance.csv"):
        assert client.get(f"/stock/counts/{theirs}{address}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"scope": "bin"}, "Choose one"), ({"scope": "category", "category": "None"}, "Choose one"), ({"basis": ""}, "sells meanwhile")],
)
def test_a_count_that_cannot_be_started(client: FlaskClient, sharma: Shop, changes: dict[str, str], words: str) -> None:
    sign_in(client, sharma)
    typed = {"id": str(uuid4()), "scope": "store", "basis": "start", "name": "kept words"} | changes
    status, text = post(client, NEW, "/stock/counts", **typed)
    assert (status, words in text, "kept words" in text) == (422, True, True)


@pytest.mark.browser
def test_a_shelf_is_scanned_on_a_phone(page: Page, live: LiveServer) -> None:
    shop = found_shop("Counters", email=f"count-{new_id().hex}@example.com", state_code="27", gstin="")
    item_of(shop, "Soap", 10, codes=("8901030865237",))
    count_id: UUID = begin(shop)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live.url}/sign-in")
    page.fill("[name=email]", shop.email)
    page.fill("[name=password]", shop.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today")
    page.goto(f"{live.url}/stock/counts/{count_id}")
    said = page.locator("#count-said")
    scan(page, "8901030865237")
    expect(said).to_have_text(re.compile("Soap.*1 NOS"))
    seen = list[Route]()

    def lose(route: Route) -> None:
        """The first answer is lost, the second try held back."""
        seen.append(route)
        if len(seen) == 1:
            route.fetch(max_redirects=0)
            route.abort()
        elif len(seen) > 2:
            route.continue_()

    page.route("**/entries", lose)
    scan(page, "8901030865237")
    expect(page.locator("#count-waiting")).to_be_visible()
    becomes(page, lambda: len(seen), 2)
    seen[1].continue_()
    expect(said).to_have_text(re.compile("Soap.*2 NOS"))
    expect(page.locator("#count-waiting")).to_be_hidden()
    scan(page, "4006381333931")
    expect(said).to_contain_text("kept for later")
    page.get_by_role("button", name="Undo").first.click()
    expect(said).to_have_text("Undone.")
    page.locator("#f-code").focus()
    page.keyboard.type("soap", delay=180)
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(said).to_have_text(re.compile("Soap.*9 NOS"))
    assert_fits(page, page.url)
    page.get_by_role("link", name="Differences").click()
    page.get_by_text("Stays as it is").click()
    page.get_by_label("Reason").fill("month end")
    page.get_by_role("button", name="Post the count").click()
    expect(page.get_by_role("link", name="Adjustment in the books")).to_be_visible()
    assert_fits(page, page.url)
