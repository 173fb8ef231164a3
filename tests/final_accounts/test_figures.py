"""Every statement equals the one worked out from all lines there are; statements agree with one another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from tests.final_accounts.two_years import CASH_GROUPS, TwoYears, year_start
from webapp.final_accounts import flow_reads, queries, schedule_reads
from webapp.final_accounts.rules import flows
from webapp.final_accounts.rules.schedule_iii import ASSET_PARTS, LIABILITY_PARTS
from webapp.final_accounts.rules.tree import Head
from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period
from webapp.platform.tenancy import read_books

DAY = timedelta(days=1)
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))


def spans(chance: Random, count: int) -> list[Period]:
    """Whole years, months, days, and spans over the end of a year."""
    found = [
        YEAR,
        Period(date(2024, 4, 1), date(2025, 3, 31)),
        Period(date(2025, 4, 1), date(2025, 9, 17)),
        Period(date(2025, 3, 1), date(2025, 4, 30)),
    ]
    while len(found) < count:
        days = sorted(date(2024, 4, 1) + timedelta(days=chance.randrange(760)) for _ in range(2))
        found.append(Period(days[0], days[1]))
    return found


def flat(heads: tuple[Head, ...]) -> dict[UUID, tuple[int, ...]]:
    return {one.account_id: one.figures for head in heads for one in head.accounts() if one.account_id}


def assert_groups_add_up(heads: tuple[Head, ...]) -> None:
    for head in heads:
        if head.beneath:
            assert head.figures == tuple(map(sum, zip(*(one.figures for one in head.beneath), strict=True)))
            assert_groups_add_up(head.beneath)


@pytest.mark.parametrize("store", [None, 0, 1])
def test_the_trial_balance_follows_the_year_rule(filled: TwoYears, store: int | None) -> None:
    store_id = None if store is None else filled.stores[store]
    plain = filled.plain().of_store(store_id)
    for period in spans(Random(1), 9):
        with read_books(filled.actor) as books:
            found = queries.trial_balance(books, period, store_id=store_id)
        begins = year_start(period.first_day)
        expected = {}
        for account in plain.accounts:
            is_result = plain.nature(account) in ("income", "expense")
            opening = plain.balance([account], period.first_day - DAY, begins if is_result else date.min)
            sides = [
                sum(
                    abs(amount)
                    for day, one, amount, _, _ in plain.lines
                    if one == account and period.first_day <= day <= period.last_day and (amount > 0) is is_debit
                )
                for is_debit in (True, False)
            ]
            if opening or any(sides):
                expected[account] = (opening, *sides)
        assert flat(found.heads) == expected
        earlier = -plain.profit(date.min, begins - DAY)
        assert (found.brought_forward.figures[0] if found.brought_forward else 0) == earlier
        assert found.agrees
        assert_groups_add_up(found.heads)


@pytest.mark.parametrize("store", [None, 1])
def test_profit_is_what_the_balance_sheet_gains(filled: TwoYears, store: int | None) -> None:
    store_id = None if store is None else filled.stores[store]
    plain = filled.plain().of_store(store_id)
    for period in spans(Random(2), 9):
        with read_books(filled.actor) as books:
            found = queries.profit_and_loss(books, [period], store_id=store_id)
            sheet = queries.balance_sheet(books, [period.last_day, period.first_day - DAY], store_id=store_id)
        assert found.net_profit == (plain.profit(period.first_day, period.last_day),)
        assert found.net_profit[0] == found.income[0] - found.expense[0]
        gained = [sheet.brought_forward[place] + sheet.of_this_year[place] for place in (0, 1)]
        assert gained[0] - gained[1] == found.net_profit[0]
        assert sheet.of_this_year[0] == plain.profit(year_start(period.last_day), period.last_day)
        trading = plain.beneath("sales-accounts", "direct-incomes", "purchase-accounts", "direct-expenses")
        assert found.gross_profit[0] == -plain.balance(trading, period.last_day, period.first_day)
        assert found.turnover[0] == -plain.balance(plain.beneath("sales-accounts"), period.last_day, period.first_day)
        goods = found.goods
        stock = plain.beneath("stock-in-hand")
        assert (goods.opening[0], goods.closing[0]) == (plain.balance(stock, period.first_day - DAY), plain.balance(stock, period.last_day))
        assert goods.opening[0] + goods.come_in[0] - goods.closing[0] == goods.cost[0]


@pytest.mark.parametrize("store", [None, 0])
def test_a_balance_sheet_balances_on_any_day(filled: TwoYears, store: int | None) -> None:
    store_id = None if store is None else filled.stores[store]
    plain = filled.plain().of_store(store_id)
    days = [period.last_day for period in spans(Random(3), 12)]
    with read_books(filled.actor) as books:
        found = queries.balance_sheet(books, days, store_id=store_id)
        schedules = [
            schedule_reads.schedule_of(books, [day, day.replace(year=day.year - 1, day=min(day.day, 28))], store_id=store_id)
            for day in days
        ]
    assert found.agrees
    assert_groups_add_up(found.assets + found.liabilities)
    for place, day in enumerate(days):
        assets = [account for account in plain.accounts if plain.nature(account) == "asset"]
        assert found.total_assets[place] == plain.balance(assets, day)
        lacking = [account for account, (code, _, _) in plain.accounts.items() if code == "opening-difference"]
        assert found.difference[place] == -plain.balance(lacking, day)
        schedule = schedules[place].schedule
        assert schedule.total(ASSET_PARTS) == schedule.total(LIABILITY_PARTS)
        assert schedules[place].results.profit[0] == plain.profit(year_start(day), day)
        assert schedules[place].results.total_income[0] - schedules[place].results.total_expenses[0] == schedules[place].results.profit[0]


@pytest.mark.parametrize("store", [None, 1])
def test_cash_flows_come_to_the_change_in_cash(filled: TwoYears, store: int | None) -> None:
    store_id = None if store is None else filled.stores[store]
    plain = filled.plain().of_store(store_id)
    cash = plain.beneath(*CASH_GROUPS)
    for period in spans(Random(4), 7):
        with read_books(filled.actor) as books:
            indirect = flow_reads.cash_flow(books, [period], store_id=store_id)
            direct = flow_reads.direct_flow(books, [period], store_id=store_id)
            funds = flow_reads.fund_flow(books, [period], store_id=store_id)
        before, after = plain.balance(cash, period.first_day - DAY), plain.balance(cash, period.last_day)
        assert (indirect.opening[0], indirect.closing[0], indirect.change[0]) == (before, after, after - before)
        assert (direct.opening[0], direct.closing[0], direct.change[0]) == (before, after, after - before)
        assert indirect.profit[0] == plain.profit(period.first_day, period.last_day)
        touching = {
            voucher for day, account, _, voucher, _ in plain.lines if account in cash and period.first_day <= day <= period.last_day
        }
        against = {
            account: -sum(amount for _, one, amount, voucher, _ in plain.lines if one == account and voucher in touching)
            for account in plain.accounts
        }
        operating = {row.account_id: row.figures[0] for head in direct.receipts + direct.payments for row in head.rows}
        lasting = set(plain.beneath("fixed-assets", "investments"))
        sold = {voucher for _, account, _, voucher, _ in plain.lines if account in lasting}
        for account, amount in operating.items():
            of_sales = sum(amount for _, one, amount, voucher, _ in plain.lines if one == account and voucher in touching & sold)
            assert amount == against[account] + (of_sales if account in plain.results() else 0)
        for part in ("from_operating", "from_investing", "from_financing"):
            assert getattr(direct, part) == getattr(indirect, part)
        assert funds.total_sources[0] - funds.total_applications[0] == funds.increase[0]
        current = plain.beneath(*flows.CURRENT_ASSETS, *flows.CURRENT_LIABILITIES)
        assert funds.increase[0] == plain.balance(current, period.last_day, period.first_day)


def test_months_side_by_side_add_up_to_the_year(filled: TwoYears) -> None:
    plain = filled.plain()
    with read_books(filled.actor) as books:
        found = queries.profit_and_loss(books, periods.columns(YEAR, "months"))
        flow = flow_reads.cash_flow(books, periods.columns(YEAR, "months"))
        bars = queries.by_month(books, YEAR.last_day)
    assert found.width == 13
    for figures in (found.net_profit, found.gross_profit, found.turnover, found.income, found.expense, flow.change, flow.from_operating):
        assert sum(figures[:-1]) == figures[-1]
    for figures in flat(found.sales + found.direct_expenses + found.indirect_expenses).values():
        assert sum(figures[:-1]) == figures[-1]
    months = periods.months_of(YEAR)
    assert list(found.net_profit[:-1]) == [plain.profit(one.first_day, one.last_day) for one in months]
    assert [(income, expense) for _, income, expense in bars] == list(zip(found.income[:-1], found.expense[:-1], strict=True))


def test_a_group_is_shown_as_the_trial_balance_has_it(filled: TwoYears) -> None:
    with read_books(filled.actor) as books:
        whole = queries.trial_balance(books, YEAR)
        for head in whole.heads:
            assert head.group_id
            found = queries.group_summary(books, head.group_id, YEAR)
            assert found.head == head
            assert found.parent == ""


def test_earlier_years_stand_in_one_row_and_no_closing_entry_is_needed(books_of_two_years: TwoYears) -> None:
    shop = books_of_two_years
    shop.post(date(2024, 6, 1), ("cash", 1_000_00), ("sales", -1_000_00))
    shop.post(date(2024, 6, 2), ("expenses", 300_00), ("cash", -300_00))
    shop.post(date(2025, 4, 1), ("cash", 50_00), ("sales", -50_00))
    with read_books(shop.actor) as books:
        sheet = queries.balance_sheet(books, [date(2025, 3, 31), date(2025, 4, 1)])
        found = queries.trial_balance(books, YEAR)
    assert (sheet.brought_forward, sheet.of_this_year) == ((0, 700_00), (700_00, 50_00))
    assert found.brought_forward
    assert found.brought_forward.figures == (-700_00, 0, 0)
    # Amended before it is locked: the earlier year carries by itself.
    shop.post(date(2025, 2, 1), ("expenses", 100_00), ("cash", -100_00))
    with read_books(shop.actor) as books:
        assert queries.balance_sheet(books, [date(2025, 4, 1)]).brought_forward == (600_00,)


def test_depreciation_is_no_cash_and_a_sale_of_an_asset_is_invested_money_come_back(books_of_two_years: TwoYears) -> None:
    shop = books_of_two_years
    shop.post(date(2025, 4, 5), ("Fridge", 100_00), ("bank", -100_00))
    shop.post(date(2025, 9, 30), ("Depreciation", 10_00), ("Fridge", -10_00))
    shop.post(date(2025, 12, 1), ("bank", 95_00), ("Fridge", -90_00), ("Interest received", -5_00))
    with read_books(shop.actor) as books:
        found = flow_reads.cash_flow(books, [YEAR])
    assert found.profit == (-5_00,)
    assert {one.name: one.figures for one in found.not_cash} == {"Depreciation": (10_00,), "Interest received": (-5_00,)}
    assert (found.from_operating, found.from_investing, found.change) == ((0,), (-5_00,), (-5_00,))


def test_a_bill_paid_in_part_counts_what_was_paid(books_of_two_years: TwoYears) -> None:
    shop = books_of_two_years
    shop.post(
        date(2025, 5, 1), ("cash", 50_00), ("Rent payable", 68_00), ("sales", -118_00), ("cost-of-goods", 80_00), ("stock-in-hand", -80_00)
    )
    shop.post(date(2025, 5, 2), ("stock-in-hand", 30_00), ("cash", -30_00))
    shop.post(date(2025, 5, 3), ("bank", 10_00), ("cash", -10_00))
    with read_books(shop.actor) as books:
        found = flow_reads.direct_flow(books, [YEAR])
    assert [(one.code, one.figures) for one in found.receipts] == [("customers", (118_00,))]
    assert [(one.code, one.figures) for one in found.payments] == [("current-liabilities", (-68_00,)), ("suppliers", (-30_00,))]
    assert found.change == (20_00,)


def test_figures_cost_few_statements(books_of_two_years: TwoYears, max_queries: Callable[[int], AbstractContextManager[list[str]]]) -> None:
    books_of_two_years.fill(Random(5), vouchers=20)
    with read_books(books_of_two_years.actor) as books:
        books.session.connection()
        with max_queries(3) as sent:
            queries.profit_and_loss(books, periods.columns(YEAR, "months"))
    assert not [one for one in sent if "journal_line" in one], "whole months read no lines"
    with read_books(books_of_two_years.actor) as books, max_queries(3) as sent:
        queries.balance_sheet(books, [FinancialYear(2025).last_day])
    assert not [one for one in sent if "journal_line" in one]
