"""Passkeys as people use them: Chromium, with an authenticator of its own that has seen the finger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ground.browser import sign_in
from tests.ground.server import LiveServer
from tests.ground.shops import PASSWORD, Shop, found_shop
from tests.identity.authenticator import kept_of
from tests.identity.test_second_step import user_of
from webapp.identity import service
from webapp.identity.models import SignIn
from webapp.platform.tenancy import open_directory

FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# This authenticator waits for nobody to choose: what is offered beside the field for the e-mail, it answers at once.
NOTHING_BESIDE_THE_ADDRESS = (
    "if (!location.search.includes('beside')) PublicKeyCredential.isConditionalMediationAvailable = async () => false"
)


@pytest.fixture
def named(live: LiveServer) -> LiveServer:
    """The server by its name: a number has no passkeys."""
    return replace(live, url=live.url.replace("127.0.0.1", "localhost"))


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Rao Traders", email=f"{uuid4().hex[:12]}@rao.example", state_code="29")


@pytest.fixture
def tab(browser: Browser, named: LiveServer) -> Iterator[Page]:
    """A tab of a browser whose machine has an authenticator; a script error or a breach of the policy fails the test."""
    said: list[str] = []
    # The worker of the counter fetches by itself, with the cookie of then, whenever it likes.
    context = browser.new_context(base_url=named.url, locale="en-IN", service_workers="block")
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    context.add_init_script(NOTHING_BESIDE_THE_ADDRESS)
    yield page
    context.close()
    assert said == []


def leave(tab: Page) -> None:
    """The browser forgets who was signed in; no request of the page before brings it a cookie afterwards."""
    tab.wait_for_load_state("networkidle")
    tab.context.clear_cookies()


def make_one(tab: Page, name: str) -> None:
    tab.goto("/account/passkeys")
    tab.get_by_label("Name").last.fill(name)
    tab.get_by_role("button", name="Make a passkey").click()
    expect(tab.get_by_text("The passkey is kept.")).to_be_visible()
    expect(tab.get_by_text(name)).to_be_visible()


def test_one_is_made_and_opens_the_books_without_an_address(tab: Page, named: LiveServer, shop: Shop) -> None:
    sign_in(tab.context, named, shop)
    make_one(tab, "My laptop")
    tab.get_by_role("button", name="Make a passkey").click()
    expect(tab.get_by_text("This device has a passkey of yours already")).to_be_visible()
    leave(tab)
    tab.goto("/sign-in?next=/account/passkeys")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url(f"{named.url}/account/passkeys")
    expect(tab.get_by_text("last used")).to_be_visible()
    leave(tab)
    tab.goto("/sign-in?beside&next=/account/passkeys")
    tab.wait_for_url(f"{named.url}/account/passkeys")
    tab.get_by_role("button", name="Remove").click()
    tab.get_by_role("button", name="Yes").click()
    expect(tab.get_by_text("The passkey is removed.")).to_be_visible()
    assert kept_of(shop) == []


def prove_long_ago(shop: Shop) -> None:
    with open_directory() as directory:
        directory.query(SignIn).filter(SignIn.user_id == user_of(shop)).update({SignIn.proved_at: None})


def test_it_is_the_second_step_and_the_proof_asked_again(tab: Page, named: LiveServer, shop: Shop) -> None:
    sign_in(tab.context, named, shop)
    prove_long_ago(shop)
    tab.goto("/account/passkeys")
    tab.get_by_label("Name").last.fill("The key in the drawer")
    tab.get_by_role("button", name="Make a passkey").click()
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_label("Name").last).to_have_value("The key in the drawer")
    tab.get_by_role("button", name="Make a passkey").click()
    expect(tab.get_by_text("The passkey is kept.")).to_be_visible()
    with open_directory() as directory:
        service.ask_second_factor(directory, shop.company_id, is_asked=True)
    leave(tab)
    tab.goto("/sign-in?next=/account/passkeys")
    tab.get_by_label("E-mail").fill(shop.email)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_role("button", name="Use a passkey").click()
    tab.wait_for_url(f"{named.url}/account/passkeys")
    prove_long_ago(shop)
    tab.get_by_role("button", name="Remove").click()
    tab.get_by_role("button", name="Yes").click()
    tab.get_by_role("button", name="Use a passkey").click()
    expect(tab.get_by_text("The passkey is removed.")).to_be_visible()


def test_without_scripts_the_page_is_as_it_was(browser: Browser, named: LiveServer, shop: Shop) -> None:
    context: Any = browser.new_context(base_url=named.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    page.get_by_label("E-mail").fill(shop.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/account/passkeys")
    expect(page.locator("main")).to_contain_text("scripts are off", use_inner_text=True)
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    context.close()
