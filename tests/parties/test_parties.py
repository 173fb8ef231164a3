"""Customers: what may be kept, what is refused and in which words, what a till gets, and that no other company sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from webapp import parties
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.parties import PartyDraft, lists
from webapp.platform.tenancy import open_books, read_books

GSTIN = "27AAPFU0939F1ZV"


def make(shop: Shop, name: str = "Ravi Patil", **more: Any) -> UUID:
    with open_books(shop.actor) as books:
        return parties.create_party(books, PartyDraft(name=name, **more)).id


def refused(shop: Shop, **asked: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal, open_books(shop.actor) as books:
        parties.create_party(books, PartyDraft(**{"name": "Ravi", **asked}))
    return refusal.value.errors


def row(shop: Shop, party_id: UUID) -> parties.PartyRow:
    with read_books(shop.actor) as books:
        return parties.party_row(books, party_id)


@pytest.mark.parametrize("typed", ["98200 12345", "098200-12345", "+91 98200 12345", "9820012345"])
def test_a_phone_is_kept_in_one_form(sharma: Shop, typed: str) -> None:
    assert row(sharma, make(sharma, phone=typed)).phone == "+919820012345"


def test_the_state_is_the_gstins_else_the_shops(sharma: Shop, iyer: Shop) -> None:
    assert row(sharma, make(sharma)).state_code == "27"
    assert row(iyer, make(iyer)).state_code == "33"
    party = row(iyer, make(iyer, "Pune Traders", gstin=" 27aapfu0939f1zv "))
    assert (party.gstin, party.state_code) == (GSTIN, "27")
    assert "is of Maharashtra, not Tamil Nadu" in refused(sharma, gstin=GSTIN, state_code="33")["state_code"]


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("name", {"name": " \u202e "}),
        ("name", {"name": "x" * 10_000}),
        ("phone", {"phone": "12345"}),
        ("phone", {"phone": "９８２００１２３４５"}),
        ("phone", {"phone": "call me"}),
        ("gstin", {"gstin": "27AAPFU0939F1ZX"}),
        ("gstin", {"gstin": "99"}),
        ("state_code", {"state_code": "00"}),
        ("email", {"email": "nobody"}),
        ("pin_code", {"pin_code": "012345"}),
        ("pin_code", {"pin_code": "४११००१"}),
        ("credit_limit", {"credit_limit_paise": -1}),
        ("credit_days", {"credit_days": -1}),
        ("credit_days", {"credit_days": 99_999}),
        ("address", {"address": "a" * 501}),
        ("is_customer", {"is_customer": False}),
    ],
)
def test_what_cannot_be_a_customer_is_refused_beside_its_field(sharma: Shop, field: str, asked: dict[str, Any]) -> None:
    assert set(refused(sharma, **asked)) == {field}


def test_a_gstin_names_one_party_in_one_shop(sharma: Shop, iyer: Shop) -> None:
    make(sharma, "First", gstin=GSTIN)
    assert refused(sharma, gstin=GSTIN) == {"gstin": "This GSTIN belongs to First. Choose that party instead."}
    make(iyer, "First of Iyer", gstin=GSTIN)


def test_the_same_id_again_gives_the_first_customer(sharma: Shop) -> None:
    chosen = new_id()
    with open_books(sharma.actor) as books:
        first = parties.quick_party(books, "Ravi", "9820012345", id=chosen)
        again = parties.quick_party(books, "Somebody else", id=chosen)
    assert (again.id, again.name) == (first.id, "Ravi")


def test_a_stale_form_is_refused(sharma: Shop) -> None:
    party_id = make(sharma, credit_limit_paise=Paise(500_000))
    wanted = PartyDraft(name="Ravi Patil", credit_limit_paise=Paise(900_000))
    with open_books(sharma.actor) as books:
        assert parties.change_party(books, party_id, wanted, 1).version == 2
        assert parties.change_party(books, party_id, wanted, 2).version == 2  # nothing differs, nothing is written
        with pytest.raises(Conflict):
            parties.change_party(books, party_id, replace(wanted, name="Other"), 1)
    with read_books(sharma.actor) as books:
        assert [entry.action for entry in lists.history(books, party_id)] == ["change", "create"]


def test_search_finds_by_name_phone_gstin_and_in_hindi(sharma: Shop, iyer: Shop) -> None:
    make(sharma, "Ravi Patil", local_name="रवि पाटील", phone="9820012345", gstin=GSTIN, city="Pune")
    make(sharma, "100% Cotton", phone="9820099999")
    make(iyer, "Ravi Iyer")
    with read_books(sharma.actor) as books:

        def found(text: str) -> list[str]:
            return [party.name for party in parties.search_parties(books, text)]

        assert found("ravi") == found("रवि") == found("98200 12345") == found("27aapfu") == found("patil pune") == ["Ravi Patil"]
        assert found("100%") == ["100% Cotton"]
        assert found("_") == found("")


def test_a_till_gets_customers_and_those_to_forget(sharma: Shop, iyer: Shop) -> None:
    make(iyer, "Not ours")
    first, second = make(sharma, "One", phone="9820012345"), make(sharma, "Two", credit_days=30)
    make(sharma, "Only a supplier", is_customer=False, is_supplier=True)
    with read_books(sharma.actor) as books:
        whole = parties.parties_for_till(books, 0)
        assert {one["name"] for one in whole.customers} == {"One", "Two"}
        assert set(whole.customers[0]) == {"id", "name", "local_name", "phone", "gstin", "state_code"}  # no address, no limit, no dues
        since = books.session.connection()
        assert since is not None
    with open_books(sharma.actor) as books:
        from webapp.company import profile

        rev = profile(books).catalogue_rev
        parties.archive_party(books, second)
    with read_books(sharma.actor) as books:
        delta = parties.parties_for_till(books, rev)
        assert (delta.customers, delta.gone) == ([], [second])
    assert first


def test_the_list_pages_by_key_and_filters(sharma: Shop) -> None:
    for number in range(7):
        make(sharma, f"Customer {number}", credit_days=number % 2 and 15, state_code="33" if number == 3 else "27")
    with read_books(sharma.actor) as books:
        page, seen = lists.list_parties(books, lists.Filters(), most=3), []
        while True:
            seen += [party.name for party in page.rows]
            if not page.after:
                break
            page = lists.list_parties(books, lists.Filters(), after=page.after, most=3)
        assert seen == [f"Customer {number}" for number in range(7)]
        assert [party.name for party in lists.list_parties(books, lists.Filters(), before=page.before or "", most=3).rows] == seen[3:6]
        assert len(lists.list_parties(books, lists.Filters(credit="limit")).rows) == 3
        assert [party.name for party in lists.list_parties(books, lists.Filters(state_code="33")).rows] == ["Customer 3"]
        assert lists.list_parties(books, lists.Filters(kind="supplier")).rows == []


def test_another_companys_customer_does_not_exist(sharma: Shop, iyer: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    theirs = make(iyer, "Coffee House")
    with open_books(sharma.actor) as books:
        assert parties.party_or_none(books, theirs) is None
        assert parties.parties_by_id(books, [theirs]) == {}
        with pytest.raises(NotFound):
            parties.archive_party(books, theirs)
        with pytest.raises(NotFound):
            parties.change_party(books, theirs, PartyDraft(name="Mine"), 1)
    owner = browse(sharma)
    assert {owner.get(f"/parties/{theirs}{rest}").status_code for rest in ("", "/edit")} == {404}
    assert {
        owner.post(f"/parties/{theirs}{rest}", data={"name": "x", "is_customer": "1"}).status_code
        for rest in ("", "/archival", "/restoration")
    } == {404}
    assert row(iyer, theirs).name == "Coffee House"


def test_a_customer_goes_through_the_pages(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    owner = browse(sharma)
    assert "/parties/new" in owner.get("/parties").text
    bad = owner.post(
        "/parties", data={"name": "<i>Ravi", "phone": "12", "credit_limit": "1e400", "credit_days": "soon", "is_customer": "1"}
    )
    assert bad.status_code == 422
    assert "&lt;i&gt;Ravi" in bad.text
    assert "1e400" in bad.text
    assert owner.post("/parties", data={}).status_code == 422
    made = owner.post(
        "/parties",
        data={
            "name": "Ravi",
            "phone": "9820012345",
            "gstin": GSTIN,
            "is_customer": "1",
            "credit_limit": "5,000",
            "credit_days": "30",
            "address": "1 Main Road\nCamp",
        },
    )
    assert made.status_code == 303
    page = owner.get(made.location).text
    for words in ("+919820012345", GSTIN, "₹5,000.00", "Maharashtra"):
        assert words in page
    version = re.search(r'name="version" value="(\d+)"', owner.get(made.location + "/edit").text)
    assert version
    form = {"name": "Ravi Patil", "is_customer": "1", "version": version[1]}
    assert owner.post(made.location, data=form).status_code == 303
    assert owner.post(made.location, data={**form, "name": "Late"}).status_code == 409
    assert "Ravi Patil" in owner.get("/parties?q=ravi").text
    owner.post(made.location + "/archival")
    assert "Ravi Patil" not in owner.get("/parties").text
    assert "Ravi Patil" in owner.get("/parties?state=archived").text
    owner.post(made.location + "/restoration")
    assert "Ravi Patil" in owner.get("/parties/export.csv").text
    assert owner.get("/parties/export.xlsx").data.startswith(b"PK")
    assert owner.get("/parties?sort=x&kind=y&after=z&state_code=q").status_code == 200


def test_the_state_follows_the_gstin_while_it_is_typed(iyer: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    owner = browse(iyer)
    whole = owner.get(f"/parties/state?gstin={GSTIN}&state_code=33").text
    assert re.search(r'value="27" selected', whole)
    half = owner.get("/parties/state?gstin=27AA&state_code=33").text
    assert re.search(r'value="33" selected', half)
    assert "field-error" not in half
    assert "does not fit" in owner.get("/parties/state?gstin=27AAPFU0939F1ZX&state_code=33").text
