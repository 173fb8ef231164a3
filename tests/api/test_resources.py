"""The business and its bills, as a program reads them; every answer held against the document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from tests.api_access.programs import Program, hire, make, make_service, refused
from tests.counter.books import stock_shelf
from tests.counter.device import Device, id_of, signed_in
from tests.ground.shops import Shop
from webapp import api_access, company
from webapp.api.document import document
from webapp.api_access import Draft
from webapp.company import StoreDraft
from webapp.platform.permissions import Role
from webapp.platform.rate_limits import Counts
from webapp.platform.settings import Limit, Settings
from webapp.platform.tenancy import open_books

DOCUMENT = document("http://127.0.0.1:8000")


def conforms(answer: Any, shape: str) -> Any:
    """The body of an answer, which has the shape that the document says, and no other property."""
    body = answer.get_json()
    schema = {"$ref": f"#/components/schemas/{shape}", "components": DOCUMENT["components"]}
    wrong = [one.message for one in Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(body)]
    assert wrong == [], answer.text
    return body


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


def access(program: Program, shop: Shop, *scopes: str) -> str:
    return str(program.exchange(make(shop, *scopes).text)["access_token"])


def test_each_answer_is_as_the_document_says(app: Flask, program: Program, sharma: Shop, bill_id: str) -> None:
    given = program.post("token", token=make(sharma).text)
    bearer = conforms(given, "Tokens")["access_token"]
    assert conforms(program.get("auth/me", bearer), "Me")["limits"] is None
    assert conforms(program.get("company", bearer), "Company")["gstin"] == sharma.gstin
    row = conforms(program.get("bills", bearer), "Bills")["bills"][0]
    bill = conforms(program.get(f"bills/{bill_id}", bearer), "Bill")
    assert (row["id"], row["total_paise"]) == (bill["id"], bill["total_paise"])
    assert bill["issued_at"].endswith("Z")
    assert sum(line["total_paise"] for line in bill["lines"]) + bill["round_off_paise"] == bill["total_paise"]
    assert sum(one["amount_paise"] for one in bill["tenders"]) == bill["total_paise"]
    conforms(program.post("refresh", refresh_token=given.get_json()["refresh_token"]), "Tokens")
    conforms(program.post("revoke", token="x"), "Nothing")
    for refusal in (
        program.get("company"),
        program.get(f"bills/{uuid4()}", bearer),
        program.get("bills", bearer, kind="x"),
        program.get("nothing-here"),
        program.client.delete("/api/v1/bills"),
        program.post("token"),
    ):
        conforms(refusal, "Problem")
        assert refusal.mimetype == "application/problem+json"


@pytest.fixture
def bill_id(app: Flask, sharma: Shop) -> str:
    """A bill of the shop's."""
    return sell(app, sharma)


def sell(app: Flask, shop: Shop) -> str:
    """A bill of two kilos of dal, made at the counter."""
    shelf = stock_shelf(shop.actor)
    device = Device.enrol(signed_in(app, shop), "Front")
    device.items = shelf.items
    device.open_shift()
    bill = device.sell(device.line("Dal", 2_000))
    assert device.statuses() == ["ok", "ok"]
    return str(id_of(bill))


def test_another_businesss_bills_are_not_there(app: Flask, program: Program, sharma: Shop, iyer: Shop, bill_id: str) -> None:
    theirs = access(program, iyer)
    assert refused(program.get(f"bills/{bill_id}", theirs)) == (404, "")
    assert program.get("bills", theirs).get_json()["bills"] == []
    assert program.get("company", theirs).get_json()["name"] == "Iyer Traders"
    ours, unknown = program.get(f"bills/{bill_id}", theirs).get_json(), program.get(f"bills/{uuid4()}", theirs).get_json()
    assert ours == unknown, "whether it is another's or nobody's is not told"


def test_a_token_held_to_a_store_sees_its_bills_alone(app: Flask, program: Program, sharma: Shop, bill_id: str) -> None:
    with open_books(sharma.actor) as books:
        annexe, main = company.create_store(books, StoreDraft(name="Annexe", code="ANX")), company.default_store(books)
    seen = {}
    for store in (annexe, main):
        bearer = program.exchange(make_service(sharma, role=Role.VIEWER, stores=(store,)).text)["access_token"]
        seen[store] = (
            [one["id"] for one in program.get("bills", bearer).get_json()["bills"]],
            program.get(f"bills/{bill_id}", bearer).status_code,
        )
    assert seen == {annexe: ([], 404), main: ([bill_id], 200)}
    ravi = hire(sharma)
    assert ravi.user_id
    with open_books(sharma.actor) as books:
        company.limit_member(books, ravi.user_id, [annexe])
    bearer = program.exchange(api_access.make_personal(ravi, Draft("Sync", ("bills:read",))).text)["access_token"]
    assert program.get("bills", bearer).get_json()["bills"] == []
    assert refused(program.get(f"bills/{bill_id}", bearer)) == (404, "")


def test_each_resource_asks_its_scope(program: Program, sharma: Shop, bill_id: str) -> None:
    bearer = access(program, sharma, "company:read", "items:read")
    assert program.get("company", bearer).status_code == 200
    for path in ("bills", f"bills/{bill_id}"):
        assert refused(program.get(path, bearer)) == (403, "insufficient_scope")


def test_filters_are_those_of_the_page_and_unreadable_ones_are_said(program: Program, sharma: Shop, bill_id: str) -> None:
    bearer = access(program, sharma)

    def found(**query: str) -> list[str]:
        return [one["id"] for one in conforms(program.get("bills", bearer, **query), "Bills")["bills"]]

    assert found(**{"from": "2026-11-20", "to": "2026-11-20", "state": "standing", "kind": "sale"}) == [bill_id]
    assert found(to="2026-11-19") == []
    assert found(q="nobody of this name") == []
    for name, text in (("from", "20-11-2026"), ("state", "new"), ("party", "x"), ("older", "x"), ("company_id", "2"), ("kind", "letter")):
        body = conforms(program.get("bills", bearer, **{name: text}), "Problem")
        assert (body["status"], [one["field"] for one in body["errors"]]) == (422, [name])


def test_pages_follow_one_another_to_the_end(app: Flask, program: Program, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.sales.lists.PAGE", 2)
    shelf = stock_shelf(sharma.actor)
    device = Device.enrol(signed_in(app, sharma), "Front")
    device.items = shelf.items
    device.open_shift()
    made = {str(id_of(device.sell(device.line("Dal", 1_000)))) for _turn in range(5)}
    assert set(device.statuses()) == {"ok"}
    bearer, seen, path = access(program, sharma), list[str](), "/api/v1/bills?kind=sale"
    while path:
        body = program.client.get(path, headers={"Authorization": f"Bearer {bearer}"}).get_json()
        seen += [one["id"] for one in body["bills"]]
        path = body["next"]
    assert (len(seen), set(seen)) == (5, made)


def test_a_storm_of_one_token_is_told_when_to_come_again(app: Flask, program: Program, sharma: Shop, iyer: Shop, limited: None) -> None:
    bearer, beside = access(program, sharma), access(program, sharma)
    assert program.get("auth/me", bearer).get_json()["limits"] == {"requests": 3, "seconds": 60}
    other = program.exchange(make(sharma).text)["access_token"]
    theirs = access(program, iyer)
    assert [program.get("company", bearer).status_code for _turn in range(3)] == [200, 200, 429]
    answer = program.get("company", bearer)
    assert int(answer.headers["Retry-After"]) > 0
    conforms(answer, "Problem")
    assert program.get("company", beside).status_code == 200, "another token"
    assert (program.get("company", other).status_code, program.get("company", theirs).status_code) == (200, 200)


def test_who_guesses_is_counted_by_his_network(app: Flask, sharma: Shop, limited: None) -> None:
    guesses = (
        lambda one: one.get("company", "a.b.c"),
        lambda one: one.post("token", token="mun_pat_x"),
        lambda one: one.post("refresh", refresh_token="x"),
    )
    for number, guess in enumerate(guesses):
        thief = Program(app, f"198.51.100.{number}")
        statuses = [guess(thief).status_code for _turn in range(7)]
        assert (statuses[0], statuses[-1]) == (401, 429), statuses
    assert Program(app, "192.0.2.1").get("company", "a.b.c").status_code == 401


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests a minute for a token, five for who signs in; no Redis, so each process counts for itself."""
    kept: Settings = app.extensions["munim.settings"]
    limits = {"api": Limit(3, 60), "sign-in": Limit(5, 60)}
    monkeypatch.setitem(app.extensions, "munim.settings", replace(kept, rate_limits=limits))
    monkeypatch.setitem(app.extensions, "munim.rates", Counts(""))
