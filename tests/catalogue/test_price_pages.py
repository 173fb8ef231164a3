"""Price lists on screen: made, filled, moved by a percentage, sent out and read in; who may; another company's are not there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.catalogue.conftest import make
from tests.catalogue.test_price_lists import price
from tests.ground.shops import Shop
from webapp import catalogue, parties
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise
from webapp.platform.tenancy import open_books

pytestmark = pytest.mark.database


@pytest.fixture
def owner(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(sharma)


@pytest.fixture
def rice(sharma: Shop) -> UUID:
    return make(sharma, "Rice", "120", mrp="130", sku="R1", category="Grain")


@pytest.fixture
def wholesale(owner: FlaskClient, rice: UUID) -> str:
    """The address of a list for named customers."""
    made = owner.post("/price-lists", data={"name": "Wholesale", "whom": "named", "id": str(new_id())})
    assert made.status_code == 303
    return made.location


def version(owner: FlaskClient, address: str) -> str:
    return re.search(r'name="version" value="(\d+)"', owner.get(address).text)[1]


def send(owner: FlaskClient, address: str, what: str, **form: str) -> tuple[int, str]:
    answer = owner.post(f"{address}/{what}", data={"version": version(owner, address), **form})
    return answer.status_code, answer.text


def test_from_no_list_to_a_customers_price(sharma: Shop, owner: FlaskClient, rice: UUID, wholesale: str) -> None:
    with open_books(sharma.actor) as books:
        meera = parties.create_party(books, parties.PartyDraft(name="Meera", phone="98220 10018")).id
    assert "No price stands on this list yet" in owner.get(wholesale).text
    assert send(owner, wholesale, "prices", item="R1", price="110", starts_on="2026-11-01")[0] == 303
    assert (
        send(owner, wholesale, "prices", item="rice", price="105.50", min_qty="10", starts_on="2026-11-01", ends_on="2026-12-31")[0] == 422
    )
    assert (
        send(owner, wholesale, "prices", item="Rice", price="105.50", min_qty="10", starts_on="2026-11-01", ends_on="2026-12-31")[0] == 303
    )
    assert send(owner, wholesale, "customers", party="98220")[0] == 303
    page = owner.get(wholesale).text
    for words in ("105.5", "110", "Meera", "01-Nov-2026"):
        assert words in page, words
    assert price(sharma, rice, 10_000, meera) == (10_550, "Wholesale")
    assert price(sharma, rice, party=meera) == (11_000, "Wholesale")
    assert "Wholesale" in owner.get("/price-lists?q=whole&format=csv").text
    assert owner.post(f"{wholesale}/customers/{meera}/removal").status_code == 303
    assert price(sharma, rice, party=meera) == (12_000, "")


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(owner: FlaskClient, wholesale: str) -> None:
    good = {"item": "R1", "price": "110", "starts_on": "2026-11-01"}
    for bad, words in (
        ({"item": "Nothing"}, "There is no such item in use"),
        ({"price": "₹ twelve"}, "plain digits"),
        ({"price": "131"}, "above the MRP of ₹130.00"),
        ({"min_qty": "1.2345"}, "at most 3 decimals"),
        ({"starts_on": ""}, "Choose the first day"),
        ({"ends_on": "soon"}, "Choose the day from the calendar"),
        ({"ends_on": "2026-10-01"}, "before it begins"),
        ({"starts_on": "1990-01-01"}, "No GST rate is in force on 01-Jan-1990"),
    ):
        status, text = send(owner, wholesale, "prices", **{**good, **bad})
        assert (status, words in text) == (422, True), bad
        assert all(f'value="{value}"' in text for value in bad.values() if value.isalnum()), bad
    assert send(owner, wholesale, "customers", party="Nobody")[0] == 422
    assert send(owner, wholesale, "moves", base="items", percent="lots", step="100", move_from="2026-11-01")[0] == 422
    assert send(owner, wholesale, "moves", base="items", percent="-95", step="100", move_from="2026-11-01")[0] == 422
    assert send(owner, wholesale, "moves", base="list", percent="5", step="100", move_from="2026-11-01")[0] == 422, "nothing to move"
    assert owner.post("/price-lists", data={"name": "wholesale"}).status_code == 422


def test_many_prices_are_seen_before_they_are_written(sharma: Shop, owner: FlaskClient, rice: UUID, wholesale: str) -> None:
    make(sharma, "Soap", "40", category="Care")
    asked = {"base": "items", "percent": "-10", "step": "100", "move_from": "2026-11-01"}
    status, shown = send(owner, wholesale, "moves", **asked)
    assert (status, "Nothing is written yet" in shown, "Rice" in shown, "Soap" in shown) == (200, True, True, True)
    assert "No price stands on this list yet" in owner.get(wholesale).text
    assert send(owner, wholesale, "moves", **asked, category="Grain", act="apply")[0] == 303
    page = owner.get(wholesale).text
    assert ("108" in page, "Soap" in page) == (True, False)
    status, refused = send(owner, wholesale, "moves", **{**asked, "percent": "50"})
    assert (status, "above the MRP" in refused, "Write these prices" in refused) == (200, True, False)
    assert send(owner, wholesale, "moves", **{**asked, "percent": "50"}, act="apply")[0] == 422
    assert send(owner, wholesale, "moves", **{**asked, "base": "list", "percent": "10", "step": "50"}, act="apply")[0] == 303
    history = owner.get(f"{wholesale}/history?q=rice").text
    assert ("108" in history, "119" in history) == (True, True)
    assert "119" in owner.get(f"{wholesale}/history?format=csv").text


def test_a_move_that_no_book_can_hold_is_refused_before_it_is_written(sharma: Shop, owner: FlaskClient, wholesale: str) -> None:
    make(sharma, "Palace", "9999999999")
    asked = {"base": "items", "percent": "1000", "step": "100"}
    for first in ("2026-11-01", "1990-01-01"):
        status, shown = send(owner, wholesale, "moves", **asked, move_from=first)
        assert (status, "Write these prices" in shown) == (200, False), first
        assert send(owner, wholesale, "moves", **asked, move_from=first, act="apply")[0] == 422
    assert "No price stands on this list yet" in owner.get(wholesale).text


def test_a_page_opened_before_somebody_elses_change_writes_nothing(owner: FlaskClient, wholesale: str) -> None:
    stale = version(owner, wholesale)
    form = {"item": "R1", "price": "110", "starts_on": "2026-11-01", "version": stale}
    assert owner.post(f"{wholesale}/prices", data=form).status_code == 303
    refused = owner.post(f"{wholesale}/prices", data={**form, "price": "90"})
    assert (refused.status_code, "<h1>This was not done</h1>" in refused.text, "changed by somebody else" in refused.text) == (
        409,
        True,
        True,
    )
    assert (
        owner.post(f"{wholesale}/moves", data={"base": "items", "step": "1", "move_from": "2026-11-01", "version": stale}).status_code
        == 409
    )


def test_what_is_written_out_is_read_in_again(sharma: Shop, owner: FlaskClient, rice: UUID, wholesale: str) -> None:
    send(owner, wholesale, "prices", item="R1", price="110.12345", starts_on="2026-11-01", ends_on="2026-11-30", min_qty="2.5")
    sheet = owner.get(f"{wholesale}/prices.csv").text
    other = owner.post("/price-lists", data={"name": "Copy", "whom": "all", "id": str(new_id())}).location

    def read_in(content: str) -> tuple[int, str]:
        file = (io.BytesIO(content.encode()), "prices.csv")
        answer = owner.post(f"{other}/prices-file", data={"version": version(owner, other), "file": file})
        return answer.status_code, answer.text

    assert read_in(sheet)[0] == 303
    assert owner.get(f"{other}/prices.csv").text == sheet
    head = "Item,SKU,From quantity,From day,Until day,Price\n"
    for row, words in (
        ("Bread,,,2026-11-01,,5\n", "Row 2: “Bread” is no item in use."),
        ("Rice,R1,,1 Nov,,5\n", "Row 2: Write days as"),
        ("Rice,R1,,2026-11-01,,500\n", "Row 2: The price of ₹500.00"),
        ("Rice,R1,,2026-11-01,,x\n", "Row 2: Type a price"),
        ("", "no rows below"),
    ):
        status, text = read_in(head + row)
        assert (status, words in text) == (422, True), words
    assert read_in("Item,SKU\nRice,R1\n")[0] == 422
    assert owner.get(f"{other}/prices.csv").text == sheet


def test_lists_are_renamed_archived_and_leafed_through_in_few_statements(
    sharma: Shop, owner: FlaskClient, wholesale: str, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    items = [make(sharma, f"Item {number:02}") for number in range(55)]
    list_id = UUID(wholesale.rsplit("/", 1)[1])
    with open_books(sharma.actor) as books:
        drafts = [catalogue.PriceDraft(item, MilliPaise(1000), books.today) for item in items]
        catalogue.set_prices(books, list_id, drafts)
    with max_queries(14):
        first = owner.get(wholesale).text
    assert first.count("/price-removal") == 50
    assert owner.get(f"{wholesale}?at=50").text.count("/price-removal") == 5
    assert owner.get(f"{wholesale}?q=item+07").text.count("/price-removal") == 1
    assert "No price matches" in owner.get(f"{wholesale}?q=nothing").text
    held = version(owner, wholesale)
    assert owner.post(wholesale, data={"name": "Trade", "whom": "named", "version": held}).status_code == 303
    assert owner.post(f"{wholesale}/archival", data={"version": held}).status_code == 409
    assert owner.post(f"{wholesale}/archival", data={"version": str(int(held) + 1)}).status_code == 303
    assert "No price list matches" in owner.get("/price-lists").text
    assert "Trade" in owner.get("/price-lists?state=archived").text


def test_another_companys_list_is_not_there(browse: Callable[[Shop], FlaskClient], iyer: Shop, wholesale: str) -> None:
    stranger = browse(iyer)
    for path in (wholesale, f"{wholesale}/edit", f"{wholesale}/history", f"{wholesale}/prices.csv"):
        assert stranger.get(path).status_code == 404
    for what in ("prices", "price-removal", "customers", "moves", "prices-file", "archival"):
        assert stranger.post(f"{wholesale}/{what}", data={}).status_code == 404, what
