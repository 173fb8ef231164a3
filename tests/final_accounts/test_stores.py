"""Statements by store: those of all stores together are the whole, and who is held to some sees these alone, one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.final_accounts.test_pages import SCREENS, YEAR, address
from tests.final_accounts.two_years import LAST, TwoYears
from tests.ground.shops import Shop
from webapp import company, identity
from webapp.company import NotYourStore, Shown, StoreDraft, shown_store
from webapp.final_accounts import equity, flow_reads, queries
from webapp.final_accounts.rules.tree import Head
from webapp.identity.service import NewUser
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.ledger.models import Voucher
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books, open_directory, read_books
from webapp.reports import account_files
from webapp.reports.account_files import FileAsked

SPAN = Period(date(2025, 4, 1), LAST)


def figures(heads: Iterable[Head], place: int) -> Iterable[tuple[Any, int]]:
    """What stands on each account beneath some heads."""
    for head in heads:
        if head.account_id:
            yield head.account_id, head.figures[place]
        yield from figures(head.beneath, place)


def statements(books: Books, store_id: Any) -> Counter[Any]:
    """The figures of every statement of one store (None: of all), each by what it is of."""
    balances = queries.trial_balance(books, SPAN, store_id=store_id)
    profit = queries.profit_and_loss(books, [SPAN], store_id=store_id)
    sheet = queries.balance_sheet(books, [LAST], store_id=store_id)
    direct = flow_reads.direct_flow(books, [SPAN], store_id=store_id)
    [owned] = equity.equity(books, [SPAN], store_id=store_id)
    found: Counter[Any] = Counter()
    for name, rows in (
        ("opening", figures(balances.heads, 0)),
        ("debit", figures(balances.heads, 1)),
        ("credit", figures(balances.heads, 2)),
        ("income", figures((*profit.sales, *profit.indirect_incomes), 0)),
        ("expense", figures((*profit.purchases, *profit.direct_expenses, *profit.indirect_expenses), 0)),
        ("owned", figures(sheet.assets, 0)),
        ("owed", figures(sheet.liabilities, 0)),
        ("result", [("year", sheet.of_this_year[0]), ("before", sheet.brought_forward[0])]),
        ("cash", [("opening", direct.opening[0]), ("closing", direct.closing[0])]),
        ("capital", [(row.account_id or row.part, row.closing) for row in owned.rows]),
    ):
        for key, amount in rows:
            found[name, key] += amount
    return Counter({key: amount for key, amount in found.items() if amount})


def test_all_stores_together_are_the_whole(filled: TwoYears) -> None:
    with read_books(filled.actor) as books:
        whole, parts = statements(books, None), [statements(books, one) for one in filled.stores]
    added = {key: sum(part[key] for part in parts) for key in {key for part in parts for key in part}}
    assert {key: amount for key, amount in added.items() if amount} == dict(whole)
    assert all(len(part) > 10 for part in parts)


@pytest.fixture
def held(sharma: Shop, books_of_two_years: TwoYears) -> Actor:
    """An accountant who is held to the second store; each store spent something."""
    books_of_two_years.post(date(2025, 9, 1), ("expenses", 4_321_00), ("cash", -4_321_00), store=1)
    books_of_two_years.post(date(2025, 9, 1), ("expenses", 9_876_00), ("cash", -9_876_00), store=0)
    with open_directory() as directory:
        user = identity.create_user(directory, NewUser("ravi@sharma.example", sharma.password, "Ravi"))
        directory.flush()
        identity.add_member(directory, sharma.company_id, user.id, Role.ACCOUNTANT)
        user_id = user.id
    with open_books(sharma.actor) as books:
        company.limit_member(books, user_id, [books_of_two_years.stores[1]])
    return Actor(company_id=sharma.company_id, role=Role.ACCOUNTANT, user_id=user_id, name="Ravi")


@pytest.fixture
def ravi(held: Actor, browse: Callable[[Any], FlaskClient], sharma: Shop) -> FlaskClient:
    return browse(replace(sharma, email="ravi@sharma.example"))


def test_who_is_held_to_a_store_sees_its_figures_alone(ravi: FlaskClient, sharma: Shop, books_of_two_years: TwoYears) -> None:
    theirs, mine = books_of_two_years.stores
    with read_books(sharma.actor) as books:
        name = company.store(books, mine).name
        elsewhere = books.session.scalars(select(Voucher.id).where(Voucher.store_id == theirs)).first()
    expenses = books_of_two_years.accounts["expenses"]
    paths = (*SCREENS, f"/accounts/{expenses}", "/day-book", "/cost-centre-report")
    for path in paths:
        shown = ravi.get(address(path))
        assert (shown.status_code, name in shown.text, "9,876" in shown.text) == (200, True, False), path
        assert ravi.get(address(path, f"{YEAR}&store={theirs}")).status_code == 403, path
        sent = ravi.get(address(path, f"{YEAR}&format=csv"))
        assert (sent.status_code, "9876" in sent.text) == (200, False), path
    for path in ("/trial-balance", "/profit-and-loss", f"/accounts/{expenses}", "/day-book"):
        assert "4,321" in ravi.get(address(path)).text, path
    assert ravi.get(f"/vouchers/{elsewhere}").status_code == 404


def test_a_closed_store_keeps_its_figures_and_a_member_of_two_sees_one(held: Actor, sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        third = company.create_store(books, StoreDraft(name="Annexe", code="ANX"))
        [first, second] = [one.id for one in company.stores(books) if one.id != third]  # the default first
        assert held.user_id is not None
        company.limit_member(books, held.user_id, [second, third])
        company.close_store(books, second)
        assert {one.id for one in shown_store(books, None).stores} == {first, second, third}
        assert shown_store(books, None).choices("All")[0] == ("", "All")
    with read_books(held) as books:
        found: Shown = shown_store(books, None)
        assert (found.store_id, found.is_held) == (third, True), "an open one before a closed one"
        assert {value for value, _label in found.choices("All")} == {str(second), str(third)}
        assert shown_store(books, second).store_id == second
        with pytest.raises(NotYourStore):
            shown_store(books, first)
    with read_books(iyer.actor) as books, pytest.raises(NotFound):
        shown_store(books, third)


def test_a_file_of_an_account_is_of_its_store(held: Actor, sharma: Shop, books_of_two_years: TwoYears) -> None:
    def asked(books: Books, store_id: Any) -> UUID:
        wanted = FileAsked(books_of_two_years.accounts["cash"], SPAN, store_id, "csv", "Cash", (), (), {})
        return account_files.ask_file(books, wanted)

    with open_books(sharma.actor) as books:
        whole, theirs, mine = (asked(books, one) for one in (None, *books_of_two_years.stores))
    with read_books(held) as books:
        assert [one.id for one in account_files.newest_files(books)] == [mine]
        assert account_files.account_file(books, mine).id == mine
        for file_id in (whole, theirs):
            with pytest.raises(NotFound):
                account_files.account_file(books, file_id)
    with read_books(sharma.actor) as books:
        assert [one.id for one in account_files.newest_files(books)] == [mine, theirs, whole]
