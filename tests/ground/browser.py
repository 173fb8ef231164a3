"""A browser in which somebody has signed in, and one desk at which the tests of a file read one after the other."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Error, Keyboard, Locator, Page, ViewportSize

from tests.ground.server import LiveServer
from tests.ground.shops import Shop
from webapp import identity
from webapp.platform import clock
from webapp.platform.tenancy import open_directory

DESK: ViewportSize = {"width": 1280, "height": 900}
PATIENCE = 600  # looks, a twentieth of a second apart

# What a page gives up or takes away after some seconds of its own, a busy test machine may not have come to by then. A till that asked its
# server sells on after one or two: an answer that comes is waited for. (`AbortSignal.impatient` is the browser's own, for tests of a server
# that never answers.) What is said for six or eight seconds stays until it is dismissed or something newer is said.
UNHURRIED = """{
    AbortSignal.impatient ??= AbortSignal.timeout.bind(AbortSignal);
    AbortSignal.timeout = (ms) => AbortSignal.impatient(Math.max(ms, 60_000));
    const later = window.setTimeout;
    window.setTimeout = (work, ms, ...rest) => later(work, ms === 6000 || ms === 8000 ? 2 ** 31 - 1 : ms, ...rest);
}"""

# All in one task of the page, so that a busy test machine does not make a slow scanner of it. What nobody swallows lands in the field.
SCAN = """code => {
    const field = document.activeElement;
    for (const key of [...code, 'Enter']) {
        const event = new KeyboardEvent('keydown', { key, code: /[0-9]/.test(key) ? `Digit${key}` : key, bubbles: true, cancelable: true });
        const isFree = document.activeElement.dispatchEvent(event);
        if (isFree && key.length === 1 && document.activeElement.matches('input')) document.execCommand('insertText', false, key);
    }
    return field.matches('input') && document.activeElement !== field && field.isConnected && !document.querySelector('.line form');
}"""


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true. Playwright's own wait asks again by eval(), which our pages' policy forbids."""
    for _ in range(PATIENCE):
        try:
            if page.evaluate(condition):
                return
        except Error as error:  # the page was left while it was asked
            if "context was destroyed" not in str(error):
                raise
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


def becomes(page: Page, read: Callable[[], object], wanted: object) -> None:
    """Wait until `read()` gives what is wanted; the difference is shown when it never does."""
    found = read()
    for _ in range(PATIENCE):
        if found == wanted:
            return
        page.wait_for_timeout(50)
        found = read()
    assert found == wanted


def space_letters(page: Page) -> None:
    """Set the letters as far apart as WCAG 1.4.12 says they may be: wider than those of any font that a device may have."""
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("* { letter-spacing: .12em !important; word-spacing: .16em !important }");
        document.adoptedStyleSheets = [sheet];
    }""")


class HeardKeyboard:
    """A page's keyboard that is touched once the page has been read in.

    A person sees a page and then presses a key. A test may press it as soon as the first words stand there, a moment before the scripts
    run that hear it; on a busy machine the moment is long.
    """

    def __init__(self, page: Page, keyboard: Keyboard) -> None:
        self._page, self._keyboard = page, keyboard

    def press(self, key: str, *, delay: float | None = None) -> None:
        self._page.wait_for_load_state()
        self._keyboard.press(key, delay=delay)

    def type(self, text: str, *, delay: float | None = None) -> None:
        self._page.wait_for_load_state()
        self._keyboard.type(text, delay=delay)

    def down(self, key: str) -> None:
        self._page.wait_for_load_state()
        self._keyboard.down(key)

    def up(self, key: str) -> None:
        self._keyboard.up(key)


HANDS = ("check", "click", "dblclick", "fill", "focus", "press_sequentially", "select_option", "set_input_files", "tap", "uncheck")


def make_unhurried(patch: pytest.MonkeyPatch) -> None:
    """Give every page a `HeardKeyboard`, hands that touch it once it has been read in, for the same reason, and scripts that wait for a busy
    machine. `Locator.press` does not wait: it is for tests of what is pressed too early."""
    new_context = Browser.new_context

    def unhurried(browser: Browser, **options: Any) -> BrowserContext:
        context = new_context(browser, **options)
        context.add_init_script(UNHURRIED)
        return context

    patch.setattr(Browser, "new_context", unhurried)
    plain = Page.keyboard.fget
    assert plain is not None
    patch.setattr(Page, "keyboard", property(lambda page: HeardKeyboard(page, plain(page))))
    for owner in (Page, Locator):
        for name in HANDS:
            if hasattr(owner, name):
                patch.setattr(owner, name, _once_read_in(getattr(owner, name)))


def _once_read_in(hand: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(hand)
    def touch(at: Page | Locator, *arguments: Any, **options: Any) -> Any:
        page = at if isinstance(at, Page) else at.page
        page.wait_for_load_state()
        return hand(at, *arguments, **options)

    return touch


def scan(page: Page, code: str) -> bool:
    """A keyboard-wedge scanner: its characters come at once, wherever the focus is, then Enter. Whether that moved the focus out of a field."""
    return bool(page.evaluate(SCAN, code))


def sign_in(context: BrowserContext, live: LiveServer, shop: Shop) -> None:
    """Give the browser the cookie that the form of /sign-in gives the owner; the form has tests of its own."""
    assert shop.actor.user_id is not None
    with open_directory() as directory:
        token = identity.open_sign_in(directory, shop.actor.user_id, user_agent="test", address="127.0.0.1")
    signer = Flask("signer")
    signer.secret_key = (live.var_dir / "secret_key").read_text().strip()
    serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
    assert serializer is not None
    value = serializer.dumps({"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": secrets.token_hex(20)})
    expires = (clock.now() + timedelta(days=30)).timestamp()
    context.add_cookies([{"name": "munim", "value": value, "url": live.url, "httpOnly": True, "sameSite": "Lax", "expires": expires}])


@dataclass
class Reading:
    """One signed-in desk, kept from test to test as long as they read the same shop: a new profile costs more than most tests.

    Each test finds the page as the first one did: an empty tab of 1280 by 900 in the light, nothing kept in the browser but the
    sign-in. A script error or a breach of the content security policy fails the test in which it happens.
    """

    browser: Browser
    page: Page | None = None
    shop: Shop | None = None
    said: list[str] = field(default_factory=list)

    def open(self, live: LiveServer, shop: Shop) -> Page:
        """The page of this shop's owner."""
        if self.page is None or self.shop != shop:
            self.close()
            context = self.browser.new_context(base_url=live.url, locale="en-IN", timezone_id="Asia/Kolkata", viewport=DESK)
            self.page, self.shop = context.new_page(), shop
            self.page.on("console", lambda message: self.said.append(message.text) if "Content Security Policy" in message.text else None)
            self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.context.clear_cookies()
        sign_in(self.page.context, live, shop)
        return self.page

    def clear(self) -> None:
        """After a test: what it left in the tab is gone; fails when the page said something it should not."""
        if self.page is not None and not self.page.is_closed():
            self.page.unroute_all(behavior="ignoreErrors")
            if self.page.url.startswith("http"):
                until(self.page, "(localStorage.clear(), sessionStorage.clear(), true)")
            self.page.goto("about:blank")
            self.page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
            self.page.set_viewport_size(DESK)
        said, self.said = self.said, []
        assert said == []

    def close(self) -> None:
        """Shut the desk."""
        if self.page is not None:
            self.page.context.close()
            self.page = None
