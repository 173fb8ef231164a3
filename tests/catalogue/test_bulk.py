"""One change of many items: looked at, made row by row, by hand or by a job; what may not be changed is named and stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.catalogue.conftest import make
from tests.ground.shops import Shop
from webapp import catalogue, parties
from webapp.catalogue import bulk, bulk_rules, lists
from webapp.catalogue.bulk_rules import BulkChange
from webapp.catalogue.lists import Filters
from webapp.catalogue.models import ItemBulkRun, PriceListParty, TaxClass
from webapp.catalogue.price_lists import ListDraft
from webapp.kernel.errors import Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise
from webapp.parties import PartyDraft
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books


def run(shop: Shop, asked: BulkChange, ids: list[UUID]) -> bulk.RunRow:
    run_id = new_id()
    with open_books(shop.actor) as books:
        bulk.start_run(books, run_id, asked, ids)
    for _twice in range(2):  # a job that is called again changes nothing again
        catalogue.run_bulk_change(shop.actor, run_id)
    with read_books(shop.actor) as books:
        return bulk.bulk_run(books, run_id)


def price_of(shop: Shop, item_id: UUID) -> int:
    with read_books(shop.actor) as books:
        return lists.listed_item(books, item_id).price_millipaise


@pytest.mark.parametrize(
    ("price", "by", "to", "found"),
    [
        (10_000_000, 500, "1", 10_500_000),
        (10_000_000, -1_000, "1", 9_000_000),
        (333_333, 1_000, "1", 367_000),
        (9_990_000, 500, "100", 10_500_000),
        (9_990_000, 500, "50", 10_500_000),
        (1_000, -9_000, "1", 1_000),
        (0, 500, "100", 0),
    ],
)
def test_a_price_moves_by_a_percentage_and_is_rounded(price: int, by: int, to: str, found: int) -> None:
    assert bulk_rules.moved(MilliPaise(price), by, to) == found


@pytest.mark.parametrize("typed", ["", "0", "abc", "-95", "501", "₹5₹", "--5"])
def test_a_percentage_that_cannot_be_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        bulk_rules.checked(BulkChange("price", typed), {})
    assert "value" in refusal.value.errors


def test_each_row_is_changed_by_itself(sharma: Shop, iyer: Shop) -> None:
    dear, cheap = make(sharma, "Ghee", "500", mrp="510"), make(sharma, "Salt", "20")
    foreign = make(iyer, "Rice", "50")
    row = run(sharma, BulkChange("price", "+5 %"), [dear, cheap, foreign])
    assert (row.state, row.done, row.changed) == ("done", 3, 1)
    assert [name for name, _words in row.refused] == ["Ghee", ""]
    assert "MRP" in row.refused[0][1]
    assert (price_of(sharma, dear), price_of(sharma, cheap), price_of(iyer, foreign)) == (50_000_000, 2_100_000, 5_000_000)
    assert run(sharma, BulkChange("category", " Grocery "), [dear, cheap]).changed == 2
    assert run(sharma, BulkChange("category", "Grocery"), [dear, cheap]).changed == 0
    assert run(sharma, BulkChange("archive"), [dear, cheap]).changed == 2
    assert run(sharma, BulkChange("restore"), [dear]).changed == 1
    with read_books(sharma.actor) as books:
        assert [one.name for one in lists.list_items(books, Filters(category="Grocery")).rows] == ["Ghee"]
    with pytest.raises(NotFound), read_books(iyer.actor) as books:
        bulk.bulk_run(books, row.id)


def test_a_role_that_was_taken_away_changes_no_row(sharma: Shop) -> None:
    item_id, run_id = make(sharma), new_id()
    cashier = replace(sharma.actor, role=Role.CASHIER)
    with pytest.raises(Forbidden), open_books(cashier) as books:
        bulk.start_run(books, run_id, BulkChange("archive"), [item_id])
    with open_books(sharma.actor) as books:
        bulk.start_run(books, run_id, BulkChange("archive"), [item_id])
        books.session.execute(update(ItemBulkRun).values(role="cashier"))
    catalogue.run_bulk_change(sharma.actor, run_id)
    with read_books(sharma.actor) as books:
        row = bulk.bulk_run(books, run_id)
        assert lists.listed_item(books, item_id).archived_at is None
    assert (row.changed, len(row.refused)) == (0, 1)


def test_a_run_goes_on_after_a_kill_and_past_a_tax_class_that_was_put_away(sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, run_id = [make(sharma, f"Soap {n}", "40") for n in range(4)], new_id()
    monkeypatch.setattr(bulk, "BATCH", 2)
    with open_books(sharma.actor) as books:
        bulk.start_run(books, run_id, BulkChange("price", "10"), ids)
    assert bulk._run_batch(sharma.actor, run_id)
    with monkeypatch.context() as killed:
        killed.setattr(bulk, "_change", lambda *_what: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            catalogue.run_bulk_change(sharma.actor, run_id)
    assert [price_of(sharma, one) for one in ids] == [4_400_000, 4_400_000, 4_000_000, 4_000_000]
    catalogue.run_bulk_change(sharma.actor, run_id)
    assert {price_of(sharma, one) for one in ids} == {4_400_000}
    with open_books(sharma.actor) as books:
        class_id = catalogue.tax_class_ids(books)["gst-18"]
        bulk.start_run(books, run_id := new_id(), BulkChange("tax_class", str(class_id)), ids[:1])
        books.session.execute(update(TaxClass).where(TaxClass.id == class_id).values(archived_at=books.now))
    catalogue.run_bulk_change(sharma.actor, run_id)
    with read_books(sharma.actor) as books:
        row = bulk.bulk_run(books, run_id)
    assert (row.state, row.changed, row.refused) == ("done", 0, [["Soap 0", "Choose the tax class from the list."]])


def test_many_are_looked_at_then_changed_as_a_form(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    web = browse(sharma)
    ids = [make(sharma, f"Soap {n}", "40") for n in range(3)]
    make(sharma, "Rice", "50")
    assert "No item is chosen" in web.get("/items/bulk").text
    form = {"all": "1", "q": "soap", "change": "price", "value": "10", "round_to": "1", "count": "3", "id": str(new_id())}
    preview = web.post("/items/bulk/preview", data=form)
    assert preview.status_code == 200
    assert preview.text.count("₹44.00") == 3
    assert price_of(sharma, ids[0]) == 4_000_000
    late = make(sharma, "Soap late", "40")
    again = web.post("/items/bulk", data=form)  # one more matches now: it is shown before it is changed
    assert again.status_code == 200
    assert "Soap late" in again.text
    for _twice in range(2):
        answer = web.post("/items/bulk", data={**form, "count": "4"})
        assert answer.status_code == 303
    assert price_of(sharma, late) == 4_400_000
    assert "4" in web.get(answer.headers["Location"]).text
    refused = web.post("/items/bulk/preview", data={**form, "value": "lots"})
    assert refused.status_code == 422
    assert 'value="lots"' in refused.text
    ticked = web.get("/items/bulk", query_string={"item": [str(one) for one in ids[:2]], "change": "archive"})
    assert "Change 2 items" in ticked.text


def test_more_than_can_be_waited_for_go_to_a_job(sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    ids = [make(sharma, f"Soap {n}", "40") for n in range(2)]
    with open_books(sharma.actor) as books:
        assert bulk.start_run(books, run_id := new_id(), BulkChange("brand", "Lux"), ids)
        assert [fact["kind"] for fact in books.pending.facts] == ["BulkChangeRequested"]
        assert not bulk.start_run(books, run_id, BulkChange("brand", "Lux"), ids)
    with pytest.raises(InvalidInput), read_books(sharma.actor) as books:
        bulk.chosen(books, Filters(text="nothing like it"), None)


@pytest.mark.database
def test_many_customers_are_given_a_price_list(sharma: Shop, iyer: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    web = browse(sharma)
    with open_books(sharma.actor) as books:
        named = [parties.create_party(books, PartyDraft(name=f"Hotel {n}")).id for n in range(3)]
        supplier = parties.create_party(books, PartyDraft(name="Mill", is_customer=False, is_supplier=True)).id
        wholesale, retail = (
            catalogue.create_price_list(books, ListDraft(name, is_for_all=name == "Retail")) for name in ("Bulk", "Retail")
        )
    with open_books(iyer.actor) as books:
        stranger = parties.create_party(books, PartyDraft(name="Stranger")).id

    def lists_of() -> dict[UUID, UUID]:
        with read_books(sharma.actor) as books:
            return {row.party_id: row.price_list_id for row in books.session.scalars(select(PriceListParty))}

    listed = web.get("/parties").text
    assert all(f'name="party" form="giving" value="{one}"' in listed for one in named)
    assert "No customer is chosen" in web.get("/parties/price-list").text
    shown = web.get("/parties/price-list", query_string={"party": [str(named[0]), str(stranger)]}).text
    assert ("Hotel 0" in shown, "Stranger" in shown, "Retail" in shown) == (True, False, False)
    form = {"party": [str(named[0]), str(stranger)], "count": "2", "id": str(new_id()), "price_list": str(wholesale)}
    for _twice in range(2):
        answer = web.post("/parties/price-list", data=form)
        assert answer.status_code == 303
    result = web.get(answer.location).text
    assert ("Give a price list" in result, "Refused" in result, "Stranger" in result) == (True, True, False)
    assert lists_of() == {named[0]: wholesale}
    every = {"all": "1", "q": "hotel", "id": str(new_id()), "price_list": str(wholesale)}
    assert web.post("/parties/price-list", data={**every, "count": "2"}).status_code == 200  # one more matches: it is shown first
    assert web.post("/parties/price-list", data={**every, "count": "3"}).status_code == 303
    assert lists_of() == dict.fromkeys(named, wholesale)
    assert supplier not in lists_of()
    for chosen, status in ((str(retail), 422), ("", 422), (str(new_id()), 404)):
        assert (
            web.post("/parties/price-list", data={**every, "id": str(new_id()), "count": "3", "price_list": chosen}).status_code == status
        )
    web.post("/parties/price-list", data={**every, "id": str(new_id()), "count": "3", "price_list": "none"})
    assert lists_of() == {}


def test_a_role_that_was_taken_away_gives_no_list(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        party = parties.create_party(books, PartyDraft(name="Hotel")).id
        wholesale = catalogue.create_price_list(books, ListDraft("Bulk", is_for_all=False))
        bulk.start_giving(books, run_id := new_id(), wholesale, [party])
        books.session.execute(update(ItemBulkRun).values(role="cashier"))
    catalogue.run_bulk_change(sharma.actor, run_id)
    with read_books(sharma.actor) as books:
        row = bulk.bulk_run(books, run_id)
        assert books.session.scalars(select(PriceListParty)).all() == []
    assert (row.changed, len(row.refused)) == (0, 1)
    with pytest.raises(Forbidden), open_books(replace(sharma.actor, role=Role.CASHIER)) as books:
        bulk.start_giving(books, new_id(), wholesale, [party])
