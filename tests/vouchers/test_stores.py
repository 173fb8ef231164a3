"""A voucher belongs to a store: its figures stand there and nowhere else, and whoever is held to other stores sees none of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.company.test_stores import cashier, make_store
from tests.ground.shops import Shop
from tests.vouchers.conftest import TODAY, Desk
from tests.vouchers.test_posting import no_breach, refused
from webapp import company, ledger, vouchers
from webapp.company import NotYourStore
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books
from webapp.vouchers import State, TemplateCommand, Wanted

Enter = Callable[[Shop], FlaskClient]


@pytest.fixture
def pune(desk: Desk) -> UUID:
    """A second store of the shop."""
    return make_store(desk.shop, "Pune", "PUN")


def main_store(desk: Desk) -> UUID:
    with read_books(desk.shop.actor) as books:
        return company.default_store(books)


def cash_at(desk: Desk, store_id: UUID) -> int:
    """What stands in Cash in one store's part of the trial balance."""
    with read_books(desk.shop.actor) as books:
        year = ledger.year_totals(books, TODAY, TODAY, store_id=store_id)
        return year.totals[desk.accounts["Cash"]].closing if desk.accounts["Cash"] in year.totals else 0


def test_what_is_posted_stands_in_its_store_through_every_change(desk: Desk, pune: UUID) -> None:
    main = main_store(desk)
    ours, theirs = (desk.post("payment", ("Rent", 5), ("Cash", -5), store_id=one) for one in (None, pune))
    assert [(one.store_id, one.number) for one in (ours, theirs)] == [(main, "2600PY/000001"), (pune, "26PUN-PY/000001")]
    assert (cash_at(desk, main), cash_at(desk, pune)) == (-500, -500)
    moved = desk.post("payment", ("Rent", 8), ("Cash", -8), id=theirs.id, version=1, store_id=main)
    assert (moved.number, moved.store_id, moved.state) == ("26PUN-PY/000001", main, State.AMENDED)
    assert (cash_at(desk, main), cash_at(desk, pune)) == (-1300, 0)
    back = desk.post("payment", ("Rent", 8), ("Cash", -8), id=theirs.id, version=2)
    assert back.store_id == main, "an amendment that names no store keeps it"
    desk.cancel(ours.id)
    assert cash_at(desk, main) == -800
    no_breach(desk)


def test_what_comes_by_itself_keeps_the_store(desk: Desk, pune: UUID, clock: Any) -> None:
    main = main_store(desk)
    journal = desk.post("journal", ("Rent", 5), ("Capital", -5), store_id=pune, reverse_on=TODAY + timedelta(days=1))
    kept = desk.post("payment", ("Rent", 5), ("Cash", -5), store_id=pune)
    with desk.books() as books:
        asked = TemplateCommand(new_id(), "Rent", "week", TODAY + timedelta(days=2), None, posts=True)
        vouchers.create_template(books, kept.id, asked)
    clock.advance(days=3)
    with desk.books() as books:
        assert (vouchers.post_due(books), vouchers.make_due(books)) == ((1, 0), 1)
    rows = desk.rows()
    assert {row.store_id for row in rows} == {pune}
    assert {row.mirrors_id for row in rows} == {None, journal.id}
    assert cash_at(desk, main) == 0
    no_breach(desk)


def test_a_closed_store_takes_nothing_new_and_lets_what_stands_be_put_right(desk: Desk, pune: UUID) -> None:
    kept = desk.post("payment", ("Rent", 5), ("Cash", -5), store_id=pune)
    later = desk.post("payment", ("Rent", 5), ("Cash", -5), store_id=pune, wish=State.POSTDATED, voucher_date=TODAY + timedelta(days=2))
    with desk.books() as books:
        company.close_store(books, pune)
    assert "Pune is closed" in refused(lambda: desk.post("payment", ("Rent", 5), ("Cash", -5), store_id=pune))["store"]
    assert desk.post("payment", ("Rent", 5), ("Cash", -5), store_id=pune, wish=State.DRAFT).state == State.DRAFT
    assert desk.post("payment", ("Rent", 7), ("Cash", -7), id=kept.id, version=1).store_id == pune
    command = replace(vouchers.command_of(desk.document(later.id)), voucher_date=TODAY, wish=State.POSTED)
    assert "Pune is closed" in refused(lambda: desk.save(command))["store"]
    desk.cancel(kept.id)
    no_breach(desk)


def test_a_store_that_is_none_of_ours_is_refused_beside_its_field(desk: Desk, other: Desk) -> None:
    theirs = make_store(other.shop, "Trichy", "TRI")
    for stranger in (theirs, new_id()):
        assert (
            refused(lambda one=stranger: desk.post("payment", ("Rent", 5), ("Cash", -5), store_id=one))["store"]
            == "Choose a store from the list."
        )  # type: ignore[misc]
    assert desk.states() == []


def test_who_is_held_to_a_store_meets_only_its_vouchers(desk: Desk, pune: UUID) -> None:
    ours = desk.post("payment", ("Rent", 5), ("Cash", -5), narration="head office")
    draft = desk.post("payment", ("Rent", 5), ("Cash", -5), wish=State.DRAFT)
    theirs = desk.post("payment", ("Rent", 6), ("Cash", -6), store_id=pune)
    with desk.books() as books:
        for kept in (ours, theirs):
            vouchers.create_template(books, kept.id, TemplateCommand(new_id(), kept.number, "month", date(2027, 1, 1), None, posts=True))
    held = cashier(desk.shop, pune)
    with read_books(held) as books:
        assert [row.id for row in vouchers.documents(books, Wanted()).rows] == [theirs.id]
        assert vouchers.documents(books, Wanted(store_id=ours.store_id)).rows == ()
        with pytest.raises(NotFound):
            vouchers.document(books, ours.id)
    bent = Desk(replace(desk.shop, actor=held), desk.accounts)
    assert bent.post("payment", ("Rent", 5), ("Cash", -5)).store_id == pune, "the default is the member's own store"
    for act in (
        lambda: bent.post("payment", ("Rent", 9), ("Cash", -9), id=ours.id, version=1, store_id=pune),
        lambda: bent.cancel(ours.id),
        lambda: bent.save(replace(vouchers.command_of(draft), wish=State.POSTED)),
    ):
        with pytest.raises((NotYourStore, Conflict)):
            act()
    assert "do not work in" in refused(lambda: bent.post("payment", ("Rent", 5), ("Cash", -5), store_id=ours.store_id))["store"]
    with open_books(held) as books, pytest.raises(NotYourStore):
        vouchers.remove(books, draft.id)
    assert desk.document(ours.id).version == 1


def test_the_screens_ask_for_a_store_where_there_are_several(desk: Desk, browse: Enter) -> None:
    client = browse(desk.shop)
    assert 'name="store"' not in client.get("/vouchers/new").text + client.get("/money/new").text
    pune = make_store(desk.shop, "Pune", "PUN")
    form = {
        "kind": "payment",
        "date": "20-11-2026",
        "account-1": "Rent",
        "amount-1": "5",
        "side-2": "C",
        "account-2": "Cash",
        "amount-2": "5",
    }
    made = client.post("/vouchers", data={**form, "store": str(pune)})
    assert made.status_code == 303
    [kept] = desk.rows()
    assert kept.store_id == pune
    for path in (made.location, f"/vouchers/new?from={kept.id}", f"/vouchers/documents/{kept.id}/edit", "/money/new"):
        assert f'<option value="{pune}" selected>Pune</option>' in client.get(path).text, path
    assert "Pune" in client.get(f"/vouchers/documents/{kept.id}").text
    assert "Pune" in client.get("/vouchers?format=csv").text
    again = client.post("/vouchers", data={**form, "amount-2": "6", "store": str(pune)})
    assert again.status_code == 422
    assert f'<option value="{pune}" selected>Pune</option>' in again.text
    assert client.post("/vouchers", data={**form, "store": "nonsense"}).status_code == 422
    money = {"amount": "50", "what_for": "Rent", "money_id": str(desk.accounts["Cash"]), "store": str(pune), "day": "2026-11-20"}
    assert client.post("/money", data=money).status_code == 303
    assert {row.store_id for row in desk.rows()} == {pune}
    assert client.post("/money", data={**money, "store": "x"}).status_code == 422
    main = main_store(desk)
    client.post(f"/vouchers/documents/{kept.id}", data={**form, "version": "1", "store": str(main)})
    assert "<del>Pune</del>" in client.get(f"/vouchers/documents/{kept.id}/comparison").text
    assert str(kept.id) in client.get(f"/vouchers?store={main}").text
    assert str(kept.id) not in client.get(f"/vouchers?store={pune}").text
