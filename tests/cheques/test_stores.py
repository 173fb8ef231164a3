"""Cheques of a store: its numbers, its drawer, and who is held to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.cheques.drawer import Drawer
from tests.cheques.test_cheques import refused
from tests.ground.shops import Shop
from tests.outstandings.khata import DAY
from webapp import cheques, company, identity, ledger, writing_off
from webapp.cheques import queries
from webapp.company import NotYourStore, StoreDraft
from webapp.kernel.errors import BooksError, NotFound
from webapp.kernel.ids import new_id
from webapp.outstandings import Part
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

pytestmark = pytest.mark.database


@pytest.fixture
def pune(drawer: Drawer) -> UUID:
    with open_books(drawer.actor) as books:
        return company.create_store(books, StoreDraft(name="Pune", code="PUN", state_code="27"))


@pytest.fixture
def held(drawer: Drawer, pune: UUID) -> Actor:
    """An accountant who works in Pune alone."""
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser("asha@sharma.example", "correct horse battery", "Asha"))
        identity.add_member(directory, drawer.actor.company_id, user.id, Role.ACCOUNTANT)
        user_id = user.id
    with open_books(drawer.actor) as books:
        company.limit_member(books, user_id, [pune])
    return Actor(drawer.actor.company_id, Role.ACCOUNTANT, user_id=user_id, name="Asha")


def numbers(actor: Actor, **wanted: Any) -> list[str]:
    with read_books(actor) as books:
        return sorted(row.number for row in queries.cheques(books, queries.Wanted(**wanted)).rows)


def test_each_store_has_its_numbers_and_its_drawer(drawer: Drawer, ravi: UUID, pune: UUID) -> None:
    bill = drawer.bill(ravi, 105)
    first, second = drawer.cheque(ravi, 10), drawer.cheque(ravi, 100, (bill, 100), off=(Part(bill, 5_00),), store_id=pune)
    issued = drawer.cheque(drawer.supplier("Mill"), 10, direction="issued", store_id=pune)
    assert numbers(drawer.actor) == ["2600CQ/000001", "26PUN-CI/000001", "26PUN-CQ/000001"]
    assert numbers(drawer.actor, store_id=pune) == ["26PUN-CI/000001", "26PUN-CQ/000001"]
    refused("cheques", lambda: drawer.deposit(first, second), "of several stores")
    slips = [drawer.deposit(second), drawer.deposit(first)]
    drawer.move(cheques.clear, issued)
    with read_books(drawer.actor) as books:
        found = [queries.slip(books, slip).row.number for slip in slips]
        assert [row.id for row in queries.slips(books, pune)] == slips[:1]
        heads = ledger.heads(books)
        own = {store: ledger.account_totals(books, DAY, DAY, store_id=store) for store in (pune, company.default_store(books))}
        (let_off,) = writing_off.came_with(books, second)
        assert let_off.store_id == pune
    assert found == ["26PUN-DS/000001", "2600DS/000001"]
    # What lies in the drawer, and what is at the bank, is right store by store.
    for totals, bank in zip(own.values(), (90_00, 10_00), strict=True):
        assert (totals[heads["cheques-in-hand"]].debit, totals[heads["cheques-in-hand"]].credit) == (
            (100_00,) * 2 if bank == 90_00 else (10_00,) * 2
        )
        assert totals[heads["bank"]].debit - totals[heads["bank"]].credit == bank
    drawer.move(cheques.bounce, second, charges=1_00)
    assert numbers(drawer.actor, store_id=pune) == ["26PUN-CI/000001", "26PUN-CQ/000001"]
    assert drawer.breaches() == ()


def test_who_is_held_to_a_store_has_no_cheque_of_another(drawer: Drawer, ravi: UUID, pune: UUID, held: Actor) -> None:
    other, mine = drawer.cheque(ravi, 10), drawer.cheque(ravi, 20, store_id=pune)
    slip = drawer.deposit(other)
    waiting = drawer.cheque(ravi, 30)
    with read_books(drawer.actor) as books:
        bank = queries.bank_accounts(books)[0][0]
    assert numbers(held) == ["26PUN-CQ/000001"]
    with read_books(held) as books:
        assert company.default_store(books) == pune
        assert sum(amount for _count, amount in queries.waiting(books).values()) == 20_00
        for look in (lambda: queries.cheque(books, other), lambda: queries.slip(books, slip)):
            with pytest.raises((NotYourStore, NotFound)):
                look()
        assert queries.slip_or_none(books, slip) is None, "what a slip's table asks of its cheques is not narrowed itself"

    def step(cheque: UUID) -> cheques.MoveCommand:
        return cheques.MoveCommand(new_id(), cheque, DAY, "Funds insufficient")

    for act in (
        lambda books: cheques.take(books, drawer.command(ravi, 5)),
        lambda books: cheques.deposit(books, cheques.DepositCommand(new_id(), DAY, bank, (waiting,), "x")),
        lambda books: cheques.clear(books, step(other)),
        lambda books: cheques.bounce(books, step(other)),
        lambda books: cheques.cancel(books, step(waiting)),
        lambda books: cheques.cancel_slip(books, slip, reason="Not ours"),
    ):
        with pytest.raises(BooksError) as found, open_books(held) as books:
            act(books)
        assert isinstance(found.value, NotYourStore | NotFound)
    with open_books(held) as books:
        made = cheques.take(books, drawer.command(ravi, 5, store_id=pune))
        own = cheques.DepositCommand(new_id(), DAY, bank, (mine, made.id), "x")
        cheques.deposit(books, own)
    with read_books(held) as books:
        assert queries.slip(books, own.id).row.total_paise == 25_00
    assert drawer.breaches() == ()


def test_another_company_and_a_closed_store(drawer: Drawer, theirs: Drawer, ravi: UUID, pune: UUID) -> None:
    with pytest.raises(NotFound):
        theirs.cheque(theirs.customer("Meera"), 5, store_id=pune)
    with open_books(drawer.actor) as books:
        company.close_store(books, pune)
    with pytest.raises(BooksError, match="Pune"):
        drawer.cheque(ravi, 5, store_id=pune)
    assert numbers(drawer.actor) == []


def test_the_form_offers_stores_where_there_are_several(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, drawer: Drawer, ravi: UUID
) -> None:
    web = browse(sharma)
    assert 'name="store"' not in web.get(f"/cheques/new?party_id={ravi}").text
    with open_books(drawer.actor) as books:
        pune = company.create_store(books, StoreDraft(name="Pune", code="PUN", state_code="27"))
    assert 'name="store"' in web.get(f"/cheques/new?party_id={ravi}").text
    typed = {"id": str(new_id()), "party_id": str(ravi), "amount": "50", "cheque_no": "111222", "bank": "SBI", "store": str(pune)}
    typed |= {"cheque_date": DAY.isoformat(), "taken_on": DAY.isoformat()}
    wrong = web.post("/cheques", data=typed | {"store": "nonsense"})
    assert (wrong.status_code, 'id="f-store' in wrong.text) == (422, True)
    made = web.post("/cheques", data=typed)
    assert made.status_code == 303, made.text
    assert "Pune" in web.get(made.location).text
    assert "26PUN-CQ/000001" in web.get(f"/cheques?store={pune}").text
    assert "111222" in web.get(f"/cheques/deposit?store={pune}").text
    with read_books(drawer.actor) as books:
        assert "111222" not in web.get(f"/cheques/deposit?store={company.default_store(books)}").text
