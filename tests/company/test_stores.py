"""Stores: made, changed, closed and opened; what a closed one refuses; members held to some; numbers and registrations of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.trade import open_trade
from tests.support import refused
from webapp import company, identity
from webapp.company import NotYourStore, StoreClosed, StoreDraft
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books
from webapp.stocktaking import Adjustment, Change, adjust_stock

Enter = Callable[[Shop], FlaskClient]
# Sharma's PAN, registered in Karnataka.
KARNATAKA = "29AABCS1234D1ZR"


def make_store(shop: Shop, name: str = "Godown", code: str = "GOD", **more: str) -> UUID:
    with open_books(shop.actor) as books:
        return company.create_store(books, StoreDraft(name=name, code=code, **more))


def cashier(shop: Shop, *stores: UUID) -> Actor:
    """A member who is held to `stores`."""
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser(f"{new_id().hex[-8:]}@shop.example", "a long enough password", "Ravi"))
        identity.add_member(directory, shop.company_id, user.id, Role.ACCOUNTANT)
        user_id = user.id
    with open_books(shop.actor) as books:
        company.limit_member(books, user_id, stores)
    return Actor(company_id=shop.company_id, role=Role.ACCOUNTANT, user_id=user_id, name="Ravi")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Type the name"),
        ({"code": "P"}, "code", "two or three"),
        ({"code": "पुणे"}, "code", "two or three"),
        ({"code": "S1"}, "code", "belongs to Main store"),
        ({"name": "main STORE"}, "name", "a store named Main store"),
        ({"pin_code": "12"}, "pin_code", "six digits"),
        ({"gstin": "29AABCS1234D1ZA"}, "gstin", "mistyped"),
        ({"gstin": "33AABCI1234D1ZC"}, "gstin", "another PAN"),
        ({"address": "x" * 301}, "address", "300"),
    ],
)
def test_what_cannot_be_a_store_is_refused_beside_its_field(sharma: Shop, changes: dict[str, str], field: str, words: str) -> None:
    draft = replace(StoreDraft(name="Godown", code="GOD"), **changes)
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
        company.create_store(books, draft)
    assert list(refusal.value.errors) == [field]
    assert words in refusal.value.errors[field]


def test_a_store_has_its_own_registration_state_and_numbers(sharma: Shop) -> None:
    store_id = make_store(sharma, "Bengaluru", "BLR", gstin=KARNATAKA.lower(), address="MG Road", city="Bengaluru")
    with read_books(sharma.actor) as books:
        seller = company.seller_at(books, store_id).profile
        assert (seller.gstin, seller.state_code, seller.address, seller.city) == (KARNATAKA, "29", "MG Road", "Bengaluru")
        assert company.store_series(books, store_id, FinancialYear(2026), "TC") == "26BLR-TC"
        main = company.default_store(books)
        assert company.store_series(books, main, FinancialYear(2026), "TC") == "26-TC"
        assert company.seller_at(books, main).profile == company.profile(books)


def test_an_unregistered_business_has_no_registered_store(iyer: Shop) -> None:
    with open_books(iyer.actor) as books:
        company.change_profile(books, {"gstin": None, "scheme": "unregistered"})
        with pytest.raises(InvalidInput) as refusal:
            company.create_store(books, StoreDraft(name="Godown", code="GOD", gstin="33AABCI1234D1ZC"))
    assert "not registered" in refusal.value.errors["gstin"]


def test_nothing_goes_into_or_out_of_a_closed_store(sharma: Shop) -> None:
    store_id, trade = make_store(sharma), open_trade(sharma.actor)
    soap = trade.item("Soap", 118)
    with open_books(sharma.actor) as books:
        company.close_store(books, store_id)
    with open_books(sharma.actor) as books:
        asked = Adjustment(new_id(), books.today, store_id, "found", (Change(soap, Qty(1000)),))
        assert "Godown is closed" in refused(lambda: adjust_stock(books, asked), StoreClosed)
    sale = replace(trade.sale(trade.line("Soap"), total=118), store_id=store_id)
    assert "Godown is closed" in refused(lambda: trade.issue(sale), StoreClosed)
    happened = replace(trade.sale(trade.line("Soap"), total=118, has_happened=True), store_id=store_id)
    assert "store_closed" in [flag.kind.value for flag in trade.issue(happened).flags], "the paper is out: it is flagged"
    with open_books(sharma.actor) as books:
        company.reopen_store(books, store_id)
        assert adjust_stock(books, asked) == "26GOD-SJ/000001"
    assert adjusted_back(sharma, soap, store_id) == "26GOD-SJ/000002"


def adjusted_back(shop: Shop, item_id: UUID, store_id: UUID) -> str:
    """A store of which one is owed and one is there has nothing left; until then it is not closed."""
    with open_books(shop.actor) as books:
        more = Adjustment(new_id(), books.today, store_id, "found", (Change(item_id, Qty(2000)),))
        number = adjust_stock(books, more)
        assert "still in Godown" in refused(lambda: company.close_store(books, store_id), Conflict)
        return number


def test_the_default_store_is_not_closed(sharma: Shop) -> None:
    store_id = make_store(sharma)
    with open_books(sharma.actor) as books:
        main = company.default_store(books)
        assert "default store" in refused(lambda: company.close_store(books, main), Conflict)
    with open_books(sharma.actor) as books:
        company.make_default(books, store_id)
        company.close_store(books, main)
        assert company.default_store(books) == store_id
        assert [one.id for one in company.stores(books)] == [store_id]


def test_a_member_works_in_the_stores_he_is_held_to(sharma: Shop, iyer: Shop) -> None:
    store_id, trade = make_store(sharma), open_trade(sharma.actor)
    soap, ravi = trade.item("Soap", 118), cashier(sharma, store_id)
    with open_books(ravi) as books:
        assert [one.id for one in company.my_stores(books)] == [store_id]
        assert company.default_store(books) == store_id
        adjust_stock(books, Adjustment(new_id(), books.today, store_id, "found", (Change(soap, Qty(1000)),)))
        asked = Adjustment(new_id(), books.today, trade.store_id, "found", (Change(soap, Qty(1000)),))
        assert "You do not work in Main store" in refused(lambda: adjust_stock(books, asked), NotYourStore)
    theirs = make_store(iyer)
    with open_books(sharma.actor) as books, pytest.raises(NotFound):
        company.limit_member(books, ravi.user_id or new_id(), [theirs])
    with read_books(sharma.actor) as books, pytest.raises(NotFound):
        company.require_store(books, theirs)


def test_stores_are_kept_on_their_pages(browse: Enter, sharma: Shop, iyer: Shop) -> None:
    owner = browse(sharma)
    typed = {"id": str(new_id()), "name": "Godown", "code": "god", "address": "Plot <4>"}
    for _ in range(2):
        assert owner.post("/settings/stores", data=typed).status_code == 303
    assert owner.get("/settings/stores").text.count("Godown") >= 1
    again = owner.post("/settings/stores", data={**typed, "id": str(new_id()), "name": "Other"})
    assert (again.status_code, "The code GOD belongs to Godown" in again.text, "Plot &lt;4&gt;" in again.text) == (422, True, True)
    with read_books(sharma.actor) as books:
        (own,) = [one for one in company.stores(books) if one.code == "GOD"]
    assert owner.post(f"/settings/stores/{own.id}", data={**typed, "name": "Big godown", "version": "1"}).status_code == 303
    assert owner.post(f"/settings/stores/{own.id}", data={**typed, "name": "Bigger", "version": "1"}).status_code == 409
    assert owner.post(f"/settings/stores/{own.id}/closing").status_code == 303
    assert "Closed" in owner.get("/settings/stores").text
    assert owner.post(f"/settings/stores/{own.id}/reopening").status_code == 303
    stranger = browse(iyer)
    assert stranger.get(f"/settings/stores/{own.id}").status_code == 404
    assert stranger.post(f"/settings/stores/{own.id}/closing").status_code == 404


def test_a_members_stores_are_ticked_on_a_page(browse: Enter, sharma: Shop) -> None:
    store_id, owner = make_store(sharma), browse(sharma)
    ravi = cashier(sharma)
    here = f"/settings/members/{ravi.user_id}/stores"
    assert "Every store" in owner.get(here).text
    assert owner.post(here, data={"which": "some", "store": [str(store_id)]}).status_code == 303
    with read_books(ravi) as books:
        assert company.allowed_stores(books) == {store_id}
    assert owner.post(here, data={"which": "all", "store": [str(store_id)]}).status_code == 303
    with read_books(ravi) as books:
        assert company.allowed_stores(books) is None
    assert owner.get(f"/settings/members/{new_id()}/stores").status_code == 404
