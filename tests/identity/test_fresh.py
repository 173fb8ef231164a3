"""Dangerous acts ask again who is there; what was typed goes on with the proof."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from tests.identity.test_second_step import app_of, enrol, first_step, second
from tests.identity.test_sign_ins import enter, strict  # noqa: F401 - a fixture
from webapp import identity
from webapp.company import profile
from webapp.identity.models import Invitation
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory, read_books

MINAS = "banyan peepal tulsi 772"
INVITED = {"email": "mina@example.in", "note": 'Mina "M" <b>', "role": "cashier", "which": "all"}


def carried(text: str) -> dict[str, str]:
    form = re.search(r'<form method="post" action="([^"]+)" class="stack".*?</form>', text, re.DOTALL)
    assert form
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0])}


def is_there(email: str) -> bool:
    with open_directory() as directory:
        return directory.scalar(select(Invitation.id).where(Invitation.email == email)) is not None


def test_an_old_proof_is_asked_for_again_and_what_was_typed_goes_on(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    clock.advance(minutes=9, seconds=59)
    assert tab.post("/settings/invitations", data=INVITED | {"email": "early@example.in"}).status_code == 303
    clock.advance(seconds=1)
    asked = tab.post("/settings/invitations", data=INVITED)
    assert asked.status_code == 401
    fields = carried(asked.text)
    assert {name: fields[name] for name in INVITED} == INVITED
    assert not is_there("mina@example.in")
    wrong = tab.post("/settings/invitations", data=fields | {"proof_password": "not mine"})
    assert wrong.status_code == 422
    assert carried(wrong.text)["email"] == "mina@example.in"
    assert not is_there("mina@example.in")
    before = tab.get_cookie("munim")
    assert tab.post("/settings/invitations", data=carried(wrong.text) | {"proof_password": PASSWORD}).status_code == 303
    assert is_there("mina@example.in")
    assert tab.post("/settings/invitations", data=INVITED | {"email": "later@example.in"}).status_code == 303, "proved just now"
    copied = strict.test_client()
    assert before
    copied.set_cookie("munim", before.value)
    assert copied.get("/items").status_code == 303, "a token copied before opens nothing"


def test_who_may_not_is_not_asked(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser("mina@example.in", MINAS))
        identity.add_member(directory, sharma.company_id, user.id, Role.CASHIER)
    mina = strict.test_client()
    assert mina.post("/sign-in", data={"email": "mina@example.in", "password": MINAS}).status_code == 303
    clock.advance(minutes=11)
    assert mina.post("/settings/invitations", data=INVITED).status_code == 403
    assert strict.test_client().post("/settings/invitations", data=INVITED).status_code == 303


@pytest.mark.parametrize(
    "url",
    [
        "/settings",
        "/settings/invitations",
        "/settings/members/00000000-0000-0000-0000-000000000001/departure",
        "/online-payments/settings",
        "/gst-returns/27AABCS1234D1ZV/month-202610/filing",
        "/gstr3b/27AABCS1234D1ZV/month-202610/filing",
        "/ledger-files",
        "/account/second-step/of-all",
        "/backups/company-files",
        "/business-data/closure",
    ],
)
def test_these_acts_ask(strict: Flask, sharma: Shop, iyer: Shop, clock: Clock, url: str) -> None:  # noqa: F811
    tab = enter(strict, sharma)
    clock.advance(minutes=11)
    assert (tab.post(url).status_code, tab.post(url, headers={"HX-Request": "true"}).headers["HX-Retarget"]) == (401, "#main")
    guesses: list[int] = [tab.post(url, data={"proof_password": f"guess {turn}"}).status_code for turn in range(7)]
    assert guesses[:5] == [422] * 5
    assert guesses[5:] == [429] * 2


def test_with_a_second_step_its_code_is_asked_too(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    enrol(sharma, clock)
    tab: FlaskClient = first_step(strict, sharma)
    assert second(tab, app_of(sharma).at(clock.now)) == 303
    clock.advance(minutes=11)
    with read_books(sharma.actor) as books:
        before = profile(books).upi_id
    sent = {"upi_id": "thief@upi", "proof_password": PASSWORD}
    assert tab.post("/settings", data=sent).status_code == 422
    assert tab.post("/settings", data=sent | {"proof_code": "000000"}).status_code == 422
    with read_books(sharma.actor) as books:
        assert profile(books).upi_id == before
    asked = tab.post("/settings/invitations", data=INVITED)
    both = carried(asked.text) | {"proof_password": PASSWORD, "proof_code": app_of(sharma).at(clock.now)}
    assert tab.post("/settings/invitations", data=both).status_code == 303
