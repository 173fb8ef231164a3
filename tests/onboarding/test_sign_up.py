"""From nothing to ready to bill: one transaction, six fields, every refusal beside its field."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from webapp import company
from webapp.identity.models import Company, UserAccount
from webapp.kernel.errors import InvalidInput
from webapp.ledger.models import Account
from webapp.onboarding import SignUp, sign_up
from webapp.platform.tenancy import open_directory, read_books

GOOD = SignUp(
    business_name="Gupta Kirana",
    state_code="07",
    shop_kind="kirana",
    email="Gupta@Example.in",
    password="three small words",
    gstin="07aapfu0939f1zx",
)


def with_(**changes: str) -> SignUp:
    return SignUp(**{**{name: getattr(GOOD, name) for name in GOOD.__slots__}, **changes})


def valid_gstin(state: str) -> str:
    from stdnum.in_ import gstin

    stem = f"{state}AAPFU0939F1Z"
    return next(stem + sign for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if gstin.is_valid(stem + sign))


@pytest.mark.usefixtures("engine")
def test_a_founded_company_can_bill_at_once() -> None:
    with open_directory() as directory:
        actor = sign_up(directory, with_(gstin=valid_gstin("07")))
    with read_books(actor) as books:
        kept = company.profile(books)
        assert (kept.name, kept.scheme, kept.state_code, kept.gstin) == ("Gupta Kirana", "regular", "07", valid_gstin("07"))
        assert company.default_store(books)
        assert books.session.scalar(select(func.count()).select_from(Account)) >= 20


@pytest.mark.usefixtures("engine")
def test_without_a_gstin_the_business_is_unregistered() -> None:
    with open_directory() as directory:
        actor = sign_up(directory, with_(gstin=""))
    with read_books(actor) as books:
        assert company.profile(books).scheme == "unregistered"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("business_name", " ", "name of the business"),
        ("business_name", "x" * 10_000, "at most 120"),
        ("state_code", "99", "state"),
        ("shop_kind", "casino", "kind of shop"),
        ("gstin", "07AAPFU0939F1Z0", ""),
        ("email", "not an address", "e-mail address"),
        ("password", "short", "8 characters"),
        ("password", "password1", "first that are guessed"),
    ],
)
def test_each_refusal_stands_beside_its_field_and_nothing_is_kept(field: str, typed: str, words: str) -> None:
    with open_directory() as directory:
        before = (
            directory.scalar(select(func.count()).select_from(UserAccount)),
            directory.scalar(select(func.count()).select_from(Company)),
        )
    with pytest.raises(InvalidInput) as refusal, open_directory() as directory:
        sign_up(directory, with_(**{"gstin": "", field: typed}))
    assert words in refusal.value.errors[field]
    with open_directory() as directory:
        after = directory.scalar(select(func.count()).select_from(UserAccount)), directory.scalar(select(func.count()).select_from(Company))
    assert before == after


@pytest.mark.usefixtures("engine")
def test_a_gstin_of_another_state_is_named() -> None:
    with pytest.raises(InvalidInput) as refusal, open_directory() as directory:
        sign_up(directory, with_(gstin=valid_gstin("27"), state_code="07"))
    assert "Maharashtra" in refusal.value.errors["state_code"]


@pytest.mark.usefixtures("engine")
def test_one_email_has_one_account() -> None:
    with open_directory() as directory:
        sign_up(directory, with_(gstin=""))
    with pytest.raises(InvalidInput) as refusal, open_directory() as directory:
        sign_up(directory, with_(gstin="", email="GUPTA@example.IN"))
    assert "already has an account" in refusal.value.errors["email"]


def token_of(client: FlaskClient, url: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(url).text)[1]


def test_the_form_keeps_what_was_typed(client: FlaskClient) -> None:
    answer = client.post(
        "/sign-up",
        data={
            "csrf_token": token_of(client, "/sign-up"),
            "business_name": "Gupta <b>Kirana</b>",
            "state_code": "07",
            "email": "x",
            "password": "y",
        },
    )
    assert answer.status_code == 422
    assert "Gupta &lt;b&gt;Kirana&lt;/b&gt;" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Choose the kind of shop" in answer.text


def test_the_page_asks_at_most_six_things(client: FlaskClient) -> None:
    form = re.search(r'<form method="post" action="/sign-up".*?</form>', client.get("/sign-up").text, re.DOTALL)
    assert form
    asked = re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', form[0])
    assert len([name for name in asked if name != "csrf_token"]) <= 6
