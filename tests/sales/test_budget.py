"""What a bill costs in statements. Time is measured by the bench, never asserted here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.sales.trade import CREDIT, Trade

Budget = Callable[[int], AbstractContextManager[list[str]]]


@pytest.mark.parametrize("lines", [1, 5, 20])
@pytest.mark.parametrize("has_happened", [True, False])
def test_a_bill_of_any_length_is_at_most_twenty_statements(trade: Trade, max_queries: Budget, lines: int, *, has_happened: bool) -> None:
    names = [f"Item {number}" for number in range(lines)]
    for name in names:
        trade.item(name, 10, cost=6)
    sale = trade.sale(*[trade.line(name) for name in names], total=10 * lines, has_happened=has_happened)
    with max_queries(20):
        trade.issue(sale)


def test_a_bill_on_credit_asks_who_and_what_is_due(trade: Trade, max_queries: Budget) -> None:
    ravi = trade.customer("Ravi", credit_limit_paise=100_000)
    trade.item("Soap", 118, cost=60)
    sale = trade.sale(trade.line("Soap"), total=118, paid=CREDIT, party_id=ravi)
    with max_queries(23):  # three more: the customer, the limit, the due; and the khata's balance
        trade.issue(sale)


def test_a_list_costs_the_same_for_one_bill_and_for_fifty(trade: Trade, max_queries: Budget) -> None:
    from webapp.sales import Wanted, invoices

    trade.item("Soap", 118)
    for _ in range(12):
        trade.sell(trade.line("Soap"), total=118)
    with max_queries(5):
        page = trade.read(lambda books: invoices(books, Wanted()))
    assert len(page.rows) == 12
