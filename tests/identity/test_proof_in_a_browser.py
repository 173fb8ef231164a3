"""The page that asks for a fresh proof, where htmx swaps it in: it stands as it does by itself, and nobody is told he was signed out."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.ground.browser import until
from tests.ground.server import LiveServer
from tests.ground.shops import PASSWORD, Shop, found_shop
from tests.identity.test_second_step import user_of
from webapp.identity.models import SignIn
from webapp.platform import clock
from webapp.platform.tenancy import open_directory

EDGES = "(() => { const { left, right } = document.querySelector('main h1').getBoundingClientRect(); return [left, right]; })()"
# No page of today sends such a form by htmx; any may.
BY_HTMX = "form => { form.setAttribute('hx-post', form.getAttribute('action')); htmx.process(form); form.requestSubmit(); }"


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Proof Stores", email=f"{uuid4().hex[:12]}@proof.example", state_code="27")


def send(page: Page, *, by_htmx: bool) -> None:
    page.goto("/settings")
    page.get_by_label("City").fill("Nagpur")
    until(page, "typeof htmx === 'object'")
    page.locator("main form[method=post]").first.evaluate(BY_HTMX if by_htmx else "form => form.requestSubmit()")


def test_the_page_that_asks_stands_where_it_does_by_itself(read_as: Callable[[Shop], Page], shop: Shop) -> None:
    page = read_as(shop)
    page.set_viewport_size({"width": 360, "height": 740})
    with open_directory() as directory:
        directory.execute(update(SignIn).where(SignIn.user_id == user_of(shop)).values(proved_at=None))
    edges = []
    for by_htmx in (False, True):
        send(page, by_htmx=by_htmx)
        expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
        edges.append(page.evaluate(EDGES))
        expect(page.locator("main #problem")).to_have_count(1)
    assert edges[0] == edges[1]
    assert edges[0][0] >= 16, "a margin"
    expect(page.locator("#toasts")).to_be_empty()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("City")).to_have_value("Nagpur")


def test_who_is_signed_out_is_still_told(read_as: Callable[[Shop], Page], shop: Shop) -> None:
    page = read_as(shop)
    page.goto("/settings")
    until(page, "typeof htmx === 'object'")
    with open_directory() as directory:
        directory.execute(update(SignIn).where(SignIn.user_id == user_of(shop)).values(ended_at=clock.now()))
    page.locator("main form[method=post]").first.evaluate(BY_HTMX)
    expect(page.locator("#toasts")).to_contain_text("You are signed out.")
