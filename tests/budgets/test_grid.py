"""All lines at once, and the history of a budget: saved whole or not at all, told who changed what."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.budgets.test_budgets import budget, of_account, version
from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from webapp.budgets import queries, rules, service
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.platform.tenancy import open_books, read_books


@given(st.integers(-(10**14), 10**14), st.lists(st.integers(-(10**9), 10**9), min_size=12, max_size=12))
def test_a_total_in_last_years_shape_adds_up_to_itself(yearly: int, last_year: list[int]) -> None:
    months = rules.shaped(yearly, last_year)
    assert sum(months) == yearly
    assert all(month == 0 for month, then in zip(months, last_year, strict=True) if then <= 0) or not any(one > 0 for one in last_year)


def test_a_shape_is_kept_and_no_shape_is_even() -> None:
    assert rules.shaped(600, [1, 2, 3, *[0] * 9]) == (100, 200, 300, *[0] * 9)
    assert rules.shaped(1200, [0] * 12) == (100,) * 12
    assert rules.shaped(1200, ()) == (100,) * 12


def test_an_entry_is_told_month_by_month() -> None:
    before, after = rules.described("Rent", "Van", [5, 0, *[7] * 10]), rules.described("Rent", "Van", [5, 9, *[7] * 10])
    assert rules.differences({"line": before}, {"line": after}) == [rules.Difference("Rent · Van", 1, 0, 9)]
    assert rules.differences({"lines": [before]}, {"lines": []}) == [
        rules.Difference("Rent · Van", place, amount, 0)
        for place, amount in enumerate(before["months"])
        if amount  # type: ignore[arg-type]
    ]
    assert rules.differences({"name": "A"}, {"name": "B"}) == [rules.Difference("name", None, "A", "B")]


@pytest.fixture
def plan(tokenless: Shop) -> UUID:
    return budget(tokenless, of_account(tokenless, "sales", 1200), of_account(tokenless, "expenses", 2400))


def lines(shop: Shop, plan: UUID) -> list[queries.LineCard]:
    with read_books(shop.actor) as books:
        return queries.lines_of(books, queries.budget_card(books, plan))


def form(shop: Shop, plan: UUID, **more: str) -> dict[str, str]:
    """The grid as the page sends it back."""
    sent = {"version": str(version(shop, plan)), "act": "save"}
    for row, line in enumerate(lines(shop, plan)):
        sent[f"line_{row}"] = str(line.id)
        sent |= {f"a_{row}_{month}": f"{amount // 100}.{amount % 100:02}" for month, amount in enumerate(line.months)}
    return {**sent, **more}


@pytest.mark.database
def test_all_lines_are_saved_at_once_and_the_history_says_so(
    tokenless: Shop, owner: FlaskClient, plan: UUID, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    page = owner.get(f"/budgets/{plan}/grid").text
    assert page.count('name="a_') == 24
    saved = owner.post(f"/budgets/{plan}/grid", data=form(tokenless, plan, a_0_0="5", a_1_11="1,000.50", a_1_0=""))
    assert (saved.status_code, saved.location) == (303, f"/budgets/{plan}")
    first, second = lines(tokenless, plan)
    assert (first.months[0], second.months[0], second.months[11]) == (500, 0, 1_000_50)
    with max_queries(8):
        history = owner.get(f"/budgets/{plan}/history").text
    for words in ("Apr", "₹1.00", "₹5.00", "₹1,000.50", "Sharma"):
        assert words in history, words
    assert "₹1,000.50" in owner.get(f"/budgets/{plan}/history?format=csv").text
    before = version(tokenless, plan)
    owner.post(f"/budgets/{plan}/grid", data=form(tokenless, plan))
    assert version(tokenless, plan) == before, "nothing was changed, so nothing is told"


@pytest.mark.database
def test_errors_stand_at_their_cells_and_what_was_typed_stays(tokenless: Shop, owner: FlaskClient, plan: UUID) -> None:
    answer = owner.post(f"/budgets/{plan}/grid", data=form(tokenless, plan, a_0_3="twelve", a_1_2="1.234", a_1_4="77"))
    assert answer.status_code == 422
    for words in ('id="e-a_0_3"', 'id="e-a_1_2"', 'value="twelve"', 'value="77"', "at most 2 decimals"):
        assert words in answer.text, words
    assert [one.total for one in lines(tokenless, plan)] == [1200, 2400]


@pytest.mark.database
def test_a_grid_opened_before_somebody_elses_change_overwrites_nothing(tokenless: Shop, owner: FlaskClient, plan: UUID) -> None:
    mine, theirs = form(tokenless, plan, a_0_0="9"), form(tokenless, plan, a_0_0="7")
    assert owner.post(f"/budgets/{plan}/grid", data=theirs).status_code == 303
    refused = owner.post(f"/budgets/{plan}/grid", data=mine)
    assert refused.status_code == 409
    assert "changed by somebody else" in refused.text
    assert lines(tokenless, plan)[0].months[0] == 700


@pytest.mark.database
def test_a_new_total_is_spread_evenly_or_by_last_years_shape_and_not_saved(
    tokenless: Shop, owner: FlaskClient, ledgers: Ledgers, plan: UUID
) -> None:
    ledgers.post(date(2025, 5, 2), ("cash", 300), ("sales", -300))
    ledgers.post(date(2025, 6, 2), ("cash", 100), ("sales", -100))
    even = owner.post(f"/budgets/{plan}/grid", data=form(tokenless, plan, year_0="24", act="even")).text
    assert even.count('value="2"') == 12, "24 rupees a year"
    shape = owner.post(f"/budgets/{plan}/grid", data=form(tokenless, plan, year_0="100", act="shape")).text
    assert ('value="75"' in shape, 'value="25"' in shape) == (True, True)
    wrong = owner.post(f"/budgets/{plan}/grid", data=form(tokenless, plan, year_1="x", act="even"))
    assert (wrong.status_code, 'id="e-year_1"' in wrong.text) == (422, True)
    assert owner.post(f"/budgets/{plan}/grid", data=form(tokenless, plan, act="even")).status_code == 422
    assert [one.total for one in lines(tokenless, plan)] == [1200, 2400]


@pytest.mark.database
def test_another_companys_lines_and_figures_too_large_are_refused(sharma: Shop, iyer: Shop) -> None:
    ours = budget(sharma, of_account(sharma, "sales", 1200))
    theirs = budget(iyer, of_account(iyer, "sales", 1200))
    line = lines(iyer, theirs)[0].id
    with open_books(sharma.actor) as books:
        for budget_id, id_ in ((theirs, line), (ours, line), (ours, uuid4())):
            with pytest.raises(NotFound):
                service.save_grid(books, budget_id, {id_: (1,) * 12}, 2)
        with pytest.raises(InvalidInput):
            service.save_grid(books, ours, {lines(sharma, ours)[0].id: (10**17,) * 12}, 2)
        with pytest.raises(Conflict):
            service.save_grid(books, ours, {}, 1)
        assert queries.history(books, theirs) == ([], None)
