"""What the counter asks of the device: the camera as a scanner, the share sheet, WhatsApp without one."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.conftest import CHROMIUM_ARGUMENTS
from tests.counter_screen.conftest import DAL, Till, sign_in
from tests.ground.browser import until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop
from webapp.company import default_store
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books
from webapp.stocktaking import Start, start_count

pytestmark = pytest.mark.browser

CALLS = """() => {
    window.calls = [];
    window.open = (url) => { window.calls.push(url); };
}"""
SHARES = """() => {
    window.shared = [];
    navigator.canShare = ({ files }) => Boolean(files);
    navigator.share = async (what) => { window.shared.push({ files: (what.files ?? []).map((file) => [file.name, file.type, file.size]), text: what.text }); };
}"""


def sell(till: Till) -> str:
    till.scan(DAL)
    till.press("Enter", "Enter")
    return till.expect_done()


def test_without_a_share_sheet_the_bill_goes_by_a_whatsapp_link(till: Till) -> None:
    till.page.evaluate(CALLS)
    number = sell(till)
    till.page.locator("#done [data-do=share]").click()
    expect(till.page.locator("#done")).to_be_visible()
    until(till.page, "window.calls.length > 0")
    [url] = till.page.evaluate("window.calls")
    assert url.startswith("https://wa.me/?text=")
    assert number.replace("/", "%2F") in url
    assert "Toor%20Dal" in url


def test_the_message_has_the_bills_address_once_the_server_has_the_bill(till: Till) -> None:
    address = "https://munim.example/b/signed"
    till.page.context.route("**/sync/links", lambda route: route.fulfill(json={"url": address, "until": ""}))
    till.page.evaluate(CALLS)
    sell(till)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    till.page.locator("#done [data-do=share]").click()
    until(till.page, "window.calls.length > 0")
    assert "https%3A%2F%2Fmunim.example%2Fb%2Fsigned" in till.page.evaluate("window.calls")[0]

    till.page.context.set_offline(True)
    sell(till)
    till.page.locator("#done [data-do=share]").click()
    until(till.page, "window.calls.length > 1")
    [_, offline] = till.page.evaluate("window.calls")
    assert "munim.example" not in offline
    assert "Toor%20Dal" in offline
    till.page.context.set_offline(False)


def test_a_phone_shares_the_bill_as_a_picture_alone(till: Till) -> None:
    till.page.evaluate(SHARES)
    number = sell(till)
    till.page.locator("#done [data-do=share]").click()
    until(till.page, "window.shared.length > 0")
    [shared] = till.page.evaluate("window.shared")
    assert "text" not in shared or shared["text"] is None  # words beside it make WhatsApp on iPhones drop the file
    [[name, kind, size]] = shared["files"]
    assert (name, kind) == (number.replace("/", "-") + ".png", "image/png")
    assert size > 5_000


@pytest.fixture
def camera_browser(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A browser before whose camera a code is held: a film of one frame."""
    drawn = io.BytesIO()
    segno.make(DAL, error="m").save(drawn, kind="png", scale=12, border=4)
    frame = Image.new("RGB", (1280, 720), "white")
    code = Image.open(drawn).convert("RGB")
    frame.paste(code, ((1280 - code.width) // 2, (720 - code.height) // 2))
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=90)
    film = tmp_path / "code.mjpeg"
    film.write_bytes(jpeg.getvalue() * 30)
    extra = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    started = browser.browser_type.launch(executable_path=shutil.which("chromium"), headless=True, args=[*CHROMIUM_ARGUMENTS, *extra])
    yield started
    started.close()


def test_the_camera_scans_and_stops_at_the_till_and_in_a_count(camera_browser: Browser, live: LiveServer, shop: Shop) -> None:
    context = camera_browser.new_context(locale="en-IN", timezone_id="Asia/Kolkata")
    context.add_init_script("window.prints = 0; window.print = () => { window.prints += 1; };")
    till = Till(context.new_page(), live, shop)
    strangers: list[str] = []
    context.on(
        "request", lambda request: strangers.append(request.url) if not request.url.startswith((live.url, "blob:", "data:")) else None
    )
    sign_in(till.page.context, live, shop)
    till.open().enrol()
    till.page.locator("#open-camera").click()
    expect(till.page.locator(".line [data-f=name]")).to_have_text(["Toor Dal 1 kg"], timeout=60_000)
    till.page.locator("#camera [data-do=close]").click()
    expect(till.page.locator("#camera")).to_be_hidden()
    until(till.page, "document.querySelector('#camera video').srcObject.getTracks().every((track) => track.readyState === 'ended')")
    with open_books(shop.actor) as books:
        count_id = start_count(books, Start(new_id(), "November", default_store(books), "store", "", "start"))
    till.page.goto(f"{live.url}/stock/counts/{count_id}")
    till.page.locator("#count-camera").click()
    expect(till.page.locator("#count-said")).to_contain_text("Toor Dal 1 kg", timeout=60_000)
    till.page.locator("#camera [data-do=close]").click()
    expect(till.page.locator("#camera")).to_be_hidden()
    assert strangers == [], "the decoder comes from our own address"
